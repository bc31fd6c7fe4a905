import { describe, expect, test } from "vitest";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { type Origin, originOf, readCheckpoint, writeCheckpoint } from "../../src/engines/checkpoint.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { type RunOptions, runNetwork, type Snapshot } from "../../src/engines/run.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { encode, halted, haltedCells } from "../../src/network/state.ts";
import { withDense } from "../network/dense.ts";
import { life, parity, randomGrid, randomShape, SAMPLES, water } from "../network/samples.ts";
import { again, SEED } from "../seed.ts";

const run = (network: Network, grid: Grid, options: RunOptions) =>
  runNetwork(network, directEngine(network), grid, options);

/** Every place at which a run pauses if it is interrupted there. */
async function pausesOf(network: Network, grid: Grid, options: RunOptions): Promise<Snapshot[]> {
  const found: Snapshot[] = [];
  for (let most = 0; ; most++) {
    const controller = new AbortController();
    let steps = 0;
    const interrupted = run(network, grid, {
      ...options,
      signal: controller.signal,
      onStep: () => {
        if (++steps === most) controller.abort(new Error("interrupted"));
      },
      onPause: async (pause) => {
        if (controller.signal.aborted) found.push(await pause.snapshot());
      },
    });
    const isOver = await interrupted.then(
      () => true,
      () => false,
    );
    if (isOver && most > 0) return found;
  }
}

describe("a run that goes on from a checkpoint", () => {
  test("ends as if it had never stopped, wherever that was", async () => {
    for (let seed = SEED; seed < SEED + 40; seed++) {
      const network = SAMPLES[seed % SAMPLES.length]!;
      const random = seededRandom(seed);
      const grid = randomGrid(network, randomShape(random), random);
      const options = network.stop.kind === "never" || random.int(2) ? { maxSteps: random.int(12) } : {};
      const expected = await run(network, grid, options);
      const origin = originOf(network, grid, encode(network, grid));
      for (const pause of await pausesOf(network, grid, options)) {
        const from = readCheckpoint(writeCheckpoint(origin, pause), "c", origin);
        expect(from, again(seed)).toEqual(pause);
        const note = `${network.program} from step ${pause.steps}, ${again(seed)}`;
        expect(await run(network, grid, { ...options, from }), note).toEqual(expected);
      }
    }
  });

  test("that never halts is found to repeat itself at the same step", async () => {
    // No cell is ever at level 2, so none is ever done; the levels settle, and then nothing changes.
    const grid: Grid = {
      rows: 3,
      cols: 9,
      planes: { level: Int32Array.from({ length: 27 }, (_, at) => (at === 20 ? 1 : -1)) },
    };
    const expected = await run(water, grid, {});
    expect(expected.repeats?.period).toBe(1);
    const pauses = await pausesOf(water, grid, {});
    expect(pauses.length).toBeGreaterThan(5);
    for (const from of pauses) expect(await run(water, grid, { from })).toEqual(expected);
  });

  test("has made more steps than are asked for: refused", async () => {
    const grid = randomGrid(life, { rows: 3, cols: 3 }, seededRandom(1));
    const from = { steps: 9, state: encode(life, grid), kept: null };
    await expect(run(life, grid, { maxSteps: 8, from })).rejects.toThrow(
      "the run to go on with has made 9 steps already, more than the 8 asked for",
    );
    expect(await run(life, grid, { maxSteps: 9, from })).toMatchObject({ steps: 9, grid });
  });

  test("hears of pauses with the step it is at, and at its end", async () => {
    const grid = randomGrid(life, { rows: 3, cols: 3 }, seededRandom(1));
    const steps: number[] = [];
    await run(life, grid, { maxSteps: 5, onPause: (pause) => void steps.push(pause.steps) });
    expect(steps.at(-1)).toBe(5);
  });
});

