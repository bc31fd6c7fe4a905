// A model seen from outside: nothing but the bytes of the file and what its metadata `about` says, evaluated and
// differentiated in float32 by code that shares nothing with ours.

export interface Outside {
  /** Nested arrays: `kernel[out][in][row][col]` and so on. */
  readonly tensors: Readonly<Record<string, Nested>>;
  readonly steps: number;
  readonly about: string;
  readonly step: readonly OutsideLayer[];
  readonly head: readonly OutsideLayer[];
}

/** For every output its bias and its weights that are not zero. */
type OutsideLayer = readonly {
  readonly bias: number;
  readonly taps: readonly {
    readonly channel: number;
    readonly down: number;
    readonly right: number;
    readonly value: number;
  }[];
}[];

type Nested = number | readonly Nested[];

export function openFile(bytes: Uint8Array): Outside {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  const { __metadata__, ...entries } = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const nested = (shape: readonly number[], at: number): Nested => {
    const [size, ...rest] = shape;
    if (size === undefined) return view.getFloat32(8 + length + 4 * at, true);
    const stride = rest.reduce((product, each) => product * each, 1);
    return Array.from({ length: size }, (_, index) => nested(rest, at + index * stride));
  };
  const tensors = Object.fromEntries(
    Object.entries<{ shape: number[]; data_offsets: [number, number] }>(entries).map(
      ([name, { shape, data_offsets }]) => [name, nested(shape, data_offsets[0] / 4)],
    ),
  );
  const [step, head] = [layersOf(tensors, "step"), layersOf(tensors, "head")];
  return { tensors, step, head, steps: JSON.parse(__metadata__.learner).steps, about: __metadata__.about };
}

function layersOf(tensors: Outside["tensors"], name: string): OutsideLayer[] {
  const found: OutsideLayer[] = [];
  for (let at = 0; tensors[`${name}.${at}.weight`] !== undefined; at++) {
    const weight = tensors[`${name}.${at}.weight`] as number[][][][];
    const bias = tensors[`${name}.${at}.bias`] as number[];
    const reach = (weight[0]![0]!.length - 1) / 2;
    found.push(
      weight.map((kernel, out) => ({
        bias: bias[out]!,
        taps: kernel.flatMap((plane, channel) =>
          plane.flatMap((weights, down) =>
            weights.flatMap((value, right) =>
              value === 0 ? [] : [{ channel, down: down - reach, right: right - reach, value }],
            ),
          ),
        ),
      })),
    );
  }
  return found;
}

type State = number[][][];
export type Matrix = readonly (readonly number[])[];

/** Convolutions with zero padding, relu after all but the last: what every layer gives. */
function outputsOf(layers: readonly OutsideLayer[], input: State): State[] {
  let before = input;
  return layers.map((layer, at) => {
    const reading = before;
    before = reading.map((line, row) =>
      line.map((_, col) =>
        layer.map(({ bias, taps }) => {
          let sum = bias;
          for (const { channel, down, right, value } of taps)
            sum = Math.fround(sum + value * (reading[row + down]?.[col + right]?.[channel] ?? 0));
          return at === layers.length - 1 ? sum : Math.max(sum, 0);
        }),
      ),
    );
    return before;
  });
}

const apply = (layers: readonly OutsideLayer[], input: State): State => outputsOf(layers, input).at(-1)!;

/** The derivative by the input, from that by the output: the chain rule and nothing else. */
function backward(layers: readonly OutsideLayer[], input: State, upstream: State): State {
  const outputs = outputsOf(layers, input);
  let gradient = upstream;
  for (let at = layers.length - 1; at >= 0; at--) {
    const width = at === 0 ? input[0]![0]!.length : layers[at - 1]!.length;
    const next = input.map((line) => line.map(() => new Array<number>(width).fill(0)));
    const isHidden = at < layers.length - 1;
    for (const [row, line] of gradient.entries())
      for (const [col, units] of line.entries())
        for (const [out, { taps }] of layers[at]!.entries()) {
          const slope = isHidden && !(outputs[at]![row]![col]![out]! > 0) ? 0 : 1;
          const passed = units[out]! * slope;
          if (passed === 0) continue;
          // Weights of 0 are left out here; elsewhere they make NaN of infinity.
          if (!Number.isFinite(passed)) throw new Error("the gradient overflows float32");
          for (const { channel, down, right, value } of taps) {
            const cell = next[row + down]?.[col + right];
            if (cell !== undefined) cell[channel] = Math.fround(cell[channel]! + Math.fround(value * passed));
          }
        }
    gradient = next;
  }
  return gradient;
}

/** The state before the first step and after each. */
function statesOf(model: Outside, memory: Matrix, query: readonly number[]): State[] {
  const start = model.tensors.start as State;
  const residual = model.tensors["step.residual"] as number[];
  const values = memory.map((row) => row.map((weight, col) => weight * (query[col] ?? 1)));
  const [rows, cols] = [Math.max(start.length, memory.length), Math.max(start[0]!.length, memory[0]!.length)];
  const cell = (row: number, col: number): number[] => {
    const line = start.length === 1 ? start[0]! : start[row]!;
    const channels = [...(line.length === 1 ? line[0]! : line[col]!)];
    channels[channels.length - 1] = values[row - rows + memory.length]?.[col - cols + memory[0]!.length] ?? 0;
    return channels;
  };
  const states: State[] = [
    Array.from({ length: rows }, (_, row) => Array.from({ length: cols }, (_, col) => cell(row, col))),
  ];
  for (let step = 0; step < model.steps; step++) {
    const state = states.at(-1)!;
    states.push(plus(apply(model.step, state), state, residual));
  }
  return states;
}

/** What a step adds, and the residual of the old state. */
const plus = (change: State, old: State, residual: readonly number[]): State =>
  change.map((line, row) =>
    line.map((channels, col) =>
      channels.map((value, channel) => Math.fround(residual[channel]! * old[row]![col]![channel]! + value)),
    ),
  );

/** The network's output f. */
export function evaluate(model: Outside, memory: Matrix, query: readonly number[]): number {
  return sumOf(apply(model.head, statesOf(model, memory, query).at(-1)!));
}

const sumOf = (state: State): number => state.flat(2).reduce((sum, value) => sum + value, 0);

/** f, and its derivative by every weight of the memory. */
export function differentiate(model: Outside, memory: Matrix, query: readonly number[]) {
  const states = statesOf(model, memory, query);
  const last = states.at(-1)!;
  const residual = model.tensors["step.residual"] as number[];
  const ones = last.map((line) => line.map(() => [1]));
  let gradient = backward(model.head, last, ones);
  for (const state of states.slice(0, -1).toReversed())
    gradient = plus(backward(model.step, state, gradient), gradient, residual);
  const [top, left] = [last.length - memory.length, last[0]!.length - memory[0]!.length];
  const ofWeights = memory.map((line, row) =>
    line.map((_, col) => gradient[top + row]![left + col]!.at(-1)! * (query[col] ?? 1)),
  );
  return { output: sumOf(apply(model.head, last)), gradient: ofWeights };
}
