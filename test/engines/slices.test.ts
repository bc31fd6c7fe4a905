// Networks that hold numbers or are too large for a proof, on the bit engine, against the direct engine at every step: also
// from states to which no run comes, where next values are in doubt.

import { describe, expect, test } from "vitest";
import { nested, RANGES, randomMachine } from "../../bench/compile-programs.ts";
import { compile } from "../../src/compile.ts";
import { type BitEngine, bitEngine } from "../../src/engines/bits/bit-engine.ts";
import { stateLayout } from "../../src/engines/bits/bit-layout.ts";
import { MANY_GATES, Maker, makeProgram } from "../../src/engines/bits/make.ts";
import { loadWorkers } from "../../src/engines/bits/workers.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { runNetwork } from "../../src/engines/run.ts";
import type { Shape } from "../../src/grid/grid.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { encode } from "../../src/network/state.ts";
import { layer, randomGrid, shift, withOneToken } from "../network/samples.ts";
import { compileProgram, readProgram } from "../programs/programs.ts";
import { randomProgram } from "../random-program.ts";
import { again, SEED } from "../seed.ts";
import { BORDER_WIDTHS, randomSignals } from "./signals.ts";

/** Random programs to try; set CASES to try more. */
const CASES = Number(process.env.CASES ?? 5);

/** Library programs of all kinds. */
const SOME = ["balanced_tm", "gf2", "langton", "nearest", "prefix_sum", "reverse", "wireworld"];

const pick = <T>(random: Random, list: readonly T[]): T => list[random.int(list.length)]!;

async function engineFor(
  network: Network,
  threads = 1,
  provesAfter = Number.POSITIVE_INFINITY,
): Promise<BitEngine> {
  const startThreads = await loadWorkers();
  const engine = await bitEngine(network, {
    threads,
    startThreads,
    cellsPerThread: 1,
    waits: true,
    provesAfter,
  });
  if ("reason" in engine) throw new Error(`${network.program}: ${engine.reason}`);
  return engine;
}

const isOneRow = ({ grid }: Network): boolean => Boolean(grid) && grid!.rows.tag === "number";

/** A shape on one side of a border, with so few cells that the direct engine need not take long. */
function shapeFor(network: Network, random: Random): Shape {
  const cols = pick(
    random,
    BORDER_WIDTHS.filter((width) => width < 5000),
  );
  return { rows: isOneRow(network) || cols > 300 ? 1 : 1 + random.int(4), cols };
}

const plain = (state: Float32Array): Float32Array => state.map((value) => value + 0);

/** The same states at every step, alone and in batches, by one thread and by two. */
async function everyStep(network: Network, bits: BitEngine, shape: Shape, random: Random, label: string) {
  const batch = shape.cols < 70 && random.int(2) === 0 ? 2 + random.int(200) : 1;
  const states = Array.from({ length: batch }, () =>
    encode(network, withOneToken(network, randomGrid(network, shape, random))),
  );
  const about = `${network.program}, ${label}, ${shape.rows}x${shape.cols}, batch ${batch}`;
  const runs = [directEngine(network), bits].map((engine) => engine.start(shape, states));
  for (const [at, steps] of [1, 1, 1, 2, 1, 7, 1].entries()) {
    for (const run of runs) await run.advance(steps);
    const [direct, found] = await Promise.all(runs.map((run) => run.read()));
    const differing = states.map((_, grid) =>
      plain(direct![grid]!).findIndex((value, cell) => value !== found![grid]![cell]),
    );
    expect(differing, `${about}, after advance ${at + 1}`).toEqual(states.map(() => -1));
  }
  for (const run of runs) run.close();
}

/** Whole runs: the same end after the same number of steps, also where it is not reached. */
async function wholeRun(network: Network, bits: BitEngine, shape: Shape, random: Random, label: string) {
  const grid = withOneToken(network, randomGrid(network, shape, random));
  const prepared = { ...grid, prepared: true };
  for (const maxSteps of [1 + random.int(5), 60]) {
    const direct = await runNetwork(network, directEngine(network), prepared, { maxSteps });
    const found = await runNetwork(network, bits, prepared, { maxSteps });
    expect(found, `${network.program}, ${label}, ${shape.rows}x${shape.cols}`).toEqual(direct);
  }
}

const weights = (random: Random, count: number, most: number): number[] =>
  Array.from({ length: count }, () => (random.int(4) === 0 ? random.int(2 * most + 1) - most : 0));

