// Finds the comments of a program text. Quotes are respected, since an enum symbol may be `"//"`.

import type { Comment } from "./ast.ts";

const PATTERN = /"[^"\n\r]+"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** Comments in reading order, with their delimiters. */
export function findComments(text: string): readonly Comment[] {
  return [...text.matchAll(PATTERN)]
    .filter((match) => match[0].startsWith("/"))
    .map((match) => ({ text: match[0], span: { start: match.index, end: match.index + match[0].length } }));
}
