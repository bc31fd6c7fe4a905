// The byte engine: WebAssembly made for one network and shape, on sixteen grids at once.
//
// A network whose arithmetic is exact in int8 needs one byte per number, so a SIMD vector holds one channel of one
// cell in sixteen grids. Every non-zero weight is then a load and an addition (powers of two are shifts), relu is a
// maximum with 0, and a step is straight-line code in a loop over the cells. Units live in local variables; states lie
// inside a border of zeros, two buffers for each sixteen grids, `buffer[(row * (cols + 2) + col) * channels + channel]`.
// Where a network snaps, a maximum and a minimum round whole numbers to 0 or 1. Where it does not, bytes hold what comes of
// zeros and ones: every step says whether it made anything else, and if so the direct engine goes on from there.
// It is ready within milliseconds; the bit engine is some hundred times faster then, but takes a second to get there.

import { InputError } from "../diagnostics/diagnostic.ts";
import type { Shape } from "../grid/grid.ts";
import { exactnessOf } from "../network/exactness.ts";
import { type Layer, largestInputs, type Network } from "../network/network.ts";
import { termsOf } from "../network/sparse.ts";
import { withoutTokens } from "../network/tokens.ts";
import { directEngine } from "./direct.ts";
import { checkedStart, type Engine, type Run } from "./engine.ts";

/** Grids in a vector, and bytes of one. */
const LANES = 16;
const PAGE = 65536;
const MOST_PAGES = 65536;

/** What is used of the platform's WebAssembly, which all platforms have but not all type definitions. */
interface Platform {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: { readonly step: (from: number, to: number) => number } };
}

/**
 * Whether the engine can run a network: channels must be 0 or 1, and all numbers fit into a byte. What it claims itself is
 * not asked.
 */
export const fitsBytes = (network: Network): boolean =>
  largestInputs(network).every((most) => most === 1) && exactnessOf(network).formats.includes("int8");

/**
 * An engine for networks that fit; fastest on sixteen grids and more. Starting a run throws InputError if its states
 * would not fit into WebAssembly's memory.
 */
export function byteEngine(network: Network): Engine {
  if (!fitsBytes(network)) throw new Error(`internal: ${network.program} is not exact in int8`);
  const start = checkedStart(network, (shape, states) => startRun(network, shape, states));
  return { name: "bytes", start, close: () => {} };
}

function startRun(network: Network, shape: Shape, states: readonly Float32Array[]): Run {
  const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: Platform }).WebAssembly;
  const channels = network.channels.length;
  const stride = (shape.cols + 2) * channels * LANES;
  const size = (shape.rows + 2) * stride;
  const groups = Math.ceil(states.length / LANES);
  const pages = Math.max(1, Math.ceil((groups * 2 * size) / PAGE));
  if (pages > MOST_PAGES)
    throw new InputError(
      `${states.length} grids of ${shape.rows}x${shape.cols} cells need ${pages * PAGE} bytes on the byte engine, but ` +
        `WebAssembly has ${MOST_PAGES * PAGE}; run smaller grids or fewer at once`,
    );
  const memory = new Memory({ initial: pages });
  const bytes = new Int8Array(memory.buffer);
  const module = new Module(moduleBytes(network, shape));
  const { step } = new Instance(module, { env: { memory } }).exports;
  const eachNumber = (grid: number, odd: number, visit: (at: number, number: number) => void): void => {
    const base = (Math.floor(grid / LANES) * 2 + odd) * size + (grid % LANES);
    for (let row = 0; row < shape.rows; row++) {
      const start = base + (row + 1) * stride + channels * LANES;
      const width = shape.cols * channels;
      for (let at = 0; at < width; at++) visit(start + at * LANES, row * width + at);
    }
  };
  const read = (grid: number, odd: number): Float32Array => {
    const state = new Float32Array(shape.rows * shape.cols * channels);
    eachNumber(grid, odd, (at, number) => {
      state[number] = bytes[at]!;
    });
    return state;
  };
  // Lanes without a grid do what the last grid does.
  for (let grid = 0; grid < groups * LANES; grid++) {
    const state = states[Math.min(grid, states.length - 1)]!;
    eachNumber(grid, 0, (at, number) => {
      bytes[at] = state[number]!;
    });
  }
  const inner = stride + channels * LANES;
  const plainly = (some: readonly Float32Array[]): Run =>
    directEngine(withoutTokens(network)).start(shape, some);
  const runs = Array.from({ length: groups }, (_, group): Group => {
    const own = states.slice(group * LANES, (group + 1) * LANES);
    const isDigital = own.every((state) => state.every((value) => value === 0 || value === 1));
    return { odd: 0, isDigital, plain: isDigital ? null : plainly(own) };
  });
  const grids = (group: number) =>
    states.slice(group * LANES, (group + 1) * LANES).map((_, at) => group * LANES + at);
  const advance = async (run: Group, group: number, steps: number): Promise<void> => {
    let left = steps;
    for (; left > 0 && run.isDigital; left--) {
      const [from, to] = [run.odd, 1 - run.odd].map((buffer) => (group * 2 + buffer) * size) as [
        number,
        number,
      ];
      run.isDigital = step(from, to + inner) === 0;
      run.odd = 1 - run.odd;
    }
    if (left === 0) return;
    run.plain ??= plainly(grids(group).map((grid) => read(grid, run.odd)));
    await run.plain.advance(left);
  };
  return {
    advance: async (steps) => {
      for (const [group, run] of runs.entries()) await advance(run, group, steps);
    },
    read: async () => {
      const states = runs.map(
        ({ plain, odd }, group) => plain?.read() ?? grids(group).map((grid) => read(grid, odd)),
      );
      return (await Promise.all(states)).flat();
    },
    close: () => {},
  };
}

