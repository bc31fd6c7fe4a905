// The grid that `run` starts from: a file in one of several formats, standard input, or random values.

import { InputError, plainLines } from "../diagnostics/diagnostic.ts";
import { formatOfText, readGrid } from "../grid/formats.ts";
import { randomGrid } from "../grid/generate.ts";
import { firstValue, type Grid, inputsOf, type Shape } from "../grid/grid.ts";
import { readImage, requireWholeRows, sizeOfPng, withOwnPalette } from "../grid/patterns/image.ts";
import { ruleOfPattern } from "../grid/patterns/named-rule.ts";
import { requireCells } from "../grid/patterns/pattern.ts";
import { joinedPlane, lacksEnd } from "../grid/patterns/rle.ts";
import {
  fitsGrid,
  type InputRules,
  inputRulesOf,
  type Placing,
  placeGrid,
  preparedShape,
  prepareInput,
} from "../grid/prepare.ts";
import { seededRandom } from "../grid/random.ts";
import { showSymbol } from "../grid/symbols.ts";
import type { NetworkField } from "../network/network.ts";
import { decodeText, readBytes, unzipped, withoutGz } from "./files.ts";
import { anySeed, type Io, remark } from "./io.ts";
import { type Loaded, visibleFields } from "./load.ts";

interface InputOptions extends Placing {
  readonly input?: string | undefined;
  /** The colours of states in an image. */
  readonly palette?: readonly string[] | undefined;
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

/** Returns what inputs are read for. */
export function describe(subject: Loaded): InputFor {
  if (subject.kind === "weights") {
    const { program, fields, predict } = subject.network;
    return { name: program, fields: visibleFields(fields), predict, ...inputRulesOf(subject.network) };
  }
  const { name, fields, predict } = subject.front.checked;
  return { name, fields, predict, ...inputRulesOf(subject.front.checked) };
}

/** A grid with the workspace that the program wants around it; `refuse` is asked beforehand whether there is room for it. */
export function withWorkspace(subject: InputFor, given: Grid, refuse: (shape: Shape) => void): Grid {
  if (fitsGrid(subject, given)) refuse(preparedShape(subject, given));
  return prepareInput(subject, given);
}

/** The input fields on a grid, as they are given; a learner's query has no label in it. */
export async function givenGrid(io: Io, subject: InputFor, options: InputOptions): Promise<Grid> {
  const { input, random } = options;
  if ((input === undefined) === (random === undefined))
    throw new InputError(
      input === undefined
        ? "there is no grid to run on; give --input FILE, or --random ROWSxCOLUMNS"
        : "found both --input and --random; give one of them",
    );
  if (input !== undefined && options.seed !== undefined)
    throw new InputError("--seed belongs to --random; leave it out where there is --input");
  const alone = (["pad", "at", "palette"] as const).find((name) => options[name] !== undefined);
  if (input === undefined && alone !== undefined)
    throw new InputError(`--${alone} belongs to --input; leave it out where there is --random`);
  if (input !== undefined)
    return withoutLabel(
      io,
      placeGrid(await readInput(io, input, subject, options), inputsOf(subject), options),
      subject,
      true,
    );
  return withoutLabel(io, drawGrid(io, random!, subject, options.seed), subject, false);
}

function drawGrid(io: Io, shape: Shape, subject: InputFor, wanted: number | undefined): Grid {
  const seed = wanted ?? anySeed();
  remark(io, `random grid of ${shape.rows}x${shape.cols}, seed ${seed}`);
  return randomGrid(shape, inputsOf(subject), seededRandom(seed));
}

/** Characters that are read in moments where every cell takes one of them. */
const MOST_IN_MOMENTS = 2 ** 16;
/** Characters in which a pattern's header is looked for. */
const MOST_HEADER = 2 ** 14;

async function readInput(io: Io, path: string, subject: InputFor, { palette }: InputOptions): Promise<Grid> {
  const inputs = inputsOf(subject);
  if (inputs.length === 0)
    throw new InputError(
      `${subject.name} has no input fields; give --random ROWSxCOLUMNS for the shape of the grid`,
    );
  const isStdin = path === "-";
  const name = isStdin ? "standard input" : path;
  const bytes = await unzipped(io, isStdin ? await io.readStdin() : await readBytes(io, path), name);
  const size = sizeOfPng(bytes);
  if (size !== null) {
    if (size.rows * size.cols > 0) requireCells(size, name);
    return readPng(io, bytes, name, inputs, palette ?? null);
  }
  if (palette !== undefined)
    throw new InputError(`--palette is for images (.png), but ${name} is none; leave it out`);
  const text = decodeText(bytes, name, (old) => ruleOfPattern(plainLines(old)) !== null);
  const joined = joinedPlane(plainLines(text.slice(0, MOST_HEADER)));
  if (joined !== null)
    remark(
      io,
      `${name}: the pattern is for the plane ${joined}, whose edges are joined; those of this grid are not`,
    );
  if (lacksEnd(text))
    remark(
      io,
      `${name}: the pattern does not end in \`!\`: it may have been cut short; all that is there is read`,
    );
  const format = formatOfText(text, isStdin ? null : withoutGz(path));
  return io.bounded(
    `reading ${name}`,
    () => readGrid(text, name, format, inputs, { blankQuery: subject.predict !== null }),
    (format === "text" || format === "csv") && text.length <= MOST_IN_MOMENTS,
  );
}

async function readPng(
  io: Io,
  bytes: Uint8Array,
  name: string,
  inputs: readonly NetworkField[],
  palette: readonly string[] | null,
): Promise<Grid> {
  requireWholeRows(bytes, name);
  const [{ decode }, { requireAllPixels }] = await Promise.all([
    import("fast-png"),
    import("./png-pixels.ts"),
  ]);
  const { grid, meaning } = io.bounded(`reading ${name}`, () => {
    try {
      const image = decode(bytes, { checkCrc: true });
      requireAllPixels(bytes, name);
      return readImage(withOwnPalette(image, bytes, name), name, inputs, palette);
    } catch (error) {
      if (error instanceof InputError || !(error instanceof Error)) throw error;
      throw new InputError(`${name}: this PNG file cannot be read: ${error.message}; save it again`);
    }
  });
  remark(io, `${name}: ${grid.rows}x${grid.cols} pixels (rows x columns), ${meaning}`);
  return grid;
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
