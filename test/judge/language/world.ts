// The grid while a program runs: the values of all fields, which cells have halted, and which ages reads have.

import { constant, size } from "./constants.ts";
import type { Sight } from "./evaluate.ts";
import { firstOf } from "./parser.ts";
import {
  type Direction,
  type Field,
  type Offset,
  type Position,
  type Program,
  Refused,
  type Side,
  type Value,
} from "./tree.ts";

export interface Shape {
  readonly rows: number;
  readonly cols: number;
}

/** Values of fields, row by row. */
export type Fields = ReadonlyMap<string, readonly Value[]>;

export class World {
  readonly rows: number;
  readonly cols: number;
  readonly values = new Map<string, Value[]>();
  readonly halted: boolean[];
  readonly fields: ReadonlyMap<string, Field>;
  readonly program: Program;

  /** Puts an input into the program's workspace, and sets what `place` says. */
  constructor(program: Program, input: Shape, inputs: Fields) {
    const side = (name: Side) => sizeOf(program, program.workspace[name], input);
    this.program = program;
    this.fields = new Map(program.fields.map((field) => [field.name, field]));
    const { rows, cols } = enlarged(program, input);
    this.rows = rows;
    this.cols = cols;
    this.halted = new Array<boolean>(this.rows * this.cols).fill(false);
    const at = (row: number, col: number) => (row + side("top")) * this.cols + col + side("left");
    for (const field of program.fields) {
      const values = new Array<Value>(this.rows * this.cols).fill(field.initial);
      inputs.get(field.name)?.forEach((value, i) => {
        values[at(Math.floor(i / input.cols), i % input.cols)] = value;
      });
      this.values.set(field.name, values);
    }
    for (const place of program.places) {
      const [row, col] = cellOf(program, place.at, input);
      this.set(place.field, at(row, col), place.value);
    }
  }

  get(field: string): Value[] {
    return this.values.get(field) ?? refuse(`no field is called ${field}`);
  }

  /** Assigns; a value that does not fit its field should have been refused beforehand. */
  set(name: string, cell: number, value: Value): void {
    const { type } = this.fields.get(name) ?? refuse(`no field is called ${name}`);
    const fits =
      type.kind === "enum"
        ? type.names.includes(String(value))
        : typeof value === "number" &&
          value >= firstOfNumbers(type) &&
          value <= (type.kind === "bit" ? 1 : type.high);
    if (!fits) throw new Refused(`${value} does not fit ${name}`);
    this.get(name)[cell] = value;
  }

  /** Cells in the order in which an instruction visits them. */
  order(directions: readonly Direction[]): number[] {
    const rows = Array.from({ length: this.rows }, (_, i) =>
      directions.includes("up") ? this.rows - 1 - i : i,
    );
    const cols = Array.from({ length: this.cols }, (_, i) =>
      directions.includes("left") ? this.cols - 1 - i : i,
    );
    // A sweep to the left or right alone goes column by column: the columns beside it have run from top to bottom.
    const byColumns = directions.length === 1 && (directions[0] === "left" || directions[0] === "right");
    return byColumns
      ? cols.flatMap((col) => rows.map((row) => row * this.cols + col))
      : rows.flatMap((row) => cols.map((col) => row * this.cols + col));
  }

  /** What a cell sees in an instruction that has changed `assigned` fields, which held `before`. */
  sight(cell: () => number, directions: readonly Direction[], before: Fields): Sight {
    return {
      program: this.program,
      own: (name) => this.values.get(name)?.[cell()],
      edge: (side) => this.atEdge(cell(), side),
      neighbour: (offset, name) => {
        const field = this.fields.get(name) ?? refuse(`no field is called ${name}`);
        const old = before.get(name);
        const seen = old !== undefined && ageOf(offset, directions, name) === "old" ? old : this.get(name);
        const row = Math.floor(cell() / this.cols) + offset.down;
        const col = (cell() % this.cols) + offset.right;
        const inside = row >= 0 && row < this.rows && col >= 0 && col < this.cols;
        return inside ? seen[row * this.cols + col]! : firstOf(field.type);
      },
    };
  }

  private atEdge(cell: number, side: Side): boolean {
    const row = Math.floor(cell / this.cols);
    const col = cell % this.cols;
    if (side === "top" || side === "bottom") return row === (side === "top" ? 0 : this.rows - 1);
    return col === (side === "left" ? 0 : this.cols - 1);
  }
}

const firstOfNumbers = (type: Parameters<typeof firstOf>[0]): number => Number(firstOf(type));

const CAME_FROM = { down: -1, up: 1, right: -1, left: 1 } as const;

/** Whether a neighbour has run this instruction before the cell. */
function ageOf(offset: Offset, directions: readonly Direction[], field: string): "new" | "old" {
  const ages = directions.map((direction) => {
    const along = direction === "down" || direction === "up" ? offset.down : offset.right;
    return along === 0 ? "level" : along === CAME_FROM[direction] ? "new" : "old";
  });
  if (ages.includes("new") && ages.includes("old")) {
    throw new Refused(`the sweep leaves open how old ${field} is in a diagonal neighbour`);
  }
  return ages.includes("new") ? "new" : "old";
}

function sizeOf(program: Program, expression: Parameters<typeof size>[0] | undefined, input: Shape): number {
  return expression === undefined ? 0 : size(expression, input, program.params);
}

/** Row and column of a position, counted from 0, in the input. */
function cellOf(program: Program, position: Position, input: Shape): readonly [number, number] {
  if (position.kind === "sides") {
    const { sides } = position;
    return [sides.includes("bottom") ? input.rows - 1 : 0, sides.includes("right") ? input.cols - 1 : 0];
  }
  const row = sizeOf(program, position.row, input) - 1;
  const col = sizeOf(program, position.column, input) - 1;
  if (row < 0 || row >= input.rows || col < 0 || col >= input.cols)
    throw new Refused("a place outside the input");
  return [row, col];
}

/** The shape of an input with the program's workspace around it. */
export function enlarged(program: Program, input: Shape): Shape {
  const side = (name: Side) => sizeOf(program, program.workspace[name], input);
  const rows = side("top") + input.rows + side("bottom");
  return { rows, cols: side("left") + input.cols + side("right") };
}

/** Whether a program takes inputs of this shape. */
export function takesShape(program: Program, shape: Shape): boolean {
  const { grid } = program;
  if (grid === null) return true;
  if (sizeOf(program, grid.rows, shape) !== shape.rows) return false;
  if (sizeOf(program, grid.columns, shape) !== shape.cols) return false;
  const names = new Map([...program.params, ["rows", shape.rows], ["cols", shape.cols]] as const);
  return grid.where === null || constant(grid.where, names) === 1;
}

function refuse(what: string): never {
  throw new Refused(what);
}
