// Whole numbers as words of signals: `lo` plus the binary number that the bits make, lowest bit first. In all lanes a
// word holds a value of its expression's type; what it holds where nobody asks for it does not matter.

import { InputError } from "../../diagnostics/diagnostic.ts";
import { addBits } from "../../engines/bits/adders.ts";
import { type Circuit, FALSE, not, type Signal, TRUE } from "../../engines/bits/bit-gates.ts";
import { isBeyond } from "../../engines/bits/bit-ramps.ts";
import type { Bounds } from "../../grid/grid.ts";
import { bitsFor } from "../../network/network.ts";

export interface SignalWord {
  readonly lo: number;
  readonly bits: readonly Signal[];
}

export const constantWord = (value: number): SignalWord => ({ lo: value, bits: [] });
export const bitWord = (bit: Signal): SignalWord => ({ lo: 0, bits: [bit] });

/** Pairs of values at most that an operator without a circuit of its own goes through. */
const MOST_PAIRS = 4096;

/** Makes words in a circuit. */
export class SignalWords {
  readonly #circuit: Circuit;

  constructor(circuit: Circuit) {
    this.#circuit = circuit;
  }

  atLeast({ lo, bits }: SignalWord, bound: number): Signal {
    return bound <= lo ? TRUE : isBeyond(this.#circuit, bits, bound - lo - 1);
  }

  is({ lo, bits }: SignalWord, value: number): Signal {
    const number = value - lo;
    if (number < 0 || number >= 2 ** bits.length) return FALSE;
    return bits.reduce(
      (all, bit, at) => this.#circuit.and(all, bitAt(number, at) ? bit : not(bit)),
      TRUE as Signal,
    );
  }

  /** A word that is 0 or 1, as a signal. */
  bit(word: SignalWord): Signal {
    return this.atLeast(word, 1);
  }

  /** The same value, which is known to be within bounds, in as few bits as these take. */
  fit(word: SignalWord, { lo, hi }: Bounds): SignalWord {
    const size = bitsFor(hi - lo);
    if (word.lo === lo) return { lo, bits: word.bits.slice(0, size) };
    // Sums modulo a power of two that is larger than the value: carries beyond it are 0 or do not matter.
    const from = numberBits((((word.lo - lo) % 2 ** size) + 2 ** size) % 2 ** size, size);
    return { lo, bits: this.#sum(word.bits.slice(0, size), from).slice(0, size) };
  }

  add(a: SignalWord, b: SignalWord): SignalWord {
    return { lo: a.lo + b.lo, bits: this.#sum(a.bits, b.bits) };
  }

  subtract(a: SignalWord, b: SignalWord): SignalWord {
    const minusB: SignalWord = { lo: -(b.lo + 2 ** b.bits.length - 1), bits: b.bits.map(not) };
    return this.add(a, minusB);
  }

  equal(a: SignalWord, b: SignalWord): Signal {
    if (a.bits.length === 0) return this.is(b, a.lo);
    if (b.bits.length === 0) return this.is(a, b.lo);
    if (a.lo !== b.lo) return this.is(this.subtract(a, b), 0);
    const size = Math.max(a.bits.length, b.bits.length);
    return Array.from({ length: size }, (_, at) =>
      not(this.#circuit.xor(a.bits[at] ?? FALSE, b.bits[at] ?? FALSE)),
    ).reduce((all, same) => this.#circuit.and(all, same), TRUE as Signal);
  }

  /** One of two words of the same bounds. */
  choose(when: Signal, then: SignalWord, otherwise: SignalWord): SignalWord {
    if (then.lo !== otherwise.lo) throw new Error("internal: words of different bounds");
    const size = Math.max(then.bits.length, otherwise.bits.length);
    const bits = Array.from({ length: size }, (_, at) =>
      this.#circuit.choose(when, then.bits[at] ?? FALSE, otherwise.bits[at] ?? FALSE),
    );
    return { lo: then.lo, bits };
  }

  /** Returns what any operator makes of two words, from all pairs of their values. */
  table(
    [a, boundsA]: readonly [SignalWord, Bounds],
    [b, boundsB]: readonly [SignalWord, Bounds],
    result: Bounds,
    of: (a: number, b: number) => number,
  ): SignalWord {
    const pairs = (boundsA.hi - boundsA.lo + 1) * (boundsB.hi - boundsB.lo + 1);
    if (pairs > MOST_PAIRS)
      throw new InputError(
        `the sketch multiplies or divides numbers of ${pairs} pairs of values, expected at most ${MOST_PAIRS}; ` +
          "give its fields smaller ranges",
      );
    const bits = new Array<Signal>(bitsFor(result.hi - result.lo)).fill(FALSE);
    for (let x = boundsA.lo; x <= boundsA.hi; x++)
      for (let y = boundsB.lo; y <= boundsB.hi; y++) {
        const here = this.#circuit.and(this.is(a, x), this.is(b, y));
        const number = of(x, y) - result.lo;
        for (const at of bits.keys()) if (bitAt(number, at)) bits[at] = this.#circuit.or(bits[at]!, here);
      }
    return { lo: result.lo, bits };
  }

  /** Binary numbers added, with one bit more than the longer one has. */
  #sum(a: readonly Signal[], b: readonly Signal[]): Signal[] {
    const sums: Signal[] = [];
    let carry: Signal = FALSE;
    for (let at = 0; at < Math.max(a.length, b.length); at++) {
      const [sum, next] = addBits(this.#circuit, [a[at] ?? FALSE, b[at] ?? FALSE, carry]);
      sums.push(sum);
      carry = next!;
    }
    return [...sums, carry];
  }
}

export const bitAt = (number: number, bit: number): boolean => Math.floor(number / 2 ** bit) % 2 === 1;

const numberBits = (number: number, size: number): Signal[] =>
  Array.from({ length: size }, (_, at) => (bitAt(number, at) ? TRUE : FALSE));
