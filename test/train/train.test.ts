// Training ends with networks that are right on every neighbourhood, as looking at all of them shows; with the same
// weights for the same seed; and with the last good weights where it fails.

import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { loadBackend } from "../../src/engines/backend.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { interpret } from "../../src/engines/reference.ts";
import type { Backend } from "../../src/engines/tensorflow.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { runTrial } from "../../src/learning/train/basin.ts";
import { CaseSet } from "../../src/learning/train/cases.ts";
import { onDevice } from "../../src/learning/train/dense.ts";
import { sourceOf } from "../../src/learning/train/draw.ts";
import { runTraining, type TrainJob, widthsFor } from "../../src/learning/train/job.ts";
import { runSource } from "../../src/learning/train/runs.ts";
import { assembled, randomShare, Share } from "../../src/learning/train/share.ts";
import type { TraceProgress } from "../../src/learning/train/trace.ts";
import { shareRight } from "../../src/learning/train/unroll.ts";
import { weightsOf } from "../../src/learning/train/weights.ts";
import { slicesOf } from "../../src/network/disjoint-slices.ts";
import type { Network } from "../../src/network/network.ts";
import { decode, encode } from "../../src/network/state.ts";
import { validateNetwork } from "../../src/network/validate.ts";
import { readNotes, readWeightFile } from "../../src/network/weightfile.ts";
import { writeWeightFile } from "../../src/network/weightwriter.ts";
import { compileProgram, readProgram } from "../programs/programs.ts";
import { expectedChannels } from "../prove/exhaustive.ts";
import { again, SEED } from "../seed.ts";
import { paritiesWrong } from "./parities.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend();
});

const JOB: TrainJob = {
  start: { kind: "random", width: { unit: "times", value: 4 } },
  noise: 0,
  supervision: "trace",
  seed: SEED,
  before: 0,
  until: { kind: "proved" },
  optimiser: "adam",
  schedule: "plateau",
  rate: null,
  patience: null,
  batch: 256,
  clip: 1,
  maxSteps: 60_000,
  max: { rows: 2, cols: 12 },
  stateNoise: 0.05,
};

/** Until outputs are exact, from grids of up to 2x6 cells. */
const EXACT_JOB: TrainJob = {
  ...JOB,
  supervision: "output",
  until: { kind: "exact" },
  max: { rows: 2, cols: 6 },
};

/** One snapped step of a network at a cell. */
async function snappedCell(network: Network, grid: Grid, row: number, col: number): Promise<number[]> {
  const run = directEngine(network).start(grid, [encode(network, grid)]);
  await run.advance(1);
  const [state] = await run.read();
  const from = (row * grid.cols + col) * network.channels.length;
  return [...state!.subarray(from, from + network.channels.length)].map((value) => Number(value > 0.5));
}

/** What the snapped network makes of a grid in so many steps. */
async function runSnapped(network: Network, input: Grid, steps: number): Promise<Grid> {
  const engine = directEngine(network);
  let state = encode(network, input);
  for (let step = 0; step < steps; step++) {
    const run = engine.start(input, [state]);
    await run.advance(1);
    state = (await run.read())[0]!.map((value) => Number(value > 0.5));
  }
  return decode(network, input, state);
}

