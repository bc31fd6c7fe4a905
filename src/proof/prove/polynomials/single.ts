// Functions of one key.

import { type Algebra, addTerm, constantTerm, type Growing } from "./algebra.ts";
import { type Atom, type Polynomial, UNIT } from "./space.ts";

/** `apply` of a polynomial whose terms are atoms of one side or field; null of all others. */
export function mapOneKey(
  { space }: Algebra,
  of: Polynomial,
  apply: (value: number) => number,
): Polynomial | null {
  const atoms: (readonly [monomial: number, atom: Atom, weight: number])[] = [];
  for (const [monomial, weight] of of) {
    if (monomial === UNIT) continue;
    const atom = space.lastAtom(monomial);
    if (space.shorter(monomial) !== UNIT || atom.kind === "ramp") return null;
    if (atoms.length > 0 && atoms[0]![1].key !== atom.key) return null;
    atoms.push([monomial, atom, weight]);
  }
  const offset = constantTerm(of);
  const base = apply(offset);
  const made: Growing = new Map();
  addTerm(made, UNIT, base);
  if (atoms[0]?.[1].kind === "is") {
    for (const [monomial, , weight] of atoms) addTerm(made, monomial, apply(offset + weight) - base);
    return made;
  }
  let [sum, before] = [offset, base];
  for (const [monomial, , weight] of atoms.sort(([, a], [, b]) => a.at - b.at)) {
    sum += weight;
    const now = apply(sum);
    addTerm(made, monomial, now - before);
    before = now;
  }
  return made;
}
