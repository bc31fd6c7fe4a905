// The first bytes of the memory: what the host and all threads tell one another, as whole numbers of four bytes.

/** Addresses of single numbers. */
export const CONTROL = {
  /** Steps to make, at most. */
  steps: 0,
  /** Addresses of the present states and of the next ones; they change places after every step. */
  from: 4,
  to: 8,
  /** Address of states that are compared with every new one, or 0. */
  kept: 12,
  /** What to watch: a sum of `WATCH`. */
  watch: 16,
  threads: 20,
  rows: 24,
  /** Vectors from here on, and before `innerEnd`, have all their neighbours inside the grid. */
  innerStart: 28,
  innerEnd: 32,
  /** Which blocks changed in the last step, and where to say so of the next one. */
  flagsBefore: 36,
  flagsAfter: 40,
  /** Results: steps made, and which of `WATCH` ended them. */
  done: 44,
  ended: 48,
  /** Set to leave all blocks out that cannot change. */
  skips: 52,
  /** The host calls the other threads by adding 1. */
  called: 64,
  /** Threads that have begun to serve, and can be called. */
  serving: 80,
  /** Threads that have reached the barrier, and how often all have. */
  arrived: 128,
  passed: 192,
} as const;

/** What ends steps before all are made: no cell goes on, a step changed nothing, the kept states came back. */
export const WATCH = { halted: 1, unchanged: 2, returned: 4 } as const;

/** What ends them too, beside `WATCH`: a next value is in doubt, so that the step does not count. */
export const DOUBT = 8;

/** Numbers of each thread, from `THREADS + thread * THREAD_BYTES` on. */
export const THREADS = 256;
export const THREAD_BYTES = 64;
export const THREAD = {
  /** The thread's bands of rows: from, and up to. */
  firstBand: 0,
  endBand: 4,
  /** Vectors of its rows where something was last found that still goes on, changed, or differs from what is kept. */
  running: 8,
  changing: 12,
  differing: 16,
  /** What it found in the last two steps: sums of `WATCH`, of what did not happen, and of `DOUBT`. */
  found: 20,
  /** Steps for which it does not look for quiet blocks. */
  patience: 28,
  /** Not 0 once one of its cells was in doubt. */
  doubted: 32,
  /** Steps for which it has made its outer bands, since there are several threads: see thread-work.ts. */
  outer: 36,
} as const;

export const MOST_THREADS = 16;

/** The lanes that have a neighbour in the lane before, and in the lane after. */
export const LANE_MASKS = THREADS + MOST_THREADS * THREAD_BYTES;
/**
 * Then masks of the vectors of a row, with those on both sides: which lanes are inside a grid, and which of those are
 * cells of the run. Lanes that no grid uses are inside where that helps: they do nothing to the others.
 */
export const MASKS = LANE_MASKS + 32;

// What threads tell one another that share out jobs, in a memory of its own.

/** Places in the queue: how often there was work, the next job that nobody has taken, and jobs that are done. */
export const QUEUE = { round: 0, next: 1, done: 2 } as const;
