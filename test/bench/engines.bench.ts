// Steps of the engines beside each other, on the same network and grid: read the ratios, not the times.

import { bench, describe } from "vitest";
import { compile } from "../../src/compile.ts";
import { loadBackend } from "../../src/engines/backend.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { ruleEngine } from "../../src/engines/rule.ts";
import { tensorEngine } from "../../src/engines/tensor.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { encode } from "../../src/network/state.ts";
import { loadSource } from "./programs.ts";

const backend = await loadBackend();
const STEPS = 8;

for (const [name, size] of [
  ["life", 64],
  ["gf2", 64],
] as const) {
  const { rule, network } = compile(loadSource(name));
  const shape = { rows: size, cols: size };
  const inputs = rule.fields.filter(({ role }) => role === "input");
  const grid = randomGrid(shape, inputs, seededRandom(1));

  describe(`${name}, ${size}x${size}, ${STEPS} steps`, () => {
    for (const engine of [directEngine(network), tensorEngine(network, backend)]) {
      const run = engine.start(shape, [encode(network, grid)]);
      bench(engine.name, async () => {
        await run.advance(STEPS);
        await run.read();
      });
    }
    const slow = ruleEngine(rule);
    let state = slow.start(grid);
    bench("rule", () => {
      for (let step = 0; step < STEPS; step++) state = slow.step(state);
    });
  });
}
