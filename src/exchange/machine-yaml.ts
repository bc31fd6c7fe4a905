// Turing machines as turingmachine.io writes them: YAML with `blank`, `start state` and a `table`, by states and symbols.

import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { InputError } from "../diagnostics/diagnostic.ts";
import { type Move, machineOf, type TuringMachine, type WrittenRule } from "./turing-machine.ts";

/** Lists of symbols in the place of a key, which the library takes only at the beginning of a map: quoted, they are words. */
const LISTS = /^(\s*)(\[(?:'[^'\n]*'|"[^"\n]*"|[^\]'"\n])*\])(\s*:)/gm;
const quoted = (_: string, before: string, list: string, after: string) =>
  before + JSON.stringify(list) + after;

type Found = Node | null | undefined;

/**
 * Reads a machine.
 * @throws InputError with the line, what was found and what was expected
 */
export function readMachineYaml(text: string, file: string): TuringMachine {
  const counter = new LineCounter();
  const document = parseDocument(text.replace(LISTS, quoted), {
    lineCounter: counter,
    schema: "failsafe",
    uniqueKeys: true,
  });
  const [error] = document.errors;
  if (error !== undefined)
    throw new InputError(
      `${file}, line ${counter.linePos(error.pos[0]).line}: ${error.message.split("\n")[0]}`,
    );
  const reader = new Reader(file, (node) => counter.linePos(node?.range?.[0] ?? 0).line);
  const root = document.contents;
  if (!isMap(root)) throw reader.wrong(root, "the keys blank, start state and table");
  const blank = reader.symbol(root.get("blank", true) as Found);
  const start = reader.word(
    root.get("start state", true) as Found,
    "the name of a state behind `start state`",
  );
  const synonyms = reader.entries(root.get("synonyms", true) as Found);
  const known = new Map(synonyms.map(([key, value]) => [reader.word(key, "a name"), value]));
  const rules = reader
    .entries(root.get("table", true) as Found)
    .flatMap(([state, row]) => reader.rulesOf(reader.word(state, "the name of a state"), row, known));
  const input = root.get("input", true) as Found;
  const about = isScalar(input) ? [`Its input is ${String(input.value)}`] : [];
  return machineOf(rules, { about, blank, start, file });
}

class Reader {
  readonly #file: string;
  readonly #lineOf: (node: Found) => number;

  constructor(file: string, lineOf: (node: Found) => number) {
    this.#file = file;
    this.#lineOf = lineOf;
  }

  wrong(node: Found, expected: string): InputError {
    const found = node === null || node === undefined ? "nothing" : `\`${String(node).trim().slice(0, 40)}\``;
    return new InputError(`${this.#file}, line ${this.#lineOf(node)}: found ${found}, expected ${expected}`);
  }

  word(node: Found, expected: string): string {
    if (isScalar(node) && typeof node.value === "string" && node.value !== "") return node.value;
    throw this.wrong(node, expected);
  }

  symbol(node: Found): string {
    const text = this.word(node, "a symbol of one character");
    if ([...text].length === 1) return text;
    throw this.wrong(node, "a symbol of one character");
  }

  /** The keys and values of a map; none where there is nothing. */
  entries(node: Found): (readonly [key: Found, value: Found])[] {
    if (node === undefined || node === null || (isScalar(node) && (node.value === null || node.value === "")))
      return [];
    if (!isMap(node) || isAlias(node)) throw this.wrong(node, "names with what they stand for");
    return node.items.map(({ key, value }) => [key as Found, value as Found]);
  }

  rulesOf(state: string, row: Found, synonyms: ReadonlyMap<string, Found>): WrittenRule[] {
    return this.entries(row).flatMap(([key, value]) => {
      const symbols = this.#symbols(key);
      const line = this.#lineOf(key);
      const { write, move, to } = this.#instruction(value, synonyms);
      return symbols.map((symbol) => ({
        state,
        symbol,
        write: write ?? symbol,
        move,
        to: to ?? state,
        line,
      }));
    });
  }

  #symbols(key: Found): string[] {
    const isList = isScalar(key) && typeof key.value === "string" && /^\[.+\]$/.test(key.value);
    const list = isList ? parseDocument(String(key.value), { schema: "failsafe" }).contents : null;
    return isSeq(list) ? list.items.map((each) => this.symbol(each as Found)) : [this.symbol(key)];
  }

  /** `R`, `{L: next}` or `{write: 1, L: next}`, or the name of one of these. */
  #instruction(
    node: Found,
    synonyms: ReadonlyMap<string, Found>,
  ): { write: string | null; move: Move; to: string | null } {
    if (isScalar(node) && typeof node.value === "string") {
      if (node.value === "L" || node.value === "R")
        return { write: null, move: moveOf(node.value), to: null };
      const meant = synonyms.get(node.value);
      if (meant !== undefined) return this.#instruction(meant, new Map());
    }
    if (!isMap(node)) throw this.wrong(node, "L, R, a synonym, or { write: symbol, L or R: state }");
    let [write, move, to]: [string | null, Move | null, string | null] = [null, null, null];
    for (const [key, value] of this.entries(node)) {
      const word = this.word(key, "write, L or R");
      if (word === "write") write = this.symbol(value);
      else if ((word === "L" || word === "R") && move === null) {
        move = moveOf(word);
        const isNamed = isScalar(value) && typeof value.value === "string" && value.value !== "";
        to = isNamed ? String(value.value) : null;
      } else throw this.wrong(key, "write, and one of L and R");
    }
    if (move === null) throw this.wrong(node, "one of L and R");
    return { write, move, to };
  }
}

const moveOf = (letter: "L" | "R"): Move => (letter === "L" ? "left" : "right");
