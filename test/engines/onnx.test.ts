import { beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { directEngine } from "../../src/engines/direct.ts";
import type { Engine } from "../../src/engines/engine.ts";
import { loadOnnxRuntime, type OnnxRuntime, onnxEngine } from "../../src/engines/onnx.ts";
import type { Shape } from "../../src/grid/grid.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { encode } from "../../src/network/state.ts";
import { life, parity, randomGrid, randomNetwork, randomShape, SAMPLES } from "../network/samples.ts";
import { networkOf, programNames } from "../programs/programs.ts";
import { again, SEED } from "../seed.ts";

const runtime = await loadOnnxRuntime().catch((error: Error) => error);
const isMissing = runtime instanceof Error;
if (isMissing) console.warn(`skipped: ${runtime.message}`);

describe.skipIf(isMissing)("onnx engine", () => {
  let ort: OnnxRuntime;
  beforeAll(() => {
    if (!isMissing) ort = runtime;
  });
  const engineOf = (network: Network, approximate = false) =>
    onnxEngine(network, ort, { threads: 1, approximate });

  test.each(programNames)(
    "%s: equals the direct engine on grids of odd sizes, several at once",
    async (name) => {
      const network = networkOf(name);
      const engine = await engineOf(network);
      for (const [at, shape] of ODD_SHAPES.entries()) {
        const random = seededRandom(SEED + at);
        const states = batch(network, shape, 1 + (at % 3), random);
        const steps = 1 + random.int(12);
        const expected = await advance(directEngine(network), shape, states, steps);
        const found = await advance(engine, shape, states, steps);
        expect(found.map(plain), `${shape.rows}x${shape.cols}, ${steps} steps, ${again(SEED + at)}`).toEqual(
          expected.map(plain),
        );
      }
      engine.close();
    },
  );

  test("equals the direct engine on random integer networks of any depth and width", async () => {
    for (let seed = SEED; seed < SEED + 40; seed++) {
      const random = seededRandom(seed);
      const widths = Array.from({ length: 1 + random.int(4) }, () => 1 + random.int(6));
      const network = randomNetwork(widths, seed, (from) => from.int(7) - 3);
      const shape = randomShape(random);
      const states = batch(network, shape, 1 + random.int(3), random);
      const expected = await advance(directEngine(network), shape, states, 2);
      const found = await advance(await engineOf(network, true), shape, states, 2);
      expect(found.map(plain), again(seed)).toEqual(expected.map(plain));
    }
  });

  test("goes on from where it is, a few steps at a time, and reads without disturbing", async () => {
    for (const network of SAMPLES) {
      const shape = { rows: 7, cols: 5 };
      const states = batch(network, shape, 2, seededRandom(SEED));
      const runs = [
        directEngine(network).start(shape, states),
        (await engineOf(network)).start(shape, states),
      ];
      for (const steps of [0, 1, 3, 0, 2]) {
        for (const run of runs) await run.advance(steps);
        const [direct, onnx] = await Promise.all(runs.map((run) => run.read()));
        expect(onnx!.map(plain), network.program).toEqual(direct!.map(plain));
      }
    }
  });

  test("layers without units, networks without channels and empty batches are no exception", async () => {
    for (const widths of [[2, 0, 3], [0], [0, 2]]) {
      const network = randomNetwork(widths, 1, (from) => from.int(5) - 2);
      const shape = { rows: 3, cols: 2 };
      const states = batch(network, shape, 2, seededRandom(1));
      const expected = await advance(directEngine(network), shape, states, 1);
      expect(await advance(await engineOf(network), shape, states, 1), `${widths}`).toEqual(expected);
    }
    expect(await advance(await engineOf(life), { rows: 2, cols: 2 }, [], 3)).toEqual([]);
  });

  test("refuses states of another size", async () => {
    const engine = await engineOf(parity);
    expect(() => engine.start({ rows: 2, cols: 2 }, [new Float32Array(4)])).toThrow(
      /found a state of 4 numbers, expected /,
    );
  });
});

test("says what to install where the runtime is missing", async () => {
  const missing = loadOnnxRuntime(() => Promise.reject(new Error("Cannot find package\nand more")));
  await expect(missing).rejects.toThrow(InputError);
  await expect(missing).rejects.toThrow(
    /optional package onnxruntime-node, .*\(Cannot find package\); install it with `npm install/,
  );
});

const ODD_SHAPES: readonly Shape[] = [
  { rows: 1, cols: 1 },
  { rows: 1, cols: 17 },
  { rows: 13, cols: 1 },
  { rows: 9, cols: 23 },
];

/** Random states of several grids: of legal codes, so that bounds on the activations hold. */
function batch(network: Network, shape: Shape, count: number, random: Random): Float32Array[] {
  return Array.from({ length: count }, () => encode(network, randomGrid(network, shape, random)));
}

async function advance(engine: Engine, shape: Shape, states: readonly Float32Array[], steps: number) {
  const run = engine.start(shape, states);
  await run.advance(steps);
  const found = await run.read();
  run.close();
  return found;
}

/** Adding 0 makes 0 of -0, which the engines need not agree on. */
const plain = (state: Float32Array): Float32Array => state.map((value) => value + 0);
