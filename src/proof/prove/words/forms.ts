// A network's step in sums that are not worked out: of what it reads, and of units of which it is open whether they are 0.
// What a layer only hands on is the same sum again, and what is added here and taken away there is gone.

import { cached } from "../../../diagnostics/memo.ts";
import { DiagramsTooLarge } from "../../../logic/nodes.ts";
import { largestOf, type Network } from "../../../network/network.ts";
import { type StepValues, stepOf } from "../../../network/step.ts";
import type { Sight } from "./sight.ts";
import { readings } from "./units.ts";
import type { Word } from "./words.ts";

/** Nodes that a unit may take. */
const MOST_NODES = 150_000;

/** A constant and weighted atoms: sources of the first layer by their number, and others after these. */
export interface OpenSum {
  readonly constant: number;
  readonly terms: ReadonlyMap<number, number>;
}

interface Bounds {
  readonly lo: number;
  readonly hi: number;
}

/** A number that is no sum. */
interface Atom extends Bounds {
  /** Null where it is too large. */
  readonly word: Word | null;
  /** Whether it is what a unit makes. */
  readonly isUnit: boolean;
}

interface Weighted {
  readonly weight: number;
  readonly of: OpenSum;
}

const constantForm = (constant: number): OpenSum => ({ constant, terms: new Map() });

export class Forms {
  /** Sums and what units hand on, before atoms are replaced. */
  readonly step: StepValues<OpenSum>;
  readonly #network: Network;
  readonly #sight: Sight;
  readonly #sources: number;
  readonly #atoms: Atom[] = [];
  /** What atoms have been replaced by. */
  readonly #replaced = new Map<number, OpenSum>();
  /** What units hand on, by their sums. */
  readonly #ramps = new Map<string, OpenSum>();

  constructor(network: Network, sight: Sight) {
    this.#network = network;
    this.#sight = sight;
    this.#sources = 9 * network.channels.length;
    this.step = stepOf<OpenSum>(network, {
      input: (channel, tap) => this.input(channel, tap),
      sum: (terms, bias) => this.sum(bias, terms),
      rectify: (sum) => this.#rectified(sum),
    });
  }

  /** What a channel holds at a tap. */
  input(channel: number, tap: number): OpenSum {
    return { constant: 0, terms: new Map([[tap * this.#network.channels.length + channel, 1]]) };
  }

  /** A number by its word and its bounds. */
  atom(word: Word | null, { lo, hi }: Bounds, isUnit = false): OpenSum {
    const number = this.#sources + this.#atoms.push({ word, lo, hi, isUnit }) - 1;
    return { constant: 0, terms: new Map([[number, 1]]) };
  }

  sum(constant: number, parts: readonly Weighted[]): OpenSum {
    return this.#sum(constant, parts, () => undefined);
  }

  #sum(bias: number, parts: readonly Weighted[], instead: (atom: number) => OpenSum | undefined): OpenSum {
    let all = bias;
    const terms = new Map<number, number>();
    const add = (factor: number, { constant, terms: own }: OpenSum): void => {
      all += factor * constant;
      for (const [atom, weight] of own) {
        const other = instead(atom);
        const sum = (terms.get(atom) ?? 0) + factor * weight;
        if (other !== undefined) add(factor * weight, other);
        else if (sum === 0) terms.delete(atom);
        else terms.set(atom, sum);
      }
    };
    for (const { weight, of } of parts) add(weight, of);
    return { constant: all, terms };
  }

  /** The same number without atoms that have been replaced. */
  #normal(form: OpenSum): OpenSum {
    return this.#sum(0, [{ weight: 1, of: form }], (atom) => this.#replaced.get(atom));
  }

  /** The last atom of a form that is a unit's and has the weight 1 or -1; null if there is none. */
  pivotOf(form: OpenSum): number | null {
    const pivots = [...this.#normal(form).terms]
      .filter(
        ([atom, weight]) => Math.abs(weight) === 1 && this.#atoms[atom - this.#sources]?.isUnit === true,
      )
      .map(([atom]) => atom);
    return pivots.length === 0 ? null : Math.max(...pivots);
  }

  /** Replaces an atom of a form by what makes the form another one, which is the same number. */
  replace(atom: number, form: OpenSum, other: OpenSum): void {
    const normal = this.#normal(form);
    const weight = normal.terms.get(atom)!;
    const parts = [
      { weight, of: other },
      { weight: -weight, of: normal },
      { weight: 1, of: { constant: 0, terms: new Map([[atom, 1]]) } },
    ];
    this.#replaced.set(atom, this.sum(0, parts));
  }

  /** Throws DiagramsTooLarge where one of its atoms was. */
  word(form: OpenSum): Word {
    const { words } = this.#sight;
    const { constant, terms } = this.#normal(form);
    const all = [...terms].map(([source, weight]) => ({ source, weight, column: -1 }));
    const inputs = all.filter(({ source }) => source < this.#sources);
    const others = all.filter(({ source }) => source >= this.#sources);
    return words.sum(constant, [
      ...readings(this.#network, this.#sight, inputs),
      ...others.map(({ source, weight }) => ({ weight, of: this.#wordOf(source) })),
    ]);
  }

  #wordOf(atom: number): Word {
    const { word } = this.#atoms[atom - this.#sources]!;
    if (word === null) throw new DiagramsTooLarge();
    return word;
  }

  /** How many variables the atoms of a form depend on. */
  inputsOf(form: OpenSum): number {
    const { bdd } = this.#sight.words;
    const words = [...this.#normal(form).terms.keys()].map((atom) =>
      atom < this.#sources
        ? this.word({ constant: 0, terms: new Map([[atom, 1]]) })
        : (this.#atoms[atom - this.#sources]!.word ?? []),
    );
    return bdd.supportOf(words.flat()).length;
  }

  #bounds({ constant, terms }: OpenSum): Bounds {
    let [lo, hi] = [constant, constant];
    for (const [atom, weight] of terms) {
      const own = this.#atomBounds(atom);
      lo += Math.min(weight * own.lo, weight * own.hi);
      hi += Math.max(weight * own.lo, weight * own.hi);
    }
    return { lo, hi };
  }

  #atomBounds(atom: number): Bounds {
    if (atom >= this.#sources) return this.#atoms[atom - this.#sources]!;
    const { channels } = this.#network;
    return { lo: 0, hi: largestOf(channels[atom % channels.length]!.code) };
  }

  #rectified(given: OpenSum): OpenSum {
    const sum = this.#normal(given);
    // An atom that is handed on is not negative, which what it is replaced by need not show.
    for (const each of [given, sum]) {
      const { lo, hi } = this.#bounds(each);
      if (lo >= 0) return each;
      if (hi <= 0) return constantForm(0);
    }
    return cached(this.#ramps, keyOf(sum), () => {
      const { words } = this.#sight;
      const word = words.bdd.within(MOST_NODES, () => this.word(sum));
      const sign = word?.at(-1);
      if (sign === 0) return sum;
      if (sign === 1) return constantForm(0);
      const rectified = word && words.bdd.within(MOST_NODES, () => words.rectified(word));
      return this.atom(rectified, { lo: 0, hi: this.#bounds(sum).hi }, true);
    });
  }
}

const keyOf = ({ constant, terms }: OpenSum): string =>
  `${constant} ${[...terms].sort(([a], [b]) => a - b).join(" ")}`;
