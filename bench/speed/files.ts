// Grids through files, written and read, and a network as an archive for NumPy, which is only written.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compile } from "../../src/compile.ts";
import { readGrid, writeGrid } from "../../src/grid/formats.ts";
import { type Grid, inputsOf } from "../../src/grid/grid.ts";
import { exportNpz } from "../../src/network/export/npz.ts";
import { networkTensors } from "../../src/network/weightwriter.ts";
import { randomMachine } from "../compile-programs.ts";
import { libraryNetwork, timed } from "../setup.ts";
import { showSize } from "../show.ts";
import { LIFE_SIDES, soup } from "./life.ts";
import { inFolder, notInstalled, pythonWith, runProgram } from "./outside.ts";
import { medianRun, type Parts, type Setting, type SpeedCase, type SpeedRow } from "./row.ts";

/** Millions of bytes a second, of cells with a byte each. */
const GOAL = 50;

export const fileCases = ({ size }: Setting): SpeedCase[] => [
  ...(size === undefined ? LIFE_SIDES : [size]).flatMap((side, at) =>
    (["text", "rle"] as const).map(
      (format): SpeedCase => ({
        family: "files",
        name: `${format} ${showSize(side)}`,
        isQuick: at === 0,
        measure: (setting) => throughFile(format, side, setting),
      }),
    ),
  ),
  { family: "files", name: "npz", isQuick: true, measure: measureArchive },
];

async function throughFile(format: "text" | "rle", side: number, { seed }: Setting): Promise<SpeedRow[]> {
  const network = libraryNetwork("life");
  const [grid, fields] = [soup(network, side, seed), inputsOf(network)];
  return inFolder(async (folder) => {
    const file = join(folder, "grid");
    const written = await medianRun(() => {
      const [begin, text] = [performance.now(), writeGrid(grid, fields, format)];
      const made = performance.now();
      writeFileSync(file, text);
      return timesOf({ format: made - begin, disk: performance.now() - made });
    });
    let found: Grid = grid;
    const read = await medianRun(() => {
      const [begin, text] = [performance.now(), readFileSync(file, "utf8")];
      const had = performance.now();
      found = readGrid(text, "grid", format, fields);
      return timesOf({ disk: had - begin, parse: performance.now() - had });
    });
    const agrees = found.planes.alive!.every((value, cell) => value === grid.planes.alive![cell]);
    const name = format === "rle" ? "RLE" : format;
    return [["written", written] as const, ["read", read] as const].map(([way, times]) => ({
      title: `${name} ${way}, ${showSize(side)}`,
      unit: "MB/s",
      value: side ** 2 / times.seconds / 1e6,
      goal: GOAL,
      ...times,
      check: "the grid that was written",
      agrees,
      growth: { series: `${name} ${way}`, size: side ** 2, of: "cells" },
    }));
  });
}

/** Seconds, of parts in milliseconds. */
function timesOf(parts: Parts): { readonly seconds: number; readonly parts: Parts } {
  const all = Object.entries(parts).map(([name, time]) => [name, time / 1000] as const);
  return { seconds: all.reduce((sum, [, time]) => sum + time, 0), parts: Object.fromEntries(all) };
}

/** States and symbols of a random machine, whose network has millions of numbers, zeros included. */
const [STATES, SYMBOLS] = [300, 8];

const SAME_NUMBERS = `
import json, sys, numpy
file = numpy.load(sys.argv[1])
for name, shape in json.loads(sys.argv[2]):
    numbers = numpy.fromfile(f"{sys.argv[3]}/{name}", dtype="<f4").reshape(shape)
    assert numpy.array_equal(file[name], numbers), name
`;

async function measureArchive({ seed, path }: Setting): Promise<SpeedRow[]> {
  const { network } = compile({ name: "machine.alg", text: randomMachine(STATES, SYMBOLS, seed) });
  const tensors = networkTensors(network);
  const bytes = tensors.reduce((sum, { data }) => sum + 4 * data.length, 0);
  return inFolder(async (folder) => {
    const file = join(folder, "network.npz");
    const written = await medianRun(async () => {
      const { seconds: format, result } = await timed(() => exportNpz(network));
      const { seconds: disk } = await timed(() => writeFileSync(file, result));
      return { seconds: format + disk, parts: { format, disk } };
    });
    const row = {
      title: `npz written, ${(bytes / 1e6).toFixed(1)} MB of weights`,
      unit: "MB/s" as const,
      value: bytes / written.seconds / 1e6,
      goal: GOAL,
      ...written,
    };
    const python = pythonWith(path, "numpy");
    if (python === null) {
      const opponents = [notInstalled("NumPy", "python3-numpy")];
      return [{ ...row, opponents, check: "not checked: NumPy is not installed", agrees: true }];
    }
    for (const { name, data } of tensors) writeFileSync(join(folder, name), data);
    const shapes = JSON.stringify(tensors.map(({ name, shape }) => [name, shape]));
    const { code } = runProgram(python, ["-c", SAME_NUMBERS, file, shapes, folder]);
    return [{ ...row, check: "NumPy reads the same numbers", agrees: code === 0 }];
  });
}
