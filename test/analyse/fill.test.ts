// Filled sketches: every possibility of a hole runs as the table says, and the text keeps what its author wrote.

import { describe, expect, test } from "vitest";
import { checkProgram, checkSketch } from "../../src/compile.ts";
import { interpret } from "../../src/engines/reference.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { bitsOfHoles, type Filling, fill, readFilling } from "../../src/language/analyse/fill.ts";
import { format } from "../../src/language/parse/format.ts";
import { parse } from "../../src/language/parse/parse.ts";
import { printAst } from "../../src/language/parse/print-ast.ts";
import { again, cases, SEED } from "../seed.ts";

const sketch = (text: string) => {
  const source = { name: "s.alg", text };
  const { ast, checked } = checkSketch(source);
  const holes = checked.holes ?? [];
  return { holes, filled: (filling: Filling) => fill(source, ast, holes, filling) };
};

const three = (rhs: string, more = "") =>
  `program p { input a, b: bit input n: 0..2 output y: 0..3 ${more} each { y = ${rhs} } }`;

/** What the one cell of a program gives for all inputs, b and then n changing fastest. */
function table(source: { name: string; text: string }): number[] {
  const { checked } = checkProgram(source);
  const found: number[] = [];
  for (let at = 0; at < 12; at++) {
    const [a, b, n] = [Math.floor(at / 6), Math.floor(at / 3) % 2, at % 3];
    const planes = { a: Int32Array.of(a), b: Int32Array.of(b), n: Int32Array.of(n), y: Int32Array.of(0) };
    found.push(interpret(checked, { rows: 1, cols: 1, planes }).grid.planes.y![0]!);
  }
  return found;
}

describe("what is run", () => {
  const random = seededRandom(SEED);
  const draw = (count: number, below: number) => Array.from({ length: count }, () => random.int(below));

  test(`tables of bits and numbers, with any entries; ${again(SEED)}`, () => {
    const bits = sketch(three("?(a, b, n)"));
    const numbers = sketch(three("f(n, a)", "hole f(n: 0..2, a): 0..3"));
    expect([bitsOfHoles(bits.holes), bitsOfHoles(numbers.holes)]).toEqual([12, 12]);
    for (let round = 0; round < cases(150); round++) {
      const entries = draw(12, 2);
      expect(table(bits.filled({ y: entries }))).toEqual(entries);
      const values = draw(6, 4);
      const called = Array.from({ length: 12 }, (_, at) => values[2 * (at % 3) + Math.floor(at / 6)]);
      expect(table(numbers.filled({ f: values }))).toEqual(called);
    }
  });

  test(`tables of more and fewer arguments than are all tried first, and of tables; ${again(SEED)}`, () => {
    for (let round = 0; round < cases(20); round++) {
      const names = [..."abcdefgh"].slice(0, 5 + (round % 4));
      const shared = names.slice(0, 1 + random.int(2));
      const text = `program p { input ${names}: bit output y: bit
        each { y = ?(?(${names}), ?(${shared}), ?(${names.slice(1, 3)})) } }`;
      const { holes, filled } = sketch(text);
      const filling = Object.fromEntries(holes.map(({ name, entries }) => [name, draw(entries.length, 2)]));
      const lookUp = (list: string, bits: readonly number[]) => {
        const { name } = holes.find(({ span }) => text.slice(span.start, span.end) === `?(${list})`)!;
        return filling[name]![bits.reduce((at, bit) => 2 * at + bit, 0)]!;
      };
      const cols = 2 ** names.length;
      const bitOf = (name: string, at: number) => (at >> (names.length - 1 - names.indexOf(name))) & 1;
      const planes = [...names, "y"].map((name) => [
        name,
        Int32Array.from({ length: cols }, (_, at) => (name === "y" ? 0 : bitOf(name, at))),
      ]);
      const expected = Array.from({ length: cols }, (_, at) => {
        const inner = [names, shared, names.slice(1, 3)].map((list) =>
          lookUp(
            `${list}`,
            list.map((name) => bitOf(name, at)),
          ),
        );
        const outer = holes.find(
          ({ arguments: list, span }) => list.length === 3 && text[span.start + 2] === "?",
        )!;
        return filling[outer.name]![inner.reduce((sum, bit) => 2 * sum + bit, 0)]!;
      });
      const made = filled(filling);
      const { grid } = interpret(checkProgram(made).checked, {
        rows: 1,
        cols,
        planes: Object.fromEntries(planes),
      });
      expect([...grid.planes.y!], made.text).toEqual(expected);
    }
  });

  test("a table of tables that are made is not taken for a table of one of them twice", () => {
    const text = "program p { input a, b, c: bit output y: bit each { y = ?(?(a, b, c), ?(b, c)) } }";
    const { holes, filled } = sketch(text);
    expect(holes.map(({ name }) => name)).toEqual(["y3", "y", "y2"]);
    const parities = { y: [0, 1, 1, 0, 1, 0, 0, 1], y2: [0, 1, 1, 0], y3: [0, 1, 1, 0] };
    expect(filled(parities).text).toContain("y = a xor (b xor c) xor (b xor c)");
  });

  test("every expression and every constant", () => {
    const { holes, filled } = sketch(three("min(3, n * ?{ a, b } + ?0..2)"));
    expect(holes.map(({ name, kind }) => [name, kind])).toEqual([
      ["y", "option"],
      ["y2", "unknown"],
    ]);
    for (const [option, constant] of [0, 1].flatMap((one) => [0, 1, 2].map((two) => [one, two] as const))) {
      const expected = Array.from({ length: 12 }, (_, at) => {
        const chosen = [Math.floor(at / 6), Math.floor(at / 3) % 2][option]!;
        return Math.min(3, (at % 3) * chosen + constant);
      });
      expect(table(filled({ y: [option], y2: [constant] }))).toEqual(expected);
    }
  });

  test("enums, as arguments and as results, in places where operators bind tightly", () => {
    const text = `program p { input k: enum { r, g, b } output m: enum { r, g, b } output y: bit
      hole f(k: enum { r, g, b }): enum { r, g, b }
      each { m = f(k) y = not ?(k, y) } }`;
    const made = sketch(text).filled({ f: [2, 0, 1], y: [0, 1, 1, 1, 0, 0] });
    const { checked } = checkProgram(made);
    const found = [0, 1, 2].map((k) => {
      const planes = { k: Int32Array.of(k), m: Int32Array.of(0), y: Int32Array.of(0) };
      const after = interpret(checked, { rows: 1, cols: 1, planes }).grid.planes;
      return [after.m![0], after.y![0]];
    });
    expect(found).toEqual([
      [2, 1],
      [0, 0],
      [1, 1],
    ]);
  });
});

