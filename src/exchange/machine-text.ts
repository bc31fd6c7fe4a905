// A Turing machine as the text of a program, with names that a program can use, and the check that the program's machine is
// the same: every rule is run.

import { checkProgram, compile, scheduleProgram } from "../compile.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import { groupBy } from "../diagnostics/group.ts";
import { ruleEngine } from "../engines/rule.ts";
import { format } from "../language/parse/format.ts";
import { KEYWORDS } from "../language/parse/lexer.ts";
import { sizeOf } from "../network/network.ts";
import type { Imported } from "./import-rule.ts";
import { endOf, type MachineRule, type TuringMachine } from "./turing-machine.ts";

/** Words that mean something in a machine. */
const TAKEN = new Set([
  ..."none halt start symbols otherwise up down left right stay at auto tape head".split(" "),
  ...KEYWORDS,
]);
/** Tables with more symbols are written a rule a line. */
const MOST_COLUMNS = 6;
/** Rules above which no networks are made to see which way of writing a machine is smaller. */
const MOST_COMPILED = 60;
const HALTED = "halted";

/** A rule with its state and symbol. */
interface Entry {
  readonly state: string;
  readonly symbol: string;
  readonly rule: MachineRule | null;
}

/** The program of a machine, whose rules have been run. Throws an internal error where one of them differs. */
export function importMachine(machine: TuringMachine, name: string): Imported {
  const states = reachedStates(machine);
  const entries = states.flatMap((state) =>
    machine.symbols.map((symbol): Entry => ({ state, symbol, rule: machine.rule(state, symbol) })),
  );
  const ruled = new Set(entries.flatMap(({ state, rule }) => (rule === null ? [] : [state])));
  if (!ruled.has(machine.start))
    throw new InputError(
      `found no rule for the state ${machine.start}, in which the machine starts; expected one`,
    );
  const halting = states.filter((state) => !ruled.has(state));
  const written = entries.filter(({ state }) => ruled.has(state));
  const rules = written.filter(({ rule }) => rule !== null);
  const stuck = rules.length < written.length;
  const ends = stuck ? [...new Set([HALTED, ...halting])] : halting;
  const names = new Naming(machine, [...states, ...ends]);
  const texts = waysOf(machine, written, names).map((lines) =>
    format({ name, text: textOf(machine, name, lines, ends, names, stuck) }),
  );
  const text = rules.length > MOST_COMPILED ? texts[0]! : smallestOf(texts);
  requireSame(text, written, names, ends[0] ?? null);
  return { text, proved: `proved: each of its ${rules.length} rules does what the machine's does` };
}

/** The states to which the machine can come, in its order; last those without rules. */
function reachedStates(machine: TuringMachine): readonly string[] {
  const reached = new Set([machine.start]);
  for (const state of reached)
    for (const symbol of machine.symbols) {
      const to = machine.rule(state, symbol)?.to;
      if (to !== undefined) reached.add(to);
    }
  const known = machine.states.filter((state) => reached.has(state));
  return [...known, ...[...reached].filter((state) => !known.includes(state))];
}

/** Names of states and symbols in a program. */
class Naming {
  readonly #states: ReadonlyMap<string, string>;
  /** Names of symbols where they are no numbers. */
  readonly #symbols: ReadonlyMap<string, string> | null;
  readonly type: string;

  constructor({ symbols }: TuringMachine, states: readonly string[]) {
    const used = new Set<string>();
    this.#states = namesFor(states, "q", used);
    const isNumbers = symbols.length > 1 && symbols.every((symbol, at) => symbol === String(at));
    this.#symbols = isNumbers
      ? null
      : namesFor(symbols, "s", used, (symbol, at) => (at === 0 ? "blank" : symbol));
    this.type = isNumbers ? (symbols.length === 2 ? "bit" : `0..${symbols.length - 1}`) : this.#enum(symbols);
  }

