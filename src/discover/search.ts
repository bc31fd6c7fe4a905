// The search as numbered jobs: what a job finds depends on the seed and its number alone, so that whoever does the jobs,
// and in whatever order, the find of the first job that has one is the same.

import type { CheckedProgram } from "../analyse/checked.ts";
import type { Filling } from "../analyse/fill.ts";
import { bounds } from "../grid/grid.ts";
import { countAll, countBits, Draws, drawAll, lanesOf } from "./candidates.ts";
import { evolve } from "./evolve.ts";
import { bitsOfFilling, fillingOf, type Layout } from "./layout.ts";
import { LANES, type Loaded, Machine } from "./machine.ts";
import type { Problem } from "./problem.ts";
import { fillLanes, type Numbered, Sieve } from "./sieve.ts";
import type { DiscoverTask } from "./tasks/task.ts";
import { problemAt, type Shapes, type Sizes, shapesOf, type TaskChoice, taskOf } from "./tasks/tasks.ts";

export const SEARCHES = ["evolve", "random", "enumerate"] as const;
export type SearchName = (typeof SEARCHES)[number];

export interface SearchPlan {
  readonly task: TaskChoice;
  readonly sizes: Sizes;
  readonly search: SearchName;
  readonly seed: number;
  /** Problems of full size that a candidate must be right on to be kept. */
  readonly problems: number;
  /** Whether smaller problems come first. */
  readonly hasSmall: boolean;
}

export interface Found {
  /** The candidate's number in its job. */
  readonly index: number;
  readonly filling: Filling;
  /** Whether it is right on larger problems, too. */
  readonly isExact: boolean;
}

export interface JobResult {
  readonly tried: number;
  /** Candidates that are right on all problems, in order. */
  readonly kept: readonly Found[];
  /** The largest share of points of small problems that one had; 0 where nobody counts. */
  readonly best: number;
  readonly bestFilling: Filling | null;
}

/** Candidates of one job. */
const DRAWN = 2 ** 18;
const COUNTED = 2 ** 22;
/** Problems of each kind. */
const FIRST_LOOKS = 4;
const EVOLVED_ON = 24;
const CASES_OF_SMALL = 8;
const LARGE = 6;
const CASES_OF_LARGE = 4;

/** Streams of problems. */
const KIND = { main: 0, small: 1, large: 2, evolved: 3 } as const;

export class Search {
  readonly #machine: Machine;
  readonly #plan: SearchPlan;
  readonly #task: DiscoverTask;
  readonly #shapes: Shapes;
  readonly #stages: readonly Loaded[];
  readonly #large: Loaded | null;

