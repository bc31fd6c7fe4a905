// The grid that `run` starts from: a file in one of four formats, standard input, or random values.

import { InputError } from "../diagnostics/diagnostic.ts";
import { formatOf, type GridFormat, readGrid } from "../grid/formats.ts";
import { randomGrid } from "../grid/generate.ts";
import { firstValue, type Grid, type Shape } from "../grid/grid.ts";
import { headerName } from "../grid/layers.ts";
import { fitsGrid, type InputRules, preparedShape, prepareInput } from "../grid/prepare.ts";
import { seededRandom } from "../grid/random.ts";
import { showSymbol } from "../grid/symbols.ts";
import type { NetworkField } from "../network/network.ts";
import { decodeText, readBytes } from "./files.ts";
import { type Io, remark } from "./io.ts";

interface InputOptions {
  readonly input?: string | undefined;
  readonly random?: Shape | undefined;
  readonly seed?: number | undefined;
}

/** What a grid is read for, and what its program does with it before the first step. */
export interface InputFor extends InputRules {
  readonly name: string;
  readonly fields: readonly NetworkField[];
  /** The field a learner predicts, or null. */
  readonly predict: string | null;
}

/**
 * The grid to run on: the input, with the workspace that the program wants around it. `refuse` is asked beforehand
 * whether there is room for it.
 */
export async function inputGrid(
  io: Io,
  subject: InputFor,
  options: InputOptions,
  refuse: (shape: Shape) => void = () => {},
): Promise<Grid> {
  const given = await givenGrid(io, subject, options);
  if (fitsGrid(subject, given)) refuse(preparedShape(subject, given));
  return prepareInput(subject, given);
}

/** The input fields on a grid; a learner's query has no label in it. */
async function givenGrid(io: Io, subject: InputFor, options: InputOptions): Promise<Grid> {
  const { input, random } = options;
  if ((input === undefined) === (random === undefined))
    throw new InputError(
      input === undefined
        ? "there is no grid to run on; give --input FILE, or --random ROWSxCOLUMNS"
        : "found both --input and --random; give one of them",
    );
  if (input !== undefined && options.seed !== undefined)
    throw new InputError("--seed belongs to --random; leave it out where there is --input");
  if (input !== undefined) return withoutLabel(io, await readInput(io, input, subject), subject, true);
  return withoutLabel(io, drawGrid(io, random!, subject, options.seed), subject, false);
}

/** A seed from the clock's noise, for runs that were not given one. */
export const anySeed = (): number => Math.floor(Math.random() * 2 ** 32);

const inputsOf = ({ fields }: InputFor): NetworkField[] => fields.filter(({ role }) => role === "input");

function drawGrid(io: Io, shape: Shape, subject: InputFor, wanted: number | undefined): Grid {
  const seed = wanted ?? anySeed();
  remark(io, `random grid of ${shape.rows}x${shape.cols}, seed ${seed}`);
  return randomGrid(shape, inputsOf(subject), seededRandom(seed));
}

async function readInput(io: Io, path: string, subject: InputFor): Promise<Grid> {
  const inputs = inputsOf(subject);
  if (inputs.length === 0)
    throw new InputError(
      `${subject.name} has no input fields; give --random ROWSxCOLUMNS for the shape of the grid`,
    );
  const isStdin = path === "-";
  const name = isStdin ? "standard input" : path;
  const text = decodeText(isStdin ? await io.readStdin() : await readBytes(io, path), name);
  const format = (isStdin ? null : formatOf(path)) ?? guessFormat(text);
  return io.bounded(`reading ${name}`, () =>
    readGrid(text, name, format, inputs, { blankQuery: subject.predict !== null }),
  );
}

/** The format of a text without an extension, by its first characters and the commas in it. */
function guessFormat(text: string): GridFormat {
  const start = text.replace(/^\uFEFF/, "").trimStart();
  const firstLine = start.split("\n", 1)[0]!.trim();
  if (start.startsWith("{") || (start.startsWith("[") && headerName(firstLine) === null)) return "json";
  if (/^(#.*\n\s*)*x\s*=\s*\d+\s*,\s*y\s*=/i.test(start)) return "rle";
  return /[,;\t]/.test(start) ? "csv" : "text";
}

/** Blanks the query's label, and says so if there was one. */
function withoutLabel(io: Io, grid: Grid, { fields, predict }: InputFor, remarks: boolean): Grid {
  const plane = predict === null ? undefined : grid.planes[predict];
  if (predict === null || plane === undefined) return grid;
  const { type } = fields.find(({ name }) => name === predict)!;
  const last = plane.length - 1;
  const [label, blank] = [plane[last]!, firstValue(type)];
  if (label === blank) return grid;
  if (remarks)
    remark(
      io,
      `the query's label, ${showSymbol(type, label)} in the last row and column of ${predict}, is for the learner to find: ` +
        `it is replaced by ${showSymbol(type, blank)}`,
    );
  return { ...grid, planes: { ...grid.planes, [predict]: plane.with(last, blank) } };
}
