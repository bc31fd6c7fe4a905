// The memo engine: what a square of cells becomes is computed once, however often and wherever it comes up (R. W. Gosper,
// Exploiting regularities in large cellular spaces, 1984). Grids are quadtrees of squares that are kept once each, and a
// square knows its middle after 1, 2, 4, 8, ... steps, which is made of the middles of smaller ones. Grids and runs that
// repeat themselves, such as guns and machines, take time by what is new in them; others are done sooner by other engines.
//
// What a cell becomes is asked of the direct engine, once for each neighbourhood. Beyond the edge are cells without
// numbers, which stay so: a grid of any shape is a part of a square.

import { InputError } from "../diagnostics/diagnostic.ts";
import type { Shape } from "../grid/grid.ts";
import { Nodes, Results, unlessTooLarge } from "../logic/nodes.ts";
import type { Network } from "../network/network.ts";
import { haltTest } from "../network/state.ts";
import { refuseOverflow } from "./certain.ts";
import { directCell } from "./direct.ts";
import {
  checkedStart,
  type Engine,
  type Run,
  type StepNetwork,
  type StepsMade,
  type Watch,
} from "./engine.ts";

/** Squares that are kept until those that are no longer used are forgotten. */
const MOST_SQUARES = 6_000_000;
/** Neighbourhoods of a cell that are told apart. */
const MOST_NEIGHBOURHOODS = 4_000_000;
/** At most 2 to the power of this, steps are made at once. */
const LONGEST = 48;
/** Squares that may be made to see whether a run without a limit ends. */
const MOST_AHEAD = 3_000_000;

/** A cell beyond the edge. */
const OUTSIDE = 0;

type MemoNetwork = StepNetwork & Partial<Pick<Network, "stop" | "parts">>;

/** An engine for runs that repeat themselves in space and time. */
export function memoEngine(network: MemoNetwork): Engine {
  refuseOverflow(network);
  return {
    name: "memo",
    start: checkedStart(network, (shape, states) => startRun(network, shape, states)),
    close: () => {},
  };
}

/** The states of cells by number, and what they become. */
class Cells {
  readonly width: number;
  /**
   * Whether a cell that was at its end among cells that were stayed there, in all that was computed: then a grid that was
   * at its end, all of whose neighbourhoods were computed, stayed there.
   */
  staysHalted = true;
  readonly #step: (around: Float32Array) => Float32Array;
  readonly #isAtEnd: (state: Float32Array) => boolean;
  readonly #states: Float32Array[];
  readonly #isHalted: boolean[] = [true];
  readonly #numbers = new Map<string, number>();
  readonly #rows = new Nodes(MOST_NEIGHBOURHOODS);
  readonly #around = new Nodes(MOST_NEIGHBOURHOODS);
  readonly #next: number[] = [];

  constructor(network: MemoNetwork) {
    this.width = network.channels.length;
    this.#step = directCell(network);
    this.#isAtEnd = network.stop === undefined ? () => false : haltTest(network as Network);
    this.#states = [new Float32Array(this.width)];
  }

  number(state: Float32Array): number {
    const own = state.slice();
    const key = String.fromCharCode(...new Uint16Array(own.buffer));
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const made = this.#states.push(own) - 1;
    this.#numbers.set(key, made);
    this.#isHalted.push(this.#isAtEnd(own));
    return made;
  }

  state(cell: number): Float32Array {
    return this.#states[cell]!;
  }

  isHalted(cell: number): boolean {
    return this.#isHalted[cell]!;
  }

  /** What the middle one of nine cells becomes, which are given row by row. */
  next(
    a: number,
    b: number,
    c: number,
    d: number,
    e: number,
    f: number,
    g: number,
    h: number,
    i: number,
  ): number {
    if (e === OUTSIDE) return OUTSIDE;
    const rows = this.#rows;
    const around = this.#around.node(rows.node(a, b, c), rows.node(d, e, f), rows.node(g, h, i));
    this.#next[around] ??= this.#computed([a, b, c, d, e, f, g, h, i]);
    return this.#next[around]!;
  }

