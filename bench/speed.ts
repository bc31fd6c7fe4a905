// `npm run bench -- speed`: whole ways from a grid to its answer, with the share of each part: to prepare the engine, to
// start from a grid, to step, to read, and to go through files; and until a learner has been compiled, trained and asked.
// Also the steps of as many rounds as a grid has rows, beside twice those of a way along its edges.

import { EXIT, type Io } from "../src/cli/io.ts";
import { checkProgram, compile, hashOf } from "../src/compile.ts";
import { directEngine } from "../src/engines/direct.ts";
import { interpret } from "../src/engines/reference.ts";
import { runNetwork } from "../src/engines/run.ts";
import { readGrid, writeGrid } from "../src/grid/formats.ts";
import { randomGrid } from "../src/grid/generate.ts";
import type { Grid } from "../src/grid/grid.ts";
import { seededRandom } from "../src/grid/random.ts";
import { compileLearner } from "../src/learning/learner/compile.ts";
import { engineChooser } from "../src/learning/learner/engine.ts";
import { predict } from "../src/learning/learner/evaluate.ts";
import type { Example, Sign } from "../src/learning/learner/memory.ts";
import { claimedSteps } from "../src/learning/learner/steps.ts";
import { trainByAutodiff, trainByJacobian } from "../src/learning/learner/train.ts";
import type { Network } from "../src/network/network.ts";
import { decode, encode } from "../src/network/state.ts";
import {
  type BenchOptions,
  bitsFor,
  libraryNetwork,
  librarySource,
  printResult,
  showSeconds,
  threadsOf,
  timed,
} from "./setup.ts";

/** Programs of which the time is measured until the first step is made. */
const PREPARED = ["life", "gf2", "dyck", "decision_list", "subleq"] as const;
const STEPS = 1000;
/** Steps that are compared with the direct engine's, on a corner of the grid. */
const CHECKED = { side: 64, steps: 5 } as const;

/** Seconds, by what they were spent on. */
type Parts = Readonly<Record<string, number>>;

export async function benchSpeed(io: Io, options: BenchOptions): Promise<number> {
  const { seed = 1, size = 4096 } = options;
  const life = libraryNetwork("life");
  const grid = randomGrid({ rows: size, cols: size }, inputsOf(life), seededRandom(seed));
  const ready: Record<string, number> = {};
  for (const name of PREPARED) ready[name] = await readySeconds(libraryNetwork(name));
  const one = await wholeWay(life, grid, 1);
  const threads = threadsOf(options);
  const more = await wholeWay(life, grid, threads);
  const files = filesOf(life, grid);
  const rounds = await roundsOf(seed);
  const learning = await learningParts(seed);
  const agrees = (await agreesWithDirect(life, grid)) && files.agrees && rounds.agrees && learning.agrees;
  const cells = size * size;
  const perCell = (seconds: number) => `${((1e9 * seconds) / cells).toFixed(1)} ns a cell`;
  printResult(
    io,
    options,
    {
      ...{ benchmark: "speed", size, steps: STEPS, threads, ready, one, more },
      ...{ files: files.parts, rounds: rounds.steps, learning: learning.parts, agrees },
    },
    [
      ...Object.entries(ready).map(([name, seconds]): [string, string] => [
        `${name} ready`,
        showSeconds(seconds),
      ]),
      ...rowsOf("one thread", one, perCell),
      ...rowsOf(`${threads} threads`, more, perCell),
      [`steps, ${threads} to one`, `${(one.steps! / more.steps!).toFixed(2)} times as fast`],
      ...rowsOf("files", files.parts, perCell),
      ...Object.entries(rounds.steps).map(([shape, steps]): [string, string] => [
        `as many rounds as rows, ${shape}`,
        `${steps.steps} steps, ${(steps.steps / steps.around).toFixed(2)} of 2 * rows + 2 * cols`,
      ]),
      ...Object.entries(learning.parts).map(([name, seconds]): [string, string] => [
        `learn gf2: ${name}`,
        showSeconds(seconds),
      ]),
      ["check", agrees ? "the direct engine and the files say the same" : "DIFFERS"],
    ],
  );
  return agrees ? EXIT.done : EXIT.failed;
}

const inputsOf = ({ fields }: Network) => fields.filter(({ role }) => role === "input");

function rowsOf(about: string, parts: Parts, perCell: (seconds: number) => string): [string, string][] {
  return Object.entries(parts).map(([name, seconds]) => [
    `${about}: ${name}`,
    `${showSeconds(seconds)}, ${perCell(seconds)}`,
  ]);
}

/** From a network to its first step. */
async function readySeconds(network: Network): Promise<number> {
  const shape = { rows: network.grid ? 1 : 64, cols: 64 };
  const state = encode(network, { ...shape, planes: {} });
  const { seconds } = await timed(async () => {
    const run = (await bitsFor(network, {})).start(shape, [state]);
    await run.advance(1);
    await run.read();
    run.close();
  });
  return seconds;
}

/** A run from planes to planes, whole and in parts. */
async function wholeWay(network: Network, grid: Grid, threads: number): Promise<Parts> {
  const { seconds: prepare, result: engine } = await timed(() => bitsFor(network, { threads }));
  const { seconds: whole } = await timed(() => runNetwork(network, engine, grid, { maxSteps: STEPS }));
  const { seconds: start, result: run } = await timed(() => engine.start(grid, [encode(network, grid)]));
  const { seconds: steps } = await timed(() => run.advance(STEPS));
  const { seconds: end } = await timed(async () => decode(network, grid, (await run.read())[0]!));
  run.close();
  return { prepare, whole, start, steps, end };
}

