// The model as a browser loads it: over HTTP, by TensorFlow.js's own loader.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { loadGraphModel } from "@tensorflow/tfjs-converter";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadBackend } from "../../src/engines/backend.ts";
import { directEngine } from "../../src/engines/direct.ts";
import type { Backend } from "../../src/engines/tensorflow.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { exportTfjs, type TfjsModel } from "../../src/network/export/tfjs.ts";
import type { Network } from "../../src/network/network.ts";
import { encode } from "../../src/network/state.ts";
import { randomGrid, randomNetwork, SAMPLES, SNAPPED } from "../network/samples.ts";
import { networkOf } from "../programs/programs.ts";
import { again, SEED } from "../seed.ts";

let server: Server;
let address: string;
let served: TfjsModel;
let backend: Backend;

beforeAll(async () => {
  backend = await loadBackend({ force: "wasm" });
  server = createServer((request, response) => {
    const file = request.url!.split("/").at(-1) as keyof TfjsModel;
    const json = file.endsWith(".json");
    response
      .setHeader("content-type", json ? "application/json" : "application/octet-stream")
      .end(served[file]);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((closed) => server.close(closed)));

const networks = (): Network[] => [
  ...SAMPLES,
  ...["life", "gf2", "sort", "maze", "prefix_sum"].map(networkOf),
  randomNetwork([2, 0, 3], 1, (from) => from.int(5) - 2),
  ...SNAPPED,
];

describe("TensorFlow.js", () => {
  test("loads the model and finds the same states as the direct engine", async () => {
    const { tf } = backend;
    for (const [at, network] of networks().entries()) {
      served = exportTfjs(network);
      const model = await loadGraphModel(`${address}/model.json`);
      const random = seededRandom(SEED + at);
      const [rows, cols] = [1 + random.int(9), 1 + random.int(9)];
      const states = [0, 1].map(() => encode(network, randomGrid(network, { rows, cols }, random)));
      for (const steps of [0, 1, 5]) {
        const run = directEngine(network).start({ rows, cols }, states);
        await run.advance(steps);
        const expected = (await run.read()).flatMap((state) => [...state]);
        const held = tf.memory().numTensors;
        const state = tf.tensor4d(Float32Array.from(states.flatMap((each) => [...each])), [
          2,
          rows,
          cols,
          network.channels.length,
        ]);
        const count = tf.scalar(steps, "int32");
        const result = await model.executeAsync({ state, steps: count });
        if (Array.isArray(result)) throw new Error("expected one output");
        const found = await result.data();
        const note = `${network.program}, ${steps} steps, ${again(SEED + at)}`;
        expect(result.shape, note).toEqual(state.shape);
        expect(Array.from(found, plain), note).toEqual(expected.map(plain));
        tf.dispose([state, count, result]);
        expect(tf.memory().numTensors, `${note}: tensors left behind`).toBe(held);
      }
      model.dispose();
    }
  });

  test("the model says what its inputs, its output and its channels are", async () => {
    served = exportTfjs(networkOf("gf2"));
    const model = await loadGraphModel(`${address}/model.json`);
    expect(model.inputs.map(({ name, shape, dtype }) => [name, shape, dtype])).toEqual([
      ["state", [-1, -1, -1, 8], "float32"],
      ["steps", [], "int32"],
    ]);
    expect(model.outputs.map(({ name }) => name)).toEqual(["result"]);
    expect(model.metadata).toMatchObject({ program: { name: "gf2" }, stop: { kind: "halted" } });
  });
});

const plain = (value: number): number => value + 0;
