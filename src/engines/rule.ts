// Runs the rule itself, one synchronous step after another: what the network has to compute.
//
// Every expression becomes a closure that reads the cell's patch. A part that is used in several places is computed
// at most once a cell: it keeps its value together with the number of the cell visited (its stamp).
//
// The last step is remembered: a cell that sees what it saw then becomes what it became.

import { type Rule, valuesOfRule } from "../compiler/schedule/rule.ts";
import { unreachable } from "../diagnostics/diagnostic.ts";
import { cached } from "../diagnostics/memo.ts";
import { OFFSETS, type Place } from "../grid/direction.ts";
import { requireCount } from "../grid/given.ts";
import { firstValue, type Grid, sameGrid, withAllFields } from "../grid/grid.ts";
import { startingGrid } from "../grid/prepare.ts";
import { countUses, type Expression, type ExpressionOf, landings, operands } from "../logic/expression.ts";
import { cycleDetector, keptFirst } from "./cycle.ts";
import type { RunResult } from "./run.ts";

/** A rule made ready to step grids of any shape. */
export interface RuleEngine {
  /**
   * The grid of all fields, hidden ones too, before the first step: the input, prepared unless it has been; fields not
   * given start as declared.
   * @throws InputError if the rule does not take the grid
   */
  start(input: Grid): Grid;
  /** One step of every cell. */
  step(grid: Grid): Grid;
  /** Tells whether every cell satisfies the rule's halting condition. */
  halted(grid: Grid): boolean;
}

export function ruleEngine(rule: Rule): RuleEngine {
  const compiler = new Compiler(rule);
  const updates = rule.updates.map(({ field, value }) => ({ field, value: compiler.value(value) }));
  const halts = rule.stop.kind === "halted" ? compiler.value(rule.stop.when) : null;
  const names = rule.fields.map(({ name }) => name);
  const patchOf = ({ rows, cols, planes }: Grid): Patch => {
    return { rows, cols, planes: names.map((name) => planes[name]!), row: 0, col: 0, stamp: 0 };
  };
  let last: Step | null = null;
  return {
    start: (input) => withAllFields(startingGrid(rule, input), rule.fields),
    step(grid) {
      const patch = patchOf(grid);
      const isOther = last && seeingOthers(last.before, patch);
      const { before, after } = (isOther && last) ?? emptyStep(patch, updates.length);
      const targets = updates.map(({ field, value }, at) => ({ field, value, target: after[at]!.slice() }));
      const visit = (_: Patch, cell: number): true => {
        for (const { target, value } of targets) target[cell] = value(patch);
        return true;
      };
      everyCell(patch, compiler, visit, isOther);
      // Whoever gets or gave these planes may write to them.
      for (const [at, plane] of patch.planes.entries()) before.planes[at]!.set(plane);
      for (const [at, { target }] of targets.entries()) after[at]!.set(target);
      last = { before, after };
      const made = Object.fromEntries(targets.map(({ field, target }) => [field, target]));
      return { ...grid, planes: { ...grid.planes, ...made } };
    },
    halted: (grid) => halts !== null && everyCell(patchOf(grid), compiler, (patch) => halts(patch) === 1),
  };
}

/** All planes before a step, and those of the updated fields after it. */
interface Step {
  readonly before: Patch;
  readonly after: readonly Int32Array[];
}

function emptyStep(shape: Patch, updates: number): Step {
  const blank = () => new Int32Array(shape.rows * shape.cols);
  return {
    before: { ...shape, planes: shape.planes.map(blank) },
    after: Array.from({ length: updates }, blank),
  };
}

/** By cell, 1 where it sees something else in another grid; null where that has another shape. */
function seeingOthers(before: Patch, { rows, cols, planes }: Patch): Uint8Array | null {
  if (before.rows !== rows || before.cols !== cols) return null;
  const changed = new Uint8Array(rows * cols);
  for (const [at, plane] of planes.entries()) {
    const old = before.planes[at]!;
    for (let cell = 0; cell < plane.length; cell++) if (plane[cell] !== old[cell]) changed[cell] = 1;
  }
  const seeing = new Uint8Array(changed.length);
  for (let cell = changed.indexOf(1); cell >= 0; cell = changed.indexOf(1, cell + 1)) {
    const [row, col] = [Math.floor(cell / cols), cell % cols];
    for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++)
      seeing.fill(1, y * cols + Math.max(0, col - 1), y * cols + Math.min(cols, col + 2));
  }
  return seeing;
}

