// Callers that do not wait: what is asked of a run while it is at work comes in its turn, on every engine; and nothing is
// asked of what is closed.

import { expect, test } from "vitest";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { loadBackend } from "../../src/engines/backend.ts";
import { bitEngine } from "../../src/engines/bits/bit-engine.ts";
import { loadWorkers } from "../../src/engines/bits/workers.ts";
import { byteEngine } from "../../src/engines/bytes.ts";
import { directEngine } from "../../src/engines/direct.ts";
import type { Engine } from "../../src/engines/engine.ts";
import { memoEngine } from "../../src/engines/memo/memo-engine.ts";
import { loadOnnxRuntime, onnxEngine } from "../../src/engines/onnx.ts";
import { tensorEngine } from "../../src/engines/tensor.ts";
import { seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { networkOf } from "../programs/programs.ts";
import { again, SEED } from "../seed.ts";

// At once, as the library has one current backend: each begins when the one before it has.
const backends = await Promise.all(["cpu", "wasm", "wasm"].map((force) => loadBackend({ force })));
const runtime = await loadOnnxRuntime();
const startThreads = await loadWorkers();

const ENGINES: Readonly<Record<string, (network: Network) => Engine | Promise<Engine>>> = {
  direct: directEngine,
  bytes: byteEngine,
  memo: memoEngine,
  bits: async (network) => bits(network, {}),
  "bits on threads": async (network) => bits(network, { startThreads, threads: 2, cellsPerThread: 64 }),
  ...Object.fromEntries(
    backends.map((backend) => [backend.name, (network: Network) => tensorEngine(network, backend)]),
  ),
  onnx: (network) => onnxEngine(network, runtime),
};

async function bits(network: Network, options: Parameters<typeof bitEngine>[1]): Promise<Engine> {
  const engine = await bitEngine(network, options);
  if ("reason" in engine) throw new Error(engine.reason);
  return engine;
}

const shape = { rows: 24, cols: 40 };
const network = networkOf("life");
const drawn = seededRandom(SEED);
const state = Float32Array.from({ length: shape.rows * shape.cols }, () => drawn.int(2));

async function after(steps: number): Promise<Float32Array> {
  const run = directEngine(network).start(shape, [state]);
  await run.advance(steps);
  return (await run.read())[0]!;
}

for (const [name, make] of Object.entries(ENGINES)) {
  test(`calls that do not wait for each other come in turn: ${name}`, async () => {
    const engine = await make(network);
    const run = engine.start(shape, [state]);
    const random = seededRandom(SEED + 1);
    const asked: { readonly steps: number; readonly found: Promise<Float32Array[]> }[] = [];
    const advances: Promise<void>[] = [];
    for (let steps = 0, at = 0; at < 12; at++) {
      const more = random.int(4);
      advances.push(run.advance(more));
      steps += more;
      if (random.int(2) === 0) asked.push({ steps, found: run.read() });
    }
    run.close();
    await Promise.all(advances);
    for (const { steps, found } of asked) expect((await found)[0], again(SEED)).toEqual(await after(steps));
    engine.close();
  });

  test(`closed runs are refused: ${name}`, async () => {
    const engine = await make(network);
    const run = engine.start(shape, [state]);
    await run.advance(1);
    run.close();
    run.close();
    for (const call of [() => run.advance(1), () => run.read()]) {
      await expect(call()).rejects.toThrow(InputError);
      await expect(call()).rejects.toThrow(/run that is closed/);
    }
    engine.close();
    engine.close();
  });
}

test("engines whose numbers are gone start nothing, and go on with nothing", async () => {
  for (const name of ["cpu", "wasm", "onnx"]) {
    const make = Object.entries(ENGINES).find(([each]) => each.includes(name))![1];
    const engine = await make(network);
    const run = engine.start(shape, [state]);
    engine.close();
    expect(() => engine.start(shape, [state])).toThrow(/engine that is closed/);
    await expect(run.advance(1)).rejects.toThrow(/or whose engine is/);
  }
});
