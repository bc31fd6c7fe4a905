// Checks what a program says of its runs (`ends`, `steps`) and of its inputs (`grid`, `workspace`, `place`).

import type { Span } from "../../diagnostics/diagnostic.ts";
import { nearestName } from "../../diagnostics/suggest.ts";
import { SIDES, type Side } from "../../grid/direction.ts";
import type { GridConstraint, Placement, Workspace } from "../../grid/prepare.ts";
import type { SizeExpression, SizeOperator } from "../../grid/size.ts";
import type { AstDeclaration, AstExpression, AstItem, AstOf, AstPosition } from "../parse/ast.ts";
import {
  type Assertion,
  allWithin,
  type CheckedExpression,
  type CheckedProgram,
  partsOf,
} from "./checked.ts";
import { checkConstant, constantInteger, constantOf } from "./constants.ts";
import { type Context, textAt } from "./context.ts";
import { checkCondition } from "./expressions.ts";
import { aboutNames } from "./messages/names.ts";
import { aboutSettings } from "./messages/settings.ts";

export type Settings = Pick<CheckedProgram, "ends" | "asserts" | "steps" | "grid" | "workspace" | "places">;

/** Checks all settings; those with errors are left out. */
export function checkSettings(context: Context, items: readonly AstItem[]): Settings {
  const ends = single(context, items, "ends");
  const steps = single(context, items, "steps");
  const grid = single(context, items, "grid");
  const workspace = single(context, items, "workspace");
  const predict = items.find(({ tag }) => tag === "predict");
  const beyond = workspace?.margins.find(({ side }) => side.text === "right" || side.text === "bottom");
  if (beyond && predict) context.report(aboutSettings.workspaceOfLearner(beyond.side.span, predict.span));
  const most = steps && checkSize(context, steps.most);
  const places = items.filter((item) => item.tag === "place");
  return {
    ends: ends && checkEnds(context, ends, items),
    asserts: items.flatMap((item) => (item.tag === "assert" ? checkAssert(context, item) : [])),
    steps: steps && most && { most, span: steps.span },
    grid: grid && checkGrid(context, grid),
    workspace: workspace && checkWorkspace(context, workspace),
    places: places.flatMap((place) => checkPlace(context, place) ?? []),
  };
}

/** The only item with a tag; reports the others. */
function single<Tag extends AstDeclaration["tag"]>(
  context: Context,
  items: readonly AstItem[],
  tag: Tag,
): AstOf<Tag> | null {
  const [first, ...more] = items.filter((item): item is AstOf<Tag> => item.tag === tag);
  for (const { span } of more) context.report(aboutSettings.settingTwice(span, tag, first!.span));
  return first ?? null;
}

function checkEnds(
  context: Context,
  { condition, span }: AstOf<"ends">,
  items: readonly AstItem[],
): CheckedExpression | null {
  const { quantifier, of } = condition;
  if (quantifier === "any") context.report(aboutSettings.endsWhenAny(condition.span));
  const wave = items.flatMap((item) => waveIn(item) ?? [])[0];
  if (wave) context.report(aboutSettings.endsOutOfStep(span, wave.by, wave.span));
  const node = checkCondition(context, of)?.node ?? null;
  const foreign = node && firstOf(node, ["neighbour", "edge"]);
  if (foreign) context.report(aboutSettings.endsSeesNeighbour(foreign.span, textAt(context, foreign.span)));
  return node;
}

/** Checks an assertion: what holds at all times can be said of a cell alone: its neighbours may be at other instructions. */
function checkAssert(context: Context, { of, span }: AstOf<"assert">): Assertion[] {
  const node = checkCondition(context, of)?.node ?? null;
  context.notes.assertions.set(span.start, span);
  const foreign = node && firstOf(node, ["neighbour"]);
  if (foreign) context.report(aboutSettings.assertSeesNeighbour(foreign.span, textAt(context, foreign.span)));
  return node && !foreign ? [{ of: node, span }] : [];
}

/** The first part with one of these tags. */
const firstOf = (node: CheckedExpression, tags: readonly CheckedExpression["tag"][]) =>
  [...allWithin(node, partsOf)].find(({ tag }) => tags.includes(tag)) ?? null;

/** The first instruction that cells do not run all at once: it goes, or asks, through the grid. */
function waveIn(item: AstItem): { readonly by: string; readonly span: Span } | null {
  const first = (body: readonly AstItem[]) => body.flatMap((inner) => waveIn(inner) ?? [])[0] ?? null;
  switch (item.tag) {
    case "sweep":
      return { by: "`sweep`", span: item.span };
    case "branch":
      return { by: "`if any(...)` or `if all(...)`", span: item.condition.span };
    case "while":
      return { by: "`repeat while`", span: item.condition.span };
    case "loop":
    case "times":
      return first(item.body);
    default:
      return null;
  }
}

function checkGrid(context: Context, { rows, cols, where }: AstOf<"grid">): GridConstraint | null {
  const [height, width] = [rows, cols].map((side) => checkSizeOf(context, side, "grid"));
  const condition = where && checkSize(context, where, "condition");
  if (!height || !width || (where !== null && condition === null)) return null;
  return { rows: height, cols: width, where: condition };
}

/** Checks a size; reports one that is known to be too small. */
function checkSizeOf(
  context: Context,
  ast: AstExpression,
  of: Parameters<typeof aboutSettings.impossibleSize>[2],
): SizeExpression | null {
  const size = checkSize(context, ast);
  const wrong = size?.tag === "number" ? aboutSettings.impossibleSize(ast.span, size.value, of) : null;
  if (wrong) context.report(wrong);
  return size;
}

