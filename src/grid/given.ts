// Grids as callers hand them in: planes of known fields, of the grid's size, whose numbers are values of their types.

import { shownNames } from "../diagnostics/count.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import { nearestName } from "../diagnostics/suggest.ts";
import { bounds, type Grid, type Shape, showType } from "./grid.ts";
import type { GridField } from "./layers.ts";

/**
 * Hands a number of things through.
 * @param what for the message, such as `number of steps`
 * @throws InputError if it is no whole number from `least` on
 */
export function requireCount(found: number, what: string, least = 0): number {
  if (Number.isSafeInteger(found) && found >= least) return found;
  throw new InputError(`found ${found} as the ${what}, expected a whole number from ${least} on`);
}

/** @throws InputError if a grid has no cells, or rows and columns are no whole numbers */
export function requireShape(shape: Shape): void {
  requireCount(shape?.rows, "number of rows", 1);
  requireCount(shape?.cols, "number of columns", 1);
}

/**
 * The grid with its planes as `Int32Array`s, which other arrays of whole numbers become.
 * @throws InputError if it has planes of other fields, or planes that are not of their field
 */
export function requirePlanes(fields: readonly GridField[], given: Grid): Grid {
  requireShape(given);
  const byName = new Map(fields.map((field) => [field.name, field]));
  const planes = Object.entries(given.planes ?? {}).map(([name, plane]): [string, Int32Array] => {
    const field = byName.get(name);
    if (field === undefined) throw unknownField(name, fields);
    return [name, requirePlane(field, plane, given)];
  });
  return { ...given, planes: Object.fromEntries(planes) };
}

/**
 * The plane of a field.
 * @throws InputError if the grid has none, or one that is not of the field
 */
export function planeOf(field: GridField, given: Grid): Int32Array {
  if (hasPlane(given, field.name)) return requirePlane(field, given.planes[field.name]!, given);
  throw missingPlane(field.name, given);
}

export const hasPlane = ({ planes }: Grid, name: string): boolean => Object.hasOwn(planes ?? {}, name);

export function missingPlane(name: string, { planes }: Grid): InputError {
  const found = Object.keys(planes ?? {}).join(", ");
  return new InputError(
    `the grid has no plane of the field ${name}, ` +
      `${found === "" ? "and no other" : `only of ${found}`}; give one, \`planes: { ${name}: ... }\``,
  );
}

function unknownField(name: string, fields: readonly GridField[]): InputError {
  const names = fields.map((field) => field.name);
  const near = nearestName(name, names);
  return new InputError(
    `the grid has a plane of the field ${name}, but the program's fields are ${shownNames(names) || "none"}` +
      (near === null ? "; leave it out" : `; did you mean ${near}?`),
  );
}

/** Tells whether all numbers are in a range: in a loop of its own, which is fast. */
function isWithin(plane: Int32Array, lo: number, hi: number): boolean {
  // What is below `lo` becomes a number beyond all ranges.
  const span = hi - lo;
  for (let at = 0; at < plane.length; at++) if ((plane[at]! - lo) >>> 0 > span) return false;
  return true;
}

function requirePlane({ name, type }: GridField, plane: ArrayLike<number>, shape: Shape): Int32Array {
  const cells = shape.rows * shape.cols;
  if (plane?.length !== cells)
    throw new InputError(
      `field ${name}: found ${plane?.length ?? "no"} values, expected ${cells} for a grid of ` +
        `${shape.rows}x${shape.cols} (rows x columns); give \`planes.${name}[row * cols + col]\``,
    );
  const { lo, hi } = bounds(type);
  if (plane instanceof Int32Array && isWithin(plane, lo, hi)) return plane;
  for (let at = 0; at < cells; at++) {
    const value = plane[at]!;
    if (value >= lo && value <= hi && Number.isInteger(value)) continue;
    throw new InputError(
      `field ${name}, row ${Math.floor(at / shape.cols) + 1}, column ${(at % shape.cols) + 1}: found ${value}, ` +
        `expected a value of ${showType(type)} (as a number: ${lo} to ${hi}); correct the input grid`,
    );
  }
  return Int32Array.from(plane);
}
