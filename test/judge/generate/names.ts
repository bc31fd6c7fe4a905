// What a random program has names for: its fields, params and functions.

import type { Random } from "../random.ts";

export type FieldType =
  | { readonly kind: "bit" }
  | { readonly kind: "range"; readonly low: number; readonly high: number }
  | { readonly kind: "enum"; readonly names: readonly string[]; readonly symbols: readonly string[] | null };

export interface Field {
  readonly name: string;
  readonly role: "input" | "output" | "state";
  readonly type: FieldType;
  readonly initial: string | null;
}

/** A function over numbers or over bits, and the range that its value has. */
export interface NumberFunction {
  readonly name: string;
  readonly inputs: number;
  readonly text: string;
  /** Null for functions of bits, which give bits. */
  readonly range: ((inputs: readonly Interval[]) => Interval) | null;
}

export type Interval = readonly [low: number, high: number];

export interface Names {
  /** Whether bodies are short; most programs are, because small ones find most mistakes and take least time. */
  readonly small: boolean;
  readonly fields: Field[];
  readonly params: { readonly name: string; readonly value: number }[];
  readonly functions: NumberFunction[];
}

const FIELD_NAMES = "x y z alive wet n m k old_one s t carry busy go F1 total mark X up_ q".split(" ");
const VALUE_NAMES = "red green wall open A B north idle Z9 left_over".split(" ");
const SYMBOLS = [..."._#@~*=<>^v%&$!|:+Aé", "--"];

/** So many fields, at least one of them shown or read. */
export function drawFields(random: Random, count: number, small: boolean): Field[] {
  const names = random.shuffled(FIELD_NAMES).slice(0, count);
  const types: FieldType[] = [];
  return names.map((name, i) => {
    const again = types.length > 0 && random.chance(0.3);
    const type = again ? random.pick(types) : drawType(random, types, small);
    types.push(type);
    const role =
      i === 0
        ? random.weighted([
            [6, "input" as const],
            [1, "output"],
            [1, "state"],
          ])
        : drawRole(random);
    const initial = role !== "input" && random.chance(0.35) ? drawValue(random, type) : null;
    return { name, role, type, initial };
  });
}

const drawRole = (random: Random): Field["role"] =>
  random.weighted([
    [3, "input"],
    [4, "output"],
    [4, "state"],
  ]);

function drawType(random: Random, others: readonly FieldType[], small: boolean): FieldType {
  const kind = random.weighted([
    [6, "bit"],
    [3, "range"],
    [3, "enum"],
  ]);
  if (kind === "bit") return { kind };
  if (kind === "range") {
    const low = random.weighted([
      [6, 0],
      [1, -1],
      [1, -3],
      [1, 1],
      [1, 2],
    ]);
    return {
      kind,
      low,
      high: low + (small ? random.pick([1, 1, 2, 3]) : random.pick([1, 2, 2, 3, 3, 5, 9])),
    };
  }
  return drawEnum(random, others);
}

/** Names of other enums are seldom taken again, because they are then clear only beside a field. */
function drawEnum(random: Random, others: readonly FieldType[]): FieldType {
  const taken = random.chance(0.9) ? others.flatMap((type) => (type.kind === "enum" ? type.names : [])) : [];
  const free = VALUE_NAMES.filter((name) => !taken.includes(name));
  const count = Math.min(
    random.weighted([
      [1, 1],
      [6, 2],
      [6, 3],
      [3, 4],
      [1, 6],
    ]),
    Math.max(1, free.length),
  );
  const names = free.length === 0 ? ["only"] : random.shuffled(free).slice(0, count);
  const symbols = random.chance(0.6) ? random.shuffled(SYMBOLS).slice(0, names.length) : null;
  return { kind: "enum", names, symbols };
}

/** A constant of a type, as a program writes it. */
export function drawValue(random: Random, type: FieldType): string {
  if (type.kind === "enum") return random.pick(type.names);
  if (type.kind === "bit") return random.pick(["0", "1", "1", "true", "false"]);
  return String(random.between(type.low, type.high));
}

export function showType(type: FieldType): string {
  if (type.kind === "bit") return "bit";
  if (type.kind === "range") return `${type.low}..${type.high}`;
  const values = type.names.map((name, i) => (type.symbols === null ? name : `${name} "${type.symbols[i]}"`));
  return `enum { ${values.join(", ")} }`;
}

export function drawParams(random: Random): Names["params"] {
  const count = random.weighted([
    [6, 0],
    [2, 1],
    [1, 2],
  ]);
  return ["p", "limit"].slice(0, count).map((name) => ({ name, value: random.between(-1, 3) }));
}

const NUMBER_FUNCTIONS: readonly Omit<NumberFunction, "name">[] = [
  { inputs: 2, text: "min(a, b)", range: ([a, b]) => [Math.min(a![0], b![0]), Math.min(a![1], b![1])] },
  {
    inputs: 2,
    text: "if a < b then b else a",
    range: ([a, b]) => [Math.min(a![0], b![0]), Math.max(a![1], b![1])],
  },
  { inputs: 2, text: "a - b", range: ([a, b]) => [a![0] - b![1], a![1] - b![0]] },
  { inputs: 1, text: "a + 1", range: ([a]) => [a![0] + 1, a![1] + 1] },
  { inputs: 3, text: "max(min(a, b), c)", range: ([a, b, c]) => [c![0], Math.max(a![1], b![1], c![1])] },
  { inputs: 2, text: "a and not b", range: null },
  { inputs: 3, text: "if a then b else c", range: null },
  { inputs: 2, text: "a xor b or a", range: null },
];

export function drawFunctions(random: Random): NumberFunction[] {
  const count = random.weighted([
    [6, 0],
    [2, 1],
    [1, 2],
  ]);
  return ["f", "g"].slice(0, count).map((name) => ({ name, ...random.pick(NUMBER_FUNCTIONS) }));
}

export const inputNames = (count: number): string => ["a", "b", "c"].slice(0, count).join(", ");
