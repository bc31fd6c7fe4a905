// From Ohm's parse tree to the syntax tree: one semantic action per rule of grammars/alg.ohm.
// Mistakes that the grammar lets through on purpose are reported here.

import type { MatchResult, Node } from "ohm-js";
import grammar, { type AlgActionDict } from "../../grammars/alg.ohm-bundle.js";
import type { Diagnostic, Span } from "../diagnostics/diagnostic.ts";
import type { AstArm, AstBinaryOperator, AstExpression, AstStatement, Name } from "./ast.ts";
import { type Link, treeOfChain } from "./chain.ts";
import type { Places } from "./compact.ts";
import { chainedComparison, numberTooLarge } from "./messages.ts";

/** Larger literals cannot be values of any field. */
const MAX_DIGITS = 9;

export type Report = (diagnostic: Diagnostic) => void;

/** What the actions know of the part of the text that they are at. */
let [here, report]: [Places, Report] = [(offset) => offset, () => {}];

/** A token's end belongs to the token, and not to the one behind it. */
const spanOf = ({ source: { startIdx, endIdx } }: Node): Span => ({
  start: here(startIdx),
  end: here(endIdx - 1) + 1,
});
const nameOf = (node: Node): Name => ({ text: node.sourceString, span: spanOf(node) });

/**
 * Builds the tree of a successful match, whose offsets stand at other places in the user's text. Reports, and still
 * builds, what the grammar let through.
 */
export function treeOf(match: MatchResult, places: Places, reportTo: Report): unknown {
  [here, report] = [places, reportTo];
  return semantics(match).ast();
}

// Ohm's operations are untyped: each action below returns the tree of its rule.
// biome-ignore lint/suspicious/noExplicitAny: see above
const operation = (node: Node): any => node.ast();

const semantics = grammar.createSemantics().addOperation<unknown>("ast", {
  ...programActions(operation),
  ...settingActions(operation),
  ...machineActions(operation),
  ...instructionActions(operation),
  ...statementActions(operation),
  ...expressionActions(operation),
});

// biome-ignore lint/suspicious/noExplicitAny: the trees that Ohm's operations return
type Ast = (node: Node) => any;

function each(ast: Ast, nodes: Node) {
  return nodes.children.map(ast);
}

function listed(ast: Ast, list: Node) {
  return each(ast, list.asIteration());
}

function optional(ast: Ast, node: Node) {
  const [child] = node.children;
  return child === undefined ? null : ast(child);
}

function programActions(ast: Ast): AlgActionDict<unknown> {
  return {
    Program(_program, name, _open, items, _close) {
      return { tag: "program", name: nameOf(name), items: ast(items), comments: [], span: spanOf(this) };
    },
    Items(_start, items, _ends) {
      return each(ast, items);
    },
    Field(role, names, _colon, type, _assign, initial) {
      return {
        tag: "field",
        role: role.sourceString,
        names: listed(nameOf, names),
        type: ast(type),
        initial: optional(ast, initial),
        span: spanOf(this),
      };
    },
    Type_bit(_bit) {
      return { tag: "bit", span: spanOf(this) };
    },
    Type_enum(_enum, _open, values, _comma, _close) {
      return { tag: "enum", values: listed(ast, values), span: spanOf(this) };
    },
    Type_range(lo, _dots, hi) {
      return { tag: "range", lo: ast(lo), hi: ast(hi), span: spanOf(this) };
    },
    EnumValue(name, symbol) {
      return { name: nameOf(name), symbol: optional(symbolOf, symbol) };
    },
    Predict(_predict, field) {
      return { tag: "predict", field: nameOf(field), span: spanOf(this) };
    },
    Param(_param, name, _assign, value) {
      return { tag: "param", name: nameOf(name), value: ast(value), span: spanOf(this) };
    },
    Hole(_hole, name, _open, parameters, _close, _colon, type) {
      return {
        tag: "hole",
        name: nameOf(name),
        parameters: listed(ast, parameters),
        type: ast(type),
        span: spanOf(this),
      };
    },
    HoleParameter(name, _colon, type) {
      return { name: nameOf(name), type: optional(ast, type) };
    },
    Function(_fn, name, _open, parameters, _close, _assign, body) {
      return {
        tag: "fn",
        name: nameOf(name),
        parameters: listed(nameOf, parameters),
        body: ast(body),
        span: spanOf(this),
      };
    },
  };
}

