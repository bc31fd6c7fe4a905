// Every function of the library with values of other kinds in the place of each of its arguments, and of each of its options:
// whatever it does not take, it says so in its own words.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as api from "../../src/api.ts";
import * as library from "../../src/index.ts";

const source = {
  name: "p.alg",
  text: "program p { input x: bit output y: bit loop { each { y = x or left.y } } }",
};
const LEARNER = `program vote {
  input x: bit
  state ones: bit
  output y: bit
  predict y
  each { y = right.x xor up.y }
}`;

const { compile, InputError } = library;
const compilation = compile(source);
const { network, checked, rule, ast, instructions } = compilation;
const engine = library.directEngine(network);
const grid = { rows: 1, cols: 2, planes: { x: Int32Array.of(0, 1) } };
const shape = { rows: 1, cols: 2 };
const state = library.encode(network, grid);
const fields = checked.fields.slice(0, 1);
const origin = library.originOf(network, shape, state);
const snapshot = { steps: 0, state, kept: null };
const learner = library.checkProgram({ name: "vote", text: LEARNER });
const learning = library.compileLearner(learner, { sourceHash: library.hashOf(LEARNER) });
const examples: api.Example[] = [
  { features: [1, -1], label: 1 },
  { features: [-1, -1], label: -1 },
];
const memory = library.trainByJacobian(examples);
const table = library.readTable("a,b,c\n0,1,1\n1,1,0\n", "t.csv");
const format = library.formatOfTable(table);
const encoded = library.encodedFormat(library.readTable("a,b\nx,1\ny,0\nz,1\n", "t.csv"), {
  encode: "onehot",
});
const model = { network: learning, memory, steps: 20, format };
const automaton = library.readRuleString("B3/S23");
const machine = library.readBbchallenge("1RB1LB_1LA1RZ");
const invariant = library.findInvariant(checked, rule);
const view = library.chooseView("p", checked, undefined, []);
const radii = { epsilon: 1e-6, delta: 1e-4, after: 1e-5 };
const weights = library.writeWeightFile(network);
const diagnostic: api.Diagnostic = (() => {
  try {
    library.checkProgram({ name: "p", text: "program" });
  } catch (error) {
    if (error instanceof library.ProgramError) return error.diagnostics[0]!;
  }
  throw new Error("no diagnostic");
})();
const task = api.TASKS[0]!;
const size = { features: 3, examples: 3, queries: 2 };

type Calls = { readonly [Name in keyof typeof api]?: readonly unknown[] };

/** Arguments that are right. Left out is what needs a library of others, or takes long. */
const CALLS: Calls = {
  checkProgram: [source, {}, {}],
  compile: [
    source,
    {
      effort: 0,
      params: {},
      budget: {},
      codes: {},
      arch: "channels",
      prune: true,
      prove: true,
      onProgress: () => {},
    },
  ],
  hashOf: ["text"],
  printInstructions: [instructions],
  printRule: [rule],
  within: [{}, "work", () => 1],
  diagnosticToJson: [source, diagnostic],
  renderDiagnostic: [source, diagnostic],
  bitEngine: [network, {}],
  originOf: [network, shape, state],
  readCheckpoint: [library.writeCheckpoint(origin, snapshot), "f", origin],
  writeCheckpoint: [origin, snapshot],
  directEngine: [network],
  interpret: [checked, grid, { maxInstructions: 3 }],
  ruleEngine: [rule],
  runRule: [rule, grid, 3],
  runNetwork: [network, engine, grid, { maxSteps: 2, signal: new AbortController().signal }],
  exportC: [network, grid],
  exportVerilog: [network, grid],
  decompile: [network, { snap: false, budget: {} }],
  readGollyRule: ["@RULE a\n@TABLE\nn_states:2\nneighborhood:Moore\nsymmetries:none\n", "f", "a"],
  importAutomaton: [automaton, "life"],
  readBbchallenge: ["1RB1LB_1LA1RZ"],
  readMorphett: ["0 _ 1 r halt", "f"],
  importMachine: [machine, "bb"],
  readRuleString: ["B3/S23"],
  formatOf: ["a.csv"],
  readGrid: ["01", "f", "text", fields, {}],
  writeGrid: [grid, fields, "text"],
  randomGrid: [shape, fields, library.seededRandom(1), "uniform"],
  prepareInput: [checked, grid],
  seededRandom: [1],
  renderGrid: [grid, fields, 80],
  format: [source, {}],
  printAst: [ast],
  newProgram: ["p"],
  compileLearner: [learner, { sourceHash: library.hashOf(LEARNER) }],
  measurementOf: ["network", 2, [{ right: [1], determined: 1, seconds: 0 }]],
  examplesOf: [table, format],
  formatOfTable: [table, { label: "c" }],
  queriesOf: [table, format],
  labelledRows: [table, format],
  labelNames: [format],
  learnersOf: [format],
  examplesFor: [library.labelledRows(table, format), [0]],
  decided: [library.learnersOf(format), [[1, -1]]],
  showLabel: [format, 1],
  encodedFormat: [table, { encode: "onehot", levels: 3 }],
  encodeTable: [encoded.table, encoded.format.encoded],
  digitalEngine: [learning],
  learnerOutput: [learning, memory, 30, library.directEngine(learning.step), [1, -1]],
  predict: [learning, memory, 30, library.directEngine(learning.step), [[1, -1]], { batch: 2 }],
  clusteredRate: [[1, 2], 3],
  wilson: [0.5, 10],
  readModelFile: [library.writeModelFile(model), "f"],
  writeModelFile: [model],
  parityChances: [3, 3],
  sizeOfLearner: [learning, memory, 30],
  stepsFor: [learning, null, memory, examples, {}],
  readTable: ["a,b\n0,1\n", "f", undefined, {}],
  readParquet: [
    readFileSync(new URL("../learner/parquet/arrow-snappy.parquet", import.meta.url)),
    "f",
    { header: true },
  ],
  drawProblem: [task, size, 1, 0],
  trainByJacobian: [examples, {}],
  exportGolly: [network, "p"],
  gollyPattern: [network, "p", grid],
  exportJson: [network],
  readNetworkJson: [library.exportJson(network), "f"],
  exportNpz: [network],
  exportOnnx: [network, { unroll: 2 }],
  exportPytorch: [network, "w.safetensors"],
  exportRle: [network, grid],
  exportTfjs: [network],
  sizeOf: [network],
  printNetwork: [network],
  decode: [network, shape, state],
  encode: [network, grid],
  readNotes: [weights, "f"],
  readWeightFile: [weights, "f"],
  writeWeightFile: [network, {}, "dense", "F32"],
  findInvariant: [checked, rule],
  holdsForever: [checked, rule, invariant],
  proveNetwork: [compilation, network, { snap: false, seed: 1, budget: {} }],
  prune: [rule, network, invariant],
  proveStep: [rule, network, {}],
  makeRobust: [compilation, network],
  verifyRadii: [compilation, network, [{ radii, moving: "all" }]],
  checkNetwork: [compilation, network, engine, { seed: 1, grids: 2, maxRows: 2, maxCols: 2 }],
  recordFrames: [{ progress: null, fields: ["x"], most: 2 }],
  pictureFormatOf: ["a.svg"],
  renderPicture: ["svg", view, [{ step: 0, grid }], {}],
  chooseView: ["p", checked, undefined, []],
  fieldsToKeep: [checked, ["x"]],
  renderCurve: [{ title: "t", points: [] }, "svg"],
};

