import { describe, expect, test } from "vitest";
import { directEngine } from "../../src/engines/direct.ts";
import type { Shape } from "../../src/grid/grid.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { denseOf } from "../../src/network/sparse.ts";
import { decode, encode } from "../../src/network/state.ts";
import { withDense } from "../network/dense.ts";
import { life, parity, RULES, randomGrid, randomNetwork, randomShape, SAMPLES } from "../network/samples.ts";
import { again, cases, SEED } from "../seed.ts";

/** The network's definition, read off network.ts: every weight, in double precision. */
function definition(network: Network, { rows, cols }: Shape, state: Float32Array): Float64Array {
  const channels = network.channels.length;
  let input = Float64Array.from(state);
  network.layers.forEach((layer, index) => {
    const { kernel, inputs, outputs, bias } = layer;
    const weight = denseOf(layer);
    const output = new Float64Array(rows * cols * outputs);
    for (let row = 0; row < rows; row++)
      for (let col = 0; col < cols; col++)
        for (let out = 0; out < outputs; out++) {
          let sum = bias[out]!;
          for (let i = 0; i < inputs; i++)
            for (let kr = 0; kr < kernel; kr++)
              for (let kc = 0; kc < kernel; kc++) {
                const [r, c] = [row + kr - (kernel - 1) / 2, col + kc - (kernel - 1) / 2];
                if (r < 0 || r >= rows || c < 0 || c >= cols) continue;
                sum +=
                  weight[((out * inputs + i) * kernel + kr) * kernel + kc]! *
                  input[(r * cols + c) * inputs + i]!;
              }
          const last = index === network.layers.length - 1;
          output[(row * cols + col) * outputs + out] = last ? sum : Math.max(0, sum);
        }
    input = output;
  });
  return input.map((value, at) => value + network.residual[at % channels]! * state[at]!);
}

async function steps(network: Network, shape: Shape, states: readonly Float32Array[], count: number) {
  const run = directEngine(network).start(shape, states);
  await run.advance(count);
  return run.read();
}

