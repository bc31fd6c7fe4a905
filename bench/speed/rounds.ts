// Steps of as many rounds as a grid has rows or columns, beside twice those of a way along its edges.

import { compile } from "../../src/compile.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { interpret } from "../../src/engines/reference.ts";
import { runNetwork } from "../../src/engines/run.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { inputsOf } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { timed } from "../setup.ts";
import type { SpeedCase, SpeedRow } from "./row.ts";

const PROGRAMS = {
  "repeat rows times { each }": "repeat rows times { each { x = x xor up.x } }",
  "repeat cols times { each }": "repeat cols times { each { x = x xor left.x } }",
  "repeat rows times { sweep }": "repeat rows times { sweep down right { x = left.x xor up.x xor x } }",
} as const;
const SHAPES = [
  [8, 8],
  [16, 16],
  [64, 64],
  [64, 16],
] as const;

/** Cells of the largest grids that are quick on the direct engine. */
const QUICK_CELLS = 1024;

export const roundsCases = (): SpeedCase[] =>
  Object.entries(PROGRAMS).map(([name, body]) => ({
    family: "rounds",
    name,
    isQuick: true,
    measure: async ({ seed, quick }) => {
      const text = `program rounds { input x: bit ${body} }`;
      const { checked, network } = compile({ name: "rounds.alg", text });
      const rows: SpeedRow[] = [];
      for (const [height, width] of quick ? SHAPES.filter(([a, b]) => a * b <= QUICK_CELLS) : SHAPES) {
        const grid = randomGrid({ rows: height, cols: width }, inputsOf(network), seededRandom(seed));
        const { seconds, result } = await timed(() => runNetwork(network, directEngine(network), grid));
        const expected = interpret(checked, grid).grid.planes.x!;
        rows.push({
          title: `${name}, ${height} x ${width}`,
          unit: "steps",
          value: result.steps,
          ...(name.endsWith("{ each }") ? { goal: 2 * (height + width) } : {}),
          seconds,
          check: "the interpreter",
          agrees: result.grid.planes.x!.every((value, at) => value === expected[at]),
        });
      }
      return rows;
    },
  }));
