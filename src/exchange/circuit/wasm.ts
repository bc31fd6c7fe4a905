// A network as a module of WebAssembly that imports nothing: a step as gates on bytes of 0 and 1, of 16 cells at a time, on
// grids of any shape; and a loader of ten lines.
//
// In memory, behind a block of numbers and a row of bytes that are 1 where the grid has columns, lie the state and the next
// one. Each is its planes one after another, each plane its rows between two rows of zeros, each row 16 bytes of zeros and
// then its cells: a vector of the cells to the left begins one byte earlier.

import { InputError, unreachable } from "../../diagnostics/diagnostic.ts";
import { FALSE } from "../../engines/bits/bit-gates.ts";
import { Emitter, stackCells } from "../../engines/bits/bit-kernels.ts";
import { inputNamed } from "../../engines/bits/lower.ts";
import { Assembler, PAGE } from "../../engines/webassembly/assembler.ts";
import {
  type Code,
  i32,
  i32x4,
  increase,
  loop,
  memory,
  plus,
  read,
  returns,
  select,
  times,
  type Variable,
  v128,
  when,
  write,
} from "../../engines/webassembly/instructions.ts";
import { SIDES, type Side } from "../../grid/direction.ts";
import { blankOf, inputRulesOf } from "../../grid/prepare.ts";
import type { SizeExpression, SizeOperator } from "../../grid/size.ts";
import type { Network } from "../../network/network.ts";
import { type CellCircuitText, circuitOf, type FieldText, type PlaneCode } from "./circuit.ts";

/** Numbers that the module keeps, by their addresses. */
const AT = {
  rows: 4,
  cols: 8,
  stride: 12,
  size: 16,
  state: 20,
  next: 24,
  moved: 28,
  steps: 32,
  top: 36,
  left: 40,
} as const;
/** Where the row of columns begins. */
const INSIDE = 64;
/** Cells of a vector, and zeros before a row. */
const CELLS = 16;
/** Bytes of memory at most; addresses are taken for whole numbers from 0 to 2^31. */
const MOST_BYTES = 2 ** 31 - PAGE;
/** What runtimes take. */
const MOST_LOCALS = 50_000;

interface WebAssemblyFiles {
  readonly wasm: Uint8Array;
  /** A module of JavaScript that runs it, in Node and in browsers. */
  readonly loader: string;
}

/**
 * Writes the module, which exports its memory and
 *
 * - `start(rows, cols)`, of an input's shape, makes a grid with the program's workspace and places; 0 if it takes no such input
 * - `set_FIELD(row, col, value)`, `get_FIELD(row, col)`, counted from 0 in the input
 * - `step()`: 1 if something changed, 0 if not, -1 if a cell would hold no value of its fields, and then nothing has changed
 * - `over()`: 1 if the run is over; `steps()` that were made
 * - `rows()`, `cols()` of the grid, `top()`, `left()` of these outside the input
 * @param file the name of the module's file, for the loader
 * @throws InputError if the network has no circuit, or one that is too large
 */
export function exportWebAssembly(network: Network, file: string): WebAssemblyFiles {
  const circuit = circuitOf(network);
  const assembler = new Assembler();
  const visible = circuit.fields.filter(({ isVisible }) => isVisible);
  for (const field of circuit.fields) defineField(assembler, field);
  defineStart(assembler, network, circuit);
  defineStep(assembler, circuit);
  defineOver(assembler, circuit);
  const numbers = ["steps", "rows", "cols", "top", "left"] as const;
  for (const name of numbers) assembler.define(name, [], () => [read(AT[name])]);
  if (assembler.mostLocals > MOST_LOCALS)
    throw new InputError(
      `${network.program}: its step takes ${circuit.gates} gates, too many for a function of WebAssembly; export it in another format`,
    );
  const fields = visible.flatMap(({ identifier }) => [`set_${identifier}`, `get_${identifier}`]);
  const wasm = assembler.bytes({ own: 1 }, ["start", "step", "over", ...numbers, ...fields]);
  return { wasm, loader: loaderText(circuit, visible, file) };
}

