// Turing machines: their lines, and one step of all heads.

import { parsePosition, parseSum } from "./expressions.ts";
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
  let otherwise = false;
  let symbols: Value[] = [];
  parseBraces(reader, () => {
    if (reader.sees("symbols") && !isRule(reader) && reader.peek(1).text !== ":") {
      reader.next();
      symbols = [];
      do symbols.push(constant(parseSymbol(reader)));
      while (!isLine(reader));
    } else if (reader.peek(1).text === ":") {
      rules.push(...parseRow(reader, constant, symbols));
    } else if (reader.takes("otherwise", "halt")) {
      otherwise = true;
    } else if (reader.takes("start")) {
      const state = reader.word();
      reader.needs("at");
      starts.push({ state, at: parsePosition(reader) });
    } else if (reader.takes("halt")) {
      do halting.push(reader.word());
      while (reader.takes(","));
    } else {
      rules.push(parseRule(reader, constant));
    }
  });
  const states = new Set([
    ...starts.map(({ state }) => state),
    ...rules.flatMap(({ state, next }) => [state, next]),
  ]);
  for (const state of halting) states.add(state);
  return { machine: { tape, states: [...states], halting, rules, otherwise }, start: starts[0] ?? null };
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
  reader.sees("otherwise", "halt") ||
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
  const state = reader.word();
  reader.needs(":");
  return symbols.flatMap((read): MachineRule[] => {
    const isMove = MOVES.some((move) => reader.peek(1).text === move);
    if (!isMove && reader.takes("none")) return [];
    const write = constant(parseSymbol(reader));
    const move = reader.oneOf(MOVES);
    return [{ state, read, write, move: move === "stay" ? null : move, next: reader.word() }];
  });
}

function parseRule(reader: Reader, constant: (expression: Expression) => Value): MachineRule {
  const state = reader.word();
  const read = constant(parseSum(reader));
  reader.needs("->");
  const write = constant(parseSum(reader));
  const move: Direction | "stay" = reader.oneOf(MOVES);
  return { state, read, write, move: move === "stay" ? null : move, next: reader.word() };
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
    if (rule !== null) tape[cell] = rule.write;
    if (row < 0 || row >= rows || col < 0 || col >= cols) return;
    const next = rule === null ? machine.halting[0]! : rule.next;
    after[row * cols + col] = first(machine, after[row * cols + col]!, next);
  });
  // Halted heads remain where no other comes or stays.
  return after.map((state, cell) => (state === "none" && isHalted(heads[cell]!) ? heads[cell]! : state));
}

/** The rule that applies, or null where the head stays and writes nothing. */
function ruleOf(machine: Machine, state: Value, symbol: Value): MachineRule | null {
  const rule = machine.rules.find((each) => each.state === state && each.read === symbol);
  if (rule === undefined && !machine.otherwise) throw new Refused(`no rule for ${state} ${symbol}`);
  return rule ?? null;
}

/** Where two heads meet, the state that appears first in the program remains. */
function first(machine: Machine, a: Value, b: Value): Value {
  if (a === "none") return b;
  return machine.states.indexOf(String(a)) < machine.states.indexOf(String(b)) ? a : b;
}
