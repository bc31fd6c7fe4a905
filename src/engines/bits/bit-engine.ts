// The bit engine: a network as a Boolean circuit, on 128 cells at once.
//
// A network of whole numbers becomes gates on planes of bits that notice if a next value does not fit its channel
// (bit-sliced.ts); the direct engine then goes on from the states before that step. That is done in moments. Runs that are
// longer are worth more: a network that holds zeros and ones, compiled or learned, is proved digital, made into gates
// and simplified (digital.ts, lower.ts, simplify.ts). Both become WebAssembly for the shape that it runs on (bit-kernels.ts,
// thread-work.ts); bit-run.ts changes from one to the other.

import { requireShape } from "../../grid/given.ts";
import type { Shape } from "../../grid/grid.ts";
import type { Network } from "../../network/network.ts";
import { requireState } from "../../network/state.ts";
import { requireNetwork } from "../../network/validate.ts";
import {
  type AlikeStates,
  checkedStart,
  countingRun,
  type Engine,
  type Run,
  wholeStates,
} from "../engine.ts";
import { stateLayout } from "./bit-layout.ts";
import { NotDigital } from "./bit-patch.ts";
import { BitRun } from "./bit-run.ts";
import { Crew } from "./crew.ts";
import { Machine, type StartThreads } from "./grid-memory.ts";
import { type GateCounts, type Made, Maker } from "./make.ts";

export interface BitOptions {
  /** Threads at most; needs `startThreads`. 1 by default. */
  readonly threads?: number;
  /** Whether blocks that cannot change are left out. True by default. */
  readonly skips?: boolean;
  /**
   * Cells times steps of a run, after which it is tried to prove that steps give nothing but codes: that can take seconds
   * and makes fewer gates. Before it every step is looked at. 1e9 by default; 0 at once, Infinity never.
   */
  readonly provesAfter?: number;
  /** Cells that are worth a thread; by default enough that threads seldom wait for one another. */
  readonly cellsPerThread?: number;
  /** Shape of the grids that are run first: others take a circuit of their own, where only one of the sides is 1. */
  readonly first?: Shape;
  /** Whether steps wait until all threads have started; by default, one makes them alone until then. */
  readonly waits?: boolean;
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
  /** Tells where a channel is in a machine, by its name; of a channel that holds numbers, its lowest bit. */
  place(shape: Shape, channel: string): number;
}

/** Smaller parts of a grid, or of grids side by side, take less time than the barrier between steps. */
const CELLS_PER_THREAD = 2 ** 18;
/** Cells times gates up to which the usual few hundred steps take no longer than the start of a thread. */
const GATES_PER_THREAD = 2 ** 26;

/** Groups of more grids than this share one memory: each memory has gigabytes of addresses. */
const MOST_MACHINES = 16;

/** Cells times gates times steps that take a tenth of a second. */
const SOON_DONE = 1e11;

/** Cells of which steps on few gates take about as long as finding that there could be fewer gates. */
const PROVES_AFTER = 1e9;

/** An engine for a network of whole numbers, or of learned ones that round to 0 and 1, or why it cannot be one. */
export async function bitEngine(network: Network, options: BitOptions = {}): Promise<BitEngine | Refusal> {
  requireNetwork(network);
  if (options.first !== undefined) requireShape(options.first);
  try {
    return engineOf(network, new Maker(network, options.first), options);
  } catch (error) {
    if (error instanceof NotDigital) return { reason: error.message };
    throw error;
  }
}

function engineOf(network: Network, maker: Maker, options: BitOptions): BitEngine {
  const { threads = 1, startThreads = null, skips = true, cellsPerThread = CELLS_PER_THREAD } = options;
  const { provesAfter = PROVES_AFTER, waits = false } = options;
  const threadsFor = ({ counts }: Made, cells: number): number => {
    const most = Math.floor(Math.max(cells / cellsPerThread, (cells * counts.shared) / GATES_PER_THREAD));
    return startThreads === null ? 1 : Math.max(1, Math.min(threads, most));
  };
  const machine = (made: Made, shape: Shape, batch: number, startsLate = false): Machine => {
    const { grids } = stateLayout(shape, made.plan.stored.length, batch);
    const used = threadsFor(made, shape.rows * shape.cols * Math.min(batch, grids));
    return new Machine(maker.program(made, shape, batch, used > 1), {
      ...{ batch, threads: used, startThreads, skips, waits, startsLate },
      keeps: batch === 1,
    });
  };
  /** A crew, where it shares the work out well; null where threads share each group better, or one does all. */
  const crew = (made: Made, shape: Shape, batch: number, startsLate: boolean): Crew | null => {
    const { grids } = stateLayout(shape, made.plan.stored.length, batch);
    const groups = Math.ceil(batch / grids);
    const used = Math.min(threadsFor(made, shape.rows * shape.cols * batch), groups);
    const isEven = groups % used === 0 || groups >= 2 * used;
    if (startThreads === null || used === 1 || !isEven || groups > MOST_MACHINES) return null;
    const program = maker.program(made, shape, batch, true);
    const machines = Array.from({ length: groups }, (_, group) => {
      const own = Math.min(grids, batch - group * grids);
      return new Machine(program, { batch: own, threads: 1, startThreads: null, keeps: false, skips });
    });
    return new Crew(machines, program.module, used - 1, { startThreads, startsLate });
  };
  const made = (shape: Shape): Made =>
    (provesAfter === Number.POSITIVE_INFINITY ? maker.quickly(shape) : null) ?? maker.forShape(shape);
  const open = (shape: Shape, states: readonly Float32Array[] | AlikeStates): Run => {
    const batch = "own" in states ? states.own.length : states.length;
    const machineFor = (made: Made, startsLate: boolean) =>
      crew(made, shape, batch, startsLate) ?? machine(made, shape, batch, startsLate);
    const run = new BitRun({ network, maker, provesAfter, machine: machineFor }, shape, states);
    return {
      advance: (steps) => run.advance(steps),
      read: () => run.read(),
      readOnly: (channels) => run.readOnly(channels),
      soonDone: Math.max(1e9, SOON_DONE / run.gates),
      ...(batch === 1 ? { watched: run.watched } : {}),
      close: () => run.close(),
    };
  };
  const start = checkedStart(network, open);
  return {
    name: "bits",
    start,
    startAlike: (shape, states) => {
      const areBits = states.channels.every((channel) => network.channels[channel]?.code.kind === "bit");
      // Tokens are counted, and codes of several channels looked at, in whole states.
      if (!areBits || network.tokens !== undefined)
        return start(shape, wholeStates(states, network.channels.length));
      requireState(network, shape, states.common);
      for (const own of states.own) requireState({ channels: states.channels }, shape, own);
      return countingRun(open(shape, states));
    },
    gates: (shape) => made(shape).counts,
    machine: (shape) => machine(made(shape), shape, 1),
    place: (shape, name) => {
      const { stored, planes } = made(shape).plan;
      return stored.findIndex((plane) => network.channels[planes[plane]!.channel]!.name === name);
    },
    close: () => {},
  };
}