// Values of cells.

/** The address of a cell of the present state, in its first plane; `row` and `col` are counted in the input. */
const cellAt = (row: Code, col: Code): Code =>
  i32.add(
    i32.add(read(AT.state), i32.mul(plus(i32.add(row, read(AT.top)), 1), read(AT.stride))),
    plus(i32.add(col, read(AT.left)), CELLS),
  );

function defineField(assembler: Assembler, { identifier, lo, base, worth }: FieldText): void {
  assembler.define(`get_${identifier}`, ["row", "col"], ({ row, col }, make) => {
    const at = make.number();
    return [
      at.set(cellAt(row.get(), col.get())),
      worth.reduce<Code>(
        (sum, { plane, adds }) => i32.add(sum, times(i32.load8_u(0, inPlane(at, plane)), adds)),
        i32.const(base),
      ),
    ];
  });
  assembler.define(`set_${identifier}`, ["row", "col", "value"], ({ row, col, value }, make) => {
    const at = make.number();
    return [
      at.set(cellAt(row.get(), col.get())),
      ...worth.map(({ plane, code }) => i32.store8(0, inPlane(at, plane), isSet(code, lo, value.get()))),
      i32.const(0),
    ];
  });
}

const inPlane = (at: Variable, plane: number): Code => i32.add(at.get(), times(read(AT.size), plane));

function isSet(code: PlaneCode, lo: number, value: Code): Code {
  switch (code.kind) {
    case "equals":
      return i32.eq(value, i32.const(code.value));
    case "least":
      return i32.le_s(i32.const(code.value), value);
    case "digit":
      return i32.and(i32.shr_u(plus(value, -lo), i32.const(code.digit)), i32.const(1));
    default:
      return unreachable(code);
  }
}

/** Tells whether a plane is 1 in a cell whose fields have given values; planes of no field are 1 inside the grid. */
function startsSet({ fields }: CellCircuitText, blank: ReadonlyMap<string, number>, plane: number): boolean {
  for (const { name, lo, worth } of fields)
    for (const { plane: own, code } of worth) {
      if (own !== plane) continue;
      const value = blank.get(name)!;
      if (code.kind === "digit") return (((value - lo) >> code.digit) & 1) === 1;
      return code.kind === "equals" ? value === code.value : value >= code.value;
    }
  return true;
}

// The grid that a run begins with.

