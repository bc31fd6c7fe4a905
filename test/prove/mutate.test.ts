// The mutation score counts what proof and check say of each mutant, asked one by one.

import { describe, expect, test } from "vitest";
import { type Compilation, compile } from "../../src/compile.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { lemmasOf } from "../../src/proof/prove/lemma.ts";
import { mutantsOf } from "../../src/proof/prove/mutants.ts";
import {
  type MutantVerdict,
  type MutateOptions,
  mutantJudge,
  mutateJobs,
} from "../../src/proof/prove/mutation-score.ts";
import { proveNetwork, proveReachable } from "../../src/proof/prove/prove.ts";
import { checkNetwork } from "../../src/proof/verify/check.ts";
import { numbersOf } from "../network/dense.ts";
import { compileProgram } from "../programs/programs.ts";
import { randomProgram } from "../random-program.ts";
import { again, cases, SEED } from "../seed.ts";
import { expectedChannels, wrongCases } from "./exhaustive.ts";

const CHECK = { grids: 24, maxRows: 4, maxCols: 4, seed: SEED };

async function judgeAll(compilation: Compilation, options: MutateOptions): Promise<MutantVerdict[]> {
  const judge = mutantJudge(compilation, options);
  const judged = [];
  for (const job of mutateJobs(compilation.network)) judged.push(...(await judge(job)));
  return judged;
}

test("mutants differ in one number, every number that is not zero has them", () => {
  const { network } = compileProgram("parity");
  const numbers = (of: typeof network) => [...numbersOf(of), ...of.residual];
  const before = numbers(network);
  const changed = new Map<number, Set<number>>();
  for (const { network: mutant, from, to } of mutantsOf(network)) {
    const after = numbers(mutant);
    const at = [...before.keys()].filter((index) => after[index] !== before[index]);
    expect(at).toHaveLength(1);
    expect([before[at[0]!], after[at[0]!]]).toEqual([from, to]);
    changed.set(at[0]!, (changed.get(at[0]!) ?? new Set()).add(to));
  }
  const flags = before.length - network.residual.length;
  for (const [index, value] of before.entries()) {
    const wanted = index >= flags ? [1 - value] : value === 0 ? [] : [...new Set([value + 1, value - 1, 0])];
    expect([...(changed.get(index) ?? [])]).toEqual(wanted);
  }
});

describe.each([
  ["stripes", "output p: bit sweep down right { p = not left.p or (up.p and at left) }"],
  ["ranges", "state y: 0..2 loop { each { y = max(max(left.y, right.y) - min(y, 1), 0) } }"],
  ["edges", "state y: bit loop { each { if at right or upleft.y { y = not y } else if at top { y = 1 } } }"],
])("%s", (name, text) => {
  const compilation = compile({ name, text: `program ${name} { ${text} }` });
  const { rule, network } = compilation;

  test("equivalent mutants are right on every neighbourhood, or where cells can come to", async () => {
    const verdicts = await judgeAll(compilation, CHECK);
    const mutants = mutantsOf(network);
    expect(verdicts.map((each) => each.name)).toEqual(mutants.map((each) => each.name));
    const all = expectedChannels(rule, network);
    for (const [at, { name: mutant, network: changed }] of mutants.entries()) {
      const { outcome, found } = verdicts[at]!;
      const wrong = await wrongCases(changed, all, false);
      if (wrong === 0) expect(outcome, mutant).toBe("proved");
      expect(found === null, mutant).toBe(outcome === "proved");
      const { agree } = await checkNetwork(compilation, changed, directEngine(changed), CHECK);
      expect(agree, mutant).toBe(found !== true);
      if (outcome === "proved")
        expect((await proveNetwork(compilation, changed)).outcome, mutant).toBe("proved");
    }
  });
});

test("of gf2, the proof leaves hardly anything open, and the seed alone tells the verdicts", {
  timeout: 120_000,
}, async () => {
  const compilation = compileProgram("gf2");
  const options = { grids: 16, maxRows: 3, maxCols: 4, seed: SEED };
  const verdicts = await judgeAll(compilation, options);
  const open = verdicts.filter(({ outcome }) => outcome === "undecided");
  expect(open.length / verdicts.length).toBeLessThan(0.1);
  expect(open.filter(({ found }) => found === true)).toEqual([]);
  expect(verdicts.filter(({ found }) => found === true).length).toBeGreaterThan(100);
  // Two judges share the mutants, and begin with the last ones.
  const judges = [mutantJudge(compilation, options), mutantJudge(compilation, options)];
  const shared: MutantVerdict[][] = [];
  for (const [at, job] of mutateJobs(compilation.network).reverse().entries())
    shared.unshift(await judges[at % 2]!(job));
  expect(shared.flat()).toEqual(verdicts);
});

test("a check that finds fault with the program tells no mutants apart: proofs and runs do", async () => {
  const outcomes = async (claim: string) => {
    const text = `program parity { input x: bit output p: bit ${claim} sweep right { p = x xor left.p } }`;
    return (await judgeAll(compile({ name: "parity", text }), CHECK)).map(({ outcome }) => outcome);
  };
  const found = await outcomes("");
  expect(new Set(found)).toEqual(new Set(["proved", "refuted"]));
  expect(await outcomes("steps <= 0")).toEqual(found);
});

test("no mutant that the check finds is proved, in random programs", async () => {
  let found = 0;
  for (let at = 0; at < cases(6); at++) {
    const seed = SEED + at;
    const { text } = randomProgram(seededRandom(seed), "small");
    const compilation = compile({ name: "random", text });
    const { checked, rule, network } = compilation;
    const mutants = mutantsOf(network);
    for (const [nth, verdict] of (await judgeAll(compilation, { ...CHECK, grids: 8 })).entries()) {
      if (verdict.found !== true || nth % 7 !== 0) continue;
      found++;
      const { step } = proveReachable(rule, mutants[nth]!.network, {}, lemmasOf(checked, rule));
      expect(step.outcome, `${verdict.name}; ${again(seed)}`).not.toBe("proved");
    }
  }
  expect(found).toBeGreaterThan(0);
});
