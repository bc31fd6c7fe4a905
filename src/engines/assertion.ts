// An assertion that does not hold: where, and what it saw there.

import { plural } from "../diagnostics/count.ts";
import { InputError, lineAt, type Span } from "../diagnostics/diagnostic.ts";
import { showSymbol } from "../grid/symbols.ts";
import {
  allWithin,
  type CheckedExpression,
  type CheckedOf,
  type CheckedProgram,
  partsOf,
} from "../language/analyse/checked.ts";

/** What the program asserts is not so. */
export class AssertionFailed extends InputError {
  readonly span: Span;
  /** The cell, counted from 0. */
  readonly row: number;
  readonly col: number;
  /** Passes before, the one that it stands in left out. */
  readonly count: number;
  /** What the assertion read, such as `x = 3, up.x = 1`. */
  readonly values: string;

  constructor(message: string, at: Pick<AssertionFailed, "span" | "row" | "col" | "count" | "values">) {
    super(message);
    this.span = at.span;
    this.row = at.row;
    this.col = at.col;
    this.count = at.count;
    this.values = at.values;
  }
}

/** `evaluate` gives the values of the assertion's parts in the cell. */
export function assertionFailed(
  { source }: CheckedProgram,
  { of, span }: { readonly of: CheckedExpression; readonly span: Span },
  { row, col, count }: Pick<AssertionFailed, "row" | "col" | "count">,
  evaluate: (part: CheckedExpression) => number,
): AssertionFailed {
  const line = lineAt(source.text, span.start);
  const seen = new Map(readsOf(of).map((read) => [nameOf(read), showSymbol(read.type, evaluate(read))]));
  const values = [...seen].map(([name, value]) => `${name} = ${value}`).join(", ");
  const after =
    count === 0 ? "before the first instruction is done" : `after ${plural(count, "instruction")}`;
  return new AssertionFailed(
    `${source.name}, line ${line}: \`${assertionText(source, span)}\` does not hold in row ${row + 1}, ` +
      `column ${col + 1}, ${after}${values === "" ? "" : `, where ${values}`}`,
    { span, row, col, count, values },
  );
}

/** An assertion of the text, as everybody names it. */
export interface AssertionName {
  /** As it is written, in one line. */
  readonly name: string;
  /** In the text of the program, from 1. */
  readonly line: number;
}

/** The assertion that stands there. */
export function nameAssertion(source: CheckedProgram["source"], span: Span): AssertionName {
  const line = lineAt(source.text, span.start);
  return { name: assertionText(source, span), line };
}

/** The assertions that no cell has reached, in the order of the text; `reached` says where the others begin. */
export const unreachedAssertions = (
  { source, assertions = [] }: Pick<CheckedProgram, "source" | "assertions">,
  reached: ReadonlySet<number>,
): AssertionName[] =>
  assertions.filter(({ start }) => !reached.has(start)).map((span) => nameAssertion(source, span));

/** The assertion as it is written, in one line. */
export const assertionText = ({ text }: CheckedProgram["source"], { start, end }: Span): string =>
  text.slice(start, end).replace(/\s+/g, " ");

type ReadOf = CheckedOf<"own" | "neighbour" | "local">;

const isRead = (node: CheckedExpression): node is ReadOf =>
  node.tag === "own" || node.tag === "neighbour" || node.tag === "local";

/** In the order of the text. */
const readsOf = (root: CheckedExpression): ReadOf[] => [...allWithin(root, partsOf)].filter(isRead);

function nameOf(read: ReadOf): string {
  if (read.tag === "own") return read.field;
  return read.tag === "local" ? read.name : `${read.place}.${read.field}`;
}
