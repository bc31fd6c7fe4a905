// Borders that random programs do not reach: of memory, of batches, and of what is told apart. On both sides of each, the
// results are the same, or the bounds no closer.

import { afterAll, beforeAll, expect, test } from "vitest";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { loadBackend } from "../../src/engines/backend.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { tensorEngine } from "../../src/engines/tensor.ts";
import type { Backend } from "../../src/engines/tensorflow.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { trainByJacobian } from "../../src/learning/learner/algorithm-1.ts";
import { readTable } from "../../src/learning/learner/delimited-tables.ts";
import { encodedFormat } from "../../src/learning/learner/encode.ts";
import type { predict as Predict } from "../../src/learning/learner/evaluate.ts";
import { stepsFor } from "../../src/learning/learner/step-count.ts";
import { CaseSet } from "../../src/learning/train/cases.ts";
import { sourceOf } from "../../src/learning/train/draw.ts";
import type { caseDifferentiator as Differentiator } from "../../src/learning/train/gradient.ts";
import { randomWeights, widthsOf } from "../../src/learning/train/weights.ts";
import { encode } from "../../src/network/state.ts";
import { attack } from "../../src/proof/robust/attack.ts";
import { boundsOf } from "../../src/proof/robust/radii.ts";
import { restoring } from "../../src/proof/robust/restore.ts";
import { Random } from "../judge/random.ts";
import { allQueries, loadLearner, randomExamples } from "../learner/learners.ts";
import { randomGrid, randomShape, SAMPLES } from "../network/samples.ts";
import { type Border, loaderWith } from "../other-sizes.ts";
import { compileProgram } from "../programs/programs.ts";
import { again, cases, SEED } from "../seed.ts";

const opened: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of opened) await close();
});

/** A module of src in which the constants of borders have their first other size. */
async function loaded<T>(path: string, ...borders: Border[]): Promise<T> {
  const { load, close } = await loaderWith(borders);
  opened.push(close);
  return load<T>(`/src/${path}`);
}

let wasm: Backend;
beforeAll(async () => {
  wasm = await loadBackend({ force: "wasm" });
});

test(`runs that fit into the heap of tensors stay within what was reckoned; ${again(SEED)}`, async () => {
  for (let at = 0; at < cases(40); at++) {
    const random = seededRandom(SEED + at);
    const network = SAMPLES[at % SAMPLES.length]!;
    const shape = randomShape(random);
    const states = Array.from({ length: 1 + random.int(4) }, () =>
      encode(network, randomGrid(network, shape, random)),
    );
    const label = `${again(SEED + at)}, ${network.program}`;
    const other = tensorEngine(network, wasm, { heap: 0 });
    const { message } = catching(() => other.start(shape, states));
    const needed = Number(/ (\d+) bytes/.exec(message)![1]);
    const held = wasm.tf.memory().numBytes;
    other.close();
    const below = tensorEngine(network, wasm, { heap: held + needed - 1 });
    expect(() => below.start(shape, states), label).toThrow(InputError);
    below.close();
    const engine = tensorEngine(network, wasm, { heap: held + needed });
    const [run, plain] = [engine.start(shape, states), directEngine(network).start(shape, states)];
    const { peakBytes } = await wasm.tf.profile(async () => {
      await run.advance(3);
      return [];
    });
    await plain.advance(3);
    expect(await run.read(), label).toEqual(await plain.read());
    expect(peakBytes - held, label).toBeLessThan(needed);
    run.close();
    engine.close();
  }
});

