// What is known for certain of a network: whether its step is proved for every grid, and within which radii.

import type { Network } from "../network/network.ts";
import { roundingError } from "../network/rounding.ts";
import type { Notes } from "../network/weightfile.ts";
import { MOST_WORK } from "../prove/enumerate.ts";
import { type Claim, proveNetwork } from "../prove/prove.ts";
import type { Outcome } from "../prove/result.ts";
import { workOfCases } from "../prove/step.ts";

export interface Certificate {
  /** `untried` where going through all cases would take many minutes. */
  readonly outcome: Outcome | "untried";
  /** How, or why not; a sentence. */
  readonly reason: string;
  /** Whether that holds with channels rounded after every step. */
  readonly snap: boolean;
  readonly seconds: number;
  /** Within these the network may be wrong in its numbers and its state; null where nothing is proved. */
  readonly radii: Notes["robust"] | null;
}

export async function certify(claim: Claim, network: Network, notes: Notes): Promise<Certificate> {
  const radii = notes.robust ?? null;
  // Numbers that are not integers are right only with rounding.
  const isDense = roundingError(network) > 0;
  const snap = network.snap || isDense;
  const work = isDense ? workOfCases(claim.rule, network) : 0;
  if (work > MOST_WORK) {
    const reason = `its inputs make ${work.toExponential(0)} multiplications in all; \`tapeloom prove\` tries it all the same`;
    return { outcome: "untried", reason, snap, seconds: 0, radii };
  }
  const proof = await proveNetwork(claim, network, { snap });
  const cases = proof.step?.channels.map((channel) => channel.cases) ?? [];
  const reason =
    proof.outcome === "proved"
      ? `${Math.max(0, ...cases).toLocaleString("en-US")} cases of the channel that has most`
      : (proof.differences[0] ?? proof.step?.reason ?? "a neighbourhood on which it is wrong");
  return { outcome: proof.outcome, reason, snap, seconds: proof.milliseconds / 1000, radii };
}
