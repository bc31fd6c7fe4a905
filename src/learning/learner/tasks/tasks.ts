// All tasks by name, two of them here, and how the problems of a sample curve are seeded.

import { seededRandom } from "../../../grid/random.ts";
import { classDecider, type LabelRule } from "./decided.ts";
import { crc, lfsr, mod3, parity, sparseParity } from "./linear.ts";
import {
  conjunctionTask,
  decisionList,
  disjunction,
  literal,
  monotoneDisjunction,
  noisyLiteral,
  threshold,
} from "./literals.ts";
import {
  independent,
  type LearningProblem,
  type ProblemSize,
  randomSigns,
  requireFeatures,
  signOfBit,
  type Task,
} from "./task.ts";
import { ofFiniteClass } from "./theory.ts";
import { ticTacToe } from "./tic-tac-toe.ts";
import { noisyTable, noisyVote, withFlippedLabels } from "./votes.ts";

// Words of one length, the letters being -1 and +1, and whether a hidden automaton of two states accepts them.

/** 16 tables of where letters lead, and 4 choices of the states that accept. */
const LANGUAGES = 64;

/** Tells where letters lead from either state, and which of the two accept, as bits. */
const language = ([a, b, c, d, ...accepts]: readonly number[]): LabelRule => {
  const next = [a!, b!, c!, d!];
  return (word) =>
    accepts[word.reduce<number>((state, letter) => next[2 * state + (letter === 1 ? 1 : 0)]!, 0)] === 1;
};

const bitsOf = (number: number): number[] => Array.from({ length: 6 }, (_, bit) => (number >> bit) & 1);

const automaton: Task = {
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

// Labels by the nearest of some hidden prototypes. Inputs are prototypes with some features flipped, so that a
// learner who remembers its examples does well.

const PROTOTYPES = 4;
/** One feature in this number is flipped. */
const FLIPPED = 8;

const nearest: Task = {
  name: "nearest",
  about: `the label of the nearest of ${PROTOTYPES} hidden prototypes; inputs are prototypes with one feature in ${FLIPPED} flipped`,
  draw(random, size) {
    requireFeatures("nearest", size.features, 1);
    // Both labels occur.
    const prototypes = Array.from({ length: PROTOTYPES }, (_, at) => ({
      features: randomSigns(random, size.features),
      label: at % 2 === 1,
    }));
    const input = () =>
      prototypes[random.int(PROTOTYPES)]!.features.map((value) =>
        random.int(FLIPPED) === 0 ? signOfBit(value === -1) : value,
      );
    return independent(size, input, (features) => {
      const distances = prototypes.map((prototype) =>
        prototype.features.reduce((sum, value, at) => sum + (value === features[at] ? 0 : 1), 0),
      );
      return prototypes[distances.indexOf(Math.min(...distances))]!.label;
    });
  },
};

const noisyNearest: Task = {
  name: "noisy-nearest",
  about: `as nearest, with one label in ${FLIPPED} flipped`,
  isNoisy: true,
  theory: {
    says: "k_nearest: ever nearer to the best rule, for more examples and larger k (Stone 1977)",
    isBound: true,
    chances: () => ({}),
  },
  draw: (random, size) => withFlippedLabels(random, nearest.draw(random, size), FLIPPED),
};

export const TASKS: readonly Task[] = [
  parity,
  sparseParity,
  conjunctionTask,
  disjunction,
  decisionList,
  nearest,
  lfsr,
  crc,
  ticTacToe,
  literal,
  noisyLiteral,
  monotoneDisjunction,
  threshold,
  mod3,
  automaton,
  noisyNearest,
  noisyTable,
  noisyVote,
];

/** The task of that name, which is one of the names of `TASKS`. */
export function taskCalled(name: string): Task {
  const task = TASKS.find((each) => each.name === name);
  if (task === undefined) throw new Error(`internal: no task ${name}`);
  return task;
}

/** Problem number `index` of a size: the same whoever draws it, and in whatever order. */
export function drawProblem(task: Task, size: ProblemSize, seed: number, index: number): LearningProblem {
  const mixed = [size.features, size.examples, index].reduce(mix, mix(0, seed));
  return task.draw(seededRandom(mixed), size);
}

/** 32 bits of both numbers (the finalizer of MurmurHash3, Austin Appleby, public domain). */
function mix(hash: number, value: number): number {
  let mixed = (Math.imul(hash, 31) + value + 0x9e3779b9) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
