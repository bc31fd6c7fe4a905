// Which numbers are whole-numbered sums of others, on samples: by elimination modulo a prime.

/** Products of two residues are exact. */
const PRIME = 67_108_859;

/** A sum of columns, by their indices, and what is left of it at the front: the first column is all ones. */
type Combination = ReadonlyMap<number, number>;

const residue = (value: number): number => value - PRIME * Math.floor(value / PRIME);

/** What is left of numbers after some reduced columns, and what has been taken off. */
interface Rest {
  readonly values: Float64Array;
  readonly of: Map<number, number>;
  reduced: number;
}

/** Columns of numbers, one for each sample, reduced so that sums of them are found. */
export class ColumnSpan {
  readonly #rows: number;
  /** Reduced columns, each 1 at its pivot and 0 at all earlier pivots, with what they are of the columns given. */
  readonly #reduced: {
    readonly pivot: number;
    readonly values: Float64Array;
    readonly of: Map<number, number>;
  }[] = [];

  constructor(rows: number) {
    this.#rows = rows;
  }

  /** Adds a column; one that is a sum of others says nothing new. */
  add(name: number, column: ArrayLike<number>): void {
    const { values, of } = this.#reduce(this.rest(column));
    const pivot = values.findIndex((value) => value !== 0);
    if (pivot < 0) return;
    const inverse = inverseOf(values[pivot]!);
    for (let row = 0; row < this.#rows; row++) values[row] = residue(values[row]! * inverse);
    const own = new Map([...of].map(([each, factor]) => [each, residue(-factor * inverse)]));
    own.set(name, inverse);
    this.#reduced.push({ pivot, values, of: own });
  }

  /** Numbers to be found, now or when there are more columns. */
  rest(numbers: ArrayLike<number>): Rest {
    return { values: Float64Array.from(numbers, residue), of: new Map(), reduced: 0 };
  }

  /** The sum of columns that some numbers are, if they are one of whole numbers. */
  find(rest: Rest, largest: number): Combination | null {
    const { values, of } = this.#reduce(rest);
    if (values.some((value) => value !== 0)) return null;
    const found = new Map<number, number>();
    for (const [name, factor] of of) {
      const whole = factor > PRIME / 2 ? factor - PRIME : factor;
      if (Math.abs(whole) > largest) return null;
      if (whole !== 0) found.set(name, whole);
    }
    return found;
  }

  #reduce(rest: Rest): Rest {
    const { values, of } = rest;
    for (; rest.reduced < this.#reduced.length; rest.reduced++) {
      const { pivot, values: own, of: parts } = this.#reduced[rest.reduced]!;
      const factor = values[pivot]!;
      if (factor === 0) continue;
      for (let row = pivot; row < this.#rows; row++) values[row] = residue(values[row]! - factor * own[row]!);
      for (const [name, part] of parts) of.set(name, residue((of.get(name) ?? 0) + factor * part));
    }
    return rest;
  }
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
