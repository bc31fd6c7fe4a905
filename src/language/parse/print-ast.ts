// Prints a syntax tree as a program: two spaces a level, parentheses only where they are needed. Comments are
// not printed; the text that comes out parses to the same tree but for them and the spans.

import { unreachable } from "../../diagnostics/diagnostic.ts";
import type {
  AstArm,
  AstBinaryOperator,
  AstBlock,
  AstExpression,
  AstItem,
  AstMachineCell,
  AstMachineLine,
  AstOf,
  AstPosition,
  AstProgram,
  AstQuantified,
  AstType,
  Name,
} from "./ast.ts";
import { type Link, linksOf } from "./chain.ts";

export const printAst = (program: AstProgram): string =>
  `program ${program.name.text} ${braces(program.items)}\n`;

/** Items in braces, indented; the braces alone if there are none. */
const braces = (items: readonly AstItem[]): string => block(items.map(printItem));

function block(parts: readonly string[]): string {
  if (parts.length === 0) return "{ }";
  return `{\n${parts.map((part) => indent(part)).join("\n")}\n}`;
}

const indent = (text: string): string => text.replace(/^(?=.)/gm, "  ");
const names = (list: readonly Name[]): string => list.map((name) => name.text).join(", ");

function printItem(item: AstItem): string {
  switch (item.tag) {
    case "field":
      return printField(item);
    case "predict":
      return `predict ${item.field.text}`;
    case "param":
      return `param ${item.name.text} = ${printExpression(item.value)}`;
    case "fn":
      return `fn ${item.name.text}(${names(item.parameters)}) = ${printExpression(item.body)}`;
    case "hole": {
      const parameters = item.parameters.map(({ name, type }) =>
        type === null ? name.text : `${name.text}: ${printType(type)}`,
      );
      return `hole ${item.name.text}(${parameters.join(", ")}): ${printType(item.type)}`;
    }
    case "ends":
      return `ends when ${printQuantified(item.condition)}`;
    case "steps":
      return `steps <= ${printExpression(item.most, SUM)}`;
    case "grid":
      return printGrid(item);
    case "workspace":
      if (item.auto) return "workspace auto";
      return `workspace ${item.margins.map(({ side, size }) => `${side.text} ${printExpression(size, SUM)}`).join(", ")}`;
    case "place":
      return `place ${item.field.text} = ${printExpression(item.value)} at ${printPosition(item.at)}`;
    case "machine":
      return `machine on ${item.tape.text} ${block(item.lines.map(printMachineLine))}`;
    case "each":
      return `each ${braces(item.body)}`;
    case "sweep":
      return ["sweep", ...item.directions.map((word) => word.text), braces(item.body)].join(" ");
    case "loop":
      return `loop ${item.forever ? "forever " : ""}${braces(item.body)}`;
    case "halt":
    case "break":
      return `${item.tag} when ${printExpression(item.when)}`;
    case "branch":
    case "if":
      return printChain(item);
    case "while":
      return `repeat while ${printQuantified(item.condition)} ${braces(item.body)}`;
    case "times":
      return `repeat ${printExpression(item.count)} times ${braces(item.body)}`;
    case "let":
      return `let ${item.name.text} = ${printExpression(item.value)}`;
    case "assert":
      return `assert ${printExpression(item.of)}`;
    case "assign": {
      const target = item.place === null ? "" : `${item.place.text}.`;
      return `${target}${item.field.text} = ${printExpression(item.value)}`;
    }
    case "match":
      return `match ${printExpression(item.of)} ${block(item.arms.map(printArm))}`;
    default:
      return unreachable(item);
  }
}

function printField({ role, names: list, type, initial }: AstOf<"field">): string {
  const value = initial === null ? "" : ` = ${printExpression(initial)}`;
  return `${role} ${names(list)}: ${printType(type)}${value}`;
}

function printType(type: AstType): string {
  switch (type.tag) {
    case "bit":
      return "bit";
    case "range":
      return `${printExpression(type.lo, SUM)}..${printExpression(type.hi, SUM)}`;
    case "enum": {
      const values = type.values.map(({ name, symbol }) =>
        symbol === null ? name.text : `${name.text} "${symbol.text}"`,
      );
      return values.length === 0 ? "enum { }" : `enum { ${values.join(", ")} }`;
    }
    default:
      return unreachable(type);
  }
}

function printGrid({ rows, cols, where }: AstOf<"grid">): string {
  const condition = where === null ? "" : ` where ${printExpression(where)}`;
  return `grid ${printExpression(rows, SUM)} x ${printExpression(cols, SUM)}${condition}`;
}

function printPosition(at: AstPosition): string {
  if (at.tag === "corner") return at.sides.map((side) => side.text).join(" ");
  return `row ${printExpression(at.row, SUM)} column ${printExpression(at.column, SUM)}`;
}