function checkWorkspace(context: Context, { auto, margins }: AstOf<"workspace">): Workspace {
  const sizes = new Map<Side, SizeExpression | null>();
  const seen = new Map<string, Span>();
  for (const { side, size } of margins) {
    const checked = checkSizeOf(context, size, "margin");
    const earlier = seen.get(side.text);
    if (earlier) context.report(aboutSettings.settingTwice(side.span, side.text, earlier));
    else seen.set(side.text, side.span);
    if (isSide(side.text)) sizes.set(side.text, checked);
    else context.report(aboutNames.unknownSide(side, sideMeant(side.text)));
  }
  const sizeOf = (side: Side): SizeExpression => sizes.get(side) ?? number(0);
  const sides = {
    top: sizeOf("top"),
    bottom: sizeOf("bottom"),
    left: sizeOf("left"),
    right: sizeOf("right"),
  };
  return auto ? { ...sides, grows: true } : sides;
}

function sideMeant(word: string): string | null {
  return { up: "top", down: "bottom", above: "top", below: "bottom" }[word] ?? nearestName(word, SIDES);
}

function checkPlace(context: Context, { field: name, value: ast, at }: AstOf<"place">): Placement | null {
  const { fields, brokenFields } = context.globals;
  const field = fields.get(name.text);
  if (!field && !brokenFields.has(name.text)) context.report(aboutNames.unknownField(name, fields.keys()));
  if (field?.role === "input") context.report(aboutSettings.placesInput(name.span, name.text));
  const number = field ? constantOf(context, ast, field) : checkConstant(context, ast, null);
  const position = checkPosition(context, at);
  if (typeof number !== "number" || position === null) return null;
  return { field: name.text, value: number, ...position };
}

/** A corner, the first cell of a side, or any cell by number. */
function checkPosition(context: Context, at: AstPosition): Pick<Placement, "row" | "column"> | null {
  if (at.tag === "cell") {
    const [row, column] = [at.row, at.column].map((part) => checkSizeOf(context, part, "cell"));
    return row && column ? { row, column } : null;
  }
  const words = at.sides.map((side) => side.text);
  const vertical = words.filter((word) => word === "top" || word === "bottom");
  if (vertical.length !== 1 && words.length > 1)
    return context.report(aboutSettings.sameAxis(at.span, words[0]!, words[1]!));
  return {
    row: words.includes("bottom") ? { tag: "rows" } : number(1),
    column: words.includes("right") ? { tag: "cols" } : number(1),
  };
}

// Checks expressions in the size of the grid: what they may be made of, and where a condition is needed.

type Kind = "number" | "condition";

/** The size that was written, or null after an error. */
function checkSize(context: Context, ast: AstExpression, wanted: Kind = "number"): SizeExpression | null {
  switch (ast.tag) {
    case "number":
      return wanted === "number" ? number(ast.value) : refuse(context, ast, wanted);
    case "boolean":
      return wanted === "condition" ? number(ast.value ? 1 : 0) : refuse(context, ast, wanted);
    case "name":
      return checkSizeName(context, ast, wanted);
    case "negative": {
      const of = checkSize(context, ast.of);
      if (of === null || wanted === "condition") return of && refuse(context, ast, wanted);
      return of.tag === "number" ? number(-of.value) : join("-", number(0), of);
    }
    case "not": {
      if (wanted === "number") return refuse(context, ast, wanted);
      const of = checkSize(context, ast.of, "condition");
      return of && { tag: "not", of };
    }
    case "binary":
      return checkSizeOperator(context, ast, wanted);
    case "call":
      return checkSizeCall(context, ast, wanted);
    default:
      return refuse(context, ast, wanted);
  }
}

const number = (value: number): SizeExpression => ({ tag: "number", value });

const join = (operator: SizeOperator, left: SizeExpression, right: SizeExpression): SizeExpression => ({
  tag: "binary",
  operator,
  left,
  right,
});

const refuse = (context: Context, ast: AstExpression, wanted: Kind): null =>
  context.report(aboutSettings.notASize(ast.span, textAt(context, ast.span), `a ${wanted}`));

function checkSizeName(context: Context, ast: AstOf<"name">, wanted: Kind): SizeExpression | null {
  const isSize = ast.name === "rows" || ast.name === "cols";
  if (wanted === "condition" || (!isSize && context.globals.fieldNames.has(ast.name)))
    return refuse(context, ast, wanted);
  if (isSize) return { tag: ast.name as "rows" | "cols" };
  const value = constantInteger(context, ast);
  return value === null ? null : number(value);
}

const LOGICAL: readonly string[] = ["and", "or", "xor"];
const ARITHMETIC: readonly string[] = ["+", "-", "*", "/"];

function checkSizeOperator(context: Context, ast: AstOf<"binary">, wanted: Kind): SizeExpression | null {
  const arithmetic = ARITHMETIC.includes(ast.operator);
  if (ast.operator === "%" || arithmetic !== (wanted === "number")) return refuse(context, ast, wanted);
  const operands = LOGICAL.includes(ast.operator) ? "condition" : "number";
  const [left, right] = [ast.left, ast.right].map((part) => checkSize(context, part, operands));
  return left && right ? join(ast.operator, left, right) : null;
}

function checkSizeCall(context: Context, ast: AstOf<"call">, wanted: Kind): SizeExpression | null {
  const callee = ast.callee.text;
  if (wanted === "condition" || (callee !== "min" && callee !== "max") || ast.arguments.length === 0)
    return refuse(context, ast, wanted);
  const values = ast.arguments.map((argument) => checkSize(context, argument));
  return values.reduce((best, value) => best && value && join(callee, best, value));
}

const isSide = (word: string): word is Side => (SIDES as readonly string[]).includes(word);
