// Whether a program that was written out of a network is the network's step.

import { lower } from "../../compiler/lower/lower.ts";
import { schedule } from "../../compiler/schedule/schedule.ts";
import { analyse } from "../../language/analyse/analyse.ts";
import { parse } from "../../language/parse/parse.ts";
import type { Network } from "../../network/network.ts";
import { lemmasOf } from "../../proof/prove/lemma.ts";
import { proveReachable } from "../../proof/prove/prove.ts";

/** Proves that one step of the program is one step of the network, in all legal states or in all that it reaches. */
export function proveText(text: string, network: Network, snap: boolean): ReturnType<typeof proveReachable> {
  const source = { name: "decompiled", text };
  const { program } = parse(source);
  const checked = program && analyse(program, source, {}).program;
  if (!checked) throw new Error(`internal: the decompiled program is not one:\n${text}`);
  const rule = schedule(lower(checked));
  return proveReachable(rule, network, { snap }, lemmasOf(checked, rule));
}
