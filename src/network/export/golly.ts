// A network with one field as a rule for Golly (golly.sourceforge.io): a .rule file with a tree.
//
// Golly's tree asks for the neighbours one after another, in a fixed order, and for the cell itself at last. Equal
// nodes are written once. They are found without looking at every neighbourhood: see `cellRuleOf`.

import { InputError } from "../../diagnostics/diagnostic.ts";
import { cached } from "../../diagnostics/memo.ts";
import type { Place } from "../../grid/direction.ts";
import type { Grid } from "../../grid/grid.ts";
import type { Network } from "../network.ts";
import { type CellRule, CORNERS, cellRuleOf } from "./cell-rule.ts";
import { patternText } from "./rle.ts";

/** In Golly's order, as `CORNERS` are. */
const SIDES = ["up", "left", "right", "down"] as const;

/** Golly's own limit. */
const MOST_STATES = 256;
/** A file of some ten megabytes. */
const MOST_NODES = 500_000;

/**
 * The text of the rule file, which must be saved as `name`.rule.
 * @throws InputError if the network is no cellular automaton that Golly could run
 */
export function exportGolly(network: Network, name: string): string {
  requireRuleName(name);
  const rule = cellRuleOf(network);
  if (rule.values < 2 || rule.values > MOST_STATES)
    throw new InputError(
      `${network.program}: found cells of ${rule.values} values, but Golly takes 2 to ${MOST_STATES};` +
        " export it in another format",
    );
  const neighbours = rule.diagonal ? [...CORNERS, ...SIDES] : SIDES;
  const nodes = treeOf(rule, [...neighbours, "here"], network.program);
  return [
    `@RULE ${name}`,
    "",
    `The program ${network.program}, compiled by tapeloom. State 0 is the first value of ${rule.field.name}; its`,
    "grids have edges, so give the rule a bounded plane, such as :P30,20.",
    "",
    "@TREE",
    `num_states=${rule.values}`,
    `num_neighbors=${neighbours.length}`,
    `num_nodes=${nodes.length}`,
    ...nodes,
    "",
  ].join("\n");
}

/**
 * A grid as a pattern for the rule of that name.
 * @throws InputError if no rule can be called so, or the grid is none of the network
 */
export function gollyPattern(network: Network, name: string, grid: Grid): string {
  requireRuleName(name);
  return patternText(network, name, grid);
}

/** Rules are files of their name, which stands in the header of patterns before the plane. */
function requireRuleName(name: string): void {
  if (name.trim() === "" || /[\p{Cc}:,/\\]/u.test(name))
    throw new InputError(
      `found ${JSON.stringify(name)} as the name of a rule, expected one that files can have, without : and ,`,
    );
}

/** The lines of the tree, children before parents. */
function treeOf(rule: CellRule, order: readonly Place[], program: string): readonly string[] {
  const nodes: string[] = [];
  const numbers = new Map<string, number>();
  const seen = order.map(() => new Map<string, number>());
  const numberOf = (line: string): number =>
    cached(numbers, line, () => {
      if (nodes.length >= MOST_NODES) throw tooLarge(program);
      return nodes.push(line) - 1;
    });
  const build = (at: number, sums: CellRule["start"]): number =>
    cached(seen[at]!, sums.join(), () => {
      if (seen[at]!.size >= MOST_NODES) throw tooLarge(program);
      const isLast = at === order.length - 1;
      const children = Array.from({ length: rule.values }, (_, value) => {
        const sum = rule.add(sums, order[at]!, value);
        return isLast ? rule.next(sum, value) : build(at + 1, sum);
      });
      return numberOf(`${order.length - at} ${children.join(" ")}`);
    });
  build(0, rule.start);
  return nodes;
}

const tooLarge = (program: string) =>
  new InputError(
    `${program}: its rule has too many cases for Golly (a tree of more than ${MOST_NODES} nodes);` +
      " export it in another format",
  );
