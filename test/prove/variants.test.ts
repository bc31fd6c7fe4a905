// Networks that differ in a unit are looked at on neighbourhoods that are kept: the same is found as by looking at each
// network by itself, however few of them are kept.

import { expect, test } from "vitest";
import { type Compilation, compile } from "../../src/compile.ts";
import { directEngine } from "../../src/engines/direct.ts";
import type { Shape } from "../../src/grid/grid.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import type { Network } from "../../src/network/network.ts";
import { withoutTokens } from "../../src/network/tokens.ts";
import { mutantsOf } from "../../src/proof/prove/mutants.ts";
import { reachDifference } from "../../src/proof/prove/reach.ts";
import { variantSearch } from "../../src/proof/prove/reach-variants.ts";
import { checkNetwork, randomBatches } from "../../src/proof/verify/check.ts";
import { Neighbourhoods } from "../../src/proof/verify/neighbourhoods.ts";
import { screening } from "../../src/proof/verify/screen.ts";
import { Variants } from "../../src/proof/verify/variants.ts";
import { drawProgram } from "../judge/generate/program.ts";
import { Random } from "../judge/random.ts";
import { again, SEED } from "../seed.ts";

const PROGRAMS = 9;
const MUTANTS = 12;
const CHECK = { grids: 12, maxRows: 4, maxCols: 4, seed: SEED };

interface Case {
  readonly compilation: Compilation;
  readonly text: string;
  readonly mutants: ReturnType<typeof mutantsOf>;
}

/** Small programs of all kinds, and some mutants of each. */
function* cases(): Generator<Case> {
  for (let [index, count] = [0, 0]; count < PROGRAMS; index++) {
    const random = new Random(SEED, index);
    const { text, kind } = drawProgram(SEED, index);
    if (kind === "learner" || text.includes("assert")) continue;
    const compilation = compile({ name: `r${index}`, text });
    const all = mutantsOf(compilation.network);
    if (all.length > 900) continue;
    count++;
    const mutants = Array.from({ length: Math.min(MUTANTS, all.length) }, () => random.pick(all));
    yield { compilation, mutants, text: `${again(SEED)}, program ${index}\n${text}` };
  }
}

test("checks and searches of variants find what those of single networks do", {
  timeout: 300_000,
}, async () => {
  const seen = { found: 0, missed: 0, reached: 0, not: 0 };
  for (const { compilation, mutants, text } of cases()) {
    const { checked, rule, network } = compilation;
    const isFound = screening(checked, rule, network, CHECK);
    const searches = [3, 1e9].map((most) => variantSearch(checked, rule, network, most));
    for (const mutant of mutants) {
      const label = `${mutant.name}\n${text}`;
      const engine = directEngine(mutant.network);
      const { agree } = await checkNetwork(compilation, mutant.network, engine, CHECK);
      expect(await isFound(mutant), label).toBe(!agree);
      seen[agree ? "missed" : "found"]++;
      const options = { seed: SEED, work: 3e5 };
      const alone = await reachDifference(checked, rule, mutant.network, { ...options, snap: false });
      for (const search of searches) expect(await search(mutant, options), label).toBe(alone !== null);
      seen[alone === null ? "not" : "reached"]++;
    }
  }
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10);
});

test("a variant differs where the direct engine says so, however few activations are kept", async () => {
  const seen = { same: 0, different: 0 };
  for (const { compilation, mutants, text } of cases()) {
    const { rule, network, checked } = compilation;
    const neighbourhoods = new Neighbourhoods(rule, network);
    const few = new Variants(network, neighbourhoods, 1);
    const many = new Variants(network, neighbourhoods);
    const inputs = [...randomBatches(checked, CHECK)].at(-1)!;
    let grid = neighbourhoods.start(prepareInput(checked, inputs[0]!));
    for (let step = 0; step < 4; step++) {
      const around = neighbourhoods.around(grid);
      const { next } = neighbourhoods.step(grid, around);
      for (const mutant of mutants) {
        const state = await stepped(mutant.network, grid, neighbourhoods.stateOf(grid));
        const wanted = neighbourhoods.stateOf(next);
        const width = network.channels.length;
        const [one, other] = [few.differs(mutant), many.differs(mutant)];
        for (const [cell, each] of around.entries()) {
          const own = state.subarray(cell * width, (cell + 1) * width);
          const differs = own.some((value, at) => value !== wanted[cell * width + at]);
          const label = `${mutant.name} of ${checked.name}, step ${step}, cell ${cell}\n${text}`;
          expect([one(each), other(each)], label).toEqual([differs, differs]);
          seen[differs ? "different" : "same"]++;
        }
      }
      grid = next;
    }
  }
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(100);
});

async function stepped(network: Network, { rows, cols }: Shape, state: Float32Array): Promise<Float32Array> {
  const run = directEngine(withoutTokens(network)).start({ rows, cols }, [state]);
  await run.advance(1);
  const [after] = await run.read();
  return after!;
}
