// How wrong a step can be at most when numbers of the network and activations of the state are wrong: a bound for
// every sum of every layer, from the first to the last, over all neighbourhoods.
//
// Per pattern of units that are on, zero or off, the error of a sum is followed back to its causes: through units that
// are on as it is, so that errors which reach it on two ways cancel; a unit that is exactly zero passes at most the
// chord of its rectifier. Causes are the state, and in each unit what its own wrong numbers and the rounding of
// float32 add (as in the affine bounds of neural network verifiers, e.g. Singh et al. 2019, An Abstract Domain for
// Certifying Neural Networks). Everything is an upper bound; nothing is sampled.

import { groupBy } from "../../diagnostics/group.ts";
import type { Moving } from "../../diagnostics/known-words.ts";
import type { Layer, Network } from "../../network/network.ts";
import type { Proved } from "../../network/notes.ts";
import { termsOf, weightRows } from "../../network/sparse.ts";
import type { Pattern, Patterns } from "./patterns.ts";
import { withGain } from "./restore.ts";

export type Radii = Pick<Proved, "epsilon" | "delta">;

/** Unit roundoff of float32, a little enlarged for terms of higher order. */
const UNIT = 2 ** -24 * 1.001;

/** Errors of a sum in its worst cases, by what its rectifier does there. */
interface Bounds {
  /** What the sum's own numbers and rounding add. */
  own: number;
  /** Largest excess above and below, over all cases. */
  up: number;
  down: number;
  /** Largest excess above and below, over the cases in which the sum is zero. */
  zeroUp: number;
  zeroDown: number;
  /** The largest value of a unit that should be off. */
  offUp: number;
  /** How far a unit that should be on can fall below zero. */
  onBelow: number;
  /** The largest value after rectifying. */
  most: number;
}

/** What a unit hands on of errors: two numbers for each state, where less of its output is worse, and where more is. */
interface Passed {
  readonly slopes: Float64Array;
  readonly errors: Float64Array;
}

interface Followed extends Bounds {
  readonly passed: Passed;
}

interface Target {
  readonly layer: number;
  readonly unit: number;
  /** By pattern: the sum without errors. */
  readonly values: readonly number[];
  readonly tree: Tree;
  readonly hard: Hard;
}

/** Patterns by what units do, from those next to the sum downwards: what goes on alike is followed once. */
interface Branch {
  readonly id: number;
  readonly above: Branch | null;
  /** What the units of a layer do; of the root, nothing. */
  readonly states: Uint8Array;
  /** None at the bottom, */
  readonly below: Branch[];
  /** where the numbers of the patterns are. */
  readonly patterns: readonly number[];
}

interface Tree {
  readonly root: Branch;
  readonly leaves: readonly Branch[];
  /** Number of branches. */
  readonly size: number;
  /** By branch at the bottom: how far a sum is above and below, where that was followed last. */
  readonly above: Float64Array;
  readonly below: Float64Array;
}

/** Where patterns were the worst ones once: at the bottom, and on the way there, by branch. */
interface Hard {
  readonly leaves: Set<Branch>;
  readonly isOnWay: Uint8Array;
}

/** What a unit adds up: its weights that are not zero, and the inputs (of the first layer, inputs at taps). */
interface Terms {
  readonly sources: Int32Array;
  readonly weights: Float64Array;
}

export class ErrorBounds {
  readonly #network: Network;
  readonly #terms: readonly (readonly Terms[])[];
  readonly #targets: readonly (readonly Target[])[];
  /** Largest total of the inputs of each layer, without errors. */
  readonly #totals: readonly number[];
  readonly #clips: readonly (Clip | null)[];
  /** Scratch space: how much each input of each layer matters for what is being followed. */
  readonly #effects: readonly Effects[];

  /** Null where the cases are too many. */
  static of(network: Network, patterns: Patterns): ErrorBounds | null {
    const targets: Target[][] = [];
    const terms = network.layers.map(termsByUnit);
    for (const [layer, { outputs }] of network.layers.entries()) {
      const row: Target[] = [];
      for (let unit = 0; unit < outputs; unit++) {
        const found = patterns.of(layer, unit);
        if (found === null) return null;
        const tree = treeOf(found, layer, coneOf(terms, layer, unit));
        row.push({ layer, unit, values: found.map(({ value }) => value), tree, hard: noneHard(tree) });
      }
      targets.push(row);
    }
    const totals = network.layers.map((_, at) => (at === 0 ? 9 * onesOf(network) : patterns.mostOf(at - 1)));
    return new ErrorBounds(network, targets, totals);
  }

