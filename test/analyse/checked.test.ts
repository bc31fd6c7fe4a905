// What analysis hands on, piece by piece: fields, params, desugared expressions, control.

import { describe, expect, test } from "vitest";
import { analyse } from "../../src/language/analyse/analyse.ts";
import type { CheckedExpression, CheckedOf, CheckedProgram } from "../../src/language/analyse/checked.ts";
import { parse } from "../../src/language/parse/parse.ts";

function analyseText(text: string, params?: Record<string, number>) {
  const source = { name: "t.alg", text };
  const parsed = parse(source);
  expect(parsed.diagnostics).toEqual([]);
  return analyse(parsed.program!, source, params);
}

function checked(text: string, params?: Record<string, number>): CheckedProgram {
  const { program, diagnostics } = analyseText(text, params);
  expect(diagnostics.filter((each) => each.severity === "error")).toEqual([]);
  return program!;
}

const codes = (text: string, params?: Record<string, number>): string[] =>
  analyseText(text, params).diagnostics.map((each) => each.code);

/** An expression on one line. */
function show(node: CheckedExpression): string {
  switch (node.tag) {
    case "constant":
      return String(node.value);
    case "own":
      return node.field;
    case "neighbour":
      return `${node.place}.${node.field}`;
    case "local":
      return `${node.name}#${node.local}`;
    case "edge":
      return `at ${node.side}`;
    case "not":
      return `not(${show(node.of)})`;
    case "binary":
      return `(${show(node.left)} ${node.operator} ${show(node.right)})`;
    case "choose":
      return `(${show(node.when)} ? ${show(node.then)} : ${show(node.otherwise)})`;
  }
}

const DECLARATIONS = `
  output x, y: bit
  output n: 0..7
  output kind: enum { red, green, blue }
  param k = 3
  fn half(a) = if a then 1 else 0
  fn twice(a) = a + a
  fn four(a) = twice(twice(a))`;

/** The value assigned by the only statement of a body. */
function valueIn(statement: string, params?: Record<string, number>): CheckedExpression {
  const program = checked(`program p { ${DECLARATIONS} each { ${statement} } }`, params);
  const [first] = (program.body[0] as CheckedOf<"pass">).body;
  if (first?.tag !== "assign") throw new Error("expected one assignment");
  return first.value;
}

describe("fields", () => {
  test("begin with the first value of their type, or with the one declared", () => {
    const { fields } = checked(`program p {
      output a: bit  output b: -3..3  output c: 2..4  output d: enum { red, green }
      output e: bit = true  output f: -3..3 = -1  output g: enum { red, green } = green
      each { }
    }`);
    expect(fields.map((field) => field.initial)).toEqual([0, -3, 2, 0, 1, -1, 1]);
  });

  test("of 0..1 are bits", () => {
    const { fields } = checked("program p { output a: 0..1  output b: 1..1 each { } }");
    expect(fields.map((field) => field.type)).toEqual([{ kind: "bit" }, { kind: "range", lo: 1, hi: 1 }]);
  });

  test("keep the symbols of their enum; a value without one is written by its name", () => {
    const { fields } = checked(
      'program p { output a: enum { empty ".", wire } output b: enum { c, d } each { } }',
    );
    expect(fields.map((field) => field.type)).toEqual([
      { kind: "enum", names: ["empty", "wire"], symbols: [".", "wire"] },
      { kind: "enum", names: ["c", "d"] },
    ]);
  });

  test("can be declared below their use, and have the place of their name", () => {
    const text = "program p { each { x = 1 } output x: bit }";
    const [field] = checked(text).fields;
    expect(text.slice(field!.span.start, field!.span.end)).toBe("x");
  });
});

