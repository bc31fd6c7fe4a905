// What is done with a network of many fields takes time in proportion to them: not each field looked for among all others.

import { describe, expect, test } from "vitest";
import { type Compilation, compile } from "../../src/compile.ts";
import { printNetwork } from "../../src/network/print-network.ts";
import { encode } from "../../src/network/state.ts";
import { matchSchedule } from "../../src/proof/prove/matching.ts";
import { programDifferences } from "../../src/proof/verify/same-program.ts";

/** Fields of the smaller and of the larger program. */
const FEW = 1_500;
const TIMES = 8;

function programOf(fields: number): Compilation {
  const declared = Array.from({ length: fields }, (_, at) => `state f${at}: bit`).join("\n");
  const text = `program p {\n${declared}\neach { f0 = f1 }\n}`;
  return compile({ name: "p.alg", text }, { quick: true, budget: { seconds: 100 } });
}

const [small, large] = [programOf(FEW), programOf(FEW * TIMES)];

/** Processor time of work, the least of a few times, in microseconds. */
function timeOf(work: () => unknown): number {
  const times = Array.from({ length: 4 }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return Math.min(...times);
}

const KINDS: Readonly<Record<string, (of: Compilation) => unknown>> = {
  "looks for what differs from the program": ({ rule, network, checked }) =>
    programDifferences(rule, checked, network),
  "is printed": ({ network }) => printNetwork(network),
  "has a schedule that is matched": ({ instructions, rule }) => matchSchedule(instructions, rule),
  "has states that are encoded": ({ network }) => encode(network, { rows: 1, cols: 1, planes: {} }),
};

describe("a network of many fields", () => {
  test.each(Object.keys(KINDS))("%s", (name) => {
    const kind = KINDS[name]!;
    // Four times as much for each field as in the smaller one, or some milliseconds, would be far less than all among all.
    expect(timeOf(() => kind(large))).toBeLessThan(4 * TIMES * timeOf(() => kind(small)) + 10_000);
  });
});
