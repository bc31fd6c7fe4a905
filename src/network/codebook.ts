// Which channels hold which field: the codes that state.ts writes and reads, and legal.ts looks at.

import { groupBy } from "../diagnostics/group.ts";
import { cached } from "../diagnostics/memo.ts";
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

const books = new WeakMap<Network, readonly CodedField[]>();

/** All fields, in the network's order: made once for a network, which does not change. */
export const codebook = (network: Network): readonly CodedField[] =>
  cached(books, network, () => bookOf(network));

function bookOf(network: Network): readonly CodedField[] {
  const coded = network.channels.flatMap(({ code }, channel) =>
    code.kind === "inside" ? [] : [{ code, channel, value: standsFor(code) }],
  );
  const own = groupBy(coded, ({ code }) => code.field);
  return network.fields.map((field) => {
    const list = (own.get(field.name) ?? []).toSorted((a, b) => a.value - b.value);
    return {
      field,
      kind: list[0]?.code.kind ?? null,
      channels: list.map(({ channel }) => channel),
      values: list.map(({ value }) => value),
    };
  });
}
