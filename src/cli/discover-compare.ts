// What is known of a find: that its network is the program, and how far it does what it is to do.

import { type Compilation, checkProgram, scheduleProgram } from "../compile.ts";
import { OverBudget } from "../diagnostics/budget.ts";
import { runNetwork } from "../engines/run.ts";
import type { Filling } from "../language/analyse/fill.ts";
import { taskOf } from "../learning/discover/tasks/tasks.ts";
import { type AllInputs, onAllInputs, onLarger } from "../learning/discover/verify.ts";
import { proveNetwork } from "../proof/prove/prove.ts";
import { type FindComparison, filledSource, type SearchSubject } from "./discover-text.ts";
import { type Io, remark } from "./io.ts";
import { compileWithin, openEngine } from "./load.ts";
import { plural } from "./table.ts";

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
function compiledIfPossible(io: Io, found: ReturnType<typeof checkProgram>): Compilation | null {
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

/** What is known, a sentence a line. */
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
