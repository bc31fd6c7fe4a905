// Finds the comments of a program text. Quotes are respected, since an enum symbol may be `"//"`.

import type { Comment } from "./ast.ts";

const PATTERN = /"[^"\n\r]+"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** Comments in reading order, with their delimiters. */
export const findComments = (text: string): readonly Comment[] =>
  [...text.matchAll(PATTERN)]
    .filter((match) => match[0].startsWith("/"))
    .map((match) => ({ text: match[0], span: { start: match.index, end: match.index + match[0].length } }));

const OPEN = /"[^"\n\r]+"|\/\/[^\n]*|\/\*(?:[\s\S]*?\*\/)?/g;

/** The text up to where a comment begins that is never closed: nobody need read what is in it. */
export function withoutUnclosed(text: string): string {
  for (const { 0: found, index } of text.matchAll(OPEN))
    if (found === "/*") return text.slice(0, index + found.length);
  return text;
}
