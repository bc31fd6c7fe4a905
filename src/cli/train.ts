// `tapeloom train`: fits a network of the compiled one's architecture to its program, by gradient descent, and goes on
// until it is proved.

import { percent, plural } from "../diagnostics/count.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import type { Trial } from "../learning/train/basin.ts";
import { runTraining, type Start, type TrainJob, type TrainResult } from "../learning/train/job.ts";
import type { TraceProgress, TrainOutcome } from "../learning/train/trace.ts";
import { readNotes, readWeightFile } from "../network/weightfile.ts";
import { writeWeightFile } from "../network/weightwriter.ts";
import { requireSameProgram } from "../proof/verify/same-program.ts";
import { renderTraining } from "../report/figures.ts";
import type { CommandResult, ValuesOf } from "./commands/command.ts";
import type { trainOptions } from "./commands/learning.ts";
import { readBytesIfThere, requireEnding, requireFolder, writeAtomically, writeOutput } from "./files.ts";
import { Interrupted } from "./guard.ts";
import { anySeed, EXIT, type Io, remark } from "./io.ts";
import { type LoadedProgram, loadProgram, loadWeights } from "./load.ts";
import { working } from "./progress.ts";
import { tensorLoader } from "./tensors.ts";
import { describeMany, describeTraining, SUCCESSES, summaryOf, trainingJson } from "./train-result.ts";
import { runTrials } from "./trials.ts";

type TrainOptions = ValuesOf<typeof trainOptions>;

/** Seconds between two times that a training is written to its file. */
const SAVING = 60;

export async function trainCommand(io: Io, file: string, options: TrainOptions): Promise<CommandResult> {
  // Training is about all legal neighbourhoods.
  const program = await loadProgram(io, file, { ...options, tokens: false });
  const { name } = program.front.checked;
  const output = options.output ?? `${name}.trained.safetensors`;
  refuse(options, output);
  for (const path of [output, options.metrics, options.figure])
    if (path !== undefined) await requireFolder(io, path);
  const job = await jobOf(io, program, output, options);
  const backend = await tensorLoader()();
  // Before a word is said: from then on an interrupt keeps what there is.
  program.compile();
  remark(
    io,
    `${name}: seed ${job.seed}${options.seeds > 1 ? ` to ${job.seed + options.seeds - 1}` : ""}, TensorFlow.js on ${backend.name}`,
  );
  return options.seeds > 1
    ? trainMany(io, program, job, output, options)
    : trainOne(io, program, job, output, options);
}

/** Combinations of options that say two things. */
function refuse(options: TrainOptions, output: string): void {
  const { from, width, epochs, until, figure, metrics, seeds, queue, resume } = options;
  const { steps, supervision, patience } = options;
  requireEnding("-o", output, "a weight file", [".safetensors"]);
  if (width !== undefined && from !== "random")
    throw new InputError(
      `--width belongs to --from random; weights that are given have their width; leave it out`,
    );
  if (epochs !== undefined && until !== undefined)
    throw new InputError("found both --epochs and --until; give one of them");
  if (steps !== undefined && supervision === "trace")
    throw new InputError("--steps says when to look at outputs; give it with --supervision output");
  if (patience !== undefined && epochs === undefined)
    throw new InputError("--patience ends training by --epochs early; give both, or leave it out");
  requireEnding("--figure", figure);
  if (seeds === 1 && queue !== undefined)
    throw new InputError("--queue is for many trainings; give --seeds, or leave it out");
  if (seeds > 1 && (metrics !== undefined || figure !== undefined || resume))
    throw new InputError("--metrics, --figure and --resume are for one training; leave them out, or --seeds");
}

async function jobOf(
  io: Io,
  program: LoadedProgram,
  output: string,
  options: TrainOptions,
): Promise<TrainJob> {
  const { noise, supervision, epochs, until = "proved", patience, rate, seed } = options;
  const { maxSteps, optimiser, schedule, batch, clip, max, stateNoise, steps, progressive } = options;
  const resumed = options.resume ? await resume(io, program, output) : null;
  return {
    start: resumed?.start ?? (await startOf(io, program, options)),
    before: resumed?.before ?? 0,
    seed: seed ?? resumed?.seed ?? anySeed(),
    noise: resumed === null ? noise : 0,
    until: epochs === undefined ? { kind: until } : { kind: "epochs", epochs },
    patience: patience ?? null,
    rate: rate ?? null,
    steps: steps ?? null,
    ...{ supervision, maxSteps, optimiser, schedule, batch, clip, max, stateNoise, progressive },
  };
}

async function startOf(io: Io, program: LoadedProgram, { from, width }: TrainOptions): Promise<Start> {
  if (from === "compiled") return { kind: "compiled" };
  if (from === "random") return { kind: "random", width: width ?? null };
  const { network } = await loadWeights(io, from);
  requireSameProgram(program.compile().rule, program.front.checked, network, from);
  return { kind: "weights", network };
}

