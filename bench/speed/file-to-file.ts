// Life from a file to a file by the process `tapeloom run`, beside Golly's QuickLife on the same soup: on the same bounded
// plane, and on a plane without bounds, where Golly need not go step by step.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { showCount } from "../../src/diagnostics/count.ts";
import { writeGrid } from "../../src/grid/formats.ts";
import { inputsOf } from "../../src/grid/grid.ts";
import { bitsFor, libraryNetwork, libraryPath } from "../setup.ts";
import { showSize } from "../show.ts";
import { readPattern, runGolly, samePattern } from "./golly.ts";
import { LIFE_SIDES, LIFE_STEPS, soup } from "./life.ts";
import { inFolder, runTapeloom } from "./outside.ts";
import { replayed } from "./parts.ts";
import { plainLife } from "./plain-life.ts";
import {
  casesBySide,
  medianRun,
  type Opponent,
  type Setting,
  type SpeedCase,
  type SpeedRow,
  secondsRow,
} from "./row.ts";

const GOAL_SIDE = 4096;
const GOAL = 1.5;

export const processCases = ({ size }: Setting): SpeedCase[] => {
  const sides = size === undefined ? LIFE_SIDES : [size];
  const bounded = casesBySide("process", "tapeloom run life", sides, onBoundedPlane);
  const side = sides.at(-1)!;
  const free: SpeedCase = {
    family: "process",
    name: `tapeloom run life ${showSize(side)}, free plane`,
    isQuick: false,
    measure: (setting) => onFreePlane(side, setting),
  };
  return [...bounded, free];
};

const checkedBy = (found: Opponent, own: string): string =>
  "absent" in found ? own : `${own}, and ${found.name}`;

async function onBoundedPlane(side: number, { seed, path }: Setting): Promise<SpeedRow[]> {
  const network = libraryNetwork("life");
  const grid = soup(network, side, seed);
  return inFolder(async (folder) => {
    const text = writeGrid(grid, inputsOf(network), "rle");
    writeFileSync(join(folder, "soup.rle"), text);
    const run = await medianRun(() => runLife(folder, []));
    const result = readPattern(join(folder, "out.rle"), network);
    const known = plainLife(grid.planes.alive!, side, side, LIFE_STEPS);
    const bounded = text.replace(/^x = .*/m, `x = ${side}, y = ${side}, rule = B3/S23:P${side},${side}`);
    writeFileSync(join(folder, "bounded.rle"), bounded);
    const way = { algorithm: "QuickLife", words: ["bounded.rle"] } as const;
    const { grid: theirs, opponent } = await runGolly(path, folder, network, way, LIFE_STEPS);
    return [
      secondsRow({
        title: `tapeloom run life, ${showSize(side)}, ${showCount(LIFE_STEPS)} steps, file to file`,
        ...(side === GOAL_SIDE ? { goal: GOAL } : {}),
        seconds: run.seconds,
        parts: await replayed(run.seconds, {
          program: "life",
          read: () => readPattern(join(folder, "soup.rle"), network),
          engine: () => bitsFor(network, {}),
          options: { maxSteps: LIFE_STEPS },
          write: (end) => writeFileSync(join(folder, "again.rle"), writeGrid(end, inputsOf(network), "rle")),
        }),
        opponents: [opponent],
        check: checkedBy(opponent, "Life on packed words"),
        agrees:
          result.planes.alive!.every((value, cell) => value === known[cell]) &&
          (theirs === null || samePattern(result, theirs)),
        growth: { series: "tapeloom run life, file to file", size: side ** 2, of: "cells" },
      }),
    ];
  });
}

async function onFreePlane(side: number, { seed, path }: Setting): Promise<SpeedRow[]> {
  const network = libraryNetwork("life");
  return inFolder(async (folder) => {
    const text = writeGrid(soup(network, side, seed), inputsOf(network), "rle");
    writeFileSync(join(folder, "soup.rle"), text);
    // Nothing comes further than a cell in a step.
    const run = await medianRun(() => runLife(folder, ["--pad", String(LIFE_STEPS)]));
    const result = readPattern(join(folder, "out.rle"), network);
    writeFileSync(join(folder, "free.rle"), text.replace(/^x = .*/m, "$&, rule = B3/S23"));
    const way = { algorithm: "QuickLife", words: ["-i", String(LIFE_STEPS), "free.rle"] } as const;
    const { grid: theirs, opponent } = await runGolly(path, folder, network, way, LIFE_STEPS);
    return [
      secondsRow({
        title: `tapeloom run life, ${showSize(side)} on a plane without bounds (${showCount(LIFE_STEPS)} cells more on every side)`,
        seconds: run.seconds,
        opponents: [opponent],
        check: "absent" in opponent ? "not checked: bgolly is not installed" : "bgolly",
        agrees: theirs === null || samePattern(result, theirs),
      }),
    ];
  });
}

const runLife = (folder: string, words: readonly string[]) =>
  runTapeloom(
    [
      "run",
      libraryPath("life"),
      "--input",
      "soup.rle",
      "--steps",
      String(LIFE_STEPS),
      ...words,
      "-o",
      "out.rle",
    ],
    folder,
  );
