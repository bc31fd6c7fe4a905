// What networks do on whole grids: run beside the program's rule on inputs that grow to many times the size of those
// that were trained on, and for longer than it takes.
//
// A run has a declared number of steps: as many as the rule takes to its end or to rest, or, where it comes to neither,
// as many as are asked for. Networks make just as many, whatever they do; then their outputs are looked at. Before
// that, the first step after which any channel of any cell is wrong is noted.

import type { Rule } from "../../compiler/schedule/rule.ts";
import { breathe } from "../../diagnostics/breathe.ts";
import { once } from "../../diagnostics/memo.ts";
import { cycleDetector, keptFirst } from "../../engines/cycle.ts";
import type { Engine, Run } from "../../engines/engine.ts";
import { type RuleEngine, ruleEngine, stepsToEnd } from "../../engines/rule.ts";
import { randomGrids } from "../../grid/generate.ts";
import { type Grid, inputsOf, type Shape, sameGrid } from "../../grid/grid.ts";
import { prepareInput } from "../../grid/prepare.ts";
import type { Random } from "../../grid/random.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import type { Network } from "../../network/network.ts";
import { encodeStarting } from "../../network/state.ts";
import { largestShape } from "../../proof/verify/shapes.ts";
import { type Rate, wilson } from "../learner/wilson-interval.ts";

/** A network and what runs it. Its channels have the order of all others. */
interface Runner {
  readonly network: Network;
  readonly engine: Engine;
  /** Whether its step is proved to be the rule's: then no step of a run is wrong, and only ends are looked at. */
  readonly isProved: boolean;
}

export interface BehaviourOptions {
  /** The size that was trained on. */
  readonly size: Shape;
  /** Multiples of it, in rows and columns. */
  readonly scales: readonly number[];
  /** Runs at each scale, or fewer where they are long. */
  readonly runs: number;
  /** Declared steps; null is what the rule takes, or, where it does not end, as many as rows and columns together. */
  readonly steps: number | null;
  readonly random: Random;
  readonly onRun?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** One network on inputs of one size. */
interface ScaleResult {
  readonly scale: number;
  /** Workspace included. */
  readonly shape: Shape;
  /** Declared steps of the shortest and the longest run. */
  readonly steps: readonly [least: number, most: number];
  /** Runs that would have gone on. */
  readonly cut: number;
  /** Runs whose outputs are right in the end. */
  readonly exact: Rate;
  readonly runs: readonly ComparedRun[];
}

interface ComparedRun {
  /** Declared steps. */
  readonly steps: number;
  readonly isExact: boolean;
  /** The first step after which a channel was wrong; null if none was. */
  readonly diverged: number | null;
}

/** Outputs after several times the declared steps, at the size that was trained on. */
interface StabilityResult {
  readonly times: number;
  readonly exact: Rate;
}

export interface Behaviour {
  readonly scales: readonly ScaleResult[];
  readonly stability: readonly StabilityResult[];
}

/** Cells times steps that the runs of one scale may take before there are no more. */
const MOST_WORK = 5e6;
/** Cells times steps that a network is taken on at once. */
const MOST_AT_ONCE = 3e5;
/** Cells times steps after which a single run has no end, and is looked at there. */
const LONGEST = 2e7;
/** Programs without an end may come to rest within this multiple of rows and columns. */
const PATIENCE = 4;
/** How much longer runs are made to see whether results stay. */
const LONGER = [1, 2, 10] as const;

/** Returns what the networks do, in their order, all on the same inputs. */
export async function behavioursOf(
  program: CheckedProgram,
  rule: Rule,
  runners: readonly Runner[],
  options: BehaviourOptions,
): Promise<Behaviour[]> {
  const trials = new Trials(program, rule, runners, options);
  const byScale: Trial[][] = [];
  for (const scale of options.scales) byScale.push(await trials.at(scale));
  const first = byScale[0] ?? [];
  return runners.map((_, nth) => ({
    scales: options.scales.map((scale, at) => scaleResult(scale, byScale[at]!, nth)),
    stability: LONGER.map((times, at) => ({
      times,
      exact: share(first.map(({ results }) => results[nth]!.later[at]!)),
    })),
  }));
}

/** One input, and what every network made of it. */
interface Trial {
  readonly shape: Shape;
  readonly steps: number;
  readonly isCut: boolean;
  readonly results: readonly (Omit<ComparedRun, "steps"> & {
    /** Whether outputs are right after 1, 2 and 10 times the steps; where that was looked at. */
    readonly later: readonly boolean[];
  })[];
}

function scaleResult(scale: number, trials: readonly Trial[], nth: number): ScaleResult {
  const runs = trials.map(({ steps, results }): ComparedRun => {
    const { isExact, diverged } = results[nth]!;
    return { steps, isExact, diverged };
  });
  const steps = runs.map((run) => run.steps);
  return {
    scale,
    shape: trials[0]!.shape,
    steps: [Math.min(...steps), Math.max(...steps)],
    cut: trials.filter(({ isCut }) => isCut).length,
    exact: share(runs.map(({ isExact }) => isExact)),
    runs,
  };
}

const share = (right: readonly boolean[]): Rate =>
  wilson(right.filter(Boolean).length / right.length, right.length);

type OnStep = (made: Grid, step: number) => void | Promise<void>;

/** Where a run is looked at. */
interface Declared {
  readonly grid: Grid;
  readonly steps: number;
  readonly isCut: boolean;
}

class Trials {
  readonly #program: CheckedProgram;
  readonly #rule: Rule;
  readonly #engine: RuleEngine;
  readonly #runners: readonly Runner[];
  readonly #options: BehaviourOptions;
  #done = 0;

