// The memo engine for runs that it is faster for, and another one for all others. Which it is shows in a trial: steps are
// looked ahead for, twice as many each time, for as long as few squares are made for them. Squares are counted, and no
// time is taken, so that the choice is the same on every machine; and whichever it is, the run is the same.

import type { Shape } from "../../grid/grid.ts";
import type { Network } from "../../network/network.ts";
import { checkedStart, type Engine, type Run } from "../engine.ts";
import { MemoCells } from "./cells.ts";
import { runOf } from "./engine.ts";
import { LONGEST, MemoGrid } from "./grid.ts";

/** Cells of the largest grids that are tried. */
const MOST_CELLS = 2 ** 17;
/** Squares that are made before a run is judged by them, some hundredths of a second, and at most, a second or two. */
const LEAST_SQUARES = 15_000;
const MOST_SQUARES = 1_500_000;
/**
 * A regular run makes squares as a power below 1 of its steps: fewer than these, which are as many as the steps at 22,500, a
 * fifth of them at 2,800,000. Others make several for each step, however far they have come.
 */
const squaresFor = (steps: number): number => (150 * steps) ** (2 / 3);

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

/** A run that knows already what it becomes; null where that takes too many squares. */
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
    if (grid.made > LEAST_SQUARES && (grid.made > MOST_SQUARES || grid.made > squaresFor(steps))) return null;
  }
  return null;
}
