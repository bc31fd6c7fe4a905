// Values that fit for reasons that intervals cannot see, and examples of those that do not fit.

import { describe, expect, test } from "vitest";
import { interpret } from "../../src/engines/reference.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { analyse } from "../../src/language/analyse/analyse.ts";
import { parse } from "../../src/language/parse/parse.ts";
import { expectWithin } from "../same.ts";

const program = (body: string): string => `program p {
  input a, b: 0..7
  input c: 1..5
  input z: 0..0
  input x: bit
  output p, q: 0..7
  output o: 0..0
  fn clamp(v, least, most) = max(least, min(v, most))
  fn limit(v, least, most) = if v < least then least else if v > most then most else v
  each {
    ${body}
  }
}
`;

function errorsOf(body: string) {
  const source = { name: "p.alg", text: program(body) };
  const parsed = parse(source);
  expect(parsed.diagnostics, body).toEqual([]);
  return analyse(parsed.program!, source).diagnostics.filter(({ severity }) => severity === "error");
}

describe("is in order", () => {
  test.each([
    "p = max(a, b) - min(a, b)",
    "let most = max(a, b) let least = min(a, b) p = most - least",
    "p = a - min(a, 1)",
    "p = max(a, 3) - 3",
    "let n = z p = a + n",
    "let n = left.z p = a + n o = n",
    "o = z",
    "p = clamp(a + b, 0, 7) q = limit(a - b, 0, 7)",
    "p = limit(if a > 3 then a + b else a - b, 0, 7)",
    "p = limit(limit(a + 3, 2, 5) + limit(b, 1, 2), 0, 7)",
    "if a >= 5 { p = clamp(a, 5, 7) - 5 }",
    "let d = abs(a - b) if d > 2 { p = d - 3 }",
    "if x { if a + b > 9 { p = 14 - a - b } }",
    "let big = a > b if big { p = a - b - 1 }",
    "let t = if x then 4 else 0 if not x or a >= 4 { p = a - t }",
    "if at left { p = left.a + b }",
    "if at left { p = left.c + 6 }",
    "p = if a == b then a - b else 1",
    "match a { 0 => p = 7, 1, 2 => p = a + 5, else => p = a - 3 }",
  ])("%s", (body) => {
    expect(errorsOf(body)).toEqual([]);
  });
});

describe("can leave its field", () => {
  test.each([
    ["p = a + b", "a value in 0..14, such as 14 where `a` is 7 and `b` is 7"],
    ["p = a - min(b, 1)", "a value in -1..7, such as -1 where `a` is 0 and `b` is 1"],
    ["p = a + x", "a value in 0..8, such as 8 where `a` is 7 and `x` is 1"],
    ["p = left.c + 3", "a value in 4..8, such as 8 where `left.c` is 5"],
    ["if at right { p = 9 - right.c }", "a value in 8, such as 8 where `right.c` is 1 and `at right` is 1"],
    ["if a > 3 { p = a + 1 }", "a value in 5..8, such as 8 where `a` is 7"],
    ["let n = a + 2 p = n", "a value in 2..9, such as 9 where `a` is 7"],
    ["p = 9", "the value 9"],
    ["if x { a = min(a + 1, 7) } p = a + 1", "a value in 1..8, such as 8 where `a` is 7"],
  ])("%s", (body, found) => {
    const [error, second] = errorsOf(body);
    expect(second).toBeUndefined();
    expect(error).toMatchObject({ code: "TL303" });
    expect(error!.found!.replace("the value 8", "a value in 8")).toBe(found);
  });
});

test("what is accepted fits, on random bodies and grids", () => {
  const seed = 3;
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[random.int(list.length)]!;
  const value = (depth: number): string => {
    if (depth === 0) return pick(["a", "b", "c", "x", "z", "left.a", "up.c", "1", "2", "7"]);
    const [one, other] = [value(depth - 1), value(depth - 1)];
    return pick([
      `(${one} + ${other})`,
      `(${one} - ${other})`,
      `min(${one}, ${other})`,
      `max(${one}, ${other})`,
      `abs(${one} - ${other})`,
      `(if ${condition()} then ${one} else ${other})`,
    ]);
  };
  const condition = (): string => {
    const of = pick(["a", "b", "c", "left.a", "a + b", "b - c", "max(a, c)"]);
    return pick([
      "x",
      "at left",
      "not at top",
      `a > ${of}`,
      `${of} <= 4`,
      `c == ${of}`,
      `${of} != 5 and a < 5`,
    ]);
  };
  let accepted = 0;
  for (let trial = 0; trial < 1500; trial++) {
    const body = pick([
      `p = ${value(2)}`,
      `if ${condition()} { p = ${value(2)} } else { a = min(a, 3) } q = ${value(1)}`,
      `let n = ${value(1)} if ${condition()} { a = max(b, 2) p = n - a } q = ${value(1)}`,
      `if ${condition()} { if ${condition()} { p = ${value(2)} } }`,
    ]);
    const source = { name: "p.alg", text: program(body) };
    const checked = analyse(parse(source).program!, source).program;
    if (checked === null) continue;
    accepted++;
    const values = (least: number, most: number) =>
      Int32Array.from({ length: 12 }, () => least + random.int(most - least + 1));
    for (let grid = 0; grid < 8; grid++) {
      const planes = { a: values(0, 7), b: values(0, 7), c: values(1, 5), z: values(0, 0), x: values(0, 1) };
      const note = `seed ${seed}, trial ${trial}: ${body}`;
      const result = interpret(checked, { rows: 3, cols: 4, planes }).grid.planes;
      for (const name of ["p", "q"])
        for (const found of result[name]!) expectWithin(found, 0, 7, `${name}, ${note}`);
    }
  }
  expect(accepted).toBeGreaterThan(300);
});
