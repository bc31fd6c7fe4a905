// One measurement of `npm run bench`: one engine on one grid, in a process that does nothing else, so that its peak
// memory is the engine's and no other's heap or compiled code is in the way.
//
// Many runs are made, each as short as can be measured well: on a busy machine most of them are not interrupted then,
// and the median is one of those. What comes before, until their length is known, is the warm-up. Afterwards the engine makes a fresh run of a few steps, whose fields are to be those of every other engine.

import { checkProgram } from "../src/compile.ts";
import { lower } from "../src/compiler/lower/lower.ts";
import { schedule } from "../src/compiler/schedule/schedule.ts";
import { InputError, type Source, unreachable } from "../src/diagnostics/diagnostic.ts";
import { loadBackend } from "../src/engines/backend.ts";
import { bitEngine } from "../src/engines/bits/bit-engine.ts";
import { loadWorkers } from "../src/engines/bits/workers.ts";
import { byteEngine } from "../src/engines/bytes.ts";
import { directEngine } from "../src/engines/direct.ts";
import type { Engine } from "../src/engines/engine.ts";
import { loadOnnxRuntime, onnxEngine } from "../src/engines/onnx.ts";
import { interpret } from "../src/engines/reference.ts";
import { ruleEngine } from "../src/engines/rule.ts";
import { runNetwork } from "../src/engines/run.ts";
import { tensorEngine } from "../src/engines/tensor.ts";
import type { Grid, Shape } from "../src/grid/grid.ts";
import type { Network } from "../src/network/network.ts";
import { decode, encode } from "../src/network/state.ts";
import { readWeightFile } from "../src/network/weightfile.ts";
import { type BenchEngine, batchOf, benchInput } from "./engine-cases.ts";
import { peakMemory } from "./machine.ts";
import { timed } from "./setup.ts";

export interface MeasureJob {
  readonly source: Source;
  /** The compiled program as a weight file. */
  readonly weights: Uint8Array;
  readonly engine: BenchEngine;
  readonly threads: number;
  readonly seed: number;
  /** Grids, one after another; the figure's need several. */
  readonly shapes: readonly Shape[];
  /** Numbers of steps to be timed; none for as many as fill the time. */
  readonly steps: readonly number[];
  readonly effort: Effort;
}

/** In seconds: the warm-up, and all runs together. */
export interface Effort {
  readonly warmUp: number;
  readonly total: number;
}

export interface Measurement {
  readonly shape: Shape;
  /** Steps of a run, and the seconds of every run. */
  readonly steps: number;
  readonly runs: readonly number[];
  /** Seconds of processor time that the process got in a second, with all its threads. */
  readonly cpu: number;
  /** Seconds until the engine could make its first step. */
  readonly preparation: number;
  /** Bytes that the process has held at most, before the answer was read. */
  readonly peakMemory: number;
  /** A hash of the program's fields after a number of steps. */
  readonly checked: { readonly steps: number; readonly hash: number };
}

/** Something that makes steps. */
interface Stepper {
  /** Steps that can be made at once, and no fewer: an interpreter runs a program to its end. */
  readonly unit: number;
  advance(units: number): Promise<void>;
  read(): Promise<Grid>;
  close(): void;
}

/** Steps whose result is compared where a run to the end would take too long. */
const FEW_STEPS = 8;
/** Cells of grids on which every engine runs to the end. */
const SMALL = 4096;
/** Seconds that a run should take at least. */
const RUN = 0.002;
const LEAST_RUNS = 5;
const MOST_RUNS = 101;
/** Seconds from which on a run is not made longer, nor repeated as often. */
const LONG = 1;
const LONG_RUNS = 3;

/** Measures an engine on every grid of the job, as long as runs do not take too long. */
export async function measure(job: MeasureJob): Promise<Measurement[]> {
  const network = readWeightFile(job.weights, job.source.name);
  const measurements: Measurement[] = [];
  for (const shape of job.shapes) {
    const grid = benchInput(network, shape, job.seed);
    const checkedSteps = await stepsToCheck(network, grid);
    const start = () => openStepper(job, network, grid, checkedSteps);
    const { seconds: preparation, result: stepper } = await timed(start);
    const filling = await warmUp(stepper, job.effort);
    const lengths = job.steps.length > 0 ? job.steps : [filling];
    const made: Omit<Measurement, "peakMemory" | "checked">[] = [];
    for (const steps of lengths) {
      const timing = await repeated(stepper, steps, job.effort);
      made.push({ shape, steps, ...timing, preparation });
      if (timing.runs[0]! > LONG) break;
    }
    const memory = peakMemory();
    stepper.close();
    const hash = await hashAfter(await start(), checkedSteps, network);
    const checked = { steps: checkedSteps, hash };
    measurements.push(...made.map((each) => ({ ...each, peakMemory: memory, checked })));
    if (made.at(-1)!.runs[0]! > LONG) break;
  }
  return measurements;
}

