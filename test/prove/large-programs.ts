// Programs whose networks have no small diagrams: machines with many states, sums of wide ranges, tables.

import { checkProgram } from "../../src/compile.ts";
import { lower } from "../../src/compiler/lower/lower.ts";
import type { Rule } from "../../src/compiler/schedule/rule.ts";
import { schedule } from "../../src/compiler/schedule/schedule.ts";
import { type SynthesisOptions, synthesise } from "../../src/compiler/synthesise/synthesise.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";

/** A program's rule and its network, made from its structure alone, as that of large programs is. */
export function structural(
  text: string,
  options: SynthesisOptions = {},
): { readonly rule: Rule; readonly network: Network } {
  const rule = schedule(lower(checkProgram({ name: "structural.alg", text }).checked));
  return { rule, network: synthesise(rule, "", { ...options, effort: 0 }).candidates[0]!.network() };
}

/** A Turing machine written with `each`, so that any number of heads may meet. */
export function machine(states: number, symbols: number, random: Random): string {
  const names = (letter: string, count: number) => Array.from({ length: count }, (_, at) => `${letter}${at}`);
  const rules = names("q", states).flatMap((state) =>
    names("s", symbols).map((symbol) => {
      const [to, write] = [`q${random.int(states)}`, `s${random.int(symbols)}`];
      return { state, symbol, to, write, side: random.int(2) === 0 ? "left" : "right" };
    }),
  );
  const arrivals = rules.map(
    ({ state, symbol, to, side }) =>
      `if ${side}.head == ${state} and ${side}.tape == ${symbol} { head = ${to} }`,
  );
  const writes = rules.map(
    ({ state, symbol, write }) => `if head == ${state} and tape == ${symbol} { tape = ${write} }`,
  );
  return `program machine {
    input tape: enum { ${names("s", symbols).join(", ")} }
    state head: enum { none, ${names("q", states).join(", ")} }
    loop forever { each { ${writes.join(" else ")} ${arrivals.join(" else ")} else { head = none } } }
  }`;
}

const ranges = {
  wraps: "input x: 0..60 output s: 0..60 sweep right { let t = left.s + x s = if t > 60 then t - 61 else t }",
  sums: "input x: 0..40 state s: bit loop forever { each { let t = up.x + down.x + left.x s = t > 70 x = if t < 50 then max(x - 1, 0) else x } }",
  apart: "input x: 0..50 output s: 0..50 each { s = abs(x - left.x) }",
  distances: `input open: bit state d: 0..20 = 20 loop forever { each {
    if at top and at left { d = 0 } else if open { d = min(min(up.d, left.d), min(down.d, right.d) + 1) } } }`,
  sandpile:
    "input x: 0..30 loop forever { each { x = min((if x >= 4 then x - 4 else x) + count(beside.x >= 4), 30) } }",
};

interface LargeProgram {
  readonly name: string;
  readonly text: string;
  readonly codes: NonNullable<SynthesisOptions["codes"]>;
}

/** Large programs by name, with each code of ranges. */
export function largePrograms(seed: number): readonly LargeProgram[] {
  const wide = ranges.wraps.replaceAll("60", "60000").replaceAll("61", "60001");
  const named = (code: "thermometer" | "binary" | "integer", bodies: Readonly<Record<string, string>>) =>
    Object.entries(bodies).map(([name, body]) => ({
      name: `${name}, ${code}`,
      text: `program ${name} { ${body} }`,
      codes: { others: code },
    }));
  return [
    { name: "machine", text: machine(14, 3, seededRandom(seed)), codes: {} },
    ...named("thermometer", ranges),
    ...named("binary", { wraps: ranges.wraps, sums: ranges.sums }),
    ...named("integer", { apart: ranges.apart, wide }),
  ];
}
