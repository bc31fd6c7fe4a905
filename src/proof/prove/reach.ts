// Looks for an input from which a run reaches a difference between a network's step and the rule's.

import type { Rule } from "../../compiler/schedule/rule.ts";
import { directEngine } from "../../engines/direct.ts";
import type { Engine } from "../../engines/engine.ts";
import { type RuleEngine, ruleEngine } from "../../engines/rule.ts";
import { type Grid, type Shape, sameGrid } from "../../grid/grid.ts";
import { prepareInput } from "../../grid/prepare.ts";
import { seededRandom } from "../../grid/random.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import { type Network, sizeOf } from "../../network/network.ts";
import { encode } from "../../network/state.ts";
import { withoutTokens } from "../../network/tokens.ts";
import { smallestFinding } from "../verify/shrink.ts";
import type { Neighbourhood } from "./patch.ts";
import { inputsToTry } from "./reach-inputs.ts";
import type { Reached } from "./result.ts";

export interface ReachOptions {
  readonly snap: boolean;
  readonly seed: number;
  /** A neighbourhood on which the two differ: inputs that have it are tried first. */
  readonly from?: Neighbourhood | null;
  /** Multiplications that the search may take. */
  readonly work?: number;
}

/** Cell steps that one input may take. */
const MOST_CELLS = 20_000;
/** About a second. */
const MOST_WORK = 1.5e8;
/** One in this number of inputs runs far longer than waves take to cross its grid. */
const LONG_EVERY = 8;
const LONG = 20;

/** The smallest input found whose run differs, and where it first does; null if none was found. */
export async function reachDifference(
  program: CheckedProgram,
  rule: Rule,
  network: Network,
  options: ReachOptions,
): Promise<Reached | null> {
  const run = new Runs(program, rule, network, options.snap);
  const reached = await firstReaching(program, network, (input, steps) => run.test(input, steps), options);
  if (reached === null) return null;
  const difference = (grid: Grid) => run.difference(grid, reached.patience);
  const { input, found } = await smallestFinding(program, reached.input, difference);
  return { input, ...found };
}

/** Whether a run that reaches a difference is found. */
export const isReached = async (
  program: CheckedProgram,
  differs: RunTest,
  network: Network,
  options: Omit<ReachOptions, "snap">,
): Promise<boolean> => (await firstReaching(program, network, differs, options)) !== null;

/** Makes some steps of the rule from an input that has its workspace: as many as it takes, or up to a difference. */
type RunTest = (
  prepared: Grid,
  steps: number,
) => Promise<{ readonly made: number; readonly isFound: boolean }>;

async function firstReaching(
  program: CheckedProgram,
  network: Network,
  differs: RunTest,
  { seed, from = null, work = MOST_WORK }: Omit<ReachOptions, "snap">,
): Promise<{ readonly input: Grid; readonly patience: number } | null> {
  const perCell = sizeOf(network).nonzero + 100;
  let [trial, done] = [0, 0];
  for (const input of inputsToTry(program, from, seededRandom(seed))) {
    const patience = ++trial % LONG_EVERY === 0 ? LONG : 1;
    const prepared = prepareInput(program, input);
    const { made, isFound } = await differs(prepared, stepsFor(prepared, patience));
    if (isFound) return { input, patience };
    done += made * prepared.rows * prepared.cols * perCell;
    if (done > work) return null;
  }
  return null;
}

/** `patience` times as many as waves take to cross the grid there and back. */
function stepsFor({ rows, cols }: Shape, patience: number): number {
  const waves = patience * (3 * (rows + cols) + 8);
  return Math.max(4, Math.min(waves, MOST_CELLS / (rows * cols)));
}

class Runs {
  readonly #program: CheckedProgram;
  readonly #rule: RuleEngine;
  readonly #network: Network;
  readonly #direct: Engine;
  readonly #snap: boolean;

  constructor(program: CheckedProgram, rule: Rule, network: Network, snap: boolean) {
    this.#program = program;
    this.#rule = ruleEngine(rule);
    this.#network = network;
    this.#direct = directEngine(withoutTokens(network));
    this.#snap = snap;
  }

  /** The first step of a run that differs. */
  async difference(given: Grid, patience: number): Promise<Omit<Reached, "input"> | null> {
    const input = prepareInput(this.#program, given);
    return (await this.#run(input, stepsFor(input, patience))).difference;
  }

  async test(prepared: Grid, steps: number): ReturnType<RunTest> {
    const { made, difference } = await this.#run(prepared, steps);
    return { made, isFound: difference !== null };
  }

  async #run(
    input: Grid,
    steps: number,
  ): Promise<{ readonly made: number; readonly difference: Omit<Reached, "input"> | null }> {
    const width = this.#network.channels.length;
    let grid = this.#rule.start(input);
    for (let step = 1; step <= steps; step++) {
      if (this.#rule.halted(grid)) return { made: step - 1, difference: null };
      const got = await this.#stepped(grid);
      const next = this.#rule.step(grid);
      const at = encode(this.#network, next).findIndex((bit, index) => bit !== this.#rounded(got[index]!));
      if (at >= 0) {
        const cell = Math.floor(at / width);
        const difference = { step, row: Math.floor(cell / input.cols), col: cell % input.cols };
        return { made: step, difference };
      }
      if (sameGrid(grid, next)) return { made: step, difference: null };
      grid = next;
    }
    return { made: Math.floor(steps), difference: null };
  }

  async #stepped(grid: Grid): Promise<Float32Array> {
    const run = this.#direct.start(grid, [encode(this.#network, grid)]);
    await run.advance(1);
    const [got] = await run.read();
    return got!;
  }

  #rounded(value: number): number {
    return this.#snap ? Number(value > 0.5) : value;
  }
}