  #computed(around: readonly number[]): number {
    const state = new Float32Array(9 * this.width);
    for (const [at, cell] of around.entries()) state.set(this.#states[cell]!, at * this.width);
    const next = this.number(this.#step(state));
    if (around.every((cell) => this.isHalted(cell)) && !this.isHalted(next)) this.staysHalted = false;
    return next;
  }
}

/** Squares of 2 to the power of `level` cells a side, by number; those of level 0 are cells. */
class Squares {
  readonly cells: Cells;
  /** Upper and lower halves, and squares of two of these. */
  readonly #halves = new Nodes(2 * MOST_SQUARES);
  readonly #squares = new Nodes(MOST_SQUARES);
  /** Results of as many steps as a square allows, a number more than they are; and of fewer. */
  #longest = new Int32Array(1024);
  readonly #shorter = new Results();
  #halted = new Int8Array(1024);
  readonly #outside: number[] = [OUTSIDE];

  constructor(cells: Cells) {
    this.cells = cells;
  }

  get size(): number {
    return this.#squares.size;
  }

  square(level: number, nw: number, ne: number, sw: number, se: number): number {
    const made = this.#squares.node(
      level,
      this.#halves.node(level, nw, ne),
      this.#halves.node(level, sw, se),
    );
    if (made >= this.#longest.length) {
      this.#longest = enlarged(this.#longest, new Int32Array(2 * made));
      this.#halted = enlarged(this.#halted, new Int8Array(2 * made));
    }
    return made;
  }

  nw(square: number): number {
    return this.#halves.low[this.#squares.low[square]!]!;
  }

  ne(square: number): number {
    return this.#halves.high[this.#squares.low[square]!]!;
  }

  sw(square: number): number {
    return this.#halves.low[this.#squares.high[square]!]!;
  }

  se(square: number): number {
    return this.#halves.high[this.#squares.high[square]!]!;
  }

  outside(level: number): number {
    for (let at = this.#outside.length; at <= level; at++) {
      const part = this.#outside[at - 1]!;
      this.#outside.push(this.square(at, part, part, part, part));
    }
    return this.#outside[level]!;
  }

  /** A square of a level with another one in its middle, of the level below. */
  framed(level: number, middle: number): number {
    const none = this.outside(level - 2);
    return this.square(
      level,
      this.square(level - 1, none, none, none, this.nw(middle)),
      this.square(level - 1, none, none, this.ne(middle), none),
      this.square(level - 1, none, this.sw(middle), none, none),
      this.square(level - 1, this.se(middle), none, none, none),
    );
  }

  /** The middle of a square of a level, of the level below. */
  middle(level: number, square: number): number {
    return this.square(
      level - 1,
      this.se(this.nw(square)),
      this.sw(this.ne(square)),
      this.ne(this.sw(square)),
      this.nw(this.se(square)),
    );
  }

  /** The middle of a square of a level after 2 to the power of `power` steps, at most a quarter of its side. */
  after(level: number, square: number, power: number): number {
    const isLongest = power === level - 2;
    const known = isLongest ? this.#longest[square]! - 1 : this.#shorter.recall(square, power, 0);
    if (known >= 0) return known;
    const made = level === 2 ? this.#next(square) : this.#made(level, square, power);
    if (!isLongest) return this.#shorter.remember(square, power, 0, made);
    this.#longest[square] = made + 1;
    return made;
  }

