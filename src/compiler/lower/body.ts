// Symbolic execution of a body: sequential code in, simultaneous assignments out.

import { spend } from "../../diagnostics/budget.ts";
import { unreachable } from "../../diagnostics/diagnostic.ts";
import type { Axis } from "../../grid/direction.ts";
import { type Bounds, bounds, type ValueType } from "../../grid/grid.ts";
import type { CheckedExpression, CheckedOf, CheckedStatement } from "../../language/analyse/checked.ts";
import { grouped } from "../../language/parse/chain.ts";
import { type Expression, type Expressions, type Term, whereKnown } from "../../logic/expression.ts";
import { quotientDigits } from "../../logic/quotient-digits.ts";
import type { Fact, Write } from "./instructions.ts";

type Types = ReadonlyMap<string, ValueType>;
type Values = ReadonlyMap<string, Expression>;

/** The conditions on the way to a point of a body, the latest first. */
interface Path {
  readonly taken: Expression;
  readonly before: Path | null;
}

/** What the cell's own fields and locals hold at one point of a body; a branch holds what differs from where it began. */
class Environment {
  readonly own = new Map<string, Expression>();
  readonly locals = new Map<number, Expression>();
  readonly path: Path | null;
  readonly #outer: Environment | null;

  constructor(outer: Environment | null = null, path: Path | null = null) {
    this.#outer = outer;
    this.path = path;
  }

  field(name: string): Expression | undefined {
    return this.own.get(name) ?? this.#outer?.field(name);
  }

  local(local: number): Expression | undefined {
    return this.locals.get(local) ?? this.#outer?.local(local);
  }
}

/** The number of latest conditions that are remembered where a value is read. */
const MOST_REMEMBERED = 8;

/** A value where the conditions on the way hold: what other branches of the same conditions made of it is gone. */
function onPath(value: Expression, path: Path | null): Expression {
  let known = value;
  let at = path;
  for (let look = 0; look < MOST_REMEMBERED && at !== null && known.tag === "choose"; look++) {
    known = whereKnown(known, at.taken, true);
    at = at.before;
  }
  return known;
}

/** A decision list without the entries whose condition has stood before: they are never the first that holds. */
function withoutRepeats(make: Expressions, value: Expression): Expression {
  const entries = new Map<Expression, Expression>();
  let last = value;
  let length = 0;
  for (; last.tag === "choose"; last = last.otherwise, length++)
    if (!entries.has(last.when)) entries.set(last.when, last.then);
  if (entries.size === length) return value;
  return [...entries].reduceRight<Expression>(
    (otherwise, [when, then]) => make.choose(when, then, otherwise),
    last,
  );
}

type Binary = CheckedOf<"binary">;

const isParity = (of: CheckedExpression): of is Binary => of.tag === "binary" && of.operator === "xor";

/** Returns what a chain of `xor` joins, from the left. */
function partsOfParity(chain: Binary): CheckedExpression[] {
  const parts: CheckedExpression[] = [];
  const pending: CheckedExpression[] = [chain];
  for (let of = pending.pop(); of !== undefined; of = pending.pop())
    if (isParity(of)) pending.push(of.right, of.left);
    else parts.push(of);
  return parts;
}

type If = CheckedOf<"if">;

function onlyIf([first, ...more]: readonly CheckedStatement[]): If | null {
  return first?.tag === "if" && more.length === 0 ? first : null;
}

/** Lowers one body or one condition at a time; `types` are all fields of the program. */
export class BodyLowering {
  readonly #make: Expressions;
  readonly #types: Types;
  /** Of the body that is being lowered. */
  #asserts: Fact[] = [];

  constructor(make: Expressions, types: Types) {
    this.#make = make;
    this.#types = types;
  }

  own(field: string): Expression {
    return this.#make.read(field, this.#types.get(field)!, "here", "now");
  }