/** Returns what a file that is there already goes on from; null where there is none yet. */
async function resume(
  io: Io,
  program: LoadedProgram,
  output: string,
): Promise<{ readonly start: Start; readonly before: number; readonly seed: number | undefined } | null> {
  const bytes = await readBytesIfThere(io, output);
  if (bytes === null) return null;
  const network = io.bounded(`reading ${output}`, () => readWeightFile(bytes, output));
  requireSameProgram(program.compile().rule, program.front.checked, network, output);
  const { training } = readNotes(bytes, output);
  remark(io, `going on from ${output}, after ${plural(training?.steps ?? 0, "step")}`);
  return { start: { kind: "weights", network }, before: training?.steps ?? 0, seed: training?.seed };
}

async function trainOne(
  io: Io,
  program: LoadedProgram,
  job: TrainJob,
  output: string,
  { metrics, figure, resume }: TrainOptions,
): Promise<CommandResult> {
  const compilation = program.compile();
  const { name } = compilation.checked;
  const points: TraceProgress[] = [];
  const earlier = resume && metrics !== undefined ? await readBytesIfThere(io, metrics) : null;
  const unit = "steps, {phase}: loss {loss}, {exact} right, {speed} steps/s, at most {eta_formatted} left";
  const backend = await tensorLoader()();
  const writeAll = async (result: TrainResult): Promise<void> => {
    await writeAtomically(io, output, writeWeightFile(result.network, result.notes));
    if (metrics !== undefined) await writeMetrics(io, metrics, points, job, earlier);
  };
  // An interrupt ends the training in good order: it returns what it has.
  const result = await working(io, name, unit, (update, signal) => {
    const onCheck = (point: TraceProgress): void => {
      points.push(point);
      update(Math.min(point.step, job.maxSteps), job.maxSteps, figuresOf(point));
    };
    return runTraining(backend, compilation, job, { onCheck, onKeep: nowAndThen(writeAll), signal });
  });
  await writeAll(result);
  for (const path of [output, metrics]) if (path !== undefined) remark(io, `wrote ${path}`);
  if (figure !== undefined) {
    const title = `${name}, seed ${job.seed}: ${result.outcome} after ${plural(result.progress.step, "step")}`;
    await writeOutput(io, figure, await renderTraining(points, title));
  }
  const { network } = compilation;
  return {
    json: () => ({ program: name, backend: backend.name, output, ...trainingJson(result, network) }),
    text: () => describeTraining(name, result, network),
    code: exitCode(result.outcome),
  };
}

const figuresOf = ({ phase, loss, exact, step, seconds }: TraceProgress) => ({
  phase,
  loss: loss.toExponential(1),
  exact: percent(exact, 1),
  speed: (step / Math.max(seconds, 1e-3)).toFixed(0),
});

/** Writes what there is every so often, so that not even a power cut takes more than that. */
function nowAndThen<T>(write: (value: T) => Promise<void>): (value: () => T) => Promise<void> {
  let saved = performance.now();
  return async (value) => {
    if (performance.now() - saved < SAVING * 1000) return;
    await write(value());
    saved = performance.now();
  };
}

/** One JSON document a line for every check, behind those of the training that this one goes on from. */
async function writeMetrics(
  io: Io,
  path: string,
  points: readonly TraceProgress[],
  { seed, before }: TrainJob,
  earlier: Uint8Array | null,
): Promise<void> {
  const lines = points.map((point) => `${JSON.stringify({ seed, ...point, step: before + point.step })}\n`);
  const old = earlier === null ? "" : new TextDecoder().decode(earlier);
  await writeAtomically(io, path, old + lines.join(""));
}

function exitCode(outcome: TrainOutcome): number {
  if (outcome === "interrupted") return EXIT.interrupted;
  return SUCCESSES.includes(outcome) ? EXIT.done : EXIT.failed;
}

async function trainMany(
  io: Io,
  program: LoadedProgram,
  job: TrainJob,
  output: string,
  options: TrainOptions,
): Promise<CommandResult> {
  const compilation = program.compile();
  const { name } = compilation.checked;
  const { seeds } = options;
  const trials = Array.from(
    { length: seeds },
    (_, at): Trial => ({ job: { ...job, seed: job.seed + at }, judgeStart: false }),
  );
  const { results, isInterrupted } = await runTrials(io, program, trials, { ...options, seed: job.seed });
  const done = results.map(({ result }) => result);
  const best = done.find(({ outcome }) => SUCCESSES.includes(outcome)) ?? done[0];
  if (best === undefined) throw new Interrupted();
  await writeOutput(io, output, writeWeightFile(best.network, best.notes));
  const summary = summaryOf(done);
  const trainings = () => done.map((result) => trainingJson(result, compilation.network));
  const isWhole = summary.successes === done.length;
  return {
    json: () => ({ program: name, output, ...summary, trainings: trainings() }),
    text: () => describeMany(name, done, seeds),
    code: isInterrupted ? EXIT.interrupted : isWhole ? EXIT.done : EXIT.failed,
  };
}
