// From a cover to tensors: gates become units, level by level; forms become rows of weights.

import { OFFSETS } from "../grid/direction.ts";
import type { Variables } from "../logic/variables.ts";
import { exactnessOf } from "../network/exactness.ts";
import type { Exactness, Layer } from "../network/network.ts";
import { describeGate } from "./describe.ts";
import type { Functions } from "./functions.ts";
import type { Form } from "./gates.ts";
import type { Cover } from "./search.ts";

export interface Assembled {
  readonly layers: readonly Layer[];
  readonly residual: Float32Array;
  readonly exact: Exactness;
}

export function assemble(cover: Cover, functions: Functions): Assembled {
  const { variables } = functions;
  const levels = levelsOf(cover);
  const channels = variables.channels.length;
  const layers: Layer[] = [];
  for (let level = 1; level <= cover.depth + 1; level++) {
    const below = levels[level - 2] ?? [];
    const isLast = level === cover.depth + 1;
    const forms = isLast
      ? cover.outputs.map(({ form }) => form)
      : levels[level - 1]!.map((id) => cover.gates.gate(id).input);
    const units = isLast
      ? variables.channels.map(({ name }) => name)
      : levels[level - 1]!.map((id) => describeGate(cover.gates, id, functions));
    layers.push(
      level === 1 ? convolution(forms, units, variables, channels) : pointwise(forms, units, below),
    );
  }
  const residual = Float32Array.from(cover.outputs, (output) => output.residual);
  return { layers, residual, exact: exactnessOf(layers, residual) };
}

/** The gates in use, level by level, each level in order of making. */
function levelsOf({ depth, gates, outputs }: Cover): number[][] {
  const used = new Set(depth === 0 ? [] : gates.below(outputs.map(({ form }) => form)));
  return Array.from({ length: depth }, (_, at) =>
    [...used].filter((id) => gates.gate(id).level === at + 1).sort((a, b) => a - b),
  );
}

function convolution(
  forms: readonly Form[],
  units: readonly string[],
  variables: Variables,
  inputs: number,
): Layer {
  const weight = new Float32Array(forms.length * inputs * 9);
  for (const [unit, form] of forms.entries()) {
    for (const [at, term] of form.terms.entries()) {
      const variable = variables.variable(term);
      if (variable.tag !== "literal") throw new Error("internal: a first layer reads channels");
      const [row, col] = OFFSETS[variable.place];
      weight[(unit * inputs + variable.channel) * 9 + (row + 1) * 3 + col + 1] = form.weights[at]!;
    }
  }
  return { kernel: 3, inputs, outputs: forms.length, weight, bias: biasesOf(forms), units };
}

function pointwise(forms: readonly Form[], units: readonly string[], below: readonly number[]): Layer {
  const inputs = below.length;
  const weight = new Float32Array(forms.length * inputs);
  for (const [unit, form] of forms.entries()) {
    for (const [at, term] of form.terms.entries()) {
      weight[unit * inputs + below.indexOf(term)] = form.weights[at]!;
    }
  }
  return { kernel: 1, inputs, outputs: forms.length, weight, bias: biasesOf(forms), units };
}

function biasesOf(forms: readonly Form[]): Float32Array {
  return Float32Array.from(forms, ({ constant }) => constant);
}
