// Ramps of sums of bits, and what they add up to, as gates: on both sides of the number of terms from which on sums are
// compared by their digits, with parts that share bits, so that sums end elsewhere than their parts say.

import { expect, test } from "vitest";
import { sumDigits } from "../../src/engines/bits/adders.ts";
import { Circuit, gateOf, isNegated, not, type Signal } from "../../src/engines/bits/bit-gates.ts";
import { partOfDigits, type RampPart, RampSums, rampOf, scaled } from "../../src/engines/bits/bit-ramps.ts";
import { MOST_BITS } from "../../src/engines/bits/sums.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { Bdd } from "../../src/logic/bdd.ts";
import { again, cases, SEED } from "../seed.ts";

/** What signals are where inputs have these values. */
function evaluator(circuit: Circuit, inputs: ReadonlyMap<string, number>): (signal: Signal) => number {
  const known = new Map<number, number>([[0, 0]]);
  const gate = (at: number): number => {
    const name = circuit.nameOf(at);
    const value = known.get(at) ?? (name !== null ? inputs.get(name)! : combined(at));
    known.set(at, value);
    return value;
  };
  const combined = (at: number): number => {
    const [a, b] = circuit.inputsOf(at).map(of) as [number, number];
    return circuit.isAnd(at) ? a & b : a ^ b;
  };
  const of = (signal: Signal): number => gate(gateOf(signal)) ^ Number(isNegated(signal));
  return of;
}

const amountOf = ({ bits, constant }: RampPart, of: (signal: Signal) => number): number =>
  bits.reduce((sum, { weight, bit }) => sum + weight * of(bit), constant);

/** Numbers of one to three bits with weights of any sign; some bits come again, plain or negated. */
function drawParts(circuit: Circuit, names: readonly string[], random: Random): RampPart[] {
  const bit = (): Signal => {
    const signal = circuit.input(names[random.int(names.length)]!);
    return random.int(3) === 0 ? not(signal) : signal;
  };
  return Array.from({ length: names.length }, () => {
    const digits = Array.from({ length: 1 + random.int(2) }, bit);
    return scaled(partOfDigits(digits, 0, 2 ** digits.length - 1), random.int(9) - 4);
  });
}

test(`what ramps add up to, ${again(SEED)}`, () => {
  let long = 0;
  for (let at = 0; at < cases(300); at++) {
    const random = seededRandom(SEED + at);
    const circuit = new Circuit();
    const ramps = new RampSums(circuit, new Bdd());
    const names = Array.from({ length: 2 + random.int(MOST_BITS + 6) }, (_, name) => `x${name}`);
    const parts = drawParts(circuit, names, random);
    // Ramps begin near an end of what is known of their sum, or anywhere.
    const { of: sum0, sign, constant } = rampOf(0, parts);
    const reach = sum0.most - sum0.least + 1;
    const near = random.int(3) === 0 ? random.int(reach) : random.int(Math.min(8, reach));
    const begin = random.int(2) === 0 ? sum0.least + near : sum0.most - near;
    const first = -sign * begin - constant;
    const biases = [first, first - 1 - random.int(3)];
    const weighted = biases.map((bias, nth) => ({ ramp: rampOf(bias, parts), weight: nth === 0 ? 1 : -1 }));
    // Both are of one sum, whose terms may be fewer than its parts.
    expect(new Set(weighted.map(({ ramp }) => ramp.of.key)).size).toBe(1);
    long += Number(weighted[0]!.ramp.of.terms.length > MOST_BITS);
    const made = ramps.add(weighted);
    // Where each term is at its least, or its most, is hardly ever drawn.
    const positive = new Set(sum0.terms.flatMap(({ weight, bit }) => (weight > 0 ? [bit] : [])));
    for (let draw = 0; draw < 40; draw++) {
      const ones =
        draw < 2
          ? (name: string) => Number(positive.has(circuit.input(name)) === (draw === 0))
          : () => random.int(2);
      const of = evaluator(circuit, new Map(names.map((name) => [name, ones(name)])));
      const sum = parts.reduce((all, part) => all + amountOf(part, of), 0);
      const wanted = weighted.reduce(
        (all, { weight }, nth) => all + weight * Math.max(sum + biases[nth]!, 0),
        0,
      );
      const found = made.reduce((all, part) => all + amountOf(part, of), 0);
      expect(found, `case ${at}, ${again(SEED + at)}`).toBe(wanted);
    }
  }
  expect(long, "a share of the sums is too long for a table").toBeGreaterThanOrEqual(cases(300) / 15);
});

test("digits of sums whose weights are all even", () => {
  const circuit = new Circuit();
  const [a, b] = ["a", "b"].map((name) => circuit.input(name)) as [Signal, Signal];
  const digits = sumDigits(circuit, [
    { weight: 4, bit: a, row: 0 },
    { weight: 4, bit: b, row: 1 },
  ]);
  expect(digits.map((digit) => typeof digit)).toEqual(digits.map(() => "number"));
  for (const [x, y] of [
    [0, 0],
    [1, 0],
    [1, 1],
  ] as const) {
    const of = evaluator(
      circuit,
      new Map([
        ["a", x],
        ["b", y],
      ]),
    );
    expect(digits.reduce((sum, digit, at) => sum + of(digit) * 2 ** at, 0)).toBe(4 * (x + y));
  }
});
