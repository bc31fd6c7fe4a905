// A network is pruned as far as a proof says, and then proved again as a whole, the way `prove` does it: what that does
// not show to be right is not handed on.

import type { CheckedProgram } from "../analyse/checked.ts";
import type { Network } from "../network/network.ts";
import type { Rule } from "../schedule/rule.ts";
import { lemmasOf } from "./lemma.ts";
import { proveReachable } from "./prove.ts";
import { prune } from "./prune.ts";

/**
 * The pruned network, if it is proved; else the network as it is given, unless that is known to be wrong, too, which
 * is a bug of ours.
 */
export function pruneProved(program: CheckedProgram, rule: Rule, network: Network): Network {
  const lemmas = lemmasOf(program, rule);
  const outcomeOf = (candidate: Network) => proveReachable(rule, candidate, {}, lemmas).step.outcome;
  const pruned = prune(rule, network, lemmas.states());
  if (outcomeOf(pruned) === "proved") return pruned;
  if (outcomeOf(network) !== "differs") return network;
  throw new Error(
    `internal: the network made of program ${program.name} is not proved to do what the program says; ` +
      `please report its text:\n${program.source.text}`,
  );
}
