// Which channels hold which field: the codes that state.ts writes and reads, and legal.ts looks at.

import { type CodeKind, type Network, type NetworkField, standsFor } from "./network.ts";

/** A field and the channels that hold its code. */
export interface CodedField {
  readonly field: NetworkField;
  /** Null where the field has one value, and no channels. */
  readonly kind: CodeKind | null;
  /** Indices of the field's channels, in ascending order of the value they stand for. */
  readonly channels: readonly number[];
  /** The values, parallel to `channels`. */
  readonly values: readonly number[];
}

/** All fields, in the network's order. */
export function codebook(network: Network): readonly CodedField[] {
  const entries = new Map<string, { channel: number; value: number }[]>();
  network.channels.forEach(({ code }, channel) => {
    if (code.kind === "inside") return;
    const list = entries.get(code.field) ?? [];
    entries.set(code.field, list);
    list.push({ channel, value: standsFor(code) });
  });
  return network.fields.map((field) => {
    const list = (entries.get(field.name) ?? []).sort((a, b) => a.value - b.value);
    const first = network.channels[list[0]?.channel ?? -1]?.code.kind ?? null;
    const kind = first === "inside" ? null : first;
    return {
      field,
      kind,
      channels: list.map(({ channel }) => channel),
      values: list.map(({ value }) => value),
    };
  });
}
