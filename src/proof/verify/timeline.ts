// The theorem of local time, as a test: after each of its instructions, a cell holds exactly what the
// sequential reading gives it. A trace lists the sequential values with the local time they belong to; a
// timeline watches a run step by step, keeps every cell's local time, and compares.

import type { Successor } from "../../compiler/lower/instructions.ts";
import { targets } from "../../compiler/schedule/lines.ts";
import type { Schedule, ScheduledInstruction } from "../../compiler/schedule/rule.ts";
import { type InterpretOptions, interpret, NeverEnds } from "../../engines/reference.ts";
import { copyOfPlanes, type Grid, withAllFields } from "../../grid/grid.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import type { Clock } from "../../network/network.ts";

/** The grid after one instruction of the sequential reading. */
interface Moment {
  /** Scheduled instructions (copies included) that a cell has run by then. */
  readonly time: number;
  readonly planes: Readonly<Record<string, Int32Array>>;
  /** Index of the scheduled instruction that was completed; -1 before the first. */
  readonly instruction: number;
}

export interface Trace {
  readonly moments: readonly Moment[];
  /** Whether the program came to its end, or all cells halted, within the limit. */
  readonly complete: boolean;
}

export interface Mismatch {
  readonly step: number;
  readonly row: number;
  readonly col: number;
  readonly field: string;
  readonly expected: number;
  readonly got: number;
  /** Index of the scheduled instruction whose result this should be. */
  readonly instruction: number;
}

/**
 * Interprets a program for at most `maxInstructions` passes and dates what it finds; `reached` gets where each assertion
 * begins that a cell reaches.
 */
export function traceProgram(
  program: CheckedProgram,
  { instructions }: Schedule,
  input: Grid,
  maxInstructions: number,
  reached = new Set<number>(),
): Trace {
  const moments: Moment[] = [
    { time: 0, planes: withAllFields(input, program.fields).planes, instruction: -1 },
  ];
  let at = -1;
  let time = 0;
  const complete = runs(program, input, {
    maxInstructions,
    reached,
    onInstruction: ({ instruction, grid }) => {
      if (!instructions.some(({ completes }) => completes === instruction.id)) return;
      const path = pathTo(instructions, at, instruction.id);
      at = path.instruction;
      time += path.length;
      moments.push({ time, planes: copyOfPlanes(grid), instruction: at });
    },
  });
  return { moments, complete };
}

/** Runs a program; says whether it reaches its end. Rounds for ever without a pass change nothing more. */
function runs(program: CheckedProgram, input: Grid, options: InterpretOptions): boolean {
  try {
    return interpret(program, input, options).halted;
  } catch (error) {
    if (error instanceof NeverEnds && error.period === 0) return false;
    throw error;
  }
}

/** The way from one completed instruction to the next, over copies and other steps in between. */
function pathTo(
  instructions: readonly ScheduledInstruction[],
  from: number,
  id: number,
): { readonly instruction: number; readonly length: number } {
  let frontier = from < 0 ? [0] : following(instructions[from]!.next);
  const seen = new Set<number>();
  for (let length = 1; frontier.length > 0; length++) {
    const reached = frontier.find((at) => instructions[at]!.completes === id);
    if (reached !== undefined) return { instruction: reached, length };
    for (const at of frontier) seen.add(at);
    frontier = frontier
      .filter((at) => instructions[at]!.completes === null)
      .flatMap((at) => following(instructions[at]!.next))
      .filter((at) => !seen.has(at));
  }
  throw new Error(`internal: no way from instruction ${from} to ${id}`);
}

/** Instructions that may follow, the end left out. */
const following = (next: Successor): number[] => targets(next).filter((at) => at !== null);

/** Watches one run; feed it the grid after every step. */
export class Timeline {
  readonly #trace: Trace;
  readonly #clock: Clock | null;
  readonly #kind: Schedule["kind"];
  readonly #times: Int32Array;
  readonly #cols: number;
  #before: Grid;
  #step = 0;
  /** Cell values compared so far. */
  compared = 0;

  /** `start` is the grid of all fields before the first step, or at a time, where `times` are the cells' local times. */
  constructor(
    trace: Trace,
    schedule: Pick<Schedule, "kind" | "clock">,
    start: Grid,
    times: Int32Array = new Int32Array(start.rows * start.cols),
  ) {
    this.#trace = trace;
    this.#clock = schedule.clock;
    this.#kind = schedule.kind;
    this.#times = times.slice();
    this.#cols = start.cols;
    this.#before = start;
  }

  /** A copy of the cells' local times. */
  get times(): Int32Array {
    return this.#times.slice();
  }

  /** Whether every cell has reached the end of the trace. */
  get done(): boolean {
    return this.#times.every((time) => time >= this.#last.time);
  }

  get #last(): Moment {
    return this.#trace.moments[this.#trace.moments.length - 1]!;
  }

  /** Takes the grid after one more step; the first difference in reading order, or null. */
  accept(grid: Grid): Mismatch | null {
    this.#step++;
    for (let cell = 0; cell < this.#times.length; cell++) {
      if (this.#kind === "lockstep" || this.#ticked(grid, cell)) this.#times[cell]!++;
    }
    this.#before = grid;
    // Free-running cells have no local time: only where they come to rest counts.
    if (this.#kind === "free-running") return null;
    for (let cell = 0; cell < this.#times.length; cell++) {
      const moment = this.#momentOf(this.#times[cell]!);
      const wrong = moment === null ? null : this.#compare(grid, cell, moment);
      if (wrong !== null) return wrong;
    }
    return null;
  }

  /** Tells whether the cell completed an instruction in the step to this grid. */
  #ticked(grid: Grid, cell: number): boolean {
    if (this.#clock === null) return false;
    const { field, event } = this.#clock;
    const now = grid.planes[field]![cell]!;
    return event === "on" ? now === 1 : now !== this.#before.planes[field]![cell];
  }

  /** Takes the grid after the step that ended the run: all cells must be where the program ends. */
  acceptOver(grid: Grid): Mismatch | null {
    const wrong = this.accept(grid);
    if (wrong !== null || !this.#trace.complete) return wrong;
    for (let cell = 0; cell < this.#times.length; cell++) {
      const wrong = this.#compare(grid, cell, this.#last);
      if (wrong !== null) return wrong;
    }
    return null;
  }

  /** Returns what a cell of that age must hold; null beyond a trace that was cut short. */
  #momentOf(time: number): Moment | null {
    const { moments, complete } = this.#trace;
    if (time > this.#last.time && !complete) return null;
    let low = 0;
    for (let high = moments.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if (moments[middle]!.time <= time) low = middle;
      else high = middle - 1;
    }
    return moments[low]!;
  }

  #compare(grid: Grid, cell: number, { planes, instruction }: Moment): Mismatch | null {
    for (const [field, plane] of Object.entries(planes)) {
      this.compared++;
      const [expected, got] = [plane[cell]!, grid.planes[field]![cell]!];
      if (expected === got) continue;
      const [row, col] = [Math.floor(cell / this.#cols), cell % this.#cols];
      return { step: this.#step, row, col, field, expected, got, instruction };
    }
    return null;
  }
}
