// Squares of cells that are kept once each, and what their middles become.

import { larger, Nodes, Results } from "../../logic/nodes.ts";
import { type MemoCells, OUTSIDE } from "./cells.ts";

/** Squares that are kept until those that are no longer used are forgotten. */
const MOST_SQUARES = 6_000_000;

/** Squares of 2 to the power of `level` cells a side, by number; those of level 0 are cells. */
export class Squares {
  readonly cells: MemoCells;
  /** Upper and lower halves, and squares of two of these. */
  readonly #halves = new Nodes(2 * MOST_SQUARES);
  readonly #squares = new Nodes(MOST_SQUARES);
  /** Results of as many steps as a square allows, a number more than they are; and of fewer. */
  #longest = new Int32Array(1024);
  readonly #shorter = new Results();
  /** 1 where all cells are at their end, -1 where not, 0 where nobody has asked. */
  #halted = new Int32Array(1024);
  readonly #outside: number[] = [OUTSIDE];

  constructor(cells: MemoCells) {
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
      this.#longest = larger(this.#longest, 2 * made);
      this.#halted = larger(this.#halted, 2 * made);
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

  /** What is half of a square and half of the one below it. */
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
