// The budget of the public functions: every stage asks whether it may go on, and what ends, ends with one error.

import { expect, test } from "vitest";
import { compilationSoFar, scheduleProgram } from "../../src/compile.ts";
import { LOOK, spend, unwatched } from "../../src/diagnostics/budget.ts";
import {
  type Budget,
  compile,
  decompile,
  format,
  InputError,
  OverBudget,
  proveNetwork,
  within,
} from "../../src/index.ts";
import { NASTY } from "../cli/nasty.ts";

const source = (text: string) => ({ name: "nasty.alg", text });
const UNBOUNDED: Budget = { seconds: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };

/** Seconds as the budget counts them. */
function secondsOf(work: () => unknown): number {
  const [cpu, clock] = [process.cpuUsage(), performance.now()];
  expect(work).toThrow(OverBudget);
  const { user, system } = process.cpuUsage(cpu);
  return Math.min((user + system) / 1e6, (performance.now() - clock) / 1000);
}

/** Texts that take seconds in one stage or another: in the grammar, in analysis, in lowering, in synthesis. */
const LONG: readonly (readonly [kind: string, size: number])[] = [
  ["statements", 30_000],
  ["or chain", 60_000],
  ["machine rules", 12_000],
  ["if chain", 10_000],
  ["fields", 20_000],
  ["lets that mix", 3_000],
  ["functions that double", 3_000],
  ["instructions", 12_000],
  ["wrong names of many", 12_000],
];

test.each(LONG)("%s, %i: compile ends soon after its budget", (kind, size) => {
  const text = NASTY[kind]!(size);
  const seconds = secondsOf(() => compile(source(text), { budget: { seconds: 0.4 } }));
  expect(seconds).toBeLessThan(2);
});

test("the error says what took too long, and how to allow more", () => {
  const text = NASTY.statements!(30_000);
  const run = () => compile(source(text), { budget: { seconds: 0.2 } });
  expect(run).toThrow(
    "reading nasty.alg takes more than 0.2 s of processor time; make it smaller or simpler, or allow more with " +
      "the option budget: { seconds: 2 }",
  );
  expect(run).toThrow(InputError);
  expect(() => format(source(text), { budget: { seconds: 0.2 } })).toThrow(/laying nasty.alg out takes more/);
});

test("memory is bounded, too", () => {
  const hoard = () => {
    const kept: unknown[] = [];
    for (;;) {
      kept.push(new Uint8Array(2 ** 20).fill(1));
      spend(LOOK);
    }
  };
  expect(() => within({ bytes: 64 * 2 ** 20, seconds: 60 }, "hoarding", hoard)).toThrow(
    /^hoarding takes more than 64 MiB of memory; .* budget: \{ seconds: 600, bytes: 268435456 \}$/,
  );
});

const TABLE = `program table { input x, y: 0..63 output z: 0..63 each { ${Array.from(
  { length: 300 },
  (_, at) => `if left.x > ${at % 64} and y < ${(at * 7) % 64} { z = ${at % 64} }`,
).join(" else ")} else { z = 1 } } }`;

test("a budget that ends while a network is proved leaves that network, and says so", () => {
  const whole = compile(source(TABLE), { prove: false, budget: UNBOUNDED });
  expect([whole.cut, whole.isProved]).toEqual([null, false]);
  const cut = compile(source(TABLE), {
    budget: UNBOUNDED,
    onProgress({ stage }) {
      if (stage.startsWith("proving")) throw new OverBudget("compiling table takes too long");
    },
  });
  expect(cut.cut).toMatch(
    /^compiling table takes too long; it stopped proving [\d,]+ numbers, and takes the network that it had$/,
  );
  expect(cut.isProved).toBe(false);
  expect(cut.network.layers).toEqual(whole.network.layers);
});

test("proofs and decompiling end, too, and pieces of a proof share its budget", async () => {
  const compilation = compile(source(TABLE), { prove: false, budget: UNBOUNDED });
  const claim = { ...compilation, ...scheduleProgram(compilation) };
  const budget = { seconds: 0.02 };
  await expect(proveNetwork(claim, compilation.network, { budget })).rejects.toThrow(
    /proving table takes more than 0.02 s/,
  );
  expect(() => decompile(compilation.network, { budget })).toThrow(
    /decompiling table takes more than 0.02 s/,
  );
});

test("after work has ended, nothing is bounded any more; what somebody else watches is not", () => {
  const idle = () => {
    const end = performance.now() + 60;
    while (performance.now() < end) spend(LOOK);
    return "done";
  };
  const budget = { seconds: 0.001 };
  expect(() => within(budget, "idling", idle)).toThrow(OverBudget);
  expect(idle()).toBe("done");
  expect(unwatched(() => within(budget, "idling", idle))).toBe("done");
  // Within other work, the budget is that of the other.
  expect(within(UNBOUNDED, "waiting", () => within(budget, "idling", idle))).toBe("done");
});

test("what there is so far is made for want of a budget alone", () => {
  let made = 0;
  const progress = {
    stage: "searching",
    get sofar() {
      made++;
      return compile(source(TABLE), { effort: 0 });
    },
  };
  expect(() => compilationSoFar(new Error("refused"), progress)).toThrow("refused");
  expect(made).toBe(0);
  expect(() => compilationSoFar(new OverBudget("too long"), null)).toThrow("too long");
  expect(() => compilationSoFar(new OverBudget("too long"), { stage: "reading", sofar: null })).toThrow(
    "too long",
  );
  expect(compilationSoFar(new OverBudget("too long"), progress).cut).toMatch(
    /^too long; it stopped searching/,
  );
  expect(made).toBe(1);
});
