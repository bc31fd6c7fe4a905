// Runs with noise share what they begin with: each is what it is by itself, made plainly. Of a workspace, no more is run
// than a run can tell.

import { describe, expect, test } from "vitest";
import { type Compilation, compile } from "../../src/compile.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { ruleEngine } from "../../src/engines/rule.ts";
import { SIDES } from "../../src/grid/direction.ts";
import { randomInput } from "../../src/grid/generate.ts";
import { type Grid, inputsOf } from "../../src/grid/grid.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import { seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { withoutTokens } from "../../src/network/single-token-states.ts";
import { encode } from "../../src/network/state.ts";
import { NoisyRunner, off, perturbed, withinReach } from "../../src/proof/robust/noise.ts";
import { restoring } from "../../src/proof/robust/restore.ts";
import { shapesFor } from "../../src/proof/verify/shapes.ts";
import { drawProgram } from "../judge/generate/program.ts";
import { Random } from "../judge/random.ts";
import { again, cases, SEED } from "../seed.ts";

type Noise = Parameters<NoisyRunner["run"]>[1];

const MAX = { rows: 3, cols: 3 };

interface Drawn {
  readonly compilation: Compilation;
  readonly networks: readonly Network[];
  readonly random: Random;
  readonly text: string;
}

/** Small programs of all kinds, and two networks of each. */
function* programs(count: number): Generator<Drawn> {
  for (let [index, found] = [0, 0]; found < count; index++) {
    const { text, kind } = drawProgram(SEED, index);
    if (kind === "learner" || text.includes("assert")) continue;
    const compilation = compile({ name: `r${index}`, text });
    const { network } = compilation;
    if (network.channels.length > 60 || network.channels.some(({ code }) => code.kind === "integer"))
      continue;
    found++;
    const networks = [network, restoring(network, 5)];
    yield {
      compilation,
      networks,
      random: new Random(SEED, index),
      text: `${again(SEED)}, program ${index}\n${text}`,
    };
  }
}

const bitsOff = (random: Random, value: number): number => value * random.pick([0, 0.2, 1, 5]);

/** A run as it is defined: nothing of it is known before. */
async function plainRun(
  { checked, rule }: Compilation,
  network: Network,
  noise: Noise,
  { steps, seed }: { steps: number; seed: number },
) {
  const random = seededRandom(seed);
  const shape = shapesFor(checked, MAX)(5 + random.int(1000), random);
  const engine = ruleEngine(rule);
  let grid = engine.start(randomInput(checked, shape, random, "density"));
  const direct = directEngine(withoutTokens(perturbed(network, noise, random)));
  const noisy = (state: Float32Array, digital: Float32Array): Float32Array =>
    state.map((value, at) => {
      const direction = noise.signs === "random" ? 2 * random.next() - 1 : digital[at] === 1 ? -1 : 1;
      return off(value, noise.state, direction);
    });
  let state = noisy(encode(network, grid), encode(network, grid));
  let farthest = noise.state;
  for (let step = 1; step <= steps; step++) {
    const run = direct.start(grid, [state]);
    await run.advance(1);
    const [next] = await run.read();
    grid = engine.step(grid);
    const digital = encode(network, grid);
    state = noisy(next!, digital);
    const most = state.reduce((worst, value, at) => Math.max(worst, Math.abs(value - digital[at]!)), 0);
    farthest = Math.max(farthest, most);
    if (!(most < 0.5)) return { failedAt: step, farthest };
  }
  return { failedAt: null, farthest };
}

