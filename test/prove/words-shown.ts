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

/** Makes a step of a grid, by the network and by the rule: a state of all cells each. */
function stepper({ rule }: Made, network: Network) {
  const engines = { network: directEngine({ ...network, tokens: [] }), rule: ruleEngine(rule) };
  return async (grid: Grid) => {
    const run = engines.network.start(grid, [encode(network, grid)]);
    await run.advance(1);
    return { got: (await run.read())[0]!, wanted: encode(network, engines.rule.step(grid)) };
  };
}

/** Each difference is one of the step itself, on the neighbourhood that is shown. */
export async function expectShown(
  made: Made,
  network: Network,
  found: readonly (WordsVerdict | null)[],
  label: string,
) {
  const patch = patchFor(made.rule, network);
  const step = stepper(made, network);
  for (const [channel, verdict] of found.entries()) {
    if (!verdict?.difference) continue;
    const { value, expected, got } = verdict.difference;
    const { grid, row, col } = patch.neighbourhood(value);
    const at = (row * grid.cols + col) * network.channels.length + channel;
    const states = await step(grid);
    expect([states.got[at], states.wanted[at]], `${label}, channel ${channel}`).toEqual([got, expected]);
    expect(got, label).not.toBe(expected);
  }
}

/** The channels in which a step on random grids is another one than the rule's. */
export async function wrongChannels(made: Made, network: Network, random: Random): Promise<Set<number>> {
  const step = stepper(made, network);
  const wrong = new Set<number>();
  for (let round = 0; round < 3; round++) {
    const { got, wanted } = await step(randomGrid(network, { rows: 3, cols: 4 }, random));
    for (const [at, value] of got.entries())
      if (value !== wanted[at]) wrong.add(at % network.channels.length);
  }
  return wrong;
}

/** Whether a step on random grids is another one than the rule's in channels that are said to be right. */
export async function expectRight(
  made: Made,
  network: Network,
  found: readonly (WordsVerdict | null)[],
  random: Random,
  label: string,
) {
  const step = stepper(made, network);
  const width = network.channels.length;
  for (let round = 0; round < 3; round++) {
    const { got, wanted } = await step(randomGrid(network, { rows: 3, cols: 4 }, random));
    for (const [channel, verdict] of found.entries()) {
      if (verdict?.difference !== null) continue;
      const at = (cell: number) => cell * width + channel;
      for (let cell = 0; cell < 12; cell++)
        expect(got[at(cell)], `${label}, channel ${channel}`).toBe(wanted[at(cell)]);
    }
  }
}
