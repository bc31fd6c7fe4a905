// From a checked program to layers, work grows in proportion to the program: counted, since time depends on what else
// runs. Counted are the expressions asked for with their operands, conditions joined and compared, and units asked for.

import { afterEach, expect, test, vi } from "vitest";
import { checkProgram, scheduleProgram } from "../../src/compile.ts";
import { Expressions } from "../../src/logic/expression.ts";
import { printInstructions } from "../../src/lower/print.ts";
import { printRule } from "../../src/schedule/print.ts";
import { codesFor } from "../../src/synthesise/codes.ts";
import { Gates } from "../../src/synthesise/gates.ts";
import { Products } from "../../src/synthesise/products.ts";
import { STRATEGIES } from "../../src/synthesise/strategy.ts";
import { structureOf } from "../../src/synthesise/structure.ts";

afterEach(() => vi.restoreAllMocks());

const list = (n: number, part: (at: number) => string, between = "\n"): string =>
  Array.from({ length: n }, (_, at) => part(at)).join(between);

/** Programs of a length. */
const KINDS: Readonly<Record<string, (n: number) => string>> = {
  "machine states": (n) => `input tape: bit
    machine on tape { start s0 at left halt done
      ${list(n, (at) => `s${at} 0 -> 1 right ${at + 1 < n ? `s${at + 1}` : "done"}\n s${at} 1 -> 0 left s${(at * 7) % n}`)} }`,
  "values of a range": (n) => `input x: 0..${n} sweep right { x = min(x, left.x + 1) }`,
  "values of an enum": (n) => `input x: enum { ${list(n, (at) => `v${at}`, ", ")} }
    each { match x { ${list(n, (at) => `v${at} => x = v${(at * 7) % n},`)} } }`,
  instructions: (n) => `input x: bit ${list(n, () => "each { x = not left.x }")}`,
  fields: (n) =>
    `${list(n, (at) => `state f${at}: bit`)} each { ${list(n, (at) => `f${at} = left.f${(at + 1) % n}`)} }`,
  lets: (n) => `input x: bit output y: bit
    each { let a0 = x ${list(n, (at) => `let a${at + 1} = a${at} xor left.x`)} y = a${n} }`,
  statements: (n) => `input x, y: bit each { ${list(n, () => "x = x xor left.y")} }`,
  "rows of a table": (n) => `input x, y: 0..15 output z: 0..15 each {
    ${list(n, (at) => `if left.x == ${at % 16} and y == ${Math.floor(at / 16) % 16} { z = ${(at * 7) % 16} }`, " else ")} }`,
};

/** Public methods whose calls are work; those of many operands count as many. */
const COUNTED = [
  [Expressions, ["and", "or", "not", "xor", "is", "atLeast", "sum", "min", "max", "choose", "read"]],
  [Products, ["and", "areDisjoint"]],
  [Gates, ["relu", "materialise", "range"]],
] as const;

function workOf(text: string): { readonly front: number; readonly structure: number } {
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
  structureOf(rule, codesFor(rule).tried[0]!, STRATEGIES[0]!);
  vi.restoreAllMocks();
  return { front, structure: work };
}

/** Work of four times as much is at most so much more: an exponent of 1.2. */
const MOST = 4 ** 1.2;

test.each(Object.keys(KINDS))("%s", (kind) => {
  const [small, large] = [50, 200].map((n) => workOf(KINDS[kind]!(n)));
  expect(large!.front / small!.front).toBeLessThan(MOST);
  expect(large!.structure / small!.structure).toBeLessThan(MOST);
});
