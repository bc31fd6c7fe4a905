// What a cell sees, as words of free bits: every assignment of the variables is one legal neighbourhood. Numbers beyond
// the last value of a field stand for others (numberWithin in words.ts), and off the grid a field has its first value.
//
// Bits of equal weight stand together, highest first, so that sums and comparisons of fields have small diagrams. What
// decides which instruction runs comes before all numbers.

import { AXES, PLACES, type Place } from "../../../grid/direction.ts";
import { bounds, firstValue } from "../../../grid/grid.ts";
import type { Bdd, Bool, BooleanFunctions } from "../../../logic/bdd.ts";
import { sifted } from "../../../logic/sift.ts";
import { bitsFor, type ChannelCode, type FieldCode, standsFor } from "../../../network/network.ts";
import { type PatchField, type Slot, sidesOf, slotKey, type TokenPlace } from "../neighbourhood.ts";
import { hasBit, numberWithin, type Steps, type Word, type Words } from "./words.ts";

/** A hidden enum of more names says which line a cell is on, and so what all else means. */
const FEW_NAMES = 4;
/** Other hidden fields of fewer values say what a cell does, and not with what. */
const FEW_VALUES = 64;

/** A channel and its weight. */
export interface Weighted {
  readonly code: FieldCode;
  readonly weight: number;
}

interface SlotVariables {
  readonly slot: Slot;
  /** Highest bit first. */
  readonly of: readonly number[];
}

/** Some of all neighbourhoods, and how their diagrams are ordered. */
export interface View {
  /** No cell but the one at its place has that field. */
  readonly token?: TokenPlace | null;
  /** Another order of the variables: their numbers in the usual one. */
  readonly order?: readonly number[] | null;
}

export class Sight<Functions extends BooleanFunctions = Bdd> {
  readonly words: Words<Functions>;
  readonly hasEdges: boolean;
  readonly #apart: boolean;
  readonly #token: TokenPlace | null;
  readonly #fields: ReadonlyMap<string, PatchField>;
  readonly #variables: ReadonlyMap<string, SlotVariables>;
  readonly #slots: readonly Slot[];
  readonly #order: readonly number[];
  readonly #known = new Map<string, readonly Bool[]>();

  /**
   * `hasEdges` and the token as of a `Patch`. Where fields are `apart` from edges, they are given as they would be if all
   * places were on the grid.
   */
  constructor(
    fields: readonly PatchField[],
    hasEdges: boolean,
    words: Words<Functions>,
    { token = null, order = null }: View = {},
    apart = false,
  ) {
    this.words = words;
    this.hasEdges = hasEdges;
    this.#apart = apart;
    this.#token = token;
    this.#fields = new Map(fields.map((field) => [field.name, field]));
    const slots = [
      ...(hasEdges ? AXES.map((side): Slot => ({ tag: "side", side })) : []),
      ...PLACES.flatMap((place) => fields.map((field): Slot => ({ tag: "field", field, place }))),
    ];
    const bits = slots.flatMap((slot) => {
      const count = bitsFor(mostOf(slot));
      const group = groupOf(slot);
      return Array.from({ length: count }, (_, at) => ({ slot, bit: count - 1 - at, group }));
    });
    const sorted = bits.toSorted((a, b) => a.group - b.group || (a.group === 0 ? 0 : b.bit - a.bit));
    this.#order = order ?? [...sorted.keys()];
    const ordered = this.#order.map((at) => sorted[at]!);
    const variables = new Map<string, { slot: Slot; of: number[] }>();
    for (const [variable, { slot, bit }] of ordered.entries()) {
      const known = variables.get(slotKey(slot)) ?? { slot, of: [] };
      known.of[bitsFor(mostOf(slot)) - 1 - bit] = variable;
      variables.set(slotKey(slot), known);
    }
    this.#variables = variables;
    this.#slots = ordered.map(({ slot }) => slot);
  }

