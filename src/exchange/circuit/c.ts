// A network as C: one step of a cell as gates on the bits of words, so that one call steps a cell of as many grids as a
// word has bits; with a grid, a program that runs it.

import type { Grid } from "../../grid/grid.ts";
import type { Network } from "../../network/network.ts";
import {
  anyOfCubes,
  type CellCircuitText,
  circuitOf,
  type FieldText,
  type PlaneCode,
  quote,
} from "./circuit.ts";

/**
 * Writes C99 that needs no library but the standard one: `NAME_step` for grids of any shape, `NAME_over`, and for each
 * field `NAME_get_FIELD` and `NAME_set_FIELD`; with a grid, also a `main` that runs it and prints all fields of the program.
 * @throws InputError if the network has no circuit, or does not take the grid
 */
export function exportC(network: Network, grid: Grid | null = null): string {
  const circuit = circuitOf(network);
  return [
    head(circuit),
    cellFunction(circuit),
    stepFunction(circuit),
    overFunction(circuit),
    ...circuit.fields.map((field) => fieldFunctions(circuit, field)),
    ...(grid === null ? [] : [mainFunction(circuit, grid)]),
  ].join("\n");
}

function head({ program, identifier: name, planes, gates, notes }: CellCircuitText): string {
  const said = [
    ...notes,
    planes.length === 1
      ? "A cell is one word:"
      : `A cell is ${planes.length} words, one for each of these bits:`,
    ...planes.map(({ name: plane, meaning }, at) => `  ${at}  ${plane}: ${meaning}`),
  ];
  return `/*
 * The network of ${program}, compiled by tapeloom: a step of a cell is ${gates} gates.
 *
${said.map((line) => ` * ${line.replaceAll("*/", "* /")}\n`).join("")} *
 * Each bit of a word belongs to a grid of its own: all words of a state together are up to 64 grids of one shape, which
 * run side by side. The cell in row r and column c begins at state[(r * cols + c) * ${name.toUpperCase()}_PLANES].
 */
#include <stddef.h>
#include <stdint.h>

#define ${name.toUpperCase()}_PLANES ${planes.length}
/* Any unsigned type. */
typedef uint64_t ${name}_word;
`;
}

function cellFunction(circuit: CellCircuitText): string {
  const { identifier: name } = circuit;
  const { gates, next, doubt } = circuit.spell({
    plane: (place, plane) => `near[${place}][${plane}]`,
    edge: (edge) => edge,
    zero: "ZERO",
    one: "~ZERO",
  });
  return `/*
 * The next state of a cell from its 3x3 patch in reading order, whose middle is near[4]; up, down, left and right are all
 * ones where there is such a neighbour. Gives ones where the cell would hold no value of its fields.
 */
static ${name}_word ${name}_cell(const ${name}_word *const near[9], ${name}_word up, ${name}_word down, ${name}_word left,
                                 ${name}_word right, ${name}_word *next) {
  const ${name}_word ZERO = 0;
${gates.map(([gate, value]) => `  const ${name}_word ${gate} = ${value};\n`).join("")}${next
  .map((value, at) => `  next[${at}] = ${value};\n`)
  .join("")}  (void)ZERO, (void)near, (void)up, (void)down, (void)left, (void)right;
  return ${doubt};
}
`;
}

function stepFunction({ identifier: name }: CellCircuitText): string {
  const planes = `${name.toUpperCase()}_PLANES`;
  return `/* One step of grids of a shape. Gives ones for grids of which a cell would hold no value of its fields. */
${name}_word ${name}_step(size_t rows, size_t cols, const ${name}_word *state, ${name}_word *next) {
  static const ${name}_word NONE[${planes}] = {0};
  const ${name}_word ZERO = 0;
  ${name}_word doubt = 0;
  for (size_t row = 0; row < rows; row++)
    for (size_t col = 0; col < cols; col++) {
      const ${name}_word *near[9];
      for (int at = 0; at < 9; at++) {
        const size_t r = row + (size_t)(at / 3) - 1, c = col + (size_t)(at % 3) - 1;
        near[at] = r < rows && c < cols ? state + (r * cols + c) * ${planes} : NONE;
      }
      doubt |= ${name}_cell(near, row > 0 ? ~ZERO : ZERO, row + 1 < rows ? ~ZERO : ZERO, col > 0 ? ~ZERO : ZERO,
                            col + 1 < cols ? ~ZERO : ZERO, next + (row * cols + col) * ${planes});
    }
  return doubt;
}
`;
}

