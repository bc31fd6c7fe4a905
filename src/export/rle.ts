// Patterns (grid/rle.ts) headed by the rule of a network.
//
// Cells beyond the edge of a grid stay 0, so a pattern says that its plane is bounded (`:P30,20` after the rule).

import type { Grid } from "../grid/grid.ts";
import { startingGrid } from "../grid/prepare.ts";
import { headerOf, writeRle } from "../grid/rle.ts";
import type { Network } from "../network/network.ts";
import { cellRuleOf } from "./cell-rule.ts";
import { lifeLikeRule } from "./life-like.ts";

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
  const position = `#CXRLE Pos=${-Math.floor(cols / 2)},${-Math.floor(rows / 2)}\n`;
  return `${comment}${position}${writeRle(grid, fields.slice(0, 1), `${headerOf(grid)}, rule = ${rule}:P${cols},${rows}`)}`;
}
