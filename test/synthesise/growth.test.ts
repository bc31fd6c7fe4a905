// From a checked program to layers, work and size grow in proportion to the program: counted, since time depends on what
// else runs. Counted are the expressions asked for with their operands, conditions joined and compared, units asked for,
// and the non-zero numbers of the network.

import { afterEach, expect, test, vi } from "vitest";
import { checkProgram, scheduleProgram } from "../../src/compile.ts";
import { printInstructions } from "../../src/compiler/lower/print-instructions.ts";
import { printRule } from "../../src/compiler/schedule/print-rule.ts";
import { codesFor } from "../../src/compiler/synthesise/field-codes.ts";
import { Gates } from "../../src/compiler/synthesise/gates.ts";
import { Products } from "../../src/compiler/synthesise/products.ts";
import { STRATEGIES } from "../../src/compiler/synthesise/strategy.ts";
import { structureOf } from "../../src/compiler/synthesise/structure.ts";
import { Expressions } from "../../src/logic/expression.ts";

afterEach(() => vi.restoreAllMocks());

const list = (n: number, part: (at: number) => string, between = "\n"): string =>
  Array.from({ length: n }, (_, at) => part(at)).join(between);

const SWEEPS = ["right", "left", "down", "up"];
/** A sweep in one direction after another, and the value from where it comes. */
const sweep = (at: number, body: (before: string) => string): string =>
  `sweep ${SWEEPS[at % 4]} { ${body(SWEEPS[(at % 4) ^ 1]!)} }`;
const running = (at: number): string => sweep(at, (before) => `x = x xor ${before}.x`);

/** Programs of a length. */
const KINDS: Readonly<Record<string, (n: number) => string>> = {
  "machine states": (n) => `input tape: bit
    machine on tape { start s0 at left halt done
      ${list(n, (at) => `s${at} 0 -> 1 right ${at + 1 < n ? `s${at + 1}` : "done"}\n s${at} 1 -> 0 left s${(at * 7) % n}`)} }`,
  "values of a range": (n) => `input x: 0..${n} sweep right { x = min(x, left.x + 1) }`,
  "values of an enum": (n) => `input x: enum { ${list(n, (at) => `v${at}`, ", ")} }
    each { match x { ${list(n, (at) => `v${at} => x = v${(at * 7) % n},`)} } }`,
  instructions: (n) => `input x: bit ${list(n, () => "each { x = not left.x }")}`,
  "sweeps to the right": (n) => `input x: bit ${list(n, () => running(0))}`,
  "sweeps to all sides": (n) => `input x: bit ${list(n, running)}`,
  "sweeps in a loop": (n) => `input x: bit loop { ${list(n, running)} halt when x }`,
  "sweeps of two sides among others": (n) => `input x, y: bit
    ${list(n, (at) =>
      at % 3 === 0
        ? "each { y = x xor not left.y and upright.x }"
        : at % 3 === 1
          ? "sweep right down { x = x xor upleft.x and left.y }"
          : sweep(at, (before) => `y = y or ${before}.x`),
    )}`,
  repetitions: (n) => `input x: bit ${list(n, (at) => `repeat ${2 + (at % 5)} times { ${running(at)} }`)}`,
  "repetitions of each": (n) =>
    `input x: bit ${list(n, (at) => `repeat ${2 + (at % 5)} times { each { x = x xor left.x } }`)}`,
  "repetitions in one another": (n) =>
    `input x: bit ${list(n, (at) => `repeat 2 times { ${running(at)}`)} each { x = not x } ${list(n, () => "}")}`,
  questions: (n) =>
    `input x, y: bit ${list(n, (at) => `if any(x and ${at % 2 === 0 ? "" : "not"} y) { ${running(at)} }`)}`,
  "questions after one another": (n) =>
    `input x, y: bit ${list(n, (at) => `if any(x and not y) { ${running(at)} }`, " else ")}`,
  "loops with a question": (n) =>
    `input x: bit ${list(n, (at) => `repeat while any(x and not left.x) { ${sweep(at, (before) => `x = x and ${before}.x`)} }`)}`,
  "sweeps of fields": (n) => `${list(n, (at) => `input f${at}: bit`)} loop forever {
    sweep right { ${list(n, (at) => `f${at} = left.f${(at + 1) % n} xor f${at}`)} }
    sweep left { ${list(n, (at) => `f${at} = right.f${(at + 1) % n} xor f${at}`)} } }`,
  "sweeps of a field each": (n) => `${list(n, (at) => `input f${at}: bit`)}
    ${list(n, (at) => sweep(at, (before) => `f${at} = f${at} xor ${before}.f${at}`))}`,
  fields: (n) =>
    `${list(n, (at) => `state f${at}: bit`)} each { ${list(n, (at) => `f${at} = left.f${(at + 1) % n}`)} }`,
  lets: (n) => `input x: bit output y: bit
    each { let a0 = x ${list(n, (at) => `let a${at + 1} = a${at} xor left.x`)} y = a${n} }`,
  statements: (n) =>
    `input x, y: bit each { ${list(n, (at) => `x = ${at % 2 === 0 ? "x and" : "not x or"} left.y`)} }`,
  "rows of a table": (n) => `input x, y: 0..15 output z: 0..15 each {
    ${list(n, (at) => `if left.x == ${at % 16} and y == ${Math.floor(at / 16) % 16} { z = ${(at * 7) % 16} }`, " else ")} }`,
};

/** Public methods whose calls are work; those of many operands count as many. */
const COUNTED = [
  [Expressions, ["and", "or", "not", "xor", "is", "atLeast", "sum", "min", "max", "choose", "read"]],
  [Products, ["and", "areDisjoint"]],
  [Gates, ["relu", "materialise", "range"]],
] as const;

function workOf(text: string): { readonly [of in "front" | "structure" | "nonzero"]: number } {
  const { checked } = checkProgram({ name: "p.alg", text: `program p { ${text} }` });
  let work = 0;
  for (const [{ prototype }, names] of COUNTED)
    for (const name of names) {
      const methods = prototype as unknown as Record<string, (...operands: unknown[]) => unknown>;
      const original = methods[name]!;
      vi.spyOn(methods, name).mockImplementation(function (this: unknown, ...operands) {
        work += Math.max(1, operands.length);
        return original.apply(this, operands);
      });
    }
  const { instructions, rule } = scheduleProgram({ checked });
  const front = work + printInstructions(instructions).length + printRule(rule).length;
  work = 0;
  const { nonzero } = structureOf(rule, codesFor(rule).tried[0]!, STRATEGIES.best[0]!);
  vi.restoreAllMocks();
  return { front, structure: work, nonzero };
}

/** Of four times as much, at most so much more: exponents of 1.2 for work and 1.1 for size. */
const MOST = { front: 4 ** 1.2, structure: 4 ** 1.2, nonzero: 4 ** 1.1 } as const;

test.each(Object.keys(KINDS))("%s", (kind) => {
  const [small, large] = [40, 160].map((n) => workOf(KINDS[kind]!(n)));
  for (const [of, most] of Object.entries(MOST) as [keyof typeof MOST, number][])
    expect(large![of] / small![of], of).toBeLessThan(most);
});
