// Prints a syntax tree as a program: two spaces a level, parentheses only where they are needed. Comments are
// not printed; the text that comes out parses to the same tree but for them and the spans.

import { unreachable } from "../../diagnostics/diagnostic.ts";
import { atom, bracketed, CHOOSE, LANGUAGE, SUM, type Written, writeOperator } from "../../grid/infix.ts";
import type {
  AstArm,
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
import { linksOf } from "./chain.ts";

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

/** An expression as text, in parentheses if it binds more loosely than `atLeast`. */
export const printExpression = (ast: AstExpression, atLeast: number = CHOOSE): string =>
  bracketed(written(ast), atLeast);

/** An expression as text, with how tightly it binds. */
export function written(ast: AstExpression): Written {
  switch (ast.tag) {
    case "number":
    case "boolean":
      return atom(String(ast.value));
    case "name":
      return atom(ast.name);
    case "read":
      return atom(`${ast.place.text}.${ast.field.text}`);
    case "edge":
      return atom(`at ${ast.side.text}`);
    case "call":
      return atom(`${ast.callee.text}(${printList(ast.arguments)})`);
    case "table":
      return atom(`?(${printList(ast.arguments)})`);
    case "option":
      return atom(`?{ ${printList(ast.options)} }`);
    case "unknown": {
      const [lo, hi] = [ast.lo, ast.hi].map((each) => printExpression(each, LANGUAGE.negative.binding));
      return atom(`?${lo}..${hi}`);
    }
    case "not":
    case "negative":
      return writeOperator(ast.tag, [written(ast.of)]);
    case "binary": {
      const links = linksOf(ast);
      if (links === null) return writeOperator(ast.operator, [written(ast.left), written(ast.right)]);
      // A long chain, without the groups that the parser makes of it.
      const [first, ...others] = links;
      return others.reduce(
        (all, { operator, part }) => writeOperator(operator, [all, written(part)]),
        written(first!.part),
      );
    }
    case "choose": {
      let [text, rest]: [string, AstExpression] = ["", ast];
      for (; rest.tag === "choose"; rest = rest.otherwise)
        text += `if ${printExpression(rest.when)} then ${printExpression(rest.then)} else `;
      return { text: text + printExpression(rest), binding: CHOOSE };
    }
    default:
      return unreachable(ast);
  }
}

const printList = (list: readonly AstExpression[]): string =>
  list.map((each) => printExpression(each)).join(", ");
