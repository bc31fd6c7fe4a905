// What `if` and `match` share: branches that may never run, and the point where they meet again.

import type { Span } from "../../diagnostics/diagnostic.ts";
import type { AstStatement } from "../parse/ast.ts";
import type { CheckedStatement } from "./checked.ts";
import type { Context, Value } from "./context.ts";
import { type Flow, join } from "./flow.ts";

/** Checked statements, and the context after them. Statements with errors are left out. */
export interface Checked {
  readonly statements: readonly CheckedStatement[];
  readonly after: Context;
}

export type CheckBody = (context: Context, body: readonly AstStatement[]) => Checked;

/** A branch that never runs is checked but left out: its values may lie outside every range. */
export function checkBranch(context: Context, body: readonly AstStatement[], checkBody: CheckBody): Checked {
  const { statements, after } = checkBody(context, body);
  return { statements: context.reached ? statements : [], after };
}

/** The context where two branches meet: what both know, and reached if one of them is. */
function meet(before: Context, one: Context, other: Context): Context {
  const point = (branch: Context): Flow | null => (branch.reached ? branch.flow : null);
  const flow = join(point(one), point(other));
  return flow === null ? { ...before, reached: false } : { ...before, flow };
}

/** One part of a chain: its condition, null after an error, and what is done where that holds. */
export interface Decision {
  readonly before: Context;
  readonly when: Value | null;
  readonly then: Checked;
  readonly span: Span;
}

/** A part of a chain with what comes after it. */
export function decided(otherwise: Checked, { before, when, then, span }: Decision): Checked {
  const after = meet(before, then.after, otherwise.after);
  if (when === null) return { statements: [], after };
  const statement: CheckedStatement = {
    tag: "if",
    when: when.node,
    then: then.statements,
    otherwise: otherwise.statements,
    span,
  };
  return { statements: before.reached ? [statement] : [], after };
}
