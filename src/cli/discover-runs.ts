// `tapeloom discover --runs`: how often what is right on a number of problems is an algorithm, with a figure.

import { showCount } from "../diagnostics/count.ts";
import type { RunJob, SearchRun } from "../learning/discover/sketch-runs.ts";
import { type Rate, showRate, wilson } from "../learning/learner/wilson-interval.ts";
import { renderFinds } from "../report/figures.ts";
import type { CommandResult } from "./commands/command.ts";
import { type DiscoverOptions, type SearchSubject, showPrograms } from "./discover-find.ts";
import { requireEnding, writeOutput } from "./files.ts";
import type { Io } from "./io.ts";
import { resultsOf } from "./pool.ts";
import { showTable } from "./table.ts";

/** Candidates that a search tries, where no number is given. */
const MOST_TRIED = 2 ** 26;

interface RunsPoint {
  readonly problems: number;
  readonly runs: number;
  readonly kept: Rate;
  readonly exact: Rate;
  /** The median over all searches. */
  readonly tried: number;
  /** Candidates of all searches that chance alone would have made right. */
  readonly lucky: number;
}

export async function runsCommand(
  io: Io,
  { front, plan }: SearchSubject,
  options: DiscoverOptions,
): Promise<CommandResult> {
  const { problems, runs = 1, until, output } = options;
  requireEnding("-o", output, "a figure", [".svg"]);
  const most = typeof until === "number" ? until : MOST_TRIED;
  const jobs: RunJob[] = problems.flatMap((count) =>
    Array.from({ length: runs }, (_, at) => ({ problems: count, seed: plan.seed + at, most })),
  );
  const results = await resultsOf<"searches">(io, {
    ...{ label: front.checked.name, unit: "searches", jobs },
    ...{ work: "searches", data: { sketch: front.checked, plan }, hands: options },
  });
  const points = problems.map((count) =>
    pointOf(
      count,
      results.filter((_, at) => jobs[at]!.problems === count),
    ),
  );
  const { name } = front.checked;
  const title =
    `${name}: ${showPrograms(front.checked)} programs, ${plan.search}, ` +
    `${plan.task.randomLabels ? "random labels, " : ""}${plan.sizes.cases} queries a problem, seed ${plan.seed}`;
  if (output !== undefined) await writeOutput(io, output, await renderFinds(points, title));
  return {
    json: () => ({ program: name, search: plan.search, seed: plan.seed, ...plan.sizes, most, points }),
    text: () => `${title}\n${showPoints(points)}`,
  };
}

function pointOf(problems: number, results: readonly SearchRun[]): RunsPoint {
  const share = (of: (result: SearchRun) => boolean): Rate =>
    wilson(results.filter(of).length / results.length, results.length);
  const tried = results.map((result) => result.tried).sort((one, other) => one - other);
  return {
    problems,
    runs: results.length,
    kept: share(({ isKept }) => isKept),
    exact: share(({ isExact }) => isExact),
    tried: tried[tried.length >> 1]!,
    lucky: results.reduce((sum, { luck }) => sum + 2 ** luck, 0),
  };
}

function showPoints(points: readonly RunsPoint[]): string {
  const head = [
    "problems",
    "searches",
    "right on all",
    "exact (95%, Wilson)",
    "candidates, median",
    "lucky ones expected",
  ];
  const count = ({ rate }: Rate, runs: number): string => showCount(Math.round(rate * runs));
  const rows = points.map(({ problems, runs, kept, exact, tried, lucky }) => [
    showCount(problems),
    showCount(runs),
    count(kept, runs),
    `${count(exact, runs)}: ${showRate(exact)}`,
    showCount(tried),
    lucky < 0.001 ? lucky.toExponential(0) : String(Number(lucky.toPrecision(2))),
  ]);
  return showTable([head, ...rows]);
}
