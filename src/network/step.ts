// One step of a network in any domain: numbers, bounds of numbers, diagrams of all neighbourhoods, code of an engine.
// What is summed is said here alone; a domain says what sums are.

import { memo } from "../diagnostics/memo.ts";
import type { Layer, Step } from "./network.ts";
import { termsOf } from "./sparse.ts";

/** The tap of the cell itself among the nine of a patch, counted row by row. */
export const HERE = 4;

/** A weight that is not zero. */
export interface Connection {
  /** In the first layer, `tap * inputs + channel`; else the unit of the layer below. */
  readonly source: number;
  readonly weight: number;
  /** Where the weight stands in its row. */
  readonly column: number;
}

export interface WeightedTerm<T> extends Connection {
  readonly of: T;
}

/** Values of which a step is made. */
interface StepDomain<T> {
  /** Returns what a channel holds at a tap of the patch. */
  input(channel: number, tap: number): T;
  /** The sum of a unit, before it is rectified; `unit` of the last layer is a channel. */
  sum(terms: readonly WeightedTerm<T>[], bias: number, layer: number, unit: number): T;
  /** Returns what a hidden unit hands on. */
  rectify(sum: T): T;
}

/** A step, of which each value is made when somebody first asks for it. */
export interface StepValues<T> {
  /** Returns what the first layer reads, by number of the source. */
  input(source: number): T;
  /** Returns what a unit adds up, in the last layer without the residual. */
  sum(layer: number, unit: number): T;
  /** Returns what a unit of a hidden layer hands on. */
  rectified(layer: number, unit: number): T;
  /** The next value of a channel, before it may be rounded. */
  next(channel: number): T;
}

/** The weights of a unit that are not zero. */
export const sourcesOf = (layer: Layer, unit: number, isFirst: boolean): Connection[] =>
  termsOf(layer, unit)
    .filter(({ weight }) => weight !== 0)
    .map(({ input, tap, weight }) => {
      const column = input * layer.kernel ** 2 + tap;
      const place = layer.kernel === 3 ? tap : HERE;
      return { column, weight, source: isFirst ? place * layer.inputs + input : input };
    });

export function stepOf<T>(
  { layers, residual }: Pick<Step, "layers" | "residual">,
  domain: StepDomain<T>,
): StepValues<T> {
  const channels = residual.length;
  const input = memo((source: number) => domain.input(source % channels, Math.floor(source / channels)));
  const last = layers.length - 1;
  const terms = (layer: number, unit: number): WeightedTerm<T>[] =>
    sourcesOf(layers[layer]!, unit, layer === 0).map((term) => {
      return { ...term, of: layer === 0 ? input(term.source) : rectified[layer - 1]!(term.source) };
    });
  const sums = layers.map((layer, at) =>
    memo((unit: number) => domain.sum(terms(at, unit), layer.bias[unit]!, at, unit)),
  );
  const rectified = sums.map((sum) => memo((unit: number) => domain.rectify(sum(unit))));
  return {
    input,
    sum: (layer, unit) => sums[layer]!(unit),
    rectified: (layer, unit) => rectified[layer]!(unit),
    next(channel) {
      const weight = residual[channel]!;
      if (weight === 0) return sums[last]!(channel);
      const source = HERE * channels + channel;
      const kept = { source, weight, column: -1, of: input(source) };
      return domain.sum([...terms(last, channel), kept], layers[last]!.bias[channel]!, last, channel);
    },
  };
}

/** Numbers, given what each channel holds at each tap. */
export const numbers = (input: StepDomain<number>["input"]): StepDomain<number> => ({
  input,
  sum: (terms, bias) => terms.reduce((sum, { weight, of }) => sum + weight * of, bias),
  rectify: (sum) => Math.max(sum, 0),
});
