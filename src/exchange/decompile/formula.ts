// Formulas of the language as text, with as few brackets as reading them takes.

/** What binds how loosely: the part of a formula that is outermost. */
type Level = "or" | "xor" | "and" | "not" | "comparison" | "atom";

export interface Formula {
  readonly text: string;
  readonly level: Level;
}

export const atom = (text: string): Formula => ({ text, level: "atom" });
export const comparison = (text: string): Formula => ({ text, level: "comparison" });
export const ALWAYS_TRUE = atom("true");
export const ALWAYS_FALSE = atom("false");

export function negation(of: Formula): Formula {
  if (of === ALWAYS_TRUE) return ALWAYS_FALSE;
  if (of === ALWAYS_FALSE) return ALWAYS_TRUE;
  if (of.level === "not") return atom(of.text.slice("not ".length));
  return { text: `not ${inside(of, ["atom", "comparison"])}`, level: "not" };
}

export const and = (...parts: readonly Formula[]): Formula =>
  junction("and", parts, ALWAYS_TRUE, ALWAYS_FALSE);

export const or = (...parts: readonly Formula[]): Formula => junction("or", parts, ALWAYS_FALSE, ALWAYS_TRUE);

function junction(
  word: "and" | "or",
  parts: readonly Formula[],
  neutral: Formula,
  absorbing: Formula,
): Formula {
  const kept = parts.filter((part) => part !== neutral);
  if (kept.includes(absorbing)) return absorbing;
  if (kept.length === 0) return neutral;
  if (kept.length === 1) return kept[0]!;
  const simple = [word, "atom", "comparison", "not"] as const;
  return { text: kept.map((part) => inside(part, simple)).join(` ${word} `), level: word };
}

export function xor(left: Formula, right: Formula): Formula {
  const simple = ["atom", "comparison", "not"] as const;
  return { text: `${inside(left, simple)} xor ${inside(right, simple)}`, level: "xor" };
}

const inside = ({ text, level }: Formula, free: readonly Level[]): string =>
  free.includes(level) ? text : `(${text})`;

export const shorter = (a: Formula, b: Formula): Formula => (b.text.length < a.text.length ? b : a);
