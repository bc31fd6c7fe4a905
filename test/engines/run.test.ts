import { describe, expect, test, vi } from "vitest";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { bitEngine } from "../../src/engines/bits/bit-engine.ts";
import { cycleDetector, keptFirst } from "../../src/engines/cycle.ts";
import { directEngine } from "../../src/engines/direct.ts";
import type { Engine } from "../../src/engines/engine.ts";
import { type RunOptions, runNetwork } from "../../src/engines/run.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { withDense } from "../network/dense.ts";
import { layer, life, parity, RULES, randomGrid, randomShape, shift, water } from "../network/samples.ts";
import { compileProgram } from "../programs/programs.ts";
import { again, SEED } from "../seed.ts";

const run = (network: Network, grid: Grid, options?: RunOptions) =>
  runNetwork(network, directEngine(network), grid, options);

/** A grid of one plane from rows of digits. */
function grid(field: string, ...rows: string[]): Grid {
  const values = rows.flatMap((row) => [...row].map(Number));
  return { rows: rows.length, cols: rows[0]!.length, planes: { [field]: Int32Array.from(values) } };
}

/** An engine that counts its open runs. */
function counting(network: Network): Engine & { open: number } {
  const inner = directEngine(network);
  const engine = {
    ...inner,
    open: 0,
    start(...args: Parameters<Engine["start"]>) {
      const started = inner.start(...args);
      engine.open++;
      return { ...started, close: () => void engine.open-- };
    },
  };
  return engine;
}

const lifeUntilStill: Network = { ...life, stop: { kind: "fixpoint" } };

/** x = left.x xor right.x: on rows of most lengths a long way into a cycle, or a long cycle. */
const sides: Network = {
  ...shift,
  program: "sides",
  layers: [
    layer(
      3,
      [
        [0, 0, 0, 1, 0, -1, 0, 0, 0],
        [0, 0, 0, -1, 0, 1, 0, 0, 0],
      ],
      [0, 0],
    ),
    layer(1, [[1, 1]], [0]),
  ],
};

const sidesRule = ({ rows, cols, planes }: Grid): Grid => {
  const x = planes.x!.map(
    (_, at, old) => (at % cols > 0 ? old[at - 1]! : 0) ^ (at % cols < cols - 1 ? old[at + 1]! : 0),
  );
  return { rows, cols, planes: { x } };
};

/** Follows a rule until a state comes back: the states before that, and the first and length of the cycle. */
function follow(rule: (grid: Grid) => Grid, start: Grid): { grids: Grid[]; start: number; period: number } {
  const seen = new Map<string, number>();
  const grids: Grid[] = [];
  for (let now = start; ; now = rule(now)) {
    const key = JSON.stringify(Object.values(now.planes).map((plane) => [...plane]));
    const before = seen.get(key);
    if (before !== undefined) return { grids, start: before, period: grids.length - before };
    seen.set(key, grids.length);
    grids.push(now);
  }
}

