// Chains of operators: `a or b or c`, `a + b - c`. They associate to the left, but those of many parts are grouped, so that
// no tree is as deep as its text is long.

import type { AstBinaryOperator, AstExpression } from "./ast.ts";

/** Chains of more parts are grouped, in groups of this size. */
const LONG = 32;

/** Joins parts in their order: from the left, or group by group. */
export function grouped<T>(parts: readonly T[], join: (left: T, right: T) => T): T {
  if (parts.length <= LONG) return parts.reduce(join);
  const groups = Array.from({ length: Math.ceil(parts.length / LONG) }, (_, at) =>
    parts.slice(LONG * at, LONG * (at + 1)).reduce(join),
  );
  return grouped(groups, join);
}

/** A part of a chain with the operator before it; the first one of a sum has `+`. */
export interface Link {
  readonly operator: AstBinaryOperator;
  readonly part: AstExpression;
}

/** The tree of a chain. What is subtracted as a group has its signs changed. */
export function treeOfChain(links: readonly Link[]): AstExpression {
  const join = (left: Link, right: Link): Link => {
    const operator = left.operator === "-" ? negated(right.operator) : right.operator;
    const span = { start: left.part.span.start, end: right.part.span.end };
    return {
      operator: left.operator,
      part: { tag: "binary", operator, left: left.part, right: right.part, span },
    };
  };
  const mayGroup = links.every(({ operator }) => GROUPED[operator] !== undefined);
  return (mayGroup ? grouped(links, join) : links.reduce(join)).part;
}

const negated = (operator: AstBinaryOperator): AstBinaryOperator => (operator === "-" ? "+" : "-");

/** Operators whose chains may be grouped, by that of a group. */
const GROUPED: Partial<Record<AstBinaryOperator, AstBinaryOperator>> = {
  or: "or",
  xor: "xor",
  and: "and",
  "+": "+",
  "-": "+",
};

/** The parts of a chain that has been grouped; null of others. */
export function linksOf(ast: AstExpression): readonly Link[] | null {
  if (ast.tag !== "binary" || GROUPED[ast.operator] === undefined) return null;
  const kind = GROUPED[ast.operator]!;
  const links: Link[] = [];
  const pending: Link[] = [{ operator: kind, part: ast }];
  for (let link = pending.pop(); link !== undefined; link = pending.pop()) {
    const { operator, part } = link;
    if (part.tag !== "binary" || GROUPED[part.operator] !== kind) links.push(link);
    else {
      const second = operator === "-" ? negated(part.operator) : part.operator;
      pending.push({ operator: second, part: part.right }, { operator, part: part.left });
    }
  }
  return links.length > LONG ? links : null;
}