function overFunction({ identifier: name, over, planes }: CellCircuitText): string {
  const count = `${name.toUpperCase()}_PLANES`;
  const all = planes.length === 1 ? "the bit" : "the bits";
  const start = `${name}_word ${name}_over(size_t rows, size_t cols, const ${name}_word *state, const ${name}_word *next) {`;
  if (over === "never")
    return `/* Ones for grids whose run is over: never, it goes on for as many steps as it is asked for. */
${start}
  (void)rows, (void)cols, (void)state, (void)next;
  return 0;
}
`;
  if (over === "at rest")
    return `/* Ones for grids whose run is over: ${all} did not change from a state to the next. */
${start}
  ${name}_word changed = 0;
  for (size_t at = 0; at < rows * cols * ${count}; at++) changed |= state[at] ^ next[at];
  return ~changed;
}
`;
  return `/* Ones for grids whose run is over: every cell has halted. */
${start}
  ${name}_word halted = ~(${name}_word)0;
  (void)next;
  for (size_t at = 0; at < rows * cols; at++) {
    const ${name}_word *cell = state + at * ${count};
    (void)cell;
    halted &= ${anyOfCubes(over, "cell", { zero: "0", one: `~(${name}_word)0` })};
  }
  return halted;
}
`;
}

function fieldFunctions({ identifier: name }: CellCircuitText, field: FieldText): string {
  const { identifier, lo, hi, base, worth } = field;
  const sum = worth.map(({ plane, adds }) => `${adds} * (long)(cell[${plane}] >> grid & 1)`);
  const sets = worth.map(
    ({ plane, code }) => `  cell[${plane}] = (cell[${plane}] & ~grids) | (${isSet(code, lo)} ? grids : 0);\n`,
  );
  return `/* ${field.name} of a cell in one of the grids, from ${lo} to ${hi}. */
long ${name}_get_${identifier}(const ${name}_word *cell, int grid) {
  (void)cell, (void)grid;
  return ${[base, ...sum].join(" + ")};
}
void ${name}_set_${identifier}(${name}_word *cell, ${name}_word grids, long value) {
  (void)cell, (void)grids, (void)value;
${sets.join("")}}
`;
}

function isSet(code: PlaneCode, lo: number): string {
  if (code.kind === "digit") return `(value ${lo < 0 ? "+" : "-"} ${Math.abs(lo)}) >> ${code.digit} & 1`;
  return `value ${code.kind === "equals" ? "==" : ">="} ${code.value}`;
}

function mainFunction(circuit: CellCircuitText, grid: Grid): string {
  const { identifier: name, planes } = circuit;
  const seen = circuit.fields.filter(({ isVisible }) => isVisible);
  const { rows, cols, bits } = circuit.start(grid);
  const isRest = circuit.over === "at rest";
  const lines = Array.from({ length: rows }, (_, row) =>
    bits.subarray(row * cols * planes.length, (row + 1) * cols * planes.length).join(","),
  );
  return `#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const unsigned char START[] = {
${lines.map((line) => `  ${line},\n`).join("")}};

/* Runs the grid until its run is over, or for as many steps as it is told, and prints its fields. */
int main(int count, char **words) {
  const size_t rows = ${rows}, cols = ${cols}, size = sizeof START;
  const unsigned long most = count > 1 ? strtoul(words[1], NULL, 10) : ${circuit.over === "never" ? "1" : "(unsigned long)-1"};
  ${name}_word *state = calloc(size, sizeof *state), *next = calloc(size, sizeof *next);
  unsigned long steps = 0;
  if (state == NULL || next == NULL) return 1;
  for (size_t at = 0; at < size; at++) state[at] = START[at];
  for (; steps < most; steps++) {
    ${isRest ? "" : `if (${name}_over(rows, cols, state, next) & 1) break;\n    `}if (${name}_step(rows, cols, state, next) & 1) {
      fprintf(stderr, "after %lu steps a cell would hold no value of its fields\\n", steps);
      return 3;
    }
    ${isRest ? `if (${name}_over(rows, cols, state, next) & 1) break;\n    ` : ""}memcpy(state, next, size * sizeof *state);
  }
  fprintf(stderr, "%lu steps\\n", steps);
${seen.map((field, at) => printField(name, field, at, seen.length)).join("")}  free(state);
  free(next);
  return 0;
}
`;
}

/** As grids are written as text: symbols of one character without anything between them. */
function printField(name: string, field: FieldText, at: number, count: number): string {
  const { identifier, symbols, isCompact } = field;
  const value = `${name}_get_${identifier}(state + (row * cols + col) * ${name.toUpperCase()}_PLANES, 0)`;
  const shown = symbols === null ? `"%ld", ${value}` : `"%s", SYMBOLS_${at}[${value}]`;
  const table =
    symbols === null
      ? ""
      : `  static const char *const SYMBOLS_${at}[] = {${symbols.map(quote).join(", ")}};\n`;
  const title = count > 1 ? `  printf("%s", ${quote(`${at > 0 ? "\n" : ""}[${field.name}]\n`)});\n` : "";
  return `${table}${title}  for (size_t row = 0; row < rows; row++) {
    for (size_t col = 0; col < cols; col++) {
      ${isCompact ? "" : 'if (col > 0) printf(" ");\n      '}printf(${shown});
    }
    printf("\\n");
  }
`;
}
