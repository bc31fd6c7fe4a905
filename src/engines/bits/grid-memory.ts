// Grids in the memory of a generated module: one, or a batch side by side and in several buffers.

import { InputError } from "../../diagnostics/diagnostic.ts";
import type { StepsMade, Watch } from "../engine.ts";
import { MOST_PAGES, PAGE, platform, type WasmMemory } from "../webassembly/assembler.ts";
import { fullVectors, LANES, laneMask, type StateLayout, VECTOR_BYTES } from "./bit-layout.ts";
import { type ChannelNumbers, Rows } from "./bit-rows.ts";
import type { ProgramOptions } from "./blocks.ts";

import { flagBytes } from "./quiet.ts";
import {
  CONTROL,
  DOUBT,
  LANE_MASKS,
  MASKS,
  MOST_THREADS,
  THREAD,
  THREAD_BYTES,
  THREADS,
  WATCH,
} from "./thread-control.ts";

/** A module and what it was made for. */
export interface Program extends Pick<ProgramOptions, "layout" | "band" | "chunk" | "isShared"> {
  readonly module: object;
  /** Whether cells at the left and right need the mask to know it. */
  readonly usesSides: boolean;
}

/** Work that threads share out among themselves: see crew.ts. */
export interface Jobs {
  /** One for each job. */
  readonly memories: readonly WasmMemory[];
  readonly queue: SharedArrayBuffer;
}

/**
 * Starts threads that call `serve` of a module on a memory, with numbers from 1 on, or take jobs. Gives a function that ends
 * them.
 */
export type StartThreads = (module: object, shared: WasmMemory | Jobs, count: number) => () => void;

export interface MachineOptions {
  /** Grids. */
  readonly batch: number;
  readonly threads: number;
  readonly startThreads: StartThreads | null;
  /** Whether states are to be kept for comparison; for a single grid. */
  readonly keeps: boolean;
  /** Whether blocks that cannot change are left out. */
  readonly skips: boolean;
  /** Whether steps wait for all threads; else the first is alone until all have started. */
  readonly waits?: boolean;
  /** Whether threads are started when steps are first asked for: another machine may have taken the place of this one. */
  readonly startsLate?: boolean;
}

/** Milliseconds of steps of one thread before it is seen whether the others have started. */
const ALONE = 0.5;

/** Steps that the module counts at once. */
export const MOST_STEPS = 2 ** 30;

/** The present states, or those that were kept. */
export type Buffer = "present" | "kept";

/** A plane, and the numbers whose bits it has. */
export interface PlaneNumbers {
  readonly plane: number;
  readonly numbers: ChannelNumbers;
}

export class Machine {
  readonly layout: StateLayout;
  readonly threads: number;
  readonly #program: Program;
  readonly #options: MachineOptions;
  readonly #groups: number;
  readonly #states: number;
  readonly memory: WasmMemory;
  readonly #bytes: Uint8Array;
  readonly #numbers: Int32Array;
  readonly #exports: Exports;
  #endThreads: (() => void) | null = null;
  readonly #rows: Rows;
  /** By group: whether its present states are in the second buffer, and steps made when `advance` was last called. */
  readonly #odd: Uint8Array;
  readonly #made: Float64Array;
  /** By group: where its flags of the last step are, those of the next one being in the other of its two buffers. */
  readonly #flags: Int32Array;
  /** Threads that work: one until all have started. */
  #active = 1;
  /** Whether the present states have no bits yet but those of grids that were written as numbers, each once. */
  #isBlank = true;

  /** @throws InputError if the grids need more memory than WebAssembly can have */
  constructor(program: Program, options: MachineOptions) {
    const { layout } = program;
    this.layout = layout;
    this.#program = program;
    this.#options = options;
    this.#groups = Math.max(1, Math.ceil(options.batch / layout.grids));
    this.#odd = new Uint8Array(this.#groups);
    this.#made = new Float64Array(this.#groups);
    this.threads = options.startThreads === null ? 1 : Math.min(options.threads, MOST_THREADS, this.#bands);
    this.#flags = Int32Array.from({ length: this.#groups }, (_, group) => this.#firstFlags(group));
    this.#states = this.#firstFlags(this.#groups);
    const { Memory, Instance } = platform();
    const pages = pagesFor(
      layout,
      options,
      this.#address(this.#groups, 0) + (options.keeps ? layout.size : 0),
    );
    const memory = new Memory({ initial: pages, maximum: pages, shared: program.isShared });
    this.memory = memory;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#numbers = new Int32Array(memory.buffer);
    this.#rows = new Rows(layout, this.#bytes);
    this.#exports = new Instance(program.module, { env: { memory } }).exports as Exports;
    this.#setUp();
    if (options.startsLate !== true) this.#startThreads();
  }

  #startThreads(): void {
    if (this.threads > 1)
      this.#endThreads ??= this.#options.startThreads!(this.#program.module, this.memory, this.threads - 1);
  }

