// Rows of a plane: a byte for each cell, and the bits in memory that they become.

import { memo } from "../../diagnostics/memo.ts";
import { LANES, laneMask, type StateLayout, VECTOR_BYTES } from "./bit-layout.ts";

/** A bit of the numbers of a channel: of every `width`th one; `isAlone` where they have no other. */
export interface ChannelNumbers {
  readonly values: Float32Array;
  readonly width: number;
  readonly digit: number;
  readonly isAlone: boolean;
}

/** Packs rows of one layout into a memory, and unpacks them. */
export class Rows {
  /** The cells of a row, 0 or 1; behind them zeros, up to what its vectors hold. */
  readonly cells: Uint8Array;
  readonly #layout: StateLayout;
  readonly #bytes: Uint8Array;
  /** By the grid's place beside others. */
  readonly #columns: (place: number) => Columns;
  /** By the number of grids: their lanes for each lane of one, a vector each. */
  readonly #everywhere: (count: number) => Uint8Array;

  constructor(layout: StateLayout, bytes: Uint8Array) {
    this.cells = new Uint8Array(layout.vectors * LANES);
    this.#layout = layout;
    this.#bytes = bytes;
    this.#columns = memo((place) => columnsOf(layout, place));
    this.#everywhere = memo((count) => lanesOfAll(layout, count));
  }

  /** Writes `cells` as the bits of a grid's row that begins at an address. */
  pack(grid: number, start: number): void {
    if (this.#layout.grids > 1) this.#packBeside(grid, start);
    else this.#packAlone(start);
  }

  /** Writes bits of numbers, from a cell on; where the row `isBlank`, only those that are 1. */
  packNumbers(grid: number, start: number, numbers: ChannelNumbers, first: number, isBlank: boolean): void {
    // Where many grids lie side by side, most numbers of each are 0 when they begin.
    if (isBlank && this.#layout.grids > 1) {
      this.#add(grid, start, numbers, first);
      return;
    }
    const isEmpty = bitsOf(numbers, first, this.cells, this.#layout.cols) === 0;
    if (!(isBlank && isEmpty)) this.pack(grid, start);
  }

  /** Adds to numbers, from a cell on, what the bits of a row are worth. */
  unpackNumbers(grid: number, start: number, numbers: ChannelNumbers, first: number): void {
    if (this.#layout.grids > 1) {
      this.#addTo(grid, start, numbers, first);
      return;
    }
    this.unpack(grid, start);
    addBits(numbers, first, this.cells, this.#layout.cols);
  }

  /** Adds the bits that are 1 to a row of a grid beside others. */
  #add(grid: number, start: number, { values, width, digit }: ChannelNumbers, first: number): void {
    const { byte, mask } = this.#columns(grid % this.#layout.grids);
    const bytes = this.#bytes;
    for (let col = 0, at = first * width; col < byte.length; col++, at += width) {
      const value = values[at]!;
      if (value !== 0 && ((value >> digit) & 1) === 1) bytes[start + byte[col]!]! |= mask[col]!;
    }
  }

  /** Adds the bits that are 1 to a row of the first `count` grids beside one another, or of all where these are fewer. */
  addToAll(count: number, start: number, { values, width, digit }: ChannelNumbers, first: number): void {
    const { cols, vectors, cell } = this.#layout;
    const bytes = this.#bytes;
    const masks = this.#everywhere(Math.min(count, this.#layout.grids));
    for (let col = 0, at = first * width; col < cols; col++, at += width) {
      if (((values[at]! >> digit) & 1) === 0) continue;
      const to = start + ((col % vectors) + 1) * cell;
      const mask = Math.floor(col / vectors) * VECTOR_BYTES;
      for (let byte = 0; byte < VECTOR_BYTES; byte++) bytes[to + byte]! |= masks[mask + byte]!;
    }
  }

  #packAlone(start: number): void {
    const { vectors, cell } = this.#layout;
    const { cells } = this;
    const bytes = this.#bytes;
    for (let vector = 0, to = start + cell; vector < vectors; vector++, to += cell)
      for (let byte = 0, at = vector; byte < VECTOR_BYTES; byte++, at += 8 * vectors) {
        // Written out, it takes half the time.
        bytes[to + byte] =
          cells[at]! |
          (cells[at + vectors]! << 1) |
          (cells[at + 2 * vectors]! << 2) |
          (cells[at + 3 * vectors]! << 3) |
          (cells[at + 4 * vectors]! << 4) |
          (cells[at + 5 * vectors]! << 5) |
          (cells[at + 6 * vectors]! << 6) |
          (cells[at + 7 * vectors]! << 7);
      }
  }

  /** Adds to numbers, from a cell on, what the bits of a grid beside others are worth. */
  #addTo(grid: number, start: number, { values, width, digit }: ChannelNumbers, first: number): void {
    const { byte, mask } = this.#columns(grid % this.#layout.grids);
    const bytes = this.#bytes;
    const worth = 2 ** digit;
    for (let col = 0, at = first * width; col < byte.length; col++, at += width)
      if ((bytes[start + byte[col]!]! & mask[col]!) !== 0) values[at]! += worth;
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
      for (let byte = 0, at = vector; byte < VECTOR_BYTES; byte++, at += 8 * vectors) {
        const bits = bytes[from + byte]!;
        cells[at] = bits & 1;
        cells[at + vectors] = (bits >> 1) & 1;
        cells[at + 2 * vectors] = (bits >> 2) & 1;
        cells[at + 3 * vectors] = (bits >> 3) & 1;
        cells[at + 4 * vectors] = (bits >> 4) & 1;
        cells[at + 5 * vectors] = (bits >> 5) & 1;
        cells[at + 6 * vectors] = (bits >> 6) & 1;
        cells[at + 7 * vectors] = bits >> 7;
      }
  }

