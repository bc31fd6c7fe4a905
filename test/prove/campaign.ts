// Random programs, each compiled and proved: what the compiler makes is never anything but proved.

import { type Compilation, compile } from "../../src/compile.ts";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { proveNetwork } from "../../src/prove/prove.ts";
import type { ProveResult } from "../../src/prove/result.ts";
import { randomProgram } from "../random-program.ts";

export interface Campaign {
  readonly size: "full" | "small";
  /** Seed of the first program; the others follow. */
  readonly seed: number;
  /** Ends after so many programs, or after so many seconds, but not before the first program. */
  readonly programs: number;
  readonly seconds: number;
}

export interface CampaignResult {
  readonly proved: number;
  /** Programs that the compiler says are too complex for it. */
  readonly refused: number;
  /** Whatever else happened, each with the seed of its program and its text. */
  readonly failures: readonly string[];
}

export async function runCampaign({ size, seed, programs, seconds }: Campaign): Promise<CampaignResult> {
  const until = performance.now() + 1000 * seconds;
  const counts = { proved: 0, refused: 0 };
  const failures: string[] = [];
  for (let at = 0; at < programs && (at === 0 || performance.now() < until); at++) {
    const { text } = randomProgram(seededRandom(seed + at), size);
    const outcome = await outcomeOf(text);
    if (outcome === "proved" || outcome === "refused") counts[outcome]++;
    else failures.push(`seed ${seed + at}, ${size}: ${outcome}\n${text}`);
  }
  return { ...counts, failures };
}

async function outcomeOf(text: string): Promise<string> {
  try {
    const compilation = compile({ name: "p.alg", text });
    return describe(await proveNetwork(compilation, compilation.network), compilation);
  } catch (error) {
    if (error instanceof InputError && error.message.includes("too complex")) return "refused";
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

function describe({ outcome, reason, step }: ProveResult, { checked }: Compilation): string {
  if (outcome === "proved") return outcome;
  return `${checked.name} is ${outcome}: ${reason}; channel ${step?.counterexample?.channel ?? "unknown"}`;
}
