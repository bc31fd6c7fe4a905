// The program that a find is: the sketch with its holes filled, laid out, and with a first line that says where it comes from.

import type { Source } from "../diagnostics/diagnostic.ts";
import type { CheckedProgram } from "../language/analyse/checked.ts";
import { bitsOf, type Filling, fill } from "../language/analyse/fill.ts";
import { format } from "../language/parse/format.ts";
import type { SearchOutcome, SearchSubject } from "./discover.ts";
import { showCount } from "./table.ts";

export interface FoundProgram extends Source {
  readonly name: string;
}

/** How many programs a sketch stands for. */
export const showSize = ({ holes = [] }: CheckedProgram): string => `2^${Number(bitsOf(holes).toFixed(2))}`;

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
    `// ${what} by \`tapeloom discover\` for ${goal.join(" with ")}, among ${showCount(tried)} candidates of ${showSize(front.checked)}\n` +
    `// (--search ${plan.search} --seed ${plan.seed}).\n`;
  const { name, text } = filledSource(subject, filling);
  return { name, text: head + format({ name, text }) };
}
