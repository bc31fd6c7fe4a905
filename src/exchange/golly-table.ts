// Golly's tables: lines of a cell's state, those of its neighbours and the next one, of which the first that fits counts.
// Variables stand for several states, the same one wherever they stand in a line; symmetries turn and mirror a line.
//
// A table becomes a diagram line by line, from the last one on: a line overwrites what stands there where it fits. Ways in
// which it may fit are followed at once, as a set, so that lines that may be permuted need not be written out.

import { spend } from "../diagnostics/budget.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import { cached } from "../diagnostics/memo.ts";
import type { Direction } from "../grid/direction.ts";
import { CaseDiagrams, type CaseNode } from "../logic/case-diagrams.ts";
import { type Automaton, MOST_STATES, NEIGHBOURHOODS, type NeighbourhoodName } from "./automaton.ts";

/** The neighbours in the order of a line. */
const ORDER: Readonly<Record<NeighbourhoodName, readonly Direction[]>> = {
  Moore: ["up", "upright", "right", "downright", "down", "downleft", "left", "upleft"],
  vonNeumann: ["up", "right", "down", "left"],
  hexagonal: ["up", "right", "downright", "down", "left", "upleft"],
  oneDimensional: ["left", "right"],
};

interface Symmetry {
  /** The least turn, in places of a line. */
  readonly turn?: number;
  readonly mirrored?: true;
}

const SYMMETRIES: Readonly<Record<NeighbourhoodName, Readonly<Record<string, Symmetry>>>> = {
  Moore: {
    none: {},
    rotate4: { turn: 2 },
    rotate8: { turn: 1 },
    reflect_horizontal: { mirrored: true },
    rotate4reflect: { turn: 2, mirrored: true },
    rotate8reflect: { turn: 1, mirrored: true },
    permute: {},
  },
  vonNeumann: {
    none: {},
    rotate4: { turn: 1 },
    reflect_horizontal: { mirrored: true },
    rotate4reflect: { turn: 1, mirrored: true },
    permute: {},
  },
  hexagonal: {
    none: {},
    rotate2: { turn: 3 },
    rotate3: { turn: 2 },
    rotate6: { turn: 1 },
    rotate6reflect: { turn: 1, mirrored: true },
    permute: {},
  },
  oneDimensional: { none: {}, reflect: { turn: 1 }, permute: {} },
};

interface Header {
  readonly states: number;
  readonly neighbourhood: NeighbourhoodName;
  readonly symmetry: string;
}

/** A line without variables that stand twice: what each place may hold, and the next state. */
interface Transition {
  readonly cell: readonly number[];
  readonly around: readonly (readonly number[])[];
  readonly next: number;
}

/**
 * Reads a table.
 * @throws InputError with the line, what was found and what was expected
 */
export function readGollyTable(lines: readonly FileLine[], file: string): Omit<Automaton, "name" | "names"> {
  const reader = new TableReader(file);
  const rows = lines.flatMap((each) => reader.read(each));
  const { states, neighbourhood, symmetry } = reader.header();
  const places = NEIGHBOURHOODS[neighbourhood];
  const cases = new CaseDiagrams(new Array<number>(places.length + 1).fill(states));
  let next = cases.make(0, (state) => cases.constant(state));
  for (const row of rows.reverse()) {
    const matcher =
      symmetry === "permute" ? permuted(row.around) : turned(row.around, neighbourhood, symmetry);
    next = overwritten(cases, next, row, matcher);
  }
  const about = [
    `A table of ${rows.length} lines: ${states} states, ${neighbourhood} neighbourhood, symmetries ${symmetry}`,
  ];
  return { about, states, places, cases, next };
}

/** How the neighbours of a line are met one after another: a state says what can still come. */
interface Matcher {
  readonly start: string;
  /** The state after a neighbour's value; null where the line can fit no more. */
  step(state: string, at: number, value: number): string | null;
}

