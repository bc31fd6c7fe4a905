// Parses instructions and the statements in their bodies.

import { parseExpression } from "./expressions.ts";
import type { Reader } from "./tokens.ts";
import type { Direction, Expression, Instruction, Question, Statement } from "./tree.ts";

const DIRECTIONS: readonly Direction[] = ["up", "down", "left", "right"];

/** Whatever stands between braces; `;` may follow each of them. */
export function parseBraces<T>(reader: Reader, one: () => T): T[] {
  const all: T[] = [];
  reader.needs("{");
  for (;;) {
    while (reader.takes(";"));
    if (reader.takes("}")) return all;
    all.push(one());
  }
}

/** An instruction, or null where none begins. `machine` is not among them: it needs the program's fields. */
export function parseInstruction(reader: Reader): Instruction | null {
  const block = () => parseBraces(reader, () => parseInstruction(reader) ?? reader.fail("an instruction"));
  if (reader.takes("each")) return { kind: "body", directions: [], body: parseBody(reader) };
  if (reader.takes("sweep")) {
    const directions = [reader.oneOf(DIRECTIONS)];
    if (!reader.sees("{")) directions.push(reader.oneOf(DIRECTIONS));
    return { kind: "body", directions, body: parseBody(reader) };
  }
  if (reader.takes("loop")) {
    reader.takes("forever");
    return { kind: "loop", body: block() };
  }
  if (reader.takes("repeat")) {
    if (reader.takes("while")) return { kind: "while", question: parseQuestion(reader), body: block() };
    const times = parseExpression(reader);
    reader.needs("times");
    return { kind: "times", times, body: block() };
  }
  if (reader.takes("break", "when")) return { kind: "break", when: parseExpression(reader) };
  if (reader.takes("halt", "when")) return { kind: "halt", when: parseExpression(reader) };
  return reader.takes("if") ? parseAsk(reader) : null;
}

function parseAsk(reader: Reader): Instruction {
  const block = () => parseBraces(reader, () => parseInstruction(reader) ?? reader.fail("an instruction"));
  const question = parseQuestion(reader);
  const yes = block();
  if (!reader.takes("else")) return { kind: "ask", question, yes, no: [] };
  return { kind: "ask", question, yes, no: reader.takes("if") ? [parseAsk(reader)] : block() };
}

export function parseQuestion(reader: Reader): Question {
  const kind = reader.oneOf(["any", "all"]);
  reader.needs("(");
  const of = parseExpression(reader);
  reader.needs(")");
  return { kind, of };
}

const parseBody = (reader: Reader): Statement[] => parseBraces(reader, () => parseStatement(reader));

function parseStatement(reader: Reader): Statement {
  const line = reader.peek().line;
  if (reader.takes("if")) return parseIf(reader);
  if (reader.takes("match")) return parseMatch(reader);
  if (reader.takes("assert")) return { kind: "assert", line, that: parseExpression(reader) };
  const kind = reader.takes("let") ? "let" : "assign";
  const name = reader.word();
  reader.needs("=");
  const to = parseExpression(reader);
  return kind === "let" ? { kind, name, to } : { kind, field: name, to };
}

function parseIf(reader: Reader): Statement {
  const condition = parseExpression(reader);
  const yes = parseBody(reader);
  if (!reader.takes("else")) return { kind: "if", condition, yes, no: [] };
  return { kind: "if", condition, yes, no: reader.takes("if") ? [parseIf(reader)] : parseBody(reader) };
}

function parseMatch(reader: Reader): Statement {
  const on = parseExpression(reader);
  const arms: { values: Expression[]; body: Statement[] }[] = [];
  let otherwise: Statement[] | null = null;
  reader.needs("{");
  while (!reader.takes("}")) {
    const values: Expression[] = [];
    if (!reader.takes("else")) {
      do values.push(parseExpression(reader));
      while (reader.takes(","));
    }
    reader.needs("=>");
    const body = reader.sees("{") ? parseBody(reader) : [parseStatement(reader)];
    if (values.length === 0) otherwise = body;
    else arms.push({ values, body });
    while (reader.takes(",") || reader.takes(";"));
  }
  return { kind: "match", on, arms, otherwise };
}
