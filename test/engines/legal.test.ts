// Which bits of a cell are codes is said twice, for states of numbers and for functions of bits: both are the bits that the
// encoder makes of values, and no others.

import { expect, test } from "vitest";
import { isLegal } from "../../src/engines/bits/bit-patch.ts";
import { bounds } from "../../src/grid/grid.ts";
import { type Random, seededRandom, shuffled } from "../../src/grid/random.ts";
import { Bdd } from "../../src/logic/bdd.ts";
import { illegalCodes } from "../../src/network/legal.ts";
import type { Channel, Network, NetworkField } from "../../src/network/network.ts";
import { encode } from "../../src/network/state.ts";
import { water } from "../network/samples.ts";
import { expectSame } from "../same.ts";
import { again, cases, SEED } from "../seed.ts";

const ONE = { rows: 1, cols: 1 };
/** All states of a cell of more channels are too many. */
const MOST_CHANNELS = 10;

/** A field of any type and the channels of any code for it. */
function drawnField(name: string, random: Random): { field: NetworkField; channels: Channel[] } {
  const field = (type: NetworkField["type"]): NetworkField => ({
    name,
    role: "state",
    type,
    initial: bounds(type).lo,
  });
  const count = 2 + random.int(5);
  const lo = random.int(7) - 3;
  const range = field({ kind: "range", lo, hi: lo + count - 1 });
  const others = Array.from({ length: count - 1 }, (_, at) => at + 1);
  switch (random.int(5)) {
    case 0:
      return { field: field({ kind: "bit" }), channels: [{ name, code: { kind: "bit", field: name } }] };
    case 1:
      return {
        field: range,
        channels: others.map((at) => ({
          name: `${name}>=${lo + at}`,
          code: { kind: "thermometer", field: name, atLeast: lo + at },
        })),
      };
    case 2:
      return {
        field: field({ kind: "enum", names: [0, ...others].map((at) => `v${at}`) }),
        channels: others.map((equals) => ({
          name: `${name}=${equals}`,
          code: { kind: "one-hot", field: name, equals },
        })),
      };
    case 3: {
      const bits = Math.floor(Math.log2(count - 1)) + 1;
      return {
        field: range,
        channels: Array.from({ length: bits }, (_, bit) => ({
          name: `${name} ${bit}`,
          code: { kind: "binary", field: name, bit, from: lo },
        })),
      };
    }
    default:
      return { field: field({ kind: "range", lo, hi: lo }), channels: [] };
  }
}

function drawnNetwork(random: Random): Network {
  const drawn = Array.from({ length: 1 + random.int(3) }, (_, at) => drawnField(`f${at}`, random));
  const channels = drawn.flatMap((each) => each.channels);
  if (channels.length === 0 || channels.length > MOST_CHANNELS) return drawnNetwork(random);
  return { ...water, fields: drawn.map(({ field }) => field), channels: shuffled(channels, random) };
}

/** What the encoder makes of all values of all fields. */
function codesOf(network: Network): ReadonlySet<string> {
  const grids = network.fields.reduce<Record<string, Int32Array>[]>(
    (all, { name, type }) => {
      const { lo, hi } = bounds(type);
      const values = Array.from({ length: hi - lo + 1 }, (_, at) => Int32Array.of(lo + at));
      return all.flatMap((planes) => values.map((value) => ({ ...planes, [name]: value })));
    },
    [{}],
  );
  return new Set(grids.map((planes) => encode(network, { ...ONE, planes }).join()));
}

test(`both tell codes from other bits, ${again(SEED)}`, () => {
  const found = { legal: 0, illegal: 0 };
  for (let seed = SEED; seed < SEED + cases(200); seed++) {
    const network = drawnNetwork(seededRandom(seed));
    const codes = codesOf(network);
    const bdd = new Bdd();
    const bits = network.channels.map((_, channel) => bdd.variable(channel));
    const legal = isLegal(network, bdd, bits);
    for (let number = 0; number < 2 ** bits.length; number++) {
      const state = Float32Array.from(bits, (_, channel) => (number >> channel) & 1);
      const isCode = codes.has(state.join());
      const label = `seed ${seed}: ${state.join(" ")}`;
      expectSame(bdd.evaluate(legal, (channel) => state[channel]!) === 1, isCode, label);
      expectSame(illegalCodes(network, ONE, state) === null, isCode, label);
      found[isCode ? "legal" : "illegal"]++;
    }
  }
  expect(Math.min(found.legal, found.illegal)).toBeGreaterThan(cases(200));
});
