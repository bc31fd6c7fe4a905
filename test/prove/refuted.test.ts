// Refuted means that a run shows it; a difference that no run is found to reach is left undecided; and what cannot
// be reached does not stand in the way of a proof.

import { expect, test } from "vitest";
import { checkProgram, compile } from "../../src/compile.ts";
import { lower } from "../../src/compiler/lower/lower.ts";
import { schedule } from "../../src/compiler/schedule/schedule.ts";
import { interpret } from "../../src/engines/reference.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import { sizeOf } from "../../src/network/network.ts";
import { proveNetwork } from "../../src/proof/prove/prove.ts";
import { pruneProved } from "../../src/proof/prove/prune-proved.ts";

const compiled = (text: string, prune = true) => compile({ name: "p.alg", text }, { prune });

test.each([
  [
    "a field that is never written",
    "input a: bit state s: bit = 1 output z: bit each { s = downleft.z } each { s = downleft.a }",
  ],
  [
    "one of several values that is never written",
    `input f0: enum { ka, kb } input f1: 0..1 input f2: bit output f3: 0..2
     each {
       f0 = (if (1 > 0) then upright.f0 else ka)
       f1 = max((if f2 then (-1) else f2), 0)
       f0 = (if (f0 == ka) then kb else ka)
     }
     each { f1 = min(count(around.f2), 1) }
     each {
       f1 = min(up.f3, 1)
       if f2 { f0 = (if (down.f3 < left.f1) then f0 else downleft.f0) }
       f0 = (if f2 then f0 else ka)
     }`,
  ],
])("what is pruned by %s is proved", async (_, body) => {
  const compilation = compiled(`program r { ${body} }`);
  const { outcome, reason } = await proveNetwork(compilation, compilation.network);
  expect({ outcome, reason }).toEqual({ outcome: "proved", reason: null });
});

/** Three counters, which are all high together first after 990 steps; `y` is written when the condition holds. */
const counters = (condition: string): string => `program counters {
  state a: 0..8
  state b: 0..9
  state c: 0..10
  output y: bit
  loop forever {
    each {
      if ${condition} { y = 1 }
      a = if a == 8 then 0 else a + 1
      b = if b == 9 then 0 else b + 1
      c = if c == 10 then 0 else c + 1
    }
  }
}`;

const claim = compiled(counters("false"));

test("a difference that no run was found to reach is undecided, with its neighbourhood and a reason", async () => {
  const { network } = compiled(counters("a == 8 and b == 9 and c == 10"), false);
  const { outcome, reason, step } = await proveNetwork(claim, network);
  expect({ outcome, reason }).toMatchObject({
    outcome: "undecided",
    reason: expect.stringContaining("no run"),
  });
  expect(step).toMatchObject({ outcome: "differs", counterexample: { channel: "y", reached: null } });
  const { grid, row, col } = step!.counterexample!.neighbourhood;
  const at = (field: string) => grid.planes[field]![row * grid.cols + col];
  expect(["a", "b", "c"].map(at)).toEqual([8, 9, 10]);
});

test.each(["a == 2", "a == 8 and b == 6"])(
  "one that a run reaches is refuted by that run: %s",
  async (condition) => {
    const { checked, network } = compiled(counters(condition), false);
    const { outcome, step } = await proveNetwork(claim, network);
    expect(outcome).toBe("refuted");
    const { input, step: after } = step!.counterexample!.reached!;
    const { grid } = interpret(checked, prepareInput(checked, input), { maxInstructions: after });
    expect(grid.planes.y).toContain(1);
    expect(
      interpret(checked, prepareInput(checked, input), { maxInstructions: after - 1 }).grid.planes.y,
    ).not.toContain(1);
  },
);

test("what cannot be proved is not handed on", () => {
  const { checked, rule, network } = compiled("program p { input x: bit output y: bit each { y = left.x } }");
  const last = network.layers.at(-1)!;
  const bias = last.bias.map((value, at) => (network.channels[at]!.name === "y" ? value + 1 : value));
  const wrong = { ...network, layers: network.layers.with(-1, { ...last, bias }) };
  expect(() =>
    pruneProved(checked, rule, [{ nonzero: sizeOf(wrong).nonzero, network: () => wrong }]),
  ).toThrow(/internal: the network made of program p is not proved.*input x/s);
});

test("where not even the rule fits into diagrams, what is right is proved, and what is not is refuted", {
  timeout: 120_000,
}, async () => {
  const names = Array.from({ length: 23 }, (_, at) => `f${at}`);
  const text = (value: string) =>
    `program wide { ${names.map((name) => `input ${name}: bit`).join(" ")} output y: bit each { y = ${value} } }`;
  // As many nodes as there are values of all fields above.
  const all = text(names.map((name) => `up.${name} == down.${name}`).join(" and "));
  const { checked } = checkProgram({ name: "p.alg", text: all });
  const instructions = lower(checked);
  const rule = schedule(instructions);
  const judged = (of: string) => {
    const { network } = compiled(of);
    return proveNetwork({ checked, instructions, rule, network }, network);
  };
  expect((await judged(all)).step?.outcome).toBe("proved");
  const { outcome, step } = await judged(text("up.f0 == down.f0"));
  expect([outcome, step?.outcome]).toEqual(["refuted", "differs"]);
  expect(step?.counterexample ?? null).not.toBeNull();
});
