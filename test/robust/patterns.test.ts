// The patterns of a sum are all that its units do together: whatever a neighbourhood is, one of them is what happens there,
// however few patterns and nodes there may be, and whichever sums were asked for before.

import { expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { OFFSETS, TAPS } from "../../src/grid/direction.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { neighbourOf } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { encode } from "../../src/network/state.ts";
import { numbers, stepOf } from "../../src/network/step.ts";
import { type Pattern, Patterns } from "../../src/proof/robust/patterns.ts";
import { restoring } from "../../src/proof/robust/restore.ts";
import { drawProgram } from "../judge/generate/program.ts";
import { Random } from "../judge/random.ts";
import { expectSame } from "../same.ts";
import { again, SEED } from "../seed.ts";

const PROGRAMS = 16;
const STATE = { off: 0, zero: 1, on: 2, open: 3 };
const LIMITS = [
  { patterns: 4_000, nodes: 400_000 },
  { patterns: 40, nodes: 400_000 },
  { patterns: 4_000, nodes: 3_000 },
  { patterns: 15, nodes: 1_000 },
];

/** What every unit sums up in random neighbourhoods of legal codes. */
function sumsOf(network: Network, seed: number): ((layer: number, unit: number) => number)[] {
  const random = seededRandom(seed);
  const width = network.channels.length;
  return Array.from({ length: 60 }, () => {
    const shape = { rows: 1 + random.int(3), cols: 1 + random.int(3) };
    const grid = randomGrid(shape, network.fields, random, "density");
    const state = encode(network, grid);
    const cell = random.int(shape.rows * shape.cols);
    const input = (channel: number, tap: number): number => {
      const at = neighbourOf(grid, cell, OFFSETS[TAPS[tap]!]);
      return at === null ? 0 : state[at * width + channel]!;
    };
    return stepOf(network, numbers(input)).sum;
  });
}

const stateOf = (sum: number): number => (sum > 0 ? STATE.on : sum === 0 ? STATE.zero : STATE.off);

const isOf = (
  { value, states }: Pattern,
  layer: number,
  unit: number,
  sum: (l: number, u: number) => number,
) =>
  value === sum(layer, unit) &&
  states.every((row, at) =>
    at >= layer ? true : row.every((each, below) => each === STATE.open || each === stateOf(sum(at, below))),
  );

test("whatever a neighbourhood is, its pattern is among those that are found", () => {
  const seen = { found: 0, none: 0, open: 0, known: 0 };
  for (let [index, count] = [0, 0]; count < PROGRAMS; index++) {
    const { text, kind } = drawProgram(SEED, index);
    if (kind === "learner") continue;
    const { network: plain, rule } = compile({ name: `r${index}`, text });
    const units = plain.layers.reduce((sum, { outputs }) => sum + outputs, 0);
    if (units > 80 || plain.channels.some(({ code }) => code.kind === "integer")) continue;
    count++;
    const random = new Random(SEED, index);
    const network = random.chance(0.3) ? plain : restoring(plain, 3);
    const all = sumsOf(network, random.int(1e6));
    for (const limits of LIMITS) {
      const patterns = new Patterns(network, rule.fields, null, limits);
      for (const [layer, { outputs }] of network.layers.entries())
        for (let unit = 0; unit < outputs; unit++) {
          const label = `${again(SEED)}, program ${index}, layer ${layer}, unit ${unit}, ${JSON.stringify(limits)}\n${text}`;
          const found = patterns.of(layer, unit);
          seen[found === null ? "none" : "found"]++;
          if (found === null) continue;
          for (const { states } of found.slice(0, 1))
            for (const row of states.slice(0, layer))
              for (const each of row) seen[each === STATE.open ? "open" : "known"]++;
          for (const sum of all)
            expectSame(
              found.some((each) => isOf(each, layer, unit, sum)),
              true,
              label,
            );
        }
    }
  }
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
});
