// Expressions of the second generator: deep ones, of sums that are then cut to their field's range, with nearly all
// parentheses written.

import type { Random } from "../../random.ts";
import { COLOURS, type Field, type Fields } from "./fields.ts";

export const DIRECTIONS = [
  "up",
  "down",
  "left",
  "right",
  "upleft",
  "upright",
  "downleft",
  "downright",
] as const;

/** What expressions are written with. */
export interface Scope {
  readonly random: Random;
  readonly fields: Fields;
  /** From where fields may be read. */
  readonly places: readonly string[];
  /** Whether the program has the function `mid` of three numbers. */
  readonly hasMid: boolean;
}

const COMPARATORS = ["<", "<=", ">", ">=", "==", "!="] as const;

const read = ({ random, places }: Scope, fields: readonly Field[]): string => {
  const { name } = random.pick(fields);
  return random.chance(0.45) ? name : `${random.pick(places)}.${name}`;
};

export function numeric(scope: Scope, depth: number): string {
  const { random, fields, hasMid } = scope;
  if (depth <= 0 || random.chance(0.25))
    return random.chance(0.25) || fields.numbers.length === 0
      ? `${random.int(7)}`
      : read(scope, fields.numbers);
  const part = () => numeric(scope, depth - 1);
  const small = () => numeric(scope, 0);
  return random.weighted<() => string>([
    [2, () => `${part()} + ${part()}`],
    [1, () => `(${part()} - ${part()})`],
    [1, () => `min(${part()}, ${part()})`],
    [1, () => `max(${part()}, ${part()}, ${small()})`],
    [1, () => `abs(${part()})`],
    [1, () => `(if ${condition(scope, depth - 1)} then ${part()} else ${part()})`],
    [1, () => `(${part()}) ${random.pick(["%", "/"])} ${random.pick(["2", "3", "k", "5", "7"])}`],
    [
      1,
      () =>
        fields.bits.length > 0
          ? `count(${random.pick(["around", "beside"])}.${random.pick(fields.bits).name})`
          : "k",
    ],
    [1, () => (hasMid ? `mid(${small()}, ${small()}, ${part()})` : `k * (${part()})`)],
  ])();
}

export function condition(scope: Scope, depth: number): string {
  const { random } = scope;
  if (depth <= 0 || random.chance(0.15)) return smallCondition(scope);
  const part = () => condition(scope, depth - 1);
  return random.weighted<() => string>([
    [1, () => `(${part()} and ${part()})`],
    [1, () => `(${part()} or ${part()})`],
    [1, () => `(${part()} xor ${part()})`],
    [1, () => `(not ${condition(scope, 0)})`],
    [3, () => comparison(scope, depth - 1)],
  ])();
}

const comparison = (scope: Scope, depth: number): string =>
  `${numeric(scope, depth)} ${scope.random.pick(COMPARATORS)} ${numeric(scope, depth)}`;

function smallCondition(scope: Scope): string {
  const { random, fields } = scope;
  if (fields.bits.length > 0 && random.chance(0.6)) return read(scope, fields.bits);
  if (fields.enums.length > 0 && random.chance(0.5))
    return `${read(scope, fields.enums)} ${random.pick(["==", "!="])} ${random.pick(COLOURS)}`;
  return random.chance(0.2) ? `at ${random.pick(["top", "bottom", "left", "right"])}` : comparison(scope, 0);
}

function colour(scope: Scope, depth: number): string {
  const { random, fields } = scope;
  const part = () => colour(scope, depth - 1);
  if (depth > 0 && random.chance(0.4))
    return `if ${condition(scope, depth - 1)} then ${part()} else ${part()}`;
  return random.chance(0.5) && fields.enums.length > 0 ? read(scope, fields.enums) : random.pick(COLOURS);
}

/** A value for a field, within its range. */
export function valueFor(scope: Scope, { type }: Field): string {
  const { random } = scope;
  if (type.kind === "enum") return colour(scope, 2);
  if (type.kind === "bit") return condition(scope, 2);
  const { lo, hi } = type;
  const value = numeric(scope, 2);
  if (random.chance(0.6)) return `max(min(${value}, ${hi}), ${lo})`;
  return lo <= 0 && hi >= 2 ? `abs(${value}) % ${Math.min(hi + 1, 9)}` : `min(max(${value}, ${lo}), ${hi})`;
}
