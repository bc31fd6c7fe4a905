// A find of `tapeloom discover`: the program that it is, which is the sketch with its holes filled and a first line that says
// where it comes from; and what is known of it.

import { type CheckedSource, type Compilation, checkProgram, scheduleProgram } from "../compile.ts";
import { OverBudget } from "../diagnostics/budget.ts";
import { plural, showCount } from "../diagnostics/count.ts";
import type { Source } from "../diagnostics/diagnostic.ts";
import { runNetwork } from "../engines/run.ts";
import type { CheckedProgram } from "../language/analyse/checked.ts";
import { bitsOfHoles, type Filling, fill } from "../language/analyse/fill.ts";
import { format } from "../language/parse/format.ts";
import type { SearchPlan } from "../learning/discover/search.ts";
import { taskOf } from "../learning/discover/tasks/tasks.ts";
import { type AllInputs, type Larger, onAllInputs, onLarger } from "../learning/discover/verify.ts";
import { proveNetwork } from "../proof/prove/prove.ts";
import type { ValuesOf } from "./commands/command.ts";
import type { discoverOptions } from "./commands/discovering.ts";
import { type Io, remark } from "./io.ts";
import { compileWithin, openEngine } from "./load.ts";

/** The state of a search: what it has tried and found. */
export interface SearchOutcome {
  readonly tried: number;
  readonly kept: number;
  /** Those of the kept ones that are right on larger problems, too. */
  readonly exact: number;
  /** The largest share of points, where it is counted. */
  readonly best: number;
  /** What was found, or came nearest. */
  readonly filling: Filling | null;
  /** How the find compares with what it is to do; null if nothing that was looked for is found. */
  readonly comparison: FindComparison | null;
  readonly isInterrupted: boolean;
}

export interface FindComparison {
  /** Whether the network that the find compiles to is proved to be it. */
  readonly isCompilationProved: boolean;
  /** Whether its steps are proved to be those of the reference; null where there is none. */
  readonly isSameStep: boolean | null;
  /** All inputs up to a size, against the reference; null where there is none, or the step is the same. */
  readonly inputs: AllInputs | null;
  readonly larger: Larger;
}

export type DiscoverOptions = ValuesOf<typeof discoverOptions>;

/** The sketch, and what it is to become. */
export interface SearchSubject {
  readonly front: CheckedSource;
  readonly reference: CheckedSource | null;
  readonly plan: SearchPlan;
}

/** Returns how many programs a sketch stands for. */
export const showPrograms = ({ holes = [] }: CheckedProgram): string =>
  `2^${Number(bitsOfHoles(holes).toFixed(2))}`;

/** The text of the sketch with its holes filled. */
export function filledSource({ front }: Pick<SearchSubject, "front">, filling: Filling): Source {
  const { source, ast, checked } = front;
  return fill(source, ast, checked.holes ?? [], filling);
}

export function foundProgram(
  subject: SearchSubject,
  { tried, comparison }: SearchOutcome,
  filling: Filling,
): Source {
  const { plan, front } = subject;
  const { name: task, reference } = plan.task;
  const goal = [task && `the task ${task}`, reference && `the answers of ${reference.name}`].filter(Boolean);
  const what = comparison === null ? "The nearest" : "Found";
  const head =
    `// ${what} by \`tapeloom discover\` for ${goal.join(" with ")}, among ${showCount(tried)} candidates of ${showPrograms(front.checked)}\n` +
    `// (--search ${plan.search} --seed ${plan.seed}).\n`;
  const { name, text } = filledSource(subject, filling);
  return { name, text: head + format({ name, text }) };
}

/** Compares a find with what it is to do: whether its network is the program, and how far it is right. */
export async function compareFind(
  io: Io,
  { front, reference, plan }: SearchSubject,
  filling: Filling,
): Promise<FindComparison> {
  io.allowAnew();
  const source = filledSource({ front }, filling);
  const found = io.bounded(`reading ${source.name}`, () => checkProgram(source));
  const compilation = compiledIfPossible(io, found);
  const isSameStep = reference && compilation !== null && (await hasSameStep(reference, compilation));
  const task = taskOf(found.checked, plan.task);
  const inputs = reference && !isSameStep ? await onAllInputs(found.checked, task) : null;
  const isCompilationProved = compilation?.isProved ?? false;
  if (compilation === null)
    return {
      isCompilationProved,
      isSameStep,
      inputs,
      larger: await onLarger(found.checked, task, plan.seed, null),
    };
  const work = { cells: 64 * 64, steps: 256 };
  const engine = await openEngine(io, compilation.network, "auto", { verbose: false }, work);
  const run = (input: Parameters<typeof runNetwork>[2]) => runNetwork(compilation.network, engine, input);
  const larger = await onLarger(found.checked, task, plan.seed, run).finally(() => engine.close());
  return { isCompilationProved, isSameStep, inputs, larger };
}

/** A find that takes too long to compile is a find nevertheless, and says so. */
function compiledIfPossible(io: Io, found: CheckedSource): Compilation | null {
  try {
    return compileWithin(io, found.source.name, found, {});
  } catch (error) {
    if (!(error instanceof OverBudget)) throw error;
    remark(io, error.message);
    return null;
  }
}

/** Seconds for the proof that a find is the reference. */
const PROOF = 20;

async function hasSameStep(
  reference: NonNullable<SearchSubject["reference"]>,
  { network }: Compilation,
): Promise<boolean> {
  const claim = { checked: reference.checked, ...scheduleProgram(reference), network };
  try {
    return (await proveNetwork(claim, network, { budget: { seconds: PROOF } })).outcome === "proved";
  } catch (error) {
    if (error instanceof OverBudget) return false;
    throw error;
  }
}

/** Returns what is known, a sentence a line. */
export function describeFind(
  { isCompilationProved, isSameStep, inputs, larger }: FindComparison,
  reference: string,
): string[] {
  return [
    ...(isCompilationProved ? ["  its network is proved to be this program, on every grid"] : []),
    ...(isSameStep ? [`  it is proved to make the same step as ${reference}, on every grid`] : []),
    ...(inputs ? [describeInputs(inputs, reference)] : []),
    ...(larger.count === 0
      ? []
      : [
          `  right on ${plural(larger.count, "random problem")}, the largest of ${plural(larger.columns, "column")}`,
        ]),
  ];
}

function describeInputs({ count, cells, isSame }: AllInputs, reference: string): string {
  if (isSame)
    return `  the same answers as ${reference} on all ${plural(count, "input")} of up to ${plural(cells, "cell")}`;
  return `  other answers than ${reference} on some input of ${plural(cells, "cell")} that the task does not ask for`;
}
