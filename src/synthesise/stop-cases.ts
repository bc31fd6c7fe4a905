// Stop rules that ask which values one field has, as a machine's do: their cases are plain without a diagram of the
// field's channels, which would grow with the square of its values.

import { type Codes, channelsOf, codeKindOf } from "../logic/channels.ts";
import type { Expression } from "../logic/expression.ts";
import type { Cube } from "../network/network.ts";

type Read = Expression & { readonly tag: "read" };

/** Fields of fewer values are left to diagrams, which also see what follows from other fields. */
const MANY_VALUES = 64;

/** The cases of `f == a or f == b or ...` for a field with a channel for each value but the first; null for others. */
export function casesOfOneField(when: Expression, codes: Codes): readonly Cube[] | null {
  const parts = when.tag === "or" ? when.of : [when];
  const values = new Set<number>();
  let read: Read | null = null;
  for (const part of parts) {
    if (part.tag !== "is" || part.of.tag !== "read" || part.of.place !== "here") return null;
    if (read !== null && part.of !== read) return null;
    read = part.of;
    values.add(part.value);
  }
  if (read === null || read.hi < MANY_VALUES) return null;
  const field = { name: read.field, type: read.type };
  if (codeKindOf(field, codes) !== "one-hot") return null;
  const names = channelsOf(field, codes).map(({ name }) => name);
  // The first value is all zeros: with it, the cell has none of the other values.
  if (values.has(0)) return [{ on: [], off: names.filter((_, at) => !values.has(at + 1)) }];
  return [...values].map((value) => ({ on: [names[value - 1]!], off: [] }));
}