describe("params", () => {
  const text = `program p {
    param k = 4  param last = k - 1
    output n: 0..last = last
    repeat k times { each { n = min(n + k, last) } }
  }`;

  test("are constants everywhere", () => {
    const program = checked(text);
    expect(program.fields[0]).toMatchObject({ type: { lo: 0, hi: 3 }, initial: 3 });
    expect(program.body[0]).toMatchObject({ tag: "times", count: 4 });
  });

  test("can be overridden, and those that depend on them follow", () => {
    expect(checked(text, { k: 9 }).fields[0]!.type).toMatchObject({ lo: 0, hi: 8 });
    expect(checked(text, { last: 5 }).fields[0]!.type).toMatchObject({ lo: 0, hi: 5 });
  });

  test("must exist, be integers, and leave the program right", () => {
    expect(codes(text, { kk: 9 })).toEqual(["TL215"]);
    expect(codes(text, { k: 1.5 })).toContain("TL312");
    expect(codes(text, { k: Number.NaN })).toContain("TL312");
    expect(codes(text, { k: 0 })).toEqual(["TL304"]);
    expect(codes(text, { k: 5_000_000 })).toEqual(["TL305"]);
    expect(codes(text, { constructor: 1 })).toEqual(["TL215"]);
  });
});

describe("expressions", () => {
  test.each([
    ["x = true and not false", "(1 and not(0))"],
    ["n = count(beside.x)", "(((up.x + down.x) + left.x) + right.x)"],
    [
      "n = count(beside.kind == green) ",
      "((((up.kind == 1) + (down.kind == 1)) + (left.kind == 1)) + (right.kind == 1))",
    ],
    ["n = max(min(x, y, n), k)", "(((x min y) min n) max 3)"],
    ["n = min(abs(x - n), 7)", "(((x - n) max (0 - (x - n))) min 7)"],
    ["n = -(-3)", "3"],
    ["n = min(four(x), 4)", "(((x + x) + (x + x)) min 4)"],
    ["n = half(up.y)", "(up.y ? 1 : 0)"],
    ["x = at top or at right", "(at up or at right)"],
    ["kind = if x then blue else up.kind", "(x ? 2 : up.kind)"],
    ["x = blue == up.kind", "(2 == up.kind)"],
    ["x = n < 3 xor y", "((n < 3) xor y)"],
  ])("%s", (statement, expected) => {
    expect(show(valueIn(statement))).toBe(expected);
  });

  test("count over all neighbours adds eight reads", () => {
    const text = show(valueIn("x = count(around.x) > 3"));
    for (const place of ["up", "down", "left", "right", "upleft", "upright", "downleft", "downright"])
      expect(text.match(new RegExp(`\\b${place}\\.x`, "g")), place).toHaveLength(1);
  });

  test("have their interval as type", () => {
    const typeOf = (statement: string) => valueIn(statement).type;
    expect(typeOf("n = count(beside.x)")).toEqual({ kind: "range", lo: 0, hi: 4 });
    expect(typeOf("n = min(n, 2) + k")).toEqual({ kind: "range", lo: 3, hi: 5 });
    expect(typeOf("n = min(n, 1)")).toEqual({ kind: "bit" });
    expect(typeOf("n = 1")).toEqual({ kind: "range", lo: 1, hi: 1 });
    expect(typeOf("n = 5")).toEqual({ kind: "range", lo: 5, hi: 5 });
    expect(typeOf("n = abs(n - 4)")).toEqual({ kind: "range", lo: 0, hi: 4 });
    expect(typeOf("x = n < 3")).toEqual({ kind: "bit" });
    expect(typeOf("kind = up.kind")).toMatchObject({ kind: "enum" });
  });

  test("a choice that a param has made leaves only the chosen branch", () => {
    expect(show(valueIn("n = if k > 5 then n + 9 else n"))).toBe("n");
    expect(show(valueIn("n = if k > 5 then 1 else n", { k: 6 }))).toBe("1");
  });
});

