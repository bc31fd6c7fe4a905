// Which states a cell can be in at all: relations between its fields that no step breaks, found by a fixpoint.
//
// A relation starts as what the input can give and what random runs show. Then, as long as some cell among neighbours
// that satisfy the relations could step out of one, where it steps is added. What remains is inductive: it holds
// before the first step, and if it holds in all cells it holds after one step, whatever the grid. "A cell whose lead
// is set is busy" is such a fact.
//
// One relation between all fields says most. Where it has too many states, relations between pairs of fields do.

import type { Rule } from "../../compiler/schedule/rule.ts";
import { once } from "../../diagnostics/memo.ts";
import { ruleEngine } from "../../engines/rule.ts";
import { PLACES, type Place } from "../../grid/direction.ts";
import { randomGrid } from "../../grid/generate.ts";
import { bounds, combinations, firstValue, inputsOf, sameGrid } from "../../grid/grid.ts";
import { type InputRules, prepareInput } from "../../grid/prepare.ts";
import { seededRandom } from "../../grid/random.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import { type Diagram, Diagrams, MIN } from "../../logic/diagrams.ts";
import { DiagramsTooLarge, nullIfTooLarge, unlessTooLarge } from "../../logic/nodes.ts";
import type { NetworkField } from "../../network/network.ts";
import { shapesWithin } from "../verify/shapes.ts";
import { readsEdges, ruleFields } from "./functions.ts";
import { growingBits, growthOf } from "./growing.ts";
import { Patch, type Slot, slotKey } from "./neighbourhood.ts";
import { tokenTest } from "./single-token-proof.ts";

/** What holds in every cell, and of all cells together, at all times. */
export interface Invariant {
  readonly fields: readonly NetworkField[];
  readonly relations: readonly Relation[];
  /** Fields of which at most one cell of the grid holds another value than the first: see single-token-proof.ts. */
  readonly tokens?: readonly string[];
  /** Bits that stay set where they are, on which the relations rest: see growing.ts. */
  readonly growing?: readonly string[];
}

/** The values that some fields can have together. */
interface Relation {
  /** Indices of fields. */
  readonly columns: readonly number[];
  /** A tuple of values in the order of the columns. */
  readonly tuples: readonly (readonly number[])[];
}

/** How much a search for an invariant may take. */
interface Room {
  /** Tuples of a relation; more are not worth telling apart. */
  readonly tuples: number;
  /** Nodes of diagrams. */
  readonly nodes: number;
  /** Whether bits are looked for that only grow. */
  readonly hasGrowing?: true;
}

const MOST_TUPLES = 750;
/** The largest programs of the library take 113,000 nodes. */
const MOST_NODES = 150_000;
const ROOM: Room = { tuples: MOST_TUPLES, nodes: MOST_NODES };
/** For networks that are made of the states that come up. */
export const LARGE_ROOM: Room = { tuples: 2000, nodes: 2_000_000, hasGrowing: true };

/**
 * The smallest invariant of its kind that every step keeps, or null where none of reasonable size was found: a
 * relation between all fields, or, where that is too large, between any two. It is proved: nothing was left to add.
 */
export const findInvariant = (program: CheckedProgram, rule: Rule): Invariant | null =>
  findStates(program, rule) ?? findPairs(program, rule);

/** The smallest relation between all fields that every step keeps; null where it is too large, or says nothing. */
export const findStates = (program: CheckedProgram, rule: Rule, room = ROOM): Invariant | null =>
  fixpoint(program, rule, [rule.fields.map((_, at) => at)], room);

/** The smallest relations between any two fields that every step keeps; null where they are too large, or say nothing. */
export function findPairs(program: CheckedProgram, rule: Rule, room = ROOM): Invariant | null {
  const all = rule.fields.map((_, at) => at);
  const two = all.flatMap((a) => all.slice(a + 1).map((b) => [a, b]));
  return all.length > 2 ? fixpoint(program, rule, two, room) : null;
}

function fixpoint(
  program: CheckedProgram,
  rule: Rule,
  groups: readonly (readonly number[])[],
  { tuples, nodes, hasGrowing }: Room,
): Invariant | null {
  // A relation that allows everything says nothing.
  const isTelling = (each: Growing) =>
    each.count < combinations(each.relation.columns.map((column) => rule.fields[column]!));
  const grow = (): Invariant | null => {
    let growing = groups.map((columns) => new Growing(columns, tuples));
    for (const each of growing) each.addInitial(rule, program);
    const seen = statesSeen(program, rule);
    for (const each of growing) for (const state of seen) each.addState(state);
    const step = new Step(rule, nodes);
    const growths = hasGrowing ? { growing: step.growing(program) } : {};
    for (let isOpen = true; isOpen; ) {
      growing = growing.filter(isTelling);
      const relations = growing.map(({ relation }) => relation);
      isOpen =
        growing.filter((each) => step.addBeyond(each, { fields: rule.fields, relations, ...growths }))
          .length > 0;
    }
    return growing.length === 0
      ? null
      : { fields: rule.fields, relations: growing.map(({ relation }) => relation), ...growths };
  };
  return nullIfTooLarge(grow);
}

