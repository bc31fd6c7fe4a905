// Stop rules name channels, whatever the condition adds up: as cases of the cell's own channels.

import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { interpret } from "../../src/engines/reference.ts";
import { runNetwork } from "../../src/engines/run.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { readWeightFile } from "../../src/network/weightfile.ts";
import { writeWeightFile } from "../../src/network/weightwriter.ts";
import { again, SEED } from "../seed.ts";

const FIELDS = "input a: 0..3 input b: -2..4 input c: enum { p, q, r } output y: 0..5";

/** Ends on a condition; `y` counts up, and `b` wanders. */
const ending = (condition: string) => `program x {
  ${FIELDS}
  ends when all(${condition})
  loop { each { y = if y < 5 then y + 1 else 0  b = if b < 4 then b + 1 else a - 2 } }
}`;

/** The same asked of single cells. */
const halting = (condition: string) => `program x {
  ${FIELDS}
  loop { each { y = min(y + 1, 5)  b = if b < 4 then b + 1 else a - 2 } halt when ${condition} or y == 5 }
}`;

const CONDITIONS = [
  "y == a",
  "y != a",
  "if a < 3 then a != y else true",
  "a + y > b",
  "a + b + y >= 4 and c != q",
  "y + y > b + a and not c == r",
  "abs(y - b) <= 1",
  "max(a, b) < min(y, 4)",
];

describe.each([
  ["ends when", ending],
  ["halt when", halting],
])("%s", (_, textOf) => {
  test.each(CONDITIONS)("%s", async (condition) => {
    const { checked, network } = compile({ name: "x", text: textOf(condition) }, { effort: 0 });
    const read = readWeightFile(writeWeightFile(network), "x");
    const random = seededRandom(SEED);
    let ended = 0;
    for (let i = 0; i < 60; i++) {
      const shape = { rows: 1 + random.int(2), cols: 1 + random.int(2) };
      const input = prepareInput(
        checked,
        randomGrid(
          shape,
          checked.fields.filter(({ role }) => role === "input"),
          random,
        ),
      );
      const expected = interpret(checked, input, { maxInstructions: 40 });
      const found = await runNetwork(read, directEngine(read), input, { maxSteps: 40 });
      expect(found.halted, again(SEED)).toBe(expected.halted);
      for (const { name } of checked.fields)
        expect(found.grid.planes[name], again(SEED)).toEqual(expected.grid.planes[name]);
      if (expected.halted) ended += 1;
    }
    expect(ended).toBeGreaterThan(5);
  });
});

test("a condition of too many cases is refused, with what to do instead", () => {
  const fields = ["a", "b", "c", "d", "e"].map((name) => `input ${name}: 0..20`).join(" ");
  const text = `program x { ${fields} output y: 0..20 ends when all(a + b - c + d != e + y) each { y = a } }`;
  expect(() => compile({ name: "x", text })).toThrow(
    "x: its cells end on a condition of more than 10000 cases; keep what it says in a bit",
  );
});
