// `tapeloom train`: fits a network of the compiled one's architecture to its program, by gradient descent, and goes on
// until it is proved.

import { InputError } from "../diagnostics/diagnostic.ts";
import type { Shape } from "../grid/grid.ts";
import { type Rate, wilson } from "../learner/interval.ts";
import { type Network, sizeOf } from "../network/network.ts";
import { readNotes, readWeightFile, writeWeightFile } from "../network/weightfile.ts";
import { renderTraining } from "../report/training.ts";
import type { Trial, TrialResult } from "../train/basin.ts";
import {
  runTraining,
  type Start,
  type Supervision,
  type TrainJob,
  type TrainResult,
  type Width,
} from "../train/job.ts";
import type { OptimiserName, Schedule } from "../train/optimiser.ts";
import type { TraceProgress, TrainOutcome } from "../train/trace.ts";
import { requireSameProgram } from "../verify/same-program.ts";
import { isWeightFile, readBytesIfThere, writeAtomically } from "./files.ts";
import { anySeed } from "./inputs.ts";
import { EXIT, Interrupted, type Io, interruptible, remark } from "./io.ts";
import { printJson } from "./json.ts";
import { type CommonOptions, loadProgram, loadWeights, type Program } from "./load.ts";
import type { Params } from "./options.ts";
import { openPool } from "./pool.ts";
import { progressBar } from "./progress.ts";
import { plural, showCount, showTable } from "./table.ts";
import { tensorLoader } from "./tensors.ts";

export interface TrainCommandOptions extends CommonOptions {
  /** `compiled`, `random` or a weight file. */
  readonly from: string;
  readonly noise: number;
  readonly width?: Width;
  readonly supervision: Supervision;
  readonly seed?: number;
  readonly seeds: number;
  readonly workers?: number;
  readonly epochs?: number;
  readonly until?: "proved" | "exact";
  readonly maxSteps: number;
  readonly optimiser: OptimiserName;
  readonly schedule: Schedule;
  readonly rate?: number;
  readonly batch: number;
  readonly clip: number;
  readonly patience?: number;
  readonly max: Shape;
  readonly stateNoise: number;
  readonly metrics?: string;
  readonly figure?: string;
  readonly resume: boolean;
  readonly output?: string;
  readonly set?: Params;
}

export async function trainCommand(io: Io, file: string, options: TrainCommandOptions): Promise<number> {
  const program = await loadProgram(io, file, options.set ?? {}, options);
  const { name } = program.front.checked;
  const output = options.output ?? `${name}.trained.safetensors`;
  refuse(options, output);
  const job = await jobOf(io, program, output, options);
  const backend = await tensorLoader()();
  remark(
    io,
    `${name}: seed ${job.seed}${options.seeds > 1 ? ` to ${job.seed + options.seeds - 1}` : ""}, TensorFlow.js on ${backend.name}`,
  );
  return options.seeds > 1
    ? trainMany(io, program, job, output, options)
    : trainOne(io, program, job, output, options);
}

/** Combinations of options that say two things. */
function refuse(
  { from, width, epochs, until, figure, metrics, seeds, resume }: TrainCommandOptions,
  output: string,
): void {
  if (!isWeightFile(output))
    throw new InputError(`-o ${output}: a weight file's name ends in .safetensors; rename it`);
  if (width !== undefined && from !== "random")
    throw new InputError(
      `--width belongs to --from random; weights that are given have their width; leave it out`,
    );
  if (epochs !== undefined && until !== undefined)
    throw new InputError("found both --epochs and --until; give one of them");
  if (figure !== undefined && !figure.toLowerCase().endsWith(".svg"))
    throw new InputError(`--figure ${figure}: a figure's name ends in .svg; rename it`);
  if (seeds > 1 && (metrics !== undefined || figure !== undefined || resume))
    throw new InputError("--metrics, --figure and --resume are for one training; leave them out, or --seeds");
}

async function jobOf(
  io: Io,
  program: Program,
  output: string,
  options: TrainCommandOptions,
): Promise<TrainJob> {
  const { noise, supervision, epochs, until = "proved", patience, rate, seed } = options;
  const { maxSteps, optimiser, schedule, batch, clip, max, stateNoise } = options;
  const resumed = options.resume ? await resume(io, program, output) : null;
  return {
    start: resumed?.start ?? (await startOf(io, program, options)),
    before: resumed?.before ?? 0,
    seed: seed ?? resumed?.seed ?? anySeed(),
    noise: resumed === null ? noise : 0,
    until: epochs === undefined ? { kind: until } : { kind: "epochs", epochs },
    patience: patience ?? null,
    rate: rate ?? null,
    ...{ supervision, maxSteps, optimiser, schedule, batch, clip, max, stateNoise },
  };
}

async function startOf(io: Io, program: Program, { from, width }: TrainCommandOptions): Promise<Start> {
  if (from === "compiled") return { kind: "compiled" };
  if (from === "random") return { kind: "random", width: width ?? { unit: "times", value: 4 } };
  const { network } = await loadWeights(io, from);
  requireSameProgram(program.compile().network, program.front.checked, network);
  return { kind: "weights", network };
}

