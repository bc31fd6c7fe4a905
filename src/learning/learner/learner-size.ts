// What the network of a learner costs, and what it would cost without sharing its weights.

import type { Shape } from "../../grid/grid.ts";
import { preparedShape } from "../../grid/prepare.ts";
import type { Layer } from "../../network/network.ts";
import { weightCount } from "../../network/sparse.ts";
import type { LearnerNetwork } from "./learner-network.ts";

/** Sizes for a memory and a number of steps; the first two do not depend on these. */
export interface LearnerSize {
  /** All numbers that every cell and every step share: step, residual flags and head. */
  readonly shared: number;
  /** Hidden units of a step. */
  readonly units: number;
  /** Numbers of the memory W. */
  readonly memory: number;
  /** Cells of the grid, workspace included. */
  readonly cells: number;
  /** Hidden units of the unrolled network: cells times units times steps. */
  readonly nodes: number;
  /** The weights of the same computation, besides W, where something is not shared. */
  readonly without: {
    /** Every step has weights of its own. */
    readonly recurrent: number;
    /** Every cell has weights of its own, for its 3x3 patch. */
    readonly convolutional: number;
    /** Every cell in every step has. */
    readonly both: number;
    /** Every step has, and its layers are dense: from all units of a layer to all of the next. */
    readonly dense: number;
  };
}

export function sizeOfLearner(network: LearnerNetwork, memory: Shape, steps: number): LearnerSize {
  const { step, head, digital } = network;
  const { rows, cols } = preparedShape(digital, memory);
  const cells = rows * cols;
  const ofStep = numbersOf(step.layers) + step.residual.length;
  const ofHead = numbersOf(head);
  const units = step.layers.slice(0, -1).reduce((sum, { outputs }) => sum + outputs, 0);
  const dense = (layers: readonly Layer[]): number =>
    layers.reduce((sum, { inputs, outputs }) => sum + (cells * inputs + 1) * cells * outputs, 0);
  return {
    shared: ofStep + ofHead,
    units,
    memory: memory.rows * memory.cols,
    cells,
    nodes: cells * units * steps,
    without: {
      recurrent: steps * ofStep + ofHead,
      convolutional: cells * (ofStep + ofHead),
      both: cells * (steps * ofStep + ofHead),
      dense: steps * (dense(step.layers) + cells * step.residual.length) + dense(head),
    },
  };
}

const numbersOf = (layers: readonly Layer[]): number =>
  layers.reduce((sum, layer) => sum + weightCount(layer) + layer.bias.length, 0);