  private constructor(network: Network, targets: readonly (readonly Target[])[], totals: readonly number[]) {
    this.#network = network;
    this.#targets = targets;
    this.#totals = totals;
    this.#terms = network.layers.map(termsByUnit);
    this.#clips = network.channels.map((_, channel) => clipOf(network, channel));
    this.#effects = network.layers.map(({ inputs, kernel }) => new Effects(inputs * kernel ** 2));
  }

  /**
   * The bounds of the same restoring network with another gain: cases do not depend on that, sums of one layer do.
   * `from` is the present gain; all numbers are whole.
   */
  withGain(network: Network, from: number, to: number): ErrorBounds {
    const restored = network.layers.length - 2;
    const targets = this.#targets.map((row, layer) =>
      row.map((target) => {
        const changed = (value: number) => withGain(value, target.unit, from, to);
        const values = layer === restored ? target.values.map(changed) : target.values;
        return { ...target, values, hard: noneHard(target.tree) };
      }),
    );
    // Of two ends, together: sums of digital values are gains.
    const totals = this.#totals.map((total, layer) => (layer > restored ? (total * to) / from : total));
    return new ErrorBounds(network, targets, totals);
  }

  /**
   * Tells how far any channel can be from its next value, after one step from a state within delta. `all`: whether every
   * pattern is looked at; else only those that were the worst before, and the result is no bound but below one.
   */
  afterStep(radii: Radii, moving: Moving, all: boolean): number {
    const { layers, channels } = this.#network;
    const bounds: Followed[][] = [];
    for (let layer = 0; layer < layers.length - 1; layer++) {
      const own = this.#ownErrors(layer, bounds, radii, moving);
      bounds.push(
        this.#targets[layer]!.map((target) => this.#bound(target, own[target.unit]!, bounds, radii, all)),
      );
    }
    const last = layers.length - 1;
    const own = this.#ownErrors(last, bounds, radii, moving);
    return channels.reduce((worst, _, channel) => {
      const clip = this.#clips[channel];
      const kept = this.#residualError(channel, radii, moving);
      const error = clip ? this.#clipped(clip, bounds, all) : this.#plain(channel, bounds, radii, all);
      return Math.max(worst, error + own[channel]! + kept);
    }, 0);
  }

  /** Returns what the numbers of each unit of a layer and the rounding of its sum add to its error. */
  #ownErrors(
    layer: number,
    bounds: readonly Followed[][],
    { epsilon, delta }: Radii,
    moving: Moving,
  ): number[] {
    const { layers, residual } = this.#network;
    const { inputs, outputs, kernel, bias } = layers[layer]!;
    const below = layer === 0 ? null : bounds[layer - 1]!;
    const most = (source: number) => (below === null ? 1 + delta : below[source]!.most);
    const wrong =
      below === null ? inputs * 9 * delta : below.reduce((sum, { up }) => sum + Math.max(up, 0), 0);
    const total = Math.min(
      this.#totals[layer]! + wrong,
      below === null ? Number.POSITIVE_INFINITY : below.reduce((sum, each) => sum + each.most, 0),
    );
    const terms = inputs * kernel ** 2 + 3;
    return Array.from({ length: outputs }, (_, unit) => {
      const { sources, weights } = this.#terms[layer]![unit]!;
      // The last sum has one term more: what the residual keeps.
      const kept = layer === layers.length - 1 ? Math.abs(residual[unit]!) + epsilon : 0;
      let [size, touched] = [Math.abs(bias[unit]!) + kept * (1 + delta), 0];
      for (const [at, source] of sources.entries()) {
        size += Math.abs(weights[at]!) * most(source);
        touched += most(source);
      }
      const moved = moving === "all" ? total + 1 : touched + (bias[unit] === 0 ? 0 : 1);
      return epsilon * moved + terms * UNIT * (size + epsilon * moved);
    });
  }

  #residualError(channel: number, { epsilon, delta }: Radii, moving: Moving): number {
    return this.#network.residual[channel] === 0 && moving === "nonzero" ? 0 : epsilon * (1 + delta);
  }

  #bound(target: Target, own: number, bounds: readonly Followed[][], radii: Radii, all: boolean): Followed {
    const found: Bounds = { own, up: 0, down: 0, zeroUp: 0, zeroDown: 0, offUp: 0, onBelow: 0, most: 0 };
    const worst: Partial<Record<keyof Bounds, Branch>> = {};
    const raise = (key: keyof Bounds, value: number, leaf: Branch): void => {
      if (!(value > found[key])) return;
      found[key] = value;
      worst[key] = leaf;
    };
    this.#follow(target, 1, bounds, radii, all);
    this.#follow(target, -1, bounds, radii, all);
    for (const { leaf, values, above, below } of followed(target, all)) {
      const [up, down] = [above + own, below + own];
      raise("down", down, leaf);
      for (const value of values) {
        raise("up", Math.min(up, Math.max(0, value + up)), leaf);
        if (value === 0) {
          raise("zeroUp", up, leaf);
          raise("zeroDown", down, leaf);
        }
        if (value < 0) raise("offUp", value + up, leaf);
        if (value > 0) raise("onBelow", down - value, leaf);
        raise("most", value + up, leaf);
      }
    }
    for (const leaf of Object.values(worst)) markHard(target, leaf);
    return { ...found, passed: passedBy(found) };
  }

  /** Notes at the bottom of the tree how far a sum can be above (sign 1) or below (-1) its value. */
  #follow(
    { layer, unit, tree, hard }: Target,
    sign: number,
    bounds: readonly Followed[][],
    { delta }: Radii,
    all: boolean,
  ): void {
    const errors = sign > 0 ? tree.above : tree.below;
    const visit = (branch: Branch, at: number, above: number): void => {
      let error = above;
      if (at < layer) {
        const { inputs, count, amounts } = this.#effects[at + 1]!;
        this.#effects[at]!.clear();
        for (let nth = 0; nth < count; nth++) {
          const below = inputs[nth]!;
          const amount = amounts[below]!;
          const { slopes, errors } = bounds[at]![below]!.passed;
          const way = 2 * branch.states[below]! + (amount > 0 ? 1 : 0);
          error += Math.abs(amount) * errors[way]!;
          if (slopes[way] !== 0) this.#spread(at, below, amount * slopes[way]!);
        }
      }
      for (const below of branch.below) if (all || hard.isOnWay[below.id] === 1) visit(below, at - 1, error);
      if (at > 0) return;
      errors[branch.id] = error + delta * this.#effects[0]!.total();
    };
    this.#effects[layer]!.clear();
    this.#spread(layer, unit, sign);
    visit(tree.root, layer, 0);
  }

  /** Adds what a change of a sum means as changes of its layer's inputs. */
  #spread(layer: number, unit: number, amount: number): void {
    const { sources, weights } = this.#terms[layer]![unit]!;
    const effects = this.#effects[layer]!;
    for (let at = 0; at < sources.length; at++) effects.add(sources[at]!, amount * weights[at]!);
  }

  /** The error of a channel that is the difference of two rectified sums of the same terms, 1 apart. */
  #clipped({ upper, lower }: Clip, bounds: readonly Followed[][], all: boolean): number {
    const layer = this.#network.layers.length - 2;
    const target = this.#targets[layer]![lower]!;
    const [high, low] = [bounds[layer]![upper]!.own, bounds[layer]![lower]!.own];
    // Beyond this, the difference is not monotone in what both have in common.
    if (high + low > 1) return Number.POSITIVE_INFINITY;
    const relu = (value: number) => Math.max(value, 0);
    let [most, hardest] = [0, null as Branch | null];
    // They were followed for the bounds of its layer.
    for (const { leaf, values, above, below } of followed(target, all)) {
      for (const value of values) {
        const middle = value + 0.5;
        const wanted = relu(middle + 0.5) - relu(middle - 0.5);
        const [top, bottom] = [middle + above, middle - below];
        const up = relu(top + 0.5 + high) - relu(top - 0.5 - low) - wanted;
        const down = wanted - (relu(bottom + 0.5 - high) - relu(bottom - 0.5 + low));
        if (Math.max(up, down) > most) [most, hardest] = [Math.max(up, down), leaf];
      }
    }
    if (hardest !== null) markHard(target, hardest);
    return most;
  }

  /** The error of any other channel, from the state and the layers below. */
  #plain(channel: number, bounds: readonly Followed[][], radii: Radii, all: boolean): number {
    const layer = this.#network.layers.length - 1;
    const target = this.#targets[layer]![channel]!;
    const kept = Math.abs(this.#network.residual[channel]!) * radii.delta;
    let worst = 0;
    this.#follow(target, 1, bounds, radii, all);
    this.#follow(target, -1, bounds, radii, all);
    for (const { above, below } of followed(target, all)) worst = Math.max(worst, above, below);
    return worst + kept;
  }
}

