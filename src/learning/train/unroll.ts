// Backpropagation through time (P. Werbos 1990): the loss of runs of the network, and its derivatives by the weights.
//
// Channels are real numbers here, clipped to [0, 1] after every step. The state that a step reads may have noise on it,
// and some of its values may be snapped to 0 or 1, as all are where the network is used: else training finds steps that
// tell in values on one side of 1/2 what is lost there. Slopes go through as if these were only clipped, which is the
// straight-through estimator (Y. Bengio et al. 2013).
// What is lost: a squared hinge on the channels that are known at the end, in the last steps, so that results stay; and
// a penalty on values that are neither 0 nor 1.
//
// The first steps may be left out of that, so that the state after them counts as given (A. Bansal et al. 2022): then
// the others learn to go on from wherever they are, and not to count steps.

import type { Offset } from "../../grid/direction.ts";
import { neighbourOf, type Shape } from "../../grid/grid.ts";
import type { Network } from "../../network/network.ts";
import { tapsOf } from "./cases.ts";
import type { Dense, LayerPass } from "./dense.ts";
import { shortfall } from "./gradient.ts";
import { addInto, copyOfWeights, type Weights } from "./weights.ts";

/** Grids of one shape, in one array: `[(grid * cells + cell) * channels + channel]`. */
export interface Runs {
  readonly shape: Shape;
  readonly grids: number;
  readonly start: Float32Array;
  /** The channels in the end; only those that are known count. */
  readonly end: Float32Array;
  /** Indices of channels. */
  readonly known: readonly number[];
  /** Steps to make, and from which on, counted from 1, the end should be reached. */
  readonly steps: number;
  readonly needed: number;
}

/** Noise on the state that a step reads, as long as the state; null for none. */
export type Noise = (step: number) => Float32Array | null;

/** Whether the next value is snapped; null where none is. */
type Snapping = (() => boolean) | null;

/** Weight of the penalty: of the mean of (4 s (1 - s))^2. */
const PENALTY = 0.1;

interface Step {
  readonly pass: LayerPass;
  /** What the step made, before it is clipped. */
  readonly sums: Float32Array;
}

/** The loss and its derivatives; the first `free` steps are made, but neither judged nor blamed. */
export function lossThroughTime(
  dense: Dense,
  weights: Weights,
  { layers, residual }: Pick<Network, "layers" | "residual">,
  runs: Runs,
  noise: Noise,
  free = 0,
  snapping: Snapping = null,
): { readonly loss: number; readonly gradient: Weights } {
  const width = residual.length;
  const patches = patchesOf(runs.shape, runs.grids, width, layers);
  const steps = forward(dense, residual, runs, patches, noise, snapping);
  const gradient = zeros(weights);
  const judged = Math.max(runs.needed, free + 1);
  let loss = 0;
  let upstream: Float32Array = new Float32Array(runs.start.length);
  for (let step = runs.steps; step > free; step--) {
    const { pass, sums } = steps[step - 1]!;
    const slopes = unclipped(sums, upstream);
    loss += addPenalty(sums, slopes, runs.steps - free);
    if (step >= judged) loss += addHinge(sums, slopes, runs, width, runs.steps - judged + 1);
    const back = dense.backwardToInputs(pass, slopes);
    addInto(gradient, back.gradient);
    upstream = patches.scatter(back.inputs);
    for (let at = 0; at < upstream.length; at++) upstream[at]! += residual[at % width]! * slopes[at]!;
  }
  return { loss, gradient };
}

function forward(
  dense: Dense,
  residual: Float32Array,
  runs: Runs,
  patches: Patches,
  noise: Noise,
  snapping: Snapping,
): Step[] {
  const width = residual.length;
  const steps: Step[] = [];
  let state = runs.start;
  for (let step = 1; step <= runs.steps; step++) {
    const added = noise(step);
    const read = added === null ? state : state.map((value, at) => value + added[at]!);
    const pass = dense.forward(patches.gather(read), read.length / width);
    const sums = pass.outputs.map((value, at) => value + residual[at % width]! * read[at]!);
    steps.push({ pass, sums });
    state = sums.map(snapping === null ? clipped : (sum) => (snapping() ? snapped(sum) : clipped(sum)));
  }
  return steps;
}

/** Returns what channels are in the end if they are snapped to 0 or 1 after every step. */
function runSnapped(
  dense: Dense,
  { layers, residual }: Pick<Network, "layers" | "residual">,
  { shape, grids, start, steps }: Pick<Runs, "shape" | "grids" | "start" | "steps">,
): Float32Array {
  const width = residual.length;
  const patches = patchesOf(shape, grids, width, layers);
  let state = start;
  for (let step = 0; step < steps; step++) {
    const outputs = dense.outputs(patches.gather(state), state.length / width);
    state = outputs.map((value, at) => snapped(value + residual[at % width]! * state[at]!));
  }
  return state;
}

