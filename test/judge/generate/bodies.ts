// Random statements: the bodies of `each` and `sweep`.

import type { Random } from "../random.ts";
import { type Local, type Scope, Writer } from "./expressions.ts";
import type { Field, Interval, Names } from "./names.ts";

const PLACES = ["up", "down", "left", "right", "upleft", "upright", "downleft", "downright"] as const;

/** Directions of a sweep; none for `each`. */
export type Directions = readonly ("up" | "down" | "left" | "right")[];

/** Where fields may be read from: a sweep in two directions leaves two diagonals of what it assigns open. */
export function placesFor(directions: Directions, assigned: ReadonlySet<string>): Scope["places"] {
  const [first, second] = directions;
  if (second === undefined) return () => PLACES;
  const opposite = { up: "down", down: "up", left: "right", right: "left" } as const;
  const [vertical, horizontal] = first === "up" || first === "down" ? [first, second] : [second, first!];
  const open: string[] = [`${opposite[vertical]}${horizontal}`, `${vertical}${opposite[horizontal]}`];
  const closed = PLACES.filter((place) => !open.includes(place));
  return ({ name }) => (assigned.has(name) ? closed : PLACES);
}

/** An `each` or `sweep` that may assign the given fields. */
export function drawBody(
  random: Random,
  names: Names,
  directions: Directions,
  targets: readonly Field[],
): string {
  const places = placesFor(directions, new Set(targets.map(({ name }) => name)));
  const body = new Body(random, names, places, targets);
  const lines = body.statements(
    names.small
      ? random.pick([1, 1, 2])
      : random.weighted([
          [4, 1],
          [4, 2],
          [2, 3],
          [1, 5],
        ]),
    [],
    names.small ? 1 : 2,
  );
  const head = directions.length === 0 ? "each" : `sweep ${directions.join(" ")}`;
  return `${head} {\n${lines}\n}`;
}

class Body {
  private readonly random: Random;
  private readonly names: Names;
  private readonly places: Scope["places"];
  private readonly targets: readonly Field[];
  private locals = 0;

  constructor(random: Random, names: Names, places: Scope["places"], targets: readonly Field[]) {
    this.random = random;
    this.names = names;
    this.places = places;
    this.targets = targets;
  }

  statements(count: number, locals: readonly Local[], depth: number): string {
    let known = locals;
    const lines: string[] = [];
    for (let i = 0; i < count; i++) {
      if (this.random.chance(0.15)) {
        const { line, local } = this.letLine(known);
        lines.push(line);
        known = [...known, local];
      }
      lines.push(this.statement(known, depth));
    }
    return lines.join("\n");
  }

  private writer(locals: readonly Local[]): Writer {
    return new Writer(this.random, { names: this.names, locals, places: this.places, edges: true });
  }

  private letLine(locals: readonly Local[]): { line: string; local: Local } {
    const name = `v${this.locals++}`;
    const writer = this.writer(locals);
    const enums = this.names.fields.flatMap(({ type }) => (type.kind === "enum" ? [type] : []));
    const kind = this.random.pick(
      enums.length > 0 ? (["bit", "number", "enum"] as const) : (["bit", "number"] as const),
    );
    const type = kind === "enum" ? this.random.pick(enums) : ({ kind: "bit" } as const);
    if (kind === "number") {
      const { text, range } = writer.number(2);
      return { line: `let ${name} = ${text}`, local: { name, kind, range, type } };
    }
    const { text } = type.kind === "enum" ? writer.enumeration(type, 1) : writer.bit(2);
    return { line: `let ${name} = ${text}`, local: { name, kind, range: [0, 1], type } };
  }

  private statement(locals: readonly Local[], depth: number): string {
    const kind = this.random.weighted([
      [8, "assign"],
      [depth > 0 ? 3 : 0, "if"],
      [depth > 0 ? 1 : 0, "match"],
      [1, "assert"],
    ]);
    if (kind === "assign") return this.assignment(locals);
    if (kind === "if") return this.conditional(locals, depth);
    if (kind === "match") return this.match(locals, depth);
    const holds = this.random.chance(0.3) ? this.writer(locals).bit(1).text : this.truth();
    return `assert ${holds}`;
  }

