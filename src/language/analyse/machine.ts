// Turing machines written out: a field `head` that says which state the head is in, or that it is elsewhere; one
// `each` in a loop; and the end of the run when no head can go on. Every part keeps the place it stands for.
//
// A cell takes a head over from the neighbour that it leaves: the neighbour's rule is the one that fits the state
// and symbol there, both as they were before the step. A head that leaves the grid is gone, and the run ends.

import type { Diagnostic, Span } from "../../diagnostics/diagnostic.ts";
import { groupBy } from "../../diagnostics/group.ts";
import { type Axis, opposite } from "../../grid/direction.ts";
import { bounds, type ValueType } from "../../grid/grid.ts";
import type { MachineEnds } from "../../grid/prepare.ts";
import type {
  AstEnumValue,
  AstExpression,
  AstItem,
  AstMachineLine,
  AstOf,
  AstProgram,
  AstStatement,
  MachineEnd,
  Name,
} from "../parse/ast.ts";
import { MOVES } from "../parse/lexer.ts";
import type { Globals } from "./context.ts";
import { aboutMachines } from "./messages/machines.ts";
import { aboutSettings } from "./messages/settings.ts";

/** Where the head is and in which state; `none` elsewhere. */
export const HEAD = "head";
const NOWHERE = "none";
/** Names with a space cannot clash with any in the program. */
const NEXT = "next head";

/** What is known of a program beside its text, when its machine is written out. */
interface Known {
  /** The type of the tape; null where it is not known yet. */
  readonly tape: ValueType | null;
  /** A name, or the value of a param of this name: symbols can be params. */
  readonly meaningOf: (name: string) => string;
}

/**
 * The program with its machine written out; there can be only one, so others are left out. What is declared is known only
 * when the fields of the machine are, so that it is given by a second call.
 */
export function expandMachine(
  program: AstProgram,
  declared?: Pick<Globals, "fields" | "params">,
): AstProgram {
  const first = program.items.find((item) => item.tag === "machine");
  const items = program.items.flatMap((item) => {
    if (item.tag !== "machine") return [item];
    if (item !== first) return [];
    const meaningOf = (name: string) => String(declared?.params.get(name)?.value ?? name);
    return expand(withoutTables(item), {
      tape: declared?.fields.get(item.tape.text)?.type ?? null,
      meaningOf,
    });
  });
  return { ...program, items };
}

/** The machine with a rule for every cell of its table, which has the symbol above it. */
export function withoutTables(
  machine: AstOf<"machine">,
  report: (diagnostic: Diagnostic) => void = () => {},
): AstOf<"machine"> {
  let symbols: AstOf<"symbols"> | null = null;
  const lines: AstMachineLine[] = [];
  for (const line of machine.lines) {
    if (line.tag === "symbols") {
      if (symbols !== null) report(aboutSettings.settingTwice(line.span, "symbols", symbols.span));
      symbols = line;
    } else if (line.tag !== "row") lines.push(line);
    else if (symbols === null) report(aboutMachines.rowWithoutSymbols(line.state));
    else lines.push(...rulesOf(line, symbols, report));
  }
  return { ...machine, lines };
}

function rulesOf(
  { state, cells, span }: AstOf<"row">,
  { symbols, span: head }: AstOf<"symbols">,
  report: (diagnostic: Diagnostic) => void,
): AstMachineLine[] {
  if (cells.length !== symbols.length)
    report(aboutMachines.otherNumberOfCells(span, state.text, cells.length, symbols.length, head));
  return cells.flatMap((cell, at): AstMachineLine[] => {
    const symbol = symbols[at];
    return cell === null || symbol === undefined ? [] : [{ tag: "rule", state, symbol, ...cell }];
  });
}

/** What stands for any state or symbol, or for the same again. */
export const ANY = "*";
export const isAnyState = ({ text }: Name): boolean => text === ANY;
export const isAnySymbol = (symbol: AstExpression): boolean => symbol.tag === "name" && symbol.name === ANY;

export const isMove = (word: string): boolean => MOVES.includes(word);

/** Rows and columns that a workspace begins with where it grows. */
const FIRST_ROOM = 8;

/** The room that a growing workspace begins with, on the sides to which a machine moves. */
export function firstMargins(
  machine: AstOf<"machine">,
  { span }: AstOf<"workspace">,
): AstOf<"workspace">["margins"] {
  const moves = new Set(linesOf(machine, "rule").map(({ move }) => move.text));
  const sides = [
    ...(moves.has("left") || moves.has("right") ? ["left", "right"] : []),
    ...(moves.has("up") || moves.has("down") ? ["top", "bottom"] : []),
  ];
  return sides.map((text) => ({ side: { text, span }, size: { tag: "number", value: FIRST_ROOM, span } }));
}

