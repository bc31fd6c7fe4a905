// Many trainings, each from a seed of its own.

import type { Trial, TrialResult } from "../learning/train/basin.ts";
import { Interrupted } from "./guard.ts";
import type { Io } from "./io.ts";
import type { LoadedProgram } from "./load.ts";
import type { Params } from "./options.ts";
import { resultsOf } from "./pool.ts";
import type { Hands } from "./team.ts";
import { tensorLoader } from "./tensors.ts";

/** What trials gave, in their order; after an interrupt, those that were done. */
interface TrialResults {
  readonly results: readonly TrialResult[];
  readonly isInterrupted: boolean;
}

/** Runs trials with a progress bar. */
export async function runTrials(
  io: Io,
  program: LoadedProgram,
  trials: readonly Trial[],
  { set = {}, ...hands }: Hands & { readonly set?: Params | undefined },
): Promise<TrialResults> {
  const { source, checked } = program.front;
  const compilation = program.compile();
  const loadTensors = tensorLoader();
  const { name: backend } = await loadTensors();
  const { runTrial } = await import("../learning/train/basin.ts");
  const done = new Map<Trial, TrialResult>();
  try {
    const results = await resultsOf<"train">(io, {
      ...{ label: checked.name, unit: "trainings, {eta_formatted} left", jobs: trials },
      ...{ work: "train", data: { source, params: set, backend }, hands },
      alone: async (trial: Trial) => runTrial(await loadTensors(), compilation, trial),
      onDone: (trial, result) => void done.set(trial, result),
    });
    return { results, isInterrupted: false };
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return { results: trials.flatMap((trial) => done.get(trial) ?? []), isInterrupted: true };
  }
}
