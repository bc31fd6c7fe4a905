// The forward pass: memory layer, L times the shared step, head, sum over the grid.

import { breathe } from "../../diagnostics/breathe.ts";
import { InputError } from "../../diagnostics/diagnostic.ts";
import type { Engine, Run } from "../../engines/engine.ts";
import { requireCount, requireShape } from "../../grid/given.ts";
import type { Shape } from "../../grid/grid.ts";
import { preparedShape, prepareInput } from "../../grid/prepare.ts";
import type { Layer } from "../../network/network.ts";
import { termsOf } from "../../network/sparse.ts";
import { encode, haltTest } from "../../network/state.ts";
import { inputVector, type Memory, memoryGrid, type Sign } from "./memory.ts";
import { channelFinder, type LearnerNetwork } from "./network.ts";

export interface EvaluateOptions {
  /**
   * The engine runs the digital part alone: V never changes, so after the first step the thresholds give the same
   * bits in every step, and these may as well be inputs. By default it runs the whole step.
   */
  readonly digital?: boolean;
  /** Queries in a batch at most; 32 by default. */
  readonly batch?: number;
  /** Called after every batch with the number of queries answered. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Aborts between batches. */
  readonly signal?: AbortSignal | undefined;
}

/** A query to a memory of its own. */
interface MemoryQuery {
  readonly memory: Memory;
  readonly features: readonly Sign[];
}

/**
 * Answers queries to full memories of one shape, all in one run of the digital part. Unlike `predict`, it goes on
 * after `steps` until all are done, a quarter of them at a time, and says how many it made.
 * @throws InputError if it is not done after a hundred times as many steps
 */
export async function answerAll(
  network: LearnerNetwork,
  engine: Engine,
  steps: number,
  queries: readonly MemoryQuery[],
): Promise<{ readonly answers: Sign[]; readonly steps: number }> {
  const shape = queries[0]!.memory;
  const start = startState(network, shape);
  const states = queries.map(({ memory, features }) => withMemory(network, start, memory, features));
  const run = onDigitalPart(network, engine)(preparedShape(network.digital, shape), states);
  try {
    await run.advance(steps);
    let made = steps;
    for (;;) {
      const last = await run.read();
      if (await isDone(network, last, run))
        return { answers: last.map(headOf(network)).map(signOf), steps: made };
      if (made > 100 * steps) throw notDone(network, shape, made);
      const more = Math.ceil(steps / 4);
      await run.advance(more);
      made += more;
    }
  } finally {
    run.close();
  }
}

/** States of all grids of a batch hold this many numbers at most: 64 MiB, and some more while a step runs. */
const BATCH_NUMBERS = 2 ** 24;

/**
 * The network's output for every query: -1 or +1 once the memory is full.
 * @throws InputError if the learner was not done after `steps` steps, or does not take grids of this shape
 */
export async function predict(
  network: LearnerNetwork,
  memory: Memory,
  steps: number,
  engine: Engine,
  queries: readonly (readonly Sign[])[],
  { digital = false, batch: most = 32, onProgress, signal }: EvaluateOptions = {},
): Promise<Sign[]> {
  for (const query of queries) requireQuery(memory, query);
  requireCount(most, "largest batch", 1);
  const start = startState(network, memory);
  const begin = digital ? onDigitalPart(network, engine) : engine.start;
  const size = Math.max(1, Math.min(most, Math.floor(BATCH_NUMBERS / start.length)));
  const answers: Sign[] = [];
  for (let at = 0; at < queries.length; at += size) {
    const batch = queries.slice(at, at + size).map((query) => withMemory(network, start, memory, query));
    for (const output of await outputs(network, memory, steps, begin, batch, true))
      answers.push(signOf(output));
    onProgress?.(answers.length, queries.length);
    await breathe(signal);
  }
  return answers;
}

/** The network's output for one query, whether its memory is full or not. */
export async function output(
  network: LearnerNetwork,
  memory: Memory,
  steps: number,
  engine: Engine,
  query: readonly Sign[],
): Promise<number> {
  requireQuery(memory, query);
  const state = withMemory(network, startState(network, memory), memory, query);
  return (await outputs(network, memory, steps, engine.start, [state], false))[0]!;
}

/** @throws InputError if a memory is not of its own size, or a query not one of signs for it */
function requireQuery({ rows, cols, weight }: Memory, query: readonly Sign[]): void {
  requireShape({ rows, cols });
  if (weight.length !== rows * cols)
    throw new InputError(
      `found a memory of ${weight.length} numbers, expected ${rows * cols} for ${rows}x${cols} cells`,
    );
  if (query.length !== cols - 1)
    throw new InputError(
      `found a query of ${query.length} features, expected ${cols - 1} as the memory has; give one sign for each`,
    );
  const wrong = query.find((sign) => sign !== 1 && sign !== -1);
  if (wrong !== undefined)
    throw new InputError(`found ${wrong} as a feature of a query, expected -1 or 1; write 0 as -1`);
}

function signOf(output: number): Sign {
  if (output === 1 || output === -1) return output;
  throw new Error(`internal: the output of a full network is ${output}, not -1 or 1`);
}

/** Starts a run of states of the whole step, on whatever part of them the engine takes. */
type Start = Engine["start"];