/** The grid through files as text and as a pattern. */
function filesOf(network: Network, grid: Grid): { readonly parts: Parts; readonly agrees: boolean } {
  const fields = inputsOf(network);
  const parts: Record<string, number> = {};
  let agrees = true;
  for (const format of ["text", "rle"] as const) {
    const [before, begin] = ["write", "read"].map((way) => `${way} ${format}`) as [string, string];
    const start = performance.now();
    const text = writeGrid(grid, fields, format);
    const middle = performance.now();
    const { planes } = readGrid(text, "grid", format, fields);
    parts[before] = (middle - start) / 1000;
    parts[begin] = (performance.now() - middle) / 1000;
    for (const { name } of fields)
      agrees &&= planes[name]!.every((value, at) => value === grid.planes[name]![at]);
  }
  return { parts, agrees };
}

const ROUNDS = "program rounds { input x: bit repeat rows times { each { x = x xor up.x } } }";
const ROUNDS_SHAPES = [
  [8, 8],
  [16, 16],
  [64, 64],
  [64, 16],
] as const;

/** Steps of a loop of as many rounds as rows, by shape, and twice as many as its rows and columns together. */
async function roundsOf(seed: number) {
  const { checked, network } = compile({ name: "rounds.alg", text: ROUNDS });
  const steps: Record<string, { readonly steps: number; readonly around: number }> = {};
  let agrees = true;
  for (const [rows, cols] of ROUNDS_SHAPES) {
    const grid = randomGrid({ rows, cols }, inputsOf(network), seededRandom(seed));
    const run = await runNetwork(network, directEngine(network), grid);
    steps[`${rows} x ${cols}`] = { steps: run.steps, around: 2 * (rows + cols) };
    const expected = interpret(checked, grid).grid.planes.x!;
    agrees &&= run.grid.planes.x!.every((value, at) => value === expected[at]);
  }
  return { steps, agrees };
}

/** Features and examples of what is learned by the lemma, its queries, and those of what is learned by gradients. */
const LEARNED = { features: 64, count: 74, queries: 100 } as const;
const DIFFERENTIATED = { features: 12, count: 20 } as const;

/** gf2 as a learner of a random parity; what it answers is right, and both ways to train it give the same memory. */
async function learningParts(seed: number): Promise<{ readonly parts: Parts; readonly agrees: boolean }> {
  const random = seededRandom(seed);
  const source = librarySource("gf2");
  const front = checkProgram(source);
  const sign = (): Sign => (random.int(2) === 0 ? -1 : 1);
  const drawn = (features: number, count: number): Example[] => {
    const counts = Array.from({ length: features }, () => random.int(2) === 1);
    return Array.from({ length: count }, () => {
      const row = Array.from({ length: features }, sign);
      const isOdd = row.filter((each, at) => each === 1 && counts[at]).length % 2 === 1;
      return { features: row, label: isOdd ? 1 : -1 };
    });
  };
  const { seconds: compiling, result: network } = await timed(() =>
    compileLearner(front, { sourceHash: hashOf(source.text) }),
  );
  const { features, count, queries } = LEARNED;
  const all = drawn(features, count + queries);
  const [examples, asked] = [all.slice(0, count), all.slice(count)];
  const { seconds: answering, result: answers } = await timed(async () => {
    const memory = trainByJacobian(examples);
    const steps = claimedSteps(front.checked.steps!, memory);
    const engine = await engineChooser(network)(Number.POSITIVE_INFINITY);
    const rows = asked.map((each) => each.features);
    return predict(network, memory, steps, engine, rows, { digital: true, batch: 128 });
  });
  const few = drawn(DIFFERENTIATED.features, DIFFERENTIATED.count);
  const known = trainByJacobian(few);
  const { seconds: differentiating, result: found } = await timed(() =>
    trainByAutodiff(network, claimedSteps(front.checked.steps!, known), few),
  );
  return {
    parts: { compile: compiling, [`answer ${queries}`]: answering, differentiate: differentiating },
    agrees:
      answers.every((answer, at) => answer === asked[at]!.label) &&
      found.weight.every((weight, at) => weight === known.weight[at]),
  };
}

async function agreesWithDirect(network: Network, { rows, cols, planes }: Grid): Promise<boolean> {
  const side = Math.min(CHECKED.side, rows, cols);
  const cut = (plane: Int32Array) =>
    Int32Array.from({ length: side * side }, (_, at) => plane[Math.floor(at / side) * cols + (at % side)]!);
  const corner: Grid = {
    rows: side,
    cols: side,
    planes: Object.fromEntries(Object.entries(planes).map(([name, plane]) => [name, cut(plane)])),
  };
  const run = (engine: Parameters<typeof runNetwork>[1]) =>
    runNetwork(network, engine, corner, { maxSteps: CHECKED.steps });
  const [direct, bits] = [await run(directEngine(network)), await run(await bitsFor(network, {}))];
  return JSON.stringify(direct) === JSON.stringify(bits);
}
