// SUBLEQ programs: what they compute is known without any interpreter of theirs.

import { describe, expect, test } from "vitest";
import { bitsOf, wordOf } from "../../programs/subleq.oracle.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { interpret } from "../../src/engines/reference.ts";
import { runNetwork } from "../../src/engines/run.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { compileProgram, loadProgram, rowsOf } from "./programs.ts";

/** Lines of words: numbers, names of words, `name: word` where a word has a name, `next` and `halt`. */
function assemble(text: string): number[] {
  const words = text.trim().split(/\s+/);
  const names = new Map<string, number>([["halt", -1]]);
  const plain: string[] = [];
  for (const word of words) {
    if (word.endsWith(":")) names.set(word.slice(0, -1), plain.length);
    else plain.push(word);
  }
  return plain.map((word, at) => {
    if (word === "next") return at + 1;
    const value = names.get(word) ?? Number(word);
    if (Number.isNaN(value)) throw new Error(`no word is called ${word}`);
    return value;
  });
}

const addressOf = (text: string, name: string): number =>
  text
    .trim()
    .split(/\s+/)
    .slice(0, text.trim().split(/\s+/).indexOf(`${name}:`))
    .filter((word) => !word.endsWith(":")).length;

const ADD = (x: number, y: number) => `
  x z next
  z y next
  z z halt
  x: ${x} y: ${y} z: 0`;

const MULTIPLY = (x: number, y: number) => `
  loop: minus y next
        one count halt
        z z loop
  minus: ${-x} y: 0 one: 1 count: ${y} z: 0`;

// Takes the divisor away until nothing would be left: the quotient of positive numbers, rounded down.
const DIVIDE = (x: number, y: number) => `
        minusone x next
  loop: divisor x halt
        minusone quotient next
        z z loop
  minusone: -1 divisor: ${y} x: ${x} quotient: 0 z: 0`;

const FIBONACCI = (n: number) => `
  loop: one n halt
        a z next
        b z next
        a a next
        b t next
        t a next
        t t next
        b b next
        z b next
        z z loop
  n: ${n + 1} one: 1 a: 0 b: 1 t: 0 z: 0`;

// Changes the address in its own first instruction.
const SUM = (values: readonly number[]) => `
  loop: list z next
        minusone loop next
        one count done
        z2 z2 loop
  done: z sum next
        z2 z2 halt
  one: 1 minusone: -1 count: ${values.length} sum: 0 z: 0 z2: 0
  list: ${values.join(" ")}`;

const program = loadProgram("subleq");

function memory(words: readonly number[], bits: number): Grid {
  const m = Int32Array.from(words.flatMap((word) => bitsOf(BigInt(word), bits)));
  return { rows: words.length, cols: bits, planes: { m } };
}

const wordAt = (grid: Grid, address: number): number => Number(wordOf(rowsOf(grid, "m")[address]!));

/** What a word holds when the computer has halted. */
function compute(text: string, name: string, bits: number): number {
  const { grid, halted } = interpret(program, memory(assemble(text), bits));
  expect(halted).toBe(true);
  return wordAt(grid, addressOf(text, name));
}

describe("a SUBLEQ program", () => {
  const random = seededRandom(5);
  const numbers = (least: number, most: number) =>
    Array.from(
      { length: 6 },
      () => [least + random.int(most - least + 1), least + random.int(most - least + 1)] as const,
    );

  test.each(numbers(-60, 60))("adds %i and %i", (x, y) => {
    expect(compute(ADD(x, y), "y", 8)).toBe(x + y);
  });

  test.each(numbers(1, 11))("multiplies %i by %i", (x, y) => {
    expect(compute(MULTIPLY(x, y), "y", 8)).toBe(x * y);
  });

  test.each(numbers(1, 30))("divides %i by %i", (x, y) => {
    expect(compute(DIVIDE(x, y), "quotient", 7)).toBe(Math.floor(x / y));
  });

  test.each([
    [1, 1],
    [2, 1],
    [10, 55],
    [20, 6765],
  ])("finds Fibonacci number %i", (n, expected) => {
    expect(compute(FIBONACCI(n), "a", 16)).toBe(expected);
  });

  test("sums a list by changing its own addresses", () => {
    const values = Array.from({ length: 12 }, () => random.int(80) - 40);
    expect(compute(SUM(values), "sum", 12)).toBe(values.reduce((sum, value) => sum + value, 0));
  });

  test("works with words of any length", () => {
    for (const bits of [5, 9, 20, 33]) expect(compute(MULTIPLY(3, 4), "y", bits), `${bits} bits`).toBe(12);
    expect(compute(ADD(123_456_789, 987_654_321), "y", 40)).toBe(1_111_111_110);
  });

  test("that never halts is noticed", () => {
    expect(() => interpret(program, memory([3, 3, 0, 0], 4))).toThrow("never ends");
  });
});

test("the network computes products, quotients and sums", async () => {
  const { network } = compileProgram("subleq");
  const engine = directEngine(network);
  for (const [text, name, bits, expected] of [
    [MULTIPLY(5, 3), "y", 6, 15],
    [DIVIDE(11, 4), "quotient", 6, 2],
    [SUM([3, 1, 4]), "sum", 7, 8],
  ] as const) {
    const { grid, halted } = await runNetwork(network, engine, memory(assemble(text), bits));
    expect(halted).toBe(true);
    expect(wordAt(grid, addressOf(text, name)), text).toBe(expected);
  }
});
