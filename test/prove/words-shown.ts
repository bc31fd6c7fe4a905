// What words say of channels, against steps of the network and of the rule.

import { expect } from "vitest";
import type { Compilation } from "../../src/compile.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { ruleEngine } from "../../src/engines/rule.ts";
import type { Grid } from "../../src/grid/grid.ts";
import type { Random } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { encode } from "../../src/network/state.ts";
import { patchFor } from "../../src/proof/prove/functions.ts";
import type { WordsVerdict } from "../../src/proof/prove/words/verdict.ts";
import { randomGrid } from "../network/samples.ts";

type Made = Pick<Compilation, "rule">;

/** A cell of a grid after a step of the network, and as the rule's channels say. */
async function stepOf({ rule }: Made, network: Network, grid: Grid, row: number, col: number) {
  const width = network.channels.length;
  const run = directEngine({ ...network, tokens: [] }).start(grid, [encode(network, grid)]);
  await run.advance(1);
  const at = (row * grid.cols + col) * width;
  const got = (await run.read())[0]!.subarray(at, at + width);
  const wanted = encode(network, ruleEngine(rule).step(grid)).subarray(at, at + width);
  return { got, wanted };
}

/** Each difference is one of the step itself, on the neighbourhood that is shown. */
export async function expectShown(
  made: Made,
  network: Network,
  found: readonly (WordsVerdict | null)[],
  label: string,
) {
  const patch = patchFor(made.rule, network);
  for (const [channel, verdict] of found.entries()) {
    if (!verdict?.difference) continue;
    const { value, expected, got } = verdict.difference;
    const { grid, row, col } = patch.neighbourhood(value);
    const step = await stepOf(made, network, grid, row, col);
    expect([step.got[channel], step.wanted[channel]], `${label}, channel ${channel}`).toEqual([
      got,
      expected,
    ]);
    expect(got, label).not.toBe(expected);
  }
}

/** Whether a step on random grids is another one than the rule's in channels that are said to be right. */
export async function expectRight(
  made: Made,
  network: Network,
  found: readonly (WordsVerdict | null)[],
  random: Random,
  label: string,
) {
  for (let round = 0; round < 3; round++) {
    const grid = randomGrid(network, { rows: 3, cols: 4 }, random);
    for (let cell = 0; cell < 12; cell++) {
      const { got, wanted } = await stepOf(made, network, grid, cell >> 2, cell & 3);
      for (const [channel, verdict] of found.entries())
        if (verdict?.difference === null)
          expect(got[channel], `${label}, channel ${channel}`).toBe(wanted[channel]);
    }
  }
}
