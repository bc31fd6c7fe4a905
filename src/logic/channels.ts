// How field values become channels: a bit is one; a range a thermometer, its bits, or one number; an enum one-hot, or its
// index as a range.
// A field's first value is all zeros, so that zero padding reads as the first value off the grid.

import { unreachable } from "../diagnostics/diagnostic.ts";
import { bounds, type ValueType } from "../grid/grid.ts";
import type { GridField } from "../grid/layers.ts";
import { bitsFor, type Channel, type CodeKind } from "../network/network.ts";

/** How fields are coded where that is not the usual way. */
export type Codes = ReadonlyMap<string, CodeKind>;

export const USUAL_CODES: Codes = new Map();

/** The code that a field has unless another is chosen. */
export function usualCode({ kind }: ValueType): CodeKind {
  if (kind === "bit") return "bit";
  return kind === "enum" ? "one-hot" : "thermometer";
}

export const codeKindOf = ({ name, type }: GridField, codes: Codes): CodeKind =>
  codes.get(name) ?? usualCode(type);

/** The channels of one field, in order of rising value. */
export function channelsOf(field: GridField, codes: Codes = USUAL_CODES): Channel[] {
  const { name, type } = field;
  const { lo: from, hi: to } = bounds(type);
  const kind = codeKindOf(field, codes);
  switch (kind) {
    case "bit":
      return [{ name, code: { kind, field: name } }];
    case "one-hot":
      return namesOf(type)
        .slice(1)
        .map((value, index) => ({
          name: `${name}=${value}`,
          code: { kind, field: name, equals: index + 1 },
        }));
    case "thermometer":
      return Array.from({ length: to - from }, (_, index) => {
        const atLeast = from + index + 1;
        return { name: `${name}>=${atLeast}`, code: { kind, field: name, atLeast } };
      });
    case "binary":
      return Array.from({ length: bitsFor(to - from) }, (_, bit) => ({
        name: `${name}.bit${bit}`,
        code: { kind, field: name, bit, from },
      }));
    case "integer":
      return [{ name, code: { kind, field: name, from, to } }];
    default:
      return unreachable(kind);
  }
}

const namesOf = (type: ValueType): readonly string[] => (type.kind === "enum" ? type.names : []);

/** The channel that is 1 in every cell of the grid and 0 in the padding. */
export const INSIDE: Channel = { name: "inside", code: { kind: "inside" } };
