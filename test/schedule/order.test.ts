import { describe, expect, test } from "vitest";
import { checkProgram } from "../../src/compile.ts";
import { lower } from "../../src/compiler/lower/lower.ts";
import {
  commonRhythm,
  commonWalk,
  lead,
  placesRead,
  type Rhythm,
  WALKS,
  type Wave,
} from "../../src/compiler/schedule/order.ts";
import { convergenceObstacle } from "../../src/compiler/schedule/schedule.ts";
import { DIRECTIONS, type Direction, OFFSETS, opposite } from "../../src/grid/direction.ts";

const lowered = (body: string) => lower(checkProgram({ name: "p", text: `program p { ${body} }` }).checked);
const AB = "input a: bit output b: bit";

/** Whether the cells of a grid can be put in an order in which these neighbours of every cell come before it. */
function canBeOrdered(before: readonly Direction[], size = 5): boolean {
  const placed = new Set<string>();
  const key = (row: number, col: number) => `${row} ${col}`;
  const inGrid = (row: number, col: number) => row >= 0 && row < size && col >= 0 && col < size;
  for (let found = true; found; ) {
    found = false;
    for (let cell = 0; cell < size * size; cell++) {
      const [row, col] = [Math.floor(cell / size), cell % size];
      if (placed.has(key(row, col))) continue;
      const waits = before
        .map((place) => [row + OFFSETS[place][0], col + OFFSETS[place][1]] as const)
        .some(([r, c]) => inGrid(r, c) && !placed.has(key(r, c)));
      if (waits) continue;
      placed.add(key(row, col));
      found = true;
    }
  }
  return placed.size === size * size;
}

test("walks are all the ways to decide who of two opposite neighbours comes first without going in circles", () => {
  const half = ["up", "left", "upleft", "upright"] as const;
  const choices = Array.from({ length: 16 }, (_, bits) =>
    half.map((place, at) => ((bits >> at) & 1 ? opposite(place) : place)),
  );
  const show = (places: readonly Direction[]) =>
    DIRECTIONS.filter((place) => places.includes(place)).join(" ");
  const possible = choices.filter((choice) => canBeOrdered(choice)).map(show);
  expect(new Set(WALKS.map(show))).toEqual(new Set(possible));
  expect(WALKS).toHaveLength(8);
});

describe("the walk of a program", () => {
  const walk = (body: string) => commonWalk(lowered(body).instructions);

  test.each([
    `${AB} sweep down { b = up.b }`,
    `${AB} sweep down right { b = up.b xor left.b } sweep right { b = left.b or b }`,
    `${AB} sweep left { b = upright.b xor downright.b }`,
  ])("has all sources: %s", (body) => {
    const sources = lowered(body).instructions.flatMap((instruction) => placesRead(instruction, "new"));
    expect(sources.length).toBeGreaterThan(0);
    expect(walk(body)).toEqual(expect.arrayContaining(sources));
  });

  test.each([
    `${AB} sweep down { b = up.b } sweep up { b = down.b }`,
    `${AB} sweep down left { b = up.b xor right.b } sweep right { b = left.b }`,
    // Each alone is fine, but up right after down right after left is a circle.
    `${AB} sweep down right { b = upleft.b xor left.b } sweep up { b = downleft.b or downright.b }`,
  ])("is none where an axis is swept both ways: %s", (body) => {
    expect(walk(body)).toBeNull();
  });

  test("is the one that saves copies", () => {
    // Left and right are both possible; the pass reads what was on the left, so the left must wait.
    const found = walk(`${AB} sweep down { b = up.b } each { b = left.b }`);
    expect(found).toContain("up");
    expect(found).toContain("right");
  });
});

describe("the wave of a program", () => {
  const rhythm = (body: string) => commonRhythm(lowered(body));

  test.each<[string, Rhythm | null]>([
    [`${AB} loop { sweep down right { b = up.b xor left.b } }`, { wave: [1, 1], period: 1 }],
    [`${AB} loop { sweep up left { b = down.b xor right.b } }`, { wave: [-1, -1], period: 1 }],
    [`${AB} loop { sweep down { b = up.b or upleft.b } }`, { wave: [1, 0], period: 1 }],
    [`${AB} loop { sweep left { b = right.b } sweep up { b = down.b } }`, { wave: [-1, -1], period: 1 }],
    // What is read from behind must have run the instruction before: that takes a step more.
    [`${AB} loop { sweep right { b = left.b xor a a = right.a } }`, { wave: [0, 1], period: 2 }],
    [`${AB} loop { sweep down right { b = upleft.b xor left.b } }`, { wave: [0, 1], period: 1 }],
    [`${AB} loop { sweep down right { b = upleft.b xor left.b xor up.b } }`, { wave: [1, 1], period: 2 }],
    // The lower right neighbour is two steps behind: by then this cell has run again.
    [`${AB} loop { sweep down right { b = up.b xor left.b a = downright.b } }`, null],
    [`${AB} loop { sweep down { b = up.b } sweep up { b = down.b } }`, null],
  ])("%s", (body, expected) => {
    expect(rhythm(body)).toEqual(expected);
  });

  test("leads are steps between neighbours", () => {
    const leads = (wave: Wave) => DIRECTIONS.map((place) => lead(wave, place) + 0);
    // up, down, left, right, then the diagonals row by row
    expect(leads([1, 1])).toEqual([1, -1, 1, -1, 2, 0, 0, -2]);
    expect(leads([0, -1])).toEqual([0, 0, -1, 1, -1, 1, -1, 1]);
  });
});

describe("whether a program converges without a handshake", () => {
  const obstacle = (body: string) => convergenceObstacle(lowered(body));

  test.each([
    `${AB} sweep right { b = left.b xor a }`,
    `${AB} sweep down right { b = up.b xor left.b xor a }`,
    `${AB} state c: bit sweep right { c = left.c or a } sweep left { b = right.b or c } `,
    `${AB} state c: bit each { c = up.a } each { b = down.c }`,
    `${AB} each { b = a b = not b }`,
    `${AB} each { if a { b = 1 } else { b = left.a } }`,
  ])("it does: %s", (body) => {
    expect(obstacle(body)).toBeNull();
  });

  test.each([
    [`${AB} loop { sweep right { b = left.b xor a } }`, "the program loops"],
    [`${AB} if any(a) { each { b = 1 } }`, "the program loops"],
    [`${AB} each { b = a } halt when a`, "cells halt one by one"],
    [`${AB} each { b = a } each { b = left.a }`, "two instructions write b"],
    [`${AB} each { b = left.b xor a }`, "b is read before it is written"],
    [`${AB} sweep right { b = right.b xor a }`, "b is read before it is written"],
    [`${AB} each { if a { b = 1 } }`, "b is read before it is written"],
    [`${AB} state c: bit each { b = c } each { c = a }`, "c is read before it is written"],
    [`${AB} each { a = left.a }`, "a is read before it is written"],
  ])("it does not: %s", (body, reason) => {
    expect(obstacle(body)).toBe(reason);
  });
});
