// Life-like rules: two values, and the next one depends on the cell and on how many of its eight neighbours are 1.

import { InputError } from "../diagnostics/diagnostic.ts";
import type { CellRule, Place } from "./cell-rule.ts";

const NEIGHBOURS: readonly Place[] = [-1, 0, 1].flatMap((row) =>
  [-1, 0, 1].filter((col) => row !== 0 || col !== 0).map((col): Place => [row, col]),
);

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
  return rule.next(rule.add(around, [0, 0], centre), centre);
}
