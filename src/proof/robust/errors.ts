// How wrong a step can be at most when numbers of the network and activations of the state are wrong: a bound for
// every sum of every layer, from the first to the last, over all neighbourhoods.
//
// Per pattern of units that are on, zero or off, the error of a sum is followed back to its causes: through units that
// are on as it is, so that errors which reach it on two ways cancel; a unit that is exactly zero passes at most the
// chord of its rectifier. Causes are the state, and in each unit what its own wrong numbers and the rounding of
// float32 add (as in the affine bounds of neural network verifiers, e.g. Singh et al. 2019, An Abstract Domain for
// Certifying Neural Networks). Everything is an upper bound; nothing is sampled.

import type { Layer, Network } from "../../network/network.ts";
import { termsOf, weightRows } from "../../network/sparse.ts";
import { type Pattern, type Patterns, STATE } from "./patterns.ts";
import { withGain } from "./restore.ts";

/** Which numbers may be wrong: all that are stored, zeros included, or only those that are not zero. */
export type Moving = "all" | "nonzero";

export interface Radii {
  /** How far every weight, bias and residual flag may be off. */
  readonly epsilon: number;
  /** How far every activation of the state may be off, inside the grid; the padding is exactly zero. */
  readonly delta: number;
}

/** Unit roundoff of float32, a little enlarged for terms of higher order. */
const UNIT = 2 ** -24 * 1.001;

/** Errors of a sum in its worst cases, by what its rectifier does there. */
interface Bounds {
  /** What the sum's own numbers and rounding add. */
  own: number;
  /** Largest excess above and below, over all cases. */
  up: number;
  down: number;
  /** The same in cases in which the sum is zero. */
  zeroUp: number;
  zeroDown: number;
  /** The largest value of a unit that should be off. */
  offUp: number;
  /** How far a unit that should be on can fall below zero. */
  onBelow: number;
  /** The largest value after rectifying. */
  most: number;
}

interface Target {
  readonly layer: number;
  readonly unit: number;
  readonly patterns: readonly Pattern[];
  /** Patterns that were the worst ones once. */
  readonly hard: Set<Pattern>;
  /** By layer: the inputs on which the sum depends, in ascending order. */
  readonly cone: readonly Int32Array[];
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
  readonly #effects: readonly Float64Array[];

