// The reference interpreter as `run` uses it: steps are its instructions, they are shown when it is done, because it
// runs in one go, and a program that repeats itself has run and not failed, as on other engines.

import { type AssertionName, unreachedAssertions } from "../engines/assertion.ts";
import { type InstructionEvent, interpret, NeverEnds } from "../engines/reference.ts";
import type { RunResult } from "../engines/run.ts";
import { copyOf, type Grid } from "../grid/grid.ts";
import type { CheckedProgram } from "../language/analyse/checked.ts";

/**
 * Runs a program; `seen` are the grids after each instruction, if they are to be kept, `unreached` the assertions that no
 * cell came to.
 */
export function onReference(
  program: CheckedProgram,
  input: Grid,
  limit: number | undefined,
  keep: boolean,
): {
  readonly result: RunResult;
  readonly seen: readonly Grid[];
  readonly unreached: readonly AssertionName[];
} {
  const seen: Grid[] = [];
  const reached = new Set<number>();
  const marks: Mark[] = [];
  const onInstruction = ({ instruction, grid, halted }: InstructionEvent): void => {
    if (instruction.tag !== "pass") return;
    if (limit === undefined) marks.push({ id: instruction.id, hash: hashOf(program, grid, halted) });
    if (keep) seen.push({ ...grid, planes: copyOf(grid) });
  };
  try {
    const limited = limit === undefined ? {} : { maxInstructions: limit };
    const options = { ...limited, onInstruction, reached };
    const { grid, instructions, halted, unreached } = interpret(program, input, options);
    return { result: { grid, steps: instructions, halted }, seen, unreached };
  } catch (error) {
    if (!(error instanceof NeverEnds) || error.period === 0) throw error;
    const { grid, instructions, period } = error;
    const first = { id: marks[period - 1]!.id, hash: hashOf(program, input, NO_CELLS) };
    const repeats = { start: startOf([first, ...marks], period), period };
    const unreached = unreachedAssertions(program, reached);
    return { result: { grid, steps: instructions, halted: false, repeats }, seen, unreached };
  }
}

/** Where a run is: the instruction that was run last, and the grid in short. */
interface Mark {
  readonly id: number;
  readonly hash: number;
}

const NO_CELLS = new Uint8Array();

/** The first of the marks, one for the start and one for each instruction, that comes back for ever. */
function startOf(marks: readonly Mark[], period: number): number {
  let start = marks.length - 1 - period;
  const comesBack = (at: number): boolean =>
    marks[at]!.id === marks[at + period]!.id && marks[at]!.hash === marks[at + period]!.hash;
  while (start > 0 && comesBack(start - 1)) start--;
  return start;
}

/** 53 bits that tell grids apart (Fowler, Noll and Vo's hash, twice); cells that `halted` does not name have not. */
function hashOf({ fields }: CheckedProgram, { rows, cols, planes }: Grid, halted: Uint8Array): number {
  let [one, other] = [0x811c9dc5, 0x1234567];
  for (const { name, initial } of fields)
    for (let at = 0; at < rows * cols; at++) {
      const value = 2 * ((planes[name]?.[at] ?? initial) + 256) + (halted[at] ?? 0);
      one = Math.imul(one ^ value, 0x01000193);
      other = Math.imul(other ^ value, 0x85ebca6b) + 1;
    }
  return (one >>> 0) * 2 ** 21 + (other >>> 11);
}
