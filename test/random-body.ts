// Random bodies for random programs: statements and expressions in the language's text, with the interval of every
// number carried along, so that assignments stay in range.

import { DIRECTIONS, type Direction } from "../src/grid/direction.ts";
import type { Random } from "../src/grid/random.ts";

export type Kind =
  | { readonly tag: "bit" }
  | { readonly tag: "range"; readonly lo: number; readonly hi: number }
  | { readonly tag: "enum"; readonly names: readonly string[] };

export interface ProgramField {
  readonly name: string;
  readonly role: "input" | "output" | "state";
  readonly kind: Kind;
  readonly initial: string | null;
}

export type Sweep = "up" | "down" | "left" | "right" | "up left" | "up right" | "down left" | "down right";

/** A number as text, and where it surely lies. */
interface Numeric {
  readonly text: string;
  readonly lo: number;
  readonly hi: number;
}

/** What the expressions at one point may use. */
interface Scope {
  /** Places from which a field may be read; `here` only if its own value is settled. */
  readonly places: (field: string) => readonly (Direction | "here")[];
  /** Places to read from more often, since a sweep is about them. */
  readonly favourites: readonly Direction[];
  readonly lets: readonly { readonly name: string; readonly kind: Kind }[];
  readonly counting: "around" | "beside" | null;
}

export const pick = <T>(random: Random, options: readonly T[]): T => options[random.int(options.length)]!;

export function showKind(kind: Kind): string {
  if (kind.tag === "bit") return "bit";
  return kind.tag === "range" ? `${kind.lo}..${kind.hi}` : `enum { ${kind.names.join(", ")} }`;
}

/** The neighbours that have run before a cell, and the diagonals of which nobody can say. */
function sides(sweep: Sweep | null): { readonly sources: Direction[]; readonly open: Direction[] } {
  if (sweep === null) return { sources: [], open: [] };
  const back = { up: "down", down: "up", left: "right", right: "left" } as const;
  const [first, second] = sweep.split(" ") as (keyof typeof back)[];
  if (second === undefined) {
    const sources = DIRECTIONS.filter((place) => place.includes(back[first!]));
    return { sources, open: [] };
  }
  const [vertical, horizontal] = [back[first!], back[second]];
  const corner = (one: string, other: string) => `${one}${other}` as Direction;
  return {
    sources: [vertical, horizontal, corner(vertical, horizontal)],
    open: [corner(vertical, second), corner(first!, horizontal)],
  };
}

const EVERYWHERE: readonly (Direction | "here")[] = ["here", "here", "here", ...DIRECTIONS];
const NOWHERE: Scope = { places: () => EVERYWHERE, favourites: [], lets: [], counting: null };
const BOOLEAN: Kind = { tag: "bit" };
/** Numbers further from 0 than this are not built up. */
const FAR = 12;

export class BodyWriter {
  readonly #random: Random;
  readonly #fields: readonly ProgramField[];
  readonly #functions: boolean;
  readonly #depth: number;
  #lets = 0;

  constructor(random: Random, fields: readonly ProgramField[], functions: boolean, small: boolean) {
    this.#random = random;
    this.#fields = fields;
    this.#functions = functions;
    this.#depth = small ? 1 + random.int(2) : pick(random, [1, 2, 2, 2, 3]);
  }

