// States that are told apart by few channels, and numbers of some channels alone: what becomes of them is what becomes of whole
// states, on the bit engine and on one that knows whole states alone.

import { expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { type BitOptions, bitEngine } from "../../src/engines/bits/bit-engine.ts";
import { loadWorkers } from "../../src/engines/bits/workers.ts";
import { directEngine } from "../../src/engines/direct.ts";
import {
  type AlikeStates,
  type Engine,
  onlyChannels,
  readOnly,
  startAlike,
  wholeStates,
} from "../../src/engines/engine.ts";
import type { Shape } from "../../src/grid/grid.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { encode } from "../../src/network/state.ts";
import { randomGrid } from "../network/samples.ts";
import { compileProgram } from "../programs/programs.ts";
import { randomProgram } from "../random-program.ts";
import { again, SEED } from "../seed.ts";

/** Random programs to try; set CASES to try more. */
const CASES = Number(process.env.CASES ?? 6);

async function bitsFor(network: Network, options: BitOptions): Promise<Engine> {
  const engine = await bitEngine(network, {
    ...{ startThreads: await loadWorkers(), cellsPerThread: 1 },
    ...options,
  });
  if ("reason" in engine) throw new Error(engine.reason);
  return engine;
}

const isBit = ({ channels }: Network, channel: number): boolean => channels[channel]!.code.kind === "bit";

/** Random states that differ in some channels: only bits, or others, too, which then may make no codes. */
function alikeStates(network: Network, shape: Shape, random: Random, batch: number): AlikeStates {
  const width = network.channels.length;
  const onlyBits = random.int(4) > 0;
  const channels = [...network.channels.keys()].filter(
    (channel) => (!onlyBits || isBit(network, channel)) && random.int(2) === 0,
  );
  const common = encode(network, randomGrid(network, shape, random));
  for (let cell = 0; cell < common.length; cell += width)
    for (const channel of channels) common[cell + channel] = 0;
  const own = Array.from({ length: batch }, () =>
    onlyChannels(encode(network, randomGrid(network, shape, random)), width, channels),
  );
  return { common, channels, own };
}

/** The same as of whole states, at every step. */
async function everyStep(network: Network, bits: Engine, shape: Shape, batch: number, random: Random) {
  const width = network.channels.length;
  const given = alikeStates(network, shape, random, batch);
  const start = () => {
    try {
      return [bits.start(shape, wholeStates(given, width)), startAlike(bits, shape, given, width)];
    } catch (error) {
      // Common channels of one state and own ones of another may be no codes: then neither is taken.
      expect(() => startAlike(bits, shape, given, width)).toThrow((error as Error).message);
      expect(() => bits.start(shape, wholeStates(given, width))).toThrow((error as Error).message);
      return [];
    }
  };
  const [whole, alike] = start();
  if (whole === undefined || alike === undefined) return false;
  const plain = startAlike(directEngine(network), shape, given, width);
  const looked = [...network.channels.keys()].filter(() => random.int(3) === 0).reverse();
  for (const steps of [0, 1, 1, 5, 1, 16, 1]) {
    for (const run of [whole, alike, plain]) await run.advance(steps);
    const wanted = (await whole.read()).map((state) => onlyChannels(state, width, looked));
    expect(await alike.read()).toEqual(await whole.read());
    for (const run of [whole, alike]) expect(await readOnly(run, looked, width)).toEqual(wanted);
    const found = (await readOnly(plain, looked, width)).map((state) => state.map((value) => value + 0));
    expect(found).toEqual(wanted);
  }
  for (const run of [whole, alike, plain]) run.close();
  return true;
}

test(`${CASES} random programs`, { timeout: 600_000 }, async () => {
  let taken = 0;
  for (let seed = SEED; seed < SEED + CASES; seed++) {
    const random = seededRandom(seed);
    const { text } = randomProgram(random, "small");
    const { network } = compile({ name: "random.alg", text }, { quick: true });
    for (let at = 0; at < 6; at++) {
      const provesAfter = [0, 1000, Number.POSITIVE_INFINITY][random.int(3)]!;
      const bits = await bitsFor(network, { provesAfter, threads: 1 + random.int(3) });
      const shape = { rows: 1 + random.int(4), cols: 1 + random.int(70) };
      const batch = 1 + random.int(random.int(2) === 0 ? 3 : 300);
      try {
        if (await everyStep(network, bits, shape, batch, random)) taken++;
      } catch (error) {
        throw new Error(`${again(seed)}, ${shape.rows}x${shape.cols}, batch ${batch}\n${text}`, {
          cause: error,
        });
      }
    }
  }
  expect(taken).toBeGreaterThan(CASES);
});

test("a learner's grids side by side, with lanes left over and without, by threads that share groups out or rows", {
  timeout: 120_000,
}, async () => {
  const { network } = compileProgram("gf2");
  for (const threads of [1, 2, 3]) {
    const bits = await bitsFor(network, { threads });
    for (const batch of [1, 2, 25, 26, 50, 99, 100, 101])
      await everyStep(network, bits, { rows: 3, cols: 65 }, batch, seededRandom(SEED + batch));
  }
});

test("what is no bit, or of another size, is refused as in whole states", async () => {
  const { network } = compileProgram("gf2");
  const bits = await bitsFor(network, {});
  const width = network.channels.length;
  const shape = { rows: 2, cols: 2 };
  const channels = [network.channels.findIndex((_, channel) => isBit(network, channel))];
  const common = encode(network, randomGrid(network, shape, seededRandom(SEED)));
  for (let cell = 0; cell < common.length; cell += width) common[cell + channels[0]!] = 0;
  const start = (...numbers: number[]) =>
    startAlike(bits, shape, { common, channels, own: [new Float32Array(numbers)] }, width);
  start(0, 1, 1, 0).close();
  expect(() => start(0, 1, 2, 0)).toThrow(/is 2 in row 2, column 1/);
  expect(() => start(0, 1, Number.NaN, 0)).toThrow(/is NaN in row 2, column 1/);
  expect(() => start(0, 1, 1)).toThrow(/found a state of 3 numbers, expected 4/);
  await expect(start(0, 1, 1, 0).advance(-1)).rejects.toThrow(/number of steps/);
});
