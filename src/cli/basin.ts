// `tapeloom basin`: how much noise on its compiled weights a network stands, by itself and with training, beside what
// training makes of random weights.

import { plural } from "../diagnostics/count.ts";
import { showRate, wilson } from "../learning/learner/wilson-interval.ts";
import type { Trial, TrialResult } from "../learning/train/basin.ts";
import { type TrainJob, USUAL } from "../learning/train/job.ts";
import { type BasinPoint, renderBasin } from "../report/figures.ts";
import type { CommandResult, ValuesOf } from "./commands/command.ts";
import type { basinOptions } from "./commands/learning.ts";
import { requireEnding, requireFolder, writeOutput } from "./files.ts";
import { Interrupted } from "./guard.ts";
import { type Io, remark } from "./io.ts";
import { loadProgram } from "./load.ts";
import { showTable } from "./table.ts";
import { summaryOf } from "./train-result.ts";
import { runTrials } from "./trials.ts";

type BasinOptions = ValuesOf<typeof basinOptions>;

export async function basinCommand(io: Io, file: string, options: BasinOptions): Promise<CommandResult> {
  const { sigmas, seeds, output, seed } = options;
  requireEnding("-o", output);
  if (output !== undefined) await requireFolder(io, output);
  // Training is about all legal neighbourhoods.
  const program = await loadProgram(io, file, { ...options, tokens: false });
  const { name } = program.front.checked;
  remark(io, `${name}: seeds ${seed} to ${seed + seeds - 1}`);
  const places = [...sigmas, null];
  const trials = places.flatMap((sigma) =>
    Array.from({ length: seeds }, (_, at) => trialOf(sigma, seed + at, options)),
  );
  const { results, isInterrupted } = await runTrials(io, program, trials, options);
  if (isInterrupted) throw new Interrupted();
  const points = places.map((sigma, at) => pointOf(sigma, results.slice(at * seeds, (at + 1) * seeds)));
  if (output !== undefined) {
    const title = `${name}: ${seeds} seeds a point, 95% intervals, seed ${seed}`;
    await writeOutput(io, output, await renderBasin(points, title));
  }
  return {
    json: () => ({ program: name, seed, seeds, points }),
    text: () => describe(name, points, options),
  };
}

/** A training that begins with noise on the compiled weights, or with random ones. */
function trialOf(sigma: number | null, seed: number, { width, maxSteps }: BasinOptions): Trial {
  const job: TrainJob = {
    ...USUAL,
    start: sigma === null ? { kind: "random", width } : { kind: "compiled" },
    noise: sigma ?? 0,
    seed,
    maxSteps,
    until: { kind: "proved" },
    supervision: "trace",
  };
  return { job, judgeStart: sigma !== null };
}

interface MeasuredPoint extends BasinPoint {
  /** Networks before training of which neither was shown. */
  readonly undecided: number;
  readonly medianSeconds: number;
}

function pointOf(sigma: number | null, results: readonly TrialResult[]): MeasuredPoint {
  const seeds = results.length;
  const count = (before: TrialResult["before"]) => results.filter((each) => each.before === before).length;
  const { share, medianSeconds } = summaryOf(results.map(({ result }) => result));
  return {
    sigma,
    seeds,
    before: sigma === null ? null : wilson(count("exact") / seeds, seeds),
    undecided: count("undecided"),
    after: share,
    medianSeconds,
  };
}

function describe(name: string, points: readonly MeasuredPoint[], { seeds, maxSteps }: BasinOptions): string {
  const rows = points.map(({ sigma, before, after, undecided, medianSeconds }) => [
    sigma === null ? "random" : String(sigma),
    before === null ? "" : showRate(before) + (undecided > 0 ? `, ${undecided} undecided` : ""),
    showRate(after),
    Number.isFinite(medianSeconds) ? `${medianSeconds.toFixed(1)} s` : "",
  ]);
  return (
    `${name}: shares of seeds that are proved\n` +
    `${showTable([["noise", "before", "after fine-tuning", "median"], ...rows])}` +
    `${plural(seeds, "seed")} a line, at most ${plural(maxSteps, "step")}; 95% intervals (Wilson)\n`
  );
}
