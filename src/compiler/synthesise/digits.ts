// Bits of numbers. Two bits at a time, from the highest on: three thresholds of what is left say which digit it begins
// with, and that is taken off. A threshold is 1 less how far the number is below it, so that all sums stay about as small
// as the number itself; the last two bits need no such care. Cost: some 10 numbers and 1.5 layers a bit, and a copy of each
// bit in every layer after the one that finds it.

import type { Bounds } from "../../grid/grid.ts";
import { bitsFor } from "../../network/network.ts";
import { combine, type Form, inverse, sumOfForms } from "./forms.ts";
import type { Gates } from "./gates.ts";
import type { ValueSet } from "./value-sets.ts";

/** Bits above a digit from which on a layer costs more than the reading of sums. */
const MANY = 8;

/** Makes the bit that is 1 where a number from a range reaches a bound. */
type Step = (number: Form, bound: number, range: Bounds) => Form;

/** The bits, lowest first, of a number from 0 to `hi`. */
export function bitsOf(gates: Gates, step: Step, number: Form, hi: number): Form[] {
  const whole = gates.materialise(number, 0, hi);
  const made: Form[] = [];
  let rest = whole;
  let most = hi;
  let left = bitsFor(hi);
  while (left > 2) {
    left -= left % 2 === 1 ? 1 : 2;
    const unit = 2 ** left;
    const steps = Array.from({ length: Math.floor(most / unit) }, (_, at) =>
      reached(gates, rest, (at + 1) * unit),
    );
    made.unshift(...digitBits(gates, steps));
    const part = combine(0, [
      [1, rest],
      [-unit, sumOfForms(steps)],
    ]);
    most = Math.min(most, unit - 1);
    // A layer less saves a copy of each bit, but what is left is then read as a sum of four.
    rest = made.length < MANY ? gates.relu(part, { tag: "part", of: whole, modulus: unit }, most) : part;
  }
  return [...lastBits(step, rest, most), ...made];
}

/** The bits of a digit from 0 to 3 at most, from its thresholds. */
function digitBits(gates: Gates, [one, two, three]: readonly Form[]): Form[] {
  if (two === undefined) return [one!];
  const odd = combine(0, [[1, one!], [-1, two], ...(three === undefined ? [] : [[1, three] as const])]);
  return [gates.materialise(odd, 0, 1), two];
}

/** What the highest bits of a number are: `bits` from bit `from` on. */
interface Block {
  readonly from: number;
  readonly bits: number;
}

/** A set of numbers that are told from the others of a range by their highest bits, which are alike; else null. */
export function blockOf(set: ValueSet, { lo, hi }: Bounds): Block | null {
  if (set.length !== 2) return null;
  const [start, end] = [set[0]! - lo, set[1]! - lo];
  for (let from = 0, size = 1; size <= hi - lo; from++, size *= 2) {
    const isWhole = start + size === end || (end > hi - lo && start + size > end);
    if (start % size === 0 && isWhole) return { from, bits: start / size };
  }
  return null;
}

/** 1 where the highest bits are these. */
export function conjunction(gates: Gates, digits: readonly Form[], { from, bits }: Block): Form {
  const high = digits.slice(from);
  const isOn = (at: number): boolean => Math.floor(bits / 2 ** at) % 2 === 1;
  const ones = high.filter((_, at) => isOn(at)).length;
  const sum = combine(
    1 - ones,
    high.map((digit, at) => [isOn(at) ? 1 : -1, digit]),
  );
  return gates.relu(sum, { tag: "ramp" }, 1);
}

/** 1 where a number is at least `bound`, which is not its least value: it is below that by `most` at most. */
export function reached(gates: Gates, number: Form, bound: number, most = bound): Form {
  const below = gates.relu(combine(bound, [[-1, number]]), { tag: "ramp" }, most);
  return gates.relu(inverse(below), { tag: "reached", of: number, bound }, 1);
}

/** The last bits of a number from 0 to 3 at most: one threshold, and what is left. */
function lastBits(step: Step, number: Form, hi: number): Form[] {
  if (hi < 1) return [];
  if (hi < 2) return [number];
  const high = step(number, 2, { lo: 0, hi });
  return [
    combine(0, [
      [1, number],
      [-2, high],
    ]),
    high,
  ];
}
