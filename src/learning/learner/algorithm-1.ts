// Algorithm 1 of the paper: from W = 0, one step of stochastic gradient descent per example, and one more on the
// dummy example (1, ..., 1) with label +1. Only the memory W is trained.
//
// Two paths give the same numbers. `autodiff` differentiates the whole network. `jacobian` uses what Lemma 1 says
// of this network, and the tests confirm: while row i is the first empty one, f = 0, and df/dV is 1 in row i and 0
// elsewhere. So the step adds y z / 3 to row i.

import { breathe } from "../../diagnostics/breathe.ts";
import { differentiator } from "./autodiff.ts";
import type { LearnerNetwork } from "./learner-network.ts";
import {
  dummyExample,
  type Example,
  emptyMemory,
  inputVector,
  LEARNING_RATE,
  type Memory,
} from "./memory-layer.ts";

export interface TrainOptions {
  /** Called after each of the m + 1 steps with the memory as it is then. */
  readonly onStep?: (step: number, memory: Memory) => void;
  readonly signal?: AbortSignal | undefined;
}

/** The memory after training, by the Jacobian of Lemma 1. */
export function trainByJacobian(examples: readonly Example[], { onStep }: TrainOptions = {}): Memory {
  const features = examples[0]!.features.length;
  let memory = emptyMemory(examples.length, features);
  for (const [row, example] of [...examples, dummyExample(features)].entries()) {
    // Whoever looks at every step gets a memory for each, which takes time as the square of the rows.
    if (onStep !== undefined) memory = { ...memory, weight: memory.weight.slice() };
    const written = inputVector(example.features).map((value) => LEARNING_RATE * example.label * value);
    memory.weight.set(written, row * memory.cols);
    onStep?.(row + 1, memory);
  }
  return memory;
}

/**
 * The memory after training, by automatic differentiation through `steps` steps of the network.
 * @throws InputError if that takes too much memory or overflows; the reason of `signal` if it aborts
 */
export async function trainByAutodiff(
  network: LearnerNetwork,
  steps: number,
  examples: readonly Example[],
  { onStep, signal }: TrainOptions = {},
): Promise<Memory> {
  const features = examples[0]!.features.length;
  let memory = emptyMemory(examples.length, features);
  const gradient = differentiator(network, memory, steps);
  for (const [at, example] of [...examples, dummyExample(features)].entries()) {
    memory = gradient.sgdStep(memory, example);
    onStep?.(at + 1, memory);
    await breathe(signal);
  }
  return memory;
}
