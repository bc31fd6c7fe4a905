// Words of one length, the letters being -1 and +1, and whether a hidden automaton of two states accepts them.

import { classDecider, type LabelRule } from "./decided.ts";
import { independent, randomSigns, requireFeatures, type Task } from "./task.ts";
import { ofFiniteClass } from "./theory.ts";

/** 16 tables of where letters lead, and 4 choices of the states that accept. */
const LANGUAGES = 64;

/** Where letters lead from either state, and which of the two accept, as bits. */
const language = ([a, b, c, d, ...accepts]: readonly number[]): LabelRule => {
  const next = [a!, b!, c!, d!];
  return (word) =>
    accepts[word.reduce<number>((state, letter) => next[2 * state + (letter === 1 ? 1 : 0)]!, 0)] === 1;
};

const bitsOf = (number: number): number[] => Array.from({ length: 6 }, (_, bit) => (number >> bit) & 1);

export const automaton: Task = {
  name: "automaton",
  about: "whether a hidden automaton with two states accepts the word",
  decides: classDecider(() => Array.from({ length: LANGUAGES }, (_, number) => language(bitsOf(number)))),
  theory: {
    says: `automaton: it agrees with the examples by one of ${LANGUAGES} rules (Blumer et al. 1987)`,
    isBound: true,
    chances: ({ examples }) => ofFiniteClass(Math.log(LANGUAGES), examples),
  },
  draw(random, size) {
    requireFeatures("automaton", size.features, 1);
    const accepts = language(Array.from({ length: 6 }, () => random.int(2)));
    return independent(size, () => randomSigns(random, size.features), accepts);
  },
};
