// Elimination over GF(2): random bits brought to reduced row echelon form by the network rref on the bit engine, and by
// M4RI, the library that is best for that alone. Both from the matrix in memory to its form in memory, on one thread.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomGrid } from "../../src/grid/generate.ts";
import { inputsOf } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { bitsFor, libraryNetwork, timed } from "../setup.ts";
import { showSize } from "../show.ts";

import { foundOn, inFolder, notInstalled, ran, runProgram } from "./outside.ts";
import { sumOf, timedRun } from "./parts.ts";
import {
  casesBySide,
  medianRun,
  type Opponent,
  type Setting,
  type SpeedCase,
  type SpeedRow,
  secondsRow,
} from "./row.ts";

const SIDES = [256, 512, 1024, 2048] as const;

export const eliminationCases = ({ size }: Setting): SpeedCase[] =>
  casesBySide("elimination", "elimination", size === undefined ? SIDES : [size], measureElimination);

async function measureElimination(side: number, { seed, path }: Setting): Promise<SpeedRow[]> {
  const network = libraryNetwork("rref");
  const grid = randomGrid({ rows: side, cols: side }, inputsOf(network), seededRandom(seed));
  const bits = grid.planes.x!;
  const { seconds, parts, form } = await medianRun(async () => {
    const { seconds: prepare, result: engine } = await timed(() => bitsFor(network, {}));
    const run = await timedRun(network, engine, grid, {});
    engine.close();
    const parts = { prepare, ...run.parts };
    return { seconds: sumOf(parts), parts, form: run.grid.planes.x! };
  });
  const rows = nonzeroRows(form, side);
  const library = await byLibrary(bits, side, path);
  const known = library.form === null ? eliminated(bits, side) : nonzeroRows(library.form, side);
  return [
    secondsRow({
      title: `elimination of ${showSize(side)} bits by the network rref`,
      ...{ seconds, parts, opponents: [library.opponent] },
      check: library.form === null ? "elimination row by row" : "M4RI",
      agrees: rows.length === known.length && rows.every((row, at) => row === known[at]),
      growth: { series: "elimination", size: side, of: "rows and columns" },
    }),
  ];
}

/** Rows that are not zero, from the top, as texts: where zero rows go is nobody's business. */
function nonzeroRows(plane: ArrayLike<number>, side: number): string[] {
  const all = Array.from(plane, (bit) => (bit === 1 ? "1" : "0")).join("");
  return Array.from({ length: side }, (_, row) => all.slice(row * side, (row + 1) * side)).filter((row) =>
    row.includes("1"),
  );
}

/** Gauss and Jordan on whole numbers as rows of bits, the first column being the highest. */
function eliminated(bits: Int32Array, side: number): string[] {
  const texts = nonzeroRows(bits, side);
  const rows = texts.map((text) => BigInt(`0b${text}`));
  let rank = 0;
  for (let bit = BigInt(side - 1); bit >= 0n; bit--) {
    const found = rows.findIndex((row, at) => at >= rank && ((row >> bit) & 1n) === 1n);
    if (found < 0) continue;
    [rows[rank], rows[found]] = [rows[found]!, rows[rank]!];
    const pivot = rows[rank]!;
    for (const [at, row] of rows.entries())
      if (at !== rank && ((row >> bit) & 1n) === 1n) rows[at] = row ^ pivot;
    rank++;
  }
  return rows.slice(0, rank).map((row) => row.toString(2).padStart(side, "0"));
}

/** Runs M4RI as it is: the median of five runs after one to warm up, on a standard output, and the form in a file. */
const SOURCE = `
#include <m4ri/m4ri.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int ascending(const void *a, const void *b) {
  double difference = *(const double *)a - *(const double *)b;
  return (difference > 0) - (difference < 0);
}

int main(int count, char **words) {
  int side = atoi(words[1]);
  mzd_t *given = mzd_init(side, side), *form = NULL;
  FILE *in = fopen(words[2], "rb"), *out = fopen(words[3], "wb");
  for (int row = 0; row < side; row++)
    for (int col = 0; col < side; col++) mzd_write_bit(given, row, col, getc(in));
  double seconds[6];
  for (int run = 0; run < 6; run++) {
    if (form != NULL) mzd_free(form);
    form = mzd_copy(NULL, given);
    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    mzd_echelonize(form, 1);
    clock_gettime(CLOCK_MONOTONIC, &end);
    seconds[run] = (end.tv_sec - begin.tv_sec) + 1e-9 * (end.tv_nsec - begin.tv_nsec);
  }
  for (int row = 0; row < side; row++)
    for (int col = 0; col < side; col++) putc(mzd_read_bit(form, row, col), out);
  qsort(seconds + 1, 5, sizeof(double), ascending);
  printf("%.9f\\n", seconds[3]);
  return fclose(out);
}
`;

async function byLibrary(
  bits: Int32Array,
  side: number,
  path: string | undefined,
): Promise<{ readonly opponent: Opponent; readonly form: Uint8Array | null }> {
  const absent = { opponent: notInstalled("M4RI", "gcc libm4ri-dev"), form: null };
  const compiler = foundOn(path, "gcc");
  if (compiler === null) return absent;
  return inFolder((folder) => {
    writeFileSync(join(folder, "m4ri.c"), SOURCE);
    const words = ["-O3", "-march=native", "m4ri.c", "-o", "m4ri", "-lm4ri"];
    if (runProgram(compiler, words, { cwd: folder }).code !== 0) return absent;
    writeFileSync(join(folder, "given"), Uint8Array.from(bits));
    const { stdout } = ran(
      runProgram(join(folder, "m4ri"), [String(side), "given", "form"], { cwd: folder }),
      "M4RI",
    );
    const value = Number(stdout);
    return { opponent: { name: "M4RI", value }, form: new Uint8Array(readFileSync(join(folder, "form"))) };
  });
}
