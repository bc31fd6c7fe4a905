import { expect, test } from "vitest";
import { bounds } from "../../../src/grid/grid.ts";
import { type Random, seededRandom } from "../../../src/grid/random.ts";
import { add, combine, constant, isSame } from "../../../src/proof/prove/polynomials/algebra.ts";
import type { Polynomial } from "../../../src/proof/prove/polynomials/space.ts";
import { again, SEED } from "../../seed.ts";
import { allCases, type Case, FIELDS, PLACES, World } from "./space-of.ts";

/** A polynomial, and what it should be in each case. */
interface Claim {
  readonly made: Polynomial;
  readonly value: (at: Case) => number;
}

/** Random functions, made by every operation from reads and from each other. */
class Claims {
  readonly world: World;
  readonly #random: Random;

  constructor(random: Random, token: boolean) {
    this.world = new World(token);
    this.#random = random;
  }

  make(depth: number): Claim {
    const { world } = this;
    if (depth === 0) return this.#read();
    const [a, b] = [this.make(depth - 1), this.make(depth - 1)];
    switch (this.#random.int(6)) {
      case 0:
        return { made: world.algebra.times(a.made, b.made), value: (at) => a.value(at) * b.value(at) };
      case 1: {
        const bound = this.#random.int(3) - 1;
        const made = world.rectifier.step(a.made, bound);
        return { made, value: (at) => Number(a.value(at) >= bound) };
      }
      case 2: {
        const weight = this.#random.int(7) - 3;
        const sum = add(a.made, b.made, weight);
        return { made: sum, value: (at) => a.value(at) + weight * b.value(at) };
      }
      default: {
        const weight = this.#random.int(7) - 3;
        const offset = this.#random.int(7) - 3;
        const parts = [a.made, combine(0, [[weight, b.made]])];
        const sum = combine(offset, [
          [1, a.made],
          [weight, b.made],
        ]);
        const made = world.rectifier.relu(sum, this.#random.int(2) === 0 ? undefined : () => parts);
        return { made, value: (at) => Math.max(0, a.value(at) + weight * b.value(at) + offset) };
      }
    }
  }

  #read(): Claim {
    const { name, type } = FIELDS[this.#random.int(FIELDS.length)]!;
    const place = PLACES[this.#random.int(PLACES.length)]!;
    const { lo, hi } = bounds(type);
    if (this.#random.int(5) === 0)
      return { made: this.world.reads.inside("left"), value: ({ isInside }) => Number(isInside) };
    if (this.#random.int(8) === 0) return { made: constant(2), value: () => 2 };
    const table = Array.from({ length: hi - lo + 1 }, () => this.#random.int(6) - 1);
    const made = this.world.reads.table(name, place, (value) => table[value - lo]!);
    return { made, value: ({ values }) => table[values.get(`${name} ${place}`)! - lo]! };
  }
}

const LARGEST = 60;

for (const token of [false, true])
  test(`200 random functions are what they should be, and within their bounds; token: ${token}, seed ${SEED}`, () => {
    const cases = allCases(token);
    let ramps = 0;
    for (let at = 0; at < 200; at++) {
      const seed = SEED + at;
      const claims = new Claims(seededRandom(seed), token);
      const { made, value } = claims.make(1 + (at % 3));
      if (made.size > LARGEST) continue;
      ramps += claims.world.algebra.numbersOf(made).size;
      const { lo, hi } = claims.world.numbers.rangeOf(made);
      const wrong = cases.find((each) => claims.world.value(made, each) !== value(each));
      expect(wrong, again(seed)).toBeUndefined();
      const values = cases.map(value);
      expect(lo <= Math.min(...values) && hi >= Math.max(...values), `${lo}..${hi}; ${again(seed)}`).toBe(
        true,
      );
    }
    expect(ramps).toBeGreaterThan(20);
  });

test(`functions without ramps are equal exactly if their polynomials are; seed ${SEED}`, () => {
  const cases = allCases(false);
  const outcomes = { equal: 0, different: 0 };
  for (let at = 0; at < 60; at++) {
    const seed = SEED + 1000 + at;
    const claims = new Claims(seededRandom(seed), false);
    const found = Array.from({ length: 6 }, (_, nth) => claims.make(nth % 3));
    const plain = found.filter(({ made }) => claims.world.algebra.numbersOf(made).size === 0);
    for (const a of plain)
      for (const b of plain) {
        const areEqual = cases.every((each) => a.value(each) === b.value(each));
        expect(isSame(a.made, b.made), again(seed)).toBe(areEqual);
        if (a !== b) outcomes[areEqual ? "equal" : "different"]++;
      }
  }
  expect(outcomes.equal).toBeGreaterThan(20);
  expect(outcomes.different).toBeGreaterThan(200);
});

test("a sum of terms that exclude each other is at most 1, however many they are", () => {
  const { reads, numbers, algebra } = new World(false);
  const where = (field: string, wanted: number) =>
    reads.table(field, "here", (value) => Number(value === wanted));
  const all = [0, 1, 2].flatMap((e) =>
    [-1, 0, 1, 2, 3, 4, 5, 6].map((n) => algebra.times(where("e", e), where("n", n))),
  );
  const sum = (some: readonly Polynomial[]) =>
    combine(
      0,
      some.map((each) => [1, each]),
    );
  expect(numbers.rangeOf(sum(all))).toEqual({ lo: 1, hi: 1 });
  expect(numbers.rangeOf(sum(all.slice(5)))).toEqual({ lo: 0, hi: 1 });
  expect(numbers.rangeOf(sum([...all, where("b", 1)]))).toEqual({ lo: 1, hi: 2 });
});

test("of a token, two places are never held together", () => {
  const [alone, many] = [new World(true), new World(false)];
  const both = ({ algebra, reads }: World) =>
    algebra.times(reads.value("e", "here"), reads.value("e", "left"));
  expect(both(alone).size).toBe(0);
  expect(both(many).size).toBe(4);
});

test("off the grid, fields have their first values", () => {
  const { algebra, reads, rectifier } = new World(false);
  const there = reads.table("e", "left", (value) => Number(value > 0));
  expect(isSame(algebra.times(there, reads.inside("left")), there)).toBe(true);
  const both = combine(-1, [
    [1, there],
    [1, reads.inside("left")],
  ]);
  expect(isSame(rectifier.relu(both), there)).toBe(true);
});
