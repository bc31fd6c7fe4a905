// What `auto` takes, on both sides of the amount of work at which it changes, comes to what the direct engine comes to.

import { describe, expect, test } from "vitest";
import type { Io } from "../../src/cli/io.ts";
import { openEngine, SMALL_WORK, type Work } from "../../src/cli/load.ts";
import { compile } from "../../src/compile.ts";
import { directEngine } from "../../src/engines/direct.ts";
import type { Engine } from "../../src/engines/engine.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { type Network, sizeOf } from "../../src/network/network.ts";
import { encode } from "../../src/network/state.ts";
import { withWeight } from "../network/dense.ts";
import { learnedLike, life, parity, randomGrid, SAMPLES } from "../network/samples.ts";
import { loaderWith } from "../other-sizes.ts";
import { compileProgram } from "../programs/programs.ts";
import { randomProgram } from "../random-program.ts";
import { again, SEED } from "../seed.ts";

const auto = (network: Network, work: Work): Promise<Engine> =>
  openEngine({} as Io, network, "auto", { verbose: false }, work);

/** The most cells for which the direct engine is taken, for one step. */
const mostCells = (network: Network): number => Math.ceil(SMALL_WORK / sizeOf(network).nonzero) - 1;

const below = (network: Network): Work => ({ cells: mostCells(network), steps: 1 });
const above = (network: Network): Work => ({ cells: mostCells(network) + 1, steps: 1 });

/** Every state of a run of some steps, from a random batch. */
async function agrees(network: Network, engine: Engine, seed: number): Promise<void> {
  const random = seededRandom(seed);
  const shape = { rows: 1 + random.int(3), cols: [1, 7, 128, 131][random.int(4)]! };
  const states = Array.from({ length: 1 + random.int(2) }, () =>
    encode(network, randomGrid(network, shape, random)),
  );
  const runs = [directEngine(network), engine].map((each) => each.start(shape, states));
  for (let step = 0; step < 12; step++) {
    const [expected, found] = await Promise.all(runs.map((run) => run.read()));
    expect(
      found!.map((state) => state.map((value) => value + 0)),
      `${network.program}, ${engine.name}, step ${step}; ${again(seed)}`,
    ).toEqual(expected!.map((state) => state.map((value) => value + 0)));
    for (const run of runs) await run.advance(1);
  }
  for (const run of runs) run.close();
}

async function onBothSides(network: Network, seed: number): Promise<[below: string, above: string]> {
  const engines = [await auto(network, below(network)), await auto(network, above(network))];
  for (const engine of engines) await agrees(network, engine, seed);
  const names = engines.map(({ name }) => name);
  for (const engine of engines) engine.close();
  return [names[0]!, names[1]!];
}

describe("networks of zeros and ones", () => {
  test.each(["gf2", "sort", "balanced_tm", "wireworld", "dyck", "nearest"])(
    "%s",
    { timeout: 60_000 },
    async (name) => {
      const network = compileProgram(name, { effort: 0 }).network;
      // Of random states some are none that nearest comes to: these are left to the direct engine.
      const large = name === "nearest" ? /^(bits|direct)/ : /^bits/;
      expect(await onBothSides(network, SEED)).toEqual(["direct", expect.stringMatching(large)]);
    },
  );

  test("random programs", { timeout: 120_000 }, async () => {
    let bits = 0;
    for (let i = 0; i < 12; i++) {
      const { text } = randomProgram(seededRandom(SEED + i), "small");
      const { network } = compile({ name: "random", text }, { effort: 0 });
      const [, large] = await onBothSides(network, SEED + i);

      if (large.startsWith("bits")) bits += 1;
    }
    expect(bits).toBeGreaterThan(6);
  });
});

describe("other networks", () => {
  test.each(SAMPLES.map((network) => [network.program, network] as const))(
    "%s as learned, rounded",
    async (_, network) => {
      const [small, large] = await onBothSides(learnedLike(network, 0.01, SEED), SEED);
      expect(small).toBe("direct");
      expect(large).toMatch(/^(bits|tensor)/);
    },
  );

  test("those whose sums round without being rounded stay with the engine that defines their order", async () => {
    const learned = { ...learnedLike(life, 0.01, SEED), snap: false };
    expect(await onBothSides(learned, SEED)).toEqual(["direct", "direct"]);
  });

  test("whole numbers that leave 0 and 1 are noticed by the bit engine", async () => {
    const twice = withWeight(parity, 1, 2, 2);
    const [, large] = await onBothSides(twice, SEED);
    expect(large).toMatch(/^bits/);
  });

  test("of many fields of which each reads few, and with too many gates", { timeout: 60_000 }, async () => {
    const fields = Array.from({ length: 400 }, (_, at) => `f${at}`);
    const around = (at: number) => `count(around.${fields[at % fields.length]})`;
    const text = `program many {
      ${fields.map((name) => `input ${name}: bit`).join("\n")}
      each { ${fields.map((name, at) => `${name} = ${around(at + 1)} + ${around(at + 7)} + ${around(at + 50)} >= 11`).join("\n")} }
    }`;
    const { network } = compile({ name: "many.alg", text }, { effort: 0, prove: false });
    expect(await onBothSides(network, SEED)).toEqual(["direct", "direct"]);
  });

  test("of more weights than engines that keep all of them take", { timeout: 60_000 }, async () => {
    const { load, close } = await loaderWith([["network/operators.ts", "MOST_DENSE_WEIGHTS", 10]]);
    const small = await load<{ openEngine: typeof openEngine }>("/src/cli/load.ts");
    const names = { usual: "", small: "" };
    for (const sample of SAMPLES) {
      const network = learnedLike(sample, 0.01, SEED);
      const engine = await small.openEngine({} as Io, network, "auto", { verbose: false }, above(network));
      const usual = await auto(network, above(network));
      names.small += engine.name;
      names.usual += usual.name;
      for (const each of [engine, usual]) each.close();
    }
    await close();
    expect(names).toEqual({
      usual: expect.stringContaining("tensor"),
      small: expect.not.stringContaining("tensor"),
    });
  });

  test("overflow is refused on both sides", async () => {
    const large = withWeight(withWeight(parity, 0, 4, 3e38), 1, 0, 3e38);
    for (const work of [below(large), above(large)])
      await expect(auto(large, work)).rejects.toThrow("has no certain result");
  });
});

test("without a word about the work, it is taken to be small", async () => {
  expect((await openEngine({} as Io, life, "auto", { verbose: false })).name).toBe("direct");
});

test("the engine that is named is the one that a run takes", async () => {
  const written: string[] = [];
  const io = { stderr: { write: (text: string) => written.push(text) } } as unknown as Io;
  const { network } = compileProgram("bb3", { effort: 0 });
  const engine = await openEngine(io, network, "auto", { verbose: true }, above(network));
  const state = new Float32Array(3 * network.channels.length);
  expect(written).toEqual([]);
  for (const states of [[state], [state], [state, state]]) engine.start({ rows: 1, cols: 3 }, states).close();
  engine.close();
  expect(written).toEqual(["engine: memo\n", expect.stringMatching(/^engine: bits/)]);
});
