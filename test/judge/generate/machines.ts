// Random Turing machines, in one row or in two dimensions.

import type { Random } from "../random.ts";
import type { Field } from "./names.ts";

const MOVES = ["left", "right", "up", "down", "stay"] as const;

/** The lines of a machine on a tape; every state can be come into, and has a rule for every symbol. */
export function drawMachine(random: Random, tape: Field, flat: boolean): string {
  const states = ["A", "B", "C", "D"].slice(0, random.between(1, 4)).map((name) => `S${name}`);
  const halting = ["H", "Reject"].slice(
    0,
    random.weighted([
      [2, 0],
      [5, 1],
      [2, 2],
    ]),
  );
  const symbols = symbolsOf(tape);
  const ends = halting.map(() => random.pick(["halt", "halt", "accept", "reject"]));
  const otherwise = halting.length > 0 && random.chance(0.3);
  const moves = flat ? MOVES.filter((move) => move !== "up" && move !== "down") : MOVES;
  const rules = new Map<string, string>();
  const reached = [states[0]!];
  for (const state of reached) {
    for (const symbol of symbols) {
      if (otherwise && rules.size > 0 && random.chance(0.3)) continue;
      const unseen = states.filter((each) => !reached.includes(each));
      const next =
        unseen.length > 0 && random.chance(0.5) ? unseen[0]! : random.pick([...reached, ...halting]);
      if (!reached.includes(next) && states.includes(next)) reached.push(next);
      const line = `${state} ${symbol} -> ${random.pick(symbols)} ${random.pick(moves)} ${next}`;
      rules.set(`${state} ${symbol}`, line);
    }
  }
  if (random.chance(0.4)) addWildcards(random, rules, reached, symbols, halting);
  const text = [...rules.values()].join("\n");
  const used = halting.filter(
    (state, i) => (otherwise && i === 0) || text.includes(` ${state}\n`) || text.endsWith(state),
  );
  const start = random.chance(0.75) ? [`start ${states[0]} at ${drawCorner(random)}`] : [];
  const lines = random.chance(0.3) ? tableOf(reached, symbols, rules) : [...rules.values()];
  const end = used.map((state) => `${ends[halting.indexOf(state)]} ${state}`);
  const rest = otherwise && used.length > 0 ? [`otherwise ${ends[halting.indexOf(used[0]!)]}`] : [];
  const all = random.chance(0.5)
    ? [...start, ...lines, ...end, ...rest]
    : [...start, ...end, ...lines, ...rest];
  return `machine on ${tape.name} {\n${all.join("\n")}\n}`;
}

/**
 * Puts rules with `*` in the place of some rules, whose states and symbols they then stand for, or beside all of them where
 * something is left to them. States are still led to by the same rules.
 */
function addWildcards(
  random: Random,
  rules: Map<string, string>,
  states: readonly string[],
  symbols: readonly string[],
  halting: readonly string[],
): void {
  const keeps = new Set<string>();
  for (const state of states.slice(1)) {
    const leading = [...rules].find(([, rule]) => rule.endsWith(` ${state}`));
    if (leading !== undefined) keeps.add(leading[0]);
  }
  const has = (state: string, symbol: string) => rules.has(`${state} ${symbol}`);
  const open = (state: string, symbol: string) =>
    !has(state, symbol) && !has(state, "*") && !has("*", symbol);
  const add = (state: string, symbol: string) => {
    const to = random.pick([...states, ...halting, "*", "*"]);
    const write = random.chance(0.5) ? "*" : random.pick(symbols);
    rules.set(
      `${state} ${symbol}`,
      `${state} ${symbol} -> ${write} ${random.pick(["left", "right", "stay"])} ${to}`,
    );
  };
  const drop = (state: string, symbol: string) => {
    const key = `${state} ${symbol}`;
    if (!keeps.has(key) && rules.size > 1) rules.delete(key);
  };
  for (const state of states)
    if (random.chance(0.4)) {
      for (const symbol of symbols) if (random.chance(0.6)) drop(state, symbol);
      if (symbols.some((symbol) => !has(state, symbol))) add(state, "*");
    }
  for (const symbol of symbols)
    if (random.chance(0.3)) {
      for (const state of states) if (random.chance(0.6)) drop(state, symbol);
      if (states.some((state) => open(state, symbol))) add("*", symbol);
    }
  const isLeft = states.some((state) => symbols.some((symbol) => open(state, symbol)));
  // Whatever has been dropped has a rule again.
  if (isLeft) add("*", "*");
}

/** The same rules as a table. */
function tableOf(
  states: readonly string[],
  symbols: readonly string[],
  rules: ReadonlyMap<string, string>,
): string[] {
  const columns = [...symbols, ...(keysWith(rules, " *") ? ["*"] : [])];
  const rows = [...states, ...(keysWith(rules, "* ") ? ["*"] : [])].map((state) => {
    const cells = columns.map((symbol) => rules.get(`${state} ${symbol}`)?.replace(/^.*-> /, "") ?? "none");
    return `${state}: ${cells.join("  ")}`;
  });
  return [`symbols ${columns.join(" ")}`, ...rows];
}

const keysWith = (rules: ReadonlyMap<string, string>, part: string): boolean =>
  [...rules.keys()].some((key) => (part === "* " ? key.startsWith(part) : key.endsWith(part)));

function symbolsOf({ type }: Field): string[] {
  if (type.kind === "enum") return [...type.names];
  const [low, high] = type.kind === "bit" ? [0, 1] : [type.low, type.high];
  return Array.from({ length: high - low + 1 }, (_, i) => `${low + i}`);
}

/** A position that every grid has. */
export function drawCorner(random: Random): string {
  return random.pick([
    "left",
    "right",
    "top",
    "bottom",
    "top left",
    "top right",
    "bottom left",
    "bottom right",
    "row 1 column 1",
    "row 1 column (cols + 1) / 2",
    "row rows column cols",
    "row (rows + 1) / 2 column max(1, cols - 1)",
  ]);
}
