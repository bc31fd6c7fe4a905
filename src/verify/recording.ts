// A run of the rule that is watched beside the trace of its program, and kept, so that the runs of networks that make
// the same steps for a while need to be watched only from where they leave it.

import { directEngine } from "../engines/direct.ts";
import type { Grid, Shape } from "../grid/grid.ts";
import type { Network } from "../network/network.ts";
import { encode } from "../network/state.ts";
import { withoutTokens } from "../network/tokens.ts";
import { type Emulation, type Subject, Watcher, type WatcherMoment, watch } from "./emulation.ts";
import type { Trace } from "./timeline.ts";

/** How a run came out, up to where there is nothing more to see. */
export interface Outcome {
  /** Whether something differs from the program. */
  readonly isWrong: boolean;
  /** Steps until the stop rule held, or null. */
  readonly ended: number | null;
  readonly steps: number;
}

export class Recording {
  readonly #subject: Pick<Subject, "network" | "program">;
  readonly #shape: Shape;
  readonly #trace: Trace;
  readonly #limit: number;
  readonly #watcher: Watcher;
  readonly #moments: WatcherMoment[];
  #steps = 0;
  #isWrong = false;

  /** `limit` bounds the steps. */
  constructor(subject: Pick<Subject, "network" | "program">, input: Grid, trace: Trace, limit: number) {
    this.#subject = subject;
    this.#shape = { rows: input.rows, cols: input.cols };
    this.#trace = trace;
    this.#limit = limit;
    this.#watcher = new Watcher(subject, this.#shape, trace, encode(subject.network, input));
    this.#moments = [this.#watcher.moment];
  }

  /** Whether there is nothing more to see. */
  get done(): boolean {
    return this.#isWrong || this.#watcher.done || this.#steps >= this.#limit;
  }

  /** Takes the state after one more step. */
  accept(state: Float32Array): void {
    this.#isWrong = this.#watcher.accept(state, ++this.#steps) !== null;
    this.#moments.push(this.#watcher.moment);
  }

  get outcome(): Outcome {
    const isWrong = this.#isWrong || !this.#watcher.done;
    return { isWrong, ended: this.#watcher.steps, steps: this.#steps };
  }

  /** The run of another network that was in the same states up to a step, in which it was in this one. */
  async goOn(network: Network, step: number, state: Float32Array): Promise<Outcome> {
    const run = directEngine(withoutTokens(network)).start(this.#shape, [state]);
    const { program } = this.#subject;
    const watcher = new Watcher({ network, program }, this.#shape, this.#trace, state, this.#moments[step]);
    return outcomeOf(await watch(run, [watcher], [state], this.#limit, step));
  }
}

const outcomeOf = ({ difference, ended, steps }: Emulation): Outcome => ({
  isWrong: difference !== null,
  ended: ended[0]!,
  steps,
});
