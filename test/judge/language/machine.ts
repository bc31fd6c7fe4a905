// Turing machines: their lines, and one step of all heads.

import { parsePosition } from "./expressions.ts";
import { parseBraces } from "./instructions.ts";
import type { Reader } from "./tokens.ts";
import {
  type Direction,
  type Expression,
  type Machine,
  type MachineRule,
  type Position,
  Refused,
  type Value,
} from "./tree.ts";

/** Any state or symbol, or the same again. */
const ANY = "*";
const ENDS = ["halt", "accept", "reject"] as const;
type End = (typeof ENDS)[number];
const MOVES = ["up", "down", "left", "right", "stay"] as const;

interface Start {
  readonly state: string;
  readonly at: Position;
}

/** Parses `on f { ... }`, and where the head starts, if the program says so. */
export function parseMachine(
  reader: Reader,
  constant: (expression: Expression) => Value,
): { readonly machine: Machine; readonly start: Start | null } {
  reader.needs("on");
  const tape = reader.word();
  const halting: string[] = [];
  const rules: MachineRule[] = [];
  const starts: Start[] = [];
  const ends: Record<End, string[]> = { halt: [], accept: [], reject: [] };
  let otherwise: End | null = null;
  let symbols: Value[] = [];
  parseBraces(reader, () => {
    if (isRule(reader)) {
      rules.push(parseRule(reader, constant));
    } else if (reader.sees("symbols") && reader.peek(1).text !== ":") {
      reader.next();
      symbols = [];
      do symbols.push(symbolOrAny(reader, constant));
      while (!isLine(reader));
    } else if (reader.peek(1).text === ":") {
      rules.push(...parseRow(reader, constant, symbols));
    } else if (reader.takes("otherwise")) {
      otherwise = reader.oneOf(ENDS);
    } else if (reader.takes("start")) {
      const state = reader.word();
      reader.needs("at");
      starts.push({ state, at: parsePosition(reader) });
    } else {
      const end = reader.oneOf(ENDS);
      do {
        const state = reader.word();
        halting.push(state);
        ends[end].push(state);
      } while (reader.takes(","));
    }
  });
  const states = new Set([
    ...starts.map(({ state }) => state),
    ...rules.flatMap(({ state, next }) => [state, next]),
  ]);
  states.delete(ANY);
  for (const state of halting) states.add(state);
  return {
    machine: { tape, states: [...states], halting, rules, otherwise: otherwise && ends[otherwise][0]! },
    start: starts[0] ?? null,
  };
}

/** Whether a rule comes: a state, a symbol that may be negative, and an arrow. */
const isRule = (reader: Reader): boolean => reader.peek(reader.peek(1).text === "-" ? 3 : 2).text === "->";

/** Whether the symbols of a table are over. */
const isLine = (reader: Reader): boolean =>
  reader.peek(1).text === ":" ||
  isRule(reader) ||
  reader.sees("}") ||
  reader.sees(";") ||
  reader.sees("halt") ||
  ENDS.some((end) => reader.sees("otherwise", end)) ||
  ((reader.sees("accept") || reader.sees("reject")) && /^[\p{L}_]/u.test(reader.peek(1).text)) ||
  (reader.sees("start") && reader.peek(2).text === "at");

/** A symbol: a number, which may be negative, a truth value or a name. */
function parseSymbol(reader: Reader): Expression {
  if (reader.takes("-")) return { kind: "negative", of: parseSymbol(reader) };
  if (reader.takes("true")) return { kind: "value", value: 1 };
  if (reader.takes("false")) return { kind: "value", value: 0 };
  if (reader.peek().kind === "number") return { kind: "value", value: Number(reader.next().text) };
  return { kind: "name", name: reader.word() };
}

/** A row of a table as rules, one for each cell that is not `none`. */
function parseRow(
  reader: Reader,
  constant: (expression: Expression) => Value,
  symbols: readonly Value[],
): MachineRule[] {
  const state = stateOrAny(reader);
  reader.needs(":");
  return symbols.flatMap((read): MachineRule[] => {
    const isMove = MOVES.some((move) => reader.peek(1).text === move);
    if (!isMove && reader.takes("none")) return [];
    const write = symbolOrAny(reader, constant);
    const move = reader.oneOf(MOVES);
    return [{ state, read, write, move: move === "stay" ? null : move, next: stateOrAny(reader) }];
  });
}

const stateOrAny = (reader: Reader): string => (reader.takes(ANY) ? ANY : reader.word());

const symbolOrAny = (reader: Reader, constant: (expression: Expression) => Value): Value =>
  reader.takes(ANY) ? ANY : constant(parseSymbol(reader));

function parseRule(reader: Reader, constant: (expression: Expression) => Value): MachineRule {
  const state = stateOrAny(reader);
  const read = symbolOrAny(reader, constant);
  reader.needs("->");
  const write = symbolOrAny(reader, constant);
  const move: Direction | "stay" = reader.oneOf(MOVES);
  return { state, read, write, move: move === "stay" ? null : move, next: stateOrAny(reader) };
}

const STEPS = { up: [-1, 0], down: [1, 0], left: [0, -1], right: [0, 1] } as const;

/** One step of all heads on a grid of `cols` columns: changes the tape, and returns where heads are then. */
export function stepMachine(machine: Machine, heads: readonly Value[], tape: Value[], cols: number): Value[] {
  const after: Value[] = heads.map(() => "none");
  const rows = heads.length / cols;
  const isHalted = (state: Value) => machine.halting.includes(String(state));
  heads.forEach((state, cell) => {
    if (state === "none" || isHalted(state)) return;
    const rule = ruleOf(machine, state, tape[cell]!);
    const [down, right] = rule?.move ? STEPS[rule.move] : [0, 0];
    const row = Math.floor(cell / cols) + down;
    const col = (cell % cols) + right;
    if (rule !== null && rule.write !== ANY) tape[cell] = rule.write;
    if (row < 0 || row >= rows || col < 0 || col >= cols) return;
    const next = rule === null ? machine.otherwise! : rule.next === ANY ? String(state) : rule.next;
    after[row * cols + col] = first(machine, after[row * cols + col]!, next);
  });
  // Halted heads remain where no other comes or stays.
  return after.map((state, cell) => (state === "none" && isHalted(heads[cell]!) ? heads[cell]! : state));
}

/** The rule that applies, or null where the head stays and writes nothing. */
function ruleOf(machine: Machine, state: Value, symbol: Value): MachineRule | null {
  const find = (head: Value, read: Value) =>
    machine.rules.find((each) => each.state === head && each.read === read);
  const rule = find(state, symbol) ?? find(state, ANY) ?? find(ANY, symbol) ?? find(ANY, ANY);
  if (rule === undefined && machine.otherwise === null) throw new Refused(`no rule for ${state} ${symbol}`);
  return rule ?? null;
}

/** Where two heads meet, the state that appears first in the program remains. */
function first(machine: Machine, a: Value, b: Value): Value {
  if (a === "none") return b;
  return machine.states.indexOf(String(a)) < machine.states.indexOf(String(b)) ? a : b;
}