  constructor(program: CheckedProgram, rule: Rule, runners: readonly Runner[], options: BehaviourOptions) {
    this.#program = program;
    this.#rule = rule;
    this.#engine = ruleEngine(rule);
    this.#runners = runners;
    this.#options = options;
  }

  /** Runs on inputs of a multiple of the size; results are looked at longer on the first multiple. */
  async at(scale: number): Promise<Trial[]> {
    const { size, scales, runs, random, onRun } = this.#options;
    const shape = largestShape(this.#program, { rows: size.rows * scale, cols: size.cols * scale });
    const trials: Trial[] = [];
    const inputs = inputsOf(this.#program);
    // Without inputs all runs are one.
    const most = inputs.length === 0 ? 1 : runs;
    let work = 0;
    for (const given of randomGrids(() => shape, inputs, random, most)) {
      const input = prepareInput(this.#program, given);
      const trial = await this.#trial(input, scale === scales[0]);
      trials.push(trial);
      work += trial.steps * input.rows * input.cols;
      onRun?.(++this.#done, runs * scales.length);
      if (work >= MOST_WORK) break;
    }
    this.#done = (scales.indexOf(scale) + 1) * runs;
    return trials;
  }

  async #trial(input: Grid, isLonger: boolean): Promise<Trial> {
    const shape = { rows: input.rows, cols: input.cols };
    const start = this.#engine.start(input);
    const sides = this.#runners.map(
      (runner) => new Side(runner, this.#program, start, () => this.#breathe()),
    );
    const { steps, isCut, grid } = await this.#declared(start, async (made, step) => {
      const wanted = once(() => this.#encoded(made));
      for (const side of sides) await side.follow(wanted, step);
    });
    const end = this.#encoded(grid);
    const results = await Promise.all(sides.map((side) => side.isRight(end)));
    const later = isLonger ? await this.#later(sides, grid, Math.max(1, steps), results) : null;
    for (const side of sides) side.close();
    return {
      shape,
      steps,
      isCut,
      results: results.map((isExact, nth) => ({
        isExact,
        diverged: sides[nth]!.diverged,
        later: later?.map((right) => right[nth]!) ?? [],
      })),
    };
  }

  /** The state that all networks should have, their channels being in one order. */
  #encoded(grid: Grid): Float32Array {
    return encodeStarting(this.#runners[0]!.network, grid);
  }

  /** The steps that were asked for, or until the rule has halted or comes to rest; else it is cut. */
  async #declared(start: Grid, onStep: OnStep): Promise<Declared> {
    const { rows, cols } = start;
    if (this.#options.steps !== null) return this.#stepped(start, this.#options.steps, onStep);
    if (this.#rule.stop.kind !== "never")
      return this.#untilOver(start, Math.ceil(LONGEST / (rows * cols)), onStep);
    const rest = await this.#untilOver(start, PATIENCE * (rows + cols), () => {});
    return this.#stepped(start, rest.isCut ? rows + cols : rest.steps, onStep);
  }

  async #stepped(start: Grid, steps: number, onStep: OnStep): Promise<Declared> {
    let grid = start;
    for (let step = 1; step <= steps; step++) {
      grid = this.#engine.step(grid);
      await onStep(grid, step);
      await this.#breathe();
    }
    return { grid, steps, isCut: false };
  }

  async #untilOver(start: Grid, limit: number, onStep: OnStep): Promise<Declared> {
    const run = stepsToEnd(this.#engine, start, { rests: this.#rule.stop.kind !== "halted" });
    for (let next = run.next(); ; next = run.next()) {
      const { grid, steps } = next.value;
      if (next.done) return { grid, steps, isCut: !next.value.halted };
      if (steps > 0) await onStep(grid, steps);
      if (steps === limit) return { grid, steps, isCut: true };
      await this.#breathe();
    }
  }

  /** Tells whether outputs are right after 1, 2 and 10 times the steps. */
  async #later(
    sides: readonly Side[],
    end: Grid,
    steps: number,
    first: readonly boolean[],
  ): Promise<readonly (readonly boolean[])[]> {
    let grid = end;
    const found: (readonly boolean[])[] = [first];
    for (const [at, times] of LONGER.slice(1).entries()) {
      const more = (times - LONGER[at]!) * steps;
      grid = this.#restOf(grid, more);
      for (const side of sides) side.advance(more);
      const wanted = this.#encoded(grid);
      found.push(await Promise.all(sides.map((side) => side.isRight(wanted))));
      await this.#breathe();
    }
    return found;
  }

  #restOf(grid: Grid, steps: number): Grid {
    let now = grid;
    const cycle = cycleDetector(sameGrid, keptFirst(grid));
    for (let left = steps; left > 0; left--) {
      now = this.#engine.step(now);
      const period = cycle.returns(now);
      // Whole periods lead to where it is.
      if (period > 0) left = ((left - 1) % period) + 1;
    }
    return now;
  }

