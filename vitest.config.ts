// `vitest run` runs all tests; `vitest run --mode fast` those that are done within seconds, with few of their random cases.

import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take more than four seconds, or need `npm run build`. */
const SLOW = [
  "test/analyse/{exact,growth,robust}.test.ts",
  "test/api/{arguments,budget,large,packed}.test.ts",
  "test/bench/{bench,classic,engines,speed}.test.ts",
  "test/cli/{auto,bounded,cache,check,compare,compile,corpus,curve,discover,errors,film,import,import-machine,learn-data,learn,leftovers,long-run,machine-result,mistaken,patterns,play,prove,queue,readme,robust,run,settings,snap,spawn,startup,train,universal,workspace}.test.ts",
  "test/compare/compare.test.ts",
  "test/corpus/draw.test.ts",
  "test/decompile/decompile.test.ts",
  "test/engines/{agree,alike,batches,beside,bits,borders,bytes,machine,onnx,quiet,regular,slices,snapped,stages,wildcards}.test.ts",
  "test/export/{browser,circuit,golly,hugging-face,onnx,pytorch,tflite}.test.ts",
  "test/judge/{borders,long,second-half,wide}.test.ts",
  "test/learner/{autodiff,baselines,curve,encode,lemma,outside,prelude,one-channel-learner,size}.test.ts",
  "test/lower/rounds.test.ts",
  "test/network/{bounds,weightfile}.test.ts",
  "test/parse/{format,parts,print-ast,recover}.test.ts",
  "test/programs/{facts,learners,manual,programs,subleq}.test.ts",
  "test/prove/{assert-names,asserts,borders,campaign,enumerate,extremes,growing,invariant,mutate,prune,refuted,schedule,prove-step,sat-sweep,terminate,single-token-proof,variants,words}.test.ts",
  "test/report/pictures.test.ts",
  "test/robust/{noise,patterns,robust}.test.ts",
  "test/schedule/schedule.test.ts",
  "test/synthesise/{balance,field-codes,growth,large,networks,one-channel,stop,structure,tables,work}.test.ts",
  "test/train/{derivatives,train}.test.ts",
  "test/verify/{check,claim,metadata,theorem,timeline}.test.ts",
];

/** Small files that take long. */
const LONG = /\/test\/(judge\/(first|second)-half|learner\/lemma)\.test\.ts$/;

/** Of files that it has no times of, vitest runs the largest first: a long one that is small would be left for the end. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const [long, others] = [true, false].map((is) =>
      sorted.filter(({ moduleId }) => LONG.test(moduleId) === is),
    );
    return [...long!, ...others!];
  }
}

/** Has a module of its own in the place of one of ours, which others must not see. */
const APART = "test/engines/batches.test.ts";

const ALL = ["test/**/*.test.ts"];
// Files that share a process load the sources, and compile the gallery, once.
const shared = (exclude: string[]) => ({ include: ALL, exclude, isolate: false });

export default defineConfig(({ mode }) => ({
  test: {
    setupFiles: ["test/setup.ts"],
    ...(mode === "fast"
      ? { ...shared(SLOW), env: { TAPELOOM_CASES: "0.05" } }
      : {
          projects: [
            { extends: true, test: { name: "shared", ...shared([APART]) } },
            { extends: true, test: { name: "apart", include: [APART] } },
          ],
        }),
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: "100%",
    sequence: { sequencer: LongFirst },
  },
}));
