// Rows of a plane: a byte for each cell, and the bits in memory that they become.

import { memo } from "../../diagnostics/memo.ts";
import { type Columns, columnsOf, LANES, type StateLayout, VECTOR_BYTES } from "./layout.ts";

/** Packs rows of one layout into a memory, and unpacks them. */
export class Rows {
  /** The cells of a row, 0 or 1; behind them zeros, up to what its vectors hold. */
  readonly cells: Uint8Array;
  readonly #layout: StateLayout;
  readonly #bytes: Uint8Array;
  /** By the grid's place beside others. */
  readonly #columns: (place: number) => Columns;

  constructor(layout: StateLayout, bytes: Uint8Array) {
    this.cells = new Uint8Array(layout.vectors * LANES);
    this.#layout = layout;
    this.#bytes = bytes;
    this.#columns = memo((place) => columnsOf(layout, place));
  }

  /** Writes `cells` as the bits of a grid's row that begins at an address. */
  pack(grid: number, start: number): void {
    if (this.#layout.grids > 1) this.#packBeside(grid, start);
    else this.#packAlone(start);
  }

  #packAlone(start: number): void {
    const { vectors, cell } = this.#layout;
    const { cells } = this;
    const bytes = this.#bytes;
    for (let vector = 0, to = start + cell; vector < vectors; vector++, to += cell)
      for (let byte = 0, at = vector; byte < VECTOR_BYTES; byte++) {
        let bits = 0;
        for (let bit = 0; bit < 8; bit++, at += vectors) bits |= cells[at]! << bit;
        bytes[to + byte] = bits;
      }
  }

  /** Reads the bits of a row into `cells`. */
  unpack(grid: number, start: number): void {
    if (this.#layout.grids > 1) this.#unpackBeside(grid, start);
    else this.#unpackAlone(start);
  }

  #unpackAlone(start: number): void {
    const { vectors, cell } = this.#layout;
    const { cells } = this;
    const bytes = this.#bytes;
    for (let vector = 0, from = start + cell; vector < vectors; vector++, from += cell)
      for (let byte = 0, at = vector; byte < VECTOR_BYTES; byte++) {
        const bits = bytes[from + byte]!;
        for (let bit = 0; bit < 8; bit++, at += vectors) cells[at] = (bits >> bit) & 1;
      }
  }

  /** Where other grids have bits in the same bytes. */
  #packBeside(grid: number, start: number): void {
    const { byte, mask } = this.#columns(grid % this.#layout.grids);
    const bytes = this.#bytes;
    for (let col = 0; col < byte.length; col++) {
      const at = start + byte[col]!;
      bytes[at] = this.cells[col] === 1 ? bytes[at]! | mask[col]! : bytes[at]! & ~mask[col]!;
    }
  }

  #unpackBeside(grid: number, start: number): void {
    const { byte, mask } = this.#columns(grid % this.#layout.grids);
    for (let col = 0; col < byte.length; col++)
      this.cells[col] = (this.#bytes[start + byte[col]!]! & mask[col]!) === 0 ? 0 : 1;
  }
}
