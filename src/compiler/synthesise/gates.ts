// The units of a network under construction: relu of a form, each with the reason why it is what it is made for.
// Equal units are one unit. What a form can be at least and at most is known for every legal neighbourhood: the
// channels of one field at one place are taken together, as its code allows, and so are the ramps of one sum.

import { pushTo } from "../../diagnostics/group.ts";
import { cached } from "../../diagnostics/memo.ts";
import type { Place } from "../../grid/direction.ts";
import type { Bounds } from "../../grid/grid.ts";
import { type Channel, largestOf } from "../../network/network.ts";
import { atomForm, combine, type Form, formSize, spelledTerms, ZERO } from "./forms.ts";
import type { Condition } from "./keys.ts";

/** Why relu(input) is what the synthesiser says. */
export type Reason =
  /** The input is never negative. */
  | { readonly tag: "copy" }
  /** The input is a sum of bits less their number, plus 1. */
  | { readonly tag: "and"; readonly parts: readonly Condition[] }
  /** The input is 1 less a sum of bits. */
  | { readonly tag: "none"; readonly of: readonly Form[] }
  /** How far a sum is above or below a bound. */
  | { readonly tag: "ramp" }
  /** 1 where a number is at least the bound: the input is 1 less how far the number is below. */
  | { readonly tag: "reached"; readonly of: Form; readonly bound: number }
  /** What is left of a number, which is not negative, by division. */
  | { readonly tag: "part"; readonly of: Form; readonly modulus: number }
  /** `bit * of`, since `of` is at least 0 and at most `width`. */
  | { readonly tag: "times"; readonly bit: Form; readonly of: Form; readonly width: number }
  /** A bit, unless one of the others is 1. */
  | { readonly tag: "silence"; readonly bit: Form; readonly by: readonly Form[] };

interface Literal {
  readonly tag: "literal";
  readonly channel: number;
  readonly place: Place;
  readonly level: 0;
}

interface Gate {
  readonly tag: "gate";
  readonly input: Form;
  /** 1 for units of literals, else one more than the highest below. */
  readonly level: number;
  readonly reason: Reason;
  /** The most that the unit gives. */
  hi: number;
  /** The input without its constant, and what that can be. */
  readonly sum: string;
  readonly sumRange: Bounds;
}

type Atom = Literal | Gate;

/** Units have more numbers than they may. */
export class TooManyNumbers extends Error {}

export class Gates {
  readonly channels: readonly Channel[];
  readonly #atoms: Atom[] = [];
  readonly #literals = new Map<string, number>();
  readonly #gates = new Map<string, number>();

  readonly #tokens: ReadonlySet<string>;
  readonly #most: number;
  #numbers = 0;

  /**
   * `tokens`: fields of which at most one cell of the grid holds another value than the first; `most`: numbers of
   * units that may be made, of use or not.
   */
  constructor(channels: readonly Channel[], tokens: readonly string[] = [], most = Number.POSITIVE_INFINITY) {
    this.channels = channels;
    this.#tokens = new Set(tokens);
    this.#most = most;
  }

  atom(id: number): Atom {
    return this.#atoms[id]!;
  }

  literal(channel: number, place: Place): number {
    const key = `${channel} ${place}`;
    return cached(
      this.#literals,
      key,
      () => this.#atoms.push({ tag: "literal", channel, place, level: 0 }) - 1,
    );
  }

