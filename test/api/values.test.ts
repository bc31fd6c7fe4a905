// Values of the right kind that are wrong all the same: half a step, a 0 in the place of a sign, an engine of another
// network. Nothing is computed from them in silence, and no message speaks of our insides.

import { expect, test } from "vitest";
import * as library from "../../src/index.ts";

const { InputError, checkProgram, compile, compileLearner, directEngine, hashOf } = library;
const source = {
  name: "p.alg",
  text: "program p { input x: bit output y: bit loop { each { y = x or left.y } } }",
};
const { network, checked } = compile(source);
const automaton = (name: string, births: string) =>
  compile({
    name: `${name}.alg`,
    text: `program ${name} { input a: bit loop { each { let n = count(around.a) a = ${births} or (a and n == 2) } } }`,
  });
const life = automaton("life", "n == 3");
const high = automaton("high", "n == 3 or (not a and n == 6)");
const LEARNER = "program vote { input x: bit output y: bit predict y each { y = right.x xor up.y } }";
const learner = checkProgram({ name: "vote", text: LEARNER });
const learning = compileLearner(learner, { sourceHash: hashOf(LEARNER) });
const example = (features: readonly unknown[], label: unknown) => ({ features, label });
const memory = library.trainByJacobian([
  { features: [1, -1], label: 1 },
  { features: [-1, -1], label: -1 },
]);
const table = library.readTable("a,b,c\n0,1,1\n1,1,0\n", "t.csv");
const format = library.formatOfTable(table);
const learners = library.learnersOf(format);
const grid = { rows: 1, cols: 2, planes: { x: Int32Array.of(0, 1) } };
const cells = { rows: 3, cols: 3, planes: { a: Int32Array.of(1, 1, 0, 1, 1, 0, 1, 1, 0) } };
const state = library.encode(network, grid);
const origin = library.originOf(network, grid, state);
const task = library.TASKS[0]!;
const size = { features: 3, examples: 2, queries: 1 };
const radii = { epsilon: 1e-6, delta: 1e-4, after: 1e-5 };
const backend = await library.loadBackend({ force: "wasm" });
const job = {
  ...{
    start: { kind: "compiled" },
    supervision: "trace",
    until: { kind: "epochs", epochs: 1 },
    seed: 1,
    noise: 0,
  },
  ...{
    before: 0,
    rate: null,
    optimiser: "adam",
    schedule: "plateau",
    batch: 8,
    clip: 1,
    maxSteps: 1,
    patience: null,
  },
  ...{ max: { rows: 2, cols: 2 }, steps: null, stateNoise: 0 },
};
const { NaN: none, POSITIVE_INFINITY: endless } = Number;

