// Rules that are written in a line: B3/S23 and its kin, Generations, Hensel's letters, Larger than Life of range 1, Wolfram's
// codes, totalistic codes and tables of 512 bits.

import { InputError } from "../diagnostics/diagnostic.ts";
import { CaseDiagrams, type CaseNode } from "../logic/case-diagrams.ts";
import { type Automaton, MOST_STATES, NEIGHBOURHOODS, type NeighbourhoodName, RING } from "./automaton.ts";

const COUNTS = "[0-8ceaiknjqrytwz-]*";
/** B3/S23, b3s23, B3_S23, 23/3, S23/B3, B2/S/C3, 345/2/4, with a letter for the neighbourhood and a plane. */
const BIRTH_FIRST = new RegExp(`^B(${COUNTS})(?:[/_]?S(${COUNTS}))?(?:/(?:[CG]?)(\\d+))?([VH]?)$`, "i");
const SURVIVAL_NAMED = new RegExp(`^S(${COUNTS})[/_]?B(${COUNTS})(?:/(?:[CG]?)(\\d+))?([VH]?)$`, "i");
const SURVIVAL_FIRST = new RegExp(`^(${COUNTS})/(${COUNTS})(?:/(?:[CG]?)(\\d+))?([VH]?)$`, "i");
const GENERATIONS = new RegExp(`^(?:[GC](\\d+))/?B(${COUNTS})/?S(${COUNTS})([VH]?)$`, "i");
const WOLFRAM = /^(?:W|(?:elementary|wolfram)? ?rule ?)(\d+)(?:[ ,]+k ?=? ?(\d+))?$/i;
const TOTALISTIC = /^(?:totalistic|code|totalistic code) ?:? ?(\d+)(?:[ ,]+k ?=? ?(\d+))?$/i;
/** R1,C0,M1,S2..3,B3..3,NM, or with lists such as S2-3,5. */
const LARGER = /^R(\d+),C(\d+)(?:,M([01]))?,S([\d.,-]*),B([\d.,-]*)(?:,N(.+))?$/i;
const LIFE = /^(?:conway'?s? )?(?:game of )?life$/i;
const MAP = /^MAP([A-Za-z0-9+/]+={0,2})$/;

/** What a line may be, by what it looks like; the first that fits counts. */
const NOTATIONS: readonly (readonly [form: RegExp, read: (text: string, parts: Parts) => Automaton])[] = [
  [WOLFRAM, (text, [code, k = "2"]) => ofCode(text, BigInt(code!), Number(k), false)],
  [TOTALISTIC, (text, [code, k = "3"]) => ofCode(text, BigInt(code!), Number(k), true)],
  [MAP, (text, [code]) => ofMap(text, code!)],
  [LIFE, () => lifeLike("B3/S23", "3", "23", undefined, "")],
  [LARGER, largerThanLife],
  [
    BIRTH_FIRST,
    (text, [birth, survival, count, kind]) => lifeLike(text, birth!, survival ?? "", count, kind!),
  ],
  [SURVIVAL_NAMED, (text, [survival, birth, count, kind]) => lifeLike(text, birth!, survival!, count, kind!)],
  [GENERATIONS, (text, [count, birth, survival, kind]) => lifeLike(text, birth!, survival!, count, kind!)],
  [SURVIVAL_FIRST, (text, [survival, birth, count, kind]) => lifeLike(text, birth!, survival!, count, kind!)],
];

type Parts = readonly (string | undefined)[];

/** Tells whether `import` takes a text for the line of a rule. */
export const looksLikeRule = (text: string): boolean =>
  NOTATIONS.some(([form]) => form.test(withoutPlane(text)));

/** Without the plane that some programs write behind a rule. */
export const withoutPlane = (text: string): string => text.trim().replace(/:[PTKCS][\d,*+-]*$/i, "");

/**
 * Reads the line of a rule.
 * @throws InputError with the column, what was found and what was expected
 */
export function readRuleString(given: string): Automaton {
  const text = withoutPlane(given);
  for (const [form, read] of NOTATIONS) {
    const [whole, ...parts] = form.exec(text) ?? [];
    if (whole !== undefined) return read(text, parts);
  }
  throw new InputError(
    `found the rule \`${text.slice(0, 60)}\`, expected one such as B3/S23, 23/3, B2/S/C3, B2-a/S12, B2/S013V, W30, ` +
      "`totalistic 777`, MAP and 86 characters, or the name of a file",
  );
}

function lifeLike(
  text: string,
  birth: string,
  survival: string,
  count: string | undefined,
  kind: string,
): Automaton {
  const neighbourhood: NeighbourhoodName = /v/i.test(kind)
    ? "vonNeumann"
    : /h/i.test(kind)
      ? "hexagonal"
      : "Moore";
  const most = NEIGHBOURHOODS[neighbourhood].length;
  const states = count === undefined ? 2 : Number(count);
  return ageing(
    text,
    states,
    neighbourhood,
    conditionOf(text, birth, most),
    conditionOf(text, survival, most),
  );
}

/** Whether neighbours, clockwise from the upper left, are as a rule asks. */
type Condition = (ring: readonly number[]) => boolean;

/** Cells of state 1 are alive; those that do not stay alive grow older, from state 2 to the last and then 0. */
function ageing(
  text: string,
  states: number,
  neighbourhood: NeighbourhoodName,
  born: Condition,
  stays: Condition,
): Automaton {
  if (states < 2 || states > MOST_STATES)
    throw new InputError(`rule ${text}: found ${states} states, expected 2 to ${MOST_STATES}`);
  const places = NEIGHBOURHOODS[neighbourhood];
  const ring = RING.map((place) => (places as readonly string[]).indexOf(place));
  const law = {
    kinds: 2,
    kindOf: (state: number) => (state === 1 ? 1 : 0),
    next: (state: number, kinds: readonly number[]) => {
      if (state > 1) return (state + 1) % states;
      const around = ring.flatMap((at) => (at < 0 ? [] : [kinds[at]!]));
      if (state === 0) return born(around) ? 1 : 0;
      return stays(around) ? 1 : 2 % states;
    },
  };
  return {
    name: text,
    about: [`${text}: ${states} states, ${DESCRIBED[neighbourhood]}`],
    states,
    names: null,
    places,
    ...diagramOf(states, places.length, law),
  };
}

const DESCRIBED: Readonly<Record<NeighbourhoodName, string>> = {
  Moore: "eight neighbours",
  vonNeumann: "four neighbours",
  hexagonal: "six neighbours",
  oneDimensional: "two neighbours",
};

/** Letters of Larger than Life for the neighbours that a range of 1 has. */
const RANGE_ONE: Readonly<Record<string, NeighbourhoodName>> = {
  M: "Moore",
  N: "vonNeumann",
  "+": "vonNeumann",
  H: "hexagonal",
};

/** Counts of neighbours in intervals (K. M. Evans, Larger than Life, 2001), the cell itself among them for M1. */
function largerThanLife(
  text: string,
  [range, count, middle = "0", stay, birth, letter = "M"]: Parts,
): Automaton {
  if (range !== "1")
    throw new InputError(
      `rule ${text}: found neighbours up to ${range} cells away, expected R1: a step of a network looks one cell far`,
    );
  const neighbourhood = RANGE_ONE[letter.toUpperCase()];
  if (neighbourhood === undefined)
    throw new InputError(
      `rule ${text}: found the neighbourhood N${letter}, expected ${Object.keys(RANGE_ONE)
        .map((each) => `N${each}`)
        .join(", ")}`,
    );
  const [stays, born] = [stay!, birth!].map((list) => intervalsOf(text, list));
  const alive = (ring: readonly number[]) => ring.filter((each) => each === 1).length;
  return ageing(
    text,
    Math.max(2, Number(count)),
    neighbourhood,
    (ring) => born!(alive(ring)),
    (ring) => stays!(alive(ring) + Number(middle)),
  );
}

/** Tells whether a number is in a list such as `2..3` or `2-3,5`. */
function intervalsOf(rule: string, list: string): (count: number) => boolean {
  const intervals = list
    .split(",")
    .filter((each) => each !== "")
    .map((each) => {
      const [, from, to = from] = /^(\d+)(?:(?:\.\.|-)(\d+))?$/.exec(each) ?? [];
      if (from === undefined)
        throw new InputError(
          `rule ${rule}: found \`${each}\`, expected a number or an interval such as 2..3`,
        );
      if (Number(from) > Number(to))
        throw new InputError(
          `rule ${rule}: found the interval \`${each}\`, expected the smaller number first`,
        );
      return [Number(from), Number(to)] as const;
    });
  return (count) => intervals.some(([from, to]) => count >= from && count <= to);
}

/** The condition that a list such as `2-a3` writes. */
function conditionOf(rule: string, list: string, most: number): Condition {
  const items = new Map<number, { readonly letters: string; readonly isNot: boolean }>();
  for (const match of list.toLowerCase().matchAll(/(\d)(-?)([a-z]*)|./g)) {
    const [item, digit, minus, letters] = match;
    const wrong = (expected: string) =>
      new InputError(
        `rule ${rule}: found \`${item}\` in \`${list}\`, character ${match.index + 1}; expected ${expected}`,
      );
    if (digit === undefined) throw wrong("a number of neighbours before letters");
    const count = Number(digit);
    if (count > most) throw wrong(`at most ${most} neighbours`);
    const known = most === RING.length ? lettersOf(count) : "";
    const strange = [...letters!].find((letter) => !known.includes(letter));
    if (strange !== undefined)
      throw wrong(known === "" ? `no letters behind ${count}` : `letters among ${known} behind ${count}`);
    if (minus === "-" && letters === "") throw wrong("letters behind -");
    const before = items.get(count);
    if (before !== undefined && (before.isNot || minus === "-")) throw wrong(`${count} only once`);
    const all = letters === "" || before?.letters === "";
    items.set(count, { letters: all ? "" : (before?.letters ?? "") + letters, isNot: minus === "-" });
  }
  return (ring) => {
    const item = items.get(ring.filter((each) => each === 1).length);
    if (item === undefined) return false;
    return item.letters === "" || item.letters.includes(letterOf(ring)) !== item.isNot;
  };
}

/** Wolfram's codes: the digits of a number are the next states, of all patterns or of all sums, from 0 on. */
function ofCode(text: string, code: bigint, states: number, isSum: boolean): Automaton {
  if (states < 2 || states > 10) throw new InputError(`${text}: found ${states} states, expected 2 to 10`);
  const digits = isSum ? 3 * (states - 1) + 1 : states ** 3;
  if (code >= BigInt(states) ** BigInt(digits))
    throw new InputError(
      `${text}: expected a code below ${states}^${digits} for ${states} states and two neighbours; name more states, such as k=${states + 1}`,
    );
  const places = NEIGHBOURHOODS.oneDimensional;
  const list = code.toString(states).padStart(digits, "0");
  const digit = (at: number): number => Number(list.at(-1 - at));
  const law = {
    kinds: states,
    kindOf: (state: number) => state,
    next: (state: number, [left, right]: readonly number[]) =>
      digit(isSum ? left! + state + right! : (left! * states + state) * states + right!),
  };
  const what = isSum ? "its next state depends on the sum of the three" : "a row of cells";
  return {
    name: isSum ? `code_${code}` : `rule_${code}`,
    about: [`${text}: ${states} states, two neighbours, ${what}`],
    states,
    names: null,
    places,
    ...diagramOf(states, 2, law),
  };
}

/** Golly's MAP: 512 bits as base 64, the first for the cell and all neighbours 0; rows from the top, the first the highest. */
function ofMap(text: string, code: string): Automaton {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const stripped = code.replace(/=+$/, "");
  const shapes: Readonly<Record<number, NeighbourhoodName>> = {
    86: "Moore",
    22: "hexagonal",
    6: "vonNeumann",
  };
  const neighbourhood = shapes[stripped.length];
  if (neighbourhood === undefined)
    throw new InputError(
      `${text.slice(0, 40)}: found ${stripped.length} characters behind MAP, expected 86 for eight neighbours, 22 for six or 6 for four`,
    );
  const places = NEIGHBOURHOODS[neighbourhood];
  const order = ["upleft", "up", "upright", "left", "here", "right", "downleft", "down", "downright"]
    .map((place) => (place === "here" ? -1 : (places as readonly string[]).indexOf(place)))
    .filter((at, row) => at >= 0 || row === 4);
  const bit = (index: number) => (letters.indexOf(stripped[Math.floor(index / 6)]!) >> (5 - (index % 6))) & 1;
  const law = {
    kinds: 2,
    kindOf: (state: number) => state,
    next: (state: number, kinds: readonly number[]) =>
      bit(order.reduce((index, at) => 2 * index + (at < 0 ? state : kinds[at]!), 0)),
  };
  const about = [`${text}: 2 states, ${DESCRIBED[neighbourhood]}, a table of ${2 ** order.length} cases`];
  return { name: "map", about, states: 2, names: null, places, ...diagramOf(2, places.length, law) };
}

// Hensel's notation of two-state rules that look the same from all sides: a number of neighbours, and letters for how
// these stand around the cell.
//
// Source: the notation of isotropic non-totalistic rules (Alan Hensel 1990s; LifeWiki, "Isotropic non-totalistic rule").

/** For one to four neighbours, how they stand for each letter: clockwise from the upper left corner. */
const SHAPES: readonly Readonly<Record<string, string>>[] = [
  { c: "10000000", e: "01000000" },
  { c: "10100000", e: "01000001", a: "11000000", i: "00010001", k: "10010000", n: "00100010" },
  {
    c: "10100010",
    e: "01010001",
    a: "11000001",
    i: "11100000",
    k: "01010010",
    n: "10100001",
    j: "01100001",
    q: "01100010",
    r: "10010001",
    y: "10010010",
  },
  {
    c: "10101010",
    e: "01010101",
    a: "11100001",
    i: "10110001",
    k: "11010010",
    n: "11100010",
    j: "01010011",
    q: "01110010",
    r: "11010001",
    y: "10110010",
    t: "10010011",
    w: "01100011",
    z: "00110011",
  },
];

/** The letters of a number of neighbours: those of five are the gaps of three, and so on. */
const lettersOf = (count: number): string =>
  Object.keys(SHAPES[Math.min(count, RING.length - count) - 1] ?? {}).join("");

/** The letter of neighbours that stand around a cell clockwise from its upper left; "" where there is only one way. */
function letterOf(ring: readonly number[]): string {
  const text = ring.join("");
  const count = ring.filter((each) => each === 1).length;
  const shapes = SHAPES[Math.min(count, RING.length - count) - 1];
  if (shapes === undefined) return "";
  const shape = count > RING.length / 2 ? text.replace(/./g, (each) => (each === "0" ? "1" : "0")) : text;
  const views = viewsOf(shape);
  const letter = Object.keys(shapes).find((each) => views.has(shapes[each]!));
  if (letter === undefined) throw new Error(`internal: ${text} has no letter`);
  return letter;
}

/** A ring seen from all four sides, and in a mirror. */
function viewsOf(ring: string): ReadonlySet<string> {
  const mirrored = [...ring].map((_, at) => ring[(RING.length + 2 - at) % RING.length]!).join("");
  return new Set(
    [ring, mirrored].flatMap((each) => [0, 2, 4, 6].map((turn) => each.slice(turn) + each.slice(0, turn))),
  );
}

/** How a rule looks at its neighbours, and what it makes of them. */
interface Law {
  /** How many kinds of neighbours it tells apart. */
  readonly kinds: number;
  kindOf(state: number): number;
  /** The next state of a cell. `kinds` are those of its neighbours, in the order of the neighbourhood. */
  next(state: number, kinds: readonly number[]): number;
}

/** The diagram of a rule that tells only kinds of neighbours apart. */
function diagramOf(states: number, places: number, law: Law): Pick<Automaton, "cases" | "next"> {
  const cases = new CaseDiagrams(new Array<number>(places + 1).fill(states));
  const kinds = Array.from({ length: states }, (_, state) => law.kindOf(state));
  const build = (state: number, seen: readonly number[]): CaseNode => {
    if (seen.length === places) return cases.constant(law.next(state, seen));
    const below = Array.from({ length: law.kinds }, (_, kind) => build(state, [...seen, kind]));
    return cases.make(seen.length + 1, (value) => below[kinds[value]!]!);
  };
  return { cases, next: cases.make(0, (state) => build(state, [])) };
}