  #enum(symbols: readonly string[]): string {
    const shown = symbols.map((symbol) => (symbol === " " ? "_" : symbol));
    const isClear = shown.every((symbol) => !/["\s]/.test(symbol)) && new Set(shown).size === shown.length;
    const values = symbols.map((symbol, at) => `${this.symbol(symbol)}${isClear ? ` "${shown[at]}"` : ""}`);
    return `enum { ${values.join(", ")} }`;
  }

  state(state: string): string {
    return this.#states.get(state)!;
  }

  symbol(symbol: string): string {
    return this.#symbols?.get(symbol) ?? symbol;
  }
}

/** A name of its own for each word: the word itself where a program can use it. */
function namesFor(
  words: readonly string[],
  prefix: string,
  used: Set<string>,
  wish: (word: string, at: number) => string = (word) => word,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [at, word] of [...new Set(words)].entries()) {
    const plain = wish(word, at)
      .replace(/[^\p{L}\d_]+/gu, "_")
      .replace(/^_+|_+$/g, "");
    const base = /^\p{L}/u.test(plain) && !TAKEN.has(plain) ? plain : `${prefix}${plain === "" ? at : plain}`;
    let name = base;
    for (let n = 2; used.has(name); n++) name = `${base}_${n}`;
    used.add(name);
    names.set(word, name);
  }
  return names;
}

function textOf(
  machine: TuringMachine,
  name: string,
  lines: readonly string[],
  ends: readonly string[],
  names: Naming,
  stuck: boolean,
): string {
  return [
    ...machine.about.map((line) => `// ${line}`),
    `program ${name} {`,
    `input tape: ${names.type}`,
    "grid 1 x cols",
    "workspace auto",
    "machine on tape {",
    `start ${names.state(machine.start)} at left`,
    ...(["halt", "accept", "reject"] as const).flatMap((end) => {
      const states = ends.filter((state) => endOf(state) === end).map((state) => names.state(state));
      return states.length > 0 ? [`${end} ${states.join(", ")}`] : [];
    }),
    ...(stuck ? ["otherwise halt"] : []),
    ...lines,
    "}",
    "}",
    "",
  ].join("\n");
}

const shown = ({ write, move, to }: MachineRule, names: Naming): string =>
  `${names.symbol(write)} ${move} ${names.state(to)}`;

function tableOf({ symbols }: TuringMachine, entries: readonly Entry[], names: Naming): string[] {
  const states = [...new Set(entries.map(({ state }) => state))];
  return [
    `symbols ${symbols.map((symbol) => names.symbol(symbol)).join(" ")}`,
    ...states.map((state) => {
      const cells = entries.filter((entry) => entry.state === state);
      return `${names.state(state)}: ${cells.map(({ rule }) => (rule === null ? "none" : shown(rule, names))).join(" ")}`;
    }),
  ];
}

/**
 * The lines of a machine in two ways, the first one to read best: each rule by itself, in a table where that is not long and no
 * rule has a comment; and with `*` where most of what states do is the same at any symbol.
 */
function waysOf(machine: TuringMachine, entries: readonly Entry[], names: Naming): (readonly string[])[] {
  const starred = [...groupBy(entries, ({ state }) => state).values()].flatMap((row) => rulesOf(row, names));
  const isPlain = entries.every(({ rule }) => !rule?.comment);
  const hasTable = isPlain && machine.symbols.length <= MOST_COLUMNS;
  const plain = hasTable
    ? tableOf(machine, entries, names)
    : entries.flatMap((entry) => (entry.rule === null ? [] : ruleOf(entry, entry.rule, names)));
  if (starred.every((line) => !line.includes("*"))) return [plain];
  return hasTable && 2 * starred.length > entries.length ? [plain, starred] : [starred, plain];
}

/** The text whose network has the fewest numbers that are not 0, the first of those that are equal. */
function smallestOf(texts: readonly string[]): string {
  if (texts.length === 1) return texts[0]!;
  const sizes = texts.map((text) => sizeOf(compile({ name: "imported", text }).network).nonzero);
  return texts[sizes.indexOf(Math.min(...sizes))]!;
}

