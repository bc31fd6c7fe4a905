// Patterns (grid/patterns/rle.ts) headed by the rule of a network.
//
// Cells beyond the edge of a grid stay 0, so a pattern says that its plane is bounded (`:P30,20` after the rule).

import { InputError } from "../../diagnostics/diagnostic.ts";
import { TAPS } from "../../grid/direction.ts";
import type { Grid } from "../../grid/grid.ts";
import { headerOf, writeRle } from "../../grid/patterns/rle.ts";
import { startingGrid } from "../../grid/prepare.ts";
import type { Network } from "../network.ts";
import { type CellRule, cellRuleOf } from "./cell-rule.ts";

/**
 * A pattern file for a life-like network: `B3/S23`, and the cells of a grid if there is one.
 * @throws InputError if the network is not life-like, or does not take the grid
 */
export const exportRle = (network: Network, grid: Grid | null): string =>
  patternText(network, lifeLikeRule(cellRuleOf(network), network.program), grid);

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

// Life-like rules: two values, and the next one depends on the cell and on how many of its eight neighbours are 1.

const NEIGHBOURS = TAPS.filter((place) => place !== "here");

/**
 * The rule as `B3/S23`: how many neighbours let a cell be born, and how many let it survive.
 * @throws InputError if the rule is not life-like
 */
export function lifeLikeRule(rule: CellRule, program: string): string {
  const refuse = (why: string) =>
    new InputError(
      `${program} is not a life-like rule, which the format rle is for: ${why}; export it with --format golly`,
    );
  if (rule.values !== 2) throw refuse(`its cells have ${rule.values} values, not 2`);
  const digits = [0, 1].map((centre) => {
    const lives: (boolean | undefined)[] = [];
    for (let pattern = 0; pattern < 2 ** NEIGHBOURS.length; pattern++) {
      const count = NEIGHBOURS.filter((_, at) => (pattern >> at) & 1).length;
      const next = after(rule, pattern, centre) === 1;
      if ((lives[count] ?? next) !== next)
        throw refuse(
          `the next value depends on which ${count} of the eight neighbours are 1, not only on how many`,
        );
      lives[count] = next;
    }
    return lives.map((live, count) => (live ? count : "")).join("");
  });
  return `B${digits[0]}/S${digits[1]}`;
}

/** The next value of a cell whose neighbours are the bits of `pattern`. */
function after(rule: CellRule, pattern: number, centre: number): number {
  const around = NEIGHBOURS.reduce(
    (sums, place, at) => rule.add(sums, place, (pattern >> at) & 1),
    rule.start,
  );
  return rule.next(rule.add(around, "here", centre), centre);
}
