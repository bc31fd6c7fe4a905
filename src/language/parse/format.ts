// Lays a program out: two spaces a level, one space between words, the line breaks and comments of its author.
//
// The text is taken as tokens and put together again, so that nothing of it can get lost. A brace whose contents
// go over several lines gets them on lines of their own; a line that goes on from the one before is indented
// once more; more than one empty line becomes one; comments behind code stay in their column if they can.

import { type Budget, within } from "../../diagnostics/budget.ts";
import { ProgramError, type Source } from "../../diagnostics/diagnostic.ts";
import { KEYWORDS, MOVES, RESERVED } from "./lexer.ts";
import { parse } from "./parse.ts";

/**
 * The program laid out; formatting it again changes nothing.
 * @throws ProgramError if it does not parse
 * @throws OverBudget if reading it takes more than the budget, by default 9 s and 800 MiB
 */
export const format = (source: Source, { budget = {} }: { readonly budget?: Partial<Budget> } = {}): string =>
  within(budget, `laying ${source.name} out`, () => formatted(source));

function formatted(source: Source): string {
  const { program, diagnostics } = parse(source);
  if (program === null) throw new ProgramError(source, diagnostics);
  const all = pieces(source.text);
  const lines = layOut(breakBraces(splitLines(all)), namesOfFunctions(all));
  return `${lines.join("\n")}\n`;
}

/** One line of output: its pieces, and whether an empty line stands before it. */
interface Line {
  readonly parts: readonly Piece[];
  readonly afterBlank: boolean;
}

function splitLines(all: readonly Piece[]): Line[] {
  const lines: { parts: Piece[]; afterBlank: boolean }[] = [];
  for (const piece of all) {
    if (piece.breaksBefore > 0 || lines.length === 0)
      lines.push({ parts: [], afterBlank: lines.length > 0 && piece.breaksBefore > 1 });
    lines.at(-1)!.parts.push(piece);
  }
  return lines;
}

/** Breaks after `{` and before `}` where the two stand on different lines; pulls `{` and `else` up. */
function breakBraces(lines: readonly Line[]): Line[] {
  const partners = bracePartners(lines);
  const lineOf = new Map(lines.flatMap((line, at) => line.parts.map((part) => [part, at] as const)));
  const spreads = (brace: Piece): boolean => {
    const partner = partners.get(brace);
    return partner !== undefined && lineOf.get(partner) !== lineOf.get(brace);
  };
  const made: { parts: Piece[]; afterBlank: boolean }[] = [];
  for (const line of lines) {
    let fresh = true;
    for (const [at, part] of line.parts.entries()) {
      const last = made.at(-1)?.parts.at(-1);
      if (fresh && last !== undefined && pullsUp(last, part, line.parts[at + 1]))
        made.at(-1)!.parts.push(part);
      else if (fresh) {
        // No empty lines at the ends of braces.
        const inside = last?.text === "{" || part.text === "}";
        made.push({ parts: [part], afterBlank: line.afterBlank && !inside });
      } else if (last !== undefined && breaksBetween(last, part, spreads))
        made.push({ parts: [part], afterBlank: false });
      else made.at(-1)!.parts.push(part);
      fresh = false;
    }
  }
  return made;
}

/** Tells whether a piece that begins a line belongs to the one before; an arm `else =>` does not. */
function pullsUp(last: Piece, part: Piece, next: Piece | undefined): boolean {
  if (last.kind === "comment") return false;
  return part.text === "{" || (part.text === "else" && last.text === "}" && next?.text !== "=>");
}

function breaksBetween(last: Piece, part: Piece, spreads: (brace: Piece) => boolean): boolean {
  // A comment behind an opening brace stays there.
  if (last.text === "{" && spreads(last)) return part.kind !== "comment";
  return part.text === "}" && spreads(part);
}

function bracePartners(lines: readonly Line[]): ReadonlyMap<Piece, Piece> {
  const partners = new Map<Piece, Piece>();
  const open: Piece[] = [];
  for (const part of lines.flatMap(({ parts }) => parts)) {
    if (part.text === "{") open.push(part);
    if (part.text !== "}") continue;
    const partner = open.pop()!;
    partners.set(part, partner);
    partners.set(partner, part);
  }
  return partners;
}

/** Functions of the program: `(` after their names belongs to them. */
function namesOfFunctions(all: readonly Piece[]): ReadonlySet<string> {
  const code = all.filter(({ kind }) => kind !== "comment");
  return new Set(code.flatMap((piece, at) => (code[at - 1]?.text === "fn" ? [piece.text] : [])));
}