/** How many steps are compared: all on small grids, if there is an end. */
async function stepsToCheck(network: Network, grid: Grid): Promise<number> {
  const cells = grid.rows * grid.cols;
  // A machine on a tape that is too short has no end worth waiting for.
  const hasEnd = network.stop.kind !== "never" && (network.places ?? []).length === 0;
  if (cells > SMALL || !hasEnd) return FEW_STEPS;
  return (await runNetwork(network, directEngine(network), grid)).steps;
}

/** Makes steps for a while, to tell how many fill a run. */
async function warmUp(stepper: Stepper, effort: Effort): Promise<number> {
  const begin = performance.now();
  for (let units = 1; ; ) {
    const { seconds } = await timed(() => stepper.advance(units));
    const isWarm = performance.now() - begin > 1000 * effort.warmUp;
    if (isWarm && seconds >= RUN / 2) return stepper.unit * Math.max(1, Math.round((units * RUN) / seconds));
    if (seconds < RUN) units *= 2;
  }
}

async function repeated(
  stepper: Stepper,
  steps: number,
  { total }: Effort,
): Promise<Pick<Measurement, "runs" | "cpu">> {
  const runs: number[] = [];
  const before = process.cpuUsage();
  let all = 0;
  while (runs.length < LEAST_RUNS || (runs.length < MOST_RUNS && all < total)) {
    const { seconds } = await timed(() => stepper.advance(steps / stepper.unit));
    runs.push(seconds);
    all += seconds;
    if (seconds > LONG && runs.length >= LONG_RUNS) break;
  }
  const { user, system } = process.cpuUsage(before);
  return { runs, cpu: (user + system) / 1e6 / all };
}

async function hashAfter(stepper: Stepper, steps: number, { fields }: Network): Promise<number> {
  await stepper.advance(steps / stepper.unit);
  const { planes } = await stepper.read();
  stepper.close();
  const visible = fields.filter(({ role }) => role !== "hidden");
  let hash = 0x811c9dc5;
  for (const { name } of visible)
    for (const value of planes[name]!) hash = Math.imul(hash ^ (value + 256), 0x01000193);
  return hash >>> 0;
}

async function openStepper(job: MeasureJob, network: Network, grid: Grid, toEnd: number): Promise<Stepper> {
  switch (job.engine) {
    case "reference":
      return interpreter(job.source, network, grid, toEnd);
    case "rule":
      return ruleStepper(job.source, grid);
    case "direct":
    case "bytes":
    case "tensor":
    case "onnx":
    case "bits":
      return engineStepper(
        await openEngine(job.engine, network, job.threads),
        network,
        grid,
        batchOf(job.engine),
      );
    default:
      return unreachable(job.engine);
  }
}

/** The whole program, or as many of its instructions as the network makes steps where it has no end. */
function interpreter(source: Source, network: Network, grid: Grid, steps: number): Stepper {
  const { checked } = checkProgram(source);
  const isEndless = network.stop.kind === "never" || (network.places ?? []).length > 0;
  const run = () => interpret(checked, grid, isEndless ? { maxInstructions: steps } : {}).grid;
  let last = grid;
  return {
    unit: steps,
    advance: async (units) => {
      for (let done = 0; done < units; done++) last = run();
    },
    read: async () => last,
    close: () => {},
  };
}

function ruleStepper(source: Source, grid: Grid): Stepper {
  const engine = ruleEngine(schedule(lower(checkProgram(source).checked)));
  let present = engine.start(grid);
  return {
    unit: 1,
    advance: async (steps) => {
      for (let done = 0; done < steps; done++) present = engine.step(present);
    },
    read: async () => present,
    close: () => {},
  };
}

async function openEngine(
  name: Exclude<BenchEngine, "reference" | "rule">,
  network: Network,
  threads: number,
): Promise<Engine> {
  switch (name) {
    case "direct":
      return directEngine(network);
    case "bytes":
      return byteEngine(network);
    case "tensor":
      return tensorEngine(network, await loadBackend());
    case "onnx":
      return onnxEngine(network, await loadOnnxRuntime(), { threads });
    case "bits": {
      // Every cell is computed: how much can be skipped depends on the grid.
      const engine = await bitEngine(network, {
        threads,
        skips: false,
        provesAfter: 0,
        startThreads: await loadWorkers(),
      });
      if ("reason" in engine) throw new InputError(engine.reason);
      return engine;
    }
    default:
      return unreachable(name);
  }
}

function engineStepper(engine: Engine, network: Network, grid: Grid, batch: number): Stepper {
  const shape = { rows: grid.rows, cols: grid.cols };
  const run = engine.start(shape, new Array<Float32Array>(batch).fill(encode(network, grid)));
  return {
    unit: 1,
    advance: (steps) => run.advance(steps),
    read: async () => decode(network, shape, (await run.read())[0]!),
    close: () => {
      run.close();
      engine.close();
    },
  };
}
