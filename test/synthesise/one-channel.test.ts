// Networks with a single channel (paper, Definition 5): they are the ordinary network step by step, whatever the program;
// they are proved as any network is, and never where they are wrong; and what cannot use them says so.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type Compilation, checkProgram, compile, scheduleProgram } from "../../src/compile.ts";
import { PAPER_LAYERS } from "../../src/compiler/synthesise/one-channel.ts";
import { ProgramError } from "../../src/diagnostics/diagnostic.ts";
import { groupBy } from "../../src/diagnostics/group.ts";
import { loadBackend } from "../../src/engines/backend.ts";
import { bitEngine } from "../../src/engines/bits/bit-engine.ts";
import { directEngine } from "../../src/engines/direct.ts";
import type { Engine } from "../../src/engines/engine.ts";
import { loadOnnxRuntime, onnxEngine } from "../../src/engines/onnx.ts";
import { ruleEngine } from "../../src/engines/rule.ts";
import { tensorEngine } from "../../src/engines/tensor.ts";
import { circuitOf } from "../../src/exchange/circuit/circuit.ts";
import { decompile } from "../../src/exchange/decompile/decompile.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { cellChannel } from "../../src/network/cell-number.ts";
import { illegalCodes } from "../../src/network/legal.ts";
import type { Network } from "../../src/network/network.ts";
import { sparseRows, weightRows } from "../../src/network/sparse.ts";
import { decode, encode, halted, haltedCells } from "../../src/network/state.ts";
import { networkFaults, validateNetwork } from "../../src/network/validate.ts";
import { readWeightFile } from "../../src/network/weightfile.ts";
import { writeWeightFile } from "../../src/network/weightwriter.ts";
import { lemmasOf } from "../../src/proof/prove/lemma.ts";
import { proveReachable } from "../../src/proof/prove/prove.ts";
import { proveStep } from "../../src/proof/prove/prove-step.ts";
import { programDifferences } from "../../src/proof/verify/same-program.ts";
import { shapesFor } from "../../src/proof/verify/shapes.ts";
import { neighbourhoods } from "../prove/exhaustive.ts";
import { randomProgram } from "../random-program.ts";
import { again, cases, SEED } from "../seed.ts";

const programs = fileURLToPath(new URL("../../programs/", import.meta.url));
const libraryNames = readdirSync(programs).flatMap((file) =>
  file.endsWith(".alg") ? [file.slice(0, -4)] : [],
);
const library = (name: string) => ({ name, text: readFileSync(`${programs}${name}.alg`, "utf8") });

const runtime = await loadOnnxRuntime().catch(() => null);
if (runtime === null) console.warn("onnx left out: not installed");
const backend = await loadBackend({ force: "wasm" });

/** All engines that take it, whether or not they are quick. */
async function enginesFor(network: Network): Promise<Engine[]> {
  const onnx = runtime === null ? [] : [await onnxEngine(network, runtime)];
  return [directEngine(network), tensorEngine(network, backend), ...onnx];
}

const STEPS = 30;

/** A network does in every step what another one does, from random inputs. */
async function expectSameRun(
  { checked }: Pick<Compilation, "checked">,
  one: Network,
  other: Network,
  random: Random,
  note: string,
): Promise<void> {
  const shapeOf = shapesFor(checked, { rows: 5, cols: 5 });
  const inputs = checked.fields.filter(({ role }) => role === "input");
  const engines = await enginesFor(one);
  for (let trial = 0; trial < 3; trial++) {
    const grid = prepareInput(checked, randomGrid(shapeOf(trial, random), inputs, random, "density"));
    const wanted = directEngine(other).start(grid, [encode(other, grid)]);
    const runs = engines.map((engine) => engine.start(grid, [encode(one, grid)]));
    for (let step = 0; step < STEPS; step++) {
      const [state] = await wanted.read();
      for (const run of runs) {
        const [single] = await run.read();
        expect(single!.length, note).toBe(grid.rows * grid.cols);
        expect(illegalCodes(one, grid, single!), note).toBeNull();
        expect(decode(one, grid, single!), note).toEqual(decode(other, grid, state!));
        expect(halted(one, grid, single!), note).toBe(halted(other, grid, state!));
        expect(haltedCells(one, single!), note).toBe(haltedCells(other, state!));
        await run.advance(1);
      }
      await wanted.advance(1);
    }
  }
  for (const engine of engines) engine.close();
}

const RANDOM = cases(60);

