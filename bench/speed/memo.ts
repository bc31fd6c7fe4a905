// The memo engine as a process, `tapeloom run --engine memo`, beside Golly's HashLife: a glider gun for 2^30 steps, and the
// busy beaver to its halt.
//
// Our planes are bounded, and the gun's gliders fly without an end, so that the same run is only the same pattern where
// an eater takes the gliders, or for as long as none has come to the edge. A gun on a bounded plane for 2^30 steps is no
// contest: Golly goes step by step there. Its result is checked by its period.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { showCount } from "../../src/diagnostics/count.ts";
import { memoEngine } from "../../src/engines/memo/memo-engine.ts";
import { readGrid, writeGrid } from "../../src/grid/formats.ts";
import { type Grid, inputsOf } from "../../src/grid/grid.ts";
import type { Network } from "../../src/network/network.ts";
import { MACHINE_FACTS } from "../bb5.ts";
import { libraryNetwork, libraryPath } from "../setup.ts";
import { readPattern, runGolly, samePattern } from "./golly.ts";
import { inFolder, runTapeloom } from "./outside.ts";
import { replayed } from "./parts.ts";
import { plainLife } from "./plain-life.ts";
import { medianRun, type Setting, type SpeedCase, type SpeedRow, secondsRow } from "./row.ts";

/** R. W. Gosper 1970, and an eater where its gliders come by. */
const GUN =
  "24bo$22bobo$12b2o6b2o12b2o$11bo3bo4b2o12b2o$2o8bo5bo3b2o$2o8bo3bob2o4bobo$10bo5bo7bo$11bo3bo$12b2o!";
const EATER = { row: 20, col: 34, pattern: "2o$obo$2bo$2b2o!" } as const;

const LONG = 2 ** 30;
/** Steps for which no glider comes to the edge, four to a cell. */
const GROWING = [1024, 4096, 16_384] as const;
const sideFor = (steps: number): number => steps / 4 + 64;
const SIDE = 128;
/** Seconds for the busy beaver, and for the gun. */
const GOAL = 1;

export const memoCases = (): SpeedCase[] => [
  gunCase(`gun and eater, 2^30 steps`, 64, LONG, true, true),
  ...GROWING.map((steps, at) =>
    gunCase(
      `gun, ${showCount(steps)} steps on a plane with room for them`,
      sideFor(steps),
      steps,
      false,
      at === 0,
    ),
  ),
  {
    family: "memo",
    name: "memo: gun, 2^30 steps on a bounded plane",
    isQuick: true,
    measure: measureBounded,
  },
  { family: "memo", name: "memo: busy beaver", isQuick: true, measure: measureBeaver },
];

function gunCase(about: string, side: number, steps: number, isEaten: boolean, isQuick: boolean): SpeedCase {
  const name = `memo: ${about}`;
  return {
    family: "memo",
    name,
    isQuick,
    measure: (setting) => measureGun(name, side, steps, isEaten, setting),
  };
}

/** A gun in the upper left corner. */
function gunOn(network: Network, side: number, isEaten: boolean): Grid {
  const plane = new Int32Array(side * side);
  const put = (pattern: string, row: number, col: number) => {
    const { rows, cols, planes } = readGrid(`x = 0, y = 0\n${pattern}\n`, "gun", "rle", inputsOf(network));
    for (let cell = 0; cell < rows * cols; cell++)
      plane[(row + Math.floor(cell / cols)) * side + col + (cell % cols)] = planes.alive![cell]!;
  };
  put(GUN, 0, 0);
  if (isEaten) put(EATER.pattern, EATER.row, EATER.col);
  return { rows: side, cols: side, planes: { alive: plane } };
}

