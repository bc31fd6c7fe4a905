// What the figure of `npm run bench` shows: one program on growing grids, and on one grid for more and more steps.

import { type Io, interruptible } from "../src/cli/io.ts";
import { progressBar } from "../src/cli/progress.ts";
import { InputError } from "../src/diagnostics/diagnostic.ts";
import { type BenchEngine, type BenchProgram, batchOf, engineTitle } from "./engine-cases.ts";
import type { MeasureJob } from "./engine-measure.ts";
import type { Growth } from "./growth-figure.ts";
import { median } from "./history.ts";
import { measureApart } from "./process.ts";
import type { BenchOptions } from "./setup.ts";

const SHARED = { effort: { warmUp: 0.02, total: 0.05 }, threads: 1 } as const;

/** Sides of squares, and the one on which steps are counted. An engine goes on until it takes too long. */
const SIDES = [8, 16, 32, 64, 128, 256, 512, 1024];
const QUICK_SIDES = SIDES.slice(0, 4);
const STEPS_SIDE = 64;
const STEPS = [1, 4, 16, 64, 256, 1024, 4096];
const QUICK_STEPS = STEPS.slice(0, 4);

interface Subject {
  readonly program: BenchProgram;
  readonly job: Pick<MeasureJob, "source" | "weights" | "seed">;
}

/** Measures every engine, each with one thread, in a process of its own. */
export async function measureGrowth(
  io: Io,
  { program, job }: Subject,
  engines: readonly BenchEngine[],
  { quick = false }: BenchOptions,
): Promise<Growth> {
  const made = {
    title: titleOf(program),
    grids: [] as Growth["grids"][number][],
    steps: [] as Growth["steps"][number][],
  };
  const bar = progressBar(io, "growth", "engines");
  const shapes = squares(quick ? QUICK_SIDES : SIDES);
  try {
    await interruptible(io, async (signal) => {
      for (const [at, engine] of engines.entries()) {
        bar.update(at, engines.length);
        const name = engineTitle(engine, 1);
        const measured = await measuredOrNone({ ...job, ...SHARED, engine, shapes, steps: [] }, signal);
        for (const { shape, steps, runs } of measured) {
          const cells = shape.rows * shape.cols;
          made.grids.push({ engine: name, cells, rate: (batchOf(engine) * cells * steps) / median(runs) });
        }
        // The interpreter runs programs to their end, and not for a number of steps.
        if (engine === "reference") continue;
        const longer = { ...job, ...SHARED, engine, shapes: squares([STEPS_SIDE]) };
        for (const { steps, runs } of await measuredOrNone(
          { ...longer, steps: quick ? QUICK_STEPS : STEPS },
          signal,
        ))
          made.steps.push({ engine: name, steps, seconds: median(runs) });
      }
    });
  } finally {
    bar.stop();
  }
  return made;
}

const squares = (sides: readonly number[]) => sides.map((side) => ({ rows: side, cols: side }));

const titleOf = (program: string): string =>
  `${program}, one thread: growth with the grid, and with the steps on ${STEPS_SIDE}x${STEPS_SIDE} cells`;

/** Nothing from engines that are not installed; the table has said why. */
async function measuredOrNone(job: MeasureJob, signal: AbortSignal) {
  try {
    return await measureApart(job, signal);
  } catch (error) {
    if (error instanceof InputError) return [];
    throw error;
  }
}
