// Networks with a single channel, made of the states that cells are proved to come into; and what there is to say of a
// program that does not fit into one.

import type { Rule } from "../../compiler/schedule/rule.ts";
import { PAPER_LAYERS, singleChannel } from "../../compiler/synthesise/one-channel.ts";
import { type Diagnostic, ProgramError, type Source } from "../../diagnostics/diagnostic.ts";
import { aboutNetworks } from "../../language/analyse/messages/networks.ts";
import type { AstProgram } from "../../language/parse/ast.ts";
import { heldIn, sumOfParts } from "../../network/cell-number.ts";
import type { Network } from "../../network/network.ts";
import { statesWithin } from "./invariant.ts";
import type { Lemmas } from "./lemma.ts";

/** A program's text, to show where a message belongs. */
interface Text {
  readonly source: Source;
  readonly ast: AstProgram;
}

/**
 * The network of a rule with a single channel.
 * @throws ProgramError if cells have too many states, or their numbers are too large
 */
export function singleNetwork({ source, ast }: Text, rule: Rule, network: Network, lemmas: Lemmas): Network {
  const states = statesWithin(rule.fields, lemmas.cells(), MOST_STATES);
  if (states === null) throw new ProgramError(source, [aboutNetworks.tooManyStates(ast.name, MOST_STATES)]);
  const single = singleChannel(network, states);
  const { formats, largestActivation } = single.exact;
  if (formats.includes("float32")) return single;
  throw new ProgramError(source, [aboutNetworks.tooLargeSums(ast.name, largestActivation, 2 ** 24)]);
}

/** The numbers of all states that cells come into, ascending. */
export function numbersOf({ fields }: Rule, { parts = [] }: Network, lemmas: Lemmas): number[] {
  const states = statesWithin(fields, lemmas.cells(), MOST_STATES) ?? [];
  const numbers = heldIn(parts, fields, states).map((held) => sumOfParts(parts, held));
  return numbers.sort((a, b) => a - b);
}

/** States of a cell, each of which takes about a unit for each place that is read. */
const MOST_STATES = 5000;

/** Returns what a network with a single channel has that the paper's has not. */
export const singleWarnings = ({ name }: AstProgram, { layers: { length } }: Network): Diagnostic[] =>
  length > PAPER_LAYERS ? [aboutNetworks.moreLayers(name, length, PAPER_LAYERS)] : [];
