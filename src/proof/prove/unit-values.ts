// What the units of a network are on many neighbourhoods at once, and what changes in the layers above when one of them
// does: as diagrams of all neighbourhoods, or as lists of numbers, one for each of some neighbourhoods.

import { ADD, DIFFERS, type Diagram, type Diagrams } from "../../logic/diagrams.ts";

/** The arithmetic of units on many neighbourhoods. */
interface Domain<T> {
  constant(value: number): T;
  add(a: T, b: T): T;
  scale(a: T, factor: number): T;
  rectify(a: T): T;
  isSame(a: T, b: T): boolean;
  /** Tells whether a channel's sum may be `after` instead of `before`. */
  isRight(channel: number, before: T, after: T): boolean;
}

/** A unit before its activation function, and after it. */
interface UnitValue<T> {
  readonly sum: T;
  readonly value: T;
}

/** Units of one layer, by number. */
type Changed<T> = ReadonlyMap<number, UnitValue<T>>;

/** A unit that hears one of the layer below, and with which weight. */
export interface Listener {
  readonly at: number;
  readonly weight: number;
}

/** Who hears a unit or channel, in a layer. */
type Listeners = (layer: number, source: number) => readonly Listener[];

export class UnitValues<T> {
  readonly domain: Domain<T>;
  readonly layers: UnitValue<T>[][] = [];
  readonly #depth: number;
  readonly #listeners: Listeners;

  /** `depth`: layers; the last one's units are the channels. */
  constructor(domain: Domain<T>, depth: number, listeners: Listeners) {
    this.domain = domain;
    this.#depth = depth;
    this.#listeners = listeners;
  }

  /** A unit of a layer that adds this up. */
  unit(layer: number, sum: T): UnitValue<T> {
    return { sum, value: layer === this.#depth - 1 ? sum : this.domain.rectify(sum) };
  }

  /** The changes in this layer and all above, or null where a channel would be wrong. */
  changes(layer: number, changed: Changed<T>): readonly Changed<T>[] | null {
    const { domain } = this;
    const before = this.layers[layer]!;
    if (layer === this.#depth - 1) {
      for (const [channel, { sum }] of changed) {
        if (!domain.isRight(channel, before[channel]!.sum, sum)) return null;
      }
      return [changed];
    }
    const sums = new Map<number, T>();
    for (const [source, { value }] of changed) {
      if (domain.isSame(value, before[source]!.value)) continue;
      const difference = domain.add(value, domain.scale(before[source]!.value, -1));
      for (const { at, weight } of this.#listeners(layer + 1, source)) {
        const sum = sums.get(at) ?? this.layers[layer + 1]![at]!.sum;
        sums.set(at, domain.add(sum, domain.scale(difference, weight)));
      }
    }
    const next = new Map([...sums].map(([at, sum]) => [at, this.unit(layer + 1, sum)]));
    const further = this.changes(layer + 1, next);
    return further && [changed, ...further];
  }

  keep(layer: number, changes: readonly Changed<T>[]): void {
    for (const [up, changed] of changes.entries()) {
      for (const [at, value] of changed) this.layers[layer + up]![at] = value;
    }
  }
}

/** All neighbourhoods, as diagrams. */
export class AllNeighbourhoods implements Domain<Diagram> {
  /** Channel by channel, 1 where it must be right. */
  readonly cares: Diagram[] = [];
  /** 1 where the last channel that was not right is wrong. */
  wrong: Diagram | null = null;
  readonly #diagrams: Diagrams;

  constructor(diagrams: Diagrams) {
    this.#diagrams = diagrams;
  }

  constant = (value: number): Diagram => this.#diagrams.constant(value);
  add = (a: Diagram, b: Diagram): Diagram => this.#diagrams.apply(ADD, a, b);
  rectify = (a: Diagram): Diagram => this.#diagrams.map(a, (value) => Math.max(value, 0));
  isSame = (a: Diagram, b: Diagram): boolean => a === b;

  scale(a: Diagram, factor: number): Diagram {
    return factor === 1 ? a : this.#diagrams.map(a, (value) => factor * value);
  }

  isRight(channel: number, before: Diagram, after: Diagram): boolean {
    const there = (sum: Diagram) =>
      this.#diagrams.choose(this.cares[channel]!, sum, this.#diagrams.constant(0));
    const [now, then] = [there(before), there(after)];
    if (now === then) return true;
    this.wrong = this.#diagrams.apply(DIFFERS, now, then);
    return false;
  }
}

type Numbers = readonly number[];

/** Some neighbourhoods, a number for each. */
export class SomeNeighbourhoods implements Domain<Numbers> {
  /** Channel by channel, 1 where it must be right. */
  readonly cares: number[][] = [];
  /** How many neighbourhoods there are. */
  count = 0;

  constant(value: number): Numbers {
    return new Array(this.count).fill(value);
  }

  add(a: Numbers, b: Numbers): Numbers {
    return a.map((value, at) => value + b[at]!);
  }

  scale(a: Numbers, factor: number): Numbers {
    return a.map((value) => factor * value);
  }

  rectify(a: Numbers): Numbers {
    return a.map((value) => Math.max(value, 0));
  }

  isSame(a: Numbers, b: Numbers): boolean {
    return a.every((value, at) => value === b[at]);
  }

  isRight(channel: number, before: Numbers, after: Numbers): boolean {
    const care = this.cares[channel]!;
    return before.every((value, at) => care[at] === 0 || value === after[at]);
  }
}
