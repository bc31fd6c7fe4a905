// Takes away what a network does not need: every number whose loss the proof survives.
//
// The synthesiser works unit by unit; what a unit says where no other listens, or in states to which no run comes, it
// cannot tell. The proof can. All units are kept as diagrams of the neighbourhood, so that leaving out a weight costs
// no more than the change it makes to the units above. Most losses are not survived, and nearly all of those show on
// neighbourhoods on which an earlier one did: these are looked at first, as plain numbers.

import type { Rule } from "../../compiler/schedule/rule.ts";
import { type Diagram, Diagrams } from "../../logic/diagrams.ts";
import { unlessTooLarge } from "../../logic/nodes.ts";
import { exactnessOf } from "../../network/exactness.ts";
import type { Layer, Network } from "../../network/network.ts";
import { sparseRows } from "../../network/sparse.ts";
import { type Connection, type StepValues, sourcesOf } from "../../network/step.ts";
import { requireFieldsOf } from "../verify/same-program.ts";
import { networkStep, patchFor } from "./functions.ts";
import { assumption, type Invariant } from "./invariant.ts";
import type { Patch } from "./neighbourhood.ts";
import { AllNeighbourhoods, type Listener, SomeNeighbourhoods, UnitValues } from "./unit-values.ts";

/** Nodes that pruning may make; then it stops with what it has. */
const MOST_NODES = 300_000;
/** Steps that their operations may take: what is pruned at all mostly takes fewer than 100,000. */
const MOST_STEPS = 600_000;

/** Neighbourhoods that are kept; these show nearly all that more would. */
const MOST_SAMPLES = 400;

/** The network without what its step does not need where all cells satisfy the invariant; null: in any legal state. */
export function prune(rule: Rule, network: Network, invariant: Invariant | null): Network {
  requireFieldsOf(rule, network);
  const pruner = unlessTooLarge(
    () => new Pruner(rule, network, invariant),
    () => null,
  );
  if (pruner === null) return network;
  const run = (): void => pruner.run();
  unlessTooLarge(run, () => undefined);
  return pruner.result;
}

interface Unit {
  terms: readonly Connection[];
  bias: number;
}

/** A unit, and what may go: the whole of it, one of its weights, or its bias. */
interface Loss {
  readonly layer: number;
  readonly at: number;
  readonly of: Connection | "unit" | "bias";
}

class Pruner {
  readonly #network: Network;
  readonly #patch: Patch;
  readonly #step: StepValues<Diagram>;
  readonly #units: readonly Unit[][];
  /** Layer by layer, who hears each source below; null where that has changed. */
  readonly #heard: (Map<number, Listener[]> | null)[];
  readonly #all: UnitValues<Diagram>;
  readonly #everywhere: AllNeighbourhoods;
  readonly #some: UnitValues<readonly number[]>;
  readonly #somewhere = new SomeNeighbourhoods();
  /** Variables that are 1 on each of the samples, and what sources of the first layer hold on them. */
  readonly #samples: ReadonlySet<number>[] = [];
  readonly #inputs = new Map<number, number[]>();

  constructor(rule: Rule, network: Network, invariant: Invariant | null) {
    this.#network = network;
    this.#patch = patchFor(rule, network, new Diagrams(MOST_NODES, MOST_STEPS));
    this.#step = networkStep(network, this.#patch);
    const { diagrams } = this.#patch;
    this.#units = network.layers.map((layer, at) =>
      layer.units.map((_, unit) => ({ terms: sourcesOf(layer, unit, at === 0), bias: layer.bias[unit]! })),
    );
    this.#heard = this.#units.map(() => null);
    const listeners = (layer: number, source: number) => this.#listeners(layer).get(source) ?? [];
    this.#everywhere = new AllNeighbourhoods(diagrams);
    this.#all = new UnitValues(this.#everywhere, this.#units.length, listeners);
    this.#some = new UnitValues(this.#somewhere, this.#units.length, listeners);
    for (const [layer, units] of this.#units.entries()) {
      this.#all.layers.push(units.map((_, at) => this.#all.unit(layer, this.#step.sum(layer, at))));
      this.#some.layers.push(units.map(() => this.#some.unit(layer, [])));
    }
    for (const { sum } of this.#all.layers.at(-1)!) {
      const support = invariant === null ? [] : diagrams.support(sum);
      const care = invariant && assumption(invariant, this.#patch, support);
      this.#everywhere.cares.push(care ?? diagrams.constant(1));
      this.#somewhere.cares.push([]);
    }
  }

