// Random programs for property tests, as syntax trees: one body over a fixed set of fields, functions and params.
// All names and types are right; ranges often are not, so analysis may refuse a program, but only for that.

import type { Random } from "../../src/grid/random.ts";
import type {
  AstArm,
  AstBinaryOperator,
  AstExpression,
  AstProgram,
  AstStatement,
  Name,
} from "../../src/language/parse/ast.ts";
import { parse } from "../../src/language/parse/parse.ts";

const span = { start: 0, end: 0 };
const name = (text: string): Name => ({ text, span });

/** The declarations that all random programs share. */
const DECLARATIONS = `
  param k = 2
  input a, b: bit
  output n: 0..3
  output t: -2..2
  output kind: enum { red, green, blue }
  fn majority(x, y, z) = x + y + z >= 2
  fn clamp(x, lo, hi) = if x < lo then lo else if x > hi then hi else x
  fn pick(c, x, y) = if c then x else y
  predict a`;

export const FIELDS: Readonly<Record<string, readonly [lo: number, hi: number]>> = {
  a: [0, 1],
  b: [0, 1],
  n: [0, 3],
  t: [-2, 2],
  kind: [0, 2],
};
export const COLOURS: readonly string[] = ["red", "green", "blue"];
export const PLACES = ["up", "down", "left", "right", "upleft", "upright", "downleft", "downright"] as const;

type Kind = "bit" | "number" | "colour";

interface Scope {
  readonly random: Random;
  /** Lets in scope, by kind. */
  readonly lets: readonly (readonly [string, Kind])[];
  readonly counting: "around" | "beside" | null;
}

let letCounter = 0;

/** A program of one `each` with a random body, or with one sweep where the seed says so. */
export function randomProgram(random: Random): AstProgram {
  letCounter = 0;
  const text = `program p {${DECLARATIONS}\n}`;
  const { program } = parse({ name: "declarations", text });
  const body = statements({ random, lets: [], counting: null }, 3, 4);
  const pass =
    random.int(3) > 0
      ? ({ tag: "each", body, span } as const)
      : ({
          tag: "sweep",
          directions: [name(pickOf(random, ["up", "down", "left", "right"]))],
          body,
          span,
        } as const);
  return { ...program!, items: [...program!.items, pass] };
}

const pickOf = <T>(random: Random, options: readonly T[]): T => options[random.int(options.length)]!;

function statements(scope: Scope, depth: number, atMost: number): AstStatement[] {
  let lets = scope.lets;
  return Array.from({ length: 1 + scope.random.int(atMost) }, () => {
    const [statement, bound] = randomStatement({ ...scope, lets }, depth);
    if (bound !== null) lets = [...lets, bound];
    return statement;
  });
}

function randomStatement(scope: Scope, depth: number): [AstStatement, readonly [string, Kind] | null] {
  const { random } = scope;
  const choice = random.int(depth > 0 ? 10 : 6);
  if (choice === 5) {
    const kind = pickOf<Kind>(random, ["bit", "number", "colour"]);
    const local = `v${letCounter++}`;
    return [{ tag: "let", name: name(local), value: expression(scope, kind, 2), span }, [local, kind]];
  }
  if (choice < 5) return [assignment(scope), null];
  if (choice < 9) {
    const otherwise = random.int(2) === 0 ? null : statements(scope, depth - 1, 2);
    const then = statements(scope, depth - 1, 2);
    return [{ tag: "if", when: expression(scope, "bit", 3), then, otherwise, span }, null];
  }
  return [randomMatch(scope, depth), null];
}

function assignment(scope: Scope): AstStatement {
  const { random } = scope;
  const field = pickOf(random, Object.keys(FIELDS));
  const kind: Kind = field === "kind" ? "colour" : field === "n" || field === "t" ? "number" : "bit";
  const value = expression(scope, kind, 3);
  const [lo, hi] = FIELDS[field]!;
  const wrapped = kind !== "number" || random.int(3) === 0 ? value : clamped(random, value, lo, hi);
  return { tag: "assign", place: null, field: name(field), value: wrapped, span };
}

const number = (value: number): AstExpression =>
  value < 0 ? { tag: "negative", of: number(-value), span } : { tag: "number", value, span };

const call = (callee: string, ...args: AstExpression[]): AstExpression => ({
  tag: "call",
  callee: name(callee),
  arguments: args,
  span,
});

function clamped(random: Random, value: AstExpression, lo: number, hi: number): AstExpression {
  return random.int(2) === 0
    ? call("max", call("min", value, number(hi)), number(lo))
    : call("clamp", value, number(lo), number(hi));
}

