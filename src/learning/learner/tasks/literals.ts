// Conjunctions, disjunctions, majorities and decision lists of literals: features that are to be +1, or to be -1.
//
// Uniform inputs would nearly always have the same label, so a conjunction's inputs satisfy it half of the time, and a
// disjunction's violate it.

import type { Random } from "../../../grid/random.ts";
import type { Sign } from "../memory-layer.ts";
import {
  classDecider,
  conjunctionDecider,
  type Decider,
  disjunctionDecider,
  type LabelRule,
  listDecider,
} from "./decided.ts";
import { independent, randomSigns, requireFeatures, sample, signOfBit, type Task } from "./task.ts";
import { atLeastZero, ofMistakes } from "./theory.ts";
import { withFlippedLabels } from "./votes.ts";

interface Literal {
  readonly at: number;
  readonly wants: Sign;
}

const holds = (features: readonly Sign[], { at, wants }: Literal): boolean => features[at] === wants;

const LITERALS = 3;

const majorityOf =
  (literals: readonly Literal[]): LabelRule =>
  (features) =>
    2 * literals.filter((each) => holds(features, each)).length > literals.length;

const literalsOf = (features: number): Literal[] =>
  Array.from({ length: features }, (_, at) => at).flatMap((at) => [
    { at, wants: -1 as const },
    { at, wants: 1 as const },
  ]);

/** Majorities of three literals over different features. */
function* threesOf(features: number): Iterable<LabelRule> {
  const literals = literalsOf(features);
  for (const one of literals)
    for (const two of literals.slice(2 * one.at + 2))
      for (const three of literals.slice(2 * two.at + 2)) yield majorityOf([one, two, three]);
}

/** Literals over different features. */
const drawLiterals = (random: Random, features: number, count: number): Literal[] =>
  sample(random, features, count).map((at) => ({ at, wants: signOfBit(random.int(2)) }));

/** A uniform input; half of the time the literals are all made to hold, or to fail. */
function balanced(random: Random, features: number, literals: readonly Literal[], toHold: boolean): Sign[] {
  const input = randomSigns(random, features);
  if (random.int(2) === 1)
    for (const { at, wants } of literals) input[at] = toHold ? wants : signOfBit(wants === -1);
  return input;
}

function combination(name: string, about: string, isAll: boolean, decides: Decider): Task {
  return {
    name,
    about,
    decides,
    draw(random, size) {
      requireFeatures(name, size.features, LITERALS);
      const literals = drawLiterals(random, size.features, LITERALS);
      const input = () => balanced(random, size.features, literals, isAll);
      return independent(size, input, (features) =>
        isAll
          ? literals.every((literal) => holds(features, literal))
          : literals.some((literal) => holds(features, literal)),
      );
    },
  };
}

export const conjunctionTask = combination(
  "conjunction",
  `whether ${LITERALS} hidden features all have their hidden values`,
  true,
  conjunctionDecider(),
);

export const disjunction = combination(
  "disjunction",
  `whether one of ${LITERALS} hidden features has its hidden value`,
  false,
  disjunctionDecider(),
);

/** Rules of a list, after which one in 2^5 inputs is left for the last label. */
const RULES = 5;

/** The first literal that holds gives the label; if none does, the last label (R. L. Rivest 1987). */
export const decisionList: Task = {
  name: "decision-list",
  about: `a hidden list of ${RULES} rules "if this feature has that value, then this label"`,
  decides: listDecider,
  draw(random, size) {
    requireFeatures("decision-list", size.features, 1);
    const literals = drawLiterals(random, size.features, Math.min(RULES, size.features));
    const labels = [...literals, null].map(() => random.int(2) === 1);
    return independent(
      size,
      () => randomSigns(random, size.features),
      (features) => {
        const first = literals.findIndex((literal) => holds(features, literal));
        return labels.at(first)!;
      },
    );
  },
};

export const literal: Task = {
  name: "literal",
  about: "whether one hidden feature has its hidden value",
  decides: classDecider((features) => literalsOf(features).map((literal) => majorityOf([literal]))),
  theory: {
    says: "halving, stump: no other feature agrees with all examples, nor does its negation",
    isBound: true,
    chances: ({ features, examples }) => ({ exact: atLeastZero(1 - 2 ** (1 - examples)) ** (features - 1) }),
  },
  draw(random, size) {
    requireFeatures("literal", size.features, 1);
    const [hidden] = drawLiterals(random, size.features, 1);
    return independent(
      size,
      () => randomSigns(random, size.features),
      (features) => holds(features, hidden!),
    );
  },
};

/** One label in this number is flipped. */
const FLIPPED = 8;

export const noisyLiteral: Task = {
  name: "noisy-literal",
  about: `whether one hidden feature has its hidden value, with one label in ${FLIPPED} flipped`,
  isNoisy: true,
  theory: {
    says: "stump: none of the other rules is wrong about as few examples (Chernoff 1952, and their sum)",
    isBound: true,
    chances({ features, examples }) {
      const noise = 1 / FLIPPED;
      const each = (0.5 + Math.sqrt(noise * (1 - noise))) ** examples;
      return { exact: atLeastZero(1 - (2 * features + 1) * each) };
    },
  },
  draw: (random, size) => withFlippedLabels(random, literal.draw(random, size), FLIPPED),
};

/** A linear threshold function whose weights are -1, 0 and 1; Novikoff's bound is (d + 1) k for k literals. */
export const threshold: Task = {
  name: "threshold",
  about: `whether most of ${LITERALS} hidden features have their hidden values`,
  decides: classDecider(threesOf),
  theory: {
    says: `perceptron: at most ${LITERALS} (d + 1) mistakes (Novikoff 1962), on average over its time`,
    isBound: true,
    chances: ({ features, examples }) => ofMistakes(LITERALS * (features + 1), examples),
  },
  draw(random, size) {
    requireFeatures("threshold", size.features, LITERALS);
    const literals = drawLiterals(random, size.features, LITERALS);
    return independent(size, () => randomSigns(random, size.features), majorityOf(literals));
  },
};

/** The threshold of winnow in the library. */
const WINNOW = 8;

export const monotoneDisjunction: Task = {
  name: "monotone-disjunction",
  about: `whether one of ${LITERALS} hidden features is set, among features of which one in 5 is`,
  decides: disjunctionDecider([-1]),
  theory: {
    says: `winnow: at most ${2 * LITERALS * (Math.log2(WINNOW) + 1)} + d / ${WINNOW} mistakes (Littlestone 1988), on average over its time`,
    isBound: true,
    chances: ({ features, examples }) =>
      ofMistakes(2 * LITERALS * (Math.log2(WINNOW) + 1) + features / WINNOW, examples),
  },
  draw(random, size) {
    requireFeatures("monotone-disjunction", size.features, LITERALS);
    const hidden = sample(random, size.features, LITERALS);
    const input = () => Array.from({ length: size.features }, () => signOfBit(random.int(5) === 0));
    return independent(size, input, (features) => hidden.some((at) => features[at] === 1));
  },
};