/**
 * Tells how far a sum was found to be above and below its values when that was followed last, its own numbers' part left out;
 * where it was hard, or everywhere.
 */
function* followed(
  { tree, values, hard }: Target,
  all: boolean,
): Generator<{ leaf: Branch; values: readonly number[]; above: number; below: number }> {
  for (const leaf of all ? tree.leaves : hard.leaves) {
    const [above, below] = [tree.above[leaf.id]!, tree.below[leaf.id]!];
    yield { leaf, values: leaf.patterns.map((at) => values[at]!), above, below };
  }
}

/** How much the inputs of a layer matter; those that do are listed. */
class Effects {
  readonly amounts: Float64Array;
  readonly inputs: Int32Array;
  count = 0;
  /** By input: when it was listed. */
  readonly #listed: Int32Array;
  #now = 0;

  constructor(inputs: number) {
    this.amounts = new Float64Array(inputs);
    this.inputs = new Int32Array(inputs);
    this.#listed = new Int32Array(inputs);
  }

  clear(): void {
    this.count = 0;
    this.#now = (this.#now + 1) | 0;
  }

  add(input: number, amount: number): void {
    if (this.#listed[input] === this.#now) this.amounts[input]! += amount;
    else {
      this.#listed[input] = this.#now;
      this.inputs[this.count++] = input;
      this.amounts[input] = amount;
    }
  }

  total(): number {
    let total = 0;
    for (let nth = 0; nth < this.count; nth++) total += Math.abs(this.amounts[this.inputs[nth]!]!);
    return total;
  }
}

function treeOf(patterns: readonly Pattern[], layer: number, cone: readonly Int32Array[]): Tree {
  const leaves: Branch[] = [];
  let size = 0;
  const grow = (above: Branch | null, at: number, states: Uint8Array, numbers: readonly number[]): Branch => {
    const branch: Branch = { id: size++, above, states, below: [], patterns: at === 0 ? numbers : [] };
    if (at === 0) leaves.push(branch);
    else {
      const inputs = cone[at]!;
      const stateOf = (number: number) => patterns[number]!.states[at - 1]!;
      const alike = groupBy(numbers, (number) =>
        String.fromCharCode(...inputs.map((unit) => stateOf(number)[unit]!)),
      );
      for (const group of alike.values()) branch.below.push(grow(branch, at - 1, stateOf(group[0]!), group));
    }
    return branch;
  };
  const root = grow(null, layer, new Uint8Array(), [...patterns.keys()]);
  return { root, leaves, size, above: new Float64Array(size), below: new Float64Array(size) };
}

const noneHard = ({ size }: Tree): Hard => ({ leaves: new Set(), isOnWay: new Uint8Array(size) });

function markHard({ hard }: Target, leaf: Branch): void {
  hard.leaves.add(leaf);
  for (let branch: Branch | null = leaf; branch !== null; branch = branch.above) hard.isOnWay[branch.id] = 1;
}

/**
 * Returns what a rectified unit at most adds for each 1 that its output matters, downwards and upwards, by its state: so
 * much of the error of its sum, and an error of its own.
 */
function passedBy({ own, up, down, zeroUp, zeroDown, offUp, onBelow }: Bounds): Passed {
  const chord = zeroUp === 0 ? 0 : zeroUp / (zeroUp + zeroDown);
  // In the order of the states of patterns: off, zero, on and open.
  return {
    slopes: Float64Array.of(0, 0, 0, chord, 1, 1, 0, 0),
    errors: Float64Array.of(0, offUp, 0, chord * (zeroDown + own), own, onBelow + own, down, up),
  };
}

function termsByUnit(layer: Layer): Terms[] {
  return weightRows(layer).map((row) => ({
    sources: Int32Array.from(row, ([column]) => column),
    weights: Float64Array.from(row, ([, value]) => value),
  }));
}

/** The inputs of each layer, up to a unit's own, on which its sum depends. */
function coneOf(terms: readonly (readonly Terms[])[], layer: number, unit: number): Int32Array[] {
  const cone: Int32Array[] = [];
  let wanted: Iterable<number> = [unit];
  for (let at = layer; at >= 0; at--) {
    const sources = new Set<number>();
    for (const each of wanted) for (const source of terms[at]![each]!.sources) sources.add(source);
    cone[at] = Int32Array.from(sources).sort();
    wanted = sources;
  }
  return cone;
}

/** The most channels of a cell that can be 1. */
function onesOf({ channels }: Network): number {
  const enums = new Set<string>();
  let ones = 0;
  for (const { code } of channels) {
    if (code.kind === "one-hot") enums.add(code.field);
    else ones++;
  }
  return ones + enums.size;
}

/** Two units of one and the same sum, 1 apart, whose rectified values' difference is a channel. */
interface Clip {
  readonly upper: number;
  readonly lower: number;
}

function clipOf({ layers, residual }: Network, channel: number): Clip | null {
  const [last, below] = [layers.at(-1)!, layers.at(-2)];
  if (below === undefined || residual[channel] !== 0 || last.bias[channel] !== 0) return null;
  const row = termsOf(last, channel);
  const weighing = (wanted: number) => row.find(({ weight }) => weight === wanted)?.input;
  const [upper, lower] = [weighing(1), weighing(-1)];
  if (row.length !== 2 || upper === undefined || lower === undefined) return null;
  if (below.bias[upper]! - below.bias[lower]! !== 1) return null;
  const [first, second] = [upper, lower].map((unit) => JSON.stringify(termsOf(below, unit)));
  return first === second ? { upper, lower } : null;
}
