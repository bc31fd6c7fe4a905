// Which queries examples decide: those to which all rules of a class give the same label that agree with the examples. A
// class may be larger than what a task draws its rules from: what decides among more rules decides among fewer.

import type { Example, Sign } from "../memory-layer.ts";
import { rankOf } from "../rank.ts";

/** Makes the judge of some examples, which agree with a rule of the class: whether they decide a query, whose label is the rule's. */
export type Decider = (examples: readonly Example[]) => (query: Example) => boolean;

/** Rules that are linear modulo a prime: the query is a combination of examples. */
export const linearDecider =
  (modulus = 2): Decider =>
  (examples) => {
    const rank = rankOf(examples, modulus);
    return (query) => rankOf([...examples, query], modulus) === rank;
  };

const negated = ({ features, label }: Example): Example => ({ features, label: label === 1 ? -1 : 1 });

/**
 * Conjunctions of any literals, or of features alone. The narrowest one that holds for some inputs has all literals that hold
 * for all of them. A positive query is decided if the narrowest one of the positive examples holds for it; a negative one, if
 * the narrowest that holds for it, too, holds for a negative example.
 */
export const conjunctionDecider =
  (literals: readonly Sign[] = [1, -1]): Decider =>
  (examples) => {
    const [positive, negative] = [1, -1].map((sign) => examples.filter(({ label }) => label === sign));
    const narrowest = ([first, ...others]: readonly Example[]) => {
      const kept = first!.features.flatMap((wants, at) =>
        literals.includes(wants) && others.every(({ features }) => features[at] === wants)
          ? [{ at, wants }]
          : [],
      );
      return ({ features }: Example) => kept.every(({ at, wants }) => features[at] === wants);
    };
    const own = positive!.length === 0 ? () => false : narrowest(positive!);
    return (query) => (query.label === 1 ? own(query) : negative!.some(narrowest([...positive!, query])));
  };

/** Negated conjunctions of these literals, which are disjunctions of the opposite ones. */
export const disjunctionDecider = (literals?: readonly Sign[]): Decider => {
  const decider = conjunctionDecider(literals);
  return (examples) => {
    const isDecided = decider(examples.map(negated));
    return (query) => isDecided(negated(query));
  };
};

/** Decision lists of single literals, of any length: no list agrees with the examples and with the opposite label. */
export const listDecider: Decider = (examples) => (query) => !hasList([...examples, negated(query)]);

/**
 * Tells whether a decision list agrees with examples: one is found if rules that agree with those that are left are taken
 * while there are any (Rivest 1987).
 */
function hasList(examples: readonly Example[]): boolean {
  let left = examples;
  for (;;) {
    const [first] = left;
    if (first === undefined || left.every(({ label }) => label === first.label)) return true;
    const rule = ruleFor(left, first.features.length);
    if (rule === null) return false;
    left = left.filter(({ features }) => features[rule.at] !== rule.wants);
  }
}

/** A literal that some of the examples have, all with one label. */
function ruleFor(examples: readonly Example[], features: number) {
  for (let at = 0; at < features; at++)
    for (const wants of [1, -1] as const) {
      let [no, yes] = [false, false];
      for (const example of examples) {
        if (example.features[at] !== wants) continue;
        if (example.label === 1) yes = true;
        else no = true;
        if (no && yes) break;
      }
      if (no !== yes) return { at, wants };
    }
  return null;
}

/** A rule of a class that can be gone through. */
export type LabelRule = (features: readonly Sign[]) => boolean;

export const classDecider =
  (rulesFor: (features: number) => Iterable<LabelRule>): Decider =>
  (examples) => {
    const agrees = (rule: LabelRule, { features, label }: Example) => rule(features) === (label === 1);
    const left: LabelRule[] = [];
    for (const rule of rulesFor(examples[0]?.features.length ?? 0))
      if (examples.every((example) => agrees(rule, example))) left.push(rule);
    return (query) => left.every((rule) => agrees(rule, query));
  };
