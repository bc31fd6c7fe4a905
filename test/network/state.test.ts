import { describe, expect, test } from "vitest";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { areBits, illegalCodes } from "../../src/network/legal.ts";
import type { Channel, ChannelCode, Network, NetworkField } from "../../src/network/network.ts";
import { decode, encode, halted } from "../../src/network/state.ts";
import { again, SEED } from "../seed.ts";
import { life, parity, randomGrid, randomShape, SAMPLES, water } from "./samples.ts";

const one = { rows: 1, cols: 1 };
const cell = (level: number, mode: number) => ({
  ...one,
  planes: { level: Int32Array.of(level), mode: Int32Array.of(mode) },
});

describe("encode", () => {
  // Channels of water: level>=1, mode=done, inside, level>=0, mode=wet, level>=2.
  test.each([
    [-1, 0, [0, 0, 1, 0, 0, 0]],
    [0, 1, [0, 0, 1, 1, 1, 0]],
    [1, 2, [1, 1, 1, 1, 0, 0]],
    [2, 0, [1, 0, 1, 1, 0, 1]],
  ])("level %i and mode %i by their codes", (level, mode, channels) => {
    expect([...encode(water, cell(level, mode))]).toEqual(channels);
  });

  test("lays cells out row by row with the channels innermost", () => {
    const grid = { rows: 2, cols: 2, planes: { x: Int32Array.of(1, 0, 0, 1), p: Int32Array.of(0, 1, 0, 1) } };
    expect([...encode(parity, grid)]).toEqual([1, 0, 0, 1, 0, 0, 1, 1]);
  });

  test("fields that the grid lacks start with their initial value", () => {
    const fields = water.fields.map((field) => ({ ...field, initial: field.name === "mode" ? 2 : 1 }));
    const grid = { ...one, planes: {} };
    expect([...encode({ ...water, fields }, grid)]).toEqual([1, 1, 1, 1, 0, 0]);
  });

  test("a field named like an object method is a field like any other", () => {
    const named: Network = {
      ...life,
      fields: [{ ...life.fields[0]!, name: "constructor" }],
      channels: [{ name: "constructor", code: { kind: "bit", field: "constructor" } }],
    };
    expect([...encode(named, { ...one, planes: {} })]).toEqual([0]);
    expect(Object.entries(decode(named, one, Float32Array.of(1)).planes)).toEqual([
      ["constructor", Int32Array.of(1)],
    ]);
  });

  test("refuses values outside the type, naming field, place and type", () => {
    const grid = { rows: 1, cols: 2, planes: { level: Int32Array.of(0, 3) } };
    expect(() => encode(water, grid)).toThrow(InputError);
    expect(() => encode(water, grid)).toThrow(/level, row 1, column 2: found 3, .*-1\.\.2/);
  });

  test("refuses a plane of the wrong size", () => {
    const grid = { rows: 2, cols: 2, planes: { level: Int32Array.of(0) } };
    expect(() => encode(water, grid)).toThrow(/^field level: found 1 values, expected 4 for a grid of 2x2/);
  });
});

describe("decode", () => {
  test("gives back every grid of every sample", () => {
    for (let seed = 0; seed < 300; seed++) {
      const random = seededRandom(seed);
      const network = SAMPLES[random.int(SAMPLES.length)]!;
      const grid = randomGrid(network, randomShape(random), random);
      const state = encode(network, grid);
      expect(decode(network, grid, state), `seed ${seed}`).toEqual(grid);
      expect(illegalCodes(network, grid, state), `seed ${seed}`).toBeNull();
    }
  });

  test("takes illegal states to the nearest: threshold 1/2, count of a thermometer, largest of an enum", () => {
    const read = (...state: number[]) => {
      const { level, mode } = decode(water, one, Float32Array.from(state)).planes;
      return [level![0], mode![0]];
    };
    expect(read(0.4, 0.4, 1, 0.6, 0.3, 0.2)).toEqual([0, 0]);
    expect(read(0, 0.6, 1, 0, 0.7, 1)).toEqual([0, 1]);
    expect(read(1, 0.9, 0, 0, 0.7, 1)).toEqual([1, 2]);
    expect(read(7, -3, 1, Number.NaN, Number.NaN, 0)).toEqual([0, 0]);
  });

  test("refuses a state of the wrong length", () => {
    expect(() => decode(water, one, new Float32Array(5))).toThrow(/ 5 numbers, expected 6 .* 6 channels/);
  });
});

