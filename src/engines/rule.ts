// Runs the rule itself, one synchronous step after another: what the network has to compute.

import { OFFSETS } from "../grid/direction.ts";
import { firstValue, type Grid } from "../grid/grid.ts";
import { type Expression, evaluate } from "../logic/expression.ts";
import type { Rule } from "../schedule/rule.ts";

/** The grid of all fields, hidden ones too, before the first step. */
export function startRule(rule: Rule, input: Grid): Grid {
  const cells = input.rows * input.cols;
  const planes = rule.fields.map(({ name, initial }): [string, Int32Array] => {
    const given = Object.hasOwn(input.planes, name) ? input.planes[name] : undefined;
    return [name, given === undefined ? new Int32Array(cells).fill(initial) : given.slice()];
  });
  return { rows: input.rows, cols: input.cols, planes: Object.fromEntries(planes) };
}

/** One step of every cell. */
export function stepRule(rule: Rule, grid: Grid): Grid {
  const { rows, cols } = grid;
  const planes = Object.fromEntries(
    Object.entries(grid.planes).map(([name, plane]) => [name, plane.slice()]),
  );
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const leaf = cellLeaves(rule, grid, row, col);
      for (const { field, value } of rule.updates) planes[field]![row * cols + col] = evaluate(value, leaf);
    }
  }
  return { rows, cols, planes };
}

/** Whether every cell satisfies the rule's halting condition. */
export function ruleHalted(rule: Rule, grid: Grid): boolean {
  const { stop } = rule;
  if (stop.kind !== "halted") return false;
  for (let row = 0; row < grid.rows; row++) {
    for (let col = 0; col < grid.cols; col++) {
      if (evaluate(stop.when, cellLeaves(rule, grid, row, col)) === 0) return false;
    }
  }
  return true;
}

/** Values of reads, edges and signals in one cell. */
function cellLeaves(rule: Rule, grid: Grid, row: number, col: number): (leaf: Expression) => number {
  const signals = new Map<string, number>();
  const value = (leaf: Expression): number => {
    if (leaf.tag === "signal") {
      const known = signals.get(leaf.name);
      if (known !== undefined) return known;
      const made = evaluate(rule.signals.find(({ name }) => name === leaf.name)!.value, value);
      signals.set(leaf.name, made);
      return made;
    }
    if (leaf.tag !== "read" && leaf.tag !== "inside") throw new Error(`internal: ${leaf.tag} is not a leaf`);
    const [down, right] = OFFSETS[leaf.place];
    const [r, c] = [row + down, col + right];
    const isInside = r >= 0 && r < grid.rows && c >= 0 && c < grid.cols;
    if (leaf.tag === "inside") return isInside ? 1 : 0;
    return isInside ? grid.planes[leaf.field]![r * grid.cols + c]! : firstValue(leaf.type);
  };
  return value;
}

export interface RuleRun {
  readonly grid: Grid;
  readonly steps: number;
  /** Whether the rule's own stop ended the run. */
  readonly halted: boolean;
}

/** Steps until the rule's stop holds or `maxSteps` are done. */
export function runRule(
  rule: Rule,
  input: Grid,
  maxSteps: number,
  onStep: (step: number, grid: Grid) => void = () => {},
): RuleRun {
  let grid = startRule(rule, input);
  for (let steps = 0; ; steps++) {
    if (ruleHalted(rule, grid)) return { grid, steps, halted: true };
    if (rule.stop.kind !== "fixpoint" && steps >= maxSteps) return { grid, steps, halted: false };
    const next = stepRule(rule, grid);
    if (rule.stop.kind === "fixpoint" && sameGrid(grid, next)) return { grid, steps, halted: true };
    if (steps >= maxSteps) return { grid, steps, halted: false };
    grid = next;
    onStep(steps + 1, grid);
  }
}

function sameGrid(a: Grid, b: Grid): boolean {
  return Object.entries(a.planes).every(([name, plane]) =>
    plane.every((value, at) => value === b.planes[name]![at]),
  );
}
