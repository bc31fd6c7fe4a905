// Parses expressions by recursive descent, one function a level, from the loosest to the tightest.

import type { Reader } from "./tokens.ts";
import type { Expression, Offset, Position, Side } from "./tree.ts";

export const SIDES: readonly Side[] = ["top", "bottom", "left", "right"];

export const NEIGHBOURS: Readonly<Record<string, Offset>> = {
  up: { down: -1, right: 0 },
  down: { down: 1, right: 0 },
  left: { down: 0, right: -1 },
  right: { down: 0, right: 1 },
  upleft: { down: -1, right: -1 },
  upright: { down: -1, right: 1 },
  downleft: { down: 1, right: -1 },
  downright: { down: 1, right: 1 },
};

/** Operators of two operands, from the loosest level to the tightest; `not` and comparisons lie between them. */
const LOGIC = ["or", "xor", "and"] as const;
const COMPARISONS = ["==", "!=", "<=", ">=", "<", ">"];

export function parseExpression(reader: Reader): Expression {
  if (!reader.takes("if")) return parseLogic(reader, 0);
  const condition = parseExpression(reader);
  reader.needs("then");
  const yes = parseExpression(reader);
  reader.needs("else");
  return { kind: "if", condition, yes, no: parseExpression(reader) };
}

function parseLogic(reader: Reader, level: number): Expression {
  const operator = LOGIC[level];
  if (operator === undefined) return parseNot(reader);
  let left = parseLogic(reader, level + 1);
  while (reader.takes(operator)) left = { kind: "two", operator, left, right: parseLogic(reader, level + 1) };
  return left;
}

function parseNot(reader: Reader): Expression {
  if (reader.takes("not")) return { kind: "not", of: parseNot(reader) };
  const left = parseSum(reader);
  const operator = COMPARISONS.find((sign) => reader.takes(sign));
  return operator === undefined ? left : { kind: "two", operator, left, right: parseSum(reader) };
}

/** A sum: what sizes, ends of ranges and initial values are written as, too. */
export function parseSum(reader: Reader): Expression {
  return chain(reader, ["+", "-"], () => chain(reader, ["*", "/", "%"], () => parseSigned(reader)));
}

function chain(reader: Reader, operators: readonly string[], operand: () => Expression): Expression {
  let left = operand();
  for (;;) {
    const operator = operators.find((sign) => reader.sees(sign));
    if (operator === undefined || beginsRule(reader)) return left;
    reader.next();
    left = { kind: "two", operator, left, right: operand() };
  }
}

/** Whether a rule of a machine for any state comes, or a row of its table. */
function beginsRule(reader: Reader): boolean {
  if (!reader.sees("*")) return false;
  const symbol = reader.peek(1).text;
  return symbol === ":" || reader.peek(symbol === "-" ? 3 : 2).text === "->";
}

function parseSigned(reader: Reader): Expression {
  return reader.takes("-") ? { kind: "negative", of: parseSigned(reader) } : parsePrimary(reader);
}

function parsePrimary(reader: Reader): Expression {
  const token = reader.peek();
  if (reader.takes("(")) {
    const inner = parseExpression(reader);
    reader.needs(")");
    return inner;
  }
  if (token.kind === "number") return { kind: "value", value: Number(reader.next().text) };
  if (reader.takes("true")) return { kind: "value", value: 1 };
  if (reader.takes("false")) return { kind: "value", value: 0 };
  if (reader.takes("at")) return { kind: "edge", side: reader.oneOf(SIDES) };
  if (token.kind === "word" && reader.peek(1).text === ".") return parseRead(reader);
  if (reader.sees("count", "(")) return parseCount(reader);
  const name = reader.word();
  return reader.takes("(") ? { kind: "call", name, inputs: parseInputs(reader) } : { kind: "name", name };
}

function parseRead(reader: Reader): Expression {
  const place = reader.word();
  reader.needs(".");
  const field = reader.word();
  if (place === "around" || place === "beside") return { kind: "counted", field };
  const offset = NEIGHBOURS[place];
  if (offset === undefined) reader.fail("a neighbour before the dot");
  return { kind: "neighbour", offset, field };
}

/** Which of `around` and `beside` is counted stands inside the condition. */
function parseCount(reader: Reader): Expression {
  reader.next();
  reader.next();
  let depth = 0;
  let over: "around" | "beside" | null = null;
  for (let i = 0; depth >= 0 && reader.peek(i).kind !== "end"; i++) {
    const text = reader.peek(i).text;
    if (text === "(") depth += 1;
    if (text === ")") depth -= 1;
    if (text === "around" || text === "beside") over = text;
  }
  if (over === null) reader.fail("around or beside inside count");
  const condition = parseExpression(reader);
  reader.needs(")");
  return { kind: "count", over, condition };
}

function parseInputs(reader: Reader): Expression[] {
  const inputs: Expression[] = [];
  do inputs.push(parseExpression(reader));
  while (reader.takes(","));
  reader.needs(")");
  return inputs;
}

/** Where a cell is: a corner or a side, or a row and a column. */
export function parsePosition(reader: Reader): Position {
  if (reader.takes("row")) {
    const row = parseSum(reader);
    reader.needs("column");
    return { kind: "cell", row, column: parseSum(reader) };
  }
  const sides = [reader.oneOf(SIDES)];
  if (SIDES.some((side) => reader.sees(side))) sides.push(reader.oneOf(SIDES));
  return { kind: "sides", sides };
}
