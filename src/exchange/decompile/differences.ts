// In which cases a network does not do what a program's rule does, channel by channel, as conditions.

import type { Rule } from "../../compiler/schedule/rule.ts";
import { ABOVE, type Diagram, MIN } from "../../logic/diagrams.ts";
import type { Network } from "../../network/network.ts";
import { patchFor, ruleChannels } from "../../proof/prove/functions.ts";
import { assumption, type Invariant } from "../../proof/prove/invariant.ts";
import { Conditions } from "./conditions.ts";
import { neededOf } from "./decompile.ts";
import { onDiagrams, sureValues } from "./next.ts";
import { Names } from "./program-names.ts";

export interface ChannelDifference {
  readonly channel: string;
  /** Where the network makes it more than the program, such as 1, or 1/2, instead of 0; null if nowhere. */
  readonly tooHigh: string | null;
  /** Where the network makes it less than the program; null if nowhere. */
  readonly tooLow: string | null;
  /** What names in these conditions mean, in an order in which each only needs those before it. */
  readonly definitions: Conditions["definitions"];
}

/**
 * Every channel that differs; channels are matched by what they stand for, whatever their order. They are rounded
 * where the network or `snap` says so.
 * @throws InputError where rounding in float32 could decide, or diagrams get too large
 */
export const differencesOf = (rule: Rule, network: Network, snap: boolean): ChannelDifference[] =>
  onDiagrams(network, () => compare(rule, network, network.snap || snap));

function compare(rule: Rule, network: Network, isRounded: boolean): ChannelDifference[] {
  const patch = patchFor(rule, network);
  const { diagrams } = patch;
  const write = new Conditions(patch, new Names(rule.fields));
  const next = ruleChannels(rule, patch);
  const computed = sureValues(network, patch, isRounded);
  // Grids of more tokens are refused.
  const taken: Invariant = { fields: rule.fields, relations: [], tokens: network.tokens ?? [] };
  return network.channels.flatMap(({ name, code }, at) => {
    const [got, expected] = [computed(at), next(code)];
    const text = (where: Diagram) => {
      const seen = diagrams.apply(MIN, where, assumption(taken, patch, diagrams.support(where)));
      return diagrams.constantOf(seen) === 0 ? null : write.between(seen, seen).text;
    };
    const tooHigh = text(diagrams.apply(ABOVE, got, expected));
    const tooLow = text(diagrams.apply(ABOVE, expected, got));
    if (tooHigh === null && tooLow === null) return [];
    const definitions = neededOf(write.definitions, [tooHigh ?? "", tooLow ?? ""]);
    return [{ channel: name, tooHigh, tooLow, definitions }];
  });
}