/** The word `machine`: where parts stand that have no place of their own. */
export const headOfMachine = ({ span: { start } }: AstOf<"machine">): Span => ({
  start,
  end: start + "machine".length,
});

type Line<Tag> = AstOf<"machine">["lines"][number] & { readonly tag: Tag };

export const linesOf = <Tag extends AstOf<"machine">["lines"][number]["tag"]>(
  machine: AstOf<"machine">,
  tag: Tag,
): Line<Tag>[] => machine.lines.filter((line): line is Line<Tag> => line.tag === tag);

/** All states in order of appearance, the start state first. */
export function statesOf(machine: AstOf<"machine">): ReadonlyMap<string, Name> {
  const named = [
    ...linesOf(machine, "start").map(({ state }) => state),
    ...linesOf(machine, "rule").flatMap(({ state, to }) => [state, to]),
    ...linesOf(machine, "halts").flatMap(({ states }) => states),
  ];
  const states = new Map<string, Name>();
  for (const state of named) if (!states.has(state.text) && !isAnyState(state)) states.set(state.text, state);
  return states;
}

/** The states in which a machine halts, in the order of their lines; those of one way to end, if one is given. */
export const haltingStates = (machine: AstOf<"machine">, end?: MachineEnd): Name[] =>
  linesOf(machine, "halts").flatMap((line) => (end === undefined || line.end === end ? line.states : []));

/** The state of a head for which there is no rule, if the machine says one. */
export function stateOtherwise(machine: AstOf<"machine">): Name | undefined {
  const [otherwise] = linesOf(machine, "otherwise");
  return otherwise && haltingStates(machine, otherwise.end)[0];
}

/** Returns what the states in which a machine halts say of its run. */
export function machineEnds(machine: AstOf<"machine">): MachineEnds {
  const named = (end?: MachineEnd) => haltingStates(machine, end).map(({ text }) => text);
  return { tape: machine.tape.text, halt: named(), accept: named("accept"), reject: named("reject") };
}

function expand(machine: AstOf<"machine">, known: Known): AstItem[] {
  const at = headOfMachine(machine);
  const { span } = machine;
  const [start] = linesOf(machine, "start");
  const halting = haltingStates(machine);
  const values: AstEnumValue[] = [{ text: NOWHERE, span: at }, ...statesOf(machine).values()].map((name) => ({
    name,
    symbol: name.text === NOWHERE && name.span === at ? { text: ".", span: at } : null,
  }));
  const over = [{ text: NOWHERE, span: at }, ...halting].map((state) => isIn(null, HEAD, value(state), at));
  const place: AstItem[] = start
    ? [
        {
          tag: "place",
          field: { text: HEAD, span: at },
          value: value(start.state),
          at: start.at,
          span: start.span,
        },
      ]
    : [];
  return [
    {
      tag: "field",
      role: start ? "output" : "input",
      names: [{ text: HEAD, span: at }],
      type: { tag: "enum", values, span: at },
      initial: null,
      span: at,
    },
    ...place,
    { tag: "ends", condition: { quantifier: "all", of: join("or", over), span: at }, span: at },
    {
      tag: "loop",
      forever: false,
      body: [{ tag: "each", body: bodyOf(new Rules(machine, known)), isMachine: true, span }],
      span,
    },
  ];
}

function bodyOf(rules: Rules): AstStatement[] {
  const { machine } = rules;
  const at = headOfMachine(machine);
  const own = (text: string): AstExpression => ({ tag: "name", name: text, span: at });
  const assign = (field: string, to: AstExpression): AstStatement => ({
    tag: "assign",
    place: null,
    field: { text: field, span: at },
    value: to,
    span: machine.span,
  });
  const tape = machine.tape.text;
  return [
    { tag: "let", name: { text: NEXT, span: at }, value: nextHead(rules), span: machine.span },
    assign(tape, nextSymbol(rules, own(tape))),
    assign(HEAD, own(NEXT)),
  ];
}

/** Returns what the cell holds after the step: what the rule of a head here writes, or what it held. */
function nextSymbol(rules: Rules, unchanged: AstExpression): AstExpression {
  const writing = rules.all.filter(({ write }) => !isAnySymbol(write));
  const groups = groupBy(writing, ({ write }) => rules.keyOf(write));
  return [...groups.values()].reduceRight<AstExpression>((otherwise, group) => {
    const [first] = group;
    const when = join(
      "or",
      group.map((rule) => rules.applies(rule, null)),
    );
    return choose(when, first!.write, otherwise);
  }, unchanged);
}

