// One measurement of `npm run bench -- compile`, in a process that does nothing else: compiling a program from a cold
// start, and proving what came out. Times are those of the processor, since other work may be going on.

import { type CompileOptions, compile } from "../src/compile.ts";
import type { Source } from "../src/diagnostics/diagnostic.ts";
import { sizeOf } from "../src/network/network.ts";
import { proveNetwork } from "../src/proof/prove/prove.ts";
import type { ProveResult } from "../src/proof/prove/result.ts";
import { peakMemory } from "./machine.ts";

export interface CompileJob {
  readonly source: Source;
  readonly options: CompileOptions;
}

export interface CompileMeasurement {
  readonly nonzero: number;
  readonly layers: number;
  /** Seconds of processor time for compiling, and of the whole process until then: Node, and what it loads. */
  readonly compile: number;
  readonly process: number;
  /** The same for proving; null where the process ended before. */
  readonly prove: number | null;
  readonly outcome: ProveResult["outcome"] | null;
  /** Bytes that the process held at most. */
  readonly peakMemory: number;
}

/** Who waits for a measurement ends it. */
const UNBOUNDED = { seconds: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };

/** Says what there is as soon as the program is compiled, since a proof may take too long. */
export async function measureCompile(
  { source, options }: CompileJob,
  say: (measured: CompileMeasurement) => void,
): Promise<CompileMeasurement> {
  const begin = processor();
  const claim = compile(source, { ...options, prove: false, budget: UNBOUNDED });
  const compiled = processor();
  const { nonzero, layers } = sizeOf(claim.network);
  const size = { nonzero, layers: layers.length };
  const times = { compile: compiled - begin, process: compiled };
  say({ ...size, ...times, prove: null, outcome: null, peakMemory: peakMemory() });
  const { outcome } = await proveNetwork(claim, claim.network, { budget: UNBOUNDED });
  return { ...size, ...times, prove: processor() - compiled, outcome, peakMemory: peakMemory() };
}

/** Seconds of processor time that this process has had so far. */
function processor(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
