// The Boolean variables of one rule: literals (a channel at a place), thresholds of linear sums, signals.
// Sums with many inputs stay one multi-valued variable: a count of 8 neighbours is never expanded.

import { pushTo } from "../diagnostics/group.ts";
import { cached } from "../diagnostics/memo.ts";
import { PLACES, type Place } from "../grid/direction.ts";
import type { Bounds } from "../grid/grid.ts";
import type { Channel, ChannelCode } from "../network/network.ts";
import { Bdd, type Bool } from "./bdd.ts";
import { DiagramsTooLarge } from "./nodes.ts";

/** `weight * literal`, summed: the linear filter of a 3x3 convolution. */
export interface LinearSum extends Bounds {
  readonly name: string;
  readonly terms: readonly { readonly variable: number; readonly weight: number }[];
}

type Variable =
  | { readonly tag: "literal"; readonly channel: number; readonly place: Place }
  | { readonly tag: "sum"; readonly sum: LinearSum; readonly atLeast: number }
  | { readonly tag: "signal"; readonly name: string };

/** Index ranges: signals first, then sums, then literals place by place, so diagrams test conditions first. */
const SUMS = 2 ** 12;
const LITERALS = 2 ** 16;

export class Variables {
  readonly bdd: Bdd;
  readonly channels: readonly Channel[];
  readonly #table = new Map<number, Variable>();
  /** Functions of the same variables have the same array as their support. */
  readonly #cares = new Map<readonly number[], Bool>();
  readonly #signals: string[] = [];
  readonly #exclusive: ReadonlySet<string>;
  readonly #tokens: ReadonlySet<string>;
  readonly #sums = new Map<string, number>();
  readonly #sumByName = new Map<string, LinearSum>();
  readonly #channelIndex: ReadonlyMap<string, number>;

  /**
   * `channels` are the rule's, the inside channel among them if edges matter; of the signals in `exclusive`
   * no two are ever 1 in one cell; of the fields in `tokens`, at most one cell has another value than the first.
   * `mostNodes` bounds the diagrams.
   */
  constructor(
    channels: readonly Channel[],
    exclusive: readonly string[] = [],
    tokens: readonly string[] = [],
    mostNodes?: number,
  ) {
    this.#tokens = new Set(tokens);
    this.bdd = new Bdd(mostNodes);
    this.channels = channels;
    this.#exclusive = new Set(exclusive);
    this.#channelIndex = new Map(channels.map((channel, index) => [channel.name, index]));
  }

  /** Above all indices of variables. */
  get room(): number {
    return LITERALS + PLACES.length * this.channels.length;
  }

  variable(index: number): Variable {
    const known = this.#table.get(index);
    if (known === undefined) throw new Error(`internal: unknown variable ${index}`);
    return known;
  }

  literal(channel: string, place: Place): number {
    const at = this.#channelIndex.get(channel);
    if (at === undefined) throw new Error(`internal: no channel ${channel}`);
    const index = LITERALS + PLACES.indexOf(place) * this.channels.length + at;
    this.#table.set(index, { tag: "literal", channel: at, place });
    return index;
  }

  signal(name: string): number {
    const at = this.#signals.indexOf(name);
    const index = at >= 0 ? at : this.#signals.push(name) - 1;
    if (index >= SUMS) throw new DiagramsTooLarge();
    this.#table.set(index, { tag: "signal", name });
    return index;
  }

  /** The variable "this sum is at least `atLeast`". */
  threshold(sum: LinearSum, atLeast: number): number {
    const canonical = this.#sumByName.get(sum.name) ?? sum;
    this.#sumByName.set(sum.name, canonical);
    const key = `${sum.name} ${atLeast}`;
    const index = this.#sums.get(key) ?? SUMS + this.#sums.size;
    if (index >= LITERALS) throw new DiagramsTooLarge();
    this.#sums.set(key, index);
    this.#table.set(index, { tag: "sum", sum: canonical, atLeast });
    return index;
  }

  name(index: number): string {
    const variable = this.variable(index);
    if (variable.tag === "signal") return variable.name;
    if (variable.tag === "sum") return `[${variable.sum.name} >= ${variable.atLeast}]`;
    const channel = this.channels[variable.channel]!.name;
    return variable.place === "here" ? channel : `${variable.place}.${channel}`;
  }

  /** Tells which assignments of these variables can occur at all: legal codes, zeros off the grid, and one token of a kind. */
  care(support: readonly number[]): Bool {
    return cached(this.#cares, support, () =>
      this.bdd.and(
        ...this.#legalCodes(support),
        ...this.#zeroOffGrid(support),
        ...this.#corners(support),
        ...this.#alone(support),
      ),
    );
  }

