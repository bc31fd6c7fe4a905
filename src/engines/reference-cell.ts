// What one cell does while the reference interpreter visits it: statements and expressions.

import { unreachable } from "../diagnostics/diagnostic.ts";
import { OFFSETS, type Offset } from "../grid/direction.ts";
import { bounds, firstValue, type Grid, type Shape, type ValueType } from "../grid/grid.ts";
import type {
  Assertion,
  BinaryOperator,
  CheckedExpression,
  CheckedOf,
  CheckedProgram,
  CheckedStatement,
} from "../language/analyse/checked.ts";
import { assertionFailed } from "./assertion.ts";

/** One cell during one instruction. */
export interface Cell {
  readonly program: CheckedProgram;
  readonly row: number;
  readonly col: number;
  /** The present grid: what neighbours that have run already have written can be seen in it. */
  readonly grid: Grid;
  /** The planes before this instruction. */
  readonly before: Grid["planes"];
  /** Values of `let`s, by their number. */
  readonly locals: Map<number, number>;
  /** Passes that have been run. */
  readonly count: number;
  /** Where the assertions begin that a cell has reached. */
  readonly reached: Set<number>;
}

/** Runs statements in a cell, which changes the present grid there. */
export function execute(statements: readonly CheckedStatement[], cell: Cell): void {
  for (const statement of statements) {
    switch (statement.tag) {
      case "assign":
        assign(cell, statement.field, evaluate(statement.value, cell));
        break;
      case "let":
        cell.locals.set(statement.local, evaluate(statement.value, cell));
        break;
      case "assert":
        requireTrue(statement, cell);
        break;
      case "if":
        execute(taken(statement, cell), cell);
        break;
      default:
        unreachable(statement);
    }
  }
}

/** The statements of an `if` that run; chains of `else if` can be long, so that they are walked. */
function taken(first: CheckedOf<"if">, cell: Cell): readonly CheckedStatement[] {
  for (let at = first; ; ) {
    if (evaluate(at.when, cell)) return at.then;
    const [only, ...more] = at.otherwise;
    if (only?.tag !== "if" || more.length > 0) return at.otherwise;
    at = only;
  }
}

/** Throws AssertionFailed where an assertion does not hold in a cell. */
export function requireTrue(assertion: Assertion, cell: Cell): void {
  cell.reached.add(assertion.span.start);
  if (evaluate(assertion.of, cell)) return;
  throw assertionFailed(cell.program, assertion, cell, (part) => evaluate(part, cell));
}

function assign({ program, grid, row, col }: Cell, name: string, value: number): void {
  const { lo, hi } = bounds(typeOf(program, name));
  if (!(value >= lo && value <= hi))
    throw new Error(`internal: ${value} assigned to ${name}, which holds ${lo} to ${hi}`);
  grid.planes[name]![row * grid.cols + col] = value;
}

function typeOf(program: CheckedProgram, name: string): ValueType {
  const field = program.fields.find((each) => each.name === name);
  if (field === undefined) throw new Error(`internal: no field ${name}`);
  return field.type;
}

export function evaluate(expression: CheckedExpression, cell: Cell): number {
  switch (expression.tag) {
    case "constant":
      return expression.value;
    case "own":
      return read(cell, cell.grid.planes, expression.field, [0, 0]);
    case "neighbour": {
      const planes = expression.age === "new" ? cell.grid.planes : cell.before;
      return read(cell, planes, expression.field, OFFSETS[expression.place]);
    }
    case "local": {
      const value = cell.locals.get(expression.local);
      if (value === undefined) throw new Error(`internal: ${expression.name} is read before it is set`);
      return value;
    }
    case "edge":
      return inside(cell.grid, cell, OFFSETS[expression.side]) ? 0 : 1;
    case "not":
      return evaluate(expression.of, cell) ? 0 : 1;
    case "binary": {
      const { operator } = expression;
      const left = evaluate(expression.left, cell);
      // One bit may tell what comes of both.
      if ((operator === "and" && left === 0) || (operator === "or" && left === 1)) return left;
      return calculate(operator, left, evaluate(expression.right, cell));
    }
    case "choose": {
      let rest: CheckedExpression = expression;
      while (rest.tag === "choose" && !evaluate(rest.when, cell)) rest = rest.otherwise;
      return evaluate(rest.tag === "choose" ? rest.then : rest, cell);
    }
    default:
      return unreachable(expression);
  }
}

const inside = (shape: Shape, { row, col }: Cell, [down, right]: Offset): boolean =>
  row + down >= 0 && row + down < shape.rows && col + right >= 0 && col + right < shape.cols;

function read(cell: Cell, planes: Grid["planes"], field: string, offset: Offset): number {
  if (!inside(cell.grid, cell, offset)) return firstValue(typeOf(cell.program, field));
  return planes[field]![(cell.row + offset[0]) * cell.grid.cols + cell.col + offset[1]]!;
}

function calculate(operator: BinaryOperator, left: number, right: number): number {
  switch (operator) {
    case "and":
      return left & right;
    case "or":
      return left | right;
    case "xor":
      return left ^ right;
    case "==":
      return Number(left === right);
    case "!=":
      return Number(left !== right);
    case "<":
      return Number(left < right);
    case "<=":
      return Number(left <= right);
    case ">":
      return Number(left > right);
    case ">=":
      return Number(left >= right);
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return Math.floor(left / right);
    case "%":
      return left - right * Math.floor(left / right);
    case "min":
      return Math.min(left, right);
    case "max":
      return Math.max(left, right);
    default:
      return unreachable(operator);
  }
}
