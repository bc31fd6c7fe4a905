// L: how often the shared step is applied. It is found once for a memory and is the same for every query.
//
// The network runs on the memory as training will leave it, with a few of the examples as queries, until all cells have
// halted. Other queries may take longer: if the learner claims a bound, that counts, with twice the way through the
// grid for the prelude; if not, there is a margin of once the way through the grid. Whether it was enough is looked
// at after every evaluation.

import { breathe } from "../../diagnostics/breathe.ts";
import { InputError } from "../../diagnostics/diagnostic.ts";
import { cycleDetector, keptFirst } from "../../engines/cycle.ts";
import type { Shape } from "../../grid/grid.ts";
import { preparedShape } from "../../grid/prepare.ts";
import { evaluateSize } from "../../grid/size.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import { haltTest } from "../../network/state.ts";
import { type ChooseEngine, engineChooser } from "./digital-engine.ts";
import { digitalForm, requireQuery, sameStates } from "./evaluate.ts";
import type { LearnerNetwork } from "./learner-network.ts";
import type { Example, Memory } from "./memory-layer.ts";

/** Examples tried as queries. */
const TRIED = 3;
/** Steps between looks at whether all have halted: few against the way through the grid. */
const lookEvery = ({ rows, cols }: Shape): number => Math.max(4, Math.ceil((rows + cols) / 16));

interface StepsOptions {
  /** Called with the steps made, and about how many there will be. */
  readonly onStep?: (done: number, about: number) => void;
  readonly signal?: AbortSignal;
  /** Chooses this network's engine, where others are to use it, too. */
  readonly chooseEngine?: ChooseEngine;
}

/**
 * The number of steps for a memory of this shape.
 * @throws InputError if the learner never halts on these examples, or does not take grids of this shape
 */
export async function stepsFor(
  network: LearnerNetwork,
  claim: CheckedProgram["steps"],
  memory: Memory,
  examples: readonly Example[],
  options: StepsOptions = {},
): Promise<number> {
  const found = await stepsUntilDone(network, memory, examples, options);
  return claim ? Math.max(claimedSteps(claim, memory), found) : found + memory.rows + memory.cols;
}

/** The number of steps for a memory of a shape, if the learner is done after as many as it claims. */
export const claimedSteps = ({ most }: NonNullable<CheckedProgram["steps"]>, memory: Shape): number =>
  Math.max(evaluateSize(most, memory) + 2 * (memory.rows + memory.cols), 0);

/**
 * Steps until some examples as queries are all done, rounded up. A state that comes back is never done.
 * @throws InputError as `stepsFor` does
 */
export async function stepsUntilDone(
  network: LearnerNetwork,
  memory: Memory,
  examples: readonly Example[],
  { onStep, signal, chooseEngine = engineChooser(network) }: StepsOptions = {},
): Promise<number> {
  const { digital } = network;
  const form = digitalForm(network, memory);
  const isHalted = haltTest(digital);
  const tried = examples.slice(0, TRIED);
  for (const { features } of tried) requireQuery(memory, features);
  const states = tried.map(({ features }) => form.stateOf({ memory, features }));
  const shape = preparedShape(digital, memory);
  // Most learners take a few times as many steps as it is through the grid.
  const about = 3 * (shape.rows + shape.cols);
  const engine = await chooseEngine(about * shape.rows * shape.cols * states.length);
  const run = engine.start(shape, states);
  const look = lookEvery(memory);
  let before = states;
  const cycle = cycleDetector(sameStates, keptFirst(states));
  try {
    for (let round = 1; ; round++) {
      await breathe(signal);
      onStep?.((round - 1) * look, Math.max(about, round * look));
      await run.advance(look);
      const now = await run.read();
      const isDone = digital.stop.kind === "halted" ? now.every(isHalted) : sameStates(before, now);
      if (isDone) return round * look;
      if (cycle.returns(now) > 0) throw neverDone(network, examples.length);
      before = now;
    }
  } finally {
    run.close();
  }
}

const neverDone = ({ digital }: LearnerNetwork, examples: number): InputError =>
  new InputError(
    `${digital.program} never halts on these ${examples} examples: it repeats itself; ` +
      "check with `tapeloom run` what it does on them",
  );