describe("stop rule fixpoint", () => {
  test("parity of random rows, in as many steps as the last change takes", async () => {
    for (let seed = 0; seed < 100; seed++) {
      const random = seededRandom(seed);
      const input = randomGrid(parity, randomShape(random), random);
      const { grids } = follow(RULES.parity!, input);
      const { grid, steps, halted, repeats } = await run(parity, input);
      const { x, p } = grid.planes;
      for (let cell = 0; cell < x!.length; cell++) {
        const row = cell - (cell % input.cols);
        const ones = x!.slice(row, cell + 1).reduce((sum, bit) => sum + bit, 0);
        expect(p![cell], `seed ${seed}`).toBe(ones % 2);
      }
      expect({ steps, halted, repeats }, `seed ${seed}`).toEqual({ steps: grids.length - 1, halted: true });
    }
  });

  test("the step that changes nothing is neither counted nor reported, but known after the last allowed", async () => {
    const input = { ...grid("x", "1000"), planes: { x: Int32Array.of(1, 0, 0, 0) } };
    const seen: [number, number[]][] = [];
    const onStep = (step: number, at: Grid) => void seen.push([step, [...at.planes.p!]]);
    expect(await run(parity, input, { onStep })).toMatchObject({ steps: 4, halted: true });
    expect(seen).toEqual([
      [1, [1, 0, 0, 0]],
      [2, [1, 1, 0, 0]],
      [3, [1, 1, 1, 0]],
      [4, [1, 1, 1, 1]],
    ]);
    expect(await run(parity, input, { maxSteps: 4 })).toMatchObject({ steps: 4, halted: true });
    const cut = await run(parity, input, { maxSteps: 3 });
    expect(cut).toMatchObject({ steps: 3, halted: false });
    expect([...cut.grid.planes.p!]).toEqual([1, 1, 1, 0]);
    const none = await run(parity, input, { maxSteps: 0 });
    expect(none).toMatchObject({ steps: 0, halted: false });
    expect([...none.grid.planes.p!]).toEqual([0, 0, 0, 0]);
  });

  test("an immediate fixpoint takes no steps", async () => {
    expect(await run(shift, grid("x", "000"))).toMatchObject({ steps: 0, halted: true });
  });

  test("cycles are reported with their start and period", async () => {
    const kinds = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const random = seededRandom(seed);
      const input = randomGrid(sides, { rows: 1 + random.int(2), cols: 1 + random.int(14) }, random);
      const { grids, start, period } = follow(sidesRule, input);
      const found = await run(sides, input);
      if (period === 1) {
        expect(found, `seed ${seed}`).toEqual({ grid: grids.at(-1), steps: start, halted: true });
        continue;
      }
      kinds.add(`${start}+${period}`);
      expect(found.repeats, `seed ${seed}`).toEqual({ start, period });
      expect(found.halted, `seed ${seed}`).toBe(false);
      expect(found.grid, `seed ${seed}`).toEqual(grids[start + ((found.steps - start) % period)]);
      expect(found.steps, `seed ${seed}`).toBeLessThanOrEqual(4 * (start + period));
    }
    // Start and period, as the rule itself has them: short and long, with and without a way into the cycle.
    expect([...kinds]).toEqual(expect.arrayContaining(["3+8", "2+8", "1+28", "0+126"]));
  });

  test("with a limit a cycle is run through to the limit", async () => {
    const blinker = grid("alive", "000", "111", "000");
    const found = await run(lifeUntilStill, blinker, { maxSteps: 101 });
    expect(found).toEqual({ grid: grid("alive", "010", "010", "010"), steps: 101, halted: false });
  });

  test("a network that goes to NaN ends, too", async () => {
    // Right from zeros and ones, but p grows to infinity, and infinity less infinity is no number.
    const first = withDense(parity.layers[0]!, () =>
      new Float32Array(36).with(9 + 4, 2 ** 60).with(27 + 4, 2 ** 60),
    );
    const last = withDense(parity.layers[1]!, () => [0, 0, 1, 0]);
    const broken: Network = { ...parity, layers: [first, last], residual: Float32Array.of(1, 0) };
    const both = { ...grid("p", "101"), planes: { ...grid("p", "101").planes, ...grid("x", "000").planes } };
    expect(await run(broken, both)).toMatchObject({
      halted: true,
      stray: { channel: "p", row: 0, col: 0, value: Number.NaN },
    });
  });

  test("a network whose numbers may overflow at once is refused", async () => {
    const broken: Network = { ...parity, residual: Float32Array.of(1, 3e38) };
    const huge = broken.layers.map((each) => ({ ...each, bias: each.bias.map(() => 3e38) }));
    await expect(run({ ...broken, layers: huge }, grid("x", "101"))).rejects.toThrow(
      "parity has no certain result: layer 2, unit",
    );
  });
});

describe("stop rule halted", () => {
  test("after the first step after which every cell satisfies a cube", async () => {
    for (let seed = 0; seed < 60; seed++) {
      const random = seededRandom(seed);
      const input = randomGrid(water, randomShape(random), random);
      const { grids, start, period } = follow(RULES.water!, input);
      const done = grids.findIndex(({ planes }) => planes.mode!.every((mode) => mode === 2));
      const found = await run(water, input);
      if (done >= 0) expect(found, `seed ${seed}`).toEqual({ grid: grids[done], steps: done, halted: true });
      else {
        expect(found, `seed ${seed}`).toMatchObject({ halted: false, repeats: { start, period } });
        expect(found.grid, `seed ${seed}`).toEqual(grids.at(-1));
      }
    }
  });

  test("takes no step if it holds at the start, and stops at the limit", async () => {
    const mode = (value: number) => ({
      rows: 1,
      cols: 2,
      planes: { level: new Int32Array(2), mode: Int32Array.of(2, value) },
    });
    expect(await run(water, mode(2))).toMatchObject({ steps: 0, halted: true });
    expect(await run(water, mode(1), { maxSteps: 1 })).toMatchObject({ steps: 1, halted: true });
    const cut = await run(water, mode(1), { maxSteps: 0 });
    expect(cut).toMatchObject({ steps: 0, halted: false });
    expect([...cut.grid.planes.mode!]).toEqual([2, 1]);
    expect(await run(water, mode(0), { maxSteps: 9 })).toEqual({
      grid: { rows: 1, cols: 2, planes: { level: Int32Array.of(0, 0), mode: Int32Array.of(2, 0) } },
      steps: 9,
      halted: false,
    });
  });
});

describe("stop rule never", () => {
  const glider = grid("alive", "010000", "001000", "111000", "000000", "000000", "000000");
  const at = (steps: number) => {
    let now = glider;
    for (let step = 0; step < steps; step++) now = RULES.life!(now);
    return now;
  };

  test("exactly as many steps as asked for, 100 if nothing is said", async () => {
    for (const maxSteps of [0, 1, 2, 3, 7, 12, 29])
      expect(await run(life, glider, { maxSteps })).toEqual({
        grid: at(maxSteps),
        steps: maxSteps,
        halted: false,
      });
    expect(await run(life, glider)).toEqual({ grid: at(100), steps: 100, halted: false });
  });

  test("every step is shown, one after the other", async () => {
    const seen: [number, Grid][] = [];
    let busy = false;
    const onStep = async (step: number, grid: Grid) => {
      expect(busy).toBe(false);
      busy = true;
      await Promise.resolve();
      seen.push([step, grid]);
      busy = false;
    };
    await run(life, glider, { maxSteps: 5, onStep });
    expect(seen).toEqual([1, 2, 3, 4, 5].map((step) => [step, at(step)]));
  });
});

