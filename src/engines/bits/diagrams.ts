// From a decision diagram to gates: one choice a node, and less where its branches are alike.

import type { Bdd, Bool } from "../../logic/bdd.ts";
import { type Circuit, FALSE, not, type Signal, TRUE } from "./gates.ts";

/** Builds functions of one manager, whose variables are signals, out of gates; what they share is built once. */
export function gateBuilder(
  circuit: Circuit,
  bdd: Bdd,
  signalOf: (variable: number) => Signal,
): (f: Bool) => Signal {
  const known = new Map<Bool, Signal>([
    [0, FALSE],
    [1, TRUE],
  ]);
  const build = (f: Bool): Signal => {
    const negated = known.get(bdd.not(f));
    const signal = known.get(f) ?? (negated === undefined ? branch(f) : not(negated));
    known.set(f, signal);
    return signal;
  };
  const branch = (f: Bool): Signal => {
    const variable = bdd.support(f)[0]!;
    const [low, high] = [bdd.cofactor(f, variable, 0), bdd.cofactor(f, variable, 1)];
    const when = signalOf(variable);
    if (low === bdd.not(high)) return circuit.xor(when, build(low));
    // Where one branch implies the other, two gates choose.
    if (!bdd.meets(low, bdd.not(high))) return circuit.or(build(low), circuit.and(when, build(high)));
    if (!bdd.meets(high, bdd.not(low))) return circuit.or(build(high), circuit.and(not(when), build(low)));
    return circuit.choose(when, build(high), build(low));
  };
  return build;
}