  /** 1 where the grid has a cell at that place. */
  inside(place: Place): Bool {
    if (!this.hasEdges) return 1;
    const { bdd } = this.words;
    return bdd.and(...sidesOf(place).map((side) => bdd.variable(this.#of({ tag: "side", side }).of[0]!)));
  }

  #of(slot: Slot): SlotVariables {
    return this.#variables.get(slotKey(slot)) ?? { slot, of: [] };
  }

  /** The variables of a slot, highest bit first. */
  bitsOf(slot: Slot): readonly number[] {
    return this.#of(slot).of;
  }

  /** Returns what a field has off the grid. */
  firstValue(name: string): number {
    return firstValue(this.#field(name).type);
  }

  /** The value of a field there: numbers of ranges, indices of enums. */
  value(name: string, place: Place): Word {
    const { words } = this;
    const { lo } = bounds(this.#field(name).type);
    return words.add(words.unsigned(this.#bits(name, place)), words.constant(lo));
  }

  /** The bits of a field's value less its first one. */
  #bits(name: string, place: Place): readonly Bool[] {
    const key = `${name} ${place}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = this.#isElsewhere(name, place) ? [] : this.#makeBits(name, place);
    this.#known.set(key, made);
    return made;
  }

  #makeBits(name: string, place: Place): Bool[] {
    const { bdd } = this.words;
    const slot: Slot = { tag: "field", field: this.#field(name), place };
    const { of } = this.#of(slot);
    const bits = this.words.within(of, mostOf(slot));
    const inside = this.#apart || place === "here" ? 1 : this.inside(place);
    return bits.map((bit) => bdd.and(bit, inside));
  }

  #isElsewhere(name: string, place: Place): boolean {
    return this.#token !== null && this.#token.field === name && this.#token.place !== place;
  }

  #field(name: string): PatchField {
    const field = this.#fields.get(name);
    if (field === undefined) throw new Error(`internal: no field ${name}`);
    return field;
  }

  /** A weighted sum of thermometer or one-hot channels of a field there. */
  channels(name: string, place: Place, weighted: readonly Weighted[]): Word {
    const { words } = this;
    const field = this.#field(name);
    const { lo, hi } = bounds(field.type);
    const steps = stepsOf(weighted, lo, hi);
    const first = words.constant(steps[0]!.value);
    if (this.#isElsewhere(name, place)) return first;
    const slot: Slot = { tag: "field", field, place };
    const { of } = this.#of(slot);
    const there = words.stepped(of, steps, hi - lo);
    return this.#apart || place === "here" ? there : words.choose(this.inside(place), there, first);
  }

  /** Returns what a channel holds there. */
  channel(code: ChannelCode, place: Place): Word {
    const { words } = this;
    if (code.kind === "inside") return words.unsigned([this.inside(place)]);
    switch (code.kind) {
      case "integer":
        return words.add(this.value(code.field, place), words.constant(-code.from));
      case "binary":
        return words.unsigned([this.#bits(code.field, place)[code.bit] ?? 0]);
      case "bit":
        return this.value(code.field, place);
      case "thermometer":
      case "one-hot":
        return this.channels(code.field, place, [{ code, weight: 1 }]);
    }
  }

  /** The slots that have these variables. */
  slotsOf(variables: readonly number[]): Slot[] {
    return [...new Set(variables.map((variable) => this.#slots[variable]!))];
  }

  /** An order of the variables, as of a `View`, in which what the words use has fewer nodes. */
  sifted(this: Sight, work: number): number[] {
    const { bdd, inUse } = this.words;
    return sifted(bdd, inUse, this.size, work).order.map((variable) => this.#order[variable]!);
  }

  /** How many variables there are. */
  get size(): number {
    return this.#slots.length;
  }

  /** All slots that have variables. */
  get slots(): readonly Slot[] {
    return [...this.#variables.values()].map(({ slot }) => slot);
  }

  /** The variables of a slot that are 1 where it has a value. */
  onesOf(slot: Slot, value: number): number[] {
    const { of } = this.#of(slot);
    return of.filter((_, depth) => isOneAt(slot, of.length - 1 - depth, value));
  }

  /** By the values of its slot, whether a variable is 1. */
  isOne(variable: number): (value: number) => boolean {
    const slot = this.#slots[variable]!;
    const { of } = this.#of(slot);
    const bit = of.length - 1 - of.indexOf(variable);
    return (value) => isOneAt(slot, bit, value);
  }

  /** The value that a slot has where these variables are 1. */
  valueOf(slot: Slot, ones: ReadonlySet<number>): number {
    const { of } = this.#of(slot);
    const value = numberWithin(
      mostOf(slot),
      of.map((variable) => ones.has(variable)),
    );
    if (slot.tag === "side") return this.hasEdges ? value : 1;
    return firstOf(slot) + (this.#isElsewhere(slot.field.name, slot.place) ? 0 : value);
  }
}

const isOneAt = (slot: Slot, bit: number, value: number): boolean => hasBit(value - firstOf(slot), 2 ** bit);

const firstOf = (slot: Slot): number => (slot.tag === "side" ? 0 : bounds(slot.field.type).lo);

const mostOf = (slot: Slot): number => {
  if (slot.tag === "side") return 1;
  const { lo, hi } = bounds(slot.field.type);
  return hi - lo;
};

/**
 * Tells which variables stand together: what decides on instructions, then enums, the largest first, as rules of a machine
 * are sorted by state and then by symbol, then all numbers.
 */
function groupOf(slot: Slot): number {
  const most = mostOf(slot);
  if (slot.tag === "side" || most === 1) return 1;
  const { role, type } = slot.field;
  if (role === "hidden" && type.kind === "enum" && most >= FEW_NAMES) return 0;
  if (role === "hidden" && most < FEW_VALUES) return 1;
  return type.kind === "enum" || most < 16 ? 64 - bitsFor(most) : 64;
}

/** The weighted sum as a function of the field's value less the first one. */
function stepsOf(weighted: readonly Weighted[], lo: number, hi: number): Steps {
  const changes = new Map([[0, 0]]);
  const change = (at: number, by: number): void => {
    if (at <= hi - lo) changes.set(at, (changes.get(at) ?? 0) + by);
  };
  for (const { code, weight } of weighted) {
    const from = standsFor(code) - lo;
    change(from, weight);
    if (code.kind === "one-hot") change(from + 1, -weight);
  }
  let value = 0;
  return [...changes]
    .sort(([a], [b]) => a - b)
    .map(([from, by]) => {
      value += by;
      return { from, value };
    });
}
