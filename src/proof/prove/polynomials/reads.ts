// What is read of the neighbourhood, as polynomials: any function of a field at a place is a sum of atoms.

import { AXES, type Place } from "../../../grid/direction.ts";
import { bounds, type ValueType } from "../../../grid/grid.ts";
import { type ChannelCode, heldBy } from "../../../network/network.ts";
import { sidesOf } from "../patch.ts";
import { type Algebra, add, addTerm, constant, type Growing, ONE } from "./algebra.ts";
import { type Polynomial, UNIT } from "./space.ts";
import { PolynomialsTooLarge } from "./too-large.ts";

/** Values of a field whose functions are given value by value. */
const MOST_TABULATED = 2 ** 12;

export class Reads {
  readonly #algebra: Algebra;
  readonly #types: ReadonlyMap<string, ValueType>;
  readonly #hasEdges: boolean;
  readonly #known = new Map<string, Polynomial>();

  /** `hasEdges`: whether anything can tell a cell off the grid from one whose fields have their first values. */
  constructor(
    algebra: Algebra,
    fields: readonly { readonly name: string; readonly type: ValueType }[],
    hasEdges: boolean,
  ) {
    this.#algebra = algebra;
    this.#types = new Map(fields.map(({ name, type }) => [name, type]));
    this.#hasEdges = hasEdges;
  }

  /** 1 where the grid has a cell at that place. */
  inside(place: Place): Polynomial {
    if (!this.#hasEdges) return ONE;
    const sides = sidesOf(place).map((side) => this.#algebra.space.side(AXES.indexOf(side)));
    return this.#algebra.product(sides.map((atom) => this.#algebra.atom(atom)));
  }

  /** The value of a field: numbers of ranges, indices of enums. */
  value(field: string, place: Place): Polynomial {
    return this.#named(`${field} ${place}`, () => this.#bent(field, place, [], (value) => value));
  }

  /** What a channel holds at a place. */
  channel(code: ChannelCode, place: Place): Polynomial {
    if (code.kind === "inside") return this.inside(place);
    if (code.kind === "integer") return add(this.value(code.field, place), constant(-code.from));
    if (code.kind === "thermometer") return this.atLeast(code.field, place, code.atLeast);
    return this.table(code.field, place, (value) => heldBy(code, value));
  }

  /** 1 where a field has at least that value. */
  atLeast(field: string, place: Place, bound: number): Polynomial {
    return this.#bent(field, place, [bound - 1, bound], (value) => (value >= bound ? 1 : 0));
  }

  /** 1 where a field has that value. */
  holding(field: string, place: Place, wanted: number): Polynomial {
    return this.#bent(field, place, [wanted - 1, wanted, wanted + 1], (value) => (value === wanted ? 1 : 0));
  }

  /** A function of a field that is linear between these values. */
  #bent(field: string, place: Place, bends: readonly number[], of: (value: number) => number): Polynomial {
    const { space } = this.#algebra;
    const type = this.typeOf(field);
    if (!space.isWide(field, type)) return this.table(field, place, of);
    const { lo, hi } = bounds(type);
    return this.#algebra.ofNumber(space.wideKey(field, type, place), [lo, ...bends, hi], of);
  }

  #named(name: string, make: () => Polynomial): Polynomial {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const made = make();
    this.#known.set(name, made);
    return made;
  }

  /** Any function of the value of a field. */
  table(field: string, place: Place, of: (value: number) => number): Polynomial {
    const { space } = this.#algebra;
    const type = this.typeOf(field);
    const { lo, hi } = bounds(type);
    if (space.isWide(field, type)) {
      if (hi - lo > MOST_TABULATED) throw new PolynomialsTooLarge();
      const all = Array.from({ length: hi - lo + 1 }, (_, at) => lo + at);
      return this.#algebra.ofNumber(space.wideKey(field, type, place), all, of);
    }
    const isStaircase = space.isStaircase(field, type);
    const made: Growing = new Map();
    const least = of(lo);
    addTerm(made, UNIT, least);
    for (let value = lo + 1, before = least; value <= hi; value++) {
      const now = of(value);
      if (now !== before)
        addTerm(made, space.monomial(space.readAtom(field, type, place, value)!), now - before);
      if (isStaircase) before = now;
    }
    return made;
  }

  typeOf(field: string): ValueType {
    const type = this.#types.get(field);
    if (type === undefined) throw new Error(`internal: no field ${field}`);
    return type;
  }
}
