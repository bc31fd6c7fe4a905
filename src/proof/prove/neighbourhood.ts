// The neighbourhood as variables: which sides have a neighbour, and every field at every place.
// Off the grid a field has its first value; on a rectangle a corner is there when both sides beside it are.

import { cached } from "../../diagnostics/memo.ts";
import { AXES, type Axis, OFFSETS, PLACES, type Place } from "../../grid/direction.ts";
import { bounds, firstValue, type Grid, neighbourOf } from "../../grid/grid.ts";
import { type Diagram, Diagrams, MIN } from "../../logic/diagrams.ts";
import { DiagramsTooLarge } from "../../logic/nodes.ts";
import { type ChannelCode, heldBy, type NetworkField } from "../../network/network.ts";

export type PatchField = Omit<NetworkField, "initial">;

/** A part of the neighbourhood with a value of its own: whether a side has a neighbour, or a field at a place. */
export type Slot =
  | { readonly tag: "side"; readonly side: Axis }
  | { readonly tag: "field"; readonly field: PatchField; readonly place: Place };

/** What a variable asks: whether its slot's value is at least this. */
interface Question {
  readonly slot: Slot;
  readonly atLeast: number;
}

/** A cell and what it sees, as a grid of up to 3x3 cells. */
export interface Neighbourhood {
  readonly grid: Grid;
  readonly row: number;
  readonly col: number;
}

/** A field of more values has no diagram of reasonable size. */
const MOST_VALUES = 2 ** 13;
/** A field that has its first value in all cells but one, and where that is. */
export interface TokenPlace {
  readonly field: string;
  readonly place: Place;
}

/** Where the variables of slots are. */
interface Layout {
  readonly fields: ReadonlyMap<string, PatchField>;
  readonly slots: readonly Slot[];
  /** The first variable of each slot; its others follow by rising value. */
  readonly starts: readonly number[];
  readonly index: ReadonlyMap<string, number>;
}

/** The compiler's own fields are asked first, since they decide which instruction runs. */
function layoutOf(fields: readonly PatchField[], hasEdges: boolean): Layout {
  const hidden = fields.filter(({ role }) => role === "hidden");
  const others = fields.filter(({ role }) => role !== "hidden");
  const at = (places: readonly Place[], some: readonly PatchField[]) =>
    places.flatMap((place) => some.map((field): Slot => ({ tag: "field", field, place })));
  const neighbours = PLACES.filter((place) => place !== "here");
  const slots = [
    ...at(["here"], hidden),
    ...(hasEdges ? AXES.map((side): Slot => ({ tag: "side", side })) : []),
    ...at(neighbours, hidden),
    ...at(["here"], others),
    ...at(neighbours, others),
  ];
  let next = 0;
  const starts = slots.map((slot) => {
    const { lo, hi } = slotBounds(slot);
    const start = next;
    next += hi - lo;
    return start;
  });
  const index = new Map(slots.map((slot, at) => [slotKey(slot), at]));
  return { fields: new Map(fields.map((field) => [field.name, field])), slots, starts, index };
}

export class Patch {
  readonly diagrams: Diagrams;
  /** Everything that a neighbourhood is free to be, in the order in which diagrams ask for it. */
  readonly slots: readonly Slot[];
  readonly #layout: Layout;
  readonly #hasEdges: boolean;
  readonly #token: TokenPlace | null;

  /**
   * `hasEdges`: whether anything can tell a cell off the grid from one whose fields have their first values. With
   * `token`, only neighbourhoods are looked at in which no other cell has that field.
   */
  constructor(
    fields: readonly PatchField[],
    hasEdges: boolean,
    diagrams = new Diagrams(),
    token: TokenPlace | null = null,
    layout = layoutOf(fields, hasEdges),
  ) {
    this.diagrams = diagrams;
    this.slots = layout.slots;
    this.#layout = layout;
    this.#hasEdges = hasEdges;
    this.#token = token;
  }

  /** This neighbourhood with other diagrams: laid out once, however many there are. */
  anew(diagrams: Diagrams): Patch {
    return new Patch([], this.#hasEdges, diagrams, this.#token, this.#layout);
  }

  /** The variable that asks whether a slot's value is at least this; not for its first value. */
  #variable(slot: Slot, atLeast: number): number {
    return this.#layout.starts[this.#layout.index.get(slotKey(slot))!]! + atLeast - slotBounds(slot).lo - 1;
  }

