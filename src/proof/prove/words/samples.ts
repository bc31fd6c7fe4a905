// Numbers on random neighbourhoods, one for each: what network and rule make there.

import type { Rule } from "../../../compiler/schedule/rule.ts";
import { unreachable } from "../../../diagnostics/diagnostic.ts";
import { cached } from "../../../diagnostics/memo.ts";
import { AXES, type Axis, PLACES, type Place, TAPS } from "../../../grid/direction.ts";
import { bounds } from "../../../grid/grid.ts";
import { seededRandom } from "../../../grid/random.ts";
import { type Expression, leaves } from "../../../logic/expression.ts";
import { heldBy, type Network } from "../../../network/network.ts";
import { type StepValues, stepOf } from "../../../network/step.ts";
import { type Slot, sidesOf, type TokenPlace } from "../neighbourhood.ts";

type Column = Float64Array;

/** A neighbourhood as far as it matters: the value of a slot, given the one that it has in a random neighbourhood. */
export type Witness = (slot: Slot, random: number) => number;

/** Offsets below these, from the smallest value or from the largest, are drawn often, so that some are equal. */
const COMMON = [4, 64] as const;
/** Random neighbourhoods to which a witness is transferred. */
const COPIES = 6;
/** Neighbourhoods that are drawn to find some in which instructions run. */
const DRAWN = 8192;

/** Seeds of fields of neighbourhoods that begin elsewhere are so far apart. */
const FROM_FACTOR = 1009;

/** The value of a slot in a neighbourhood, where it is not left to chance. */
type Model = (slot: Slot, at: number) => number | undefined;

interface SamplesOptions {
  /** The last neighbourhoods are those of witnesses. */
  readonly witnesses?: readonly Witness[];
  /** In most of the others some instruction runs, each as often: by chance, neighbours are seldom ready. */
  readonly model?: Model;
  /** The number of the first neighbourhood: from another one on, they are others. */
  readonly from?: number;
}

export class Samples {
  readonly count: number;
  readonly #rule: Rule;
  readonly #fields = new Map<string, Column>();
  readonly #sides = new Map<Axis, Column>();
  readonly #inside = new Map<Place, Column>();
  readonly #known = new Map<Expression, Column>();
  readonly #draw: (slot: Slot, value: (at: number) => number) => Column;
  readonly #token: TokenPlace | null;
  readonly #from: number;
  /** Offsets of neighbourhoods that are near those of others, and whether they are counted from the largest value. */
  readonly #near: Column;
  readonly #fromTop: Column;

