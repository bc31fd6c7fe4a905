// Random expression graphs together with their meaning, computed beside them by ordinary arithmetic.

import type { Place } from "../../src/grid/direction.ts";
import { bounds, firstValue, type ValueType } from "../../src/grid/grid.ts";
import type { Random } from "../../src/grid/random.ts";
import type { Expression, Expressions } from "../../src/logic/expression.ts";

/** What a cell sees: values of fields at places, and where the grid is. */
export type Situation = (field: string, place: Place) => number;

/** An expression and what it should be worth. */
export interface Meant {
  readonly expression: Expression;
  readonly value: (situation: Situation) => number;
}

export interface Leaf {
  readonly field: string;
  readonly type: ValueType;
  readonly place: Place;
}

/** The field whose value 1 says that there is a cell at that place. */
export const INSIDE_FIELD = "inside";

const pick = <T>(random: Random, options: readonly T[]): T => options[random.int(options.length)]!;

/** Writes random graphs over the given leaves; `edges` are places whose presence may be asked. */
export class ExpressionWriter {
  readonly #make: Expressions;
  readonly #random: Random;
  readonly #leaves: readonly Leaf[];
  readonly #edges: readonly Place[];

  constructor(make: Expressions, random: Random, leaves: readonly Leaf[], edges: readonly Place[] = []) {
    this.#make = make;
    this.#random = random;
    this.#leaves = leaves;
    this.#edges = edges;
  }

