// Networks of a single channel go into bits and out of them in a way of their own, and so do those of several: random rules
// of one bit and of two, alone and in batches, on both sides of 128 columns, against the direct engine.

import { expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { bitEngine } from "../../src/engines/bits/bit-engine.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { encode } from "../../src/network/state.ts";
import { again, cases, SEED } from "../seed.ts";

/** A rule that counts the neighbours; what else there is only hands itself on. */
function randomRule(random: Random, hasMore: boolean): string {
  const counts = () => Array.from({ length: 9 }, (_, n) => n).filter(() => random.int(2) === 0);
  const among = () => ["n == 9", ...counts().map((n) => `n == ${n}`)].join(" or ");
  const rule = `let n = count(around.x)\n x = if x then (${among()}) else (${among()})`;
  return `program p { input x: bit${hasMore ? "\ninput y: 0..3" : ""}
    loop { each { ${rule}${hasMore ? "\n y = left.y" : ""} } } }`;
}

test(`bits hold what the direct engine does, seed ${SEED}`, { timeout: 120_000 }, async () => {
  const widths = new Set<number>();
  const programs = Math.max(4, cases(16));
  for (let at = 0; at < programs; at++) {
    const random = seededRandom(SEED + at);
    const text = randomRule(random, at % 2 === 1);
    const { network } = compile({ name: "p", text }, { effort: 0, prove: false });
    widths.add(network.channels.length);
    const engine = await bitEngine(network);
    if ("reason" in engine) throw new Error(engine.reason);
    for (const cols of [1, 2, 127, 128, 129, 300])
      for (const batch of [1, 3]) {
        const shape = { rows: 1 + random.int(5), cols };
        const states = Array.from({ length: batch }, () =>
          encode(network, randomGrid(shape, network.fields, random)),
        );
        const runs = [engine, directEngine(network)].map((each) => each.start(shape, states));
        for (const steps of [0, 1, 3]) {
          for (const run of runs) await run.advance(steps);
          const [bits, direct] = [await runs[0]!.read(), await runs[1]!.read()];
          expect(bits, `${again(SEED + at)}, ${batch} of ${shape.rows}x${cols}\n${text}`).toEqual(direct);
        }
        for (const run of runs) run.close();
      }
  }
  expect(Math.min(...widths)).toBe(1);
  expect(Math.max(...widths)).toBeGreaterThan(1);
});
