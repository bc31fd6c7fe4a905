// Random programs on both sides of the sizes at which something is made in another way: codes of ranges (16 and 64 values),
// cases of stop rules (64 names), proofs of tables (32 names), signals and the clock of programs (7 lines), what is
// remembered of conditions and parities (8 and 4). The judge knows no such border.

import { expect, test } from "vitest";
import { again, SEED } from "../seed.ts";
import { compareProgram } from "./compare/program.ts";
import { Random } from "./random.ts";

const READS = ["x", "left.x", "up.x", "y", "right.y", "down.y"];

/** A number between 0 and `most`. */
function number(random: Random, most: number, depth: number): string {
  const part = () => number(random, most, depth - 1);
  if (depth === 0) return random.chance(0.8) ? random.pick(READS) : `${random.int(most + 1)}`;
  return random.weighted([
    [3, () => `min(${part()} + ${part()}, ${most})`],
    [3, () => `max(${part()} - ${part()}, 0)`],
    [2, () => `${random.pick(["min", "max"])}(${part()}, ${part()})`],
    [2, () => `(if ${condition(random, most)} then ${part()} else ${part()})`],
    [1, () => part()],
  ])();
}

const condition = (random: Random, most: number): string =>
  `${random.pick(READS)} ${random.pick(["==", "!=", ">=", "<", ">", "<="])} ` +
  (random.chance(0.5) ? random.pick(READS) : `${random.int(most + 1)}`);

const ranges = (random: Random, count: number): string => {
  const most = count - 1;
  const initial = random.int(count);
  const pass = `y = ${number(random, most, 2)}\n${random.chance(0.5) ? `x = ${number(random, most, 1)}` : ""}`;
  const body = random.pick([
    `each { ${pass} }`,
    `loop { each { ${pass} } halt when ${random.pick(["x", "y"])} ${random.pick([">=", "==", "<"])} ${random.int(count)} }`,
    `loop { each { ${pass} } }`,
  ]);
  return `input x: 0..${most} state y: 0..${most} = ${initial} ${body}`;
};

const names = (random: Random, count: number): string => {
  const list = Array.from({ length: count }, (_, at) => `n${at}`);
  const some = () => random.pick(list);
  const rules = Array.from(
    { length: 8 },
    () => `if x == ${some()} ${random.chance(0.5) ? `and left.x != ${some()} ` : ""}{ x = ${some()} }`,
  );
  const ends = [...Array(1 + random.int(4))].map(() => `x == ${random.chance(0.3) ? "n0" : some()}`);
  const stop = random.pick([
    `ends when all(${ends.join(" or ")}) loop { each { ${rules.join(" else ")} } }`,
    `loop { each { ${rules.join(" else ")} } halt when ${ends.join(" or ")} }`,
  ]);
  return `input x: enum { ${list.join(", ")} } ${stop}`;
};

const DIRECTIONS = ["right", "left", "down", "up", "down right", "up left"];

const lines = (random: Random, count: number): string => {
  const instructions = Array.from({ length: count }, () => {
    const pass = `y = ${number(random, 2, 1)}\n${random.chance(0.5) ? `x = ${number(random, 2, 1)}` : ""}`;
    return random.chance(0.3) ? `each { ${pass} }` : `sweep ${random.pick(DIRECTIONS)} { ${pass} }`;
  });
  const body = instructions.join("\n");
  return `input x: 0..2 state y: 0..2 ${random.chance(0.5) ? body : `loop { ${body} halt when y == 2 }`}`;
};

/** Conditions within conditions, and parities of parities, of so few parts that these come again. */
const repeats = (random: Random, count: number): string => {
  const conditions = ["a", "left.b", "n > 1", "up.n == 0"];
  const parts = ["a", "b", "left.b", "up.a"];
  const nested = (depth: number): string => {
    const when = `${random.chance(0.3) ? "not " : ""}(${random.pick(conditions)})`;
    const inner = depth === 0 ? `n = ${random.int(4)}` : nested(depth - 1);
    const otherwise = random.chance(0.5)
      ? ` else { ${random.pick(["n = 0", "b = not b", "a = n == 3"])} }`
      : "";
    return `if ${when} { ${inner}\n${random.pick(["b = n == 2", "n = left.n", "a = up.a"])} }${otherwise}`;
  };
  const parity = () => Array.from({ length: count }, () => random.pick(parts)).join(" xor ");
  const again = Array.from({ length: count }, () => `b = b xor ${random.pick(parts)}`);
  return `input a: bit state b: bit state n: 0..3 each { ${nested(count)}\na = ${parity()}\n${again.join("\n")} }`;
};

test.each([
  ["values of ranges", ranges, [15, 16, 17, 63, 64, 65]],
  ["names of enums", names, [31, 32, 33, 64, 65, 66]],
  ["lines", lines, [5, 6, 7, 8, 9, 10, 6, 7, 8, 9]],
  ["conditions and parts that come again", repeats, [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
] as const)(
  `%s, ${again(SEED)}`,
  async (_, write, sizes) => {
    for (const [at, size] of sizes.entries()) {
      const text = `program wide { ${write(new Random(SEED, at), size)} }`;
      const outcome = await compareProgram({ text, wide: false }, SEED, at, { sparing: 20 });
      expect(outcome, `${size}\n${text.slice(0, 3000)}`).toMatchObject({ kind: "agreed" });
    }
  },
  240_000,
);
