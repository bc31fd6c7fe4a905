// The search as numbered jobs: what a job finds depends on the seed and its number alone, so that whoever does the jobs,
// and in whatever order, the find of the first job that has one is the same.

import type { SearchName } from "../../diagnostics/known-words.ts";
import { type Shape, valuesOf } from "../../grid/grid.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import type { Filling } from "../../language/analyse/fill.ts";
import { LaneMachine, type LoadedProblem, MACHINE_LANES } from "./candidate-lanes.ts";
import { type Candidate, countAll, countBits, Draws, drawAll, lanesOf } from "./candidates.ts";
import { evolve } from "./evolve.ts";
import type { DiscoverTask, Problem } from "./problem.ts";
import { fillLanes, type Numbered, Sieve } from "./sieve.ts";
import { type BitLayout, bitsOfFilling, fillingOf } from "./sketch-layout.ts";
import {
  problemAt,
  type Shapes,
  type Sizes,
  type Stream,
  shapesOf,
  type TaskChoice,
  taskOf,
} from "./tasks/tasks.ts";

export interface SearchPlan {
  readonly task: TaskChoice;
  readonly sizes: Sizes;
  readonly search: SearchName;
  readonly seed: number;
  /** Problems of full size that a candidate must be right on to be kept. */
  readonly problems: number;
  /** Whether smaller problems come first, and are what evolution is on; else it is on those of full size, which are all it sees. */
  readonly hasSmall: boolean;
}

export interface Find {
  /** The candidate's number in its job. */
  readonly index: number;
  readonly filling: Filling;
  /** Whether it is right on larger problems, too. */
  readonly isExact: boolean;
}

export interface SearchResult {
  readonly tried: number;
  /** Candidates that are right on all problems, in order. */
  readonly kept: readonly Find[];
  /** The largest share of points of small problems that one had; 0 where nobody counts. */
  readonly best: number;
  readonly bestFilling: Filling | null;
}

/** Candidates of one job. */
const DRAWN = 2 ** 18;
const COUNTED = 2 ** 18;
/** Jobs of draws or of counting, each of which takes some 10 ms. */
const TOGETHER = 16;
/** Milliseconds that work takes at most before others have their turn, where somebody waits for it. */
const TURN = 50;
/** Which of the small problems come first: every third, since up to three shapes in a row have one width. */
const FIRST_LOOKS = [1, 4, 7, 10];
/** Problems of each kind. */
const EVOLVED_ON = 24;
const CASES_OF_SMALL = 8;
const LARGE = 6;
const CASES_OF_LARGE = 4;

export class Search {
  readonly #machine: LaneMachine;
  readonly #plan: SearchPlan;
  readonly #task: DiscoverTask;
  readonly #shapes: Shapes;
  /** The problems of full size. */
  readonly #main: readonly Problem[];
  readonly #stages: readonly LoadedProblem[];
  /** One stage, or none where there are no larger problems. */
  readonly #large: readonly LoadedProblem[];

