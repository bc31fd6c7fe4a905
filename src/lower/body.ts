// Symbolic execution of a body: sequential code in, simultaneous assignments out.

import type { CheckedExpression, CheckedStatement } from "../analyse/checked.ts";
import { unreachable } from "../diagnostics/diagnostic.ts";
import type { Axis } from "../grid/direction.ts";
import { bounds, type ValueType } from "../grid/grid.ts";
import { type Expression, type Expressions, leaves } from "../logic/expression.ts";
import type { Fact, Write } from "./instructions.ts";
import { productOf, quotientOf } from "./products.ts";

type Types = ReadonlyMap<string, ValueType>;

/** What the cell's own fields and locals hold at one point of the body, and when a cell comes there. */
interface Environment {
  readonly path: Expression;
  readonly own: ReadonlyMap<string, Expression>;
  readonly locals: ReadonlyMap<number, Expression>;
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
    const { own } = this.#run(statements, this.#start());
    const writes = [...own]
      .map(([field, value]) => ({ field, value }))
      .filter(({ field, value }) => value !== this.own(field));
    const written = new Set(writes.map(({ field }) => field));
    const asserts = this.#asserts.map(({ value, path, span }) => {
      return { value: this.#dated(value, written), path: this.#dated(path, written), span };
    });
    return { writes: this.dateReads(writes), asserts };
  }

  #start(): Environment {
    return { path: this.#make.one, own: new Map(), locals: new Map() };
  }

  /** A condition on the values as they are between two instructions. */
  condition(expression: CheckedExpression): Expression {
    const value = this.#value(expression, this.#start());
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

  #run(statements: readonly CheckedStatement[], start: Environment): Environment {
    return statements.reduce((state, statement) => this.#step(statement, state), start);
  }

  #step(statement: CheckedStatement, state: Environment): Environment {
    switch (statement.tag) {
      case "assign": {
        const value = this.#value(statement.value, state);
        return { ...state, own: new Map(state.own).set(statement.field, value) };
      }
      case "let": {
        const value = this.#value(statement.value, state);
        return { ...state, locals: new Map(state.locals).set(statement.local, value) };
      }
      case "assert": {
        const holds = this.#value(statement.of, state);
        const { path } = state;
        this.#asserts.push({ value: this.#make.or(this.#make.not(path), holds), path, span: statement.span });
        return state;
      }
      case "if": {
        const when = this.#value(statement.when, state);
        const branch = (taken: Expression) => ({ ...state, path: this.#make.and(state.path, taken) });
        const then = this.#run(statement.then, branch(when));
        const otherwise = this.#run(statement.otherwise, branch(this.#make.not(when)));
        const touched = new Set([...then.own.keys(), ...otherwise.own.keys()]);
        const own = new Map(
          [...touched].map((field) => [
            field,
            this.#make.choose(
              when,
              then.own.get(field) ?? this.own(field),
              otherwise.own.get(field) ?? this.own(field),
            ),
          ]),
        );
        return { ...state, own };
      }
      default:
        return unreachable(statement);
    }
  }

  #value(expression: CheckedExpression, state: Environment): Expression {
    const make = this.#make;
    const value = (part: CheckedExpression) => this.#value(part, state);
    switch (expression.tag) {
      case "constant":
        return make.constant(expression.value);
      case "own":
        return state.own.get(expression.field) ?? this.own(expression.field);
      case "neighbour":
        return make.read(
          expression.field,
          this.#types.get(expression.field)!,
          expression.place,
          expression.age,
        );
      case "local":
        return state.locals.get(expression.local)!;
      case "edge":
        return make.not(make.inside(expression.side satisfies Axis));
      case "not":
        return make.not(value(expression.of));
      case "choose":
        return make.choose(value(expression.when), value(expression.then), value(expression.otherwise));
      case "binary":
        return this.#binary(expression, value(expression.left), value(expression.right));
      default:
        return unreachable(expression);
    }
  }

  #binary(
    expression: CheckedExpression & { tag: "binary" },
    left: Expression,
    right: Expression,
  ): Expression {
    const make = this.#make;
    const isEnum = expression.left.type.kind === "enum";
    switch (expression.operator) {
      case "and":
        return make.and(left, right);
      case "or":
        return make.or(left, right);
      case "xor":
        return make.xor(left, right);
      case "==":
        return make.equals(left, right, isEnum);
      case "!=":
        return make.not(make.equals(left, right, isEnum));
      case "<":
        return make.not(make.atLeast(make.difference(left, right), 0));
      case "<=":
        return make.atLeast(make.difference(right, left), 0);
      case ">":
        return make.not(make.atLeast(make.difference(right, left), 0));
      case ">=":
        return make.atLeast(make.difference(left, right), 0);
      case "+":
        return make.sum([
          { weight: 1, of: left },
          { weight: 1, of: right },
        ]);
      case "-":
        return make.difference(left, right);
      case "*":
        return productOf(
          make,
          { of: left, ...bounds(expression.left.type) },
          { of: right, ...bounds(expression.right.type) },
        );
      case "/":
        return quotientOf(make, { of: left, ...bounds(expression.left.type) }, right.lo);
      case "%": {
        const quotient = quotientOf(make, { of: left, ...bounds(expression.left.type) }, right.lo);
        return make.sum([
          { weight: 1, of: left },
          { weight: -right.lo, of: quotient },
        ]);
      }
      case "min":
        return make.min(left, right);
      case "max":
        return make.max(left, right);
      default:
        return unreachable(expression.operator);
    }
  }
}

/** Whether an expression reads nothing but the cell's own fields. */
export function ownOnly(expression: Expression): boolean {
  return leaves([expression]).every((leaf) => leaf.tag === "read" && leaf.place === "here");
}