  /** A body that may read and assign anything, in any order. */
  body(sweep: Sweep | null): string[] {
    const random = this.#random;
    const written = this.#fields.filter(() => random.int(2) === 0).map(({ name }) => name);
    if (written.length === 0) written.push(pick(random, this.#fields).name);
    const { sources, open } = sides(sweep);
    const settled = EVERYWHERE.filter((place) => place === "here" || !open.includes(place));
    const places = (field: string) => (written.includes(field) ? settled : EVERYWHERE);
    const scope = { ...NOWHERE, places, favourites: sources };
    return this.#statements(scope, written, 1 + random.int(this.#depth), random.int(this.#depth + 1));
  }

  /** A body that assigns each of `written` in every case, from `settled` fields and from where the sweep comes. */
  forward(sweep: Sweep | null, written: readonly string[], settled: readonly string[]): string[] {
    const { sources } = sides(sweep);
    const done: string[] = [];
    const places = (field: string): readonly (Direction | "here")[] => {
      if (settled.includes(field)) return EVERYWHERE;
      if (!written.includes(field)) return [];
      return done.includes(field) ? ["here", ...sources] : sources;
    };
    const scope: Scope = { ...NOWHERE, places, favourites: sources };
    return written.flatMap((name) => {
      const lines =
        this.#random.int(3) > 0
          ? [this.#assignment(scope, name)]
          : [
              `if ${this.#bit(scope, 2)} {`,
              `  ${this.#assignment(scope, name)}`,
              "} else {",
              `  ${this.#assignment(scope, name)}`,
              "}",
            ];
      done.push(name);
      return lines;
    });
  }

  /** A condition between instructions, on the cell alone or on its neighbours too. */
  condition(neighbours: boolean): string {
    const places = neighbours ? EVERYWHERE : (["here"] as const);
    return this.#bit({ ...NOWHERE, places: () => places, counting: neighbours ? null : "around" }, 1);
  }

  /** A condition on one own field and nothing else. */
  ownCondition(): string {
    const { name, kind } = pick(this.#random, this.#fields);
    if (kind.tag === "bit") return this.#random.int(2) === 0 ? name : `not ${name}`;
    if (kind.tag === "enum") return `${name} != ${pick(this.#random, kind.names)}`;
    return `${name} ${pick(this.#random, ["<=", ">=", "!="])} ${someValue(this.#random, kind)}`;
  }

  #statements(scope: Scope, written: readonly string[], length: number, depth: number): string[] {
    const lines: string[] = [];
    let inside = scope;
    for (let at = 0; at < length; at++) {
      const choice = this.#random.int(depth > 0 ? 10 : 6);
      if (choice === 5) {
        const { line, kind, name } = this.#let(inside);
        lines.push(line);
        inside = { ...inside, lets: [...inside.lets, { name, kind }] };
      } else if (choice < 5) lines.push(this.#assignment(inside, pick(this.#random, written)));
      else if (choice < 8) lines.push(...this.#if(inside, written, depth));
      else if (choice === 8) lines.push(...this.#guarded(inside, written, depth));
      else lines.push(...this.#match(inside, written, depth));
    }
    return lines;
  }

  #let(scope: Scope): { readonly line: string; readonly name: string; readonly kind: Kind } {
    const name = `v${this.#lets++}`;
    if (this.#random.int(2) === 0) {
      return { line: `let ${name} = ${this.#bit(scope, this.#depth - 1)}`, name, kind: BOOLEAN };
    }
    const { text, lo, hi } = this.#number(scope, this.#depth - 1);
    // Analysis takes a lone 0 or 1 for a bit.
    const single = lo === hi && (lo === 0 || lo === 1);
    return { line: `let ${name} = ${text}`, name, kind: single ? BOOLEAN : { tag: "range", lo, hi } };
  }

  #assignment(scope: Scope, name: string): string {
    const { kind } = this.#fields.find((field) => field.name === name)!;
    if (kind.tag === "bit") return `${name} = ${this.#bit(scope, this.#depth)}`;
    if (kind.tag === "enum") return `${name} = ${this.#enum(scope, kind, this.#depth)}`;
    return `${name} = ${this.#within(this.#number(scope, this.#depth), kind.lo, kind.hi)}`;
  }

  #within({ text, lo, hi }: Numeric, least: number, most: number): string {
    if (this.#functions && this.#random.int(3) === 0) return `clamp(${text}, ${least}, ${most})`;
    const above = lo >= least ? text : `max(${text}, ${least})`;
    return hi <= most ? above : `min(${above}, ${most})`;
  }

  #block(scope: Scope, written: readonly string[], depth: number): string[] {
    const lines = this.#statements(scope, written, 1 + this.#random.int(2), depth - 1);
    return lines.map((line) => `  ${line}`);
  }

  #if(scope: Scope, written: readonly string[], depth: number): string[] {
    const head = `if ${this.#bit(scope, this.#depth - 1)} {`;
    const then = this.#block(scope, written, depth);
    const ends = this.#random.int(3);
    if (ends === 0) return [head, ...then, "}"];
    const middle =
      ends === 1
        ? []
        : [`} else if ${this.#bit(scope, this.#depth - 1)} {`, ...this.#block(scope, written, depth)];
    return [head, ...then, ...middle, "} else {", ...this.#block(scope, written, depth), "}"];
  }

  /** A step up or down that stays in range because a condition says so. */
  #guarded(scope: Scope, written: readonly string[], depth: number): string[] {
    const found = this.#fields.find(({ name, kind }) => written.includes(name) && kind.tag === "range");
    if (found?.kind.tag !== "range" || found.kind.lo === found.kind.hi)
      return this.#if(scope, written, depth);
    const { name } = found;
    const { lo, hi } = found.kind;
    const [test, step, turn] = this.#random.int(2) === 0 ? [`< ${hi}`, "+ 1", lo] : [`> ${lo}`, "- 1", hi];
    const also = this.#random.int(2) === 0 ? "" : ` and ${this.#bit(scope, 1)}`;
    const rest = this.#random.int(2) === 0 ? [] : ["} else {", `  ${name} = ${turn}`];
    return [`if ${name} ${test}${also} {`, `  ${name} = ${name} ${step}`, ...rest, "}"];
  }

  #match(scope: Scope, written: readonly string[], depth: number): string[] {
    const readable = this.#fields.filter(({ name }) => scope.places(name).includes("here"));
    const found = readable.find(({ kind }) => kind.tag === "enum" && kind.names.length > 1);
    if (found?.kind.tag !== "enum") return this.#if(scope, written, depth);
    const [first, second] = found.kind.names;
    const arm = (head: string) => [`  ${head} => {`, ...this.#block(scope, written, depth), "  }"];
    const middle = found.kind.names.length > 2 && this.#random.int(2) === 0 ? arm(second!) : [];
    return [`match ${found.name} {`, ...arm(first!), ...middle, ...arm("else"), "}"];
  }

  /** A field's value where the scope allows it, or null. */
  #read(scope: Scope, fits: (kind: Kind) => boolean): { readonly text: string; readonly kind: Kind } | null {
    const random = this.#random;
    const lets = scope.lets.filter(({ kind }) => fits(kind));
    if (lets.length > 0 && random.int(3) === 0) {
      const { name, kind } = pick(random, lets);
      return { text: name, kind };
    }
    const fields = this.#fields.filter(({ name, kind }) => fits(kind) && scope.places(name).length > 0);
    if (fields.length === 0) return null;
    const { name, kind } = pick(random, fields);
    const places = scope.places(name);
    if (scope.counting === "around" && places.length < DIRECTIONS.length) return { text: name, kind };
    if (scope.counting !== null && random.int(2) === 0) return { text: `${scope.counting}.${name}`, kind };
    const liked = scope.favourites.filter((place) => places.includes(place));
    const place = liked.length > 0 && random.int(5) < 3 ? pick(random, liked) : pick(random, places);
    return { text: place === "here" ? name : `${place}.${name}`, kind };
  }

  #bit(scope: Scope, depth: number): string {
    const random = this.#random;
    const sub = () => this.#bit(scope, depth - 1);
    const choice = random.int(depth > 0 ? 16 : 6);
    if (choice < 3) {
      const read = this.#read(scope, ({ tag }) => tag === "bit");
      if (read !== null) return read.text;
    }
    if (choice < 5) return this.#simpleTest(scope);
    if (choice === 5) return random.int(4) === 0 ? pick(random, ["true", "false"]) : this.#edge();
    if (choice < 11) return `(${sub()} ${pick(random, ["and", "or", "xor"])} ${sub()})`;
    if (choice === 11) return `(not ${sub()})`;
    if (choice === 12) return `(if ${sub()} then ${sub()} else ${sub()})`;
    if (choice === 13 && this.#functions) return `most(${sub()}, ${sub()}, ${sub()})`;
    const comparison = pick(random, ["<", "<=", ">", ">=", "==", "!="]);
    return `(${this.#number(scope, depth - 1).text} ${comparison} ${this.#number(scope, depth - 1).text})`;
  }

  /** A number or an enum against a constant. */
  #simpleTest(scope: Scope): string {
    const random = this.#random;
    const read = this.#read(scope, ({ tag }) => tag !== "bit");
    if (read === null) return this.#edge();
    const { text, kind } = read;
    if (kind.tag === "enum") {
      const other = random.int(4) === 0 ? this.#read(scope, (of) => sameEnum(of, kind)) : null;
      return `(${text} ${pick(random, ["==", "!="])} ${other?.text ?? pick(random, kind.names)})`;
    }
    const { lo, hi } = kind as Kind & { tag: "range" };
    return `(${text} ${pick(random, ["<", "<=", ">", ">=", "==", "!="])} ${lo + random.int(hi - lo + 1)})`;
  }

  #edge(): string {
    return `at ${pick(this.#random, ["top", "bottom", "left", "right"])}`;
  }

  #number(scope: Scope, depth: number): Numeric {
    const random = this.#random;
    const choice = random.int(depth > 0 ? 12 : 4);
    if (choice < 3) {
      const read = this.#read(scope, ({ tag }) => tag !== "enum");
      if (read !== null) return { text: read.text, ...boundsOf(read.kind) };
    }
    if (choice < 4) {
      const value = random.int(5) - 1;
      return { text: `${value}`, lo: value, hi: value };
    }
    const sub = () => this.#number(scope, depth - 1);
    if (choice < 7) return this.#sum(sub(), sub());
    if (choice < 9) return this.#extreme(sub(), sub());
    if (choice === 9) {
      const [then, otherwise] = [sub(), sub()];
      const text = `(if ${this.#bit(scope, depth - 1)} then ${then.text} else ${otherwise.text})`;
      return { text, lo: Math.min(then.lo, otherwise.lo), hi: Math.max(then.hi, otherwise.hi) };
    }
    if (choice === 10) {
      const { text, lo, hi } = sub();
      return { text: `abs(${text})`, lo: 0, hi: Math.max(-lo, hi, 0) };
    }
    return this.#count(scope, depth) ?? sub();
  }

