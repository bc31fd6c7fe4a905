// `tapeloom bench`: how fast networks run and how they are made, each benchmark in a module of its own; without a name,
// all engines are compared.

import { unreachable } from "../diagnostics/diagnostic.ts";
import type { Io } from "./io.ts";
import type { CommonOptions } from "./load.ts";

export const BENCHMARKS = ["compile", "trillion", "bb5"] as const;
export type Benchmark = (typeof BENCHMARKS)[number];

export interface BenchOptions extends CommonOptions {
  /** Threads at most; as many as the machine has by default. */
  readonly threads?: number;
  /** Rows and columns of `trillion`. */
  readonly size?: number;
  readonly seed?: number;
  /** Of the table: small grids and short runs. */
  readonly quick?: boolean;
  /** What of the table is to be measured; all by default. */
  readonly programs?: readonly string[];
  readonly engines?: readonly string[];
  /** The file of earlier results, or false for none. */
  readonly history?: string | false;
  /** Where to draw how the engines grow. */
  readonly output?: string;
}

export async function benchCommand(
  io: Io,
  benchmark: Benchmark | undefined,
  options: BenchOptions,
): Promise<number> {
  switch (benchmark) {
    case undefined:
      return (await import("./bench-table.ts")).benchTable(io, options);
    case "compile":
      return (await import("./bench-compile.ts")).benchCompile(io, options);
    case "trillion":
      return (await import("./bench-trillion.ts")).benchTrillion(io, options);
    case "bb5":
      return (await import("./bench-bb5.ts")).benchBusyBeaver(io, options);
    default:
      return unreachable(benchmark);
  }
}
