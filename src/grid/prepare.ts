// What happens to an input before the first step, because its program says so: its shape is checked, rows and
// columns are added around it, and single cells get values of their own. Programs and networks both carry these
// rules, so that a weight file alone knows them. `rows` and `cols` always mean the input as it was given.

import { InputError } from "../diagnostics/diagnostic.ts";
import { SIDES, type Side } from "./direction.ts";
import { hasPlane, missingPlane, requirePlanes } from "./given.ts";
import { firstValue, type Grid, type Shape } from "./grid.ts";
import type { GridField } from "./layers.ts";
import { requireAlone } from "./single-tokens.ts";
import { evaluateSize, type SizeExpression, showSize } from "./size.ts";

/** The shapes that a program takes. */
export interface GridConstraint {
  readonly rows: SizeExpression;
  readonly cols: SizeExpression;
  readonly where: SizeExpression | null;
}

/** Rows and columns added on every side. */
export type Workspace = Readonly<Record<Side, SizeExpression>> & {
  /** Whether these are only what a run begins with: it takes more where a head has left the grid. */
  readonly grows?: true;
};

/** The value of a field in one cell, `row` and `column` counted from 1 within the input. */
export interface Placement {
  readonly field: string;
  readonly value: number;
  readonly row: SizeExpression;
  readonly column: SizeExpression;
}

/** What a Turing machine's run says: its tape, or by the state in which the head halts that it accepts or rejects. */
export interface MachineEnds {
  /** The field that is the tape. */
  readonly tape: string;
  /** The states in which the head halts, and those of them that accept or reject. */
  readonly halt: readonly string[];
  readonly accept: readonly string[];
  readonly reject: readonly string[];
}

export interface InputRules {
  readonly grid?: GridConstraint | null;
  readonly workspace?: Workspace | null;
  readonly places?: readonly Placement[];
  /**
   * Fields of which at most one cell may hold another value than the first. Only networks say so, which are right only
   * then; runs that begin as their program says keep to it.
   */
  readonly tokens?: readonly string[];
  /** Where the program is a Turing machine: what is said of its end rather than of its input. */
  readonly machine?: MachineEnds;
}

/** The rules alone; those that say nothing are left out. */
export const inputRulesOf = ({ grid, workspace, places, tokens, machine }: InputRules): InputRules => ({
  ...(grid ? { grid } : {}),
  ...(workspace ? { workspace } : {}),
  ...(places && places.length > 0 ? { places } : {}),
  ...(tokens && tokens.length > 0 ? { tokens } : {}),
  ...(machine ? { machine } : {}),
});

interface PreparedField extends GridField {
  readonly role: string;
  readonly initial: number;
}

/** A program or a network. */
export interface Prepared extends InputRules {
  readonly fields: readonly PreparedField[];
}

/** Tells whether a program takes inputs of a shape. */
export function fitsGrid({ grid }: InputRules, shape: Shape): boolean {
  if (!grid) return true;
  const is = (side: SizeExpression): number => evaluateSize(side, shape);
  return (
    is(grid.rows) === shape.rows &&
    is(grid.cols) === shape.cols &&
    (grid.where === null || is(grid.where) === 1)
  );
}

/** The constraint as the program writes it: `1 x cols`, `rows x cols where rows >= 2`. */
export const showConstraint = ({ rows, cols, where }: GridConstraint): string =>
  `${showSize(rows)} x ${showSize(cols)}${where === null ? "" : ` where ${showSize(where)}`}`;

/** The rules as a program writes them, one a line; a placed value as a number. */
export function showInputRules({ grid, workspace, places = [] }: InputRules): string[] {
  const margins = SIDES.filter((side) => workspace && !isNothing(workspace[side]));
  const room = margins.map((side) => `${side} ${showSize(workspace![side])}`).join(", ");
  return [
    ...(grid ? [`grid ${showConstraint(grid)}`] : []),
    ...(margins.length > 0 ? [`workspace ${room}`] : []),
    ...showPlaces(places),
  ];
}

/** Placed values as a program writes them, given as numbers or by their names. */
export const showPlaces = (
  places: readonly (Omit<Placement, "value"> & { readonly value: number | string })[],
): string[] =>
  places.map(
    ({ field, value, row, column }) =>
      `place ${field} = ${value} at row ${showSize(row)} column ${showSize(column)}`,
  );

const isNothing = (size: SizeExpression): boolean => size.tag === "number" && size.value === 0;

/**
 * The grid that a program or network runs on, made from an input as it was given. Only planes that the input has
 * are enlarged, and those of placed fields are added; a placed field that the input gives stays as given. A grid
 * that is prepared already stays as it is, and without workspace the planes are those of the input.
 * @throws InputError if the input has planes or a shape that the program does not take
 */