/** What members of an argument are made of instead. */
const BROKEN: readonly unknown[] = [null, undefined, 5, {}];

/** Values of all kinds. A list of nothing and an object of nothing may be right, or not. */
const OTHERS: readonly unknown[] = [
  null,
  undefined,
  5,
  -1,
  "text",
  true,
  [],
  [null],
  [5],
  {},
  () => 5,
  Symbol("s"),
  5n,
];

const show = (value: unknown): string =>
  typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);

const isPlain = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const FUNCTIONS = { ...library } as unknown as Readonly<Record<string, (...given: unknown[]) => unknown>>;

async function messageOf(name: string, given: readonly unknown[]): Promise<string | null> {
  try {
    await FUNCTIONS[name]!(...given);
    return null;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    if (error instanceof Error && /^internal: /.test(error.message)) return error.message;
    const { stack } = error as Error;
    throw new Error(`${name}(${given.map(show).join(", ").slice(0, 300)}): ${stack}`);
  }
}

test.each(Object.entries(CALLS))(
  "%s takes what it should, and says what it does not",
  { timeout: 300_000 },
  async (name, given) => {
    await messageOf(name, given);
    for (const at of given.keys()) {
      for (const other of OTHERS) {
        const message = await messageOf(name, given.with(at, other));
        if (other === null && given[at] !== null && message !== null)
          expect(message, name).toMatch(/found .* expected |export it as/);
      }
      const right = given[at];
      if (typeof right !== "object" || right === null || ArrayBuffer.isView(right) || Array.isArray(right))
        continue;
      for (const member of Object.keys(right))
        for (const other of BROKEN) await messageOf(name, given.with(at, { ...right, [member]: other }));
    }
  },
);

test("options that a function does not have are refused, with the name that may be meant", async () => {
  const given = CALLS.compile!;
  expect(await messageOf("compile", [source, { efort: 5 }])).toBe(
    "compile: found the option efort, which it does not have, expected effort",
  );
  expect(await messageOf("compile", given.with(1, { zzz: undefined }))).toBe(null);
  const withOptions = Object.entries(CALLS).filter(([, call]) => isPlain(call.at(-1)));
  let refused = 0;
  for (const [name, call] of withOptions) {
    const message = await messageOf(name, call.with(-1, { ...(call.at(-1) as object), zzz: 1 }));
    if (message?.includes("the option zzz, which it does not have, expected one of")) refused++;
  }
  expect(refused).toBeGreaterThanOrEqual(15);
});

test("the library is all that the sources export", () => {
  expect(Object.keys(library).sort()).toEqual(Object.keys(api).sort());
});
