// Which of many networks that differ in a unit from a right one are told from the rule by a run. Runs of the rule are
// kept as the neighbourhoods that come up in them, in that order, since most inputs are tried with all networks.

import type { Rule } from "../../compiler/schedule/rule.ts";
import { cached } from "../../diagnostics/memo.ts";
import type { Grid } from "../../grid/grid.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import type { Network } from "../../network/network.ts";
import { Neighbourhoods } from "../verify/neighbourhoods.ts";
import { type Variant, Variants } from "../verify/variants.ts";
import { isReached, type ReachOptions } from "./reach-difference.ts";

/** Neighbourhoods that are kept, and what depends on them; then all begins anew. */
const MOST_NEIGHBOURHOODS = 150_000;

/** A run of the rule from an input. */
interface KeptRun {
  /** Neighbourhoods, each with the step in which it first comes up. */
  readonly first: ReadonlyMap<number, number>;
  /** Steps made, the last of which changed nothing, or after which all cells had halted, if not as many as asked for. */
  readonly made: number;
}

/**
 * A test whether a run is found in which a network makes another step than the rule; for networks that do not round.
 * `most` bounds the neighbourhoods that are kept, and no more than that.
 */
export function variantSearch(
  program: CheckedProgram,
  rule: Rule,
  network: Network,
  most = MOST_NEIGHBOURHOODS,
): (variant: Variant, options: Omit<ReachOptions, "snap">) => Promise<boolean> {
  const anew = () => {
    const neighbourhoods = new Neighbourhoods(rule, network);
    const variants = new Variants(network, neighbourhoods);
    return { neighbourhoods, variants, runs: new Map<string, KeptRun>() };
  };
  let kept = anew();
  return (variant, options) => {
    if (kept.neighbourhoods.seen.length > most) kept = anew();
    const { neighbourhoods, variants, runs } = kept;
    const differs = variants.differs(variant);
    const test = async (prepared: Grid, steps: number) => {
      const { rows, cols, planes } = prepared;
      const key = `${rows} ${cols} ${steps} ${Object.values(planes).join(" ")}`;
      const { first, made } = cached(runs, key, () => runOf(neighbourhoods, prepared, steps));
      for (const [neighbourhood, step] of first)
        if (differs(neighbourhood)) return { made: step, isFound: true };
      return { made, isFound: false };
    };
    return isReached(program, test, variant.network, options);
  };
}

function runOf(neighbourhoods: Neighbourhoods, prepared: Grid, steps: number): KeptRun {
  const first = new Map<number, number>();
  let grid = neighbourhoods.start(prepared);
  for (let step = 1; step <= steps; step++) {
    const around = neighbourhoods.around(grid);
    const { next, hasHalted } = neighbourhoods.step(grid, around);
    if (hasHalted) return { first, made: step - 1 };
    for (const each of around) if (!first.has(each)) first.set(each, step);
    if (next.cells.every((cell, at) => cell === grid.cells[at])) return { first, made: step };
    grid = next;
  }
  return { first, made: Math.floor(steps) };
}
