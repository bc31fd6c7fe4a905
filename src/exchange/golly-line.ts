// Lines of Golly's files, and what is said of those that are wrong.

import { InputError } from "../diagnostics/diagnostic.ts";

/** A line of a file without its comment, and its number from 1. */
export interface FileLine {
  readonly text: string;
  readonly line: number;
}

export function wrongLine(
  file: string,
  { line }: FileLine,
  found: string,
  expected: string,
  column?: number,
): InputError {
  const place = column === undefined ? "" : `, column ${column}`;
  return new InputError(
    `${file}, line ${line}${place}: found \`${found.slice(0, 60)}\`, expected ${expected}`,
  );
}
