// Reads of neighbours: which neighbour, which field, and whether its value is new or old.

import { nearestName } from "../../diagnostics/suggest.ts";
import { DIRECTIONS, type Direction } from "../../grid/direction.ts";
import type { AstExpression, Name } from "../parse/ast.ts";
import { type Context, textAt, type Value } from "./context.ts";
import { intervalOfType } from "./interval.ts";
import { aroundOutside, countedTwice, openDiagonal } from "./messages/control.ts";
import { notAValue, unknownField, unknownPlace } from "./messages/names.ts";
import { seesCell } from "./names.ts";
import { ageOf } from "./sweeps.ts";
import { isEnum, settle } from "./values.ts";

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

export function checkRead(context: Context, ast: AstExpression & { readonly tag: "read" }): Value | null {
  const place = resolvePlace(context, ast.place);
  const field = resolveField(context, ast.field);
  if (place === null || field === null) return null;
  if (!seesCell(context, ast.span, textAt(context, ast.span))) return null;
  const age = checkAge(context, ast, place);
  const { type } = field;
  const node = { tag: "neighbour", field: field.name, place, age, span: ast.span } as const;
  return settle(context, node, intervalOfType(type), isEnum(type) ? type : undefined);
}

function resolvePlace(context: Context, { text, span }: Name): Direction | null {
  if (isDirection(text)) return text;
  if (text === "around" || text === "beside") {
    if (context.counted?.word === text) return context.counted.place;
    return context.report(context.counted === null ? aroundOutside(span, text) : countedTwice(span));
  }
  const meant = OTHER_WORDS[text] ?? nearestName(text, PLACE_WORDS);
  return context.report(unknownPlace({ text, span }, meant));
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
      notAValue(name, "a `let` of this cell", "neighbours share only fields: declare it as `state` instead"),
    );
  } else if (!brokenFields.has(name.text)) {
    context.report(unknownField(name, fields.keys()));
  }
  return null;
}

const DIAGONAL_WORDS: Readonly<Partial<Record<Direction, string>>> = {
  upleft: "upper left",
  upright: "upper right",
  downleft: "lower left",
  downright: "lower right",
};

function checkAge(
  context: Context,
  ast: AstExpression & { readonly tag: "read" },
  place: Direction,
): "new" | "old" {
  const { sweep } = context;
  // The age of what the pass leaves alone does not matter.
  if (sweep === null || !sweep.assigned.has(ast.field.text)) return "old";
  const age = ageOf(place, sweep.sources);
  if (age !== "open") return age;
  const text = textAt(context, ast.span);
  context.report(openDiagonal(ast.span, text, DIAGONAL_WORDS[place] ?? place, sweep.text, ast.field.text));
  return "old";
}
