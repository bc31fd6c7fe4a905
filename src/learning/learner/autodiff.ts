// The gradient path by automatic differentiation: backwards through the whole network, loss, head, L times the shared
// step and memory layer, to the memory's weights. Nothing knows the lemma here.
//
// The way there are the steps of the direct engine. On the way back a cell's layers are gone through only where some slope is
// not 0; the activations there are computed again. Of the states before all steps, as many are kept one after another as
// fit, and of the others those at the beginning of each such segment, from which they are computed again (checkpointing:
// T. Chen et al., Training deep nets with sublinear memory cost, 2016).

import { InputError } from "../../diagnostics/diagnostic.ts";
import {
  allActive,
  applyLayer,
  type Border,
  borderOf,
  type DirectStep,
  directStep,
  type GatheredLayer,
  gather,
  offsetsOf,
  withBorder,
} from "../../engines/direct.ts";
import type { Shape } from "../../grid/grid.ts";
import { preparedShape } from "../../grid/prepare.ts";
import type { Layer } from "../../network/network.ts";
import { memoryPlaces, startState, withMemory } from "./evaluate.ts";
import type { LearnerNetwork } from "./learner-network.ts";
import { type Example, inputVector, LEARNING_RATE, type Memory } from "./memory-layer.ts";

interface Differentiator {
  /**
   * One step of stochastic gradient descent on the loss 1/2 (y - f)^2, with the learning rate 1/3.
   * @throws InputError if the gradient is not finite
   */
  sgdStep(memory: Memory, example: Example): Memory;
  /** f and its derivative by every cell of V, row by row. */
  valueGradient(
    memory: Memory,
    features: Example["features"],
  ): { readonly output: number; readonly gradient: Float32Array };
}

/** Bytes of states that are kept to save time, and that are allowed. */
const KEPT_BYTES = 2 ** 28;
const MOST_BYTES = 2 ** 31;

/**
 * Differentiates the network for memories of one shape. `keptBytes`: how much of the states is kept, if all that is needed
 * takes less.
 * @throws InputError if the states that have to be kept would not fit into memory
 */
export function differentiator(
  network: LearnerNetwork,
  shape: Shape,
  steps: number,
  keptBytes = KEPT_BYTES,
): Differentiator {
  const { step, digital } = network;
  const border = borderOf(preparedShape(digital, shape), step.channels.length);
  const length = segmentLength(steps, 4 * border.size, keptBytes);
  const ways = new Ways(network, border, steps, length);
  const start = startState(network, shape);
  const places = Array.from(memoryPlaces(digital, shape), (place) => cellAt(border, place));

  const forward = (memory: Memory, features: Example["features"]): number =>
    ways.forward(withBorder(withMemory(network, start, memory, features), border));
  const backward = (slope: number): Float32Array => {
    const slopes = ways.backward(slope);
    return Float32Array.from(places, (cell) => slopes[cell + border.channels - 1]!);
  };

  return {
    sgdStep: (before, { features, label }) => {
      const slopes = backward(forward(before, features) - label);
      const z = inputVector(features);
      const weight = before.weight.map((value, at) => {
        const slope = Math.fround(slopes[at]! * z[at % before.cols]!);
        return value - Math.fround(LEARNING_RATE * slope);
      });
      requireFinite(weight, network, steps);
      return { ...before, weight };
    },
    valueGradient: (memory, features) => {
      const output = forward(memory, features);
      return { output, gradient: backward(1) };
    },
  };
}

/** Steps of a segment: all, if their states are to be kept; else as many as there are segments, or as are kept. */
function segmentLength(steps: number, bytesOfState: number, keptBytes: number): number {
  const root = Math.ceil(Math.sqrt(steps));
  const needed = 2 * root * bytesOfState;
  if (needed > MOST_BYTES)
    throw new InputError(
      `automatic differentiation through ${steps} steps keeps ${needed} bytes, but there is room for ${MOST_BYTES}; ` +
        "give fewer examples or features, or use --path jacobian",
    );
  return Math.max(1, root, Math.min(steps, Math.floor(keptBytes / bytesOfState)));
}

function requireFinite(weight: Float32Array, { digital }: LearnerNetwork, steps: number): void {
  if (weight.every(Number.isFinite)) return;
  throw new InputError(
    `the gradient through ${steps} steps of ${digital.program} overflows float32; ` +
      "give fewer examples or features, or use --path jacobian",
  );
}

/** The first channel of a cell, in a state with border. */
const cellAt = ({ cols, stride, channels }: Border, place: number): number =>
  (Math.floor(place / cols) + 1) * stride + ((place % cols) + 1) * channels;

/** There and back through all steps and the head; states have a border. */
class Ways {
  readonly #step: CellLayers;
  readonly #head: CellLayers;
  readonly #residual: Float32Array;
  readonly #advance: DirectStep;
  #active: Uint8Array;
  #next: Uint8Array;
  readonly #cells: readonly number[];
  readonly #steps: number;
  readonly #length: number;
  /** The states at the beginning of each segment, and those of the segment last gone through, and after it. */
  readonly #beginnings: readonly Float32Array[];
  readonly #states: readonly Float32Array[];
  #slopes: Float32Array;
  #spare: Float32Array;

