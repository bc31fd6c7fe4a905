// Expression graphs as text, in the notation of programs: parentheses only where they are needed, and parts
// that are long and used more than once named `t1`, `t2`, ..., so that the text is no longer than the graph.
//
// Beyond the language: `new up.x` and `old up.x` give the age of a read, `2 * x` a weight, `inside upleft` a
// corner of the patch, and names that are no words of the language stand in brackets.

import { unreachable } from "../diagnostics/diagnostic.ts";
import { cached } from "../diagnostics/memo.ts";
import { isAxis, SIDE_OF } from "../grid/direction.ts";
import { showType, type ValueType } from "../grid/grid.ts";
import {
  ATOM,
  atom,
  bracketed,
  CHOOSE,
  LANGUAGE,
  SUM,
  type Written,
  writeOperator,
  writeSum,
} from "../grid/infix.ts";
import { type Comparator, comparisonOf, counted, equalities, MIRRORED } from "./comparisons.ts";
import {
  countUses,
  type Expression,
  type ExpressionOf,
  landings,
  operands,
  type Term,
} from "./expression.ts";

/** An expression to print; `type` is that of the field it is for, so that enum values get their names. */
export interface Root {
  readonly value: Expression;
  readonly type?: ValueType;
}

interface PrintedExpressions {
  /** Named parts in the order in which they can be defined. */
  readonly shared: readonly { readonly name: string; readonly text: string }[];
  /** One text per root. Long ones are broken into lines; without breaks and indents they mean the same. */
  readonly texts: readonly string[];
}

/** Prints expressions of one graph together; `taken` are names that parts must not have. */
export function printExpressions(roots: readonly Root[], taken: Iterable<string>): PrintedExpressions {
  const values = roots.map(({ value }) => value);
  const uses = countUses(values);
  const steps = new Set(landings(values, ({ nesting }) => nesting));
  const signals = [...uses.keys()].flatMap((node) => (node.tag === "signal" ? [node.name] : []));
  const printer = new Printer(uses, steps, new Set([...taken, ...signals]));
  for (const { node, type } of typed(steps, roots)) printer.name(node, type);
  const texts = roots.map(({ value, type }) => printer.layout(value, type));
  return { shared: printer.shared, texts };
}

/** A name as it is written in an expression. */
export const bracket = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : `[${name}]`);

/** Indents every line of a text by two spaces. */
export const indent = (text: string): string => text.replace(/^/gm, "  ");

/** Parts shorter than this are repeated rather than named. */
const WORTH_A_NAME = 24;

/** Texts longer than this are broken into lines. */
const WIDTH = 90;

type Type = ValueType | undefined;
type Choice = ExpressionOf<"choose">;

class Printer {
  readonly shared: { name: string; text: string }[] = [];
  readonly #uses: ReadonlyMap<Expression, number>;
  readonly #steps: ReadonlySet<Expression>;
  readonly #taken: ReadonlySet<string>;
  readonly #known = new Map<string, Map<Expression, Written>>();
  readonly #knownAs = new Map<Type, Map<Expression, Written>>();
  #names = 0;

  /** `steps` are parts that get a name however often they are used, since what they are parts of is deep. */
  constructor(
    uses: ReadonlyMap<Expression, number>,
    steps: ReadonlySet<Expression>,
    taken: ReadonlySet<string>,
  ) {
    this.#uses = uses;
    this.#steps = steps;
    this.#taken = taken;
  }

  /** Gives a part its name, before what it is part of is printed. */
  name(node: Expression, type: Type): void {
    this.#bound(node, type);
  }

  /** An expression that stands alone, in one line or several. */
  layout(node: Expression, type: Type): string {
    if (!this.#isUsed(node) && this.#isLong(node, type)) return this.#lines(node as Choice, type);
    const text = this.#text(node, type);
    return text.length <= WIDTH ? text : this.#broken(node, type, text);
  }

  #broken(node: Expression, type: Type, text: string): string {
    if (node.tag === "and" || node.tag === "or")
      return writeOperator(node.tag, this.#junction(node), "\n").text;
    return node.tag === "choose" ? this.#lines(node, type) : text;
  }

  /** A chain of choices, each on lines of its own. */
  #lines(node: Choice, type: Type): string {
    const { choices, last } = this.#chain(node, type);
    const lines = choices.map(({ when, then }) => {
      const head = `if ${this.#text(when, undefined)} then`;
      const text = this.layout(then, type);
      // Only a branch that is no `if` itself may stand beside its condition, lest the `else`s look misplaced.
      const fits = !/^if |\n/.test(text) && head.length + text.length < WIDTH;
      return fits ? `${head} ${text}` : `${head}\n${indent(text)}`;
    });
    const otherwise = this.layout(last, type);
    return [...lines, otherwise.includes("\n") ? `\n${indent(otherwise)}` : otherwise]
      .join("\nelse ")
      .replace(/else \n/g, "else\n");
  }