  #legalCodes(support: readonly number[]): Bool[] {
    const groups = new Map<string, { index: number; rank: number; exclusive: boolean }[]>();
    for (const index of support) {
      const variable = this.variable(index);
      if (variable.tag === "signal") {
        if (this.#exclusive.has(variable.name))
          pushTo(groups, "signals", { index, rank: index, exclusive: true });
        continue;
      }
      if (variable.tag === "sum") {
        pushTo(groups, variable.sum.name, { index, rank: variable.atLeast, exclusive: false });
        continue;
      }
      const { code } = this.channels[variable.channel]!;
      if (code.kind === "thermometer") {
        pushTo(groups, `${code.field}@${variable.place}`, { index, rank: code.atLeast, exclusive: false });
      } else if (code.kind === "one-hot") {
        pushTo(groups, `${code.field}@${variable.place}`, { index, rank: code.equals, exclusive: true });
      }
    }
    return [...groups.values()].flatMap((group) => this.#legalGroup(group));
  }

  #legalGroup(group: { index: number; rank: number; exclusive: boolean }[]): Bool[] {
    const { bdd } = this;
    const sorted = [...group].sort((a, b) => a.rank - b.rank);
    const implied = (small: number, large: number) => bdd.ite(bdd.variable(large), bdd.variable(small), 1);
    if (sorted[0]?.exclusive === true) return [this.#atMostOne(group.map(({ index }) => index))];
    return sorted.slice(1).map((large, at) => implied(sorted[at]!.index, large.index));
  }

  /** Without pairs, of which a machine of a thousand states has half a million. */
  #atMostOne(variables: readonly number[]): Bool {
    const { bdd } = this;
    let [none, one]: [Bool, Bool] = [1, 1];
    for (const variable of variables.toSorted((a, b) => b - a)) {
      one = bdd.ite(bdd.variable(variable), none, one);
      none = bdd.ite(bdd.variable(variable), 0, none);
    }
    return one;
  }

  #zeroOffGrid(support: readonly number[]): Bool[] {
    const { bdd } = this;
    return support.flatMap((index) => {
      const variable = this.variable(index);
      if (variable.tag !== "literal" || fieldOf(this.channels[variable.channel]!.code) === null) return [];
      const inside = this.#insideAt(variable.place, support);
      return inside === null ? [] : [bdd.ite(bdd.variable(index), bdd.variable(inside), 1)];
    });
  }

  /** On a rectangle a diagonal neighbour is there exactly when both neighbours beside it are. */
  #corners(support: readonly number[]): Bool[] {
    const { bdd } = this;
    return (["up", "down"] as const).flatMap((vertical) =>
      (["left", "right"] as const).flatMap((horizontal) => {
        const corner = this.#insideAt(`${vertical}${horizontal}`, support);
        if (corner === null) return [];
        const sides = [vertical, horizontal].flatMap((place) => this.#insideAt(place, support) ?? []);
        const both = bdd.and(...sides.map((side) => bdd.variable(side)));
        const equal = bdd.not(bdd.xor(bdd.variable(corner), both));
        return [sides.length === 2 ? equal : bdd.ite(bdd.variable(corner), both, 1)];
      }),
    );
  }

  /** No two cells have a token of one field. */
  #alone(support: readonly number[]): Bool[] {
    const { bdd } = this;
    return [...this.#tokens].map((token) => {
      const holders = new Map<Place, Bool>();
      for (const index of support) {
        const variable = this.variable(index);
        if (variable.tag !== "literal" || fieldOf(this.channels[variable.channel]!.code) !== token) continue;
        const { place } = variable;
        holders.set(place, bdd.or(holders.get(place) ?? 0, bdd.variable(index)));
      }
      let [none, atMostOne]: [Bool, Bool] = [1, 1];
      for (const holder of holders.values()) {
        atMostOne = bdd.ite(holder, none, atMostOne);
        none = bdd.and(none, bdd.not(holder));
      }
      return atMostOne;
    });
  }

  #insideAt(place: Place, support: readonly number[]): number | null {
    const at = this.#channelIndex.get("inside");
    if (at === undefined) return null;
    const index = LITERALS + PLACES.indexOf(place) * this.channels.length + at;
    return support.includes(index) ? index : null;
  }
}

/** The field a channel belongs to, or null for the inside channel. */
const fieldOf = (code: ChannelCode): string | null => (code.kind === "inside" ? null : code.field);
