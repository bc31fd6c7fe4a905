// Looks for an input on which a run of the interpreter breaks one of the program's assertions.

import { InputError, type Span } from "../../diagnostics/diagnostic.ts";
import { AssertionFailed } from "../../engines/assertion.ts";
import { interpret } from "../../engines/reference.ts";
import { randomGrid } from "../../grid/generate.ts";
import type { Grid } from "../../grid/grid.ts";
import { fitsGrid, prepareInput } from "../../grid/prepare.ts";
import { seededRandom } from "../../grid/random.ts";
import type { CheckedInstruction, CheckedProgram, CheckedStatement } from "../../language/analyse/checked.ts";
import { shapesWithin } from "../verify/shapes.ts";
import { shrinkInput } from "../verify/shrink.ts";
import type { Violation } from "./result.ts";

/** Random inputs to try. */
const TRIALS = 100;

/** The smallest input found, and where the assertion at that place of the text fails; null if none was found. */
export async function findViolation(
  program: CheckedProgram,
  span: Span,
  seed: number,
): Promise<Violation | null> {
  const random = seededRandom(seed);
  const shapeOf = shapesWithin(program, { rows: 5, cols: 5 });
  const inputs = program.fields.filter(({ role }) => role === "input");
  const alone = withOnly(program, span);
  for (let trial = 0; trial < TRIALS && shapeOf !== null; trial++) {
    const input = randomGrid(shapeOf(trial, random), inputs, random, trial % 2 === 0 ? "uniform" : "density");
    if (failure(alone, input) === null) continue;
    const smallest = await shrinkInput(input, program.fields, async (grid) => {
      return fitsGrid(program, grid) && failure(alone, grid) !== null;
    });
    const { row, col, count, values } = failure(alone, smallest)!;
    return { input: smallest, row, col, count, values };
  }
  return null;
}

function failure(program: CheckedProgram, input: Grid): AssertionFailed | null {
  const grid = prepareInput(program, input);
  try {
    interpret(program, grid, { maxInstructions: 3 * (grid.rows + grid.cols) + 12 });
    return null;
  } catch (error) {
    if (error instanceof AssertionFailed) return error;
    // Cells that disagree about a break are another matter.
    if (error instanceof InputError) return null;
    throw error;
  }
}

/** The program without its other assertions, which might fail before this one does. */
function withOnly(program: CheckedProgram, { start }: Span): CheckedProgram {
  const statements = (list: readonly CheckedStatement[]): CheckedStatement[] =>
    list.flatMap((each): readonly CheckedStatement[] => {
      if (each.tag === "assert") return each.span.start === start ? [each] : [];
      if (each.tag !== "if") return [each];
      return [{ ...each, then: statements(each.then), otherwise: statements(each.otherwise) }];
    });
  const instructions = (list: readonly CheckedInstruction[]): CheckedInstruction[] =>
    list.map((each) => {
      switch (each.tag) {
        case "pass":
          return { ...each, body: statements(each.body) };
        case "branch":
          return { ...each, then: instructions(each.then), otherwise: instructions(each.otherwise) };
        case "loop":
        case "while":
        case "times":
          return { ...each, body: instructions(each.body) };
        default:
          return each;
      }
    });
  return {
    ...program,
    asserts: (program.asserts ?? []).filter((each) => each.span.start === start),
    body: instructions(program.body),
  };
}
