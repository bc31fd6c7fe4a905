// Turing machines of other programs: states, symbols and rules by their names there.

import { InputError } from "../diagnostics/diagnostic.ts";
import type { MachineEnd } from "../language/parse/ast.ts";

export type Move = "left" | "right" | "stay";

/** What a machine does in a state at a symbol. */
export interface MachineRule {
  readonly write: string;
  readonly move: Move;
  readonly to: string;
  /** What stands behind the rule, for people. */
  readonly comment?: string;
}

export interface TuringMachine {
  /** What people say of it, a line each. */
  readonly about: readonly string[];
  /** The first symbol is the blank. */
  readonly symbols: readonly string[];
  readonly start: string;
  /** The states of which the table has rules. */
  readonly states: readonly string[];
  /** The rule of a state at a symbol; null where the machine halts. */
  rule(state: string, symbol: string): MachineRule | null;
}

/** Rules as they are written, each with its line. */
export interface WrittenRule extends MachineRule {
  readonly state: string;
  readonly symbol: string;
  readonly line: number;
}

/** More rules are no table that anybody wrote. */
const MOST_RULES = 100_000;
const ANY = "*";

/**
 * The machine of rules with wildcards: `*` is any state, any symbol, or the state or symbol that there is. A rule for the state
 * and symbol goes first, then that of the state for any symbol, then that of any state.
 * @throws InputError where two rules say different things of a state and symbol
 */
export function machineOf(
  rules: readonly WrittenRule[],
  {
    about,
    blank,
    start,
    file,
    halts = () => false,
  }: {
    readonly about: readonly string[];
    readonly blank: string;
    readonly start: string;
    readonly file: string;
    /** States that halt whatever their rules say. */
    readonly halts?: (state: string) => boolean;
  },
): TuringMachine {
  const table = new Map<string, WrittenRule>();
  const keyOf = (state: string, symbol: string) => `${state}\n${symbol}`;
  for (const rule of rules) {
    const earlier = table.get(keyOf(rule.state, rule.symbol));
    const isSame = earlier?.write === rule.write && earlier.move === rule.move && earlier.to === rule.to;
    if (earlier !== undefined && !isSame)
      throw new InputError(
        `${file}, line ${rule.line}: found a second rule for state ${rule.state} at ${rule.symbol}, beside that in line ` +
          `${earlier.line}; expected one, as machines are deterministic here`,
      );
    table.set(keyOf(rule.state, rule.symbol), rule);
  }
  const named = (words: readonly string[]) => [...new Set(words.filter((word) => word !== ANY))];
  const symbols = named([blank, ...rules.flatMap(({ symbol, write }) => [symbol, write])]);
  const states = named([start, ...rules.map(({ state }) => state)]);
  const anywhere = rules.some(({ state }) => state === ANY) ? rules.map(({ to }) => to) : [];
  const all = named([...states, ...anywhere.filter((state) => !halts(state))]);
  if (all.length * symbols.length > MOST_RULES)
    throw new InputError(
      `${file}: found ${all.length} states and ${symbols.length} symbols, expected at most ${MOST_RULES} rules in all`,
    );
  return {
    about,
    symbols,
    start,
    states: all,
    rule(state, symbol) {
      const keys = [keyOf(state, symbol), keyOf(state, ANY), keyOf(ANY, symbol), keyOf(ANY, ANY)];
      const found = keys.map((key) => table.get(key)).find((rule) => rule !== undefined);
      if (found === undefined || halts(state)) return null;
      const same = (word: string, now: string) => (word === ANY ? now : word);
      const { move, comment = "" } = found;
      return { write: same(found.write, symbol), move, to: same(found.to, state), comment };
    },
  };
}

/** States that halt by their names, as Morphett's simulator takes them; others halt where they have no rule. */
export const isHalting = (state: string): boolean => /^halt/i.test(state);

/** Tells how a run ends in a halting state, which its name says. */
export const endOf = (state: string): MachineEnd =>
  /accept|^yes$/i.test(state) && !/reject/i.test(state)
    ? "accept"
    : /reject|^no$/i.test(state)
      ? "reject"
      : "halt";
