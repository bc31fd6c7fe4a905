// Directions and ages, against an oracle that runs the sweep: which neighbours have surely run before a cell?

import { describe, expect, test } from "vitest";
import { DIRECTIONS, type Direction, OFFSETS } from "../../src/grid/direction.ts";
import { analyse } from "../../src/language/analyse/analyse.ts";
import type { CheckedExpression, CheckedOf, CheckedStatement } from "../../src/language/analyse/checked.ts";
import { ageOf } from "../../src/language/analyse/sweeps.ts";
import { parse } from "../../src/language/parse/parse.ts";

const SWEEPS = ["up", "down", "left", "right", "up left", "up right", "down left", "down right"];
const WORDS: Readonly<Record<string, readonly [row: number, col: number]>> = {
  up: [-1, 0],
  down: [1, 0],
  left: [0, -1],
  right: [0, 1],
};

/**
 * The age of a neighbour by the meaning of sweeps. One direction moves line by line, so lines decide. With two, a
 * cell runs some time after the cell behind it in each direction, and whatever does not follow from that is open.
 */
function ageByMeaning(sweep: string, place: Direction): "new" | "old" | "open" {
  const moves = sweep.split(" ").map((word) => WORDS[word]!);
  const [row, col] = OFFSETS[place];
  if (moves.length === 1) return row * moves[0]![0] + col * moves[0]![1] < 0 ? "new" : "old";
  const reaches = (from: readonly number[], to: readonly number[], left: number): boolean =>
    (from[0] === to[0] && from[1] === to[1]) ||
    (left > 0 && moves.some((move) => reaches([from[0]! + move[0], from[1]! + move[1]], to, left - 1)));
  if (reaches([row, col], [0, 0], 2)) return "new";
  return reaches([0, 0], [row, col], 2) ? "old" : "open";
}

function analyseText(text: string) {
  const source = { name: "t.alg", text };
  const parsed = parse(source);
  expect(parsed.diagnostics).toEqual([]);
  return analyse(parsed.program!, source);
}

function readsOf(statements: readonly CheckedStatement[]): CheckedOf<"neighbour">[] {
  const visit = (node: CheckedExpression): CheckedOf<"neighbour">[] => {
    if (node.tag === "neighbour") return [node];
    return node.tag === "binary" ? [...visit(node.left), ...visit(node.right)] : [];
  };
  return statements.flatMap((statement) => (statement.tag === "assign" ? visit(statement.value) : []));
}

describe.each(SWEEPS)("sweep %s", (sweep) => {
  const sources = (
    analyseText(`program p { output x: bit sweep ${sweep} { x = 1 } }`).program!.body[0] as CheckedOf<"pass">
  ).sources;

  test("comes from where it does not go", () => {
    const behind = sweep.split(" ").map((word) => {
      const [row, col] = WORDS[word]!;
      return DIRECTIONS.find((place) => OFFSETS[place][0] === -row && OFFSETS[place][1] === -col);
    });
    expect(sources).toEqual(behind);
  });

  test.each(DIRECTIONS)("dates reads of %s", (place) => {
    const age = ageByMeaning(sweep, place);
    expect(ageOf(place, sources)).toBe(age);
    const { program, diagnostics } = analyseText(
      `program p { output x: bit sweep ${sweep} { x = ${place}.x } }`,
    );
    if (age === "open") expect(diagnostics.map((each) => each.code)).toEqual(["TL401"]);
    else expect(readsOf((program!.body[0] as CheckedOf<"pass">).body)).toMatchObject([{ place, age }]);
  });

  test("calls all reads of a field old that it does not assign", () => {
    const text = `program p { input y: bit output x: bit sweep ${sweep} { x = count(around.y) > 2 or upright.y } }`;
    expect(
      readsOf((analyseText(text).program!.body[0] as CheckedOf<"pass">).body).every(
        (read) => read.age === "old",
      ),
    ).toBe(true);
  });
});

test("the order of the two directions does not matter", () => {
  const [one, other] = ["down right", "right down"].map(
    (words) =>
      analyseText(`program p { output x: bit sweep ${words} { x = 1 } }`).program!
        .body[0] as CheckedOf<"pass">,
  );
  expect(one!.sources).toEqual(["up", "left"]);
  expect(other!.sources).toEqual(["up", "left"]);
});

test("an assignment deep inside the body dates the reads before it", () => {
  const text =
    "program p { input c: bit output x: bit sweep down right { x = up.x if c { if up.c { x = 1 } } } }";
  expect(readsOf((analyseText(text).program!.body[0] as CheckedOf<"pass">).body)).toMatchObject([
    { place: "up", age: "new" },
  ]);
  const { diagnostics } = analyseText(
    "program p { input c, y: bit output x: bit sweep down right { x = upright.y match c { 0 => y = 1, 1 => { } } } }",
  );
  expect(diagnostics.map((each) => each.code)).toEqual(["TL401"]);
});

test("in each and in halt conditions all reads are old", () => {
  const { program } = analyseText(
    "program p { output x: bit each { x = up.x and downright.x } halt when up.x }",
  );
  expect(readsOf((program!.body[0] as CheckedOf<"pass">).body)).toMatchObject([
    { age: "old" },
    { age: "old" },
  ]);
  expect(program!.body[1]).toMatchObject({ tag: "halt", when: { tag: "neighbour", age: "old" } });
});