  bit(depth: number): Meant {
    const [make, random] = [this.#make, this.#random];
    if (depth === 0) return this.#bitLeaf();
    const sub = () => this.bit(depth - 1);
    const numeric = () => this.number(depth - 1);
    switch (random.int(9)) {
      case 0: {
        const of = sub();
        return { expression: make.not(of.expression), value: (s) => 1 - of.value(s) };
      }
      case 1:
      case 2: {
        const parts = Array.from({ length: 2 + random.int(2) }, sub);
        const every = random.int(2) === 0;
        const graphs = parts.map(({ expression }) => expression);
        const value = (s: Situation) => {
          const values = parts.map((part) => part.value(s));
          return every ? Math.min(...values) : Math.max(...values);
        };
        return { expression: every ? make.and(...graphs) : make.or(...graphs), value };
      }
      case 3: {
        const [left, right] = [sub(), sub()];
        const expression = make.xor(left.expression, right.expression);
        return { expression, value: (s) => left.value(s) ^ right.value(s) };
      }
      case 4: {
        const [when, then, otherwise] = [sub(), sub(), sub()];
        return this.#choose(when, then, otherwise);
      }
      case 5: {
        const of = numeric();
        const bound = random.int(9) - 4;
        const expression =
          bound % 2 === 0 ? make.wholeAtLeast(of.expression, bound) : make.atLeast(of.expression, bound);
        return { expression, value: (s) => Number(of.value(s) >= bound) };
      }
      case 6: {
        const of = numeric();
        const wanted = random.int(9) - 4;
        return { expression: make.is(of.expression, wanted), value: (s) => Number(of.value(s) === wanted) };
      }
      case 7: {
        const [left, right] = [numeric(), numeric()];
        const expression = make.equals(left.expression, right.expression, false);
        return { expression, value: (s) => Number(left.value(s) === right.value(s)) };
      }
      default:
        return this.#enumTest(depth);
    }
  }

  number(depth: number): Meant {
    const [make, random] = [this.#make, this.#random];
    if (depth === 0) return this.#numberLeaf();
    const sub = () => this.number(depth - 1);
    switch (random.int(7)) {
      case 0:
      case 1: {
        const terms = Array.from({ length: 1 + random.int(3) }, () => ({
          weight: random.int(5) - 2,
          of: sub(),
        }));
        const offset = random.int(5) - 2;
        const graph = terms.map(({ weight, of }) => ({ weight, of: of.expression }));
        const value = (s: Situation) =>
          terms.reduce((sum, { weight, of }) => sum + weight * of.value(s), offset);
        return { expression: make.sum(graph, offset), value };
      }
      case 2: {
        const [left, right] = [sub(), sub()];
        const expression = make.difference(left.expression, right.expression);
        return { expression, value: (s) => left.value(s) - right.value(s) };
      }
      case 3:
      case 4: {
        const [left, right] = [sub(), sub()];
        const extreme = pick(random, ["min", "max"] as const);
        const expression = make[extreme](left.expression, right.expression);
        return { expression, value: (s) => Math[extreme](left.value(s), right.value(s)) };
      }
      case 5:
        return this.#choose(this.bit(depth - 1), sub(), sub());
      default:
        return this.#comparedChoice(sub(), sub());
    }
  }

  /** An enum value: a read, a name, or a choice between them. */
  enum(depth: number, type: ValueType & { kind: "enum" }): Meant {
    const [make, random] = [this.#make, this.#random];
    if (depth > 0 && random.int(2) === 0) {
      return this.#choose(this.bit(depth - 1), this.enum(depth - 1, type), this.enum(depth - 1, type));
    }
    const reads = this.#leaves.filter((leaf) => leaf.type === type);
    if (reads.length > 0 && random.int(3) > 0) return this.#read(pick(random, reads));
    const name = random.int(type.names.length);
    return { expression: make.constant(name), value: () => name };
  }

  #choose(when: Meant, then: Meant, otherwise: Meant): Meant {
    const expression = this.#make.choose(when.expression, then.expression, otherwise.expression);
    return { expression, value: (s) => (when.value(s) === 1 ? then.value(s) : otherwise.value(s)) };
  }

  /** A choice between two numbers by comparing them: the pattern of a minimum or maximum, or nearly. */
  #comparedChoice(left: Meant, right: Meant): Meant {
    const [make, random] = [this.#make, this.#random];
    const bound = random.int(4) - 1;
    const [first, second] = random.int(2) === 0 ? [left, right] : [right, left];
    const comparison = make.atLeast(make.difference(first.expression, second.expression), bound);
    const negated = random.int(2) === 0;
    const when = negated ? make.not(comparison) : comparison;
    return {
      expression: make.choose(when, left.expression, right.expression),
      value: (s) => (first.value(s) - second.value(s) >= bound !== negated ? left.value(s) : right.value(s)),
    };
  }

  #enumTest(depth: number): Meant {
    const types = [...new Set(this.#leaves.map(({ type }) => type))];
    const found = types.filter((type) => type.kind === "enum");
    if (found.length === 0) return this.bit(depth - 1);
    const type = pick(this.#random, found);
    const [left, right] = [this.enum(depth - 1, type), this.enum(depth - 1, type)];
    const expression = this.#make.equals(left.expression, right.expression, true);
    return { expression, value: (s) => Number(left.value(s) === right.value(s)) };
  }

  #read({ field, type, place }: Leaf): Meant {
    return { expression: this.#make.read(field, type, place, "now"), value: (s) => s(field, place) };
  }

  #bitLeaf(): Meant {
    const reads = this.#leaves.filter(({ type }) => type.kind === "bit");
    const choice = this.#random.int(6);
    if (choice === 0) return this.#constant(this.#random.int(2));
    if ((choice === 1 && this.#edges.length > 0) || reads.length === 0) {
      if (this.#edges.length === 0) return this.#constant(1);
      const place = pick(this.#random, this.#edges);
      return { expression: this.#make.inside(place), value: (s) => s(INSIDE_FIELD, place) };
    }
    return this.#read(pick(this.#random, reads));
  }

  #numberLeaf(): Meant {
    const reads = this.#leaves.filter(({ type }) => type.kind !== "enum");
    if (this.#random.int(5) === 0 || reads.length === 0) return this.#constant(this.#random.int(5) - 2);
    return this.#read(pick(this.#random, reads));
  }

  #constant(value: number): Meant {
    return { expression: this.#make.constant(value), value: () => value };
  }
}

/**
 * Every situation of these leaves: all values at the places where there is a cell, the first values elsewhere.
 * `edges` are the places that may lie off the grid; a corner is there when both its sides are.
 */
export function allSituations(leaves: readonly Leaf[], edges: readonly Place[] = []): Situation[] {
  const found: Situation[] = [];
  const sides = (["up", "down", "left", "right"] as const).filter((side) =>
    edges.some((place) => place.includes(side)),
  );
  for (let missing = 0; missing < 2 ** sides.length; missing++) {
    const gone = sides.filter((_, at) => ((missing >> at) & 1) === 1);
    const isInside = (place: Place) => !gone.some((side) => place.includes(side));
    for (const values of valuesOf(leaves, isInside)) {
      found.push((field, place) =>
        field === INSIDE_FIELD ? Number(isInside(place)) : values.get(`${field} ${place}`)!,
      );
    }
  }
  return found;
}

function valuesOf(leaves: readonly Leaf[], isInside: (place: Place) => boolean): Map<string, number>[] {
  const [first, ...rest] = leaves;
  if (first === undefined) return [new Map()];
  const { lo, hi } = bounds(first.type);
  const values = isInside(first.place)
    ? Array.from({ length: hi - lo + 1 }, (_, step) => lo + step)
    : [firstValue(first.type)];
  const further = valuesOf(rest, isInside);
  return values.flatMap((value) =>
    further.map((others) => new Map(others).set(`${first.field} ${first.place}`, value)),
  );
}
