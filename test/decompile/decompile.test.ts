// Programs written out of networks are the same step, and read as a person would have written them.

import { describe, expect, test } from "vitest";
import { checkProgram, compile } from "../../src/compile.ts";
import { lower } from "../../src/compiler/lower/lower.ts";
import { schedule } from "../../src/compiler/schedule/schedule.ts";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { ruleEngine } from "../../src/engines/rule.ts";
import { decompile } from "../../src/exchange/decompile/decompile.ts";
import { differencesOf } from "../../src/exchange/decompile/differences.ts";
import { renameFields } from "../../src/exchange/decompile/program-names.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import { seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { sparseOf } from "../../src/network/sparse.ts";
import { encode } from "../../src/network/state.ts";
import { lemmasOf } from "../../src/proof/prove/lemma.ts";
import { mutantsOf } from "../../src/proof/prove/mutants.ts";
import { proveReachable } from "../../src/proof/prove/prove.ts";
import { shapesFor } from "../../src/proof/verify/shapes.ts";
import { withDense } from "../network/dense.ts";
import { learnedLike } from "../network/samples.ts";
import { compileProgram, programNames } from "../programs/programs.ts";
import { randomProgram } from "../random-program.ts";
import { again, SEED } from "../seed.ts";

/** The text of a network, after random runs in which its rule and the network do the same, step by step. */
async function roundTrip(network: Network): Promise<string> {
  const { text, names } = decompile(network);
  const { checked } = checkProgram({ name: "decompiled", text });
  const rule = ruleEngine(schedule(lower(checked)));
  const renamed = renameFields(network, names);
  const random = seededRandom(SEED);
  const shapeOf = shapesFor(checked, { rows: 5, cols: 5 });
  const inputs = checked.fields.filter(({ role }) => role === "input");
  for (let run = 0; run < 8; run++) {
    let grid = rule.start(prepareInput(checked, randomGrid(shapeOf(run, random), inputs, random)));
    const states = directEngine(renamed).start(grid, [encode(renamed, grid)]);
    for (let step = 0; step < 20 && step * grid.rows * grid.cols < 2_000; step++) {
      await states.advance(1);
      grid = rule.step(grid);
      expect((await states.read())[0], `${again(SEED)}\n${text}`).toEqual(encode(renamed, grid));
    }
  }
  return text;
}

/** Programs that add up numbers of many values. */
const MANY_CASES = ["average", "halving", "perceptron"];

describe("the library", { timeout: 60_000 }, () => {
  test.each(programNames.filter((name) => !MANY_CASES.includes(name)))(
    "%s comes back as the same step",
    async (name) => {
      const { network } = compileProgram(name, { effort: 0 });
      expect(await roundTrip(network)).toContain("each {");
    },
  );

  test.each(MANY_CASES)("%s adds up too much to be written case by case, and is refused", (name) => {
    const { network } = compileProgram(name, { effort: 0 });
    expect(() => decompile(network)).toThrow(/reads too much at once for its cases to be written down/);
  });

  test.each(["life", "sort", "parity", "conjunction", "bb2"])(
    "%s compiles again, to the same step",
    (name) => {
      const { network } = compileProgram(name);
      const { text, names } = decompile(network);
      const second = compile({ name, text }, { effort: 0 });
      const lemmas = lemmasOf(second.checked, second.rule);
      for (const each of [renameFields(network, names), second.network])
        expect(proveReachable(second.rule, each, {}, lemmas).step.outcome).toBe("proved");
    },
  );
});

test.each(["life", "parity", "flood", "wireworld", "rule110"])(
  "%s with noise that rounding takes away comes back as it was",
  async (name) => {
    const { rule, network } = compileProgram(name, { effort: 0 });
    const noisy = learnedLike(network, 0.001, SEED);
    expect(await roundTrip(noisy)).toBe(decompile(network).text);
    expect(differencesOf(rule, noisy, false)).toEqual([]);
    expect(() => decompile({ ...noisy, snap: false })).toThrow(
      /give --snap to round|too much at once|rounding/,
    );
  },
);

test("what comes back is short", () => {
  const body = (name: string) => decompile(compileProgram(name).network).text;
  expect(body("life")).toContain("alive = (count(around.alive) == 2 and alive) or count(around.alive) == 3");
  expect(body("parity")).toContain("p = x xor left.p");
  expect(body("sort")).toContain(
    "if turn == east then min(x, right.x)\n        else if turn == west then max(x, left.x)",
  );
});