/** Networks whose next values sooner or later fit no channel, or are no code. */
const DOUBTFUL: Readonly<Record<string, (random: Random) => Network>> = {
  growing: () => ({
    ...shift,
    program: "growing",
    stop: { kind: "fixpoint" },
    layers: [layer(3, [[0, 0, 0, 1, 1, 0, 0, 0, 0]], [0])],
  }),
  numbers: (random) => ({
    ...shift,
    program: "numbers",
    stop: { kind: "fixpoint" },
    fields: [{ name: "x", role: "input", type: { kind: "range", lo: 0, hi: 11 }, initial: 0 }],
    channels: [{ name: "x", code: { kind: "integer", field: "x", from: 0, to: 11 } }],
    layers: [
      layer(3, [weights(random, 9, 2), weights(random, 9, 1)], [random.int(3), 0]),
      layer(1, [[1, -1]], [random.int(2)]),
    ],
    residual: Float32Array.of(random.int(2)),
  }),
  halves: (random) => ({
    ...shift,
    program: "halves",
    layers: [layer(3, [weights(random, 9, 3)], [0]), layer(1, [[0.5]], [0])],
  }),
  snapped: (random) => ({
    ...shift,
    program: "snapped",
    snap: true,
    layers: [
      layer(3, [weights(random, 9, 5), weights(random, 9, 5)], [1, -1]),
      layer(1, [[0.25, -0.5]], [0.5]),
    ],
  }),
  thermometer: (random) => coded("thermometer", random),
  "one-hot": (random) => coded("one-hot", random),
  binary: (random) => coded("binary", random),
};

/** A field of 0..5 in some channels, which random gates write. */
function coded(kind: "thermometer" | "one-hot" | "binary", random: Random): Network {
  const count = kind === "binary" ? 3 : 5;
  const gates = Array.from({ length: count }, () => ({
    row: weights(random, 9 * (count + 1), 2),
    bias: random.int(5) - 2,
  }));
  const code = (at: number) =>
    kind === "thermometer"
      ? ({ kind, field: "x", atLeast: at + 1 } as const)
      : kind === "one-hot"
        ? ({ kind, field: "x", equals: at + 1 } as const)
        : ({ kind, field: "x", bit: at, from: 0 } as const);
  return {
    ...shift,
    program: `${kind.replace("-", "_")}_codes`,
    fields: [{ name: "x", role: "input", type: { kind: "range", lo: 0, hi: 5 }, initial: 0 }],
    channels: [
      ...gates.map((_, at) => ({ name: `x${at}`, code: code(at) })),
      { name: "inside", code: { kind: "inside" } },
    ],
    layers: [
      layer(
        3,
        gates.flatMap(({ row }) => [row, row]),
        gates.flatMap(({ bias }) => [bias, bias - 1]),
      ),
      layer(
        1,
        [...gates, null].map((_, gate) => gates.flatMap((_, at) => (at === gate ? [1, -1] : [0, 0]))),
        [...gates.map(() => 0), 0],
      ),
    ],
    residual: Float32Array.from([...gates.map(() => 0), 1]),
  };
}