/** Sixteen grids: which buffer they are in, whether they hold zeros and ones, and who goes on where they do not. */
interface Group {
  odd: number;
  isDigital: boolean;
  plain: Run | null;
}

/** Binary codes of WebAssembly (specification 2.0, section 5). */
const OP = {
  loop: [0x03, 0x40],
  end: [0x0b],
  branchIf: [0x0d],
  get: [0x20],
  set: [0x21],
  tee: [0x22],
  constant: [0x41],
  add: [0x6a],
  subtract: [0x6b],
  load: [0xfd, 0x00, 4],
  store: [0xfd, 0x0b, 4],
  vector: [0xfd, 0x0c],
  shift: [0xfd, 0x6b],
  addBytes: [0xfd, 0x6e],
  subtractBytes: [0xfd, 0x71],
  smallerBytes: [0xfd, 0x76],
  largerBytes: [0xfd, 0x78],
  and: [0xfd, 0x4e],
  or: [0xfd, 0x50],
  anyTrue: [0xfd, 0x53],
} as const;

const I32 = 0x7f;
const V128 = 0x7b;

/** Local variables: two parameters, two counters, then vectors: of zeros, a channel, all channels together, the units. */
const LOCAL = { from: 0, to: 1, rows: 2, cols: 3, zero: 4, channel: 5, all: 6, units: 7 } as const;

const unsigned = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];

function signed(value: number): number[] {
  const low = value & 127;
  const rest = value >> 7;
  const isLast = (rest === 0 && low < 64) || (rest === -1 && low >= 64);
  return isLast ? [low] : [low | 128, ...signed(rest)];
}

const section = (id: number, content: readonly number[]): number[] => [
  id,
  ...unsigned(content.length),
  ...content,
];

/** A vector whose sixteen bytes are all the same. */
const splat = (value: number): number[] => [...OP.vector, ...new Array<number>(LANES).fill(value & 255)];

const text = (value: string): number[] => [value.length, ...new TextEncoder().encode(value)];