function settingActions(ast: Ast): AlgActionDict<unknown> {
  return {
    Ends(_ends, _when, condition) {
      return { tag: "ends", condition: ast(condition), span: spanOf(this) };
    },
    Steps(_steps, _atMost, most) {
      return { tag: "steps", most: ast(most), span: spanOf(this) };
    },
    Grid(_grid, rows, _by, cols, _where, where) {
      return {
        tag: "grid",
        rows: ast(rows),
        cols: ast(cols),
        where: optional(ast, where),
        span: spanOf(this),
      };
    },
    Workspace_auto(_workspace, _auto) {
      return { tag: "workspace", auto: true, margins: [], span: spanOf(this) };
    },
    Workspace_margins(_workspace, margins) {
      return { tag: "workspace", auto: false, margins: listed(ast, margins), span: spanOf(this) };
    },
    Margin(side, size) {
      return { side: nameOf(side), size: ast(size) };
    },
    Place(_place, field, _assign, value, _at, position) {
      return { tag: "place", field: nameOf(field), value: ast(value), at: ast(position), span: spanOf(this) };
    },
    Position_cell(_row, row, _column, column) {
      return { tag: "cell", row: ast(row), column: ast(column), span: spanOf(this) };
    },
    Position_corner(side, second) {
      return {
        tag: "corner",
        sides: [nameOf(side), ...each(nameOf, second)],
        span: spanOf(this),
      };
    },
  };
}

function machineActions(ast: Ast): AlgActionDict<unknown> {
  return {
    Machine(_machine, _on, tape, _open, lines, _close) {
      return { tag: "machine", tape: nameOf(tape), lines: ast(lines), span: spanOf(this) };
    },
    MachineLines(_start, lines, _ends) {
      return each(ast, lines);
    },
    MachineRule(state, symbol, _becomes, write, move, to) {
      return {
        tag: "rule",
        state: nameOf(state),
        symbol: ast(symbol),
        write: ast(write),
        move: nameOf(move),
        to: nameOf(to),
        span: spanOf(this),
      };
    },
    Symbol_number(minus, digits) {
      const number = ast(digits);
      return minus.numChildren === 0 ? number : { tag: "negative", of: number, span: spanOf(this) };
    },
    Symbol_true(_true) {
      return { tag: "boolean", value: true, span: spanOf(this) };
    },
    Symbol_false(_false) {
      return { tag: "boolean", value: false, span: spanOf(this) };
    },
    Symbol_name(name) {
      return { tag: "name", name: name.sourceString, span: spanOf(this) };
    },
    MachineSymbols(_symbols, symbols) {
      return { tag: "symbols", symbols: each(ast, symbols), span: spanOf(this) };
    },
    MachineRow(state, _colon, cells) {
      return { tag: "row", state: nameOf(state), cells: each(ast, cells), span: spanOf(this) };
    },
    MachineCell_none(_none) {
      return null;
    },
    MachineCell_rule(write, move, to) {
      return { write: ast(write), move: nameOf(move), to: nameOf(to), span: spanOf(this) };
    },
    MachineStart(_start, state, _at, position) {
      return { tag: "start", state: nameOf(state), at: ast(position), span: spanOf(this) };
    },
    MachineHalt(_halt, states) {
      return { tag: "halts", states: listed(nameOf, states), span: spanOf(this) };
    },
    MachineOtherwise(_otherwise, _halt) {
      return { tag: "otherwise", span: spanOf(this) };
    },
  };
}

function symbolOf(node: Node): Name {
  return { text: node.sourceString.slice(1, -1), span: spanOf(node) };
}

