// The question of a check, asked of many networks of one program that differ from a right one in a unit: does any of its
// random grids show a difference? What the program does with them, and what the rule does in local time, is found once. A
// network makes the rule's steps as long as its cells see neighbourhoods on which it agrees with the rule, and is watched
// from the first on which it does not.

import type { Rule } from "../../compiler/schedule/rule.ts";
import { cached } from "../../diagnostics/memo.ts";
import { directEngine } from "../../engines/direct.ts";
import type { Grid, Shape } from "../../grid/grid.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import type { Network } from "../../network/network.ts";
import { requireTokens, withoutTokens } from "../../network/single-token-states.ts";
import { encode } from "../../network/state.ts";
import { type CheckOptions, prepareBatch, randomBatches } from "./check.ts";
import { StepsClaim } from "./claim.ts";
import {
  type Emulated,
  type Emulation,
  stepLimit,
  Watcher,
  type WatcherMoment,
  watching,
} from "./emulation.ts";
import { type Cells, Neighbourhoods } from "./neighbourhoods.ts";
import type { Trace } from "./timeline.ts";
import { type Variant, Variants } from "./variants.ts";

/** What the networks are variants of. */
interface Screened extends Pick<Emulated, "program" | "schedule" | "network"> {
  readonly neighbourhoods: Neighbourhoods;
}

/** A test for variants of a network: whether such a check finds them wrong. */
export function screening(
  program: CheckedProgram,
  rule: Rule,
  network: Network,
  options: CheckOptions,
): (variant: Variant) => Promise<boolean> {
  const neighbourhoods = new Neighbourhoods(rule, network);
  const variants = new Variants(network, neighbourhoods);
  let batches: readonly Batch[] | null = null;
  return async (variant) => {
    batches ??= [...recorded({ program, schedule: rule.schedule, network, neighbourhoods }, options)];
    const differs = variants.differs(variant);
    const changed: (readonly Outcome[])[] = [];
    const known = new Map<KeptRun, Outcome>();
    for (const { runs } of batches) {
      const outcomes: Outcome[] = [];
      for (const run of runs) {
        const outcome = known.get(run) ?? (await run(variant.network, differs));
        if (outcome.isWrong) return true;
        known.set(run, outcome);
        outcomes.push(outcome);
      }
      changed.push(outcomes);
    }
    return batches.some(({ shape }, at) => breaksClaim(program, shape, changed[at]!));
  };
}

interface Batch {
  /** The shape of its inputs, before their workspace is added. */
  readonly shape: Shape;
  readonly runs: readonly KeptRun[];
}

/** Small shapes have few inputs: what comes again is recorded once. */
function* recorded(screened: Screened, options: CheckOptions): Generator<Batch> {
  const { program, network, neighbourhoods } = screened;
  const traced = new Map<string, { readonly grid: Grid; readonly trace: Trace }>();
  const kept = new Map<string, KeptRun>();
  for (const inputs of randomBatches(program, options)) {
    const claim = claimOf(program);
    const prepared = inputs.map((input) => {
      const name = nameOf(input);
      const made = cached(traced, name, () => {
        const { grids, traces } = prepareBatch(screened, [input], claim);
        return { grid: grids[0]!, trace: traces[0]! };
      });
      return { name, ...made };
    });
    const limit = stepLimit(
      prepared.map(({ trace }) => trace),
      prepared[0]!.grid,
    );
    const runs = prepared.map(({ name, grid, trace }) =>
      cached(kept, `${name} ${limit}`, () => {
        const start = neighbourhoods.start(grid);
        requireTokens(network, start, neighbourhoods.stateOf(start));
        return keptRun(neighbourhoods, start, new Recording(screened, grid, trace, limit));
      }),
    );
    yield { shape: inputs[0]!, runs };
  }
}

/** Inputs of one program are called the same exactly if they are. */
const nameOf = ({ rows, cols, planes }: Grid): string => `${rows} ${cols} ${Object.values(planes).join(" ")}`;

const claimOf = ({ steps }: CheckedProgram): StepsClaim | null => (steps ? new StepsClaim(steps.most) : null);

/** Tells whether runs on inputs of one shape take longer than the program says. */
function breaksClaim(program: CheckedProgram, shape: Shape, outcomes: readonly Outcome[]): boolean {
  // Runs that have not ended count as the longest of those beside them.
  const steps = Math.max(...outcomes.map((each) => each.steps)) * outcomes.length;
  const ended = outcomes.map((each) => each.ended);
  return (claimOf(program)?.judge(shape, { steps, ended }) ?? null) !== null;
}

/** How the run of a network comes out that differs from the rule on some neighbourhoods. */
type KeptRun = (network: Network, differs: (neighbourhood: number) => boolean) => Promise<Outcome>;

/** The rule's run on one grid. */
function keptRun(neighbourhoods: Neighbourhoods, start: Cells, recording: Recording): KeptRun {
  /** The grid before each step. */
  const frames: Cells[] = [];
  /** Neighbourhoods in the order in which they come up, each with the step in which it first does. */
  const first = new Map<number, number>();
  for (let grid = start; !recording.done; ) {
    const around = neighbourhoods.around(grid);
    for (const each of around) if (!first.has(each)) first.set(each, frames.length);
    frames.push(grid);
    grid = neighbourhoods.step(grid, around).next;
    recording.accept(neighbourhoods.stateOf(grid));
  }
  return async (network, differs) => {
    for (const [neighbourhood, step] of first)
      if (differs(neighbourhood)) return recording.goOn(network, step, neighbourhoods.stateOf(frames[step]!));
    return recording.outcome;
  };
}

// A run of the rule that is watched beside the trace of its program, and kept, so that the runs of networks that make
// the same steps for a while need to be watched only from where they leave it.

/** How a run came out, up to where there is nothing more to see. */
interface Outcome {
  /** Whether something differs from the program. */
  readonly isWrong: boolean;
  /** Steps until the stop rule held, or null. */
  readonly ended: number | null;
  readonly steps: number;
}

class Recording {
  readonly #subject: Pick<Emulated, "network" | "program">;
  readonly #shape: Shape;
  readonly #trace: Trace;
  readonly #limit: number;
  readonly #watcher: Watcher;
  readonly #moments: WatcherMoment[];
  #steps = 0;
  #isWrong = false;

  /** `limit` bounds the steps. */
  constructor(subject: Pick<Emulated, "network" | "program">, input: Grid, trace: Trace, limit: number) {
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
    return outcomeOf(await watching(run, [watcher], [state], this.#limit, step));
  }
}

const outcomeOf = ({ difference, ended, steps }: Emulation): Outcome => ({
  isWrong: difference !== null,
  ended: ended[0]!,
  steps,
});
