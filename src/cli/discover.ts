// `tapeloom discover`: finds what stands in the holes of a sketch.

import { checkProgram, checkSketch } from "../compile.ts";
import { breathe } from "../diagnostics/breathe.ts";
import { percent, plural, showCount } from "../diagnostics/count.ts";
import { InputError, type Source } from "../diagnostics/diagnostic.ts";
import { bitsOfHoles, type Filling } from "../language/analyse/fill.ts";
import { type Find, Search, type SearchResult } from "../learning/discover/search.ts";
import { refuseLuck } from "../learning/discover/sketch-runs.ts";
import { TASKS } from "../learning/learner/tasks/tasks.ts";
import type { CommandResult } from "./commands/command.ts";
import {
  compareFind,
  type DiscoverOptions,
  describeFind,
  type FindComparison,
  filledSource,
  foundProgram,
  type SearchOutcome,
  type SearchSubject,
  showPrograms,
} from "./discover-find.ts";
import { runsCommand } from "./discover-runs.ts";
import { refuseBesideWeights, weightsCommand } from "./discover-weights.ts";
import { reportWarnings } from "./errors.ts";
import { readSource, requireEnding, writeOutput } from "./files.ts";
import { Interrupted } from "./guard.ts";
import { EXIT, type Io, interruptible, remark } from "./io.ts";
import { inOrder } from "./pool.ts";
import { statusLine } from "./progress.ts";
import type { Assignment, Hands } from "./team.ts";
import type { DataOf } from "./work.ts";

export async function discoverCommand(
  io: Io,
  file: string | undefined,
  options: DiscoverOptions,
): Promise<CommandResult> {
  if (options.weights !== undefined) {
    refuseBesideWeights(options, file);
    return weightsCommand(io, options);
  }
  if (file === undefined) throw new InputError("found no sketch, expected a file (.alg); or give --weights");
  if (options.runs === undefined) requireEnding("-o", options.output, "a program", [".alg"]);
  const subject = await loadSubject(io, file, options);
  if (options.runs !== undefined) return runsCommand(io, subject, options);
  const search = io.bounded(`preparing ${file}`, () => new Search(subject.front.checked, subject.plan));
  const programs = 2 ** bitsOfHoles(subject.front.checked.holes ?? []);
  const most = Math.min(typeof options.until === "number" ? options.until : MOST_TRIED, OFTEN * programs);
  refuseLuck(Math.min(programs, most), search.points);
  const begin = performance.now();
  let compared = 0;
  const accept = async (found: Find): Promise<Accepted | null> => {
    const start = performance.now();
    const result = await accepted(io, subject, search, found, options);
    compared += performance.now() - start;
    return result;
  };
  const outcome = await runSearch(io, subject, search, { ...options, most }, accept);
  const seconds = (performance.now() - begin - compared) / 1000;
  const program = outcome.filling && foundProgram(subject, outcome, outcome.filling);
  if (program && options.output !== undefined) await writeOutput(io, options.output, program.text);
  const isDone = outcome.comparison !== null;
  return {
    json: () => asJson(subject, search, outcome, program, seconds),
    text: () => describe(subject, search, outcome, program, seconds, options),
    code: outcome.isInterrupted ? EXIT.interrupted : isDone ? EXIT.done : EXIT.failed,
  };
}

/** Candidates that a search without an end is taken to try where its luck is judged. */
const MOST_TRIED = 2 ** 50;

/** Bits of sketches whose programs are all tried, where nobody says how to look. */
const SMALL = 20;

/** Candidates that are tried for each program before chance and evolution give up. */
const OFTEN = 32;

/** Features or columns, where neither the user nor the task says how many. */
const DIMS = 8;

