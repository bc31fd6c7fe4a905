// How well a network computes prefix parity on rows far longer than those it learned from.

import { directEngine } from "../../src/engines/direct.ts";
import { seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { decode, encode } from "../../src/network/state.ts";

/** Cells of a random row that are wrong after as many steps as there are cells; counting shares nothing with programs. */
export async function paritiesWrong(network: Network, length: number, seed: number): Promise<number> {
  const random = seededRandom(seed);
  const shape = { rows: 1, cols: length };
  const x = Int32Array.from({ length }, () => random.int(2));
  const run = directEngine(network).start(shape, [encode(network, { ...shape, planes: { x } })]);
  await run.advance(length);
  const { p } = decode(network, shape, (await run.read())[0]!).planes;
  let parity = 0;
  return x.filter((bit, at) => {
    parity = (parity + bit) % 2;
    return p![at] !== parity;
  }).length;
}
