// Classes of values that some functions of the fields at a place do not tell apart: over them every function is what it was.

import { expect, test } from "vitest";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { Bdd, type Bool } from "../../src/logic/bdd.ts";
import { Classes } from "../../src/proof/prove/words/place-classes.ts";
import { type Word, Words } from "../../src/proof/prove/words/words.ts";
import { again, cases, SEED } from "../seed.ts";

const FIELDS = 7;

/** A function of some values only, of all but some, or of anything. */
function randomBit(bdd: Bdd, random: Random): Bool {
  const all = Array.from({ length: FIELDS }, (_, at) => bdd.variable(at));
  const value = () => bdd.and(...all.map((bit) => (random.int(2) === 0 ? bit : bdd.not(bit))));
  const few = bdd.or(...Array.from({ length: 1 + random.int(3) }, value));
  const some = all.filter(() => random.int(3) === 0);
  return [few, bdd.not(few), bdd.xor(few, bdd.and(...some)), random.int(2) as Bool][random.int(4)]!;
}

const numberOf = (bdd: Bdd, word: Word, isOne: (variable: number) => number): number =>
  word.reduce<number>(
    (sum, bit, at) => sum + bdd.evaluate(bit, isOne) * 2 ** at * (at === word.length - 1 ? -1 : 1),
    0,
  );

test("over classes, a function is what it is over the fields in each of their members", () => {
  const random = seededRandom(SEED);
  const counts = new Set<number>();
  for (let round = 0; round < cases(200); round++) {
    const bdd = new Bdd(100_000);
    const words = new Words(bdd);
    const told = Array.from({ length: 1 + random.int(12) }, () =>
      Array.from({ length: 1 + random.int(4) }, () => randomBit(bdd, random)),
    );
    const classes = Classes.of(bdd, told)!;
    const variables = Array.from({ length: classes.bits }, (_, at) => FIELDS + at);
    classes.name(words, variables, 1);
    const made = told.map((word) => classes.word(word));
    const found = new Set<string>();
    for (let number = 0; number < 2 ** classes.bits; number++) {
      const ones = new Set(variables.filter((_, at) => (number >> at) % 2 === 1));
      const member = new Set(classes.member(ones));
      found.add([...member].join());
      const seen = made.map((word) => numberOf(bdd, word, (variable) => (ones.has(variable) ? 1 : 0)));
      const wanted = told.map((word) => numberOf(bdd, word, (variable) => (member.has(variable) ? 1 : 0)));
      expect(seen, again(SEED)).toEqual(wanted);
    }
    counts.add(found.size);
  }
  // A single class, powers of two, and others.
  expect([...counts].length).toBeGreaterThan(8);
});
