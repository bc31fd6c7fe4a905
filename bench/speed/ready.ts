// Until the bit engine has made the first step of a network: programs from a cold start, and all of the library in turn.

import { directEngine } from "../../src/engines/direct.ts";
import type { Engine } from "../../src/engines/engine.ts";
import type { Shape } from "../../src/grid/grid.ts";
import type { Network } from "../../src/network/network.ts";
import { encode } from "../../src/network/state.ts";
import { benchInput } from "../engine-cases.ts";
import { bitsFor, LIBRARY, libraryNetwork, programsIn } from "../setup.ts";
import { type SpeedCase, type SpeedRow, secondsRow } from "./row.ts";

const COLD = ["life", "gf2", "dyck", "decision_list", "matmul", "subleq"] as const;
const GOAL = 0.1;

export const readyCases = (): SpeedCase[] => [
  ...COLD.map(
    (name): SpeedCase => ({
      family: "ready",
      name: `bit engine ready, ${name}`,
      isQuick: true,
      measure: async ({ seed }) => {
        const network = libraryNetwork(name);
        return [await readyRow(`bit engine ready, ${name}`, network, seed)];
      },
    }),
  ),
  {
    family: "ready",
    name: "bit engine ready, library",
    isQuick: false,
    measure: async ({ seed }) => {
      const names = programsIn(LIBRARY);
      const rows: SpeedRow[] = [];
      for (const name of names) rows.push(await readyRow(name, libraryNetwork(name), seed));
      const worst = rows.reduce((a, b) => (a.seconds > b.seconds ? a : b));
      const title = `bit engine ready, worst of ${names.length} one after another: ${worst.title}`;
      return [{ ...worst, title, agrees: rows.every(({ agrees }) => agrees) }];
    },
  },
];

async function readyRow(title: string, network: Network, seed: number): Promise<SpeedRow> {
  const shape = { rows: network.grid ? 1 : 64, cols: 64 };
  const state = encode(network, benchInput(network, shape, seed));
  const begin = performance.now();
  const engine = await bitsFor(network, {});
  const made = performance.now();
  const stepped = await stepOn(engine, shape, state);
  const end = performance.now();
  const direct = await stepOn(directEngine(network), shape, state);
  return secondsRow({
    title,
    goal: GOAL,
    seconds: (end - begin) / 1000,
    parts: { prepare: (made - begin) / 1000, step: (end - made) / 1000 },
    check: "the direct engine",
    agrees: stepped.every((value, at) => value === direct[at]),
  });
}

async function stepOn(engine: Engine, shape: Shape, state: Float32Array): Promise<Float32Array> {
  const run = engine.start(shape, [state]);
  await run.advance(1);
  const [next] = await run.read();
  run.close();
  return next!;
}