function defineStart(assembler: Assembler, network: Network, circuit: CellCircuitText): void {
  const { grid, workspace, places = [] } = inputRulesOf(network);
  const blank = new Map(network.fields.map((field) => [field.name, blankOf(field)]));
  const count = circuit.planes.length;
  const filled = circuit.planes.flatMap((_, plane) => (startsSet(circuit, blank, plane) ? [plane] : []));
  assembler.define("start", ["rows", "cols"], ({ rows, cols }, make) => {
    const shape = { rows, cols };
    const margins = Object.fromEntries(SIDES.map((side) => [side, make.number()])) as Record<Side, Variable>;
    const [stride, size, total, row, at] = [
      make.number(),
      make.number(),
      make.number(),
      make.number(),
      make.number(),
    ];
    const refuseIf = (condition: Code): Code => when(condition, [returns(i32.const(0))]);
    const refuseUnless = (condition: Code) => refuseIf(i32.eqz(condition));
    const same = (expression: SizeExpression, value: Variable) =>
      i32.eq(sizeCode(expression, shape), value.get());
    const room = () => i32.const(MOST_BYTES - 2 * PAGE);
    return [
      refuseIf(i32.or(i32.lt_s(rows.get(), i32.const(1)), i32.lt_s(cols.get(), i32.const(1)))),
      // Larger sides would not fit anyway, and their sums might overflow.
      refuseIf(i32.or(i32.gt_s(rows.get(), i32.const(2 ** 26)), i32.gt_s(cols.get(), i32.const(2 ** 26)))),
      ...(grid == null
        ? []
        : [
            refuseUnless(same(grid.rows, rows)),
            refuseUnless(same(grid.cols, cols)),
            ...(grid.where === null ? [] : [refuseUnless(sizeCode(grid.where, shape))]),
          ]),
      ...SIDES.flatMap((side) => [
        margins[side].set(workspace == null ? i32.const(0) : sizeCode(workspace[side], shape)),
        refuseIf(i32.lt_s(margins[side].get(), i32.const(0))),
        refuseIf(i32.gt_s(margins[side].get(), i32.const(2 ** 26))),
      ]),
      increase(rows, i32.add(margins.top.get(), margins.bottom.get())),
      increase(cols, i32.add(margins.left.get(), margins.right.get())),
      stride.set(times(plus(i32.div_u(plus(cols.get(), CELLS - 1), i32.const(CELLS)), 1), CELLS)),
      refuseIf(
        i32.gt_u(plus(rows.get(), 4), i32.div_u(i32.div_u(room(), i32.const(2 * count)), stride.get())),
      ),
      size.set(plus(i32.mul(plus(rows.get(), 2), stride.get()), 2 * CELLS)),
      total.set(plus(i32.add(stride.get(), times(size.get(), 2 * count)), INSIDE + 2 * CELLS)),
      at.set(i32.sub(i32.div_u(plus(total.get(), PAGE - 1), i32.const(PAGE)), memory.size())),
      when(i32.gt_s(at.get(), i32.const(0)), [refuseIf(i32.lt_s(memory.grow(at.get()), i32.const(0)))]),
      memory.fill(i32.const(0), i32.const(0), total.get()),
      memory.fill(i32.const(INSIDE + CELLS), i32.const(1), cols.get()),
      write(AT.rows, rows.get()),
      write(AT.cols, cols.get()),
      write(AT.stride, stride.get()),
      write(AT.size, size.get()),
      write(AT.state, plus(stride.get(), INSIDE + 2 * CELLS)),
      write(AT.next, i32.add(read(AT.state), times(size.get(), count))),
      write(AT.moved, i32.const(1)),
      write(AT.top, margins.top.get()),
      write(AT.left, margins.left.get()),
      ...filled.map((plane) => [
        row.set(i32.const(0)),
        at.set(i32.add(plus(read(AT.state), CELLS), i32.add(stride.get(), times(size.get(), plane)))),
        loop(i32.lt_s(row.get(), rows.get()), [
          memory.fill(at.get(), i32.const(1), cols.get()),
          increase(at, stride.get()),
          increase(row, i32.const(1)),
        ]),
      ]),
      // Places are counted from 1 in the input.
      increase(rows, i32.sub(i32.const(0), i32.add(margins.top.get(), margins.bottom.get()))),
      increase(cols, i32.sub(i32.const(0), i32.add(margins.left.get(), margins.right.get()))),
      ...places.flatMap(({ field, value, row: ofRow, column }) => {
        const { identifier } = circuit.fields.find(({ name }) => name === field)!;
        return [
          row.set(sizeCode(ofRow, shape)),
          at.set(sizeCode(column, shape)),
          refuseIf(i32.or(i32.lt_s(row.get(), i32.const(1)), i32.gt_s(row.get(), rows.get()))),
          refuseIf(i32.or(i32.lt_s(at.get(), i32.const(1)), i32.gt_s(at.get(), cols.get()))),
          assembler.run(`set_${identifier}`, plus(row.get(), -1), plus(at.get(), -1), i32.const(value)),
        ];
      }),
      i32.const(1),
    ];
  });
}

/** Rounded down, not towards 0. */
function quotient(a: Code, b: Code): Code {
  const isNegative = i32.lt_s(i32.xor(a, b), i32.const(0));
  return i32.sub(i32.div_s(a, b), i32.and(i32.ne(i32.rem_s(a, b), i32.const(0)), isNegative));
}

