// Which parts of a rule a network seems to make, as sums of units: what holds on many neighbourhoods, and is then to be shown.

import type { Rule } from "../../../compiler/schedule/rule.ts";
import { type Expression, operands } from "../../../logic/expression.ts";
import type { Network } from "../../../network/network.ts";
import { sourcesOf } from "../../../network/step.ts";
import { TAPS } from "../functions.ts";
import type { TokenPlace } from "../patch.ts";
import { Samples, type Witness } from "./samples.ts";
import { ColumnSpan } from "./span.ts";

/** Neighbourhoods that are drawn, and how many there are more than numbers to be summed, at least. */
const SAMPLES = 1024;
const SPARE = 64;
/** Factors of sums are at most this. */
const LARGEST_FACTOR = 2 ** 20;

/** A number that a cell sees, or that a unit of the network hands on. */
export type SumSource =
  | { readonly tag: "one" }
  | { readonly tag: "inside"; readonly tap: number }
  | { readonly tag: "field"; readonly field: string; readonly tap: number }
  | { readonly tag: "unit"; readonly layer: number; readonly unit: number };

export type UnitSource = SumSource & { readonly tag: "unit" };

/** A part of the rule, or a unit, that may be a sum. */
export interface Likely {
  readonly of: Expression | UnitSource;
  /** The last layer of which there is a unit. */
  readonly layer: number;
  readonly sum: readonly { readonly weight: number; readonly source: SumSource }[];
}

/** The units of each hidden layer on which some channels depend. */
export function unitsBehind(
  { layers }: Network,
  channels: readonly number[],
): readonly (readonly number[])[] {
  const used: (readonly number[])[] = [];
  let above = channels;
  for (let layer = layers.length - 1; layer > 0; layer--) {
    const read = above.flatMap((unit) => sourcesOf(layers[layer]!, unit, false).map(({ source }) => source));
    above = [...new Set(read)].sort((a, b) => a - b);
    used.unshift(above);
  }
  return used;
}

/** Parts, and units, that seem to be sums of these units, lower ones first. No cell but the one at its place has a token. */
export function likelyParts(
  rule: Rule,
  network: Network,
  units: readonly (readonly number[])[],
  token: TokenPlace | null,
  witnesses: readonly Witness[],
): readonly Likely[] {
  const samples = new Samples(rule, SAMPLES, token, witnesses);
  const span = new ColumnSpan(SAMPLES);
  const sources: SumSource[] = [];
  const sumOf = (column: Float64Array): Likely["sum"] | null => {
    const found = span.find(column, LARGEST_FACTOR);
    return found && [...found].map(([at, weight]) => ({ weight, source: sources[at]! }));
  };
  const again: Likely[] = [];
  for (const { source, column } of columnsOf(rule, network, units, samples)) {
    const sum = source.tag === "unit" ? sumOf(column) : null;
    if (sum !== null && source.tag === "unit") again.push({ of: source, layer: source.layer, sum });
    else if (sources.length < SAMPLES - SPARE) span.add(sources.push(source) - 1, column);
  }
  const parts = partsOf(rule).flatMap((of) => {
    const sum = sumOf(samples.of(of)) ?? [];
    const layers = sum.flatMap(({ source }) => (source.tag === "unit" ? [source.layer] : []));
    return layers.length === 0 ? [] : [{ of, layer: Math.max(...layers), sum }];
  });
  return [...parts, ...again];
}

function* columnsOf(
  rule: Rule,
  network: Network,
  units: readonly (readonly number[])[],
  samples: Samples,
): Iterable<{ readonly source: SumSource; readonly column: Float64Array }> {
  yield { source: { tag: "one" }, column: new Float64Array(samples.count).fill(1) };
  for (const [tap, place] of TAPS.entries()) {
    yield { source: { tag: "inside", tap }, column: samples.inside(place) };
    for (const { name } of rule.fields)
      yield { source: { tag: "field", field: name, tap }, column: samples.field(name, place) };
  }
  const step = samples.step(network);
  for (const [layer, used] of units.entries())
    for (const unit of used) {
      const sum = step.sum(layer, unit);
      // Others are 0, or hand on a sum: of units below, or, in the first layer, of channels.
      if ((layer === 0 || sum.some((value) => value < 0)) && sum.some((value) => value > 0))
        yield { source: { tag: "unit", layer, unit }, column: step.rectified(layer, unit) };
    }
}

/** Parts of all next values that are more than what a cell sees, and the conditions of each choice in a list of them. */
function partsOf({ updates, signals, expressions: make }: Rule): Expression[] {
  const parts = new Set<Expression>();
  const left = [...updates, ...signals].map(({ value }) => value);
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (parts.has(node)) continue;
    parts.add(node);
    left.push(...operands(node));
  }
  const choices = [...parts].filter((node) => node.tag === "choose");
  const inner = new Set(choices.map(({ otherwise }) => otherwise));
  for (const list of choices) {
    if (inner.has(list)) continue;
    let before = make.zero;
    for (let rest: Expression = list; rest.tag === "choose"; rest = rest.otherwise) {
      parts.add(make.and(make.not(before), rest.when));
      before = make.or(before, rest.when);
      parts.add(before);
    }
  }
  const isSeen = ({ tag }: Expression) => tag === "constant" || tag === "read" || tag === "inside";
  return [...parts].filter((node) => !isSeen(node)).sort((a, b) => a.id - b.id);
}
