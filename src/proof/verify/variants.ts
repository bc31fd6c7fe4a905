// Networks that differ from another in one unit, looked at on single neighbourhoods: only that unit, and what depends on it,
// is computed anew. Sums are those of the direct engine, in its order.

import { type GatheredLayer, gather, sumOf } from "../../engines/direct.ts";
import type { Network } from "../../network/network.ts";
import { eachWeight } from "../../network/sparse.ts";
import { HERE } from "../../network/step.ts";
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
  readonly #readers: readonly (readonly (readonly number[])[])[];
  readonly #most: number;
  #kept: Kept[] = [];
  #count = 0;

  /** `mostKept` bounds what is kept, and no more than that. */
  constructor(original: Network, neighbourhoods: Neighbourhoods, mostKept = MOST_KEPT) {
    this.#original = original;
    this.#neighbourhoods = neighbourhoods;
    this.#layers = original.layers.map(gather);
    this.#readers = readersOf(original);
    const units = original.layers.reduce((sum, { outputs }) => sum + outputs, 0);
    this.#most = mostKept / Math.max(units, 1);
  }

  /** A test of a variant: whether it makes another cell of a neighbourhood, by number, than the rule does. */
  differs(variant: Variant): (neighbourhood: number) => boolean {
    const { network, layer, unit } = variant;
    const changed = gather(network.layers[layer]!);
    const weights = this.#changedWeights(variant, changed);
    const test = (at: number): boolean => {
      const { activations, isRight } = this.#keptOf(at);
      if (weights?.every((index) => this.#input(layer, index, at, activations) === 0)) return !isRight;
      const value = this.#output(network, changed, layer, unit, at, activations);
      if (value === activations[layer]![unit]) return !isRight;
      return this.#leadsAstray(variant, activations, value, at);
    };
    let known = new Uint8Array(this.#neighbourhoods.seen.length);
    return (at) => {
      if (at >= known.length) known = grown(known, this.#neighbourhoods.seen.length);
      if (known[at] === KNOWN.not) known[at] = test(at) ? KNOWN.different : KNOWN.same;
      return known[at] === KNOWN.different;
    };
  }

  /** Tells where the weights of the unit are others, if these are all in which it differs: without inputs, they add nothing. */
  #changedWeights({ network, layer, unit }: Variant, changed: GatheredLayer): number[] | null {
    const original = this.#layers[layer]!;
    const [start, end] = [original.starts[unit]!, original.starts[unit + 1]!];
    const isSame = (name: "rows" | "cols" | "inputs") =>
      original[name].subarray(start, end).every((each, nth) => each === changed[name][start + nth]);
    if (changed.starts[unit] !== start || changed.starts[unit + 1] !== end) return null;
    if (changed.bias[unit] !== original.bias[unit]) return null;
    if (!isSame("rows") || !isSame("cols") || !isSame("inputs")) return null;
    if (network.residual[unit] !== this.#original.residual[unit] && layer === this.#layers.length - 1)
      return null;
    const found: number[] = [];
    for (let index = start; index < end; index++)
      if (original.weights[index] !== changed.weights[index]) found.push(index);
    // An infinite weight times 0 is no number.
    const areFinite = ({ weights }: GatheredLayer) => found.every((index) => Number.isFinite(weights[index]));
    return areFinite(original) && areFinite(changed) ? found : null;
  }

  /** Returns what a weight of the original is applied to in a neighbourhood. */
  #input(layer: number, index: number, neighbourhood: number, below: Activations): number {
    const { rows, cols, inputs } = this.#layers[layer]!;
    if (layer > 0) return below[layer - 1]![inputs[index]!]!;
    const { seen, channels } = this.#neighbourhoods;
    return channels[seen[neighbourhood]![placeOf(rows[index]!, cols[index]!)]!]![inputs[index]!]!;
  }

  /** Tells whether these activations lead to the cell that the rule makes. */
  #isRight(at: number, activations: Activations): boolean {
    const { channels, next } = this.#neighbourhoods;
    const wanted = channels[next[at]!]!;
    return activations.at(-1)!.every((each, channel) => each === wanted[channel]);
  }

  /**
   * Tells whether another cell is made where one unit has another value: of the units above, only those are computed anew that
   * read one whose value has changed.
   */
  #leadsAstray(
    { network, layer, unit }: Variant,
    activations: Activations,
    value: number,
    neighbourhood: number,
  ): boolean {
    const before = [{ layer, unit, value: activations[layer]![unit]! }];
    activations[layer]![unit] = value;
    for (let at = 0; at < before.length; at++) {
      const from = before[at]!;
      const above = from.layer + 1;
      if (above === this.#layers.length) break;
      const target = activations[above]!;
      for (const each of this.#readers[from.layer]![from.unit]!) {
        const after = this.#output(network, this.#layers[above]!, above, each, neighbourhood, activations);
        if (Object.is(after, target[each])) continue;
        before.push({ layer: above, unit: each, value: target[each]! });
        target[each] = after;
      }
    }
    const isRight = this.#isRight(neighbourhood, activations);
    for (const each of before.reverse()) activations[each.layer]![each.unit] = each.value;
    return !isRight;
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

  /** Returns what a unit of a layer hands on in a neighbourhood, given what the layers below do. */
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
    const kept = Math.fround(residual[unit]! * channels[cells[HERE]!]![unit]!);
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

const placeOf = (row: number, col: number): number => HERE + 3 * row + col;

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
    const cell = cells[placeOf(rows[index]!, cols[index]!)]!;
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

/** By layer and unit: the units of the layer above that read it. */
function readersOf({ layers }: Pick<Network, "layers">): number[][][] {
  return layers.slice(1).map(({ kernel, inputs, outputs, weight }) => {
    const readers = Array.from({ length: inputs }, (): number[] => []);
    eachWeight({ weight, outputs }, (out, column) => {
      const found = readers[Math.floor(column / kernel ** 2)]!;
      if (found.at(-1) !== out) found.push(out);
    });
    return readers;
  });
}
