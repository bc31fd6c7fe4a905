// Robust networks on the command line: their radii as text, and the second proof of what a weight file claims.

import type { Compilation } from "../compile.ts";
import { PROOF_BUDGET } from "../diagnostics/budget.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import type { Network } from "../network/network.ts";
import type { Proved, Robustness } from "../network/notes.ts";
import { type Attack, attack } from "../proof/robust/attack.ts";
import { makeRobust, noiseOf, openClaims } from "../proof/robust/radii.ts";
import { type Io, paint } from "./io.ts";

/** The robust network of a program. @throws InputError if it has no radii */
export function robustOf(
  io: Io,
  compilation: Compilation,
): { readonly network: Network; readonly robustness: Robustness } {
  const { name } = compilation.checked;
  const what = `proving radii of ${name}`;
  io.allowByDefault(PROOF_BUDGET);
  const made = io.bounded(what, () => makeRobust(compilation, compilation.network));
  if (made.found) return made;
  throw new InputError(`${name} has no robust network: ${made.reason}; compile it without --robust`);
}

export function showRadii(radii: Proved): string {
  const { epsilon, delta, after } = radii;
  return (
    `numbers off by up to ${epsilon}, state by up to ${delta}: after a step by up to ${after}, ` +
    `so that ${showNoise(radii)} may be added in every step`
  );
}

const showNoise = (radii: Proved): string => noiseOf(radii).toPrecision(3);

/** How much of what a file claims could be proved. */
interface RadiiProof {
  readonly outcome: "proved" | "refuted" | "undecided";
  readonly claim: Robustness;
  readonly reason: string | null;
  readonly counterexample: Attack | null;
}

/** Proves the radii that a file claims, or looks for errors within them that break the claim, and reports it. */
export function proveRadii(io: Io, ...given: Parameters<typeof radiiProof>) {
  const proof = radiiProof(...given);
  return { isProved: proof.outcome === "proved", json: proof, text: describe(io, proof) };
}

function radiiProof(compilation: Compilation, network: Network, claim: Robustness, seed: number): RadiiProof {
  const checked = openClaims(compilation, network, claim);
  if (!checked.found) return { outcome: "undecided", claim, reason: checked.reason, counterexample: null };
  const { open, errors } = checked;
  if (open.length === 0) return { outcome: "proved", claim, reason: null, counterexample: null };
  for (const { radii, moving } of open) {
    const worst = attack(compilation, network, radii, moving, { seed, cases: 200 });
    // What is compared are doubles; a claim is not refuted by their rounding.
    if (Math.abs(worst.got - worst.expected) > radii.after + 1e-6)
      return { outcome: "refuted", claim, reason: null, counterexample: worst };
  }
  const bound = Math.max(...errors);
  const reason = `after a step, the state is only known to be off by up to ${bound.toPrecision(3)}`;
  return { outcome: "undecided", claim, reason, counterexample: null };
}

function describe(io: Io, { outcome, claim, reason, counterexample }: RadiiProof): string {
  const colour = { proved: "green", refuted: "red", undecided: "yellow" } as const;
  const lines = [
    `  radii: ${paint(io, io.stdout, colour[outcome], outcome)}${reason === null ? "" : `, ${reason}`}`,
    `    all stored numbers: ${showRadii(claim.all)}`,
    `    those that are not zero: ${showRadii(claim.nonzero)}`,
  ];
  if (counterexample === null) return lines.join("\n");
  const { channel, expected, got } = counterexample;
  return [
    ...lines,
    `    with errors within them, channel ${channel} becomes ${got.toPrecision(4)} instead of ${expected}`,
  ].join("\n");
}
