// Options of commands that ask whether a network does what its program says, and how much it bears.

import { MOVING } from "../../diagnostics/known-words.ts";
import { realNumbers, shape, wholeNumber } from "../options.ts";
import { choice, flag, SET, SNAP, seedOf, text, value, WORKERS } from "./command.ts";

export const checkOptions = {
  grids: value(
    "--grids <number>",
    "how many grids, however long it takes (default: 200, or what the budget allows)",
    wholeNumber(1),
  ),
  max: value("--max <shape>", "largest grid, ROWSxCOLUMNS (default: 12x12)", shape, { rows: 12, cols: 12 }),
  seed: seedOf("seed of the random grids"),
  engine: choice(
    "--engine <engine>",
    "what runs the network",
    ["direct", "bits", "tensor", "onnx"],
    "direct",
  ),
  ...SNAP,
  ...SET,
};

export const proveOptions = {
  ...SNAP,
  terminates: flag("--terminates", "prove the program's `steps <=` too, by running all inputs up to a size"),
  max: value(
    "--max <shape>",
    "that size, ROWSxCOLUMNS (default: as many cells as 65,536 inputs allow)",
    shape,
  ),
  seed: seedOf("seed of the search for an input that shows a difference"),
  ...SET,
};

export const mutateOptions = {
  grids: value("--grids <number>", "how many grids check has for each", wholeNumber(1), 50),
  max: value("--max <shape>", "largest grid, ROWSxCOLUMNS (default: 8x8)", shape, { rows: 8, cols: 8 }),
  seed: seedOf("seed of the random grids"),
  ...WORKERS,
  ...SET,
};

export const robustOptions = {
  runs: value("--runs <number>", "runs for every share", wholeNumber(1), 100),
  steps: value("--steps <number>", "network steps of a run", wholeNumber(1), 50),
  max: value("--max <shape>", "largest grid, ROWSxCOLUMNS (default: 4x4)", shape, { rows: 4, cols: 4 }),
  multiples: value(
    "--multiples <numbers>",
    "noise, as multiples of the radii (default: 0.5 to 128)",
    realNumbers,
    [0.5, 1, 2, 4, 8, 16, 32, 64, 128],
  ),
  moving: choice(
    "--moving <numbers>",
    "which numbers are off: all that are stored, or those that are not zero",
    MOVING,
    "all",
  ),
  seed: seedOf("seed of inputs and noise"),
  ...WORKERS,
  output: text("-o, --output <file>", "draw the shares (.svg)"),
  ...SET,
};
