// What no neighbourhood can tell: after how many steps a run is over. The bound that a program claims is proved for
// all inputs up to a size, by running them all, and for no larger ones.

import { breathe } from "../../diagnostics/breathe.ts";
import { byteEngine, fitsBytes } from "../../engines/bytes.ts";
import { directEngine } from "../../engines/direct.ts";
import type { Engine } from "../../engines/engine.ts";
import { countInputs, inputsFrom } from "../../grid/generate.ts";
import { type Grid, inputsOf, type Shape } from "../../grid/grid.ts";
import { fitsGrid, preparedShape, prepareInput } from "../../grid/prepare.ts";
import { evaluateSize, showSize } from "../../grid/size.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import type { Network } from "../../network/network.ts";
import { encode, haltTest } from "../../network/state.ts";
import { isNearer } from "../verify/claim.ts";
import { shapesUpTo } from "../verify/shapes.ts";

interface TerminateOptions {
  /** Largest grid; by default, all shapes of so few cells that no more than 2^16 inputs have to be run. */
  readonly max?: Shape | undefined;
  /** Inputs run and inputs in all. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** A run, and the steps that are claimed to be enough for it. */
export interface ClaimedRun {
  readonly input: Grid;
  /** Steps until it was over; null if it goes on beyond the bound. */
  readonly steps: number | null;
  readonly bound: number;
}

export interface TerminationProof {
  /** Such as `3 * rows + cols`. */
  readonly claim: string;
  readonly outcome: "proved" | "refuted";
  /** Which inputs were run: all of these shapes. */
  readonly shapes: readonly Shape[];
  readonly inputs: number;
  /** The run that came nearest to its bound. */
  readonly worst: ClaimedRun | null;
  /** A run that takes longer, on as few cells as possible. */
  readonly counterexample: ClaimedRun | null;
  readonly milliseconds: number;
}

/** Inputs that are run if no size is asked for. */
const MOST_INPUTS = 2 ** 16;
/** Cells that are tried at most where there are few inputs. */
const MOST_CELLS = 36;
/** Steps of cells, as far as they are claimed to be made, that are made if no size is asked for. */
const MOST_WORK = 2 ** 33;
/** Inputs that run side by side. */
const BATCH = 256;

/** Runs all inputs of a program that claims its steps. Null if it claims none, or no shape of that size fits it. */
export async function proveTermination(
  program: CheckedProgram,
  network: Network,
  { max, onProgress, signal }: TerminateOptions = {},
): Promise<TerminationProof | null> {
  const started = performance.now();
  if (!program.steps) return null;
  const shapes = shapesWithin(program, max);
  if (shapes.length === 0) return null;
  const engine = fitsBytes(network) ? byteEngine(network) : directEngine(network);
  const fields = inputsOf(program);
  const total = shapes.reduce((sum, shape) => sum + countInputs(fields, shape), 0);
  let inputs = 0;
  let worst: (ClaimedRun & { readonly steps: number }) | null = null;
  let counterexample: ClaimedRun | null = null;
  for (const shape of shapes) {
    const bound = evaluateSize(program.steps.most, shape);
    for (let first = 0; first < countInputs(fields, shape) && counterexample === null; first += BATCH) {
      await breathe(signal);
      onProgress?.(inputs, total);
      const batch = inputsFrom(fields, shape, first, BATCH);
      const steps = await stepsUntilOver(program, network, engine, batch, bound);
      const runs = batch.map((input, at): ClaimedRun => ({ input, steps: steps[at]!, bound }));
      counterexample = runs.find((run) => run.steps === null) ?? null;
      for (const { steps, ...run } of runs)
        if (steps !== null && isNearer({ steps, bound }, worst)) worst = { ...run, steps };
      inputs += batch.length;
    }
  }
  engine.close();
  return {
    claim: showSize(program.steps.most),
    outcome: counterexample === null ? "proved" : "refuted",
    shapes,
    inputs,
    worst,
    counterexample,
    milliseconds: performance.now() - started,
  };
}

/** The shapes that the program takes, those of few cells first. */
function shapesWithin(program: CheckedProgram, max: Shape | undefined): Shape[] {
  const cells = ({ rows, cols }: Shape) => rows * cols;
  const fitting = shapesUpTo(max ?? { rows: MOST_CELLS, cols: MOST_CELLS })
    .filter((shape) => fitsGrid(program, shape))
    .sort((a, b) => cells(a) - cells(b) || a.rows - b.rows);
  if (max !== undefined) return fitting;
  let [inputs, work] = [0, 0];
  // All shapes of a number of cells, or none of them: "up to 16 cells" is easy to say.
  const sizes = [...new Set(fitting.map(cells))].filter((size) => size <= MOST_CELLS);
  const affordable = sizes.filter((size) => {
    for (const shape of fitting.filter((each) => cells(each) === size)) {
      const some = countInputs(inputsOf(program), shape);
      inputs += some;
      work += some * evaluateSize(program.steps!.most, shape) * cells(preparedShape(program, shape));
    }
    return inputs <= MOST_INPUTS && work <= MOST_WORK;
  });
  const largest = affordable.at(-1) ?? 0;
  return fitting.filter((shape) => cells(shape) <= largest);
}

/** Steps after which each run is over, or null where that takes more than the bound. */
async function stepsUntilOver(
  program: CheckedProgram,
  network: Network,
  engine: Engine,
  inputs: readonly Grid[],
  bound: number,
): Promise<(number | null)[]> {
  const grids = inputs.map((input) => prepareInput(program, input));
  let states = grids.map((grid) => encode(network, grid));
  const ended: (number | null)[] = inputs.map(() => null);
  const isHalted = haltTest(network);
  const isFixpoint = network.stop.kind === "fixpoint";
  const run = engine.start(grids[0]!, states);
  try {
    // A run that ends at rest is known by a step that changes nothing, and does not count.
    for (let steps = 0; steps <= (isFixpoint ? bound + 1 : bound); steps++) {
      const before = states;
      if (steps > 0) {
        await run.advance(1);
        states = await run.read();
      }
      for (const [at, state] of states.entries()) {
        if (ended[at] !== null) continue;
        if (isHalted(state)) ended[at] = steps;
        else if (isFixpoint && steps > 0 && state.every((value, index) => value === before[at]![index]))
          ended[at] = steps - 1;
      }
      if (ended.every((each) => each !== null)) break;
    }
  } finally {
    run.close();
  }
  return ended;
}