describe("illegalCodes", () => {
  const names = water.channels.map((channel) => channel.name);
  const spoil = (...changes: [channel: string, value: number][]) => {
    const shape = { rows: 2, cols: 3 };
    const planes = { level: new Int32Array(6).fill(1), mode: new Int32Array(6).fill(1) };
    const state = encode(water, { ...shape, planes });
    for (const [channel, value] of changes) state[4 * 6 + names.indexOf(channel)] = value;
    return illegalCodes(water, shape, state);
  };

  test.each([
    ["a fraction", "mode=wet", 0.5],
    ["just off 1", "mode=wet", Math.fround(1 - 2 ** -24)],
    ["2", "level>=0", 2],
    ["negative", "mode=done", -1],
    ["NaN", "level>=2", Number.NaN],
    ["no inside", "inside", 0],
    ["a second one-hot 1", "mode=done", 1],
  ])("notices %s", (_, channel, value) => {
    expect(spoil([channel, value])).toEqual({ row: 1, col: 1, channel, value });
  });

  test("notices a hole in a thermometer at the 1 above it", () => {
    expect(spoil(["level>=0", 0])).toEqual({ row: 1, col: 1, channel: "level>=1", value: 1 });
    expect(spoil(["level>=1", 0], ["level>=2", 1])).toMatchObject({ channel: "level>=2", value: 1 });
  });

  test("legal changes are no offence", () => {
    expect(spoil()).toBeNull();
    expect(spoil(["level>=2", 1], ["mode=wet", 0])).toBeNull();
  });
});

