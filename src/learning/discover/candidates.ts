// Candidates as bits of all holes: drawn, counted through, and read out of lanes. Codes that stand for no value of an
// entry's type never reach a lane.

import { MACHINE_LANES, WORDS } from "./candidate-lanes.ts";
import type { BitLayout, BitSlot } from "./sketch-layout.ts";

/** A bit for each plane of the holes. */
export type Candidate = Uint8Array;

/** Random words of 32 bits (xoshiro128**, David Blackman and Sebastiano Vigna 2018, public domain). */
export class Draws {
  readonly #state: Uint32Array;

  /** Each seed and stream gives numbers of its own. */
  constructor(seed: number, stream: number) {
    // SplitMix32 spreads both over the state, which must not be all zero.
    let mixed = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca77)) >>> 0;
    this.#state = Uint32Array.from({ length: 4 }, (_, at) => {
      mixed = (mixed + 0x9e3779b9) >>> 0;
      let word = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad) ^ Math.imul(stream, at + 1);
      word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
      return ((word ^ (word >>> 15)) | (at === 0 ? 1 : 0)) >>> 0;
    });
  }

  word(): number {
    const s = this.#state;
    const b = s[1]!;
    const shifted = b << 9;
    const five = Math.imul(b, 5);
    const result = Math.imul((five << 7) | (five >>> 25), 9);
    s[2]! ^= s[0]!;
    s[3]! ^= b;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= shifted;
    s[3] = (s[3]! << 11) | (s[3]! >>> 21);
    return result >>> 0;
  }

  /** A whole number from 0 up to, but not including, `end`, which is at most 2^16. */
  below(end: number): number {
    return Math.floor((this.word() / 2 ** 32) * end);
  }
}

/** Entries some of whose codes mean nothing. */
const uneven = ({ entries }: BitLayout): BitSlot[] =>
  [...entries.values()].filter(({ bounds, size }) => bounds.hi - bounds.lo + 1 < 2 ** size);

/** Tells which of 32 lanes hold a code beyond an entry's type. */
function illegal(planes: Uint32Array, { first, size, bounds }: BitSlot, word: number): number {
  const most = bounds.hi - bounds.lo + 1;
  let beyond = -1;
  for (let bit = 0; bit < size; bit++) {
    const lanes = planes[(first + bit) * WORDS + word]!;
    beyond = (most >> bit) & 1 ? lanes & beyond : lanes | beyond;
  }
  return beyond;
}

/** Uniform candidates in all lanes. */
export function drawAll(layout: BitLayout, draws: Draws, planes: Uint32Array): void {
  for (let at = 0; at < planes.length; at++) planes[at] = draws.word();
  for (const slot of uneven(layout))
    for (let word = 0; word < WORDS; word++)
      for (let again = illegal(planes, slot, word); again !== 0; again = illegal(planes, slot, word))
        for (let bit = 0; bit < slot.size; bit++) {
          const at = (slot.first + bit) * WORDS + word;
          planes[at] = (planes[at]! & ~again) | (draws.word() & again);
        }
}

/** Makes codes beyond a type others of it. */
export function foldAll(layout: BitLayout, planes: Uint32Array): void {
  for (const slot of uneven(layout))
    for (let word = 0; word < WORDS; word++)
      planes[(slot.first + slot.size - 1) * WORDS + word]! &= ~illegal(planes, slot, word);
}

/** Bits of numbers from 0 on, one a lane: those of the lowest seven planes. */
const COUNTING = [0xaaaaaaaa, 0xcccccccc, 0xf0f0f0f0, 0xff00ff00, 0xffff0000];
const LANE_BITS = Math.log2(MACHINE_LANES);

/** Candidates from number `128 * batch` on in all lanes, and in `alive` which of them there are. */
export function countAll(layout: BitLayout, batch: number, planes: Uint32Array, alive: Uint32Array): void {
  for (let plane = 0; plane < layout.planes; plane++)
    for (let word = 0; word < WORDS; word++) {
      const above = Math.floor(batch / 2 ** (plane - LANE_BITS)) % 2 === 1 ? -1 : 0;
      const inside = plane < 5 ? COUNTING[plane]! : (word >> (plane - 5)) & 1 ? -1 : 0;
      planes[plane * WORDS + word] = plane < LANE_BITS ? inside : above;
    }
  for (let word = 0; word < WORDS; word++) {
    const lanes = Math.max(0, Math.min(32, 2 ** layout.planes - 32 * word));
    alive[word] = lanes === 32 ? -1 : 2 ** lanes - 1;
    for (const slot of uneven(layout)) alive[word]! &= ~illegal(planes, slot, word);
  }
}

export const candidateAt = ({ planes: size }: BitLayout, planes: Uint32Array, lane: number): Candidate =>
  Uint8Array.from({ length: size }, (_, plane) => (planes[plane * WORDS + (lane >> 5)]! >>> (lane & 31)) & 1);

export function putCandidate(candidate: Candidate, planes: Uint32Array, lane: number): void {
  const [word, mask] = [lane >> 5, 1 << (lane & 31)];
  for (const [plane, bit] of candidate.entries()) {
    const at = plane * WORDS + word;
    planes[at] = bit ? planes[at]! | mask : planes[at]! & ~mask;
  }
}

/** Lanes whose bits are set, ascending. */
export function lanesOf(alive: Uint32Array): number[] {
  const lanes: number[] = [];
  for (const [word, bits] of alive.entries())
    for (let left = bits; left !== 0; left &= left - 1) lanes.push(32 * word + 31 - Math.clz32(left & -left));
  return lanes;
}

export function countBits(alive: Uint32Array): number {
  let count = 0;
  for (const word of alive) for (let left = word; left !== 0; left &= left - 1) count++;
  return count;
}
