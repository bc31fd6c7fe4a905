// A learner with its program trained: a memory filled by the paper's Algorithm 1, and the network's answers to queries.

import type { Compilation } from "../../../src/compile.ts";
import { InputError } from "../../../src/diagnostics/diagnostic.ts";
import { directEngine } from "../../../src/engines/direct.ts";
import { trainByJacobian } from "../../../src/learning/learner/algorithm-1.ts";
import { compileLearner } from "../../../src/learning/learner/compile-learner.ts";
import { digitalEngine } from "../../../src/learning/learner/digital-engine.ts";
import { predict } from "../../../src/learning/learner/evaluate.ts";
import type { LearnerNetwork } from "../../../src/learning/learner/learner-network.ts";
import type { Example, Memory, Sign } from "../../../src/learning/learner/memory-layer.ts";
import { readModelFile, writeModelFile } from "../../../src/learning/learner/modelfile.ts";
import { stepsFor } from "../../../src/learning/learner/step-count.ts";
import { judge, type Verdict } from "../language/interpret.ts";
import type { Program } from "../language/tree.ts";
import { takesShape } from "../language/world.ts";
import type { Random } from "../random.ts";
import { Failure } from "./failure.ts";

/** Instructions after which a learner is taken to go on for ever. */
const LIMIT = 400;

/** False for programs that are no learners, and where these examples are none for it. */
export async function compareLearned(
  random: Random,
  program: Program,
  compilation: Compilation,
): Promise<boolean> {
  const inputs = program.fields.filter(({ role }) => role === "input");
  const answer = program.fields.find(({ name }) => name === program.predicted);
  if (answer?.type.kind !== "bit" || inputs.length !== 1 || inputs[0]!.type.kind !== "bit") return false;
  const [rows, cols] = [random.between(2, 5), random.between(2, 4)];
  if (!takesShape(program, { rows, cols })) return false;
  const one = random.pick<Sign>([1, -1]);
  const sign = (): Sign => random.pick([1, -1]);
  const row = (): Example => ({ features: Array.from({ length: cols - 1 }, sign), label: sign() });
  const examples = Array.from({ length: rows - 1 }, row);
  const queries = [...Array.from({ length: 2 }, row), examples[0]!].map(({ features }) => features);
  const asked = queries.map((query): Verdict => {
    const signs = [...examples.flatMap(({ features, label }) => [...features, label]), ...query, -one];
    const plane = signs.map((each) => (each === one ? 1 : 0));
    const limits = { instructions: LIMIT, assertions: "ignore" } as const;
    return judge(program, { rows, cols }, new Map([[inputs[0]!.name, plane]]), limits);
  });
  if (asked.some(({ end }) => end !== "over")) return false;
  const trained = await train(compilation, one, examples);
  if (trained === null) return false;
  const expected = asked.map(({ history }) => {
    const isOne = history.at(-1)!.get(answer.name)!.at(-1) === 1;
    return isOne ? one : -one;
  });
  const { network, memory, steps } = trained;
  const digital = random.chance(0.5);
  const engine = digital ? digitalEngine(network) : directEngine(network.step);
  const found = await predict(network, memory, steps, engine, queries, { digital });
  if (found.join() !== expected.join()) {
    const table = examples.map(({ features, label }) => [...features, label].join(" ")).join("; ");
    throw new Failure(
      "learn",
      `answers ${found} to ${queries.map((query) => query.join(" ")).join("; ")} after ${table}, ${one} being the bit 1; ` +
        `for the judge ${expected}`,
    );
  }
  return true;
}

interface Trained {
  readonly network: LearnerNetwork;
  readonly memory: Memory;
  readonly steps: number;
}

/** The model, written to its file and read back. Null if the program does not fit into such a network. */
async function train(
  compilation: Compilation,
  one: Sign,
  examples: readonly Example[],
): Promise<Trained | null> {
  const { checked, network: compiled } = compilation;
  try {
    const network = compileLearner(compilation, { sourceHash: compiled.sourceHash, effort: 0, one });
    const memory = trainByJacobian(examples);
    const steps = await stepsFor(network, checked.steps, memory, examples);
    const columns = Array.from({ length: memory.cols }, (_, at) => ({
      name: String(at + 1),
      negative: "0",
      positive: "1",
    }));
    const format = { columns, label: memory.cols - 1, named: false, one };
    const bytes = writeModelFile({ network, memory, steps, format });
    return readModelFile(bytes, "model");
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}
