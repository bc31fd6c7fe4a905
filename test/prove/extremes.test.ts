// Maxima, counts and comparisons over wide ranges: proved by the sums that network and rule share, in whatever order
// they are made; and no mutant is that runs show to be wrong.

import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import type { Rule } from "../../src/compiler/schedule/rule.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { mutantsOf } from "../../src/proof/prove/mutants.ts";
import { compareSwept, compareWords } from "../../src/proof/prove/words/compare-words.ts";
import { SOME_EFFORT } from "../../src/proof/prove/words/sat-sweep.ts";
import type { WordsVerdict } from "../../src/proof/prove/words/verdict.ts";
import { again, cases, SEED } from "../seed.ts";
import { expectRight, expectShown } from "./words-shown.ts";

const pick = <T>(random: Random, list: readonly T[]): T => list[random.int(list.length)]!;

const differs = (verdict: WordsVerdict | null) => verdict && verdict.difference !== null;

const OPTIONS = { invariant: null, snaps: false };
const compareSoon = (rule: Rule, network: Network, channels: readonly number[]) =>
  compareSwept(rule, network, channels, OPTIONS, SOME_EFFORT);

const AROUND = ["up", "down", "left", "right", "upleft", "upright", "downleft", "downright"];
const named = (count: number) => Array.from({ length: count }, (_, at) => `f${at}`);
const chain = (count: number) =>
  named(count).reduce((inner, name, at) => `${at % 2 === 0 ? "max" : "min"}(${name}, ${inner})`);

const WIDE = {
  "the largest of eight neighbours": `program p {
    input x: 0..100
    loop { each { x = max(${AROUND.map((side) => `${side}.x`).join(", ")}) } }
  }`,
  "the largest of sixteen fields": `program p {
    input ${named(16).join(", ")}: 0..63
    output y: 0..63
    each { y = max(${named(16).join(", ")}) }
  }`,
  "a count of what is larger": `program p {
    input x: 0..1000
    output c: 0..8
    each { c = count(around.x > x) }
  }`,
  "minima and maxima within one another": `program p {
    input ${named(16).join(", ")}: 0..63
    output y: 0..63
    each { y = ${chain(16)} }
  }`,
  "the middle one of five": `program p {
    input x: 0..100
    output y: 0..100
    each {
      let a = max(min(up.x, left.x), min(down.x, right.x))
      let b = min(max(up.x, left.x), max(down.x, right.x))
      y = max(min(a, b), min(max(a, b), x))
    }
  }`,
};

describe.each(Object.entries(WIDE))("%s", (name, text) => {
  test.each(["auto", "integer"] as const)("with %s codes", { timeout: 120_000 }, async (others) => {
    const options = { effort: 0, prove: false, ...(others !== "auto" && { codes: { others } }) };
    const made = compile({ name: "p.alg", text }, options);
    const judged = (network = made.network) => compareSoon(made.rule, network, [...network.channels.keys()]);
    expect(judged().map((verdict) => verdict?.difference)).toEqual(made.network.channels.map(() => null));
    const random = seededRandom(SEED);
    const mutants = mutantsOf(made.network);
    for (let at = 0; at < cases(4); at++) {
      const { network, name: mutant } = pick(random, mutants);
      const found = judged(network);
      const label = `${name}, ${mutant}, ${again(SEED)}`;
      await expectShown(made, network, found, label);
      await expectRight(made, network, found, random, label);
    }
  });
});

/** An expression of minima, maxima and small numbers added, over a cell and its neighbours. */
function randomExtreme(random: Random, depth: number): string {
  if (depth === 0 || random.int(5) === 0)
    return random.int(6) === 0 ? `${random.int(10)}` : pick(random, ["x", "left.x", "up.x", "y", "right.y"]);
  const [a, b] = [randomExtreme(random, depth - 1), randomExtreme(random, depth - 1)];
  if (random.int(4) === 0) return `(${a} ${pick(random, ["+", "-"])} ${random.int(4)})`;
  return `${pick(random, ["min", "max"])}(${a}, ${b})`;
}

test("random minima and maxima and their mutants: as by words", { timeout: 300_000 }, async () => {
  const programs = cases(12);
  let [same, differing] = [0, 0];
  for (let seed = SEED; seed < SEED + programs; seed++) {
    const random = seededRandom(seed);
    const value = () => `max(min(${randomExtreme(random, 5)}, 9), 0)`;
    const text = `program p { input x, y: 0..9 output z, w: 0..9 each { z = ${value()} w = ${value()} } }`;
    const others = pick(random, ["integer", "binary", "thermometer"] as const);
    const made = compile({ name: "p.alg", text }, { effort: 0, prove: false, codes: { others } });
    const mutants = mutantsOf(made.network);
    const some = Array.from({ length: 5 }, () => pick(random, mutants).network);
    for (const network of [made.network, ...some]) {
      const all = [...network.channels.keys()];
      const found = compareSoon(made.rule, network, all);
      const usual = compareWords(made.rule, network, all, OPTIONS);
      const label = `${others}, ${again(seed)}\n${text}`;
      await expectShown(made, network, found, label);
      for (const [channel, verdict] of found.entries()) {
        if (verdict === null) continue;
        expect(differs(verdict), `${label}, channel ${channel}`).toBe(differs(usual[channel]!));
        if (differs(verdict)) differing++;
        else same++;
      }
    }
  }
  expect(same).toBeGreaterThan(12 * programs);
  expect(differing).toBeGreaterThan(0);
});
