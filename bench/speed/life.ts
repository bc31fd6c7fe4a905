// Life from planes to planes, whole and in parts, on one thread and on all.

import { showCount } from "../../src/diagnostics/count.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { type Grid, inputsOf } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { bitsFor, libraryNetwork, timed } from "../setup.ts";
import { showSize } from "../show.ts";
import { sumOf, timedRun } from "./parts.ts";
import { plainLife } from "./plain-life.ts";
import {
  casesBySide,
  medianRun,
  type Parts,
  type Setting,
  type SpeedCase,
  type SpeedRow,
  secondsRow,
} from "./row.ts";

export const LIFE_STEPS = 1000;
/** Sides of squares, and the one that goals are for. */
export const LIFE_SIDES = [1024, 2048, 4096] as const;
const GOAL_SIDE = 4096;
const GOALS = { whole: 0.7, perCell: 10, twoThreads: 1.85 } as const;

export const lifeCases = ({ size }: Setting): SpeedCase[] =>
  casesBySide("life", "life", size === undefined ? LIFE_SIDES : [size], measureLife);

/** A random grid of life. */
export const soup = (network: Network, side: number, seed: number): Grid =>
  randomGrid({ rows: side, cols: side }, inputsOf(network), seededRandom(seed));

async function measureLife(side: number, { seed, threads }: Setting): Promise<SpeedRow[]> {
  const network = libraryNetwork("life");
  const grid = soup(network, side, seed);
  const one = await medianRun(() => wholeWay(network, grid, 1));
  const more = threads === 1 ? null : await medianRun(() => wholeWay(network, grid, threads));
  const alive = one.grid.planes.alive!;
  const known = plainLife(grid.planes.alive!, side, side, LIFE_STEPS);
  const isSame = (plane: Int32Array): boolean => plane.every((value, cell) => value === known[cell]);
  const checked = { check: "Life on packed words", agrees: isSame(alive) };
  const isGoal = side === GOAL_SIDE;
  const goal = (value: number) => (isGoal ? { goal: value } : {});
  const perCell = (seconds: number) => (1e9 * seconds) / side ** 2;
  const about = `life ${showSize(side)}`;
  const growth = { series: "life, planes to planes", size: side ** 2, of: "cells" };
  const inAndOut = (["in", "out"] as const).map((part): SpeedRow => {
    const seconds = one.parts[part]!;
    const row = { title: `${about}, planes ${part}`, unit: "ns a cell", ...goal(GOALS.perCell) } as const;
    return { ...row, value: perCell(seconds), seconds, ...checked };
  });
  return [
    secondsRow({
      title: `${about}, ${showCount(LIFE_STEPS)} steps, planes to planes`,
      ...goal(GOALS.whole),
      ...{ seconds: one.seconds, parts: one.parts, growth },
      ...checked,
    }),
    ...inAndOut,
    ...(more === null
      ? []
      : [
          {
            title: `${about}, steps on ${threads} threads`,
            unit: "times one" as const,
            value: one.parts.step! / more.parts.step!,
            ...(threads === 2 ? goal(GOALS.twoThreads) : {}),
            ...{ seconds: more.seconds, parts: more.parts },
            check: "one thread",
            agrees: isSame(more.grid.planes.alive!),
          },
        ]),
  ];
}

interface Way {
  readonly seconds: number;
  readonly parts: Parts;
  readonly grid: Grid;
}

/** From a network and planes to planes. */
async function wholeWay(network: Network, grid: Grid, threads: number): Promise<Way> {
  const { seconds: prepare, result: engine } = await timed(() => bitsFor(network, { threads }));
  try {
    const run = await timedRun(network, engine, grid, { maxSteps: LIFE_STEPS });
    const parts = { prepare, ...run.parts };
    return { seconds: sumOf(parts), parts, grid: run.grid };
  } finally {
    engine.close();
  }
}
