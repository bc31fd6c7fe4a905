// Random expressions of bits, numbers and enums. They are written with as few parentheses as the manual asks for,
// or with more, so that precedence is tried too.

import type { Random } from "../random.ts";
import type { Field, FieldType, Interval, Names } from "./names.ts";

/** How tightly an expression binds, as the manual lists it. */
const LEVEL = {
  if: 0,
  or: 1,
  xor: 2,
  and: 3,
  not: 4,
  compare: 5,
  sum: 6,
  product: 7,
  sign: 8,
  primary: 9,
} as const;

export interface Written {
  readonly text: string;
  readonly level: number;
}

export interface NumberWritten extends Written {
  readonly range: Interval;
}

export interface Local {
  readonly name: string;
  readonly kind: "bit" | "number" | "enum";
  readonly range: Interval;
  readonly type: FieldType;
}

/** What may be read where the expression stands. */
export interface Scope {
  readonly names: Names;
  readonly locals: readonly Local[];
  /** Neighbours from which a field may be read; none where only the cell itself may be looked at. */
  readonly places: (field: Field) => readonly string[];
  readonly edges: boolean;
}

type Enum = Extract<FieldType, { kind: "enum" }>;

/** Values that a factor or a quotient has at most; the language allows for more. */
const MOST_VALUES = 20;

export class Writer {
  readonly random: Random;
  readonly scope: Scope;

  constructor(random: Random, scope: Scope) {
    this.random = random;
    this.scope = scope;
  }

  /** Puts parentheses around what binds too loosely, and sometimes around what does not. */
  wrap({ text, level }: Written, least: number): string {
    return level < least || (level < LEVEL.primary && this.random.chance(0.2)) ? `(${text})` : text;
  }

  bit(depth: number): Written {
    const { random } = this;
    if (depth <= 0) return this.bitLeaf();
    const kind = random.weighted([
      [3, "leaf"],
      [5, "logic"],
      [2, "not"],
      [4, "compare"],
      [2, "same"],
      [2, "count"],
      [1, "if"],
      [1, "call"],
    ]);
    if (kind === "leaf") return this.bitLeaf();
    if (kind === "not") return { text: `not ${this.wrap(this.bit(depth - 1), LEVEL.not)}`, level: LEVEL.not };
    if (kind === "compare") return this.comparison(depth);
    if (kind === "same") return this.sameness(depth);
    if (kind === "if") return this.choice(depth, () => this.bit(depth - 1));
    if (kind === "call") return this.bitCall(depth);
    if (kind === "count") {
      const { text } = this.count();
      return {
        text: `${text} ${random.pick(["==", ">=", "<", ">", "!="])} ${random.int(5)}`,
        level: LEVEL.compare,
      };
    }
    const operator = random.pick(["and", "or", "xor"] as const);
    const level = LEVEL[operator];
    const left = this.wrap(this.bit(depth - 1), level);
    return { text: `${left} ${operator} ${this.wrap(this.bit(depth - 1), level + 1)}`, level };
  }

  private bitLeaf(): Written {
    const { random, scope } = this;
    const found = this.read((type) => type.kind === "bit", "bit");
    if (scope.edges && random.chance(0.15)) {
      return { text: `at ${random.pick(["top", "bottom", "left", "right"])}`, level: LEVEL.primary };
    }
    if (found !== null && random.chance(0.9)) return { text: found.text, level: LEVEL.primary };
    if (random.chance(0.5)) return this.comparison(0);
    return { text: random.pick(["0", "1", "true", "false"]), level: LEVEL.primary };
  }

  private comparison(depth: number): Written {
    const operator = this.random.pick(["==", "!=", "<", "<=", ">", ">="]);
    const left = this.number(depth - 1);
    const right = this.random.chance(0.6) ? this.literal(left.range) : this.number(depth - 1);
    return {
      text: `${this.wrap(left, LEVEL.sum)} ${operator} ${this.wrap(right, LEVEL.sum)}`,
      level: LEVEL.compare,
    };
  }

