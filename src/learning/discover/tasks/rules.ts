// Tasks of the grid: what a row of cells is to hold in the end.

import { InputError } from "../../../diagnostics/diagnostic.ts";
import { bounds, type Grid, type Shape } from "../../../grid/grid.ts";
import { fitsGrid, prepareInput } from "../../../grid/prepare.ts";
import type { Random } from "../../../grid/random.ts";
import type { CheckedField, CheckedProgram } from "../../../language/analyse/checked.ts";
import { type DiscoverTask, limitOf, type Wanted } from "../problem.ts";

/** The fields that a rule is about. */
interface Fields {
  readonly input: CheckedField;
  readonly result: CheckedField;
}

interface GridRule {
  readonly name: string;
  readonly about: string;
  fits(shape: Shape): boolean;
  /** Values of the input along the row. */
  input(random: Random, cols: number, fields: Fields): readonly number[];
  wanted(input: readonly number[], fields: Fields): readonly Wanted[];
  /** Passes after which a rule that never ends is looked at. */
  passes(cols: number): number;
}

const everywhere = (values: readonly number[], { result }: Fields): Wanted[] =>
  values.map((value, cell) => ({ field: result.name, cell, value }));

const uniform = (random: Random, cols: number, { input }: Fields): number[] => {
  const { lo, hi } = bounds(input.type);
  return Array.from({ length: cols }, () => lo + random.int(hi - lo + 1));
};

const sorting: GridRule = {
  name: "sorting",
  about: "the values of a row, smallest first",
  fits: ({ rows }) => rows === 1,
  input: uniform,
  wanted: (input, fields) =>
    everywhere(
      input.toSorted((a, b) => a - b),
      fields,
    ),
  passes: (cols) => 2 * cols,
};

const density: GridRule = {
  name: "density",
  about: "in all cells of a row of odd length, which of 0 and 1 it has more of",
  fits: ({ rows, cols }) => rows === 1 && cols % 2 === 1,
  input: uniform,
  wanted(input, fields) {
    const ones = input.filter((value) => value === bounds(fields.input.type).hi).length;
    const { lo, hi } = bounds(fields.result.type);
    return everywhere(
      input.map(() => (2 * ones > input.length ? hi : lo)),
      fields,
    );
  },
  passes: (cols) => 2 * cols,
};

/** All cells fire after 2n - 2 passes, and none before; the leftmost one has the order. */
const firingSquad: GridRule = {
  name: "firing-squad",
  about: "all cells of a row fire 2n - 2 passes after its first cell had an order, and none before",
  fits: ({ rows, cols }) => rows === 1 && cols > 1,
  input: (_, cols, { input }) =>
    Array.from({ length: cols }, (_, at) => bounds(input.type)[at === 0 ? "hi" : "lo"]),
  wanted(input, { result }) {
    const { lo, hi } = bounds(result.type);
    const last = 2 * input.length - 2;
    return Array.from({ length: last }, (_, at) => at + 1).flatMap((after) =>
      input.map((_, cell) => ({ field: result.name, cell, value: after === last ? hi : lo, after })),
    );
  },
  passes: (cols) => 2 * cols - 2,
};

export const RULES: readonly GridRule[] = [sorting, density, firingSquad];

export function ruleTask(program: CheckedProgram, rule: GridRule): DiscoverTask {
  const fields = fieldsOf(program, rule);
  return {
    name: rule.name,
    isLearning: false,
    fits: (shape) => rule.fits(shape) && fitsGrid(program, shape),
    draw(random, shape, count) {
      const cases = Array.from({ length: count }, () => {
        const values = rule.input(random, shape.cols, fields);
        return {
          input: prepared(program, fields.input.name, shape, values),
          wanted: rule.wanted(values, fields),
        };
      });
      const passes = program.endless ? rule.passes(shape.cols) : undefined;
      return { cases, isLearning: false, limit: limitOf(program, shape), passes };
    },
  };
}

function prepared(program: CheckedProgram, name: string, shape: Shape, values: readonly number[]): Grid {
  return prepareInput(program, { ...shape, planes: { [name]: Int32Array.from(values) } });
}

/** One input; the result is the only output, or the input itself. */
function fieldsOf({ name, fields, source, workspace }: CheckedProgram, rule: GridRule): Fields {
  const of = (role: string) => fields.filter((field) => field.role === role);
  const [input, ...others] = of("input");
  const [result = input, ...more] = of("output");
  if (input !== undefined && others.length + more.length === 0 && !workspace)
    return { input, result: result! };
  throw new InputError(
    `${source.name}: the task ${rule.name} is for programs of one input, at most one output and no workspace, but ` +
      `${name} has ${of("input").length} inputs and ${of("output").length} outputs${workspace ? " and a workspace" : ""}`,
  );
}