  /** The fields that a body changes, each with its new value in terms of values before; and what it asserts. */
  body(statements: readonly CheckedStatement[]): { readonly writes: Write[]; readonly asserts: Fact[] } {
    this.#asserts = [];
    const state = new Environment();
    this.#run(statements, state);
    const writes = [...state.own]
      .map(([field, value]) => ({ field, value: withoutRepeats(this.#make, value) }))
      .filter(({ field, value }) => value !== this.own(field));
    const written = new Set(writes.map(({ field }) => field));
    const asserts = this.#asserts.map(({ value, path, span }) => {
      return { value: this.#dated(value, written), path: this.#dated(path, written), span };
    });
    return { writes: this.dateReads(writes), asserts };
  }

  /** A condition on the values as they are between two instructions. */
  condition(expression: CheckedExpression): Expression {
    const value = this.#value(expression, new Environment());
    return this.#make.substitute(value, (leaf) =>
      leaf.tag === "read" ? this.#make.read(leaf.field, leaf.type, leaf.place, "now") : leaf,
    );
  }

  /** Reads of fields that nobody writes here have no age. */
  dateReads(writes: readonly Write[]): Write[] {
    const written = new Set(writes.map(({ field }) => field));
    return writes.map(({ field, value }) => ({ field, value: this.#dated(value, written) }));
  }

  #dated(value: Expression, written: ReadonlySet<string>): Expression {
    return this.#make.substitute(value, (leaf) =>
      leaf.tag === "read" && !written.has(leaf.field)
        ? this.#make.read(leaf.field, leaf.type, leaf.place, "now")
        : leaf,
    );
  }

  #run(statements: readonly CheckedStatement[], state: Environment): void {
    for (const statement of statements) this.#step(statement, state);
  }

  #step(statement: CheckedStatement, state: Environment): void {
    spend();
    switch (statement.tag) {
      case "assign":
        state.own.set(statement.field, this.#value(statement.value, state));
        return;
      case "let":
        state.locals.set(statement.local, this.#value(statement.value, state));
        return;
      case "assert": {
        const holds = this.#value(statement.of, state);
        const path = this.#taken(state.path);
        this.#asserts.push({ value: this.#make.or(this.#make.not(path), holds), path, span: statement.span });
        return;
      }
      case "if":
        this.#branch(statement, state);
        return;
      default:
        unreachable(statement);
    }
  }

  /** Tells where a cell reaches the end of a path. */
  #taken(path: Path | null): Expression {
    const conditions: Expression[] = [];
    for (let at = path; at !== null; at = at.before) conditions.push(at.taken);
    return this.#make.and(...conditions);
  }

  /** `else if` chains can be long: they are walked down, and joined from their end. */
  #branch(first: If, state: Environment): void {
    const parts: { readonly when: Expression; readonly then: Environment }[] = [];
    let { path } = state;
    let rest: readonly CheckedStatement[] = [first];
    for (let next = onlyIf(rest); next !== null; next = onlyIf(rest)) {
      const when = this.#value(next.when, state);
      const then = new Environment(state, { taken: when, before: path });
      this.#run(next.then, then);
      parts.push({ when, then });
      path = { taken: this.#make.not(when), before: path };
      rest = next.otherwise;
    }
    const last = new Environment(state, path);
    this.#run(rest, last);
    const joined = parts.reduceRight(
      (otherwise, { when, then }) => this.#joined(state, when, then.own, otherwise),
      last.own,
    );
    for (const [field, value] of joined) state.own.set(field, value);
  }

  /** Returns what fields hold behind two branches. */
  #joined(before: Environment, when: Expression, then: Values, otherwise: Values): Map<string, Expression> {
    const joined = new Map<string, Expression>();
    for (const field of new Set([...then.keys(), ...otherwise.keys()])) {
      const unchanged = before.field(field) ?? this.own(field);
      const [yes, no] = [then.get(field) ?? unchanged, otherwise.get(field) ?? unchanged];
      joined.set(field, this.#make.choose(when, yes, no));
    }
    return joined;
  }

  #value(expression: CheckedExpression, state: Environment): Expression {
    spend();
    const make = this.#make;
    const value = (part: CheckedExpression) => this.#value(part, state);
    switch (expression.tag) {
      case "constant":
        return make.constant(expression.value);
      case "own":
        return onPath(state.field(expression.field) ?? this.own(expression.field), state.path);
      case "neighbour":
        return make.read(
          expression.field,
          this.#types.get(expression.field)!,
          expression.place,
          expression.age,
        );
      case "local":
        return onPath(state.local(expression.local)!, state.path);
      case "edge":
        return make.not(make.inside(expression.side satisfies Axis));
      case "not":
        return make.not(value(expression.of));
      case "choose": {
        const chain = [expression];
        let last = expression.otherwise;
        for (; last.tag === "choose"; last = last.otherwise) chain.push(last);
        return chain.reduceRight(
          (otherwise, { when, then }) => make.choose(value(when), value(then), otherwise),
          value(last),
        );
      }
      case "binary":
        if (expression.operator === "xor") return this.#parity(expression, state);
        return this.#binary(expression, value(expression.left), value(expression.right));
      default:
        return unreachable(expression);
    }
  }

  /** A chain of `xor`: parts that come twice are left out. */
  #parity(chain: Binary, state: Environment): Expression {
    const make = this.#make;
    const parts = partsOfParity(chain).map((part) => this.#value(part, state));
    const odd = new Set<Expression>();
    for (const part of parts) if (!odd.delete(part)) odd.add(part);
    if (odd.size < parts.length)
      return odd.size === 0 ? make.zero : grouped([...odd], (left, right) => make.xor(left, right));
    const inOrder = parts.values();
    const joined = (of: CheckedExpression): Expression =>
      isParity(of) ? make.xor(joined(of.left), joined(of.right)) : inOrder.next().value!;
    return joined(chain);
  }

  #binary({ operator, ...of }: Binary, left: Expression, right: Expression): Expression {
    const make = this.#make;
    const isEnum = of.left.type.kind === "enum";
    const atLeast = (one: Expression, other: Expression): Expression =>
      make.atLeast(make.difference(one, other), 0);
    const number = { of: left, ...bounds(of.left.type) };
    switch (operator) {
      case "and":
      case "or":
      case "xor":
      case "min":
      case "max":
        return make[operator](left, right);
      case "==":
        return make.equals(left, right, isEnum);
      case "!=":
        return make.not(make.equals(left, right, isEnum));
      case "<":
        return make.not(atLeast(left, right));
      case "<=":
        return atLeast(right, left);
      case ">":
        return make.not(atLeast(right, left));
      case ">=":
        return atLeast(left, right);
      case "+":
        return make.sum([
          { weight: 1, of: left },
          { weight: 1, of: right },
        ]);
      case "-":
        return make.difference(left, right);
      case "*":
        return productOf(make, number, { of: right, ...bounds(of.right.type) });
      case "/":
        return quotientOf(make, number, right.lo);
      case "%":
        return make.sum([
          { weight: 1, of: left },
          { weight: -right.lo, of: quotientOf(make, number, right.lo) },
        ]);
      default:
        return unreachable(operator);
    }
  }
}

