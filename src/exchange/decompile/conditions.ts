// Functions of the neighbourhood, of values 0 and 1, as conditions that a person would write: counts of neighbours
// where only their number matters, else few cubes, or the opposite of few cubes, or case by case.

import { groupBy, runsOf } from "../../diagnostics/group.ts";
import { cached } from "../../diagnostics/memo.ts";
import { AXES, DIRECTIONS, type Direction, type Place, SIDE_OF } from "../../grid/direction.ts";
import { type Bounds, bounds } from "../../grid/grid.ts";
import { atom, CLEAR, LANGUAGE, type Written, writer } from "../../grid/infix.ts";
import { type Diagram, type Diagrams, MAX, MIN } from "../../logic/diagrams.ts";
import {
  type Patch,
  type PatchField,
  type Slot,
  slotKey,
  valuesOfSlot,
} from "../../proof/prove/neighbourhood.ts";
import type { Names } from "./program-names.ts";

/** Writes functions of one patch. */
export class Conditions {
  readonly #patch: Patch;
  readonly #names: Names;
  /** Conditions that have names, in the order in which they must be defined. */
  readonly definitions: { readonly name: string; readonly text: string }[] = [];
  readonly #named = new Map<Diagram, Written>();

  constructor(patch: Patch, names: Names) {
    this.#patch = patch;
    this.#names = names;
  }

