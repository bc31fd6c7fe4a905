// `tapeloom discover --weights`: how likely random weights do a scan, beside the paper's bound.

import { showCount } from "../diagnostics/count.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import {
  SCANS,
  type Scan,
  WEIGHT_SHAPES,
  type WeightShape,
  type WeightsJob,
  type WeightsResult,
  weightCountOf,
} from "../learning/discover/theorem-1.ts";
import { wilson } from "../learning/learner/wilson-interval.ts";
import { type OddsPoint, renderOdds } from "../report/figures.ts";
import type { CommandResult } from "./commands/command.ts";
import type { DiscoverOptions } from "./discover-find.ts";
import { requireEnding, writeOutput } from "./files.ts";
import type { Io } from "./io.ts";
import { resultsOf } from "./pool.ts";
import { showTable } from "./table.ts";

/** Draws of each size, where no number is given, and of one job. */
const DRAWS = 1e6;
const OF_A_JOB = 2 ** 18;

interface MeasuredOdds extends OddsPoint, WeightsResult {}

export async function weightsCommand(io: Io, options: DiscoverOptions): Promise<CommandResult> {
  const { weights: which, largest, until, seed, output } = options;
  requireEnding("-o", output, "a figure", [".svg"]);
  const scans = which === "all" ? (Object.keys(SCANS) as Scan[]) : [which as Scan];
  const draws = typeof until === "number" ? until : DRAWS;
  const jobs = scans.flatMap((scan) =>
    WEIGHT_SHAPES.flatMap((shape) => jobsOf({ scan, shape, largest, seed }, draws)),
  );
  const results = await resultsOf<"weights">(io, {
    ...{ label: "weights", unit: "draws", jobs, size: (job) => job.draws },
    ...{ work: "weights", data: undefined, hands: options },
  });
  const points = scans.flatMap((scan) =>
    WEIGHT_SHAPES.map((shape) => {
      const own = results.filter((_, at) => jobs[at]!.scan === scan && jobs[at]!.shape === shape);
      return pointOf(scan, shape, largest, own);
    }),
  );
  const title = `Random weights from ${-largest} to ${largest}: odds of a scan, ${showCount(draws)} draws each, seed ${seed}`;
  if (output !== undefined) await writeOutput(io, output, await renderOdds(points, title));
  return { json: () => ({ seed, largest, draws, points }), text: () => `${title}\n${showPoints(points)}` };
}

/** Refuses what does not go together with `--weights`, which has no sketch. */
export function refuseBesideWeights(
  { task, against, runs }: DiscoverOptions,
  file: string | undefined,
): void {
  const found = [file, task && "--task", against && "--against", runs && "--runs"].find(Boolean);
  if (found !== undefined)
    throw new InputError(
      `--weights draws networks, not programs: found ${found} beside it; leave one of them out`,
    );
}

const jobsOf = (job: Omit<WeightsJob, "number" | "draws">, draws: number): WeightsJob[] =>
  Array.from({ length: Math.ceil(draws / OF_A_JOB) }, (_, number) => ({
    ...job,
    number,
    draws: Math.min(OF_A_JOB, draws - number * OF_A_JOB),
  }));

function pointOf(
  scan: Scan,
  shape: WeightShape,
  largest: number,
  results: readonly WeightsResult[],
): MeasuredOdds {
  const sum = (of: (result: WeightsResult) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  const [draws, exact] = [sum((result) => result.draws), sum((result) => result.exact)];
  const weights = weightCountOf(shape);
  return {
    ...{ scan, weights, shape: describeShape(shape), draws, exact, right: sum(({ right }) => right) },
    odds: wilson(exact / draws, draws),
    bound: (2 * largest + 1) ** -weights,
  };
}

const describeShape = ({ isWide, hidden, hasBias }: WeightShape): string =>
  `${isWide ? "both neighbours" : "left neighbour"}, ${hidden} hidden${hasBias ? ", biases" : ""}`;

function showPoints(points: readonly MeasuredOdds[]): string {
  const head = ["scan", "weights", "network", "right on the sample", "exact", "odds", "one set of weights"];
  const rows = points.map(({ scan, weights, shape, right, exact, odds, bound }) => [
    scan,
    String(weights),
    shape,
    showCount(right),
    showCount(exact),
    exact === 0 ? "none" : `1 in ${oneIn(odds.rate)}`,
    `1 in ${oneIn(bound)}`,
  ]);
  return showTable([head, ...rows]);
}

const oneIn = (odds: number): string =>
  1 / odds < 1e6 ? showCount(Math.round(1 / odds)) : (1 / odds).toExponential(1);