  /** Returns what units of a layer hear, everywhere. */
  #source(layer: number, source: number): Diagram {
    return layer > 0 ? this.#all.layers[layer - 1]![source]!.value : this.#step.input(source);
  }

  /** The same on the samples. */
  #sampled(layer: number, source: number): readonly number[] {
    if (layer > 0) return this.#some.layers[layer - 1]![source]!.value;
    const known = this.#inputs.get(source) ?? [];
    this.#inputs.set(source, known);
    if (known.length < this.#samples.length) {
      const input = this.#source(layer, source);
      known.push(...this.#samples.slice(known.length).map((ones) => this.#valueOn(ones, input)));
    }
    return known;
  }

  #valueOn(ones: ReadonlySet<number>, diagram: Diagram): number {
    return this.#patch.diagrams.evaluate(diagram, (variable) => ones.has(variable));
  }

  #listeners(layer: number): Map<number, Listener[]> {
    const known = this.#heard[layer];
    if (known) return known;
    const made = new Map<number, Listener[]>();
    for (const [at, { terms }] of this.#units[layer]!.entries()) {
      for (const { source, weight } of terms) made.set(source, [...(made.get(source) ?? []), { at, weight }]);
    }
    this.#heard[layer] = made;
    return made;
  }

  /** Leaves out numbers until none can be: whole units first, then those nearest the output. */
  run(): void {
    for (let removed = true; removed; ) {
      removed = false;
      for (let layer = this.#units.length - 2; layer >= 0; layer--) {
        for (const at of this.#units[layer]!.keys()) removed = this.#removeUnit(layer, at) || removed;
      }
      for (let layer = this.#units.length - 1; layer >= 0; layer--) {
        for (const at of this.#units[layer]!.keys()) removed = this.#removeNumbers(layer, at) || removed;
      }
    }
  }

  /** Leaves out a unit that others listen to, if they need not. */
  #removeUnit(layer: number, at: number): boolean {
    if (!this.#isHeard(layer, at) || !this.#isBorne({ layer, at, of: "unit" })) return false;
    for (const listener of this.#units[layer + 1]!)
      listener.terms = listener.terms.filter(({ source }) => source !== at);
    this.#heard[layer + 1] = null;
    return true;
  }

  #isHeard(layer: number, at: number): boolean {
    return this.#listeners(layer + 1).has(at);
  }

  #removeNumbers(layer: number, at: number): boolean {
    const unit = this.#units[layer]![at]!;
    if (layer < this.#units.length - 1 && !this.#isHeard(layer, at)) return false;
    let removed = false;
    for (const term of unit.terms) {
      if (!this.#isBorne({ layer, at, of: term })) continue;
      unit.terms = unit.terms.filter((other) => other !== term);
      this.#heard[layer] = null;
      removed = true;
    }
    if (unit.bias !== 0 && this.#isBorne({ layer, at, of: "bias" })) {
      unit.bias = 0;
      removed = true;
    }
    return removed;
  }

  /** Tells whether no channel minds a loss; then the units are from here on what they are without. */
  #isBorne(loss: Loss): boolean {
    const some = this.#changes(this.#some, loss, (source) => this.#sampled(loss.layer, source));
    if (some === null) return false;
    const all = this.#changes(this.#all, loss, (source) => this.#source(loss.layer, source));
    if (all === null) {
      this.#addSample();
      return false;
    }
    this.#all.keep(loss.layer, all);
    this.#some.keep(loss.layer, some);
    return true;
  }

  #changes<T>(values: UnitValues<T>, { layer, at, of }: Loss, source: (source: number) => T) {
    const { domain } = values;
    const nothing = domain.constant(0);
    if (of === "unit") return values.changes(layer, new Map([[at, { sum: nothing, value: nothing }]]));
    const lost =
      of === "bias"
        ? domain.constant(-this.#units[layer]![at]!.bias)
        : domain.scale(source(of.source), -of.weight);
    const sum = domain.add(values.layers[layer]![at]!.sum, lost);
    return values.changes(layer, new Map([[at, values.unit(layer, sum)]]));
  }

  /** Takes the neighbourhood where the last loss was not borne to the samples. */
  #addSample(): void {
    const { wrong, cares } = this.#everywhere;
    if (wrong === null || this.#samples.length === MOST_SAMPLES) return;
    const ones = this.#patch.diagrams.cheapestPath(wrong, () => 1)!;
    this.#samples.push(ones);
    this.#somewhere.count++;
    for (const [channel, care] of cares.entries())
      this.#somewhere.cares[channel]!.push(this.#valueOn(ones, care));
    for (const [layer, units] of this.#all.layers.entries()) {
      this.#some.layers[layer] = units.map(({ sum, value }, at) => {
        const before = this.#some.layers[layer]![at]!;
        return {
          sum: [...before.sum, this.#valueOn(ones, sum)],
          value: [...before.value, this.#valueOn(ones, value)],
        };
      });
    }
  }

  /** The network as it is now, without units to which nobody listens. */
  get result(): Network {
    const { residual, channels } = this.#network;
    const heard = this.#unitsHeard();
    const all = this.#network.layers.map((layer, at) => this.#smaller(layer, at, heard));
    const layers = this.#withoutEmpty(all);
    return { ...this.#network, layers, exact: exactnessOf({ layers, residual, channels }) };
  }

  /** Drops layers below one without units: nothing there matters, and the layer above reads nothing. */
  #withoutEmpty(layers: readonly Layer[]): readonly Layer[] {
    const empty = layers.findLastIndex(({ outputs }, at) => outputs === 0 && at < layers.length - 1);
    if (empty < 0) return layers;
    const inputs = this.#network.channels.length;
    return layers.slice(empty + 1).map((layer, at) => (at === 0 ? { ...layer, kernel: 3, inputs } : layer));
  }

  /** Units that are listened to, layer by layer. */
  #unitsHeard(): readonly (readonly number[])[] {
    const heard: number[][] = [];
    for (let layer = this.#units.length - 1; layer >= 0; layer--) {
      const units = [...this.#units[layer]!.keys()];
      const above = heard[0];
      if (above === undefined) heard.unshift(units);
      else {
        const sources = new Set(
          above.flatMap((unit) => this.#units[layer + 1]![unit]!.terms.map(({ source }) => source)),
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
      this.#units[at]![unit]!.terms.map(({ column, weight }) => [moved(column), weight] as const),
    );
    return {
      kernel: layer.kernel,
      inputs,
      outputs: units.length,
      weight: sparseRows(rows),
      bias: Float32Array.from(units, (unit) => this.#units[at]![unit]!.bias),
      units: units.map((unit) => layer.units[unit]!),
    };
  }
}
