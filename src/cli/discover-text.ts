// The program that a find is: the sketch with its holes filled, laid out, and with a first line that says where it comes from.

import type { checkProgram, checkSketch } from "../compile.ts";
import type { Source } from "../diagnostics/diagnostic.ts";
import type { CheckedProgram } from "../language/analyse/checked.ts";
import { bitsOfHoles, type Filling, fill } from "../language/analyse/fill.ts";
import { format } from "../language/parse/format.ts";
import type { SearchPlan } from "../learning/discover/search.ts";
import type { AllInputs, Larger } from "../learning/discover/verify.ts";
import type { ValuesOf } from "./commands/command.ts";
import type { discoverOptions } from "./commands/discovering.ts";
import { showCount } from "./table.ts";

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
  readonly front: ReturnType<typeof checkSketch>;
  readonly reference: ReturnType<typeof checkProgram> | null;
  readonly plan: SearchPlan;
}

export interface FoundProgram extends Source {
  readonly name: string;
}

/** How many programs a sketch stands for. */
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
): FoundProgram {
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
