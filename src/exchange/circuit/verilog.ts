// A network as Verilog: a cell as gates, a grid of cells that all make a step at every clock; with a grid, a test bench
// that runs it.

import { AXES } from "../../grid/direction.ts";
import type { Grid } from "../../grid/grid.ts";
import type { Network } from "../../network/network.ts";
import { anyOfCubes, type CellCircuitText, circuitOf, type FieldText, quote } from "./circuit.ts";

const PLACES = ["nw", "n", "ne", "w", "c", "e", "sw", "s", "se"] as const;

/**
 * Writes Verilog-2001: the modules `NAME_cell` and `NAME_grid`, whose ROWS and COLS are parameters; with a grid, also
 * `NAME_bench`, which runs it and prints what `tapeloom run` does.
 * @throws InputError if the network has no circuit, or does not take the grid
 */
export function exportVerilog(network: Network, grid: Grid | null = null): string {
  const circuit = circuitOf(network);
  const modules = [head(circuit), cellModule(circuit), gridModule(circuit)];
  return [...modules, ...(grid === null ? [] : [bench(circuit, grid)])].join("\n");
}

function head({ program, planes, gates, notes }: CellCircuitText): string {
  const said = [
    `The network of ${program}, compiled by tapeloom: a step of a cell is ${gates} gates.`,
    ...notes,
    `A cell is ${planes.length === 1 ? "one bit" : `${planes.length} bits`}:`,
    ...planes.map(({ name, meaning }, at) => `  ${at}  ${name}: ${meaning}`),
  ];
  return said.map((line) => `// ${line}\n`).join("");
}

function cellModule(circuit: CellCircuitText): string {
  const { identifier: name, planes } = circuit;
  const { gates, next, doubt } = circuit.spell({
    plane: (place, plane) => `${PLACES[place]}[${plane}]`,
    edge: (edge) => edge,
    zero: "1'b0",
    one: "1'b1",
  });
  const bits = `[${planes.length - 1}:0]`;
  return `// The next state of a cell from its 3x3 patch; up, down, left and right are 1 where there is such a neighbour.
module ${name}_cell (
  input wire ${bits} ${PLACES.join(", ")},
  input wire ${AXES.join(", ")},
  output wire ${bits} next,
  output wire doubt // the cell would hold no value of its fields
);
${gates.map(([gate, value]) => `  wire ${gate} = ${value};\n`).join("")}${next
  .map((value, at) => `  assign next[${at}] = ${value};\n`)
  .join("")}  assign doubt = ${doubt};
endmodule
`;
}

function gridModule(circuit: CellCircuitText): string {
  const { identifier: name, planes, over } = circuit;
  const width = planes.length;
  const near = PLACES.map((place, at) => {
    const [down, right] = [Math.floor(at / 3), at % 3];
    return `        .${place}(all[${width} * ((row + ${down}) * (COLS + 2) + col + ${right}) +: ${width}]),\n`;
  });
  return `// Cells in reading order: the one in row r and column c is state[${width} * (r * COLS + c) +: ${width}], rows from 0 on.
module ${name}_grid #(parameter ROWS = 8, parameter COLS = 8) (
  input wire clock,
  input wire load, // takes \`start\` instead of the next state
  input wire [${width} * ROWS * COLS - 1:0] start,
  output reg [${width} * ROWS * COLS - 1:0] state,
  output wire over, // the run is over: state is its end
  output wire doubt // a cell would hold no value of its fields
);
  wire [${width} * ROWS * COLS - 1:0] next;
  wire [${width} * (ROWS + 2) * (COLS + 2) - 1:0] all; // with what lies around the grid
  wire [ROWS * COLS - 1:0] doubts, halted;
  genvar row, col;
  generate
    for (row = 0; row < ROWS + 2; row = row + 1) begin : framed_row
      for (col = 0; col < COLS + 2; col = col + 1) begin : framed
        if (row == 0 || row == ROWS + 1 || col == 0 || col == COLS + 1)
          assign all[${width} * (row * (COLS + 2) + col) +: ${width}] = ${width}'b0;
        else
          assign all[${width} * (row * (COLS + 2) + col) +: ${width}] = state[${width} * ((row - 1) * COLS + col - 1) +: ${width}];
      end
    end
    for (row = 0; row < ROWS; row = row + 1) begin : cell_row
      for (col = 0; col < COLS; col = col + 1) begin : cells
        wire [${width - 1}:0] own = state[${width} * (row * COLS + col) +: ${width}];
        ${name}_cell step (
${near.join("")}        .up(row > 0), .down(row < ROWS - 1), .left(col > 0), .right(col < COLS - 1),
        .next(next[${width} * (row * COLS + col) +: ${width}]),
        .doubt(doubts[row * COLS + col]));
        assign halted[row * COLS + col] = ${haltedOf(over)};
      end
    end
  endgenerate
  assign doubt = |doubts;
  assign over = ${over === "at rest" ? "state == next" : "&halted"};
  always @(posedge clock) state <= load ? start : next;
endmodule
`;
}

