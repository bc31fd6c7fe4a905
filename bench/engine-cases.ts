// What `npm run bench` runs: programs, the sizes of their grids, and the engines that are fast enough for them.

import { unreachable } from "../src/diagnostics/diagnostic.ts";
import { randomGrid } from "../src/grid/generate.ts";
import type { Grid, Shape } from "../src/grid/grid.ts";
import { seededRandom } from "../src/grid/random.ts";
import type { Network } from "../src/network/network.ts";

/** From the slowest to the fastest; the first two run the program itself. */
export const BENCH_ENGINES = ["reference", "rule", "direct", "bytes", "tensor", "onnx", "bits"] as const;
export type BenchEngine = (typeof BENCH_ENGINES)[number];

export const BENCH_PROGRAMS = ["life", "gf2", "sort", "bb5"] as const;
export type BenchProgram = (typeof BENCH_PROGRAMS)[number];

/** Engines that can use more than one thread. */
const THREADED: readonly BenchEngine[] = ["onnx", "bits"];

/** The byte engine computes sixteen grids in the time of one. */
export const batchOf = (engine: BenchEngine): number => (engine === "bytes" ? 16 : 1);

/** What the engines do on grids that are too large for interpreters, and what is left on the largest. */
const NETWORKS: readonly BenchEngine[] = ["direct", "tensor", "onnx", "bits"];
const LARGEST: readonly BenchEngine[] = ["bits"];

/** Grids from the smallest to the largest; `--quick` leaves out those that take long. */
interface Size {
  readonly shape: Shape;
  readonly engines: readonly BenchEngine[];
  readonly isQuick: boolean;
}

const square = (side: number): Shape => ({ rows: side, cols: side });
const size = (shape: Shape, engines: readonly BenchEngine[], isQuick: boolean): Size => {
  return { shape, engines, isQuick };
};

const SIZES: Readonly<Record<BenchProgram, readonly Size[]>> = {
  life: [
    size(square(32), BENCH_ENGINES, true),
    size(square(1024), NETWORKS, true),
    size(square(4096), LARGEST, true),
  ],
  gf2: [
    size(square(32), BENCH_ENGINES, true),
    size(square(768), NETWORKS, false),
    size(square(2048), LARGEST, false),
  ],
  sort: [size(square(32), BENCH_ENGINES, true), size(square(768), NETWORKS, false)],
  bb5: [
    size({ rows: 1, cols: 256 }, BENCH_ENGINES, true),
    size({ rows: 1, cols: 16384 }, ["direct", "tensor", "onnx", "bits"], false),
  ],
};

/** An engine and its threads, on one grid. */
export interface Contest {
  readonly program: BenchProgram;
  readonly shape: Shape;
  readonly engine: BenchEngine;
  readonly threads: number;
}

export interface Selection {
  readonly programs: readonly BenchProgram[];
  readonly engines: readonly BenchEngine[];
  readonly quick: boolean;
  /** All threads, for the engines that can use them. */
  readonly threads: number;
}

/** All that is to be measured, program by program and size by size. */
export function contests({ programs, engines, quick, threads }: Selection): Contest[] {
  return programs.flatMap((program) =>
    SIZES[program]
      .filter(({ isQuick }) => isQuick || !quick)
      .flatMap((each) =>
        each.engines
          .filter((engine) => engines.includes(engine))
          .flatMap((engine) =>
            threadsFor(engine, each.shape, threads).map((count) => {
              return { program, shape: each.shape, engine, threads: count };
            }),
          ),
      ),
  );
}

/** Small grids are no work for several threads. */
const CELLS_FOR_THREADS = 2 ** 19;

function threadsFor(engine: BenchEngine, { rows, cols }: Shape, all: number): readonly number[] {
  return THREADED.includes(engine) && all > 1 && rows * cols >= CELLS_FOR_THREADS ? [1, all] : [1];
}

/** A random grid; a machine starts on a blank tape, in the middle. */
export function benchInput(network: Network, shape: Shape, seed: number): Grid {
  const inputs = network.fields.filter(({ role }) => role === "input");
  const drawn = randomGrid(shape, inputs, seededRandom(seed));
  const [start] = network.places ?? [];
  if (start === undefined) return drawn;
  const cells = shape.rows * shape.cols;
  const head = new Int32Array(cells);
  head[cells >> 1] = start.value;
  const blank = inputs.map(({ name }) => [name, new Int32Array(cells)]);
  return { ...shape, planes: { ...Object.fromEntries(blank), [start.field]: head } };
}

/** How an engine is called in the table. */
export function engineTitle(engine: BenchEngine, threads: number): string {
  switch (engine) {
    case "bytes":
      return `bytes, ${batchOf(engine)} grids`;
    case "reference":
    case "rule":
    case "direct":
    case "tensor":
      return engine;
    case "onnx":
    case "bits":
      return threads === 1 ? engine : `${engine}, ${threads} threads`;
    default:
      return unreachable(engine);
  }
}

export const contestTitle = ({ program, shape, engine, threads }: Contest): string =>
  `${program} ${shape.rows}x${shape.cols} ${engineTitle(engine, threads)}`;
