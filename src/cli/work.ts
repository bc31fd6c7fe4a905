// What threads and workers do, by the name of the work: data that come once make it ready; then jobs come one after another.
// Where a command has neither it does the same in its own thread.

import { checkProgram, compile, scheduleProgram } from "../compile.ts";
import { breathe } from "../diagnostics/breathe.ts";
import { InputError, type Source } from "../diagnostics/diagnostic.ts";
import type { CheckedProgram } from "../language/analyse/checked.ts";
import type { SearchPlan } from "../learning/discover/search.ts";
import type { RunJob } from "../learning/discover/sketch-runs.ts";
import { drawWeights, type WeightsJob } from "../learning/discover/theorem-1.ts";
import type { Contestants, CurveJob } from "../learning/learner/sample-curve.ts";
import type { Trial } from "../learning/train/basin.ts";
import type { Network } from "../network/network.ts";
import type { MutateJob, MutateOptions } from "../proof/prove/mutation-score.ts";
import type { Params } from "./options.ts";
import type { RobustJob, RobustTask } from "./robust-runs.ts";
import { tensorLoader } from "./tensors.ts";

/** A program as others get it, who read it again. */
interface Sent {
  readonly source: Source;
  readonly params: Params;
}

const read = ({ source, params }: Sent) => {
  const front = checkProgram(source, params);
  return { ...front, ...scheduleProgram(front) };
};

const WORK = {
  async curve({ network, program }: Pick<Contestants, "network" | "program">) {
    const { runJob } = await import("../learning/learner/sample-curve.ts");
    const { engineChooser } = await import("../learning/learner/digital-engine.ts");
    const contestants = {
      network,
      program,
      loadTensors: tensorLoader(),
      chooseEngine: engineChooser(network),
    };
    return (job: CurveJob) => runJob(job, contestants);
  },
  async search({ sketch, plan }: { readonly sketch: CheckedProgram; readonly plan: SearchPlan }) {
    const { Search } = await import("../learning/discover/search.ts");
    const search = new Search(sketch, plan);
    return (first: number) => search.jobsFrom(first, breathe);
  },
  async searches({ sketch, plan }: { readonly sketch: CheckedProgram; readonly plan: SearchPlan }) {
    const { runOnce } = await import("../learning/discover/sketch-runs.ts");
    return async (job: RunJob) => runOnce(sketch, plan, job);
  },
  weights: async () => async (job: WeightsJob) => drawWeights(job),
  async mutate(task: Sent & { readonly network: Network; readonly options: MutateOptions }) {
    const { mutantJudge } = await import("../proof/prove/mutation-score.ts");
    const judge = mutantJudge({ ...read(task), network: task.network }, task.options);
    return (job: MutateJob) => judge(job);
  },
  async robust(task: RobustTask) {
    const { pointRuns } = await import("./robust-runs.ts");
    const runsAt = pointRuns(read(task), task);
    return async (job: RobustJob) => runsAt(job);
  },
  async corpus({ seed }: { readonly seed: number }) {
    const { corpusEntry } = await import("../exchange/corpus/entry.ts");
    return (index: number) => corpusEntry(seed, index);
  },
  async train({ source, params, backend }: Sent & { readonly backend: string }) {
    const { runTrial } = await import("../learning/train/basin.ts");
    const compilation = compile(source, { params, tokens: false });
    const tensors = await tensorLoader()();
    // Each backend rounds in a way of its own.
    if (tensors.name !== backend)
      throw new InputError(
        `the campaign trains on TensorFlow.js ${backend}, this worker on ${tensors.name}; ` +
          "install the same on all machines, or set TAPELOOM_BACKEND to the same",
      );
    return async (trial: Trial) => runTrial(tensors, compilation, trial);
  },
};

export type WorkName = keyof typeof WORK;
type Ready<Name extends WorkName> = Awaited<ReturnType<(typeof WORK)[Name]>>;
/** What makes a work ready. */
export type DataOf<Name extends WorkName> = Parameters<(typeof WORK)[Name]>[0];
export type JobOf<Name extends WorkName> = Parameters<Ready<Name>>[0];
export type ResultOf<Name extends WorkName> = Awaited<ReturnType<Ready<Name>>>;

/** Makes a work ready; what it returns does a job. */
export async function ready<Name extends WorkName>(
  name: Name,
  data: DataOf<Name>,
): Promise<(job: JobOf<Name>) => Promise<ResultOf<Name>>> {
  const make = WORK[name] as unknown as (
    data: DataOf<Name>,
  ) => Promise<(job: JobOf<Name>) => Promise<ResultOf<Name>>>;
  return make(data);
}
