// Halted cells keep their values. Usually that needs a bit and a guard on every write; but where the
// condition itself, once true, keeps every write from changing anything, it needs neither.

import { bounds } from "../../grid/grid.ts";
import { isTooLarge } from "../../logic/bdd.ts";
import { channelsOf, INSIDE } from "../../logic/channels.ts";
import { type Expression, type Expressions, leaves } from "../../logic/expression.ts";
import { Translator } from "../../logic/translate.ts";
import { Variables } from "../../logic/variables.ts";
import type { IrField, Write } from "./instructions.ts";

/** Of fields with more values it is not tried. */
const MOST_VALUES = 256;

/**
 * Whether, in a cell where `halted` holds, none of the instructions can change a field of the program or one that
 * `halted` reads, whatever the neighbourhood: then the condition stays true and needs no memory.
 */
export function isStable(...question: Parameters<typeof provablyStable>): boolean {
  try {
    return provablyStable(...question);
  } catch (error) {
    // Not knowing costs a bit, no more.
    if (isTooLarge(error)) return false;
    throw error;
  }
}

function provablyStable(
  halted: Expression,
  instructions: readonly { readonly writes: readonly Write[] }[],
  fields: readonly IrField[],
  own: (field: string) => Expression,
): boolean {
  // Large ranges have too many thresholds to look at.
  if (fields.some(({ type }) => bounds(type).hi - bounds(type).lo >= MOST_VALUES)) return false;
  const variables = new Variables([...fields.flatMap((field) => channelsOf(field)), INSIDE]);
  const translate = new Translator(variables);
  const { bdd } = variables;
  const stopped = translate.bit(halted);
  const byName = new Map(fields.map((field) => [field.name, field]));
  const asked = new Set(leaves([halted]).flatMap((leaf) => (leaf.tag === "read" ? [leaf.field] : [])));
  return instructions.every(({ writes }) =>
    writes.every(({ field, value }) => {
      const { role, type } = byName.get(field)!;
      if (role === "hidden" && !asked.has(field)) return true;
      const before = translate.channels({ name: field, type }, own(field));
      const after = translate.channels({ name: field, type }, value);
      return after.every((function_, at) => {
        const changed = bdd.and(stopped, bdd.xor(function_, before[at]!));
        return bdd.and(changed, variables.care(bdd.support(changed))) === 0;
      });
    }),
  );
}

/** Writes that leave a halted cell's fields alone; hidden fields go on, since others depend on them. */
export function guard(
  make: Expressions,
  halted: Expression,
  writes: readonly Write[],
  fields: readonly IrField[],
  own: (field: string) => Expression,
): Write[] {
  const hidden = new Set(fields.filter(({ role }) => role === "hidden").map(({ name }) => name));
  return writes.map(({ field, value }) =>
    hidden.has(field) ? { field, value } : { field, value: make.choose(halted, own(field), value) },
  );
}
