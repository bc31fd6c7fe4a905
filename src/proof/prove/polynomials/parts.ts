// Parts of polynomials: terms that share keys, directly or through others, are one part.

import { type Space, UNIT } from "./space.ts";

export type Term = readonly [monomial: number, coefficient: number];

export interface Part {
  /** Keys, and how many of the terms have each. */
  readonly keys: ReadonlyMap<number, number>;
  readonly terms: readonly Term[];
}

/** The parts of terms, none of which is a constant. */
export function partsOf(space: Space, terms: readonly Term[]): Part[] {
  const counts = new Map<number, number>();
  const keys = new Joined();
  for (const [monomial] of terms) {
    let first = -1;
    for (let at = monomial; at !== UNIT; at = space.shorter(at)) {
      const { key } = space.lastAtom(at);
      counts.set(key, (counts.get(key) ?? 0) + 1);
      if (first >= 0) keys.join(first, key);
      else first = key;
    }
  }
  const parts = new Map<number, { keys: Map<number, number>; terms: Term[] }>();
  for (const [key, count] of counts) {
    const owner = keys.ownerOf(key);
    const part = parts.get(owner) ?? { keys: new Map(), terms: [] };
    part.keys.set(key, count);
    parts.set(owner, part);
  }
  for (const term of terms) parts.get(keys.ownerOf(space.lastAtom(term[0]).key))!.terms.push(term);
  return [...parts.values()];
}

/** Disjoint sets of keys. */
class Joined {
  readonly #owners = new Map<number, number>();

  ownerOf(key: number): number {
    let owner = key;
    for (let up = this.#owners.get(owner); up !== undefined; up = this.#owners.get(owner)) owner = up;
    for (let at = key; at !== owner; ) {
      const up = this.#owners.get(at)!;
      this.#owners.set(at, owner);
      at = up;
    }
    return owner;
  }

  join(a: number, b: number): void {
    const [one, other] = [this.ownerOf(a), this.ownerOf(b)];
    if (one !== other) this.#owners.set(other, one);
  }
}
