// Semantic actions of grammars/alg.ohm for what a program does: instructions, statements and expressions.
// Mistakes that the grammar lets through on purpose are reported here.

import type { Node } from "ohm-js";
import type { AlgActionDict } from "../../../grammars/alg.ohm-bundle.js";
import { error, type Span } from "../../diagnostics/diagnostic.ts";
import type { AstArm, AstBinaryOperator, AstExpression, AstStatement } from "./ast.ts";
import { type Link, treeOfChain } from "./chain.ts";
import { type Ast, each, listed, nameOf, optional, report, spanOf } from "./nodes.ts";

/** Larger literals cannot be values of any field. */
const MAX_DIGITS = 9;

export const bodyActions = (ast: Ast): AlgActionDict<unknown> => ({
  ...instructionActions(ast),
  ...statementActions(ast),
  ...expressionActions(ast),
});

function instructionActions(ast: Ast): AlgActionDict<unknown> {
  return {
    Each: (_each, body) => ({ tag: "each", body: ast(body) }),
    Sweep: (_sweep, directions, body) => ({
      tag: "sweep",
      directions: each(nameOf, directions),
      body: ast(body),
    }),
    Loop: (_loop, forever, body) => ({ tag: "loop", forever: forever.numChildren > 0, body: ast(body) }),
    Halt: (_halt, _when, condition) => ({ tag: "halt", when: ast(condition) }),
    Break: (_break, _when, condition) => ({ tag: "break", when: ast(condition) }),
    Branch(first, condition, then, _elses, ifs, conditions, thens, _else, last) {
      const parts = elseIf(ast, [first, ifs], [condition, conditions], [then, thens]);
      return chained(parts, optional(ast, last), spanOf(this).end, (when, then, otherwise, span) => {
        return { tag: "branch", condition: when, then, otherwise, span };
      });
    },
    Quantified(quantifier, _open, of, _close) {
      return { quantifier: quantifier.sourceString, of: ast(of), span: spanOf(this) };
    },
    While: (_repeat, _while, condition, body) => ({
      tag: "while",
      condition: ast(condition),
      body: ast(body),
    }),
    Times: (_repeat, count, _times, body) => ({ tag: "times", count: ast(count), body: ast(body) }),
    Block: (_open, _start, items, _ends, _close) => each(ast, items),
  };
}

/** One part of a chain of `else if`: the place of its `if`, its condition and what it does. */
interface Part {
  readonly start: number;
  // biome-ignore lint/suspicious/noExplicitAny: the trees that Ohm's operations return
  readonly when: any;
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly then: any;
}

type First = readonly [first: Node, others: Node];

/** The parts of a chain in the order of the text. */
function elseIf(ast: Ast, words: First, whens: First, thens: First): readonly Part[] {
  const all = ([first, others]: First): readonly Node[] => [first, ...others.children];
  const [conditions, bodies] = [all(whens), all(thens)];
  return all(words).map((word, at) => {
    return { start: spanOf(word).start, when: ast(conditions[at]!), then: ast(bodies[at]!) };
  });
}

/** Parts with what is in the last `else`: each `else if` holds one instruction or statement, `else { }` a list of them. */
function chained<T>(
  parts: readonly Part[],
  last: readonly T[] | null,
  end: number,
  make: (when: Part["when"], then: Part["then"], otherwise: readonly T[] | null, span: Span) => T,
): T {
  return parts.reduceRight<readonly T[] | null>(
    (otherwise, { start, when, then }) => [make(when, then, otherwise, { start, end })],
    last,
  )![0]!;
}