  #made(level: number, square: number, power: number): number {
    const [a, b, c, d] = [this.nw(square), this.ne(square), this.sw(square), this.se(square)];
    const below = level - 1;
    const [right, left] = [this.#beside(below, a, b), this.#beside(below, c, d)];
    const [upper, lower] = [this.#under(below, a, c), this.#under(below, b, d)];
    const core = this.square(below, this.se(a), this.sw(b), this.ne(c), this.nw(d));
    const isLongest = power === level - 2;
    const first = (part: number) =>
      isLongest ? this.after(below, part, power - 1) : this.middle(below, part);
    const [n, e, s, w] = [first(right), first(lower), first(left), first(upper)];
    const [nw, ne, sw, se, m] = [first(a), first(b), first(c), first(d), first(core)];
    const second = (...parts: readonly [number, number, number, number]) =>
      this.after(below, this.square(below, ...parts), isLongest ? power - 1 : power);
    return this.square(
      below,
      second(nw, n, w, m),
      second(n, ne, m, e),
      second(w, m, sw, s),
      second(m, e, s, se),
    );
  }

  /** What is half of a square and half of the one to its right. */
  #beside(level: number, left: number, right: number): number {
    return this.square(level, this.ne(left), this.nw(right), this.se(left), this.sw(right));
  }

  /** The same of the one below it. */
  #under(level: number, top: number, bottom: number): number {
    return this.square(level, this.sw(top), this.se(top), this.nw(bottom), this.ne(bottom));
  }

  /** The middle of four by four cells after a step. */
  #next(square: number): number {
    const { cells } = this;
    const parts = [this.nw(square), this.ne(square), this.sw(square), this.se(square)];
    const [a, b, e, f] = this.#quarters(parts[0]!);
    const [c, d, g, h] = this.#quarters(parts[1]!);
    const [i, j, m, n] = this.#quarters(parts[2]!);
    const [k, l, o, p] = this.#quarters(parts[3]!);
    return this.square(
      1,
      cells.next(a, b, c, e, f, g, i, j, k),
      cells.next(b, c, d, f, g, h, j, k, l),
      cells.next(e, f, g, i, j, k, m, n, o),
      cells.next(f, g, h, j, k, l, n, o, p),
    );
  }

  #quarters(square: number): readonly [number, number, number, number] {
    return [this.nw(square), this.ne(square), this.sw(square), this.se(square)];
  }

  /** Whether all cells of a square are at their end. */
  isHalted(level: number, square: number): boolean {
    if (level === 0) return this.cells.isHalted(square);
    if (this.#halted[square] === 0)
      this.#halted[square] = this.#quarters(square).every((part) => this.isHalted(level - 1, part)) ? 1 : -1;
    return this.#halted[square] === 1;
  }

  /** The same square among other squares. */
  copied(level: number, square: number, to: Squares): number {
    const known = new Map<number, number>();
    const copy = (depth: number, own: number): number => {
      if (depth === 0) return own;
      const made = known.get(own);
      if (made !== undefined) return made;
      const [nw, ne, sw, se] = this.#quarters(own);
      const next = depth - 1;
      const copied = to.square(depth, copy(next, nw), copy(next, ne), copy(next, sw), copy(next, se));
      known.set(own, copied);
      return copied;
    };
    return copy(level, square);
  }
}

function enlarged<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** What a time of a grid is known for. */
type Name = "now" | "before" | "origin" | "look" | "start" | "kept" | "end";

/** A square, and so many steps after it: they are made when somebody asks what it is then, the longest leaps first. */
interface Time {
  readonly square: number;
  readonly ahead: number;
}

/** A grid as a square, now and at other times. */
class MemoGrid {
  readonly #shape: Shape;
  readonly #level: number;
  readonly #cells: Cells;
  #squares: Squares;
  readonly #named = new Map<Name, Time>();

  constructor(cells: Cells, shape: Shape, state: Float32Array) {
    this.#cells = cells;
    this.#shape = shape;
    this.#level = Math.max(1, Math.ceil(Math.log2(Math.max(shape.rows, shape.cols))));
    this.#squares = new Squares(cells);
    this.keep("now", state);
  }

