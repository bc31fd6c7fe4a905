// A small world to try polynomials in: fields of every kind at three places, and all of its neighbourhoods by number.

import type { Place } from "../../../src/grid/direction.ts";
import { bounds, type ValueType } from "../../../src/grid/grid.ts";
import { Algebra } from "../../../src/proof/prove/polynomials/algebra.ts";
import { Numbers } from "../../../src/proof/prove/polynomials/numbers.ts";
import { Ranges } from "../../../src/proof/prove/polynomials/ranges.ts";
import { Reads } from "../../../src/proof/prove/polynomials/reads.ts";
import { Rectifier } from "../../../src/proof/prove/polynomials/rectifier.ts";
import { type Polynomial, Space } from "../../../src/proof/prove/polynomials/space.ts";

export const FIELDS: readonly { readonly name: string; readonly type: ValueType }[] = [
  { name: "b", type: { kind: "bit" } },
  { name: "n", type: { kind: "range", lo: -1, hi: 6 } },
  { name: "e", type: { kind: "enum", names: ["none", "one", "two"] } },
];
export const PLACES: readonly Place[] = ["here", "left"];

/** What a neighbourhood holds: whether there is a cell to the left, and fields by `field place`. */
export interface Case {
  readonly isInside: boolean;
  readonly values: ReadonlyMap<string, number>;
}

/** All cases; off the grid, fields have their first values. With `token`, field e is not its first at two places. */
export function allCases(token: boolean): Case[] {
  let cases: Case[] = [
    { isInside: false, values: new Map() },
    { isInside: true, values: new Map() },
  ];
  for (const place of PLACES)
    for (const { name, type } of FIELDS) {
      const { lo, hi } = bounds(type);
      cases = cases.flatMap(({ isInside, values }) => {
        const most = place === "left" && !isInside ? lo : hi;
        return Array.from({ length: most - lo + 1 }, (_, at) => ({
          isInside,
          values: new Map([...values, [`${name} ${place}`, lo + at]]),
        }));
      });
    }
  return cases.filter(({ values }) => !token || values.get("e here") === 0 || values.get("e left") === 0);
}

export class World {
  readonly algebra: Algebra;
  readonly reads: Reads;
  readonly numbers: Numbers;
  readonly rectifier: Rectifier;
  readonly #space: Space;
  readonly #tests = new Map<number, (at: Case) => boolean>();

  constructor(token: boolean) {
    this.#space = new Space(new Set(token ? ["e"] : []), 1e8);
    this.algebra = new Algebra(this.#space);
    this.reads = new Reads(this.algebra, FIELDS, true);
    this.numbers = new Numbers(this.algebra, new Ranges(this.algebra));
    this.rectifier = new Rectifier(this.algebra, this.numbers);
  }

  /** The value of a polynomial, atom by atom. */
  value(of: Polynomial, at: Case): number {
    let sum = 0;
    for (const [monomial, weight] of of)
      sum += this.#space.atomsOf(monomial).reduce((product, id) => product * this.#atom(id, at), weight);
    return sum;
  }

  #atom(id: number, at: Case): number {
    const { key, kind, at: bound } = this.#space.atoms[id]!;
    if (kind === "ramp") return Math.max(0, this.value(this.#space.number(key).body, at) - bound);
    const test = this.#tests.get(id) ?? this.#testOf(id);
    this.#tests.set(id, test);
    return Number(test(at));
  }

  #testOf(id: number): (at: Case) => boolean {
    const { kind } = this.#space.atoms[id]!;
    for (const place of PLACES)
      for (const { name, type } of FIELDS) {
        const { lo, hi } = bounds(type);
        for (let value = lo + 1; value <= hi; value++) {
          if (this.#space.readAtom(name, type, place, value) !== id) continue;
          const field = `${name} ${place}`;
          if (kind === "is") return ({ values }) => values.get(field) === value;
          return ({ values }) => values.get(field)! >= value;
        }
      }
    return ({ isInside }) => isInside;
  }
}