  /** The first of a group's two buffers of flags. */
  #firstFlags(group: number): number {
    return flagsAddress(this.layout) + 2 * group * flagsSize(this.#program);
  }

  get #bands(): number {
    return Math.ceil(this.layout.rows / this.#program.band);
  }

  /** Tells where a group's present states are, or the next ones. */
  #address(group: number, other: 0 | 1): number {
    return this.#states + (2 * group + ((this.#odd[group] ?? 0) ^ other)) * this.layout.size;
  }

  get #kept(): number {
    return this.#states + 2 * this.#groups * this.layout.size;
  }

  #set(address: number, value: number): void {
    this.#numbers[address / 4] = value;
  }

  #setUp(): void {
    const { layout, usesSides } = this.#program;
    const full = fullVectors(layout);
    this.#set(CONTROL.rows, layout.rows);
    this.#set(CONTROL.innerStart, usesSides ? 1 : 0);
    this.#set(CONTROL.innerEnd, usesSides ? full - 1 : full);
    this.#shareOut(this.#options.waits ? this.threads : 1);
    this.#writeMasks(full);
  }

  /** Shares the bands out among some of the threads. */
  #shareOut(active: number): void {
    this.#active = active;
    this.#set(CONTROL.threads, active);
    for (let thread = 0; thread < this.threads; thread++) {
      const share = (index: number) => Math.floor((Math.min(index, active) * this.#bands) / active);
      const base = THREADS + thread * THREAD_BYTES;
      this.#set(base + THREAD.firstBand, share(thread));
      this.#set(base + THREAD.endBand, share(thread + 1));
    }
  }

  /**
   * Lets all threads work once they have started. What is known of blocks stays true, whoever has found it out: see
   * quiet.ts.
   */
  #callIn(): void {
    if (this.#active === this.threads) return;
    if (Atomics.load(this.#numbers, CONTROL.serving / 4) === this.threads - 1) this.#shareOut(this.threads);
  }

  /** Writes which lanes have neighbours, are inside a grid, and are cells of the run. */
  #writeMasks(full: number): void {
    const { lanes, vectors, grids } = this.layout;
    const hasLeft = (lane: number): boolean => lane % lanes !== 0;
    const hasRight = (lane: number): boolean => (lane + 1) % lanes !== 0 && lane < LANES - 1;
    const isInside = (vector: number, lane: number): boolean => vector < full || hasRight(lane);
    const isCell = (vector: number, lane: number): boolean =>
      lane < Math.min(grids, this.#options.batch) * lanes && isInside(vector, lane);
    const write = (index: number, holds: (lane: number) => boolean): void =>
      this.#bytes.set(laneMask(holds), MASKS + index * VECTOR_BYTES);
    this.#bytes.set(laneMask(hasLeft), LANE_MASKS);
    this.#bytes.set(laneMask(hasRight), LANE_MASKS + VECTOR_BYTES);
    write(0, (lane) => hasLeft(lane) && isInside(vectors - 1, lane - 1));
    write(vectors + 1, (lane) => hasRight(lane) && isInside(0, lane + 1));
    for (let vector = 0; vector < vectors; vector++) {
      write(vector + 1, (lane) => isInside(vector, lane));
      write(vectors + 3 + vector, (lane) => isCell(vector, lane));
    }
  }

  /**
   * Makes steps. `watch` is for single grids: what ends them early; a step that changes nothing counts. Where a next
   * value is in doubt, all grids stay as they were before the step in which one beside them had it: see `madeBy`.
   */
  advance(steps: number, watch: readonly Watch[] = []): StepsMade {
    this.restart();
    this.#startThreads();
    for (let [made, alone] = [0, 1]; ; ) {
      this.#callIn();
      const isWhole = this.#active === this.threads;
      const begin = performance.now();
      const progress = this.#advance(Math.min(steps - made, isWhole ? MOST_STEPS : alone), watch);
      if (!isWhole && performance.now() - begin < ALONE) alone *= 2;
      made += progress.steps;
      if (made >= steps || progress.ended !== null) return { ...progress, steps: made };
    }
  }

  /** Counts steps anew. */
  restart(): void {
    this.#made.fill(0);
  }

  /** Gets ready for steps of a single group, which `run` makes, here or in another thread; `made` says what became of them. */
  prepare(steps: number): void {
    this.#open(steps, []);
    this.#openGroup(0);
  }

  run(): void {
    this.#exports.work(0);
  }

  made(): StepsMade {
    return this.#closeGroup(0);
  }

  #open(steps: number, watch: readonly Watch[]): void {
    this.#set(CONTROL.steps, steps);
    this.#set(
      CONTROL.watch,
      watch.reduce((sum, name) => sum + WATCH[name], 0),
    );
    this.#set(CONTROL.skips, this.#options.skips ? 1 : 0);
    this.#set(CONTROL.kept, this.#kept);
  }

  #advance(steps: number, watch: readonly Watch[]): StepsMade {
    this.#open(steps, watch);
    let last: StepsMade = { steps, ended: null };
    let isInDoubt = false;
    for (let group = 0; group < this.#groups; group++) {
      this.#openGroup(group);
      this.#call();
      last = this.#closeGroup(group);
      isInDoubt ||= last.ended === "doubt";
    }
    return isInDoubt ? { ...last, ended: "doubt" } : last;
  }

  #openGroup(group: number): void {
    this.#set(CONTROL.from, this.#address(group, 0));
    this.#set(CONTROL.to, this.#address(group, 1));
    this.#openFlags(group);
    for (let thread = 0; thread < this.threads; thread++) {
      const base = THREADS + thread * THREAD_BYTES;
      this.#set(base + THREAD.doubted, 0);
      // That of another group says nothing about the flags of this one.
      if (this.#groups > 1) this.#set(base + THREAD.patience, 0);
    }
  }

  #closeGroup(group: number): StepsMade {
    this.#flags[group] = this.#numbers[CONTROL.flagsBefore / 4]!;
    const bits = this.#numbers[CONTROL.ended / 4]!;
    const isInDoubt = (bits & DOUBT) !== 0;
    // What was before the last step is in the other buffer.
    const steps = this.#numbers[CONTROL.done / 4]! - (isInDoubt ? 1 : 0);
    this.#odd[group]! ^= steps & 1;
    this.#made[group]! += steps;
    const names = Object.keys(WATCH) as Watch[];
    return { steps, ended: isInDoubt ? "doubt" : (names.find((name) => (bits & WATCH[name]) !== 0) ?? null) };
  }

  /** Says which flags the next call of the module reads and writes. */
  #openFlags(group: number): void {
    const [first, second] = [this.#firstFlags(group), this.#firstFlags(group) + flagsSize(this.#program)];
    const before = this.#flags[group]!;
    this.#set(CONTROL.flagsBefore, before);
    this.#set(CONTROL.flagsAfter, before === first ? second : first);
  }

  /** Returns how many steps a grid has made when `advance` was last called. */
  madeBy(grid: number): number {
    return this.#made[Math.floor(grid / this.layout.grids)]!;
  }

  #call(): void {
    if (this.#active > 1) {
      Atomics.add(this.#numbers, CONTROL.called / 4, 1);
      Atomics.notify(this.#numbers, CONTROL.called / 4);
    }
    this.#exports.work(0);
  }

  /** Keeps the present states, for steps that watch for them to return. */
  keep(): void {
    this.#bytes.set(this.planes(), this.#kept);
  }

  /** Sets bits of a plane, where cells hold something and not elsewhere. Call `settle` when all are written. */
  write(grid: number, plane: number, holds: (cell: number) => boolean): void {
    const { cells } = this.#rows;
    this.#isBlank = false;
    this.#eachRow(grid, "present", (start, first) => {
      for (let col = 0; col < this.layout.cols; col++) cells[col] = holds(first + col) ? 1 : 0;
      this.#rows.pack(grid, start + plane * VECTOR_BYTES);
    });
  }

  /** Calls back for the cells whose bit of a plane is 1. */
  read(grid: number, plane: number, found: (cell: number) => void): void {
    const { cells } = this.#rows;
    this.#eachRow(grid, "present", (start, first) => {
      this.#rows.unpack(grid, start + plane * VECTOR_BYTES);
      for (let col = 0; col < this.layout.cols; col++) if (cells[col] === 1) found(first + col);
    });
  }

  /** Sets planes to bits of numbers, row by row, since the numbers of a row are near one another. */
  writeNumbers(grid: number, planes: readonly PlaneNumbers[], buffer: Buffer): void {
    const isBlank = this.#isBlank && buffer === "present";
    // Of grids side by side, as learners run on, most channels hold nothing yet.
    const written =
      isBlank && this.layout.grids > 1 ? planes.filter(({ numbers }) => holdsAny(numbers)) : planes;
    this.#eachRow(grid, buffer, (start, first) => {
      for (const { plane, numbers } of written)
        this.#rows.packNumbers(grid, start + plane * VECTOR_BYTES, numbers, first, isBlank);
    });
  }

  /** Sets planes of the first `count` grids to bits of the same numbers, before anything else is written: of all, or of a group. */
  writeCommon(count: number, planes: readonly PlaneNumbers[]): void {
    const { rows, cols, stride } = this.layout;
    for (const { plane, numbers } of planes.filter((each) => holdsAny(each.numbers)))
      for (let group = 0; group < this.#groups; group++)
        for (let row = 0; row < rows; row++) {
          const start = this.#address(group, 0) + (row + 1) * stride + plane * VECTOR_BYTES;
          this.#rows.addToAll(count, start, numbers, row * cols);
        }
  }

  /** The reverse: adds what the bits are worth. */
  readNumbers(grid: number, planes: readonly PlaneNumbers[], buffer: Buffer): void {
    this.#eachRow(grid, buffer, (start, first) => {
      for (const { plane, numbers } of planes)
        this.#rows.unpackNumbers(grid, start + plane * VECTOR_BYTES, numbers, first);
    });
  }

  /** The present states of a group, of grids that lie side by side, as they are in memory, until the next step. */
  planes(group = 0): Uint8Array {
    const from = this.#address(group, 0);
    return this.#bytes.subarray(from, from + this.layout.size);
  }

  /** Calls back with the first byte of each row, and the row's first cell. */
  #eachRow(grid: number, buffer: Buffer, visit: (start: number, cell: number) => void): void {
    const { rows, cols, stride, grids } = this.layout;
    const states = buffer === "kept" ? this.#kept : this.#address(Math.floor(grid / grids), 0);
    for (let row = 0; row < rows; row++) visit(states + (row + 1) * stride, row * cols);
  }

  /** To be called after writing: fills in what is beside the rows, and looks at all blocks again. */
  settle(): void {
    const { stride, rows } = this.layout;
    this.#isBlank = false;
    for (let group = 0; group < this.#groups; group++) {
      this.#exports.sides(this.#address(group, 0) + stride, rows);
      this.#openFlags(group);
      for (let thread = 0; thread < this.threads; thread++)
        this.#exports.wake(THREADS + thread * THREAD_BYTES);
    }
  }

  /** Ends the threads. */
  close(): void {
    this.#endThreads?.();
  }
}

