// What proofs assume of runs, looked for in runs: it is proved, so it must hold at every step.

import type { Compilation } from "../../../src/compile.ts";
import { firstValue } from "../../../src/grid/grid.ts";
import { lemmasOf } from "../../../src/proof/prove/lemma.ts";
import type { DirectRun } from "./engines.ts";
import { type Case, Failure } from "./failure.ts";

/** The tuples that fields of a cell can have together, and the fields that are tokens. */
export function factsOf({ checked, rule }: Compilation) {
  const lemmas = lemmasOf(checked, rule);
  const { fields, relations } = lemmas.cells() ?? { fields: rule.fields, relations: [] };
  const known = relations.map(({ columns, tuples }) => {
    return { names: columns.map((at) => fields[at]!.name), tuples: new Set(tuples.map(String)) };
  });
  return { known, tokens: fields.filter(({ name }) => lemmas.isToken(name)) };
}

/** At most one cell holds a token, and every cell's fields are related as the invariant says, at every step of a run. */
export function compareFacts(
  { known, tokens }: ReturnType<typeof factsOf>,
  { grids }: DirectRun,
  on: Case,
): void {
  for (const [step, { planes }] of grids.entries()) {
    for (const { name, type } of tokens) {
      const holders = planes[name]!.filter((value) => value !== firstValue(type)).length;
      if (holders > 1)
        throw new Failure("facts: token", `${holders} cells hold ${name} after ${step} steps`, on);
    }
    for (const { names, tuples } of known) {
      const columns = names.map((name) => planes[name]!);
      for (const cell of columns[0]!.keys()) {
        const tuple = columns.map((plane) => plane[cell]!);
        if (tuples.has(String(tuple))) continue;
        throw new Failure("facts: relation", `${names} are ${tuple} after ${step} steps in cell ${cell}`, on);
      }
    }
  }
}
