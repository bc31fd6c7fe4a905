// What a step is fitted to: neighbourhoods and the cell's channels one step later, each neighbourhood once.

import { OFFSETS, type Offset, TAP_OFFSETS } from "../../grid/direction.ts";
import { type Grid, neighbourOf } from "../../grid/grid.ts";
import type { Network } from "../../network/network.ts";
import { encode } from "../../network/state.ts";

/** Rows of zeros and ones. */
export interface CaseRows {
  readonly count: number;
  /** Numbers in a row of `inputs`: channels times places, place by place within a channel. */
  readonly width: number;
  readonly channels: number;
  /** `inputs[case * width + input]`. */
  readonly inputs: Uint8Array;
  /** `targets[case * channels + channel]`: the channels after the step. */
  readonly targets: Uint8Array;
}

/** Offsets of the cells that a network's first layer reads; those off the grid are all zeros. */
export const tapsOf = ({ layers }: Pick<Network, "layers">): readonly Offset[] =>
  layers[0]!.kernel === 3 ? TAP_OFFSETS : [OFFSETS.here];

/** A growing set of cases. */
export class CaseSet implements CaseRows {
  readonly width: number;
  readonly channels: number;
  inputs: Uint8Array;
  targets: Uint8Array;
  count = 0;
  readonly #network: Network;
  readonly #taps: readonly Offset[];
  readonly #seen = new Set<string>();
  /** What is off the grid. */
  readonly #outside: string;

  constructor(network: Network) {
    this.#network = network;
    this.#taps = tapsOf(network);
    this.channels = network.channels.length;
    this.width = this.channels * this.#taps.length;
    this.#outside = keyOf(new Uint8Array(this.channels), 0, this.channels, 1);
    this.inputs = new Uint8Array(256 * this.width);
    this.targets = new Uint8Array(256 * this.channels);
  }

  /** Adds the neighbourhoods of all cells of a grid, or of one; how many of them were new. */
  add(before: Grid, after: Grid, only: { readonly row: number; readonly col: number } | null = null): number {
    const { rows, cols } = before;
    const [now, next] = [before, after].map((grid) => encode(this.#network, grid)) as [
      Float32Array,
      Float32Array,
    ];
    const had = this.count;
    const { channels } = this;
    const keys = Array.from({ length: rows * cols }, (_, cell) => keyOf(now, cell * channels, channels, 1));
    for (const cell of only === null ? keys.keys() : [only.row * cols + only.col]) {
      const around = this.#taps.map((tap) => neighbourOf(before, cell, tap));
      if (!this.#isNew(around.map((at) => (at === null ? this.#outside : keys[at]!)))) continue;
      const patch = this.inputs.subarray(this.count * this.width);
      for (const [tap, at] of around.entries())
        for (let channel = 0; channel < channels; channel++)
          patch[channel * around.length + tap] = at === null ? 0 : now[at * channels + channel]!;
      this.targets.set(next.subarray(cell * channels, (cell + 1) * channels), this.count * channels);
      this.count++;
    }
    return this.count - had;
  }

  /** Adds a case of another set, if it is new. */
  addFrom({ inputs, targets }: CaseRows, at: number): void {
    const { width, channels } = this;
    const taps = this.#taps.length;
    const keys = this.#taps.map((_, tap) => keyOf(inputs, at * width + tap, channels, taps));
    if (!this.#isNew(keys)) return;
    this.inputs.set(inputs.subarray(at * width, (at + 1) * width), this.count * width);
    this.targets.set(targets.subarray(at * channels, (at + 1) * channels), this.count * channels);
    this.count++;
  }

  /** Tells whether a case of these cells is new; then there is room for it behind the last one. */
  #isNew(cells: readonly string[]): boolean {
    const key = cells.join("");
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    this.#reserve();
    return true;
  }

  #reserve(): void {
    if (
      (this.count + 1) * this.width <= this.inputs.length &&
      (this.count + 1) * this.channels <= this.targets.length
    )
      return;
    this.inputs = grown(this.inputs);
    this.targets = grown(this.targets);
  }
}

function grown(values: Uint8Array): Uint8Array {
  const larger = new Uint8Array(2 * values.length);
  larger.set(values);
  return larger;
}

/** A short text for a cell's bits, of which there is one every `stride` numbers. */
function keyOf(bits: Uint8Array | Float32Array, from: number, count: number, stride: number): string {
  let key = "";
  for (let at = 0; at < count; at += 15) {
    let part = 0;
    for (let bit = at; bit < at + 15 && bit < count; bit++) part = 2 * part + bits[from + bit * stride]!;
    key += String.fromCharCode(part);
  }
  return key;
}

/** The input that is the cell's own value of a channel. */
export const ownInput = ({ width, channels }: CaseRows, channel: number): number => {
  const places = width / channels;
  return channel * places + (places - 1) / 2;
};
