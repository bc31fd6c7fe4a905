// Generated modules against plain JavaScript: every instruction, on random numbers and bytes.

import { describe, expect, test } from "vitest";
import { Assembler, MOST_PAGES, platform } from "../../src/engines/webassembly/assembler.ts";
import {
  type Code,
  drop,
  flatten,
  i8x16,
  i32,
  i32x4,
  i64x2,
  local,
  loop,
  memory,
  returns,
  select,
  signed,
  unsigned,
  v128,
  when,
} from "../../src/engines/webassembly/instructions.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { again, SEED } from "../seed.ts";

type Run = (a: number, b: number) => number;

/** A module of one function, and its memory of 64 KiB. */
function made(assembler: Assembler, isShared = false): { readonly run: Run; readonly bytes: Uint8Array } {
  const { Memory, Module, Instance } = platform();
  const shared = new Memory({ initial: 1, maximum: 1, shared: isShared });
  const module = new Module(assembler.bytes({ isShared, mostPages: MOST_PAGES }, ["run"]));
  const { run } = new Instance(module, { env: { memory: shared } }).exports as { readonly run: Run };
  return { run, bytes: new Uint8Array(shared.buffer) };
}

function functionOf(body: (a: Code, b: Code) => readonly Code[], isShared = false) {
  const assembler = new Assembler();
  assembler.define("run", ["a", "b"], ({ a, b }) => body(a.get(), b.get()));
  return made(assembler, isShared);
}

const word = (random: Random): number => {
  const bits = random.int(33);
  return bits === 0 ? 0 : (Math.floor(random.next() * 2 ** bits) * (random.int(2) === 0 ? 1 : -1)) | 0;
};

const NUMBERS: readonly [name: string, operation: (a: Code, b: Code) => Code, oracle: Run][] = [
  ["eqz", (a) => i32.eqz(a), (a) => Number(a === 0)],
  ["eq", i32.eq, (a, b) => Number(a === b)],
  ["ne", i32.ne, (a, b) => Number(a !== b)],
  ["lt_s", i32.lt_s, (a, b) => Number(a < b)],
  ["gt_s", i32.gt_s, (a, b) => Number(a > b)],
  ["gt_u", i32.gt_u, (a, b) => Number(a >>> 0 > b >>> 0)],
  ["le_s", i32.le_s, (a, b) => Number(a <= b)],
  ["add", i32.add, (a, b) => (a + b) | 0],
  ["sub", i32.sub, (a, b) => (a - b) | 0],
  ["mul", i32.mul, Math.imul],
  ["and", i32.and, (a, b) => a & b],
  ["or", i32.or, (a, b) => a | b],
  ["xor", i32.xor, (a, b) => a ^ b],
  ["div_u", (a, b) => i32.div_u(a, i32.or(b, i32.const(1))), (a, b) => ((a >>> 0) / ((b | 1) >>> 0)) | 0],
  ["rem_u", (a, b) => i32.rem_u(a, i32.or(b, i32.const(1))), (a, b) => ((a >>> 0) % ((b | 1) >>> 0)) | 0],
  ["select", (a, b) => select(i32.lt_s(a, b), a, b), Math.min],
];

/** On vectors, byte by byte or bit by bit. */
const BYTES: readonly [name: string, operation: (a: Code, b: Code) => Code, oracle: Run][] = [
  ["not", (a) => v128.not(a), (a) => ~a],
  ["and", v128.and, (a, b) => a & b],
  ["andnot", v128.andnot, (a, b) => a & ~b],
  ["or", v128.or, (a, b) => a | b],
  ["xor", v128.xor, (a, b) => a ^ b],
  ["add", i8x16.add, (a, b) => a + b],
  ["sub", i8x16.sub, (a, b) => a - b],
  ["shl", (a) => i8x16.shl(a, i32.const(3)), (a) => a << 3],
  ["min_s", i8x16.min_s, (a, b) => Math.min(a, b)],
  ["max_s", i8x16.max_s, (a, b) => Math.max(a, b)],
];

