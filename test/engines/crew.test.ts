// Batches of grids whose groups several threads share out, against the direct engine at every step: all groups at once,
// fewer threads than groups and more, runs in doubt, and rounds that follow one another quickly.

import { describe, expect, test, vi } from "vitest";
import { compile } from "../../src/compile.ts";
import { bitEngine } from "../../src/engines/bits/bit-engine.ts";
import { stateLayout } from "../../src/engines/bits/bit-layout.ts";
import { Crew } from "../../src/engines/bits/crew.ts";
import { Maker } from "../../src/engines/bits/make.ts";
import { loadWorkers } from "../../src/engines/bits/workers.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { encode } from "../../src/network/state.ts";
import { layer, randomGrid, shift, withOneToken } from "../network/samples.ts";
import { readProgram } from "../programs/programs.ts";
import { randomProgram } from "../random-program.ts";
import { again, SEED } from "../seed.ts";

/** Random programs to try; set CASES to try more. */
const CASES = Number(process.env.CASES ?? 4);

const plain = (state: Float32Array): Float32Array => state.map((value) => value + 0);

interface Case {
  readonly network: Network;
  readonly rows: number;
  readonly cols: number;
  readonly batch: number;
  readonly threads: number;
}

/** Whether the threads were a crew, which is what a machine alone does not ask for. */
async function everyStep({ network, rows, cols, batch, threads }: Case, random: Random, label: string) {
  const worked = vi.spyOn(Crew.prototype, "advance");
  const bits = await bitEngine(network, { threads, startThreads: await loadWorkers(), cellsPerThread: 1 });
  if ("reason" in bits) throw new Error(bits.reason);
  const shape = { rows, cols };
  const states = Array.from({ length: batch }, () =>
    encode(network, withOneToken(network, randomGrid(network, shape, random))),
  );
  const runs = [directEngine(network), bits].map((engine) => engine.start(shape, states));
  for (const steps of [1, 1, 3, 1, 17, 1, 1]) {
    for (const run of runs) await run.advance(steps);
    const [direct, found] = await Promise.all(runs.map((run) => run.read()));
    const differing = states.flatMap((_, grid) =>
      plain(direct![grid]!).every((value, cell) => value === found![grid]![cell]) ? [] : [grid],
    );
    expect(differing, `${label}, ${rows}x${cols}, batch ${batch}, ${threads} threads`).toEqual([]);
  }
  for (const run of runs) run.close();
  const wasCrew = worked.mock.calls.length > 0;
  worked.mockRestore();
  return wasCrew;
}

const groupsOf = (network: Network, rows: number, cols: number, batch: number): number => {
  const { plan } = new Maker(network).quickly({ rows, cols })!;
  return Math.ceil(batch / stateLayout({ rows, cols }, plan.stored.length, batch).grids);
};

describe("crews", () => {
  test(`${CASES} random programs`, { timeout: 600_000 }, async () => {
    const seen = new Set<boolean>();
    for (let seed = SEED; seed < SEED + CASES; seed++) {
      const random = seededRandom(seed);
      const { text } = randomProgram(random, "small");
      const { network } = compile({ name: "random.alg", text }, { quick: true });
      for (let at = 0; at < 3; at++) {
        const [rows, cols] = [1 + random.int(4), 1 + random.int(70)];
        const given = { network, rows, cols, batch: 2 + random.int(300), threads: 1 + random.int(4) };
        seen.add(await everyStep(given, random, `${again(seed)}\n${text}`));
      }
    }
    expect(seen.size).toBe(2);
  });

  test("where groups are as many as threads, twice as many, between and fewer", {
    timeout: 120_000,
  }, async () => {
    const random = seededRandom(SEED);
    const { network } = compile(readProgram("gf2"), { effort: 0, prove: false });
    const seen = new Map<string, boolean>();
    for (const batch of [2, 24, 25, 26, 50, 51, 75, 100, 101, 250])
      for (const threads of [1, 2, 3]) {
        const was = await everyStep({ network, rows: 3, cols: 65, batch, threads }, random, again(SEED));
        seen.set(`${groupsOf(network, 3, 65, batch)} by ${threads}`, was);
      }
    expect(seen.get("2 by 1")).toBe(false);
    expect(seen.get("2 by 2")).toBe(true);
    expect(seen.get("3 by 2")).toBe(false);
    expect(seen.get("4 by 2")).toBe(true);
    expect(seen.get("4 by 3")).toBe(false);
  });

  test("what does not fit is left to the direct engine, from the step before in each group", async () => {
    const random = seededRandom(SEED);
    // Numbers that grow, and at some time no longer fit.
    const growing: Network = {
      ...shift,
      program: "growing",
      stop: { kind: "fixpoint" },
      fields: [{ name: "x", role: "input", type: { kind: "range", lo: 0, hi: 15 }, initial: 0 }],
      channels: [{ name: "x", code: { kind: "integer", field: "x", from: 0, to: 15 } }],
      layers: [layer(3, [[0, 0, 0, 1, 1, 0, 0, 0, 0]], [0])],
    };
    const wasCrew = await everyStep(
      { network: growing, rows: 2, cols: 65, batch: 100, threads: 2 },
      random,
      "",
    );
    expect(wasCrew).toBe(true);
  });

  test("rounds follow one another at once, and threads that come late miss nothing", {
    timeout: 60_000,
  }, async () => {
    const random = seededRandom(SEED);
    const { network } = compile(readProgram("life"), { effort: 0, prove: false });
    const bits = await bitEngine(network, {
      threads: 3,
      startThreads: await loadWorkers(),
      cellsPerThread: 1,
    });
    if ("reason" in bits) throw new Error(bits.reason);
    const shape = { rows: 4, cols: 65 };
    const states = Array.from({ length: 150 }, () => encode(network, randomGrid(network, shape, random)));
    const runs = [directEngine(network), bits].map((engine) => engine.start(shape, states));
    for (const run of runs) for (let step = 0; step < 400; step++) await run.advance(1);
    const [direct, found] = await Promise.all(runs.map((run) => run.read()));
    for (const [grid, state] of direct!.entries()) expect(found![grid], `grid ${grid}`).toEqual(plain(state));
    for (const run of runs) run.close();
  });
});
