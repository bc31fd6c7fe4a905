// What is seen to matter to a channel is what its rule depends on, and all of it but what shows hardly ever; a cell in
// which an input matters shows it for certain.

import { describe, expect, test } from "vitest";
import { copyOfPlanes } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { Relevance } from "../../src/learning/train/relevance.ts";
import { patchFor, ruleChannels } from "../../src/proof/prove/functions.ts";
import { slotKey } from "../../src/proof/prove/neighbourhood.ts";
import { compileProgram } from "../programs/programs.ts";
import { again, SEED } from "../seed.ts";

const isField = (slot: string): boolean => slot.includes(" ");

const PLACES = ["upleft", "up", "upright", "left", "here", "right", "downleft", "down", "downright"];

describe.each(["life", "gf2", "sort", "nearest", "solve"])("%s", (name) => {
  const { rule, network } = compileProgram(name, { tokens: false });
  const patch = patchFor(rule, network);
  const next = ruleChannels(rule, patch);
  const slotOf = (input: number): string => {
    const { code } = network.channels[Math.floor(input / 9)]!;
    const place = PLACES[input % 9]!;
    return code.kind === "inside" ? place : `${code.field} ${place}`;
  };

  test("nothing is seen that the rule does not depend on, and nearly all that it does", () => {
    const relevance = new Relevance(network, rule, seededRandom(SEED));
    relevance.search();
    let [seen, all] = [0, 0];
    for (const [channel, { code }] of network.channels.entries()) {
      const asked = new Set(
        patch.diagrams.support(next(code)).map((each) => slotKey(patch.asked(each).slot)),
      );
      const found = new Set(relevance.inputsOf(channel).map(slotOf));
      for (const slot of found) expect(asked, `${slot}, ${again(SEED)}`).toContain(slot);
      // Edges matter less often than diagrams ask for them: a cell off the grid has its first values.
      seen += [...found].filter(isField).length;
      all += [...asked].filter(isField).length;
      const others = relevance.othersOf([channel]);
      for (const input of relevance.inputsOf(channel)) expect(others[input]).toBe(0);
    }
    expect(seen, again(SEED)).toBeGreaterThan(0.9 * all);
  });
});

test("a cell whose value matters in its neighbourhood shows it", () => {
  const { rule, network } = compileProgram("life", { tokens: false });
  const relevance = new Relevance(network, rule, seededRandom(SEED));
  const [field] = rule.fields;
  const grid = { rows: 3, cols: 3, planes: { [field!.name]: Int32Array.of(1, 1, 0, 0, 0, 0, 0, 0, 0) } };
  const before = copyOfPlanes(grid);
  relevance.lookAt({ grid, row: 1, col: 1 });
  // With two neighbours that live, a third one makes a cell live, and a cell that lives stays alive; with one, none does.
  const alive = network.channels.findIndex(({ code }) => code.kind !== "inside");
  const taps = relevance.inputsOf(alive).map((input) => PLACES[input % 9]);
  expect(taps.sort()).toEqual(["down", "downleft", "downright", "here", "left", "right", "upright"].sort());
  expect(grid.planes).toEqual(before);
});
