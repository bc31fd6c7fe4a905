// Proof for all sizes: the network's step is the rule's step on every legal neighbourhood, it starts, stops and reads
// its input as the program says, and the rule is the program in local time. By induction over steps, network and
// program then agree on every grid, for ever.

import type { CheckedProgram } from "../analyse/checked.ts";
import type { InstructionProgram } from "../lower/instructions.ts";
import type { Network } from "../network/network.ts";
import type { Rule } from "../schedule/rule.ts";
import { proveAssertions } from "./asserts.ts";
import { frameDifferences } from "./frame.ts";
import { type Lemma, lemmaOf } from "./lemma.ts";
import { reachDifference } from "./reach.ts";
import type { ProveResult, StepProof } from "./result.ts";
import { proveSchedule } from "./schedule.ts";
import { proveStep, type StepOptions, worst } from "./step.ts";

export interface ProveOptions {
  /** Channels are rounded to 0 or 1 at 1/2 after every step, also where the network does not say so. */
  readonly snap?: boolean;
  /** Seed of the search for an input that shows a difference. */
  readonly seed?: number;
  readonly onProgress?: (done: number, total: number) => void;
  /** The step's proof, where it has been proved already. */
  readonly step?: StepProof;
}

/** What was compiled: the program, its instructions, its rule, and the network to name differing units by. */
export interface Claim {
  readonly checked: CheckedProgram;
  readonly instructions: InstructionProgram;
  readonly rule: Rule;
  readonly network: Network;
}

/** Proves, refutes or leaves undecided that `network` emulates the program. */
export async function proveNetwork(
  { checked, instructions, rule, network: compiled }: Claim,
  network: Network,
  { snap = false, seed = 1, onProgress, step: known }: ProveOptions = {},
): Promise<ProveResult> {
  const started = performance.now();
  const lemma = lemmaOf(checked, rule);
  const schedule = proveSchedule(instructions, rule);
  const assertions = await proveAssertions(checked, instructions, rule, { seed, lemma });
  const differences = frameDifferences(rule, checked, network);
  // Other fields make another machine: there is no step to compare.
  if (differences.length > 0)
    return {
      outcome: "refuted",
      schedule,
      assertions,
      differences,
      step: null,
      invariant: null,
      milliseconds: performance.now() - started,
    };
  const options = { snap, compiled, ...(onProgress && { onProgress }) };
  const proof =
    known === undefined ? proveReachable(rule, network, options, lemma) : { step: known, invariant: null };
  const { counterexample } = proof.step;
  const milliseconds = performance.now() - started;
  const outcome = worst([schedule.outcome, proof.step.outcome]);
  if (counterexample === null) return { outcome, schedule, assertions, differences, ...proof, milliseconds };
  const reached = await reachDifference(checked, rule, network, { snap, seed });
  const step = { ...proof.step, counterexample: { ...counterexample, reached } };
  return { outcome, schedule, assertions, differences, ...proof, step, milliseconds };
}

/** The proof on all legal neighbourhoods; where it fails, on those in which every cell satisfies an invariant. */
export function proveReachable(
  rule: Rule,
  network: Network,
  options: StepOptions,
  lemma: Lemma,
): Pick<ProveResult, "invariant"> & { readonly step: StepProof } {
  const step = proveStep(rule, network, options);
  if (step.outcome === "proved") return { step, invariant: null };
  const invariant = lemma();
  if (invariant === null) return { step, invariant };
  return { step: proveStep(rule, network, { ...options, invariant }), invariant };
}
