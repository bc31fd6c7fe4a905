// Functions of the neighbourhood, of values 0 and 1, as conditions that a person would write: counts of neighbours
// where only their number matters, else few cubes, or the opposite of few cubes, or case by case.

import { AXES, DIRECTIONS, type Direction, type Place } from "../grid/direction.ts";
import { bounds } from "../grid/grid.ts";
import { type Diagram, type Diagrams, MAX } from "../prove/diagrams.ts";
import { type Patch, type PatchField, type Slot, slotKey } from "../prove/patch.ts";
import { type Cube, coverOf } from "./cover.ts";
import { and, atom, comparison, FALSE, type Formula, not, or, shorter, TRUE, xor } from "./formula.ts";
import type { Names } from "./names.ts";

/** Writes functions of one patch. */
export class Conditions {
  readonly #patch: Patch;
  readonly #names: Names;

  constructor(patch: Patch, names: Names) {
    this.#patch = patch;
    this.#names = names;
  }

  /** A condition that holds wherever `least` is 1, and nowhere that `most` is 0. */
  between(least: Diagram, most: Diagram): Formula {
    const counted = least === most ? this.#counted(least) : null;
    if (counted !== null) return counted;
    const { diagrams } = this.#patch;
    const opposite = (of: Diagram) => diagrams.map(of, (value) => 1 - value);
    const found = [this.#cubes(least, most), this.#cubes(opposite(most), opposite(least))];
    const [plain, negated] = found;
    const candidates = [
      ...(plain === null || plain === undefined ? [] : [plain]),
      ...(negated === null || negated === undefined ? [] : [not(negated)]),
      ...(least === most ? [this.#byCases(least)] : []),
    ];
    if (candidates.length === 0) return this.#byCases(least);
    return candidates.reduce(shorter);
  }

  #cubes(least: Diagram, most: Diagram): Formula | null {
    const cubes = coverOf(this.#patch.diagrams, least, most);
    return cubes && or(...cubes.map((cube) => this.#product(cube)));
  }

  #product({ ones, zeros }: Cube): Formula {
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
  #range(slot: Slot, least: number, most: number): Formula {
    if (slot.tag === "side") {
      const edge = comparison(`at ${EDGES[slot.side]}`);
      return least >= 1 ? not(edge) : edge;
    }
    const { type } = slot.field;
    const name = this.#read(slot.field, slot.place);
    const { lo, hi } = bounds(type);
    if (type.kind === "bit") return least >= 1 ? atom(name) : not(atom(name));
    const [from, to] = [Math.max(least, lo), Math.min(most, hi)];
    if (type.kind === "enum") {
      const values = type.names.map((_, value) => this.#names.value(slot.field, value));
      return oneOf(name, values, from, to);
    }
    if (from > to) return FALSE;
    if (from === to) return comparison(`${name} == ${from}`);
    return and(
      from > lo ? comparison(`${name} >= ${from}`) : TRUE,
      to < hi ? comparison(`${name} <= ${to}`) : TRUE,
    );
  }

  #read(field: PatchField, place: Place): string {
    const name = this.#names.field(field.name);
    return place === "here" ? name : `${place}.${name}`;
  }

  /** Node by node, from the first question on. */
  #byCases(of: Diagram): Formula {
    const { diagrams } = this.#patch;
    const done = new Map<Diagram, Formula>();
    const visit = (node: Diagram): Formula => {
      const value = diagrams.constantOf(node);
      if (value !== null) return value === 0 ? FALSE : TRUE;
      const known = done.get(node);
      if (known !== undefined) return known;
      const variable = diagrams.topOf(node);
      const [low, high] = diagrams.childrenOf(node);
      const made = decide(this.#product({ ones: [variable], zeros: [] }), visit(low), visit(high), {
        isOpposite: diagrams.map(low, (each) => 1 - each) === high,
      });
      done.set(node, made);
      return made;
    };
    return visit(of);
  }

  /** A condition on how many neighbours have a bit set, where only their number matters; else null. */
  #counted(of: Diagram): Formula | null {
    const { diagrams } = this.#patch;
    const asked = diagrams.support(of).map((variable) => ({ variable, ...this.#patch.asked(variable) }));
    for (const [word, places] of [
      ["around", DIRECTIONS],
      ["beside", AXES],
    ] as const) {
      const first = asked.find(({ slot }) => slot.tag === "field" && slot.place === places[0]);
      if (first?.slot.tag !== "field" || first.slot.field.type.kind !== "bit") continue;
      const { field } = first.slot;
      const variables = places.flatMap((place: Direction) =>
        asked.flatMap(({ slot, variable }) =>
          slot.tag === "field" && slot.field.name === field.name && slot.place === place ? [variable] : [],
        ),
      );
      if (variables.length < places.length) continue;
      const byNumber = cofactorsByNumber(diagrams, of, variables);
      if (byNumber === null) continue;
      return this.#casesOfCount(`count(${word}.${this.#names.field(field.name)})`, byNumber);
    }
    return null;
  }

  /** What remains to be asked for each number of neighbours; equal remainders are one case. */
  #casesOfCount(count: string, byNumber: readonly Diagram[]): Formula {
    const { diagrams } = this.#patch;
    const cases = [...new Set(byNumber)].filter((rest) => diagrams.constantOf(rest) !== 0);
    return or(
      ...cases.map((rest) => {
        const numbers = [...byNumber.keys()].filter((number) => byNumber[number] === rest);
        const condition = this.between(rest, rest);
        return and(inRuns(count, numbers, byNumber.length - 1), condition);
      }),
    );
  }
}

const EDGES = { up: "top", down: "bottom", left: "left", right: "right" } as const;

function decide(
  test: Formula,
  low: Formula,
  high: Formula,
  { isOpposite }: { isOpposite: boolean },
): Formula {
  if (low === FALSE) return and(test, high);
  if (high === FALSE) return and(not(test), low);
  if (low === TRUE) return or(not(test), high);
  if (high === TRUE) return or(test, low);
  if (isOpposite) return xor(test, low);
  return or(and(test, high), and(not(test), low));
}

function oneOf(name: string, names: readonly string[], from: number, to: number): Formula {
  const inside = names.slice(from, to + 1);
  const outside = [...names.slice(0, from), ...names.slice(to + 1)];
  const equals = (value: string) => comparison(`${name} == ${value}`);
  const differs = (value: string) => comparison(`${name} != ${value}`);
  return outside.length < inside.length ? and(...outside.map(differs)) : or(...inside.map(equals));
}

/** The numbers as a condition on a count, runs of them as comparisons. */
function inRuns(count: string, numbers: readonly number[], most: number): Formula {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else runs.push([number, number]);
  }
  return or(
    ...runs.map(([from, to]) => {
      if (from === to) return comparison(`${count} == ${from}`);
      return and(
        from > 0 ? comparison(`${count} >= ${from}`) : TRUE,
        to < most ? comparison(`${count} <= ${to}`) : TRUE,
      );
    }),
  );
}

/** The function with so many of the variables set, for every number; null if it matters which ones are. */
function cofactorsByNumber(
  diagrams: Diagrams,
  of: Diagram,
  variables: readonly number[],
): readonly Diagram[] | null {
  const fixed = (isOne: (at: number) => boolean): Diagram => {
    const values = new Map(variables.map((variable, at) => [variable, isOne(at)]));
    return cofactor(diagrams, of, values);
  };
  const byNumber = Array.from({ length: variables.length + 1 }, (_, number) => fixed((at) => at < number));
  const count = diagrams.sum(
    variables.map((variable) => ({
      weight: 1,
      of: diagrams.branch(variable, diagrams.constant(0), diagrams.constant(1)),
    })),
    0,
  );
  const rebuilt = byNumber.reduce((all, rest, number) => {
    const isNumber = diagrams.map(count, (value) => (value === number ? 1 : 0));
    return diagrams.apply(MAX, all, diagrams.choose(isNumber, rest, diagrams.constant(0)));
  }, diagrams.constant(0));
  return rebuilt === of ? byNumber : null;
}

function cofactor(diagrams: Diagrams, of: Diagram, values: ReadonlyMap<number, boolean>): Diagram {
  const done = new Map<Diagram, Diagram>();
  const visit = (node: Diagram): Diagram => {
    if (diagrams.constantOf(node) !== null) return node;
    const known = done.get(node);
    if (known !== undefined) return known;
    const variable = diagrams.topOf(node);
    const [low, high] = diagrams.childrenOf(node);
    const value = values.get(variable);
    const made =
      value === undefined ? diagrams.branch(variable, visit(low), visit(high)) : visit(value ? high : low);
    done.set(node, made);
    return made;
  };
  return visit(of);
}
