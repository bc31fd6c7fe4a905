// `npm run bench`: how fast networks run and how they are made, each benchmark in a module of its own; without a name,
// all engines are compared.

import { Argument } from "commander";
import { describeCommand } from "../src/cli/commands/command.ts";
import type { Io } from "../src/cli/io.ts";
import { names, wholeNumber } from "../src/cli/options.ts";
import { runWords } from "../src/cli/program.ts";
import { unreachable } from "../src/diagnostics/diagnostic.ts";
import type { BenchOptions } from "./setup.ts";

export const BENCHMARKS = ["compile", "trillion", "bb5", "speed", "classic"] as const;
export type Benchmark = (typeof BENCHMARKS)[number];

/** Runs the words after `npm run bench --`; returns the exit code. */
export const runBench = (io: Io, words: readonly string[]): Promise<number> =>
  runWords(io, words, (root, finish) => {
    describeCommand(
      root.name("npm run bench --"),
      "Measure how fast networks run, with results that are checked: all engines beside each other, or one feat.",
      [
        "",
        "--quick",
        "--programs life,gf2 -o bench.svg",
        "compile --programs machines,ranges",
        "speed --programs life,process,memo -o speed.svg",
        "trillion",
      ].map((words) => `npm run bench -- ${words}`),
    )
      .addArgument(
        new Argument(
          "[benchmark]",
          "compile: sizes of networks, and the time to compile and prove them; trillion: elimination on a grid so large that 10^12 hidden units are computed; bb5: the busy beaver's 47,176,870 steps; speed: whole ways from a file or a grid to the answer, with goals, shares and others who do the same; classic: what learners do on the classic sets",
        ).choices(BENCHMARKS),
      )
      .option("--threads <number>", "threads at most (default: as many as the machine has)", wholeNumber(1))
      .option(
        "--size <number>",
        "rows and columns of the grid of trillion, or of life and elimination in speed",
        wholeNumber(2),
      )
      .option("--sets <folder>", "classic: where files of the UCI repository are, such as car.data")
      .option("--seed <number>", "seed of the random numbers", wholeNumber())
      .option("--quick", "only what is measured in seconds")
      .option(
        "--programs <names>",
        "some of life, gf2, sort, bb5, or of the families of compile or speed (default: all)",
        names,
      )
      .option(
        "--engines <names>",
        "some of reference, rule, direct, bytes, tensor, onnx, bits (default: all)",
        names,
      )
      .option("--history <file>", "earlier results, one a line (default: in the directory for state)")
      .option("--no-history", "compare with no earlier results, and keep none")
      .option(
        "-o, --output <file>",
        "draw the growth as .svg: of the first program with grids and steps, or of speed",
      )
      .action(async (benchmark, options) => finish(await runBenchmark(io, benchmark, options)));
  });

async function runBenchmark(
  io: Io,
  benchmark: Benchmark | undefined,
  options: BenchOptions,
): Promise<number> {
  switch (benchmark) {
    case undefined:
      return (await import("./engines.ts")).benchTable(io, options);
    case "compile":
      return (await import("./compile.ts")).benchCompile(io, options);
    case "trillion":
      return (await import("./trillion.ts")).benchTrillion(io, options);
    case "bb5":
      return (await import("./bb5.ts")).benchBusyBeaver(io, options);
    case "speed":
      return (await import("./speed.ts")).benchSpeed(io, options);
    case "classic":
      return (await import("./classic.ts")).benchClassic(io, options);
    default:
      return unreachable(benchmark);
  }
}
