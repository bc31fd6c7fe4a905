// What is made of large programs from their structure alone is proved, and never a network that is seen to be wrong.

import { describe, expect, test } from "vitest";
import type { Rule } from "../../src/compiler/schedule/rule.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { ruleEngine } from "../../src/engines/rule.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { encode } from "../../src/network/state.ts";
import { mutantsOf } from "../../src/proof/prove/mutants.ts";
import { proveStep } from "../../src/proof/prove/prove-step.ts";
import { compareWords } from "../../src/proof/prove/words/compare-words.ts";
import { randomProgram } from "../random-program.ts";
import { again, SEED } from "../seed.ts";
import { largePrograms, structural } from "./large-programs.ts";

const shown = (rule: Rule, network: Network): readonly boolean[] =>
  compareWords(rule, network, [...network.channels.keys()], { invariant: null, snaps: false }).map(
    (verdict) => verdict !== null && verdict.difference === null,
  );

/** Grids in any legal state, and what all channels are after a step of the rule. */
function samples(rule: Rule, network: Network, seed: number): { grid: Grid; next: Float32Array }[] {
  const random = seededRandom(seed);
  const step = ruleEngine(rule);
  return Array.from({ length: 12 }, (_, at) => {
    const shape = { rows: 1 + random.int(5), cols: 1 + random.int(30) };
    const drawn = randomGrid(shape, rule.fields, random, at % 3 === 0 ? "density" : "uniform");
    const grid = { ...drawn, prepared: true };
    return { grid, next: encode(network, step.step(grid)) };
  });
}

/** Which channels are seen to be wrong. */
async function seenWrong(network: Network, cases: ReturnType<typeof samples>): Promise<boolean[]> {
  const wrong = network.channels.map(() => false);
  for (const { grid, next } of cases) {
    const run = directEngine(network).start(grid, [encode(network, grid)]);
    await run.advance(1);
    const got = (await run.read())[0]!;
    for (const [at, value] of next.entries()) if (got[at] !== value) wrong[at % wrong.length] = true;
  }
  return wrong;
}

const MUTANTS = 30;

describe.each(largePrograms(SEED))("$name", { timeout: 120_000 }, ({ text, codes }) => {
  const { rule, network } = structural(text, { codes });

  test("every channel is shown", () => {
    expect(shown(rule, network)).toEqual(network.channels.map(() => true));
  });

  test(`no channel of ${MUTANTS} mutants is shown that is seen to be wrong, seed ${SEED}`, async () => {
    const cases = samples(rule, network, SEED);
    expect(await seenWrong(network, cases)).not.toContain(true);
    const all = mutantsOf(network);
    const random = seededRandom(SEED);
    let found = 0;
    for (let at = 0; at < MUTANTS; at++) {
      const { name, network: mutant } = all[random.int(all.length)]!;
      const wrong = await seenWrong(mutant, cases);
      const proofs = shown(rule, mutant);
      const falselyShown = mutant.channels.filter((_, channel) => wrong[channel]! && proofs[channel]!);
      expect(falselyShown, `${name}; ${again(SEED)}`).toEqual([]);
      if (wrong.includes(true)) found++;
    }
    expect(found).toBeGreaterThan(MUTANTS / 2);
  });
});

test(`of 12 random programs, words show many, and nothing that diagrams do not; seed ${SEED}`, {
  timeout: 120_000,
}, () => {
  const counts = { shown: 0, open: 0 };
  for (let at = 0; at < 12; at++) {
    const { text } = randomProgram(seededRandom(SEED + at), "small");
    const { rule, network } = structural(text);
    const mutants = mutantsOf(network);
    const mutant = mutants[(7 * at) % mutants.length]!.network;
    for (const each of [network, mutant]) {
      const proofs = shown(rule, each);
      const { channels } = proveStep(rule, each);
      for (const [channel, { outcome }] of channels.entries()) {
        if (each === network) expect(outcome, again(SEED + at)).toBe("proved");
        if (outcome !== "proved") expect(proofs[channel], again(SEED + at)).toBe(false);
        else if (each === network) counts[proofs[channel]! ? "shown" : "open"]++;
      }
    }
  }
  expect(counts.open).toBeLessThan(counts.shown);
});

test("weights that are not whole numbers, or sums that float32 rounds, are not for words", () => {
  const { rule, network } = structural(
    "program copies { input x: bit output y: bit loop { each { y = left.x } } }",
  );
  expect(shown(rule, network)).toEqual([true, true]);
  const times = (factor: number): Network => ({
    ...network,
    layers: network.layers.map((layer) => ({
      ...layer,
      weight: { ...layer.weight, values: layer.weight.values.map((value) => factor * value) },
    })),
  });
  expect(shown(rule, times(0.5))).toEqual([false, false]);
  expect(shown(rule, times(2 ** 30))).toEqual([true, false]);
});
