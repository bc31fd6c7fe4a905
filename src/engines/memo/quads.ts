// Squares of four smaller ones each, kept as decision diagrams are (logic/nodes.ts), but with one more part.

import { DiagramsTooLarge, larger } from "../../logic/nodes.ts";

/** Spreads five whole numbers over the bits of one; its lower bits depend on all of theirs. */
function hash(level: number, nw: number, ne: number, sw: number, se: number): number {
  const upper = Math.imul(nw, 0x9e3779b1) ^ Math.imul(ne, 0x85ebca6b);
  const lower = Math.imul(sw, 0xc2b2ae35) ^ Math.imul(se, 0x27d4eb2f) ^ Math.imul(level, 0x165667b1);
  const mixed = Math.imul(upper ^ (upper >>> 15), 0x2c1b3c6d) ^ lower;
  return mixed ^ (mixed >>> 15);
}

/** Squares, each of a level and four parts, numbered as they are made; no two are the same. */
export class Quads {
  level = new Uint8Array(1024);
  nw = new Int32Array(1024);
  ne = new Int32Array(1024);
  sw = new Int32Array(1024);
  se = new Int32Array(1024);
  size = 0;
  #most: number;
  /** One more than the square, by hash of what it is made of; 0 is an empty place. */
  #places = new Int32Array(2048);

  /** Throws DiagramsTooLarge beyond `most` squares. */
  constructor(most: number) {
    this.#most = most;
  }

  /** The square with these, which is made unless it is there. */
  quad(level: number, nw: number, ne: number, sw: number, se: number): number {
    const mask = this.#places.length - 1;
    let place = hash(level, nw, ne, sw, se) & mask;
    for (let quad = this.#places[place]! - 1; quad >= 0; quad = this.#places[place]! - 1) {
      const isSame =
        this.nw[quad] === nw &&
        this.ne[quad] === ne &&
        this.sw[quad] === sw &&
        this.se[quad] === se &&
        this.level[quad] === level;
      if (isSame) return quad;
      place = (place + 1) & mask;
    }
    if (this.size >= this.#most) throw new DiagramsTooLarge();
    if (this.size === this.level.length) {
      this.#grow();
      return this.quad(level, nw, ne, sw, se);
    }
    const made = this.size++;
    this.#places[place] = made + 1;
    this.level[made] = level;
    this.nw[made] = nw;
    this.ne[made] = ne;
    this.sw[made] = sw;
    this.se[made] = se;
    return made;
  }

  /** Makes twice the room; the places are half full at most. Where the stack is full meanwhile, no square is made any more. */
  #grow(): void {
    const most = this.#most;
    this.#most = 0;
    const level = new Uint8Array(2 * this.level.length);
    level.set(this.level);
    this.level = level;
    this.nw = larger(this.nw);
    this.ne = larger(this.ne);
    this.sw = larger(this.sw);
    this.se = larger(this.se);
    this.#places = new Int32Array(2 * this.level.length);
    const mask = this.#places.length - 1;
    for (let quad = 0; quad < this.size; quad++) {
      let place =
        hash(this.level[quad]!, this.nw[quad]!, this.ne[quad]!, this.sw[quad]!, this.se[quad]!) & mask;
      while (this.#places[place] !== 0) place = (place + 1) & mask;
      this.#places[place] = quad + 1;
    }
    this.#most = most;
  }
}