describe("planes of numbers", () => {
  test(`${CASES} random programs with numbers, bits and thermometers`, { timeout: 3600_000 }, async () => {
    for (let seed = SEED; seed < SEED + CASES; seed++) {
      const random = seededRandom(seed);
      const { text } = random.int(3) === 0 ? randomSignals(random) : randomProgram(random, "small");
      const others = pick(random, ["integer", "integer", "binary", "thermometer", "one-hot"] as const);
      const { network } = compile(
        { name: "random.alg", text },
        { codes: { others }, tokens: seed % 2 === 0 },
      );
      const bits = await engineFor(network, 1 + random.int(2));
      const label = `${others}, ${again(seed)}\n${text}`;
      for (let at = 0; at < 2; at++) await everyStep(network, bits, shapeFor(network, random), random, label);
      await wholeRun(network, bits, shapeFor(network, random), random, label);
      bits.close();
    }
  });

  test.each(SOME)("%s without a proof", async (name) => {
    const random = seededRandom(SEED);
    const { network } = compileProgram(name);
    const bits = await engineFor(network);
    for (let at = 0; at < 2; at++)
      await everyStep(network, bits, shapeFor(network, random), random, again(SEED));
  });

  test.each(Object.keys(RANGES).flatMap((name) => [255, 65_535].map((most) => ({ name, most }))))(
    "$name up to $most",
    { timeout: 60_000 },
    async ({ name, most }) => {
      const random = seededRandom(SEED);
      const text = RANGES[name]!(most);
      for (const others of ["integer", most > 255 ? "binary" : "thermometer"] as const) {
        const { network } = compile(
          { name: `${name}.alg`, text },
          { codes: { others }, effort: 0, prune: false },
        );
        const bits = await engineFor(network);
        await everyStep(network, bits, shapeFor(network, random), random, `${others}, ${again(SEED)}`);
      }
    },
  );

  test("what does not fit is left to the direct engine, from the step before", async () => {
    const random = seededRandom(SEED);
    const ranges = Object.values(DOUBTFUL).map((each) => each(random));
    for (const network of ranges) {
      for (const threads of [1, 2]) {
        const bits = await engineFor(network, threads);
        for (const cols of [5, 64, 129, 600])
          await everyStep(network, bits, { rows: 1 + random.int(3), cols }, random, again(SEED));
        await wholeRun(network, bits, { rows: 2, cols: 140 }, random, again(SEED));
      }
    }
  });

  test("on both sides of where kernels always tell if anything changed", { timeout: 60_000 }, async () => {
    const random = seededRandom(SEED);
    const sides = new Set<boolean>();
    for (const name of ["sort", "gf2", "halving", "dyck", "rref", "life"]) {
      const { network } = compile(readProgram(name), { effort: 0, prove: false });
      for (const rows of isOneRow(network) ? [1] : [1, 2, 3]) {
        const shape = { rows, cols: pick(random, [1, 63, 128, 129, 300]) };
        const { counts, plan } = new Maker(network, shape).quickly(shape)!;
        sides.add(counts.shared > MANY_GATES * plan.stored.length);
        for (const threads of [1, 2])
          await everyStep(network, await engineFor(network, threads), shape, random, again(SEED));
      }
    }
    expect(sides.size).toBe(2);
  });

  test("of many gates one kernel is made for a row, and two for several", () => {
    const { network } = compile(readProgram("dyck"), { effort: 0, prove: false });
    const { plan, band } = new Maker(network, { rows: 1, cols: 300 }).quickly({ rows: 1, cols: 300 })!;
    const { stop, channels } = network;
    const bytes = (rows: number, tracksAlways: boolean): number => {
      const layout = stateLayout({ rows, cols: 300 }, plan.stored.length, 1);
      return makeProgram({ plan, band, layout, stop, channels, chunk: 2, isShared: false, tracksAlways })
        .length;
    };
    expect(bytes(1, true)).toBeLessThan(0.65 * bytes(2, true));
    expect(bytes(2, true)).toBeLessThan(0.65 * bytes(2, false));
    expect(bytes(1, false)).toBeGreaterThan(0.9 * bytes(2, false));
  });

  test("of steps that are read from two large sums, layer upon layer", async () => {
    const random = seededRandom(SEED);
    // relu(s) - relu(s - 1) is 0 or 1, though each of the two has hundreds of values times those of the layer below.
    const twice = (row: readonly number[]) => [row, row];
    for (const steps of [1, 2, 3, 4, 8]) {
      const network: Network = {
        ...shift,
        layers: [
          layer(3, twice([0, 0, 0, 256, 0, 0, 0, 0, 0]), [0, -1]),
          ...Array.from({ length: steps }, () => layer(1, twice([256, -256]), [0, -1])),
          layer(1, [[1, -1]], [0]),
        ],
      };
      for (const provesAfter of [Number.POSITIVE_INFINITY, 0]) {
        const bits = await engineFor(network, 1, provesAfter);
        await everyStep(network, bits, { rows: 2, cols: 130 }, random, `${steps} steps, ${again(SEED)}`);
      }
    }
  });

  test("whatever the shape for which there was seen to be a circuit", async () => {
    const random = seededRandom(SEED);
    const shapes = [1, 2].flatMap((rows) => [1, 130].map((cols) => ({ rows, cols })));
    for (const name of ["gf2", "life", "maze"]) {
      const { network } = compile(readProgram(name), { effort: 0, prove: false });
      for (const first of shapes) {
        const bits = await bitEngine(network, { first, provesAfter: Number.POSITIVE_INFINITY });
        if ("reason" in bits) throw new Error(bits.reason);
        for (const shape of shapes) await everyStep(network, bits, shape, random, again(SEED));
      }
    }
    await expect(bitEngine(shift, { first: { rows: 0, cols: 2 } })).rejects.toThrow("number of rows");
  });

  test("networks of a thousand numbers and more", { timeout: 60_000 }, async () => {
    for (const [text, tokens] of [
      [randomMachine(30, 4, SEED), false],
      [randomMachine(60, 4, SEED), true],
      [nested(4), true],
    ] as const) {
      const random = seededRandom(SEED);
      const { network } = compile({ name: "large.alg", text }, { tokens, prune: false });
      const bits = await engineFor(network, 1, 0);
      await everyStep(network, bits, shapeFor(network, random), random, again(SEED));
    }
  });
});
