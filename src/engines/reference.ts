// The meaning of a program: one instruction over the whole grid after another, in sweep order.
// Slow and obvious on purpose. It reads the checked program and shares nothing with the compiler,
// so that every faster engine can be compared with it.

import { InputError, lineAt, unreachable } from "../diagnostics/diagnostic.ts";
import type { Axis } from "../grid/direction.ts";
import { requireCount } from "../grid/given.ts";
import { copyOfPlanes, type Grid, type Shape, withAllFields } from "../grid/grid.ts";
import { asPrepared, startingGrid } from "../grid/prepare.ts";
import type {
  CheckedExpression,
  CheckedInstruction,
  CheckedOf,
  CheckedProgram,
  Quantified,
} from "../language/analyse/checked.ts";
import { type AssertionName, unreachedAssertions } from "./assertion.ts";
import { type Cell, evaluate, execute, requireTrue } from "./reference-cell.ts";

export interface InstructionEvent {
  readonly instruction: CheckedInstruction;
  /** The grid after the instruction. A live view: copy what is to be kept. */
  readonly grid: Grid;
  /** Passes run so far, this one included. */
  readonly count: number;
  /** `halted[row * cols + col]` is 1 where the cell has halted. A live view. */
  readonly halted: Uint8Array;
}

export interface InterpretOptions {
  /** Stop before the pass after this one. Without it, a program that would never end is an error. */
  readonly maxInstructions?: number;
  /** Called after every pass, `halt` and decision between instructions, and every round of `repeat N times`; an exception it throws ends the run. */
  readonly onInstruction?: (event: InstructionEvent) => void;
  /** Gets where each assertion begins that a cell reaches, also in a run that ends with an exception. */
  readonly reached?: Set<number>;
}

export interface InterpretResult {
  /** Every field of the program. */
  readonly grid: Grid;
  /** Passes run. */
  readonly instructions: number;
  /** Whether the program ended, or its run was over, before the limit stopped it. */
  readonly halted: boolean;
  /** Assertions of the text that no cell came to. */
  readonly unreached: readonly AssertionName[];
}

/** The program repeats itself: after `instructions` passes all is as it was `period` passes earlier. */
export class NeverEnds extends InputError {
  readonly grid: Grid;
  readonly instructions: number;
  readonly period: number;

  constructor(message: string, at: Pick<NeverEnds, "grid" | "instructions" | "period">) {
    super(message);
    this.grid = at.grid;
    this.instructions = at.instructions;
    this.period = at.period;
  }
}

/**
 * Runs a program on a grid. `input` must have a plane for every input field; planes of other fields
 * replace their initial values. It is prepared as the program says, unless it has been (see `Grid.prepared`).
 *
 * Throws InputError where the input does not fit the program and where cells disagree about a `break`,
 * AssertionFailed where an assertion does not hold, and
 * NeverEnds where the program repeats itself, unless there is a limit. Every endless run is
 * noticed, because the grid is finite; how soon depends on how long it takes to repeat itself.
 */
export function interpret(
  program: CheckedProgram,
  input: Grid,
  options: InterpretOptions = {},
): InterpretResult {
  if (options.maxInstructions !== undefined)
    requireCount(options.maxInstructions, "largest number of instructions");
  const run = startRun(program, input, options);
  checkAssertions(run);
  const outcome = isOver(run) ? "halted" : runAll(run, program.body);
  if (outcome === "break") throw new Error("internal: break outside a loop");
  const unreached = unreachedAssertions(program, run.reached);
  return { grid: run.grid, instructions: run.count, halted: outcome !== "limit", unreached };
}

interface Run {
  readonly program: CheckedProgram;
  readonly grid: Grid;
  readonly halted: Uint8Array;
  readonly options: InterpretOptions;
  readonly reached: Set<number>;
  count: number;
}

/** How an instruction ended: go on, leave the innermost loop, the run is over, or the limit is reached. */
type Outcome = "next" | "break" | "halted" | "limit";

