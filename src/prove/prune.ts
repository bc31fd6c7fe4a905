// Takes away what a network does not need: every number whose loss the proof survives.
//
// The synthesiser works unit by unit; what a unit says where no other listens, or in states to which no run comes, it
// cannot tell. The proof can. All units are kept as diagrams of the neighbourhood, so that leaving out a weight costs
// no more than the change it makes to the units above.

import { exactnessOf } from "../network/exactness.ts";
import type { Layer, Network } from "../network/network.ts";
import { sparseRows } from "../network/sparse.ts";
import type { Rule } from "../schedule/rule.ts";
import { ADD, type Diagram, Diagrams, unlessTooLarge } from "./diagrams.ts";
import { inputAt, patchFor, sourcesOf } from "./functions.ts";
import { assumption, type Invariant } from "./invariant.ts";
import type { Patch } from "./patch.ts";

/** Nodes that pruning may make; then it stops with what it has. */
const MOST_NODES = 300_000;

/** The network without what its step does not need where all cells satisfy the invariant; null: in any legal state. */
export function prune(rule: Rule, network: Network, invariant: Invariant | null): Network {
  const pruner = unlessTooLarge(
    () => new Pruner(rule, network, invariant),
    () => null,
  );
  if (pruner === null) return network;
  const run = (): void => pruner.run();
  unlessTooLarge(run, () => undefined);
  return pruner.result;
}

interface Term {
  /** Where the weight stands in its row. */
  readonly column: number;
  /** The channel at a place, or the unit below. */
  readonly source: number;
  readonly weight: number;
}

interface Unit {
  readonly name: string;
  terms: readonly Term[];
  bias: number;
  /** Value before the activation function, and after it. */
  sum: Diagram;
  value: Diagram;
}

/** Changes of units' values that hang on one number left out. */
type Changes = ReadonlyMap<number, Pick<Unit, "sum" | "value">>;

class Pruner {
  readonly #network: Network;
  readonly #patch: Patch;
  readonly #layers: Unit[][] = [];
  /** Where each channel must be right. */
  readonly #cares: Diagram[] = [];

