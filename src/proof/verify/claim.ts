// What a program claims about the steps of its network, judged by runs; it remembers the worst.

import type { Shape } from "../../grid/grid.ts";
import { evaluateSize, type SizeExpression, showSize } from "../../grid/size.ts";
import type { StepClaim } from "./counterexample.ts";
import type { Emulation } from "./emulation.ts";

export class StepsClaim {
  readonly #most: SizeExpression;
  #worst: StepClaim["worst"] = null;

  constructor(most: SizeExpression) {
    this.#most = most;
  }

  /** Most steps for an input of a shape, before any workspace is added. */
  bound(shape: Shape): number {
    return evaluateSize(this.#most, shape);
  }

  /** Takes runs on inputs of one shape; the index of the first that took too long, or null. */
  judge({ rows, cols }: Shape, { ended, steps }: Pick<Emulation, "ended" | "steps">): number | null {
    const bound = this.bound({ rows, cols });
    // A run that has not ended has made all the steps there were; it tells something once it is beyond the bound.
    const taken = ended.map((each) => each ?? steps / ended.length);
    for (const [at, each] of taken.entries()) {
      const tells = ended[at] !== null || each > bound;
      if (tells && isNearer({ steps: each, bound }, this.#worst))
        this.#worst = { steps: each, bound, rows, cols };
    }
    const broken = taken.findIndex((each) => each > bound);
    return broken < 0 ? null : broken;
  }

  get result(): StepClaim {
    return { claim: showSize(this.#most), worst: this.#worst };
  }
}

/** What a run took of the steps that were claimed to be enough. */
interface Taken {
  readonly steps: number;
  readonly bound: number;
}

/** Tells whether a run came nearer to its bound than another, or as near and took more steps. */
export function isNearer(run: Taken, other: Taken | null): boolean {
  if (other === null) return true;
  const [here, there] = [run.steps * other.bound, other.steps * run.bound];
  return here > there || (here === there && run.steps > other.steps);
}