  #last = performance.now();

  /** Lets a progress bar and an interrupt have their turn. */
  async #breathe(): Promise<void> {
    if (performance.now() - this.#last < 50) return;
    await breathe();
    this.#last = performance.now();
    this.#options.signal?.throwIfAborted();
  }
}

/** One network on one input. */
class Side {
  readonly #run: Run;
  /** Channels of a cell, and which of them are outputs. */
  readonly #width: number;
  readonly #answers: readonly number[];
  /** The cell that holds a learner's answer; null where all cells count. */
  readonly #cell: number | null;
  readonly #isProved: boolean;
  readonly #breathe: () => Promise<void>;
  readonly #atOnce: number;
  /** Steps that are still to be made. */
  #behind = 0;
  diverged: number | null = null;

  constructor(runner: Runner, program: CheckedProgram, start: Grid, breathe: () => Promise<void>) {
    const { network, engine, isProved } = runner;
    this.#isProved = isProved;
    this.#breathe = breathe;
    this.#atOnce = Math.ceil(MOST_AT_ONCE / (start.rows * start.cols));
    this.#width = network.channels.length;
    this.#run = engine.start(start, [encodeStarting(network, start)]);
    const answers = answerFields(program);
    this.#answers = [...network.channels.entries()].flatMap(([at, { code }]) =>
      code.kind !== "inside" && answers.includes(code.field) ? [at] : [],
    );
    this.#cell = program.predict === null ? null : start.rows * start.cols - 1;
  }

  /** Makes the next step, after which the state should be the wanted one. */
  async follow(wanted: () => Float32Array, step: number): Promise<void> {
    this.#behind++;
    const isOpen = !this.#isProved && this.diverged === null;
    if (isOpen || this.#behind > this.#atOnce) await this.#catchUp();
    if (isOpen && !isRounded(await this.#state(), wanted())) this.diverged = step;
  }

  advance(steps: number): void {
    this.#behind += steps;
  }

  async #catchUp(): Promise<void> {
    for (; this.#behind > 0; this.#behind -= Math.min(this.#behind, this.#atOnce)) {
      await this.#run.advance(Math.min(this.#behind, this.#atOnce));
      await this.#breathe();
    }
  }

  async #state(): Promise<Float32Array> {
    await this.#catchUp();
    return (await this.#run.read())[0]!;
  }

  /** Tells whether the outputs are those of a state. */
  async isRight(wanted: Float32Array): Promise<boolean> {
    const state = await this.#state();
    const width = this.#width;
    const isRightAt = (cell: number) =>
      this.#answers.every((channel) => {
        const at = cell * width + channel;
        return rounded(state[at]!) === wanted[at];
      });
    if (this.#cell !== null) return isRightAt(this.#cell);
    for (let cell = 0; cell * width < wanted.length; cell++) if (!isRightAt(cell)) return false;
    return true;
  }

  close(): void {
    this.#run.close();
  }
}

function isRounded(state: Float32Array, wanted: Float32Array): boolean {
  for (let at = 0; at < wanted.length; at++)
    if (state[at] !== wanted[at] && rounded(state[at]!) !== wanted[at]) return false;
  return true;
}

const rounded = (value: number): number => (value > 0.5 ? 1 : 0);

/** The fields that a run is for: what is predicted, or outputs, or where there are none, inputs and states. */
function answerFields({ fields, predict }: CheckedProgram): string[] {
  if (predict !== null) return [predict];
  const outputs = fields.filter(({ role }) => role === "output");
  return (outputs.length > 0 ? outputs : fields).map(({ name }) => name);
}