/** What a file that is there already goes on from; null where there is none yet. */
async function resume(
  io: Io,
  program: Program,
  output: string,
): Promise<{ readonly start: Start; readonly before: number; readonly seed: number | undefined } | null> {
  const bytes = await readBytesIfThere(io, output);
  if (bytes === null) return null;
  const network = readWeightFile(bytes, output);
  requireSameProgram(program.compile().network, program.front.checked, network);
  const { training } = readNotes(bytes, output);
  remark(io, `going on from ${output}, after ${plural(training?.steps ?? 0, "step")}`);
  return { start: { kind: "weights", network }, before: training?.steps ?? 0, seed: training?.seed };
}

async function trainOne(
  io: Io,
  program: Program,
  job: TrainJob,
  output: string,
  { metrics, figure, json, resume }: TrainCommandOptions,
): Promise<number> {
  const compilation = program.compile();
  const { name } = compilation.checked;
  const points: TraceProgress[] = [];
  const progress = progressBar(
    io,
    name,
    "steps, {phase}: loss {loss}, {exact} right, {speed} steps/s, at most {eta_formatted} left",
  );
  const onCheck = (point: TraceProgress): void => {
    points.push(point);
    progress.update(Math.min(point.step, job.maxSteps), job.maxSteps, figuresOf(point));
  };
  const backend = await tensorLoader()();
  // An interrupt ends the training in good order: it returns what it has.
  const result = await interruptible(io, (signal) =>
    runTraining(backend, compilation, job, { onCheck, signal }),
  ).finally(() => progress.stop());
  await save(io, output, result);
  if (metrics !== undefined) await writeMetrics(io, metrics, points, job, resume);
  if (figure !== undefined) {
    const title = `${name}, seed ${job.seed}: ${result.outcome} after ${plural(result.progress.step, "step")}`;
    await writeAtomically(io, figure, await renderTraining(points, title));
    remark(io, `wrote ${figure}`);
  }
  if (json)
    printJson(io, { program: name, backend: backend.name, output, ...asJson(result, compilation.network) });
  else io.stdout.write(describe(name, result, compilation.network));
  return exitCode(result.outcome);
}

const figuresOf = ({ phase, loss, exact, step, seconds }: TraceProgress) => ({
  phase,
  loss: loss.toExponential(1),
  exact: `${(100 * exact).toFixed(1)}%`,
  speed: (step / Math.max(seconds, 1e-3)).toFixed(0),
});

async function save(io: Io, output: string, { network, notes }: TrainResult): Promise<void> {
  await writeAtomically(io, output, writeWeightFile(network, notes));
  remark(io, `wrote ${output}`);
}

/** One JSON document a line for every check; a training that goes on adds to what is there. */
async function writeMetrics(
  io: Io,
  path: string,
  points: readonly TraceProgress[],
  { seed, before }: TrainJob,
  goesOn: boolean,
): Promise<void> {
  const lines = points.map((point) => `${JSON.stringify({ seed, ...point, step: before + point.step })}\n`);
  const old = goesOn ? await readBytesIfThere(io, path) : null;
  await writeAtomically(io, path, (old === null ? "" : new TextDecoder().decode(old)) + lines.join(""));
  remark(io, `wrote ${path}`);
}

function exitCode(outcome: TrainOutcome): number {
  if (outcome === "interrupted") return EXIT.interrupted;
  return outcome === "exhausted" || outcome === "diverged" ? EXIT.failed : EXIT.done;
}

async function trainMany(
  io: Io,
  program: Program,
  job: TrainJob,
  output: string,
  { seeds, workers, json, set }: TrainCommandOptions,
): Promise<number> {
  const compilation = program.compile();
  const { name } = compilation.checked;
  const trials = Array.from(
    { length: seeds },
    (_, at): Trial => ({ job: { ...job, seed: job.seed + at }, judgeStart: false }),
  );
  const { results, isInterrupted } = await runTrials(io, program, trials, { workers, set });
  const done = results.map(({ result }) => result);
  const best = done.find(({ outcome }) => SUCCESSES.includes(outcome)) ?? done[0];
  if (best === undefined) return EXIT.interrupted;
  await save(io, output, best);
  if (json)
    printJson(io, {
      program: name,
      output,
      ...summaryOf(done),
      trainings: done.map((result) => asJson(result, compilation.network)),
    });
  else io.stdout.write(describeMany(name, done));
  if (isInterrupted) return EXIT.interrupted;
  return summaryOf(done).successes === done.length ? EXIT.done : EXIT.failed;
}

/** What trials gave, in their order; after an interrupt, those that were done. */
export interface TrialResults {
  readonly results: readonly TrialResult[];
  readonly isInterrupted: boolean;
}