  constructor(sketch: CheckedProgram, plan: SearchPlan) {
    this.#plan = plan;
    this.#task = taskOf(sketch, plan.task);
    this.#shapes = shapesOf(this.#task, plan.sizes);
    const draw = (indices: Iterable<number>, shapes: readonly Shape[], cases: number, stream: Stream) =>
      shapes.length === 0 ? [] : Array.from(indices, (index) => this.#problem(shapes, cases, stream, index));
    const first = (count: number) => new Array(count).keys();
    const { small, main, large } = this.#shapes;
    const problems = draw(first(plan.problems), main, plan.sizes.cases, "main");
    this.#main = problems;
    const looks = plan.hasSmall ? draw(FIRST_LOOKS, small, CASES_OF_SMALL, "small") : [];
    const cases = this.#task.isLearning ? plan.sizes.cases : Math.min(plan.sizes.cases, CASES_OF_LARGE);
    const further = draw(first(LARGE), large, cases, "large");
    const samples =
      plan.search === "evolve" && plan.hasSmall
        ? draw(first(small.length), small, CASES_OF_SMALL, "evolved")
        : [];
    this.#machine = new LaneMachine(sketch, [...problems, ...looks, ...further, ...samples]);
    const load = (stages: readonly Problem[][]) =>
      stages.filter((stage) => stage.length > 0).map((stage) => this.#machine.load(stage));
    this.#stages = load([...looks.map((look) => [look]), problems.slice(0, 1), problems.slice(1)]);
    this.#large = load([further]);
  }

  #problem(shapes: readonly Shape[], cases: number, stream: Stream, index: number): Problem {
    return problemAt(this.#task, shapes, cases, [this.#plan.seed, stream, index]);
  }

  /** Points that a candidate must have to be kept. */
  get points(): number {
    return this.#stages.reduce((sum, { points }) => sum + points, 0);
  }

  /** How many jobs there are. */
  get jobs(): number {
    return this.#plan.search === "enumerate"
      ? Math.ceil(2 ** this.layout.planes / COUNTED)
      : Number.POSITIVE_INFINITY;
  }

  get layout() {
    return this.#machine.layout;
  }

  /** How many jobs are handed out together, so that their work is long beside that of handing them out. */
  get together(): number {
    return this.#plan.search === "evolve" ? 1 : TOGETHER;
  }

  /** The results of the jobs that are handed out together, by the number of their first one. */
  async jobsFrom(first: number, pause: () => Promise<void>): Promise<SearchResult[]> {
    const count = Math.min(this.together, this.jobs - first);
    const results: SearchResult[] = [];
    while (results.length < count) results.push(await this.jobWithPauses(first + results.length, pause));
    return results;
  }

  job(number: number): SearchResult {
    const steps = this.#stepsOf(number);
    for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
  }

  /** The result of a job, with a pause now and then. */
  async jobWithPauses(number: number, pause: () => Promise<void>): Promise<SearchResult> {
    const steps = this.#stepsOf(number);
    let turn = performance.now() + TURN;
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return step.value;
      if (performance.now() < turn) continue;
      await pause();
      turn = performance.now() + TURN;
    }
  }

  #stepsOf(number: number): Generator<void, SearchResult> {
    switch (this.#plan.search) {
      case "evolve":
        return this.#evolve(number);
      case "random":
        return this.#draw(number);
      case "enumerate":
        return this.#count(number);
    }
  }

