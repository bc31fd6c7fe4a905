// Networks that differ in a unit are looked at on neighbourhoods that are kept: the same is found as by looking at each
// network by itself, however few of them are kept.

import { expect, test } from "vitest";
import { type Compilation, compile } from "../../src/compile.ts";
import { directEngine } from "../../src/engines/direct.ts";
import type { Shape } from "../../src/grid/grid.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import type { Network } from "../../src/network/network.ts";
import { networkLayer, rowsOfLayer } from "../../src/network/rows.ts";
import { withoutTokens } from "../../src/network/single-token-states.ts";
import { mutantsOf } from "../../src/proof/prove/mutants.ts";
import { reachDifference } from "../../src/proof/prove/reach-difference.ts";
import { variantSearch } from "../../src/proof/prove/reach-variants.ts";
import { checkNetwork, randomBatches } from "../../src/proof/verify/check.ts";
import { Neighbourhoods } from "../../src/proof/verify/neighbourhoods.ts";
import { screening } from "../../src/proof/verify/screen.ts";
import { type Variant, Variants } from "../../src/proof/verify/variants.ts";
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

/** The network with another row in one place: weights, some of them missing or new, or the bias, or the residual. */
function withOtherUnit(network: Network, random: Random): Variant {
  const layer = random.int(network.layers.length);
  const changed = network.layers[layer]!;
  const unit = random.int(changed.outputs);
  const rows = rowsOfLayer(changed);
  const { name, bias, entries } = rows[unit]!;
  const value = () => random.pick([0, 1, -1, 2, -3, 0.5, 1e38, 3e38, Number.POSITIVE_INFINITY]);
  const width = changed.inputs * changed.kernel ** 2;
  const some = (share: number) =>
    entries.map(([at, weight]) => [at, random.chance(share) ? value() : weight] as const);
  const row = random.pick([
    () => ({ name, bias, entries: some(0.3) }),
    () => ({ name, bias, entries: some(1) }),
    () => ({ name, bias: value(), entries: some(0.1) }),
    () => ({ name, bias, entries: entries.filter(() => random.chance(0.6)) }),
    () => ({ name, bias, entries: [...new Map([...entries, [random.int(width), value()] as const])] }),
  ])();
  const made = networkLayer({ ...changed, rows: rows.with(unit, row) });
  const isLast = layer === network.layers.length - 1;
  const residual = isLast && random.chance(0.3) ? network.residual.with(unit, value()) : network.residual;
  return { network: { ...network, layers: network.layers.with(layer, made), residual }, layer, unit };
}

test("so does any other unit, of networks that are wrong themselves, and not of whole numbers", async () => {
  const seen = { same: 0, different: 0 };
  for (const { compilation, mutants, text } of cases()) {
    const { rule, checked } = compilation;
    const random = new Random(SEED, mutants.length);
    for (const original of [compilation.network, random.pick(mutants).network]) {
      const network = withOtherUnit(
        random.chance(0.5) ? original : withOtherUnit(original, random).network,
        random,
      ).network;
      const neighbourhoods = new Neighbourhoods(rule, network);
      const variants = new Variants(network, neighbourhoods);
      const input = [...randomBatches(checked, CHECK)].at(-1)![0]!;
      let grid = neighbourhoods.start(prepareInput(checked, input));
      for (let step = 0; step < 3; step++) {
        const around = neighbourhoods.around(grid);
        const { next } = neighbourhoods.step(grid, around);
        for (let trial = 0; trial < 12; trial++) {
          const variant = withOtherUnit(network, random);
          const state = await stepped(variant.network, grid, neighbourhoods.stateOf(grid));
          const wanted = neighbourhoods.stateOf(next);
          const width = network.channels.length;
          const differs = variants.differs(variant);
          for (const [cell, each] of around.entries()) {
            const own = state.subarray(cell * width, (cell + 1) * width);
            const isOther = own.some((value, at) => value !== wanted[cell * width + at]);
            const label = `layer ${variant.layer}, unit ${variant.unit}, step ${step}, cell ${cell}\n${text}`;
            expect(differs(each), label).toBe(isOther);
            seen[isOther ? "different" : "same"]++;
          }
        }
        grid = next;
      }
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