/** The diagram with the next state of a line where that fits. */
function overwritten(
  cases: CaseDiagrams,
  before: CaseNode,
  { cell, around, next }: Transition,
  matcher: Matcher,
): CaseNode {
  const leaf = cases.constant(next);
  const known = new Map<string, CaseNode>();
  const steps = new Map<string, string | null>();
  const walk = (of: CaseNode, at: number, state: string | null): CaseNode => {
    if (state === null) return of;
    if (at === around.length) return leaf;
    return cached(known, `${at} ${of} ${state}`, () => {
      spend();
      return cases.make(at + 1, (value) => {
        const step = cached(steps, `${state} ${at} ${value}`, () => matcher.step(state, at, value));
        return walk(cases.child(of, at + 1, value), at + 1, step);
      });
    });
  };
  const fits = new Set(cell);
  return cases.make(0, (value) => {
    const below = cases.child(before, 0, value);
    return fits.has(value) ? walk(below, 0, matcher.start) : below;
  });
}

/** Neighbours in a few orders: the state is which of these still fit. */
function turned(around: Transition["around"], neighbourhood: NeighbourhoodName, symmetry: string): Matcher {
  const places = NEIGHBOURHOODS[neighbourhood];
  const order = ORDER[neighbourhood];
  const { turn, mirrored } = SYMMETRIES[neighbourhood][symmetry]!;
  const count = around.length;
  const turns = turn === undefined ? [0] : Array.from({ length: count / turn }, (_, at) => at * turn);
  const mirrors = mirrored === undefined ? [false] : [false, true];
  const ways = mirrors.flatMap((isMirrored) =>
    turns.map((by) =>
      places.map((place) => {
        const at = (order.indexOf(place) + by) % count;
        return new Set(around[isMirrored ? (count - at) % count : at]!);
      }),
    ),
  );
  const distinct = new Map(ways.map((way) => [way.map((each) => [...each].join()).join("|"), way]));
  const all = [...distinct.values()];
  return {
    start: all.map((_, at) => at).join(),
    step(state, at, value) {
      const left = state.split(",").filter((way) => all[Number(way)]![at]!.has(value));
      return left.length === 0 ? null : left.join();
    },
  };
}

/** Neighbours in any order: the state is which multisets of the line's entries can be left. */
function permuted(around: Transition["around"]): Matcher {
  const kinds = new Map(around.map((each) => [each.join(), new Set(each)]));
  const keys = [...kinds.keys()];
  const count = (key: string) => around.filter((each) => each.join() === key).length;
  return {
    start: keys.map(count).join(),
    step(state, _at, value) {
      const left = new Set<string>();
      for (const each of state.split(";")) {
        const counts = each.split(",").map(Number);
        for (const [at, key] of keys.entries()) {
          if (counts[at] === 0 || !kinds.get(key)!.has(value)) continue;
          left.add(counts.map((n, other) => (other === at ? n - 1 : n)).join());
        }
      }
      return left.size === 0 ? null : [...left].sort().join(";");
    },
  };
}

class TableReader {
  readonly #file: string;
  readonly #values = new Map<string, string>();
  readonly #variables = new Map<string, readonly number[]>();

  constructor(file: string) {
    this.#file = file;
  }

  #wrong(line: FileLine, found: string, expected: string, column?: number): InputError {
    return wrongLine(this.#file, line, found, expected, column);
  }