  level({ terms }: Form): number {
    let level = 0;
    for (const atom of terms.keys()) level = Math.max(level, this.#atoms[atom]!.level);
    return level;
  }

  /** relu of a form; `hi`, where known, is the most it can be. Without a unit where the sign is known. */
  relu(form: Form, reason: Reason, hi = Number.POSITIVE_INFINITY): Form {
    const range = this.range(form);
    if (range.hi <= 0 || hi <= 0) return ZERO;
    if (range.lo >= 0) return form;
    return this.#gate(form, range, Math.min(hi, range.hi), reason);
  }

  /**
   * An equal form of one unit and a constant: the unit costs as much as the form, but its readers then pay for one term.
   * `lo` and `hi`, where known, are the least and the most that the form can be.
   */
  materialise(form: Form, lo = Number.NEGATIVE_INFINITY, hi = Number.POSITIVE_INFINITY): Form {
    if (form.terms.size <= 1) return form;
    const all = this.range(form);
    const least = Math.max(lo, all.lo);
    const above = combine(-least, [[1, form]]);
    const range = { lo: all.lo - least, hi: all.hi - least };
    const gate = this.#gate(above, range, Math.min(hi, all.hi) - least, { tag: "copy" });
    return combine(least, [[1, gate]]);
  }

  /** The gate of an input that can be what `range` says, and gives `hi` at most. */
  #gate(input: Form, range: Bounds, hi: number, reason: Reason): Form {
    const sum = spelledTerms(input);
    const key = `${input.constant} ${sum}`;
    let id = this.#gates.get(key);
    if (id === undefined) {
      this.#numbers += formSize(input);
      if (this.#numbers > this.#most) throw new TooManyNumbers();
      const sumRange = { lo: range.lo - input.constant, hi: range.hi - input.constant };
      const level = this.level(input) + 1;
      id = this.#atoms.push({ tag: "gate", input, level, reason, hi, sum, sumRange }) - 1;
      this.#gates.set(key, id);
    } else {
      const gate = this.#atoms[id] as Gate;
      gate.hi = Math.min(gate.hi, hi);
    }
    return atomForm(id);
  }

  /** All gates that forms need, each once. */
  below(forms: Iterable<Form>): Set<number> {
    const found = new Set<number>();
    const pending = [...forms];
    for (let form = pending.pop(); form !== undefined; form = pending.pop()) {
      for (const id of form.terms.keys()) {
        const atom = this.#atoms[id]!;
        if (atom.tag === "literal" || found.has(id)) continue;
        found.add(id);
        pending.push(atom.input);
      }
    }
    return found;
  }

  /**
   * Returns what a form is at least and at most on legal neighbourhoods with no more tokens than there are; never too
   * narrow.
   */
  range({ constant, terms }: Form): Bounds {
    const codes = new Map<string, [channel: number, weight: number][]>();
    const ramps = new Map<string, [gate: Gate, weight: number][]>();
    const insides = new Map<Place, number>();
    for (const [id, weight] of terms) {
      const atom = this.#atoms[id]!;
      if (atom.tag === "gate") pushTo(ramps, atom.sum, [atom, weight]);
      else {
        const { code } = this.channels[atom.channel]!;
        if (code.kind === "inside") insides.set(atom.place, weight);
        else pushTo(codes, `${atom.place} ${code.field}`, [atom.channel, weight]);
      }
    }
    let [lo, hi] = [constant, constant];
    for (const list of ramps.values()) {
      const each = rangeOfRamps(list);
      lo += each.lo;
      hi += each.hi;
    }
    // Off the grid all channels are 0: what the inside weighs, it weighs together with its cell's fields.
    const places = new Map<Place, [lo: number, hi: number]>();
    for (const [place, weight] of insides) places.set(place, [weight, weight]);
    const tokens = new Map<string, Bounds>();
    for (const [key, list] of codes) {
      const each = this.#rangeOfCode(list);
      const [place, field] = key.split(" ") as [Place, string];
      const there = places.get(place);
      if (there !== undefined) {
        there[0] += each.lo;
        there[1] += each.hi;
      } else if (this.#tokens.has(field)) {
        // All zeros are a code, and no two cells have another.
        const { lo: least, hi: most } = tokens.get(field) ?? { lo: 0, hi: 0 };
        tokens.set(field, { lo: Math.min(least, each.lo), hi: Math.max(most, each.hi) });
      } else {
        lo += each.lo;
        hi += each.hi;
      }
    }
    for (const each of tokens.values()) {
      lo += each.lo;
      hi += each.hi;
    }
    for (const [place, [least, most]] of places) {
      lo += place === "here" ? least : Math.min(0, least);
      hi += place === "here" ? most : Math.max(0, most);
    }
    return { lo, hi };
  }

  /** Channels of one field at one place, which has all zeros as a code. */
  #rangeOfCode(list: [channel: number, weight: number][]): Bounds {
    const { code } = this.channels[list[0]![0]]!;
    if (code.kind === "binary") return rangeOfBits(list.map(([, weight]) => weight));
    const isStaircase = code.kind === "thermometer";
    const most = largestOf(code);
    if (isStaircase) list.sort(([a], [b]) => a - b);
    let [lo, hi, sum] = [0, 0, 0];
    for (const [, weight] of list) {
      sum = isStaircase ? sum + weight : weight * most;
      lo = Math.min(lo, sum);
      hi = Math.max(hi, sum);
    }
    return { lo, hi };
  }
}

/** Bits in any combination. */
function rangeOfBits(weights: readonly number[]): Bounds {
  return {
    lo: weights.reduce((sum, weight) => sum + Math.min(weight, 0), 0),
    hi: weights.reduce((sum, weight) => sum + Math.max(weight, 0), 0),
  };
}

/** Ramps of one sum together: their kinks and the sum's ends are where extremes can be. */
function rangeOfRamps(list: readonly (readonly [gate: Gate, weight: number])[]): Bounds {
  const [first] = list;
  if (list.length === 1) {
    const extreme = first![1] * first![0].hi;
    return { lo: Math.min(0, extreme), hi: Math.max(0, extreme) };
  }
  const { lo: least, hi: highest } = first![0].sumRange;
  const most = list.reduce((end, [gate]) => Math.min(end, gate.hi - gate.input.constant), highest);
  let [lo, hi] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const at of [least, most, ...list.map(([gate]) => -gate.input.constant)]) {
    if (at < least || at > most) continue;
    const value = list.reduce(
      (sum, [gate, weight]) => sum + weight * Math.max(0, at + gate.input.constant),
      0,
    );
    lo = Math.min(lo, value);
    hi = Math.max(hi, value);
  }
  return { lo, hi };
}
