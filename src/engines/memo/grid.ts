// A grid as a square of cells, at several times.

import { InputError } from "../../diagnostics/diagnostic.ts";
import type { Shape } from "../../grid/grid.ts";
import { unlessTooLarge } from "../../logic/nodes.ts";
import type { MemoCells } from "./cells.ts";
import { Squares } from "./squares.ts";

/** At most 2 to the power of this, steps are made at once. */
export const LONGEST = 48;

/** What a time of a grid is known for. */
type Name = "now" | "before" | "origin" | "look" | "start" | "kept" | "end";

/** A square, and a number of steps that are made when somebody asks what it is after them, the longest leaps first. */
interface Time {
  readonly square: number;
  readonly ahead: number;
}

/** A grid as a square, now and at other times. */
export class MemoGrid {
  readonly #shape: Shape;
  readonly #level: number;
  readonly #cells: MemoCells;
  #squares: Squares;
  /** How many squares have been forgotten. */
  #forgotten = 0;
  readonly #named = new Map<Name, Time>();

  constructor(cells: MemoCells, shape: Shape, state: Float32Array) {
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
      const [below, beside, inner] = [row + half, col + half, level - 1];
      return this.#squares.square(
        level,
        build(inner, row, col),
        build(inner, row, beside),
        build(inner, below, col),
        build(inner, below, beside),
      );
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

  /** How many squares have been made, those that are forgotten too. */
  get made(): number {
    return this.#forgotten + this.#squares.size;
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
    this.#forgotten += this.#squares.size;
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