/** Where a cell is, and all planes as they were before the step, in the order of the rule's fields. */
interface Patch {
  readonly rows: number;
  readonly cols: number;
  readonly planes: readonly Int32Array[];
  row: number;
  col: number;
  stamp: number;
}

type Value = (patch: Patch) => number;

/** Visits the cells in reading order, or those that are named, for as long as `visit` says so; whether it always did. */
function everyCell(
  patch: Patch,
  compiler: Compiler,
  visit: (patch: Patch, cell: number) => boolean,
  named: Uint8Array | null = null,
): boolean {
  let cell = 0;
  for (patch.row = 0; patch.row < patch.rows; patch.row++) {
    for (patch.col = 0; patch.col < patch.cols; patch.col++, cell++) {
      if (named?.[cell] === 0) continue;
      compiler.enter(patch);
      if (!visit(patch, cell)) return false;
    }
  }
  return true;
}

/** Compiles the expressions of one rule. */
class Compiler {
  readonly #rule: Rule;
  readonly #uses: ReadonlyMap<Expression, number>;
  /** Parts of deep expressions that are computed before what they are parts of, the lowest first. */
  readonly #steps: ReadonlySet<Expression>;
  readonly #first: readonly Value[];
  readonly #known = new Map<Expression, Value>();
  readonly #signals = new Map<string, Value>();
  #stamp = 0;

  constructor(rule: Rule) {
    this.#rule = rule;
    const roots = valuesOfRule(rule);
    const all = rule.stop.kind === "halted" ? [...roots, rule.stop.when] : roots;
    this.#uses = countUses(all);
    this.#steps = new Set(landings(all, ({ nesting }) => nesting));
    this.#first = [...this.#steps].map((node) => this.value(node));
  }

  /** Goes on to a cell: its stamp is a number that no cell has been visited under before. */
  enter(patch: Patch): void {
    patch.stamp = ++this.#stamp;
    for (const value of this.#first) value(patch);
  }

  value(node: Expression): Value {
    return cached(this.#known, node, () => {
      const plain = this.#compile(node);
      return this.#isKept(node) ? once(plain) : plain;
    });
  }

  /** Tells whether a value is computed once for a cell. */
  #isKept(node: Expression): boolean {
    return this.#steps.has(node) || (operands(node).length > 0 && this.#uses.get(node)! > 1);
  }

  #compile(node: Expression): Value {
    switch (node.tag) {
      case "constant": {
        const { value } = node;
        return () => value;
      }
      case "read":
        return this.#read(node.field, node.place, firstValue(node.type));
      case "inside": {
        const { isInside } = looking(node.place);
        return (patch) => (isInside(patch) ? 1 : 0);
      }
      case "signal":
        return this.#signal(node.name);
      case "not": {
        const of = this.value(node.of);
        return (patch) => 1 - of(patch);
      }
      case "and": {
        const parts = node.of.map((part) => this.value(part));
        return (patch) => (parts.every((part) => part(patch) === 1) ? 1 : 0);
      }
      case "or": {
        const parts = node.of.map((part) => this.value(part));
        return (patch) => (parts.some((part) => part(patch) === 1) ? 1 : 0);
      }
      case "is": {
        const [of, wanted] = [this.value(node.of), node.value];
        return (patch) => (of(patch) === wanted ? 1 : 0);
      }
      case "atLeast": {
        const [of, bound] = [this.value(node.of), node.bound];
        return (patch) => (of(patch) >= bound ? 1 : 0);
      }
      case "sum": {
        const terms = node.terms.map(({ weight, of }) => ({ weight, of: this.value(of) }));
        const { offset } = node;
        return (patch) => terms.reduce((sum, { weight, of }) => sum + weight * of(patch), offset);
      }
      case "xor":
      case "min":
      case "max":
        return pairing(node.tag, this.value(node.left), this.value(node.right));
      case "choose":
        return this.#chain(node);
      default:
        return unreachable(node);
    }
  }

  /** Chains of choices can be long: they are walked, and not nested. */
  #chain(node: ExpressionOf<"choose">): Value {
    const choices: { readonly when: Value; readonly then: Value }[] = [];
    let rest: Expression = node;
    for (; rest.tag === "choose" && (rest === node || !this.#isKept(rest)); rest = rest.otherwise)
      choices.push({ when: this.value(rest.when), then: this.value(rest.then) });
    const last = this.value(rest);
    return (patch) => {
      for (const { when, then } of choices) if (when(patch) === 1) return then(patch);
      return last(patch);
    };
  }

  #read(field: string, place: Place, offGrid: number): Value {
    const plane = this.#rule.fields.findIndex(({ name }) => name === field);
    if (plane < 0) throw new Error(`internal: no field ${field}`);
    const { isInside, down, right } = looking(place);
    return (patch) => {
      if (!isInside(patch)) return offGrid;
      return patch.planes[plane]![(patch.row + down) * patch.cols + patch.col + right]!;
    };
  }

  #signal(name: string): Value {
    return cached(this.#signals, name, () => {
      const defined = this.#rule.signals.find((signal) => signal.name === name);
      if (defined === undefined) throw new Error(`internal: no signal ${name}`);
      return once(this.value(defined.value));
    });
  }
}