test("parentheses stand where an operand needs them, also where the parser groups a long chain", () => {
  const fillings = (text: string) => {
    const { holes, filled } = sketch(three(text));
    return filled(Object.fromEntries(holes.map(({ name }) => [name, [0]]))).text;
  };
  expect(fillings("if ?{ a or b, a } then 1 else 0")).toContain("y = if a or b then 1 else 0 }");
  expect(fillings("?{ a and b, a } or ?{ a == b, a }")).toContain("y = a and b or a == b }");
  expect(fillings("?{ a or b, a } and not ?{ a == b, a }")).toContain("y = (a or b) and not a == b }");
  for (const links of [20, 70]) {
    const filled = fillings(
      `if 0 < ${Array.from({ length: links }, () => "?{ a - b, a }").join(" - ")} then 1 else 0`,
    );
    expect(filled).toContain(`if 0 < (a - b)${" - (a - b)".repeat(links - 1)} then`);
  }
});

test("holes are called like what is assigned, and else hole", () => {
  const text = `program p { input x: bit output y: bit
    loop { each { if ?(x) { y = ?{ x, ?(x) } } else if ?(x, y) { y = ?0..1 } } halt when ?(y) } }`;
  const names = Object.fromEntries(
    sketch(text).holes.map(({ name, span }) => [text.slice(span.start, span.end), name]),
  );
  expect(names).toEqual({
    "?(x)": "y",
    "?{ x, ?(x) }": "y2",
    "?(x, y)": "hole2",
    "?0..1": "y3",
    "?(y)": "hole3",
  });
});

test("the text keeps its lines and comments, and expressions are short", () => {
  const text =
    "program p {\n  input x: bit // kept\n  output y: bit\n  each {\n    y = ?(x, left.x)\n  }\n}\n";
  const { filled } = sketch(text);
  expect(filled({ y: [0, 1, 1, 0] }).text).toBe(text.replace("?(x, left.x)", "x xor left.x"));
  expect(filled({ y: [0, 0, 0, 1] }).text).toBe(text.replace("?(x, left.x)", "x and left.x"));
});

test("printed and laid out, a sketch is the same sketch", () => {
  const text = three("max(?{ a, f(n, ?(b)) }, ?-2..-1 + 2)", "hole f(n: 0..2, a): 0..3");
  const { program } = parse({ name: "p", text });
  const printed = printAst(program!);
  expect(printAst(parse({ name: "p", text: printed }).program!)).toBe(printed);
  expect(printed).toContain("max(?{ a, f(n, ?(b)) }, ?-2..-1 + 2)");
  expect(format({ name: "p", text: printed })).toBe(printed);
});

test("without its holes filled a sketch is refused, and so is what does not fill them", () => {
  expect(() => checkProgram({ name: "s.alg", text: three("?(a)") })).toThrow(/TL801/);
  const { holes } = sketch(three("?(a)"));
  const read = (text: string) => () => readFilling(text, "f.json", holes);
  expect(read('{ "y": "01" }')()).toEqual({ y: [0, 1] });
  expect(read('{ "y": "012" }')).toThrow(/found "012" for the hole `y`; expected 2 numbers from 0 to 1/);
  expect(read('{ "y": "02" }')).toThrow(/expected 2 numbers from 0 to 1/);
  expect(read('{ "z": "01" }')).toThrow(/no hole `z`; its holes are y/);
  expect(read("{}")).toThrow(/found nothing/);
  expect(read("[1]")).toThrow(/expected a JSON object/);
});
