// What can be put behind the prelude, and that names of the prelude never clash with the learner's.

import { describe, expect, test } from "vitest";
import { checkProgram } from "../../src/compile.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { interpret } from "../../src/engines/reference.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { printAst } from "../../src/language/parse/print-ast.ts";
import { trainByJacobian } from "../../src/learning/learner/algorithm-1.ts";
import { predict } from "../../src/learning/learner/evaluate.ts";
import { withPrelude } from "../../src/learning/learner/prelude.ts";
import { stepsFor, stepsUntilDone } from "../../src/learning/learner/step-count.ts";
import { allQueries, learnerOf, randomExamples, referenceAnswer, VOTING_MACHINE } from "./learners.ts";

/** Says the exclusive or of the first two labels, through fields with the prelude's own names. */
const CLASHING = `program clash {
  input pos: bit
  state label, query, current: bit
  param neg = 1
  fn answering(a) = a and not false
  predict current
  sweep left { label = if at right then pos else right.label }
  sweep down { current = answering(if neg == 1 then label xor up.current else query) query = false }
}`;

test("names that the learner uses are replaced", async () => {
  const learner = learnerOf("clash.alg", CLASHING);
  const { names } = learner.network;
  expect(names).toEqual({ pos: "pos2", neg: "neg2", current: "current2", answering: "answering2" });
  const examples = randomExamples(seededRandom(3), 4, 2);
  const memory = trainByJacobian(examples);
  const steps = await stepsFor(learner.network, null, memory, examples);
  const answers = await predict(
    learner.network,
    memory,
    steps,
    directEngine(learner.network.step),
    allQueries(2),
  );
  expect(answers).toEqual(allQueries(2).map((query) => referenceAnswer(learner, examples, query)));
}, 120_000);

test("a learner's claim is a lower bound of the steps: the prelude may change its timing", async () => {
  const learner = learnerOf("clash.alg", CLASHING);
  const examples = randomExamples(seededRandom(4), 5, 3);
  const memory = trainByJacobian(examples);
  const claim = (value: number) => ({
    most: { tag: "number", value } as const,
    span: { start: 0, end: 0 },
  });
  const steps = (value: number) => stepsFor(learner.network, claim(value), memory, examples);
  expect(await steps(100)).toBe(100 + 2 * (6 + 4));
  // Claims of nothing: what the examples take counts, and is enough for all queries.
  const least = await steps(-100);
  expect(least).toBeGreaterThan(6 + 4);
  const engine = directEngine(learner.network.step);
  const answers = await predict(learner.network, memory, least, engine, allQueries(3));
  expect(answers).toEqual(allQueries(3).map((query) => referenceAnswer(learner, examples, query)));
}, 120_000);

test("a learner that never halts on the examples is refused", async () => {
  const text = `program endless {
    input x: bit
    state on: bit
    predict x
    loop { sweep down { on = not on } halt when on and not on }
  }`;
  const { network } = learnerOf("endless.alg", text);
  const examples = randomExamples(seededRandom(4), 2, 2);
  await expect(stepsFor(network, null, trainByJacobian(examples), examples)).rejects.toThrow(
    /never halts on these 2/,
  );
}, 120_000);

test("a machine takes as many steps as it makes, and a few ways through the grid", async () => {
  const { network, front } = learnerOf("voting_machine.alg", VOTING_MACHINE);
  for (const count of [2, 5, 9]) {
    // All labels alike: the machine goes down once for each that it takes.
    const examples = randomExamples(seededRandom(count), count, 3).map(({ features }, at) => ({
      features,
      label: at % 2 === 0 ? (1 as const) : (-1 as const),
    }));
    const memory = trainByJacobian(examples);
    const cells = [...examples.flatMap(({ features, label }) => [...features, label]), 1, 1, 1, -1];
    const planes = { x: Int32Array.from(cells, (sign) => (sign === 1 ? 1 : 0)) };
    const input = prepareInput(front.checked, { rows: memory.rows, cols: memory.cols, planes });
    const machineSteps = interpret(front.checked, input).instructions;
    const steps = await stepsUntilDone(network, memory, examples);
    expect(steps - machineSteps, `${count} examples`).toBeLessThan(3 * (memory.rows + memory.cols) + 8);
  }
}, 120_000);

