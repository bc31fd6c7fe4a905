// Runs candidates on problems: every bit of a vector is a candidate, 128 at a time, in a module of WebAssembly that is
// made for the sketch. Memory holds, from its beginning: lanes that are still right, counters of right points, bits of
// holes, the planes of one run (each trace has them for itself), records of all traces, and problems.

import {
  Assembler,
  MOST_PAGES,
  PAGE,
  platform,
  type WasmMemory,
} from "../../engines/webassembly/assembler.ts";
import {
  memory as bulk,
  type Code,
  i32,
  increase,
  loop,
  plus,
  read,
  returns,
  type Variable,
  v128,
  when,
} from "../../engines/webassembly/instructions.ts";
import { inputsOf, type Shape } from "../../grid/grid.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import { Circuits } from "./cell.ts";
import { type PassStep, PLANE_BYTES } from "./plane-steps.ts";
import type { Problem, ProblemCase } from "./problem.ts";
import { defineLaneKernel, type Kernel, Kernels, kernelName } from "./row-kernels.ts";
import { type BitLayout, codeOf, layoutOf } from "./sketch-layout.ts";
import { isOwn, traceOf, type UnrolledTrace } from "./unroll-sketch.ts";

export const MACHINE_LANES = 128;
/** Words of 32 lanes. */
export const WORDS = MACHINE_LANES / 32;

const ALIVE = 0;
const COUNTERS = ALIVE + PLANE_BYTES;
/** Points that are counted: fewer than two to this power. */
const COUNTER_PLANES = 20;
const HOLES = COUNTERS + COUNTER_PLANES * PLANE_BYTES;

/** What a problem's descriptor says, one number each. */
const FIELDS = [
  ...["sharedFrom", "sharedTo", "sharedBytes", "onceFrom", "onceTo"],
  ...["cases", "ownFrom", "ownTo", "ownBytes", "eachFrom", "eachTo", "pointsAt", "points"],
] as const;
const at = (field: (typeof FIELDS)[number]): number => 4 * FIELDS.indexOf(field);
const DESCRIPTOR_BYTES = 4 * FIELDS.length;

/** Problems that are ready in memory. */
export interface LoadedProblem {
  readonly from: number;
  readonly count: number;
  /** Points of all cases of all of them. */
  readonly points: number;
}

interface Exports {
  sieve(descriptors: number, count: number): number;
  tally(descriptors: number, count: number): number;
}

interface Ready {
  readonly trace: UnrolledTrace;
  readonly once: readonly [from: number, to: number];
  readonly each: readonly [from: number, to: number];
  readonly pointsAt: number;
}

/** Problems of one key are run by the same steps. */
function keyOf(layout: BitLayout, { cases, isLearning, limit, passes }: Problem): string {
  const { input, wanted } = cases[0]!;
  const others = layout.program.fields.filter(({ role }) => role !== "input");
  const fixed = others.map(({ name }) => String(input.planes[name] ?? ""));
  const cells = wanted.map(({ field, cell, after }) => `${field} ${cell} ${after}`);
  return [input.rows, input.cols, isLearning, limit, passes, ...fixed, ...cells].join(" ");
}

/** A sketch, ready to be tried on problems of some shapes. */
export class LaneMachine {
  readonly layout: BitLayout;
  readonly #memory: WasmMemory;
  readonly #ready = new Map<string, Ready>();
  readonly #exports: Exports;
  #end: number;

  /** @param samples a problem of every kind that is to be loaded */
  constructor(program: CheckedProgram, samples: readonly Problem[]) {
    this.layout = layoutOf(program);
    const [kernels, circuits] = [new Kernels(), new Circuits(this.layout)];
    const scratch = HOLES + this.layout.planes * PLANE_BYTES;
    const traces = new Map<string, UnrolledTrace>();
    for (const sample of samples) {
      const key = keyOf(this.layout, sample);
      if (!traces.has(key)) traces.set(key, traceOf(circuits, kernels, sample, scratch));
    }
    this.#end = Math.max(scratch, ...[...traces.values()].map(({ end }) => end));
    const { Memory: MemoryOf, Module, Instance } = platform();
    this.#memory = new MemoryOf({ initial: 1, maximum: MOST_PAGES, shared: false });
    const used = new Set<Kernel>();
    for (const [key, trace] of traces) this.#ready.set(key, this.#prepare(trace, used));
    const bytes = assemble([...used]);
    this.#exports = new Instance(new Module(bytes), { env: { memory: this.#memory } }).exports as Exports;
  }

