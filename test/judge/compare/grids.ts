// Random inputs, as the judge and as the engines see them.

import type { Grid } from "../../../src/grid/grid.ts";
import type { CheckedField, CheckedProgram } from "../../../src/language/analyse/checked.ts";
import type { Program, Type, Value } from "../language/tree.ts";
import { enlarged, type Fields, type Shape, takesShape } from "../language/world.ts";
import type { Random } from "../random.ts";

const WIDE: readonly Shape[] = [
  { rows: 1, cols: 5000 },
  { rows: 1, cols: 4095 },
  { rows: 1, cols: 2049 },
  { rows: 2, cols: 2100 },
  { rows: 3, cols: 700 },
  { rows: 5, cols: 260 },
];

/** A shape that the program takes, or null where none was found. */
export function drawShape(random: Random, program: Program, wide: boolean): Shape | null {
  for (let tries = 0; tries < 40; tries++) {
    const shape = wide && tries < 10 ? random.pick(WIDE) : drawSmall(random);
    if (!takesShape(program, shape)) continue;
    const { rows, cols } = enlarged(program, shape);
    if (rows * cols <= (wide ? 8000 : 300)) return shape;
  }
  return null;
}

function drawSmall(random: Random): Shape {
  const most = random.weighted([
    [2, 2],
    [5, 4],
    [2, 6],
    [1, 9],
  ]);
  const [rows, cols] = [random.between(1, most), random.between(1, most)];
  return random.weighted([
    [6, { rows, cols }],
    [1, { rows: 1, cols: cols + 2 }],
    [1, { rows: rows + 2, cols: 1 }],
    [1, { rows, cols: rows }],
    [1, { rows: 2, cols }],
  ]);
}

/** Random values for every input; a learner's query mostly has no answer, as where it is asked in earnest. */
export function drawInputs(random: Random, program: Program, { rows, cols }: Shape): Fields {
  const inputs = program.fields.filter(({ role }) => role === "input");
  return new Map(
    inputs.map(({ name, type }) => {
      const values = valuesOf(type);
      const rare = random.chance(0.3);
      const draw = () => (rare && random.chance(0.8) ? values[0]! : random.pick(values));
      const plane = Array.from({ length: rows * cols }, draw);
      if (program.predicted !== null && random.chance(0.7)) plane[plane.length - 1] = values[0]!;
      return [name, plane];
    }),
  );
}

function valuesOf(type: Type): readonly Value[] {
  if (type.kind === "enum") return type.names;
  const [low, high] = type.kind === "bit" ? [0, 1] : [type.low, type.high];
  return Array.from({ length: high - low + 1 }, (_, i) => low + i);
}

/** The judge's planes as the engines want them. */
export function gridOf(checked: CheckedProgram, { rows, cols }: Shape, fields: Fields): Grid {
  const planes = [...fields].map(([name, values]) => {
    const field = checked.fields.find((each) => each.name === name);
    if (field === undefined) throw new Error(`the compiler knows no field ${name}`);
    return [name, Int32Array.from(values, (value) => codeOf(field, value))];
  });
  return { rows, cols, planes: Object.fromEntries(planes) };
}

function codeOf({ type }: CheckedField, value: Value): number {
  return type.kind === "enum" ? type.names.indexOf(String(value)) : Number(value);
}

/** The inputs of a grid as the judge wants them. */
export function fieldsOf({ fields }: CheckedProgram, { planes }: Grid): Fields {
  const inputs = fields.filter(({ role }) => role === "input");
  return new Map(
    inputs.map(({ name, type }) => {
      const valueFor = (code: number): Value => (type.kind === "enum" ? type.names[code]! : code);
      return [name, Array.from(planes[name]!, valueFor)];
    }),
  );
}

/** Where a state and the judge's state differ first, in words; null if they are the same. */
export function differenceOf(checked: CheckedProgram, grid: Grid, fields: Fields): string | null {
  const expected = gridOf(checked, grid, fields);
  for (const [name, plane] of Object.entries(expected.planes)) {
    const found = grid.planes[name];
    if (found?.length !== plane.length)
      return `${name} has ${found?.length} cells instead of ${plane.length}`;
    const at = plane.findIndex((value, i) => value !== found[i]);
    if (at >= 0) {
      const [row, col] = [Math.floor(at / grid.cols), at % grid.cols];
      return `${name} in row ${row + 1}, column ${col + 1}: expected ${plane[at]}, got ${found[at]}`;
    }
  }
  return null;
}
