// The rule that a pattern is for, as its file says.

import { CELLS, LIFE } from "./life.ts";
import { MACROCELL } from "./macrocell.ts";
import { MCELL, RLE, ruleOfRle } from "./rle.ts";

/** What all formats of patterns mean where they name no rule. */
const USUAL = "B3/S23";

/** The rule of a pattern, in a line or by its name; null if the text is no pattern. */
export const ruleOfPattern = (text: string): string | null =>
  isPattern(text) ? (ruleNamedIn(text) ?? USUAL) : null;

const isPattern = (text: string): boolean =>
  [RLE, LIFE, MACROCELL, MCELL, CELLS].some(({ isCertain }) => isCertain(text));

/** The rule that a pattern names, if it does. */
export const ruleNamedIn = (text: string): string | null =>
  (RLE.isCertain(text) ? ruleOfRle(text) : null) ?? ruleLine(text);

/** The line `#R 23/3`, MCell's `#RULE 23/3`, which may take several lines, or the name that Golly has given it, `#GOLLY WireWorld`. */
function ruleLine(text: string): string | null {
  const named = /^#GOLLY\s+(\S.*)$/im.exec(text) ?? /^#R\s+(\S.*)$/im.exec(text);
  if (named !== null) return named[1]!.trim();
  const parts = [...text.matchAll(/^#RULE\s+(\S.*)$/gim)].map(([, part]) => part!.trim());
  return parts.length === 0 ? null : parts.join("");
}