function catching(run: () => unknown): InputError {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

test.each([254, 255, 256, 257, 300])("columns of %d words", (count) => {
  const random = new Random(SEED, count);
  const words = Array.from({ length: count }, (_, at) => `w${at}`);
  const rows = [...random.shuffled(words), ...words.map(() => random.pick(words))];
  const text = ["word,label", ...rows.map((word) => `${word},${random.int(2)}`), "w0,0", "w1,1"].join("\n");
  for (const encode of ["onehot", "binary", "thermometer"] as const) {
    const make = () => encodedFormat(readTable(text, "d.csv"), { encode });
    if (count > 256) {
      expect(make, again(SEED)).toThrow(/expected at most 256/);
      continue;
    }
    const { table } = make();
    const codes = new Map(rows.map((word, at) => [word, table.rows[at]!.cells.slice(0, -1).join("")]));
    expect(new Set(codes.values()).size, again(SEED)).toBe(count);
  }
});

test(`queries in batches as large as memory allows, or one by one; ${again(SEED)}`, async () => {
  const border: Border = ["learning/learner/evaluate.ts", "BATCH_NUMBERS", 1];
  const { predict: oneByOne } = await loaded<{ predict: typeof Predict }>(border[0], border);
  const { predict } = await import("../../src/learning/learner/evaluate.ts");
  for (const name of ["gf2", "conjunction"]) {
    const { network, front } = loadLearner(name);
    const examples = randomExamples(seededRandom(SEED), 5, 4);
    const memory = trainByJacobian(examples);
    const steps = await stepsFor(network, front.checked.steps, memory, examples);
    const queries = allQueries(4);
    const engine = directEngine(network.step);
    const together = await predict(network, memory, steps, engine, queries, { batch: 7 });
    expect(await oneByOne(network, memory, steps, engine, queries, { batch: 7 })).toEqual(together);
    expect(new Set(together).size, name).toBe(2);
  }
});

test(`the loss of many cases at once, or of three at a time; ${again(SEED)}`, async () => {
  const border: Border = ["learning/train/gradient.ts", "BATCH", 3];
  const { caseDifferentiator: inThrees } = await loaded<{ caseDifferentiator: typeof Differentiator }>(
    border[0],
    border,
  );
  const { caseDifferentiator } = await import("../../src/learning/train/gradient.ts");
  for (const [at, name] of ["add", "wireworld", "gf2"].entries()) {
    const { checked, rule, network } = compileProgram(name);
    const random = seededRandom(SEED + at);
    const set = new CaseSet(network);
    const source = sourceOf(checked, rule, random);
    while (set.count < 40) source.anywhere(set);
    const weights = randomWeights(network, widthsOf(network, 3), random);
    const whole = caseDifferentiator(wasm, network.residual).evaluate(weights, set);
    const parts = inThrees(wasm, network.residual).evaluate(weights, set);
    expect(parts.loss).toBeCloseTo(whole.loss, 4);
    expect(parts.shortfalls.length).toBe(whole.shortfalls.length);
    for (const [index, each] of whole.shortfalls.entries())
      expect(parts.shortfalls[index]!, `${name}, ${again(SEED + at)}`).toBeCloseTo(each, 4);
  }
});

test(`errors of robust networks, with more cases told apart or fewer; ${again(SEED)}`, () => {
  const random = seededRandom(SEED);
  let looser = 0;
  for (const name of ["parity", "sort", "gf2", "maze"]) {
    const compilation = compileProgram(name);
    const network = restoring(compilation.network, 5);
    const plain = boundsOf(compilation, network, null)!;
    for (const limits of [
      { patterns: 2, nodes: 400_000 },
      { patterns: 30, nodes: 400_000 },
      { patterns: 4000, nodes: 300 },
    ]) {
      const few = boundsOf(compilation, network, null, limits);
      if (few === null) continue;
      const radii = { epsilon: 1e-4 * random.next(), delta: 0.02 * random.next() };
      for (const moving of ["all", "nonzero"] as const) {
        const [exact, bound] = [plain, few].map((each) => each.afterStep(radii, moving, true));
        expect(bound, `${name}, ${JSON.stringify(limits)}`).toBeGreaterThanOrEqual(exact! - 1e-12);
        if (bound! > exact!) looser++;
        const { expected, got } = attack(compilation, network, radii, moving, { seed: SEED, cases: 20 });
        expect(Math.abs(expected - got)).toBeLessThanOrEqual(bound!);
      }
    }
  }
  expect(looser).toBeGreaterThan(0);
});
