// The bit engine: a network as a Boolean circuit, on 128 cells at once.
//
// A compiled network holds zeros and ones, and so may a learned one. Its step is then a circuit of and and xor gates on
// planes of bits: it is proved digital, made into gates, simplified, and generated as WebAssembly for the shape it runs
// on. See digital.ts, lower.ts, simplify.ts, kernels.ts and work.ts, in this order. Networks that hold numbers, and those
// that are too large for such a proof, become gates that notice if a next value does not fit its channel: see slices.ts.
// The direct engine then goes on from the states before that step.

import { InputError } from "../../diagnostics/diagnostic.ts";
import type { Shape } from "../../grid/grid.ts";
import type { Network } from "../../network/network.ts";
import { illegalCodes } from "../../network/state.ts";
import { withoutTokens } from "../../network/tokens.ts";
import { directEngine } from "../direct.ts";
import { checkedStart, type Engine, type Run, type WatchedRun } from "../engine.ts";
import type { CodeSet } from "./codes.ts";
import type { Plan } from "./kernels.ts";
import { Machine, type StartThreads } from "./machine.ts";
import { type GateCounts, Maker } from "./make.ts";
import { NotDigital } from "./not-digital.ts";
import type { Assumed } from "./patch.ts";

export interface BitOptions {
  /** Threads at most, for single grids; needs `startThreads`. 1 by default. */
  readonly threads?: number;
  /** Whether blocks that cannot change are left out. True by default. */
  readonly skips?: boolean;
  /**
   * Whether it is tried to prove that steps give nothing but codes, which can take seconds and makes fewer gates. True by
   * default; else every step is looked at.
   */
  readonly proves?: boolean;
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
  /** Where a channel is in a machine, by its name; of a channel that holds numbers, its lowest bit. */
  place(shape: Shape, channel: string): number;
}

/** Smaller parts of a grid take less time than the barrier between steps. */
const CELLS_PER_THREAD = 2 ** 18;

/** An engine for a network of whole numbers, or of learned ones that round to 0 and 1, or why it cannot be one. */
export async function bitEngine(network: Network, options: BitOptions = {}): Promise<BitEngine | Refusal> {
  try {
    return engineOf(network, new Maker(network, options.proves), options);
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
      const { stored, planes } = maker.forShape(shape).plan;
      return stored.findIndex((plane) => network.channels[planes[plane]!.channel]!.name === name);
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
  const { plan, assumed } = maker.forShape(shape);
  for (const state of states) requireBits(network, shape, state, assumed);
  const codec = numbersOf(network, plan, machine, shape);
  states.forEach((state, grid) => {
    codec.write(grid, state, "present");
  });
  machine.settle();
  const present = () => states.map((_, grid) => codec.read(grid, "present"));
  // From where next values were in doubt on.
  let plain: readonly Run[] | null = null;
  const leave = (): readonly Run[] => {
    plain = present().map((state) => directEngine(withoutTokens(network)).start(shape, [state]));
    return plain;
  };
  const watched: WatchedRun = {
    advance: async (steps, watch) => {
      const progress = machine.advance(steps, watch);
      if (progress.ended === "doubt") leave();
      return progress;
    },
    keep: (state) => (state === undefined ? machine.keep() : codec.write(0, state, "kept")),
    kept: () => codec.read(0, "kept"),
  };
  return {
    advance: async (steps) => {
      if (plain !== null) return void (await Promise.all(plain.map((run) => run.advance(steps))));
      if (machine.advance(steps).ended !== "doubt") return;
      await Promise.all(leave().map((run, grid) => run.advance(steps - machine.madeBy(grid))));
    },
    read: async () =>
      plain === null ? present() : (await Promise.all(plain.map((run) => run.read()))).flat(),
    ...(states.length === 1 ? { watched } : {}),
    close: () => machine.close(),
  };
}

/** Between bits and numbers. Planes that are not stored are 1. */
function numbersOf({ channels }: Network, { stored, planes }: Plan, machine: Machine, { rows, cols }: Shape) {
  const width = channels.length;
  const constant = planes.flatMap(({ channel }, plane) => (stored.includes(plane) ? [] : [channel]));
  const numbers = (state: Float32Array, plane: number) => {
    const { channel, digit } = planes[plane]!;
    return { values: state.subarray(channel), width, digit };
  };
  return {
    write(grid: number, state: Float32Array, buffer: "present" | "kept"): void {
      stored.forEach((plane, place) => {
        machine.writeNumbers(grid, place, numbers(state, plane), buffer);
      });
    },
    read(grid: number, buffer: "present" | "kept"): Float32Array {
      const state = new Float32Array(rows * cols * width);
      for (const channel of constant) for (let at = channel; at < state.length; at += width) state[at] = 1;
      stored.forEach((plane, place) => {
        machine.readNumbers(grid, place, numbers(state, plane), buffer);
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
    if (assumed === "any") return null;
    if (assumed !== "legal") return outside(network, shape, state, assumed);
  }
  if (assumed !== "legal") return "not of zeros and ones";
  const illegal = illegalCodes(network, shape, state);
  if (illegal === null) return null;
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
