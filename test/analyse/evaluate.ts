// Two evaluators of one cell's body, independent of each other: one of the syntax tree, by the manual, and one of
// the checked tree. The second also holds every value against the type that analysis gave to its node.

import { bounds } from "../../src/grid/grid.ts";
import type { CheckedExpression, CheckedStatement } from "../../src/language/analyse/checked.ts";
import type { AstExpression, AstOf, AstProgram, AstStatement } from "../../src/language/parse/ast.ts";
import { COLOURS, PLACES } from "./random-program.ts";

/** What a cell sees: its own fields, `up.f` and so on for its neighbours, and the sides where the grid ends. */
export interface Cell {
  readonly own: Map<string, number>;
  readonly near: ReadonlyMap<string, number>;
  readonly edges: ReadonlySet<string>;
}

interface Scope {
  readonly cell: Cell;
  readonly program: AstProgram;
  readonly locals: ReadonlyMap<string, number>;
  /** What `around` or `beside` stands for. */
  readonly place: string | null;
}

export function runAst(program: AstProgram, cell: Cell): void {
  const pass = program.items.find((item) => item.tag === "each" || item.tag === "sweep")!;
  runBody(
    { program, cell, locals: new Map(), place: null },
    pass.tag === "each" || pass.tag === "sweep" ? pass.body : [],
  );
}

function runBody(scope: Scope, body: readonly AstStatement[]): void {
  let inner = scope;
  for (const statement of body) {
    if (statement.tag === "let") {
      const value = evaluate(inner, statement.value);
      inner = { ...inner, locals: new Map(inner.locals).set(statement.name.text, value) };
    } else runStatement(inner, statement);
  }
}

function runStatement(scope: Scope, statement: AstStatement): void {
  switch (statement.tag) {
    case "assign":
      scope.cell.own.set(statement.field.text, evaluate(scope, statement.value));
      return;
    case "if":
      runBody(scope, evaluate(scope, statement.when) === 1 ? statement.then : (statement.otherwise ?? []));
      return;
    case "match": {
      const value = evaluate(scope, statement.of);
      const arm = statement.arms.find(
        (each) => each.values?.some((one) => evaluate(scope, one) === value) ?? true,
      );
      runBody(scope, arm!.body);
      return;
    }
    default:
      throw new Error(`unexpected ${statement.tag}`);
  }
}

const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  "==": (a, b) => Number(a === b),
  "!=": (a, b) => Number(a !== b),
  "<": (a, b) => Number(a < b),
  "<=": (a, b) => Number(a <= b),
  ">": (a, b) => Number(a > b),
  ">=": (a, b) => Number(a >= b),
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => Math.floor(a / b),
  "%": (a, b) => a - b * Math.floor(a / b),
  min: Math.min,
  max: Math.max,
};

function evaluate(scope: Scope, ast: AstExpression): number {
  switch (ast.tag) {
    case "table":
    case "option":
    case "unknown":
      throw new Error("a hole has no value");
    case "number":
      return ast.value;
    case "boolean":
      return Number(ast.value);
    case "name":
      return (
        scope.locals.get(ast.name) ??
        scope.cell.own.get(ast.name) ??
        (ast.name === "k" ? 2 : COLOURS.indexOf(ast.name))
      );
    case "read": {
      const counted = ast.place.text === "around" || ast.place.text === "beside";
      return scope.cell.near.get(`${counted ? scope.place : ast.place.text}.${ast.field.text}`)!;
    }
    case "edge":
      return Number(scope.cell.edges.has(ast.side.text));
    case "not":
      return 1 - evaluate(scope, ast.of);
    case "negative":
      return 0 - evaluate(scope, ast.of);
    case "binary":
      return OPERATORS[ast.operator]!(evaluate(scope, ast.left), evaluate(scope, ast.right));
    case "choose":
      return evaluate(scope, evaluate(scope, ast.when) === 1 ? ast.then : ast.otherwise);
    case "call":
      return callValue(scope, ast);
  }
}

function callValue(scope: Scope, ast: AstExpression & { tag: "call" }): number {
  const callee = ast.callee.text;
  if (callee === "count") {
    const places: readonly string[] = JSON.stringify(ast).includes('"around"') ? PLACES : PLACES.slice(0, 4);
    return places.reduce((sum, place) => sum + evaluate({ ...scope, place }, ast.arguments[0]!), 0);
  }
  const values = ast.arguments.map((argument) => evaluate(scope, argument));
  if (callee === "min" || callee === "max") return Math[callee](...values);
  if (callee === "abs") return Math.abs(values[0]!);
  const fn = scope.program.items.find(
    (item): item is AstOf<"fn"> => item.tag === "fn" && item.name.text === callee,
  )!;
  const locals = new Map(fn.parameters.map((parameter, index) => [parameter.text, values[index]!]));
  return evaluate({ ...scope, locals }, fn.body);
}

/** Runs checked statements on a cell; throws if a value lies outside the type of its node. */
export function runChecked(
  cell: Cell,
  body: readonly CheckedStatement[],
  locals = new Map<number, number>(),
): void {
  for (const statement of body) {
    if (statement.tag === "assign")
      cell.own.set(statement.field, checkedValue(cell, locals, statement.value));
    else if (statement.tag === "let")
      locals.set(statement.local, checkedValue(cell, locals, statement.value));
    else if (statement.tag === "if") {
      const holds = checkedValue(cell, locals, statement.when) === 1;
      runChecked(cell, holds ? statement.then : statement.otherwise, locals);
    }
  }
}

const SIDES = { up: "top", down: "bottom", left: "left", right: "right" };

function checkedValue(cell: Cell, locals: ReadonlyMap<number, number>, node: CheckedExpression): number {
  const value = bareValue(cell, locals, node);
  const { lo, hi } = bounds(node.type);
  if (value < lo || value > hi) throw new Error(`${node.tag} is ${value}, outside ${lo}..${hi}`);
  return value;
}

function bareValue(cell: Cell, locals: ReadonlyMap<number, number>, node: CheckedExpression): number {
  const of = (part: CheckedExpression): number => checkedValue(cell, locals, part);
  switch (node.tag) {
    case "constant":
      return node.value;
    case "own":
      return cell.own.get(node.field)!;
    case "neighbour":
      return cell.near.get(`${node.place}.${node.field}`)!;
    case "local":
      return locals.get(node.local)!;
    case "edge":
      return Number(cell.edges.has(SIDES[node.side]));
    case "not":
      return 1 - of(node.of);
    case "binary":
      return OPERATORS[node.operator]!(of(node.left), of(node.right));
    case "choose":
      return of(of(node.when) === 1 ? node.then : node.otherwise);
  }
}