  /** Returns what stands above the lines; it must be there before the first of them. */
  header(): Header {
    const states = Number(this.#values.get("n_states") ?? Number.NaN);
    if (!(Number.isInteger(states) && states >= 2 && states <= MOST_STATES))
      throw new InputError(
        `${this.#file}: found ${this.#values.has("n_states") ? `n_states:${this.#values.get("n_states")}` : "no n_states"} ` +
          `in the table, expected n_states:2 to n_states:${MOST_STATES}`,
      );
    const named = this.#values.get("neighborhood") ?? "that is not named";
    const neighbourhood = (Object.keys(ORDER) as NeighbourhoodName[]).find(
      (each) => each.toLowerCase() === named.toLowerCase(),
    );
    if (neighbourhood === undefined)
      throw new InputError(
        `${this.#file}: found the neighborhood ${named}, expected ${Object.keys(ORDER).join(", ")}`,
      );
    const symmetry = this.#values.get("symmetries") ?? "that are not named";
    const known = Object.keys(SYMMETRIES[neighbourhood]);
    if (!known.includes(symmetry))
      throw new InputError(
        `${this.#file}: found the symmetries ${symmetry}, expected ${known.join(", ")} for the neighborhood ${neighbourhood}`,
      );
    return { states, neighbourhood, symmetry };
  }

  /** The transitions of a line; none where it is part of the header, or a variable. */
  read(each: FileLine): Transition[] {
    const setting = /^(n_states|neighborhood|neighbourhood|symmetries)\s*[:=]\s*(.*)$/i.exec(each.text);
    if (setting !== null) {
      this.#values.set(setting[1]!.toLowerCase().replace("bour", "bor"), setting[2]!.trim());
      return [];
    }
    const variable = /^var\s+([^\s={]+)\s*=\s*(?:\{([^}]*)\}|([^\s{}]+))$/i.exec(each.text);
    if (variable !== null) {
      const members = (variable[2] ?? variable[3]!).split(/[\s,]+/).filter((word) => word !== "");
      const values = members.flatMap((word) => this.#valuesOf(word, each));
      if (values.length === 0) throw this.#wrong(each, each.text, "at least one state in the braces");
      this.#variables.set(
        variable[1]!,
        [...new Set(values)].sort((a, b) => a - b),
      );
      return [];
    }
    if (/^var\b/i.test(each.text)) throw this.#wrong(each, each.text, "a variable such as var a={0,1,2}");
    return this.#transitions(each);
  }

  #valuesOf(word: string, line: FileLine, column?: number): readonly number[] {
    const { states } = this.header();
    const known = this.#variables.get(word);
    if (known !== undefined) return known;
    if (/^\d+$/.test(word) && Number(word) < states) return [Number(word)];
    throw this.#wrong(line, word, `a state from 0 to ${states - 1}, or a variable above`, column);
  }

  #transitions(line: FileLine): Transition[] {
    const { neighbourhood } = this.header();
    const count = ORDER[neighbourhood].length;
    const isCompact = !line.text.includes(",");
    const words = isCompact
      ? [...line.text.replace(/\s+/g, "")]
      : line.text.split(",").map((word) => word.trim());
    if (words.length !== count + 2)
      throw this.#wrong(
        line,
        line.text,
        `${count + 2} states with commas between them: the cell, ${ORDER[neighbourhood].join(", ")}, and the next one, not ${words.length}`,
      );
    const columns = columnsOf(line.text, words, isCompact);
    for (const [at, word] of words.entries()) this.#valuesOf(word, line, columns[at]);
    const last = words.at(-1)!;
    if (
      this.#variables.has(last) &&
      !words.slice(0, -1).includes(last) &&
      this.#variables.get(last)!.length > 1
    )
      throw this.#wrong(line, last, "a state, or a variable that stands in the line before", columns.at(-1));
    const bound = [
      ...new Set(words.filter((word, at) => this.#variables.has(word) && words.indexOf(word) !== at)),
    ];
    return this.#bindings(bound).map((values) => {
      const of = (word: string) => (values.has(word) ? [values.get(word)!] : this.#valuesOf(word, line));
      return { cell: of(words[0]!), around: words.slice(1, -1).map(of), next: of(last)[0]! };
    });
  }

  /** All values of variables that stand twice in a line, in Golly's order: the first in the alphabet changes fastest. */
  #bindings(names: readonly string[]): ReadonlyMap<string, number>[] {
    return names
      .toSorted()
      .reverse()
      .reduce<ReadonlyMap<string, number>[]>(
        (found, name) =>
          found.flatMap((each) =>
            this.#variables.get(name)!.map((value) => {
              spend();
              return new Map([...each, [name, value]]);
            }),
          ),
        [new Map()],
      );
  }
}

function columnsOf(text: string, words: readonly string[], isCompact: boolean): number[] {
  let from = 0;
  return words.map((word) => {
    const at = text.indexOf(word, from);
    from = at + word.length + (isCompact ? 0 : 1);
    return at + 1;
  });
}

// Lines of Golly's files, and what is said of those that are wrong.

/** A line of a file without its comment, and its number from 1. */
export interface FileLine {
  readonly text: string;
  readonly line: number;
}

export function wrongLine(
  file: string,
  { line }: FileLine,
  found: string,
  expected: string,
  column?: number,
): InputError {
  const place = column === undefined ? "" : `, column ${column}`;
  return new InputError(
    `${file}, line ${line}${place}: found \`${found.slice(0, 60)}\`, expected ${expected}`,
  );
}
