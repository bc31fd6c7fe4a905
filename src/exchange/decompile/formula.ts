// Formulas of the language, simplified where a part is always true or false.

import { atom, CLEAR, LANGUAGE, type Written, writer } from "../../grid/infix.ts";

export const comparison = (text: string): Written => ({ text, binding: LANGUAGE["=="].binding });
export const ALWAYS_TRUE = atom("true");
export const ALWAYS_FALSE = atom("false");

const write = writer(CLEAR);

export function negation(of: Written): Written {
  if (of === ALWAYS_TRUE) return ALWAYS_FALSE;
  if (of === ALWAYS_FALSE) return ALWAYS_TRUE;
  if (of.binding === CLEAR.not.binding) return atom(of.text.slice("not ".length));
  return write("not", [of]);
}

export const and = (...parts: readonly Written[]): Written =>
  junction("and", parts, ALWAYS_TRUE, ALWAYS_FALSE);

export const or = (...parts: readonly Written[]): Written => junction("or", parts, ALWAYS_FALSE, ALWAYS_TRUE);

function junction(
  word: "and" | "or",
  parts: readonly Written[],
  neutral: Written,
  absorbing: Written,
): Written {
  const kept = parts.filter((part) => part !== neutral);
  if (kept.includes(absorbing)) return absorbing;
  return kept.length === 0 ? neutral : write(word, kept);
}

export const xor = (left: Written, right: Written): Written => write("xor", [left, right]);

export const shorter = (a: Written, b: Written): Written => (b.text.length < a.text.length ? b : a);