/** The state of the head that is here after the step: one that comes or stays, else a halted one. */
function nextHead(rules: Rules): AstExpression {
  const { machine } = rules;
  const at = headOfMachine(machine);
  const rest = haltingStates(machine).reduceRight<AstExpression>(
    (otherwise, state) => choose(isIn(null, HEAD, value(state), state.span), value(state), otherwise),
    { tag: "name", name: NOWHERE, span: at },
  );
  const moving = rules.all.filter(({ move }) => isMove(move.text));
  const leading = groupBy(moving, ({ to }) => to.text);
  const remaining = leading.get(ANY) ?? [];
  const fallback = stateOtherwise(machine);
  return [...statesOf(machine).values()].reduceRight<AstExpression>((otherwise, state) => {
    const all = [
      ...(leading.get(state.text) ?? []).map((rule) => rules.applies(rule, comesFrom(rule))),
      ...remaining.flatMap((rule) => rules.appliesIn(rule, state, comesFrom(rule)) ?? []),
      ...(state.text === fallback?.text ? rules.without() : []),
    ];
    return all.length === 0 ? otherwise : choose(join("or", all), value(state), otherwise);
  }, rest);
}

/** The neighbour that a head comes from by a rule, or null if it stays. */
const comesFrom = ({ move }: AstOf<"rule">): Name | null =>
  move.text === "stay" ? null : { text: opposite(move.text as Axis), span: move.span };

/** Where a rule applies: in some states, at some symbols or at all but these. */
interface Region {
  readonly states: readonly Name[];
  readonly symbols: readonly AstExpression[];
  readonly isExcept: boolean;
}

/**
 * The rules of a machine, and where each applies. A rule for a state and a symbol goes before that of the state for any symbol,
 * this before that of any state for the symbol, and this before that of any state for any symbol. So no two rules apply at once,
 * and each applies in regions that are as many and as long as the rules that go before it, at most.
 */
class Rules {
  readonly machine: AstOf<"machine">;
  readonly all: readonly AstOf<"rule">[];
  readonly #known: Known;
  /** States that do not halt. */
  readonly #running: readonly Name[];
  /** Rules of a state for one symbol each, by the state. */
  readonly #own: ReadonlyMap<string, readonly AstOf<"rule">[]>;
  /** States with a rule for any symbol. */
  readonly #open = new Set<string>();
  /** Symbols for which there is a rule of any state. */
  readonly #general: readonly AstExpression[];

