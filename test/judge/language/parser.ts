// Parses a program: declarations here, instructions and expressions in files of their own.

import { constant } from "./constants.ts";
import { parseExpression, parsePosition, parseSum, SIDES } from "./expressions.ts";
import { parseBraces, parseInstruction, parseQuestion } from "./instructions.ts";
import { parseMachine } from "./machine.ts";
import { Reader } from "./tokens.ts";
import {
  type Expression,
  type Field,
  type Place,
  type Program,
  Refused,
  type Role,
  type Side,
  type Type,
  type Value,
} from "./tree.ts";

type Draft = {
  -readonly [K in keyof Program]: Program[K] extends readonly (infer T)[] ? T[] : Program[K];
} & {
  params: Map<string, number>;
  functions: Map<string, { inputs: string[]; gives: Expression }>;
  workspace: Partial<Record<Side, Expression>>;
  /** Whether the workspace is that of a machine, and the sides to which it moves. */
  grows: boolean;
  room: Side[];
};

/** Parses a program; throws `Refused` where the text is none. */
export function parseProgram(text: string): Program {
  const reader = new Reader(text);
  reader.needs("program");
  const program: Draft = {
    name: reader.word(),
    fields: [],
    params: new Map(),
    functions: new Map(),
    predicted: null,
    grid: null,
    workspace: {},
    grows: false,
    room: [],
    places: [],
    steps: null,
    ends: null,
    asserts: [],
    instructions: [],
  };
  parseBraces(reader, () => parseItem(reader, program));
  if (program.grows)
    for (const side of program.room) program.workspace[side] = { kind: "value", value: FIRST_ROOM };
  if (reader.peek().kind !== "end") reader.fail("the end of the text");
  return program;
}

function parseItem(reader: Reader, program: Draft): void {
  const line = reader.peek().line;
  const role = (["input", "output", "state"] as const).find((each) => reader.takes(each));
  if (role !== undefined) program.fields.push(...parseFields(reader, program, role));
  else if (reader.takes("param")) parseParam(reader, program);
  else if (reader.takes("fn")) parseFunction(reader, program);
  else if (reader.takes("predict")) program.predicted = reader.word();
  else if (reader.takes("grid")) parseGrid(reader, program);
  else if (reader.takes("workspace")) parseWorkspace(reader, program);
  else if (reader.takes("place")) program.places.push(parsePlace(reader, program));
  else if (reader.takes("steps")) {
    reader.needs("<=");
    program.steps = parseSum(reader);
  } else if (reader.takes("ends", "when")) program.ends = parseQuestion(reader).of;
  else if (reader.takes("assert")) program.asserts.push({ line, that: parseExpression(reader) });
  else if (reader.takes("machine")) addMachine(reader, program);
  else program.instructions.push(parseInstruction(reader) ?? reader.fail("a declaration or an instruction"));
}

function parseFields(reader: Reader, program: Draft, role: Role): Field[] {
  const names = [reader.word()];
  while (reader.takes(",")) names.push(reader.word());
  reader.needs(":");
  const type = parseType(reader, program);
  const initial = reader.takes("=") ? constant(parseExpression(reader), program.params) : firstOf(type);
  if (role === "input" && initial !== firstOf(type)) throw new Refused("an input with an initial value");
  return names.map((name) => ({ name, role, type, initial }));
}

function parseType(reader: Reader, program: Draft): Type {
  if (reader.takes("bit")) return { kind: "bit" };
  if (reader.takes("enum")) {
    const names: string[] = [];
    reader.needs("{");
    do {
      names.push(reader.word());
      if (reader.peek().kind === "symbol") reader.next();
    } while (reader.takes(","));
    reader.needs("}");
    return { kind: "enum", names };
  }
  const low = number(constant(parseSum(reader), program.params));
  reader.needs("..");
  return { kind: "range", low, high: number(constant(parseSum(reader), program.params)) };
}

/** What a field reads as beyond the edge. */
export const firstOf = (type: Type): Value =>
  type.kind === "enum" ? type.names[0]! : type.kind === "range" ? type.low : 0;

function number(value: Value): number {
  if (typeof value === "string") throw new Refused(`${value} is no number`);
  return value;
}

function parseParam(reader: Reader, program: Draft): void {
  const name = reader.word();
  reader.needs("=");
  program.params.set(name, number(constant(parseExpression(reader), program.params)));
}

function parseFunction(reader: Reader, program: Draft): void {
  const name = reader.word();
  const inputs: string[] = [];
  reader.needs("(");
  do inputs.push(reader.word());
  while (reader.takes(","));
  reader.needs(")");
  reader.needs("=");
  program.functions.set(name, { inputs, gives: parseExpression(reader) });
}

function parseGrid(reader: Reader, program: Draft): void {
  const rows = parseSum(reader);
  reader.needs("x");
  const columns = parseSum(reader);
  program.grid = { rows, columns, where: reader.takes("where") ? parseExpression(reader) : null };
}

/** Rows and columns that a workspace begins with where it grows. */
const FIRST_ROOM = 8;

function parseWorkspace(reader: Reader, program: Draft): void {
  if (reader.takes("auto")) {
    program.grows = true;
    return;
  }
  do program.workspace[reader.oneOf(SIDES)] = parseSum(reader);
  while (reader.takes(","));
}

function parsePlace(reader: Reader, program: Draft): Place {
  const field = reader.word();
  reader.needs("=");
  const value = constant(parseSum(reader), program.params);
  reader.needs("at");
  return { field, value, at: parsePosition(reader) };
}

/** A machine brings a field `head`, and the end of the run. */
function addMachine(reader: Reader, program: Draft): void {
  const { machine, start } = parseMachine(reader, (expression) => constant(expression, program.params));
  const type: Type = { kind: "enum", names: ["none", ...machine.states] };
  program.fields.push({ name: "head", role: start === null ? "input" : "output", type, initial: "none" });
  if (start !== null) program.places.push({ field: "head", value: start.state, at: start.at });
  program.instructions.push({ kind: "machine", machine });
  const moves = new Set(machine.rules.map(({ move }) => move));
  if (moves.has("left") || moves.has("right")) program.room.push("left", "right");
  if (moves.has("up") || moves.has("down")) program.room.push("top", "bottom");
}
