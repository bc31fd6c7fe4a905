// Orders found by sifting: the same functions, made again in such an order, have as many nodes as is said, and no more
// than before.

import { expect, test } from "vitest";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { Bdd, type Bool } from "../../src/logic/bdd.ts";
import { sifted } from "../../src/logic/sift.ts";
import { expectSame } from "../same.ts";
import { again, cases, SEED } from "../seed.ts";

const PLENTY = 1e9;

/** Functions in another manager, where the first variable of `order` is variable 0, and so on. */
function inOrder(bdd: Bdd, functions: readonly Bool[], order: readonly number[]) {
  const other = new Bdd();
  const place = new Map(order.map((variable, at) => [variable, at]));
  const known = new Map<Bool, Bool>([
    [0, 0],
    [1, 1],
  ]);
  const made = (f: Bool): Bool => {
    if (!known.has(f)) {
      const [variable, low, high] = bdd.branches(f);
      known.set(f, other.ite(other.variable(place.get(variable)!), made(high), made(low)));
    }
    return known.get(f)!;
  };
  return { other, place, made: functions.map(made) };
}

/** How many nodes functions have together. */
function nodesOf(bdd: Bdd, functions: readonly Bool[]): number {
  const found = new Set<number>([0]);
  const visit = (f: Bool): void => {
    if (found.has(f >> 1)) return;
    found.add(f >> 1);
    const [, low, high] = bdd.branches(f);
    visit(low);
    visit(high);
  };
  functions.forEach(visit);
  return found.size - 1;
}

/** Functions of `variables` variables, each made of some before it. */
function randomFunctions(bdd: Bdd, random: Random, variables: number, count: number): Bool[] {
  const all: Bool[] = Array.from({ length: variables }, (_, at) => bdd.variable(at));
  const pick = (): Bool => all[random.int(all.length)]! ^ random.int(2);
  for (let made = 0; made < count; made++)
    all.push(
      [() => bdd.and(pick(), pick()), () => bdd.xor(pick(), pick()), () => bdd.ite(pick(), pick(), pick())][
        random.int(3)
      ]!(),
    );
  return all.slice(variables).filter(() => random.int(2) === 0);
}

test("conjunctions of pairs whose halves stand far apart: two nodes a pair", () => {
  const bdd = new Bdd();
  const pairs = 9;
  const f = bdd.or(
    ...Array.from({ length: pairs }, (_, at) => bdd.and(bdd.variable(at), bdd.variable(pairs + at))),
  );
  expect(nodesOf(bdd, [f])).toBe(2 ** (pairs + 1) - 2);
  const { order, nodes } = sifted(bdd, [f], 2 * pairs, PLENTY);
  expect(nodes).toBe(2 * pairs);
  expect(nodesOf(inOrder(bdd, [f], order).other, inOrder(bdd, [f], order).made)).toBe(2 * pairs);
});

test("random functions: as many nodes as is said, no more than before, and the same values", () => {
  let smaller = 0;
  for (let seed = SEED; seed < SEED + cases(150); seed++) {
    const random = seededRandom(seed);
    const bdd = new Bdd();
    const variables = 2 + random.int(11);
    const functions = randomFunctions(bdd, random, variables, 4 + random.int(40));
    const before = nodesOf(bdd, functions);
    // Some orders are looked for with too little work.
    const work = random.int(3) === 0 ? random.int(3000) : PLENTY;
    const { order, nodes } = sifted(bdd, functions, variables, work);
    expect(
      order.toSorted((a, b) => a - b),
      again(seed),
    ).toEqual([...Array(variables).keys()]);
    const { other, place, made } = inOrder(bdd, functions, order);
    expect(nodesOf(other, made), again(seed)).toBe(nodes);
    expect(nodes, again(seed)).toBeLessThanOrEqual(before);
    if (nodes < before) smaller++;
    for (let round = 0; round < 20; round++) {
      const values = order.map(() => random.int(2));
      const back = order.map((variable) => values[variable]!);
      for (const [at, f] of functions.entries())
        expectSame(
          other.evaluate(made[at]!, (each) => back[each]!),
          bdd.evaluate(f, (each) => values[each]!),
          again(seed),
        );
    }
    expect(place.size).toBe(variables);
    expect(sifted(bdd, functions, variables, work), again(seed)).toEqual({ order, nodes });
  }
  expect(smaller).toBeGreaterThan(cases(150) / 3);
});
