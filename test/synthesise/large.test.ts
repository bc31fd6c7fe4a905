// Random machines of sizes on both sides of every size at which the compiler does less: their networks run as the
// interpreter does, state by state, whichever way they were made.

import { expect, test } from "vitest";
import { randomMachine } from "../../bench/compile-programs.ts";
import { compile } from "../../src/compile.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { interpret } from "../../src/engines/reference.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { type Grid, sameGrid } from "../../src/grid/grid.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { sizeOf } from "../../src/network/network.ts";
import { decode, encode } from "../../src/network/state.ts";
import { again, SEED } from "../seed.ts";

/** Non-zero numbers: where tokens are not pruned, nothing is, no network without tokens is made, none is proved, one way is tried. */
const BORDERS = [150, 300, 1200, 2000, 10_000];
const MACHINES = [
  [2, 6],
  [3, 8],
  [4, 8],
  [6, 8],
  [20, 8],
  [26, 8],
  [36, 8],
  [46, 8],
  [210, 8],
  [250, 8],
] as const;
const STEPS = 25;

test("machines on both sides of every border of size run as their programs", {
  timeout: 180_000,
}, async () => {
  const sizes: number[] = [];
  for (const [at, [states, symbols]] of MACHINES.entries()) {
    const seed = SEED + at;
    const text = randomMachine(states, symbols, seed);
    for (const tokens of states > 6 ? [true] : [true, false]) {
      const { checked, network } = compile({ name: "tm.alg", text }, { effort: 0, tokens });
      sizes.push(sizeOf(network).nonzero);
      const random = seededRandom(seed);
      const inputs = checked.fields.filter(({ role }) => role === "input");
      for (const cols of states > 100 ? [1] : [1, 12]) {
        const input = prepareInput(checked, randomGrid({ rows: 1, cols }, inputs, random));
        const expected: Grid[] = [];
        interpret(checked, input, {
          maxInstructions: STEPS,
          onInstruction: ({ grid }) =>
            expected.push({
              ...grid,
              planes: Object.fromEntries(
                Object.entries(grid.planes).map(([name, plane]) => [name, plane.slice()]),
              ),
            }),
        });
        const run = directEngine(network).start(input, [encode(network, input)]);
        for (const [step, wanted] of expected.entries()) {
          await run.advance(1);
          const found = decode(network, input, (await run.read())[0]!);
          expect(
            sameGrid(found, wanted),
            `${states} states, ${cols} columns, step ${step + 1}; ${again(seed)}`,
          ).toBe(true);
        }
        run.close();
      }
    }
  }
  for (const border of BORDERS) {
    expect(
      sizes.some((size) => size <= border && size > border / 2),
      `below ${border}: ${sizes}`,
    ).toBe(true);
    expect(
      sizes.some((size) => size > border && size < 2 * border),
      `above ${border}: ${sizes}`,
    ).toBe(true);
  }
});