/** Runs the digital part of such states, with the signs of V as inputs; reads give V back. */
export function onDigitalPart(network: LearnerNetwork, engine: Engine): Start {
  const { single } = network;
  if (single !== undefined)
    return (shape, states) =>
      engine.start(
        shape,
        states.map((state) => state.map((value) => digitalNumber(single, value))),
      );
  const width = network.step.channels.length;
  const channel = channelFinder(network.digital);
  const signs = [
    [channel(network.names.pos), 1],
    [channel(network.names.neg), -1],
  ] as const;
  return (shape, states) => {
    const inputs = states.map((state) => {
      const narrow = withoutValue(state, width);
      for (let cell = 0; cell < shape.rows * shape.cols; cell++) {
        const value = state[(cell + 1) * width - 1]!;
        for (const [at, sign] of signs) narrow[cell * (width - 1) + at] = sign * value > 0 ? 1 : 0;
      }
      return narrow;
    });
    const run = engine.start(shape, inputs);
    const read = async () => (await run.read()).map((state, at) => widen(state, width, states[at]!));
    return { ...run, read };
  };
}

/** The number that a cell of the digital part has, of one that begins. From the first step on, they are the same. */
function digitalNumber({ beginnings, signs }: NonNullable<LearnerNetwork["single"]>, value: number): number {
  const number = Math.round(value);
  const { digital } = beginnings.find((each) => each.number === number)!;
  return digital + (value > number ? signs.pos : value < number ? signs.neg : 0);
}

/** Digital channels with the V of another state behind them. */
function widen(narrow: Float32Array, width: number, values: Float32Array): Float32Array {
  const state = values.slice();
  for (let from = 0, to = 0; to < state.length; to++)
    for (let channel = 1; channel < width; channel++, from++, to++) state[to] = narrow[from]!;
  return state;
}

async function outputs(
  network: LearnerNetwork,
  { rows, cols }: Shape,
  steps: number,
  start: Start,
  states: readonly Float32Array[],
  mustBeDone: boolean,
): Promise<number[]> {
  const run = start(preparedShape(network.digital, { rows, cols }), states);
  try {
    await run.advance(steps);
    const last = await run.read();
    if (mustBeDone && !(await isDone(network, last, run))) throw notDone(network, { rows, cols }, steps);
    return last.map(headOf(network));
  } finally {
    run.close();
  }
}

/** Whether every cell of every grid has halted, or nothing changes any more. */
async function isDone(
  { digital, step }: LearnerNetwork,
  states: readonly Float32Array[],
  run: Run,
): Promise<boolean> {
  if (digital.stop.kind === "halted") {
    return states.every(haltTest(digital, step.channels.length));
  }
  await run.advance(1);
  const after = await run.read();
  return states.every((state, at) => state.every((value, index) => value === after[at]![index]));
}

function notDone({ digital: { program } }: LearnerNetwork, { rows, cols }: Shape, steps: number): InputError {
  return new InputError(
    `${program} was not done after the ${steps} steps of the network for ${rows - 1} examples of ${cols - 1} ` +
      "features: its running time depends on the data; state a bound with `steps <= ...` in the program",
  );
}

/** The state at the start, where V is 0, for the shape of a memory. */
export function startState(
  { digital, step, names, single }: LearnerNetwork,
  { rows, cols }: Shape,
): Float32Array {
  const blank = new Int32Array(rows * cols);
  const inputs = { [names.pos]: blank, [names.neg]: blank };
  const planes = names.data === undefined ? inputs : { ...inputs, [names.data]: blank.map(() => 1) };
  const grid = prepareInput(digital, { rows, cols, planes });
  const narrow = encode(digital, grid);
  if (single !== undefined)
    return narrow.map((value) => single.beginnings.find((each) => each.digital === value)!.number);
  const width = step.channels.length;
  const state = new Float32Array(grid.rows * grid.cols * width);
  for (let cell = 0; cell < grid.rows * grid.cols; cell++)
    state.set(narrow.subarray(cell * (width - 1), (cell + 1) * (width - 1)), cell * width);
  return state;
}

/** A start state with V = W diag(z) in the memory's cells, which are the last of the last rows. */
export function withMemory(
  { step, digital }: LearnerNetwork,
  start: Float32Array,
  memory: Memory,
  query: readonly Sign[],
): Float32Array {
  const width = step.channels.length;
  const grid = preparedShape(digital, memory);
  const [top, left] = [grid.rows - memory.rows, grid.cols - memory.cols];
  const state = start.slice();
  memoryGrid(memory, inputVector(query)).forEach((value, at) => {
    const [row, col] = [top + Math.floor(at / memory.cols), left + (at % memory.cols)];
    // V has a channel of its own, in which there is 0 before, or arrives in the only one.
    state[(row * grid.cols + col + 1) * width - 1]! += value;
  });
  return state;
}

/** The digital channels of a state. */
function withoutValue(state: Float32Array, width: number): Float32Array {
  const narrow = new Float32Array((state.length / width) * (width - 1));
  for (let from = 0, to = 0; from < state.length; from++)
    for (let channel = 1; channel < width; channel++, from++, to++) narrow[to] = state[from]!;
  return narrow;
}

/** The head in every cell, summed over the grid; prepared once for many states. */
function headOf({ head: [hidden, output] }: LearnerNetwork): (state: Float32Array) => number {
  const [units, answer] = [unitsOf(hidden), unitsOf(output)];
  const values = new Float32Array(units.length);
  return (state) => {
    let sum = 0;
    for (let cell = 0; cell < state.length; cell += hidden.inputs) {
      for (let unit = 0; unit < units.length; unit++)
        values[unit] = Math.max(sumOf(units[unit]!, state, cell), 0);
      sum += Math.fround(sumOf(answer[0]!, values, 0));
    }
    return sum;
  };
}

interface Unit {
  readonly bias: number;
  readonly terms: readonly { readonly weight: number; readonly input: number }[];
}

const unitsOf = (layer: Layer): Unit[] =>
  [...layer.bias].map((bias, unit) => ({ bias, terms: termsOf(layer, unit) }));

function sumOf({ bias, terms }: Unit, values: Float32Array, from: number): number {
  let sum = bias;
  for (const { weight, input } of terms) sum += weight * values[from + input]!;
  return sum;
}
