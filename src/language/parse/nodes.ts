// Nodes of Ohm's parse tree, as the semantic actions see them: their places in the user's text, and lists of them.

import type { Node } from "ohm-js";
import type { Diagnostic, Span } from "../../diagnostics/diagnostic.ts";
import type { Name } from "./ast.ts";
import type { Places } from "./compact.ts";

export type ReportMistake = (diagnostic: Diagnostic) => void;

/** What the actions know of the part of the text that they are at. */
let [here, reportTo]: [Places, ReportMistake] = [(offset) => offset, () => {}];

/** Says what part of the text the next actions are at, and who is told of mistakes there. */
export function goTo(places: Places, reportThere: ReportMistake): void {
  [here, reportTo] = [places, reportThere];
}

export const report: ReportMistake = (diagnostic) => reportTo(diagnostic);

/** A token's end belongs to the token, and not to the one behind it. */
export const spanOf = ({ source: { startIdx, endIdx } }: Node): Span => ({
  start: here(startIdx),
  end: here(endIdx - 1) + 1,
});
export const nameOf = (node: Node): Name => ({ text: node.sourceString, span: spanOf(node) });

/** Ohm's operations are untyped: each action returns the tree of its rule. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Ast = (node: Node) => any;

export const each = (ast: Ast, nodes: Node) => nodes.children.map(ast);

export const listed = (ast: Ast, list: Node) => each(ast, list.asIteration());

export function optional(ast: Ast, node: Node) {
  const [child] = node.children;
  return child === undefined ? null : ast(child);
}