  #built(state: Float32Array): number {
    const { rows, cols } = this.#shape;
    const { width } = this.#cells;
    const build = (level: number, row: number, col: number): number => {
      if (row >= rows || col >= cols) return this.#squares.outside(level);
      const at = (row * cols + col) * width;
      if (level === 0) return this.#cells.number(state.subarray(at, at + width));
      const half = 2 ** (level - 1);
      const part = (down: number, right: number) => build(level - 1, row + down, col + right);
      return this.#squares.square(level, part(0, 0), part(0, half), part(half, 0), part(half, half));
    };
    return build(this.#level, 0, 0);
  }

  read(name: Name = "now"): Float32Array {
    const { rows, cols } = this.#shape;
    const { width } = this.#cells;
    const state = new Float32Array(rows * cols * width);
    const squares = this.#squares;
    const write = (level: number, square: number, row: number, col: number): void => {
      if (row >= rows || col >= cols) return;
      if (level === 0) {
        state.set(this.#cells.state(square), (row * cols + col) * width);
        return;
      }
      const half = 2 ** (level - 1);
      write(level - 1, squares.nw(square), row, col);
      write(level - 1, squares.ne(square), row, col + half);
      write(level - 1, squares.sw(square), row + half, col);
      write(level - 1, squares.se(square), row + half, col + half);
    };
    write(this.#level, this.#squareOf(name), 0, 0);
    return state;
  }

  /** Gives the present time, or a state, a name. */
  keep(name: Name, state?: Float32Array): void {
    this.#named.set(
      name,
      state === undefined ? this.#named.get("now")! : { square: this.#built(state), ahead: 0 },
    );
  }

  /** Goes to a time with a name. */
  go(name: Name): void {
    this.#named.set("now", this.#named.get(name)!);
  }

  #squareOf(name: Name): number {
    for (let { ahead } = this.#named.get(name)!; ahead > 0; ) {
      const power = Math.min(LONGEST, Math.floor(Math.log2(ahead)));
      this.#leap(name, power);
      ({ ahead } = this.#named.get(name)!);
    }
    return this.#named.get(name)!.square;
  }

  get #now(): number {
    return this.#squareOf("now");
  }

  /** How many squares there are. */
  get made(): number {
    return this.#squares.size;
  }

  get isKept(): boolean {
    return this.#squareOf("kept") === this.#now;
  }

  get isHalted(): boolean {
    return this.#squares.isHalted(this.#level, this.#now);
  }

  /** Makes a step; whether it changes nothing. */
  advanceStill(): boolean {
    // The square before may get another number when squares are forgotten.
    this.#squareOf("now");
    this.keep("before");
    this.advance(1);
    this.#squareOf("now");
    return this.#squareOf("before") === this.#now;
  }

  advance(steps: number): void {
    const { square, ahead } = this.#named.get("now")!;
    this.#named.set("now", { square, ahead: ahead + steps });
  }