export const prepareInput = (program: Prepared, given: Grid): Grid =>
  prepared(program, requirePlanes(program.fields, given));

/** Prepares an input whose planes are known to be those of fields. */
function prepared(program: Prepared, input: Grid): Grid {
  if (program.workspace && input.prepared) return input;
  requireFit(program, input);
  const margins = marginsOf(program, input);
  const rows = margins.top + input.rows + margins.bottom;
  const cols = margins.left + input.cols + margins.right;
  requireRoom(rows, cols);
  const byName = new Map(program.fields.map((field) => [field.name, field]));
  const planes = Object.entries(input.planes).map(([name, plane]): [string, Int32Array] => {
    if (rows === input.rows && cols === input.cols) return [name, plane];
    const field = byName.get(name);
    const blank = field === undefined ? 0 : blankOf(field);
    const larger = new Int32Array(rows * cols).fill(blank);
    for (let row = 0; row < input.rows; row++)
      larger.set(
        plane.subarray(row * input.cols, (row + 1) * input.cols),
        (margins.top + row) * cols + margins.left,
      );
    return [name, larger];
  });
  const made = new Map(planes);
  for (const placement of program.places ?? []) {
    if (Object.hasOwn(input.planes, placement.field)) continue;
    const field = program.fields.find(({ name }) => name === placement.field)!;
    const plane = made.get(placement.field) ?? new Int32Array(rows * cols).fill(field.initial);
    const [row, column] = cellOf(placement, input);
    plane[(margins.top + row) * cols + margins.left + column] = placement.value;
    made.set(placement.field, plane);
  }
  return asPrepared(program, { rows, cols, planes: Object.fromEntries(made) });
}

/** A grid that has its workspace, if the program has one. */
export const asPrepared = ({ workspace }: InputRules, { rows, cols, planes }: Grid): Grid =>
  workspace ? { rows, cols, planes, prepared: true } : { rows, cols, planes };

/**
 * The grid that a run starts from: prepared, unless it has been.
 * @throws InputError if the program does not take the grid, if the grid does not tell whether it is prepared, or has
 *   more tokens than a network is right with
 */
export function startingGrid(program: Prepared, given: Grid): Grid {
  const grid = requirePlanes(program.fields, given);
  const placed = new Set((program.places ?? []).map(({ field }) => field));
  const missing = program.fields.find(
    ({ name, role }) => role === "input" && !placed.has(name) && !hasPlane(grid, name),
  );
  if (missing !== undefined) throw missingPlane(missing.name, grid);
  const start = isPrepared(program, grid) ? asReachable(program, grid) : prepared(program, grid);
  requireTokens(program, start);
  return start;
}

/** Refuses a grid with more tokens than a network is right with. */
function requireTokens({ fields, tokens = [] }: Prepared, grid: Grid): void {
  for (const token of tokens) {
    const field = fields.find(({ name }) => name === token)!;
    const plane = hasPlane(grid, token) ? grid.planes[token]! : null;
    const first = firstValue(field.type);
    requireAlone(field, grid, (cell) => (plane === null ? field.initial : plane[cell]) !== first);
  }
}

/** Tells whether a grid has its workspace: as it says, or as its fields tell. */
function isPrepared({ fields, workspace }: Prepared, grid: Grid): boolean {
  if (!workspace) return false;
  if (grid.prepared !== undefined) return grid.prepared;
  const others = fields.filter(({ role }) => role !== "input");
  if (!others.some(({ name }) => hasPlane(grid, name))) return false;
  const missing = others.find(({ name, role }) => role !== "hidden" && !hasPlane(grid, name));
  if (missing === undefined) return true;
  throw new InputError(
    `the grid has planes of ${Object.keys(grid.planes).join(", ")}, but not of ${missing.name}, so that nothing ` +
      "tells whether the program's workspace is part of it; add `prepared: true` to the grid if it is, and " +
      "`prepared: false` if it is an input",
  );
}

/** Shapes of inputs that are tried at most, in a tenth of a second. */
const MOST_SHAPES = 1e5;

/** A prepared grid; one that no input becomes is refused, unless it says that it is prepared. Large ones go unlooked at. */
function asReachable(program: Prepared, grid: Grid): Grid {
  const { rows, cols, prepared } = grid;
  if (prepared || rows * cols > MOST_SHAPES) return asPrepared(program, grid);
  for (let row = rows; row > 0; row--)
    for (let col = cols; col > 0; col--)
      if (becomes(program, { rows: row, cols: col }, { rows, cols })) return asPrepared(program, grid);
  throw new InputError(
    `found a grid of ${rows}x${cols} (rows x columns) that is taken for a prepared one, but no input becomes one ` +
      "of this size; add `prepared: false` if it is an input, or make it with prepareInput",
  );
}

