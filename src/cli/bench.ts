// `tapeloom bench`: how fast networks run, each benchmark in a module of its own.

import { unreachable } from "../diagnostics/diagnostic.ts";
import type { Io } from "./io.ts";
import type { CommonOptions } from "./load.ts";

export const BENCHMARKS = ["trillion", "bb5"] as const;
export type Benchmark = (typeof BENCHMARKS)[number];

export interface BenchOptions extends CommonOptions {
  /** Threads at most; as many as the machine has by default. */
  readonly threads?: number;
  /** Rows and columns of `trillion`. */
  readonly size?: number;
  readonly seed?: number;
}

export async function benchCommand(io: Io, benchmark: Benchmark, options: BenchOptions): Promise<number> {
  switch (benchmark) {
    case "trillion":
      return (await import("./bench-trillion.ts")).benchTrillion(io, options);
    case "bb5":
      return (await import("./bench-bb5.ts")).benchBusyBeaver(io, options);
    default:
      return unreachable(benchmark);
  }
}
