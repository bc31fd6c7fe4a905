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
  const text = [...rules.values()].join("\n");
  const used = halting.filter(
    (state, i) => (otherwise && i === 0) || text.includes(` ${state}\n`) || text.endsWith(state),
  );
  const start = random.chance(0.75) ? [`start ${states[0]} at ${drawCorner(random)}`] : [];
  const lines = random.chance(0.3) ? tableOf(reached, symbols, rules) : [...rules.values()];
  const end = used.length > 0 ? [`halt ${used.join(", ")}`] : [];
  const rest = otherwise && used.length > 0 ? ["otherwise halt"] : [];
  const all = random.chance(0.5)
    ? [...start, ...lines, ...end, ...rest]
    : [...start, ...end, ...lines, ...rest];
  return `machine on ${tape.name} {\n${all.join("\n")}\n}`;
}

/** The same rules as a table. */
function tableOf(
  states: readonly string[],
  symbols: readonly string[],
  rules: ReadonlyMap<string, string>,
): string[] {
  const rows = states.map((state) => {
    const cells = symbols.map((symbol) => rules.get(`${state} ${symbol}`)?.replace(/^.*-> /, "") ?? "none");
    return `${state}: ${cells.join("  ")}`;
  });
  return [`symbols ${symbols.join(" ")}`, ...rows];
}

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
