// Looks for an input from which a run reaches a difference between a network's step and the rule's.

import type { Rule } from "../../compiler/schedule/rule.ts";
import { directEngine } from "../../engines/direct.ts";
import { ruleEngine } from "../../engines/rule.ts";
import { type Grid, type Shape, sameGrid } from "../../grid/grid.ts";
import { prepareInput } from "../../grid/prepare.ts";
import { seededRandom } from "../../grid/random.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import { type Network, sizeOf } from "../../network/network.ts";
import { withoutTokens } from "../../network/single-token-states.ts";
import { encode } from "../../network/state.ts";
import { smallestFinding } from "../verify/shrink.ts";
import type { Neighbourhood } from "./neighbourhood.ts";
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
  const run = comparedRuns(rule, network, options.snap);
  const test: RunTest = async (prepared, steps) => {
    const { made, difference } = await run(prepared, steps);
    return { made, isFound: difference !== null };
  };
  const reached = await firstReaching(program, network, test, options);
  if (reached === null) return null;
  const difference = async (given: Grid) => {
    const prepared = prepareInput(program, given);
    return (await run(prepared, stepsFor(prepared, reached.patience))).difference;
  };
  const { input, found } = await smallestFinding(program, reached.input, difference);
  return { input, ...found };
}

/** Tells whether a run that reaches a difference is found. */
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

interface ComparedRun {
  /** Steps made. */
  readonly made: number;
  /** The first step that differs, the last one made. */
  readonly difference: Omit<Reached, "input"> | null;
}

/** Runs of the rule, from inputs that have their workspace, of which each step is compared with the network's. */
function comparedRuns(
  rule: Rule,
  network: Network,
  snap: boolean,
): (prepared: Grid, steps: number) => Promise<ComparedRun> {
  const engine = ruleEngine(rule);
  const direct = directEngine(withoutTokens(network));
  const rounded = (value: number): number => (snap ? Number(value > 0.5) : value);
  return async (prepared, steps) => {
    let grid = engine.start(prepared);
    for (let step = 1; step <= steps; step++) {
      if (engine.halted(grid)) return { made: step - 1, difference: null };
      const run = direct.start(grid, [encode(network, grid)]);
      await run.advance(1);
      const [got] = await run.read();
      const next = engine.step(grid);
      const at = encode(network, next).findIndex((bit, index) => bit !== rounded(got![index]!));
      if (at >= 0) {
        const cell = Math.floor(at / network.channels.length);
        const [row, col] = [Math.floor(cell / grid.cols), cell % grid.cols];
        return { made: step, difference: { step, row, col } };
      }
      if (sameGrid(grid, next)) return { made: step, difference: null };
      grid = next;
    }
    return { made: Math.floor(steps), difference: null };
  };
}
