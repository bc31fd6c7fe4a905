// Which numbers are whole-numbered sums of others, on samples: by elimination modulo a prime.
//
// Most numbers that are asked about are no such sums. A few rows tell that, once the factors are known, which the rows of the
// pivots give.

import { spend } from "../../../diagnostics/budget.ts";

const PRIME = 16_777_213;
/** Products of two residues that can be added up exactly. */
const EXACT = 16;

/** Rows that are looked at first. */
const FEW_ROWS = 4;

/** A sum of columns, by their names: the first column is all ones. */
type Combination = ReadonlyMap<number, number>;

const residue = (value: number): number => value - PRIME * Math.floor(value / PRIME);

/** Numbers, and the factors that take them to 0 in the rows of the first pivots. */
interface Rest {
  readonly values: Float64Array;
  readonly factors: number[];
}

/** A column less a sum of those before, which is 1 at its pivot and 0 at all earlier pivots. */
interface Reduced {
  readonly name: number;
  readonly pivot: number;
  readonly values: Float64Array;
  /** What it is of the columns given, in their order. */
  readonly of: Float64Array;
  /** What those before are at its pivot. */
  readonly earlier: Float64Array;
}

/** Columns of numbers, one for each sample, reduced so that sums of them are found. */
export class ColumnSpan {
  readonly #rows: number;
  readonly #reduced: Reduced[] = [];

  constructor(rows: number) {
    this.#rows = rows;
  }

  /** Adds a column; one that is a sum of others says nothing new. */
  add(name: number, column: ArrayLike<number>): void {
    const rest = this.rest(column);
    this.#eliminate(rest);
    const values = this.#left(rest);
    const pivot = values.findIndex((value) => value !== 0);
    if (pivot < 0) return;
    const inverse = inverseOf(values[pivot]!);
    for (let row = 0; row < this.#rows; row++) values[row] = residue(values[row]! * inverse);
    const count = this.#reduced.length;
    const of = this.#parts(rest, count + 1);
    for (let at = 0; at < count; at++) of[at] = residue(-of[at]! * inverse);
    of[count] = inverse;
    const earlier = Float64Array.from(this.#reduced, (each) => each.values[pivot]!);
    this.#reduced.push({ name, pivot, values, of, earlier });
  }

  /** Numbers to be found, now or when there are more columns. */
  rest(numbers: ArrayLike<number>): Rest {
    return { values: Float64Array.from(numbers, residue), factors: [] };
  }

  /** The sum of columns that some numbers are, if they are one of whole numbers. */
  find(rest: Rest, largest: number): Combination | null {
    this.#eliminate(rest);
    for (let row = this.#rows - 1; row >= 0 && row >= this.#rows - FEW_ROWS; row--)
      if (this.#leftAt(rest, row) !== 0) return null;
    if (this.#left(rest).some((value) => value !== 0)) return null;
    const found = new Map<number, number>();
    for (const [at, factor] of this.#parts(rest, this.#reduced.length).entries()) {
      const whole = factor > PRIME / 2 ? factor - PRIME : factor;
      if (Math.abs(whole) > largest) return null;
      if (whole !== 0) found.set(this.#reduced[at]!.name, whole);
    }
    return found;
  }

  /** Finds the factors of columns that are new. */
  #eliminate({ values, factors }: Rest): void {
    for (let at = factors.length; at < this.#reduced.length; at++) {
      const { pivot, earlier } = this.#reduced[at]!;
      spend(1 + (at >> 6));
      factors.push(less(values[pivot]!, factors, earlier));
    }
  }

  #leftAt({ values, factors }: Rest, row: number): number {
    const own = Float64Array.from(this.#reduced, (each) => each.values[row]!);
    return less(values[row]!, factors, own);
  }

  /** Numbers less what factors make of the columns. */
  #left({ values, factors }: Rest): Float64Array {
    return this.#minus(values.slice(), factors, (reduced) => reduced.values);
  }

  /** Returns what factors make of the columns given. */
  #parts({ factors }: Rest, count: number): Float64Array {
    return this.#minus(
      new Float64Array(count),
      factors.map((factor) => residue(-factor)),
      ({ of }) => of,
    );
  }

  #minus(
    into: Float64Array,
    factors: readonly number[],
    of: (reduced: Reduced) => Float64Array,
  ): Float64Array {
    for (const [at, factor] of factors.entries()) {
      if (factor !== 0) subtract(into, factor, of(this.#reduced[at]!));
      if (at % EXACT === EXACT - 1) reduce(into);
    }
    reduce(into);
    spend(factors.length);
    return into;
  }
}

function subtract(into: Float64Array, factor: number, values: Float64Array): void {
  for (let at = 0; at < values.length; at++) into[at]! -= factor * values[at]!;
}

function reduce(values: Float64Array): void {
  for (let at = 0; at < values.length; at++) values[at] = residue(values[at]!);
}

/** A number less a sum of products. */
function less(value: number, factors: readonly number[], others: Float64Array): number {
  let left = value;
  for (let at = 0; at < others.length; at++) {
    left -= factors[at]! * others[at]!;
    if (at % EXACT === EXACT - 1) left = residue(left);
  }
  return residue(left);
}

function inverseOf(value: number): number {
  let [a, b, x, y] = [value, PRIME, 1, 0];
  while (b !== 0) {
    const quotient = Math.floor(a / b);
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  return residue(x);
}