function once(value: Value): Value {
  let stamp = 0;
  let kept = 0;
  return (patch) => {
    if (stamp !== patch.stamp) {
      kept = value(patch);
      stamp = patch.stamp;
    }
    return kept;
  };
}

function pairing(tag: "xor" | "min" | "max", left: Value, right: Value): Value {
  if (tag === "xor") return (patch) => (left(patch) === right(patch) ? 0 : 1);
  const extreme = Math[tag];
  return (patch) => extreme(left(patch), right(patch));
}

function looking(place: Place) {
  const [down, right] = OFFSETS[place];
  const isInside = ({ row, col, rows, cols }: Patch): boolean =>
    row + down >= 0 && row + down < rows && col + right >= 0 && col + right < cols;
  return { down, right, isInside: place === "here" ? () => true : isInside };
}

export type RuleRun = Omit<RunResult, "stray">;

/**
 * Steps until the rule's stop holds or `maxSteps` are done.
 * @throws InputError if the rule does not take the grid, or `maxSteps` is no number of steps
 */
export function runRule(
  rule: Rule,
  input: Grid,
  maxSteps: number,
  onStep: (step: number, grid: Grid) => void = () => {},
): RuleRun {
  requireCount(maxSteps, "largest number of steps");
  const run = ruleSteps(rule, input, maxSteps);
  for (let next = run.next(); ; next = run.next()) {
    if (next.done) return next.value;
    if (next.value.steps > 0) onStep(next.value.steps, next.value.grid);
  }
}

/**
 * Gives the grid before the first step and after each, until the rule's stop holds, as many steps as `limit` are done or,
 * without a limit, a grid comes back.
 * @throws InputError if the rule does not take the grid
 */
export function* ruleSteps(
  rule: Rule,
  input: Grid,
  limit: number | undefined,
): Generator<{ readonly steps: number; readonly grid: Grid }, RuleRun> {
  const engine = ruleEngine(rule);
  const start = engine.start(input);
  const { period, ...end } = yield* stepsToEnd(engine, start, {
    limit,
    rests: rule.stop.kind === "fixpoint",
  });
  if (period === 0) return end;
  return { ...end, repeats: { start: cycleStart(engine, start, period), period } };
}

/** How a run ends: `period` is the number of steps after which its last grid came back, or 0. */
interface RuleEnd {
  readonly grid: Grid;
  readonly steps: number;
  readonly halted: boolean;
  readonly period: number;
}

/**
 * Gives a grid that an engine has prepared and the one after each step, until all cells have halted, `limit` steps are
 * done or, without a limit, a grid comes back; where `rests` is set also until a step changes nothing, which counts as
 * halted, and is looked at even after the limit.
 */
export function* stepsToEnd(
  engine: RuleEngine,
  start: Grid,
  { limit, rests }: { readonly limit?: number | undefined; readonly rests: boolean },
): Generator<{ readonly steps: number; readonly grid: Grid }, RuleEnd> {
  let grid = start;
  const cycle = limit === undefined ? cycleDetector(sameGrid, keptFirst(grid)) : null;
  for (let steps = 0; ; steps++) {
    yield { steps, grid };
    const end = { grid, steps, halted: false, period: 0 };
    const period = steps === 0 ? 0 : (cycle?.returns(grid) ?? 0);
    if (period > 0) return { ...end, period };
    if (engine.halted(grid)) return { ...end, halted: true };
    if (steps === limit && !rests) return end;
    const next = engine.step(grid);
    if (rests && sameGrid(grid, next)) return { ...end, halted: true };
    if (steps === limit) return end;
    grid = next;
  }
}

/** The first step whose grid comes back: two runs, one of them `period` steps ahead, until they agree. */
function cycleStart(engine: RuleEngine, first: Grid, period: number): number {
  let [behind, ahead] = [first, first];
  for (let step = 0; step < period; step++) ahead = engine.step(ahead);
  for (let start = 0; ; start++) {
    if (sameGrid(behind, ahead)) return start;
    [behind, ahead] = [engine.step(behind), engine.step(ahead)];
  }
}
