// The memo engine against the direct one: at every step, in leaps of any length, with hardly any room, and to the end.

import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { MemoCells } from "../../src/engines/memo/cells.ts";
import { MemoGrid } from "../../src/engines/memo/grid.ts";
import { memoEngine } from "../../src/engines/memo/memo-engine.ts";
import { runNetwork } from "../../src/engines/run.ts";
import { randomGrid as generated } from "../../src/grid/generate.ts";
import type { Shape } from "../../src/grid/grid.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { encode } from "../../src/network/state.ts";
import { randomGrid } from "../network/samples.ts";
import { type Border, loaderWith } from "../other-sizes.ts";
import { compileProgram } from "../programs/programs.ts";
import { randomProgram } from "../random-program.ts";
import { again, cases, SEED } from "../seed.ts";

const LEAPS = [1, 1, 1, 2, 3, 4, 7, 16, 33, 100] as const;

/** Compares states after leaps of one engine with as many steps of the other. */
async function expectSame(
  memo: typeof memoEngine,
  network: Network,
  random: Random,
  label: string,
  shape: Shape = { rows: 1 + random.int(6), cols: 1 + random.int(40) },
) {
  const states = Array.from({ length: 1 + random.int(2) }, () => {
    const grid = randomGrid(network, shape, random);
    return { grid, state: encode(network, grid) };
  });
  const { rows, cols } = states[0]!.grid;
  const open = { ...network, tokens: [] };
  const [plain, fast] = [directEngine(open), memo(open)].map((engine) =>
    engine.start(
      { rows, cols },
      states.map(({ state }) => state),
    ),
  );
  let steps = 0;
  for (const leap of LEAPS) {
    steps += leap;
    await plain!.advance(leap);
    await fast!.advance(leap);
    // Also leaps that nobody looks at.
    if (random.int(3) === 0) continue;
    expect(await fast!.read(), `after ${steps} steps, ${label}`).toEqual(await plain!.read());
  }
}

test("random programs, at random steps", { timeout: 120_000 }, async () => {
  for (let seed = SEED; seed < SEED + cases(25); seed++) {
    const random = seededRandom(seed);
    const { text } = randomProgram(random, "small");
    const { network } = compile({ name: "random.alg", text }, { effort: 0, prune: false, prove: false });
    await expectSame(memoEngine, network, random, `${again(seed)}\n${text}`);
  }
});

/** Rows and columns of one cell or two, and grids that have no cell more than these. */
function thinShape(random: Random): Shape {
  const [short, long] = [1 + random.int(2), 1 + random.int(70)];
  return random.int(2) === 0 ? { rows: short, cols: long } : { rows: long, cols: short };
}

test("random programs on rows and columns, and on grids of two of these", { timeout: 120_000 }, async () => {
  for (let seed = SEED; seed < SEED + cases(40); seed++) {
    const random = seededRandom(seed);
    const { text } = randomProgram(random, "small");
    const { network } = compile({ name: "random.alg", text }, { effort: 0, prune: false, prove: false });
    await expectSame(memoEngine, network, random, `${again(seed)}\n${text}`, thinShape(random));
  }
});

test("states are read as they were given, wherever they are zero, with and without a sign", () => {
  const text = "program two { input x, y: bit  each { x = not x } }";
  const cells = new MemoCells(compile({ name: "two.alg", text }, { effort: 0 }).network);
  for (let seed = SEED; seed < SEED + cases(300); seed++) {
    const random = seededRandom(seed);
    const shape =
      random.int(2) === 0 ? thinShape(random) : { rows: 1 + random.int(20), cols: 1 + random.int(20) };
    const state = new Float32Array(shape.rows * shape.cols * cells.width);
    for (let patch = random.int(4); patch > 0; patch--) {
      const value = [0, -0, 1, 2, Number.NaN][random.int(5)]!;
      const start = random.int(state.length);
      state.fill(value, start, start + 1 + random.int(12));
    }
    expect(new MemoGrid(cells, shape, state).read(), `${shape.rows}x${shape.cols}, ${again(seed)}`).toEqual(
      state,
    );
  }
});

const TIGHT: readonly Border[] = [
  ["engines/memo/squares.ts", "MOST_SQUARES", 4000],
  ["engines/memo/stretches.ts", "MOST_STRETCHES", 300],
  ["engines/memo/grid.ts", "LONGEST", 2],
  ["engines/memo/memo-engine.ts", "MOST_AHEAD", 50],
  ["engines/memo/cells.ts", "MOST_IN_TABLE", 0],
];

test("states of cells have a number each, whether they are bits or not, and zeros of both signs", () => {
  for (const width of [1, 2, 12, 13]) {
    const names = Array.from({ length: width }, (_, at) => `x${at}`);
    const text = `program bits { input ${names.join(", ")}: bit  each { x0 = not x0 } }`;
    const cells = new MemoCells(compile({ name: "bits.alg", text }, { effort: 0 }).network);
    const states = [0, 1, -0, 2, Number.NaN].flatMap((value) =>
      [0, width - 1].map((at) => new Float32Array(cells.width).fill(value, at)),
    );
    // Twice, since a number is found in another way than it is given.
    for (const state of [...states, ...states]) expect(cells.state(cells.number(state))).toEqual(state);
  }
});