  constructor(rule: Rule, network: Network, invariant: Invariant | null) {
    this.#network = network;
    this.#patch = patchFor(rule, network, new Diagrams(MOST_NODES));
    const { diagrams } = this.#patch;
    for (const [at, layer] of network.layers.entries()) {
      this.#layers.push(layer.units.map((name, unit) => this.#unit(layer, at, name, unit)));
    }
    this.#cares = this.#layers
      .at(-1)!
      .map(({ sum }) =>
        invariant === null ? diagrams.constant(1) : assumption(invariant, this.#patch, diagrams.support(sum)),
      );
  }

  #unit(layer: Layer, at: number, name: string, unit: number): Unit {
    const terms = sourcesOf(layer, unit, at === 0);
    const bias = layer.bias[unit]!;
    const summands = terms.map(({ weight, source }) => ({ weight, of: this.#source(at, source) }));
    const sum = this.#patch.diagrams.sum(summands, bias);
    return { name, terms, bias, sum, value: this.#activated(at, sum) };
  }

  #source(layer: number, source: number): Diagram {
    if (layer > 0) return this.#layers[layer - 1]![source]!.value;
    return inputAt(this.#patch, this.#network.channels, source);
  }

  #activated(layer: number, sum: Diagram): Diagram {
    if (layer === this.#network.layers.length - 1) return sum;
    return this.#patch.diagrams.map(sum, (value) => Math.max(value, 0));
  }

  /** Leaves out numbers until none can be: whole units first, then those nearest the output. */
  run(): void {
    for (let removed = true; removed; ) {
      removed = false;
      for (let layer = this.#layers.length - 2; layer >= 0; layer--) {
        for (const unit of this.#layers[layer]!.keys()) removed = this.#removeUnit(layer, unit) || removed;
      }
      for (let layer = this.#layers.length - 1; layer >= 0; layer--) {
        for (const unit of this.#layers[layer]!.keys()) removed = this.#removeNumbers(layer, unit) || removed;
      }
    }
  }

  /** Leaves out a unit that others listen to, if they need not. */
  #removeUnit(layer: number, unit: number): boolean {
    const { diagrams } = this.#patch;
    if (!this.#isHeard(layer, unit)) return false;
    const silence = new Map([[unit, { sum: diagrams.constant(0), value: diagrams.constant(0) }]]);
    const changes = this.#above(layer, silence);
    if (changes === null) return false;
    this.#keep(layer + 1, changes);
    for (const listener of this.#layers[layer + 1]!)
      listener.terms = listener.terms.filter(({ source }) => source !== unit);
    return true;
  }

  #isHeard(layer: number, unit: number): boolean {
    return this.#layers[layer + 1]!.some(({ terms }) => terms.some(({ source }) => source === unit));
  }

  #removeNumbers(layer: number, at: number): boolean {
    const { diagrams } = this.#patch;
    const unit = this.#layers[layer]![at]!;
    if (layer < this.#layers.length - 1 && !this.#isHeard(layer, at)) return false;
    let removed = false;
    for (const term of unit.terms) {
      const contribution = diagrams.map(this.#source(layer, term.source), (value) => -term.weight * value);
      if (!this.#changeSum(layer, at, contribution)) continue;
      unit.terms = unit.terms.filter((other) => other !== term);
      removed = true;
    }
    if (unit.bias !== 0 && this.#changeSum(layer, at, diagrams.constant(-unit.bias))) {
      unit.bias = 0;
      removed = true;
    }
    return removed;
  }

  /** Adds to a unit's sum if no channel minds. */
  #changeSum(layer: number, at: number, difference: Diagram): boolean {
    const { diagrams } = this.#patch;
    const sum = diagrams.apply(ADD, this.#layers[layer]![at]!.sum, difference);
    const own: Changes = new Map([[at, { sum, value: this.#activated(layer, sum) }]]);
    const changes = this.#above(layer, own);
    if (changes === null) return false;
    this.#keep(layer, [own, ...changes]);
    return true;
  }

  #keep(layer: number, changes: readonly Changes[]): void {
    for (const [up, changed] of changes.entries()) {
      for (const [unit, { sum, value }] of changed)
        Object.assign(this.#layers[layer + up]![unit]!, { sum, value });
    }
  }

  /** What changes in the layers above, or null where a channel would be wrong. */
  #above(layer: number, changed: Changes): Changes[] | null {
    const { diagrams } = this.#patch;
    if (layer === this.#layers.length - 1) {
      const isRight = ([channel, { sum }]: [number, Pick<Unit, "sum">]) => {
        const care = this.#cares[channel]!;
        const now = diagrams.choose(care, this.#layers[layer]![channel]!.sum, diagrams.constant(0));
        return diagrams.choose(care, sum, diagrams.constant(0)) === now;
      };
      return [...changed].every(isRight) ? [] : null;
    }
    const next = new Map<number, Pick<Unit, "sum" | "value">>();
    for (const [source, { value }] of changed) {
      const before = this.#layers[layer]![source]!.value;
      if (value === before) continue;
      const difference = diagrams.apply(
        ADD,
        value,
        diagrams.map(before, (each) => -each),
      );
      for (const [at, unit] of this.#layers[layer + 1]!.entries()) {
        const weight = unit.terms.reduce(
          (total, term) => total + (term.source === source ? term.weight : 0),
          0,
        );
        if (weight === 0) continue;
        const moved = diagrams.map(difference, (each) => weight * each);
        const sum = diagrams.apply(ADD, next.get(at)?.sum ?? unit.sum, moved);
        next.set(at, { sum, value: this.#activated(layer + 1, sum) });
      }
    }
    const further = this.#above(layer + 1, next);
    return further && [next, ...further];
  }

  /** The network as it is now, without units to which nobody listens. */
  get result(): Network {
    const { residual, channels } = this.#network;
    const heard = this.#heard();
    const layers = this.#network.layers.map((layer, at) => this.#smaller(layer, at, heard));
    return { ...this.#network, layers, exact: exactnessOf({ layers, residual, channels }) };
  }

  /** Units that are listened to, layer by layer. */
  #heard(): readonly (readonly number[])[] {
    const heard: number[][] = [];
    for (let layer = this.#layers.length - 1; layer >= 0; layer--) {
      const units = [...this.#layers[layer]!.keys()];
      const above = heard[0];
      if (above === undefined) heard.unshift(units);
      else {
        const sources = new Set(
          above.flatMap((unit) => this.#layers[layer + 1]![unit]!.terms.map(({ source }) => source)),
        );
        heard.unshift(units.filter((unit) => sources.has(unit)));
      }
    }
    return heard;
  }

  #smaller(layer: Layer, at: number, heard: readonly (readonly number[])[]): Layer {
    const units = heard[at]!;
    const below = at === 0 ? null : heard[at - 1]!;
    const inputs = below?.length ?? layer.inputs;
    // Layers above the first are 1x1, so that a column is a unit below.
    const moved = (column: number) => (below === null ? column : below.indexOf(column));
    const rows = units.map((unit) =>
      this.#layers[at]![unit]!.terms.map(({ column, weight }) => [moved(column), weight] as const),
    );
    return {
      kernel: layer.kernel,
      inputs,
      outputs: units.length,
      weight: sparseRows(rows),
      bias: Float32Array.from(units, (unit) => this.#layers[at]![unit]!.bias),
      units: units.map((unit) => layer.units[unit]!),
    };
  }
}
