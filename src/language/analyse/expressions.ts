// Checks expressions: every one gets a type and an interval, sugar is written out. A part with an error gives
// null, which silences everything built on it; its other parts are still checked.

import { spend } from "../../diagnostics/budget.ts";
import { nearestName } from "../../diagnostics/suggest.ts";
import { AXES, DIRECTIONS, type Direction, isAxis, SIDE_OF, SIDES } from "../../grid/direction.ts";
import { bounds, type EnumType } from "../../grid/grid.ts";
import type { AstExpression, AstOf, Name } from "../parse/ast.ts";
import { checkCall } from "./calls.ts";
import { allWithin, type BinaryOperator, partsOf } from "./checked.ts";
import { type Context, textAt, type Value } from "./context.ts";
import { see } from "./flow.ts";
import { checkOption, checkTable, checkUnknown } from "./holes.ts";
import { EITHER, negate } from "./interval.ts";
import { aboutControl } from "./messages/control.ts";
import { aboutNames } from "./messages/names.ts";
import { aboutTypes } from "./messages/types.ts";
import { aboutDoubts } from "./messages/warnings.ts";
import { checkName, enumOf, seesCell } from "./names.ts";
import { ageOf } from "./sweeps.ts";
import { binary, choose, comparable, constant, expectBit, expectNumber, isEnum, settle } from "./values.ts";

/** Checks an expression; `expected` is the enum that its place asks for, if any. Null after an error. */
export function checkExpression(
  context: Context,
  ast: AstExpression,
  expected: EnumType | null,
): Value | null {
  spend();
  switch (ast.tag) {
    case "number":
      return constant(ast.value, ast.span);
    case "boolean":
      return constant(ast.value ? 1 : 0, ast.span);
    case "name":
      return checkName(context, { text: ast.name, span: ast.span }, expected, checkExpression);
    case "read":
      return checkRead(context, ast);
    case "edge":
      return checkEdge(context, ast);
    case "call":
      return checkCall(context, ast, expected, checkExpression);
    case "table":
      return checkTable(context, ast, checkExpression);
    case "option":
      return checkOption(context, ast, expected, checkExpression);
    case "unknown":
      return checkUnknown(context, ast, checkExpression);
    case "not":
      return checkNot(context, ast);
    case "negative":
      return checkNegative(context, ast);
    case "binary":
      return checkBinary(context, ast);
    case "choose":
      return checkChoose(context, ast, expected);
  }
}

function checkEdge(context: Context, { side, span }: AstOf<"edge">): Value | null {
  const axis = AXES.find((each) => SIDE_OF[each] === side.text);
  if (axis === undefined) {
    const meant = isAxis(side.text) ? SIDE_OF[side.text] : nearestName(side.text, SIDES);
    return context.report(aboutNames.unknownSide(side, meant));
  }
  if (!seesCell(context, span, `at ${side.text}`)) return null;
  return settle(context, { tag: "edge", side: axis, span }, EITHER);
}

function checkNot(context: Context, { of, span }: AstOf<"not">): Value | null {
  const value = expectBit(context, checkExpression(context, of, null));
  return value && settle(context, { tag: "not", of: value.node, span }, negate(value.interval));
}

function checkNegative(context: Context, { of, span }: AstOf<"negative">): Value | null {
  const value = expectNumber(context, checkExpression(context, of, null), "-");
  if (value === null) return null;
  if (value.node.tag === "constant") return constant(0 - value.node.value, span);
  return binary(context, "-", constant(0, span), value, span);
}

function checkBinary(context: Context, ast: AstOf<"binary">): Value | null {
  const { operator, span } = ast;
  if (operator === "==" || operator === "!=") return checkEquality(context, ast, operator);
  if (operator === "*" || operator === "/" || operator === "%") return checkProduct(context, ast, operator);
  const left = checkExpression(context, ast.left, null);
  const right = checkExpression(context, ast.right, null);
  const logical = operator === "and" || operator === "or" || operator === "xor";
  const operand = (value: Value | null) =>
    logical ? expectBit(context, value) : expectNumber(context, value, operator);
  const [one, other] = [operand(left), operand(right)];
  return one && other && binary(context, operator, one, other, span);
}

/** `/` rounds down; what a cell holds is divided by positive constants. */
function checkProduct(context: Context, ast: AstOf<"binary">, operator: "*" | "/" | "%"): Value | null {
  const operand = (part: AstExpression) =>
    expectNumber(context, checkExpression(context, part, null), operator);
  const [left, right] = [operand(ast.left), operand(ast.right)];
  if (left === null || right === null) return null;
  const [a, b] = [left.interval.lo, right.interval.lo];
  const isConstant = !readsCell(left) && !readsCell(right);
  if (operator === "*")
    return isConstant ? constant(a * b, ast.span) : binary(context, operator, left, right, ast.span);
  if (readsCell(right) || (!isConstant && b < 0))
    return context.report(aboutTypes.noQuotient(ast.right.span, operator));
  if (b === 0) return context.report(aboutTypes.divisionByZero(ast.right.span));
  if (isConstant) return constant(operator === "/" ? Math.floor(a / b) : a - b * Math.floor(a / b), ast.span);
  return binary(context, operator, left, right, ast.span);
}

function checkEquality(context: Context, ast: AstOf<"binary">, operator: BinaryOperator): Value | null {
  const expected = enumOf(context, ast.left) ?? enumOf(context, ast.right);
  const left = checkExpression(context, ast.left, expected);
  const right = checkExpression(context, ast.right, expected);
  if (left === null || right === null || !comparable(context, left, right)) return null;
  return binary(context, operator, left, right, ast.span);
}