function becomes(program: Prepared, input: Shape, wanted: Shape): boolean {
  try {
    if (!fitsGrid(program, input)) return false;
    const { rows, cols } = preparedShape(program, input);
    return rows === wanted.rows && cols === wanted.cols;
  } catch (error) {
    // Not a shape that the rules take.
    if (error instanceof InputError) return false;
    throw error;
  }
}

/** The shape of the grid that an input of a shape becomes. */
export function preparedShape(program: InputRules, input: Shape): Shape {
  const { top, bottom, left, right } = marginsOf(program, input);
  return { rows: top + input.rows + bottom, cols: left + input.cols + right };
}

/** More cells than these are no array. */
const MOST_CELLS = 2 ** 32;

function requireRoom(rows: number, cols: number): void {
  if (rows * cols <= MOST_CELLS) return;
  throw new InputError(
    `with the program's workspace the grid has ${rows} x ${cols} cells (rows x columns), expected at most ` +
      `${MOST_CELLS}; give a smaller input, or the program less workspace`,
  );
}

/** Returns what cells of the workspace hold. */
export const blankOf = ({ role, type, initial }: PreparedField): number =>
  role === "input" ? firstValue(type) : initial;

function requireFit(program: Prepared, input: Shape): void {
  if (fitsGrid(program, input)) return;
  throw new InputError(
    `the program takes a grid of ${showConstraint(program.grid!)} (rows x columns), but the input has ` +
      `${input.rows} x ${input.cols}; give an input of such a shape`,
  );
}

function marginsOf({ workspace }: InputRules, input: Shape): Readonly<Record<Side, number>> {
  const margin = (side: Side): number => {
    if (!workspace) return 0;
    const size = evaluateSize(workspace[side], input);
    if (size >= 0) return size;
    throw new InputError(
      `the program's workspace \`${side} ${showSize(workspace[side])}\` is ${size} for an input of ` +
        `${input.rows} x ${input.cols} (rows x columns), expected 0 or more; give a larger input`,
    );
  };
  return { top: margin("top"), bottom: margin("bottom"), left: margin("left"), right: margin("right") };
}

/** Row and column of a placement, counted from 0 in the input. */
function cellOf({ field, row, column }: Placement, input: Shape): readonly [row: number, column: number] {
  const [r, c] = [evaluateSize(row, input), evaluateSize(column, input)];
  if (r >= 1 && r <= input.rows && c >= 1 && c <= input.cols) return [r - 1, c - 1];
  throw new InputError(
    `the program places ${field} at row ${r}, column ${c}, which an input of ${input.rows} x ${input.cols} ` +
      "(rows x columns) does not have; give a larger input",
  );
}

// Where an input lies on a larger grid: cells around it hold the first values of their fields.

export interface Placing {
  /** Rows and columns added on every side. */
  readonly pad?: number | undefined;
  /** Where the upper left cell of the input goes, counted from 1. */
  readonly at?: readonly [row: number, column: number] | undefined;
}

/** A larger grid is refused. */
const MOST_PLACED = 2 ** 28;

/**
 * Puts an input onto a larger grid: with `pad`, that number of cells more on each side, with the input in the middle or at `at`;
 * with `at` alone, only the rows above and the columns on the left that this takes.
 * @throws InputError if the input does not fit there, or the grid is too large
 */
export function placeGrid(input: Grid, fields: readonly GridField[], { pad, at }: Placing): Grid {
  if (pad === undefined && at === undefined) return input;
  const [row, col] = at === undefined ? [pad!, pad!] : [at[0] - 1, at[1] - 1];
  const { rows, cols }: Shape =
    pad === undefined
      ? { rows: input.rows + row, cols: input.cols + col }
      : { rows: input.rows + 2 * pad, cols: input.cols + 2 * pad };
  if (row + input.rows > rows || col + input.cols > cols)
    throw new InputError(
      `--at ${row + 1},${col + 1}: an input of ${input.rows}x${input.cols} (rows x columns) does not fit there into the ` +
        `grid of ${rows}x${cols} that --pad ${pad} makes; give a larger --pad, or leave it out`,
    );
  if (rows * cols > MOST_PLACED)
    throw new InputError(
      `the grid would have ${rows}x${cols} cells (rows x columns), expected at most ${MOST_PLACED}`,
    );
  const planes = fields.flatMap((field): [string, Int32Array][] => {
    const plane = input.planes[field.name];
    if (plane === undefined) return [];
    const larger = new Int32Array(rows * cols).fill(firstValue(field.type));
    for (let each = 0; each < input.rows; each++)
      larger.set(plane.subarray(each * input.cols, (each + 1) * input.cols), (row + each) * cols + col);
    return [[field.name, larger]];
  });
  return { ...input, rows, cols, planes: Object.fromEntries(planes) };
}
