// Fields of the second generator: few, of all types, with ranges that need not begin at 0 and reach up to a thousand.

import type { Random } from "../../random.ts";

export interface Field {
  readonly name: string;
  readonly role: "input" | "output" | "state";
  readonly type: Type;
}

export type Type =
  | { readonly kind: "bit"; readonly lo: 0; readonly hi: 1 }
  | { readonly kind: "range"; readonly lo: number; readonly hi: number }
  | { readonly kind: "enum" };

/** All fields of a program, and those of each kind. */
export interface Fields {
  readonly all: readonly Field[];
  readonly numbers: readonly Field[];
  readonly bits: readonly Field[];
  readonly enums: readonly Field[];
}

/** The values of all enums. */
export const COLOURS = ["red", "green", "blue", "gold"] as const;

const NAMES = ["alpha", "beta", "gamma", "delta", "eps"];

/** Two to five fields, the first of them an input. */
export function drawFields(random: Random): Fields {
  const names = NAMES.slice(0, random.between(2, 5));
  const all = names.map(
    (name, at): Field => ({
      name,
      role: at === 0 ? "input" : random.pick(["state", "state", "output", "input"]),
      type: drawType(random),
    }),
  );
  return {
    all,
    numbers: all.filter(({ type }) => type.kind !== "enum"),
    bits: all.filter(({ type }) => type.kind === "bit"),
    enums: all.filter(({ type }) => type.kind === "enum"),
  };
}

const drawType = (random: Random): Type =>
  random.weighted<() => Type>([
    [35, () => ({ kind: "bit", lo: 0, hi: 1 })],
    [25, () => rangeFrom(random.pick([0, 0, 0, -3, 1, 2]), random.between(2, 10))],
    [15, () => ({ kind: "range", lo: random.pick([0, -20]), hi: random.pick([15, 16, 17, 31, 40, 63, 64]) })],
    [7, () => rangeFrom(0, random.pick([100, 255, 256, 1000]))],
    [18, () => ({ kind: "enum" })],
  ])();

const rangeFrom = (lo: number, width: number): Type => ({ kind: "range", lo, hi: lo + width });

/** Its line in the program, sometimes with an initial value. */
export function declarationOf(random: Random, { name, role, type }: Field): string {
  const shown =
    type.kind === "bit"
      ? "bit"
      : type.kind === "enum"
        ? `enum { ${COLOURS.join(", ")} }`
        : `${type.lo}..${type.hi}`;
  const first = (): string | number =>
    type.kind === "enum" ? random.pick(COLOURS) : random.between(type.lo, Math.min(type.lo + 2, type.hi));
  return `${role} ${name}: ${shown}${role !== "input" && random.chance(0.3) ? ` = ${first()}` : ""}`;
}
