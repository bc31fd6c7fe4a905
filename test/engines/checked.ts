// Checked programs made by hand, for tests that must not depend on the front end.

import type { Axis, Direction } from "../../src/grid/direction.ts";
import type { ValueType } from "../../src/grid/grid.ts";
import type {
  BinaryOperator,
  CheckedExpression,
  CheckedField,
  CheckedInstruction,
  CheckedOf,
  CheckedProgram,
  CheckedStatement,
  Quantified,
} from "../../src/language/analyse/checked.ts";

export const span = { start: 0, end: 0 };
const bit: ValueType = { kind: "bit" };
export const range = (lo: number, hi: number): ValueType => ({ kind: "range", lo, hi });

export const constant = (value: number, type: ValueType = bit): CheckedExpression => ({
  tag: "constant",
  value,
  type,
  span,
});
export const own = (field: string, type: ValueType = bit): CheckedExpression => ({
  tag: "own",
  field,
  type,
  span,
});
export const neighbour = (
  place: Direction,
  field: string,
  age: "new" | "old",
  type: ValueType = bit,
): CheckedExpression => ({ tag: "neighbour", place, field, age, type, span });
export const edge = (side: Axis): CheckedExpression => ({ tag: "edge", side, type: bit, span });
export const not = (of: CheckedExpression): CheckedExpression => ({ tag: "not", of, type: bit, span });
export const local = (id: number, type: ValueType = bit): CheckedExpression => ({
  tag: "local",
  local: id,
  name: `v${id}`,
  type,
  span,
});
export const binary = (
  operator: BinaryOperator,
  left: CheckedExpression,
  right: CheckedExpression,
  type: ValueType = bit,
): CheckedExpression => ({ tag: "binary", operator, left, right, type, span });
export const choose = (
  when: CheckedExpression,
  yes: CheckedExpression,
  no: CheckedExpression,
): CheckedExpression => ({ tag: "choose", when, then: yes, otherwise: no, type: yes.type, span });

export const assign = (field: string, value: CheckedExpression): CheckedStatement => ({
  tag: "assign",
  field,
  value,
  span,
});
export const when = (
  condition: CheckedExpression,
  yes: readonly CheckedStatement[],
  no: readonly CheckedStatement[] = [],
): CheckedStatement => ({ tag: "if", when: condition, then: yes, otherwise: no, span });

export const pass = (sources: readonly Axis[], ...body: readonly CheckedStatement[]): CheckedOf<"pass"> => ({
  tag: "pass",
  id: 0,
  sources,
  body,
  span,
});
export const each = (...body: readonly CheckedStatement[]): CheckedOf<"pass"> => pass([], ...body);
export const loop = (...body: readonly CheckedInstruction[]): CheckedInstruction => ({
  tag: "loop",
  id: 0,
  body,
  span,
});
export const halt = (condition: CheckedExpression): CheckedInstruction => ({
  tag: "halt",
  id: 0,
  when: condition,
  span,
});
export const leave = (condition: CheckedExpression): CheckedInstruction => ({
  tag: "break",
  id: 0,
  when: condition,
  span,
});
export const any = (of: CheckedExpression): Quantified => ({ quantifier: "any", of });
export const all = (of: CheckedExpression): Quantified => ({ quantifier: "all", of });

export const field = (
  name: string,
  role: CheckedField["role"],
  type: ValueType = bit,
  initial = 0,
): CheckedField => ({ name, role, type, initial, span });

export const program = (
  fields: readonly CheckedField[],
  ...body: readonly CheckedInstruction[]
): CheckedProgram => ({
  name: "made",
  source: { name: "made.alg", text: "" },
  fields,
  body,
  predict: null,
});
