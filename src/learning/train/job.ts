// One training from a seed: where the weights begin, how they are trained, what is proved of them in the end. Jobs are
// plain data, so that threads can share them out; the result depends on the job alone.

import type { Supervision } from "../../diagnostics/known-words.ts";
import type { Backend } from "../../engines/tensorflow.ts";
import { requireCount } from "../../grid/given.ts";
import { type Random, seededRandom } from "../../grid/random.ts";
import { type Network, sizeOf } from "../../network/network.ts";
import type { Notes } from "../../network/notes.ts";
import { withoutTokens } from "../../network/single-token-states.ts";
import { requireBits } from "../../network/validate.ts";
import { type Claim, proveNetwork } from "../../proof/prove/prove.ts";
import type { ProveResult } from "../../proof/prove/result.ts";
import { LARGEST_SIDE } from "./draw.ts";
import { type OutputOptions, trainOutput } from "./output.ts";
import type { Again, Growth } from "./share.ts";
import {
  type Coverage,
  type Looked,
  type TraceOptions,
  type TraceProgress,
  type TraceResult,
  type TrainOutcome,
  trainTrace,
} from "./trace.ts";
import { addNoise, randomWeights, type Widths, weightsOf, widthsOf, withWeights } from "./weights.ts";

/** Where weights begin; random ones without a width have that of USUAL_WIDTH, and more where that does not do. */
export type Start =
  | { readonly kind: "compiled" }
  | { readonly kind: "random"; readonly width: Width | null }
  | { readonly kind: "weights"; readonly network: Network };

/** Hidden units of every layer: a multiple of the compiled network's, or a number. */
export interface Width {
  readonly unit: "times" | "units";
  readonly value: number;
}

export interface TrainJob
  extends Omit<
    OutputOptions,
    "random" | "again" | "growth" | "onCheck" | "onKeep" | "signal" | "rate" | "rateOfShares"
  > {
  readonly start: Start;
  /** Standard deviation of noise that is added to all weights at the start. */
  readonly noise: number;
  readonly supervision: Supervision;
  readonly seed: number;
  /** Steps that were made before, by trainings that this one goes on from. */
  readonly before: number;
  /** The first rate; by default one that suits the number of layers. */
  readonly rate: number | null;
}

const USUAL_WIDTH: Width = { unit: "times", value: 4 };
/** How many times as wide each new beginning is as the one before, and the last is as the first. */
const WIDER = 1.5;
const WIDEST = 4;

/** What most trainings have in common. */
export const USUAL = {
  noise: 0,
  before: 0,
  patience: null,
  rate: null,
  optimiser: "adam",
  schedule: "plateau",
  batch: 256,
  clip: 1,
  max: { rows: 2, cols: 12 },
  steps: null,
  stateNoise: 0.05,
} as const satisfies Partial<TrainJob>;

export interface TrainResult extends Omit<TraceResult, "proof"> {
  readonly seed: number;
  /** For the weight file. */
  readonly notes: Notes;
}

interface TrainHooks extends Pick<TraceOptions, "onCheck" | "signal"> {
  /** Called after every check with how to get what there would be if it was interrupted. */
  readonly onKeep?: (result: () => TrainResult) => Promise<void>;
}

const RATE = 0.01;
/** Deep networks want smaller steps, unless their channels are learned one by one. */
const rateFor = ({ layers }: Network): number => (layers.length > 3 ? 0.003 : RATE);