const WRONG: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  wilson: [
    [5, 3],
    [-1, 4],
    [none, 3],
    [0.5, 0],
    [0.5, -1],
    [0.5, endless],
  ],
  clusteredRate: [
    [[], 3],
    [[4], 3],
    [[1], 0],
    [[1], none],
    [[-1], 3],
    [[1.5], 3],
  ],
  parityChances: [
    [-1, 2],
    [2.5, 3],
    [none, 1],
    [3, -1],
    [3, 1.5],
  ],
  measurementOf: [
    ["network", 3, []],
    ["network", none, [{ right: [1] }]],
  ],
  trainByJacobian: [
    [[example([0, 1], 1)]],
    [[example([1, 1], 0)]],
    [[example([1], 2)]],
    [[example([none], 1)]],
    [[example(["1"], 1)]],
    [[example([1, -1], 1), example([1], 1)]],
  ],
  trainByAutodiff: [
    [learning, 2.5, [example([1], 1)]],
    [learning, -1, [example([1], 1)]],
    [learning, 3, [example([0], 1)]],
  ],
  predict: [
    [learning, { ...memory, rows: 7 }, 20, directEngine(learning.step), [[1, 1]]],
    [
      learning,
      { ...memory, weight: memory.weight.map(() => none) },
      20,
      directEngine(learning.step),
      [[1, 1]],
    ],
  ],
  stepsFor: [
    [learning, null, memory, [example([1], 1)]],
    [learning, null, { ...memory, rows: 9 }, [example([1, 1], 1)]],
  ],
  sizeOfLearner: [
    [learning, { rows: -1, cols: 2 }, 3],
    [learning, {}, 3],
    [learning, grid, none],
    [learning, grid, 2.5],
  ],
  decided: [
    [learners, []],
    [learners, [[0]]],
    [learners, [[1], [1]]],
  ],
  examplesFor: [
    [library.labelledRows(table, format), [-1]],
    [library.labelledRows(table, format), [0.5]],
  ],
  showLabel: [
    [format, 0],
    [format, 5],
    [format, none],
  ],
  encodedFormat: [
    [table, { encode: "thermometer", levels: 0 }],
    [table, { encode: "thermometer", levels: 1.5 }],
    [table, { encode: "one-hot" }],
    [table, { classes: "best" }],
    [table, { positive: 1 }],
  ],
  formatOfTable: [
    [table, { label: 3 }],
    [table, { positive: 1 }],
  ],
  readTable: [
    ["a,b\n0,1\n1,0\n", "t.csv", undefined, { header: "yes" }],
    ["a,b\n0,1\n1,0\n", "t.csv", undefined, { delimiter: 5 }],
    ["a,b\n0,1\n1,0\n", "t.csv", {}],
    ["a,b\n0,1\n1,0\n", "t.csv", { columns: [] }],
  ],
  drawProblem: [
    [task, { ...size, features: -1 }, 1, 0],
    [task, { ...size, features: 2.5 }, 1, 0],
    [task, {}, 1, 0],
    [task, size, none, 0],
    [task, size, 1, -1],
    [task, size, 1, 0.5],
  ],
  compile: [
    [source, { layers: -1 }],
    [source, { layers: 1.5 }],
    [source, { layers: none }],
    [source, { effort: -1 }],
    [source, { effort: none }],
    [source, { seed: 1.5 }],
    [source, { codes: { x: "binary" } }],
    [source, { budget: { second: 5 } }],
    [source, { budget: { seconds: "5" } }],
  ],
  compileLearner: [
    [learner, { sourceHash: 5 }],
    [learner, { sourceHash: "", one: 0 }],
    [learner, { sourceHash: "", params: { k: 1 } }],
  ],
  runNetwork: [[life.network, directEngine(high.network), cells, { maxSteps: 1 }]],
  checkNetwork: [[life, life.network, directEngine(high.network), { seed: 1, grids: 1 }]],
  prune: [[life.rule, network, null]],
  proveStep: [
    [life.rule, network],
    [life.rule, life.network, { mostBoxes: none }],
  ],
  proveNetwork: [[life, life.network, { bounded: "yes" }]],
  verifyRadii: [
    [life, life.network, [{ radii: { ...radii, epsilon: -1 }, moving: "all" }]],
    [life, life.network, [{ radii: { ...radii, delta: none }, moving: "all" }]],
    [life, life.network, [{ radii: {}, moving: "all" }]],
    [life, life.network, [{ radii, moving: "some" }]],
  ],
  bitEngine: [
    [network, { threads: -1 }],
    [network, { threads: 1.5 }],
    [network, { cellsPerThread: 0 }],
  ],
  exportOnnx: [[network, { unroll: 1e9 }]],
  exportGolly: [
    [life.network, ""],
    [life.network, "../life"],
    [life.network, "life\n"],
  ],
  gollyPattern: [
    [life.network, "", cells],
    [life.network, "a:b", cells],
  ],
  writeGrid: [[grid, [], "text"]],
  renderGrid: [
    [grid, checked.fields, none],
    [grid, checked.fields, -1],
  ],
  originOf: [
    [network, { rows: -1, cols: -2 }, state],
    [network, { rows: 1, cols: 2.5 }, state],
  ],
  writeCheckpoint: [
    [origin, { steps: -1, state, kept: null }],
    [origin, { steps: 1.5, state, kept: null }],
    [origin, { steps: 1, state: state.map(() => none), kept: null }],
  ],
  runTraining: [
    { batch: 0 },
    { batch: 1.5 },
    { maxSteps: none },
    { maxSteps: -1 },
    { steps: 0.5 },
    { rate: none },
    { rate: -1 },
    { noise: -1 },
    { stateNoise: none },
    { clip: 0 },
    { max: { rows: 0, cols: 2 } },
    { patience: -1 },
    { optimiser: "momentum" },
    { schedule: "linear" },
    { supervision: "none" },
    { start: "random" },
    { until: "exact" },
    { seed: none },
  ].map((wrong) => [backend, life, { ...job, ...wrong }]),
  readBbchallenge: [[""], ["1QB1LB_1LA1RZ"], ["1RB1LB_1LA1R!"]],
};

test.each(Object.entries(WRONG))("%s refuses values that are none of its own", async (name, calls) => {
  const of = (library as unknown as Readonly<Record<string, (...given: unknown[]) => unknown>>)[name]!;
  for (const given of calls) {
    const refused = expect(async () => of(...given), `${name}: call ${calls.indexOf(given) + 1}`).rejects;
    await refused.toThrow(InputError);
    await refused.toThrow(/found|no param|expected|has the rule/);
    await refused.not.toThrow(/as the library makes them/);
  }
});

test("an engine of a copy of a network is one of it", async () => {
  const copy = structuredClone(life.network);
  const result = await library.runNetwork(copy, directEngine(life.network), cells, { maxSteps: 3 });
  expect(result).toEqual(await library.runNetwork(copy, directEngine(copy), cells, { maxSteps: 3 }));
  const other = { ...copy, residual: copy.residual.map((each) => 1 - each) };
  await expect(library.runNetwork(copy, directEngine(other), cells)).rejects.toThrow(
    /engine \(direct\) of another/,
  );
});
