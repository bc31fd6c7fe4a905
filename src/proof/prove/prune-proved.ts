// A network is pruned as far as a proof says, and then proved again as a whole, the way `prove` does it: what that does
// not show to be right is not handed on.

import type { Rule } from "../../compiler/schedule/rule.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import { type Network, sizeOf } from "../../network/network.ts";
import { type Lemmas, lemmasOf, withTokens } from "./lemma.ts";
import { proveReachable } from "./prove.ts";
import { prune } from "./prune.ts";
import type { StepOutcome } from "./result.ts";

/** A network that is made when somebody asks for it. */
interface Offer {
  /** Non-zero numbers. */
  readonly nonzero: number;
  readonly network: () => Network;
}

/** What is handed on, and whether it is known to be right on all neighbourhoods that come up, or only not to be wrong. */
interface Checked {
  readonly network: Network;
  readonly isProved: boolean;
}

/**
 * The smallest of several networks of one rule after pruning, if that is proved; else the next smallest; else the
 * first as it is given, unless that is known to be wrong, too, which is a bug of ours.
 */
export function pruneProved(
  program: CheckedProgram,
  rule: Rule,
  offers: readonly Offer[],
  lemmas: Lemmas = lemmasOf(program, rule),
): Checked {
  const cut = (network: Network): Network => {
    const { tokens = [] } = network;
    if (tokens.length > 0 && sizeOf(network).nonzero > MOST_CUT_ALONE) return network;
    return prune(rule, network, withTokens(rule, lemmas.states(), tokens));
  };
  const pruned: Network[] = [];
  let least = offers[0]!.nonzero;
  for (const { nonzero, network } of offers) {
    if (nonzero > PROMISING * least) continue;
    const smaller = cut(network());
    pruned.push(smaller);
    if (nonzero > SMALL) least = Math.min(least, sizeOf(smaller).nonzero);
  }
  const proved = pruned.sort(compareSizes).find((network) => outcomeOf(rule, network, lemmas) === "proved");
  return proved === undefined
    ? firstRight(program, rule, offers, lemmas)
    : { network: proved, isProved: true };
}

/** The first of several networks of one rule that is not known to be wrong. */
export function firstRight(
  program: CheckedProgram,
  rule: Rule,
  offers: readonly Offer[],
  lemmas = lemmasOf(program, rule),
): Checked {
  for (const offer of offers) {
    const network = offer.network();
    const outcome = outcomeOf(rule, network, lemmas);
    if (outcome !== "differs") return { network, isProved: outcome === "proved" };
  }
  throw new Error(
    `internal: the network made of program ${program.name} is not proved to do what the program says; ` +
      `please report its text:\n${program.source.text}`,
  );
}

const outcomeOf = (rule: Rule, network: Network, lemmas: Lemmas): StepOutcome =>
  proveReachable(rule, network, {}, lemmas).step.outcome;

/** Factor by which a network may be larger than the smallest and still become the smaller one. */
const PROMISING = 1.25;
/** Networks of so few numbers may lose a larger part of them, and take no time. */
const SMALL = 100;
/** Numbers above which nothing is pruned of networks that rely on tokens: all that does not come up is where tokens would meet. */
const MOST_CUT_ALONE = 150;

/** Fewer numbers first; of as many, one for any number of tokens, then fewer layers, and then fewer units. */
function compareSizes(a: Network, b: Network): number {
  const [one, other] = [sizeOf(a), sizeOf(b)];
  const tokens = (a.tokens?.length ?? 0) - (b.tokens?.length ?? 0);
  return (
    one.nonzero - other.nonzero || tokens || a.layers.length - b.layers.length || one.hidden - other.hidden
  );
}