  constructor(sketch: CheckedProgram, plan: SearchPlan) {
    this.#plan = plan;
    this.#task = taskOf(sketch, plan.task);
    this.#shapes = shapesOf(this.#task, plan.sizes);
    const draw = (
      count: number,
      shapes: readonly { rows: number; cols: number }[],
      cases: number,
      kind: number,
    ) =>
      shapes.length === 0
        ? []
        : Array.from({ length: count }, (_, index) => this.#problem(shapes, cases, kind, index));
    const { small, main, large } = this.#shapes;
    const problems = draw(plan.problems, main, plan.sizes.cases, KIND.main);
    const looks = plan.hasSmall
      ? draw(FIRST_LOOKS * 3, small, CASES_OF_SMALL, KIND.small).filter((_, at) => at % 3 === 1)
      : [];
    const cases = this.#task.isLearning ? plan.sizes.cases : Math.min(plan.sizes.cases, CASES_OF_LARGE);
    const further = draw(LARGE, large, cases, KIND.large);
    const samples = plan.search === "evolve" ? draw(small.length, small, CASES_OF_SMALL, KIND.evolved) : [];
    this.#machine = new Machine(sketch, [...problems, ...looks, ...further, ...samples]);
    const stages = [...looks.map((look) => [look]), problems.slice(0, 1), problems.slice(1)];
    this.#stages = stages.filter((stage) => stage.length > 0).map((stage) => this.#machine.load(stage));
    this.#large = further.length === 0 ? null : this.#machine.load(further);
  }

  #problem(shapes: Shapes["main"], cases: number, kind: number, index: number): Problem {
    return problemAt(this.#task, shapes, cases, [this.#plan.seed, kind, index]);
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

  job(number: number): JobResult {
    switch (this.#plan.search) {
      case "evolve":
        return this.#evolve(number);
      case "random":
        return this.#draw(number);
      case "enumerate":
        return this.#count(number);
    }
  }

  #draw(number: number): JobResult {
    const [machine, draws] = [this.#machine, new Draws(this.#plan.seed, number)];
    const sieve = new Sieve(machine, this.#stages);
    for (let first = 0; first < DRAWN; first += LANES) {
      drawAll(machine.layout, draws, machine.holes());
      machine.alive().fill(-1);
      sieve.lanes(first);
    }
    return this.#sieved(sieve, DRAWN);
  }

  #count(number: number): JobResult {
    const machine = this.#machine;
    const sieve = new Sieve(machine, this.#stages);
    let tried = 0;
    for (
      let first = 0;
      first < Math.min(COUNTED, 2 ** machine.layout.planes - COUNTED * number);
      first += LANES
    ) {
      const alive = machine.alive();
      countAll(machine.layout, (COUNTED * number + first) / LANES, machine.holes(), alive);
      tried += countBits(alive);
      sieve.lanes(first);
    }
    return this.#sieved(sieve, tried);
  }

  #sieved(sieve: Sieve, tried: number): JobResult {
    sieve.flush();
    return { tried, kept: this.#judged(sieve.kept), best: 0, bestFilling: null };
  }

  /** Which of the candidates that are kept are right on larger problems. */
  #judged(kept: readonly Numbered[]): Found[] {
    const found: Found[] = [];
    for (let from = 0; from < kept.length; from += LANES) {
      const batch = kept.slice(from, from + LANES);
      fillLanes(this.#machine, batch);
      if (this.#large) this.#machine.sieve(this.#large);
      const alive = this.#machine.alive();
      for (const [lane, { index, candidate }] of batch.entries())
        found.push({
          index,
          filling: fillingOf(this.layout, candidate),
          isExact: ((alive[lane >> 5]! >>> (lane & 31)) & 1) === 1,
        });
    }
    return found.sort((one, other) => one.index - other.index);
  }

  /** Share of the answers of full size that a filling gets right. */
  share(filling: Filling): number {
    fillLanes(this.#machine, [{ candidate: bitsOfFilling(this.layout, filling) }]);
    const scores = new Int32Array(LANES);
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
      const right = shorter.find(this.#isRight(shorter.map(({ filling }) => filling)));
      if (right === undefined) return current;
      ({ filling: current, length } = right);
    }
  }

  /** Whether the one of some fillings that has a number is right on everything. */
  #isRight(fillings: readonly Filling[]): (_: unknown, number: number) => boolean {
    const right = new Set<number>();
    for (let from = 0; from < fillings.length; from += LANES) {
      const batch = fillings.slice(from, from + LANES);
      fillLanes(
        this.#machine,
        batch.map((filling) => ({ candidate: bitsOfFilling(this.layout, filling) })),
      );
      for (const stage of [...this.#stages, ...(this.#large ? [this.#large] : [])])
        this.#machine.sieve(stage);
      for (const lane of lanesOf(this.#machine.alive())) right.add(from + lane);
    }
    return (_, number) => right.has(number);
  }

  #evolve(number: number): JobResult {
    const machine = this.#machine;
    const kept: Found[] = [];
    let [next, mark] = [0, machine.mark()];
    const { small, main } = this.#shapes;
    const result = evolve(machine, new Draws(this.#plan.seed, number), {
      problems: () => {
        machine.release(mark);
        mark = machine.mark();
        const first = EVOLVED_ON * (1000 * number + next++);
        return machine.load(
          Array.from({ length: EVOLVED_ON }, (_, index) =>
            this.#problem(small.length > 0 ? small : main, CASES_OF_SMALL, KIND.evolved, first + index),
          ),
        );
      },
      isEnough: (candidate) => {
        fillLanes(machine, [{ candidate }]);
        if (!this.#stages.every((stage) => machine.sieve(stage))) return false;
        kept.push(...this.#judged([{ index: kept.length, candidate }]));
        return kept.at(-1)!.isExact;
      },
    });
    machine.release(mark);
    const { evaluated, best, bestCandidate } = result;
    return { tried: evaluated, kept, best, bestFilling: fillingOf(this.layout, bestCandidate) };
  }
}

/** A filling with another value in one of its entries. */
function changesOf({ program }: Layout, filling: Filling): Filling[] {
  return (program.holes ?? []).flatMap(({ name, type }) =>
    filling[name]!.flatMap((value, at) => {
      const { lo, hi } = bounds(type);
      const values = Array.from({ length: hi - lo + 1 }, (_, index) => lo + index);
      return values
        .filter((other) => other !== value)
        .map((other) => ({ ...filling, [name]: filling[name]!.with(at, other) }));
    }),
  );
}
