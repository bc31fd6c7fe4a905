// Conjunctions, disjunctions and decision lists of literals: features that are to be +1, or to be -1.
//
// Uniform inputs would nearly always have the same label, so a conjunction's inputs satisfy it half of the time, and a
// disjunction's violate it.

import type { Random } from "../../../grid/random.ts";
import type { Sign } from "../memory.ts";
import { independent, randomSigns, requireFeatures, sample, signOfBit, type Task } from "./task.ts";

interface Literal {
  readonly at: number;
  readonly wants: Sign;
}

const holds = (features: readonly Sign[], { at, wants }: Literal): boolean => features[at] === wants;

const LITERALS = 3;

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

function combination(name: string, about: string, isAll: boolean): Task {
  return {
    name,
    about,
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
);

export const disjunction = combination(
  "disjunction",
  `whether one of ${LITERALS} hidden features has its hidden value`,
  false,
);

/** Rules of a list, after which one in 2^5 inputs is left for the last label. */
const RULES = 5;

/** The first literal that holds gives the label; if none does, the last label (R. L. Rivest 1987). */
export const decisionList: Task = {
  name: "decision-list",
  about: `a hidden list of ${RULES} rules "if this feature has that value, then this label"`,
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
