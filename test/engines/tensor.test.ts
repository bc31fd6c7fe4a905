import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { loadBackend } from "../../src/engines/backend.ts";
import { directEngine } from "../../src/engines/direct.ts";
import type { Engine } from "../../src/engines/engine.ts";
import { tensorEngine } from "../../src/engines/tensor.ts";
import type { Backend } from "../../src/engines/tensorflow.ts";
import type { Shape } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { requireDense } from "../../src/network/operators.ts";
import { encode } from "../../src/network/state.ts";
import { life, parity, randomGrid, randomNetwork, randomShape, SAMPLES, water } from "../network/samples.ts";

let wasm: Backend;
/** Tensors that other tests of the process have left. */
let before: number;
let cpu: Backend;
beforeAll(async () => {
  wasm = await loadBackend({ force: "wasm" });
  cpu = await loadBackend({ force: "cpu" });
  before = wasm.tf.memory().numTensors;
});
const backends = () => [wasm, cpu];

async function advance(engine: Engine, shape: Shape, states: readonly Float32Array[], steps: number) {
  const run = engine.start(shape, states);
  await run.advance(steps);
  const found = await run.read();
  run.close();
  engine.close();
  return found;
}

/** Random states of a batch of up to three grids, encoded. */
function randomBatch(network: Network, seed: number) {
  const random = seededRandom(seed);
  const shape = randomShape(random);
  const states = Array.from({ length: 1 + random.int(3) }, () =>
    encode(network, randomGrid(network, shape, random)),
  );
  return { shape, states };
}

