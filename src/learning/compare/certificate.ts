// What is known for certain of a network: whether its step is proved for every grid, and within which radii.

import { showCount } from "../../diagnostics/count.ts";
import { roundingError } from "../../network/arithmetic.ts";
import type { Network } from "../../network/network.ts";
import type { Notes } from "../../network/notes.ts";
import { MOST_WORK } from "../../proof/prove/enumerate.ts";
import { type Claim, proveNetwork } from "../../proof/prove/prove.ts";
import { workOfCases } from "../../proof/prove/prove-step.ts";
import type { Outcome, ProveResult } from "../../proof/prove/result.ts";
import { openClaims } from "../../proof/robust/radii.ts";

export interface Certificate {
  /** What is known of the network as it runs; `untried` where going through all cases would take many minutes. */
  readonly outcome: Outcome | "untried";
  /** How, or why not; a sentence. */
  readonly reason: string;
  /** Whether the network rounds channels after every step. */
  readonly snap: boolean;
  /** Where it does not, and is not proved: what a proof says of it if channels were rounded. */
  readonly ifRounded: Outcome | null;
  /** Within these the network may be wrong in its numbers and its state, proved here again; null where none are. */
  readonly radii: Notes["robust"] | null;
}

export async function certify(claim: Claim, network: Network, notes: Notes): Promise<Certificate> {
  const { snap } = network;
  const none = { snap, ifRounded: null, radii: null };
  // Learned numbers are gone through case by case.
  const isDense = roundingError(network) > 0;
  const work = isDense ? workOfCases(claim.rule, network) : 0;
  if (work > MOST_WORK) {
    const reason = `its inputs make ${work.toExponential(0)} multiplications in all; \`tapeloom prove\` tries it all the same`;
    return { outcome: "untried", reason, ...none };
  }
  const proof = await proveNetwork(claim, network, { snap });
  const reason = reasonOf(proof);
  if (proof.outcome === "proved")
    return { outcome: "proved", reason, ...none, radii: provedRadii(claim, network, notes) };
  const rounded = isDense && !snap ? await proveNetwork(claim, network, { snap: true }) : null;
  return { outcome: proof.outcome, reason, ...none, ifRounded: rounded?.outcome ?? null };
}

function reasonOf({ outcome, reason, step }: ProveResult): string {
  const cases = step?.channels.map((channel) => channel.cases) ?? [];
  if (outcome === "proved") return `${showCount(Math.max(0, ...cases))} cases of the channel that has most`;
  const channel = step?.counterexample?.channel;
  if (outcome === "undecided" || channel === undefined) return reason!;
  return `channel ${channel} is wrong in a case; \`tapeloom prove\` shows it`;
}

/** Returns the radii that a file states, which are believed only where they can be proved. */
function provedRadii(claim: Claim, network: Network, { robust }: Notes): Notes["robust"] | null {
  if (robust === undefined) return null;
  const checked = openClaims(claim, network, robust);
  return checked.found && checked.open.length === 0 ? robust : null;
}
