// How field values become channels of 0s and 1s (DESIGN: bit, thermometer code, one-hot code).
// A field's first value is all zeros, so that zero padding reads as the first value off the grid.

import type { ValueType } from "../grid/grid.ts";
import type { Channel, ChannelCode } from "../network/network.ts";

interface Coded {
  readonly name: string;
  readonly type: ValueType;
}

/** The channels of one field, in order of rising value. */
export function channelsOf(field: Coded): Channel[] {
  const { name, type } = field;
  if (type.kind === "bit") return [{ name, code: { kind: "bit", field: name } }];
  if (type.kind === "enum") {
    return type.names.slice(1).map((value, index) => ({
      name: `${name}=${value}`,
      code: { kind: "one-hot", field: name, equals: index + 1 },
    }));
  }
  return Array.from({ length: type.hi - type.lo }, (_, index) => ({
    name: `${name}>=${type.lo + index + 1}`,
    code: { kind: "thermometer", field: name, atLeast: type.lo + index + 1 },
  }));
}

/** The channel that is 1 in every cell of the grid and 0 in the padding. */
export const INSIDE: Channel = { name: "inside", code: { kind: "inside" } };

/** The field a channel belongs to, or null for the inside channel. */
export function fieldOf(code: ChannelCode): string | null {
  return code.kind === "inside" ? null : code.field;
}
