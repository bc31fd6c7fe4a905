// Bits that only grow: where one is set, it stays set, in every run on every grid. The bit of a handshake is often one: a cell
// that has run once runs in every step from then on, because all that it waits for does.
//
// Such a bit starts as 0 in all cells, and what it becomes depends on itself at the places of the neighbourhood and on the
// edges alone, and is no less where it is more there. So it is a cellular automaton of its own. Its first state is the
// least of all, so no more than the second one; a step keeps the order of two states; hence, by induction, no state is
// more than the next.

import type { Rule } from "../../compiler/schedule/rule.ts";
import type { InputRules } from "../../grid/prepare.ts";
import { type Diagram, type Diagrams, MIN } from "../../logic/diagrams.ts";
import type { Patch } from "./neighbourhood.ts";

/** Names of the bits of a rule that only grow. @param next what a field becomes, by its name */
export function growingBits(
  { places = [] }: InputRules,
  { fields }: Pick<Rule, "fields">,
  patch: Patch,
  next: (name: string) => Diagram,
): string[] {
  return fields.flatMap(({ name, role, type, initial }) => {
    const isPlaced = places.some(({ field }) => field === name);
    if (type.kind !== "bit" || role === "input" || initial !== 0 || isPlaced) return [];
    return isMonotone(patch, next(name), name) ? [name] : [];
  });
}

/** Tells whether a function is of one field and of the edges alone, and no less where the field is more somewhere. */
function isMonotone(patch: Patch, of: Diagram, name: string): boolean {
  const { diagrams } = patch;
  return diagrams.support(of).every((variable) => {
    const { slot } = patch.asked(variable);
    if (slot.tag === "side") return true;
    if (slot.field.name !== name) return false;
    const [low, high] = [0, 1].map((value) => fixed(diagrams, of, variable, value));
    return diagrams.apply(MIN, low!, high!) === low;
  });
}

/** A function where one variable has a value. */
const fixed = (diagrams: Diagrams, of: Diagram, at: number, value: number): Diagram =>
  diagrams.folding<Diagram>(
    (leaf) => diagrams.constant(leaf),
    (variable, low, high) =>
      variable !== at ? diagrams.branch(variable, low, high) : value === 0 ? low : high,
  )(of);

/** 1 where none of some bits that are set in the cell goes out in a step. */
export function growthOf(patch: Patch, names: readonly string[], next: (name: string) => Diagram): Diagram {
  const { diagrams } = patch;
  return names
    .map((name) => diagrams.choose(patch.value(name, "here"), next(name), diagrams.constant(1)))
    .reduce((all, each) => diagrams.apply(MIN, all, each), diagrams.constant(1));
}
