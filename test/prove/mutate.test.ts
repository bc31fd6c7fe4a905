// The mutation score counts what proof and check say of each mutant, asked one by one.

import { describe, expect, test } from "vitest";
import { type Compilation, compile } from "../../src/compile.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { mutantsOf } from "../../src/proof/prove/mutants.ts";
import {
  type MutantVerdict,
  type MutateOptions,
  mutantJudge,
  mutateJobs,
} from "../../src/proof/prove/mutate.ts";
import { proveNetwork } from "../../src/proof/prove/prove.ts";
import { checkNetwork } from "../../src/proof/verify/check.ts";
import { numbersOf } from "../network/dense.ts";
import { readProgram } from "../programs/programs.ts";
import { SEED } from "../seed.ts";
import { expectedChannels, wrongCases } from "./exhaustive.ts";

const CHECK = { grids: 24, maxRows: 4, maxCols: 4, seed: SEED };

async function judgeAll(compilation: Compilation, options: MutateOptions): Promise<MutantVerdict[]> {
  const judge = mutantJudge(compilation, options);
  const judged = [];
  for (const job of mutateJobs(compilation.network)) judged.push(...(await judge(job)));
  return judged;
}

test("mutants differ in one number, every number that is not zero has them", () => {
  const { network } = compile(readProgram("parity"));
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
    const cases = expectedChannels(rule, network);
    for (const [at, { name: mutant, network: changed }] of mutants.entries()) {
      const { outcome, found } = verdicts[at]!;
      const wrong = await wrongCases(changed, cases, false);
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
  const compilation = compile(readProgram("gf2"));
  const options = { grids: 16, maxRows: 3, maxCols: 4, seed: SEED };
  const verdicts = await judgeAll(compilation, options);
  const open = verdicts.filter(({ outcome }) => outcome === "undecided");
  expect(open.length / verdicts.length).toBeLessThan(0.1);
  expect(open.filter(({ found }) => found === true)).toEqual([]);
  expect(verdicts.filter(({ found }) => found === true).length).toBeGreaterThan(100);
  // Two judges share the mutants, and begin with the last ones.
  const judges = [mutantJudge(compilation, options), mutantJudge(compilation, options)];
  const again: MutantVerdict[][] = [];
  for (const [at, job] of mutateJobs(compilation.network).reverse().entries())
    again.unshift(await judges[at % 2]!(job));
  expect(again.flat()).toEqual(verdicts);
});
