// Infix expressions as text. The operators of a notation are data: how tightly each binds, and where an operand may bind as
// loosely as its operator. Parentheses stand where these ask for them, and nowhere else.

/** A text, and how tightly its outermost operator binds. */
export interface Written {
  readonly text: string;
  readonly binding: number;
}

interface Operator {
  readonly binding: number;
  /** Which operands may have the same binding without parentheses: the first, all, or none. */
  readonly chains: "left" | "all" | "none";
  /** What stands before the operand of an operator that has one. */
  readonly prefix?: string;
  /** The least binding of other operands; by default, all that bind tighter than the operator. */
  readonly operands?: number;
}

/** The binding of what never needs parentheses. */
export const ATOM = Number.POSITIVE_INFINITY;

export const atom = (text: string): Written => ({ text, binding: ATOM });

/** The text where something has to bind at least so tightly. */
export const bracketed = ({ text, binding }: Written, atLeast: number): string =>
  binding < atLeast ? `(${text})` : text;

/** The text of an operand of an operator, the first one being 0. */
export function operandOf(operator: Operator, of: Written, at: number): string {
  const { binding, chains, operands: least = binding + 1 } = operator;
  const isChained = of.binding === binding && (chains === "all" || (chains === "left" && at === 0));
  return bracketed(of, isChained ? binding : least);
}

/**
 * Makes the function that writes an operator between its operands, behind `gap`, or before the operand of one that has a
 * prefix. A single operand of others is written alone.
 */
export const writer =
  <O extends string>(operators: Readonly<Record<O, Operator>>) =>
  (operator: O, operands: readonly Written[], gap = " "): Written => {
    const { binding, prefix } = operators[operator];
    const [only, ...more] = operands;
    if (prefix === undefined && more.length === 0) return only!;
    const texts = operands.map((of, at) => operandOf(operators[operator], of, at));
    // Appended text by text, so that chains that are written link by link do not take the square of their length.
    const text =
      prefix === undefined
        ? texts.reduce((all, each) => `${all}${gap}${operator} ${each}`)
        : prefix + texts[0]!;
    return { text, binding };
  };

const left = (binding: number): Operator => ({ binding, chains: "left" });
const comparison: Operator = { binding: 5, chains: "none" };

/** The operators of programs; `negative` is the sign of a number. */
export const LANGUAGE = {
  or: left(1),
  xor: left(2),
  and: left(3),
  not: { binding: 4, chains: "all", prefix: "not " },
  "==": comparison,
  "!=": comparison,
  "<": comparison,
  "<=": comparison,
  ">": comparison,
  ">=": comparison,
  "+": left(6),
  "-": left(6),
  "*": left(7),
  "/": left(7),
  "%": left(7),
  negative: { binding: 8, chains: "all", prefix: "-" },
} as const satisfies Readonly<Record<string, Operator>>;

/** The operators of conditions for readers who do not know what binds tighter: only chains of one operator are bare. */
const { not } = LANGUAGE;
const apart = (of: Operator): Operator => ({ ...of, operands: not.binding });
export const CLEAR = {
  or: apart({ binding: 1, chains: "all" }),
  xor: apart({ binding: 2, chains: "none" }),
  and: apart({ binding: 3, chains: "all" }),
  not: { ...not, chains: "none" },
} as const satisfies Readonly<Record<string, Operator>>;

export const SUM = LANGUAGE["+"].binding;

/** The binding of `if a then b else c`, which ends where everything around it ends. */
export const CHOOSE = 0;

/** Writes an operator of programs. */
export const writeOperator = writer(LANGUAGE);

/** Terms with their weights as a sum, `2 * x - y`: the first sign is part of its term, and `0` stands for no terms. */
export function writeSum<T extends { readonly weight: number }>(
  terms: readonly T[],
  show: (term: T, size: number) => string,
): string {
  const signed = terms.map((term, at) => {
    const sign = at === 0 ? (term.weight < 0 ? "-" : "") : term.weight < 0 ? "- " : "+ ";
    return sign + show(term, Math.abs(term.weight));
  });
  return signed.join(" ") || "0";
}