  /** Two values of one enum, or two bits. */
  private sameness(depth: number): Written {
    const enums = this.scope.names.fields.filter(({ type }) => type.kind === "enum");
    const operator = this.random.pick(["==", "!="]);
    const pair =
      enums.length === 0
        ? [this.bit(depth - 1), this.bit(depth - 1)]
        : (({ type }) => [this.enumeration(type as Enum, 0), this.enumeration(type as Enum, depth - 1)])(
            this.random.pick(enums),
          );
    return {
      text: pair.map((each) => this.wrap(each, LEVEL.sum)).join(` ${operator} `),
      level: LEVEL.compare,
    };
  }

  private choice(depth: number, branch: () => Written): Written {
    const condition = this.bit(depth - 1).text;
    return { text: `if ${condition} then ${branch().text} else ${branch().text}`, level: LEVEL.if };
  }

  private bitCall(depth: number): Written {
    const functions = this.scope.names.functions.filter(({ range }) => range === null);
    if (functions.length === 0) return this.bit(depth - 1);
    const { name, inputs } = this.random.pick(functions);
    const given = Array.from({ length: inputs }, () => this.bit(depth - 2).text);
    return { text: `${name}(${given.join(", ")})`, level: LEVEL.primary };
  }

  /** How many neighbours satisfy a condition on one of their fields. */
  private count(): NumberWritten {
    const { random, scope } = this;
    const over = random.pick(["around", "beside"] as const);
    const fields = scope.names.fields.filter(
      (field) =>
        scope.places(field).length >= (over === "around" ? 8 : 4) && canCount(scope.places(field), over),
    );
    if (fields.length === 0) return this.literal([0, 3]);
    const { name, type } = random.pick(fields);
    const read = `${over}.${name}`;
    const condition =
      type.kind === "bit"
        ? random.pick([read, read, `not ${read}`, `${read} and ${this.bit(0).text}`])
        : type.kind === "enum"
          ? `${read} ${random.pick(["==", "!="])} ${random.pick(type.names)}`
          : `${read} ${random.pick(["==", ">=", "<"])} ${random.between(type.low, type.high)}`;
    return { text: `count(${condition})`, level: LEVEL.primary, range: [0, over === "around" ? 8 : 4] };
  }

  number(depth: number): NumberWritten {
    const { random } = this;
    const kind =
      depth <= 0
        ? "leaf"
        : random.weighted([
            [4, "leaf"],
            [4, "sum"],
            [3, "least"],
            [1, "abs"],
            [1, "negative"],
            [1, "if"],
            [1, "count"],
            [1, "call"],
            [1, "product"],
          ]);
    if (kind === "leaf") return this.numberLeaf();
    if (kind === "count") return this.count();
    if (kind === "sum") return this.sum(depth);
    if (kind === "least") return this.least(depth);
    if (kind === "call") return this.numberCall(depth);
    if (kind === "product") {
      return random.chance(0.5) ? this.product(depth) : this.quotient(depth);
    }
    if (kind === "if") {
      const [yes, no] = [this.number(depth - 1), this.number(depth - 1)];
      const { text } = this.bit(depth - 1);
      const range: Interval = [Math.min(yes.range[0], no.range[0]), Math.max(yes.range[1], no.range[1])];
      return { text: `if ${text} then ${yes.text} else ${no.text}`, level: LEVEL.if, range };
    }
    const of = this.number(depth - 1);
    const [low, high] = of.range;
    if (kind === "negative") {
      return { text: `-${this.wrap(of, LEVEL.primary)}`, level: LEVEL.sign, range: [-high, -low] };
    }
    const least = low > 0 ? low : high < 0 ? -high : 0;
    return { text: `abs(${of.text})`, level: LEVEL.primary, range: [least, Math.max(-low, high)] };
  }

  /** Of two numbers, one of which has few values. */
  private product(depth: number): NumberWritten {
    const a = this.number(depth - 1);
    const found = this.number(depth - 1);
    const b = found.range[1] - found.range[0] < MOST_VALUES ? found : this.literal([0, 3]);
    const ends = a.range.flatMap((end) => b.range.map((other) => end * other + 0));
    const text = `${this.wrap(a, LEVEL.product)} * ${this.wrap(b, LEVEL.sign)}`;
    return { text, level: LEVEL.product, range: [Math.min(...ends), Math.max(...ends)] };
  }

