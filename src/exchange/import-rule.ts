// Rules of cellular automata, from a line or a file of another program to the text of a program that is proved to be them.

import { checkProgram, scheduleProgram } from "../compile.ts";
import type { Automaton } from "./automaton.ts";
import { proveAutomaton } from "./automaton-proof.ts";
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
