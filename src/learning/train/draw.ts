// Where cases come from: runs of the program's rule on small random grids, grids whose cells are in any legal state,
// and what surrounds a counterexample.

import type { Rule } from "../../compiler/schedule/rule.ts";
import { type RuleEngine, ruleEngine } from "../../engines/rule.ts";
import { randomGrids } from "../../grid/generate.ts";
import { bounds, combinations, copyOfPlanes, type Grid, inputsOf, sameGrid } from "../../grid/grid.ts";
import type { Random } from "../../grid/random.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import { readsEdges } from "../../proof/prove/functions.ts";
import type { Neighbourhood } from "../../proof/prove/neighbourhood.ts";
import { shapesFor } from "../../proof/verify/shapes.ts";
import type { CaseSet } from "./cases.ts";

export interface CaseSource {
  /** Adds the neighbourhoods of a run up to the first step that shows nothing new, or of `all` steps; how many were new. */
  run(cases: CaseSet, all?: boolean): number;
  /** Adds those of a grid in any state. */
  anywhere(cases: CaseSet): number;
  /** Adds a neighbourhood and some that differ from it in a few places. */
  around(cases: CaseSet, centre: Neighbourhood, variants: number): number;
}

/** Side of the largest grids. */
export const LARGEST_SIDE = 8;
/** Steps of a run that are looked at. */
const STEPS = 40;

export function sourceOf(program: CheckedProgram, rule: Rule, random: Random): CaseSource {
  const engine = ruleEngine(rule);
  const shapeOf = shapesFor(program, { rows: LARGEST_SIDE, cols: LARGEST_SIDE });
  const inputs = randomGrids(shapeOf, inputsOf(program), random);
  return {
    run: (cases, all = false) => addRun(cases, engine, inputs.next().value!, all),
    anywhere: (cases) => {
      const grid = anyGrid(rule, random);
      return cases.add(grid, engine.step(grid));
    },
    around: (cases, centre, variants) => {
      let added = 0;
      for (let variant = 0; variant <= variants; variant++) {
        const grid = variant === 0 ? centre.grid : changed(rule, centre.grid, random);
        added += cases.add(grid, engine.step(grid), centre);
      }
      return added;
    },
  };
}

function addRun(cases: CaseSet, engine: RuleEngine, input: Grid, all: boolean): number {
  let grid = engine.start(input);
  let added = 0;
  for (let step = 0; step < STEPS; step++) {
    const next = engine.step(grid);
    const fresh = cases.add(grid, next);
    added += fresh;
    if (sameGrid(grid, next) || (!all && fresh === 0 && step > 0)) break;
    grid = next;
  }
  return added;
}

/** A grid of any legal state: in each field, values are equally likely, or one of them is more so. */
export function anyGrid(rule: Rule, random: Random): Grid {
  const shape = { rows: 1 + random.int(LARGEST_SIDE), cols: 1 + random.int(LARGEST_SIDE) };
  const planes = rule.fields.map(({ name, type }): [string, Int32Array] => {
    const { lo, hi } = bounds(type);
    const often = lo + random.int(hi - lo + 1);
    const share = random.int(2) === 0 ? 0 : random.next();
    const draw = () => (random.next() < share ? often : lo + random.int(hi - lo + 1));
    return [name, Int32Array.from({ length: shape.rows * shape.cols }, draw)];
  });
  return { ...shape, planes: Object.fromEntries(planes) };
}

/** The grid with some values drawn again: one, or two, or three, ... */
function changed(rule: Rule, grid: Grid, random: Random): Grid {
  const { rows, cols } = grid;
  const copy = copyOfPlanes(grid);
  do {
    const { name, type } = rule.fields[random.int(rule.fields.length)]!;
    const { lo, hi } = bounds(type);
    copy[name]![random.int(rows * cols)] = lo + random.int(hi - lo + 1);
  } while (random.int(4) > 0);
  return { rows, cols, planes: copy };
}

/**
 * Returns how many neighbourhoods there are of cells that can be in `states` states, whatever happens in runs; by default in
 * any legal one. Those at the edges count where the rule asks for them.
 */
export function countNeighbourhoods(rule: Rule, states = combinations(rule.fields)): number {
  if (!readsEdges(rule)) return states ** 9;
  // Two sides each way, either of which may be missing.
  const lines = [1, 2, 2, 3];
  return lines.flatMap((rows) => lines.map((cols) => states ** (rows * cols))).reduce((a, b) => a + b);
}