test(`${RANDOM} random programs with a single channel are the ordinary network, seed ${SEED}`, {
  timeout: 600_000,
}, async () => {
  let [made, refused, more, unproved] = [0, 0, 0, 0];
  for (let at = 0; made < RANDOM; at++) {
    const seed = SEED + at;
    const source = { name: "random", text: randomProgram(seededRandom(seed), "small").text };
    const note = `${again(seed)}\n${source.text}`;
    const single = compileOrNull(source);
    if (single === null) {
      refused += 1;
      continue;
    }
    const ordinary = compile(source, { effort: 0, tokens: false });
    made += 1;
    const { network } = single;
    expect(networkFaults(network), note).toEqual([]);
    expect(network.channels.length, note).toBe(1);
    const { length } = network.layers;
    expect(length, note).toBeGreaterThanOrEqual(PAPER_LAYERS);
    const codes = single.warnings.map(({ code }) => code);
    expect(codes.includes("TL509"), note).toBe(length > PAPER_LAYERS);
    if (length > PAPER_LAYERS) more += 1;
    // What is too much for the proof of an ordinary network may be too much here.
    expect(single.isProved, note).toBe(ordinary.isProved);
    if (!single.isProved) unproved += 1;
    await expectSameRun(single, network, ordinary.network, seededRandom(seed), note);
  }
  console.log(
    `of ${made} networks, ${more} have more than ${PAPER_LAYERS} layers, ${unproved} are not proved; ${refused} programs refused`,
  );
  expect(refused).toBeLessThan(made);
});

/** Null where a cell has too many states. */
function compileOrNull(source: { name: string; text: string }): Compilation | null {
  try {
    return compile(source, { arch: "paper", effort: 0 });
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    expect(["TL901", "TL902"]).toContain(error.diagnostics[0]!.code);
    return null;
  }
}