  #prepare(trace: UnrolledTrace, used: Set<Kernel>): Ready {
    for (const { kernel } of [...trace.once, ...trace.each]) used.add(kernel);
    const write = (numbers: readonly number[]): readonly [number, number] => {
      const from = this.#allocate(4 * numbers.length);
      new Int32Array(this.#memory.buffer, from, numbers.length).set(numbers);
      return [from, from + 4 * numbers.length];
    };
    const [once, each] = [write(recordsOf(trace.once)), write(recordsOf(trace.each))];
    return { trace, once, each, pointsAt: write(trace.points)[0] };
  }

  #allocate(bytes: number): number {
    const from = this.#end;
    this.#end += Math.ceil(bytes / PLANE_BYTES) * PLANE_BYTES;
    const missing = this.#end - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE));
    return from;
  }

  /** Puts problems into memory, of kinds that were there as samples. */
  load(problems: readonly Problem[]): LoadedProblem {
    const descriptors = problems.map((problem) => this.#describe(problem));
    const from = this.#allocate(DESCRIPTOR_BYTES * problems.length);
    new Int32Array(this.#memory.buffer, from, FIELDS.length * problems.length).set(
      descriptors.flatMap((each) => FIELDS.map((field) => each[field]!)),
    );
    const points = descriptors.reduce((sum, each) => sum + each.cases! * each.points!, 0);
    return { from, count: problems.length, points };
  }

  /** A place to which `release` goes back. */
  mark(): number {
    return this.#end;
  }

  /** Forgets all problems that were loaded since a place was marked. */
  release(mark: number): void {
    this.#end = mark;
  }

  #describe(problem: Problem): Readonly<Record<string, number>> {
    const { trace, once, each, pointsAt } = this.#ready.get(keyOf(this.layout, problem))!;
    const first = problem.cases[0]!.input;
    const inputs = inputsOf(this.layout.program).map(({ name }) => name);
    const bitsOf = ({ input }: ProblemCase, own: boolean): number[] =>
      cellsOf(input).flatMap((cell) =>
        isOwn(problem, first, cell) === own
          ? inputs.flatMap((name) => this.#bits(name, input.planes[name]![cell]!))
          : [],
      );
    const wantedOf = ({ wanted }: ProblemCase): number[] =>
      wanted.flatMap(({ field, value }) => this.#bits(field, value));
    const shared = bitsOf(problem.cases[0]!, false);
    const own = problem.cases.map((each) => [...bitsOf(each, true), ...wantedOf(each)]);
    return {
      ...{ sharedFrom: this.#writePlanes(shared), sharedTo: trace.sharedAt },
      ...{ sharedBytes: PLANE_BYTES * shared.length, onceFrom: once[0], onceTo: once[1] },
      ...{ cases: own.length, ownFrom: this.#writePlanes(own.flat()), ownTo: trace.ownAt },
      ...{ ownBytes: PLANE_BYTES * own[0]!.length, eachFrom: each[0], eachTo: each[1] },
      ...{ pointsAt, points: trace.points.length },
    };
  }

  #bits(field: string, value: number): number[] {
    return codeOf(this.layout.fields.get(field)!, value);
  }

  /** Bits that are the same in all lanes. */
  #writePlanes(bits: readonly number[]): number {
    const from = this.#allocate(PLANE_BYTES * bits.length);
    const bytes = new Uint8Array(this.#memory.buffer, from, PLANE_BYTES * bits.length);
    for (const [index, bit] of bits.entries())
      bytes.fill(bit ? 255 : 0, PLANE_BYTES * index, PLANE_BYTES * (index + 1));
    return from;
  }

  /** Bits of all holes, four words for each. A view that lasts until problems are loaded. */
  holes(): Uint32Array {
    return new Uint32Array(this.#memory.buffer, HOLES, this.layout.planes * WORDS);
  }

  /** Lanes that are tried by `sieve`, and that it leaves: those that have all points of all problems. The same holds. */
  alive(): Uint32Array {
    return new Uint32Array(this.#memory.buffer, ALIVE, WORDS);
  }

  /** Tries the lanes that are alive; says whether any are left. */
  sieve({ from, count }: LoadedProblem): boolean {
    return this.#exports.sieve(from, count) !== 0;
  }

  /** Counts how many points each lane has. */
  tally({ from, count }: LoadedProblem, scores: Int32Array): void {
    const planes = new Uint32Array(this.#memory.buffer, COUNTERS, COUNTER_PLANES * WORDS).fill(0);
    this.#exports.tally(from, count);
    scores.fill(0, 0, MACHINE_LANES);
    for (let plane = 0; plane < COUNTER_PLANES; plane++)
      for (let word = 0; word < WORDS; word++) {
        let bits = planes[plane * WORDS + word]!;
        for (; bits !== 0; bits &= bits - 1) scores[32 * word + 31 - Math.clz32(bits & -bits)]! += 2 ** plane;
      }
  }
}

const cellsOf = ({ rows, cols }: Shape): number[] => Array.from({ length: rows * cols }, (_, cell) => cell);

/** Steps as records: neighbouring ones of one kernel whose planes lie at equal distances are one. */
function recordsOf(steps: readonly PassStep[]): number[] {
  const numbers: number[] = [];
  for (let from = 0; from < steps.length; ) {
    const { kernel, pointers } = steps[from]!;
    const second = steps[from + 1];
    const strides = pointers.map((pointer, index) => (second?.pointers[index] ?? pointer) - pointer);
    let to = from + 1;
    while (
      steps[to]?.kernel === kernel &&
      steps[to]!.pointers.every(
        (pointer, index) => pointer === steps[to - 1]!.pointers[index]! + strides[index]!,
      )
    )
      to++;
    numbers.push(kernel.id, to - from, ...pointers.flatMap((pointer, index) => [pointer, strides[index]!]));
    from = to;
  }
  return numbers;
}

function assemble(kernels: readonly Kernel[]): Uint8Array {
  const assembler = new Assembler();
  for (const kernel of kernels) defineLaneKernel(assembler, kernel, (plane) => HOLES + PLANE_BYTES * plane);
  defineRun(assembler, kernels);
  defineProblems(assembler, "sieve", true);
  defineProblems(assembler, "tally", false);
  return assembler.bytes({ isShared: false, mostPages: MOST_PAGES }, ["sieve", "tally"]);
}

/** `run(from, to)`: the records from one address to another. */
function defineRun(assembler: Assembler, kernels: readonly Kernel[]): void {
  const inOrder = kernels.toSorted((one, other) => one.id - other.id);
  assembler.define("run", ["from", "to"], ({ from, to }) => {
    const among = (list: readonly Kernel[]): Code => {
      const [first] = list;
      if (first === undefined) return [];
      if (list.length === 1) return from.set(assembler.call(kernelName(first), from.get()));
      const half = list.length >> 1;
      const isLow = i32.lt_s(i32.load(0, from.get()), i32.const(list[half]!.id));
      return when(isLow, [among(list.slice(0, half))], [among(list.slice(half))]);
    };
    return [loop(i32.lt_s(from.get(), to.get()), [among(inOrder)]), i32.const(0)];
  });
}

/** `sieve(at, count)` and `tally(at, count)`: go through problems; the former stops when no lane is left. */
function defineProblems(assembler: Assembler, name: "sieve" | "tally", isSieve: boolean): void {
  const zero = i32.const(0);
  assembler.define(name, ["at", "count"], (given, make) => {
    const [cases, from, points, index, plane] = [1, 2, 3, 4, 5].map(() => make.number()) as Variable[];
    const [mask, sum] = [make.vector(), make.vector()];
    const own = (field: (typeof FIELDS)[number]) => read(at(field), given.at.get());
    const isDead = i32.eqz(v128.any_true(v128.load(ALIVE, zero)));
    const point = v128.load(0, i32.load(0, index!.get()));
    const look = isSieve
      ? [v128.store(ALIVE, zero, v128.and(v128.load(ALIVE, zero), point))]
      : [mask.set(point), plane!.set(zero), addTo(mask, sum, plane!)];
    const copy = (to: "sharedTo" | "ownTo", start: Code, bytes: "sharedBytes" | "ownBytes") =>
      bulk.copy(own(to), start, own(bytes));
    return [
      loop(i32.gt_s(given.count.get(), zero), [
        copy("sharedTo", own("sharedFrom"), "sharedBytes"),
        assembler.run("run", own("onceFrom"), own("onceTo")),
        cases!.set(own("cases")),
        from!.set(own("ownFrom")),
        loop(i32.gt_s(cases!.get(), zero), [
          copy("ownTo", from!.get(), "ownBytes"),
          assembler.run("run", own("eachFrom"), own("eachTo")),
          points!.set(own("points")),
          index!.set(own("pointsAt")),
          loop(i32.gt_s(points!.get(), zero), [
            ...look,
            increase(index!, i32.const(4)),
            increase(points!, i32.const(-1)),
          ]),
          ...(isSieve ? [when(isDead, [returns(zero)])] : []),
          increase(from!, own("ownBytes")),
          increase(cases!, i32.const(-1)),
        ]),
        given.at.set(plus(given.at.get(), DESCRIPTOR_BYTES)),
        increase(given.count, i32.const(-1)),
      ]),
      i32.const(1),
    ];
  });
}

/** Adds the lanes of a mask to the counters: binary numbers, whose carries seldom go far. */
const addTo = (mask: Variable, sum: Variable, plane: Variable): Code =>
  loop(v128.any_true(mask.get()), [
    sum.set(v128.load(COUNTERS, plane.get())),
    v128.store(COUNTERS, plane.get(), v128.xor(sum.get(), mask.get())),
    mask.set(v128.and(mask.get(), sum.get())),
    increase(plane, i32.const(PLANE_BYTES)),
  ]);
