// Turing machines in the notations of other programs: a line of bbchallenge (`1RB1LC_1RC1RB_...`), and rules of five words,
// `state symbol new-symbol direction new-state`, as Anthony Morphett's simulator reads them.

import { InputError } from "../diagnostics/diagnostic.ts";
import { isHalting, type Move, machineOf, type TuringMachine, type WrittenRule } from "./turing-machine.ts";

const CELL = /^(?:([0-9])([LRSN])([A-Z-])|---|\.\.\.)$/;
const LINE = /^(?:[0-9][LRSN][A-Z-]|---|\.\.\.)+(?:[_ \n](?:[0-9][LRSN][A-Z-]|---|\.\.\.)+)+$/;
const A = "A".charCodeAt(0);

export const looksLikeBbchallenge = (text: string): boolean =>
  LINE.test(text.trim()) || /^[0-9][LRSN][A-Z-](?:[0-9][LRSN][A-Z-]|---)+$/.test(text.trim());

/**
 * Reads a machine in a line: for each state from A on, what it does at the symbols 0, 1 and so on. A rule into a state without a
 * row halts, and so does `---`, where there is no rule.
 * @throws InputError with the state, what was found and what was expected
 */
export function readBbchallenge(text: string): TuringMachine {
  const rows = text
    .trim()
    .split(/[_\s]+/)
    .map((row) => row.match(/.{1,3}/g) ?? []);
  const width = rows[0]!.length;
  if (width === 0) throw new InputError("found no rules of a machine, expected a line such as 1RB1LB_1LA1RZ");
  const halt = rows.length < "ABCDEFGH".length ? "H" : "Z";
  const rules = rows.flatMap((row, at): WrittenRule[] => {
    const state = String.fromCharCode(A + at);
    if (row.length !== width)
      throw new InputError(
        `${text.trim()}: state ${state} has ${row.length} rules, expected ${width} as for A, one for each symbol`,
      );
    return row.flatMap((cell, symbol): WrittenRule[] => {
      const found = CELL.exec(cell);
      if (found === null)
        throw new InputError(
          `${text.trim()}: state ${state} has the rule \`${cell}\`, expected a symbol, L or R and a state, such as 1RB, or ---`,
        );
      const [, write, move, next] = found;
      if (write === undefined) return [];
      if (Number(write) >= width)
        throw new InputError(
          `${text.trim()}: state ${state} writes ${write}, expected a symbol from 0 to ${width - 1}`,
        );
      const isRow = next! !== "-" && next!.charCodeAt(0) - A < rows.length;
      const to = isRow ? next! : halt;
      const way: Move = move === "L" ? "left" : move === "R" ? "right" : "stay";
      return [{ state, symbol: String(symbol), write, move: way, to, line: 1 }];
    });
  });
  // All symbols, also where no rule writes one.
  const about = [`${text.trim().replace(/\s+/g, "_")}: ${rows.length} states, ${width} symbols`];
  const made = machineOf(rules, { about, blank: "0", start: "A", file: text.trim() });
  return { ...made, symbols: Array.from({ length: width }, (_, symbol) => String(symbol)) };
}

const DIRECTIONS: Readonly<Record<string, Move>> = {
  l: "left",
  left: "left",
  "<": "left",
  r: "right",
  right: "right",
  ">": "right",
  "*": "stay",
  s: "stay",
  n: "stay",
  stay: "stay",
};

interface Words {
  readonly words: readonly string[];
  readonly line: number;
  readonly comment: string;
}

function wordsOf(text: string): Words[] {
  return text.split("\n").flatMap((raw, at) => {
    const words = raw
      .replace(/;.*/, "")
      .split(/\s+/)
      .filter((word) => word !== "");
    const comment = /;+(.*)/.exec(raw)?.[1]?.replace(/\s+/g, " ").trim() ?? "";
    return words.length === 0 ? [] : [{ words, line: at + 1, comment }];
  });
}

/** Tells whether most lines are rules of five words. */
export function looksLikeMorphett(text: string): boolean {
  const lines = wordsOf(text);
  const rules = lines.filter(({ words }) => words.length >= 5 && isDirection(words[3]!));
  return rules.length > 0 && 2 * rules.length >= lines.length;
}

const isDirection = (word: string): boolean => Object.hasOwn(DIRECTIONS, word.toLowerCase());

/**
 * Reads rules of five words. `_` is the blank, `*` any state or symbol, or the same again; states that begin with `halt` halt, and
 * the machine starts in state 0, or in that of the first rule where there is no 0.
 * @throws InputError with the line, what was found and what was expected
 */
export function readMorphett(text: string, file: string): TuringMachine {
  const rules = wordsOf(text).map(({ words, line, comment }): WrittenRule => {
    const [state, symbol, write, direction, to, ...rest] = words;
    const wrong = (found: string, expected: string) =>
      new InputError(`${file}, line ${line}: found \`${found}\`, expected ${expected}`);
    if (to === undefined || (rest.length > 0 && rest[0] !== "!"))
      throw wrong(
        words.join(" "),
        "state, symbol, new symbol, direction and new state, or a comment behind ;",
      );
    for (const each of [symbol!, write!])
      if ([...each].length !== 1)
        throw wrong(each, "a symbol of one character, _ for the blank or * for any");
    const move = isDirection(direction!) ? DIRECTIONS[direction!.toLowerCase()] : undefined;
    if (move === undefined) throw wrong(direction!, "the direction l, r or *");
    return { state: state!, symbol: symbol!, write: write!, move, to, line, comment };
  });
  const first = rules.find(({ state }) => state !== "*")?.state;
  const start = rules.some(({ state }) => state === "0") ? "0" : first;
  if (start === undefined) throw new InputError(`${file}: found no rule of a state, expected at least one`);
  const comments = text.split("\n").filter((line) => line.startsWith(";"));
  const about = comments.slice(0, 5).flatMap((line) => line.replace(/^;+\s*/, "").trim() || []);
  return machineOf(rules, { about, blank: "_", start, file, halts: isHalting });
}
