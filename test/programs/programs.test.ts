// Every program of the gallery is in order and does what its oracle says.

import { describe, expect, test } from "vitest";
import type { Answer, Oracle } from "../../programs/oracle.ts";
import { interpret } from "../../src/engines/reference.ts";
import { formatOf, readGrid } from "../../src/grid/formats.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { fitsGrid, preparedShape, prepareInput } from "../../src/grid/prepare.ts";
import { seededRandom } from "../../src/grid/random.ts";
import type { CheckedProgram } from "../../src/language/analyse/checked.ts";
import {
  checkProgram,
  gridOf,
  loadOracle,
  loadProgram,
  programNames,
  rowsOf,
  sampleInputs,
} from "./programs.ts";

const TRIALS = 200;
/** How far programs that never end are followed. */
const MOST_INSTRUCTIONS = 8;

/** The part of a result that an answer speaks of, in the answer's form. */
function answerOf(program: CheckedProgram, result: Grid, expected: Answer): Answer {
  if ("prediction" in expected) {
    const last = result.rows * result.cols - 1;
    return { prediction: result.planes[program.predict ?? ""]![last]! };
  }
  const planes = Object.entries(expected.planes).map(([name, wanted]) => {
    const found = rowsOf(result, name);
    return [name, found.map((row, r) => row.map((value, c) => (wanted[r]?.[c] === null ? null : value)))];
  });
  return { planes: Object.fromEntries(planes) };
}

function compare(program: CheckedProgram, oracle: Oracle, input: Grid, limit: number, note: string): void {
  const planes = Object.fromEntries(Object.keys(input.planes).map((name) => [name, rowsOf(input, name)]));
  const options = oracle.steps === undefined ? { maxInstructions: limit } : {};
  const result = interpret(program, prepareInput(program, input), options);
  const expected = oracle.solve(planes, result.instructions);
  expect(answerOf(program, result.grid, expected), `${note}: ${JSON.stringify(planes)}`).toEqual(expected);
  const steps = oracle.steps === undefined ? limit : oracle.steps(input.rows, input.cols, planes);
  if (steps !== null) expect(result.instructions, note).toBe(steps);
  expect(result.halted, note).toBe(oracle.steps !== undefined);
}

describe.each(programNames)("%s", (name) => {
  test("parses and analyses without diagnostics", async () => {
    const { program, diagnostics } = checkProgram(name);
    const endless = (await loadOracle(name)).steps === undefined && !program?.ends;
    expect(diagnostics).toEqual([]);
    expect(program?.endless != null).toBe(endless);
    expect(loadProgram(name).name).toBe(name);
  });

  test("agrees with its oracle on random grids", async () => {
    const [program, oracle] = [loadProgram(name), await loadOracle(name)];
    const seed = 20_240_601;
    const random = seededRandom(seed);
    // On the widest tapes a step takes long, and nothing depends on how wide they are.
    const trials = preparedShape(program, { rows: 1, cols: 1 }).cols > 1000 ? TRIALS / 50 : TRIALS;
    for (let trial = 0; trial < trials; trial++) {
      const shapes = [
        { rows: 1, cols: 1 },
        { rows: 1, cols: 1 + random.int(9) },
        { rows: 1 + random.int(9), cols: 1 },
      ];
      // A quarter of the trials take the shapes above, the others what the oracle likes.
      const wanted = trial % 4 === 0 ? shapes[(trial / 4) % 3] : undefined;
      const shape = wanted && fitsGrid(program, wanted) ? wanted : undefined;
      const problem = oracle.generate(random.next, shape);
      if (shape !== undefined) expect({ rows: problem.rows, cols: problem.cols }).toEqual(shape);
      const limit = random.int(MOST_INSTRUCTIONS + 1);
      compare(program, oracle, gridOf(problem), limit, `seed ${seed}, trial ${trial}`);
    }
  });

  test("agrees with its oracle on its sample inputs", async () => {
    const [program, oracle] = [loadProgram(name), await loadOracle(name)];
    const samples = sampleInputs(name);
    expect(samples.length).toBeGreaterThan(0);
    const inputs = program.fields.filter((field) => field.role === "input");
    for (const { file, text } of samples) {
      const blankQuery = program.predict !== null;
      const input = readGrid(text, file, formatOf(file)!, inputs, { blankQuery });
      compare(program, oracle, input, MOST_INSTRUCTIONS, file);
    }
  });
});

test("gf2 agrees with textbook elimination on every small data set", async () => {
  const [program, oracle] = [loadProgram("gf2"), await loadOracle("gf2")];
  for (const [rows, cols] of [
    [2, 3],
    [3, 3],
    [4, 3],
    [5, 2],
    [3, 4],
  ] as const) {
    // Every data set of this shape; the last bit is the query's label, which is not given.
    for (let bits = 0; bits < 2 ** (rows * cols); bits += 2) {
      const x = Int32Array.from({ length: rows * cols }, (_, i) => (bits >> (rows * cols - 1 - i)) & 1);
      compare(program, oracle, { rows, cols, planes: { x } }, 0, `${rows}x${cols}`);
    }
  }
});

test("sort puts every row of zeros and ones in order, hence every row (0/1 principle)", () => {
  const program = loadProgram("sort");
  for (let cols = 1; cols <= 12; cols++) {
    // All rows of this length at once: rows do not see one another.
    const rows = 2 ** cols;
    const x = Int32Array.from({ length: rows * cols }, (_, at) => (Math.floor(at / cols) >> (at % cols)) & 1);
    const result = interpret(program, { rows, cols, planes: { x } });
    const expected = rowsOf({ rows, cols, planes: { x } }, "x").map((row) => [...row].sort());
    expect(rowsOf(result.grid, "x")).toEqual(expected);
    expect(result).toMatchObject({ instructions: 2 * cols, halted: true });
  }
});

test("sort: the stop wave leaves the right edge after cols + 1 rounds, one cell a round", () => {
  const program = loadProgram("sort");
  const x = Int32Array.from([7, 6, 5, 4, 3, 2, 1, 0, 4]);
  const halts: number[] = [];
  interpret(
    program,
    { rows: 1, cols: 9, planes: { x } },
    {
      onInstruction: ({ instruction, halted }) => {
        if (instruction.tag === "halt") halts.push(halted.reduce((sum, flag) => sum + flag, 0));
      },
    },
  );
  expect(halts).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