  #sum(left: Numeric, right: Numeric): Numeric {
    if (this.#random.int(3) > 0 && left.hi + right.hi <= FAR && left.lo + right.lo >= -FAR) {
      return { text: `(${left.text} + ${right.text})`, lo: left.lo + right.lo, hi: left.hi + right.hi };
    }
    if (left.hi - right.lo > FAR || left.lo - right.hi < -FAR) return left;
    return { text: `(${left.text} - ${right.text})`, lo: left.lo - right.hi, hi: left.hi - right.lo };
  }

  #extreme(left: Numeric, right: Numeric): Numeric {
    const which = pick(this.#random, ["min", "max"] as const);
    const [lo, hi] = [Math[which](left.lo, right.lo), Math[which](left.hi, right.hi)];
    return { text: `${which}(${left.text}, ${right.text})`, lo, hi };
  }

  /** `count` over fields that may be read from every side that it looks at. */
  #count(scope: Scope, depth: number): Numeric | null {
    if (scope.counting !== null) return null;
    const counting = pick(this.#random, ["around", "beside"] as const);
    const most = counting === "around" ? 8 : 4;
    const needed = DIRECTIONS.slice(0, most);
    const everywhere = ({ name }: ProgramField) =>
      needed.every((place) => scope.places(name).includes(place));
    const counted = this.#fields.filter(everywhere);
    if (counted.length === 0) return null;
    const { name, kind } = pick(this.#random, counted);
    const read = `${counting}.${name}`;
    const test = kind.tag === "bit" ? read : `${read} == ${someValue(this.#random, kind)}`;
    const names = counted.map((field) => field.name);
    const places = (field: string) => (names.includes(field) ? scope.places(field) : []);
    const more =
      this.#random.int(3) > 0 ? "" : ` and ${this.#bit({ ...scope, places, counting }, depth - 1)}`;
    return { text: `count(${test}${more})`, lo: 0, hi: most };
  }

  #enum(scope: Scope, kind: Kind & { tag: "enum" }, depth: number): string {
    if (depth > 0 && this.#random.int(2) === 0) {
      const [then, otherwise] = [this.#enum(scope, kind, depth - 1), this.#enum(scope, kind, depth - 1)];
      return `(if ${this.#bit(scope, depth - 1)} then ${then} else ${otherwise})`;
    }
    const read = this.#random.int(2) === 0 ? this.#read(scope, (of) => sameEnum(of, kind)) : null;
    return read?.text ?? pick(this.#random, kind.names);
  }
}

function sameEnum(one: Kind, other: Kind): boolean {
  return one.tag === "enum" && other.tag === "enum" && one.names.length === other.names.length;
}

function boundsOf(kind: Kind): { readonly lo: number; readonly hi: number } {
  return kind.tag === "range" ? kind : { lo: 0, hi: 1 };
}

function someValue(random: Random, kind: Kind): string {
  if (kind.tag === "enum") return pick(random, kind.names);
  const { lo, hi } = boundsOf(kind);
  return `${lo + random.int(hi - lo + 1)}`;
}