  /** Something that holds in every state. */
  private truth(): string {
    const { name, type } = this.random.pick(this.names.fields);
    if (type.kind === "range") return this.random.pick([`${name} >= ${type.low}`, `${name} <= ${type.high}`]);
    if (type.kind === "enum") return type.names.map((value) => `${name} == ${value}`).join(" or ");
    return `${name} or not ${name}`;
  }

  private assignment(locals: readonly Local[]): string {
    const { random } = this;
    const { name, type } = random.pick(this.targets);
    const writer = this.writer(locals);
    const depth = this.names.small
      ? random.pick([0, 1, 1, 2])
      : random.weighted([
          [3, 0],
          [5, 1],
          [4, 2],
          [1, 3],
        ]);
    if (type.kind === "bit") return `${name} = ${writer.bit(depth).text}`;
    if (type.kind === "enum") return `${name} = ${writer.enumeration(type, depth).text}`;
    const { low, high } = type;
    if (random.chance(0.2)) {
      return random.pick([
        `if ${name} < ${high} { ${name} = ${name} + 1 }`,
        `if ${name} > ${low} { ${name} = ${name} - 1 } else { ${name} = ${high} }`,
        `${name} = if ${name} == ${high} then ${low} else ${name} + 1`,
        `${name} = min(${name} + 1, ${high})`,
      ]);
    }
    const { text, range } = writer.number(depth);
    return `${name} = ${clamp(text, range, [low, high])}`;
  }

  private conditional(locals: readonly Local[], depth: number): string {
    const { random } = this;
    const block = () => `{\n${this.statements(random.pick([1, 1, 2]), locals, depth - 1)}\n}`;
    const condition = () => this.writer(locals).bit(random.pick([0, 1, 2])).text;
    const parts = [`if ${condition()} ${block()}`];
    if (random.chance(0.25)) parts.push(`else if ${condition()} ${block()}`);
    if (random.chance(0.5)) parts.push(`else ${block()}`);
    return parts.join(" ");
  }

  private match(locals: readonly Local[], depth: number): string {
    const { random } = this;
    const field = random.pick(this.names.fields);
    const places = this.places(field);
    const on = random.chance(0.5) ? field.name : `${random.pick(places)}.${field.name}`;
    const values = random.shuffled(valuesOf(field));
    const some = random.chance(0.4) ? values : values.slice(0, random.int(values.length));
    const arms: string[] = [];
    while (some.length > 0) {
      const pattern = some.splice(0, random.pick([1, 1, 2])).join(", ");
      arms.push(
        random.chance(0.3)
          ? `${pattern} => ${this.assignment(locals).replaceAll("\n", " ")},`
          : `${pattern} => {\n${random.chance(0.2) ? "" : this.statements(1, locals, depth - 1)}\n}`,
      );
    }
    if (patternCount(arms) < valuesOf(field).length)
      arms.push(random.chance(0.5) ? "else => {}" : `else => {\n${this.statements(1, locals, 0)}\n}`);
    return `match ${on} {\n${arms.join("\n")}\n}`;
  }
}

/** How many values the arms have between them. */
const patternCount = (arms: readonly string[]): number =>
  arms.reduce((sum, arm) => sum + arm.split("=>")[0]!.split(",").length, 0);

/** All values of a field, as constants. */
function valuesOf({ type }: Field): string[] {
  if (type.kind === "enum") return [...type.names];
  const [low, high] = type.kind === "bit" ? [0, 1] : [type.low, type.high];
  return Array.from({ length: high - low + 1 }, (_, i) => `${low + i}`);
}

function clamp(text: string, [from, to]: Interval, [low, high]: Interval): string {
  const above = to > high ? `min(${text}, ${high})` : text;
  return from < low ? `max(${above}, ${low})` : above;
}
