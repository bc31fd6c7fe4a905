// The instruction IR run as it is meant: one instruction over the whole grid after another. A new value of a
// neighbour is computed when it is asked for, so no order of the cells is assumed; a circle would be an error.

import type { Instruction, InstructionProgram, Successor } from "../../src/compiler/lower/instructions.ts";
import { OFFSETS, type Place } from "../../src/grid/direction.ts";
import { firstValue, type Grid } from "../../src/grid/grid.ts";
import type { Expression } from "../../src/logic/expression.ts";
import { evaluate } from "../logic/evaluate.ts";

export type Planes = Readonly<Record<string, Int32Array>>;

/** Yields every instruction with the grid after it; returns when the program ends. */
export function* runInstructions(
  program: InstructionProgram,
  input: Grid,
): Generator<{ readonly instruction: Instruction; readonly planes: Planes }> {
  let planes = startPlanes(program, input);
  for (let at: number | null = 0; at !== null; ) {
    const instruction: Instruction = program.instructions[at]!;
    const read = reader(instruction, planes, input);
    const cells = Array.from(planes[program.fields[0]!.name]!.keys());
    const next = nextOf(instruction.next, cells, read);
    const written = instruction.writes.map(({ field, value }) => [
      field,
      Int32Array.from(cells, (cell) => evaluate(value, (leaf) => read(leaf, cell))),
    ]);
    planes = { ...planes, ...Object.fromEntries(written) };
    yield { instruction, planes };
    at = next;
  }
}

/** Whether in every cell, by its own fields, the program has halted or its end has come. */
export function isOver({ halted, ends }: InstructionProgram, planes: Planes): boolean {
  const plane = Object.values(planes)[0]!;
  const own = (leaf: Expression, cell: number): number => {
    if (leaf.tag !== "read" || leaf.place !== "here") throw new Error("an end looks at a neighbour");
    return planes[leaf.field]![cell]!;
  };
  return plane.every((_, cell) =>
    [halted, ends].some((each) => evaluate(each, (leaf) => own(leaf, cell)) === 1),
  );
}

/** Every field before the first instruction. */
export function startPlanes(program: InstructionProgram, { rows, cols, planes }: Grid): Planes {
  return Object.fromEntries(
    program.fields.map(({ name, initial }) => [
      name,
      planes[name]?.slice() ?? new Int32Array(rows * cols).fill(initial),
    ]),
  );
}

type Read = (leaf: Expression, cell: number) => number;

/** What a leaf of the instruction means in a cell, given the planes before. */
function reader(instruction: Instruction, before: Planes, { rows, cols }: Grid): Read {
  const known = new Map<string, number | "open">();
  const neighbour = (cell: number, place: Place): number | null => {
    const [row, col] = [Math.floor(cell / cols) + OFFSETS[place][0], (cell % cols) + OFFSETS[place][1]];
    return row < 0 || row >= rows || col < 0 || col >= cols ? null : row * cols + col;
  };
  const newValue = (field: string, cell: number): number => {
    const write = instruction.writes.find((each) => each.field === field);
    if (write === undefined) return before[field]![cell]!;
    const key = `${field} ${cell}`;
    const value = known.get(key);
    if (value === "open") throw new Error(`${instruction.label}: ${field} depends on itself`);
    if (value !== undefined) return value;
    known.set(key, "open");
    const made = evaluate(write.value, (leaf) => read(leaf, cell));
    known.set(key, made);
    return made;
  };
  const read = (leaf: Expression, cell: number): number => {
    if (leaf.tag === "inside") return neighbour(cell, leaf.place) === null ? 0 : 1;
    if (leaf.tag !== "read") throw new Error(`${leaf.tag} in ${instruction.label}`);
    const at = neighbour(cell, leaf.place);
    if (at === null) return firstValue(leaf.type);
    return leaf.age === "new" ? newValue(leaf.field, at) : before[leaf.field]![at]!;
  };
  return read;
}

/** All cells must agree about a test. */
function nextOf(next: Successor, cells: readonly number[], read: Read): number | null {
  if (next.tag === "end") return null;
  if (next.tag === "goto") return next.instruction;
  const [value, ...others] = cells.map((cell) => evaluate(next.when, (leaf) => read(leaf, cell)));
  if (others.some((other) => other !== value)) throw new Error("the cells disagree about a test");
  return nextOf(value === 1 ? next.then : next.otherwise, cells, read);
}
