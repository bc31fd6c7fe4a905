// Differential check: the network against the reference interpreter, on many random grids of many shapes,
// every field of every cell after every instruction. Grids of one shape run side by side.

import type { Rule } from "../../compiler/schedule/rule.ts";
import { breathe } from "../../diagnostics/breathe.ts";
import { lineAt, type Source } from "../../diagnostics/diagnostic.ts";
import { AssertionFailed, assertionText, nameAssertion } from "../../engines/assertion.ts";
import { type Engine, requireEngineOf } from "../../engines/engine.ts";
import { randomGrids } from "../../grid/generate.ts";
import { requireCount, requireShape } from "../../grid/given.ts";
import { type Grid, inputsOf, type Shape } from "../../grid/grid.ts";
import { machineResult } from "../../grid/machine-result.ts";
import { prepareInput } from "../../grid/prepare.ts";
import { seededRandom } from "../../grid/random.ts";
import { showSymbol } from "../../grid/symbols.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import type { Network } from "../../network/network.ts";
import { encode } from "../../network/state.ts";
import { activationsAt, sameArchitecture, toleranceOf } from "../../network/units.ts";
import { StepsClaim } from "./claim.ts";
import type { AssertionCheck, CheckResult, Counterexample, EndCounts } from "./counterexample.ts";
import { type Difference, type Emulated, type Emulation, emulate, tracesOf } from "./emulation.ts";
import { requireSameProgram } from "./same-program.ts";
import { shapesFor } from "./shapes.ts";
import { smallestFinding } from "./shrink.ts";
import type { Trace } from "./timeline.ts";

export interface CheckOptions {
  /** Random grids to run; 200 by default. */
  readonly grids?: number;
  /** Largest shape; 12x12 by default. */
  readonly maxRows?: number;
  readonly maxCols?: number;
  readonly seed: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
  /** Whether those are enough that have been run, asked between batches; all are run by default. */
  readonly isEnough?: () => boolean;
}

/** What was compiled: the program, its rule, and the network to name differing units by. */
export interface Original {
  readonly source: Source;
  readonly checked: CheckedProgram;
  readonly rule: Rule;
  readonly network: Network;
}

/** Grids of one shape that run together, and values of a grid from which on it runs alone, as it takes long enough. */
const BATCH = 8;
const MANY_VALUES = 10_000;

/**
 * Runs the check. The same seed gives the same grids. Throws InputError if the network's fields, schedule or the
 * rules of its input are not the program's.
 */
export async function checkNetwork(
  { source, checked: program, rule, network: compiled }: Original,
  network: Network,
  engine: Engine,
  options: CheckOptions,
): Promise<CheckResult> {
  const { grids = 200, maxRows = 12, maxCols = 12, seed } = options;
  requireCount(grids, "number of grids", 1);
  requireShape({ rows: maxRows, cols: maxCols });
  requireSameProgram(rule, program, network);
  requireEngineOf(network, engine);
  const reached = new Set<number>();
  const subject: Emulated = { program, schedule: rule.schedule, network, engine, reached };
  const claim = program.steps ? new StepsClaim(program.steps.most) : null;
  const found = { grids: 0, steps: 0, cells: 0, seed };
  const ends: (string | null)[] = [];
  const result = (counterexample: Counterexample | null): CheckResult => {
    const broken = counterexample?.kind === "assert" ? failureOn(subject, counterexample.input) : null;
    const assertions = assertionsChecked(program, reached, broken);
    const agree = counterexample === null;
    return {
      agree,
      ...found,
      counterexample,
      assertions,
      claim: claim?.result ?? null,
      ends: endsCounted(program, ends),
    };
  };
  for (const batch of piecesOf(program, randomBatches(program, options))) {
    await breathe(options.signal);
    if (found.grids > 0 && options.isEnough?.()) break;
    const broken = batch.find((input) => failureOn(subject, input) !== null);
    if (broken !== undefined) {
      found.grids += batch.indexOf(broken) + 1;
      return result(await explainAssertion(subject, broken, source.text));
    }
    const prepared = prepareBatch(subject, batch, claim);
    const emulation = await emulate(subject, prepared.grids, prepared.traces);
    found.grids += batch.length;
    found.steps += emulation.steps;
    found.cells += emulation.compared;
    options.onProgress?.(found.grids, grids);
    if (emulation.difference !== null)
      return result(await explain(subject, batch[emulation.difference.grid]!, source.text, compiled));
    ends.push(...endsOf(program, prepared));
    const late = claim?.judge(batch[0]!, emulation) ?? null;
    if (claim !== null && late !== null)
      return result(await explainClaim(subject, batch[late]!, source.text, claim));
  }
  return result(null);
}