describe("from random weights, until proved", () => {
  const small = [
    readProgram("life"),
    {
      name: "edges",
      text: "program edges { state y: bit loop { each { if at right or upleft.y { y = not y } } } }",
    },
    {
      name: "ranges",
      text: "program ranges { input y: 0..2 loop { each { y = max(max(left.y, right.y) - min(y, 1), 0) } } }",
    },
  ];
  test.each(small.map((source) => [source.name, source] as const))(
    "%s: right on every neighbourhood",
    async (_, source) => {
      const compilation = compile(source);
      const { rule, network: compiled } = compilation;
      const { outcome, network, notes } = await runTraining(backend, compilation, JOB);
      expect(outcome, again(SEED)).toBe("proved");
      for (const { given, bits } of expectedChannels(rule, compiled))
        expect(await snappedCell(network, given.grid, given.row, given.col)).toEqual(bits);
      expect(network.layers.slice(0, -1).map(({ outputs }) => outputs)).toEqual(
        widthsFor(compiled, { unit: "times", value: 4 }),
      );
      expect(notes).toMatchObject({
        training: { seed: SEED, outcome: "proved" },
        proof: { snap: true, invariant: false },
      });
    },
  );

  test("add reads only what matters, and is right on grids far larger than those it saw", async () => {
    const compilation = compileProgram("add");
    const { outcome, network, progress, coverage } = await runTraining(backend, compilation, JOB);
    expect(outcome).toBe("proved");
    // Of 27 channels in the neighbourhood, three.
    expect(progress.inputs).toBe(3);
    expect(coverage!.visited).toBeLessThan(coverage!.legal / 1000);
    const input = randomGrid(
      { rows: 9, cols: 40 },
      compilation.checked.fields.slice(0, 1),
      seededRandom(SEED),
    );
    const wanted = interpret(compilation.checked, input).grid;
    const found = await runSnapped(network, input, 48);
    expect([...found.planes.total!]).toEqual([...wanted.planes.total!]);
  });
});

test("what begins again may be wider, and goes on as before", () => {
  const claim = compileProgram("sort", { tokens: false });
  const { checked, rule, network } = claim;
  const random = seededRandom(SEED);
  const cases = new CaseSet(network);
  const source = sourceOf(checked, rule, random);
  while (cases.count < 300) source.anywhere(cases);
  const widthsAfter = (restarts: number) => widthsFor(network, null, 1.5 ** restarts);
  const again = (restarts: number) => randomShare(network, widthsAfter(restarts), 9, random);
  const outputs = [1];
  const { optimiser, schedule, batch, clip, maxSteps } = JOB;
  const options = { optimiser, schedule, batch, clip, maxSteps, rate: 1e-3, random };
  const share = new Share({
    ...{ backend, claim, network, outputs, cases, source, again, options },
    ...{ start: again(0), relevance: null },
  });
  const hidden = () => share.fit.weights.slice(0, -1).map((layer) => layer.outputs);
  expect(hidden()).toEqual(widthsFor(network, { unit: "times", value: 4 }));
  // Nothing is learned, so that the loss stays where it is.
  for (let check = 0; share.restarts < 2; check++) {
    expect(check).toBeLessThan(200);
    share.check(null);
    share.slowDown(check);
  }
  expect(hidden()).toEqual(widthsAfter(2));
  const before = share.fit.check(cases).loss;
  expect(share.fit.run(60, cases)).toBeLessThan(before);
  share.check(null);
  const whole = assembled(network, [{ outputs, weights: share.best.weights }]);
  expect(() => validateNetwork({ ...whole, snap: true })).not.toThrow();
});

test("of many channels, each is learned with units of its own, and proved", {
  timeout: 240_000,
}, async () => {
  const compilation = compileProgram("rref", { tokens: false });
  const { outcome, network, progress } = await runTraining(backend, compilation, JOB);
  expect(outcome, again(SEED)).toBe("proved");
  // No unit leads to two channels.
  const slices = slicesOf(network, [...network.channels.keys()]);
  expect(slices).toHaveLength(network.channels.length);
  // Of 99 channels in the neighbourhood.
  expect(progress.inputs).toBeLessThan(40);
});

test("the same seed gives the same file; another gives another", async () => {
  const compilation = compileProgram("parity");
  const files = await Promise.all(
    [SEED, SEED, SEED + 1].map(async (seed) => {
      const { network, notes } = await runTraining(backend, compilation, { ...JOB, seed });
      return writeWeightFile(network, notes);
    }),
  );
  expect(files[0]).toEqual(files[1]);
  expect(files[0]).not.toEqual(files[2]);
});

