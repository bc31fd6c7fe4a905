// The paper's Theorem 1 by the letter, where it can be done: all shared weights of a small recurrent convolutional network are
// drawn at random from a finite set, and those are counted that scan a word as they should.
//
// A cell of a row holds its input x and a number p, at first 0. In every step p becomes what one hidden layer of relu makes
// of the neighbourhood, for all cells at once; after as many steps as the word is long and one more, p is to be the answer
// in every cell, and to stay it. Two thresholds and a weight each for parity are the smallest such network.

import { type Random, seededRandom } from "../../grid/random.ts";
import { Draws } from "./candidates.ts";

/** What the cells of a word are to hold. */
export const SCANS = {
  parity: (word: readonly number[], at: number) => word.slice(0, at + 1).reduce((sum, bit) => sum ^ bit, 0),
  or: (word: readonly number[], at: number) => (word.slice(0, at + 1).includes(1) ? 1 : 0),
  and: (word: readonly number[], at: number) => (word.slice(0, at + 1).includes(0) ? 0 : 1),
  majority: (word: readonly number[], at: number) =>
    (word[at - 1] ?? 0) + word[at]! + (word[at + 1] ?? 0) >= 2 ? 1 : 0,
} as const;
export type Scan = keyof typeof SCANS;

/** The size of a network. */
export interface WeightShape {
  /** Whether a cell sees p and x of both neighbours and of itself; else p of its left neighbour and its own x. */
  readonly isWide: boolean;
  readonly hidden: number;
  readonly hasBias: boolean;
}

export const WEIGHT_SHAPES: readonly WeightShape[] = [
  { isWide: false, hidden: 2, hasBias: false },
  { isWide: false, hidden: 2, hasBias: true },
  { isWide: false, hidden: 3, hasBias: true },
  { isWide: true, hidden: 2, hasBias: false },
  { isWide: true, hidden: 2, hasBias: true },
  { isWide: true, hidden: 3, hasBias: false },
];

const inputsOf = ({ isWide }: WeightShape): number => (isWide ? 6 : 2);

/** Returns how many weights a network has. */
export const weightCountOf = (shape: WeightShape): number =>
  (inputsOf(shape) + 1) * shape.hidden + (shape.hasBias ? shape.hidden + 1 : 0);

export interface WeightsJob {
  readonly scan: Scan;
  readonly shape: WeightShape;
  /** Weights are whole numbers from minus this to this. */
  readonly largest: number;
  readonly seed: number;
  readonly number: number;
  readonly draws: number;
}

export interface WeightsResult {
  readonly draws: number;
  /** Draws that are right on the words of the sample. */
  readonly right: number;
  /** Those of them that are right on others, too, up to five times as long. */
  readonly exact: number;
}

interface Word {
  readonly bits: Float64Array;
  readonly answer: Float64Array;
}

/** Words of the sample, the shortest first, on which most draws fail. */
const LENGTHS = [1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 12];
const LONGER = Array.from({ length: 60 }, (_, at) => at + 1);

function wordsOf(scan: Scan, lengths: readonly number[], random: Random): Word[] {
  return lengths.map((length, at) => {
    // Both words of one letter, then any.
    const word = Array.from({ length }, () => (length === 1 ? at % 2 : random.int(2)));
    const answer = word.map((_, cell) => SCANS[scan](word, cell));
    return { bits: Float64Array.from(word), answer: Float64Array.from(answer) };
  });
}

export function drawWeights({ scan, shape, largest, seed, number, draws: count }: WeightsJob): WeightsResult {
  const random = seededRandom(seed);
  const [sample, longer] = [wordsOf(scan, LENGTHS, random), wordsOf(scan, LONGER, random)];
  const draws = new Draws(seed, number);
  const weights = new Float64Array(weightCountOf(shape));
  const run = runner(shape, weights);
  let [right, exact] = [0, 0];
  for (let draw = 0; draw < count; draw++) {
    for (let at = 0; at < weights.length; at++) weights[at] = draws.below(2 * largest + 1) - largest;
    if (!sample.every(run)) continue;
    right++;
    if (longer.every(run)) exact++;
  }
  return { draws: count, right, exact };
}

/** Room for the longest word, with a cell on both sides that is not there. */
const ROOM = Math.max(...LONGER) + 2;

/** Tells whether a network with these weights has the answer of a word, and keeps it. */
function runner(shape: WeightShape, weights: Float64Array): (word: Word) => boolean {
  const inputs = inputsOf(shape);
  const { hidden, hasBias, isWide } = shape;
  const out = inputs * hidden;
  const bias = out + hidden;
  const seen = new Float64Array(inputs);
  const next = (): number => {
    let sum = hasBias ? weights[bias + hidden]! : 0;
    for (let unit = 0; unit < hidden; unit++) {
      let value = hasBias ? weights[bias + unit]! : 0;
      for (let input = 0; input < inputs; input++) value += weights[unit * inputs + input]! * seen[input]!;
      if (value > 0) sum += weights[out + unit]! * value;
    }
    return sum;
  };
  let p = new Float64Array(ROOM);
  let after = new Float64Array(ROOM);
  const x = new Float64Array(ROOM);
  const see = (cell: number): void => {
    if (!isWide) {
      seen[0] = p[cell - 1]!;
      seen[1] = x[cell]!;
      return;
    }
    for (let side = 0; side < 3; side++) {
      seen[side] = p[cell - 1 + side]!;
      seen[3 + side] = x[cell - 1 + side]!;
    }
  };
  return ({ bits, answer }) => {
    const { length } = bits;
    // A call of the library for so few numbers would take longer than the whole word.
    for (let cell = 0; cell < length + 2; cell++) {
      p[cell] = 0;
      after[cell] = 0;
      x[cell] = cell > 0 && cell <= length ? bits[cell - 1]! : 0;
    }
    for (let step = 0; step <= length + 1; step++) {
      for (let cell = 1; cell <= length; cell++) {
        see(cell);
        after[cell] = next();
      }
      const before = p;
      p = after;
      after = before;
      // It must be the answer after one step more than the word is long, and after one more.
      if (step < length) continue;
      for (let cell = 0; cell < length; cell++) if (p[cell + 1] !== answer[cell]) return false;
    }
    return true;
  };
}