  /** 1 where the grid has a cell at that place. */
  inside(place: Place): Diagram {
    const { diagrams } = this;
    if (!this.#hasEdges) return diagrams.constant(1);
    return sidesOf(place)
      .map((side) => this.#chain({ tag: "side", side }, (value) => value))
      .reduce((a, b) => diagrams.apply(MIN, a, b), diagrams.constant(1));
  }

  /** The value of a field there: numbers of ranges, indices of enums. */
  value(name: string, place: Place): Diagram {
    return this.#read(name, place, (value) => value);
  }

  /** 1 where a field has that value there. */
  holding(name: string, place: Place, wanted: number): Diagram {
    return this.#read(name, place, (value) => (value === wanted ? 1 : 0));
  }

  /** Returns what a channel of that code holds there. */
  channel(code: ChannelCode, place: Place): Diagram {
    if (code.kind === "inside") return this.inside(place);
    return this.#read(code.field, place, (value) => heldBy(code, value));
  }

  #read(name: string, place: Place, of: (value: number) => number): Diagram {
    const field = this.#layout.fields.get(name);
    if (field === undefined) throw new Error(`internal: no field ${name}`);
    if (this.#isElsewhere(name, place)) return this.diagrams.constant(of(firstValue(field.type)));
    const there = this.#chain({ tag: "field", field, place }, of);
    if (place === "here" || !this.#hasEdges) return there;
    return this.diagrams.choose(
      this.inside(place),
      there,
      this.diagrams.constant(of(firstValue(field.type))),
    );
  }

  #isElsewhere(name: string, place: Place): boolean {
    return this.#token !== null && this.#token.field === name && this.#token.place !== place;
  }

  #chain(slot: Slot, of: (value: number) => number): Diagram {
    return this.#branches(slot, (value) => this.diagrams.constant(of(value)));
  }

  /** A function of a slot's value and of what later slots say. */
  #branches(slot: Slot, of: (value: number) => Diagram): Diagram {
    const { lo, hi } = slotBounds(slot);
    if (hi - lo >= MOST_VALUES) throw new DiagramsTooLarge();
    let above = of(hi);
    const first = this.#variable(slot, lo + 1);
    for (let value = hi - 1; value >= lo; value--)
      above = this.diagrams.branch(first + value - lo, of(value), above);
    return above;
  }