const SIZE_CODES: Readonly<Record<SizeOperator, (a: Code, b: Code) => Code>> = {
  "+": i32.add,
  "-": i32.sub,
  "*": i32.mul,
  "/": quotient,
  min: (a, b) => select(i32.lt_s(a, b), a, b),
  max: (a, b) => select(i32.lt_s(a, b), b, a),
  and: i32.and,
  or: i32.or,
  xor: i32.xor,
  "==": i32.eq,
  "!=": i32.ne,
  "<": i32.lt_s,
  "<=": i32.le_s,
  ">": i32.gt_s,
  ">=": (a, b) => i32.le_s(b, a),
};

/** An expression in the size of an input; a division by zero traps. */
function sizeCode(expression: SizeExpression, shape: Readonly<Record<"rows" | "cols", Variable>>): Code {
  switch (expression.tag) {
    case "number":
      return i32.const(expression.value);
    case "rows":
    case "cols":
      return shape[expression.tag].get();
    case "not":
      return i32.eqz(sizeCode(expression.of, shape));
    case "binary": {
      const { operator, left, right } = expression;
      return SIZE_CODES[operator](sizeCode(left, shape), sizeCode(right, shape));
    }
    default:
      return unreachable(expression);
  }
}

// A step.

function defineStep(assembler: Assembler, { plan, planes, over }: CellCircuitText): void {
  const stack = stackCells(plan, { rows: 1, atSides: true, atEnds: true, tracks: true });
  assembler.define("step", [], (_none, make) => {
    const [row, at, end, swapped] = [make.number(), make.number(), make.number(), make.number()];
    const [up, down, changed, doubted] = [make.vector(), make.vector(), make.vector(), make.vector()];
    // Where the row above, the row itself and the row below begin, plane by plane, and the next one of the row.
    const rows = planes.map(() => [0, 1, 2].map(() => make.number()));
    const nexts = planes.map(() => make.number());
    const columns = (shift: number) => v128.load(INSIDE + CELLS + shift, at.get());
    const edges = { up: up.get(), down: down.get(), left: columns(-1), right: columns(1) };
    const load = (name: string): Code => {
      if (name === "mask" || name === "run") return columns(0);
      const input = inputNamed(name);
      if (input.kind === "edge") return edges[input.edge];
      const begin = rows[plan.stored.indexOf(input.channel)]![input.row + 1]!;
      return v128.load(CELLS + input.col, i32.add(begin.get(), at.get()));
    };
    const emitter = new Emitter(stack, make.vector, load);
    const stores = stack.next[0]!.map((value, plane) =>
      v128.store(CELLS, i32.add(nexts[plane]!.get(), at.get()), emitter.make(value)),
    );
    const gather = (found: Variable, code: Code): Code => found.set(v128.or(found.get(), code));
    const ones = (condition: Code): Code => i32x4.splat(i32.sub(i32.const(0), condition));
    const rowOf = (base: number, plane: number, below: number): Code =>
      i32.add(
        i32.add(read(base), times(read(AT.size), plane)),
        i32.mul(plus(row.get(), below), read(AT.stride)),
      );
    return [
      end.set(i32.sub(read(AT.stride), i32.const(CELLS))),
      loop(i32.lt_s(row.get(), read(AT.rows)), [
        up.set(ones(i32.gt_s(row.get(), i32.const(0)))),
        down.set(ones(i32.lt_s(plus(row.get(), 1), read(AT.rows)))),
        ...rows.flatMap((begins, plane) =>
          begins.map((begin, below) => begin.set(rowOf(AT.state, plane, below))),
        ),
        ...nexts.map((begin, plane) => begin.set(rowOf(AT.next, plane, 1))),
        at.set(i32.const(0)),
        loop(i32.lt_s(at.get(), end.get()), [
          ...stores,
          gather(changed, emitter.make(stack.changed)),
          stack.doubt === FALSE ? [] : gather(doubted, emitter.make(stack.doubt)),
          increase(at, i32.const(CELLS)),
        ]),
        increase(row, i32.const(1)),
      ]),
      when(v128.any_true(doubted.get()), [returns(i32.const(-1))]),
      swapped.set(read(AT.state)),
      write(AT.state, read(AT.next)),
      write(AT.next, swapped.get()),
      write(AT.moved, v128.any_true(changed.get())),
      // The step that finds the grid at rest does not count.
      write(AT.steps, i32.add(read(AT.steps), over === "at rest" ? read(AT.moved) : i32.const(1))),
      read(AT.moved),
    ];
  });
}