function startRun(program: CheckedProgram, input: Grid, options: InterpretOptions): Run {
  const start = startingGrid(program, input);
  const { rows, cols } = start;
  const grid = asPrepared(program, withAllFields(start, program.fields));
  const halted = new Uint8Array(rows * cols);
  const { reached = new Set() } = options;
  return { program, grid, halted, options, reached, count: 0 };
}

function runAll(run: Run, instructions: readonly CheckedInstruction[]): Outcome {
  for (const instruction of instructions) {
    const outcome = runOne(run, instruction);
    if (outcome !== "next") return outcome;
  }
  return "next";
}

function runOne(run: Run, instruction: CheckedInstruction): Outcome {
  switch (instruction.tag) {
    case "pass":
      return runPass(run, instruction);
    case "halt":
      return runHalt(run, instruction);
    case "break":
      return decide(run, instruction, agreed(run, instruction.when) === 1) ? "break" : "next";
    case "branch":
      return runAll(run, taken(run, instruction));
    case "loop":
      return repeat(run, instruction, () => true);
    case "while":
      return repeat(run, instruction, () => decide(run, instruction, holds(run, instruction.condition)));
    case "times":
      return runTimes(run, instruction);
    default:
      return unreachable(instruction);
  }
}

/** The instructions of a branch that run; chains of `else if` can be long, so that they are walked. */
function taken(run: Run, first: CheckedOf<"branch">): readonly CheckedInstruction[] {
  for (let at = first; ; ) {
    if (decide(run, at, holds(run, at.condition))) return at.then;
    const [only, ...more] = at.otherwise;
    if (only?.tag !== "branch" || more.length > 0) return at.otherwise;
    at = only;
  }
}

function decide(run: Run, instruction: CheckedInstruction, yes: boolean): boolean {
  report(run, instruction);
  return yes;
}

function runTimes(run: Run, times: CheckedOf<"times">): Outcome {
  const { count, body } = times;
  for (let left = typeof count === "number" ? count : run.grid[count]; left > 0; left--) {
    const outcome = runAll(run, body);
    if (outcome === "break") return "next";
    if (outcome !== "next") return outcome;
    report(run, times);
  }
  return "next";
}

function repeat(run: Run, loop: CheckedOf<"loop"> | CheckedOf<"while">, goesOn: () => boolean): Outcome {
  const checkProgress = progressCheck(run, loop);
  while (goesOn()) {
    checkProgress();
    const outcome = runAll(run, loop.body);
    if (outcome === "break") return "next";
    if (outcome !== "next") return outcome;
  }
  return "next";
}

/**
 * A function to call at the start of every round, which throws when the loop will never end: when the
 * grid is as it was at an earlier round. It compares with rounds 1, 2, 4, 8, ... (Brent's cycle
 * detection). With a limit, only rounds without any pass are endless.
 */
function progressCheck(run: Run, loop: CheckedOf<"loop"> | CheckedOf<"while">): () => void {
  const live = [...Object.values(run.grid.planes), run.halted];
  let saved: { readonly values: readonly Int32Array[]; readonly count: number } | null = null;
  let round = 0;
  return () => {
    const repeated = saved?.values.every((values, i) => sameValues(values, live[i]!));
    if (repeated && (run.options.maxInstructions === undefined || run.count === saved?.count))
      throw neverEnds(run, loop, saved!.count);
    round++;
    if ((round & (round - 1)) === 0)
      saved = { values: live.map((values) => Int32Array.from(values)), count: run.count };
  };
}

const neverEnds = (
  { program, grid, count }: Run,
  loop: CheckedOf<"loop"> | CheckedOf<"while">,
  earlier: number,
): NeverEnds =>
  new NeverEnds(
    `${program.source.name}: program ${program.name} never ends: the loop on line ` +
      `${lineAt(program.source.text, loop.span.start)} repeats itself, the grid after ${count} instructions being the ` +
      `same as after ${earlier}. Let its cells halt, or limit the number of instructions.`,
    { grid, instructions: count, period: count - earlier },
  );

