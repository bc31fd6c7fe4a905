// The memo engine: what a square of cells becomes is computed once, however often and wherever it comes up (R. W. Gosper,
// Exploiting regularities in large cellular spaces, 1984). Grids are quadtrees of squares that are kept once each, and a
// square knows its middle after 1, 2, 4, 8, ... steps, which is made of the middles of smaller ones. Grids of one row or one
// column are binary trees of stretches, and the rest is the same. Grids and runs that repeat themselves, such as guns and
// machines, take time by what is new in them; others are done sooner by other engines.
//
// What a cell becomes is asked of the direct engine, once for each neighbourhood. Beyond the edge are cells without
// numbers, which stay so: a grid of any shape is a part of a square, or of a stretch.

import type { Shape } from "../../grid/grid.ts";
import type { Network } from "../../network/network.ts";
import { refuseOverflow } from "../certain.ts";
import { checkedStart, type Engine, type Run, type StepsMade, type Watch } from "../engine.ts";
import { MemoCells, type MemoNetwork } from "./cells.ts";
import { LONGEST, MemoGrid } from "./grid.ts";

/** Pieces that may be made to see whether a run without a limit ends. */
const MOST_AHEAD = 3_000_000;

/** An engine for runs that repeat themselves in space and time. */
export function memoEngine(network: MemoNetwork): Engine {
  refuseOverflow(network);
  return {
    name: "memo",
    start: checkedStart(network, (shape, states) => startRun(network, shape, states)),
    close: () => {},
  };
}

function startRun(network: MemoNetwork, shape: Shape, states: readonly Float32Array[]): Run {
  const cells = new MemoCells(network);
  return runOf(
    cells,
    states.map((state) => new MemoGrid(cells, shape, state)),
  );
}

/** A run from where these grids are, which know what has been computed before. */
function runOf(cells: MemoCells, grids: readonly MemoGrid[]): Run {
  const [only] = grids;
  return {
    advance: async (steps) => {
      for (const grid of grids) grid.advance(steps);
    },
    read: async () => grids.map((grid) => grid.read()),
    atOnce: 2 ** LONGEST,
    ...(only !== undefined && grids.length === 1 && { watched: watchedRun(only, cells) }),
    close: () => {},
  };
}

function watchedRun(grid: MemoGrid, cells: MemoCells): NonNullable<Run["watched"]> {
  /** Steps from now on until the run ends; null where a look ahead did not show it, undefined where nobody has looked. */
  let left: number | null | undefined;

  /** Goes to the end, which lasts for ever, in at most that many steps, and says how many; one that changes nothing counts. */
  function toEnd(steps: number, watch: Watch): number | null {
    if (steps === 0) return null;
    if (watch === "halted") return grid.first(steps, () => grid.isHalted);
    const found = grid.isStill ? 0 : steps === 1 ? null : grid.first(steps - 1, () => grid.isStill);
    grid.advance(1);
    return found === null ? null : found + 1;
  }

  /** Looks, while not too much is new, whether the run ends: then it does not return before. */
  function lookAhead(watch: Watch): number | null {
    grid.keep("start");
    const before = grid.made;
    let found: number | null = null;
    for (let power = 0; power < LONGEST && grid.made - before < MOST_AHEAD && found === null; power++) {
      grid.go("start");
      found = toEnd(2 ** power, watch);
    }
    grid.keep("end");
    grid.go("start");
    return cells.staysHalted ? found : null;
  }

  function oneByOne(steps: number, watch: Watch): StepsMade {
    for (let made = 1; made <= steps; made++) {
      const isStill = grid.advanceStill();
      if (watch === "unchanged" ? isStill : grid.isHalted) return { steps: made, ended: watch };
      if (grid.isKept) return { steps: made, ended: "returned" };
    }
    return { steps, ended: null };
  }

  return {
    advance: async (steps, all) => {
      const watch = all.includes("unchanged") ? "unchanged" : "halted";
      if (!all.includes("returned")) {
        grid.keep("start");
        const found = toEnd(steps, watch);
        if (cells.staysHalted)
          return found === null ? { steps, ended: null } : { steps: found, ended: watch };
        grid.go("start");
        return { steps: 0, ended: "doubt" };
      }
      if (left === undefined) left = lookAhead(watch);
      if (left === null) return oneByOne(steps, watch);
      const now = Math.min(left, steps);
      grid.advance(now);
      left -= now;
      if (left === 0) grid.go("end");
      return { steps: now, ended: left === 0 ? watch : null };
    },
    keep: (state) => grid.keep("kept", state),
    kept: () => grid.read("kept"),
  };
}

// The memo engine for runs that it is faster for, and another one for all others. Which it is shows in a trial: steps are
// looked ahead for, twice as many each time, for as long as few pieces are made for them. Pieces are counted, and no
// time is taken, so that the choice is the same on every machine; and whichever it is, the run is the same.

/** Cells of the largest grids that are tried. */
const MOST_CELLS = 2 ** 17;
/** Pieces that are made before a run is judged by them, some hundredths of a second at most, and a second where most are. */
const LEAST_PIECES = 15_000;
const MOST_PIECES = 1_500_000;
/**
 * A regular run makes pieces as a power below 1 of its steps: fewer than these, which are as many as the steps at 22,500, a
 * fifth of them at 2,800,000. Others make one or several for each step, however far they have come.
 */
const piecesFor = (steps: number): number => (150 * steps) ** (2 / 3);

/**
 * An engine for a network of which at most one cell holds a token, such as the head of a machine: memo where the run is
 * seen to end soon in it, or to make `most` steps, which is known where no more than that can be made; else the other one.
 */
export function memoWhereRegular(network: Network, other: Engine, most: number | null): Engine {
  if ((network.tokens ?? []).length === 0) return other;
  let isRegular = false;
  return {
    get name() {
      return isRegular ? "memo" : other.name;
    },
    start: checkedStart(network, (shape, states) => {
      const run = states.length === 1 ? regularRun(network, shape, states[0]!, most) : null;
      isRegular = run !== null;
      return run ?? other.start(shape, states);
    }),
    close: () => other.close(),
  };
}

/** A run that knows already what it becomes; null where that takes too many pieces. */
function regularRun(network: Network, shape: Shape, state: Float32Array, most: number | null): Run | null {
  if (shape.rows * shape.cols > MOST_CELLS) return null;
  const cells = new MemoCells(network);
  const grid = new MemoGrid(cells, shape, state);
  const isOver = (): boolean =>
    network.stop.kind === "halted"
      ? grid.isHalted && cells.staysHalted
      : network.stop.kind === "fixpoint" && grid.isStill;
  // As the run itself looks ahead, which then finds all of this done.
  grid.keep("start");
  for (let power = 0; power <= LONGEST; power++) {
    const steps = 2 ** power;
    grid.go("start");
    grid.advance(most === null ? steps : Math.min(steps, most));
    const isDone = isOver() || (most !== null && steps >= most);
    if (isDone) {
      grid.go("start");
      return runOf(cells, [grid]);
    }
    if (grid.made > LEAST_PIECES && (grid.made > MOST_PIECES || grid.made > piecesFor(steps))) return null;
  }
  return null;
}
