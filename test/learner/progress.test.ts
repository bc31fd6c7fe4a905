// Long batches of queries: others have their turn within them, so that progress is shown and an interrupt is heard.

import { expect, test } from "vitest";
import type { Engine } from "../../src/engines/engine.ts";
import { trainByJacobian } from "../../src/learning/learner/algorithm-1.ts";
import { predict } from "../../src/learning/learner/evaluate.ts";
import { readProgram } from "../programs/programs.ts";
import { learnerOf } from "./learners.ts";

const { network } = learnerOf("majority.alg", readProgram("majority").text);

/** An engine that makes no steps, but says how many were asked for, after some milliseconds. */
function idleEngine(milliseconds = 30) {
  const asked: number[] = [];
  const engine: Engine = {
    name: "idle",
    start: (_, states) => ({
      async advance(steps) {
        asked.push(steps);
        for (const begin = performance.now(); performance.now() - begin < milliseconds; );
      },
      read: async () => states.map((state) => state.slice()),
      close: () => {},
    }),
    close: () => {},
  };
  return { engine, asked };
}

function memoryOf(rows: number) {
  const examples = Array.from({ length: rows }, (_, at) => ({
    features: [at % 2 === 0 ? 1 : -1] as const,
    label: 1 as const,
  }));
  return trainByJacobian(examples);
}

test("a batch that takes long is run in parts, and tells how far it is", async () => {
  const { engine, asked } = idleEngine();
  const told: number[] = [];
  const queries = Array.from({ length: 8 }, () => [1] as const);
  const onProgress = (done: number) => told.push(done);
  // The engine did nothing, so that nothing is done.
  const answers = predict(network, memoryOf(2000), 4000, engine, queries, { digital: true, onProgress });
  await expect(answers).rejects.toThrow(/was not done after the 4000 steps/);
  expect(asked.reduce((sum, steps) => sum + steps, 0)).toBe(4000);
  expect(asked.length).toBeGreaterThan(20);
  expect(told.length).toBe(asked.length - 1);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(new Set(told)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7]));
});

test("a batch whose parts are soon done is run in fewer, which become longer", async () => {
  const { engine, asked } = idleEngine(0);
  const queries = Array.from({ length: 8 }, () => [1] as const);
  await expect(predict(network, memoryOf(2000), 10_000, engine, queries, { digital: true })).rejects.toThrow(
    /was not done after the 10000 steps/,
  );
  expect(asked.reduce((sum, steps) => sum + steps, 0)).toBe(10_000);
  expect(asked.length).toBeLessThan(20);
  expect(asked.slice(0, -1)).toEqual(asked.slice(0, -1).toSorted((a, b) => a - b));
});

test("an interrupt is heard within a batch", async () => {
  const { engine, asked } = idleEngine();
  const interrupt = new AbortController();
  const answers = predict(network, memoryOf(2000), 10_000, engine, [[1], [1], [1], [1]], {
    digital: true,
    signal: interrupt.signal,
    onProgress: () => interrupt.abort(new Error("stopped")),
  });
  await expect(answers).rejects.toThrow("stopped");
  expect(asked.length).toBe(1);
});

test("a small batch is run at once", async () => {
  const { engine, asked } = idleEngine();
  await expect(predict(network, memoryOf(10), 1000, engine, [[1]], { digital: true })).rejects.toThrow();
  expect(asked).toEqual([1000]);
});

test("training takes time in proportion to the rows, and each step that is looked at has a memory of its own", () => {
  // Half a terabyte is written where each row copies all others.
  const memory = memoryOf(250_000);
  expect([memory.rows, memory.weight.at(2 * 249_999)]).toEqual([250_001, -Math.fround(1 / 3)]);
  const seen: Float32Array[] = [];
  const examples = [1, -1].map((label) => ({ features: [1] as const, label: label as 1 | -1 }));
  const last = trainByJacobian(examples, { onStep: (_, { weight }) => seen.push(weight) });
  expect(seen.map((weight) => weight.filter((value) => value !== 0).length)).toEqual([2, 4, 6]);
  expect(last.weight).toBe(seen.at(-1));
}, 20_000);