describe("any run", () => {
  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses %s steps", async (maxSteps) => {
    await expect(run(life, grid("alive", "1"), { maxSteps })).rejects.toThrow(InputError);
    await expect(run(life, grid("alive", "1"), { maxSteps })).rejects.toThrow(/found .*, expected a whole/);
  });

  test("closes what it opened, also when it fails", async () => {
    for (const network of [life, lifeUntilStill, { ...life, stop: { kind: "halted", cubes: [] } } as const]) {
      const engine = counting(network);
      await runNetwork(network, engine, grid("alive", "000", "111", "000"));
      expect(engine.open).toBe(0);
      const onStep = () => {
        expect(engine.open).toBe(1);
        throw new Error("enough");
      };
      await expect(runNetwork(network, engine, grid("alive", "111"), { onStep })).rejects.toThrow("enough");
      expect(engine.open).toBe(0);
    }
  });

  test("aborts when the signal says so: before the start, and in the midst of a long run", async () => {
    const reason = new Error("stopped by the user");
    const blinker = grid("alive", "000", "111", "000");
    await expect(run(life, blinker, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    for (const network of [life, lifeUntilStill]) {
      const controller = new AbortController();
      const engine = counting(network);
      const timer = vi.fn(() => controller.abort(reason));
      setTimeout(timer, 20);
      const options = { maxSteps: Number.MAX_SAFE_INTEGER, signal: controller.signal };
      await expect(runNetwork(network, engine, blinker, options)).rejects.toBe(reason);
      expect(timer).toHaveBeenCalled();
      expect(engine.open).toBe(0);
    }
  });

  test("needs input fields alone, and gives all fields", async () => {
    const found = await run(
      water,
      { rows: 1, cols: 1, planes: { level: Int32Array.of(0) } },
      { maxSteps: 1 },
    );
    expect(found.grid).toEqual({
      rows: 1,
      cols: 1,
      planes: { level: Int32Array.of(0), mode: Int32Array.of(0) },
    });
  });
});

test("random sequences: a state that comes back is noticed soon, and its period is one", () => {
  for (let seed = SEED; seed < SEED + 200; seed++) {
    const random = seededRandom(seed);
    const states = 1 + random.int(60);
    const after = Array.from({ length: states }, () => random.int(states));
    const cycle = cycleDetector((a: number, b: number) => a === b, keptFirst(0));
    const seen = [0];
    for (let period = 0; period === 0; ) {
      seen.push(after[seen.at(-1)!]!);
      period = cycle.returns(seen.at(-1)!);
      if (period > 0) expect(seen.at(-1), again(seed)).toBe(seen.at(-1 - period));
      // After as many steps as there are states, the sequence has come back to one.
      expect(seen.length, again(seed)).toBeLessThan(4 * states + 4);
    }
  }
});

test("a call makes twice as many steps as the one before, up to what the engine says is soon done", async () => {
  const never: Network = { ...shift, stop: { kind: "never" } };
  /** The most steps of a call, by an engine that makes none. */
  async function most(soon: object): Promise<number> {
    const asked: number[] = [];
    const engine: Engine = {
      ...directEngine(never),
      start: (_, states) => ({
        advance: async (steps) => void asked.push(steps),
        read: async () => states.map((state) => state.slice()),
        close: () => {},
        ...soon,
      }),
    };
    const wide = { rows: 1, cols: 10_000, planes: { x: new Int32Array(10_000) } };
    await runNetwork(never, engine, wide, { maxSteps: 10_000_000 });
    expect(asked.reduce((sum, steps) => sum + steps, 0)).toBe(10_000_000);
    return Math.max(...asked);
  }
  expect(await most({})).toBe(100_000);
  expect(await most({ soonDone: 5e9 })).toBe(500_000);
  expect(await most({ soonDone: 5e9, atOnce: 1024 })).toBe(1024);
});

test("the bit engine makes more steps at once where cells take few gates", async () => {
  const soonDone = async (network: Network) => {
    const engine = await bitEngine(network);
    if ("reason" in engine) throw new Error(engine.reason);
    const started = engine.start({ rows: 1, cols: 200 }, [
      new Float32Array(200 * network.channels.length).map((_, at) =>
        network.channels[at % network.channels.length]!.code.kind === "inside" ? 1 : 0,
      ),
    ]);
    started.close();
    return started.soonDone;
  };
  expect(await soonDone(shift)).toBeGreaterThan(1e10);
  expect(await soonDone(compileProgram("gf2").network)).toBeLessThan(2e9);
});
