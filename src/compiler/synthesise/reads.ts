// What a cell reads, as forms. Of thermometers and one-hot codes any function of one field at one place is a sum of the
// field's channels there. Bits and numbers add up to the value itself; functions of it have ramps.

import type { Place } from "../../grid/direction.ts";
import { type Bounds, bounds } from "../../grid/grid.ts";
import { type Codes, channelsOf, codeKindOf, INSIDE } from "../../logic/channels.ts";
import { leaves } from "../../logic/expression.ts";
import { bitsFor, type Channel } from "../../network/network.ts";
import type { Read } from "../lower/instructions.ts";
import { type Rule, valuesOfRule } from "../schedule/rule.ts";
import { atomForm, combine, type Form } from "./forms.ts";
import type { Gates } from "./gates.ts";
import { contains, type ValueSet } from "./value-sets.ts";

/** The channels of all fields, and the constant one only where some cell asks where the edge is. */
export function channelsOfRule(rule: Rule, codes: Codes): Channel[] {
  const read = leaves(valuesOfRule(rule));
  const channels = rule.fields.flatMap((field) => channelsOf(field, codes));
  return read.some(({ tag }) => tag === "inside") ? [...channels, INSIDE] : channels;
}

/** Numbers of more values are not looked at value by value. */
const MOST_LISTED = 4096;

interface FieldChannels {
  readonly first: number;
  readonly count: number;
  /** Whether the channels add up to the value, less its first one. */
  readonly isNumber: boolean;
}

export class Reads {
  readonly #gates: Gates;
  readonly #fields = new Map<string, FieldChannels>();
  readonly #inside: number;

  constructor(rule: Rule, codes: Codes, gates: Gates) {
    this.#gates = gates;
    let at = 0;
    for (const field of rule.fields) {
      const count = channelsOf(field, codes).length;
      this.#fields.set(field.name, { first: at, count, isNumber: isNumeric(codeKindOf(field, codes)) });
      at += count;
    }
    this.#inside = at;
  }

  /** The first of the channels of a field. */
  firstChannel(field: string): number {
    return this.#fields.get(field)!.first;
  }

  /** Tells whether only the value itself is a sum of the field's channels. */
  isNumber(field: string): boolean {
    return this.#fields.get(field)!.isNumber;
  }

  /** A channel of the cell itself. */
  own(channel: number): Form {
    return atomForm(this.#gates.literal(channel, "here"));
  }

  inside(place: Place): Form {
    return atomForm(this.#gates.literal(this.#inside, place));
  }

  /** The channels that a field is read from, lowest bits first. */
  digits({ field, place }: Read): Form[] {
    return this.bits(field, place).map(atomForm);
  }

  /** The channels that a field is read from, lowest bits first, by numbers of their literals. */
  bits(field: string, place: Place): number[] {
    const { first, count } = this.#fields.get(field)!;
    return Array.from({ length: count }, (_, at) => this.#gates.literal(first + at, place));
  }

  /** The value itself; of an enum its index. */
  number(read: Read): Form {
    if (!this.isNumber(read.field)) return this.table(read, (value) => value);
    return combine(
      bounds(read.type).lo,
      this.digits(read).map((digit, bit) => [2 ** bit, digit] as const),
    );
  }

  /** 1 where the value is in the set. */
  among(read: Read, set: ValueSet): Form {
    return this.table(read, (value) => (contains(set, value) ? 1 : 0));
  }

  /** Any function of the value. Thermometers add up; of the channels of an enum at most one is 1. */
  table(read: Read, of: (value: number) => number): Form {
    if (this.isNumber(read.field)) return this.#bent(read, of);
    const { field, type, place, lo, hi } = read;
    const first = this.firstChannel(field);
    const terms = new Map<number, number>();
    const least = of(lo);
    for (let value = lo + 1, before = least; value <= hi; value++) {
      const now = of(value);
      const weight = now - before;
      if (weight !== 0) terms.set(this.#gates.literal(first + value - lo - 1, place), weight);
      if (type.kind !== "enum") before = now;
    }
    return { constant: least, terms };
  }

  /** Returns how many units a function of the value takes at most. */
  unitsFor(read: Read, of: (value: number) => number): number {
    if (!this.isNumber(read.field)) return 0;
    return this.ofBits(read, of) === null ? bendsOf(read, of).length : 0;
  }

  /** A function of a number as a sum of its bits; null where it is none, or the number has none. */
  ofBits(read: Read, of: (value: number) => number): Form | null {
    const bits = this.digits(read);
    const weights = bits.length === bitsFor(read.hi - read.lo) ? bitWeightsOf(read, of) : null;
    return (
      weights &&
      combine(
        of(read.lo),
        bits.map((bit, at) => [weights[at]!, bit] as const),
      )
    );
  }

  /** A function of a number: a sum of its bits, or straight lines, with a ramp where one meets the next. */
  #bent(read: Read, of: (value: number) => number): Form {
    const { lo, hi } = read;
    const sum = this.ofBits(read, of);
    if (sum !== null) return sum;
    const bends = bendsOf(read, of);
    const number = this.number(read);
    const ramps = bends.filter(([at]) => at > lo).length;
    const whole = ramps >= 2 && number.terms.size >= 3 ? this.#gates.materialise(number, lo) : number;
    return combine(
      of(lo),
      bends.map(([at, slope]) => [
        slope,
        this.#gates.relu(combine(-at, [[1, whole]]), { tag: "ramp" }, hi - at),
      ]),
    );
  }
}

/**
 * Tells where the slope of a function of a number changes, and by how much; from 0, so that the least value may be such a
 * place.
 */
function bendsOf({ lo, hi }: Bounds, of: (value: number) => number): [at: number, slope: number][] {
  const bends: [at: number, slope: number][] = [];
  for (let value = lo, slope = 0; value < hi; value++) {
    const next = of(value + 1) - of(value);
    if (next !== slope) bends.push([value, next - slope]);
    slope = next;
  }
  return bends;
}

/** Returns what each bit of a number adds to a function of it, the lowest first; null where the function is no such sum. */
function bitWeightsOf({ lo, hi }: Bounds, of: (value: number) => number): number[] | null {
  if (hi - lo > MOST_LISTED) return null;
  const weights = Array.from({ length: bitsFor(hi - lo) }, (_, bit) => of(lo + 2 ** bit) - of(lo));
  for (let value = 1; value <= hi - lo; value++) {
    const top = Math.floor(Math.log2(value));
    if (of(lo + value) - of(lo + value - 2 ** top) !== weights[top]) return null;
  }
  return weights;
}

const isNumeric = (kind: string): boolean => kind === "binary" || kind === "integer";