  /** Packs a row where other grids have bits in the same bytes. */
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

/** The bits of numbers, from a cell on; gives 0 where there is no other. */
function bitsOf(
  { values, width, digit }: ChannelNumbers,
  first: number,
  cells: Uint8Array,
  count: number,
): number {
  let all = 0;
  for (let col = 0, at = first * width; col < count; col++, at += width) {
    const bit = (values[at]! >> digit) & 1;
    cells[col] = bit;
    all |= bit;
  }
  return all;
}

/** Adds to numbers, from a cell on, what their bits are worth. */
function addBits(
  { values, width, digit, isAlone }: ChannelNumbers,
  first: number,
  cells: Uint8Array,
  count: number,
): void {
  if (width === 1 && isAlone) {
    values.set(cells.subarray(0, count), first);
    return;
  }
  const worth = 2 ** digit;
  for (let col = 0, at = first * width; col < count; col++, at += width) values[at]! += cells[col]! * worth;
}

/** Where the cells of a grid's rows are: a byte from the row's start, and the bit in it as a mask. */
interface Columns {
  readonly byte: Int32Array;
  readonly mask: Int32Array;
}

/** By column, for the first of the planes. */
function columnsOf({ cols, vectors, lanes, grids, cell }: StateLayout, grid: number): Columns {
  const [byte, mask] = [new Int32Array(cols), new Int32Array(cols)];
  for (let col = 0; col < cols; col++) {
    const lane = (grid % grids) * lanes + Math.floor(col / vectors);
    byte[col] = ((col % vectors) + 1) * cell + (lane >> 3);
    mask[col] = 1 << (lane & 7);
  }
  return { byte, mask };
}

/** For each lane of a grid, the lanes of the first few grids that hold the same column. */
function lanesOfAll({ lanes }: StateLayout, grids: number): Uint8Array {
  const masks = new Uint8Array(lanes * VECTOR_BYTES);
  for (let own = 0; own < lanes; own++)
    masks.set(
      laneMask((lane) => lane % lanes === own && lane < grids * lanes),
      own * VECTOR_BYTES,
    );
  return masks;
}
