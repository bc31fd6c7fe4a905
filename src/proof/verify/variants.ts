// Networks that differ from another in one unit, looked at on single neighbourhoods: only that unit, and what depends on it,
// is computed anew. Sums are those of the direct engine, in its order.

import { type GatheredLayer, gather, sumOf } from "../../engines/direct.ts";
import type { Network } from "../../network/network.ts";
import type { Neighbourhoods } from "./neighbourhoods.ts";

/**
 * A network, and the unit in which it differs from another: by layer, from 0, and output. The residual acts in the last
 * layer. The network may be made when it is asked for: a large one has thousands of mutants.
 */
export interface Variant {
  readonly network: Network;
  readonly layer: number;
  readonly unit: number;
}

/** Numbers that are kept of activations; then they are computed anew. */
const MOST_KEPT = 3e7;

/** What all units give on one neighbourhood, layer by layer. */
type Activations = readonly Float32Array[];

/** What the original does on one neighbourhood. */
interface Kept {
  readonly activations: Activations;
  /** Whether that is what the rule does. */
  readonly isRight: boolean;
}

/** What is known of a variant on a neighbourhood. */
const KNOWN = { not: 0, same: 1, different: 2 } as const;

export class Variants {
  readonly #original: Network;
  readonly #neighbourhoods: Neighbourhoods;
  readonly #layers: readonly GatheredLayer[];
  readonly #most: number;
  #kept: Kept[] = [];
  #count = 0;

  /** `mostKept` bounds what is kept, and no more than that. */
  constructor(original: Network, neighbourhoods: Neighbourhoods, mostKept = MOST_KEPT) {
    this.#original = original;
    this.#neighbourhoods = neighbourhoods;
    this.#layers = original.layers.map(gather);
    const units = original.layers.reduce((sum, { outputs }) => sum + outputs, 0);
    this.#most = mostKept / Math.max(units, 1);
  }

  /** A test of a variant: whether it makes another cell of a neighbourhood, by number, than the rule does. */
  differs(variant: Variant): (neighbourhood: number) => boolean {
    const { network, layer, unit } = variant;
    const changed = gather(network.layers[layer]!);
    const above = unitsAbove(network, variant);
    const test = (at: number): boolean => {
      const { activations, isRight } = this.#keptOf(at);
      const value = this.#output(network, changed, layer, unit, at, activations);
      if (value === activations[layer]![unit]) return !isRight;
      return !this.#isRight(at, this.#followed(variant, activations, value, above, at));
    };
    let known = new Uint8Array(this.#neighbourhoods.seen.length);
    return (at) => {
      if (at >= known.length) known = grown(known, this.#neighbourhoods.seen.length);
      if (known[at] === KNOWN.not) known[at] = test(at) ? KNOWN.different : KNOWN.same;
      return known[at] === KNOWN.different;
    };
  }

  /** Whether these activations lead to the cell that the rule makes. */
  #isRight(at: number, activations: Activations): boolean {
    const { channels, next } = this.#neighbourhoods;
    const wanted = channels[next[at]!]!;
    return activations.at(-1)!.every((each, channel) => each === wanted[channel]);
  }

  /** All activations of a neighbourhood, where that of one unit is another number. */
  #followed(
    { network, layer, unit }: Variant,
    original: Activations,
    value: number,
    above: readonly (readonly number[])[],
    neighbourhood: number,
  ): Activations {
    const made = [...original];
    made[layer] = original[layer]!.with(unit, value);
    for (const [nth, units] of above.entries()) {
      const at = layer + 1 + nth;
      const target = original[at]!.slice();
      for (const each of units)
        target[each] = this.#output(network, this.#layers[at]!, at, each, neighbourhood, made);
      made[at] = target;
    }
    return made;
  }

  #keptOf(at: number): Kept {
    const known = this.#kept[at];
    if (known !== undefined) return known;
    if (++this.#count > this.#most) {
      this.#kept = [];
      this.#count = 1;
    }
    const activations = this.#activations(at);
    const made = { activations, isRight: this.#isRight(at, activations) };
    this.#kept[at] = made;
    return made;
  }

  #activations(at: number): Activations {
    const made: Float32Array[] = [];
    for (const [layer, gathered] of this.#layers.entries()) {
      const target = new Float32Array(gathered.outputs);
      for (let unit = 0; unit < target.length; unit++)
        target[unit] = this.#output(this.#original, gathered, layer, unit, at, made);
      made.push(target);
    }
    return made;
  }

  /** What a unit of a layer hands on in a neighbourhood, given what the layers below do. */
  #output(
    { residual, snap, layers }: Network,
    gathered: GatheredLayer,
    layer: number,
    unit: number,
    neighbourhood: number,
    below: Activations,
  ): number {
    const { seen, channels } = this.#neighbourhoods;
    const cells = seen[neighbourhood]!;
    const sum =
      layer === 0
        ? sumAround(gathered, unit, cells, channels)
        : sumOf(gathered, unit, gathered.inputs, below[layer - 1]!, 0);
    if (layer < layers.length - 1) return Math.max(sum, 0);
    const kept = Math.fround(residual[unit]! * channels[cells[MIDDLE]!]![unit]!);
    const total = Math.fround(sum + kept);
    return snap ? Number(total > 0.5) : total;
  }
}

/** Bytes with zeros behind them, twice as many at least. */
function grown(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  const made = new Uint8Array(Math.max(length, 2 * bytes.length));
  made.set(bytes);
  return made;
}

/** Where a cell is in its own neighbourhood. */
const MIDDLE = 4;

/** The sum of a unit of the first layer, in the order of `sumOf`. */
function sumAround(
  { starts, weights, bias, rows, cols, inputs }: GatheredLayer,
  unit: number,
  cells: Int32Array,
  channels: readonly Float32Array[],
): number {
  const end = starts[unit + 1]!;
  let sum = bias[unit]!;
  for (let index = starts[unit]!; index < end; index++) {
    const cell = cells[MIDDLE + 3 * rows[index]! + cols[index]!]!;
    sum = Math.fround(sum + Math.fround(weights[index]! * channels[cell]![inputs[index]!]!));
  }
  return sum;
}

/** Layer by layer, the units above a unit whose sums can depend on it. */
export function unitsAbove({ layers }: Network, { layer, unit }: Variant): number[][] {
  const found: number[][] = [];
  let reached = new Set([unit]);
  for (const { outputs, kernel, weight } of layers.slice(layer + 1)) {
    const area = kernel ** 2;
    const reads = (out: number) =>
      weight.columns
        .subarray(weight.starts[out], weight.starts[out + 1])
        .some((column) => reached.has(Math.floor(column / area)));
    const units = Array.from({ length: outputs }, (_, out) => out).filter(reads);
    found.push(units);
    reached = new Set(units);
  }
  return found;
}