  /** A condition that holds wherever `least` is 1, and nowhere that `most` is 0. */
  between(least: Diagram, most: Diagram): Written {
    const counted = this.#counted(least) ?? (least === most ? null : this.#counted(most));
    if (counted !== null) return counted;
    const { diagrams } = this.#patch;
    const opposite = (of: Diagram) => diagrams.map(of, (value) => 1 - value);
    const [plain, negated] = [this.#cubes(least, most), this.#cubes(opposite(most), opposite(least))];
    const candidates = [
      ...(plain === null ? [] : [plain]),
      ...(negated === null ? [] : [negation(negated)]),
      ...[...new Set([least, most])]
        .filter((of) => usesOf(diagrams, of).size <= MOST_INLINE)
        .map((of) => this.#byCases(of)),
    ];
    if (candidates.length === 0) return this.#byCases(least);
    return candidates.reduce(shorter);
  }

  #cubes(least: Diagram, most: Diagram): Written | null {
    const cubes = coverOf(this.#patch.diagrams, least, most);
    return cubes && or(...cubes.map((cube) => this.#product(cube)));
  }

  #product({ ones, zeros }: CoverCube): Written {
    const slots = new Map<string, { slot: Slot; least: number; below: number }>();
    const at = (variable: number) => {
      const { slot, atLeast } = this.#patch.asked(variable);
      const known = slots.get(slotKey(slot));
      const entry = known ?? { slot, least: Number.NEGATIVE_INFINITY, below: Number.POSITIVE_INFINITY };
      slots.set(slotKey(slot), entry);
      return { entry, atLeast };
    };
    for (const variable of ones) {
      const { entry, atLeast } = at(variable);
      entry.least = Math.max(entry.least, atLeast);
    }
    for (const variable of zeros) {
      const { entry, atLeast } = at(variable);
      entry.below = Math.min(entry.below, atLeast);
    }
    return and(...[...slots.values()].map(({ slot, least, below }) => this.#range(slot, least, below - 1)));
  }

  /** The slot's value is from `least` to `most`. */
  #range(slot: Slot, least: number, most: number): Written {
    if (slot.tag === "side") {
      const edge = comparison(`at ${SIDE_OF[slot.side]}`);
      return least >= 1 ? negation(edge) : edge;
    }
    const { type } = slot.field;
    const name = this.#read(slot.field, slot.place);
    const { lo, hi } = bounds(type);
    if (type.kind === "bit") return least >= 1 ? atom(name) : negation(atom(name));
    const [from, to] = [Math.max(least, lo), Math.min(most, hi)];
    if (type.kind === "enum") {
      const values = type.names.map((_, value) => this.#names.value(slot.field, value));
      return oneOf(name, values, from, to);
    }
    return isFromTo(name, from, to, { lo, hi });
  }

  #read(field: PatchField, place: Place): string {
    const name = this.#names.field(field.name);
    return place === "here" ? name : `${place}.${name}`;
  }

  /** Node by node, from the first question on; what is needed twice in a long condition gets a name. */
  #byCases(of: Diagram): Written {
    const { diagrams } = this.#patch;
    const uses = usesOf(diagrams, of);
    const isLong = uses.size > MOST_INLINE;
    const visit = (node: Diagram): Written => {
      const value = diagrams.constantOf(node);
      if (value !== null) return value === 0 ? ALWAYS_FALSE : ALWAYS_TRUE;
      const known = this.#named.get(node);
      if (known !== undefined) return known;
      const made = this.#asked(node, visit);
      if (!isLong || uses.get(node)! < 2 || made.text.length < WORTH_A_NAME) return made;
      const name = this.#names.fresh("case");
      this.definitions.push({ name, text: made.text });
      this.#named.set(node, atom(name));
      return atom(name);
    };
    return visit(of);
  }

  /** Returns what the first slot of a diagram decides: which of its values lead on to the same. */
  #asked(node: Diagram, visit: (node: Diagram) => Written): Written {
    const { diagrams } = this.#patch;
    const { slot } = this.#patch.asked(diagrams.topOf(node));
    const values = valuesOfSlot(slot);
    const groups = groupBy(values, (value) => {
      for (let rest = node; ; ) {
        const top = diagrams.constantOf(rest) === null ? this.#patch.asked(diagrams.topOf(rest)) : null;
        if (top === null || slotKey(top.slot) !== slotKey(slot)) return rest;
        rest = diagrams.childrenOf(rest)[value >= top.atLeast ? 1 : 0];
      }
    });
    const parts = [...groups].map(([rest, of]) => ({ rest, test: this.#among(slot, of, values.length) }));
    const [first, second] = parts;
    if (parts.length !== 2) return or(...parts.map(({ rest, test }) => and(test, visit(rest))));
    // The shorter of the two opposite tests.
    const [then, otherwise] =
      second!.test.text.length <= first!.test.text.length ? [second!, first!] : [first!, second!];
    const isOpposite = diagrams.map(otherwise.rest, (each) => 1 - each) === then.rest;
    return decide(then.test, visit(otherwise.rest), visit(then.rest), { isOpposite });
  }

  /** The slot has one of these values, ascending. */
  #among(slot: Slot, values: readonly number[], all: number): Written {
    if (slot.tag === "field" && slot.field.type.kind === "enum" && values.length > all / 2) {
      const { names } = slot.field.type;
      const missing = names.flatMap((_, value) => (values.includes(value) ? [] : [value]));
      return and(...missing.map((value) => negation(this.#range(slot, value, value))));
    }
    return or(...runsOf(values).map(([from, to]) => this.#range(slot, from, to)));
  }

  /** A condition on how many neighbours have a value, where only their number matters; else null. */
  #counted(of: Diagram): Written | null {
    const { diagrams } = this.#patch;
    const read = diagrams.support(of).flatMap((variable) => {
      const { slot } = this.#patch.asked(variable);
      return slot.tag === "field" ? [slot] : [];
    });
    for (const [word, places] of [
      ["around", DIRECTIONS],
      ["beside", AXES],
    ] as const) {
      for (const field of new Set(read.map((slot) => slot.field))) {
        const isRead = (place: Direction) =>
          read.some((slot) => slot.field === field && slot.place === place);
        if (field.type.kind === "range" || !places.every(isRead)) continue;
        for (const value of valuesOfSlot({ tag: "field", field, place: "here" })) {
          const byNumber = this.#byNumber(of, field, places, value);
          if (byNumber === null) continue;
          const name = `${word}.${this.#names.field(field.name)}`;
          const asked = field.type.kind === "bit" ? name : `${name} == ${this.#names.value(field, value)}`;
          if (field.type.kind !== "bit" || value === 1)
            return this.#casesOfCount(`count(${asked})`, byNumber);
        }
      }
    }
    return null;
  }

  /** The function with a number of the places at a value, for every number; null if it matters which ones are. */
  #byNumber(of: Diagram, field: PatchField, places: readonly Direction[], value: number): Diagram[] | null {
    const { diagrams } = this.#patch;
    const other = valuesOfSlot({ tag: "field", field, place: "here" }).find((each) => each !== value)!;
    const variables = diagrams.support(of).flatMap((variable) => {
      const { slot, atLeast } = this.#patch.asked(variable);
      if (slot.tag === "side" || slot.field !== field || slot.place === "here") return [];
      const at = (places as readonly Place[]).indexOf(slot.place);
      return at < 0 ? [] : [{ variable, at, atLeast }];
    });
    const byNumber = Array.from({ length: places.length + 1 }, (_, number) => {
      const values = variables.map(({ variable, at, atLeast }): [number, boolean] => {
        return [variable, (at < number ? value : other) >= atLeast];
      });
      return cofactor(diagrams, of, new Map(values));
    });
    const count = diagrams.sum(
      places.map((place) => ({ weight: 1, of: this.#patch.holding(field.name, place, value) })),
      0,
    );
    const rebuilt = byNumber.reduce((all, rest, number) => {
      const isNumber = diagrams.map(count, (found) => (found === number ? 1 : 0));
      return diagrams.apply(MAX, all, diagrams.choose(isNumber, rest, diagrams.constant(0)));
    }, diagrams.constant(0));
    return rebuilt === of ? byNumber : null;
  }

  /** Returns what remains to be asked for each number of neighbours; equal remainders are one case. */
  #casesOfCount(count: string, byNumber: readonly Diagram[]): Written {
    const { diagrams } = this.#patch;
    const cases = [...new Set(byNumber)].filter((rest) => diagrams.constantOf(rest) !== 0);
    return or(
      ...cases.map((rest) => {
        const numbers = [...byNumber.keys()].filter((number) => byNumber[number] === rest);
        const range = { lo: 0, hi: byNumber.length - 1 };
        const isOne = or(...runsOf(numbers).map(([from, to]) => isFromTo(count, from, to, range)));
        return and(isOne, this.between(rest, rest));
      }),
    );
  }
}

/** Diagrams of more nodes than this are not written out with repetitions. */
const MOST_INLINE = 24;

/** Conditions of fewer characters are repeated rather than named. */
const WORTH_A_NAME = 24;

/** Returns how many nodes lead to each node. */
function usesOf(diagrams: Diagrams, of: Diagram): ReadonlyMap<Diagram, number> {
  const uses = new Map<Diagram, number>();
  const visit = (node: Diagram): void => {
    const before = uses.get(node) ?? 0;
    uses.set(node, before + 1);
    if (before === 0 && diagrams.constantOf(node) === null) diagrams.childrenOf(node).forEach(visit);
  };
  visit(of);
  return uses;
}

function decide(
  test: Written,
  low: Written,
  high: Written,
  { isOpposite }: { isOpposite: boolean },
): Written {
  if (low === ALWAYS_FALSE) return and(test, high);
  if (high === ALWAYS_FALSE) return and(negation(test), low);
  if (low === ALWAYS_TRUE) return or(negation(test), high);
  if (high === ALWAYS_TRUE) return or(test, low);
  if (isOpposite) return xor(test, low);
  return or(and(test, high), and(negation(test), low));
}

function oneOf(name: string, names: readonly string[], from: number, to: number): Written {
  const inside = names.slice(from, to + 1);
  const outside = [...names.slice(0, from), ...names.slice(to + 1)];
  const equals = (value: string) => comparison(`${name} == ${value}`);
  const differs = (value: string) => comparison(`${name} != ${value}`);
  return outside.length < inside.length ? and(...outside.map(differs)) : or(...inside.map(equals));
}

/** A number of a range is from one value to another. */
function isFromTo(text: string, from: number, to: number, { lo, hi }: Bounds): Written {
  if (from > to) return ALWAYS_FALSE;
  if (from === to) return comparison(`${text} == ${from}`);
  return and(
    from > lo ? comparison(`${text} >= ${from}`) : ALWAYS_TRUE,
    to < hi ? comparison(`${text} <= ${to}`) : ALWAYS_TRUE,
  );
}

function cofactor(diagrams: Diagrams, of: Diagram, values: ReadonlyMap<number, boolean>): Diagram {
  const fixed = diagrams.folding(
    (value) => diagrams.constant(value),
    (variable, low, high) => {
      const value = values.get(variable);
      return value === undefined ? diagrams.branch(variable, low, high) : value ? high : low;
    },
  );
  return fixed(of);
}

// Formulas of the language, simplified where a part is always true or false.

const comparison = (text: string): Written => ({ text, binding: LANGUAGE["=="].binding });
const ALWAYS_TRUE = atom("true");
const ALWAYS_FALSE = atom("false");

const write = writer(CLEAR);

function negation(of: Written): Written {
  if (of === ALWAYS_TRUE) return ALWAYS_FALSE;
  if (of === ALWAYS_FALSE) return ALWAYS_TRUE;
  if (of.binding === CLEAR.not.binding) return atom(of.text.slice("not ".length));
  return write("not", [of]);
}

const and = (...parts: readonly Written[]): Written => junction("and", parts, ALWAYS_TRUE, ALWAYS_FALSE);

const or = (...parts: readonly Written[]): Written => junction("or", parts, ALWAYS_FALSE, ALWAYS_TRUE);

function junction(
  word: "and" | "or",
  parts: readonly Written[],
  neutral: Written,
  absorbing: Written,
): Written {
  const kept = parts.filter((part) => part !== neutral);
  if (kept.includes(absorbing)) return absorbing;
  return kept.length === 0 ? neutral : write(word, kept);
}

const xor = (left: Written, right: Written): Written => write("xor", [left, right]);

const shorter = (a: Written, b: Written): Written => (b.text.length < a.text.length ? b : a);

// Functions of the neighbourhood as few cubes: an irredundant sum of products (Minato 1993, Morreale 1970).

/** A conjunction: variables that must be 1, and variables that must be 0. */
interface CoverCube {
  readonly ones: readonly number[];
  readonly zeros: readonly number[];
}

/** More cubes than this are no longer read by anybody. */
const MOST_CUBES = 64;

/** Cubes that cover all of `least` and nothing outside of `most`, two functions of values 0 and 1; null if many. */
const coverOf = (diagrams: Diagrams, least: Diagram, most: Diagram): readonly CoverCube[] | null =>
  irredundant(diagrams, least, most, new Map())?.cubes ?? null;

interface Cover {
  readonly cubes: readonly CoverCube[];
  /** What the cubes cover. */
  readonly covered: Diagram;
}

function irredundant(
  diagrams: Diagrams,
  least: Diagram,
  most: Diagram,
  done: Map<string, Cover | null>,
): Cover | null {
  if (diagrams.constantOf(least) === 0) return { cubes: [], covered: least };
  if (diagrams.constantOf(most) === 1) return { cubes: [{ ones: [], zeros: [] }], covered: most };
  return cached(done, `${least} ${most}`, () => split(diagrams, least, most, done));
}

/** The cubes with the first variable, those with its opposite, and those without it. */
function split(
  diagrams: Diagrams,
  least: Diagram,
  most: Diagram,
  done: Map<string, Cover | null>,
): Cover | null {
  const top = Math.min(diagrams.topOf(least), diagrams.topOf(most));
  const [least0, least1] = cofactors(diagrams, least, top);
  const [most0, most1] = cofactors(diagrams, most, top);
  const without = (a: Diagram, b: Diagram) => diagrams.choose(b, diagrams.constant(0), a);
  const low = irredundant(diagrams, without(least0, most1), most0, done);
  const high = low && irredundant(diagrams, without(least1, most0), most1, done);
  if (low === null || high === null || low.cubes.length + high.cubes.length > MOST_CUBES) return null;
  const left = diagrams.apply(MAX, without(least0, low.covered), without(least1, high.covered));
  const both = irredundant(diagrams, left, diagrams.apply(MIN, most0, most1), done);
  if (both === null) return null;
  const cubes = [
    ...both.cubes,
    ...high.cubes.map(({ ones, zeros }) => ({ ones: [top, ...ones], zeros })),
    ...low.cubes.map(({ ones, zeros }) => ({ ones, zeros: [top, ...zeros] })),
  ];
  if (cubes.length > MOST_CUBES) return null;
  return {
    cubes,
    covered: diagrams.apply(MAX, diagrams.branch(top, low.covered, high.covered), both.covered),
  };
}

const cofactors = (diagrams: Diagrams, of: Diagram, variable: number): readonly [Diagram, Diagram] =>
  diagrams.topOf(of) === variable ? diagrams.childrenOf(of) : [of, of];