function printMachineLine(line: AstMachineLine): string {
  switch (line.tag) {
    case "rule": {
      const [symbol, write] = [line.symbol, line.write].map((each) => printExpression(each));
      return `${line.state.text} ${symbol} -> ${write} ${line.move.text} ${line.to.text}`;
    }
    case "symbols":
      return ["symbols", ...line.symbols.map((each) => printExpression(each))].join(" ");
    case "row":
      return [`${line.state.text}:`, ...line.cells.map(printCell)].join(" ");
    case "start":
      return `start ${line.state.text} at ${printPosition(line.at)}`;
    case "halts":
      return `${line.end} ${names(line.states)}`;
    case "otherwise":
      return `otherwise ${line.end}`;
    default:
      return unreachable(line);
  }
}

const printCell = (cell: AstMachineCell | null): string =>
  cell === null ? "none" : `${printExpression(cell.write)} ${cell.move.text} ${cell.to.text}`;

type Chained = AstItem & { readonly tag: "if" | "branch" };

/** `else if` stays on one line where the other branch is a single `if`. */
function printChain(first: Chained): string {
  const parts: string[] = [];
  let item: Chained | null = first;
  while (item !== null) {
    const when = item.tag === "if" ? printExpression(item.when) : printQuantified(item.condition);
    parts.push(`if ${when} ${braces(item.then)}`);
    const otherwise: AstBlock | null = item.otherwise;
    const [only, ...more] = otherwise ?? [];
    item = more.length === 0 && (only?.tag === "if" || only?.tag === "branch") ? only : null;
    if (item === null && otherwise !== null) parts.push(braces(otherwise));
  }
  return parts.join(" else ");
}

const printQuantified = ({ quantifier, of }: AstQuantified): string =>
  `${quantifier}(${printExpression(of)})`;

function printArm({ values, body }: AstArm): string {
  const pattern = values === null ? "else" : values.map((value) => printExpression(value)).join(", ");
  return `${pattern} => ${braces(body)}`;
}

/** How tightly expressions bind, from 0 (`if`) up; the operand of a tighter one needs parentheses. */
const CHOOSE = 0;
const NOT = 4;
const COMPARISON = 5;
const SUM = 6;
const PRODUCT = 7;
const SIGN = 8;
const PRIMARY = 9;

const BINDING: Readonly<Record<AstBinaryOperator, number>> = {
  or: 1,
  xor: 2,
  and: 3,
  "==": COMPARISON,
  "!=": COMPARISON,
  "<": COMPARISON,
  "<=": COMPARISON,
  ">": COMPARISON,
  ">=": COMPARISON,
  "+": SUM,
  "-": SUM,
  "*": PRODUCT,
  "/": PRODUCT,
  "%": PRODUCT,
};

/** An expression as text, in parentheses if it binds more loosely than `atLeast`. */
export function printExpression(ast: AstExpression, atLeast: number = CHOOSE): string {
  const [binding, text] = bound(ast);
  return binding < atLeast ? `(${text})` : text;
}

function bound(ast: AstExpression): readonly [binding: number, text: string] {
  switch (ast.tag) {
    case "number":
      return [PRIMARY, String(ast.value)];
    case "boolean":
      return [PRIMARY, String(ast.value)];
    case "name":
      return [PRIMARY, ast.name];
    case "read":
      return [PRIMARY, `${ast.place.text}.${ast.field.text}`];
    case "edge":
      return [PRIMARY, `at ${ast.side.text}`];
    case "call":
      return [PRIMARY, `${ast.callee.text}(${printList(ast.arguments)})`];
    case "table":
      return [PRIMARY, `?(${printList(ast.arguments)})`];
    case "option":
      return [PRIMARY, `?{ ${printList(ast.options)} }`];
    case "unknown":
      return [PRIMARY, `?${printExpression(ast.lo, SIGN)}..${printExpression(ast.hi, SIGN)}`];
    case "not":
      return [NOT, `not ${printExpression(ast.of, NOT)}`];
    case "negative":
      return [SIGN, `-${printExpression(ast.of, SIGN)}`];
    case "binary": {
      const binding = BINDING[ast.operator];
      const links = linksOf(ast);
      if (links !== null) return [binding, printLinks(links, binding)];
      // Comparisons do not associate; all others do to the left.
      const left = printExpression(ast.left, binding === COMPARISON ? SUM : binding);
      return [binding, `${left} ${ast.operator} ${printExpression(ast.right, binding + 1)}`];
    }
    case "choose": {
      let [text, rest]: [string, AstExpression] = ["", ast];
      for (; rest.tag === "choose"; rest = rest.otherwise)
        text += `if ${printExpression(rest.when)} then ${printExpression(rest.then)} else `;
      return [CHOOSE, text + printExpression(rest)];
    }
    default:
      return unreachable(ast);
  }
}

const printList = (list: readonly AstExpression[]): string =>
  list.map((each) => printExpression(each)).join(", ");

/** A long chain, without the groups that the parser makes of it. */
function printLinks([first, ...others]: readonly Link[], binding: number): string {
  const rest = others.map(({ operator, part }) => ` ${operator} ${printExpression(part, binding + 1)}`);
  return printExpression(first!.part, binding) + rest.join("");
}