function defineOver(assembler: Assembler, { over }: CellCircuitText): void {
  if (over === "never" || over === "at rest") {
    assembler.define("over", [], () => [over === "never" ? i32.const(0) : i32.eqz(read(AT.moved))]);
    return;
  }
  assembler.define("over", [], (_, make) => {
    const [row, at] = [make.number(), make.number()];
    const busy = make.vector();
    const begin = make.number();
    const bits = (plane: number): Code =>
      v128.load(CELLS, i32.add(i32.add(begin.get(), times(read(AT.size), plane)), at.get()));
    const all = () => v128.load(INSIDE + CELLS, at.get());
    const halted = over
      .map(({ on, off }) =>
        off.reduce<Code>(
          (found, plane) => v128.andnot(found, bits(plane)),
          on.reduce<Code>((found, plane) => v128.and(found, bits(plane)), all()),
        ),
      )
      .reduce<Code>((found, cube) => v128.or(found, cube), i32x4.splat(i32.const(0)));
    return [
      loop(i32.lt_s(row.get(), read(AT.rows)), [
        begin.set(i32.add(read(AT.state), i32.mul(plus(row.get(), 1), read(AT.stride)))),
        at.set(i32.const(0)),
        loop(i32.lt_s(at.get(), i32.sub(read(AT.stride), i32.const(CELLS))), [
          busy.set(v128.or(busy.get(), v128.andnot(all(), halted))),
          increase(at, i32.const(CELLS)),
        ]),
        when(v128.any_true(busy.get()), [returns(i32.const(0))]),
        increase(row, i32.const(1)),
      ]),
      i32.const(1),
    ];
  });
}

// The loader.

/** By itself: bundlers would take it for an import of ours. */
const IMPORT = "import";

function loaderText(
  { program, gates, notes }: CellCircuitText,
  fields: readonly FieldText[],
  file: string,
): string {
  const same = fields.every(({ name, identifier }) => name === identifier);
  const names = fields.map(
    ({ name, identifier }) => `[${JSON.stringify(name)}, ${JSON.stringify(identifier)}]`,
  );
  const key = same ? "name" : "NAMES.get(name)";
  const results = fields.map(({ name }) => `${JSON.stringify(name)}: read(${JSON.stringify(name)})`);
  return `// Runs the network of ${program}, compiled by tapeloom: a step of a cell is ${gates} gates, of 16 cells at a time.
// run({ FIELD: rows of whole numbers, ... }, most steps) gives all fields at the end, and how many steps there were; a third
// argument, { rows, cols }, is for programs without inputs.
${notes.map((note) => `// ${note}\n`).join("")}const url = new URL(${JSON.stringify(file)}, import.meta.url);
const bytes = url.protocol === "file:" ? await (await ${IMPORT}("node:fs/promises")).readFile(url) : await (await fetch(url)).arrayBuffer();
export const net = (await WebAssembly.instantiate(bytes)).instance.exports;
${same ? "" : `const NAMES = new Map([${names.join(", ")}]);\n`}export function run(inputs, most = Infinity, { rows, cols } = {}) {
  const [first] = Object.values(inputs);
  if (!net.start(rows ?? first.length, cols ?? first[0].length)) throw new Error("the program takes no such grid, or there is no room for it");
  for (const [name, given] of Object.entries(inputs)) given.forEach((row, r) => row.forEach((value, c) => net[\`set_\${${key}}\`](r, c, value)));
  while (net.steps() < most && !net.over()) if (net.step() < 0) throw new Error("a cell would hold no value of its fields");
  const read = (name) => Array.from({ length: net.rows() }, (_, r) => Array.from({ length: net.cols() }, (_, c) => net[\`get_\${${key}}\`](r - net.top(), c - net.left())));
  return { steps: net.steps(), ${results.join(", ")} };
}
`;
}