  /** Makes 2 to the power of `power` of the steps that are ahead of a time. */
  #leap(name: Name, power: number): void {
    const leap = (): true => {
      const top = Math.max(this.#level + 1, power + 2);
      const { square: before, ahead } = this.#named.get(name)!;
      let square = before;
      for (let level = this.#level; level < top; level++) square = this.#squares.framed(level + 1, square);
      square = this.#squares.after(top, square, power);
      for (let level = top - 1; level > this.#level; level--) square = this.#squares.middle(level, square);
      this.#named.set(name, { square, ahead: ahead - 2 ** power });
      return true;
    };
    const again = (): boolean => {
      this.#forget();
      return unlessTooLarge<boolean>(leap, () => false);
    };
    if (unlessTooLarge(leap, again)) return;
    if (power === 0)
      throw new InputError(
        "the memo engine has no room for a step of this grid; take --engine bits or direct",
      );
    this.#leap(name, power - 1);
    this.#leap(name, power - 1);
  }

  /** Forgets all squares but those that have names. */
  #forget(): void {
    const squares = new Squares(this.#cells);
    for (const [name, { square, ahead }] of this.#named)
      this.#named.set(name, { square: this.#squares.copied(this.#level, square, squares), ahead });
    this.#squares = squares;
  }

  /**
   * Makes the least number of steps after which something holds, which from then on does for ever, and says how many;
   * null after `most` steps without it.
   */
  first(most: number, holds: () => boolean): number | null {
    this.keep("origin");
    this.advance(most);
    if (!holds()) return null;
    this.go("origin");
    let made = 0;
    for (let power = Math.floor(Math.log2(most)); power >= 0; power--) {
      if (made + 2 ** power > most) continue;
      this.keep("origin");
      this.advance(2 ** power);
      if (holds()) this.go("origin");
      else made += 2 ** power;
    }
    this.advance(1);
    return made + 1;
  }

  /** Whether the next step changes nothing. */
  get isStill(): boolean {
    this.keep("look");
    const isStill = this.advanceStill();
    this.go("look");
    return isStill;
  }
}

function startRun(network: MemoNetwork, shape: Shape, states: readonly Float32Array[]): Run {
  const cells = new Cells(network);
  const grids = states.map((state) => new MemoGrid(cells, shape, state));
  const [only] = grids;
  return {
    advance: async (steps) => {
      for (const grid of grids) grid.advance(steps);
    },
    read: async () => grids.map((grid) => grid.read()),
    atOnce: 2 ** LONGEST,
    ...(only !== undefined && grids.length === 1 && { watched: watchedRun(only, cells) }),
    close: () => {},
  };
}

function watchedRun(grid: MemoGrid, cells: Cells): NonNullable<Run["watched"]> {
  /** Steps from now on until the run ends; null where a look ahead did not show it, undefined where nobody has looked. */
  let left: number | null | undefined;

  /** Goes to the end, which lasts for ever, in at most that many steps, and says how many; one that changes nothing counts. */
  function toEnd(steps: number, watch: Watch): number | null {
    if (steps === 0) return null;
    if (watch === "halted") return grid.first(steps, () => grid.isHalted);
    const found = grid.isStill ? 0 : steps === 1 ? null : grid.first(steps - 1, () => grid.isStill);
    grid.advance(1);
    return found === null ? null : found + 1;
  }

  /** Looks, while not too much is new, whether the run ends: then it does not return before. */
  function lookAhead(watch: Watch): number | null {
    grid.keep("start");
    const before = grid.made;
    let found: number | null = null;
    for (let power = 0; power < LONGEST && grid.made - before < MOST_AHEAD && found === null; power++) {
      grid.go("start");
      found = toEnd(2 ** power, watch);
    }
    grid.keep("end");
    grid.go("start");
    return cells.staysHalted ? found : null;
  }

  function oneByOne(steps: number, watch: Watch): StepsMade {
    for (let made = 1; made <= steps; made++) {
      const isStill = grid.advanceStill();
      if (watch === "unchanged" ? isStill : grid.isHalted) return { steps: made, ended: watch };
      if (grid.isKept) return { steps: made, ended: "returned" };
    }
    return { steps, ended: null };
  }

  return {
    advance: async (steps, all) => {
      const watch = all.includes("unchanged") ? "unchanged" : "halted";
      if (!all.includes("returned")) {
        grid.keep("start");
        const found = toEnd(steps, watch);
        if (watch === "unchanged" || cells.staysHalted)
          return found === null ? { steps, ended: null } : { steps: found, ended: watch };
        grid.go("start");
        return { steps: 0, ended: "doubt" };
      }
      if (left === undefined) left = lookAhead(watch);
      if (left === null) return oneByOne(steps, watch);
      const now = Math.min(left, steps);
      grid.advance(now);
      left -= now;
      if (left === 0) grid.go("end");
      return { steps: now, ended: left === 0 ? watch : null };
    },
    keep: (state) => grid.keep("kept", state),
    kept: () => grid.read("kept"),
  };
}
