// Whether a program that was written out of a network is the network's step.

import { analyse } from "../analyse/analyse.ts";
import { lower } from "../lower/lower.ts";
import type { Network } from "../network/network.ts";
import { parse } from "../parse/parse.ts";
import { findInvariant, holdsForever, type Invariant } from "../prove/invariant.ts";
import type { StepProof } from "../prove/result.ts";
import { proveStep } from "../prove/step.ts";
import { schedule } from "../schedule/schedule.ts";

export interface TextProof {
  readonly step: StepProof;
  /** What holds in all states that the program comes to, where the two are the same in those only. */
  readonly invariant: Invariant | null;
}

/** Proves that one step of the program is one step of the network, in all legal states or in all that it comes to. */
export function proveText(text: string, network: Network, snap: boolean): TextProof {
  const source = { name: "decompiled", text };
  const { program } = parse(source);
  const checked = program && analyse(program, source, {}).program;
  if (!checked) throw new Error(`internal: the decompiled program is not one:\n${text}`);
  const rule = schedule(lower(checked));
  const step = proveStep(rule, network, { snap });
  if (step.outcome === "proved") return { step, invariant: null };
  const invariant = findInvariant(checked, rule);
  if (invariant === null || !holdsForever(checked, rule, invariant)) return { step, invariant: null };
  return { step: proveStep(rule, network, { snap, invariant }), invariant };
}