/** The states in which the heads of a machine halt; null where they do not. */
const endsOf = (program: CheckedProgram, { grids, traces }: PreparedBatch): (string | null)[] =>
  traces.map(({ moments }, at) => {
    const end = { ...grids[at]!, planes: moments.at(-1)!.planes };
    return machineResult(program, end)?.state ?? null;
  });

function endsCounted({ machine }: CheckedProgram, ends: readonly (string | null)[]): EndCounts | null {
  if (machine === undefined) return null;
  const count = (wanted: string | null) => ends.filter((end) => end === wanted).length;
  return {
    states: Object.fromEntries(machine.halt.map((state) => [state, count(state)])),
    open: count(null),
  };
}

/** Returns what the runs say of every assertion of the text. */
function assertionsChecked(
  { source, assertions = [] }: CheckedProgram,
  reached: ReadonlySet<number>,
  broken: AssertionFailed | null,
): AssertionCheck[] {
  return assertions.map((span) => {
    const isBroken = broken?.span.start === span.start;
    const outcome = isBroken ? "broken" : reached.has(span.start) ? "held" : "never reached";
    return { ...nameAssertion(source, span), outcome };
  });
}

/** The random inputs of a check, in batches of one shape each. */
export function* randomBatches(
  program: CheckedProgram,
  { grids = 200, maxRows = 12, maxCols = 12, seed }: CheckOptions,
): Generator<Grid[]> {
  const random = seededRandom(seed);
  const inputs = inputsOf(program);
  const shapeOf = shapesFor(program, { rows: maxRows, cols: maxCols });
  for (let done = 0; done < grids; done += BATCH) {
    const shape = shapeOf(done / BATCH, random);
    yield [...randomGrids(() => shape, inputs, random, Math.min(BATCH, grids - done))];
  }
}

/** Batches, or their grids one by one where each of them is large. */
function* piecesOf(program: CheckedProgram, batches: Iterable<Grid[]>): Generator<Grid[]> {
  for (const batch of batches) {
    const { rows, cols } = prepareInput(program, batch[0]!);
    if (rows * cols * program.fields.length < MANY_VALUES) yield batch;
    else for (const grid of batch) yield [grid];
  }
}

interface PreparedBatch {
  readonly grids: Grid[];
  readonly traces: Trace[];
}

/** Inputs of one shape with their workspace, and what the program does with them. */
export function prepareBatch(
  subject: Pick<Emulated, "program" | "schedule">,
  inputs: readonly Grid[],
  claim: StepsClaim | null,
): PreparedBatch {
  const grids = inputs.map((input) => prepareInput(subject.program, input));
  const limit = instructionLimit(grids[0]!);
  // A claim is judged by runs that end, or that go beyond it, as far as that can be waited for.
  const bound = claim === null ? 0 : Math.min(claim.bound(inputs[0]!) + 1, MOST_INSTRUCTIONS);
  return { grids, traces: tracesOf(subject, grids, Math.max(limit, bound)) };
}

function emulatePrepared(
  subject: Emulated,
  inputs: readonly Grid[],
  claim: StepsClaim | null,
): Promise<Emulation> {
  const { grids, traces } = prepareBatch(subject, inputs, claim);
  return emulate(subject, grids, traces);
}

/** Instructions after which a run that has not ended is left, whatever its program claims. */
const MOST_INSTRUCTIONS = 2000;

/** Long enough for the programs that end to end, mostly; the others are cut short here. */
function instructionLimit({ rows, cols }: Shape): number {
  const patience = Math.max(8, Math.floor(MOST_CELLS / (rows * cols)));
  return Math.min(3 * (rows + cols) + 12, patience);
}