// Products and quotients as sums of what a cell can compute: of conditions, and of numbers under conditions.

/** A number, and the least and the most that it is where it matters: there the program knows more than the graph. */
interface Operand extends Bounds {
  readonly of: Expression;
}

/** The factor with fewer values says how often the other one counts: its least value, and once more for each above. */
function productOf(make: Expressions, one: Operand, other: Operand): Expression {
  const [few, many] = one.hi - one.lo <= other.hi - other.lo ? [one, other] : [other, one];
  if (few.of.tag === "constant") return make.sum([{ weight: few.of.value, of: many.of }]);
  const steps = timesReached(make, few, 1).map(({ weight, of }) => {
    return { weight, of: make.choose(of, many.of, make.zero) };
  });
  return make.sum([{ weight: few.lo, of: many.of }, ...steps]);
}

const quotientOf = (make: Expressions, number: Operand, divisor: number): Expression =>
  make.sum(timesReached(make, number, divisor), Math.floor(number.lo / divisor));

/** More steps than this are digits. */
const MOST_STEPS = 256;

/** Bits that add up to how many multiples of the divisor a number has reached above the least that it can be. */
function timesReached(make: Expressions, { of, lo, hi }: Operand, divisor: number): readonly Term[] {
  const first = Math.floor(lo / divisor);
  const count = Math.floor(hi / divisor) - first;
  if (count > MOST_STEPS)
    return quotientDigits(make, make.sum([{ weight: 1, of }], -first * divisor), divisor, count);
  return Array.from({ length: count }, (_, at) => {
    const multiple = (first + 1 + at) * divisor;
    const isWhole = divisor > 1 && count > 1;
    return { weight: 1, of: isWhole ? make.wholeAtLeast(of, multiple) : make.atLeast(of, multiple) };
  });
}
