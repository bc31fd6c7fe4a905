// Stretches of a grid of one row or one column, which are halves and not quarters of the next longer ones: a square around a
// row is made of squares without a cell in them for the most part, which have to be looked up all the same.

import type { Shape } from "../../grid/grid.ts";
import { Nodes } from "../../logic/nodes.ts";
import { type MemoCells, OUTSIDE } from "./cells.ts";
import { type FoundCell, Pieces } from "./pieces.ts";

/** Stretches that are kept until those that are no longer used are forgotten. */
const MOST_STRETCHES = 6_000_000;

/** Stretches of 2 to the power of `level` cells. */
export class Stretches extends Pieces {
  readonly #nodes = new Nodes(MOST_STRETCHES);
  readonly #length: number;
  readonly #isRow: boolean;

  constructor(cells: MemoCells, { rows, cols }: Shape) {
    super(cells, 2);
    this.#length = rows * cols;
    this.#isRow = rows === 1;
  }

  override get size(): number {
    return this.#nodes.size;
  }

  #stretch(level: number, first: number, second: number): number {
    const made = this.#nodes.node(level, first, second);
    this.makeRoom(made);
    return made;
  }

  #first(stretch: number): number {
    return this.#nodes.low[stretch]!;
  }

  #second(stretch: number): number {
    return this.#nodes.high[stretch]!;
  }

  override joined(level: number, parts: readonly number[]): number {
    return this.#stretch(level, parts[0]!, parts[1]!);
  }

  override parts(stretch: number): readonly number[] {
    return [this.#first(stretch), this.#second(stretch)];
  }

  override built(top: number, numberAt: (cell: number) => number): number {
    const build = (level: number, at: number): number => {
      if (at >= this.#length) return this.outside(level);
      if (level === 0) return numberAt(at);
      return this.#stretch(level, build(level - 1, at), build(level - 1, at + 2 ** (level - 1)));
    };
    return build(top, 0);
  }

  override read(top: number, whole: number, found: FoundCell): void {
    const visit = (level: number, stretch: number, at: number): void => {
      if (at >= this.#length) return;
      if (level === 0) {
        found(at, stretch);
        return;
      }
      visit(level - 1, this.#first(stretch), at);
      visit(level - 1, this.#second(stretch), at + 2 ** (level - 1));
    };
    visit(top, whole, 0);
  }

  override framed(level: number, middle: number): number {
    const none = this.outside(level - 2);
    return this.#stretch(
      level,
      this.#stretch(level - 1, none, this.#first(middle)),
      this.#stretch(level - 1, this.#second(middle), none),
    );
  }

  override middle(level: number, stretch: number): number {
    return this.#between(level - 1, this.#first(stretch), this.#second(stretch));
  }

  /** Returns what is half of a stretch and half of the next one. */
  #between(level: number, first: number, second: number): number {
    return this.#stretch(level, this.#second(first), this.#first(second));
  }

  protected override computed(level: number, stretch: number, power: number): number {
    const [first, second] = [this.#first(stretch), this.#second(stretch)];
    if (level === 2) return this.#next(first, second);
    const below = level - 1;
    const between = this.#between(below, first, second);
    if (power === level - 2) {
      const less = power - 1;
      const middle = this.after(below, between, less);
      const before = this.#stretch(below, this.after(below, first, less), middle);
      const after = this.#stretch(below, middle, this.after(below, second, less));
      return this.#stretch(below, this.after(below, before, less), this.after(below, after, less));
    }
    const middle = this.middle(below, between);
    const before = this.#stretch(below, this.middle(below, first), middle);
    const after = this.#stretch(below, middle, this.middle(below, second));
    return this.#stretch(below, this.after(below, before, power), this.after(below, after, power));
  }

  /** The middle of four cells after a step. */
  #next(first: number, second: number): number {
    const [a, b] = [this.#first(first), this.#second(first)];
    const [c, d] = [this.#first(second), this.#second(second)];
    return this.#stretch(1, this.#nextCell(a, b, c), this.#nextCell(b, c, d));
  }

  #nextCell(before: number, cell: number, after: number): number {
    const none = OUTSIDE;
    return this.#isRow
      ? this.cells.next(none, none, none, before, cell, after, none, none, none)
      : this.cells.next(none, before, none, none, cell, none, none, after, none);
  }
}