async function loadSubject(io: Io, file: string, options: DiscoverOptions): Promise<SearchSubject> {
  const { task, against, set = {}, seed, problems, queries } = options;
  if (options.fill !== undefined)
    throw new InputError("--fill leaves no holes to find; leave it out, or run the program");
  if (task === undefined && against === undefined)
    throw new InputError(
      "found neither --task nor --against, expected one of them or both; say what it is to do",
    );
  if (options.until === "proved" && against === undefined)
    throw new InputError("--until proved compares with a program; give it with --against");
  const [first = 16, ...more] = problems;
  if (more.length > 0 && options.runs === undefined)
    throw new InputError(
      "several numbers of --problems are compared by many searches; give --runs, such as --runs 20",
    );
  const source = await readSource(io, file);
  const front = io.bounded(`reading ${file}`, () => checkSketch(source, set));
  reportWarnings(io, source, front.warnings);
  if (!front.checked.holes)
    throw new InputError(`${file}: found no holes, expected a sketch; write ?(a, b) for what is to be found`);
  const other = against === undefined ? null : await readSource(io, against);
  const reference = other && io.bounded(`reading ${against}`, () => checkProgram(other));
  const { randomLabels, small: hasSmall } = options;
  const choice = { name: task ?? null, reference: reference?.checked ?? null, randomLabels };
  const learned = TASKS.find(({ name }) => name === task);
  const { dims = learned?.features ?? DIMS } = options;
  const isSmall = bitsOfHoles(front.checked.holes) <= SMALL && options.runs === undefined;
  const { search = isSmall ? "enumerate" : "evolve" } = options;
  const { extra = task === undefined || learned?.isLinear ? 2 : 3 * dims } = options;
  const plan = {
    task: choice,
    sizes: { dims, extra, cases: queries },
    search,
    seed,
    problems: first,
    hasSmall,
  };
  return { front, reference, plan };
}

/** Milliseconds that this thread works before it asks other ones to help. */
const ALONE = 1000;

async function runSearch(
  io: Io,
  { front, plan }: SearchSubject,
  search: Search,
  options: DiscoverOptions & { readonly most: number },
  accept: (found: Find) => Promise<Accepted | null>,
): Promise<SearchOutcome> {
  const { name } = front.checked;
  const { most } = options;
  const line = statusLine(io);
  const begin = performance.now();
  let outcome: SearchOutcome = {
    ...{ tried: 0, kept: 0, exact: 0, best: 0, filling: null, comparison: null, isInterrupted: false },
  };
  const data = { sketch: front.checked, plan };
  try {
    await interruptible(io, async (signal) => {
      for await (const result of jobsInOrder(io, search, data, options, signal)) {
        outcome = await added(outcome, result, accept);
        line.update((time) => searchLine(name, outcome, time - begin));
        if (outcome.comparison !== null || outcome.tried >= most) return;
      }
    });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    remark(io, `${name}: interrupted after ${plural(outcome.tried, "candidate")}`);
    return { ...outcome, isInterrupted: true };
  } finally {
    line.close();
  }
  return outcome;
}

/** Says how far a search has come after a number of milliseconds. */
function searchLine(name: string, { tried, kept, best }: SearchOutcome, milliseconds: number): string {
  const rate = ((1000 * tried) / milliseconds).toExponential(1);
  const share = best > 0 ? `  best ${percent(best, 1)}` : "";
  return `${name}: ${showCount(tried)} candidates  ${rate}/s  ${showCount(kept)} kept${share}`;
}

/** Results of all jobs: the first ones are done here, unless there is a queue, the rest by others. */
async function* jobsInOrder(
  io: Io,
  search: Search,
  data: DataOf<"search">,
  hands: Hands,
  signal: AbortSignal,
): AsyncGenerator<SearchResult> {
  const { together } = search;
  const end = performance.now() + (hands.queue === undefined ? ALONE : 0);
  const pause = () => breathe(signal);
  let done = 0;
  while (done < search.jobs && (done % together > 0 || performance.now() < end)) {
    yield await search.jobWithPauses(done++, pause);
    await pause();
  }
  if (done === search.jobs) return;
  const alone = (first: number) => search.jobsFrom(first, pause);
  const assignment: Assignment<"search"> = { work: "search", data, label: data.sketch.name, hands, alone };
  const firstAt = (number: number) => {
    const first = done + number * together;
    return first < search.jobs ? first : null;
  };
  for await (const results of inOrder(io, assignment, firstAt, signal)) yield* results;
}

