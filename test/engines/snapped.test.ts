// Networks with noise on their weights that round every channel after each step: all engines make the same states of
// them, which are those of the rule as long as the noise is small.

import { beforeAll, describe, expect, test } from "vitest";
import { loadBackend } from "../../src/engines/backend.ts";
import { bitEngine } from "../../src/engines/bits/bit-engine.ts";
import { byteEngine } from "../../src/engines/bytes.ts";
import { directEngine } from "../../src/engines/direct.ts";
import type { Engine } from "../../src/engines/engine.ts";
import { loadOnnxRuntime, type OnnxRuntime, onnxEngine } from "../../src/engines/onnx.ts";
import { tensorEngine } from "../../src/engines/tensor.ts";
import type { Backend } from "../../src/engines/tensorflow.ts";
import { seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { decode, encode } from "../../src/network/state.ts";
import { withDense } from "../network/dense.ts";
import {
  learnedLike,
  life,
  parity,
  RULES,
  randomGrid,
  randomNetwork,
  randomShape,
  SAMPLES,
  shift,
  water,
} from "../network/samples.ts";
import { again, SEED } from "../seed.ts";

/** The rounded steps of samples with this noise are still those of their rules. */
const LITTLE = 0.01;

const runtime = await loadOnnxRuntime().catch((error: Error) => error);
if (runtime instanceof Error) console.warn(`onnx left out: ${runtime.message}`);

let backends: Backend[];
beforeAll(async () => {
  backends = await Promise.all((["wasm", "cpu"] as const).map((force) => loadBackend({ force })));
});

async function floatEngines(network: Network): Promise<Engine[]> {
  const ort =
    runtime instanceof Error ? [] : [await onnxEngine(network, runtime as OnnxRuntime, { threads: 1 })];
  return [directEngine(network), ...backends.map((backend) => tensorEngine(network, backend)), ...ort];
}

async function bits(network: Network): Promise<Engine> {
  const engine = await bitEngine(network, { provesAfter: 0 });
  if ("reason" in engine) throw new Error(`${network.program}: ${engine.reason}`);
  return engine;
}

/** The states after 1, 3 and 8 steps, which must be alike, of up to three grids. */
async function compare(engines: readonly Engine[], network: Network, seed: number) {
  const random = seededRandom(seed);
  const shape = seed % 3 === 0 ? { rows: 1, cols: 1 + random.int(140) } : randomShape(random);
  const states = Array.from({ length: 1 + random.int(3) }, () =>
    encode(network, randomGrid(network, shape, random)),
  );
  const runs = engines.map((engine) => engine.start(shape, states));
  for (const steps of [1, 2, 5]) {
    for (const run of runs) await run.advance(steps);
    const [first, ...others] = await Promise.all(runs.map((run) => run.read()));
    expect(first!.every((state) => state.every((value) => value === 0 || value === 1))).toBe(true);
    for (const [at, other] of others.entries())
      expect(other, `${engines[at + 1]!.name}, ${network.program}, ${again(seed)}`).toEqual(first);
  }
  for (const run of runs) run.close();
}

describe("networks that snap", () => {
  test.each(SAMPLES.map((network) => [network.program, network] as const))(
    "%s with noise: every engine makes the same states, which are those of its rule",
    async (program, network) => {
      const noisy = learnedLike(network, LITTLE, SEED);
      const engines = await floatEngines(noisy);
      // All numbers have noise, so that all of what water reads matters: too much for bits.
      if (network !== water) engines.push(await bits(noisy));
      for (let seed = SEED; seed < SEED + 8; seed++) await compare(engines, noisy, seed);
      const random = seededRandom(SEED);
      let grid = randomGrid(network, { rows: 5, cols: 7 }, random);
      const run = engines.at(-1)!.start(grid, [encode(noisy, grid)]);
      for (let step = 1; step <= 40; step++) {
        await run.advance(1);
        grid = RULES[program]!(grid);
      }
      expect(decode(noisy, grid, (await run.read())[0]!), again(SEED)).toEqual(grid);
      for (const engine of engines) engine.close();
    },
  );

  test("without rounding, noise adds up", async () => {
    const noisy = { ...learnedLike(parity, LITTLE, SEED), snap: false };
    const run = directEngine(noisy).start({ rows: 1, cols: 3 }, [Float32Array.of(1, 0, 0, 0, 1, 0)]);
    await run.advance(200);
    expect((await run.read())[0]!.some((value) => Math.abs(value - Math.round(value)) > 0.1)).toBe(true);
  });

  test("random weights of any depth, far from a rule: float engines and bits agree", async () => {
    let onBits = 0;
    for (let seed = SEED; seed < SEED + 10; seed++) {
      const random = seededRandom(seed);
      const widths = [1 + random.int(2), ...Array.from({ length: random.int(3) }, () => random.int(6))];
      const network = { ...randomNetwork(widths, seed, (from) => from.next() * 4 - 2), snap: true };
      const found = await bitEngine(network);
      const engines = await floatEngines(network);
      if (!("reason" in found)) onBits++;
      await compare("reason" in found ? engines : [...engines, found], network, seed);
      for (const engine of engines) engine.close();
    }
    expect(onBits).toBeGreaterThan(5);
  });

  test("whole numbers beyond 0 and 1 are rounded in bytes and on bits as elsewhere", async () => {
    for (let seed = SEED; seed < SEED + 12; seed++) {
      const random = seededRandom(seed);
      const widths = [1 + random.int(2), 1 + random.int(3)].slice(0, 1 + random.int(2));
      const made = randomNetwork(widths, seed, (from) => (from.int(3) > 0 ? 0 : from.int(5) - 2));
      const exact = { largestWeight: 2, largestActivation: 100, formats: ["float32", "int8"] as const };
      const network: Network = { ...made, exact, snap: true };
      const engines = [directEngine(network), byteEngine(network), await bits(network)];
      await compare(engines, network, seed);
    }
  });

  test("1/2 itself becomes 0, on every engine", async () => {
    const half: Network = {
      ...shift,
      layers: [withDense(shift.layers[0]!, (weight) => weight.map((each) => each / 2))],
      snap: true,
    };
    for (const engine of [...(await floatEngines(half)), await bits(half)]) {
      const run = engine.start({ rows: 1, cols: 3 }, [Float32Array.of(1, 1, 1)]);
      await run.advance(1);
      expect((await run.read())[0], engine.name).toEqual(Float32Array.of(0, 0, 0));
      engine.close();
    }
  });
});

describe("the bit engine refuses networks that snap", () => {
  test("where they read too much", async () => {
    expect(await bitEngine(learnedLike(water, LITTLE, SEED))).toEqual({
      reason: expect.stringMatching(
        /^its \d+ inputs that have weights have too many cases to round all of them$/,
      ),
    });
  });

  test("where float32 could round a channel to either side", async () => {
    const near: Network = {
      ...life,
      layers: [withDense(shift.layers[0]!, () => [0, 0, 0, 1 / 3, 1 / 6, 0, 0, 0, 0])],
      snap: true,
    };
    expect(await bitEngine(near)).toEqual({
      reason:
        "channel alive comes so near to 1/2 that float32 could round it to either side, " +
        "where left.alive and alive are 1",
    });
  });
});
