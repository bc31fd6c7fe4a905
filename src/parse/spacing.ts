// Which neighbouring tokens have no space between them.

import type { Piece } from "./pieces.ts";
import { KEYWORDS } from "./tokens.ts";

/** Words before which a parenthesis is no argument list, unless the program declares such a function. */
const PLAIN_WORDS = ["x", "row", "column", "where", "top", "bottom"];

/** Whether two tokens stand side by side; `earlier` is the one before them. */
export function isTight(
  earlier: Piece | null,
  left: Piece,
  right: Piece,
  functions: ReadonlySet<string>,
  inMachine: boolean,
): boolean {
  if (left.text === "{" && right.text === "}") return true;
  if ([",", ";", ":", ")"].includes(right.text) || left.text === "(") return true;
  if ([".", ".."].includes(left.text) || [".", ".."].includes(right.text)) return true;
  if (left.text === "-" && isSign(earlier, inMachine)) return true;
  return right.text === "(" && isCalled(left, functions);
}

function isCalled({ text }: Piece, functions: ReadonlySet<string>): boolean {
  if (!/^[\p{L}_]/u.test(text) || KEYWORDS.has(text)) return false;
  return functions.has(text) || !PLAIN_WORDS.includes(text);
}

/** Whether a minus after this token is a sign. */
function isSign(before: Piece | null, inMachine: boolean): boolean {
  if (before === null || inMachine || before.kind === "comment") return true;
  if (/^(true|false)$/.test(before.text)) return false;
  return KEYWORDS.has(before.text) || !/^[\p{L}\d_)"]/u.test(before.text);
}
