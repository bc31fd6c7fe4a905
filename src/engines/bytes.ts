// The byte engine: WebAssembly made for one network and shape, on sixteen grids at once.
//
// A network whose arithmetic is exact in int8 needs one byte per number, so a SIMD vector holds one channel of one
// cell in sixteen grids. Every non-zero weight is then a load and an addition (powers of two are shifts), relu is a
// maximum with 0, and a step is straight-line code in a loop over the cells. Units live in local variables; states lie
// inside a border of zeros, two buffers for each sixteen grids, `buffer[(row * (cols + 2) + col) * channels + channel]`.
// Where a network snaps, a maximum and a minimum round whole numbers to 0 or 1. Where it does not, bytes hold what comes of
// zeros and ones: every step says whether it made anything else, and if so the direct engine goes on from there.
// It is ready within milliseconds, for any network; the bit engine is some hundred times faster, once it is.

import { InputError } from "../diagnostics/diagnostic.ts";
import type { Shape } from "../grid/grid.ts";
import { exactnessOf } from "../network/exactness.ts";
import { largestInputs, type Network } from "../network/network.ts";
import { withoutTokens } from "../network/single-token-states.ts";
import { stepOf } from "../network/step.ts";
import { directEngine } from "./direct.ts";
import { checkedStart, type Engine, type Run } from "./engine.ts";
import { Assembler, MOST_PAGES, PAGE, platform } from "./webassembly/assembler.ts";
import { type Code, i8x16, i32, loop, type Variable, v128 } from "./webassembly/instructions.ts";

/** Grids in a vector, and bytes of one. */
const LANES = 16;

interface Exports {
  readonly step: (from: number, to: number) => number;
}

/**
 * Tells whether the engine can run a network: channels must be 0 or 1, and all numbers fit into a byte. What it claims
 * itself is not asked.
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
  const { Memory, Module, Instance } = platform();
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
  const memory = new Memory({ initial: pages, maximum: pages, shared: false });
  const bytes = new Int8Array(memory.buffer);
  const module = new Module(moduleBytes(network, shape));
  const { step } = new Instance(module, { env: { memory } }).exports as Exports;
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

/** A vector whose sixteen bytes are all the same. */
const splat = (value: number): Code => v128.const(new Array<number>(LANES).fill(value & 255));

/**
 * `step(from, to)`: loops over rows and columns; `from` points to the upper left neighbour, `to` to the cell itself. The
 * result is 0 where all channels became 0 or 1.
 */
function moduleBytes(network: Network, { rows, cols }: Shape): Uint8Array {
  const assembler = new Assembler();
  assembler.define("step", ["from", "to"], ({ from, to }, make) => {
    const [row, col, channel, all] = [make.number(), make.number(), make.vector(), make.vector()];
    const cell = network.channels.length * LANES;
    const move = (bytes: number): Code[] =>
      [from, to].map((address) => address.set(i32.add(address.get(), i32.const(bytes))));
    const count = (variable: Variable, times: number, body: readonly Code[]): Code => [
      variable.set(i32.const(times)),
      loop(variable.get(), [...body, variable.set(i32.sub(variable.get(), i32.const(1)))]),
    ];
    const noted = (value: Code): Code => [all.set(v128.or(channel.tee(value), all.get())), channel.get()];
    const snapped = (value: Code): Code => i8x16.min_s(i8x16.max_s(value, splat(0)), splat(1));
    const { units, next } = cellCode(network, neighbours(network, cols, from), make.vector);
    const stores = next.map((value, out) =>
      v128.store(out * LANES, to.get(), network.snap ? snapped(value) : noted(value)),
    );
    const inner = count(col, cols, [...units, ...stores, ...move(cell)]);
    return [count(row, rows, [inner, ...move(2 * cell)]), v128.any_true(v128.and(all.get(), splat(~1)))];
  });
  return assembler.bytes({ isShared: false, mostPages: MOST_PAGES }, ["step"]);
}

/** Loads a channel of a neighbour, by its place in the kernel of 3x3. */
type Neighbour = (channel: number, place: number) => Code;

function neighbours({ channels }: Network, cols: number, from: Variable): Neighbour {
  const cell = channels.length * LANES;
  const offset = (place: number) => (Math.floor(place / 3) * (cols + 2) + (place % 3)) * cell;
  return (channel, place) => v128.load(offset(place) + channel * LANES, from.get());
}

/** All layers in one cell: code that sets the hidden units, and then code of the next values. */
function cellCode(network: Network, neighbour: Neighbour, newUnit: () => Variable) {
  const units: Code[] = [];
  const { next } = stepOf<Code>(network, {
    input: neighbour,
    sum: (terms, bias) => terms.reduce((sum, { weight, of }) => plusWeighted(sum, weight, of), splat(bias)),
    rectify(sum) {
      const unit = newUnit();
      units.push(unit.set(i8x16.max_s(sum, splat(0))));
      return unit.get();
    },
  });
  return { next: network.channels.map((_, channel) => next(channel)), units };
}

/** Adds a number times a vector: as sums of shifts. */
function plusWeighted(sum: Code, weight: number, vector: Code): Code {
  let code = sum;
  for (let bit = 0; 1 << bit <= Math.abs(weight); bit++) {
    if (!(Math.abs(weight) & (1 << bit))) continue;
    const shifted = bit === 0 ? vector : i8x16.shl(vector, i32.const(bit));
    code = weight > 0 ? i8x16.add(code, shifted) : i8x16.sub(code, shifted);
  }
  return code;
}