function statementActions(ast: Ast): AlgActionDict<unknown> {
  const arm = (pattern: Node, body: readonly AstStatement[]): AstArm => ({
    values: ast(pattern),
    body,
    span: spanOf(pattern),
  });
  return {
    Body: (_open, _start, statements, _ends, _close) => each(ast, statements),
    Let: (_let, name, _assign, value) => ({ tag: "let", name: nameOf(name), value: ast(value) }),
    Assert: (_assert, of) => ({ tag: "assert", of: ast(of) }),
    If(first, condition, then, _elses, ifs, conditions, thens, _else, last) {
      const parts = elseIf(ast, [first, ifs], [condition, conditions], [then, thens]);
      return chained(parts, optional(ast, last), spanOf(this).end, (when, then, otherwise, span) => {
        return { tag: "if", when, then, otherwise, span };
      });
    },
    Match: (_match, of, _open, arms, last, _close) => ({
      tag: "match",
      of: ast(of),
      arms: [...each(ast, arms), ...each(ast, last)],
    }),
    Arm_block: (pattern, _arrow, body, _comma) => arm(pattern, ast(body)),
    Arm_statement: (last, _comma) => ast(last),
    LastArm: (pattern, _arrow, statement) => arm(pattern, [ast(statement)]),
    Pattern_else: (_else) => null,
    Pattern_values: (values) => listed(ast, values),
    Assign: (target, _assign, value) => ({ tag: "assign", ...ast(target), value: ast(value) }),
    Target_neighbour: (place, _dot, field) => ({ place: nameOf(place), field: nameOf(field) }),
    Target_own: (field) => ({ place: null, field: nameOf(field) }),
  };
}

function expressionActions(ast: Ast): AlgActionDict<unknown> {
  const chain = (first: Node, operators: Node, rest: Node): AstExpression => {
    const links = operators.children.map((operator, at): Link => {
      return { operator: operator.sourceString as AstBinaryOperator, part: ast(rest.child(at)) };
    });
    const kind = links[0]?.operator === "-" ? "+" : (links[0]?.operator ?? "+");
    return treeOfChain([{ operator: kind, part: ast(first) }, ...links]);
  };
  return {
    Expression_choose(ifs, whens, _then, thens, _else, last) {
      const { end } = spanOf(this);
      const choices = ifs.children.map((word, at) => {
        return { start: spanOf(word).start, when: ast(whens.child(at)), then: ast(thens.child(at)) };
      });
      return choices.reduceRight((otherwise: AstExpression, { start, when, then }): AstExpression => {
        return { tag: "choose", when, then, otherwise, span: { start, end } };
      }, ast(last));
    },
    Or: chain,
    Xor: chain,
    And: chain,
    Sum: chain,
    Product: chain,
    Not_not: (_not, of) => ({ tag: "not", of: ast(of) }),
    Comparison(first, operators, rest) {
      const chained = {
        found: `\`${this.sourceString}\``,
        expected: "one comparison between two values",
        hint: "join two comparisons with `and`, as in `a < b and b < c`",
      };
      if (operators.numChildren > 1)
        report(error("TL111", spanOf(this), "Comparisons cannot be chained.", chained));
      return chain(first, operators, rest);
    },
    Sign_negative: (_minus, of) => ({ tag: "negative", of: ast(of) }),
    number(digits) {
      const text = digits.sourceString;
      if (text.length > MAX_DIGITS) {
        const found = `a number of ${text.length} digits`;
        const details = { found, expected: `at most ${MAX_DIGITS} digits` };
        report(error("TL114", spanOf(this), "This number is too large.", details));
      }
      return { tag: "number", value: Number(text), span: spanOf(this) };
    },
    Primary_true: (_true) => ({ tag: "boolean", value: true }),
    Primary_false: (_false) => ({ tag: "boolean", value: false }),
    Primary_edge: (_at, side) => ({ tag: "edge", side: nameOf(side) }),
    Primary_call: (callee, _open, list, _close) => ({
      tag: "call",
      callee: nameOf(callee),
      arguments: listed(ast, list),
    }),
    Primary_read: (place, _dot, field) => ({ tag: "read", place: nameOf(place), field: nameOf(field) }),
    Primary_table: (_query, _open, list, _close) => ({ tag: "table", arguments: listed(ast, list) }),
    Primary_option: (_query, _open, list, _close) => ({ tag: "option", options: listed(ast, list) }),
    Primary_unknown: (_query, lo, _dots, hi) => ({ tag: "unknown", lo: ast(lo), hi: ast(hi) }),
    Primary_name: (name) => ({ tag: "name", name: name.sourceString }),
    Primary_parentheses(_open, inner, _close) {
      return { ...ast(inner), span: spanOf(this) };
    },
  };
}
