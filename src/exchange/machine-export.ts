// The machine of a program in the notations of other programs. What it does is read from the interpreter, which runs every
// state and symbol for a step: tables, rules and `otherwise halt` are then all alike.

import { InputError } from "../diagnostics/diagnostic.ts";
import { groupBy } from "../diagnostics/group.ts";
import { interpret } from "../engines/reference.ts";
import { bounds } from "../grid/grid.ts";
import { showSymbol } from "../grid/symbols.ts";
import type { CheckedField, CheckedProgram } from "../language/analyse/checked.ts";
import { haltingStates, linesOf } from "../language/analyse/machine.ts";
import type { AstOf, AstProgram, MachineEnd } from "../language/parse/ast.ts";
import { endOf, isHalting } from "./turing-machine.ts";

export type MachineFormat = "bbchallenge" | "morphett" | "turingmachine";

interface Step {
  readonly write: number;
  readonly move: "left" | "right" | "stay";
  /** The next state by its number; of those that halt, from `states.length` on. */
  readonly to: number;
}

/** A machine by numbers: the first state is that of the start, the first symbol the blank. */
interface Table {
  readonly states: readonly string[];
  readonly halting: readonly string[];
  /** How runs end in the halting states. */
  readonly ends: readonly MachineEnd[];
  readonly symbols: readonly string[];
  step(state: number, symbol: number): Step;
}

/**
 * The text of a program's machine.
 * @throws InputError if the program is no machine with one tape and one head, or the notation has no words for it
 */
export function exportMachine(ast: AstProgram, checked: CheckedProgram, format: MachineFormat): string {
  const table = tableOf(ast, checked);
  const writers = { bbchallenge, morphett, turingmachine };
  return writers[format](table, checked.name);
}

function tableOf(ast: AstProgram, checked: CheckedProgram): Table {
  const refuse = (why: string, instead: string) =>
    new InputError(
      `${checked.name}: ${why}, but this format is for machines of one tape and one head; ${instead}`,
    );
  const machine = ast.items.find((item): item is AstOf<"machine"> => item.tag === "machine");
  if (machine === undefined) throw refuse("found no `machine`", "choose another format");
  const [start] = linesOf(machine, "start");
  if (start === undefined) throw refuse("the machine has no `start`", "say where its head starts");
  const [tape, ...others] = checked.fields.filter(({ name }) => name !== "head");
  if (tape === undefined || others.length > 0)
    throw refuse(`found ${others.length + 1} fields beside the head`, "choose another format");
  const head = checked.fields.find(({ name }) => name === "head")!;
  const names = head.type.kind === "enum" ? head.type.names.slice(1) : [];
  const endsBy = new Map(
    (["halt", "accept", "reject"] as const).flatMap((end) =>
      haltingStates(machine, end).map(({ text }) => [text, end] as const),
    ),
  );
  const states = names.filter((name) => !endsBy.has(name));
  const halting = names.filter((name) => endsBy.has(name));
  const ends = halting.map((name) => endsBy.get(name)!);
  const { lo, hi } = bounds(tape.type);
  const symbols = Array.from({ length: hi - lo + 1 }, (_, at) => showSymbol(tape.type, lo + at));
  const order = [...states, ...halting];
  const step = (state: number, symbol: number): Step => {
    const found = stepOf(checked, tape, names.indexOf(states[state]!) + 1, lo + symbol);
    if (found === null) throw refuse(`state ${states[state]} moves up or down`, "choose another format");
    return { write: found.write - lo, move: found.move, to: order.indexOf(names[found.head - 1]!) };
  };
  return { states, halting, ends, symbols, step };
}

const CENTRE = 4;
const PLACES = { 3: "left", 4: "stay", 5: "right" } as const;

