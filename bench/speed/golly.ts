// Golly without its windows, `bgolly`, from a pattern to a pattern.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readGrid } from "../../src/grid/formats.ts";
import { type Grid, inputsOf } from "../../src/grid/grid.ts";
import type { Network } from "../../src/network/network.ts";
import { foundOn, notInstalled, ran, runProgram } from "./outside.ts";
import { medianRun, type Opponent } from "./row.ts";

const OUTPUT = "golly.rle";

/** Runs bgolly on a file of the folder, if it is installed, and times it as a whole. */
export async function runGolly(
  path: string | undefined,
  folder: string,
  network: Network,
  { algorithm, words }: { readonly algorithm: "QuickLife" | "HashLife"; readonly words: readonly string[] },
  steps: number,
): Promise<{ readonly grid: Grid | null; readonly opponent: Opponent }> {
  const name = `bgolly ${algorithm}`;
  const file = foundOn(path, "bgolly");
  if (file === null) return { grid: null, opponent: notInstalled(name, "golly") };
  const all = ["-q", "-q", "-a", algorithm, "-m", String(steps), "-o", OUTPUT, ...words];
  const { seconds } = await medianRun(() => ran(runProgram(file, all, { cwd: folder }), name));
  return { grid: readPattern(join(folder, OUTPUT), network), opponent: { name, value: seconds } };
}

export const readPattern = (file: string, network: Network): Grid =>
  readGrid(readFileSync(file, "utf8"), file, "rle", inputsOf(network));

/** Whether two grids are the same up to dead cells around them: Golly writes the smallest rectangle. */
export function samePattern(a: Grid, b: Grid): boolean {
  const [first, second] = [aliveIn(a), aliveIn(b)];
  return first.length === second.length && first.every((cell, at) => cell === second[at]);
}

/** Rows and columns of the living cells, counted from the first ones that there are. */
function aliveIn({ rows, cols, planes }: Grid): Float64Array {
  const plane = planes.alive!;
  let [top, left, count] = [rows, cols, 0];
  for (let cell = 0; cell < plane.length; cell++) {
    if (plane[cell] === 0) continue;
    count++;
    top = Math.min(top, Math.floor(cell / cols));
    left = Math.min(left, cell % cols);
  }
  const alive = new Float64Array(count);
  for (let [cell, at] = [0, 0]; cell < plane.length; cell++)
    if (plane[cell] !== 0) alive[at++] = 2 ** 26 * (Math.floor(cell / cols) - top) + ((cell % cols) - left);
  return alive;
}
