// The one thing every engine can do: take a grid of states one step on.

import type { Shape } from "../grid/grid.ts";

/** Runs the shared step on states laid out as `state[(row * cols + col) * channels + channel]`. */
export interface Engine {
  /** For people and `--json`, such as `tensor (wasm, SIMD)`. */
  readonly name: string;
  /** A run of `batch` grids of one shape, each of `rows * cols * channels` numbers. */
  start(shape: Shape, states: readonly Float32Array[]): Run;
  /** Frees what the engine holds. */
  close(): void;
}

export interface Run {
  /** One step of every grid of the batch. */
  step(): void;
  /** The present states, one per grid; copies. */
  read(): Float32Array[];
  /** Frees what the run holds. */
  close(): void;
}
