// Pieces of a grid that are kept once each, and what their middles become: what squares and stretches of a line share.

import { larger, Results } from "../../logic/nodes.ts";
import { type MemoCells, OUTSIDE } from "./cells.ts";

/** Takes the place and number of a cell, and says whether it holds nothing but zeros. */
export type FoundCell = (cell: number, number: number) => boolean;

/** Pieces of 2 to the power of `level` cells a side, by number; those of level 0 are cells. */
export abstract class Pieces {
  readonly cells: MemoCells;
  /** Results of as many steps as a piece allows, a number more than they are; and of fewer. */
  #longest = new Int32Array(1024);
  readonly #shorter = new Results();
  /** 1 where all cells are at their end, -1 where not, 0 where nobody has asked. */
  #halted = new Int32Array(1024);
  readonly #outside: number[] = [OUTSIDE];
  /** How many pieces of the level below a piece is made of. */
  readonly #count: number;

  constructor(cells: MemoCells, count: number) {
    this.cells = cells;
    this.#count = count;
  }

  /** How many have been made. */
  abstract get size(): number;

  /** The piece of a level that is made of these of the level below. */
  abstract joined(level: number, parts: readonly number[]): number;

  /** The pieces of the level below that a piece is made of. */
  abstract parts(piece: number): readonly number[];

  /** The piece of a level whose cells have the numbers that are given by place; cells beyond the edge are added. */
  abstract built(level: number, numberAt: (cell: number) => number): number;

  /** Calls back for cells of a piece that are not beyond the edge; may leave out those of pieces that hold zeros alone. */
  abstract read(level: number, piece: number, found: FoundCell): void;

  /** A piece of a level with another one in its middle, of the level below. */
  abstract framed(level: number, middle: number): number;

  /** The middle of a piece of a level, of the level below. */
  abstract middle(level: number, piece: number): number;

  /** What `after` gives, computed from what smaller pieces become. */
  protected abstract computed(level: number, piece: number, power: number): number;

  /** Makes room for what is known of a piece. */
  protected makeRoom(piece: number): void {
    if (piece < this.#longest.length) return;
    // The one whose length is looked at is the last, should the stack be full meanwhile.
    this.#halted = larger(this.#halted, 2 * piece);
    this.#longest = larger(this.#longest, 2 * piece);
  }

  outside(level: number): number {
    for (let at = this.#outside.length; at <= level; at++)
      this.#outside.push(this.joined(at, new Array(this.#count).fill(this.#outside[at - 1]!)));
    return this.#outside[level]!;
  }

  /** The middle of a piece of a level after 2 to the power of `power` steps, at most a quarter of its side. */
  after(level: number, piece: number, power: number): number {
    const isLongest = power === level - 2;
    const known = isLongest ? this.#longest[piece]! - 1 : this.#shorter.recall(piece, power, 0);
    if (known >= 0) return known;
    const made = this.computed(level, piece, power);
    if (!isLongest) return this.#shorter.remember(piece, power, 0, made);
    this.#longest[piece] = made + 1;
    return made;
  }

  /** Tells whether all cells of a piece are at their end. */
  isHalted(level: number, piece: number): boolean {
    if (level === 0) return this.cells.isHalted(piece);
    if (this.#halted[piece] === 0)
      this.#halted[piece] = this.parts(piece).every((part) => this.isHalted(level - 1, part)) ? 1 : -1;
    return this.#halted[piece] === 1;
  }

  /** The same piece among other pieces. */
  copied(level: number, piece: number, to: Pieces): number {
    const known = new Map<number, number>();
    const copy = (depth: number, own: number): number => {
      if (depth === 0) return own;
      const made = known.get(own);
      if (made !== undefined) return made;
      const copied = to.joined(
        depth,
        this.parts(own).map((part) => copy(depth - 1, part)),
      );
      known.set(own, copied);
      return copied;
    };
    return copy(level, piece);
  }
}
