// The bit engine: a digital network as a Boolean circuit, on 128 cells at once.
//
// A compiled network holds zeros and ones, and so may a learned one. Its step is then a circuit of and and xor gates on
// planes of bits: it is proved digital, made into gates, simplified, and generated as WebAssembly for the shape it runs
// on. See digital.ts, lower.ts, simplify.ts, kernels.ts and work.ts, in this order.

import { InputError } from "../../diagnostics/diagnostic.ts";
import type { Shape } from "../../grid/grid.ts";
import type { Network } from "../../network/network.ts";
import { illegalCodes } from "../../network/state.ts";
import { checkedStart, type Engine, type Run, type WatchedRun } from "../engine.ts";
import type { CodeSet } from "./codes.ts";
import type { Plan } from "./kernels.ts";
import { Machine, type StartThreads } from "./machine.ts";
import { type GateCounts, Maker } from "./make.ts";
import { NotDigital } from "./not-digital.ts";
import { type Assumed, codeRules } from "./patch.ts";
import { loadBinaryen } from "./platform.ts";

export interface BitOptions {
  /** Threads at most, for single grids; needs `startThreads`. 1 by default. */
  readonly threads?: number;
  /** Whether blocks that cannot change are left out. True by default. */
  readonly skips?: boolean;
  /** Cells that are worth a thread; by default so many that threads seldom wait for one another. */
  readonly cellsPerThread?: number;
  /** How threads are started on this platform: what `loadWorkers` gives, in Node. */
  readonly startThreads?: StartThreads;
}

/** Why a network cannot run on bits. */
export interface Refusal {
  readonly reason: string;
}

export interface BitEngine extends Engine {
  /** Gates that a cell takes on grids of a shape. */
  gates(shape: Shape): GateCounts;
  /** A machine for one grid of zeros, whose channels are to be written. */
  machine(shape: Shape): Machine;
  /** Where a channel is in a machine, by its name. */
  place(shape: Shape, channel: string): number;
}

/** Smaller parts of a grid take less time than the barrier between steps. */
const CELLS_PER_THREAD = 2 ** 18;

/** An engine for a network that is digital, or why it is not. */
export async function bitEngine(network: Network, options: BitOptions = {}): Promise<BitEngine | Refusal> {
  const binaryen = await loadBinaryen();
  try {
    return engineOf(network, new Maker(network, binaryen), options);
  } catch (error) {
    if (error instanceof NotDigital) return { reason: error.message };
    throw error;
  }
}

function engineOf(network: Network, maker: Maker, options: BitOptions): BitEngine {
  const { threads = 1, startThreads = null, skips = true, cellsPerThread = CELLS_PER_THREAD } = options;
  const machine = (shape: Shape, batch: number): Machine => {
    const most = Math.floor((shape.rows * shape.cols) / cellsPerThread);
    const used = batch > 1 || startThreads === null ? 1 : Math.max(1, Math.min(threads, most));
    return new Machine(maker.program(shape, batch, used > 1), {
      batch,
      threads: used,
      startThreads,
      keeps: batch === 1,
      skips,
    });
  };
  return {
    name: "bits",
    start: checkedStart(network, (shape, states) =>
      startRun(network, maker, machine(shape, states.length), shape, states),
    ),
    gates: (shape) => maker.forShape(shape).counts,
    machine: (shape) => machine(shape, 1),
    place: (shape, name) => {
      const channel = network.channels.findIndex((each) => each.name === name);
      return maker.forShape(shape).plan.stored.indexOf(channel);
    },
    close: () => {},
  };
}

function startRun(
  network: Network,
  maker: Maker,
  machine: Machine,
  shape: Shape,
  states: readonly Float32Array[],
): Run {
  const { plan, digital } = maker.forShape(shape);
  for (const state of states) requireBits(network, shape, state, digital.patch.assumed);
  const codec = numbersOf(network, plan, machine, shape);
  states.forEach((state, grid) => {
    codec.write(grid, state, "present");
  });
  machine.settle();
  const watched: WatchedRun = {
    advance: async (steps, watch) => machine.advance(steps, watch),
    keep: (state) => (state === undefined ? machine.keep() : codec.write(0, state, "kept")),
    kept: () => codec.read(0, "kept"),
  };
  return {
    advance: async (steps) => void machine.advance(steps),
    read: async () => states.map((_, grid) => codec.read(grid, "present")),
    ...(states.length === 1 ? { watched } : {}),
    close: () => machine.close(),
  };
}

/** Between bits and numbers. Channels that are not stored are 1. */
function numbersOf({ channels }: Network, { stored }: Plan, machine: Machine, { rows, cols }: Shape) {
  const width = channels.length;
  const constant = channels.flatMap((_, channel) => (stored.includes(channel) ? [] : [channel]));
  return {
    write(grid: number, state: Float32Array, buffer: "present" | "kept"): void {
      stored.forEach((channel, place) => {
        machine.writeNumbers(grid, place, state.subarray(channel), width, buffer);
      });
    },
    read(grid: number, buffer: "present" | "kept"): Float32Array {
      const state = new Float32Array(rows * cols * width);
      for (const channel of constant) for (let at = channel; at < state.length; at += width) state[at] = 1;
      stored.forEach((channel, place) => {
        machine.readNumbers(grid, place, state.subarray(channel), width, buffer);
      });
      return state;
    },
  };
}

/** States must be what the proof is about. */
function requireBits(network: Network, shape: Shape, state: Float32Array, assumed: Assumed): void {
  const wrong = whatIsWrong(network, shape, state, assumed);
  if (wrong === null) return;
  throw new InputError(`the bit engine cannot start from a state that is ${wrong}; take the direct engine`);
}

function whatIsWrong(network: Network, shape: Shape, state: Float32Array, assumed: Assumed): string | null {
  if (isBits(state)) {
    if (assumed === "any" || (assumed === "legal" && isLegal(network, state))) return null;
    if (assumed !== "legal") return outside(network, shape, state, assumed);
  }
  const illegal = assumed === "any" ? null : illegalCodes(network, shape, state);
  if (illegal === null) return "not of zeros and ones";
  const { channel, value, row, col } = illegal;
  return `not of legal codes: ${channel} is ${value} in row ${row + 1}, column ${col + 1}`;
}

/** The first cell that holds none of the codes. */
function outside({ channels }: Network, { cols }: Shape, state: Float32Array, codes: CodeSet): string | null {
  for (let at = 0; at < state.length; at += channels.length) {
    if (codes.has(state, at, channels.length)) continue;
    const cell = at / channels.length;
    const on = channels.filter((_, channel) => state[at + channel] === 1).map(({ name }) => name);
    return (
      `not what runs come to: ${on.join(" and ") || "nothing"} ${on.length > 1 ? "are" : "is"} 1 in row ` +
      `${Math.floor(cell / cols) + 1}, column ${(cell % cols) + 1}`
    );
  }
  return null;
}

const isBits = (state: Float32Array): boolean => state.every((value) => value === 0 || value === 1);

/** As `illegalCodes`, without saying where. */
function isLegal(network: Network, state: Float32Array): boolean {
  const width = network.channels.length;
  const each = (test: (at: number) => boolean): boolean => {
    for (let at = 0; at < state.length; at += width) if (!test(at)) return false;
    return true;
  };
  const areCodes = codeRules(network).every(({ first, second, exclusive }) =>
    each((at) => state[at + first] === 0 || state[at + second] === (exclusive ? 0 : 1)),
  );
  return (
    areCodes &&
    network.channels.every(({ code }, at) => code.kind !== "inside" || each((cell) => state[cell + at] === 1))
  );
}
