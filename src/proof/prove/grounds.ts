// What a cell sees when it runs an instruction, and what may be assumed of that: as diagrams with a leaf for each number, and,
// where fields have too many values for these, as words of bits.

import type { Rule } from "../../compiler/schedule/rule.ts";
import type { Place } from "../../grid/direction.ts";
import { Bdd, type Bool } from "../../logic/bdd.ts";
import { type Diagram, Diagrams, MIN } from "../../logic/diagrams.ts";
import type { Expression, ExpressionOf } from "../../logic/expression.ts";
import { unlessTooLarge } from "../../logic/nodes.ts";
import { expressionValues } from "./functions.ts";
import { assumption, type Invariant } from "./invariant.ts";
import { casesOf, type Neighbourhood, Patch, type Slot } from "./neighbourhood.ts";
import { shown, unwieldy } from "./obligation.ts";
import type { Obligation } from "./result.ts";
import { Meaning } from "./words/expression-words.ts";
import { Sight } from "./words/neighbourhood-words.ts";
import { possible } from "./words/possible-neighbourhoods.ts";
import { onesOf } from "./words/verdict.ts";
import { type Word, Words } from "./words/words.ts";

/** Functions of a cell's neighbourhood, of one kind. Bits are 0 or 1. */
export interface Grounds<Value> {
  /** Makes the values of expressions; a read means what its place holds now, or what is given for it. */
  values(reading?: (read: ExpressionOf<"read">) => Value): (expression: Expression) => Value;
  /** The value of a field there. */
  value(field: string, place: Place): Value;
  not(bit: Value): Value;
  /** 1 where a bit is, and where the grid has no cell at that place. */
  onGrid(place: Place, bit: Value): Value;
  /** 1 where a value is one of these. */
  isAmong(value: Value, numbers: readonly number[]): Value;
  /** 1 where an invariant allows what these values depend on, as far as that is at places that are asked for. */
  allowed(invariant: Invariant, values: readonly Value[], isAsked: (place: Place) => boolean): Value;
  /** Returns how many cases these tell apart. */
  cases(value: Value): number;
  /** A neighbourhood in which a bit is 0 though all these are 1; null if there is none. */
  counterexample(bit: Value, known: () => readonly Value[]): Neighbourhood | null;
}

/** Nodes that diagrams of one thing to be shown may take, and diagrams of bits. */
const MOST_NODES = 1_000_000;
const MOST_OF_BITS = 1_000_000;

/** Shows something by diagrams, or by words of bits where these are too large. Left open where both are. */
export function shownOn<Shown>(
  rule: Rule,
  show: <Value>(grounds: Grounds<Value>) => Shown,
): Shown | Obligation {
  const byWords = () =>
    unlessTooLarge<Shown | Obligation>(
      () => show(wordsOf(rule)),
      () => unwieldy(""),
    );
  return unlessTooLarge<Shown | Obligation>(() => show(diagramsOf(rule)), byWords);
}

/** Decides whether a bit is 1 wherever what is known is, which is asked for only where it matters. */
export function always<Value>(
  grounds: Grounds<Value>,
  bit: Value,
  known: () => readonly Value[],
  reason: string,
): Obligation {
  const cases = grounds.cases(bit);
  const neighbourhood = grounds.counterexample(bit, known);
  return neighbourhood === null
    ? shown("", cases)
    : { name: "", outcome: "undecided", cases, reason, neighbourhood };
}

function diagramsOf(rule: Rule): Grounds<Diagram> {
  const patch = new Patch(rule.fields, true, new Diagrams(MOST_NODES));
  const { diagrams } = patch;
  const not = (bit: Diagram) => diagrams.map(bit, (value) => 1 - value);
  return {
    values: (reading) => expressionValues(rule, patch, reading),
    value: (field, place) => patch.value(field, place),
    not,
    onGrid: (place, bit) => diagrams.choose(patch.inside(place), bit, diagrams.constant(1)),
    isAmong: (value, numbers) => diagrams.map(value, (found) => (numbers.includes(found) ? 1 : 0)),
    allowed(invariant, values, isAsked) {
      const support = [...new Set(values.flatMap((each) => diagrams.support(each)))];
      const isKnown = ({ slot }: { readonly slot: Slot }) => slot.tag === "field" && isAsked(slot.place);
      return assumption(
        invariant,
        patch,
        support.filter((variable) => isKnown(patch.asked(variable))),
      );
    },
    cases: (value) => patch.cases(diagrams.support(value)),
    counterexample(bit, known) {
      const never = not(bit);
      if (diagrams.constantOf(never) === 0) return null;
      return patch.witness(known().reduce((all, each) => diagrams.apply(MIN, all, each), never));
    },
  };
}

function wordsOf(rule: Rule): Grounds<Word> {
  const words = new Words(new Bdd(MOST_OF_BITS));
  const sight = new Sight(rule.fields, true, words);
  const { bdd } = words;
  const not = (bit: Word): Word => words.unsigned([bdd.not(bit[0]!)]);
  const slotsOf = (values: readonly Word[]) => sight.slotsOf(bdd.supportOf(values.flat()));
  return {
    values(reading) {
      const meaning = new Meaning(rule, sight, reading);
      return (expression) => meaning.word(expression);
    },
    value: (field, place) => sight.value(field, place),
    not,
    onGrid: (place, bit) => words.unsigned([bdd.or(bdd.not(sight.inside(place)), bit[0]!)]),
    isAmong: (value, numbers) => words.unsigned([words.any(numbers.map((each) => words.is(value, each)))]),
    allowed(invariant, values, isAsked) {
      const slots = slotsOf(values).filter((slot) => slot.tag === "field" && isAsked(slot.place));
      return words.unsigned([possible(invariant, sight, slots)]);
    },
    cases: (value) => casesOf(slotsOf([value])),
    counterexample(bit, known) {
      const never = bdd.not(bit[0]!);
      if (never === 0) return null;
      const wrong = together(
        bdd,
        never,
        known().map((each) => each[0]!),
      );
      if (wrong === 0) return null;
      const ones = onesOf(sight, wrong);
      return new Patch(rule.fields, true).neighbourhood((slot) => sight.valueOf(slot, ones));
    },
  };
}

/**
 * All functions together, as far as they share variables with the first one, or with others that do; 0 if all together are. Of
 * those that have nothing to do with the first one, what is too large counts as possible.
 */
function together(bdd: Bdd, first: Bool, others: readonly Bool[]): Bool {
  const left = new Set(others);
  const joined = (from: Bool): Bool => {
    for (let made = from; ; ) {
      const support = new Set(bdd.support(made));
      const next = [...left].find((each) => bdd.support(each).some((variable) => support.has(variable)));
      if (next === undefined) return made;
      left.delete(next);
      made = bdd.and(made, next);
    }
  };
  const made = joined(first);
  for (const each of left) {
    left.delete(each);
    const isNever =
      made === 0 ||
      unlessTooLarge(
        () => joined(each),
        () => 1,
      ) === 0;
    if (isNever) return 0;
  }
  return made;
}