/** Runs trials on threads, with a progress bar. */
export async function runTrials(
  io: Io,
  program: Program,
  trials: readonly Trial[],
  { workers, set = {} }: { readonly workers?: number | undefined; readonly set?: Params | undefined },
): Promise<TrialResults> {
  const { source, checked } = program.front;
  const compilation = program.compile();
  const loadTensors = tensorLoader();
  const { runTrial } = await import("../train/basin.ts");
  const pool = await openPool({
    worker: "train-worker",
    data: { source, params: set },
    workers,
    alone: async (trial: Trial) => runTrial(await loadTensors(), compilation, trial),
  });
  const progress = progressBar(io, checked.name, "trainings, {eta_formatted} left");
  const done = new Map<Trial, TrialResult>();
  const onDone = (trial: Trial, result: TrialResult): void => {
    done.set(trial, result);
    progress.update(done.size, trials.length);
  };
  try {
    progress.update(0, trials.length);
    const results = await interruptible(io, (signal) => pool.run(trials, onDone, signal));
    return { results, isInterrupted: false };
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return { results: trials.flatMap((trial) => done.get(trial) ?? []), isInterrupted: true };
  } finally {
    progress.stop();
    await pool.close();
  }
}

const SUCCESSES: readonly TrainOutcome[] = ["proved", "exact", "finished"];

/** How many trainings got there, and how long the one in the middle took; failures count as longest. */
export function summaryOf(results: readonly TrainResult[]): {
  readonly successes: number;
  readonly share: Rate;
  readonly medianSeconds: number;
} {
  const isSuccess = ({ outcome }: TrainResult) => SUCCESSES.includes(outcome);
  const successes = results.filter(isSuccess).length;
  const times = results
    .map((result) => (isSuccess(result) ? result.progress.seconds : Number.POSITIVE_INFINITY))
    .sort((a, b) => a - b);
  const middle = times.length / 2;
  const median = (times[Math.ceil(middle) - 1]! + times[Math.floor(middle)]!) / 2;
  return { successes, share: wilson(successes / results.length, results.length), medianSeconds: median };
}

function asJson({ seed, outcome, notes, progress, coverage, network }: TrainResult, compiled: Network) {
  const [trained, original] = [sizeOf(network), sizeOf(compiled)];
  return {
    seed,
    outcome,
    ...progress,
    coverage,
    ...notes,
    size: trained,
    width: trained.hidden / original.hidden,
  };
}

const SAID: Readonly<Record<TrainOutcome, string>> = {
  proved: "proved, on every grid and for any number of steps, where channels are rounded after each step",
  exact: "right on all neighbourhoods that were looked at",
  finished: "all epochs are done",
  exhausted: "not there after all steps; give other --seed, --width or --max-steps",
  diverged: "the loss is no number any more; the file has the last good weights; give a smaller --rate",
  interrupted: "interrupted; the file has the best weights so far, and --resume goes on from them",
};

function describe(
  name: string,
  { outcome, progress, coverage, network, seed }: TrainResult,
  compiled: Network,
): string {
  const { step, restarts, loss, wrong, cases, inputs, refutations, seconds } = progress;
  const [trained, original] = [sizeOf(network), sizeOf(compiled)];
  const rows = [
    ["seed", String(seed)],
    ["steps", `${showCount(step)} in ${seconds.toFixed(1)} s, ${plural(restarts, "restart")}`],
    ["loss", `${loss.toExponential(2)}, ${showCount(wrong)} of ${showCount(cases)} cases wrong`],
    ...(coverage === null ? [] : [["cases", describeCoverage(coverage)]]),
    ["inputs", `${inputs} with weights, ${plural(refutations, "proof")} refuted on the way`],
    [
      "hidden units",
      `${trained.hidden} (${(trained.hidden / original.hidden).toFixed(1)} times the compiled ${original.hidden})`,
    ],
    ["non-zero weights", `${showCount(trained.nonzero)} (compiled: ${showCount(original.nonzero)})`],
  ];
  return `${name}: ${SAID[outcome]}\n${showTable(rows)}`;
}

function describeCoverage({ visited, drawn, legal }: NonNullable<TrainResult["coverage"]>): string {
  const all = legal > 1e9 ? legal.toExponential(1) : showCount(legal);
  return `${showCount(visited)} seen in runs and ${showCount(drawn)} drawn, of ${all} legal neighbourhoods`;
}

function describeMany(name: string, results: readonly TrainResult[]): string {
  const { successes, share, medianSeconds } = summaryOf(results);
  const rows = results.map(({ seed, outcome, progress }) => [
    `seed ${seed}`,
    outcome,
    plural(progress.step, "step"),
    plural(progress.restarts, "restart"),
    `${progress.seconds.toFixed(1)} s`,
  ]);
  const [from, to] = share.interval;
  return (
    `${showTable(rows)}${name}: ${successes} of ${results.length} seeds, 95% interval ${(100 * from).toFixed(1)}% to ` +
    `${(100 * to).toFixed(1)}% (Wilson); median ${medianSeconds.toFixed(1)} s\n`
  );
}