/**
 * A condition: a bit, with the two points it leads to. Null after an error. Warns if it is always true or always
 * false although it reads the cell (a condition on params alone is there to be constant).
 */
export function checkCondition(context: Context, ast: AstExpression): Value | null {
  const value = expectBit(context, checkExpression(context, ast, null));
  if (value && context.reached && context.call === null && readsCell(value)) {
    if (value.interval.hi === 0) context.report(aboutDoubts.constantCondition(ast.span, false));
    else if (value.interval.lo === 1) context.report(aboutDoubts.constantCondition(ast.span, true));
  }
  return value;
}

function readsCell(value: Value): boolean {
  for (const { tag } of allWithin(value.node, partsOf))
    if (tag === "own" || tag === "neighbour" || tag === "local" || tag === "edge") return true;
  return false;
}

/** The context on one side of a condition; not reached if the condition never comes out that way. */
export function onSide(context: Context, condition: Value | null, truth: boolean): Context {
  if (condition === null) return context;
  const never = truth ? condition.interval.hi === 0 : condition.interval.lo === 1;
  const flow = never ? null : see(context.flow, condition.node, truth);
  return flow === null ? { ...context, reached: false } : { ...context, flow };
}

/** One choice of a chain `if a then x else if b then y else ...`, and what is known on its two sides. */
interface Choice {
  readonly ast: AstOf<"choose">;
  readonly context: Context;
  readonly when: Value | null;
  readonly yes: Context;
  readonly no: Context;
  readonly then: Value | null;
}

/** Chains can have as many parts as a machine has states: they are walked, not nested. */
function checkChoose(context: Context, ast: AstOf<"choose">, expected: EnumType | null): Value | null {
  const chain: Choice[] = [];
  let [here, type] = [context, expected];
  let rest: AstExpression = ast;
  for (; rest.tag === "choose"; rest = rest.otherwise) {
    const when = checkCondition(here, rest.when);
    type ??= enumOf(here, rest);
    const [yes, no] = [onSide(here, when, true), onSide(here, when, false)];
    chain.push({ ast: rest, context: here, when, yes, no, then: checkExpression(yes, rest.then, type) });
    here = no;
  }
  return chain.reduceRight(chosen, checkExpression(here, rest, type));
}

function chosen(otherwise: Value | null, { ast, context, when, yes, no, then }: Choice): Value | null {
  if (when === null || then === null || otherwise === null) return null;
  if (!comparable(context, then, otherwise)) return null;
  // A branch that never runs may lie outside every range: it goes.
  if (context.reached && !yes.reached) return { ...otherwise, node: { ...otherwise.node, span: ast.span } };
  if (context.reached && !no.reached) return { ...then, node: { ...then.node, span: ast.span } };
  return choose(context, when, then, otherwise, ast.span);
}

// Reads of neighbours: which neighbour, which field, and whether its value is new or old.

const isDirection = (word: string): word is Direction => (DIRECTIONS as readonly string[]).includes(word);

const PLACE_WORDS = [...DIRECTIONS, "around", "beside"];

/** Words that people write for a neighbour, and what they mean. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  north: "up",
  south: "down",
  west: "left",
  east: "right",
  above: "up",
  below: "down",
  top: "up",
  bottom: "down",
};

function checkRead(context: Context, ast: AstOf<"read">): Value | null {
  const place = resolvePlace(context, ast.place);
  const field = resolveField(context, ast.field);
  if (place === null || field === null) return null;
  if (!seesCell(context, ast.span, textAt(context, ast.span))) return null;
  const age = checkAge(context, ast, place);
  const { type } = field;
  const node = { tag: "neighbour", field: field.name, place, age, span: ast.span } as const;
  return settle(context, node, bounds(type), isEnum(type) ? type : undefined);
}

function resolvePlace(context: Context, { text, span }: Name): Direction | null {
  if (isDirection(text)) return text;
  if (text === "around" || text === "beside") {
    if (context.counted?.word === text) return context.counted.place;
    return context.report(
      context.counted === null ? aboutControl.aroundOutside(span, text) : aboutControl.countedTwice(span),
    );
  }
  const meant = OTHER_WORDS[text] ?? nearestName(text, PLACE_WORDS);
  return context.report(aboutNames.unknownPlace({ text, span }, meant));
}

function resolveField(context: Context, name: Name) {
  const { fields, brokenFields } = context.globals;
  const field = fields.get(name.text);
  if (field) {
    context.notes.fieldsRead.add(name.text);
    return field;
  }
  if (context.locals.get(name.text)) {
    context.report(
      aboutNames.notAValue(
        name,
        "a `let` of this cell",
        "neighbours share only fields: declare it as `state` instead",
      ),
    );
  } else if (!brokenFields.has(name.text)) {
    context.report(aboutNames.unknownField(name, fields.keys()));
  }
  return null;
}

const DIAGONAL_WORDS: Readonly<Partial<Record<Direction, string>>> = {
  upleft: "upper left",
  upright: "upper right",
  downleft: "lower left",
  downright: "lower right",
};

function checkAge(context: Context, ast: AstOf<"read">, place: Direction): "new" | "old" {
  const { sweep } = context;
  // The age of what the pass leaves alone does not matter.
  if (sweep === null || !sweep.assigned.has(ast.field.text)) return "old";
  const age = ageOf(place, sweep.sources);
  if (age !== "open") return age;
  const text = textAt(context, ast.span);
  context.report(
    aboutControl.openDiagonal(ast.span, text, DIAGONAL_WORDS[place] ?? place, sweep.text, ast.field.text),
  );
  return "old";
}