  /** Null where the cases are too many. */
  static of(network: Network, patterns: Patterns): ErrorBounds | null {
    const targets: Target[][] = [];
    const terms = network.layers.map(termsByUnit);
    for (const [layer, { outputs }] of network.layers.entries()) {
      const row: Target[] = [];
      for (let unit = 0; unit < outputs; unit++) {
        const found = patterns.of(layer, unit);
        if (found === null) return null;
        row.push({ layer, unit, patterns: found, hard: new Set(), cone: coneOf(terms, layer, unit) });
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
    this.#effects = network.layers.map(({ inputs, kernel }) => new Float64Array(inputs * kernel ** 2));
  }

  /**
   * The bounds of the same restoring network with another gain: cases do not depend on that, sums of one layer do.
   * `from` is the present gain; all numbers are whole.
   */
  withGain(network: Network, from: number, to: number): ErrorBounds {
    const restored = network.layers.length - 2;
    const targets = this.#targets.map((row, layer) =>
      row.map((target) => {
        const changed = ({ value, states }: Pattern): Pattern => {
          return { value: withGain(value, target.unit, from, to), states };
        };
        const patterns = layer === restored ? target.patterns.map(changed) : target.patterns;
        return { ...target, patterns, hard: new Set<Pattern>() };
      }),
    );
    // Of two ends, together: sums of digital values are gains.
    const totals = this.#totals.map((total, layer) => (layer > restored ? (total * to) / from : total));
    return new ErrorBounds(network, targets, totals);
  }

  /**
   * How far any channel can be from its next value, after one step from a state within delta. `all`: whether every
   * pattern is looked at; else only those that were the worst before, and the result is no bound but below one.
   */
  afterStep(radii: Radii, moving: Moving, all: boolean): number {
    const { layers, channels } = this.#network;
    const bounds: Bounds[][] = [];
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
      const error = clip ? this.#clipped(clip, bounds, radii, all) : this.#plain(channel, bounds, radii, all);
      return Math.max(worst, error + own[channel]! + kept);
    }, 0);
  }

  /** What the numbers of each unit of a layer and the rounding of its sum add to its error. */
  #ownErrors(
    layer: number,
    bounds: readonly Bounds[][],
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

  #bound(target: Target, own: number, bounds: readonly Bounds[][], radii: Radii, all: boolean): Bounds {
    const found: Bounds = { own, up: 0, down: 0, zeroUp: 0, zeroDown: 0, offUp: 0, onBelow: 0, most: 0 };
    const worst: Partial<Record<keyof Bounds, Pattern>> = {};
    const raise = (key: keyof Bounds, value: number, pattern: Pattern): void => {
      if (!(value > found[key])) return;
      found[key] = value;
      worst[key] = pattern;
    };
    for (const pattern of patternsOf(target, all)) {
      const up = this.#follow(target, pattern, 1, bounds, radii) + own;
      const down = this.#follow(target, pattern, -1, bounds, radii) + own;
      raise("up", Math.min(up, Math.max(0, pattern.value + up)), pattern);
      raise("down", down, pattern);
      if (pattern.value === 0) {
        raise("zeroUp", up, pattern);
        raise("zeroDown", down, pattern);
      }
      if (pattern.value < 0) raise("offUp", pattern.value + up, pattern);
      if (pattern.value > 0) raise("onBelow", down - pattern.value, pattern);
      raise("most", pattern.value + up, pattern);
    }
    for (const pattern of Object.values(worst)) target.hard.add(pattern);
    return found;
  }

  /** How far a sum can be above (sign 1) or below (-1) its value in a pattern, its own numbers' part left out. */
  #follow(
    { layer, unit, cone }: Target,
    { states }: Pattern,
    sign: number,
    bounds: readonly Bounds[][],
    { delta }: Radii,
  ): number {
    for (let at = 0; at <= layer; at++) {
      const effect = this.#effects[at]!;
      for (const input of cone[at]!) effect[input] = 0;
    }
    this.#spread(layer, unit, sign);
    let error = 0;
    for (let at = layer; at > 0; at--) {
      const effect = this.#effects[at]!;
      for (const below of cone[at]!) {
        const amount = effect[below]!;
        if (amount === 0) continue;
        const bound = bounds[at - 1]![below]!;
        const [slope, constant] = relaxed(states[at - 1]![below]!, bound, amount);
        error += constant + Math.abs(slope) * bound.own;
        if (slope !== 0) this.#spread(at - 1, below, slope);
      }
    }
    const state = this.#effects[0]!;
    for (const input of cone[0]!) error += delta * Math.abs(state[input]!);
    return error;
  }

  /** Adds what a change of a sum means as changes of its layer's inputs. */
  #spread(layer: number, unit: number, amount: number): void {
    const { sources, weights } = this.#terms[layer]![unit]!;
    const effect = this.#effects[layer]!;
    for (let at = 0; at < sources.length; at++) effect[sources[at]!]! += amount * weights[at]!;
  }

  /** The error of a channel that is the difference of two rectified sums of the same terms, 1 apart. */
  #clipped({ upper, lower }: Clip, bounds: readonly Bounds[][], radii: Radii, all: boolean): number {
    const layer = this.#network.layers.length - 2;
    const target = this.#targets[layer]![lower]!;
    const { patterns, hard } = target;
    const [high, low] = [bounds[layer]![upper]!.own, bounds[layer]![lower]!.own];
    // Beyond this, the difference is not monotone in what both have in common.
    if (high + low > 1) return Number.POSITIVE_INFINITY;
    const relu = (value: number) => Math.max(value, 0);
    let [most, hardest] = [0, null as Pattern | null];
    for (const pattern of all ? patterns : hard) {
      const middle = pattern.value + 0.5;
      const wanted = relu(middle + 0.5) - relu(middle - 0.5);
      const top = middle + this.#follow(target, pattern, 1, bounds, radii);
      const bottom = middle - this.#follow(target, pattern, -1, bounds, radii);
      const up = relu(top + 0.5 + high) - relu(top - 0.5 - low) - wanted;
      const down = wanted - (relu(bottom + 0.5 - high) - relu(bottom - 0.5 + low));
      if (Math.max(up, down) > most) [most, hardest] = [Math.max(up, down), pattern];
    }
    if (hardest !== null) hard.add(hardest);
    return most;
  }

  /** The error of any other channel, from the state and the layers below. */
  #plain(channel: number, bounds: readonly Bounds[][], radii: Radii, all: boolean): number {
    const layer = this.#network.layers.length - 1;
    const target = this.#targets[layer]![channel]!;
    const kept = Math.abs(this.#network.residual[channel]!) * radii.delta;
    let worst = 0;
    for (const pattern of patternsOf(target, all)) {
      const up = this.#follow(target, pattern, 1, bounds, radii);
      const down = this.#follow(target, pattern, -1, bounds, radii);
      worst = Math.max(worst, up, down);
    }
    return worst + kept;
  }
}

/** Patterns to look at; at first, when none is known to be hard, all of them. */
function patternsOf({ patterns, hard }: Target, all: boolean): Iterable<Pattern> {
  return all ? patterns : hard;
}

/**
 * What a rectified unit at most adds where its output matters by `amount`: so much of the error of its sum, and a
 * constant.
 */
function relaxed(state: number, bound: Bounds, amount: number): readonly [slope: number, constant: number] {
  switch (state) {
    case STATE.on:
      return [amount, Math.max(amount, 0) * bound.onBelow];
    case STATE.zero: {
      const { zeroUp, zeroDown } = bound;
      if (amount < 0 || zeroUp === 0) return [0, 0];
      const slope = (amount * zeroUp) / (zeroUp + zeroDown);
      return [slope, slope * zeroDown];
    }
    case STATE.off:
      return [0, Math.max(amount, 0) * bound.offUp];
    default:
      return [0, amount > 0 ? amount * bound.up : -amount * bound.down];
  }
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