function moduleBytes(network: Network, shape: Shape): Uint8Array {
  const hidden = network.layers.slice(0, -1).reduce((sum, { outputs }) => sum + outputs, 0);
  const body = [...[2, 2, I32, ...unsigned(hidden + 3), V128], ...stepCode(network, shape), ...OP.end];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 2, I32, I32, 1, I32]),
    ...section(2, [1, ...text("env"), ...text("memory"), 2, 0, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text("step"), 0, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}

/**
 * Loops over rows and columns; `from` points to the upper left neighbour, `to` to the cell itself. The result is 0 where
 * all channels became 0 or 1.
 */
function stepCode(network: Network, { rows, cols }: Shape): number[] {
  const cell = network.channels.length * LANES;
  const move = (bytes: number): number[] =>
    [LOCAL.from, LOCAL.to].flatMap((local) => [
      ...[...OP.get, local, ...OP.constant, ...signed(bytes)],
      ...[...OP.add, ...OP.set, local],
    ]);
  const count = (local: number, times: number, body: readonly number[]): number[] => [
    ...[...OP.constant, ...signed(times), ...OP.set, local, ...OP.loop],
    ...body,
    ...[...OP.get, local, ...OP.constant, 1, ...OP.subtract, ...OP.tee, local, ...OP.branchIf, 0, ...OP.end],
  ];
  const inner = count(LOCAL.cols, cols, [...cellCode(network, (cols + 2) * cell), ...move(cell)]);
  const step = count(LOCAL.rows, rows, [...inner, ...move(2 * cell)]);
  return [...step, ...OP.get, LOCAL.all, ...splat(~1), ...OP.and, ...OP.anyTrue];
}

/** All layers in one cell. `stride` is the bytes from one row to the next. */
function cellCode({ layers, residual, channels, snap }: Network, stride: number): number[] {
  const cell = channels.length * LANES;
  const code: number[] = [];
  const neighbour = (input: number, row: number, col: number): number[] => [
    ...[...OP.get, LOCAL.from, ...OP.load],
    ...unsigned(row * stride + col * cell + input * LANES),
  ];
  const rounded = snap
    ? [...OP.get, LOCAL.zero, ...OP.largerBytes, ...splat(1), ...OP.smallerBytes]
    : [
        ...[...OP.tee, LOCAL.channel, ...OP.get, LOCAL.all, ...OP.or, ...OP.set, LOCAL.all],
        ...[...OP.get, LOCAL.channel],
      ];
  let [below, next]: [number, number] = [LOCAL.units, LOCAL.units];
  layers.forEach((layer, index) => {
    const isLast = index === layers.length - 1;
    const read = (input: number, place: number): number[] => {
      if (index > 0) return [...OP.get, ...unsigned(below + input)];
      // A network of a single 1x1 layer sees the middle alone.
      return layer.kernel === 1 ? neighbour(input, 1, 1) : neighbour(input, Math.floor(place / 3), place % 3);
    };
    for (let out = 0; out < layer.outputs; out++) {
      const sum = sumCode(layer, out, read);
      if (!isLast) {
        code.push(...sum, ...OP.get, LOCAL.zero, ...OP.largerBytes, ...OP.set, ...unsigned(next + out));
        continue;
      }
      const kept = weighted(residual[out]!, neighbour(out, 1, 1));
      code.push(...OP.get, LOCAL.to, ...sum, ...kept, ...rounded, ...OP.store, ...unsigned(out * LANES));
    }
    [below, next] = [next, next + layer.outputs];
  });
  return code;
}

/** Bias and weighted inputs of one unit. */
function sumCode(layer: Layer, out: number, read: (input: number, place: number) => number[]): number[] {
  const weights = termsOf(layer, out).map(({ input, tap, weight }) => weighted(weight, read(input, tap)));
  return [...splat(layer.bias[out]!), ...weights.flat()];
}

/** Adds a number times a vector to what is on the stack: as sums of shifts. */
function weighted(value: number, vector: readonly number[]): number[] {
  const code: number[] = [];
  const operation = value > 0 ? OP.addBytes : OP.subtractBytes;
  for (let bit = 0; 1 << bit <= Math.abs(value); bit++) {
    if (!(Math.abs(value) & (1 << bit))) continue;
    const shifted = bit === 0 ? [] : [...OP.constant, ...signed(bit), ...OP.shift];
    code.push(...vector, ...shifted, ...operation);
  }
  return code;
}
