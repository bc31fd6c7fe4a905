// Rules of cellular automata, from a line or a file of another program to the text of a program that is proved to be them.

import { checkProgram, scheduleProgram } from "../compile.ts";
import type { Rule } from "../compiler/schedule/rule.ts";
import { type CellSight, expressionValues } from "../proof/prove/functions.ts";
import type { Automaton } from "./automaton.ts";
import { automatonText } from "./automaton-text.ts";

export interface Imported {
  /** The text of the program. */
  readonly text: string;
  /** What was proved of it, in a sentence. */
  readonly proved: string;
}

/** The program of an automaton, with its proof. Throws an internal error where the proof fails. */
export function importAutomaton(automaton: Automaton, name?: string): Imported {
  const text = automatonText(automaton, name);
  const { rule } = scheduleProgram(checkProgram({ name: automaton.name, text }));
  proveAutomaton(automaton, rule);
  const cells = automaton.places.length + 1;
  return {
    text,
    proved: `proved: the program's next state is the rule's in all ${automaton.states}^${cells} neighbourhoods`,
  };
}

// The proof that a program is the automaton that it was written for: its next state, as its rule computes it, becomes a
// diagram of the same kind, and must be the same node.

/**
 * Proves that a rule does what the automaton does in every neighbourhood.
 * @throws Error, an internal one, with a neighbourhood where they differ
 */
export function proveAutomaton(automaton: Automaton, rule: Rule): void {
  const { cases, next, places } = automaton;
  const [update, ...more] = rule.updates;
  if (more.length > 0 || rule.fields.length !== 1) throw new Error("internal: the program has other fields");
  const sight = sightOf(automaton);
  const found =
    update === undefined ? sight.value("cell", "here") : expressionValues(rule, sight)(update.value);
  const difference = cases.difference(next, found);
  if (difference === null) return;
  throw new Error(
    `internal: the program differs from the rule where cell, ${places.join(", ")} are ${difference.join(", ")}`,
  );
}

/** Returns what a cell of the automaton sees: a field with its state, and those of its neighbours. */
const sightOf = ({ cases, places }: Automaton): CellSight => ({
  diagrams: cases,
  value: (_field, place) => {
    const level = place === "here" ? 0 : places.indexOf(place) + 1;
    if (level === 0 && place !== "here") return missing(place);
    return cases.make(level, (state) => cases.constant(state));
  },
  inside: () => missing("the edge"),
});

const missing = (what: string): never => {
  throw new Error(`internal: the program reads ${what}, which no automaton has`);
};
