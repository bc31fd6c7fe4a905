// Products and quotients by digits: networks are proved of random programs on both sides of the limits, in every code, and
// their sizes grow with the digits of the numbers, not with the numbers.

import { expect, test } from "vitest";
import { checkProgram, compileChecked } from "../../src/compile.ts";
import { interpret } from "../../src/engines/reference.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { sizeOf } from "../../src/network/network.ts";
import { proveNetwork } from "../../src/proof/prove/prove.ts";
import { again, cases, SEED } from "../seed.ts";

const CODES = ["auto", "thermometer", "binary", "integer"] as const;
type Code = (typeof CODES)[number];

const compiled = (text: string, code: Code, prove = true) =>
  compileChecked(checkProgram({ name: "p.alg", text: `program p { ${text} }` }), {
    codes: { others: code },
    prove,
  });
const numbersOf = (text: string, code: Code): number => sizeOf(compiled(text, code, false).network).nonzero;

/** Ranges about the number of steps from which on there are digits, and about powers of two. */
const WIDTHS = [3, 6, 7, 15, 20, 63, 64, 100, 255, 256, 257, 300] as const;
const DIVISORS = [1, 2, 3, 5, 8, 10, 30] as const;
const NUMBERS = ["x", "left.x", "x + y", "x - up.y", "max(x, y)", "3 * x", "20 - y"] as const;

function randomProgram(random: Random): string {
  const pick = <T>(all: readonly T[]): T => all[random.int(all.length)]!;
  const range = (): string => {
    const lo = pick([0, 0, 1, -3]);
    return `${lo}..${lo + pick(WIDTHS)}`;
  };
  const value = pick([
    () => `(${pick(NUMBERS)}) / ${pick(DIVISORS)}`,
    () => `(${pick(NUMBERS)}) % ${pick(DIVISORS)}`,
    () => `(${pick(NUMBERS)}) / ${pick(DIVISORS)} + x % ${pick(DIVISORS)}`,
    () => `(${pick(NUMBERS)}) * (y % ${pick(DIVISORS)})`,
    () => "x * y",
  ])();
  const isBit = random.int(3) === 0;
  return `input x: ${range()} input y: ${range()} output s: ${isBit ? "bit" : "0..9"}
    each { s = ${isBit ? `${value} > ${random.int(40)}` : `min(max(${value}, 0), 9)`} }`;
}

test("random products and quotients are proved", { timeout: 120_000 }, async () => {
  for (let seed = SEED; seed < SEED + cases(16); seed++) {
    const text = randomProgram(seededRandom(seed));
    const code = CODES[seed % CODES.length]!;
    const claim = compiled(text, code);
    const { outcome } = await proveNetwork(claim, claim.network);
    expect(outcome, `${code}: ${text}; ${again(seed)}`).toBe("proved");
  }
});

test("numbers of more than 256 values are multiplied and divided", () => {
  const text = `program p { input x, y: 0..1000 output p: 0..1000000 output q: 0..1000 output r: 0..6
    each { p = x * y q = (x + y) / 2 r = (x + 2 * y) % 7 } }`;
  const { checked } = checkProgram({ name: "p.alg", text });
  const x = Int32Array.of(0, 1, 999, 1000, 513);
  const y = Int32Array.of(0, 1000, 1000, 256, 255);
  const { planes } = interpret(checked, { rows: 1, cols: 5, planes: { x, y } }).grid;
  expect(planes).toMatchObject({
    p: x.map((value, at) => value * y[at]!),
    q: x.map((value, at) => (value + y[at]!) >> 1),
    r: x.map((value, at) => (value + 2 * y[at]!) % 7),
  });
});

const HALVES = (most: number): string =>
  `input x, y: 0..${most} output s: 0..${most} each { s = (x + y) / 2 }`;
const REMAINDERS = (most: number): string => `input x: 0..${most} output s: 0..9 each { s = x % 10 }`;
const PRODUCTS = (most: number): string => `input x, y, z: 0..${most} output s: bit each { s = x * y > z }`;

test.each([
  ["(x + y) / 2", HALVES],
  ["x % 10", REMAINDERS],
  ["x * y > z", PRODUCTS],
])("sizes of %s grow with the digits", (_, text) => {
  for (const code of ["binary", "integer"] as const) {
    const [small, large] = [31, 1000].map((most) => numbersOf(text(most), code)) as [number, number];
    // Twice as many digits, each of which may take as many numbers as there are digits before.
    expect(large, code).toBeLessThan(4 * small);
    expect(large, code).toBeLessThan(500);
  }
});

test("of bits, what a power of two leaves and makes costs nothing but its sum", () => {
  const text = "input x: 0..255 output q: bit each { q = x / 16 % 2 == 1 }";
  expect(numbersOf(text, "binary")).toBeLessThan(10);
});