describe("direct engine", () => {
  test.each(SAMPLES.map((network) => [network.program, network] as const))(
    "%s follows its rule on grids of any shape",
    async (program, network) => {
      for (let seed = 0; seed < 60; seed++) {
        const random = seededRandom(seed);
        let grid = randomGrid(network, randomShape(random), random);
        const run = directEngine(network).start(grid, [encode(network, grid)]);
        for (let step = 1; step <= 6; step++) {
          grid = RULES[program]!(grid);
          await run.advance(1);
          const [state] = await run.read();
          expect(decode(network, grid, state!), `seed ${seed}, step ${step}`).toEqual(grid);
        }
      }
    },
  );

  test("computes the definition exactly with integer weights, for any number of layers", async () => {
    for (let seed = 0; seed < 120; seed++) {
      const random = seededRandom(seed);
      const widths = Array.from({ length: 1 + random.int(4) }, () => random.int(6));
      const network = randomNetwork(widths, seed, (from) => from.int(7) - 3);
      const shape = randomShape(random);
      const state = encode(network, randomGrid(network, shape, random));
      const [found] = await steps(network, shape, [state], 1);
      expect([...found!], `seed ${seed}`).toEqual([...definition(network, shape, state)].map((v) => v || 0));
    }
  });

  test("cells around which nothing changed stay as if they were computed, bit for bit, with any numbers", async () => {
    const bits = (state: Float32Array) => [...new Int32Array(state.slice().buffer)];
    let quiet = 0;
    for (let at = 0; at < cases(150); at++) {
      const seed = SEED + at;
      const random = seededRandom(seed);
      // Few weights and large ones: some states come to rest in parts, others overflow.
      const strong = random.int(4) === 0 ? 1e9 : 2;
      const weight = (from: Random) => (from.int(6) === 0 ? (from.int(5) - 2) * strong : 0);
      const network = randomNetwork([1 + random.int(5)], seed, weight);
      const shape = { rows: 1 + random.int(9), cols: 1 + random.int(9) };
      const blank = () => new Float32Array(shape.rows * shape.cols * network.channels.length);
      const states = [0, 1].map(() => blank().map(() => [0, 0, 0, 0, 1, -0, 2.5][random.int(7)]!));
      const run = directEngine(network).start(shape, states);
      let expected: readonly Float32Array[] = states;
      for (let step = 1; step <= 8; step++) {
        const before = expected;
        // Of an engine that has just begun, every cell is computed.
        expected = await Promise.all(
          expected.map(async (state) => (await steps(network, shape, [state], 1))[0]!),
        );
        await run.advance(1);
        const found = await run.read();
        expect(found.map(bits), `seed ${seed}, step ${step}; ${again(seed)}`).toEqual(expected.map(bits));
        quiet += before[0]!.filter((value, cell) => Object.is(value, expected[0]![cell])).length;
      }
    }
    expect(quiet).toBeGreaterThan(0);
  });

  test("stays within float32 rounding of the definition with any weights", async () => {
    for (let seed = 0; seed < 60; seed++) {
      const random = seededRandom(seed);
      const network = randomNetwork([4, 7, 5], seed, (from) => from.next() * 4 - 2);
      const shape = randomShape(random);
      const state = encode(network, randomGrid(network, shape, random));
      const [found] = await steps(network, shape, [state], 1);
      const exact = definition(network, shape, state);
      const error = found!.reduce((worst, value, at) => Math.max(worst, Math.abs(value - exact[at]!)), 0);
      expect(error, `seed ${seed}`).toBeLessThan(1e-4);
    }
  });

  test("rounds every product and every sum to float32", async () => {
    // 2^24 + 1 is no float32, and 2^24 + 1 + 1 is only reached if the sum is not rounded in between.
    const big: Network = {
      ...life,
      layers: [withDense(life.layers[0]!, () => [0, 0, 0, 1, 2 ** 24, 1, 0, 0, 0])],
      residual: Float32Array.of(0),
    };
    const [state] = await steps(big, { rows: 1, cols: 3 }, [Float32Array.of(1, 1, 1)], 1);
    expect(state![1]).toBe(2 ** 24);
  });

  test("lets NaN and infinity through", async () => {
    const broken: Network = { ...parity, residual: Float32Array.of(1, Number.NaN) };
    const [state] = await steps(broken, { rows: 1, cols: 1 }, [Float32Array.of(1, 1)], 1);
    expect([...state!]).toEqual([1, Number.NaN]);
  });

  test("a batch is as many single grids, several steps are as many single steps", async () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = seededRandom(seed);
      const network = SAMPLES[seed % SAMPLES.length]!;
      const shape = randomShape(random);
      const states = Array.from({ length: random.int(5) }, () =>
        encode(network, randomGrid(network, shape, random)),
      );
      const together = await steps(network, shape, states, 5);
      expect(together).toHaveLength(states.length);
      for (const [index, state] of states.entries()) {
        const run = directEngine(network).start(shape, [state]);
        for (let step = 0; step < 5; step++) await run.advance(1);
        expect(together[index], `seed ${seed}`).toEqual((await run.read())[0]);
      }
    }
  });

  test("neither changes the states it is given nor hands out its own", async () => {
    const start = Float32Array.of(0, 1, 1, 1, 0);
    const run = directEngine(life).start({ rows: 1, cols: 5 }, [start]);
    await run.advance(1);
    expect([...start]).toEqual([0, 1, 1, 1, 0]);
    const [first] = await run.read();
    first!.fill(9);
    expect([...(await run.read())[0]!]).toEqual([0, 0, 1, 0, 0]);
  });

  test("refuses states of another size", () => {
    const start = () => directEngine(parity).start({ rows: 2, cols: 2 }, [new Float32Array(4)]);
    expect(start).toThrow(/a state of 4 numbers, expected 8 for 2x2 cells of 2 channels/);
  });
});
