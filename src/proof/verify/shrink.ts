// Shrinks an input that shows a difference: drops rows and columns, then sets cells to their first value, as
// long as the difference stays.

import { firstValue, type Grid, type ValueType } from "../../grid/grid.ts";

/** Trials after which the smallest input so far has to do. */
const MOST_TRIALS = 2000;

/** `shows` must hold for `input`; the result is smaller or equal, and `shows` holds for it. */
export async function shrinkInput(
  input: Grid,
  fields: readonly { readonly name: string; readonly type: ValueType }[],
  shows: (grid: Grid) => Promise<boolean>,
): Promise<Grid> {
  let smallest = input;
  let trials = 0;
  for (let shrunk = true; shrunk; ) {
    shrunk = false;
    for (const candidate of smaller(smallest, fields)) {
      if (++trials > MOST_TRIALS) return smallest;
      if (!(await shows(candidate))) continue;
      smallest = candidate;
      shrunk = true;
      break;
    }
  }
  return smallest;
}

function* smaller(
  grid: Grid,
  fields: readonly { readonly name: string; readonly type: ValueType }[],
): Generator<Grid> {
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