test("a machine's table, and its rules with stars, are its rules", () => {
  const three = /( *back spent .*\n)( *back no .*\n)( *back yes .*\n)/;
  expect(VOTING_MACHINE).toMatch(three);
  const table = VOTING_MACHINE.replace(
    three,
    "symbols spent no yes\nback: spent up back  no up back  yes up back\n",
  );
  const stars = VOTING_MACHINE.replace(three, "back * -> * up back\n");
  const stepOf = (text: string) => learnerOf("voting_machine.alg", text).network.step.layers;
  expect(stepOf(table)).toEqual(stepOf(VOTING_MACHINE));
  const size = (layers: ReturnType<typeof stepOf>) => JSON.stringify(layers).length;
  expect(size(stepOf(stars))).toBeLessThan(2 * size(stepOf(VOTING_MACHINE)));
  expect(size(stepOf(stars))).toBeGreaterThan(size(stepOf(VOTING_MACHINE)) / 2);
});

test("a machine beside other instructions asks whether it is over, and says the same", async () => {
  const text = VOTING_MACHINE.replace("  each {", "  each { seen = right.x }\n  each {").replace(
    "  predict tape",
    "  state seen: bit\n  predict tape",
  );
  const learner = learnerOf("beside.alg", text);
  const examples = randomExamples(seededRandom(8), 3, 1);
  const memory = trainByJacobian(examples);
  const steps = await stepsFor(learner.network, null, memory, examples);
  const engine = directEngine(learner.network.step);
  const answers = await predict(learner.network, memory, steps, engine, allQueries(1));
  expect(answers).toEqual(allQueries(1).map((query) => referenceAnswer(learner, examples, query)));
}, 120_000);

const combine = (text: string) => withPrelude(checkProgram({ name: "p.alg", text }).ast);

test("the learner's input becomes a state, its claim about its steps goes, all else stays", () => {
  const { ast } = combine(
    "program p { input x: bit predict x steps <= rows + cols each { x = not x } sweep down { x = up.x } }",
  );
  const text = printAst(ast);
  expect(text).toContain("input pos, neg: bit");
  expect(text).toMatch(/state x: bit/);
  expect(text).not.toContain("steps");
  expect(text.indexOf("sweep up left")).toBeLessThan(text.indexOf("x = not x"));
});

describe("what does not fit is refused", () => {
  test.each([
    ["each { x = not x }", /p is not a learner: found no `predict` in it/],
    [
      "predict x ends when all(x) repeat 3 times { each { x = not x } }",
      /p has `ends when` or a machine beside `times`/,
    ],
    ["input y: bit predict x each { x = y }", /found the inputs x: bit, y: bit, expected a single one/],
  ])("%s", (body, message) => {
    expect(() => combine(`program p { input x: bit ${body} }`)).toThrow(message);
  });

  test("inputs that are no bits", () => {
    expect(() => combine("program p { input x: 0..3 predict x each { x = 0 } }")).toThrow(
      /found the inputs x: a range/,
    );
  });

  test("answers that are no bits, and learners that never end", () => {
    const text = "program p { input x: bit output n: 0..3 predict n each { n = if x then 3 else 0 } }";
    expect(() => learnerOf("p.alg", text)).toThrow(/p predicts n, of type 0\.\.3, .*a bit, or an enum/);
    const endless = "program p { input x: bit predict x loop { sweep down { x = up.x } } }";
    expect(() => learnerOf("p.alg", endless)).toThrow(/p never ends/);
  }, 120_000);
});
