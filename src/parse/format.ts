// Lays a program out: two spaces a level, one space between words, the line breaks and comments of its author.
//
// The text is taken as tokens and put together again, so that nothing of it can get lost. A brace whose contents
// go over several lines gets them on lines of their own; a line that goes on from the one before is indented
// once more; more than one empty line becomes one; comments behind code stay in their column if they can.

import { ProgramError, type Source } from "../diagnostics/diagnostic.ts";
import { parse } from "./parse.ts";
import { type Piece, pieces } from "./pieces.ts";
import { isTight } from "./spacing.ts";

/** The program laid out; formatting it again changes nothing. Throws ProgramError if it does not parse. */
export function format(source: Source): string {
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

/** Whether a piece that begins a line belongs to the one before; an arm `else =>` does not. */
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

function layOut(lines: readonly Line[], functions: ReadonlySet<string>): string[] {
  const made: string[] = [];
  const stack: string[] = [];
  let previous: Piece | null = null;
  for (const { parts, afterBlank } of lines) {
    if (afterBlank) made.push("");
    const closing = parts.findIndex(({ text }) => text !== "}" && text !== ")");
    const closed = Math.min(closing < 0 ? parts.length : closing, stack.length);
    const depth = stack.length - closed + (continues(previous, parts[0]!, stack) ? 1 : 0);
    made.push(writeLine(parts, "  ".repeat(depth), previous, functions, stack));
    previous = parts.findLast(({ kind }) => kind !== "comment") ?? previous;
  }
  return made;
}

const INFIX = "= == != < <= > >= + - * / .. -> => . and or xor then else".split(" ");
const PREFIX = [...INFIX, "not", "if", "at", "when"];

/** Whether a line goes on from the code before it. */
function continues(previous: Piece | null, first: Piece, stack: readonly string[]): boolean {
  if (previous === null || first.kind === "comment" || stack.at(-1) === "(") return false;
  const inside = stack.at(-1);
  if (previous.text === ",") return inside !== "enum" && inside !== "match";
  const armElse = first.text === "else" && inside === "match";
  if (INFIX.includes(first.text) && !armElse) return previous.text !== "}" && previous.text !== "{";
  return PREFIX.includes(previous.text) && first.text !== "}";
}

/** Writes the pieces of a line, and keeps what is open after it. */
function writeLine(
  parts: readonly Piece[],
  indent: string,
  previous: Piece | null,
  functions: ReadonlySet<string>,
  stack: string[],
): string {
  let text = indent;
  for (const [at, part] of parts.entries()) {
    const before = parts[at - 1];
    if (before !== undefined) {
      const inMachine = stack.at(-1) === "machine";
      const tight = isTight(parts[at - 2] ?? previous, before, part, functions, inMachine);
      text += part.kind === "comment" ? gapBefore(text, part, indent, parts[0]!) : tight ? "" : " ";
    }
    text += part.text;
    track(part, parts.slice(0, at), stack);
  }
  return text;
}

/** White space before a comment behind code: up to the column where it stood, at least two. */
function gapBefore(text: string, comment: Piece, indent: string, first: Piece): string {
  const column = comment.column + indent.length - first.column;
  const behind = comment.text.startsWith("//");
  return " ".repeat(behind ? Math.max(2, column - text.length) : 1);
}

/** Keeps the stack of open braces and parentheses: the word that tells what they hold, or they themselves. */
function track(part: Piece, before: readonly Piece[], stack: string[]): void {
  if (part.text === "(") stack.push("(");
  if (part.text === "{") {
    const words = before.map(({ text }) => text);
    const since = words.slice(words.findLastIndex((word) => word === "{" || word === "}") + 1);
    const arm = since.includes("=>");
    stack.push((arm ? undefined : since.find((word) => HOLDERS.includes(word))) ?? "{");
  }
  if (part.text === "}" || part.text === ")") stack.pop();
}

const HOLDERS: readonly string[] = ["enum", "match", "machine"];
