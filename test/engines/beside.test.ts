// Threads that need not keep step: those of one grid wait only for the rows beside their own. Against the direct engine and one
// thread at every step: as few bands as threads and more, steps one by one and many at once, watched and not, in turn, also
// where most blocks are quiet, and with more threads than there are cores, so that any of them may be late.

import { expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { type BitEngine, bitEngine } from "../../src/engines/bits/bit-engine.ts";
import { THREAD, THREAD_BYTES, THREADS } from "../../src/engines/bits/thread-control.ts";
import { loadWorkers } from "../../src/engines/bits/workers.ts";
import { directEngine } from "../../src/engines/direct.ts";
import type { StepsMade } from "../../src/engines/engine.ts";
import type { Shape } from "../../src/grid/grid.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { encode } from "../../src/network/state.ts";
import { randomGrid, withOneToken } from "../network/samples.ts";
import { compileProgram } from "../programs/programs.ts";
import { again, SEED } from "../seed.ts";
import { quietGrid, randomSignals } from "./signals.ts";

/** Random programs to try; set CASES to try more. */
const CASES = Number(process.env.CASES ?? 6);

const ALL_THREADS = [1, 2, 3, 5] as const;

async function engineOn(network: Network, threads: number, skips = true): Promise<BitEngine> {
  const engine = await bitEngine(network, {
    ...{ threads, skips, startThreads: await loadWorkers() },
    ...{ cellsPerThread: 1, waits: true, provesAfter: 0 },
  });
  if ("reason" in engine) throw new Error(engine.reason);
  return engine;
}

async function everyStep(network: Network, shape: Shape, random: Random, about: string): Promise<void> {
  const grid = (random.int(2) === 0 ? randomGrid : quietGrid)(network, shape, random);
  const state = encode(network, withOneToken(network, grid));
  const direct = directEngine(network).start(shape, [state]);
  const skips = random.int(4) > 0;
  const engines = await Promise.all(ALL_THREADS.map((threads) => engineOn(network, threads, skips)));
  const runs = engines.map((engine) => engine.start(shape, [state]));
  for (let round = 0; round < 12; round++) {
    const steps = [0, 1, 1, 1, 2, 3, 40][random.int(7)]!;
    const isWatched = random.int(4) === 0;
    const made: StepsMade[] = [];
    for (const run of runs)
      if (isWatched) made.push(await run.watched!.advance(steps, ["halted", "unchanged"]));
      else await run.advance(steps);
    await direct.advance(made[0]?.steps ?? steps);
    const wanted = (await direct.read())[0]!.map((value) => value + 0);
    const label = `${about}, ${shape.rows}x${shape.cols}, round ${round}, ${steps} steps`;
    for (const each of made) expect(each, label).toEqual(made[0]);
    for (const [at, run] of runs.entries()) {
      const [found] = await run.read();
      const isSame = found!.every((value, index) => value === wanted[index]);
      expect(isSame, `${label}, ${ALL_THREADS[at]} threads`).toBe(true);
    }
  }
  for (const run of [direct, ...runs]) run.close();
}

test(`${CASES} random programs`, { timeout: 600_000 }, async () => {
  for (let seed = SEED; seed < SEED + CASES; seed++) {
    const random = seededRandom(seed);
    const { name, text } = randomSignals(random);
    const { network } = compile({ name: `${name}.alg`, text }, { quick: true });
    for (let at = 0; at < 4; at++) {
      const shape = { rows: 2 + random.int(at === 0 ? 60 : 12), cols: 1 + random.int(at === 1 ? 700 : 140) };
      await everyStep(network, shape, random, `${again(seed)}\n${text}`);
    }
  }
});

test("life: bands as many as threads, one more, and many", { timeout: 120_000 }, async () => {
  const { network } = compileProgram("life");
  for (const rows of [2, 4, 5, 8, 9, 16, 17, 33, 100])
    await everyStep(network, { rows, cols: 300 }, seededRandom(SEED + rows), again(SEED));
});

test("the threads count all steps of which nothing is watched, and again from below when there is no larger number", async () => {
  const { network } = compileProgram("life");
  const [one, three] = await Promise.all([1, 3].map((threads) => engineOn(network, threads)));
  const shape = { rows: 40, cols: 200 };
  const machines = [one!, three!].map((engine) => engine.machine(shape));
  const random = seededRandom(SEED);
  const alive = Array.from({ length: shape.rows * shape.cols }, () => random.int(3) === 0);
  for (const machine of machines) {
    machine.write(0, 0, (cell) => alive[cell]!);
    machine.settle();
  }
  const numbers = new Int32Array(machines[1]!.memory.buffer);
  const placeOf = (thread: number) => (THREADS + thread * THREAD_BYTES + THREAD.outer) / 4;
  const counts = () => [0, 1, 2].map((thread) => numbers[placeOf(thread)]!);
  const same = () => {
    const cells = machines.map((machine) => {
      const found: number[] = [];
      machine.read(0, 0, (cell) => found.push(cell));
      return found;
    });
    expect(cells[1]).toEqual(cells[0]);
  };
  for (const machine of machines) machine.advance(7);
  expect(counts()).toEqual([7, 7, 7]);
  for (const machine of machines) machine.advance(5, ["unchanged"]);
  expect(counts()).toEqual([7, 7, 7]);
  same();
  for (let thread = 0; thread < 3; thread++) Atomics.store(numbers, placeOf(thread), 2 ** 31 - 4);
  for (const machine of machines) machine.advance(20);
  expect(counts()).toEqual(Array(3).fill(-(2 ** 31) + 16));
  same();
  for (const machine of machines) machine.close();
});
