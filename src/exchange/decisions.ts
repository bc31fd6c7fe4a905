// What a program asks to find the next state: the cell, and then its neighbours one by one, how many of them are of a kind,
// or all at once as a number. The fewest questions are taken that tell all cases apart.

import { groupBy, runsOf } from "../diagnostics/group.ts";
import { atom, LANGUAGE, type Written, writer } from "../grid/infix.ts";
import { CaseDiagrams, type CaseNode } from "../logic/case-diagrams.ts";
import { type Automaton, RING } from "./automaton.ts";

/** A number that a program looks at, after the cell itself. */
interface Question {
  /** Its name in the program, or the expression itself where nothing is declared. */
  readonly text: string;
  /** What it is declared as; null where it is a field. */
  readonly value: string | null;
  /** Whether its values are states. */
  readonly isState: boolean;
}

/** The next state by the cell (level 0) and by questions (from level 1 on). */
export interface CaseQuestions {
  readonly questions: readonly Question[];
  readonly cases: CaseDiagrams;
  readonly next: CaseNode;
}

/** Kinds of neighbours that are counted apart; of more, the cases would be too many. */
const MOST_COUNTED = 3;

export const decisionsOf = (automaton: Automaton): CaseQuestions =>
  byCounts(automaton) ?? byNumber(automaton) ?? byPlace(automaton);

function byPlace({ places, cases, next }: Automaton): CaseQuestions {
  const questions = places.map((place) => ({ text: `${place}.cell`, value: null, isState: true }));
  return { questions, cases, next };
}

// Rules that only count: they are the same whichever two neighbours change places.

function byCounts(automaton: Automaton): CaseQuestions | null {
  const { states, places, cases, next } = automaton;
  const roots = cases.children(next, 0);
  const inner = cases.below(roots).filter((node) => !cases.isLeaf(node));
  const asksNext = (node: CaseNode, level: number) => cases.isLeaf(node) || cases.level(node) === level;
  if (!roots.every((root) => asksNext(root, 1))) return null;
  if (!inner.every((node) => isSymmetric(cases, node, asksNext))) return null;
  const kinds = kindsOf(cases, inner, states);
  const largest = kinds.reduce((one, other) => (other.length > one.length ? other : one));
  const counted = kinds.filter((kind) => kind !== largest);
  if (counted.length > MOST_COUNTED) return null;
  const questions = counted.map((kind, at) => ({
    text: counted.length === 1 ? "n" : `n${at + 1}`,
    value: countOf(automaton, kind),
    isState: false,
  }));
  const found = new CaseDiagrams([states, ...counted.map(() => places.length + 1)]);
  const build = (of: CaseNode, counts: readonly number[]): CaseNode => {
    const level = counts.length;
    if (level < counted.length) {
      const most = places.length - counts.reduce((sum, each) => sum + each, 0);
      // More cannot be.
      return found.make(level + 1, (count) => build(of, [...counts, Math.min(count, most)]));
    }
    const around = counted.flatMap((kind, at) => new Array<number>(counts[at]!).fill(kind[0]!));
    let node = of;
    for (const at of places.keys()) node = cases.child(node, at + 1, around[at] ?? largest[0]!);
    return found.constant(cases.value(node));
  };
  return { questions, cases: found, next: found.make(0, (state) => build(cases.child(next, 0, state), [])) };
}

/** Tells whether what a node asks and the next neighbour can change places; a rule that only counts leaves out no neighbour. */
function isSymmetric(
  cases: CaseDiagrams,
  node: CaseNode,
  asksNext: (node: CaseNode, level: number) => boolean,
): boolean {
  const level = cases.level(node);
  const children = cases.children(node, level);
  if (!children.every((child) => asksNext(child, level + 1))) return false;
  if (level + 1 >= cases.domains.length) return true;
  const rows = children.map((child) => cases.children(child, level + 1));
  return rows.every((row, a) => row.every((each, b) => each === rows[b]![a]));
}

/** States that make no difference to any node, together. */
function kindsOf(cases: CaseDiagrams, nodes: readonly CaseNode[], states: number): (readonly number[])[] {
  const rows = nodes.map((node) => cases.children(node, cases.level(node)));
  const all = Array.from({ length: states }, (_, state) => state);
  return [...groupBy(all, (state) => rows.map((row) => row[state]).join()).values()];
}

function countOf({ states, places, names }: Automaton, kind: readonly number[]): string {
  const test = (place: string) => testOf(`${place}.cell`, kind, states, names);
  const isMoore = places.length === 8;
  if (isMoore || (places.length === 4 && !places.includes("upleft")))
    return `count(${test(isMoore ? "around" : "beside").text})`;
  return writeCondition("+", places.map(test)).text;
}

// Rules of two states: all neighbours as one number.

function byNumber(automaton: Automaton): CaseQuestions | null {
  const { states, places, cases, next } = automaton;
  if (states > 2 || places.length > 8) return null;
  const isRow = places.length === 2;
  const read = isRow ? (["left", "here", "right"] as const) : RING.filter((place) => places.includes(place));
  const value = read
    .map((place, at) => {
      const [weight, text] = [2 ** (read.length - 1 - at), place === "here" ? "cell" : `${place}.cell`];
      return weight === 1 ? text : `${weight} * ${text}`;
    })
    .join(" + ");
  const found = new CaseDiagrams([2, 2 ** read.length]);
  const bit = (number: number, place: string) => {
    const at = (read as readonly string[]).indexOf(place);
    return (number >> (read.length - 1 - at)) & 1;
  };
  const build = (state: number) =>
    found.make(1, (number) => {
      let node = cases.child(next, 0, isRow ? bit(number, "here") : state);
      for (const [at, place] of places.entries()) node = cases.child(node, at + 1, bit(number, place));
      return found.constant(cases.value(node));
    });
  const questions = [{ text: "pattern", value, isState: false }];
  return { questions, cases: found, next: found.make(0, build) };
}

// Conditions as text.

/** Writes an operator of programs; conjunctions in conjunctions need no parentheses. */
export const writeCondition = writer({ ...LANGUAGE, and: { ...LANGUAGE.and, chains: "all" } });

/** Writes the test that something is one of some values, in as few comparisons as say it. */
export function testOf(
  text: string,
  values: readonly number[],
  count: number,
  names: readonly string[] | null = null,
): Written {
  if (count === 2) return values[0] === 1 ? atom(text) : writeCondition("not", [atom(text)]);
  const others = Array.from({ length: count }, (_, value) => value).filter(
    (value) => !values.includes(value),
  );
  const compare = (operator: "==" | "!=" | "<=" | ">=", value: number): Written =>
    writeCondition(operator, [atom(text), atom(names?.[value] ?? String(value))]);
  const [said, unsaid] = [values, others].map((each) => comparisons(compare, each, count, names !== null));
  if (said!.length <= unsaid!.length) return writeCondition("or", said!);
  return others.length === 1
    ? compare("!=", others[0]!)
    : writeCondition("not", [writeCondition("or", unsaid!)]);
}

function comparisons(
  compare: (operator: "==" | "<=" | ">=", value: number) => Written,
  values: readonly number[],
  count: number,
  named: boolean,
): Written[] {
  if (named) return values.map((value) => compare("==", value));
  return runsOf(values).flatMap(([from, to]) => {
    if (from === to) return [compare("==", from)];
    if (from === 0) return [compare("<=", to)];
    if (to === count - 1) return [compare(">=", from)];
    if (to === from + 1) return [compare("==", from), compare("==", to)];
    return [writeCondition("and", [compare(">=", from), compare("<=", to)])];
  });
}