/** Tells whether an invariant holds at the start and no step leaves it, however it was found. */
export function holdsForever(program: InputRules, rule: Rule, invariant: Invariant): boolean {
  const sameFields =
    invariant.fields.length === rule.fields.length &&
    invariant.fields.every(({ name }, at) => name === rule.fields[at]!.name);
  if (!sameFields) return false;
  if (!(invariant.tokens ?? []).every(tokenTest(program, rule))) return false;
  const isKept = (): boolean => {
    const step = new Step(rule, ROOM.nodes);
    const grown = once(() => step.growing(program));
    if (!(invariant.growing ?? []).every((name) => grown().includes(name))) return false;
    return invariant.relations.every((relation) => {
      const growing = new Growing(relation.columns, Number.POSITIVE_INFINITY);
      for (const tuple of relation.tuples) growing.add(tuple);
      const before = growing.count;
      growing.addInitial(rule, program);
      return growing.count === before && !step.addBeyond(growing, invariant);
    });
  };
  return unlessTooLarge(isKept, () => false);
}

/** A relation while it grows. */
class Growing {
  readonly #columns: readonly number[];
  readonly #most: number;
  readonly #tuples = new Map<string, readonly number[]>();

  constructor(columns: readonly number[], most: number) {
    this.#columns = columns;
    this.#most = most;
  }

  get count(): number {
    return this.#tuples.size;
  }

