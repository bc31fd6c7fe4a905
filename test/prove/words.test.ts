// Words of bits against plain numbers, and what they say of networks against diagrams with a leaf for each number, and
// against runs.

import { describe, expect, test } from "vitest";
import { questions, RANGES, randomMachine, repeats, table } from "../../bench/compile-programs.ts";
import { type Compilation, compile } from "../../src/compile.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { Bdd } from "../../src/logic/bdd.ts";
import { FEW_NODES } from "../../src/logic/diagrams.ts";
import type { Network } from "../../src/network/network.ts";
import { bitsFor } from "../../src/network/network.ts";
import type { Invariant } from "../../src/proof/prove/invariant.ts";
import { lemmasOf, withTokens } from "../../src/proof/prove/lemma.ts";
import { mutantsOf } from "../../src/proof/prove/mutants.ts";
import { proveReachable } from "../../src/proof/prove/prove.ts";
import { proveStep } from "../../src/proof/prove/prove-step.ts";
import { compareSifted, compareWords } from "../../src/proof/prove/words/compare-words.ts";
import { numberWithin, Words } from "../../src/proof/prove/words/words.ts";
import { randomProgram } from "../random-program.ts";
import { again, SEED } from "../seed.ts";
import { expectRight, expectShown } from "./words-shown.ts";

const pick = <T>(random: Random, list: readonly T[]): T => list[random.int(list.length)]!;

/** What words say of every channel. */
const judged = (
  { rule }: Compilation,
  network: Network,
  { invariant = null, room }: { invariant?: Invariant | null; room?: number } = {},
) =>
  compareWords(rule, network, [...network.channels.keys()], {
    invariant,
    snaps: false,
    ...(room !== undefined && { room }),
  });

/** Of three mutants, what is said to differ does so in a run, and what is said to be proved does not. */
async function expectMutants(made: Compilation, random: Random): Promise<void> {
  const mutants = mutantsOf(made.network);
  for (let round = 0; round < 3; round++) {
    const { network, name } = pick(random, mutants);
    const found = judged(made, network);
    const label = `${name}, ${again(SEED)}`;
    await expectShown(made, network, found, label);
    await expectRight(made, network, found, random, label);
  }
}

test("words add up, compare and choose as numbers do", () => {
  const words = new Words(new Bdd(100_000));
  const { bdd } = words;
  const random = seededRandom(SEED);
  const ones = () => new Set([...Array(8).keys()].filter(() => random.int(2) === 1));
  const [a, b] = [0, 1].map((odd) => words.unsigned([0, 2, 4, 6].map((bit) => bdd.variable(6 - bit + odd))));
  for (let round = 0; round < 200; round++) {
    const given = ones();
    const value = (word: typeof a) => words.evaluate(word!, given);
    const [x, y] = [value(a), value(b)];
    const [n, m] = [random.int(41) - 20, random.int(41) - 20];
    const sum = words.sum(n, [
      { weight: m, of: a! },
      { weight: -3, of: b! },
    ]);
    expect(value(sum), again(SEED)).toBe(n + m * x - 3 * y);
    expect(value(words.rectified(sum))).toBe(Math.max(n + m * x - 3 * y, 0));
    expect(bdd.evaluate(words.isLess(sum, a!), (at) => Number(given.has(at)))).toBe(Number(value(sum) < x));
    expect(bdd.evaluate(words.isAtLeast(sum, n), (at) => Number(given.has(at)))).toBe(
      Number(value(sum) >= n),
    );
    expect(bdd.evaluate(words.is(sum, n), (at) => Number(given.has(at)))).toBe(Number(value(sum) === n));
    expect(value(words.choose(words.isLess(a!, b!), sum, a!))).toBe(x < y ? value(sum) : x);
    // The variables of `a`, highest first.
    const steps = [0, 3, 7, 11].map((from) => ({ from, value: random.int(9) - 4 }));
    expect(value(words.stepped([0, 2, 4, 6], steps, 15))).toBe(
      steps.findLast(({ from }) => from <= x)!.value,
    );
  }
});