describe("whatever room there is", () => {
  test("squares that are forgotten, and short leaps", { timeout: 120_000 }, async () => {
    const { load, close } = await loaderWith(TIGHT);
    const { memoEngine: tight } = await load<{ memoEngine: typeof memoEngine }>(
      "/src/engines/memo/memo-engine.ts",
    );
    for (let seed = SEED; seed < SEED + cases(12); seed++) {
      const random = seededRandom(seed);
      const { text } = randomProgram(random, "small");
      const { network } = compile({ name: "random.alg", text }, { effort: 0, prune: false, prove: false });
      await expectSame(tight, network, random, `${again(seed)}\n${text}`);
      await expectSame(tight, network, random, `${again(seed)}\n${text}`, thinShape(random));
    }
    await close();
  });

  /** Squares and stretches at most, and for what there is no room then. */
  const NONE = [
    [30, 60, "this grid"],
    [100, 120, "a step of this grid"],
  ] as const;

  test.each(NONE)("none at all is said: %d squares, %d stretches", async (squares, stretches, what) => {
    const { load, close } = await loaderWith([
      ["engines/memo/squares.ts", "MOST_SQUARES", squares],
      ["engines/memo/stretches.ts", "MOST_STRETCHES", stretches],
    ]);
    const { memoEngine: tight } = await load<{ memoEngine: typeof memoEngine }>(
      "/src/engines/memo/memo-engine.ts",
    );
    const { network } = compileProgram("life", { prove: false });
    for (const shape of [
      { rows: 16, cols: 16 },
      { rows: 1, cols: 256 },
    ]) {
      const grid = randomGrid(network, shape, seededRandom(SEED));
      const run = async () => {
        const started = tight(network).start(shape, [encode(network, grid)]);
        await started.advance(10);
        await started.read();
      };
      await expect(run()).rejects.toThrow(`the memo engine has no room for ${what};`);
    }
    await close();
  });
});

describe("runs to their ends are the same in steps, end and state", () => {
  /** Random programs by both engines: with a limit, or until they end or come back. */
  async function expectSameEnds(memo: typeof memoEngine, count: number, isLimited: boolean): Promise<void> {
    const seen = { halted: 0, others: 0 };
    for (let seed = SEED; seed < SEED + count; seed++) {
      const random = seededRandom(seed);
      const { text } = randomProgram(random, "small");
      const { network } = compile({ name: "random.alg", text }, { effort: 0, prune: false, prove: false });
      if (!isLimited && network.stop.kind === "never") continue;
      const shape =
        random.int(2) === 0 ? thinShape(random) : { rows: 1 + random.int(4), cols: 1 + random.int(12) };
      const grid = generated(shape, network.fields, random, "uniform");
      const inputs = network.fields.filter(({ role }) => role === "input").map(({ name }) => name);
      const input = {
        ...shape,
        planes: Object.fromEntries(inputs.map((name) => [name, grid.planes[name]!])),
      };
      const options = isLimited ? { maxSteps: 1 + random.int(200) } : {};
      const [direct, fast] = await Promise.all(
        [directEngine(network), memo(network)].map((engine) =>
          runNetwork(network, engine, input, options).catch((error: Error) => error.message),
        ),
      );
      // With hardly any room there may be none for all states that are kept.
      if (memo !== memoEngine && typeof fast === "string" && fast.includes("has no room")) continue;
      expect(fast, `${again(seed)}\n${text}`).toEqual(direct);
      if (typeof direct !== "string") seen[direct!.halted ? "halted" : "others"]++;
    }
    expect(seen.halted).toBeGreaterThan(0);
  }

  for (const isLimited of [true, false]) {
    const limit = isLimited ? "with a limit" : "without a limit";
    test(`random programs ${limit}`, { timeout: 120_000 }, () =>
      expectSameEnds(memoEngine, 10 + cases(20), isLimited),
    );

    test(`random programs ${limit}, whatever room there is`, { timeout: 120_000 }, async () => {
      const { load, close } = await loaderWith(TIGHT);
      const { memoEngine: tight } = await load<{ memoEngine: typeof memoEngine }>(
        "/src/engines/memo/memo-engine.ts",
      );
      await expectSameEnds(tight, 10 + cases(10), isLimited);
      await close();
    });
  }

  test("programs that come back to an earlier state", async () => {
    const text =
      "program turns { input x: bit loop { each { x = if at left then not x else left.x } } ends when all(x) }";
    const { network } = compile({ name: "turns", text }, { prove: false });
    const input = { rows: 1, cols: 5, planes: { x: Int32Array.from([1, 0, 0, 1, 0]) } };
    const direct = await runNetwork(network, directEngine(network), input);
    expect(direct.repeats).toBeDefined();
    expect(await runNetwork(network, memoEngine(network), input)).toEqual(direct);
  });
});

test("the busy beaver of five states ends after 47,176,870 steps with 4,098 ones", {
  timeout: 60_000,
}, async () => {
  const { network } = compileProgram("bb5", { prove: false });
  const input = { rows: 1, cols: 1, planes: { tape: new Int32Array(1) } };
  const { steps, halted, grid } = await runNetwork(network, memoEngine(network), input);
  expect({ steps, halted, ones: grid.planes.tape!.reduce((sum, bit) => sum + bit, 0) }).toEqual({
    steps: 47_176_870,
    halted: true,
    ones: 4098,
  });
});

test("a blinker after a billion steps and one is what it is after one", async () => {
  const { network } = compileProgram("life", { prove: false });
  const alive = network.fields.find(({ role }) => role === "input")!.name;
  const plane = new Int32Array(64 * 64);
  for (const at of [63, 64, 65]) plane[10 * 64 + at - 40] = 1;
  const input = { rows: 64, cols: 64, planes: { [alive]: plane } };
  const far = await runNetwork(network, memoEngine(network), input, { maxSteps: 2 ** 30 + 1 });
  const near = await runNetwork(network, directEngine(network), input, { maxSteps: 1 });
  expect(far.grid.planes[alive]).toEqual(near.grid.planes[alive]);
});
