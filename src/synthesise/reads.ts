// What a cell reads, as forms: any function of one field at one place is a sum of the field's channels there.

import type { Place } from "../grid/direction.ts";
import { channelsOf, INSIDE } from "../logic/channels.ts";
import { leaves } from "../logic/expression.ts";
import type { Channel } from "../network/network.ts";
import type { Rule } from "../schedule/rule.ts";
import { atomForm, type Form } from "./forms.ts";
import type { Gates } from "./gates.ts";
import type { Read } from "./keys.ts";
import { contains, type ValueSet } from "./values.ts";

/** The channels of all fields, and the constant one only where some cell asks where the edge is. */
export function ruleChannels(rule: Rule): Channel[] {
  const read = leaves([...rule.updates, ...rule.signals].map(({ value }) => value));
  const channels = rule.fields.flatMap(channelsOf);
  return read.some(({ tag }) => tag === "inside") ? [...channels, INSIDE] : channels;
}

export class Reads {
  readonly #gates: Gates;
  /** The first channel of each field. */
  readonly #first = new Map<string, number>();
  readonly #inside: number;

  constructor(rule: Rule, gates: Gates) {
    this.#gates = gates;
    let at = 0;
    for (const field of rule.fields) {
      this.#first.set(field.name, at);
      at += channelsOf(field).length;
    }
    this.#inside = at;
  }

  /** The first of the channels of a field. */
  firstChannel(field: string): number {
    return this.#first.get(field)!;
  }

  /** A channel of the cell itself. */
  own(channel: number): Form {
    return atomForm(this.#gates.literal(channel, "here"));
  }

  inside(place: Place): Form {
    return atomForm(this.#gates.literal(this.#inside, place));
  }

  /** The value itself; of an enum its index. */
  number(read: Read): Form {
    return this.table(read, (value) => value);
  }

  /** 1 where the value is in the set. */
  among(read: Read, set: ValueSet): Form {
    return this.table(read, (value) => (contains(set, value) ? 1 : 0));
  }

  /** Any function of the value. Thermometers add up; of the channels of an enum at most one is 1. */
  table({ field, type, place, lo, hi }: Read, of: (value: number) => number): Form {
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
}
