// Programs of random length on both sides of where chains are grouped (32, and 32 times 32 parts), deep expressions are
// visited from below (100 levels) and tests become instructions (64): the judge, which knows no such border, and all that
// it is compared with.

import { expect, test } from "vitest";
import { again, SEED } from "../seed.ts";
import { compareProgram } from "./compare/program.ts";
import { Random } from "./random.ts";

const PLACES = ["x", "left.x", "up.x", "right.x", "downleft.x"];
const list = (n: number, part: () => string, between: (at: number) => string): string =>
  Array.from({ length: n }, (_, at) => (at === 0 ? "" : between(at)) + part()).join("");

/** Texts of so many parts, with other parts at each draw. */
const KINDS: Readonly<Record<string, (random: Random, n: number) => string>> = {
  "sums and differences": (random, n) => {
    const part = () => random.pick([...PLACES, "1", "2"]);
    const sum = list(n, part, () => random.pick([" + ", " - "]));
    const least = random.int(5) - 2;
    return `input x: 0..2 output y: bit each { y = (${sum}) >= ${least} }`;
  },
  "differences of differences": (random, n) => {
    const part = () => `(${random.pick(PLACES)} - ${random.pick(PLACES)} + ${random.pick(PLACES)})`;
    return `input x: 0..1 output y: -1000..1000 each { y = ${list(Math.min(n, 300), part, () => " - ")} }`;
  },
  "bits of one kind": (random, n) => {
    const operator = random.pick([" or ", " and ", " xor "]);
    const part = () => `${random.pick(PLACES)} ${random.pick(["==", "!=", ">="])} ${random.int(4)}`;
    return `input x: 0..3 output y: bit each { y = ${list(
      n,
      () => `(${part()} and ${part()})`,
      () => operator,
    )} }`;
  },
  minima: (random, n) => {
    const part = () => `${random.pick(PLACES)} + ${random.int(3)}`;
    return `input x: 0..3 output y: 0..9 each { y = ${random.pick(["min", "max"])}(${list(n, part, () => ", ")}) }`;
  },
  "else if": (random, n) => {
    const part = () =>
      `if left.x == ${random.int(64)} and up.x >= ${random.int(4)} { y = ${random.int(4)} } `;
    return `input x: 0..63 output y: 0..3 each { ${list(n, part, () => "else ")} }`;
  },
  "statements in a row": (random, n) => {
    const part = () => `y = y ${random.pick(["xor", "xor not"])} ${random.pick(PLACES)}`;
    return `input x: bit output y: bit each { ${list(n, part, () => "\n")} }`;
  },
  breaks: (random, n) => {
    const part = () => `break when x == ${random.int(8)}`;
    return `input x: 0..7 loop { each { x = if x == 7 then 0 else x + 1 } ${list(n, part, () => "\n")} }`;
  },
};

const AROUND: Readonly<Record<string, readonly number[]>> = {
  "bits of one kind": [32, 1024],
  "statements in a row": [100, 200],
  breaks: [64],
};

test.each(Object.entries(KINDS))(
  `%s, ${again(SEED)}`,
  async (kind, write) => {
    const random = new Random(SEED, kind.length);
    for (const border of AROUND[kind] ?? [32, 100])
      for (const n of [border, border + 1, border + 2 + random.int(20)]) {
        const text = `program long { ${write(random, n)} }`;
        const outcome = await compareProgram({ text, wide: false }, SEED, n, { sparing: 20 });
        expect(outcome, `${n} parts\n${text.slice(0, 3000)}`).toMatchObject({ kind: "agreed" });
      }
  },
  240_000,
);
