// The checked program means what was written, and the interval of every value holds: random programs on random
// neighbourhoods, once by the syntax tree and once by the checked tree.

import { expect, test } from "vitest";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { analyse } from "../../src/language/analyse/analyse.ts";
import type { CheckedOf } from "../../src/language/analyse/checked.ts";
import { parse } from "../../src/language/parse/parse.ts";
import { printAst } from "../../src/language/parse/print-ast.ts";
import { expectWithin } from "../same.ts";
import { cases } from "../seed.ts";
import { type Cell, runAst, runChecked } from "./evaluate.ts";
import { FIELDS, PLACES, randomProgram } from "./random-program.ts";

const PROGRAMS = cases(250);
const CELLS = 50;

function randomCell(random: Random): Cell {
  const value = ([lo, hi]: readonly [number, number]): number => lo + random.int(hi - lo + 1);
  const fields = Object.entries(FIELDS);
  return {
    own: new Map(fields.map(([field, range]) => [field, value(range)])),
    near: new Map(
      PLACES.flatMap((place) => fields.map(([field, range]) => [`${place}.${field}`, value(range)])),
    ),
    edges: new Set(["top", "bottom", "left", "right"].filter(() => random.int(3) === 0)),
  };
}

test("checked programs mean what was written, and every interval holds", () => {
  let accepted = 0;
  for (let seed = 0; seed < PROGRAMS; seed++) {
    const random = seededRandom(seed);
    const text = printAst(randomProgram(random));
    const source = { name: "random.alg", text };
    const ast = parse(source).program!;
    const { program, diagnostics } = analyse(ast, source);
    // The generator gets everything right but ranges.
    for (const { severity, code } of diagnostics)
      if (severity === "error") expect(["TL302", "TL303", "TL309"], `seed ${seed}\n${text}`).toContain(code);
    if (program === null) continue;
    accepted++;
    for (let run = 0; run < CELLS; run++) {
      const cell = randomCell(random);
      const again: Cell = { ...cell, own: new Map(cell.own) };
      runAst(ast, cell);
      expect(
        () => runChecked(again, (program.body[0] as CheckedOf<"pass">).body),
        `seed ${seed}\n${text}`,
      ).not.toThrow();
      expect(again.own, `seed ${seed}\n${text}`).toEqual(cell.own);
      for (const [field, value] of cell.own) {
        const [lo, hi] = FIELDS[field]!;
        expectWithin(value, lo, hi, `seed ${seed}: ${field}\n${text}`);
      }
    }
  }
  expect(accepted).toBeGreaterThan(PROGRAMS / 4);
});