describe("WebAssembly", () => {
  test("numbers in LEB128 have the value that they had", () => {
    const random = seededRandom(SEED);
    const numberOf = (bytes: readonly number[]) =>
      bytes.reduce((sum, byte, at) => sum + BigInt(byte & 127) * 128n ** BigInt(at), 0n);
    for (let round = 0; round < 500; round++) {
      const value = [0, 63, 64, 127, 128, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1][round] ?? word(random) >>> 0;
      expect(numberOf(unsigned(value)), again(SEED)).toBe(BigInt(value));
      const bytes = signed(value | 0);
      expect(BigInt.asIntN(7 * bytes.length, numberOf(bytes)), again(SEED)).toBe(BigInt(value | 0));
      for (const some of [unsigned(value), bytes])
        expect(some.map((byte) => byte >> 7)).toEqual(some.map((_, at) => Number(at < some.length - 1)));
    }
  });

  test.each(NUMBERS)("i32: %s", (_, operation, oracle) => {
    const { run } = functionOf((a, b) => [operation(a, b)]);
    const random = seededRandom(SEED);
    for (let round = 0; round < 200; round++) {
      const [a, b] = [word(random), random.int(8) === 0 ? 0 : word(random)];
      for (const [x, y] of [[a, b] as const, [a, a] as const])
        expect(run(x, y), `${x}, ${y}; ${again(SEED)}`).toBe(oracle(x, y));
    }
  });

  test.each([false, true])("loads and stores at offsets, shared: %s", (isShared) => {
    const random = seededRandom(SEED);
    for (let round = 0; round < 40; round++) {
      const [offset, from] = [4 * random.int(200), 4 * random.int(200)];
      const byte = random.int(4);
      const { run, bytes } = functionOf(
        (a, b) => [
          i32.store(offset, a, b),
          i32.store8(offset + 5, a, b),
          i32.atomic.store(offset + 8, a, b),
          drop(i32.atomic.add(offset + 8, a, i32.const(from))),
          memory.fill(i32.add(a, i32.const(offset + 12)), i32.const(byte), i32.const(3)),
          drop(memory.notify(a, i32.const(1))),
          i32.add(
            i32.load(offset, a),
            i32.mul(i32.load8_u(offset + byte, a), i32.atomic.load(offset + 8, a)),
          ),
        ],
        isShared,
      );
      const value = word(random);
      const view = new DataView(new ArrayBuffer(4096));
      view.setInt32(from + offset, value, true);
      view.setInt8(from + offset + 5, value);
      view.setInt32(from + offset + 8, value + from, true);
      for (let at = 12; at < 15; at++) view.setInt8(from + offset + at, byte);
      const read = Math.imul(view.getUint8(from + offset + byte), (value + from) | 0);
      expect(run(from, value), again(SEED)).toBe((value + read) | 0);
      expect([...bytes.subarray(0, 4096)], again(SEED)).toEqual([...new Uint8Array(view.buffer)]);
    }
  });

  test("waits only as long as the number is the expected one", () => {
    const { run } = functionOf((a, b) => [memory.wait32(a, b)], true);
    // 1: it was another one.
    expect(run(64, 1)).toBe(1);
  });

  test.each(BYTES)("vectors: %s", (_, operation, oracle) => {
    const { run, bytes } = functionOf((a) => [
      v128.store(32, a, operation(v128.load(0, a), v128.load(16, a))),
      v128.any_true(v128.load(32, a)),
    ]);
    const random = seededRandom(SEED);
    for (let round = 0; round < 50; round++) {
      const signedBytes = new Int8Array(bytes.buffer);
      for (let at = 0; at < 32; at++) signedBytes[at] = random.int(256);
      const wanted = Int8Array.from({ length: 16 }, (_, at) =>
        oracle(signedBytes[at]!, signedBytes[at + 16]!),
      );
      expect(run(0, 0)).toBe(Number(wanted.some((value) => value !== 0)));
      expect(signedBytes.slice(32, 48), again(SEED)).toEqual(wanted);
    }
  });

  test("vectors: constants, shuffles and shifts across bytes", () => {
    const random = seededRandom(SEED);
    const order = Array.from({ length: 16 }, () => random.int(32));
    const constant = Array.from({ length: 16 }, () => random.int(256));
    const { run, bytes } = functionOf((a, b) => [
      v128.store(0, a, v128.const(constant)),
      v128.store(16, a, i32x4.splat(b)),
      v128.store(32, a, i8x16.shuffle(v128.load(0, a), v128.load(16, a), order)),
      v128.store(48, a, i64x2.shl(v128.load(0, a), i32.const(5))),
      v128.store(64, a, i64x2.shr_u(v128.load(0, a), i32.const(5))),
      i32.const(0),
    ]);
    const number = word(random);
    run(0, number);
    const words = new DataView(bytes.buffer);
    expect([...bytes.subarray(0, 16)]).toEqual(constant);
    for (let at = 16; at < 32; at += 4) expect(words.getInt32(at, true)).toBe(number);
    expect([...bytes.subarray(32, 48)]).toEqual(order.map((at) => bytes[at]));
    for (const half of [0, 8]) {
      const before = words.getBigUint64(half, true);
      expect(words.getBigUint64(48 + half, true)).toBe(BigInt.asUintN(64, before << 5n));
      expect(words.getBigUint64(64 + half, true)).toBe(before >> 5n);
    }
  });

  test("loops, branches, calls, and functions with hundreds of variables of both types", () => {
    const assembler = new Assembler();
    // The sum of a + 1, a + 2, ..., a + 300, each in a variable of its own.
    assembler.define("sum", ["a"], ({ a }, make) => {
      const variables = Array.from({ length: 300 }, (_, at) => {
        make.vector();
        return { number: make.number(), add: at + 1 };
      });
      return [
        ...variables.map(({ number, add }) => number.set(i32.add(a.get(), i32.const(add)))),
        variables.map(({ number }) => number.get()).reduce((sum, each) => i32.add(sum, each)),
      ];
    });
    assembler.define("run", ["a", "b"], ({ a, b }, make) => {
      const [total, again] = [make.number(), make.number()];
      return [
        when(i32.eqz(b.get()), [returns(i32.const(-1))]),
        loop(i32.gt_s(b.get(), i32.const(0)), [
          when(
            i32.and(b.get(), i32.const(1)),
            [total.set(i32.add(total.get(), assembler.call("sum", a.get())))],
            [again.set(i32.add(again.get(), i32.const(1)))],
          ),
          b.set(i32.sub(b.get(), i32.const(1))),
        ]),
        assembler.run("sum", a.get()),
        i32.add(total.get(), again.tee(i32.mul(again.get(), i32.const(1000)))),
      ];
    });
    const { run } = made(assembler);
    expect(run(7, 0)).toBe(-1);
    expect(run(7, 5)).toBe(3 * (300 * 7 + (300 * 301) / 2) + 2000);
    expect(() => assembler.call("sum")).toThrow("internal: no function sum of 0 numbers is defined yet");
    expect(local(300).get()).toEqual([0x20, [0xac, 0x02]]);
  });
});

describe("bytes of code, as a tree", () => {
  /** A tree of `count` bytes, some of them as one piece, and the bytes. */
  function randomTree(random: Random, count: number): { code: Code; bytes: number[] } {
    const bytes = Array.from({ length: count }, () => random.int(256));
    const treeOf = (own: readonly number[]): Code => {
      const kind = random.int(4);
      if (own.length < 4 || kind === 0) return own;
      if (kind === 1) return [Uint8Array.from(own)];
      const at = random.int(own.length);
      const isPlain = random.int(2) === 0;
      return [treeOf(own.slice(0, at)), ...(isPlain ? own.slice(at) : [treeOf(own.slice(at))])];
    };
    return { code: treeOf(bytes), bytes };
  }

  // There is room for 4,096 bytes at first, and for twice as many as are needed whenever there is too little.
  test.each([0, 1, 4095, 4096, 4097, 8193, 16_385, 40_000])("%i of them", (count) => {
    for (let seed = SEED; seed < SEED + 20; seed++) {
      const { code, bytes } = randomTree(seededRandom(seed), count);
      expect([...flatten(code)], again(seed)).toEqual(bytes);
    }
  });
});