describe("a checkpoint", () => {
  const grid: Grid = { rows: 2, cols: 3, planes: { x: Int32Array.of(1, 0, 1, 1, 0, 0) } };
  const state = encode(parity, grid);
  const origin = originOf(parity, grid, state);
  const bytes = writeCheckpoint(origin, { steps: 7, state, kept: null });

  test("of zeros and ones takes a bit for each", () => {
    const large = new Float32Array(80_000).fill(1, 100, 60_000);
    const of = { ...origin, rows: 100, cols: 400 };
    const file = writeCheckpoint(of, { steps: 1, state: large, kept: null });
    expect(file.length).toBeLessThan(10_000 + 700);
    expect(readCheckpoint(file, "c", of).state).toEqual(large);
  });

  test("of other numbers keeps them to the last bit", () => {
    const odd = Float32Array.of(-0, 0.1, Number.NaN, Number.POSITIVE_INFINITY, 2, 1);
    const kept = { state: Float32Array.of(1, 0, 0, 0, 0, 1e-40), age: 3, span: 8 };
    const snapshot = { steps: 2 ** 40, state: odd, kept };
    expect(readCheckpoint(writeCheckpoint(origin, snapshot), "c", origin)).toEqual(snapshot);
  });

  const other = (changes: Partial<Origin>) => () => readCheckpoint(bytes, "c", { ...origin, ...changes });
  test.each([
    [{ program: "x" }, /^c is a checkpoint of another run: the program's text is another; give/],
    [{ weights: "x" }, /the weights are others/],
    [{ rows: 9 }, /its grid has 2x3 cells, this one 9x3/],
    [{ input: "x" }, /the input is another/],
  ])("of another run is refused: %j", (changes, message) => {
    expect(other(changes)).toThrow(InputError);
    expect(other(changes)).toThrow(message);
  });

  test("tells weights and inputs that differ in one number", () => {
    const [first, ...rest] = parity.layers;
    const changed = { ...parity, layers: [withDense(first!, (weight) => weight.with(3, 7)), ...rest] };
    expect(originOf(changed, grid, state)).toMatchObject({ program: origin.program, input: origin.input });
    expect(originOf(changed, grid, state).weights).not.toBe(origin.weights);
    expect(originOf(parity, grid, state.with(0, 0)).input).not.toBe(origin.input);
  });

  test("is one of the same network, whatever its units are called", () => {
    const layers = parity.layers.map((layer) => ({
      ...layer,
      units: layer.units.map((name) => `(${name})`),
    }));
    expect(originOf({ ...parity, layers }, grid, state)).toEqual(origin);
  });

  test("that is cut short, changed or something else is refused, wherever that is", () => {
    for (let length = 0; length < bytes.length; length++)
      expect(() => readCheckpoint(bytes.subarray(0, length), "c", origin), `${length} bytes`).toThrow(
        InputError,
      );
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.with(at, bytes[at]! ^ 1);
      expect(() => readCheckpoint(changed, "c", origin), `byte ${at}`).toThrow(InputError);
    }
    expect(() => readCheckpoint(bytes.with(-1, bytes.at(-1)! ^ 1), "c", origin)).toThrow(/^c is damaged/);
    expect(() => readCheckpoint(new TextEncoder().encode("nothing of the kind"), "c", origin)).toThrow(
      /^c is not a checkpoint of a run: it does not begin with TLCHKPT1; give another name/,
    );
  });
});

describe("states that are not of the run's grid are refused", () => {
  const grid = { rows: 2, cols: 3, planes: { alive: new Int32Array(6) } };
  const state = encode(life, grid);
  const origin = originOf(life, grid, state);
  const other = (by: number) => new Float32Array(state.length + by);

  test("as those that a run begins with", () => {
    for (const by of [-state.length, -1, 1, state.length])
      expect(() => originOf(life, grid, other(by)), `${by}`).toThrow(
        /^found a state of \d+ numbers, expected/,
      );
  });

  test("as those that it has come to", () => {
    for (const by of [-1, 1])
      expect(() => writeCheckpoint(origin, { steps: 1, state: other(by), kept: null }), `${by}`).toThrow(
        /^found a snapshot with a state of \d+ numbers, expected as many for each of 2x3 cells/,
      );
    for (const by of [-state.length, -1, 1, state.length]) {
      const kept = { age: 0, span: 1, state: other(by) };
      expect(() => writeCheckpoint(origin, { steps: 1, state, kept }), `${by}`).toThrow(
        `expected ${state.length}, as in its other state`,
      );
    }
  });
});

test("halted cells are counted, and all of them are halted when the run is", async () => {
  for (let seed = SEED; seed < SEED + 20; seed++) {
    const random = seededRandom(seed);
    const grid = randomGrid(water, randomShape(random), random);
    const state = encode(water, grid);
    const done = grid.planes.mode!.filter((mode) => mode === 2).length;
    expect(haltedCells(water, state), again(seed)).toBe(done);
    expect(halted(water, grid, state), again(seed)).toBe(done === grid.rows * grid.cols);
  }
  expect(haltedCells(parity, new Float32Array(4))).toBeNull();
});