/** Runs the memo engine from a pattern to a pattern. */
async function runMemo(folder: string, network: Network, grid: Grid, steps: number) {
  const text = writeGrid(grid, inputsOf(network), "rle");
  writeFileSync(join(folder, "gun.rle"), text);
  const words = ["run", libraryPath("life"), "--input", "gun.rle", "--engine", "memo"];
  const { seconds } = await medianRun(() =>
    runTapeloom([...words, "--steps", String(steps), "-o", "out.rle"], folder),
  );
  const result = readPattern(join(folder, "out.rle"), network);
  const parts = await replayed(seconds, {
    program: "life",
    read: () => readPattern(join(folder, "gun.rle"), network),
    engine: memoEngine,
    options: { maxSteps: steps },
    write: (end) => writeGrid(end, inputsOf(network), "rle"),
  });
  return { text, seconds, parts, result };
}

async function measureGun(
  title: string,
  side: number,
  steps: number,
  isEaten: boolean,
  { path }: Setting,
): Promise<SpeedRow[]> {
  const network = libraryNetwork("life");
  return inFolder(async (folder) => {
    const { text, seconds, parts, result } = await runMemo(
      folder,
      network,
      gunOn(network, side, isEaten),
      steps,
    );
    writeFileSync(join(folder, "free.rle"), text.replace(/^x = .*/m, "$&, rule = B3/S23"));
    const way = { algorithm: "HashLife", words: ["-i", String(steps), "free.rle"] } as const;
    const { grid: theirs, opponent } = await runGolly(path, folder, network, way, steps);
    return [
      secondsRow({
        title,
        ...(isEaten ? { goal: GOAL } : {}),
        ...{ seconds, parts, opponents: [opponent] },
        check: "absent" in opponent ? "not checked: bgolly is not installed" : "bgolly",
        agrees: theirs === null || samePattern(result, theirs),
        ...(isEaten ? {} : { growth: { series: "memo: gun with room", size: steps, of: "steps" } }),
      }),
    ];
  });
}

/** Every 120 steps the bounded plane comes back, once the first gliders have died at its edge. */
const [PERIOD, SETTLED] = [120, 40 * 120];

async function measureBounded(): Promise<SpeedRow[]> {
  const network = libraryNetwork("life");
  const grid = gunOn(network, SIDE, false);
  const { seconds, parts, result } = await inFolder((folder) => runMemo(folder, network, grid, LONG));
  const after = (steps: number) => plainLife(grid.planes.alive!, SIDE, SIDE, steps);
  const early = SETTLED + (LONG % PERIOD);
  const [known, again] = [after(early), after(early + PERIOD)];
  return [
    secondsRow({
      title: `memo: gun, 2^30 steps on a bounded plane, ${SIDE} x ${SIDE}`,
      ...{ goal: GOAL, seconds, parts },
      check: `its period of ${PERIOD} steps, by Life on packed words`,
      agrees:
        known.every((value, cell) => value === again[cell]) &&
        result.planes.alive!.every((value, cell) => value === known[cell]),
    }),
  ];
}

async function measureBeaver(): Promise<SpeedRow[]> {
  return inFolder(async (folder) => {
    writeFileSync(join(folder, "blank.txt"), "0\n");
    const words = ["run", libraryPath("bb5"), "--input", "blank.txt", "--engine", "memo", "--json"];
    const run = await medianRun(() => runTapeloom(words, folder));
    const { steps, halted, outputs } = JSON.parse(run.stdout);
    const ones = (outputs.tape as number[][]).flat().reduce((sum, bit) => sum + bit, 0);
    return [
      secondsRow({
        title: `memo: busy beaver of five states to its halt, ${showCount(steps)} steps`,
        ...{ goal: GOAL, seconds: run.seconds },
        parts: await replayed(run.seconds, {
          program: "bb5",
          read: (network) => readGrid("0\n", "blank", "text", inputsOf(network)),
          engine: memoEngine,
          options: {},
          write: (grid, network) => writeGrid(grid, network.fields, "json"),
        }),
        check: "the published facts",
        agrees: halted && steps === MACHINE_FACTS.steps && ones === MACHINE_FACTS.ones,
      }),
    ];
  });
}