test("numbers up to a last one: all assignments of bits are some, and bits, steps and readings agree", () => {
  for (let most = 0; most < 40; most++) {
    const bits = bitsFor(most);
    const bdd = new Bdd(10_000);
    const words = new Words(bdd);
    const variables = Array.from({ length: bits }, (_, at) => at);
    const number = words.unsigned(words.within(variables, most));
    const from = [...Array(most + 1).keys()].filter((value) => value === 0 || value % 3 === most % 3);
    const steps = from.map((each) => ({ from: each, value: (7 * each) % 11 }));
    const step = words.stepped(variables, steps, most);
    const found = new Set<number>();
    for (let assignment = 0; assignment < 2 ** bits; assignment++) {
      const isOne = variables.map((at) => Math.floor(assignment / 2 ** (bits - 1 - at)) % 2 === 1);
      const ones = new Set(variables.filter((at) => isOne[at]));
      const value = words.evaluate(number, ones);
      found.add(value);
      expect(value, `${assignment} of ${most}`).toBe(numberWithin(most, isOne));
      if (assignment <= most) expect(value).toBe(assignment);
      expect(words.evaluate(step, ones)).toBe(steps.findLast(({ from }) => from <= value)!.value);
    }
    expect([...found].sort((a, b) => a - b)).toEqual([...Array(most + 1).keys()]);
  }
});

