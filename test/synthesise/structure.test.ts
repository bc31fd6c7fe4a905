// Networks made from the structure alone: right for every strategy, on random programs and on the library; and no
// larger than in proportion for large machines, ranges, tables and long programs.

import { describe, expect, test } from "vitest";
import { fields, nested, passes, RANGES, randomMachine, table } from "../../bench/compile-programs.ts";
import { checkProgram } from "../../src/compile.ts";
import { lower } from "../../src/compiler/lower/lower.ts";
import type { Rule } from "../../src/compiler/schedule/rule.ts";
import { schedule } from "../../src/compiler/schedule/schedule.ts";
import { codesFor } from "../../src/compiler/synthesise/field-codes.ts";
import { STRATEGIES } from "../../src/compiler/synthesise/strategy.ts";
import { structureOf } from "../../src/compiler/synthesise/structure.ts";
import { networkFrom, synthesise } from "../../src/compiler/synthesise/synthesise.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { ruleEngine } from "../../src/engines/rule.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { USUAL_CODES } from "../../src/logic/channels.ts";
import { type Network, sizeOf } from "../../src/network/network.ts";
import { encode } from "../../src/network/state.ts";
import { proveStep } from "../../src/proof/prove/prove-step.ts";
import { programNames, readProgram } from "../programs/programs.ts";
import { type RandomProgram, randomProgram } from "../random-program.ts";
import { again, SEED } from "../seed.ts";

const ruleOf = (text: string): Rule => schedule(lower(checkProgram({ name: "program", text }).checked));

/** Those that are tried, and one that makes a unit of every first value. */
const ALL = [...STRATEGIES.best, { ...STRATEGIES.ofFirstValues, firstTerms: 1 }, ...STRATEGIES.balanced];

function structural(rule: Rule, strategy: number): Network {
  return networkFrom(rule, USUAL_CODES, "", structureOf(rule, USUAL_CODES, ALL[strategy]!).candidate());
}

/** One step of network and rule from random states, legal or not for the program. */
async function expectSameStep(
  rule: Rule,
  network: Network,
  grids: number,
  seed: number,
  note: string,
): Promise<void> {
  const random = seededRandom(seed);
  const engine = ruleEngine(rule);
  for (let trial = 0; trial < grids; trial++) {
    const shape = { rows: 1 + random.int(4), cols: 1 + random.int(4) };
    const grid = randomGrid(shape, rule.fields, random);
    const run = directEngine(network).start(shape, [encode(network, grid)]);
    await run.advance(1);
    expect((await run.read())[0], note).toEqual(encode(network, engine.step(grid)));
  }
}

const sizes: readonly NonNullable<Parameters<typeof randomProgram>[1]>[] = ["small", "full"];

test.each(sizes)(
  `random programs (%s) by every strategy, seed ${SEED}`,
  { timeout: 120_000 },
  async (size) => {
    for (let at = 0; at < 3 * ALL.length; at++) {
      const seed = SEED + at;
      const { text }: RandomProgram = randomProgram(seededRandom(seed), size);
      const rule = ruleOf(text);
      const strategy = at % ALL.length;
      const note = `strategy ${strategy}, ${again(seed)}\n${text}`;
      await expectSameStep(rule, structural(rule, strategy), 6, seed, note);
    }
  },
);

test(`a strategy that need not be tried makes a network that is there, seed ${SEED}`, {
  timeout: 120_000,
}, () => {
  const left = { out: 0, in: 0 };
  for (let at = 0; at < 30; at++) {
    const seed = SEED + at;
    const { text }: RandomProgram = randomProgram(seededRandom(seed), "small");
    const rule = ruleOf(text);
    const codes = at % 3 === 0 ? codesFor(rule, { others: "binary" }).tried[0]! : USUAL_CODES;
    const made = STRATEGIES.ofNumbers.map((strategy) => structureOf(rule, codes, strategy));
    for (const [one, structure] of made.entries()) {
      expect(structure.isThatOf(STRATEGIES.ofNumbers[one]!), again(seed)).toBe(true);
      for (const [other, strategy] of STRATEGIES.ofNumbers.entries()) {
        left[structure.isThatOf(strategy) ? "out" : "in"]++;
        if (!structure.isThatOf(strategy)) continue;
        const { layers, residual } = made[other]!.candidate();
        expect({ layers, residual }, `${one} ${other} ${again(seed)}\n${text}`).toEqual({
          layers: structure.candidate().layers,
          residual: structure.candidate().residual,
        });
      }
    }
  }
  expect(Math.min(left.out, left.in)).toBeGreaterThan(300);
});