describe("from outputs", () => {
  test("runs of parity, seen from outside on rows of up to 12 bits, teach a step that is right at 512 and 4,096", async () => {
    const compilation = compileProgram("parity");
    const { outcome, network } = await runTraining(backend, compilation, { ...JOB, supervision: "output" });
    expect(outcome, again(SEED)).toBe("proved");
    for (const length of [512, 4096]) expect(await paritiesWrong(network, length, SEED)).toBe(0);
  }, 120_000);

  test("mazes, which only come to rest, are learned from how they look then", async () => {
    const compilation = compileProgram("maze");
    const job: TrainJob = { ...JOB, supervision: "output", max: { rows: 6, cols: 6 }, seed: 1 };
    const { outcome, network, coverage } = await runTraining(backend, compilation, job);
    expect({ outcome, coverage }).toEqual({ outcome: "proved", coverage: null });
    const input = randomGrid({ rows: 20, cols: 30 }, compilation.checked.fields, seededRandom(SEED));
    const wanted = interpret(compilation.checked, input, { maxInstructions: 600 }).grid;
    const found = await runSnapped(network, input, 600);
    expect([...found.planes.cell!]).toEqual([...wanted.planes.cell!]);
  }, 120_000);
});

describe("from outputs, until exact", () => {
  test("a step of its own may take as long on every grid as the program says, and no less is asked for", () => {
    for (const name of ["add", "parity"]) {
      const claim = compileProgram(name, { tokens: false });
      const source = runSource(claim, null, seededRandom(SEED));
      for (let draw = 0; draw < 40; draw++) {
        const { shape, needed, steps } = source.any({ rows: 3, cols: 9 });
        const most = name === "add" ? shape.rows + shape.cols - 1 : shape.cols;
        expect({ name, shape, needed }, again(SEED)).toEqual({ name, shape, needed: most });
        expect(steps).toBeGreaterThanOrEqual(needed);
      }
    }
    // Where it says nothing, they may take as long as the longest of them.
    const source = runSource(compileProgram("flood", { tokens: false }), null, seededRandom(SEED));
    expect(source.any({ rows: 5, cols: 5 }).needed).toBeLessThan(25);
  });

  /** A step that is simple, and a time that it does not need. */
  const LOOSE = `program loose {
    input a: bit
    output b: bit
    steps <= rows * cols * cols
    each { b = a or right.a }
  }`;

  test("of far more time than a grid has rows and columns, a part is given", () => {
    const claim = compile({ name: "loose.alg", text: LOOSE }, { effort: 0 });
    const source = runSource(claim, null, seededRandom(SEED));
    for (const limit of [
      { rows: 3, cols: 4 },
      { rows: 4, cols: 300 },
    ]) {
      const { shape, needed } = source.largest(limit);
      const { rows, cols } = shape;
      expect({ shape, needed }).toEqual({ shape, needed: Math.min(rows * cols * cols, 4 * (rows + cols)) });
    }
  });

  test("runs that are only looked at leave nothing on the device", () => {
    const { network, ...claim } = compileProgram("add", { tokens: false });
    const runs = runSource({ ...claim, network }, null, seededRandom(SEED)).largest({ rows: 2, cols: 9 });
    const tensors = () => backend.tf.memory().numTensors;
    onDevice(backend, weightsOf(network), (dense) => {
      const before = tensors();
      expect(shareRight(dense, network, runs)).toBe(1);
      expect(tensors()).toBe(before);
    });
  });

  test("a loose bound of steps is no matter to what is simple", { timeout: 120_000 }, async () => {
    const compilation = compile({ name: "loose.alg", text: LOOSE }, { effort: 0 });
    const { outcome, looked } = await runTraining(backend, compilation, EXACT_JOB);
    expect({ outcome, last: looked.at(-1) }).toEqual({
      outcome: "exact",
      last: { rows: 512, cols: 2, runs: 4 },
    });
  });

  test("only shapes that the program takes are looked at", { timeout: 120_000 }, async () => {
    const text = "program row { input a: bit output b: bit grid 1 x cols each { b = a or right.a } }";
    const compilation = compile({ name: "row.alg", text }, { effort: 0 });
    const { outcome, looked } = await runTraining(backend, compilation, EXACT_JOB);
    expect({ outcome, looked }).toEqual({
      outcome: "exact",
      looked: [
        { rows: 1, cols: 6, runs: 320 },
        { rows: 1, cols: 12, runs: 320 },
        { rows: 1, cols: 48, runs: 4 },
        { rows: 1, cols: 512, runs: 4 },
      ],
    });
  });

  test("addition is learned from sums alone, and right on far larger grids in the program's own time", {
    timeout: 240_000,
  }, async () => {
    const compilation = compileProgram("add", { tokens: false });
    const job: TrainJob = {
      ...JOB,
      ...{ supervision: "output", until: { kind: "exact" }, max: { rows: 4, cols: 6 }, seed: 3 },
      start: { kind: "random", width: { unit: "times", value: 8 } },
    };
    const { outcome, network, looked } = await runTraining(backend, compilation, job);
    expect({ outcome, looked }).toEqual({
      outcome: "exact",
      looked: [
        { rows: 4, cols: 6, runs: 320 },
        { rows: 8, cols: 12, runs: 320 },
        { rows: 32, cols: 48, runs: 4 },
        { rows: 2, cols: 512, runs: 4 },
        { rows: 512, cols: 2, runs: 4 },
      ],
    });
    for (const shape of [
      { rows: 3, cols: 300 },
      { rows: 20, cols: 30 },
    ]) {
      const input = randomGrid(shape, compilation.checked.fields.slice(0, 1), seededRandom(SEED));
      const wanted = interpret(compilation.checked, input).grid;
      const found = await runSnapped(network, input, shape.rows + shape.cols - 1);
      expect([...found.planes.total!], again(SEED)).toEqual([...wanted.planes.total!]);
    }
  });
});

