// What the options need to know about Boolean functions: smaller equivalents, factors, signals spelled out.
// "Equal" always means: on every neighbourhood that can occur.

import { groupBy } from "../../../diagnostics/group.ts";
import { cached } from "../../../diagnostics/memo.ts";
import type { Bool } from "../../../logic/bdd.ts";
import { larger } from "../../../logic/nodes.ts";
import type { Variables } from "../../../logic/variables.ts";

export class Functions {
  readonly variables: Variables;
  readonly #definitions: ReadonlyMap<number, readonly Bool[]>;
  /** By function, one more than its equivalent; 0 where that is not known yet. */
  #simplified = new Int32Array(1 << 12);
  readonly #complexity = new Map<Bool, number>();
  readonly #factors = new Map<Bool, readonly Bool[]>();

  /** `definitions`: signal variable -> disjoint functions of channels whose sum it is. */
  constructor(variables: Variables, definitions: ReadonlyMap<number, readonly Bool[]>) {
    this.variables = variables;
    this.#definitions = definitions;
  }

  /** The disjoint functions of channels that a signal is the sum of, or null for other variables. */
  signalTerms(variable: number): readonly Bool[] | null {
    return this.#definitions.get(variable) ?? null;
  }

  /** An equal function of fewer variables, if there is one, and usually a smaller diagram. */
  simplify(f: Bool): Bool {
    if (f < this.#simplified.length && this.#simplified[f] !== 0) return this.#simplified[f]! - 1;
    const made = this.#simplify(f);
    while (f >= this.#simplified.length) this.#simplified = larger(this.#simplified);
    this.#simplified[f] = made + 1;
    return made;
  }

  #simplify(f: Bool): Bool {
    const { bdd } = this.variables;
    const care = this.variables.care(bdd.support(f));
    if (care === 1) return f;
    if (!bdd.meets(f, care)) return 0;
    if (!bdd.meets(bdd.not(f), care)) return 1;
    let on = bdd.and(f, care);
    let wider = care;
    // Only variables that the care set ties to others can be superfluous.
    for (const variable of bdd.support(care)) {
      if (bdd.dependsOn(on, variable, wider)) continue;
      on = bdd.exists(on, [variable]);
      wider = bdd.exists(wider, [variable]);
    }
    return bdd.restrict(on, wider);
  }

  /** `f` as a conjunction of functions that share no variable: literals first, then the rest. */
  factors(f: Bool): readonly Bool[] {
    return cached(this.#factors, f, () => this.#factorsOf(f));
  }

  #factorsOf(f: Bool): readonly Bool[] {
    const { bdd } = this.variables;
    const found: Bool[] = [];
    let core = f;
    for (const literal of f === 0 ? [] : bdd.implied(f)) {
      const variable = literal >> 1;
      const value = literal % 2 === 1 ? 1 : 0;
      found.push(value === 1 ? bdd.variable(variable) : bdd.not(bdd.variable(variable)));
      core = bdd.cofactor(core, variable, value);
    }
    if (core !== 1) found.push(...this.#split(core));
    return found;
  }

  /** Splits off the variables of one cell, or of one pair, where the rest does not depend on them. */
  #split(core: Bool): Bool[] {
    const { bdd } = this.variables;
    const support = bdd.support(core);
    for (const block of this.#blocks(support)) {
      const rest = support.filter((variable) => !block.includes(variable));
      if (rest.length === 0) continue;
      const inside = bdd.exists(core, rest);
      // The core depends on the block, so that its part of it is no constant.
      if (inside === 1) continue;
      const outside = bdd.exists(core, block);
      if (outside !== 1 && bdd.and(inside, outside) === core) return [inside, ...this.#split(outside)];
    }
    return [core];
  }

  /** Disjoint terms needed for the factors that are not literals, counted along the paths of the diagram. */
  complexity(f: Bool): number {
    const { bdd } = this.variables;
    const termsOf = (factor: Bool) => Math.min(bdd.pathCount(factor), bdd.pathCount(bdd.not(factor)));
    return cached(this.#complexity, f, () =>
      this.factors(f).reduce((most, factor) => Math.max(most, termsOf(factor)), 1),
    );
  }

  #blocks(support: readonly number[]): (readonly number[])[] {
    const byPlace = groupBy(support, (index) => {
      const variable = this.variables.variable(index);
      return variable.tag === "literal" ? variable.place : variable.tag;
    });
    const cells = [...byPlace.values()];
    if (support.length > 6) return cells;
    const pairs = support.flatMap((a, at) => support.slice(at + 1).map((b) => [a, b]));
    return [...cells, ...pairs];
  }

  /** All assignments of the variables that can occur, or null where they are more than `most`. */
  occurring(support: readonly number[], most: number): Map<number, 0 | 1>[] | null {
    const { bdd } = this.variables;
    let rows: { readonly values: readonly (readonly [number, 0 | 1])[]; readonly care: Bool }[] = [
      { values: [], care: this.variables.care(support) },
    ];
    for (const variable of support) {
      rows = rows.flatMap(({ values, care }) =>
        ([0, 1] as const)
          .map((value) => ({
            values: [...values, [variable, value] as const],
            care: bdd.cofactor(care, variable, value),
          }))
          .filter((row) => row.care !== 0),
      );
      if (rows.length > most) return null;
    }
    return rows.map(({ values }) => new Map(values));
  }
}