/** One step of a head in the middle of nine cells; null if it moves up or down. */
function stepOf(checked: CheckedProgram, tape: CheckedField, state: number, symbol: number) {
  const at = (value: number, rest: number) =>
    Int32Array.from({ length: 9 }, (_, cell) => (cell === CENTRE ? value : rest));
  const planes = { [tape.name]: at(symbol, bounds(tape.type).lo), head: at(state, 0) };
  const free = { ...checked, grid: null, workspace: null, places: [] };
  const { grid } = interpret(free, { rows: 3, cols: 3, planes }, { maxInstructions: 1 });
  const cell = grid.planes.head!.findIndex((value) => value !== 0);
  const move = PLACES[cell as keyof typeof PLACES];
  if (move === undefined) return null;
  return { write: grid.planes[tape.name]![CENTRE]!, move, head: grid.planes.head![cell]! };
}

/** Tells whether a step is what happens where there is no rule. */
const isStop = ({ states, ends }: Table, symbol: number, { write, move, to }: Step): boolean =>
  ends[to - states.length] === "halt" && write === symbol && move === "stay";

/** A name for each halting state that says how runs end there, and is none of those that are taken; its own if that does. */
function tellingNames({ halting, ends }: Table, prefix: string, taken: readonly string[]): string[] {
  const names = [...taken];
  for (const [at, end] of ends.entries()) {
    const wishes = [
      halting[at]!,
      `${end}_${halting[at]}`,
      ...ends.map((_, number) => `${end}_${number + 1}`),
    ];
    const isFree = (name: string) => endOf(name) === end && !names.includes(name);
    names.push(wishes.map((wish) => prefix + wish).find(isFree)!);
  }
  return names.slice(taken.length);
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXY";

function bbchallenge(table: Table, name: string): string {
  const { states, halting, ends, symbols, step } = table;
  const telling = ends.findIndex((end) => end !== "halt");
  if (telling >= 0)
    throw new InputError(
      `${name}: runs ${ends[telling]} in state ${halting[telling]}, but machines of bbchallenge only halt; export it as ` +
        "morphett or turingmachine",
    );
  if (symbols.length > 10 || states.length > LETTERS.length)
    throw new InputError(
      `${name}: found ${states.length} states and ${symbols.length} symbols, but a line of bbchallenge has at most ` +
        `${LETTERS.length} and 10; export it as morphett or turingmachine`,
    );
  const rows = states.map((state, at) =>
    symbols
      .map((_, symbol) => {
        const rule = step(at, symbol);
        if (isStop(table, symbol, rule)) return "---";
        if (rule.move === "stay")
          throw new InputError(
            `${name}: state ${state} stays where it is, but heads of bbchallenge always move; export it as morphett`,
          );
        return `${rule.write}${rule.move === "left" ? "L" : "R"}${rule.to < states.length ? LETTERS[rule.to] : "Z"}`;
      })
      .join(""),
  );
  return `${rows.join("_")}\n`;
}

interface MorphettRule {
  readonly symbol: string;
  readonly write: string;
  readonly way: string;
  readonly to: string;
}

/** The rules of a state, of which the most that do the same are one for any symbol, which goes behind all others. */
function starred(rules: readonly MorphettRule[]): MorphettRule[] {
  const forms = rules.flatMap(({ write, ...rest }) => [
    { ...rest, symbol: "*", write },
    { ...rest, symbol: "*", write: "*" },
  ]);
  const doneBy = (form: MorphettRule) =>
    rules.filter(
      ({ symbol, write, way, to }) =>
        write === (form.write === "*" ? symbol : form.write) && way === form.way && to === form.to,
    );
  const best = forms.reduce((one, other) => (doneBy(other).length > doneBy(one).length ? other : one));
  const covered = doneBy(best);
  return covered.length < 2 ? [...rules] : [...rules.filter((rule) => !covered.includes(rule)), best];
}

function morphett(table: Table, name: string): string {
  const { states, ends, symbols, step } = table;
  const own = states.map((state) => {
    let name = state;
    while (isHalting(name) || (name !== state && states.includes(name))) name = `q_${name}`;
    return name;
  });
  const last = ends.length === 1 && ends[0] === "halt" ? ["halt"] : tellingNames(table, "halt-", own);
  // The simulator's blank is _, and it starts in state 0.
  const written = distinct(symbols, (symbol, at) =>
    at === 0 ? "_" : /^[^\s;*_]$/u.test(symbol) ? symbol : null,
  );
  const nameOf = (state: number) => (state === 0 ? "0" : (own[state] ?? last[state - states.length]!));
  const spelled = ({ write, move, to }: Step, symbol: number): MorphettRule => ({
    symbol: written[symbol]!,
    write: written[write]!,
    way: { left: "l", right: "r", stay: "*" }[move],
    to: nameOf(to),
  });
  const meaning = symbols.flatMap((symbol, at) =>
    symbol === written[at] ? [] : `${written[at]} is ${symbol}`,
  );
  return [
    `; ${name}${meaning.length > 0 ? `; ${meaning.join(", ")}` : ""}; starts in state ${states[0]}, which is 0`,
    ...states.flatMap((_, state) =>
      starred(symbols.map((__, symbol) => spelled(step(state, symbol), symbol))).map(
        ({ symbol, write, way, to }) => `${nameOf(state)} ${symbol} ${write} ${way} ${to}`,
      ),
    ),
    "",
  ].join("\n");
}

function turingmachine(table: Table, name: string): string {
  const { states, symbols, step } = table;
  const nameOf = [...states, ...tellingNames(table, "", states)].map(plainInYaml);
  const written = distinct(symbols, (symbol) => (/^.$/u.test(symbol) ? symbol : null));
  const quote = (text: string) => `'${text.replace(/'/g, "''")}'`;
  const actionOf = (state: number, symbol: number, { write, move, to }: Step): string => {
    if (move === "stay")
      throw new InputError(
        `${name}: state ${states[state]} stays where it is, but heads of turingmachine.io always move; export it as morphett`,
      );
    const go = `${move === "left" ? "L" : "R"}: ${nameOf[to]}`;
    return write === symbol ? `{${go}}` : `{write: ${quote(written[write]!)}, ${go}}`;
  };
  const rows = states.flatMap((_, at) => {
    const rules = symbols.flatMap((_, symbol) => {
      const rule = step(at, symbol);
      return isStop(table, symbol, rule)
        ? []
        : [{ symbol: quote(written[symbol]!), action: actionOf(at, symbol, rule) }];
    });
    const groups = groupBy(rules, ({ action }) => action);
    return [
      `  ${nameOf[at]}:`,
      ...[...groups].map(([action, own]) => {
        const shown = own.map(({ symbol }) => symbol);
        return `    ${shown.length === 1 ? shown[0] : `[${shown.join(", ")}]`}: ${action}`;
      }),
    ];
  });
  return [
    `# ${name}`,
    `blank: ${quote(written[0]!)}`,
    `start state: ${nameOf[0]}`,
    "table:",
    ...rows,
    ...nameOf.slice(states.length).map((state) => `  ${state}:`),
    "",
  ].join("\n");
}

/** A name as a word of YAML, in which some names stand for other values. */
const plainInYaml = (name: string): string =>
  /^(?:true|false|null|yes|no|on|off|y|n)$/i.test(name) ? `'${name}'` : name;

/** A character for each symbol: the one that is wished for, or the first that is free. */
function distinct(symbols: readonly string[], wish: (symbol: string, at: number) => string | null): string[] {
  const wished = symbols.map(wish);
  const free = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"].filter(
    (each) => !wished.includes(each),
  );
  if (wished.filter((each) => each === null).length > free.length)
    throw new InputError(`found ${symbols.length} symbols, for which there are too few characters`);
  return wished.map((each) => each ?? free.shift()!);
}