function instructionActions(ast: Ast): AlgActionDict<unknown> {
  return {
    Each(_each, body) {
      return { tag: "each", body: ast(body), span: spanOf(this) };
    },
    Sweep(_sweep, directions, body) {
      return { tag: "sweep", directions: each(nameOf, directions), body: ast(body), span: spanOf(this) };
    },
    Loop(_loop, forever, body) {
      return { tag: "loop", forever: forever.numChildren > 0, body: ast(body), span: spanOf(this) };
    },
    Halt(_halt, _when, condition) {
      return { tag: "halt", when: ast(condition), span: spanOf(this) };
    },
    Break(_break, _when, condition) {
      return { tag: "break", when: ast(condition), span: spanOf(this) };
    },
    Branch(first, condition, then, _elses, ifs, conditions, thens, _else, last) {
      const parts = elseIf(ast, [first, ifs], [condition, conditions], [then, thens]);
      return chained(parts, optional(ast, last), spanOf(this).end, (when, then, otherwise, span) => {
        return { tag: "branch", condition: when, then, otherwise, span };
      });
    },
    Quantified(quantifier, _open, of, _close) {
      return { quantifier: quantifier.sourceString, of: ast(of), span: spanOf(this) };
    },
    While(_repeat, _while, condition, body) {
      return { tag: "while", condition: ast(condition), body: ast(body), span: spanOf(this) };
    },
    Times(_repeat, count, _times, body) {
      return { tag: "times", count: ast(count), body: ast(body), span: spanOf(this) };
    },
    Block(_open, _start, items, _ends, _close) {
      return each(ast, items);
    },
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
    Body(_open, _start, statements, _ends, _close) {
      return each(ast, statements);
    },
    Let(_let, name, _assign, value) {
      return { tag: "let", name: nameOf(name), value: ast(value), span: spanOf(this) };
    },
    Assert(_assert, of) {
      return { tag: "assert", of: ast(of), span: spanOf(this) };
    },
    If(first, condition, then, _elses, ifs, conditions, thens, _else, last) {
      const parts = elseIf(ast, [first, ifs], [condition, conditions], [then, thens]);
      return chained(parts, optional(ast, last), spanOf(this).end, (when, then, otherwise, span) => {
        return { tag: "if", when, then, otherwise, span };
      });
    },
    Match(_match, of, _open, arms, last, _close) {
      return {
        tag: "match",
        of: ast(of),
        arms: [...each(ast, arms), ...each(ast, last)],
        span: spanOf(this),
      };
    },
    Arm_block(pattern, _arrow, body, _comma) {
      return arm(pattern, ast(body));
    },
    Arm_statement(last, _comma) {
      return ast(last);
    },
    LastArm(pattern, _arrow, statement) {
      return arm(pattern, [ast(statement)]);
    },
    Pattern_else(_else) {
      return null;
    },
    Pattern_values(values) {
      return listed(ast, values);
    },
    Assign(target, _assign, value) {
      return { tag: "assign", ...ast(target), value: ast(value), span: spanOf(this) };
    },
    Target_neighbour(place, _dot, field) {
      return { place: nameOf(place), field: nameOf(field) };
    },
    Target_own(field) {
      return { place: null, field: nameOf(field) };
    },
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
    Not_not(_not, of) {
      return { tag: "not", of: ast(of), span: spanOf(this) };
    },
    Comparison(first, operators, rest) {
      if (operators.numChildren > 1) report(chainedComparison(spanOf(this), this.sourceString));
      return chain(first, operators, rest);
    },
    Sign_negative(_minus, of) {
      return { tag: "negative", of: ast(of), span: spanOf(this) };
    },
    number(digits) {
      const text = digits.sourceString;
      if (text.length > MAX_DIGITS) report(numberTooLarge(spanOf(this), text));
      return { tag: "number", value: Number(text), span: spanOf(this) };
    },
    Primary_true(_true) {
      return { tag: "boolean", value: true, span: spanOf(this) };
    },
    Primary_false(_false) {
      return { tag: "boolean", value: false, span: spanOf(this) };
    },
    Primary_edge(_at, side) {
      return { tag: "edge", side: nameOf(side), span: spanOf(this) };
    },
    Primary_call(callee, _open, list, _close) {
      return { tag: "call", callee: nameOf(callee), arguments: listed(ast, list), span: spanOf(this) };
    },
    Primary_read(place, _dot, field) {
      return { tag: "read", place: nameOf(place), field: nameOf(field), span: spanOf(this) };
    },
    Primary_table(_query, _open, list, _close) {
      return { tag: "table", arguments: listed(ast, list), span: spanOf(this) };
    },
    Primary_option(_query, _open, list, _close) {
      return { tag: "option", options: listed(ast, list), span: spanOf(this) };
    },
    Primary_unknown(_query, lo, _dots, hi) {
      return { tag: "unknown", lo: ast(lo), hi: ast(hi), span: spanOf(this) };
    },
    Primary_name(name) {
      return { tag: "name", name: name.sourceString, span: spanOf(this) };
    },
    Primary_parentheses(_open, inner, _close) {
      return { ...ast(inner), span: spanOf(this) };
    },
  };
}
