// Expressions in the size of a grid: their values, and their text, which parses to the same values again.

import fc from "fast-check";
import { expect, test } from "vitest";
import { checkProgram } from "../../src/compile.ts";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { evaluateSize, type SizeExpression, type SizeOperator, showSize } from "../../src/grid/size.ts";
import { cases } from "../seed.ts";

const number = (value: number): SizeExpression => ({ tag: "number", value });
const binary = (operator: SizeOperator, left: SizeExpression, right: SizeExpression): SizeExpression => ({
  tag: "binary",
  operator,
  left,
  right,
});

const { numbers, conditions } = fc.letrec<{ numbers: SizeExpression; conditions: SizeExpression }>((tie) => ({
  numbers: fc.oneof(
    { depthSize: "small" },
    fc.integer({ min: -9, max: 9 }).map(number),
    fc.constantFrom<SizeExpression>({ tag: "rows" }, { tag: "cols" }),
    fc
      .tuple(fc.constantFrom<SizeOperator>("+", "-", "*", "/", "min", "max"), tie("numbers"), tie("numbers"))
      .map(([operator, left, right]) => binary(operator, left, right)),
  ),
  conditions: fc.oneof(
    { depthSize: "small" },
    fc
      .tuple(fc.constantFrom<SizeOperator>("==", "!=", "<", "<=", ">", ">="), tie("numbers"), tie("numbers"))
      .map(([operator, left, right]) => binary(operator, left, right)),
    fc
      .tuple(fc.constantFrom<SizeOperator>("and", "or", "xor"), tie("conditions"), tie("conditions"))
      .map(([operator, left, right]) => binary(operator, left, right)),
    tie("conditions").map((of): SizeExpression => ({ tag: "not", of })),
  ),
}));

const SHAPES = [1, 2, 3, 7].flatMap((rows) => [1, 2, 5].map((cols) => ({ rows, cols })));

/** Values for some shapes; a division by zero counts as a value of its own. */
function valuesOf(expression: SizeExpression): (number | string)[] {
  return SHAPES.map((shape) => {
    try {
      return evaluateSize(expression, shape) + 0;
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      return "divides by zero";
    }
  });
}

const inProgram = (setting: string): string => `program p { output x: bit ${setting} each { x = 1 } }`;

test("a number reads back as it was shown", () => {
  fc.assert(
    fc.property(numbers, (size) => {
      const text = inProgram(`steps <= ${showSize(size)}`);
      const again = checkProgram({ name: "p.alg", text }).checked.steps!.most;
      expect(valuesOf(again), text).toEqual(valuesOf(size));
    }),
    { numRuns: cases(200) },
  );
});

test("a condition reads back as it was shown", () => {
  fc.assert(
    fc.property(conditions, (condition) => {
      const text = inProgram(`grid rows x cols where ${showSize(condition)}`);
      const again = checkProgram({ name: "p.alg", text }).checked.grid!.where!;
      expect(valuesOf(again), text).toEqual(valuesOf(condition));
    }),
    { numRuns: cases(200) },
  );
});

test.each([
  ["3 * rows + cols", 17],
  ["rows - 1 - cols", 2],
  ["rows - (1 - cols)", 6],
  ["(cols + 1) / 2", 1],
  ["-cols / 2", -1],
  ["min(rows, cols, 3) * max(rows, 7)", 14],
])("%s is %d for 5 x 2", (text, expected) => {
  const { checked } = checkProgram({ name: "p.alg", text: inProgram(`steps <= ${text}`) });
  expect(evaluateSize(checked.steps!.most, { rows: 5, cols: 2 })).toBe(expected);
});
