// A new program is right as it stands: no messages, already formatted, and in agreement with its oracle.

import { expect, test } from "vitest";
import { checkProgram } from "../../src/compile.ts";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { interpret } from "../../src/engines/reference.ts";
import { readGrid } from "../../src/grid/formats.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { format } from "../../src/language/parse/format.ts";
import { newProgram } from "../../src/language/parse/template.ts";
import { gridOf, rowsOf } from "../programs/programs.ts";

const { program, oracle, input } = newProgram("fresh");
const source = { name: "fresh.alg", text: program };
const { checked, warnings } = checkProgram(source);

test("is in order and formatted", () => {
  expect(warnings).toEqual([]);
  expect(checked.name).toBe("fresh");
  expect(format(source)).toBe(program);
});

test("agrees with its oracle", async () => {
  const { default: judge } = await import(`data:text/javascript,${encodeURIComponent(oracle)}`);
  const random = seededRandom(9);
  let far = 0;
  for (let trial = 0; trial < 200; trial++) {
    const problem = judge.generate(random.next);
    const run = interpret(checked, gridOf(problem));
    const { planes } = judge.solve(problem.planes);
    expect(rowsOf(run.grid, "distance"), `seed 9, trial ${trial}`).toEqual(planes.distance);
    expect(run.instructions).toBe(judge.steps(problem.rows, problem.cols));
    far += planes.distance.flat().filter((distance: number) => distance === 9).length;
  }
  expect(far).toBeGreaterThan(100);
});

test("runs on its sample input", () => {
  const inputs = checked.fields.filter(({ role }) => role === "input");
  const run = interpret(checked, readGrid(input, "fresh.input.txt", "text", inputs));
  expect(rowsOf(run.grid, "distance")).toEqual([
    [9, 9, 0, 1, 2, 3],
    [9, 9, 9, 9, 9, 9],
    [0, 1, 2, 0, 0, 1],
  ]);
});

test.each(["", "2x", "a b", "../x", "loop", "a-b", "if"])("%j cannot be a name", (name) => {
  expect(() => newProgram(name)).toThrow(InputError);
});
