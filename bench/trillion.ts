// `npm run bench -- trillion`: elimination over GF(2) by a network on a grid so large that its unrolled form has more
// than 10^12 hidden units, checked against elimination of packed rows.

import { EXIT, type Io, remark } from "../src/cli/io.ts";
import { showCount } from "../src/diagnostics/count.ts";
import type { Machine } from "../src/engines/bits/grid-memory.ts";
import type { Shape } from "../src/grid/grid.ts";
import { type Random, seededRandom } from "../src/grid/random.ts";
import { type Network, sizeOf } from "../src/network/network.ts";
import { peakMemory, showMemory } from "./machine.ts";
import {
  type BenchOptions,
  bitsFor,
  libraryNetwork,
  printResult,
  showSeconds,
  threadsOf,
  timed,
} from "./setup.ts";

const NODES = 1e12;
/** Rows of cells are best filled where their number is a multiple of this. */
const LANES = 128;

/** Rows of bits, 32 to a word, least significant first. */
type PackedRows = readonly Uint32Array[];

const bitAt = (row: Uint32Array, col: number): number => (row[col >> 5]! >>> (col & 31)) & 1;

export async function benchTrillion(io: Io, options: BenchOptions): Promise<number> {
  const { seed = 1 } = options;
  const threads = threadsOf(options);
  const network = libraryNetwork("gf2");
  const { hidden } = sizeOf(network);
  const side = options.size ?? sideFor(hidden);
  const shape = { rows: side, cols: side };
  const problem = drawProblem(shape, seededRandom(seed));
  if (!options.json) remark(io, `gf2 on ${side}x${side} cells, seed ${seed}, ${threads} threads at most`);
  const whole = await solve(network, shape, problem, threads, false);
  const quick = await solve(network, shape, problem, threads, true);
  const { seconds: checkSeconds, result: expected } = await timed(() => eliminated(problem, side));
  const agrees = [whole, quick].every(({ rows, steps }) => steps === whole.steps && sameRows(rows, expected));
  const nodes = side * side * hidden * whole.steps;
  const prediction = bitAt(whole.rows.at(-1)!, side - 1);
  const memory = peakMemory();
  const document = {
    benchmark: "trillion",
    ...{ rows: side, cols: side, seed, threads, steps: whole.steps, hidden, nodes },
    seconds: whole.seconds,
    secondsWithoutQuietBlocks: quick.seconds,
    preparation: whole.preparation,
    ...{ prediction, agrees, peakMemory: memory },
  };
  printResult(io, options, document, [
    [
      "grid",
      `${showCount(side)} x ${showCount(side)} cells, ${showCount(whole.steps)} steps until all have halted`,
    ],
    ["nodes", `${showCount(nodes)}: cells x ${hidden} hidden units x steps`],
    ["time", `${showSeconds(whole.seconds)}, every node computed`],
    ["", `${showSeconds(quick.seconds)} without those that cannot change`],
    ["preparation", `${showSeconds(whole.preparation)}, to make the network into code`],
    ["rate", `${showCount(Math.round(nodes / whole.seconds / 1e9))} thousand million nodes a second`],
    ["peak memory", showMemory(memory)],
    ["answer", `the query's label is ${prediction}`],
    ["check", `${agrees ? "all cells agree" : "DIFFERS"}: packed elimination, ${showSeconds(checkSeconds)}`],
  ]);
  return agrees ? EXIT.done : EXIT.failed;
}

/** The side of a square on which gf2, in 2 rows + columns steps, has as many nodes. */
function sideFor(hidden: number): number {
  const least = Math.cbrt(NODES / (3 * hidden));
  // The steps are fewer by some; a part of a row more makes up for that.
  return Math.ceil((1.002 * least) / LANES) * LANES;
}

/** Random examples of a random parity, the label in the last column; the query in the last row, without its label. */
function drawProblem({ rows, cols }: Shape, random: Random): PackedRows {
  const words = Math.ceil(cols / 32);
  const draw = () => Uint32Array.from({ length: words }, () => random.int(2 ** 32));
  const parity = draw();
  const label = cols - 1;
  return Array.from({ length: rows }, (_, row) => {
    const made = draw();
    for (let col = label; col < 32 * words; col++) made[col >> 5]! &= ~(1 << (col & 31));
    const product = made.reduce((sum, word, at) => sum ^ (word & parity[at]!), 0);
    if (row < rows - 1 && isOdd(product)) made[label >> 5]! |= 1 << (label & 31);
    return made;
  });
}

function isOdd(word: number): boolean {
  let folded = word;
  for (const shift of [16, 8, 4, 2, 1]) folded ^= folded >>> shift;
  return (folded & 1) === 1;
}

interface Solution {
  readonly rows: PackedRows;
  readonly steps: number;
  readonly seconds: number;
  readonly preparation: number;
}

/** Runs the network until all cells have halted. */
async function solve(
  network: Network,
  shape: Shape,
  problem: PackedRows,
  threads: number,
  skips: boolean,
): Promise<Solution> {
  const made = await timed(async () => {
    const engine = await bitsFor(network, { threads, skips });
    return { engine, machine: engine.machine(shape) };
  });
  const { engine, machine } = made.result;
  try {
    const x = engine.place(shape, "x");
    const { seconds, result } = await timed(() => {
      writeProblem(network, machine, (channel) => engine.place(shape, channel), problem, shape);
      const { steps } = machine.advance(4 * (shape.rows + shape.cols), ["halted"]);
      return { steps, rows: readRows(machine, x, shape) };
    });
    return { ...result, seconds, preparation: made.seconds };
  } finally {
    machine.close();
  }
}

function writeProblem(
  { fields }: Network,
  machine: Machine,
  place: (channel: string) => number,
  problem: PackedRows,
  { cols }: Shape,
): void {
  // All fields are bits, so that channels are named like them.
  for (const { name, initial } of fields) {
    if (name === "x")
      machine.write(0, place(name), (cell) => bitAt(problem[Math.floor(cell / cols)]!, cell % cols) === 1);
    else if (initial === 1) machine.write(0, place(name), () => true);
  }
  machine.settle();
}

function readRows(machine: Machine, channel: number, { rows, cols }: Shape): PackedRows {
  const made = Array.from({ length: rows }, () => new Uint32Array(Math.ceil(cols / 32)));
  machine.read(0, channel, (cell) => {
    const col = cell % cols;
    made[Math.floor(cell / cols)]![col >> 5]! |= 1 << (col & 31);
  });
  return made;
}

/** What elimination leaves: every row in turn cancels its leading feature from the rows below it. */
function eliminated(problem: PackedRows, cols: number): PackedRows {
  const rows = problem.map((row) => row.slice());
  rows.forEach((pivot, at) => {
    const lead = leadingFeature(pivot, cols - 1);
    if (lead === null) return;
    for (const other of rows.slice(at + 1)) {
      if (bitAt(other, lead) === 0) continue;
      for (let word = lead >> 5; word < pivot.length; word++) other[word]! ^= pivot[word]!;
    }
  });
  return rows;
}

function leadingFeature(row: Uint32Array, features: number): number | null {
  for (let col = 0; col < features; col++) if (bitAt(row, col) === 1) return col;
  return null;
}

const sameRows = (a: PackedRows, b: PackedRows): boolean =>
  a.every((row, at) => row.every((word, index) => word === b[at]![index]));
