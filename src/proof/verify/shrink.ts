// Shrinks an input that shows a difference: drops rows and columns, then sets cells to their first value, as
// long as the difference stays.

import { firstValue, type Grid } from "../../grid/grid.ts";
import type { GridField } from "../../grid/layers.ts";
import { fitsGrid, type InputRules } from "../../grid/prepare.ts";

/** Trials after which the smallest input so far has to do. */
const MOST_TRIALS = 2000;

/** The smallest input in which `find` finds something, and what it finds; it must in `input`. */
export async function smallestFinding<Found>(
  of: InputRules & { readonly fields: readonly GridField[] },
  input: Grid,
  find: (grid: Grid) => Promise<Found | null> | Found | null,
): Promise<{ readonly input: Grid; readonly found: Found }> {
  let best: { readonly input: Grid; readonly found: Found } = { input, found: (await find(input))! };
  let trials = 0;
  for (let shrunk = true; shrunk; ) {
    shrunk = false;
    for (const smaller of smallerThan(best.input, of.fields)) {
      if (++trials > MOST_TRIALS) return best;
      const found = fitsGrid(of, smaller) ? await find(smaller) : null;
      if (found === null) continue;
      best = { input: smaller, found };
      shrunk = true;
      break;
    }
  }
  return best;
}

function* smallerThan(grid: Grid, fields: readonly GridField[]): Generator<Grid> {
  const { rows, cols } = grid;
  for (let row = 0; row < rows && rows > 1; row++) {
    yield keepCells(grid, rows - 1, cols, (at) => Math.floor(at / cols) !== row);
  }
  for (let col = 0; col < cols && cols > 1; col++) {
    yield keepCells(grid, rows, cols - 1, (at) => at % cols !== col);
  }
  for (const { name, type } of fields) {
    const first = firstValue(type);
    for (const [at, value] of grid.planes[name]?.entries() ?? []) {
      if (value === first) continue;
      yield { ...grid, planes: { ...grid.planes, [name]: grid.planes[name]!.with(at, first) } };
    }
  }
}

function keepCells(grid: Grid, rows: number, cols: number, keep: (at: number) => boolean): Grid {
  const planes = Object.entries(grid.planes).map(([name, plane]) => [
    name,
    plane.filter((_, at) => keep(at)),
  ]);
  return { rows, cols, planes: Object.fromEntries(planes) };
}
