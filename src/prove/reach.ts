// Looks for an input from which a run comes upon a difference between a network's step and the rule's.

import type { CheckedProgram } from "../analyse/checked.ts";
import { directEngine } from "../engines/direct.ts";
import { type RuleEngine, ruleEngine } from "../engines/rule.ts";
import { randomGrid } from "../grid/generate.ts";
import type { Grid } from "../grid/grid.ts";
import { fitsGrid, prepareInput } from "../grid/prepare.ts";
import { seededRandom } from "../grid/random.ts";
import type { Network } from "../network/network.ts";
import { encode } from "../network/state.ts";
import type { Rule } from "../schedule/rule.ts";
import { shapesFor } from "../verify/shapes.ts";
import { shrinkInput } from "../verify/shrink.ts";
import type { Reached } from "./result.ts";

export interface ReachOptions {
  readonly snap: boolean;
  readonly seed: number;
  /** Random inputs to try. */
  readonly grids?: number;
}

/** Cell steps that one input may take. */
const MOST_CELLS = 20_000;

/** The smallest input found whose run differs, and where it first does; null if none was found. */
export async function reachDifference(
  program: CheckedProgram,
  rule: Rule,
  network: Network,
  { snap, seed, grids = 100 }: ReachOptions,
): Promise<Reached | null> {
  const random = seededRandom(seed);
  const shapeOf = shapesFor(program, { rows: 5, cols: 5 });
  const inputs = program.fields.filter(({ role }) => role === "input");
  const engine = ruleEngine(rule);
  const first = (input: Grid) => firstDifference(engine, network, prepareInput(program, input), snap);
  for (let trial = 0; trial < grids; trial++) {
    const input = randomGrid(shapeOf(trial, random), inputs, random, trial % 2 === 0 ? "uniform" : "density");
    if ((await first(input)) === null) continue;
    const smallest = await shrinkInput(input, program.fields, async (grid) => {
      return fitsGrid(program, grid) && (await first(grid)) !== null;
    });
    return { input: smallest, ...(await first(smallest))! };
  }
  return null;
}

async function firstDifference(
  engine: RuleEngine,
  network: Network,
  input: Grid,
  snap: boolean,
): Promise<Omit<Reached, "input"> | null> {
  const steps = Math.max(
    4,
    Math.min(3 * (input.rows + input.cols) + 8, MOST_CELLS / (input.rows * input.cols)),
  );
  const direct = directEngine(network);
  const width = network.channels.length;
  let grid = engine.start(input);
  for (let step = 1; step <= steps && !engine.halted(grid); step++) {
    const run = direct.start(input, [encode(network, grid)]);
    await run.advance(1);
    const [got] = await run.read();
    grid = engine.step(grid);
    const wanted = encode(network, grid);
    const at = wanted.findIndex((bit, index) => bit !== (snap ? Number(got![index]! > 0.5) : got![index]!));
    if (at < 0) continue;
    const cell = Math.floor(at / width);
    return { step, row: Math.floor(cell / input.cols), col: cell % input.cols };
  }
  return null;
}