  /** 1 where these fields have one of these tuples of values at a place, and off the grid. */
  among(place: Place, names: readonly string[], tuples: readonly (readonly number[])[]): Diagram {
    const { diagrams } = this;
    const columns = this.slots.flatMap((slot) => {
      if (slot.tag === "side" || slot.place !== place || !names.includes(slot.field.name)) return [];
      return [{ slot, column: names.indexOf(slot.field.name), first: firstValue(slot.field.type) }];
    });
    const fixed = names.findIndex((name) => this.#isElsewhere(name, place));
    const among = (at: number, left: readonly (readonly number[])[]): Diagram => {
      if (left.length === 0 || at === columns.length) return diagrams.constant(Math.min(left.length, 1));
      const { slot, column, first } = columns[at]!;
      if (column === fixed)
        return among(
          at + 1,
          left.filter((tuple) => tuple[column] === first),
        );
      const groups = new Map<number, (readonly number[])[]>();
      for (const tuple of left) cached(groups, tuple[column]!, (): (typeof left)[number][] => []).push(tuple);
      return this.#branches(slot, (value) => among(at + 1, groups.get(value) ?? []));
    };
    const there = among(
      0,
      this.#hasEdges || place === "here" ? tuples : [...tuples, this.#firstValues(names)],
    );
    if (place === "here" || !this.#hasEdges) return there;
    return diagrams.choose(this.inside(place), there, diagrams.constant(1));
  }

  #firstValues(names: readonly string[]): number[] {
    return names.map((name) => this.firstValue(name));
  }

  /** Returns what a field has off the grid. */
  firstValue(name: string): number {
    return firstValue(this.#layout.fields.get(name)!.type);
  }

  /** Returns what a variable of the diagrams asks. */
  asked(variable: number): Question {
    let [low, high] = [0, this.slots.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#layout.starts[middle]! <= variable) low = middle;
      else high = middle - 1;
    }
    const slot = this.slots[low]!;
    return { slot, atLeast: slotBounds(slot).lo + 1 + variable - this.#layout.starts[low]! };
  }

  /** Returns how many legal cases these variables, ascending, tell apart: the size of the table of a function of them. */
  cases(variables: readonly number[]): number {
    const asked = new Map<Slot, number>();
    for (const variable of variables) {
      const { slot } = this.asked(variable);
      asked.set(slot, (asked.get(slot) ?? 0) + 1);
    }
    return [...asked.values()].reduce((product, questions) => product * (questions + 1), 1);
  }

  /** Fewest values other than the first where a function is not 0; null if it is 0 everywhere. */
  witness(diagram: Diagram): Neighbourhood | null {
    const ones = this.diagrams.cheapestPath(diagram, (variable) =>
      this.asked(variable).slot.tag === "side" ? 0 : 1,
    );
    if (ones === null) return null;
    const largest = new Map<string, number>();
    for (const variable of [...ones].sort((a, b) => a - b)) {
      const { slot, atLeast } = this.asked(variable);
      largest.set(slotKey(slot), atLeast);
    }
    return this.neighbourhood((slot) => largest.get(slotKey(slot)) ?? slotBounds(slot).lo);
  }

  /** The neighbourhood in which slots have these values. */
  neighbourhood(of: (slot: Slot) => number): Neighbourhood {
    const [above, below, before, after] = AXES.map((side) =>
      this.#hasEdges ? of({ tag: "side", side }) : 1,
    ) as [number, number, number, number];
    const rows = above + 1 + below;
    const cols = before + 1 + after;
    const planes = [...this.#layout.fields.values()].map((field): [string, Int32Array] => {
      const plane = new Int32Array(rows * cols);
      for (const place of PLACES) {
        const at = neighbourOf({ rows, cols }, above * cols + before, OFFSETS[place]);
        if (at !== null) plane[at] = of({ tag: "field", field, place });
      }
      return [field.name, plane];
    });
    return { grid: { rows, cols, planes: Object.fromEntries(planes) }, row: above, col: before };
  }

  /** The value of a function at a cell of a grid. */
  evaluate(diagram: Diagram, grid: Grid, row: number, col: number): number {
    return this.diagrams.evaluate(diagram, (variable) => {
      const { slot, atLeast } = this.asked(variable);
      const at = neighbourOf(
        grid,
        row * grid.cols + col,
        OFFSETS[slot.tag === "side" ? slot.side : slot.place],
      );
      if (slot.tag === "side" || at === null) return at !== null;
      return grid.planes[slot.field.name]![at]! >= atLeast;
    });
  }
}

export const slotKey = (slot: Slot): string =>
  slot.tag === "side" ? slot.side : `${slot.field.name} ${slot.place}`;

/** The sides that must have a neighbour for a place to be on the grid. */
export function sidesOf(place: Place): Axis[] {
  const [down, right] = OFFSETS[place];
  return AXES.filter((side) => {
    const [vertical, horizontal] = OFFSETS[side];
    return vertical === 0 ? horizontal === right : vertical === down;
  });
}

const slotBounds = (slot: Slot) => (slot.tag === "side" ? { lo: 0, hi: 1 } : bounds(slot.field.type));

/** Returns how many cases the values of slots make together; at most the largest number. */
export function casesOf(slots: readonly Slot[]): number {
  const all = slots.reduce((product, slot) => {
    const { lo, hi } = slotBounds(slot);
    return product * (hi - lo + 1);
  }, 1);
  return Math.min(all, Number.MAX_VALUE);
}

/**
 * The values that a slot can have, ascending.
 * @throws DiagramsTooLarge if these are too many to go through
 */
export function valuesOfSlot(slot: Slot): number[] {
  const { lo, hi } = slotBounds(slot);
  if (hi - lo >= MOST_VALUES) throw new DiagramsTooLarge();
  return Array.from({ length: hi - lo + 1 }, (_, at) => lo + at);
}
