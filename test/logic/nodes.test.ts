// The tables of decision diagrams against maps.

import { expect, test } from "vitest";
import { seededRandom } from "../../src/grid/random.ts";
import { Nodes, Results, unlessTooLarge } from "../../src/logic/nodes.ts";
import { again, cases, SEED } from "../seed.ts";

const COUNT = 20_000;

test(`every node is found, and no other, seed ${SEED}`, () => {
  const random = seededRandom(SEED);
  const nodes = new Nodes();
  const known = new Map<string, number>();
  for (let at = 0; at < COUNT; at++) {
    const [variable, low, high] = [random.int(40), random.int(200), random.int(200)] as const;
    const key = `${variable} ${low} ${high}`;
    const found = nodes.node(variable, low, high);
    expect(found, again(SEED)).toBe(known.get(key) ?? known.size);
    known.set(key, found);
  }
  expect(nodes.size).toBe(known.size);
  expect(known.size).toBeGreaterThan(COUNT / 2);
  for (const [key, node] of known)
    expect(`${nodes.variable[node]} ${nodes.low[node]} ${nodes.high[node]}`).toBe(key);
});

test("where the stack was full while there was no room, nodes are what they were, or none is made", () => {
  let full = 0;
  let wrong = false;
  for (let round = 0; round < cases(300); round++) {
    const random = seededRandom(SEED + round);
    const nodes = new Nodes();
    const known = new Map<string, number>();
    const draw = () => [random.int(9), random.int(2000), random.int(2000)] as const;
    const make = () => {
      const drawn = draw();
      const node = nodes.node(...drawn);
      const key = drawn.join();
      wrong ||= (known.get(key) ?? node) !== node;
      known.set(key, node);
    };
    while (nodes.size < 1023) make();
    const deep = (): void => {
      try {
        deep();
      } catch (error) {
        if (error instanceof RangeError) full++;
      }
      if (nodes.size < 1030) make();
    };
    unlessTooLarge(deep, () => undefined);
    for (const [key, node] of known) {
      const [variable, low, high] = key.split(",").map(Number) as [number, number, number];
      const found = unlessTooLarge(
        () => nodes.node(variable, low, high),
        () => null,
      );
      wrong ||= found !== null && found !== node;
    }
    expect(wrong, again(SEED + round)).toBe(false);
  }
  expect(full).toBeGreaterThan(cases(300));
});

test(`a result is the one that was remembered, or unknown; most are known, seed ${SEED}`, () => {
  const random = seededRandom(SEED);
  const results = new Results();
  const known = new Map<string, number>();
  const operands = Array.from({ length: COUNT }, () => [
    random.int(5000),
    random.int(5000),
    random.int(9) - 5,
  ]);
  for (const [at, [a, b, c]] of operands.entries()) {
    known.set(`${a} ${b} ${c}`, at);
    expect(results.remember(a!, b!, c!, at)).toBe(at);
    expect(results.recall(a!, b!, c!)).toBe(at);
    expect(results.recall(a!, b!, c! + 100)).toBe(-1);
  }
  const found = operands.map(([a, b, c]) => [results.recall(a!, b!, c!), known.get(`${a} ${b} ${c}`)]);
  const kept = found.filter(([result]) => result !== -1);
  for (const [result, wanted] of kept) expect(result, again(SEED)).toBe(wanted);
  expect(kept.length).toBeGreaterThan(COUNT / 2);
});