describe("networks by words", () => {
  test("random programs and mutants: as by diagrams of all cases", { timeout: 300_000 }, async () => {
    let [same, differing] = [0, 0];
    for (let seed = SEED; seed < SEED + 8; seed++) {
      const random = seededRandom(seed);
      const { text } = randomProgram(random, "small");
      const others = pick(random, ["auto", "integer", "binary", "thermometer", "one-hot"] as const);
      const options = { codes: { others }, effort: 0, prune: seed % 2 === 0 };
      const made = compile({ name: "random.alg", text }, options);
      const invariant = seed % 4 === 0 ? lemmasOf(made.checked, made.rule).cells() : null;
      const mutants = mutantsOf(made.network);
      const some = Array.from({ length: 6 }, () => pick(random, mutants).network);
      for (const network of [made.network, ...some]) {
        const label = `${others}, ${again(seed)}\n${text}`;
        const found = judged(made, network, { invariant });
        const { channels } = proveStep(made.rule, network, { invariant });
        for (const [channel, verdict] of found.entries()) {
          if (verdict === null) continue;
          const byWords = verdict.difference === null ? "proved" : "differs";
          if (channels[channel]!.how === "diagram")
            expect(byWords, `${label}, ${channel}`).toBe(channels[channel]!.outcome);
          if (byWords === "proved") same++;
          else differing++;
        }
        await expectShown(made, network, found, label);
      }
    }
    expect(same).toBeGreaterThan(80);
    expect(differing).toBeGreaterThan(10);
  });

  test.each(
    Object.keys(RANGES).flatMap((name) =>
      (["binary", "integer"] as const).map((others) => ({ name, others })),
    ),
  )(
    "$name with $others codes: the network, and no mutant that a step shows to be wrong",
    { timeout: 300_000 },
    async ({ name, others }) => {
      const random = seededRandom(SEED);
      const text = RANGES[name]!(65_535);
      const made = compile({ name: `${name}.alg`, text }, { codes: { others }, effort: 0, prune: false });
      expect(judged(made, made.network).map((verdict) => verdict?.difference)).toEqual(
        made.network.channels.map(() => null),
      );
      await expectMutants(made, random);
    },
  );

  test("machines with any number of heads, and tables", { timeout: 300_000 }, async () => {
    const random = seededRandom(SEED);
    for (const text of [randomMachine(40, 3, SEED), randomMachine(33, 5, SEED + 1), table(300, SEED)]) {
      const made = compile({ name: "m.alg", text }, { effort: 0, prune: false, tokens: false });
      const all = judged(made, made.network);
      expect(all.map((verdict) => verdict?.difference)).toEqual(made.network.channels.map(() => null));
      await expectMutants(made, random);
    }
  });

  test("programs of many lines, which take more room than one view has", { timeout: 300_000 }, async () => {
    const random = seededRandom(SEED);
    const sides = ["right", "up", "left", "down"];
    const parts = Array.from({ length: 36 }, (_, at) => {
      const count = 2 + random.int(5);
      return `repeat ${count} times { sweep ${sides[at % 4]} { x = x xor ${sides[(at + 2) % 4]}.x } }`;
    });
    const text = `program p { input x: bit ${parts.join("\n")} }`;
    const made = compile({ name: "long.alg", text }, { effort: 0, prune: false });
    const room = 100_000;
    const all = judged(made, made.network, { room });
    expect(all.map((verdict) => verdict?.difference)).toEqual(made.network.channels.map(() => null));
    expect(all.reduce((sum, verdict) => sum + verdict!.nodes, 0)).toBeGreaterThan(room);
    const { network, name } = pick(random, mutantsOf(made.network));
    const found = judged(made, network, { room });
    await expectShown(made, network, found, `${name}, ${again(SEED)}`);
    await expectRight(made, network, found, random, `${name}, ${again(SEED)}`);
  });

  test("orders that are looked for: as in the usual one, whatever room there is at first", {
    timeout: 300_000,
  }, async () => {
    let [same, differing, open, decided, sooner] = [0, 0, 0, 0, 0];
    for (let seed = SEED; seed < SEED + 6; seed++) {
      const random = seededRandom(seed);
      const { text } = randomProgram(random, "small");
      const made = compile({ name: "random.alg", text }, { effort: 0, prune: seed % 2 === 0 });
      const { rule } = made;
      const lemmas = lemmasOf(made.checked, rule);
      const tokens = rule.fields.map(({ name }) => name).filter(lemmas.isToken);
      const invariant = withTokens(rule, lemmas.cells(), seed % 3 === 0 ? tokens : []);
      const mutants = mutantsOf(made.network);
      const some = Array.from({ length: 4 }, () => pick(random, mutants).network);
      for (const network of [made.network, ...some]) {
        const label = `${again(seed)}\n${text}`;
        const all = [...network.channels.keys()];
        const found = compareSifted(rule, network, all, { invariant, snaps: false });
        const usual = judged(made, network, { invariant });
        const differs = (verdict: (typeof found)[number]) => verdict && verdict.difference !== null;
        expect(found.map(differs), label).toEqual(usual.map(differs));
        for (const each of found)
          if (differs(each)) differing++;
          else same++;
        for (const room of [2 ** 5, 2 ** (6 + random.int(6)), 2 ** 12]) {
          const tight = compareSifted(rule, network, all, { invariant, snaps: false, room });
          await expectShown(made, network, tight, label);
          const most = judged(made, network, { invariant, room });
          for (const [channel, verdict] of tight.entries()) {
            if (verdict === null) open++;
            else {
              decided++;
              if (most[channel] === null) sooner++;
              expect(differs(verdict), `${label}, channel ${channel}, room ${room}`).toBe(
                differs(found[channel]!),
              );
            }
          }
        }
      }
    }
    expect(same).toBeGreaterThan(80);
    expect(differing).toBeGreaterThan(5);
    expect(open).toBeGreaterThan(20);
    expect(decided).toBeGreaterThan(20);
    expect(sooner).toBeGreaterThan(20);
  });

  test("neighbours that are added, compared and chosen between, which takes an order that is looked for", {
    timeout: 300_000,
  }, () => {
    const text = `program sweeps {
      input k: 0..9
      state told: bit
      sweep down left { k = right.k }
      each { k = max(k - 3, 0) }
      if all(k != 6) {
        sweep down right { if k > 5 { k = up.k } }
        sweep down {
          if left.k <= upleft.k { k = max(min(max(k, up.k, upleft.k), k - downleft.k), 0) }
        }
      }
    }`;
    const made = compile({ name: "sweeps.alg", text }, { effort: 0, prove: false });
    const all = [...made.network.channels.keys()];
    const options = { invariant: null, snaps: false };
    expect(compareWords(made.rule, made.network, all, options)).toContain(null);
    const found = compareSifted(made.rule, made.network, all, options);
    expect(found.map((verdict) => verdict?.difference)).toEqual(all.map(() => null));
  });

  test("numbers, conditions and a choice of lines that meet in one next value: proved, and no mutant is", {
    timeout: 300_000,
  }, async () => {
    const text = `program meet {
      input a: -20..15
      output b: bit
      state c: -20..15
      state d: enum { red, green, blue, gold } = red
      repeat rows times {
        sweep down left {
          c = abs(if b then up.c else upright.a + b) % 9
          if down.c > 4 and down.c != downleft.b {
            c = max(min(if left.b xor b then count(beside.b) else if b then up.c else 0, 15), -20)
          } else if down.b { d = blue } else { a = left.b d = gold }
        }
      }
      repeat cols times {
        sweep up {
          if abs(c) >= count(beside.b) {
            a = abs(if upleft.d != red xor b then max(up.c, up.a, a) else a - 4) % 9
            b = right.d != red or 0 >= downleft.b
          } else { c = max(min(c, 15), -20) }
        }
        each {
          a = count(beside.b)
          if right.b - c != a { d = d } else { b = 4 <= a xor 3 >= a }
        }
      }
    }`;
    const made = compile({ name: "meet.alg", text }, { effort: 0, prove: false });
    const all = [...made.network.channels.keys()];
    const { tokens = [] } = made.network;
    const invariant = withTokens(made.rule, null, tokens);
    const options = { invariant, snaps: false };
    expect(compareWords(made.rule, made.network, all, options)).toContain(null);
    const found = compareSifted(made.rule, made.network, all, options);
    expect(found.map((verdict) => verdict?.difference)).toEqual(all.map(() => null));
    const random = seededRandom(SEED);
    const { network, name } = pick(random, mutantsOf(made.network));
    const mutant = compareSifted(made.rule, network, all, options);
    await expectShown(made, network, mutant, `${name}, ${again(SEED)}`);
    await expectRight(made, network, mutant, random, `${name}, ${again(SEED)}`);
  });

  test("programs on both sides of where diagrams of all cases end", { timeout: 300_000 }, async () => {
    const random = seededRandom(SEED);
    const sides = new Set<boolean>();
    for (const most of [5, 60]) {
      const text = RANGES.distances!(most);
      const made = compile(
        { name: "near.alg", text },
        { codes: { others: "thermometer" }, effort: 0, prune: false },
      );
      for (const network of [made.network, pick(random, mutantsOf(made.network)).network]) {
        const step = proveStep(made.rule, network);
        const found = judged(made, network);
        const isSame = found.every((verdict) => verdict?.difference === null);
        expect(step.outcome, `${most}, ${again(SEED)}\n${text}`).toBe(isSame ? "proved" : "differs");
        sides.add(step.channels.reduce((sum, { work }) => sum + work, 0) < FEW_NODES);
        await expectShown(made, network, found, `${most}, ${again(SEED)}`);
        await expectRight(made, network, found, random, `${most}, ${again(SEED)}`);
      }
    }
    expect(sides.size).toBe(2);
  });
});

/** Processor time of work, in milliseconds. */
function processorTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

test.each([
  ["a machine of 500 states", randomMachine(500, 2, 1)],
  ["40 repeated sweeps", repeats(40)],
  ["20 questions to the whole grid", questions(20)],
])(
  "%s: what takes long and is not needed for a proof is not tried first",
  { timeout: 120_000 },
  (_, text) => {
    let made: Compilation | undefined;
    const compiling = processorTime(() => {
      made = compile({ name: "p.alg", text }, { prove: false });
    });
    const { checked, rule, network } = made!;
    const proving = processorTime(() => {
      expect(proveReachable(rule, network, {}, lemmasOf(checked, rule)).step.outcome).toBe("proved");
    });
    expect(proving).toBeLessThan(2.5 * compiling);
  },
);