  constructor(machine: AstOf<"machine">, known: Known) {
    this.machine = machine;
    this.all = linesOf(machine, "rule");
    this.#known = known;
    const halts = new Set(haltingStates(machine).map(({ text }) => text));
    this.#running = [...statesOf(machine).values()].filter(({ text }) => !halts.has(text));
    this.#own = groupBy(
      this.all.filter(({ symbol }) => !isAnySymbol(symbol)),
      ({ state }) => state.text,
    );
    for (const { state, symbol } of this.all) if (isAnySymbol(symbol)) this.#open.add(state.text);
    this.#general = this.#symbolsOf(ANY);
  }

  /** Constants that mean the same are alike. */
  keyOf(constant: AstExpression): string {
    if (constant.tag === "negative") return `-${this.keyOf(constant.of)}`;
    if (constant.tag === "number" || constant.tag === "boolean") return String(Number(constant.value));
    return constant.tag === "name" ? this.#known.meaningOf(constant.name) : "";
  }

  /** Tells whether a rule applies to the head and symbol of the cell, or of a neighbour. */
  applies(rule: AstOf<"rule">, place: Name | null): AstExpression {
    return this.#within(this.#regionsOf(rule), place, rule.state.span);
  }

  /** Tells whether a rule applies where the head is in a state; null if it never does there. */
  appliesIn(rule: AstOf<"rule">, state: Name, place: Name | null): AstExpression | null {
    const regions = this.#regionsOf(rule).filter(({ states }) =>
      states.some(({ text }) => text === state.text),
    );
    if (regions.length === 0) return null;
    const here = regions.map((region) => ({ ...region, states: [state] }));
    return this.#within(here, place, state.span);
  }

  /** With `otherwise`: for each state that the symbol here is in none of its rules. */
  without(): AstExpression[] {
    if (this.#open.has(ANY)) return [];
    return this.#running
      .filter(({ text }) => !this.#open.has(text))
      .map((state) => {
        const region = this.#except([state], [...this.#symbolsOf(state.text), ...this.#general]);
        return this.#within([region], null, state.span);
      });
  }

  #symbolsOf(state: string): readonly AstExpression[] {
    return (this.#own.get(state) ?? []).map(({ symbol }) => symbol);
  }

  #regionsOf({ state, symbol }: AstOf<"rule">): readonly Region[] {
    const only = { symbols: [symbol], isExcept: false };
    if (!isAnyState(state)) {
      const own = { states: [state], ...only };
      return [isAnySymbol(symbol) ? this.#except([state], this.#symbolsOf(state.text)) : own];
    }
    const states = this.#running.filter(({ text }) => !this.#open.has(text));
    if (!isAnySymbol(symbol)) return [{ states: this.#without(states, this.keyOf(symbol)), ...only }];
    return this.#rest(states);
  }

  /** The regions of the rule of any state for any symbol: all symbols without a rule, and those of some states alone. */
  #rest(states: readonly Name[]): readonly Region[] {
    const general = new Set(this.#general.map((symbol) => this.keyOf(symbol)));
    const own = new Map<string, AstExpression>();
    for (const symbol of states.flatMap(({ text }) => this.#symbolsOf(text))) {
      const key = this.keyOf(symbol);
      if (!general.has(key)) own.set(key, symbol);
    }
    const partly = [...own].map(([key, symbol]) => ({
      states: this.#without(states, key),
      symbols: [symbol],
      isExcept: false,
    }));
    return [this.#except(states, [...this.#general, ...own.values()]), ...partly];
  }

  /** The states among some that have no rule of their own for a symbol. */
  #without(states: readonly Name[], key: string): readonly Name[] {
    return states.filter(({ text }) => !this.#symbolsOf(text).some((symbol) => this.keyOf(symbol) === key));
  }

  /** All symbols but some: these are named, or the others are, whichever are fewer. */
  #except(states: readonly Name[], symbols: readonly AstExpression[]): Region {
    const { tape } = this.#known;
    if (tape === null) return { states, symbols, isExcept: true };
    const named = new Set(symbols.map((symbol) => this.keyOf(symbol)));
    const { lo, hi } = bounds(tape);
    if (hi - lo + 1 - named.size > named.size) return { states, symbols, isExcept: true };
    const { span } = this.machine.tape;
    const others = Array.from({ length: hi - lo + 1 }, (_, at) => constantFor(tape, lo + at, span));
    return { states, symbols: others.filter((symbol) => !named.has(this.keyOf(symbol))), isExcept: false };
  }

  /** Tells whether the head of the cell, or of a neighbour, is in one of some regions. */
  #within(regions: readonly Region[], place: Name | null, span: Span): AstExpression {
    const isOneOf = (field: string, constants: readonly AstExpression[]) =>
      join(
        "or",
        constants.map((constant) => isIn(place, field, constant, constant.span)),
      );
    const parts = regions.flatMap(({ states, symbols, isExcept }): AstExpression[] => {
      if (states.length === 0 || (symbols.length === 0 && !isExcept)) return [];
      const here = isOneOf(HEAD, states.map(value));
      if (symbols.length === 0) return [here];
      const read = isOneOf(this.machine.tape.text, symbols);
      return [join("and", [here, isExcept ? { tag: "not", of: read, span } : read])];
    });
    return parts.length === 0 ? { tag: "boolean", value: false, span } : join("or", parts);
  }
}

/** A value of a type as a program writes it. */
function constantFor(type: ValueType, value: number, span: Span): AstExpression {
  if (type.kind === "enum") return { tag: "name", name: type.names[value]!, span };
  const number = { tag: "number", value: Math.abs(value), span } as const;
  return value < 0 ? { tag: "negative", of: number, span } : number;
}

const value = ({ text, span }: Name): AstExpression => ({ tag: "name", name: text, span });

/** Tells whether a field of the cell, or of a neighbour, holds a constant. */
function isIn(place: Name | null, field: string, constant: AstExpression, span: Span): AstExpression {
  const read: AstExpression = place
    ? { tag: "read", place, field: { text: field, span }, span }
    : { tag: "name", name: field, span };
  return { tag: "binary", operator: "==", left: read, right: constant, span };
}

function choose(when: AstExpression, then: AstExpression, otherwise: AstExpression): AstExpression {
  return { tag: "choose", when, then, otherwise, span: then.span };
}

/** A balanced tree, so that tables of many rules nest no more than they must. */
function join(operator: "and" | "or", parts: readonly AstExpression[]): AstExpression {
  if (parts.length === 1) return parts[0]!;
  const middle = Math.ceil(parts.length / 2);
  const [left, right] = [join(operator, parts.slice(0, middle)), join(operator, parts.slice(middle))];
  return { tag: "binary", operator, left, right, span: left.span };
}