  /** The choices of a chain `if a then x else if b then y else ...`, and what is left at its end. */
  #chain(node: Choice, type: Type): { readonly choices: readonly Choice[]; readonly last: Expression } {
    const choices = [node];
    let last = node.otherwise;
    for (; last.tag === "choose" && !this.#isNamed(last, type); last = last.otherwise) choices.push(last);
    return { choices, last };
  }

  /** Tells whether a chain is longer than a line, however short its parts are. */
  #isLong(node: Expression, type: Type): boolean {
    return node.tag === "choose" && this.#chain(node, type).choices.length > WIDTH / "if then else ".length;
  }

  #isUsed(node: Expression): boolean {
    return this.#steps.has(node) || (this.#uses.get(node) ?? 0) > 1;
  }

  #isNamed(node: Expression, type: Type): boolean {
    return this.#isUsed(node) && this.#bound(node, type).binding === ATOM;
  }

  #text(node: Expression, type: Type): string {
    return this.#bound(node, type).text;
  }

  #bound(node: Expression, type: Type): Written {
    const texts = this.#textsAs(type);
    const known = texts.get(node);
    if (known !== undefined) return known;
    const bound = this.#nameOrText(node, type);
    texts.set(node, bound);
    return bound;
  }

  /** The texts of nodes as values of a type: only enums matter, and only what they are written as. */
  #textsAs(type: Type): Map<Expression, Written> {
    return cached(this.#knownAs, type, () =>
      cached(this.#known, type?.kind === "enum" ? showType(type) : "", () => new Map<Expression, Written>()),
    );
  }

  #nameOrText(node: Expression, type: Type): Written {
    if (this.#isUsed(node) && this.#isLong(node, type))
      return this.#define(this.#lines(node as Choice, type));
    const written = this.#write(node, type);
    const { text } = written;
    if (!this.#isUsed(node) || text.length < WORTH_A_NAME) return written;
    return this.#define(text.length <= WIDTH ? text : this.#broken(node, type, text));
  }

  #define(text: string): Written {
    do this.#names++;
    while (this.#taken.has(`t${this.#names}`));
    const name = `t${this.#names}`;
    this.shared.push({ name, text });
    return atom(name);
  }

  #write(node: Expression, type: Type): Written {
    if (type?.kind === "enum" && isBit(node)) return this.#chosen(node, type.names);
    switch (node.tag) {
      case "constant":
        return atom(showValue(node.value, type));
      case "read":
        return atom(showRead(node, node.place));
      case "inside":
        return isAxis(node.place)
          ? writeOperator("not", [atom(`at ${SIDE_OF[node.place]}`)])
          : atom(`inside ${node.place}`);
      case "signal":
        return atom(bracket(node.name));
      case "not":
        return this.#not(node.of);
      case "and":
      case "or":
        // A pair of bounds may have become one equality.
        return writeOperator(node.tag, this.#junction(node));
      case "xor":
        return writeOperator("xor", this.#all([node.left, node.right]));
      case "is":
        return this.#is(node.of, node.value, "==");
      case "atLeast":
        return this.#compare(node.of, ">=", node.bound);
      case "sum":
        return this.#sum(node.terms, node.offset);
      case "min":
      case "max":
        return atom(`${node.tag}(${this.#text(node.left, undefined)}, ${this.#text(node.right, undefined)})`);
      case "choose": {
        const { choices, last } = this.#chain(node, type);
        const texts = choices.map(
          ({ when, then }) => `if ${this.#text(when, undefined)} then ${this.#text(then, type)} else `,
        );
        return { text: `${texts.join("")}${this.#text(last, type)}`, binding: CHOOSE };
      }
      default:
        return unreachable(node);
    }
  }

  /** A choice between the first two names of an enum, which the graph keeps as the bit that decides it. */
  #chosen(bit: Expression, [first, second]: readonly string[]): Written {
    return { text: `if ${this.#text(bit, undefined)} then ${second} else ${first}`, binding: CHOOSE };
  }

  /** The operands of `and` or `or`, two bounds that leave one value written as an equality. */
  #junction({ tag, of }: ExpressionOf<"and" | "or">): Written[] {
    const { equal, rest } = equalities(tag, of);
    const operator = tag === "and" ? "==" : "!=";
    return [...equal.map(({ left, value }) => this.#compare(left, operator, value)), ...this.#all(rest)];
  }

  #all(nodes: readonly Expression[]): Written[] {
    return nodes.map((node) => this.#bound(node, undefined));
  }

  /** `not` of a comparison is the opposite comparison, unless the comparison has a name. */
  #not(of: Expression): Written {
    if (of.tag === "inside" && isAxis(of.place)) return atom(`at ${SIDE_OF[of.place]}`);
    const written = this.#bound(of, undefined);
    const isNamed = written.binding === ATOM;
    if (of.tag === "is" && !isNamed) return this.#is(of.of, of.value, "!=");
    if (of.tag === "atLeast" && !isNamed) return this.#compare(of.of, "<", of.bound);
    return writeOperator("not", [written]);
  }

  /** Equality with a value; of a bit, the bit itself or its opposite. */
  #is(of: Expression, value: number, operator: "==" | "!="): Written {
    if (typeOf(of)?.kind !== "bit") return this.#compare(of, operator, value);
    return (value === 1) === (operator === "==") ? this.#bound(of, undefined) : this.#not(of);
  }

  #compare(of: Expression, operator: Comparator, value: number): Written {
    const type = typeOf(of);
    const sides = comparisonOf(of, value);
    if (sides === null) return writeOperator(operator, [this.#bound(of, type), atom(showValue(value, type))]);
    const { left, right, constant } = sides;
    if (left.length > 0) return writeOperator(operator, [this.#sum(left, 0), this.#sum(right, constant)]);
    return writeOperator(MIRRORED[operator], [this.#sum(right, 0), atom(String(-constant))]);
  }

  #sum(terms: readonly Term[], offset: number): Written {
    const { counts, rest } = counted(terms);
    const summands = [
      ...counts.map(({ weight, of, word }) => ({ weight, text: `count(${showQuestion(of, word)})` })),
      ...rest.map(({ weight, of }) => ({
        weight,
        text: bracketed(this.#bound(of, undefined), LANGUAGE.negative.binding),
      })),
      ...(offset === 0 ? [] : [{ weight: Math.sign(offset), text: `${Math.abs(offset)}` }]),
    ];
    return {
      text: writeSum(summands, ({ text }, size) => (size === 1 ? text : `${size} * ${text}`)),
      binding: SUM,
    };
  }
}

/** Tells whether a node is a truth value by its kind, whatever it is used for. */
function isBit(node: Expression): boolean {
  if (node.tag === "read") return node.type.kind === "bit";
  return ["inside", "signal", "not", "and", "or", "xor", "is", "atLeast"].includes(node.tag);
}

const showValue = (value: number, type: Type): string =>
  (type?.kind === "enum" ? type.names[value] : undefined) ?? String(value);

function showRead({ field, age }: ExpressionOf<"read">, place: string): string {
  const there = place === "here" ? bracket(field) : `${place}.${bracket(field)}`;
  return age === "now" ? there : `${age} ${there}`;
}

/** A neighbour's bit, or a comparison of its enum, with the place replaced by `around` or `beside`. */
function showQuestion(of: Expression, word: string): string {
  if (of.tag === "read") return showRead(of, word);
  if (of.tag !== "is" || of.of.tag !== "read") throw new Error(`internal: ${of.tag} is not counted`);
  return `${showRead(of.of, word)} == ${showValue(of.value, of.of.type)}`;
}

/** The type of the field whose values an expression takes, where that can be said. */
function typeOf(node: Expression): Type {
  if (node.tag === "read") return node.type;
  for (let at = node; at.tag === "choose"; at = at.otherwise) {
    const type = typeOf(at.then);
    if (type !== undefined) return type;
    if (at.otherwise.tag !== "choose") return typeOf(at.otherwise);
  }
  return undefined;
}

/** The parts with the types as which the roots use them, the lowest first. */
function typed(steps: ReadonlySet<Expression>, roots: readonly Root[]): { node: Expression; type: Type }[] {
  if (steps.size === 0) return [];
  const types = new Map<Expression, Set<Type>>();
  const pending = roots.map(({ value, type }): [Expression, Type] => [value, type]);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [node, type] = next;
    const known = types.get(node);
    if (known?.has(type)) continue;
    types.set(node, (known ?? new Set()).add(type));
    for (const part of operands(node)) pending.push([part, typeAs(node, part, type)]);
  }
  return [...steps].flatMap((node) => [...(types.get(node) ?? [])].map((type) => ({ node, type })));
}

/** As what an operand is printed. */
function typeAs(node: Expression, part: Expression, type: Type): Type {
  if (node.tag === "choose") return part === node.when ? undefined : type;
  return node.tag === "is" || node.tag === "atLeast" ? typeOf(node.of) : undefined;
}
