// Checks instructions: passes over the grid, and what steers between them.

import type { Span } from "../../diagnostics/diagnostic.ts";
import type { Axis } from "../../grid/direction.ts";
import type {
  AstBlock,
  AstExpression,
  AstInstruction,
  AstItem,
  AstOf,
  AstQuantified,
  AstStatement,
} from "../parse/ast.ts";
import { partsWithin } from "./calls.ts";
import {
  allWithin,
  type CheckedExpression,
  type CheckedInstruction,
  type CheckedOf,
  type Quantified,
} from "./checked.ts";
import { constantInteger } from "./constants.ts";
import type { Context } from "./context.ts";
import { checkCondition } from "./expressions.ts";
import { begin } from "./flow.ts";
import { aboutControl } from "./messages/control.ts";
import { aboutTypes } from "./messages/types.ts";
import { aboutDoubts } from "./messages/warnings.ts";
import { checkBody } from "./statements.ts";
import { sweepSources } from "./sweeps.ts";

/** Checks a sequence of instructions; those with errors are left out. */
export function checkInstructions(
  context: Context,
  items: readonly AstItem[],
  inLoop: boolean,
): CheckedInstruction[] {
  warnUnreached(context, items);
  return items.flatMap((item) => checkInstruction(context, item, inLoop) ?? []);
}

function checkInstruction(context: Context, item: AstItem, inLoop: boolean): CheckedInstruction | null {
  const { span } = item;
  const id = context.notes.nextInstruction;
  context.notes.assigned = "";
  switch (item.tag) {
    case "field":
    case "predict":
    case "param":
    case "fn":
    case "hole":
    case "ends":
    case "steps":
    case "grid":
    case "workspace":
    case "place":
    case "machine":
      return null;
    case "assign":
    case "let":
    case "assert":
    case "match":
    case "if":
      checkStray(context, item);
      return null;
  }
  context.notes.nextInstruction++;
  switch (item.tag) {
    case "each":
    case "sweep":
      return checkPass(context, item, id);
    case "loop": {
      const body = checkBlock(context, item);
      checkEnd(context, item);
      return { tag: "loop", id, body, span };
    }
    case "halt": {
      const when = checkGridCondition(context, item.when);
      return when && { tag: "halt", id, when, span };
    }
    case "break": {
      if (!inLoop) context.report(aboutControl.breakOutside(headOf(context, item)));
      const when = checkGridCondition(context, item.when);
      return when && { tag: "break", id, when, span };
    }
    case "branch":
      return checkBranches(context, item, id, inLoop);
    case "while": {
      const condition = checkQuantified(context, item.condition);
      const body = checkBlock(context, item);
      return condition && { tag: "while", id, condition, body, span };
    }
    case "times": {
      const count = checkTimes(context, item.count);
      const body = checkBlock(context, item);
      return count === null || count === 0 ? null : { tag: "times", id, count, body, span };
    }
  }
}

/** `else if` chains can be long: they are walked, and made from their end. */
function checkBranches(
  context: Context,
  first: AstOf<"branch">,
  firstId: number,
  inLoop: boolean,
): CheckedInstruction | null {
  const parts: (Pick<CheckedOf<"branch">, "id" | "then" | "span"> & {
    readonly condition: Quantified | null;
  })[] = [];
  let [id, item] = [firstId, first];
  for (;;) {
    const condition = checkQuantified(context, item.condition);
    const then = checkInstructions(context, item.then, inLoop);
    parts.push({ id, condition, then, span: item.span });
    const [only, ...more] = item.otherwise ?? [];
    if (only?.tag !== "branch" || more.length > 0) break;
    id = context.notes.nextInstruction++;
    item = only;
  }
  const last = checkInstructions(context, item.otherwise ?? [], inLoop);
  const [made] = parts.reduceRight<readonly CheckedInstruction[]>(
    (otherwise, { condition, ...part }) =>
      condition === null ? [] : [{ tag: "branch", condition, otherwise, ...part }],
    last,
  );
  return made ?? null;
}

/**
 * Notes a loop that never ends, and warns of it; but not where the program says so, or where there is nothing but
 * `each` in it: that is a cellular automaton.
 */
function checkEnd(context: Context, loop: AstInstruction & { readonly tag: "loop" }): void {
  const { forever, body } = loop;
  const head = headOf(context, loop);
  const ends = context.ends || leaves(body) || halts(body);
  if (forever && ends) context.report(aboutControl.notForever(head));
  if (ends || body.length === 0) return;
  context.notes.endless ??= head;
  const automaton = body.every(({ tag }) => tag === "each");
  if (!forever && !automaton) context.report(aboutDoubts.neverEnds(head));
}

type Compound = AstInstruction & { readonly body: AstBlock };

function checkBlock(context: Context, item: Compound): CheckedInstruction[] {
  if (!item.body.some(isWork)) context.report(aboutControl.nothingToDo(headOf(context, item), "loop"));
  return checkInstructions(context, item.body, true);
}

const DECLARATIONS = "field predict param fn ends steps grid workspace place assert".split(" ");

