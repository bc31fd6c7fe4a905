// What a step is fitted to: neighbourhoods and the cell's channels one step later, each neighbourhood once.

import { OFFSETS, PLACES } from "../../grid/direction.ts";
import type { Grid } from "../../grid/grid.ts";
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

/** Kernel rows and columns of places; off-grid places are all zeros. */
export const CASE_TAPS = PLACES.map((place) => OFFSETS[place]).toSorted(([a, b], [c, d]) => a - c || b - d);

/** Those that a network's first layer reads. */
export const tapsOf = ({ layers }: Pick<Network, "layers">): readonly (readonly [number, number])[] =>
  layers[0]!.kernel === 3 ? CASE_TAPS : [OFFSETS.here];

/** A growing set of cases. */
export class CaseSet implements CaseRows {
  readonly width: number;
  readonly channels: number;
  inputs: Uint8Array;
  targets: Uint8Array;
  count = 0;
  readonly #network: Network;
  readonly #taps: readonly (readonly [number, number])[];
  readonly #seen = new Set<string>();

  constructor(network: Network) {
    this.#network = network;
    this.#taps = tapsOf(network);
    this.channels = network.channels.length;
    this.width = this.channels * this.#taps.length;
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
    for (let row = 0; row < rows; row++)
      for (let col = 0; col < cols; col++)
        if (only === null || (only.row === row && only.col === col))
          this.#addCell(now, next, rows, cols, row, col);
    return this.count - had;
  }

  #addCell(
    now: Float32Array,
    next: Float32Array,
    rows: number,
    cols: number,
    row: number,
    col: number,
  ): void {
    this.#reserve();
    const from = this.count * this.width;
    const cell = (row * cols + col) * this.channels;
    const patch = this.inputs.subarray(from, from + this.width).fill(0);
    for (const [tap, [down, right]] of this.#taps.entries()) {
      const [r, c] = [row + down, col + right];
      if (r < 0 || c < 0 || r >= rows || c >= cols) continue;
      for (let channel = 0; channel < this.channels; channel++)
        patch[channel * this.#taps.length + tap] = now[(r * cols + c) * this.channels + channel]!;
    }
    for (let channel = 0; channel < this.channels; channel++)
      this.targets[this.count * this.channels + channel] = next[cell + channel]!;
    this.#keep();
  }

  /** Adds a case of another set, if it is new. */
  addFrom({ inputs, targets }: CaseRows, at: number): void {
    this.#reserve();
    this.inputs.set(inputs.subarray(at * this.width, (at + 1) * this.width), this.count * this.width);
    this.targets.set(
      targets.subarray(at * this.channels, (at + 1) * this.channels),
      this.count * this.channels,
    );
    this.#keep();
  }

  /** Keeps the case that was written behind the last one, if it is new. */
  #keep(): void {
    const from = this.count * this.width;
    const key = keyOf(this.inputs.subarray(from, from + this.width));
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.count++;
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

/** A short text for a row of bits. */
function keyOf(bits: Uint8Array): string {
  let key = "";
  for (let at = 0; at < bits.length; at += 15) {
    let part = 0;
    for (let bit = at; bit < at + 15 && bit < bits.length; bit++) part = 2 * part + bits[bit]!;
    key += String.fromCharCode(part);
  }
  return key;
}

/** The input that is the cell's own value of a channel. */
export const ownInput = ({ width, channels }: CaseRows, channel: number): number => {
  const places = width / channels;
  return channel * places + (places - 1) / 2;
};
