// The bit engine: a digital network as a Boolean circuit, on 128 cells at once.
//
// A compiled network holds zeros and ones, and so may a learned one. Its step is then a circuit of and and xor gates on
// planes of bits: it is proved digital, made into gates, simplified, and generated as WebAssembly for the shape it runs
// on. See digital.ts, lower.ts, simplify.ts, kernels.ts and work.ts, in this order.

import { InputError } from "../../diagnostics/diagnostic.ts";
import type { Shape } from "../../grid/grid.ts";
import type { Network } from "../../network/network.ts";
import { illegalCodes } from "../../network/state.ts";
import type { Engine, Run } from "../engine.ts";
import { NotDigital } from "./digital.ts";
import { Machine, type StartThreads } from "./machine.ts";
import { type GateCounts, Maker } from "./make.ts";
import { loadBinaryen } from "./platform.ts";

export interface BitOptions {
  /** Threads for single grids; needs `startThreads`. 1 by default. */
  readonly threads?: number;
  /** How threads are started on this platform: `startWorkers` in Node. */
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
}

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

function engineOf(network: Network, maker: Maker, { threads = 1, startThreads }: BitOptions): BitEngine {
  const isShared = threads > 1 && startThreads !== undefined;
  return {
    name: isShared ? `bits (${threads} threads)` : "bits",
    start: (shape, states) => startRun(network, maker, shape, states),
    gates: (shape) => maker.forShape(shape).counts,
    machine: (shape) =>
      new Machine(maker.program(shape, 1, isShared), {
        batch: 1,
        threads: isShared ? threads : 1,
        startThreads: isShared ? startThreads : null,
        keeps: true,
      }),
    close: () => {},
  };
}

/** A run on states as numbers, by one thread. */
function startRun(network: Network, maker: Maker, shape: Shape, states: readonly Float32Array[]): Run {
  const { plan, digital } = maker.forShape(shape);
  for (const state of states) requireBits(network, shape, state, digital.patch.legal);
  const program = maker.program(shape, states.length, false);
  const machine = new Machine(program, {
    batch: states.length,
    threads: 1,
    startThreads: null,
    keeps: false,
  });
  const channels = network.channels.length;
  states.forEach((state, grid) => {
    plan.stored.forEach((channel, place) => {
      machine.write(grid, place, (cell) => state[cell * channels + channel] === 1);
    });
  });
  machine.settle();
  const constant = network.channels.flatMap((_, channel) => (plan.stored.includes(channel) ? [] : [channel]));
  return {
    advance: async (steps) => void machine.advance(steps),
    read: async () =>
      states.map((_, grid) => {
        const state = new Float32Array(shape.rows * shape.cols * channels);
        for (const channel of constant)
          for (let at = channel; at < state.length; at += channels) state[at] = 1;
        plan.stored.forEach((channel, place) => {
          machine.read(grid, place, (cell) => {
            state[cell * channels + channel] = 1;
          });
        });
        return state;
      }),
    close: () => machine.close(),
  };
}

/** States must be what the proof is about. */
function requireBits(network: Network, shape: Shape, state: Float32Array, legal: boolean): void {
  const illegal = legal ? illegalCodes(network, shape, state) : null;
  const isBits = illegal === null && state.every((value) => value === 0 || value === 1);
  if (isBits) return;
  const where =
    illegal === null
      ? "not of zeros and ones"
      : `not of legal codes: ${illegal.channel} is ${illegal.value} in row ${illegal.row + 1}, column ${illegal.col + 1}`;
  throw new InputError(`the bit engine cannot start from a state that is ${where}; take the direct engine`);
}