  *#draw(number: number): Generator<void, SearchResult> {
    const [machine, draws] = [this.#machine, new Draws(this.#plan.seed, number)];
    const sieve = new Sieve(machine, this.#stages);
    for (let first = 0; first < DRAWN; first += MACHINE_LANES) {
      drawAll(machine.layout, draws, machine.holes());
      machine.alive().fill(-1);
      sieve.lanes(first);
      yield;
    }
    return this.#sieved(sieve, DRAWN);
  }

  *#count(number: number): Generator<void, SearchResult> {
    const machine = this.#machine;
    const sieve = new Sieve(machine, this.#stages);
    let tried = 0;
    for (
      let first = 0;
      first < Math.min(COUNTED, 2 ** machine.layout.planes - COUNTED * number);
      first += MACHINE_LANES
    ) {
      const alive = machine.alive();
      countAll(machine.layout, (COUNTED * number + first) / MACHINE_LANES, machine.holes(), alive);
      tried += countBits(alive);
      sieve.lanes(first);
      yield;
    }
    return this.#sieved(sieve, tried);
  }

  #sieved(sieve: Sieve, tried: number): SearchResult {
    sieve.flush();
    return { tried, kept: this.#judged(sieve.kept), best: 0, bestFilling: null };
  }

  /** Tells which of the candidates that are kept are right on larger problems. */
  #judged(kept: readonly Numbered[]): Find[] {
    const exact = this.#rightOn(
      this.#large,
      kept.map(({ candidate }) => candidate),
    );
    return kept
      .map(({ index, candidate }, at) => {
        return { index, filling: fillingOf(this.layout, candidate), isExact: exact.has(at) };
      })
      .sort((one, other) => one.index - other.index);
  }

  /** Tells which candidates are right on all problems of some stages, by their places in the list. */
  #rightOn(stages: readonly LoadedProblem[], candidates: readonly Candidate[]): Set<number> {
    const right = new Set<number>();
    for (let from = 0; from < candidates.length; from += MACHINE_LANES) {
      fillLanes(this.#machine, candidates.slice(from, from + MACHINE_LANES));
      if (stages.every((stage) => this.#machine.sieve(stage)))
        for (const lane of lanesOf(this.#machine.alive())) right.add(from + lane);
    }
    return right;
  }

  /** Share of the answers of full size that a filling gets right. */
  share(filling: Filling): number {
    fillLanes(this.#machine, [bitsOfFilling(this.layout, filling)]);
    const scores = new Int32Array(MACHINE_LANES);
    let right = 0;
    for (const stage of this.#stages) {
      this.#machine.tally(stage, scores);
      right += scores[0]!;
    }
    return right / this.points;
  }

  /**
   * Changes one entry after another while what `lengthOf` says gets less and all problems stay right, larger ones, too:
   * entries that nothing depends on become what is said shortest.
   */
  simplest(found: Filling, lengthOf: (filling: Filling) => number): Filling {
    let [current, length] = [found, lengthOf(found)];
    for (;;) {
      const shorter = changesOf(this.layout, current)
        .map((filling) => ({ filling, length: lengthOf(filling) }))
        .filter((each) => each.length < length)
        .sort((one, other) => one.length - other.length);
      const right = this.#rightOn(
        [...this.#stages, ...this.#large],
        shorter.map(({ filling }) => bitsOfFilling(this.layout, filling)),
      );
      const next = shorter.find((_, at) => right.has(at));
      if (next === undefined) return current;
      ({ filling: current, length } = next);
    }
  }

  /** Problems to evolve on, from a number on. */
  #smallOnes(first: number): Problem[] {
    const { small, main } = this.#shapes;
    return Array.from({ length: EVOLVED_ON }, (_, index) =>
      this.#problem(small.length > 0 ? small : main, CASES_OF_SMALL, "evolved", first + index),
    );
  }

  *#evolve(number: number): Generator<void, SearchResult> {
    const machine = this.#machine;
    const kept: Find[] = [];
    const mark = machine.mark();
    const { hasSmall, seed } = this.#plan;
    let next = 0;
    const result = yield* evolve(machine, new Draws(seed, number), {
      problems: () => {
        machine.release(mark);
        return machine.load(hasSmall ? this.#smallOnes(EVOLVED_ON * (1000 * number + next++)) : this.#main);
      },
      isEnough: (candidate) => {
        if (this.#rightOn(this.#stages, [candidate]).size === 0) return false;
        kept.push(...this.#judged([{ index: kept.length, candidate }]));
        // Where there are no other problems, there is nothing that tells it from a better one.
        return !hasSmall || kept.at(-1)!.isExact;
      },
    });
    machine.release(mark);
    const { evaluated, best, bestCandidate } = result;
    return { tried: evaluated, kept, best, bestFilling: fillingOf(this.layout, bestCandidate) };
  }
}

/** A filling with another value in one of its entries. */
function changesOf({ program }: BitLayout, filling: Filling): Filling[] {
  return (program.holes ?? []).flatMap(({ name, type }) =>
    filling[name]!.flatMap((value, at) =>
      valuesOf(type)
        .filter((other) => other !== value)
        .map((other) => ({ ...filling, [name]: filling[name]!.with(at, other) })),
    ),
  );
}