describe("ranges follow the flow", () => {
  const accepted = (body: string): boolean => {
    const text = `program p { output n, m: 0..7  output t: -3..3  output c, d: bit each { ${body} } }`;
    return !codes(text).includes("TL303");
  };

  test.each([
    "if n < 7 { n = n + 1 }",
    "if 7 > n { n = n + 1 }",
    "if n + 1 <= 7 { n = n + 1 }",
    "if n != 7 { n = n + 1 }",
    "if n == 7 { n = 0 } else { n = n + 1 }",
    "if not (n == 7 or c) { n = n + 1 }",
    "if not c and n < 7 { n = n + 1 }",
    "if n == 7 or c { n = 0 } else { n = n + 1 }",
    "if n < up.n { n = n + 1 }",
    "if up.n > 3 { n = up.n - 4 }",
    "if n >= m { n = n - m }",
    "if n + m <= 7 { n = n + m }",
    "let full = n == 7 if not full { n = n + 1 }",
    "let s = n + m if s < 8 { n = s }",
    "if n > 3 { m = n - 4 } else { m = n + 4 }",
    "if c { n = 3 } else { n = 5 } n = n + 2",
    "n = if n == 0 then 7 else n - 1",
    "if c xor true { n = 1 } else { n = 2 } n = n - 1",
    "if min(n, m) > 0 { n = n - 1 m = m - 1 }",
    "if max(n, m) < 7 { n = n + 1 m = m + 1 }",
    "match n { 7 => n = 0, else => n = n + 1 }",
    "match n { 0 => { } 1, 2 => n = n - 1, else => n = n - 3 }",
    "match n { 0, 1, 2, 4, 5, 6, 7 => { } 3 => n = n + 4 }",
    "if t == 0 { t = t - 3 }",
    "if n == m + 1 { m = m + 1 }",
    "if c == 1 { if n < 7 { n = n + c } }",
  ])("%s", (body) => {
    expect(accepted(body)).toBe(true);
  });

  test.each([
    "n = n + 1",
    "if n < 7 { n = n + 2 }",
    "if n < 7 or c { n = n + 1 }",
    "if n < 7 { } n = n + 1",
    "if n < 7 { n = 7 n = n + 1 }",
    "if n < up.n { n = n + 2 }",
    "if n > m { n = m - n }",
    "let full = n == 7 n = m if not full { n = n + 1 }",
    "let s = n + m n = s",
    "if n + m <= 7 { m = 7 n = n + m }",
    "if c { n = 3 } n = n + 2",
    "if n < 7 and c { m = 0 } else { n = n + 1 }",
    "match n { 6 => n = 0, else => n = n + 1 }",
    "if up.n < 7 { n = down.n + 1 }",
    "t = -t - 1",
  ])("not %s", (body) => {
    expect(accepted(body)).toBe(false);
  });
});

describe("control", () => {
  test("is kept as written, and every instruction has a number in reading order", () => {
    const { body } = checked(`program p {
      output x: bit
      loop {
        each { x = 1 }
        if any(x) { break when x } else { repeat rows times { sweep up { x = 0 } } }
        repeat while all(x == up.x) { each { x = not x } }
        halt when x
      }
    }`);
    expect(body).toMatchObject([
      {
        tag: "loop",
        id: 0,
        body: [
          { tag: "pass", id: 1, sources: [] },
          {
            tag: "branch",
            id: 2,
            condition: { quantifier: "any", of: { tag: "own" } },
            then: [{ tag: "break", id: 3 }],
            otherwise: [
              { tag: "times", id: 4, count: "rows", body: [{ tag: "pass", id: 5, sources: ["down"] }] },
            ],
          },
          { tag: "while", id: 6, condition: { quantifier: "all" }, body: [{ id: 7 }] },
          { tag: "halt", id: 8 },
        ],
      },
    ]);
  });

  test("what is repeated no time is left out", () => {
    expect(
      checked("program p { param k = 0 output x: bit repeat k times { each { x = 1 } } each { } }").body,
    ).toEqual([expect.objectContaining({ tag: "pass" })]);
  });

  test("a branch that a param has ruled out is left out, without a warning", () => {
    const text = "program p { param k = 1 output n: 0..3 each { if k > 1 { n = n + k } else { n = 1 } } }";
    expect(codes(text)).toEqual([]);
    const [pass] = checked(text).body;
    expect(pass).toMatchObject({ body: [{ tag: "if", then: [], otherwise: [{ tag: "assign" }] }] });
  });

  test("match becomes a chain of tests whose last arm needs none", () => {
    const { body } = checked(`program p { output kind: enum { red, green, blue } output x: bit
      each { match kind { red, green => x = 1, blue => x = 0 } } }`);
    expect(body).toMatchObject([
      {
        body: [
          {
            tag: "if",
            when: { operator: "or", left: { operator: "==" }, right: { operator: "==" } },
            then: [{ value: { value: 1 } }],
            otherwise: [{ tag: "assign", value: { value: 0 } }],
          },
        ],
      },
    ]);
  });
});

test("one mistake gives one message, and analysis goes on", () => {
  expect(
    codes("program p { state a: 5..1 state b: bit each { a = b b = a b = a + c } halt when a }"),
  ).toEqual(["TL304", "TL201"]);
});
