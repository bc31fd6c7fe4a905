// Tries candidates on problems in stages, the smallest first: what a stage leaves waits until it fills a whole vector.

import { type LaneMachine, type LoadedProblem, MACHINE_LANES } from "./candidate-lanes.ts";
import { type Candidate, candidateAt, countBits, lanesOf, putCandidate } from "./candidates.ts";

/** A candidate and its number in the search. */
export interface Numbered {
  readonly index: number;
  readonly candidate: Candidate;
}

/** Up to this number, lanes are not worth a vector. */
const FEW = 8;

export class Sieve {
  readonly #machine: LaneMachine;
  readonly #stages: readonly LoadedProblem[];
  readonly #waiting: Numbered[][];
  /** What all stages have left. */
  readonly kept: Numbered[] = [];

  constructor(machine: LaneMachine, stages: readonly LoadedProblem[]) {
    this.#machine = machine;
    this.#stages = stages;
    this.#waiting = stages.map(() => []);
  }

  /** Tries the lanes that are alive, whose numbers go on from `first`. */
  lanes(first: number): void {
    const machine = this.#machine;
    this.#run(0, (lane) => ({
      index: first + lane,
      candidate: candidateAt(machine.layout, machine.holes(), lane),
    }));
    for (let stage = 1; stage < this.#stages.length; stage++)
      while (this.#waiting[stage]!.length >= MACHINE_LANES) this.#next(stage);
  }

  /** Tries what still waits. */
  flush(): void {
    for (let stage = 1; stage < this.#stages.length; stage++)
      while (this.#waiting[stage]!.length > 0) this.#next(stage);
  }

  #next(stage: number): void {
    const batch = this.#waiting[stage]!.splice(0, MACHINE_LANES);
    fillLanes(
      this.#machine,
      batch.map(({ candidate }) => candidate),
    );
    this.#run(stage, (lane) => batch[lane]!);
  }

  /** Goes on from a stage with the lanes as they are, until few of them are left. */
  #run(from: number, at: (lane: number) => Numbered): void {
    const machine = this.#machine;
    let stage = from;
    do {
      if (!machine.sieve(this.#stages[stage]!)) return;
      stage++;
    } while (stage < this.#stages.length && countBits(machine.alive()) > FEW);
    for (const lane of lanesOf(machine.alive())) (this.#waiting[stage] ?? this.kept).push(at(lane));
  }
}

/** Puts candidates into the lanes, and makes these the ones that are alive. */
export function fillLanes(machine: LaneMachine, batch: readonly Candidate[]): void {
  const planes = machine.holes();
  for (const [lane, candidate] of batch.entries()) putCandidate(candidate, planes, lane);
  const alive = machine.alive();
  for (const word of alive.keys()) {
    const lanes = Math.max(0, Math.min(32, batch.length - 32 * word));
    alive[word] = lanes === 32 ? -1 : 2 ** lanes - 1;
  }
}
