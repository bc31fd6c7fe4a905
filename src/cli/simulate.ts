// One way to run a grid on any of the engines: the reference interpreter, the rule, or a network.

import { setImmediate } from "node:timers/promises";
import { lower } from "../compiler/lower/lower.ts";
import type { Rule } from "../compiler/schedule/rule.ts";
import { schedule } from "../compiler/schedule/schedule.ts";
import { InputError, unreachable } from "../diagnostics/diagnostic.ts";
import { type AssertionName, unreachedAssertions } from "../engines/assertion.ts";
import { type InstructionEvent, interpret, NeverEnds } from "../engines/reference.ts";
import { ruleSteps } from "../engines/rule.ts";
import { type RunResult, runNetwork, shownEnd } from "../engines/run.ts";
import { copyOfPlanes, type Grid, type Shape, withAllFields } from "../grid/grid.ts";
import type { CheckedProgram } from "../language/analyse/checked.ts";
import type { Network } from "../network/network.ts";
import { decode, haltedCells } from "../network/state.ts";
import type { ValuesOf } from "./commands/command.ts";
import type { runOptions } from "./commands/programs.ts";
import { heard, Interrupted } from "./guard.ts";
import { type Io, interruptible, remark } from "./io.ts";
import { type Loaded, type LoadedProgram, type NetworkEngineName, networkOf, openEngine } from "./load.ts";
import { longRun, runProgress } from "./long-run.ts";

export type RunCommandOptions = ValuesOf<typeof runOptions>;
export type EngineName = RunCommandOptions["engine"];

export interface Simulation extends RunResult {
  /** The user has stopped it; the grid is the one that was reached. */
  readonly interrupted: boolean;
  /** Cells that have halted, where that can be said and not all have. */
  readonly haltedCells?: number | null;
  /** The engine's name, for people. */
  readonly engine: string;
  /** The program never ends and nobody said how many steps: these are as many as usual. */
  readonly cutShort: boolean;
}

/** Steps are by default made until the end, or 100 where there is none. */
interface SimulateOptions
  extends Pick<RunCommandOptions, "verbose" | "steps">,
    Partial<Pick<RunCommandOptions, "checkpoint" | "every">> {
  /** The most steps that the program takes on this grid, if it says so. */
  readonly claim?: number | null;
  /** Whether progress is shown on the terminal. */
  readonly progress?: boolean;
  /** Called with the network, before the first step, if it is one that runs. */
  readonly onNetwork?: (network: Network) => void;
  /** Called before the first step with 0, and after each, with the grid of all fields. */
  readonly onStep?: (step: number, grid: Grid) => Promise<void>;
}

/** Steps of programs that never end, unless the user says how many. */
const USUAL_STEPS = 100;

/** Steps for every row and column that a run is taken to make if nobody says how many. */
const UNKNOWN_STEPS = 4;
export const usualSteps = ({ rows, cols }: Shape): number => UNKNOWN_STEPS * (rows + cols);

/** Runs a program or a network; programs are compiled as far as the engine needs. */
export async function simulate(
  io: Io,
  subject: Loaded,
  engine: EngineName,
  input: Grid,
  options: SimulateOptions,
): Promise<Simulation> {
  await heard();
  switch (engine) {
    case "auto":
    case "bits":
    case "tensor":
    case "direct":
    case "onnx":
    case "memo": {
      return onNetwork(io, networkOf(subject), engine, input, options);
    }
    case "rule":
      return onRule(io, ruleOf(io, programOf(subject, engine)), input, options);
    case "reference":
      return referenceRun(io, programOf(subject, engine), input, options);
    default:
      return unreachable(engine);
  }
}

function programOf(subject: Loaded, engine: string): LoadedProgram {
  if (subject.kind === "program") return subject;
  throw new InputError(
    `--engine ${engine} runs programs, but this is a network; give the .alg file, or --engine tensor`,
  );
}

const ruleOf = (io: Io, { front }: LoadedProgram): Rule =>
  io.bounded(`scheduling ${front.source.name}`, () => schedule(lower(front.checked)), true);

