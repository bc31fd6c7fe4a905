// Where the bits of a grid lie in memory.
//
// A vector of 128 bits holds one plane of 128 cells of a row: a channel, or a bit of one that holds numbers. Cell x of a row is in vector x mod K, in lane
// floor(x / K), so that the cells' left and right neighbours are the vectors before and after; only at the ends of the
// row do bits move by one lane, and those are kept in two more vectors, one on each side. Small grids of a batch lie
// side by side: each has `lanes` lanes of its own. Rows lie one after another, between two rows of zeros:
//
//   byte = base + (row + 1) * stride + (vector + 1) * planes * 16 + plane * 16

import type { Shape } from "../../grid/grid.ts";

export const LANES = 128;
export const VECTOR_BYTES = 16;

export interface StateLayout extends Shape {
  /** Planes that are stored: channels, or bits of those that hold numbers. */
  readonly planes: number;
  /** Vectors of a row, K. */
  readonly vectors: number;
  /** Lanes of one grid. */
  readonly lanes: number;
  /** Grids side by side. */
  readonly grids: number;
  /** Bytes of a vector of all planes, of a row, and of all rows with those of zeros. */
  readonly cell: number;
  readonly stride: number;
  readonly size: number;
}

/** The layout with the least work for a batch of grids of a shape. */
export function stateLayout({ rows, cols }: Shape, planes: number, batch: number): StateLayout {
  let best = { vectors: Math.ceil(cols / LANES), groups: batch };
  const work = ({ vectors, groups }: typeof best) => vectors * groups;
  for (let lanes = 1; lanes <= Math.min(LANES, cols); lanes++) {
    const made = { vectors: Math.ceil(cols / lanes), groups: Math.ceil(batch / Math.floor(LANES / lanes)) };
    if (work(made) < work(best)) best = made;
  }
  const { vectors } = best;
  const lanes = Math.ceil(cols / vectors);
  const cell = planes * VECTOR_BYTES;
  const stride = (vectors + 2) * cell;
  const grids = Math.floor(LANES / lanes);
  return { rows, cols, planes, vectors, lanes, grids, cell, stride, size: (rows + 2) * stride };
}

/** The first vectors of a row that have a cell in every lane. */
export const fullVectors = ({ cols, lanes, vectors }: StateLayout): number => cols - (lanes - 1) * vectors;

/** The lanes of a vector for which a condition holds, as bytes. */
export function laneMask(holds: (lane: number) => boolean): Uint8Array {
  const bytes = new Uint8Array(VECTOR_BYTES);
  for (let lane = 0; lane < LANES; lane++) if (holds(lane)) bytes[lane >> 3]! |= 1 << (lane & 7);
  return bytes;
}