/** An open brace or parenthesis: the word that tells what it holds, or itself, and how deep its contents are. */
interface Open {
  readonly holds: string;
  readonly depth: number;
}

function layOut(lines: readonly Line[], functions: ReadonlySet<string>): string[] {
  const made: string[] = [];
  const stack: Open[] = [];
  let table: Row[] = [];
  let previous: Piece | null = null;
  for (const { parts, afterBlank } of lines) {
    if (afterBlank) made.push("");
    const depth = depthOf(parts, previous, stack);
    const row = stack.at(-1)?.holds === "machine" ? cellsOf(parts) : null;
    if (row === null) {
      writeTable(table, made);
      table = [];
    } else table.push({ ...row, at: made.length, first: parts[0]!, indent: "  ".repeat(depth) });
    made.push(writeLine(parts, depth, previous, functions, stack));
    previous = parts.findLast(({ kind }) => kind !== "comment") ?? previous;
  }
  return made;
}

/** A line of a table with what tells where it and its comment stand. */
interface Row extends TableLine {
  readonly first: Piece;
  readonly indent: string;
}

/** Writes the lines of a table again, in columns. */
function writeTable(table: readonly Row[], made: string[]): void {
  const texts = alignCells(table);
  for (const [index, { at, comment, first, indent }] of table.entries()) {
    const text = indent + texts[index]!;
    made[at] = comment === null ? text : text + gapBefore(text, comment, indent, first) + comment.text;
  }
}

function depthOf(parts: readonly Piece[], previous: Piece | null, stack: readonly Open[]): number {
  const other = parts.findIndex(({ text }) => text !== "}" && text !== ")");
  const closed = other < 0 ? parts.length : other;
  if (closed > 0) return stack.at(-closed)!.depth - 1;
  const inside = stack.at(-1);
  return (inside?.depth ?? 0) + (continues(previous, parts[0]!, inside?.holds) ? 1 : 0);
}

const INFIX = [..."= == != < <= > >= + - * / .. -> => .".split(" "), ...RESERVED.infix];
const PREFIX = [...INFIX, ...RESERVED.prefix, "assert"];

/** Tells whether a line goes on from the code before it. */
function continues(previous: Piece | null, first: Piece, inside: string | undefined): boolean {
  if (previous === null || first.kind === "comment" || inside === "(") return false;
  if (previous.text === ",") return inside !== "enum" && inside !== "match";
  // In a machine the star stands for any state or symbol.
  if (inside === "machine" && (first.text === "*" || previous.text === "*")) return false;
  const armElse = first.text === "else" && inside === "match";
  if (INFIX.includes(first.text) && !armElse) return previous.text !== "}" && previous.text !== "{";
  return PREFIX.includes(previous.text) && first.text !== "}";
}

/** Writes the pieces of a line, and keeps what is open after it. */
function writeLine(
  parts: readonly Piece[],
  depth: number,
  previous: Piece | null,
  functions: ReadonlySet<string>,
  stack: Open[],
): string {
  const indent = "  ".repeat(depth);
  let text = indent;
  for (const [at, part] of parts.entries()) {
    const before = parts[at - 1];
    if (before !== undefined) {
      const inMachine = stack.at(-1)?.holds === "machine";
      const tight = isTight(parts[at - 2] ?? previous, before, part, functions, inMachine);
      text += part.kind === "comment" ? gapBefore(text, part, indent, parts[0]!) : tight ? "" : " ";
    }
    text += part.text;
    track(part, parts.slice(0, at), depth, stack);
  }
  return text;
}

/** White space before a comment behind code: up to the column where it stood, at least two. */
function gapBefore(text: string, comment: Piece, indent: string, first: Piece): string {
  const column = comment.column + indent.length - first.column;
  const behind = comment.text.startsWith("//");
  return " ".repeat(behind ? Math.max(2, column - text.length) : 1);
}

/** Keeps the stack of what is open. Contents of braces are as deep as braces go, whatever line they begin on. */
function track(part: Piece, before: readonly Piece[], depth: number, stack: Open[]): void {
  if (part.text === "(") stack.push({ holds: "(", depth: depth + 1 });
  if (part.text === "{") {
    const words = before.map(({ text }) => text);
    const since = words.slice(words.findLastIndex((word) => word === "{" || word === "}") + 1);
    const holder = since.includes("=>") ? undefined : since.find((word) => HOLDERS.includes(word));
    stack.push({ holds: holder ?? "{", depth: (stack.at(-1)?.depth ?? 0) + 1 });
  }
  if (part.text === "}" || part.text === ")") stack.pop();
}

const HOLDERS: readonly string[] = ["enum", "match", "machine"];

// Which neighbouring tokens have no space between them.