/** The share of runs whose known channels are right in the end, if all are snapped. */
export function shareRight(dense: Dense, network: Pick<Network, "layers" | "residual">, runs: Runs): number {
  const found = runSnapped(dense, network, runs);
  const width = network.residual.length;
  const length = found.length / runs.grids;
  const isRight = (grid: number): boolean => {
    for (let cell = grid * length; cell < (grid + 1) * length; cell += width)
      if (runs.known.some((channel) => found[cell + channel] !== runs.end[cell + channel])) return false;
    return true;
  };
  return Array.from({ length: runs.grids }, (_, grid) => grid).filter(isRight).length / runs.grids;
}

const snapped = (value: number): number => Number(value > 0.5);
const clipped = (value: number): number => Math.min(1, Math.max(0, value));

/** The slopes before clipping: of values beyond the ends only those remain that lead back. */
const unclipped = (sums: Float32Array, upstream: Float32Array): Float32Array =>
  upstream.map((slope, at) => ((sums[at]! < 0 && slope > 0) || (sums[at]! > 1 && slope < 0) ? 0 : slope));

/** Adds the slopes of the penalty of one step out of `steps`; returns the penalty. */
function addPenalty(sums: Float32Array, slopes: Float32Array, steps: number): number {
  const scale = PENALTY / (sums.length * steps);
  let loss = 0;
  for (const [at, sum] of sums.entries()) {
    if (sum <= 0 || sum >= 1) continue;
    const between = 4 * sum * (1 - sum);
    loss += scale * between * between;
    slopes[at]! += scale * 2 * between * 4 * (1 - 2 * sum);
  }
  return loss;
}

/** Adds the slopes of one step's distance from the end; half its square, averaged over cells and steps. */
function addHinge(
  sums: Float32Array,
  slopes: Float32Array,
  runs: Runs,
  width: number,
  steps: number,
): number {
  const scale = width / (sums.length * steps);
  let loss = 0;
  for (let cell = 0; cell < sums.length; cell += width) {
    for (const channel of runs.known) {
      const at = cell + channel;
      const sign = runs.end[at] === 1 ? 1 : -1;
      const short = shortfall(sums[at]!, sign);
      loss += 0.5 * scale * short * short;
      slopes[at]! -= scale * sign * short;
    }
  }
  return loss;
}

function zeros(shape: Weights): Weights {
  const made = copyOfWeights(shape);
  for (const { weight, bias } of made) {
    weight.fill(0);
    bias.fill(0);
  }
  return made;
}

/** Between states and neighbourhoods as rows. */
interface Patches {
  gather(state: Float32Array): Float32Array;
  /** Adds up what rows say of each cell: the transpose of `gather`. */
  scatter(rows: Float32Array): Float32Array;
}

function patchesOf({ rows, cols }: Shape, grids: number, width: number, layers: Network["layers"]): Patches {
  const taps = tapsOf({ layers });
  const cells = grids * rows * cols;
  const sources = sourcesOf({ rows, cols }, cells, taps);
  const each = (visit: (inRow: number, inState: number) => void): void => {
    for (let at = 0; at < sources.length; at++) {
      const source = sources[at]!;
      if (source < 0) continue;
      const [cell, tap] = [Math.floor(at / taps.length), at % taps.length];
      for (let channel = 0; channel < width; channel++)
        visit((cell * width + channel) * taps.length + tap, source * width + channel);
    }
  };
  return {
    gather(state) {
      const found = new Float32Array(cells * width * taps.length);
      each((inRow, inState) => {
        found[inRow] = state[inState]!;
      });
      return found;
    },
    scatter(found) {
      const state = new Float32Array(cells * width);
      each((inRow, inState) => {
        state[inState]! += found[inRow]!;
      });
      return state;
    },
  };
}

/** The cell that every tap of every cell reads; -1 off the grid. */
function sourcesOf(shape: Shape, cells: number, taps: readonly Offset[]): Int32Array {
  const sources = new Int32Array(cells * taps.length);
  for (let cell = 0; cell < cells; cell++) {
    const inGrid = cell % (shape.rows * shape.cols);
    for (const [tap, offset] of taps.entries()) {
      const at = neighbourOf(shape, inGrid, offset);
      sources[cell * taps.length + tap] = at === null ? -1 : cell - inGrid + at;
    }
  }
  return sources;
}