function runPass(run: Run, pass: CheckedOf<"pass">): Outcome {
  if (run.count === run.options.maxInstructions) return "limit";
  const { cols } = run.grid;
  const before = copyOfPlanes(run.grid);
  for (const [row, col] of sweepOrder(run.grid, pass.sources)) {
    if (!run.halted[row * cols + col]) execute(pass.body, cellAt(run, row, col, before));
  }
  run.count++;
  checkAssertions(run);
  report(run, pass);
  return isOver(run) ? "halted" : "next";
}

/** Row by row; but a sweep to one side goes column by column, since it may read the diagonals it comes from. */
function sweepOrder(
  { rows, cols }: Shape,
  sources: readonly Axis[],
): (readonly [row: number, col: number])[] {
  const down = inOrder(rows, sources.includes("down"));
  const across = inOrder(cols, sources.includes("right"));
  const sideways = sources.length === 1 && (sources[0] === "left" || sources[0] === "right");
  return sideways
    ? across.flatMap((col) => down.map((row) => [row, col] as const))
    : down.flatMap((row) => across.map((col) => [row, col] as const));
}

const cellAt = (
  { program, grid, count, reached }: Run,
  row: number,
  col: number,
  before: Grid["planes"],
): Cell => ({ program, grid, row, col, before, locals: new Map(), count, reached });

const inOrder = (length: number, backwards: boolean): number[] =>
  Array.from({ length }, (_, i) => (backwards ? length - 1 - i : i));

/** Checks what the program says of all cells at all times. */
function checkAssertions(run: Run): void {
  const { rows, cols, planes } = run.grid;
  for (const assertion of run.program.asserts ?? []) {
    for (let at = 0; at < rows * cols; at++)
      requireTrue(assertion, cellAt(run, Math.floor(at / cols), at % cols, planes));
  }
}

function runHalt(run: Run, halt: CheckedOf<"halt">): Outcome {
  const finished = everywhere(run, halt.when);
  for (const [at, value] of finished.entries()) if (value) run.halted[at] = 1;
  report(run, halt);
  return isOver(run) || run.halted.every((flag) => flag === 1) ? "halted" : "next";
}

/** Tells whether every cell has halted or satisfies what the program ends with. */
function isOver(run: Run): boolean {
  const { ends } = run.program;
  if (!ends) return false;
  return everywhere(run, ends).every((value, at) => value === 1 || run.halted[at] === 1);
}

const report = (run: Run, instruction: CheckedInstruction): void =>
  run.options.onInstruction?.({ instruction, grid: run.grid, count: run.count, halted: run.halted });

/** The value of an expression in every cell, on the present grid; halted cells take part. */
function everywhere(run: Run, expression: CheckedExpression): number[] {
  const { rows, cols, planes } = run.grid;
  return inOrder(rows * cols, false).map((at) =>
    evaluate(expression, cellAt(run, Math.floor(at / cols), at % cols, planes)),
  );
}

function holds(run: Run, condition: Quantified): boolean {
  const values = everywhere(run, condition.of);
  return condition.quantifier === "any" ? values.includes(1) : !values.includes(0);
}

function agreed(run: Run, when: CheckedExpression): number {
  const values = everywhere(run, when);
  const yes = values.indexOf(1);
  const no = values.indexOf(0);
  if (yes >= 0 && no >= 0) {
    const place = (at: number): string =>
      `row ${Math.floor(at / run.grid.cols) + 1}, column ${(at % run.grid.cols) + 1}`;
    throw new InputError(
      `${run.program.source.name}, line ${lineAt(run.program.source.text, when.span.start)}: the cells disagree about this break after ` +
        `${run.count} instructions: its condition holds in ${place(yes)}, but not in ${place(no)}. ` +
        "Use any(...) or all(...) to steer the program, or halt to stop single cells.",
    );
  }
  return yes >= 0 ? 1 : 0;
}

function sameValues(left: ArrayLike<number>, right: ArrayLike<number>): boolean {
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false;
  return true;
}
