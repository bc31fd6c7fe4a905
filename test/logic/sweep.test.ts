// Functions of a graph whose equal nodes are found by search, against diagrams.

import { expect, test } from "vitest";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { Bdd, type Bool, type BooleanFunctions } from "../../src/logic/bdd.ts";
import { unlessTooLarge } from "../../src/logic/nodes.ts";
import { Sweep } from "../../src/logic/sweep.ts";
import { expectSame } from "../same.ts";
import { again, cases, SEED } from "../seed.ts";

const VARIABLES = 10;
const SAMPLES = 2;

/** Samples that are nearly all 0, so that most functions look alike at first, or any. */
const sweepOf = (random: Random, isPoor: boolean): Sweep => {
  const columns = Array.from({ length: VARIABLES }, () =>
    Int32Array.from({ length: SAMPLES }, () => (isPoor ? 0 : random.int(2 ** 31) | 0)),
  );
  return new Sweep((variable) => columns[variable]!, SAMPLES, 100_000);
};

/** The same random functions of two kinds. */
function* pairs(random: Random, a: BooleanFunctions, b: BooleanFunctions, count: number) {
  const known = Array.from({ length: VARIABLES }, (_, at) => [a.variable(at), b.variable(at)] as const);
  for (let made = 0; made < count; made++) {
    const [f, g, h] = [0, 1, 2].map(() => known[random.int(known.length)]!);
    const of = (functions: BooleanFunctions, side: 0 | 1): Bool => {
      const [x, y, z] = [f![side], g![side], h![side]];
      switch (kind) {
        case 0:
          return functions.and(x, functions.not(y));
        case 1:
          return functions.or(x, y, z);
        case 2:
          return functions.xor(x, y);
        default:
          return functions.ite(x, y, z);
      }
    };
    const kind = random.int(4);
    const pair = [of(a, 0), of(b, 1)] as const;
    known.push(pair);
    yield pair;
  }
}

test.each([true, false])("random functions, samples that tell nothing: %s", (isPoor) => {
  const counts = { equal: 0, merged: 0, different: 0, never: 0, samples: 0 };
  for (let seed = SEED; seed < SEED + cases(3); seed++) {
    const [random, note] = [seededRandom(seed), again(seed)];
    const [bdd, sweep] = [new Bdd(), sweepOf(random, isPoor)];
    const all: (readonly [Bool, Bool])[] = [];
    for (const [f, g] of pairs(random, bdd, sweep, 60)) {
      for (let round = 0; round < 5; round++) {
        const values = Array.from({ length: VARIABLES }, () => random.int(2));
        const value = (variable: number) => values[variable]!;
        expectSame(sweep.evaluate(g, value), bdd.evaluate(f, value), note);
      }
      expect(sweep.supportOf([g]), again(seed)).toEqual(expect.arrayContaining(bdd.supportOf([f])));
      for (const [other, swept] of all) {
        // Numbers are equal only where functions are, and a search says whether they are.
        if (g === swept) expectSame(f, other, note);
        expectSame(sweep.never([sweep.xor(g, swept)], 100_000), f === other, note);
        counts[f !== other ? "different" : g === swept ? "merged" : "equal"]++;
        const is = sweep.sample([g, swept], 100_000);
        expectSame(is, bdd.and(f, other) !== 0, note);
        expectSame(sweep.never([g, swept], 100_000), !is, note);
        if (!is) {
          counts.never++;
          continue;
        }
        const ones = sweep.onesSeen(sweep.and(g, swept))!;
        const value = (variable: number) => (ones.has(variable) ? 1 : 0);
        expectSame(bdd.evaluate(bdd.and(f, other), value), 1, note);
        counts.samples++;
      }
      all.push([f, g]);
    }
  }
  expect(counts.merged).toBeGreaterThan(5);
  expect(counts.different).toBeGreaterThan(100);
  expect(counts.never).toBeGreaterThan(10);
  expect(counts.samples).toBeGreaterThan(100);
});

test("what functions are in samples: what all assignments in them say", () => {
  const random = seededRandom(SEED);
  const columns = Array.from({ length: VARIABLES }, () =>
    Int32Array.from({ length: SAMPLES }, () => random.int(2 ** 31) | 0),
  );
  const sweep = new Sweep((variable) => columns[variable]!, SAMPLES, 100_000);
  const bdd = new Bdd();
  const bit = (column: Int32Array, sample: number) => (column[sample >> 5]! >>> (sample & 31)) & 1;
  const all = [...pairs(random, bdd, sweep, 80)];
  let [exact, open] = [0, 0];
  for (const [f, g] of all) {
    const [other, swept] = all[random.int(all.length)]!;
    const values = Array.from({ length: 32 * SAMPLES }, (_, sample) => sample)
      .filter((sample) => bdd.evaluate(other, (variable) => bit(columns[variable]!, sample)) === 1)
      .map((sample) => bdd.evaluate(f, (variable) => bit(columns[variable]!, sample)));
    const found = sweep.seenWhere(g, sweep.samplesWhere([swept]));
    // Searches have added samples to these.
    const seen = new Set(values);
    if (seen.size === 2) expect(found, again(SEED)).toBeNull();
    else if (seen.size === 1) expect([null, values[0]], again(SEED)).toContain(found);
    if (seen.size === 1 && found !== null) exact++;
    if (bdd.meets(f, other) && bdd.meets(bdd.not(f), other)) open++;
    else if (seen.size > 0) expect(found, again(SEED)).toBe(bdd.meets(f, other) ? 1 : 0);
  }
  expect(exact).toBeGreaterThan(5);
  expect(open).toBeGreaterThan(5);
});

test("where the stack was full in the middle of something, nothing is said that is not so", () => {
  let full = 0;
  const rounds = cases(200);
  for (let round = 0; round < rounds; round++) {
    const random = seededRandom(SEED + round);
    const [bdd, sweep] = [new Bdd(), sweepOf(random, true)];
    const all = [...pairs(random, bdd, sweep, 60)];
    const pick = () => all[random.int(all.length)]!;
    let left = 60;
    // On the way back from where the stack is full, there is more and more room to ask.
    const ask = (): void => {
      try {
        ask();
      } catch (error) {
        if (error instanceof RangeError) full++;
      }
      if (left-- > 0) sweep.never([pick()[1], pick()[1]], 1000);
    };
    unlessTooLarge(ask, () => undefined);
    for (let asked = 0; asked < 300; asked++) {
      const [[f, swept], [g, other]] = [pick(), pick()];
      const never = () => sweep.never([swept, other], 1000);
      if (unlessTooLarge(never, () => false)) expect(bdd.meets(f, g), again(SEED + round)).toBe(false);
    }
  }
  expect(full).toBeGreaterThan(2 * rounds);
});