async function added(
  before: SearchOutcome,
  { tried, kept, best, bestFilling }: SearchResult,
  accept: (found: Find) => Promise<Accepted | null>,
): Promise<SearchOutcome> {
  const isBetter = best > before.best && before.kept === 0;
  let after: SearchOutcome = {
    ...before,
    tried: before.tried + tried,
    kept: before.kept + kept.length,
    exact: before.exact + kept.filter(({ isExact }) => isExact).length,
    best: Math.max(best, before.best),
    filling: isBetter ? bestFilling : before.kept === 0 && kept[0] ? kept[0].filling : before.filling,
  };
  for (const found of kept) {
    const accepted = await accept(found);
    if (accepted === null) continue;
    after = { ...after, ...accepted };
    break;
  }
  return after;
}

/** What was looked for, in few words. */
type Accepted = Pick<SearchOutcome, "filling" | "comparison">;

/** A find as short as it can be said, and how it compares; null if it is not what was looked for. */
async function accepted(
  io: Io,
  subject: SearchSubject,
  search: Search,
  { filling, isExact }: Find,
  options: DiscoverOptions,
): Promise<Accepted | null> {
  if (!isExact) return null;
  const short = search.simplest(filling, (each) => filledSource(subject, each).text.length);
  for (const each of short === filling ? [filling] : [short, filling]) {
    const comparison = await goodComparison(io, subject, each, options);
    if (comparison !== null) return { filling: each, comparison };
  }
  return null;
}

async function goodComparison(
  io: Io,
  subject: SearchSubject,
  filling: Filling,
  { until }: DiscoverOptions,
): Promise<FindComparison | null> {
  const comparison = await compareFind(io, subject, filling);
  const { isSameStep, inputs, larger } = comparison;
  const isAsked = subject.plan.task.name === null;
  if (!larger.isSame || (isAsked && inputs?.isSame === false)) return null;
  return until === "proved" && isSameStep !== true ? null : comparison;
}

function describe(
  { front, plan }: SearchSubject,
  search: Search,
  outcome: SearchOutcome,
  program: Source | null,
  seconds: number,
  { output }: DiscoverOptions,
): string {
  const { tried, kept, exact, comparison, filling } = outcome;
  const { name } = front.checked;
  const head =
    comparison !== null
      ? `${name}: found`
      : kept > 0
        ? `${name}: nothing exact found`
        : `${name}: nothing found`;
  const share =
    filling === null || comparison !== null
      ? ""
      : `; the best is right on ${percent(search.share(filling), 1)} of the answers`;
  return [
    `${head} after ${plural(tried, "candidate")} of ${showPrograms(front.checked)} ` +
      `(${plan.search}, seed ${plan.seed}, ${seconds.toFixed(1)} s, ${(tried / seconds).toExponential(1)} a second)${share}`,
    `  right on all ${showCount(search.points)} answers: ${plural(kept, "candidate")}; on larger problems, too: ${showCount(exact)}`,
    ...(comparison ? describeFind(comparison, plan.task.reference?.name ?? "") : []),
    ...(program && output === undefined ? ["", program.text.trimEnd()] : []),
  ]
    .join("\n")
    .concat("\n");
}

function asJson(
  { front, plan }: SearchSubject,
  search: Search,
  outcome: SearchOutcome,
  program: Source | null,
  seconds: number,
) {
  const { tried, kept, exact, best, comparison, isInterrupted, filling } = outcome;
  return {
    program: front.checked.name,
    task: plan.task.name,
    against: plan.task.reference?.name ?? null,
    search: plan.search,
    seed: plan.seed,
    bits: bitsOfHoles(front.checked.holes ?? []),
    answers: search.points,
    tried,
    seconds,
    kept,
    exact,
    best,
    found: comparison !== null,
    interrupted: isInterrupted,
    comparison,
    fill: filling,
    text: program?.text ?? null,
  };
}