  /** By a positive constant, or what is left then. */
  private quotient(depth: number): NumberWritten {
    const of = this.number(depth - 1);
    const [low, high] = of.range;
    const by = Math.max(this.random.between(1, 5), Math.ceil((high - low) / MOST_VALUES));
    const text = (sign: string) => `${this.wrap(of, LEVEL.product)} ${sign} ${by}`;
    const [first, last] = [Math.floor(low / by), Math.floor(high / by)];
    if (this.random.chance(0.5)) return { text: text("/"), level: LEVEL.product, range: [first, last] };
    const range: Interval = first === last ? [low - first * by, high - first * by] : [0, by - 1];
    return { text: text("%"), level: LEVEL.product, range };
  }

  private sum(depth: number): NumberWritten {
    const [a, b] = [this.number(depth - 1), this.number(depth - 1)];
    const plus = this.random.chance(0.6);
    const text = `${this.wrap(a, LEVEL.sum)} ${plus ? "+" : "-"} ${this.wrap(b, LEVEL.product)}`;
    const range: Interval = plus
      ? [a.range[0] + b.range[0], a.range[1] + b.range[1]]
      : [a.range[0] - b.range[1], a.range[1] - b.range[0]];
    return { text, level: LEVEL.sum, range };
  }

  private least(depth: number): NumberWritten {
    const name = this.random.pick(["min", "max"] as const);
    const parts = Array.from({ length: this.random.pick([2, 2, 2, 3]) }, () => this.number(depth - 1));
    const bound = (at: 0 | 1) => Math[name](...parts.map(({ range }) => range[at]));
    return {
      text: `${name}(${parts.map(({ text }) => text).join(", ")})`,
      level: LEVEL.primary,
      range: [bound(0), bound(1)],
    };
  }

  private numberCall(depth: number): NumberWritten {
    const functions = this.scope.names.functions.filter(({ range }) => range !== null);
    if (functions.length === 0) return this.number(depth - 1);
    const { name, inputs, range } = this.random.pick(functions);
    const given = Array.from({ length: inputs }, () => this.number(depth - 2));
    return {
      text: `${name}(${given.map(({ text }) => text).join(", ")})`,
      level: LEVEL.primary,
      range: range!(given.map((each) => each.range)),
    };
  }

  private numberLeaf(): NumberWritten {
    const found = this.read(({ kind }) => kind !== "enum", "number");
    if (found !== null && this.random.chance(0.75)) {
      return { text: found.text, level: LEVEL.primary, range: found.range };
    }
    return this.literal([0, 3]);
  }

  /** A number near a range, or a param. */
  literal([low, high]: Interval): NumberWritten {
    const { params } = this.scope.names;
    if (params.length > 0 && this.random.chance(0.2)) {
      const { name, value } = this.random.pick(params);
      return { text: name, level: LEVEL.primary, range: [value, value] };
    }
    const value = this.random.between(Math.max(low, -20), Math.min(high, 20));
    return { text: `${value}`, level: value < 0 ? LEVEL.sign : LEVEL.primary, range: [value, value] };
  }

  enumeration(type: Enum, depth: number): Written {
    const found = this.read((each) => each === type, "enum");
    if (depth > 0 && this.random.chance(0.3))
      return this.choice(depth, () => this.enumeration(type, depth - 1));
    const text = found !== null && this.random.chance(0.6) ? found.text : this.random.pick(type.names);
    return { text, level: LEVEL.primary };
  }

  /** A local name, an own field, or one of a neighbour. */
  private read(
    fits: (type: FieldType) => boolean,
    kind: Local["kind"],
  ): { text: string; range: Interval } | null {
    const { random, scope } = this;
    const locals = scope.locals.filter((local) => (kind === "enum" ? fits(local.type) : local.kind === kind));
    if (locals.length > 0 && random.chance(0.3)) {
      const { name, range } = random.pick(locals);
      return { text: name, range };
    }
    const fields = scope.names.fields.filter(({ type }) => fits(type));
    if (fields.length === 0) return null;
    const field = random.pick(fields);
    const places = scope.places(field);
    const text =
      places.length > 0 && random.chance(0.55) ? `${random.pick(places)}.${field.name}` : field.name;
    return { text, range: field.type.kind === "range" ? [field.type.low, field.type.high] : [0, 1] };
  }
}

const canCount = (places: readonly string[], over: "around" | "beside"): boolean =>
  over === "around"
    ? places.length === 8
    : ["up", "down", "left", "right"].every((each) => places.includes(each));