/** Tells whether some number of a channel is not 0. */
function holdsAny({ values, width }: ChannelNumbers): boolean {
  for (let at = 0; at < values.length; at += width) if (values[at] !== 0) return true;
  return false;
}

const flagsAddress = ({ vectors }: StateLayout): number => MASKS + (2 * vectors + 4) * VECTOR_BYTES;

/** Flags of all bands and those around them, with a few bytes more that are loaded with the last ones. */
function flagsSize(program: Program): number {
  const bands = Math.ceil(program.layout.rows / program.band);
  return Math.ceil(((bands + 2) * flagBytes(program) + 4) / VECTOR_BYTES) * VECTOR_BYTES;
}

function pagesFor({ rows, cols }: StateLayout, { batch }: MachineOptions, bytes: number): number {
  const pages = Math.ceil(bytes / PAGE);
  if (pages <= MOST_PAGES) return pages;
  throw new InputError(
    `${batch} grids of ${rows}x${cols} cells need ${bytes} bytes on the bit engine, but WebAssembly has ` +
      `${MOST_PAGES * PAGE}; run smaller grids or fewer at once`,
  );
}

/** The functions that it exports; the files that define them say what they do. */
interface Exports {
  readonly work: (thread: number) => number;
  readonly serve: (thread: number) => number;
  readonly sides: (at: number, rows: number) => number;
  readonly wake: (address: number) => number;
}
