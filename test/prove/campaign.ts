// Random programs, each compiled and proved: what the compiler makes is never anything but proved.

import { type Compilation, compile } from "../../src/compile.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { proveNetwork } from "../../src/proof/prove/prove.ts";
import type { ProveResult } from "../../src/proof/prove/result.ts";
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
  /** Whatever else happened, each with the seed of its program and its text. */
  readonly failures: readonly string[];
}

export async function runCampaign({ size, seed, programs, seconds }: Campaign): Promise<CampaignResult> {
  const until = performance.now() + 1000 * seconds;
  let proved = 0;
  const failures: string[] = [];
  for (let at = 0; at < programs && (at === 0 || performance.now() < until); at++) {
    const { text } = randomProgram(seededRandom(seed + at), size);
    const outcome = await outcomeOf(text);
    if (outcome === "proved") proved++;
    else failures.push(`seed ${seed + at}, ${size}: ${outcome}\n${text}`);
  }
  return { proved, failures };
}

async function outcomeOf(text: string): Promise<string> {
  try {
    const compilation = compile({ name: "p.alg", text });
    return describe(await proveNetwork(compilation, compilation.network), compilation);
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

function describe({ outcome, reason, step }: ProveResult, { checked }: Compilation): string {
  if (outcome === "proved") return outcome;
  return `${checked.name} is ${outcome}: ${reason}; channel ${step?.counterexample?.channel ?? "unknown"}`;
}