  /** No cell but the one at its place has a token. */
  constructor(
    rule: Rule,
    count: number,
    token: TokenPlace | null,
    { witnesses = [], model = running(rule, token), from = 0 }: SamplesOptions = {},
  ) {
    this.#rule = rule;
    this.#token = token;
    this.#from = from;
    this.count = count;
    const random = seededRandom(1 + from);
    this.#near = this.#column(() => random.int(COMMON[random.int(2)]!));
    this.#fromTop = this.#column(() => random.int(2));
    const witness = (at: number) => witnesses[Math.floor((count - 1 - at) / COPIES)];
    this.#draw = (slot, value) =>
      this.#column((at) => {
        const random = model(slot, from + at) ?? value(at);
        return witness(at)?.(slot, random) ?? random;
      });
    for (const side of AXES)
      this.#sides.set(
        side,
        this.#draw({ tag: "side", side }, () => (random.int(4) === 0 ? 0 : 1)),
      );
    for (const place of PLACES) {
      const own = sidesOf(place).map((side) => this.side(side));
      this.#inside.set(
        place,
        this.#column((at) => (own.every((side) => side[at] === 1) ? 1 : 0)),
      );
    }
  }

  #column(value: (at: number) => number): Column {
    const column = new Float64Array(this.count);
    for (let at = 0; at < column.length; at++) column[at] = value(at);
    return column;
  }

  #sum(bias: number, terms: readonly { readonly weight: number; readonly of: Column }[]): Column {
    const column = new Float64Array(this.count).fill(bias);
    for (const { weight, of } of terms)
      for (let at = 0; at < column.length; at++) column[at]! += weight * of[at]!;
    return column;
  }

  /** Tells whether the grid goes on to a side. */
  side(side: Axis): Column {
    return this.#sides.get(side)!;
  }

  inside(place: Place): Column {
    return this.#inside.get(place)!;
  }

  /** The values of a field at a place: drawn when somebody first asks for them, as a cell sees far more than it reads. */
  field(name: string, place: Place): Column {
    return cached(this.#fields, `${name} ${place}`, () => this.#drawField(name, place));
  }

  #drawField(name: string, place: Place): Column {
    const { fields } = this.#rule;
    const nth = fields.findIndex((field) => field.name === name);
    const field = fields[nth]!;
    const random = seededRandom(2 + PLACES.indexOf(place) + PLACES.length * nth + FROM_FACTOR * this.#from);
    const { lo, hi } = bounds(field.type);
    const values = hi - lo + 1;
    const column = this.#draw({ tag: "field", field, place }, (at) => {
      if (random.int(2) === 0) return lo + random.int(values);
      const offset = (this.#near[at]! + random.int(3) + values - 1) % values;
      return this.#fromTop[at] === 1 ? hi - offset : lo + offset;
    });
    const token = this.#token;
    const isElsewhere = token !== null && token.field === name && token.place !== place;
    const inside = this.inside(place);
    return this.#column((at) => (isElsewhere || inside[at] === 0 ? lo : column[at]!));
  }

  /** Returns what an expression of the rule is. */
  of(node: Expression): Column {
    return cached(this.#known, node, () => this.#of(node));
  }

  #of(node: Expression): Column {
    const column = (value: (at: number) => number) => this.#column(value);
    switch (node.tag) {
      case "constant":
        return column(() => node.value);
      case "read":
        return this.field(node.field, node.place);
      case "inside":
        return this.inside(node.place);
      case "signal":
        return this.of(this.#rule.signals.find(({ name }) => name === node.name)!.value);
      case "not": {
        const of = this.of(node.of);
        return column((at) => 1 - of[at]!);
      }
      case "and": {
        const parts = node.of.map((part) => this.of(part));
        return column((at) => (parts.every((part) => part[at] === 1) ? 1 : 0));
      }
      case "or": {
        const parts = node.of.map((part) => this.of(part));
        return column((at) => (parts.some((part) => part[at] === 1) ? 1 : 0));
      }
      case "xor": {
        const [left, right] = [this.of(node.left), this.of(node.right)];
        return column((at) => (left[at] === right[at] ? 0 : 1));
      }
      case "is": {
        const of = this.of(node.of);
        return column((at) => (of[at] === node.value ? 1 : 0));
      }
      case "atLeast": {
        const of = this.of(node.of);
        return column((at) => (of[at]! >= node.bound ? 1 : 0));
      }
      case "sum": {
        return this.#sum(
          node.offset,
          node.terms.map(({ weight, of }) => ({ weight, of: this.of(of) })),
        );
      }
      case "min":
      case "max": {
        const [left, right] = [this.of(node.left), this.of(node.right)];
        const choose = node.tag === "min" ? Math.min : Math.max;
        return column((at) => choose(left[at]!, right[at]!));
      }
      case "choose": {
        const [when, then, otherwise] = [this.of(node.when), this.of(node.then), this.of(node.otherwise)];
        return column((at) => (when[at] === 1 ? then[at]! : otherwise[at]!));
      }
      default:
        return unreachable(node);
    }
  }

  /** Returns what the units of a network are. */
  step(network: Network): StepValues<Column> {
    return stepOf<Column>(network, {
      input: (channel, tap) => {
        const { code } = network.channels[channel]!;
        const place = TAPS[tap]!;
        if (code.kind === "inside") return this.inside(place);
        const field = this.field(code.field, place);
        return this.#column((at) => heldBy(code, field[at]!));
      },
      sum: (terms, bias) => this.#sum(bias, terms),
      rectify: (sum) => sum.map((value) => Math.max(value, 0)),
    });
  }
}

/**
 * Returns what is read to see whether an instruction runs, from neighbourhoods where one does: after each other, and then by
 * chance.
 */
export function running(rule: Rule, token: TokenPlace | null): Model {
  const values = rule.signals.map(({ value }) => value);
  if (values.length === 0) return () => undefined;
  const drawn = new Samples(rule, DRAWN, token, { model: () => undefined });
  const found = values.map((value) => [...drawn.of(value).keys()].filter((at) => drawn.of(value)[at] === 1));
  const nameOf = (field: string, place: Place) => `${field} ${place}`;
  const read = new Set(
    leaves(values).flatMap((leaf) => (leaf.tag === "read" ? [nameOf(leaf.field, leaf.place)] : [])),
  );
  return (slot, at) => {
    const where = found[at % (found.length + 1)] ?? [];
    if (where.length === 0) return undefined;
    const from = where[Math.floor(at / (found.length + 1)) % where.length]!;
    if (slot.tag === "side") return drawn.side(slot.side)[from];
    const { field, place } = slot;
    return read.has(nameOf(field.name, place)) ? drawn.field(field.name, place)[from] : undefined;
  };
}
