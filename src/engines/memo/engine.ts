// The memo engine: what a square of cells becomes is computed once, however often and wherever it comes up (R. W. Gosper,
// Exploiting regularities in large cellular spaces, 1984). Grids are quadtrees of squares that are kept once each, and a
// square knows its middle after 1, 2, 4, 8, ... steps, which is made of the middles of smaller ones. Grids and runs that
// repeat themselves, such as guns and machines, take time by what is new in them; others are done sooner by other engines.
//
// What a cell becomes is asked of the direct engine, once for each neighbourhood. Beyond the edge are cells without
// numbers, which stay so: a grid of any shape is a part of a square.

import type { Shape } from "../../grid/grid.ts";
import { refuseOverflow } from "../certain.ts";
import { checkedStart, type Engine, type Run, type StepsMade, type Watch } from "../engine.ts";
import { MemoCells, type MemoNetwork } from "./cells.ts";
import { LONGEST, MemoGrid } from "./grid.ts";

/** Squares that may be made to see whether a run without a limit ends. */
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
export function runOf(cells: MemoCells, grids: readonly MemoGrid[]): Run {
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