test(`random programs, seed ${SEED}`, { timeout: 60_000 }, async () => {
  for (let at = 0, done = 0; done < 8; at++) {
    const { text } = randomProgram(seededRandom(SEED + at), "small");
    try {
      const { network } = compile({ name: "random", text }, { effort: 0 });
      await roundTrip(network);
      done++;
    } catch (error) {
      // Some random programs are too complex for a text.
      if (!(error instanceof InputError)) throw error;
    }
  }
});

test("of a network changed by hand, either its own program comes back, or why there is none", async () => {
  const { network } = compileProgram("sort", { prune: false });
  const outcomes = { text: 0, refused: 0 };
  for (const { name, network: mutant } of mutantsOf(network).filter((_, at) => at % 9 === 0)) {
    try {
      await roundTrip(mutant);
      outcomes.text++;
    } catch (error) {
      expect(error, name).toBeInstanceOf(InputError);
      outcomes.refused++;
    }
  }
  expect(outcomes.text).toBeGreaterThan(0);
  expect(outcomes.refused).toBeGreaterThan(0);
});

test("differences from a program are conditions", () => {
  const { rule, network } = compileProgram("parity");
  expect(differencesOf(rule, network, false)).toEqual([]);
  const flipped: Network = {
    ...network,
    residual: network.residual.map((flag, at) => (at === 1 ? 1 - flag : flag)),
  };
  expect(differencesOf(rule, flipped, true)).toEqual([
    { channel: "p", tooHigh: expect.stringContaining("p"), tooLow: null, definitions: [] },
  ]);
});

const SHIFTS = [0.5, -0.5, 1, -2, 0.25, 7];

test("numbers between and beyond those of the program are differences, in channels of any code", () => {
  const { rule, network } = compile(
    { name: "n.alg", text: "program n { input x: 0..9 input y: bit each { x = if y then x else left.x } }" },
    { codes: { fields: { x: "integer" } } },
  );
  expect(differencesOf(rule, network, false)).toEqual([]);
  const random = seededRandom(SEED);
  for (let nth = 0; nth < 12; nth++) {
    const by = SHIFTS[random.int(SHIFTS.length)]!;
    const channel = random.int(network.channels.length);
    const last = network.layers.at(-1)!;
    const shifted = { ...last, bias: last.bias.map((bias, at) => (at === channel ? bias + by : bias)) };
    const moved = { ...network, layers: [...network.layers.slice(0, -1), shifted] };
    const [found, ...others] = differencesOf(rule, moved, false);
    expect(others).toEqual([]);
    expect(found, again(SEED)).toMatchObject({ channel: network.channels[channel]!.name });
    // Everywhere, and in one direction alone.
    expect([found!.tooHigh, found!.tooLow]).toEqual(by > 0 ? ["true", null] : [null, "true"]);
    expect(() => decompile(moved)).toThrow(/ is not digital: |is no code of its field|is no rule on fields/);
  }
});

test("what rounding in float32 decides is no difference, and no likeness", () => {
  const { rule, network } = compile({
    name: "copy.alg",
    text: "program copy { input x: bit loop forever { each { x = left.x } } }",
  });
  const weight = new Float32Array(9);
  weight[3] = 0.1;
  const layer = () =>
    ({
      kernel: 3,
      inputs: 1,
      outputs: 1,
      weight: sparseOf(weight, 1),
      bias: Float32Array.of(0.4),
      units: ["x"],
    }) as const;
  const near = (): Network => ({ ...network, layers: [layer()], residual: Float32Array.of(0), snap: true });
  expect(() => differencesOf(rule, near(), false)).toThrow(/undecided: channel x comes so near to 1\/2/);
  weight[3] = 0.2;
  expect(differencesOf(rule, near(), false)).toEqual([]);
  expect(() => differencesOf(rule, { ...near(), snap: false }, false)).not.toThrow();
  const inexact = {
    ...withDense(layer(), (dense) => dense.map((value) => value * 5)),
    bias: Float32Array.of(1e-8),
  };
  expect(() => differencesOf(rule, { ...near(), layers: [inexact], snap: false }, false)).toThrow(
    /so near to a whole number/,
  );
});