const haltedOf = (over: CellCircuitText["over"]): string =>
  typeof over === "string" ? "1'b0" : anyOfCubes(over, "own", { zero: "1'b0", one: "1'b1" });

function bench(circuit: CellCircuitText, grid: Grid): string {
  const { identifier: name, planes, fields, over } = circuit;
  const { rows, cols, bits } = circuit.start(grid);
  const size = `${planes.length * rows * cols}`;
  const seen = fields.filter(({ isVisible }) => isVisible);
  return `// Runs a grid until its run is over, or for +steps=N steps, and prints its fields.
module ${name}_bench;
  reg clock = 0, load = 1;
  reg [${size} - 1:0] start = ${size}'b${[...bits].reverse().join("")};
  wire [${size} - 1:0] state;
  wire over, doubt;
  integer steps = 0, most, row, col, value;
  reg [${planes.length - 1}:0] own;
  ${name}_grid #(.ROWS(${rows}), .COLS(${cols})) grid (clock, load, start, state, over, doubt);
  initial begin
    if (!$value$plusargs("steps=%d", most)) most = ${over === "never" ? "1" : "2147483647"};
    #1 clock = 1; #1 clock = 0; load = 0; #1;
    while (steps < most && !over && !doubt) begin
      clock = 1; #1 clock = 0; #1;
      steps = steps + 1;
    end
    if (steps < most && !over) $display("after %0d steps a cell would hold no value of its fields", steps);
${seen.map((field, at) => printField(field, at, { rows, cols, width: planes.length, isOne: seen.length === 1 })).join("")}    $finish;
  end
endmodule
`;
}

interface Printed {
  readonly rows: number;
  readonly cols: number;
  readonly width: number;
  /** Whether it is the only field, which then has no title. */
  readonly isOne: boolean;
}

function printField(field: FieldText, at: number, { rows, cols, width, isOne }: Printed): string {
  const sum = field.worth.map(({ plane, adds }) => `${adds} * own[${plane}]`);
  const symbols = field.symbols?.map((symbol, value) => `          ${value}: $write(${quote(symbol)});\n`);
  const written =
    symbols === undefined
      ? '        $write("%0d", value);'
      : `        case (value)\n${symbols.join("")}        endcase`;
  return `${isOne ? "" : `    $display("${at > 0 ? "\\n" : ""}[%0s]", ${quote(field.name)});\n`}    for (row = 0; row < ${rows}; row = row + 1) begin
      for (col = 0; col < ${cols}; col = col + 1) begin
        own = state[${width} * (row * ${cols} + col) +: ${width}];
        value = ${[field.base, ...sum].join(" + ")};
${field.isCompact ? "" : '        if (col > 0) $write(" ");\n'}${written}
      end
      $write("\\n");
    end
`;
}