describe("where it does not get there", () => {
  test("a loss that is no number any more ends it, with weights that are", async () => {
    const compilation = compileProgram("life");
    const job: TrainJob = { ...JOB, rate: 1e30, optimiser: "sgd", clip: 1e30 };
    const { outcome, network, notes } = await runTraining(backend, compilation, job);
    expect(outcome).toBe("diverged");
    expect(network.layers.every(({ weight }) => weight.values.every(Number.isFinite))).toBe(true);
    expect(notes.proof).toBeUndefined();
  });

  test("an interrupt ends it, with the best weights so far", async () => {
    const compilation = compileProgram("sort");
    const controller = new AbortController();
    const seen: TraceProgress[] = [];
    const onCheck = (progress: TraceProgress) => {
      seen.push(progress);
      if (progress.step === 200) controller.abort();
    };
    const { outcome, progress } = await runTraining(backend, compilation, JOB, {
      onCheck,
      signal: controller.signal,
    });
    expect(outcome).toBe("interrupted");
    expect(progress.step).toBe(200);
    expect(seen.at(-1)!.exact).toBeGreaterThan(seen[0]!.exact);
  });

  test("too few units are given up after all steps", async () => {
    const compilation = compileProgram("wireworld");
    const start = { kind: "random", width: { unit: "units", value: 1 } } as const;
    const { outcome, notes } = await runTraining(backend, compilation, { ...JOB, start, maxSteps: 1000 });
    expect(outcome).toBe("exhausted");
    expect(notes.proof).toBeUndefined();
  });
});

test("noise on compiled weights breaks them, and training mends them", async () => {
  const compilation = compileProgram("maze");
  const job: TrainJob = { ...JOB, start: { kind: "compiled" }, noise: 0.2 };
  const { before, result } = await runTrial(backend, compilation, { job, judgeStart: true });
  expect([before, result.outcome]).toEqual(["wrong", "proved"]);
  const calm = await runTrial(backend, compilation, { job: { ...job, noise: 1e-4 }, judgeStart: true });
  expect(calm.before).toBe("exact");
});

describe("notes in weight files", () => {
  const { network } = compileProgram("parity");
  const training = {
    from: "random, width 4x",
    supervision: "trace",
    seed: 1,
    steps: 2,
    outcome: "exact",
  } as const;

  test("come back, and do not change the network", () => {
    const bytes = writeWeightFile(network, { training });
    expect(readNotes(bytes, "it")).toEqual({ training });
    expect(readWeightFile(bytes, "it")).toEqual(network);
    expect(readNotes(writeWeightFile(network), "it")).toEqual({});
  });

  test("are refused where they are damaged", () => {
    const bytes = writeWeightFile(network, { training: { ...training, steps: -1 } });
    expect(() => readNotes(bytes, "it")).toThrow(
      "it: the metadata training are damaged; make the network again",
    );
  });
});