describe("the library", () => {
  const REFUSED = [
    ["automaton", "TL902", "numbers too large"],
    ["decision_list", "TL901", "states too many"],
    ["k_nearest", "TL901", "states too many"],
    ["subleq", "TL901", "states too many"],
  ] as const;
  /** Learners whose cells hold numbers: their networks have more layers than five, or take long to make. */
  const WIDE = ["average", "gfp", "halving", "perceptron", "winnow"];

  test.each(
    libraryNames.filter(
      (name) => ![...REFUSED.map(([refused]) => refused as string), ...WIDE].includes(name),
    ),
  )("%s has five layers, and is proved", async (name) => {
    const single = compile(library(name), { arch: "paper", budget: { seconds: 60 } });
    expect(single.cut).toBeNull();
    expect(single.isProved).toBe(true);
    const { layers, channels, residual } = single.network;
    expect(layers.map(({ kernel }) => kernel)).toEqual([3, 1, 1, 1, 1]);
    expect([channels.length, ...residual]).toEqual([1, 0]);
    const ordinary = compile(library(name), { effort: 0, tokens: false });
    await expectSameRun(single, single.network, ordinary.network, seededRandom(SEED), again(SEED));
  });

  test.each(REFUSED)("%s is refused by %s: its cells have %s", (name, code) => {
    let refusal: unknown = null;
    try {
      compile(library(name), { arch: "paper" });
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(ProgramError);
    expect((refusal as ProgramError).message).toContain(code);
  });
});

test("numbers that are too large, or too many, are refused", () => {
  const sums = (most: number) => ({
    name: "sums",
    text: `program sums {
      input x, y: 0..${most}
      each {
        x = (up.x + down.y) % ${most + 1}
        y = (left.y * 3 + right.x + up.y) % ${most + 1}
      }
    }`,
  });
  expect(() => compile(sums(15), { arch: "paper" })).toThrow("TL902");
  expect(() => compile(sums(64), { arch: "paper" })).toThrow("TL901");
  expect(compile(sums(3), { arch: "paper" }).isProved).toBe(true);
});

describe("what the paper's learner takes", () => {
  const { network } = compile(library("gf2"), { arch: "paper" });

  test("fits into hidden layers of 100 units but for the first", () => {
    expect(network.layers.slice(1, -1).every(({ outputs }) => outputs <= 100)).toBe(true);
    expect(network.layers[0]!.outputs).toBeLessThan(150);
  });

  test("is read back from its file as it was written", () => {
    expect(readWeightFile(writeWeightFile(network), "gf2")).toEqual(network);
  });
});

describe("networks that are wrong", () => {
  /** Adds to one weight or bias. */
  function changed(network: Network, random: Random): Network {
    const at = random.int(network.layers.length);
    const layer = network.layers[at]!;
    const by = random.int(2) === 0 ? 1 : -1;
    const rows = weightRows(layer).map((row) => row.map((entry) => [...entry] as [number, number]));
    const bias = layer.bias.slice();
    const row = random.int(layer.outputs);
    const entry = rows[row]![random.int(rows[row]!.length + 1)];
    if (entry === undefined) bias[row]! += by;
    else entry[1] += by;
    const layers = network.layers.with(at, { ...layer, bias, weight: sparseRows(rows) });
    return { ...network, layers };
  }

  const MUTANTS = cases(40);
  const BATCH = 64;

  test.each(["parity", "flood", "rule110", "maze"])(
    `%s: proved only where all cases are right, seed ${SEED}`,
    async (name) => {
      const { checked, rule, network } = compile(library(name), { arch: "paper" });
      const lemmas = lemmasOf(checked, rule);
      const random = seededRandom(SEED);
      const all = [...neighbourhoods(rule)];
      const isSampled = name === "maze" || name === "rule110";
      const grids = isSampled ? all.filter(() => random.int(40) === 0) : all;
      const steps = ruleEngine(rule);
      // What a mutant's numbers are called is the same, so that states and what is to come of them can be made beforehand.
      const asked = grids.map(({ grid, row, col }) => {
        const cell = row * grid.cols + col;
        const wanted = encode(network, steps.step(grid))[cell]!;
        return { shape: `${grid.rows}x${grid.cols}`, grid, state: encode(network, grid), cell, wanted };
      });
      const batches = [...groupBy(asked, ({ shape }) => shape).values()].flatMap((same) =>
        Array.from({ length: Math.ceil(same.length / BATCH) }, (_, at) =>
          same.slice(at * BATCH, (at + 1) * BATCH),
        ),
      );
      let wrong = 0;
      for (let mutant = 0; mutant < MUTANTS; mutant++) {
        const other = changed(network, random);
        const { step } = proveReachable(rule, other, {}, lemmas);
        const engine = directEngine(other);
        let isRight = true;
        for (const batch of batches) {
          const run = engine.start(
            batch[0]!.grid,
            batch.map(({ state }) => state),
          );
          await run.advance(1);
          const ends = await run.read();
          isRight = batch.every(({ cell, wanted }, at) => ends[at]![cell] === wanted);
          if (!isRight) break;
        }
        if (!isRight) wrong += 1;
        // Of the neighbourhoods of maze, only some are gone through: others may be what is wrong.
        if (name !== "maze") expect(step.outcome === "proved", `${name}, mutant ${mutant}`).toBe(isRight);
        else if (!isRight) expect(step.outcome, `${name}, mutant ${mutant}`).not.toBe("proved");
      }
      expect(wrong).toBeGreaterThan(MUTANTS / 4);
    },
  );

  test("of a large program are not proved, and refuted where their numbers can come up", () => {
    const { checked, rule, network } = compile(library("gf2"), { arch: "paper" });
    const random = seededRandom(SEED);
    const lemmas = lemmasOf(checked, rule);
    const outcomes = Array.from({ length: cases(20) }, () => {
      return proveReachable(rule, changed(network, random), {}, lemmas).step.outcome;
    });
    expect(outcomes).toContain("differs");
  });

  test("claims about the parts that are not those of the weights prove nothing", () => {
    const { rule, network } = compile(library("rule110"), { arch: "paper" });
    const claimed = (part: number, of: (next: NonNullable<Network["parts"]>[number]["next"]) => object) => {
      const parts = network.parts!.map((each, at) =>
        at === part ? { ...each, next: { ...each.next, ...of(each.next) } } : each,
      );
      return { ...network, parts };
    };
    // The weights are right, whatever is said of them.
    for (const wrong of [claimed(0, ({ bias }) => ({ bias: bias + 1 })), claimed(1, () => ({ weights: [] }))])
      expect(proveStep(rule, wrong).outcome).toBe("proved");
    const other = {
      ...network,
      layers: network.layers.with(4, { ...network.layers[4]!, bias: Float32Array.of(1) }),
    };
    expect(proveStep(rule, other).outcome).not.toBe("proved");
  });
});

describe("what is said of parts", () => {
  const { network, checked } = compile(library("life"), { arch: "paper" });
  const { rule } = scheduleProgram(checkProgram(library("life")));

  test("belongs to the program", () => {
    expect(programDifferences(rule, checked, network)).toEqual([]);
  });

  test("must be the digits of a number", () => {
    const parts = network.parts!.map((part) => ({ ...part, worth: 2 }));
    expect(networkFaults({ ...network, parts })).toEqual(["part alive is worth 2, expected 1"]);
    const channels = [{ ...cellChannel(1), code: network.parts![0]!.code }];
    expect(networkFaults({ ...network, channels })[0]).toMatch(
      "single channel cell that holds numbers up to 1",
    );
    expect(() => validateNetwork(network)).not.toThrow();
  });

  test("numbers that are none of a state are seen", () => {
    const grid: Grid = { rows: 1, cols: 3, planes: { alive: Int32Array.of(1, 0, 1) } };
    expect(encode(network, grid)).toEqual(Float32Array.of(1, 0, 1));
    expect(illegalCodes(network, grid, Float32Array.of(0, 1, 2))).toEqual({
      row: 0,
      col: 2,
      channel: "cell",
      value: 2,
    });
    expect(illegalCodes(network, grid, Float32Array.of(0.5, 1, 1))).toMatchObject({ col: 0, value: 0.5 });
    expect(decode(network, grid, Float32Array.of(0.9, -3, Number.NaN)).planes.alive).toEqual(
      Int32Array.of(1, 0, 0),
    );
  });

  test("is refused with a reason where channels are needed", async () => {
    const refusal = await bitEngine(network);
    expect("reason" in refusal && refusal.reason).toMatch("its one channel holds all fields");
    const circuit = () => circuitOf(network);
    expect(circuit).toThrow("compile the program without --arch paper");
    expect(() => decompile(network)).toThrow("compile the program without --arch paper");
  });
});
