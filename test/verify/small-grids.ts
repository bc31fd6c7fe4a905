// All small grids, to judge mutants of networks by.

import { directEngine } from "../../src/engines/direct.ts";
import type { Grid, Shape } from "../../src/grid/grid.ts";
import type { Network } from "../../src/network/network.ts";
import { decode, encode } from "../../src/network/state.ts";

const SMALL: readonly Shape[] = [
  [1, 1],
  [1, 2],
  [2, 1],
  [1, 3],
  [3, 1],
  [2, 2],
  [1, 5],
  [5, 1],
  [2, 3],
  [3, 2],
  [2, 4],
  [4, 2],
  [3, 3],
].map(([rows, cols]) => ({ rows: rows!, cols: cols! }));

/** All grids of one input bit, shape by shape. */
export function allSmallGrids(field: string): Grid[][] {
  return SMALL.map(({ rows, cols }) =>
    Array.from({ length: 2 ** (rows * cols) }, (_, bits) => ({
      rows,
      cols,
      planes: { [field]: Int32Array.from({ length: rows * cols }, (_, cell) => (bits >> cell) & 1) },
    })),
  );
}

/** Steps in which a run on a small grid shows all it can. */
const enough = ({ rows, cols }: Shape): number => 3 * rows + cols + 4;

/** The states of all these grids after every step. */
export async function statesOf(network: Network, grids: readonly Grid[]): Promise<Float32Array[][]> {
  const run = directEngine(network).start(
    grids[0]!,
    grids.map((grid) => encode(network, grid)),
  );
  const states: Float32Array[][] = [];
  for (let step = 0; step < enough(grids[0]!); step++) {
    await run.advance(1);
    states.push(await run.read());
  }
  return states;
}

/** Whether two networks ever differ in a channel of a cell on these grids, given the states of one. */
export async function everDiffers(
  known: readonly (readonly Float32Array[])[],
  network: Network,
  grids: readonly Grid[],
): Promise<boolean> {
  const run = directEngine(network).start(
    grids[0]!,
    grids.map((grid) => encode(network, grid)),
  );
  for (const states of known) {
    await run.advance(1);
    const found = await run.read();
    if (found.some((state, grid) => state.some((value, at) => value !== states[grid]![at]))) return true;
  }
  return false;
}

/** The fields of the program alone, at the end of these runs. */
export function endOf(
  network: Network,
  grids: readonly Grid[],
  states: readonly (readonly Float32Array[])[],
) {
  const last = states[states.length - 1]!;
  const visible = network.fields.filter(({ role }) => role !== "hidden").map(({ name }) => name);
  return last.map((state) => {
    const { planes } = decode(network, grids[0]!, state);
    return visible.map((name) => [...planes[name]!]);
  });
}