function limitOf(stop: { readonly kind: string }, steps: number | undefined) {
  const cutShort = stop.kind === "never" && steps === undefined;
  return { cutShort, limit: cutShort ? USUAL_STEPS : steps };
}

async function onNetwork(
  io: Io,
  network: Network,
  name: NetworkEngineName,
  input: Grid,
  {
    steps,
    onStep,
    verbose,
    checkpoint,
    every = 60,
    claim = null,
    progress = false,
    ...options
  }: SimulateOptions,
): Promise<Simulation> {
  options.onNetwork?.(network);
  const { cutShort, limit } = limitOf(network.stop, steps);
  const most = limit ?? claim;
  const work = {
    cells: input.rows * input.cols,
    steps: most ?? usualSteps(input),
    isMost: most !== null,
    shape: input,
  };
  const engine = await openEngine(io, network, name, { verbose }, work);
  const long = await longRun(io, network, input, { checkpoint, every, most, progress });
  const { from, onPause } = long;
  // Which engine it was is only known when it has started.
  const about = () => ({ engine: engine.name, cutShort });
  try {
    const result = await interruptible(io, async (signal) => {
      await onStep?.(
        from?.steps ?? 0,
        withAllFields(from ? decode(network, input, from.state) : input, network.fields),
      );
      return runNetwork(network, engine, input, { maxSteps: limit, onStep, signal, from, onPause });
    });
    return { ...result, ...about(), interrupted: false };
  } catch (error) {
    const reached = error instanceof Interrupted ? long.reached() : null;
    if (reached === null) throw error;
    const end = { ...shownEnd(network, input, reached.state), steps: reached.steps, halted: false };
    return { ...end, ...about(), interrupted: true, haltedCells: haltedCells(network, reached.state) };
  } finally {
    long.close();
    engine.close();
  }
}

async function onRule(
  io: Io,
  rule: Rule,
  input: Grid,
  { steps, onStep, claim = null, progress = false }: SimulateOptions,
): Promise<Simulation> {
  const { cutShort, limit } = limitOf(rule.stop, steps);
  const about = { engine: "rule", cutShort };
  const length = { cells: input.rows * input.cols, from: 0, most: limit ?? claim };
  const line = progress ? runProgress(io, rule.name, length) : null;
  let last: { readonly steps: number; readonly grid: Grid } | null = null;
  try {
    const run = ruleSteps(rule, input, limit);
    const result = await interruptible(io, async (signal) => {
      for (let next = run.next(); ; next = run.next()) {
        if (next.done) return next.value;
        last = next.value;
        signal.throwIfAborted();
        line?.update(last.steps);
        await onStep?.(last.steps, last.grid);
        await setImmediate();
      }
    });
    return { ...result, ...about, interrupted: false };
  } catch (error) {
    if (!(error instanceof Interrupted) || last === null) throw error;
    const { steps: made, grid } = last;
    return { grid, steps: made, halted: false, ...about, interrupted: true };
  } finally {
    line?.close();
  }
}

async function referenceRun(
  io: Io,
  program: LoadedProgram,
  input: Grid,
  { steps, onStep }: SimulateOptions,
): Promise<Simulation> {
  const { cutShort, limit } = limitOf(ruleOf(io, program).stop, steps);
  const { checked } = program.front;
  const { result, seen, unreached } = onReference(checked, input, limit, onStep !== undefined);
  for (const { line, name } of unreached)
    remark(io, `${checked.source.name}, line ${line}: \`${name}\` was never reached`);
  await interruptible(io, async (signal) => {
    await onStep?.(0, withAllFields(input, checked.fields));
    for (const [at, each] of seen.entries()) {
      signal.throwIfAborted();
      await onStep?.(at + 1, each);
    }
  });
  return { ...result, engine: "reference", cutShort, interrupted: false };
}

// The reference interpreter as `run` uses it: steps are its instructions, they are shown when it is done, because it
// runs in one go, and a program that repeats itself has run and not failed, as on other engines.

/**
 * Runs a program; `seen` are the grids after each instruction, if they are to be kept, `unreached` the assertions that no
 * cell came to.
 */
function onReference(
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
    if (keep) seen.push({ ...grid, planes: copyOfPlanes(grid) });
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