function randomMatch(scope: Scope, depth: number): AstStatement {
  const { random } = scope;
  const colour = random.int(2) === 0;
  const of = colour ? expression(scope, "colour", 1) : ({ tag: "name", name: "n", span } as const);
  const values: AstExpression[] = colour
    ? COLOURS.map((each) => ({ tag: "name", name: each, span }))
    : [0, 1, 2, 3].map(number);
  const arms: AstArm[] = [];
  for (let rest = values; rest.length > 0; ) {
    const size = 1 + random.int(2);
    const whole = arms.length > 0 && random.int(3) === 0;
    arms.push({ values: whole ? null : rest.slice(0, size), body: statements(scope, depth - 1, 2), span });
    rest = whole ? [] : rest.slice(size);
  }
  return { tag: "match", of, arms, span };
}

function expression(scope: Scope, kind: Kind, depth: number): AstExpression {
  const { random } = scope;
  if (depth === 0 || random.int(5) === 0) return leaf(scope, kind);
  const sub = (of: Kind): AstExpression => expression(scope, of, depth - 1);
  const binary = (operator: AstBinaryOperator, of: Kind): AstExpression => ({
    tag: "binary",
    operator,
    left: sub(of),
    right: sub(of),
    span,
  });
  const choose = (): AstExpression => ({
    tag: "choose",
    when: sub("bit"),
    then: sub(kind),
    otherwise: sub(kind),
    span,
  });
  if (kind === "colour")
    return random.int(3) === 0 ? call("pick", sub("bit"), sub(kind), sub(kind)) : choose();
  if (kind === "bit") {
    const options: (() => AstExpression)[] = [
      () => binary(pickOf(random, ["and", "or", "xor"]), "bit"),
      () => binary(pickOf(random, ["==", "!=", "<", "<=", ">", ">="]), "number"),
      () => binary(pickOf(random, ["==", "!="]), "colour"),
      () => ({ tag: "not", of: sub("bit"), span }),
      () => call("majority", sub("bit"), sub("bit"), sub("bit")),
      choose,
    ];
    return pickOf(random, options)();
  }
  const options: (() => AstExpression)[] = [
    () => binary(pickOf(random, ["+", "-"]), "number"),
    () => call(pickOf(random, ["min", "max"]), sub("number"), sub("number"), sub("number")),
    () => call("abs", sub("number")),
    () => ({ tag: "negative", of: sub("number"), span }),
    () => (scope.counting ? sub("number") : counting(scope, depth)),
    choose,
  ];
  return pickOf(random, options)();
}

function counting(scope: Scope, depth: number): AstExpression {
  const word = pickOf(scope.random, ["around", "beside"] as const);
  const field = pickOf(scope.random, ["a", "b"]);
  const read: AstExpression = { tag: "read", place: name(word), field: name(field), span };
  if (scope.random.int(2) === 0) return call("count", read);
  const more = expression({ ...scope, counting: word }, "bit", depth - 1);
  return call("count", { tag: "binary", operator: "and", left: read, right: more, span });
}

function leaf(scope: Scope, kind: Kind): AstExpression {
  const { random } = scope;
  const lets = scope.lets.filter(([, of]) => of === kind).map(([local]) => local);
  if (lets.length > 0 && random.int(3) === 0) return { tag: "name", name: pickOf(random, lets), span };
  const fields = kind === "bit" ? ["a", "b"] : kind === "number" ? ["n", "t"] : ["kind"];
  const field = pickOf(random, fields);
  const choice = random.int(5);
  if (choice < 2) return { tag: "name", name: field, span };
  if (choice < 4) {
    const place = scope.counting && random.int(2) === 0 ? scope.counting : pickOf(random, PLACES);
    return { tag: "read", place: name(place), field: name(field), span };
  }
  if (kind === "colour") return { tag: "name", name: pickOf(random, COLOURS), span };
  if (kind === "number")
    return random.int(4) === 0 ? { tag: "name", name: "k", span } : number(random.int(5));
  return random.int(2) === 0
    ? { tag: "boolean", value: random.int(2) === 0, span }
    : { tag: "edge", side: name(pickOf(random, ["top", "bottom", "left", "right"])), span };
}

/** A tree without its spans and comments, which printing loses. */
export function withoutSpans(tree: unknown): unknown {
  return JSON.parse(
    JSON.stringify(tree, (key, value) => (key === "span" || key === "comments" ? undefined : value)),
  );
}