  constructor({ step, head }: LearnerNetwork, border: Border, steps: number, length: number) {
    const state = () => new Float32Array(border.size);
    this.#step = new CellLayers(step.layers, border);
    this.#head = new CellLayers(head, border);
    this.#residual = step.residual;
    this.#advance = directStep(step.layers.map(gather), step, border);
    this.#cells = Array.from({ length: border.rows * border.cols }, (_, place) => cellAt(border, place));
    this.#steps = steps;
    this.#length = length;
    this.#beginnings = Array.from({ length: Math.max(1, Math.ceil(steps / length)) }, state);
    this.#states = Array.from({ length: Math.min(length, steps) + 1 }, state);
    [this.#slopes, this.#spare] = [state(), state()];
    [this.#active, this.#next] = [allActive(border), allActive(border)];
  }

  /** The output of the head, summed over the grid, after all steps from a state. */
  forward(start: Float32Array): number {
    this.#beginnings[0]!.set(start);
    let last = this.#beginnings[0]!;
    for (let segment = 0; segment < this.#beginnings.length; segment++) {
      last = this.#through(segment);
      this.#beginnings[segment + 1]?.set(last);
    }
    return this.#cells.reduce((sum, cell) => sum + this.#head.outputs(last, cell)[0]!, 0);
  }

  /** The slopes by all of the start that `forward` had last, where the output has this one. */
  backward(slope: number): Float32Array {
    const segments = this.#beginnings.length;
    this.#slopes.fill(0);
    const last = this.#states[this.#stepsOf(segments - 1)]!;
    for (const cell of this.#cells) this.#head.pull(last, cell, Float32Array.of(slope), 0, this.#slopes);
    for (let segment = segments - 1; segment >= 0; segment--) {
      if (segment < segments - 1) this.#through(segment);
      for (let at = this.#stepsOf(segment) - 1; at >= 0; at--) this.#pullStep(this.#states[at]!);
    }
    return this.#slopes;
  }

  #stepsOf(segment: number): number {
    return Math.min(this.#length, this.#steps - segment * this.#length);
  }

  /** Computes the states of a segment; the one after it. */
  #through(segment: number): Float32Array {
    const count = this.#stepsOf(segment);
    this.#states[0]!.set(this.#beginnings[segment]!);
    this.#active.fill(1);
    for (let at = 0; at < count; at++) {
      const [before, after] = [this.#states[at]!, this.#states[at + 1]!];
      after.set(before);
      this.#advance(before, after, this.#active, this.#next);
      [this.#active, this.#next] = [this.#next, this.#active];
    }
    return this.#states[count]!;
  }

  /** From slopes by the state after a step to those by the one before it. */
  #pullStep(before: Float32Array): void {
    const [above, below, residual] = [this.#slopes, this.#spare.fill(0), this.#residual];
    for (const cell of this.#cells) {
      let isZero = true;
      for (let channel = 0; channel < residual.length; channel++) {
        const slope = above[cell + channel]!;
        if (slope === 0) continue;
        isZero = false;
        below[cell + channel]! += residual[channel]! * slope;
      }
      if (!isZero) this.#step.pull(before, cell, above, cell, below);
    }
    [this.#slopes, this.#spare] = [below, above];
  }
}

/** Layers of a cell, of which only the first looks at its neighbours; with relu between them. */
class CellLayers {
  readonly #layers: readonly GatheredLayer[];
  /** Where the inputs of each layer's weights are, from the cell or the first output of the layer below. */
  readonly #offsets: readonly Int32Array[];
  readonly #outputs: readonly Float32Array[];
  readonly #slopes: readonly Float32Array[];

  constructor(layers: readonly Layer[], border: Border) {
    this.#layers = layers.map(gather);
    this.#offsets = this.#layers.map((layer, at) => (at === 0 ? offsetsOf(layer, border) : layer.inputs));
    [this.#outputs, this.#slopes] = [0, 1].map(() =>
      layers.map(({ outputs }) => new Float32Array(outputs)),
    ) as [Float32Array[], Float32Array[]];
  }

  /** The outputs of the last layer, until it is asked again. */
  outputs(state: Float32Array, cell: number): Float32Array {
    this.#compute(this.#layers.length, state, cell);
    return this.#outputs.at(-1)!;
  }

  /** Adds to the slopes by the inputs in `below` what slopes by the outputs, from a place of `above` on, make of them. */
  pull(state: Float32Array, cell: number, above: Float32Array, from: number, below: Float32Array): void {
    const last = this.#layers.length - 1;
    let [slopes, begin] = [above, from];
    for (let at = last; at >= 0; at--) {
      const target = at === 0 ? below : this.#slopes[at - 1]!.fill(0);
      if (!pullLayer(this.#layers[at]!, this.#offsets[at]!, slopes, begin, target, at === 0 ? cell : 0))
        return;
      if (at === 0) return;
      if (at === last) this.#compute(last, state, cell);
      const outputs = this.#outputs[at - 1]!;
      for (let unit = 0; unit < outputs.length; unit++) if (outputs[unit] === 0) target[unit] = 0;
      [slopes, begin] = [target, 0];
    }
  }

  /** Computes the outputs of the first few layers. */
  #compute(count: number, state: Float32Array, cell: number): void {
    for (let at = 0; at < count; at++) {
      const [source, base] = at === 0 ? [state, cell] : [this.#outputs[at - 1]!, 0];
      const isHidden = at < this.#layers.length - 1;
      applyLayer(this.#layers[at]!, this.#offsets[at]!, source, base, this.#outputs[at]!, isHidden);
    }
  }
}

/** Adds to `below` the slopes by the inputs of one layer; tells whether any slope by an output that has weights was not 0. */
function pullLayer(
  { outputs, starts, weights }: GatheredLayer,
  offsets: Int32Array,
  above: Float32Array,
  from: number,
  below: Float32Array,
  base: number,
): boolean {
  let isAny = false;
  for (let out = 0; out < outputs; out++) {
    const slope = above[from + out]!;
    const end = starts[out + 1]!;
    if (slope === 0 || starts[out] === end) continue;
    isAny = true;
    for (let at = starts[out]!; at < end; at++) below[base + offsets[at]!]! += weights[at]! * slope;
  }
  return isAny;
}
