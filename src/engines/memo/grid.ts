// A grid as a piece of cells, a square or a stretch of a line, at several times.

import { InputError } from "../../diagnostics/diagnostic.ts";
import type { Shape } from "../../grid/grid.ts";
import { unlessTooLarge } from "../../logic/nodes.ts";
import type { MemoCells } from "./cells.ts";
import type { Pieces } from "./pieces.ts";
import { Squares } from "./squares.ts";
import { Stretches } from "./stretches.ts";

/** At most 2 to the power of this, steps are made at once. */
export const LONGEST = 48;

/** What a time of a grid is known for. */
type Name = "now" | "before" | "origin" | "look" | "start" | "kept" | "end";

/** A piece, and a number of steps that are made when somebody asks what it is after them, the longest leaps first. */
interface Time {
  readonly piece: number;
  readonly ahead: number;
}

/** A grid as a piece, now and at other times. */
export class MemoGrid {
  readonly #shape: Shape;
  readonly #level: number;
  readonly #cells: MemoCells;
  #pieces: Pieces;
  /** How many pieces have been forgotten. */
  #forgotten = 0;
  readonly #named = new Map<Name, Time>();

  constructor(cells: MemoCells, shape: Shape, state: Float32Array) {
    this.#cells = cells;
    this.#shape = shape;
    this.#level = Math.max(1, Math.ceil(Math.log2(Math.max(shape.rows, shape.cols))));
    this.#pieces = piecesOf(cells, shape);
    this.keep("now", state);
  }

  #built(state: Float32Array): number {
    const { width } = this.#cells;
    const build = () => this.#pieces.built(this.#level, (cell) => this.#cells.number(state, cell * width));
    const again = (): number => {
      this.#forget();
      return build();
    };
    return unlessTooLarge(build, () => unlessTooLarge(again, () => this.#noRoom("this grid")));
  }

  #noRoom(what: string): never {
    throw new InputError(`the memo engine has no room for ${what}; take --engine bits or direct`);
  }

  read(name: Name = "now"): Float32Array {
    const { rows, cols } = this.#shape;
    const { width } = this.#cells;
    const state = new Float32Array(rows * cols * width);
    const [whole] = this.#settled(name);
    this.#pieces.read(this.#level, whole!, (cell, number) => {
      if (this.#cells.isZero(number)) return true;
      const known = this.#cells.state(number);
      for (let channel = 0; channel < width; channel++) state[cell * width + channel] = known[channel]!;
      return false;
    });
    return state;
  }

  /** Gives the present time, or a state, a name. */
  keep(name: Name, state?: Float32Array): void {
    this.#named.set(
      name,
      state === undefined ? this.#named.get("now")! : { piece: this.#built(state), ahead: 0 },
    );
  }

  /** Goes to a time with a name. */
  go(name: Name): void {
    this.#named.set("now", this.#named.get(name)!);
  }

  /**
   * Makes the steps that are ahead of some times, and gives their pieces. Pieces get other numbers when some are forgotten
   * meanwhile, so these are read when all is done.
   */
  #settled(...names: readonly Name[]): number[] {
    for (const name of names)
      for (let { ahead } = this.#named.get(name)!; ahead > 0; { ahead } = this.#named.get(name)!)
        this.#leap(name, Math.min(LONGEST, Math.floor(Math.log2(ahead))));
    return names.map((name) => this.#named.get(name)!.piece);
  }

  #areSame(one: Name, other: Name): boolean {
    const [a, b] = this.#settled(one, other);
    return a === b;
  }

  /** How many pieces have been made, those that are forgotten too. */
  get made(): number {
    return this.#forgotten + this.#pieces.size;
  }

  get isKept(): boolean {
    return this.#areSame("kept", "now");
  }

  get isHalted(): boolean {
    const [now] = this.#settled("now");
    return this.#pieces.isHalted(this.#level, now!);
  }

  /** Makes a step; whether it changes nothing. */
  advanceStill(): boolean {
    // So that the steps that are ahead are made once for both.
    this.#settled("now");
    this.keep("before");
    this.advance(1);
    return this.#areSame("before", "now");
  }

  advance(steps: number): void {
    const { piece, ahead } = this.#named.get("now")!;
    this.#named.set("now", { piece, ahead: ahead + steps });
  }

  /** Makes 2 to the power of `power` of the steps that are ahead of a time. */
  #leap(name: Name, power: number): void {
    const leap = (): true => {
      const top = Math.max(this.#level + 1, power + 2);
      const { piece: before, ahead } = this.#named.get(name)!;
      let piece = before;
      for (let level = this.#level; level < top; level++) piece = this.#pieces.framed(level + 1, piece);
      piece = this.#pieces.after(top, piece, power);
      for (let level = top - 1; level > this.#level; level--) piece = this.#pieces.middle(level, piece);
      this.#named.set(name, { piece, ahead: ahead - 2 ** power });
      return true;
    };
    const again = (): true => {
      this.#forget();
      return leap();
    };
    if (unlessTooLarge<boolean>(leap, () => unlessTooLarge<boolean>(again, () => false))) return;
    if (power === 0) this.#noRoom("a step of this grid");
    this.#leap(name, power - 1);
    this.#leap(name, power - 1);
  }

  /** Forgets all pieces but those that have names. */
  #forget(): void {
    const pieces = piecesOf(this.#cells, this.#shape);
    const copies = [...this.#named].map(([name, { piece, ahead }]): [Name, Time] => {
      return [name, { piece: this.#pieces.copied(this.#level, piece, pieces), ahead }];
    });
    // Only when there is room for all of them.
    for (const [name, time] of copies) this.#named.set(name, time);
    this.#forgotten += this.#pieces.size;
    this.#pieces = pieces;
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

const piecesOf = (cells: MemoCells, shape: Shape): Pieces =>
  shape.rows === 1 || shape.cols === 1 ? new Stretches(cells, shape) : new Squares(cells, shape);
