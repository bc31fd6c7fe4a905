// Evolution: a population whose fitness is how many points it gets on small problems, which are drawn anew whenever
// somebody has all of them and still fails on others. Settings are those that did best of the ones that were measured.

import { type LaneMachine, type LoadedProblem, MACHINE_LANES, WORDS } from "./candidate-lanes.ts";
import { type Candidate, candidateAt, type Draws, foldAll } from "./candidates.ts";
import type { BitLayout } from "./sketch-layout.ts";

const POPULATION = 4 * MACHINE_LANES;
const TOURNAMENT = 4;
/** Bits that a child has flipped, on average; at least one. */
const FLIPS = 1.5;
/** Generations without a better one that end it, and sets of problems whose best one was not good enough that do. */
const PATIENCE = 200;

interface Evolution {
  readonly evaluated: number;
  /** The most points that a candidate had, as a share of all. */
  readonly best: number;
  readonly bestCandidate: Candidate;
}

interface Goal {
  /** Small problems, other ones at every call. */
  problems(): LoadedProblem;
  /** Tells whether somebody who is right on all small problems ends the search. */
  isEnough(candidate: Candidate): boolean;
}

/** Evolves a population until somebody is good enough, or nobody gets better; a step is a generation. */
export function* evolve(machine: LaneMachine, draws: Draws, goal: Goal): Generator<void, Evolution> {
  const words = Math.ceil(machine.layout.planes / 32);
  let population: Uint32Array = Uint32Array.from({ length: POPULATION * words }, () => draws.word());
  const scores = new Int32Array(POPULATION);
  let problems = goal.problems();
  let [evaluated, best, stale, share, renewed] = [0, 0, 0, 0, 0];
  let bestCandidate: Candidate = new Uint8Array(machine.layout.planes);
  for (;;) {
    score(machine, problems, population, words, scores);
    evaluated += POPULATION;
    const first = scores.indexOf(scores.reduce((most, each) => Math.max(most, each)));
    const most = scores[first]!;
    stale = most > best ? 0 : stale + 1;
    best = Math.max(best, most);
    const isPerfect = most === problems.points;
    if (isPerfect || best / problems.points > share) {
      share = Math.max(share, best / problems.points);
      bestCandidate = candidateOf(machine.layout, population.subarray(first * words, (first + 1) * words));
    }
    if (isPerfect) {
      if (goal.isEnough(bestCandidate)) return { evaluated, best: 1, bestCandidate };
      problems = goal.problems();
      renewed++;
      [best, stale] = [0, 0];
    }
    if (Math.max(stale, renewed) > PATIENCE) return { evaluated, best: share, bestCandidate };
    population = offspring(population, words, machine.layout.planes, scores, first, draws);
    yield;
  }
}

function score(
  machine: LaneMachine,
  problems: LoadedProblem,
  population: Uint32Array,
  words: number,
  scores: Int32Array,
): void {
  for (let from = 0; from < POPULATION; from += MACHINE_LANES) {
    spread(
      machine.layout,
      population.subarray(from * words, (from + MACHINE_LANES) * words),
      machine.holes(),
    );
    machine.tally(problems, scores.subarray(from, from + MACHINE_LANES));
  }
}

/** Candidates as words of their own bits become planes. */
function spread(layout: BitLayout, rows: Uint32Array, planes: Uint32Array): void {
  const words = rows.length / MACHINE_LANES;
  const block = new Uint32Array(32);
  for (let group = 0; group < WORDS; group++)
    for (let word = 0; word < words; word++) {
      for (let lane = 0; lane < 32; lane++) block[lane] = rows[(32 * group + lane) * words + word]!;
      transpose(block);
      for (let bit = 0; bit < 32 && 32 * word + bit < layout.planes; bit++)
        planes[(32 * word + bit) * WORDS + group] = block[bit]!;
    }
  foldAll(layout, planes);
}

/**
 * Exchanges rows and columns of 32 by 32 bits, halves of blocks of 16, 8, 4, 2 and 1 (Henry Warren, Hacker's Delight,
 * 7-3).
 */
function transpose(rows: Uint32Array): void {
  let mask = 0xffff;
  for (let size = 16; size > 0; size >>= 1, mask ^= mask << size)
    for (let row = 0; row < 32; row = (row + size + 1) & ~size) {
      const changed = ((rows[row]! >>> size) ^ rows[row + size]!) & mask;
      rows[row + size]! ^= changed;
      rows[row]! ^= changed << size;
    }
}

/** The candidate that bits stand for, which may be beyond a type. */
function candidateOf(layout: BitLayout, own: Uint32Array): Candidate {
  const planes = new Uint32Array(layout.planes * WORDS);
  for (let plane = 0; plane < layout.planes; plane++)
    planes[plane * WORDS] = (own[plane >> 5]! >>> (plane & 31)) & 1;
  foldAll(layout, planes);
  return candidateAt(layout, planes, 0);
}

/** The next generation: the best one as it is, and children of the winners of tournaments. */
function offspring(
  population: Uint32Array,
  words: number,
  bits: number,
  scores: Int32Array,
  best: number,
  draws: Draws,
): Uint32Array {
  const next = new Uint32Array(population.length);
  next.set(population.subarray(best * words, (best + 1) * words));
  const winner = (): number => {
    let won = draws.below(POPULATION);
    for (let round = 1; round < TOURNAMENT; round++) {
      const other = draws.below(POPULATION);
      if (scores[other]! > scores[won]!) won = other;
    }
    return won * words;
  };
  for (let child = 1; child < POPULATION; child++) {
    const [one, other] = [winner(), winner()];
    const crosses = draws.word() & 1;
    const at = child * words;
    for (let word = 0; word < words; word++) {
      const mask = crosses ? draws.word() : 0;
      next[at + word] = (population[one + word]! & ~mask) | (population[other + word]! & mask);
    }
    do {
      const bit = draws.below(bits);
      next[at + (bit >> 5)]! ^= 1 << (bit & 31);
    } while (draws.word() < 2 ** 32 * (1 - 1 / FLIPS));
  }
  return next;
}
