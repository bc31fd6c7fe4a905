// From a cover to layers: gates become units, level by level; forms become rows of weights.

import type { Variables } from "../../logic/variables.ts";
import type { Candidate } from "../candidate.ts";
import { columnOf, type SparseLayer, type SparseRow } from "../sparse.ts";
import { describeGate } from "./describe.ts";
import type { Functions } from "./functions.ts";
import type { Form } from "./gates.ts";
import type { Cover } from "./search.ts";

export function assemble(cover: Cover, functions: Functions): Omit<Candidate, "step"> {
  const { variables } = functions;
  const levels = levelsOf(cover);
  const channels = variables.channels.length;
  const layers: SparseLayer[] = [];
  for (let level = 1; level <= cover.depth + 1; level++) {
    const below = new Map((levels[level - 2] ?? []).map((id, at) => [id, at]));
    const isLast = level === cover.depth + 1;
    const forms = isLast
      ? cover.outputs.map(({ form }) => form)
      : levels[level - 1]!.map((id) => cover.gates.gate(id).input);
    const names = isLast
      ? variables.channels.map(({ name }) => name)
      : levels[level - 1]!.map((id) => describeGate(cover.gates, id, functions));
    const rows = forms.map((form, at) =>
      rowOf(names[at]!, form, (term) => (level === 1 ? literalColumn(variables, term) : below.get(term)!)),
    );
    layers.push({ kernel: level === 1 ? 3 : 1, inputs: level === 1 ? channels : below.size, rows });
  }
  return { layers, residual: cover.outputs.map(({ residual }) => residual) };
}

/** The gates in use, level by level, each level in order of making. */
function levelsOf({ depth, gates, outputs }: Cover): number[][] {
  const used = new Set(depth === 0 ? [] : gates.below(outputs.map(({ form }) => form)));
  return Array.from({ length: depth }, (_, at) =>
    [...used].filter((id) => gates.gate(id).level === at + 1).sort((a, b) => a - b),
  );
}

function rowOf(name: string, form: Form, column: (term: number) => number): SparseRow {
  const entries = form.terms.map((term, at) => [column(term), form.weights[at]!] as const);
  return { name, bias: form.constant, entries };
}

function literalColumn(variables: Variables, term: number): number {
  const variable = variables.variable(term);
  if (variable.tag !== "literal") throw new Error("internal: a first layer reads channels");
  return columnOf(variable.channel, variable.place);
}