describe("spoilt states of every code", () => {
  const field = (name: string, lo: number, hi: number): NetworkField => {
    return { name, role: "state", type: { kind: "range", lo, hi }, initial: lo };
  };
  const channel = (name: string, code: ChannelCode): Channel => ({ name, code });
  const made: Network = {
    ...water,
    fields: [...water.fields, field("amount", 2, 7), field("height", -1, 3)],
    channels: [
      channel("bit 1", { kind: "binary", field: "amount", bit: 1, from: 2 }),
      ...water.channels,
      channel("height", { kind: "integer", field: "height", from: -1, to: 3 }),
      channel("bit 2", { kind: "binary", field: "amount", bit: 2, from: 2 }),
      channel("bit 0", { kind: "binary", field: "amount", bit: 0, from: 2 }),
    ],
  };
  const width = made.channels.length;
  const cellsOf = (state: Float32Array) =>
    Array.from({ length: state.length / width }, (_, cell) =>
      state.subarray(cell * width, (cell + 1) * width),
    );
  // All states of one cell, by the encoder alone.
  const values = (lo: number, hi: number) => Array.from({ length: hi - lo + 1 }, (_, at) => lo + at);
  const legal = new Set<string>();
  for (const level of values(-1, 2))
    for (const mode of values(0, 2))
      for (const amount of values(2, 7))
        for (const height of values(-1, 3)) {
          const planes = Object.entries({ level, mode, amount, height });
          const grid = {
            ...one,
            planes: Object.fromEntries(planes.map(([name, at]) => [name, Int32Array.of(at)])),
          };
          legal.add(encode(made, grid).join());
        }

  /** Codes of which up to three numbers are others. */
  const spoilt = (random: Random) => {
    const shape = { rows: 1 + random.int(3), cols: 1 + random.int(5) };
    const state = encode(made, randomGrid(made, shape, random));
    for (let changes = random.int(4); changes > 0; changes--)
      state[random.int(state.length)] = [0, 1, 1, 0, 2, 5, -1, 0.5, Number.NaN, -0, Number.POSITIVE_INFINITY][
        random.int(11)
      ]!;
    return { shape, state };
  };

  test(`are illegal from the first cell on that holds no code, and only then, seed ${SEED}`, () => {
    const found = { legal: 0, illegal: 0 };
    for (let seed = SEED; seed < SEED + 2000; seed++) {
      const { shape, state } = spoilt(seededRandom(seed));
      const wrong = cellsOf(state).findIndex((cell) => !legal.has(cell.join()));
      const expected = wrong < 0 ? null : { row: Math.floor(wrong / shape.cols), col: wrong % shape.cols };
      const illegal = illegalCodes(made, shape, state);
      const at = illegal && { row: illegal.row, col: illegal.col };
      expect(at, `seed ${seed}`).toEqual(expected);
      found[wrong < 0 ? "legal" : "illegal"]++;
    }
    expect(Math.min(found.legal, found.illegal)).toBeGreaterThan(200);
  });

  test(`are decoded cell by cell, seed ${SEED}`, () => {
    for (let seed = SEED; seed < SEED + 500; seed++) {
      const { shape, state } = spoilt(seededRandom(seed));
      const { planes } = decode(made, shape, state);
      for (const [cell, own] of cellsOf(state).entries()) {
        const alone = decode(made, one, own.slice()).planes;
        const there = Object.entries(planes).map(([name, plane]) => [name, plane.slice(cell, cell + 1)]);
        expect(Object.fromEntries(there), `seed ${seed}`).toEqual(alone);
      }
    }
  });
});

describe("halted", () => {
  test("when every cell satisfies a cube", () => {
    const shape = { rows: 1, cols: 3 };
    const state = (...modes: number[]) =>
      encode(water, { ...shape, planes: { mode: Int32Array.from(modes) } });
    expect(halted(water, shape, state(2, 2, 2))).toBe(true);
    expect(halted(water, shape, state(2, 1, 2))).toBe(false);
    const either: Network = {
      ...water,
      stop: {
        kind: "halted",
        cubes: [
          { on: ["mode=done"], off: [] },
          { on: ["mode=wet"], off: ["level>=0"] },
        ],
      },
    };
    expect(halted(either, shape, state(2, 1, 1))).toBe(true);
    expect(halted(either, shape, state(2, 1, 0))).toBe(false);
  });

  test("never by a rule without cubes", () => {
    expect(halted(parity, one, Float32Array.of(0, 0))).toBe(false);
    expect(halted(life, one, Float32Array.of(0))).toBe(false);
  });
});

test("numbers that are 0 or 1 are told from all others, whatever their bits", () => {
  const random = seededRandom(SEED);
  const odd = [
    -0,
    0.5,
    2,
    -1,
    1 + 2 ** -23,
    1 - 2 ** -24,
    2 ** -149,
    -(2 ** -149),
    Number.NaN,
    Infinity,
    -Infinity,
    3,
  ];
  for (let trial = 0; trial < 400; trial++) {
    const state = Float32Array.from({ length: 1 + random.int(20) }, () => random.int(2));
    const at = random.int(state.length);
    if (trial % 3 === 1) state[at] = odd[random.int(odd.length)]!;
    if (trial % 3 === 2) new Int32Array(state.buffer)[at] = Math.floor(random.next() * 2 ** 32) | 0;
    const expected = state.every((value) => value === 0 || value === 1);
    expect(areBits(state), `${again(SEED)}, ${[...state]}`).toBe(expected);
    expect(areBits(state.subarray(at)), again(SEED)).toBe(
      state.subarray(at).every((v) => v === 0 || v === 1),
    );
  }
});
