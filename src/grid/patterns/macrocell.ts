// Patterns in Golly's macrocell format (`.mc`): a quadtree whose equal parts are written once. The grid is the smallest
// rectangle around the cells, which is looked for in the tree before a cell is written.

import { spend } from "../../diagnostics/budget.ts";
import { InputError } from "../../diagnostics/diagnostic.ts";
import type { Grid } from "../grid.ts";
import type { GridField, GridFileFormat } from "../layers.ts";
import {
  dotOrStar,
  type PatternRun,
  patternField,
  patternGrid,
  patternOf,
  requireCells,
  symbolRuns,
} from "./pattern.ts";

/** Golly's own trees are no deeper. */
const MOST_LEVELS = 200;
/** Rows and columns of a leaf, and its level. */
const LEAF = 8;
const LEAF_LEVEL = 3;

/** The smallest rectangle around the cells of a node; ends are exclusive, and nodes can be larger than 2^53. */
interface Box {
  readonly top: bigint;
  readonly left: bigint;
  readonly bottom: bigint;
  readonly right: bigint;
}

/** A square of 2^level rows and columns that has cells of other states than 0. */
interface TreeNode {
  readonly level: number;
  readonly box: Box;
  /** Cells of a leaf, within it. */
  readonly runs: readonly PatternRun[];
  /** North-west, north-east, south-west and south-east; null where a quarter has no cells. */
  readonly quarters: readonly (TreeNode | null)[];
}

export const MACROCELL = {
  extensions: [".mc"],
  isCertain: (text) => text.startsWith("[M2]"),
  read: readMacrocell,
} satisfies GridFileFormat;

/**
 * Reads the one field of a pattern.
 * @throws InputError with the line, what was found and what was expected
 */
function readMacrocell(text: string, file: string, fields: readonly GridField[]): Grid {
  const field = patternField(fields, file);
  const root = treeIn(text, file);
  if (root === null) throw new InputError(`${file}: found a pattern without cells, expected at least one`);
  const { box } = root;
  const shape = { rows: Number(box.bottom - box.top), cols: Number(box.right - box.left) };
  requireCells(shape, file);
  const runs: PatternRun[] = [];
  write(root, -box.top, -box.left, runs);
  return patternGrid(patternOf(runs, shape), file, field);
}

/** The last node, which is the whole pattern; null if it has no cells. */
function treeIn(text: string, file: string): TreeNode | null {
  const nodes: (TreeNode | null)[] = [null];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!.trim();
    if (line === "" || line.startsWith("#") || (at === 0 && line.startsWith("["))) continue;
    spend();
    nodes.push(/^[.*$]/.test(line) ? leafOf(line, at, file) : nodeOf(line, at, nodes, file));
  }
  if (nodes.length === 1)
    throw new InputError(`${file}: found no nodes, expected at least one below the line [M2]`);
  return nodes.at(-1)!;
}

/** Eight rows of two states, each up to its last cell: `..*$.*$***$`. */
function leafOf(line: string, at: number, file: string): TreeNode | null {
  const wrong = (column: number, symbol: string) =>
    new InputError(
      `${file}, line ${at + 1}, column ${column}: found \`${symbol}\`, expected . * or $ in the rows of an 8x8 square`,
    );
  const rows = line.replace(/\$$/, "").split("$");
  const runs = rows.flatMap((row, index) => {
    if (index >= LEAF || row.length > LEAF)
      throw new InputError(
        `${file}, line ${at + 1}: found ${rows.length} rows of up to ${row.length} cells, expected at most ${LEAF} of ${LEAF}`,
      );
    return symbolRuns(row, { row: index, col: 0, line: at + 1 }, dotOrStar, wrong);
  });
  if (runs.length === 0) return null;
  const all = <T>(each: (run: PatternRun) => T) => runs.map(each);
  return {
    level: LEAF_LEVEL,
    box: {
      top: BigInt(Math.min(...all(({ row }) => row))),
      bottom: BigInt(Math.max(...all(({ row }) => row + 1))),
      left: BigInt(Math.min(...all(({ col }) => col))),
      right: BigInt(Math.max(...all(({ col, length }) => col + length))),
    },
    runs,
    quarters: [],
  };
}

/** `level nw ne sw se`: the four numbers are nodes above, or states where the level is 1. */
function nodeOf(
  line: string,
  at: number,
  nodes: readonly (TreeNode | null)[],
  file: string,
): TreeNode | null {
  const numbers = line.split(/\s+/).map(Number);
  const [level, ...parts] = numbers as [number, ...number[]];
  const wrong = (expected: string) =>
    new InputError(`${file}, line ${at + 1}: found \`${line.slice(0, 60)}\`, expected ${expected}`);
  if (parts.length !== 4 || !numbers.every((each) => Number.isInteger(each) && each >= 0))
    throw wrong("a level and four numbers of nodes, such as `4 0 1 0 2`, or a square such as `.*$***$`");
  if (level < 1 || level > MOST_LEVELS) throw wrong(`a level from 1 to ${MOST_LEVELS}`);
  if (level === 1) return statesOf(parts, at, wrong);
  const quarters = parts.map((part) => {
    const node = nodes[part];
    if (node === undefined) throw wrong(`numbers of the ${nodes.length - 1} nodes above, or 0`);
    if (node !== null && node.level !== level - 1)
      throw wrong(
        `nodes of level ${level - 1} below level ${level}, not node ${part}, which is of level ${node.level}`,
      );
    return node;
  });
  return joined(level, quarters);
}

function statesOf(
  states: readonly number[],
  at: number,
  wrong: (expected: string) => InputError,
): TreeNode | null {
  if (states.some((state) => state > 255)) throw wrong("states from 0 to 255");
  const quarters = states.map((state): TreeNode | null => {
    if (state === 0) return null;
    const run = { row: 0, col: 0, length: 1, state, line: at + 1 };
    return { level: 0, box: { top: 0n, left: 0n, bottom: 1n, right: 1n }, runs: [run], quarters: [] };
  });
  return joined(1, quarters);
}

function joined(level: number, quarters: readonly (TreeNode | null)[]): TreeNode | null {
  const half = 1n << BigInt(level - 1);
  const boxes = quarters.flatMap((quarter, at) => {
    if (quarter === null) return [];
    const [down, right] = [at >= 2 ? half : 0n, at % 2 === 1 ? half : 0n];
    const { box } = quarter;
    return [
      { top: box.top + down, bottom: box.bottom + down, left: box.left + right, right: box.right + right },
    ];
  });
  if (boxes.length === 0) return null;
  const box = boxes.reduce((one, other) => ({
    top: least(one.top, other.top),
    left: least(one.left, other.left),
    bottom: -least(-one.bottom, -other.bottom),
    right: -least(-one.right, -other.right),
  }));
  return { level, box, runs: [], quarters };
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** Writes the cells of a node whose corner is in a row and column of the grid. */
function write(node: TreeNode, row: bigint, col: bigint, runs: PatternRun[]): void {
  spend();
  for (const run of node.runs) runs.push({ ...run, row: run.row + Number(row), col: run.col + Number(col) });
  const half = node.level === 0 ? 0n : 1n << BigInt(node.level - 1);
  for (const [at, quarter] of node.quarters.entries())
    if (quarter !== null) write(quarter, row + (at >= 2 ? half : 0n), col + (at % 2 === 1 ? half : 0n), runs);
}