export async function runTraining(
  backend: Backend,
  claim: Claim,
  job: TrainJob,
  { onKeep, ...hooks }: TrainHooks = {},
): Promise<TrainResult> {
  requireBits(claim.network, "training");
  requireCount(job.batch, "size of a batch", 1);
  requireCount(job.maxSteps, "largest number of steps", 1);
  if (job.steps != null) requireCount(job.steps, "number of steps until outputs are looked at");
  const random = seededRandom(job.seed);
  const growth = growthOf(job.start);
  const again =
    job.start.kind === "random" ? weightsFor(claim.network, job.start.width, growth, random) : null;
  const start = withNoise(startOf(claim.network, job.start, again), job.noise, random);
  // What is trained, and proved, is the step with its rounding, also where weights began as compiled ones.
  const resultOf = (
    outcome: TrainOutcome,
    network: Network,
    progress: TraceProgress,
    coverage: Coverage | null,
    looked: readonly Looked[],
    proof: ProveResult | null,
  ): TrainResult => {
    const isWider = sizeOf(network).hidden > sizeOf(start).hidden;
    const notes = notesOf(job, outcome, progress, proof, isWider);
    return {
      seed: job.seed,
      outcome,
      network: { ...network, snap: true },
      notes,
      progress,
      coverage,
      looked,
    };
  };
  const options = {
    ...{ ...job, ...hooks, random, again, growth },
    rate: job.rate ?? rateFor(start),
    rateOfShares: job.rate ?? RATE,
    ...(onKeep && {
      onKeep: (best: () => Network, progress: TraceProgress) =>
        onKeep(() => resultOf("interrupted", best(), progress, null, [], null)),
    }),
  };
  const train = job.supervision === "trace" ? trainTrace : trainOutput;
  const { outcome, network, progress, coverage, looked, proof } = await train(backend, claim, start, options);
  if (proof === null) return resultOf(outcome, network, progress, coverage, looked, null);
  const whole = await proveNetwork(claim, network, { snap: true, step: proof });
  // The schedule and the frame have to be right, too; of a compiled program's own rule they are.
  if (whole.outcome !== "proved")
    throw new Error(`internal: a proved step in an unproved network: ${whole.differences.join("; ")}`);
  return resultOf(outcome, network, progress, coverage, looked, whole);
}

const weightsFor =
  (compiled: Network, width: Width | null, growth: Growth, random: Random): Again =>
  (restarts) =>
    randomWeights(compiled, widthsFor(compiled, width, growth(restarts)), random);

/** Only widths that nobody asked for grow: else what is learned with one can be compared with what is with another. */
function growthOf(start: Start): Growth {
  const grows = start.kind === "random" && start.width === null;
  return (restarts) => (grows ? Math.min(WIDEST, WIDER ** restarts) : 1);
}

/** Units of the hidden layers. */
export function widthsFor(compiled: Network, width: Width | null, growth = 1): Widths {
  const { unit, value } = width ?? USUAL_WIDTH;
  return unit === "times" ? widthsOf(compiled, value * growth) : widthsOf(compiled).map(() => value);
}

/** Returns the network to begin with, which is to be right in all legal states. */
function startOf(compiled: Network, start: Start, again: Again | null): Network {
  if (again !== null) return withoutTokens(withWeights(compiled, again(0)));
  return withoutTokens(start.kind === "weights" ? start.network : compiled);
}

/** The network with noise on all of its numbers but the residual. */
export function withNoise(network: Network, sigma: number, random: Random): Network {
  if (sigma === 0) return network;
  const weights = weightsOf(network);
  addNoise(weights, sigma, random);
  return withWeights(network, weights);
}

function notesOf(
  { start, noise, supervision, seed, before, batch, max, steps }: TrainJob,
  outcome: TrainOutcome,
  { step, cases }: TraceProgress,
  proof: ProveResult | null,
  isWider: boolean,
): Notes {
  const from = start.kind === "random" ? `random, width ${showWidth(start.width, isWider)}` : start.kind;
  const training = {
    from: noise > 0 ? `${from}, noise ${noise}` : from,
    supervision,
    seed,
    steps: before + step,
    outcome,
    // Runs count each time; of neighbourhoods, batches are drawn again and again.
    samples:
      supervision === "trace" ? (before + step) * batch : (cases / Math.max(1, step)) * (before + step),
    ...(supervision === "output" && typeof steps === "number" && { outputsAfter: steps }),
    size: supervision === "trace" ? { rows: LARGEST_SIDE, cols: LARGEST_SIDE } : max,
  };
  return proof === null ? { training } : { training, proof: summaryOf(proof) };
}

function showWidth(width: Width | null, isWider: boolean): string {
  const { unit, value } = width ?? USUAL_WIDTH;
  return `${value}${unit === "times" ? "x" : ""}${isWider ? " and more" : ""}`;
}

/** Returns what a weight file says of a proof. */
const summaryOf = ({ schedule, step, invariant }: ProveResult): NonNullable<Notes["proof"]> => ({
  snap: true,
  schedule: { handshake: schedule.handshake, cases: schedule.cases },
  channels: step!.channels.map(({ channel, how, inputs, cases }) => ({ channel, how, inputs, cases })),
  invariant: invariant !== null,
});
