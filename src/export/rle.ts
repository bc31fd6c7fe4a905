// Patterns in the run-length encoding that programs for cellular automata read, headed by the rule.
//
// Cells beyond the edge of a grid stay 0, so a pattern says that its plane is bounded (`:P30,20` after the rule).

import { planeOf } from "../grid/given.ts";
import { bounds, type Grid } from "../grid/grid.ts";
import { startingGrid } from "../grid/prepare.ts";
import type { Network } from "../network/network.ts";
import { cellRuleOf } from "./cell-rule.ts";
import { lifeLikeRule } from "./life-like.ts";

const LINE_LENGTH = 70;

/**
 * A pattern file for a life-like network: `B3/S23`, and the cells of a grid if there is one.
 * @throws InputError if the network is not life-like, or does not take the grid
 */
export function exportRle(network: Network, grid: Grid | null): string {
  return patternText(network, lifeLikeRule(cellRuleOf(network), network.program), grid);
}

/**
 * A pattern file for a network with one field, under the name of its rule. The grid is prepared, unless it has been.
 * @throws InputError if the network does not take the grid
 */
export function patternText(network: Network, rule: string, given: Grid | null): string {
  const { program, fields } = network;
  const comment = `#N ${program}\n`;
  if (given === null) return `${comment}x = 0, y = 0, rule = ${rule}\n!\n`;
  const grid = startingGrid(network, given);
  const { rows, cols } = grid;
  const field = fields[0]!;
  const { lo, hi } = bounds(field.type);
  const plane = planeOf(field, grid);
  const symbolOf = hi - lo === 1 ? (value: number) => "bo"[value]! : stateSymbol;
  const lines = Array.from({ length: rows }, (_, row) => {
    const values = Array.from(plane.subarray(row * cols, (row + 1) * cols), (value) => value - lo);
    const end = values.findLastIndex((value) => value !== 0);
    return values.slice(0, end + 1).map(symbolOf);
  });
  const position = `#CXRLE Pos=${-Math.floor(cols / 2)},${-Math.floor(rows / 2)}\n`;
  return `${comment}${position}x = ${cols}, y = ${rows}, rule = ${rule}:P${cols},${rows}\n${wrapped(runs(lines))}\n`;
}

/** `.` for 0, `A` to `X` for 1 to 24, then `pA` to `pX` and so on up to `yO` for 255. */
function stateSymbol(state: number): string {
  if (state === 0) return ".";
  const [page, letter] = [Math.floor((state - 1) / 24), (state - 1) % 24];
  const prefix = page === 0 ? "" : String.fromCharCode("p".charCodeAt(0) + page - 1);
  return prefix + String.fromCharCode("A".charCodeAt(0) + letter);
}

/** Runs such as `3o`, `$` between rows and `!` at the end; each row up to its last cell that is not 0. */
function runs(lines: readonly (readonly string[])[]): string[] {
  const used = lines.slice(0, lines.findLastIndex((line) => line.length > 0) + 1);
  const symbols = used.flatMap((line, row) => (row === 0 ? line : ["$", ...line]));
  const found: { symbol: string; length: number }[] = [];
  for (const symbol of symbols) {
    const last = found.at(-1);
    if (last?.symbol === symbol) last.length++;
    else found.push({ symbol, length: 1 });
  }
  return [...found.map(({ symbol, length }) => (length === 1 ? symbol : `${length}${symbol}`)), "!"];
}

function wrapped(items: readonly string[]): string {
  const lines = [""];
  for (const item of items) {
    if (lines.at(-1)!.length + item.length > LINE_LENGTH) lines.push("");
    lines[lines.length - 1] += item;
  }
  return lines.join("\n");
}
