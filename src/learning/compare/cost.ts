// What it took to get weights. Files do not say how long their training took, because the same seed gives the same
// file; so a few steps of the same kind are made here, on this machine, and their time is multiplied.

import type { Backend } from "../../engines/tensorflow.ts";
import type { Network } from "../../network/network.ts";
import type { Notes } from "../../network/notes.ts";
import type { Claim } from "../../proof/prove/prove.ts";
import { runTraining, type TrainJob, USUAL } from "../train/job.ts";
import type { TraceProgress } from "../train/trace.ts";

export interface Cost {
  /** How: compiled, or from where training began and what it saw; null where nothing tells. */
  readonly origin: string | null;
  /** Steps of training, and cases or runs that they saw, with repetitions; null where there are none. */
  readonly steps: number | null;
  readonly samples: number | null;
  /** On this machine: measured for compiling, estimated for training, whose proofs are not part of it; null as above. */
  readonly seconds: number | null;
}

/** Steps by which a step's time is measured, behind as many for everything to get warm and to its full size. */
const STEPS = { trace: 500, output: 100 } as const;

export async function costOf(
  backend: Backend,
  claim: Claim,
  { network, notes: { training }, isCompiled = false, compileSeconds }: ComparedNetwork,
  signal: AbortSignal | undefined,
): Promise<Cost> {
  if (training === undefined) {
    const known = isCompiled
      ? { origin: "compiled", seconds: compileSeconds }
      : { origin: null, seconds: null };
    return { ...known, steps: null, samples: null };
  }
  const { from, supervision, seed, steps, samples = null } = training;
  const seen = supervision === "trace" ? "neighbourhoods" : "outputs";
  return {
    origin: `trained from ${from}, by ${seen}, seed ${seed}`,
    steps,
    samples,
    seconds: compileSeconds + steps * (await secondsOfStep(backend, claim, network, training, signal)),
  };
}

async function secondsOfStep(
  backend: Backend,
  claim: Claim,
  network: Network,
  { supervision, seed, size, outputsAfter }: NonNullable<Notes["training"]>,
  signal: AbortSignal | undefined,
): Promise<number> {
  const job: TrainJob = {
    ...USUAL,
    ...{ supervision, seed },
    start: { kind: "weights", network },
    until: { kind: "epochs", epochs: Number.MAX_SAFE_INTEGER },
    maxSteps: 2 * STEPS[supervision],
    schedule: "constant",
    max: size ?? USUAL.max,
    steps: outputsAfter ?? null,
  };
  const times = new Map<number, number>();
  const onCheck = ({ step, seconds }: TraceProgress): void => void times.set(step, seconds);
  await runTraining(backend, claim, job, { onCheck, ...(signal && { signal }) });
  signal?.throwIfAborted();
  const steps = STEPS[supervision];
  return (times.get(2 * steps)! - times.get(steps)!) / steps;
}

export interface ComparedNetwork {
  /** What people call it. */
  readonly name: string;
  readonly network: Network;
  readonly notes: Notes;
  /** Whether it is known to be what the compiler makes of its program; where it is left out, it is not. */
  readonly isCompiled?: boolean;
  /** Seconds that compiling its program takes, which also comes before training. */
  readonly compileSeconds: number;
}
