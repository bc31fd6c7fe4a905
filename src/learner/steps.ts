// L: how often the shared step is applied. It depends on the shape of the memory, never on a single query.
//
// Where values converge without a handshake, no instruction takes longer than the way through the grid. Else
// the learner's own claim counts, with the time of the prelude. Without a claim, the network runs on the memory
// as training will leave it, with a few of the examples as queries, and gets a margin for other queries: one more
// way through the grid. Whether it was enough is looked at after every evaluation.

import type { CheckedProgram } from "../analyse/checked.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import { directEngine } from "../engines/direct.ts";
import { runNetwork } from "../engines/run.ts";
import type { Shape } from "../grid/grid.ts";
import { prepareInput } from "../grid/prepare.ts";
import { evaluateSize } from "../grid/size.ts";
import { type Example, inputVector, type Memory, memoryGrid } from "./memory.ts";
import type { LearnerNetwork } from "./network.ts";

/** Examples tried as queries. */
const TRIED = 3;

/**
 * The number of steps for a memory of this shape.
 * @throws InputError if the learner never halts on these examples
 */
export async function stepsFor(
  network: LearnerNetwork,
  claim: CheckedProgram["steps"],
  memory: Memory,
  examples: readonly Example[],
): Promise<number> {
  const across = memory.rows + memory.cols;
  if (claim) return evaluateSize(claim.most, memory) + 2 * across;
  return (await measured(network, memory, examples)) + across;
}

async function measured(
  { digital, names }: LearnerNetwork,
  memory: Memory,
  examples: readonly Example[],
): Promise<number> {
  const engine = directEngine(digital);
  let most = 0;
  for (const { features } of examples.slice(0, TRIED)) {
    const grid = memoryGrid(memory, inputVector(features));
    const planes = {
      [names.pos]: Int32Array.from(grid, (value) => (value > 0 ? 1 : 0)),
      [names.neg]: Int32Array.from(grid, (value) => (value < 0 ? 1 : 0)),
    };
    const { rows, cols }: Shape = memory;
    const { steps, halted } = await runNetwork(
      digital,
      engine,
      prepareInput(digital, { rows, cols, planes }),
    );
    if (!halted)
      throw new InputError(
        `${digital.program} never halts on these ${examples.length} examples: it repeats itself; ` +
          "check with `tapeloom run` what it does on them",
      );
    most = Math.max(most, steps);
  }
  return most;
}