test.each(programNames)("%s is proved as its structure says", { timeout: 60_000 }, (name) => {
  const rule = ruleOf(readProgram(name).text);
  for (const strategy of [0, 5]) expect(proveStep(rule, structural(rule, strategy)).outcome).toBe("proved");
});

describe("quotients of numbers that are made of others", () => {
  const madeFor = (hi: number, value: string) => {
    const text = `program p {
      input a: 0..${hi}
      input b: 0..${hi}
      output y: 0..${hi}
      each { y = (${value}) % 5 }
    }`;
    const rule = ruleOf(text);
    const codes = codesFor(rule).tried.at(-1)!;
    return [true, false].map((splitSteps) => {
      const structure = structureOf(rule, codes, { ...STRATEGIES.best[0]!, splitSteps });
      return { rule, structure, network: networkFrom(rule, codes, "", structure.candidate()) };
    });
  };
  const sizesOf = (hi: number, value: string) => madeFor(hi, value).map(({ structure }) => structure.nonzero);

  test.each(["max(a, b)", "min(a, left.b)", "if a > up.b then b else right.a"])("%s", async (value) => {
    for (const hi of [9, 10, 15, 255])
      for (const { rule, network } of madeFor(hi, value))
        await expectSameStep(rule, network, 6, SEED, `${value} ${hi}`);
    const [split, whole] = sizesOf(255, value);
    expect(whole).toBeLessThan(0.8 * split!);
    const [fewSplit, fewWhole] = sizesOf(15, value);
    expect(fewSplit).toBeLessThan(fewWhole!);
  });
});

describe("sizes are in proportion", () => {
  const nonzero = (text: string): number =>
    structureOf(ruleOf(text), USUAL_CODES, STRATEGIES.best[0]!).nonzero;

  test.each([
    [30, 2, 632],
    [30, 4, 1244],
    [100, 2, 1935],
  ])("machines of %i states and %i symbols", { timeout: 60_000 }, async (states, symbols, most) => {
    const rule = ruleOf(randomMachine(states, symbols, SEED));
    const network = structural(rule, 0);
    expect(sizeOf(network).nonzero, again(SEED)).toBeLessThanOrEqual(most);
    await expectSameStep(rule, network, 4, SEED, again(SEED));
  });

  test.each(Object.keys(RANGES))("ranges: %s", { timeout: 60_000 }, async (kind) => {
    const rule = ruleOf(RANGES[kind]!(255));
    const network = structural(rule, 0);
    expect(sizeOf(network).nonzero).toBeLessThanOrEqual(3100);
    await expectSameStep(rule, network, 3, SEED, kind);
    // Linear in the range.
    expect(nonzero(RANGES[kind]!(63))).toBeLessThan(2.2 * nonzero(RANGES[kind]!(31)));
  });

  test("rows of a random table, whose first value is a unit", { timeout: 60_000 }, async () => {
    const sizeFor = (rows: number): number =>
      synthesise(ruleOf(table(rows, SEED)), "", { effort: 0 }).candidates[0]!.nonzero;
    // Fewer rows are tables of few cases.
    expect(sizeFor(400)).toBeLessThan(8 ** 1.1 * sizeFor(50));
    const rule = ruleOf(table(200, SEED));
    const network = structural(rule, STRATEGIES.best.length);
    expect(sizeOf(network).nonzero).toBeLessThan(0.85 * nonzero(table(200, SEED)));
    await expectSameStep(rule, network, 4, SEED, again(SEED));
    expect(proveStep(rule, network).outcome).toBe("proved");
  });

  test.each([
    ["instructions", passes, 20],
    ["nested tests", nested, 3],
    ["fields", fields, 25],
    ["rows of a table", (rows: number) => table(rows, SEED), 100],
  ] as const)("%s", { timeout: 60_000 }, async (_, program, count) => {
    const text = program(2 * count);
    const rule = ruleOf(text);
    await expectSameStep(rule, structural(rule, 0), 2, SEED, text);
    expect(nonzero(text)).toBeLessThan(2.5 * nonzero(program(count)));
  });
});