  get relation(): Relation {
    return { columns: this.#columns, tuples: [...this.#tuples.values()] };
  }

  add(tuple: readonly number[]): void {
    this.#tuples.set(tuple.join(" "), tuple);
    if (this.#tuples.size > this.#most) throw new DiagramsTooLarge();
  }

  addState(state: readonly number[]): void {
    this.add(this.#columns.map((column) => state[column]!));
  }

  /** Inputs may have any values; all other fields start as declared, or as they are placed. */
  addInitial({ fields }: Rule, { places = [] }: InputRules): void {
    const choices = this.#columns.map((column) => {
      const { name, role, type, initial } = fields[column]!;
      const { lo, hi } = bounds(type);
      if (role === "input") return Array.from({ length: hi - lo + 1 }, (_, at) => lo + at);
      const placed = places.flatMap(({ field, value }) => (field === name ? [value] : []));
      return [...new Set([initial, ...placed])];
    });
    const total = choices.reduce((product, { length }) => product * length, 1);
    if (total > this.#most) throw new DiagramsTooLarge();
    for (let number = 0; number < total; number++) {
      let rest = number;
      const tuple = choices.map((values) => {
        const value = values[rest % values.length]!;
        rest = Math.floor(rest / values.length);
        return value;
      });
      this.add(tuple);
    }
  }
}

/**
 * States of cells that come up in random runs, each once: they save the fixpoint most of its rounds. Ends where nothing
 * new comes up for long.
 */
function statesSeen(program: CheckedProgram, rule: Rule): readonly number[][] {
  const engine = ruleEngine(rule);
  // What is found does not depend on the seed: runs only shorten the way to it.
  const random = seededRandom(1);
  const shapeOf = shapesWithin(program, { rows: 5, cols: 5 });
  const ranges = rule.fields.map(({ type }) => bounds(type));
  if (shapeOf === null || combinations(rule.fields) > Number.MAX_SAFE_INTEGER) return [];
  const inputs = inputsOf(program);
  const seen = new Map<number, number[]>();
  for (let run = 0, cells = 0; run < MOST_RUNS && cells < MOST_CELLS; run++) {
    let grid = engine.start(
      prepareInput(program, randomGrid(shapeOf(run, random), inputs, random, "density")),
    );
    for (let step = 0; step < MOST_STEPS && cells < MOST_CELLS && !engine.halted(grid); step++) {
      const before = grid;
      grid = engine.step(grid);
      if (sameGrid(before, grid)) break;
      const known = seen.size;
      const planes = rule.fields.map(({ name }) => grid.planes[name]!);
      for (let cell = 0; cell < grid.rows * grid.cols; cell++) {
        let key = 0;
        for (const [at, { lo, hi }] of ranges.entries()) key = key * (hi - lo + 1) + planes[at]![cell]! - lo;
        if (!seen.has(key))
          seen.set(
            key,
            planes.map((plane) => plane[cell]!),
          );
      }
      cells += (seen.size > known ? 1 : FRUITLESS) * grid.rows * grid.cols;
    }
  }
  return [...seen.values()];
}

const MOST_RUNS = 40;
const MOST_STEPS = 40;
/** Cell steps that the runs take together; those that show nothing new count several times. */
const MOST_CELLS = 10_000;
const FRUITLESS = 4;

/** One step of the rule, as diagrams. */
class Step {
  readonly #patch: Patch;
  readonly #fields: readonly NetworkField[];
  /** Next values, field by field. */
  readonly #next: readonly Diagram[];
  readonly #nextOf: (name: string) => Diagram;

  constructor(rule: Rule, nodes: number) {
    const patch = new Patch(rule.fields, readsEdges(rule), new Diagrams(nodes));
    const next = ruleFields(rule, patch);
    this.#nextOf = next;
    this.#patch = patch;
    this.#fields = rule.fields;
    this.#next = rule.fields.map(({ name }) => next(name));
  }

  growing(program: InputRules): string[] {
    return growingBits(program, { fields: this.#fields }, this.#patch, this.#nextOf);
  }

  /** Adds the tuples to which a step from cells that satisfy an invariant leads out of a relation; says whether there were any. */
  addBeyond(growing: Growing, invariant: Invariant): boolean {
    const { diagrams } = this.#patch;
    const { columns, tuples } = growing.relation;
    const names = columns.map((column) => this.#fields[column]!.name);
    const stays = this.#afterStep(this.#patch.among("here", names, tuples));
    const next = columns.map((column) => this.#next[column]!);
    const grown = growthOf(this.#patch, invariant.growing ?? [], this.#nextOf);
    const read = [...next, grown].flatMap((each) => diagrams.support(each));
    const support = [...new Set(read)].sort((a, b) => a - b);
    const assumed = diagrams.apply(MIN, assumption(invariant, this.#patch, support), grown);
    const leaves = diagrams.choose(stays, diagrams.constant(0), assumed);
    const choices = next.map((value) =>
      diagrams.valuesOf(value).map((wanted) => {
        return { wanted, there: diagrams.map(value, (found) => (found === wanted ? 1 : 0)) };
      }),
    );
    this.#addImage(growing, choices, leaves, []);
    return growing.count > tuples.length;
  }

  /** Adds all tuples that a choice of next values for each column makes where `from` is 1. */
  #addImage(
    growing: Growing,
    choices: readonly (readonly { readonly wanted: number; readonly there: Diagram }[])[],
    from: Diagram,
    prefix: readonly number[],
  ): void {
    const { diagrams } = this.#patch;
    if (diagrams.constantOf(from) === 0) return;
    const values = choices[prefix.length];
    if (values === undefined) {
      growing.add(prefix);
      return;
    }
    for (const { wanted, there } of values)
      this.#addImage(growing, choices, diagrams.apply(MIN, from, there), [...prefix, wanted]);
  }

  /** A function of the cell's own fields, taken of their next values instead. */
  #afterStep(of: Diagram): Diagram {
    const { diagrams } = this.#patch;
    const stepped = diagrams.folding(
      (value) => diagrams.constant(value),
      (variable, low, high) => {
        const { slot, atLeast } = this.#patch.asked(variable);
        if (slot.tag === "side") throw new Error("internal: a cell's own state has no sides");
        const column = this.#fields.findIndex(({ name }) => name === slot.field.name);
        const isHigh = diagrams.map(this.#next[column]!, (value) => (value >= atLeast ? 1 : 0));
        return diagrams.choose(isHigh, high, low);
      },
    );
    return stepped(of);
  }
}

/**
 * 1 where the neighbourhood satisfies the invariant, as far as these variables tell: relations are projected to the
 * fields that matter at each place, and tokens are counted at places where they matter.
 */
export function assumption(
  { fields, relations, tokens = [] }: Invariant,
  patch: Patch,
  support: readonly number[],
): Diagram {
  const asked = fieldsAsked(support.map((variable) => patch.asked(variable).slot));
  const alone = tokens.map((token) => oneHolder(patch, token, placesAsking(asked, token)));
  const start = alone.reduce((a, b) => patch.diagrams.apply(MIN, a, b), patch.diagrams.constant(1));
  return projections({ fields, relations }, asked).reduce(
    (all, { place, names, tuples }) => patch.diagrams.apply(MIN, all, patch.among(place, names, tuples)),
    start,
  );
}

/** Names of fields, by place. */
type Asked = ReadonlyMap<Place, ReadonlySet<string>>;

/** The fields of slots, by place. */
export function fieldsAsked(slots: readonly Slot[]): Asked {
  const asked = new Map<Place, Set<string>>();
  for (const slot of slots)
    if (slot.tag === "field")
      asked.set(slot.place, (asked.get(slot.place) ?? new Set()).add(slot.field.name));
  return asked;
}

export const placesAsking = (asked: Asked, field: string): Place[] =>
  PLACES.filter((place) => asked.get(place)?.has(field));

/** Returns what relations say of the fields asked for: which values some of them can have together at a place. */
export function projections(
  { fields, relations }: Pick<Invariant, "fields" | "relations">,
  asked: Asked,
): { readonly place: Place; readonly names: readonly string[]; readonly tuples: readonly number[][] }[] {
  return PLACES.flatMap((place) =>
    relations.flatMap(({ columns, tuples }) => {
      const kept = [...columns.keys()].filter((at) => asked.get(place)?.has(fields[columns[at]!]!.name));
      if (kept.length === 0) return [];
      const names = kept.map((at) => fields[columns[at]!]!.name);
      return [{ place, names, tuples: tuples.map((tuple) => kept.map((at) => tuple[at]!)) }];
    }),
  );
}

/** 1 where at most one of these places has another value of a field than the first. */
function oneHolder(patch: Patch, token: string, places: readonly Place[]): Diagram {
  const { diagrams } = patch;
  let [none, atMostOne] = [diagrams.constant(1), diagrams.constant(1)];
  for (const place of places) {
    const isFree = patch.holding(token, place, patch.firstValue(token));
    atMostOne = diagrams.choose(isFree, atMostOne, none);
    none = diagrams.apply(MIN, none, isFree);
  }
  return atMostOne;
}

/** All states of a cell that satisfy an invariant, which may say nothing; null if these are more than `most`. */
export function statesWithin(
  fields: readonly NetworkField[],
  invariant: Invariant | null,
  most: number,
): readonly (readonly number[])[] | null {
  const { relations = [] } = invariant ?? {};
  const whole = relations.find(({ columns }) => columns.length === fields.length);
  if (whole !== undefined) return whole.tuples.length > most ? null : whole.tuples;
  let states: readonly (readonly number[])[] = [[]];
  for (const [column, { type }] of fields.entries()) {
    const { lo, hi } = bounds(type);
    const known = relations.filter(({ columns }) => columns.at(-1) === column);
    const tests = known.map(({ columns, tuples }) => ({ columns, among: new Set(tuples.map(String)) }));
    const next: (readonly number[])[] = [];
    for (const state of states)
      for (let value = lo; value <= hi; value++) {
        const longer = [...state, value];
        const fits = tests.every(({ columns, among }) => among.has(String(columns.map((at) => longer[at]!))));
        if (fits) next.push(longer);
        if (next.length > most) return null;
      }
    states = next;
  }
  return states;
}

/** A state that has these values and satisfies all relations; undefined values are free. Null if there is none. */
export function completeState(
  { fields, relations }: Invariant,
  fixed: readonly (number | undefined)[],
): readonly number[] | null {
  const fits =
    (state: readonly (number | undefined)[]) =>
    ({ columns, tuples }: Relation) =>
      tuples.some((tuple) => tuple.every((value, at) => (state[columns[at]!] ?? value) === value));
  const search = (state: readonly (number | undefined)[]): readonly number[] | null => {
    if (!relations.every(fits(state))) return null;
    const free = state.indexOf(undefined);
    if (free < 0) return state as readonly number[];
    const { lo, hi } = bounds(fields[free]!.type);
    for (let value = lo; value <= hi; value++) {
      const found = search(state.with(free, value));
      if (found !== null) return found;
    }
    return null;
  };
  return search(fixed);
}

/**
 * Tells whether the token that a slot may have is in another cell, too; `held` says what slots have, by key, where they are
 * fixed.
 */
export function isSecondToken(
  { tokens = [] }: Invariant,
  { field, place }: Slot & { readonly tag: "field" },
  held: (key: string) => number | undefined,
): boolean {
  if (!tokens.includes(field.name)) return false;
  const first = firstValue(field.type);
  const isHolder = (at: Place): boolean =>
    (held(slotKey({ tag: "field", field, place: at })) ?? first) !== first;
  return isHolder(place) && PLACES.some((at) => at !== place && isHolder(at));
}
