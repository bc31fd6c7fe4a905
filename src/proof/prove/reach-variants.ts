// Which of many networks that differ in a unit from a right one are told from the rule by a run. Runs of the rule are
// kept as the neighbourhoods that come up in them, in that order, since most inputs are tried with all networks.

import type { Rule } from "../../compiler/schedule/rule.ts";
import { cached } from "../../diagnostics/memo.ts";
import type { Grid } from "../../grid/grid.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import type { Network } from "../../network/network.ts";
import { Neighbourhoods } from "../verify/neighbourhoods.ts";
import { type Variant, Variants } from "../verify/variants.ts";
import { isReached, type ReachOptions } from "./reach.ts";

/** Neighbourhoods that are kept, and what depends on them; then all begins anew. */
const MOST_NEIGHBOURHOODS = 150_000;

/** A run of the rule from an input. */
interface KeptRun {
  /** Neighbourhoods, each with the step in which it first comes up. */
  readonly first: ReadonlyMap<number, number>;
  /** Steps made, the last of which changed nothing, or after which all cells had halted, if not as many as asked for. */
  readonly made: number;
}

export class VariantSearch {
  readonly #program: CheckedProgram;
  readonly #rule: Rule;
  readonly #network: Network;
  readonly #most: number;
  #neighbourhoods!: Neighbourhoods;
  #variants!: Variants;
  #runs!: Map<string, KeptRun>;

  /** `most` bounds the neighbourhoods that are kept, and no more than that. */
  constructor(program: CheckedProgram, rule: Rule, network: Network, most = MOST_NEIGHBOURHOODS) {
    this.#program = program;
    this.#rule = rule;
    this.#network = network;
    this.#most = most;
    this.#renew();
  }

  #renew(): void {
    this.#neighbourhoods = new Neighbourhoods(this.#rule, this.#network);
    this.#variants = new Variants(this.#network, this.#neighbourhoods);
    this.#runs = new Map();
  }

  /** Whether a run is found in which a network makes another step than the rule; one that does not round. */
  async isReached(variant: Variant, options: Omit<ReachOptions, "snap">): Promise<boolean> {
    if (this.#neighbourhoods.seen.length > this.#most) this.#renew();
    const differs = this.#variants.differs(variant);
    const test = async (prepared: Grid, steps: number) => {
      const { first, made } = this.#run(prepared, steps);
      for (const [neighbourhood, step] of first)
        if (differs(neighbourhood)) return { made: step, isFound: true };
      return { made, isFound: false };
    };
    return isReached(this.#program, test, variant.network, options);
  }

  #run(prepared: Grid, steps: number): KeptRun {
    const { rows, cols, planes } = prepared;
    const key = `${rows} ${cols} ${steps} ${Object.values(planes).join(" ")}`;
    return cached(this.#runs, key, () => this.#made(prepared, steps));
  }

  #made(prepared: Grid, steps: number): KeptRun {
    const first = new Map<number, number>();
    let grid = this.#neighbourhoods.start(prepared);
    for (let step = 1; step <= steps; step++) {
      const around = this.#neighbourhoods.around(grid);
      const { next, hasHalted } = this.#neighbourhoods.step(grid, around);
      if (hasHalted) return { first, made: step - 1 };
      for (const each of around) if (!first.has(each)) first.set(each, step);
      if (next.cells.every((cell, at) => cell === grid.cells[at])) return { first, made: step };
      grid = next;
    }
    return { first, made: Math.floor(steps) };
  }
}
