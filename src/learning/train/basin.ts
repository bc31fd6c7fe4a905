// How far from the compiled weights training still finds back: weights with noise, before and after fine-tuning.

import type { Backend } from "../../engines/tensorflow.ts";
import { seededRandom } from "../../grid/random.ts";
import type { Network } from "../../network/network.ts";
import type { Claim } from "../../proof/prove/prove.ts";
import { proveStep } from "../../proof/prove/prove-step.ts";
import { CaseSet } from "./cases.ts";
import { sourceOf } from "./draw.ts";
import { caseDifferentiator, MARGIN } from "./gradient.ts";
import { runTraining, type TrainJob, type TrainResult, withNoise } from "./job.ts";
import { weightsOf } from "./weights.ts";

/** A training, and whether the weights are to be judged before it, too. */
export interface Trial {
  readonly job: TrainJob;
  readonly judgeStart: boolean;
}

export interface TrialResult {
  readonly result: TrainResult;
  /** Whether the step was exact before training: proved, or different in a case, or neither. Null if nobody asked. */
  readonly before: "exact" | "wrong" | "undecided" | null;
}

export async function runTrial(
  backend: Backend,
  claim: Claim,
  { job, judgeStart }: Trial,
): Promise<TrialResult> {
  // The same noise as the training adds: it is the first that is drawn from the seed.
  const before = judgeStart
    ? judge(backend, claim, withNoise(claim.network, job.noise, seededRandom(job.seed)), job.seed)
    : null;
  return { result: await runTraining(backend, claim, job), before };
}

/** Random cases that are looked at before a proof is tried. */
const SAMPLE = 2000;

/** Tells whether a network's snapped step is the rule's on all legal neighbourhoods. */
function judge(
  backend: Backend,
  claim: Claim,
  network: Network,
  seed: number,
): "exact" | "wrong" | "undecided" {
  const cases = new CaseSet(network);
  const source = sourceOf(claim.checked, claim.rule, seededRandom(seed));
  for (let grid = 0; grid < 200 && cases.count < SAMPLE; grid++) source.anywhere(cases);
  const { shortfalls } = caseDifferentiator(backend, network.residual).evaluate(weightsOf(network), cases);
  if (shortfalls.some((shortfall) => shortfall >= MARGIN)) return "wrong";
  const { outcome } = proveStep(claim.rule, network, { snap: true });
  return ({ proved: "exact", differs: "wrong", undecided: "undecided" } as const)[outcome];
}
