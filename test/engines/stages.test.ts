// Runs of the bit engine that change to their best circuit somewhere, or never do, against the direct engine.

import { expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { type BitEngine, bitEngine } from "../../src/engines/bits/bit-engine.ts";
import { loadWorkers } from "../../src/engines/bits/workers.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { runNetwork } from "../../src/engines/run.ts";
import type { Shape } from "../../src/grid/grid.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { encode } from "../../src/network/state.ts";
import { randomGrid, SAMPLES, withOneToken } from "../network/samples.ts";
import { compileProgram } from "../programs/programs.ts";
import { again, SEED } from "../seed.ts";
import { randomSignals } from "./signals.ts";

/** Random programs to try; set CASES to try more. */
const CASES = Number(process.env.CASES ?? 8);

const networks = ["gf2", "nearest", "bb3", "sort"].map((name) => compileProgram(name).network);

/** A program's network of the library, a sample, or that of a random program. */
function networkFor(seed: number, random: Random): Network {
  if (seed % 3 === 0) return networks[random.int(networks.length)]!;
  if (seed % 3 === 1) return SAMPLES[random.int(SAMPLES.length)]!;
  const { name, text } = randomSignals(random);
  return compile({ name: `${name}.alg`, text }).network;
}

async function engineFor(network: Network, random: Random, work: number): Promise<BitEngine | null> {
  // At once, on both sides of each border between two calls, in the middle of one, or never.
  const provesAfter = [0, work, work + 1, Math.ceil(work * random.next()), Number.POSITIVE_INFINITY];
  const engine = await bitEngine(network, {
    provesAfter: provesAfter[random.int(provesAfter.length)]!,
    threads: 1 + random.int(2),
    cellsPerThread: 1,
    waits: true,
    startThreads: await loadWorkers(),
  });
  return "reason" in engine ? null : engine;
}

const shapeFor = ({ grid }: Network, random: Random): Shape => ({
  rows: grid && grid.rows.tag === "number" ? grid.rows.value : 1 + random.int(9),
  cols: 1 + random.int(random.int(2) === 0 ? 12 : 200),
});

test(`${CASES} random networks: states at all times, alone and in batches`, async () => {
  let tried = 0;
  for (let seed = SEED; seed < SEED + CASES; seed++) {
    const random = seededRandom(seed);
    const network = networkFor(seed, random);
    const shape = shapeFor(network, random);
    const states = Array.from({ length: 1 + random.int(3) }, () =>
      encode(network, withOneToken(network, randomGrid(network, shape, random))),
    );
    const chunks = Array.from({ length: 8 }, () => random.int(5));
    const until = 1 + random.int(chunks.length);
    const steps = chunks.slice(0, until).reduce((sum, chunk) => sum + chunk, 0);
    const engine = await engineFor(network, random, shape.rows * shape.cols * states.length * steps);
    if (engine === null) continue;
    tried++;
    const runs = [directEngine(network), engine].map((each) => each.start(shape, states));
    for (const [at, chunk] of chunks.entries()) {
      for (const run of runs) await run.advance(chunk);
      const [direct, bits] = await Promise.all(runs.map((run) => run.read()));
      const about = `${network.program}, ${shape.rows}x${shape.cols}, call ${at}, ${again(seed)}`;
      const plain = direct!.map((state) => state.map((value) => value + 0));
      const differing = plain.map((state, grid) => state.findIndex((value, i) => value !== bits![grid]![i]));
      expect(differing, about).toEqual(states.map(() => -1));
    }
    for (const run of runs) run.close();
  }
  expect(tried).toBeGreaterThan(CASES / 2);
});

test(`${CASES} random networks: runs to their end, or until they repeat themselves`, async () => {
  for (let seed = SEED; seed < SEED + CASES; seed++) {
    const random = seededRandom(seed);
    const network = networkFor(seed, random);
    const drawn = randomGrid(network, shapeFor(network, random), random);
    const inputs = network.fields.filter(({ role }) => role === "input").map(({ name }) => name);
    const planes = Object.entries(drawn.planes).filter(([name]) => inputs.includes(name));
    const grid = prepareInput(network, { ...drawn, planes: Object.fromEntries(planes) });
    const options = { maxSteps: 300 };
    const direct = await runNetwork(network, directEngine(network), grid, options);
    const engine = await engineFor(network, random, grid.rows * grid.cols * direct.steps);
    if (engine === null) continue;
    const about = `${network.program}, ${grid.rows}x${grid.cols}, ${again(seed)}`;
    expect(await runNetwork(network, engine, grid, options), about).toEqual(direct);
    if (direct.halted) expect(await runNetwork(network, engine, grid), about).toEqual(direct);
  }
});

test("states that a proof says nothing of, and those that only a proof allows", async () => {
  const [, nearest] = networks;
  const shape = { rows: 3, cols: 5 };
  for (let seed = SEED; seed < SEED + 6; seed++) {
    const random = seededRandom(seed);
    // Of random codes of all fields the proof about codes that come up mostly says nothing; water has bits that are no code.
    const network = seed % 2 === 0 ? nearest! : SAMPLES[seed % SAMPLES.length]!;
    const legal = encode(network, randomGrid(network, shape, random));
    const state = seed % 2 === 0 ? legal : legal.map(() => random.int(2));
    for (const provesAfter of [0, 40, Number.POSITIVE_INFINITY]) {
      const engine = await bitEngine(network, { provesAfter });
      if ("reason" in engine) throw new Error(engine.reason);
      const [direct, bits] = [directEngine(network), engine].map((each) => {
        try {
          return each.start(shape, [state]);
        } catch (error) {
          // Bits that are no codes, where the proof asks for codes.
          expect(String(error), again(seed)).toContain("take the direct engine");
          return null;
        }
      });
      for (let step = 0; step < 6 && bits !== null; step++) {
        for (const run of [direct!, bits!]) await run.advance(1);
        const [wanted, found] = await Promise.all([direct!, bits!].map((run) => run.read()));
        const plain = wanted!.map((each) => each.map((value) => value + 0));
        expect(found, `${network.program}, step ${step}, ${again(seed)}`).toEqual(plain);
      }
    }
  }
});

test("threads are started for steps: not by a first circuit that makes none, and by one that makes all", async () => {
  const startThreads = await loadWorkers();
  const { network } = compileProgram("life");
  // Of the usual 100 steps, 99 cells are not worth the best circuit, and 100 are.
  for (const [cells, steps, batch, provesAfter] of [
    [99, 99, 1, 10_000],
    [99, 100, 1, 10_000],
    [99, 200, 1, 10_000],
    [100, 1, 1, 10_000],
    [100, 200, 1, 10_000],
    // So many grids have a crew.
    [1, 10, 1024, 200_000],
    [1, 200, 1024, 200_000],
    [1, 10, 1024, 10_000],
  ] as const) {
    let started = 0;
    const engine = await bitEngine(network, {
      ...{ provesAfter, threads: 2, cellsPerThread: 1, waits: true },
      startThreads: (...given) => {
        started++;
        return startThreads(...given);
      },
    });
    if ("reason" in engine) throw new Error(engine.reason);
    const shape = { rows: cells, cols: 1 };
    const random = seededRandom(SEED);
    const states = Array.from({ length: batch }, () => encode(network, randomGrid(network, shape, random)));
    const runs = [directEngine(network), engine].map((each) => each.start(shape, states));
    for (const run of runs) await run.advance(steps);
    const [direct, bits] = await Promise.all(runs.map((run) => run.read()));
    const about = `${cells} cells, ${steps} steps, ${batch} grids, ${again(SEED)}`;
    expect([started, bits], about).toEqual([1, direct]);
    for (const run of runs) run.close();
  }
});