/** Cells run per grid, times instructions: large grids, of programs with much workspace, are watched briefly. */
const MOST_CELLS = 100_000;

/** Shrinks the input and says in the program's words what went wrong on it. */
async function explain(
  subject: Emulated,
  input: Grid,
  text: string,
  compiled: Network,
): Promise<Counterexample> {
  const smallest = await smallestFinding(subject.program, input, async (grid) => {
    const emulation = await emulatePrepared(subject, [grid], null);
    return emulation.difference && { at: emulation.difference.at, emulation };
  });
  const { at, emulation } = smallest.found;
  const prepared = prepareInput(subject.program, smallest.input);
  const field = subject.program.fields.find(({ name }) => name === at.field);
  const show = (value: number): string =>
    at.kind === "value" && field !== undefined ? showSymbol(field.type, value) : `${value}`;
  const { instructions } = subject.schedule;
  const instruction = instructions[Math.max(at.instruction, 0)]!;
  return {
    kind: at.kind,
    input: smallest.input,
    step: at.step,
    row: at.row,
    col: at.col,
    field: at.field,
    expected: show(at.expected),
    got: show(at.got),
    instruction: instruction.label,
    line: lineAt(text, instruction.span.start),
    unit: differingUnit(subject.network, compiled, prepared, emulation, at),
  };
}

/** The assertion that the program breaks on an input, if it asserts anything and does. */
function failureOn(subject: Emulated, input: Grid): AssertionFailed | null {
  try {
    if (subject.program.assertions?.length) prepareBatch(subject, [input], null);
    return null;
  } catch (error) {
    if (error instanceof AssertionFailed) return error;
    throw error;
  }
}

/** Shrinks an input on which the program breaks an assertion of its own. */
async function explainAssertion(subject: Emulated, input: Grid, text: string): Promise<Counterexample> {
  const smallest = await smallestFinding(subject.program, input, (grid) => failureOn(subject, grid));
  const { row, col, span, values } = smallest.found;
  return {
    kind: "assert",
    input: smallest.input,
    step: 0,
    row,
    col,
    field: "assert",
    expected: assertionText(subject.program.source, span),
    got: values,
    instruction: assertionText(subject.program.source, span),
    line: lineAt(text, span.start),
    unit: null,
  };
}

/** Shrinks an input on which a run takes more steps than the program claims. */
async function explainClaim(
  subject: Emulated,
  input: Grid,
  text: string,
  claim: StepsClaim,
): Promise<Counterexample> {
  const smallest = await smallestFinding(subject.program, input, async (grid) => {
    const emulation = await emulatePrepared(subject, [grid], claim);
    return claim.judge(grid, emulation) === null ? null : emulation;
  });
  const { ended, steps } = smallest.found;
  const { span } = subject.program.steps!;
  return {
    kind: "steps",
    input: smallest.input,
    step: ended[0] ?? steps,
    row: 0,
    col: 0,
    field: "steps",
    expected: `at most ${claim.bound(smallest.input)}`,
    got: ended[0] == null ? `more than ${steps}` : `${ended[0]}`,
    instruction: `steps <= ${claim.result.claim}`,
    line: lineAt(text, span.start),
    unit: null,
  };
}

/** The first unit that gives another value than the compiled network's, from the same state before. */
function differingUnit(
  network: Network,
  compiled: Network,
  input: Grid,
  { before }: Emulation,
  { row, col, kind }: Difference,
): string | null {
  if (kind === "halt" || !sameArchitecture(network, compiled)) return null;
  const state = before[0] ?? encode(network, input);
  const [theirs, ours] = [network, compiled].map((each) => activationsAt(each, input, state, row, col));
  const tolerance = toleranceOf(network);
  for (const [layer, values] of ours!.entries()) {
    const unit = values.findIndex((value, at) => Math.abs(value - theirs![layer]![at]!) > tolerance);
    if (unit >= 0) return `layer ${layer + 1}, unit ${unit + 1}: ${compiled.layers[layer]!.units[unit]}`;
  }
  return network.residual.some((flag, at) => flag !== compiled.residual[at]) ? "the residual" : null;
}
