import { describe, expect, test } from "vitest";
import { byteEngine, fitsBytes } from "../../src/engines/bytes.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { encode } from "../../src/network/state.ts";
import { randomGrid, randomNetwork, randomShape, SAMPLES } from "../network/samples.ts";

const inBytes = (network: Network): Network => ({
  ...network,
  exact: { ...network.exact, formats: ["float32", "int8"] },
});

/** A bound of every partial sum of a step from zeros and ones, in magnitude. */
function largest({ layers }: Network): number {
  let [reach, most] = [1, 1];
  for (const { outputs, weight, bias } of layers) {
    const row = weight.length / outputs;
    const sums = [...bias].map((value, out) =>
      weight
        .slice(out * row, (out + 1) * row)
        .reduce((sum, each) => sum + Math.abs(each) * reach, Math.abs(value)),
    );
    reach = Math.max(0, ...sums);
    most = Math.max(most, reach);
  }
  return most + 1;
}

/** The states after 1, 2, 4 and 7 steps, by both engines. */
async function compare(network: Network, seed: number, grids: number): Promise<void> {
  const random = seededRandom(seed);
  const shape = randomShape(random);
  const states = Array.from({ length: grids }, () => encode(network, randomGrid(network, shape, random)));
  const runs = [directEngine(network).start(shape, states), byteEngine(network).start(shape, states)];
  for (const steps of [1, 1, 2, 3]) {
    for (const run of runs) await run.advance(steps);
    const [direct, bytes] = await Promise.all(runs.map((run) => run.read()));
    const plain = direct!.map((state) => state.map((value) => value + 0));
    expect(bytes, `${network.program}, seed ${seed}, ${grids} grids`).toEqual(plain);
  }
}

describe("byte engine", () => {
  test("agrees with the direct engine on the samples, for any number of grids", async () => {
    for (let seed = 0; seed < 40; seed++) {
      // Small integers, though the samples claim nothing.
      const network = inBytes(SAMPLES[seed % SAMPLES.length]!);
      await compare(network, seed, [0, 1, 15, 16, 17, 40][seed % 6]!);
    }
  });

  test("agrees with the direct engine wherever bytes do not overflow, weights of any size", async () => {
    let compared = 0;
    for (let seed = 0; seed < 200; seed++) {
      const random = seededRandom(seed);
      const widths = [2 + random.int(3), 1 + random.int(4), 1 + random.int(3)].slice(0, 1 + random.int(3));
      const made = randomNetwork(widths, seed, (from) => (from.int(3) > 0 ? 0 : from.int(11) - 5));
      const network = inBytes(made);
      const shape = { rows: 3, cols: 2 };
      const states = [encode(network, randomGrid(network, shape, random))];
      if (largest(network) > 127) continue;
      const runs = [directEngine(network), byteEngine(network)].map((engine) => engine.start(shape, states));
      for (const run of runs) await run.advance(1);
      const [direct, bytes] = await Promise.all(runs.map((run) => run.read()));
      compared++;
      expect(bytes![0], `seed ${seed}`).toEqual(direct![0]!.map((value) => value + 0));
    }
    expect(compared).toBeGreaterThan(50);
  });

  test("refuses grids that do not fit into memory, saying how many bytes they need", () => {
    const start = () =>
      byteEngine(inBytes(SAMPLES[0]!)).start({ rows: 40_000, cols: 40_000 }, [new Float32Array()]);
    expect(start).toThrow(/1 grids of 40000x40000 cells need \d+ bytes/);
  });

  test("refuses networks that do not fit, as our own bug", () => {
    const network = { ...SAMPLES[0]!, exact: { largestWeight: 1, largestActivation: 500, formats: [] } };
    expect(fitsBytes(network)).toBe(false);
    expect(() => byteEngine(network)).toThrow(/internal: .* is not exact in int8/);
  });
});