describe("tensor engine", () => {
  test("takes as many weights as fit, and no more", () => {
    const { channels, layers, residual } = parity;
    const wide = (inputs: number) => ({
      channels,
      residual,
      layers: [{ ...layers[0]!, kernel: 1, inputs, outputs: 2 ** 13 } as const],
    });
    const instead = "take the direct engine";
    expect(() => requireDense(wide(2 ** 14), "the tensor engine", instead)).not.toThrow();
    const message =
      "the tensor engine keeps all weights, those that are 0 too, and takes at most 134217728 of them, but this" +
      " network has 134225920; take the direct engine";
    expect(() => tensorEngine(wide(2 ** 14 + 1), wasm)).toThrow(new InputError(message));
  });

  test("agrees with the direct engine on the samples, step by step", async () => {
    for (let seed = 0; seed < 60; seed++) {
      const network = SAMPLES[seed % SAMPLES.length]!;
      const { shape, states } = randomBatch(network, seed);
      for (const backend of backends()) {
        const engine = tensorEngine(network, backend);
        const runs = [directEngine(network).start(shape, states), engine.start(shape, states)];
        for (let step = 1; step <= 5; step++) {
          for (const run of runs) await run.advance(1);
          const [direct, tensor] = await Promise.all(runs.map((run) => run.read()));
          expect(tensor, `${engine.name}, ${network.program}, seed ${seed}, step ${step}`).toEqual(direct);
        }
        runs[1]!.close();
        engine.close();
      }
    }
  });

  test("agrees exactly with the direct engine on random integer networks of any depth and width", async () => {
    for (let seed = 0; seed < 60; seed++) {
      const random = seededRandom(seed);
      const widths = Array.from({ length: 1 + random.int(4) }, () => 1 + random.int(6));
      const network = randomNetwork(widths, seed, (from) => from.int(7) - 3);
      const { shape, states } = randomBatch(network, seed);
      const expected = await advance(directEngine(network), shape, states, 2);
      // Adding 0 makes 0 of -0, which the engines need not agree on.
      const plain = (found: readonly Float32Array[]) => found.map((state) => state.map((value) => value + 0));
      for (const backend of backends()) {
        const engine = tensorEngine(network, backend, { approximate: true });
        const found = await advance(engine, shape, states, 2);
        expect(plain(found), `${backend.name}, seed ${seed}`).toEqual(plain(expected));
      }
    }
  });

  test("agrees with the direct engine up to rounding with weights of any kind", async () => {
    for (let seed = 0; seed < 30; seed++) {
      const network = randomNetwork([4, 9, 5], seed, (from) => from.next() * 2 - 1);
      const { shape, states } = randomBatch(network, seed);
      const expected = await advance(directEngine(network), shape, states, 1);
      for (const backend of backends()) {
        const engine = tensorEngine(network, backend, { approximate: true });
        const found = await advance(engine, shape, states, 1);
        const error = Math.max(
          ...found.flatMap((state, grid) => [...state].map((v, at) => Math.abs(v - expected[grid]![at]!))),
        );
        expect(error, `${backend.name}, seed ${seed}`).toBeLessThan(1e-4);
      }
    }
  });

  test("layers without units, networks without channels and empty batches are no exception", async () => {
    for (const backend of backends()) {
      for (const widths of [[2, 0, 3], [0], [0, 2]]) {
        const network = randomNetwork(widths, 1, (from) => from.int(5) - 2);
        const { shape, states } = randomBatch(network, 1);
        const expected = await advance(directEngine(network), shape, states, 1);
        const engine = tensorEngine(network, backend, { approximate: true });
        const found = await advance(engine, shape, states, 1);
        expect(found, `${backend.name} ${widths}`).toEqual(expected);
      }
      expect(await advance(tensorEngine(life, backend), { rows: 2, cols: 2 }, [], 3)).toEqual([]);
    }
  });

  test("two engines on different backends may be used in turn", async () => {
    const { shape, states } = randomBatch(water, 7);
    const engines = backends().map((backend) => tensorEngine(water, backend));
    expect(engines.map((engine) => engine.name)).toEqual(["tensor (wasm)", "tensor (cpu)"]);
    const runs = engines.map((engine) => engine.start(shape, states));
    for (let step = 0; step < 3; step++) for (const run of runs) await run.advance(1);
    const [first, second] = [await runs[0]!.read(), await runs[1]!.read()];
    expect(first).toEqual(second);
    for (const each of [...runs, ...engines]) each.close();
  });

  test("leaks no tensors", async () => {
    for (const { tf, name } of backends()) {
      const before = tf.memory().numTensors;
      for (const network of SAMPLES) {
        const { shape, states } = randomBatch(network, 3);
        const engine = tensorEngine(network, { tf, name });
        const held = tf.memory().numTensors;
        const run = engine.start(shape, states);
        await run.advance(4);
        await run.read();
        expect(tf.memory().numTensors, `${name}, ${network.program}: a run holds one`).toBe(held + 1);
        run.close();
        expect(tf.memory().numTensors, `${name}, ${network.program}: closed run`).toBe(held);
        engine.close();
        expect(tf.memory().numTensors, `${name}, ${network.program}: closed engine`).toBe(before);
      }
    }
  });

  test("refuses a run that would burst the WebAssembly memory, saying how many bytes it needs", () => {
    const engine = tensorEngine(parity, wasm);
    const before = wasm.tf.memory().numTensors;
    // 2 channels in, 2 hidden, 2 out or kept: nothing is allocated, as the states are not even looked at.
    const huge = Array.from({ length: 40 }, () =>
      Object.create(Float32Array.prototype, { length: { value: 2 * 4096 * 4096 } }),
    );
    const start = () => engine.start({ rows: 4096, cols: 4096 }, huge);
    expect(start).toThrow(InputError);
    expect(start).toThrow(/40 grids of 4096x4096 cells need 1145\d{8} bytes .* has \d+ left/);
    expect(wasm.tf.memory().numTensors).toBe(before);
    engine.close();
  });

  test("refuses states of another size", () => {
    const engine = tensorEngine(parity, wasm);
    expect(() => engine.start({ rows: 2, cols: 2 }, [new Float32Array(4)])).toThrow(
      /found a state of 4 numbers, expected /,
    );
    engine.close();
  });
});

afterAll(() => {
  expect(wasm.tf.memory().numTensors).toBe(before);
});
