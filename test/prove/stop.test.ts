// A network that takes other cells for finished than its program: proved where no run comes to them, refuted by a run
// that ends at another step, and undecided between the two.

import { expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import type { Cube, Network } from "../../src/network/network.ts";
import { lemmasOf } from "../../src/proof/prove/lemma.ts";
import { proveNetwork } from "../../src/proof/prove/prove.ts";
import { proveStop } from "../../src/proof/prove/stop.ts";

const COUNT = compile({
  name: "count.alg",
  text: `program count {
    input x: bit
    state n: 0..7
    loop {
      each { if n < 2 { n = n + 1 } }
      halt when n == 2
    }
  }`,
});

function stoppingAt(cubes: (old: readonly Cube[]) => readonly Cube[]): Network {
  const { stop } = COUNT.network;
  if (stop.kind !== "halted") throw new Error("the program halts");
  return { ...COUNT.network, stop: { kind: "halted", cubes: cubes(stop.cubes) } };
}

const channelOf = (value: number): string =>
  COUNT.network.channels.find(
    ({ code }) => code.kind === "thermometer" && code.field === "n" && code.atLeast === value,
  )!.name;

test("a cell that no run comes to may count as finished, if an invariant shows it", async () => {
  const network = stoppingAt((old) => [...old, { on: [channelOf(5)], off: [] }]);
  const { rule, checked } = COUNT;
  expect(proveStop(rule, network, null)).toMatchObject({
    outcome: "differs",
    reason: expect.stringMatching(/whether a cell is finished that has .*n 5/),
  });
  expect(proveStop(rule, network, lemmasOf(checked, rule)).outcome).toBe("proved");
  expect(await proveNetwork(COUNT, network)).toMatchObject({ outcome: "proved", stopReached: null });
});

test.each([
  ["never", () => [], "program"],
  ["at once", () => [{ on: [], off: [] }], "network"],
] as const)("a network that ends %s is refuted by a run", async (_, cubes, endedBy) => {
  const result = await proveNetwork(COUNT, stoppingAt(cubes));
  expect(result).toMatchObject({ outcome: "refuted", differences: [], stopReached: { endedBy } });
  const { input, step } = result.stopReached!;
  expect([input.rows, input.cols]).toEqual([1, 1]);
  if (endedBy === "network") expect(step).toBe(0);
  else expect(step).toBeGreaterThan(1);
});

test("where neighbours would have to be known, it is undecided", async () => {
  const lag = compile({
    name: "lag.alg",
    text: `program lag {
      input x: bit
      state n, m: 0..3
      loop {
        each { m = left.n  n = min(3, n + 1) }
        halt when n == 3
      }
    }`,
  });
  const { stop, channels } = lag.network;
  if (stop.kind !== "halted") throw new Error("the program halts");
  const twoOf = (field: string) =>
    channels.find(({ code }) => code.kind === "thermometer" && code.field === field && code.atLeast === 2)!
      .name;
  // All cells count together, so that m is never ahead of n; of a cell alone, that cannot be seen.
  const ahead = { on: [twoOf("m")], off: [twoOf("n")] };
  const network: Network = { ...lag.network, stop: { kind: "halted", cubes: [...stop.cubes, ahead] } };
  const result = await proveNetwork(lag, network);
  expect(result).toMatchObject({ outcome: "undecided", stopReached: null });
  expect(result.reason).toMatch(/whether a cell is finished .* but no run/);
});