/** Words before which a parenthesis is no argument list, unless the program declares such a function. */
const PLAIN_WORDS = ["x", "row", "column", "where", "top", "bottom"];

/** Tells whether two tokens stand side by side; `earlier` is the one before them. */
function isTight(
  earlier: Piece | null,
  left: Piece,
  right: Piece,
  functions: ReadonlySet<string>,
  inMachine: boolean,
): boolean {
  if (left.text === "{" && right.text === "}") return true;
  if ([",", ";", ":", ")"].includes(right.text) || left.text === "(") return true;
  if (left.text === "?") return true;
  if ([".", ".."].includes(left.text) || [".", ".."].includes(right.text)) return true;
  if (left.text === "-" && isSign(earlier, inMachine)) return true;
  return right.text === "(" && isCalled(left, functions);
}

function isCalled({ text }: Piece, functions: ReadonlySet<string>): boolean {
  if (!/^[\p{L}_]/u.test(text) || KEYWORDS.has(text)) return false;
  return functions.has(text) || !PLAIN_WORDS.includes(text);
}

/** Tells whether a minus after this token is a sign. */
function isSign(before: Piece | null, inMachine: boolean): boolean {
  if (before === null || inMachine || before.kind === "comment") return true;
  if (RESERVED.literal.includes(before.text)) return false;
  return KEYWORDS.has(before.text) || !/^[\p{L}\d_)"]/u.test(before.text);
}

// Lays the tables of machines out: their columns stand below one another.

/** A line of a table, laid out: its number among all lines, and its cells; what stands behind them is a comment. */
interface TableLine {
  readonly at: number;
  readonly cells: readonly string[];
  readonly comment: Piece | null;
}

/** The cells of a line in a machine, its name first; null if it is no line of a table, or not the whole of one. */
function cellsOf(parts: readonly Piece[]): Pick<TableLine, "cells" | "comment"> | null {
  const last = parts.at(-1)!;
  const comment = last.kind === "comment" ? last : null;
  const texts = parts.slice(0, comment === null ? undefined : -1).map(({ text }) => text);
  if (parts.slice(0, texts.length).some(({ kind }) => kind === "comment")) return null;
  const isRow = texts[1] === ":";
  if (!isRow && (texts[0] !== "symbols" || texts.includes("->"))) return null;
  const cells = [isRow ? `${texts[0]}:` : "symbols"];
  for (let at = isRow ? 2 : 1; at < texts.length; ) {
    const signed = texts[at] === "-" ? 1 : 0;
    const isRule = isRow && MOVES.includes(texts[at + signed + 1] ?? "");
    if (isRow && !isRule && texts[at] !== "none") return null;
    const symbol = texts.slice(at, at + signed + 1).join("");
    const rest = isRule ? texts.slice(at + signed + 1, at + signed + 3) : [];
    cells.push([symbol, ...rest].join(" "));
    at += signed + 1 + rest.length;
  }
  return { cells, comment };
}

/** The texts of table lines that follow one another, with cells of equal widths. */
function alignCells(table: readonly TableLine[]): string[] {
  const widths: number[] = [];
  for (const { cells } of table)
    for (const [at, { length }] of cells.entries()) widths[at] = Math.max(widths[at] ?? 0, length);
  return table.map(({ cells }) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at]!))
      .join("  ")
      .trimEnd(),
  );
}

// A program's text as tokens and comments, each with the line breaks before it and the column where it stands.

interface Piece {
  readonly kind: "code" | "comment";
  readonly text: string;
  /** Line breaks between the piece before and this one. */
  readonly breaksBefore: number;
  /** Columns before it on its line, a tab counting as one. */
  readonly column: number;
}

const PIECE =
  /(?<space>\s+)|(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<code>"[^"\n\r]+"|[\p{L}_][\p{L}\d_]*|\d+|\.\.|==|!=|<=|>=|=>|->|[\s\S])/gu;

/** All tokens and comments of a program that parses, in order. */
export function pieces(text: string): readonly Piece[] {
  const found: Piece[] = [];
  let breaksBefore = 0;
  for (const match of text.matchAll(PIECE)) {
    const { space, comment, code } = match.groups!;
    if (space !== undefined) {
      breaksBefore += space.split("\n").length - 1;
      continue;
    }
    const column = match.index - (text.lastIndexOf("\n", match.index) + 1);
    const kind = comment === undefined ? "code" : "comment";
    // A line comment ends before the line does, whatever marks the line's end.
    found.push({ kind, text: (comment ?? code!).replace(/\r/g, "").trimEnd(), breaksBefore, column });
    breaksBefore = 0;
  }
  return found;
}
