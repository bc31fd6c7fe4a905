// The forward pass: memory layer, L times the shared step, head, sum over the grid.

import { breathe } from "../../diagnostics/breathe.ts";
import { InputError } from "../../diagnostics/diagnostic.ts";
import { cached } from "../../diagnostics/memo.ts";
import {
  type AlikeStates,
  type Engine,
  type Run,
  readOnly,
  startAlike,
  wholeStates,
} from "../../engines/engine.ts";
import { requireCount, requireShape } from "../../grid/given.ts";
import type { Shape } from "../../grid/grid.ts";
import { preparedShape, prepareInput } from "../../grid/prepare.ts";
import type { Network } from "../../network/network.ts";
import { termsOf } from "../../network/sparse.ts";
import { encode, haltTest } from "../../network/state.ts";
import { channelFinder, type LearnerNetwork } from "./learner-network.ts";
import { inputVector, type Memory, memoryGrid, type Sign } from "./memory-layer.ts";

export interface EvaluateOptions {
  /** The engine runs the digital part alone: see `digitalForm`. By default it runs the whole step. */
  readonly digital?: boolean;
  /** Queries in a batch at most; 32 by default. */
  readonly batch?: number;
  /** Called after every batch, and within long ones, with the number of queries answered; of a batch, its share. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Aborts between batches, and within long ones. */
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
  const form = digitalForm(network, shape);
  const run = form.start(engine, preparedShape(network.digital, shape), queries);
  try {
    await run.advance(steps);
    let made = steps;
    for (;;) {
      const last = await form.read(run);
      if (await isDone(network, form, last, run))
        return { answers: last.map((state, at) => signOf(form.outputOf(state, queries[at]!))), steps: made };
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
 * @throws NotDone if the learner was not done after `steps` steps
 * @throws InputError if it does not take grids of this shape
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
  const form = (digital ? digitalForm : wholeForm)(network, memory);
  const size = Math.max(1, Math.min(most, Math.floor(BATCH_NUMBERS / form.numbers)));
  const answers: Sign[] = [];
  for (let at = 0; at < queries.length; at += size) {
    const batch = queries.slice(at, at + size).map((features) => ({ memory, features }));
    const onPart = async (share: number): Promise<void> => {
      onProgress?.(at + Math.floor(share * batch.length), queries.length);
      await breathe(signal);
    };
    for (const output of await outputs(network, form, steps, engine, batch, onPart))
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
  const form = wholeForm(network, memory);
  return (await outputs(network, form, steps, engine, [{ memory, features: query }], null))[0]!;
}

/** @throws InputError if a memory is not of its own size, or a query not one of signs for it */
export function requireQuery({ rows, cols, weight }: Memory, query: readonly Sign[]): void {
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

/** How queries become states of what an engine runs, and its states outputs. */
interface QueryForm {
  /** Numbers of a state. */
  readonly numbers: number;
  start(engine: Engine, shape: Shape, queries: readonly MemoryQuery[]): Run;
  /** Of the states of a run, what the next two look at. */
  read(run: Run): Promise<Float32Array[]>;
  isHalted(state: Float32Array): boolean;
  outputOf(state: Float32Array, query: MemoryQuery): number;
}

/** Of queries that become whole states. */
interface WholeForm extends QueryForm {
  stateOf(query: MemoryQuery): Float32Array;
}

/** Tells how queries become whole states. */
const byWholeStates = (stateOf: WholeForm["stateOf"]): Pick<WholeForm, "stateOf" | "start" | "read"> => ({
  stateOf,
  start: (engine, shape, queries) => engine.start(shape, queries.map(stateOf)),
  read: (run) => run.read(),
});

/** States of the whole step, for memories of a shape. */
function wholeForm(network: LearnerNetwork, shape: Shape): WholeForm {
  const start = startState(network, shape);
  const width = network.step.channels.length;
  const head = headOf(network);
  return {
    numbers: start.length,
    ...byWholeStates(({ memory, features }) => withMemory(network, start, memory, features)),
    isHalted: haltTest(network.digital, width),
    outputOf: (state) => head(state, width, { values: state.subarray(width - 1), stride: width }),
  };
}

/**
 * States of the digital part, for memories of a shape: V never changes, so that after the first step the signs of V are the
 * same in every step, and may as well be inputs.
 */
export function digitalForm(network: LearnerNetwork, shape: Shape): WholeForm {
  const { digital, single, names } = network;
  if (single !== undefined) {
    const whole = wholeForm(network, shape);
    const numbers = (state: Float32Array) => state.map((value) => digitalNumber(single, value));
    return { ...whole, ...byWholeStates((query) => numbers(whole.stateOf(query))) };
  }
  const common = blankState(network, shape);
  const width = digital.channels.length;
  const channel = channelFinder(digital);
  const channels = [channel(names.pos), channel(names.neg)];
  const places = memoryPlaces(digital, shape);
  // What a query's answer is made of is what its state was made of.
  const grids = new WeakMap<MemoryQuery, Float32Array>();
  const gridOf = (query: MemoryQuery) =>
    cached(grids, query, () => memoryGrid(query.memory, inputVector(query.features)));
  const isNamed = (name: string) =>
    digital.stop.kind === "halted" &&
    digital.stop.cubes.some(({ on, off }) => on.includes(name) || off.includes(name));
  const read = headInputs(network);
  const looked = digital.channels.flatMap(({ name }, at) => (read.has(at) || isNamed(name) ? [at] : []));
  const head = headOf(network, looked);
  /** The signs of V: two channels, the only ones in which queries differ. */
  const signsOf = (query: MemoryQuery): Float32Array => {
    const signs = new Float32Array((common.length / width) * channels.length);
    const grid = gridOf(query);
    for (let at = 0; at < grid.length; at++) {
      const value = grid[at]!;
      if (value !== 0) signs[places[at]! * channels.length + (value > 0 ? 0 : 1)] = 1;
    }
    return signs;
  };
  const alike = (queries: readonly MemoryQuery[]): AlikeStates => ({
    ...{ common, channels },
    own: queries.map(signsOf),
  });
  return {
    numbers: common.length,
    stateOf: (query) => wholeStates(alike([query]), width)[0]!,
    start: (engine, own, queries) => startAlike(engine, own, alike(queries), width),
    read: (run) => readOnly(run, looked, width),
    isHalted: haltTest({ ...digital, channels: looked.map((at) => digital.channels[at]!) }),
    outputOf(state, query) {
      const values = new Float32Array(state.length / looked.length);
      const grid = gridOf(query);
      for (let at = 0; at < grid.length; at++) values[places[at]!] = grid[at]!;
      return head(state, looked.length, { values, stride: 1 });
    },
  };
}

/** The number that a cell of the digital part has, of one that begins. From the first step on, they are the same. */
function digitalNumber({ beginnings, signs }: NonNullable<LearnerNetwork["single"]>, value: number): number {
  const number = Math.round(value);
  const { digital } = beginnings.find((each) => each.number === number)!;
  return digital + (value > number ? signs.pos : value < number ? signs.neg : 0);
}

/** Numbers that change before the first turn of others: a part of a second's work for every engine. */
const PART_NUMBERS = 2 ** 26;

/** Milliseconds of steps up to which twice as many follow: a turn of others takes at least one of them. */
const SOON = 25;

/** First parts after which it is asked whether all cells have halted, and then whenever they are twice as many. */
const MANY_PARTS = 256;

/** `onPart` is told how much of the steps is made; null for networks that need not be done after them. */
async function outputs(
  network: LearnerNetwork,
  form: QueryForm,
  steps: number,
  engine: Engine,
  queries: readonly MemoryQuery[],
  onPart: ((share: number) => Promise<void>) | null,
): Promise<number[]> {
  const shape = queries[0]!.memory;
  const run = form.start(engine, preparedShape(network.digital, shape), queries);
  const isHalting = network.digital.stop.kind === "halted";
  let part = Math.max(run.atOnce ?? 1, Math.floor(PART_NUMBERS / (form.numbers * queries.length)));
  // A model may say that it takes far more steps than it does. Reading takes as long as some parts.
  let look = isHalting && onPart !== null ? MANY_PARTS * part : steps;
  try {
    for (let made = 0; made < steps; ) {
      if (made > 0 && onPart !== null) await onPart(made / steps);
      if (made === look) {
        if (await isDone(network, form, await form.read(run), run)) break;
        look *= 2;
      }
      const now = Math.min(part, look - made, steps - made);
      const begin = performance.now();
      await run.advance(now);
      if (performance.now() - begin < SOON) part *= 2;
      made += now;
    }
    const last = await form.read(run);
    if (onPart !== null && !(await isDone(network, form, last, run))) throw notDone(network, shape, steps);
    return last.map((state, at) => form.outputOf(state, queries[at]!));
  } finally {
    run.close();
  }
}

/** Tells whether every cell of every grid has halted, or nothing changes any more. */
async function isDone(
  { digital }: LearnerNetwork,
  form: QueryForm,
  states: readonly Float32Array[],
  run: Run,
): Promise<boolean> {
  if (digital.stop.kind === "halted") return states.every(form.isHalted);
  const before = await run.read();
  await run.advance(1);
  return sameStates(before, await run.read());
}

export const sameStates = (a: readonly Float32Array[], b: readonly Float32Array[]): boolean =>
  a.every((state, at) => sameNumbers(state, b[at]!));

function sameNumbers(a: Float32Array, b: Float32Array): boolean {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/** The learner needs more steps than were made. */
export class NotDone extends InputError {}

function notDone({ digital: { program } }: LearnerNetwork, { rows, cols }: Shape, steps: number): NotDone {
  return new NotDone(
    `${program} was not done after the ${steps} steps of the network for ${rows - 1} examples of ${cols - 1} ` +
      "features: its running time depends on the data; state a bound with `steps <= ...` in the program",
  );
}

/** The state at the start, where V is 0, for the shape of a memory. */
export function startState(network: LearnerNetwork, shape: Shape): Float32Array {
  const { step, single } = network;
  const narrow = blankState(network, shape);
  if (single !== undefined)
    return narrow.map((value) => single.beginnings.find((each) => each.digital === value)!.number);
  const width = step.channels.length;
  const cells = narrow.length / (width - 1);
  const state = new Float32Array(cells * width);
  for (let cell = 0; cell < cells; cell++)
    state.set(narrow.subarray(cell * (width - 1), (cell + 1) * (width - 1)), cell * width);
  return state;
}

/** The state of the digital part before it begins. */
function blankState({ digital, names }: LearnerNetwork, { rows, cols }: Shape): Float32Array {
  const blank = new Int32Array(rows * cols);
  const inputs = { [names.pos]: blank, [names.neg]: blank };
  const planes = names.data === undefined ? inputs : { ...inputs, [names.data]: blank.map(() => 1) };
  return encode(digital, prepareInput(digital, { rows, cols, planes }));
}

/** Tells where a memory's cells are on the grid: they are the last of the last rows. */
export function memoryPlaces(digital: Network, shape: Shape): Int32Array {
  const grid = preparedShape(digital, shape);
  const [top, left] = [grid.rows - shape.rows, grid.cols - shape.cols];
  const place = (at: number) => (top + Math.floor(at / shape.cols)) * grid.cols + left + (at % shape.cols);
  return Int32Array.from({ length: shape.rows * shape.cols }, (_, at) => place(at));
}

/** A start state with V = W diag(z) in the memory's cells. */
export function withMemory(
  { step, digital }: LearnerNetwork,
  start: Float32Array,
  memory: Memory,
  query: readonly Sign[],
): Float32Array {
  const width = step.channels.length;
  const places = memoryPlaces(digital, memory);
  const state = start.slice();
  memoryGrid(memory, inputVector(query)).forEach((value, at) => {
    // V has a channel of its own, in which there is 0 before, or arrives in the only one.
    state[(places[at]! + 1) * width - 1]! += value;
  });
  return state;
}

/** The value V of every cell. */
interface Values {
  readonly values: Float32Array;
  /** From one cell's to that of the next. */
  readonly stride: number;
}

/** The channels that the head reads besides V. */
function headInputs({ head: [hidden] }: LearnerNetwork): ReadonlySet<number> {
  const read = [...hidden.bias.keys()].flatMap((unit) => termsOf(hidden, unit).map(({ input }) => input));
  return new Set(read.filter((input) => input !== hidden.inputs - 1));
}

/**
 * The head in every cell, summed over the grid; prepared once for many states, which have the channels in `given` alone, or all.
 * `width`: channels of a cell of the state, whether V is one of them or not.
 */
function headOf(
  { head: [hidden, output] }: LearnerNetwork,
  given?: readonly number[],
): (state: Float32Array, width: number, values: Values) => number {
  const last = hidden.inputs - 1;
  const placeOf = (input: number) => (given === undefined || input === last ? input : given.indexOf(input));
  const terms = (unit: number) =>
    termsOf(hidden, unit).map(({ input, ...term }) => ({ ...term, input: placeOf(input) }));
  const units = [...hidden.bias].map((bias, unit) => ({
    bias,
    ofValue: terms(unit).find(({ input }) => input === last)?.weight ?? 0,
    ...columns(terms(unit).filter(({ input }) => input !== last)),
  }));
  const answer = columns(termsOf(output, 0));
  const activations = new Float32Array(units.length);
  return (state, width, { values, stride }) => {
    let all = 0;
    for (let cell = 0, at = 0; at < state.length; cell += stride, at += width) {
      for (let unit = 0; unit < units.length; unit++) {
        const { bias, ofValue, weights, inputs } = units[unit]!;
        let sum = bias + ofValue * values[cell]!;
        for (let term = 0; term < inputs.length; term++) sum += weights[term]! * state[at + inputs[term]!]!;
        activations[unit] = Math.max(sum, 0);
      }
      let value = output.bias[0]!;
      for (let term = 0; term < answer.inputs.length; term++)
        value += answer.weights[term]! * activations[answer.inputs[term]!]!;
      all += Math.fround(value);
    }
    return all;
  };
}

const columns = (terms: readonly { readonly input: number; readonly weight: number }[]) => ({
  weights: Float64Array.from(terms, ({ weight }) => weight),
  inputs: Int32Array.from(terms, ({ input }) => input),
});
