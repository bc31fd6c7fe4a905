// A text without comments and with single spaces. The grammar takes what it skips character by character, at a
// microsecond each: a megabyte of comments would take it a quarter of a minute.

import type { Comment } from "./ast.ts";

/** Tells where in the user's text an offset of another text stands. */
export type Places = (offset: number) => number;

export interface Compact {
  readonly text: string;
  readonly places: Places;
}

/** Symbols in quotes, which may hold what looks like a comment; white space as the grammar has it; comments. */
const GAP = /"[^"\n\r]+"|(?<gap>[^!-\uffff]+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)/g;

/** Puts one space in the place of all white space and comments between two tokens. */
export function compact(text: string): Compact {
  const parts: string[] = [];
  const starts: number[] = [0];
  const origins: number[] = [0];
  let [length, end] = [0, 0];
  let isOpen = false;
  const add = (part: string): void => {
    parts.push(part);
    length += part.length;
  };
  const addCode = (from: number, to: number): void => {
    if (from === to) return;
    starts.push(length);
    origins.push(from);
    add(text.slice(from, to));
    isOpen = true;
  };
  for (const { 0: found, index, groups } of text.matchAll(GAP)) {
    if (groups!.gap === undefined) continue;
    addCode(end, index);
    if (isOpen) add(" ");
    isOpen = false;
    end = index + found.length;
  }
  addCode(end, text.length);
  starts.push(length);
  origins.push(text.length);
  return { text: parts.join(""), places: placesOf(starts, origins) };
}

/** Maps offsets from each start on to those from its origin on, up to the next start. */
function placesOf(starts: readonly number[], origins: readonly number[]): Places {
  return (offset) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return origins[low]! + offset - starts[low]!;
  };
}

// The comments themselves. Quotes are respected, since an enum symbol may be `"//"`.

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
