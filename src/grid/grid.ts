// Values on a grid of cells, one plane per field.

/** What a field or an expression can hold. A bit is 0 or 1; an enum value is the index of its name. */
export type ValueType =
  | { readonly kind: "bit" }
  | { readonly kind: "range"; readonly lo: number; readonly hi: number }
  /** `symbols`, where given, has one display symbol without white space per name, for grid files. */
  | { readonly kind: "enum"; readonly names: readonly string[]; readonly symbols?: readonly string[] };

export type EnumType = ValueType & { readonly kind: "enum" };

export const BIT: ValueType = { kind: "bit" };

export interface Shape {
  readonly rows: number;
  readonly cols: number;
}

/** The cell a number of rows down and columns right of another, both in reading order; null off the grid. */
export function neighbourOf(
  { rows, cols }: Shape,
  cell: number,
  [down, right]: readonly [number, number],
): number | null {
  const [row, col] = [Math.floor(cell / cols) + down, (cell % cols) + right];
  return row < 0 || row >= rows || col < 0 || col >= cols ? null : row * cols + col;
}

/** Row-major values of several fields: `planes[field][row * cols + col]`. */
export interface Grid extends Shape {
  readonly planes: Readonly<Record<string, Int32Array>>;
  /**
   * Whether the rows and columns that its program adds to inputs are there. `prepareInput` and all that runs say so.
   * Where it is left out, a grid of input fields alone has none, and one of all the program's fields has them.
   */
  readonly prepared?: boolean;
}

/** The value that a field reads as off the grid: the first of its type (0, false, the first name). */
export const firstValue = (type: ValueType): number => (type.kind === "range" ? type.lo : 0);

/** The least and the largest number that a type's values are. */
export interface Bounds {
  readonly lo: number;
  readonly hi: number;
}

/** Smallest and largest value of a type, enum names by index. */
export function bounds(type: ValueType): Bounds {
  if (type.kind === "bit") return { lo: 0, hi: 1 };
  if (type.kind === "range") return { lo: type.lo, hi: type.hi };
  return { lo: 0, hi: type.names.length - 1 };
}

/** All values of a type, ascending. */
export function valuesOf(type: ValueType): number[] {
  const { lo, hi } = bounds(type);
  return Array.from({ length: hi - lo + 1 }, (_, at) => lo + at);
}

/** Returns how many values fields of these types can have together. */
export const combinations = (fields: readonly { readonly type: ValueType }[]): number =>
  fields.reduce((product, { type }) => {
    const { lo, hi } = bounds(type);
    return product * (hi - lo + 1);
  }, 1);

/** The fields of a program or network that a run is given. */
export const inputsOf = <F extends { readonly role: string }>(of: { readonly fields: readonly F[] }): F[] =>
  of.fields.filter(({ role }) => role === "input");

/** Writes a type as programs do: `bit`, `0..7`, `enum { a, b }`. */
export function showType(type: ValueType): string {
  if (type.kind === "bit") return "bit";
  if (type.kind === "range") return `${type.lo}..${type.hi}`;
  return `enum { ${type.names.join(", ")} }`;
}

export const copyOfPlanes = ({ planes }: Grid): Record<string, Int32Array> =>
  Object.fromEntries(Object.entries(planes).map(([name, plane]) => [name, plane.slice()]));

/** A copy of a grid with planes for all fields: of initial values where it has none. */
export function withAllFields(
  grid: Grid,
  fields: readonly { readonly name: string; readonly initial: number }[],
): Grid {
  const planes = fields.map(({ name, initial }) => [
    name,
    Object.hasOwn(grid.planes, name)
      ? grid.planes[name]!.slice()
      : new Int32Array(grid.rows * grid.cols).fill(initial),
  ]);
  return { ...grid, planes: Object.fromEntries(planes) };
}

/** Tells whether grids with the same planes hold the same values. */
export const sameGrid = (a: Grid, b: Grid): boolean =>
  Object.entries(a.planes).every(([name, plane]) => isSamePlane(plane, b.planes[name]!));

function isSamePlane(a: Int32Array, b: Int32Array): boolean {
  for (let at = 0; at < a.length && a !== b; at++) if (a[at] !== b[at]) return false;
  return true;
}