/** Tells whether an item is more than a declaration. */
export const isWork = (item: AstItem): boolean => !DECLARATIONS.includes(item.tag);

/** The first word of an instruction: where messages about the whole of it point. */
function headOf(context: Context, { span: { start } }: AstItem): Span {
  const word = /^\w*/.exec(context.source.text.slice(start))![0];
  return { start, end: start + word.length };
}

function checkPass(
  context: Context,
  item: AstOf<"each"> | AstOf<"sweep">,
  id: number,
): CheckedOf<"pass"> | null {
  const sources = item.tag === "each" ? [] : checkSweep(context, item);
  const text = ["sweep", ...(item.tag === "each" ? [] : item.directions.map((word) => word.text))].join(" ");
  const assigned = assignedFields(item.body);
  const sweep = sources === null ? null : { text, sources, assigned };
  const isMachine = item.tag === "each" && item.isMachine === true;
  const { statements } = checkBody(
    { ...context, sweep, flow: begin(context.flow.terms, !isMachine) },
    item.body,
  );
  return sources && { tag: "pass", id, sources, body: statements, span: item.span };
}

const checkSweep = (context: Context, sweep: AstOf<"sweep">): readonly Axis[] | null =>
  sweepSources(sweep.directions, headOf(context, sweep), context.report);

const checkGridCondition = (context: Context, ast: AstExpression): CheckedExpression | null =>
  checkCondition(context, ast)?.node ?? null;

function checkQuantified(context: Context, { quantifier, of }: AstQuantified): Quantified | null {
  const node = checkGridCondition(context, of);
  return node && { quantifier, of: node };
}

/** Tells how often `repeat` repeats: `rows` and `cols` are those of the grid, whatever else they may name. */
function checkTimes(context: Context, ast: AstExpression): number | "rows" | "cols" | null {
  if (ast.tag === "name" && (ast.name === "rows" || ast.name === "cols")) return ast.name;
  const count = constantInteger(context, ast);
  if (count === null || count >= 0) return count;
  return context.report(aboutTypes.negativeCount(ast.span, count));
}

/** A statement between instructions is checked as if it stood in `each`, after the message that it should. */
function checkStray(context: Context, statement: AstStatement): void {
  if (statement.tag === "if" && asksGrid(statement)) {
    context.report(aboutControl.wantsQuantifier(statement.when.span));
    checkInstructions(context, [...statement.then, ...(statement.otherwise ?? [])], true);
    return;
  }
  const what = {
    assign: "An assignment",
    let: "A `let`",
    assert: "An `assert` inside braces",
    if: "An `if`",
    match: "A `match`",
  };
  const tag = statement.tag as keyof typeof what;
  const span = tag === "if" || tag === "match" ? headOf(context, statement) : statement.span;
  context.report(aboutControl.statementOutside(span, what[tag], tag === "if"));
  checkBody(context, [statement]);
}

/** Tells whether a misplaced `if` was meant to steer instructions. */
function asksGrid(statement: AstOf<"if">): boolean {
  const asks = (ast: AstExpression): boolean =>
    [...partsWithin(ast)].some(
      (part) => part.tag === "call" && (part.callee.text === "any" || part.callee.text === "all"),
    );
  const statements: readonly string[] = ["assign", "let", "assert", "if", "match"];
  const inside = [...statement.then, ...(statement.otherwise ?? [])];
  return asks(statement.when) || inside.some((each) => !statements.includes(each.tag));
}

/** Tells whether a `break` in these instructions leaves the loop around them. */
const leaves = (items: readonly AstItem[]): boolean =>
  items.some((item) => [...allWithin(item, branchesOf)].some(({ tag }) => tag === "break"));

/** Tells whether cells can halt somewhere in these instructions. */
function halts(items: readonly AstItem[]): boolean {
  const inside = (item: AstItem): AstBlock =>
    item.tag === "loop" || item.tag === "while" || item.tag === "times" ? item.body : branchesOf(item);
  return items.some((item) => [...allWithin(item, inside)].some(({ tag }) => tag === "halt"));
}

const branchesOf = (item: AstItem): AstBlock =>
  item.tag === "branch" ? [...item.then, ...(item.otherwise ?? [])] : [];

function warnUnreached(context: Context, items: readonly AstItem[]): void {
  const work = items.filter(isWork);
  const index = work.findIndex((item) => item.tag === "loop" && !leaves(item.body));
  const next = work[index + 1];
  if (index >= 0 && next)
    context.report(aboutDoubts.neverReached(headOf(context, next), headOf(context, work[index]!)));
}

/** Own fields that the statements of a body assign, at any depth. */
function assignedFields(statements: readonly AstStatement[]): ReadonlySet<string> {
  const assigned = new Set<string>();
  const pending = [...statements];
  for (let statement = pending.pop(); statement !== undefined; statement = pending.pop()) {
    if (statement.tag === "assign" && statement.place === null) assigned.add(statement.field.text);
    if (statement.tag === "if") pending.push(...statement.then, ...(statement.otherwise ?? []));
    if (statement.tag === "match") for (const { body } of statement.arms) pending.push(...body);
  }
  return assigned;
}