const ruleOf = (entry: Entry, rule: MachineRule, names: Naming): string =>
  `${names.state(entry.state)} ${names.symbol(entry.symbol)} -> ${shown(rule, names)}${commentOf([entry])}`;

/** The rules of a state; what it does at most symbols is written once, last and with `*`, if there is something to do at each. */
function rulesOf(row: readonly Entry[], names: Naming): string[] {
  const state = names.state(row[0]!.state);
  const effects = ({ symbol, rule }: Entry): string[] => {
    if (rule === null) return [];
    const after = `${rule.move} ${names.state(rule.to)}`;
    return [...(rule.write === symbol ? [`* ${after}`] : []), `${names.symbol(rule.write)} ${after}`];
  };
  const all = row.flatMap((entry) => effects(entry).map((effect) => ({ entry, effect })));
  const groups = [...groupBy(all, ({ effect }) => effect)];
  const [most] = groups.toSorted(([, one], [, other]) => other.length - one.length);
  const isWhole = most !== undefined && row.every(({ rule }) => rule !== null) && most[1].length > 1;
  const common = new Set(isWhole ? most[1].map(({ entry }) => entry) : []);
  const others = row.flatMap((entry) =>
    entry.rule === null || common.has(entry) ? [] : [ruleOf(entry, entry.rule, names)],
  );
  return isWhole ? [...others, `${state} * -> ${most[0]}${commentOf([...common])}`] : others;
}

/** The comments of some rules, each once, as a program writes one behind a rule. */
function commentOf(entries: readonly Entry[]): string {
  const comments = new Set(entries.flatMap(({ rule }) => rule?.comment || []));
  return comments.size === 0 ? "" : `  // ${[...comments].join("; ")}`;
}

/** Runs every rule for a step: a row of three cells for each, all at once, by the rule that becomes a network. */
function requireSame(text: string, entries: readonly Entry[], names: Naming, stop: string | null): void {
  const { checked, ...front } = checkProgram({ name: "imported", text });
  const fields = new Map(checked.fields.map(({ name, type }) => [name, type]));
  const numberOf = (field: string, name: string): number => {
    const type = fields.get(field)!;
    return type.kind === "enum" ? type.names.indexOf(name) : Number(name);
  };
  const stateOf = (state: string) => numberOf("head", names.state(state));
  const symbolOf = (symbol: string) => numberOf("tape", names.symbol(symbol));
  const shape = { rows: entries.length, cols: 3 };
  const plane = (cell: (entry: Entry) => number, value: (entry: Entry) => number) => {
    const made = new Int32Array(shape.rows * shape.cols);
    for (const [row, entry] of entries.entries()) made[row * shape.cols + cell(entry)] = value(entry);
    return made;
  };
  const { rule } = scheduleProgram({ ...front, checked });
  const { planes } = ruleEngine(rule).step({
    ...shape,
    planes: {
      tape: plane(
        () => 1,
        ({ symbol }) => symbolOf(symbol),
      ),
      head: plane(
        () => 1,
        ({ state }) => stateOf(state),
      ),
    },
  });
  const tape = plane(
    () => 1,
    ({ symbol, rule: each }) => symbolOf(each?.write ?? symbol),
  );
  const head = plane(
    ({ rule: each }) => (each === null || each.move === "stay" ? 1 : each.move === "left" ? 0 : 2),
    ({ rule: each }) => stateOf(each?.to ?? stop!),
  );
  const wrong = tape.findIndex((value, at) => value !== planes.tape![at] || head[at] !== planes.head![at]);
  if (wrong < 0) return;
  const { state, symbol } = entries[Math.floor(wrong / shape.cols)]!;
  throw new Error(`internal: the rule of state ${state} at ${symbol} has become another one`);
}
