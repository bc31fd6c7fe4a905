// Many grids on several threads that need not wait for one another after every step: each group of grids that lie side by
// side is a machine of its own, with a memory of its own, and whichever thread is free takes the next one.

import type { StepsMade } from "../engine.ts";
import type { StateLayout } from "./bit-layout.ts";
import {
  type Buffer,
  type Jobs,
  type Machine,
  MOST_STEPS,
  type PlaneNumbers,
  type StartThreads,
} from "./grid-memory.ts";
import { QUEUE } from "./thread-control.ts";

const QUEUE_BYTES = 16;

export class Crew {
  readonly layout: StateLayout;
  readonly #machines: readonly Machine[];
  readonly #queue: Int32Array;
  readonly #start: () => () => void;
  #endThreads: (() => void) | null = null;

  /** `machines`: one for each group, of one module; `others`: threads besides this one, started as those of a machine. */
  constructor(
    machines: readonly Machine[],
    module: object,
    others: number,
    { startThreads, startsLate }: { readonly startThreads: StartThreads; readonly startsLate: boolean },
  ) {
    this.layout = machines[0]!.layout;
    this.#machines = machines;
    const queue = new SharedArrayBuffer(QUEUE_BYTES);
    this.#queue = new Int32Array(queue);
    // Until there is work, all of it is taken.
    Atomics.store(this.#queue, QUEUE.next, machines.length);
    const jobs: Jobs = { memories: machines.map(({ memory }) => memory), queue };
    this.#start = () => startThreads(module, jobs, others);
    if (!startsLate) this.#endThreads = this.#start();
  }

  /** As of a machine. */
  advance(steps: number): StepsMade {
    this.#endThreads ??= this.#start();
    for (const machine of this.#machines) machine.restart();
    for (let made = 0; ; ) {
      const now = Math.min(steps - made, MOST_STEPS);
      for (const machine of this.#machines) machine.prepare(now);
      this.#work();
      const all = this.#machines.map((machine) => machine.made());
      made += now;
      if (all.some(({ ended }) => ended === "doubt")) return { steps: made, ended: "doubt" };
      if (made >= steps) return { steps: made, ended: null };
    }
  }

  /** Has all machines run, by this thread and the others. */
  #work(): void {
    const queue = this.#queue;
    const { length } = this.#machines;
    // A thread that comes late from the round before may take a job as soon as there is one.
    Atomics.store(queue, QUEUE.done, 0);
    Atomics.store(queue, QUEUE.next, 0);
    Atomics.add(queue, QUEUE.round, 1);
    Atomics.notify(queue, QUEUE.round);
    for (;;) {
      const job = Atomics.add(queue, QUEUE.next, 1);
      if (job >= length) break;
      this.#machines[job]!.run();
      Atomics.add(queue, QUEUE.done, 1);
    }
    for (;;) {
      const done = Atomics.load(queue, QUEUE.done);
      if (done === length) return;
      Atomics.wait(queue, QUEUE.done, done);
    }
  }

  #of(grid: number): Machine {
    return this.#machines[Math.floor(grid / this.layout.grids)]!;
  }

  madeBy(grid: number): number {
    return this.#of(grid).madeBy(0);
  }

  writeNumbers(grid: number, planes: readonly PlaneNumbers[], buffer: Buffer): void {
    this.#of(grid).writeNumbers(grid % this.layout.grids, planes, buffer);
  }

  writeCommon(count: number, planes: readonly PlaneNumbers[]): void {
    for (const machine of this.#machines) machine.writeCommon(count, planes);
  }

  readNumbers(grid: number, planes: readonly PlaneNumbers[], buffer: Buffer): void {
    this.#of(grid).readNumbers(grid % this.layout.grids, planes, buffer);
  }

  settle(): void {
    for (const machine of this.#machines) machine.settle();
  }

  close(): void {
    this.#endThreads?.();
  }
}
