// Squares of cells, four of which are a square of twice the side.

import type { Shape } from "../../grid/grid.ts";
import type { MemoCells } from "./cells.ts";
import { type FoundCell, Pieces } from "./pieces.ts";
import { Quads } from "./quads.ts";

/** Squares that are kept until those that are no longer used are forgotten. */
const MOST_SQUARES = 6_000_000;

/** In place of a power of 2: no step. */
const NONE = -1;

/** Squares of 2 to the power of `level` cells a side. */
export class Squares extends Pieces {
  readonly #quads = new Quads(MOST_SQUARES);
  readonly #shape: Shape;

  constructor(cells: MemoCells, shape: Shape) {
    super(cells, 4);
    this.#shape = shape;
  }

  override get size(): number {
    return this.#quads.size;
  }

  #square(level: number, nw: number, ne: number, sw: number, se: number): number {
    const made = this.#quads.quad(level, nw, ne, sw, se);
    this.makeRoom(made);
    return made;
  }

  #nw(square: number): number {
    return this.#quads.nw[square]!;
  }

  #ne(square: number): number {
    return this.#quads.ne[square]!;
  }

  #sw(square: number): number {
    return this.#quads.sw[square]!;
  }

  #se(square: number): number {
    return this.#quads.se[square]!;
  }

  override joined(level: number, parts: readonly number[]): number {
    return this.#square(level, parts[0]!, parts[1]!, parts[2]!, parts[3]!);
  }

  override parts(square: number): readonly [number, number, number, number] {
    return [this.#nw(square), this.#ne(square), this.#sw(square), this.#se(square)];
  }

  override built(top: number, numberAt: (cell: number) => number): number {
    let { rows, cols } = this.#shape;
    let partAt = numberAt;
    for (let level = 1; level <= top; level++) {
      const squares = this.#squaresOf(level, rows, cols, partAt);
      partAt = (place) => squares[place]!;
      [rows, cols] = [Math.ceil(rows / 2), Math.ceil(cols / 2)];
    }
    return partAt(0);
  }

  /** The squares of a level, row by row, that are made of `rows` rows and `cols` columns of the level below. */
  #squaresOf(level: number, rows: number, cols: number, partAt: (place: number) => number): Int32Array {
    const none = this.outside(level - 1);
    const squares = new Int32Array(Math.ceil(rows / 2) * Math.ceil(cols / 2));
    let [nw, ne, sw, se, square] = [-1, -1, -1, -1, -1];
    for (let row = 0, to = 0; row < rows; row += 2)
      for (let col = 0; col < cols; col += 2, to++) {
        const at = row * cols + col;
        const [isBeside, isBelow] = [col + 1 < cols, row + 1 < rows];
        const a = partAt(at);
        const b = isBeside ? partAt(at + 1) : none;
        const c = isBelow ? partAt(at + cols) : none;
        const d = isBeside && isBelow ? partAt(at + cols + 1) : none;
        // Mostly it is what is before it once more, and need not be looked up.
        if (a !== nw || b !== ne || c !== sw || d !== se) {
          [nw, ne, sw, se] = [a, b, c, d];
          square = this.#square(level, a, b, c, d);
        }
        squares[to] = square;
      }
    return squares;
  }

  override read(top: number, whole: number, found: FoundCell): void {
    const { rows, cols } = this.#shape;
    /** By level, the square that was last seen to hold zeros alone. */
    const zeros: number[] = [];
    const visit = (level: number, square: number, row: number, col: number): boolean => {
      if (row >= rows || col >= cols || square === zeros[level]) return true;
      if (level === 0) return found(row * cols + col, square);
      const half = 2 ** (level - 1);
      const nw = visit(level - 1, this.#nw(square), row, col);
      const ne = visit(level - 1, this.#ne(square), row, col + half);
      const sw = visit(level - 1, this.#sw(square), row + half, col);
      const se = visit(level - 1, this.#se(square), row + half, col + half);
      const isZero = nw && ne && sw && se;
      if (isZero) zeros[level] = square;
      return isZero;
    };
    visit(top, whole, 0, 0);
  }

  override framed(level: number, middle: number): number {
    const none = this.outside(level - 2);
    return this.#square(
      level,
      this.#square(level - 1, none, none, none, this.#nw(middle)),
      this.#square(level - 1, none, none, this.#ne(middle), none),
      this.#square(level - 1, none, this.#sw(middle), none, none),
      this.#square(level - 1, this.#se(middle), none, none, none),
    );
  }

  override middle(level: number, square: number): number {
    return this.#square(
      level - 1,
      this.#se(this.#nw(square)),
      this.#sw(this.#ne(square)),
      this.#ne(this.#sw(square)),
      this.#nw(this.#se(square)),
    );
  }

  protected override computed(level: number, square: number, power: number): number {
    if (level === 2) return this.#next(square);
    const [a, b, c, d] = [this.#nw(square), this.#ne(square), this.#sw(square), this.#se(square)];
    const below = level - 1;
    const [right, left] = [this.#beside(below, a, b), this.#beside(below, c, d)];
    const [upper, lower] = [this.#under(below, a, c), this.#under(below, b, d)];
    const core = this.#square(below, this.#se(a), this.#sw(b), this.#ne(c), this.#nw(d));
    const isLongest = power === level - 2;
    const first = isLongest ? power - 1 : NONE;
    const [nw, n, ne] = [
      this.#first(below, a, first),
      this.#first(below, right, first),
      this.#first(below, b, first),
    ];
    const [w, m, e] = [
      this.#first(below, upper, first),
      this.#first(below, core, first),
      this.#first(below, lower, first),
    ];
    const [sw, s, se] = [
      this.#first(below, c, first),
      this.#first(below, left, first),
      this.#first(below, d, first),
    ];
    const second = isLongest ? power - 1 : power;
    return this.#square(
      below,
      this.after(below, this.#square(below, nw, n, w, m), second),
      this.after(below, this.#square(below, n, ne, m, e), second),
      this.after(below, this.#square(below, w, m, sw, s), second),
      this.after(below, this.#square(below, m, e, s, se), second),
    );
  }

  /** The middle of a square after 2 to the power of `power` steps, or as it is. */
  #first(level: number, square: number, power: number): number {
    return power === NONE ? this.middle(level, square) : this.after(level, square, power);
  }

  /** Returns what is half of a square and half of the one to its right. */
  #beside(level: number, left: number, right: number): number {
    return this.#square(level, this.#ne(left), this.#nw(right), this.#se(left), this.#sw(right));
  }

  /** Returns what is half of a square and half of the one below it. */
  #under(level: number, top: number, bottom: number): number {
    return this.#square(level, this.#sw(top), this.#se(top), this.#nw(bottom), this.#ne(bottom));
  }

  /** The middle of four by four cells after a step. */
  #next(square: number): number {
    const { cells } = this;
    const [a, b, e, f] = this.parts(this.#nw(square));
    const [c, d, g, h] = this.parts(this.#ne(square));
    const [i, j, m, n] = this.parts(this.#sw(square));
    const [k, l, o, p] = this.parts(this.#se(square));
    return this.#square(
      1,
      cells.next(a, b, c, e, f, g, i, j, k),
      cells.next(b, c, d, f, g, h, j, k, l),
      cells.next(e, f, g, i, j, k, m, n, o),
      cells.next(f, g, h, j, k, l, n, o, p),
    );
  }
}