describe("runs with noise", () => {
  test("are those that are made plainly, in any order, however little is kept of others", async () => {
    const seen = { failed: 0, held: 0 };
    for (const { compilation, networks, random, text } of programs(20)) {
      // No workspace is cut.
      const steps = random.pick([4, 9]);
      const { workspace } = compilation.checked;
      if (workspace && SIDES.some((side) => workspace[side].tag !== "number")) continue;
      if (
        workspace &&
        SIDES.some((side) => workspace[side].tag === "number" && workspace[side].value > steps)
      )
        continue;
      const runners = [undefined, 0, 500].map(
        (most) => new NoisyRunner(compilation, { steps, max: MAX }, most),
      );
      for (let trial = 0; trial < 8; trial++) {
        const noise: Noise = {
          weights: bitsOff(random, 0.002),
          state: bitsOff(random, 0.05),
          moving: random.pick(["all", "nonzero"]),
          signs: random.pick(["random", "worst"]),
        };
        const seed = random.int(3);
        const network = random.pick(networks);
        const wanted = await plainRun(compilation, network, noise, { steps, seed });
        for (const runner of runners) expect(runner.run(network, noise, seed), text).toEqual(wanted);
        seen[wanted.failedAt === null ? "held" : "failed"]++;
      }
    }
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
  });
});

describe("a workspace", () => {
  const number = (value: number) => ({ tag: "number" as const, value });

  test("is cut where no cell of the input can tell, nor be told", () => {
    for (const { compilation, random, text } of programs(cases(40))) {
      const { checked, rule } = compilation;
      const steps = random.int(5);
      const sides = Object.fromEntries(
        SIDES.map((side) => [side, number(random.pick([0, 1, steps, steps + 1, steps + 2, 9]))]),
      ) as Record<(typeof SIDES)[number], { readonly tag: "number"; readonly value: number }>;
      const whole = { ...checked, workspace: { ...checked.workspace, ...sides } };
      const shape = shapesFor(checked, MAX)(random.int(6), seededRandom(random.int(1000)));
      const cut = withinReach(whole, shape, steps);
      const seed = random.int(1000);
      const engine = ruleEngine({ ...rule, workspace: whole.workspace });
      const [full, less] = [whole, cut].map((program) =>
        engine.start(randomInput(program, shape, seededRandom(seed), "density")),
      ) as [Grid, Grid];
      const margin = (side: (typeof SIDES)[number]) => Math.min(sides[side].value, steps + 1);
      expect(less.rows, text).toBe(margin("top") + shape.rows + margin("bottom"));
      expect(less.cols, text).toBe(margin("left") + shape.cols + margin("right"));
      const own = (grid: Grid, top: number, left: number): Record<string, number[]> =>
        Object.fromEntries(
          Object.entries(grid.planes).map(([name, plane]) => [
            name,
            Array.from({ length: shape.rows * shape.cols }, (_, at) => {
              const [row, col] = [Math.floor(at / shape.cols), at % shape.cols];
              return plane[(top + row) * grid.cols + left + col]!;
            }),
          ]),
        );
      let [one, other] = [full, less];
      for (let step = 0; step <= steps; step++) {
        const wanted = own(one, sides.top.value, sides.left.value);
        expect(own(other, margin("top"), margin("left")), `step ${step} of ${steps}\n${text}`).toEqual(
          wanted,
        );
        [one, other] = [engine.step(one), engine.step(other)];
      }
    }
  });

  test("is as large as a wave from the input, or from its end, needs it in the last step", () => {
    const compilation = compile({
      name: "waves.alg",
      text: `program waves {
        input x: bit
        state out: bit = 0
        state home: bit = 0
        grid 1 x cols
        workspace left 7, right 7
        loop { each {
          out = if x or left.out or right.out or out then 1 else 0
          home = if home or at left or at right or left.home or right.home then 1 else 0
        } }
      }`,
    });
    const { checked, rule } = compilation;
    const engine = ruleEngine(rule);
    const input = prepareInput;
    for (let steps = 0; steps <= 9; steps++) {
      const program = withinReach(checked, { rows: 1, cols: 1 }, steps);
      const given = { rows: 1, cols: 1, planes: { [inputsOf(checked)[0]!.name]: Int32Array.of(1) } };
      let grid = engine.start(input(program, given));
      expect(grid.cols).toBe(1 + 2 * Math.min(7, steps + 1));
      for (let step = 0; step < steps; step++) grid = engine.step(grid);
      const middle = (grid.cols - 1) / 2;
      const isWhole = grid.cols === 15;
      // What comes from the input is not at a cut, and what comes from there is not at the input.
      if (!isWhole) expect([grid.planes.out![0], grid.planes.home![middle]]).toEqual([0, 0]);
    }
  });
});
