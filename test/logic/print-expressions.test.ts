// Printed expressions mean what the graph means: they are read back as a program, by the front end, and run by
// the reference interpreter, which shares nothing with expression graphs.

import { expect, test } from "vitest";
import { checkProgram } from "../../src/compile.ts";
import { interpret } from "../../src/engines/reference.ts";
import { OFFSETS, PLACES } from "../../src/grid/direction.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { firstValue, type Grid, showType, type ValueType } from "../../src/grid/grid.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { type Expression, Expressions } from "../../src/logic/expression.ts";
import { printExpressions } from "../../src/logic/print-expressions.ts";
import { cases } from "../seed.ts";
import { evaluate } from "./evaluate.ts";

const BIT: ValueType = { kind: "bit" };
const COLOUR: ValueType = { kind: "enum", names: ["red", "green", "blue"] };
const FIELDS = [
  { name: "a", type: BIT },
  { name: "b", type: BIT },
  { name: "n", type: { kind: "range", lo: 0, hi: 3 } as ValueType },
  { name: "m", type: { kind: "range", lo: -2, hi: 1 } as ValueType },
  { name: "k", type: COLOUR },
];

const pick = <T>(random: Random, list: readonly T[]): T => list[random.int(list.length)]!;

class RandomExpressions {
  readonly make = new Expressions();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  #read(...names: readonly string[]): Expression {
    const wanted = pick(this.#random, names);
    const { name, type } = FIELDS.find((field) => field.name === wanted)!;
    return this.make.read(name, type, pick(this.#random, PLACES), "now");
  }

  bit(depth: number): Expression {
    const { make } = this;
    const bit = () => this.bit(depth - 1);
    const axis = pick(this.#random, ["up", "down", "left", "right"] as const);
    const leaf = [() => this.#read("a", "b"), () => make.inside(axis)];
    const inner = [
      () => make.not(bit()),
      () => make.and(bit(), bit(), bit()),
      () => make.or(bit(), bit()),
      () => make.xor(bit(), bit()),
      () => make.choose(bit(), bit(), bit()),
      () => make.atLeast(this.number(depth - 1), this.#random.int(6) - 2),
      () => make.equals(this.number(depth - 1), this.number(depth - 1), false),
      () => make.is(this.#read("k"), this.#random.int(3)),
      () => make.is(this.#read("n", "m"), this.#random.int(3)),
    ];
    return pick(this.#random, depth === 0 ? leaf : inner)();
  }

  number(depth: number): Expression {
    const { make } = this;
    const number = () => this.number(depth - 1);
    const count = () =>
      make.sum(PLACES.slice(1).map((place) => ({ weight: 1, of: make.read("a", BIT, place, "now") })));
    const leaf = [() => this.#read("n", "m")];
    const inner = [
      ...leaf,
      count,
      () => make.sum([{ weight: 1, of: number() }], this.#random.int(5) - 2),
      () =>
        make.sum([
          { weight: 1, of: number() },
          { weight: -1, of: this.bit(depth - 1) },
        ]),
      () => make.min(number(), number()),
      () => make.max(number(), number()),
      () => make.choose(this.bit(depth - 1), number(), number()),
    ];
    return pick(this.#random, depth === 0 ? leaf : inner)();
  }

  colour(depth: number): Expression {
    const { make } = this;
    if (depth === 0) return pick(this.#random, [this.#read("k"), make.constant(this.#random.int(3))]);
    return make.choose(this.bit(depth - 1), this.colour(depth - 1), this.colour(depth - 1));
  }
}

/** The printed expressions as the body of a program that assigns them to `y` and `k`. */
function programOf(expressions: readonly [bit: Expression, colour: Expression]): string {
  const [bit, colour] = expressions;
  const roots = [{ value: bit }, { value: colour, type: COLOUR }];
  const { shared, texts } = printExpressions(
    roots,
    FIELDS.map(({ name }) => name),
  );
  const fields = FIELDS.map(({ name, type }) => `input ${name}: ${showType(type)}`);
  const lets = shared.map(({ name, text }) => `let ${name} = ${text}`);
  const body = [...lets, `y = ${texts[0]}`, `k = ${texts[1]}`];
  return ["program p {", ...fields, "output y: bit", "each {", ...body, "}", "}"].join("\n");
}

function valueAt(expression: Expression, grid: Grid, row: number, col: number): number {
  return evaluate(expression, (leaf) => {
    if (leaf.tag !== "read" && leaf.tag !== "inside") throw new Error(leaf.tag);
    const [down, right] = OFFSETS[leaf.place];
    const [r, c] = [row + down, col + right];
    const isInside = r >= 0 && r < grid.rows && c >= 0 && c < grid.cols;
    if (leaf.tag === "inside") return Number(isInside);
    return isInside ? grid.planes[leaf.field]![r * grid.cols + c]! : firstValue(leaf.type);
  });
}

test("printed expressions read back as the same functions", () => {
  for (let seed = 0; seed < cases(400); seed++) {
    const random = seededRandom(seed);
    const source = new RandomExpressions(random);
    const expressions = [source.bit(1 + random.int(4)), source.colour(random.int(4))] as const;
    const text = programOf(expressions);
    const { checked } = checkProgram({ name: `seed ${seed}`, text });
    const input = randomGrid({ rows: 4, cols: 5 }, FIELDS, random);
    const { grid } = interpret(checked, input);
    for (const [at, field] of ["y", "k"].entries())
      for (let cell = 0; cell < 20; cell++) {
        const expected = valueAt(expressions[at]!, input, Math.floor(cell / 5), cell % 5);
        expect(grid.planes[field]![cell], `seed ${seed}, ${field}, cell ${cell}\n${text}`).toBe(expected);
      }
  }
});

const print = (...values: readonly Expression[]) =>
  printExpressions(
    values.map((value) => ({ value })),
    [],
  );

test("ages, weights, corners and brackets are shown as they are", () => {
  const make = new Expressions();
  const old = make.read("x", BIT, "left", "old");
  const fresh = make.read("old x", BIT, "upleft", "new");
  const sum = make.sum([
    { weight: 2, of: old },
    { weight: -3, of: fresh },
  ]);
  expect(print(sum, make.inside("downleft"), make.signal("ready after up")).texts).toEqual([
    "2 * old left.x - 3 * new upleft.[old x]",
    "inside downleft",
    "[ready after up]",
  ]);
});

test("comparisons have positive terms on both sides", () => {
  const make = new Expressions();
  const [n, m] = ["n", "m"].map((name) => make.read(name, { kind: "range", lo: 0, hi: 9 }, "here", "now"));
  const ahead = make.atLeast(make.difference(n!, m!), 2);
  const small = make.not(
    make.atLeast(
      make.sum([
        { weight: -1, of: n! },
        { weight: -1, of: m! },
      ]),
      -4,
    ),
  );
  expect(print(ahead, make.not(ahead), small, make.equals(n!, m!, false)).texts).toEqual([
    "n >= m + 2",
    "n < m + 2",
    "n + m > 4",
    "n == m",
  ]);
});

test("counts name the question that is asked of all neighbours", () => {
  const make = new Expressions();
  const ask = (place: (typeof PLACES)[number]) => make.is(make.read("k", COLOUR, place, "old"), 2);
  const around = PLACES.slice(1).map((place) => ({ weight: 1, of: ask(place) }));
  const beside = around.slice(0, 4).map(({ of }) => ({ weight: -2, of }));
  expect(print(make.sum(around), make.sum([...beside, around[6]!])).texts).toEqual([
    "count(old around.k == blue)",
    "-2 * count(old beside.k == blue) + (old downleft.k == blue)",
  ]);
});

test("a long part that is used twice is named once, so the text grows with the graph", () => {
  const make = new Expressions();
  let value = make.read("start", BIT, "here", "now");
  for (let level = 0; level < 40; level++) {
    const other = make.read(`x${level}`, BIT, "here", "now");
    value = make.or(make.and(value, other), make.xor(value, other));
  }
  const { shared, texts } = print(value);
  expect(shared.length).toBeGreaterThan(30);
  expect([...shared.map(({ text }) => text), ...texts].join("").length).toBeLessThan(2000);
});
