// That a network takes those cells for finished that its program does. Cells that differ refute nothing by themselves,
// since no run may reach them: a run has to end earlier or later than the program's.

import type { Rule } from "../../compiler/schedule/rule.ts";
import { ruleEngine } from "../../engines/rule.ts";
import { type Grid, sameGrid } from "../../grid/grid.ts";
import { prepareInput } from "../../grid/prepare.ts";
import { seededRandom } from "../../grid/random.ts";
import { showSymbol } from "../../grid/symbols.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import { DIFFERS, Diagrams, MIN } from "../../logic/diagrams.ts";
import { unlessTooLarge } from "../../logic/nodes.ts";
import type { Network } from "../../network/network.ts";
import { encode, haltTest } from "../../network/state.ts";
import { smallestFinding } from "../verify/shrink.ts";
import { cubeValues, expressionValues } from "./functions.ts";
import { assumption, type Invariant } from "./invariant.ts";
import type { Lemmas } from "./lemma.ts";
import { type Neighbourhood, Patch } from "./neighbourhood.ts";
import { inputsToTry } from "./reach-inputs.ts";
import type { StepOutcome, StopReached } from "./result.ts";

export interface StopProof {
  readonly outcome: StepOutcome;
  /** Why it is not proved, in plain words; null if it is. */
  readonly reason: string | null;
  /** A legal cell that one takes for finished and the other does not. */
  readonly cell: Neighbourhood | null;
}

const SAME: StopProof = { outcome: "proved", reason: null, cell: null };
const TOO_LARGE: StopProof = {
  outcome: "undecided",
  reason: "which cells are finished has no diagram of reasonable size",
  cell: null,
};
/** Nodes that the diagrams of stop rules may take. */
const MOST_NODES = 1_000_000;

/** On all legal cells; where that fails, on those that satisfy an invariant. Stop rules are of one kind already. */
export function proveStop(rule: Rule, network: Network, lemmas: Pick<Lemmas, "cells"> | null): StopProof {
  const first = compareStops(rule, network, null);
  if (first.outcome === "proved" || lemmas === null) return first;
  const invariant = lemmas.cells();
  return invariant === null ? first : compareStops(rule, network, invariant);
}

const compareStops = (rule: Rule, network: Network, invariant: Invariant | null): StopProof =>
  unlessTooLarge(
    () => differenceOf(rule, network, invariant),
    () => TOO_LARGE,
  );

function differenceOf(rule: Rule, network: Network, invariant: Invariant | null): StopProof {
  if (network.stop.kind !== "halted" || rule.stop.kind !== "halted") return SAME;
  const patch = new Patch(rule.fields, false, new Diagrams(MOST_NODES));
  const { diagrams } = patch;
  const theirs = cubeValues(network.stop.cubes, network, patch);
  const ours = expressionValues(rule, patch)(rule.stop.when);
  const differs = diagrams.apply(DIFFERS, theirs, ours);
  const assumed =
    invariant === null
      ? differs
      : diagrams.apply(MIN, differs, assumption(invariant, patch, diagrams.support(differs)));
  const cell = patch.witness(assumed);
  return cell === null ? SAME : { outcome: "differs", reason: describe(rule, cell), cell };
}

function describe(rule: Rule, { grid, row, col }: Neighbourhood): string {
  const values = rule.fields.map(
    ({ name, type }) => `${name} ${showSymbol(type, grid.planes[name]![row * grid.cols + col]!)}`,
  );
  return `network and program differ in whether a cell is finished that has ${values.join(", ")}`;
}

/** Cell steps that one input may take, and all inputs together. */
const MOST_CELLS = 20_000;
const MOST_WORK = 1_000_000;

/** The smallest input found whose run ends at another step; null if none was found. The network's step is the rule's. */
export async function reachStop(
  program: CheckedProgram,
  rule: Rule,
  network: Network,
  { seed, from }: { readonly seed: number; readonly from: Neighbourhood | null },
): Promise<StopReached | null> {
  const engine = ruleEngine(rule);
  const isHalted = haltTest(network);
  /** Cell steps made so far. */
  let work = 0;
  const difference = (given: Grid): Omit<StopReached, "input"> | null => {
    let grid = engine.start(prepareInput(program, given));
    const cells = grid.rows * grid.cols;
    for (let step = 0; step * cells <= MOST_CELLS; step++) {
      const isOver = engine.halted(grid);
      if (isHalted(encode(network, grid)) !== isOver)
        return { step, endedBy: isOver ? "program" : "network" };
      if (isOver) return null;
      work += cells;
      const next = engine.step(grid);
      if (sameGrid(grid, next)) return null;
      grid = next;
    }
    return null;
  };
  for (const tried of inputsToTry(program, from, seededRandom(seed))) {
    if (difference(tried) !== null) {
      const { input, found } = await smallestFinding(program, tried, difference);
      return { input, ...found };
    }
    if (work > MOST_WORK) return null;
  }
  return null;
}
