// Grids as the neighbourhoods that their cells see, each kept once, with what the rule makes of it: runs on many grids
// and of many similar networks see the same few thousand again and again.

import type { Rule } from "../../compiler/schedule/rule.ts";
import { cached } from "../../diagnostics/memo.ts";
import { ruleEngine } from "../../engines/rule.ts";
import { TAP_OFFSETS } from "../../grid/direction.ts";
import { type Grid, neighbourOf } from "../../grid/grid.ts";
import type { Network } from "../../network/network.ts";
import { decode, encode } from "../../network/state.ts";

/** A grid of cells by number. Cell 0 is off the grid: all its channels are zero. */
export interface Cells {
  readonly rows: number;
  readonly cols: number;
  readonly cells: Int32Array;
}

/** More numbers than there can be of cells and neighbourhoods. */
const MOST = 2 ** 26;
/** What the rule's step tells beside next values; no field has such a name. */
const HALTS = "halts now";

export class Neighbourhoods {
  readonly #rule: Rule;
  readonly #network: Network;
  readonly #engine: ReturnType<typeof ruleEngine>;
  readonly #cells = new Map<string, number>();
  readonly #pairs = new Map<number, number>();
  readonly #patches = new Map<number, number>();
  /** By cell: its channels. */
  readonly channels: Float32Array[];
  /** By neighbourhood: its nine cells, row by row. */
  readonly seen: Int32Array[] = [];
  /** By neighbourhood: the middle cell one step later. */
  readonly next: number[] = [];
  readonly #halts: boolean[] = [];

  /** `network` gives the order of channels. */
  constructor(rule: Rule, network: Network) {
    const { stop, updates } = rule;
    const halting = stop.kind === "halted" ? [{ field: HALTS, value: stop.when }] : [];
    this.#rule = rule;
    this.#network = network;
    this.#engine = ruleEngine({ ...rule, updates: [...updates, ...halting] });
    this.channels = [new Float32Array(network.channels.length)];
  }

  /** The grid of all fields before the first step. */
  start(input: Grid): Cells {
    return this.#cellsOf(this.#engine.start(input));
  }

  #cellsOf(grid: Grid): Cells {
    const width = this.#network.channels.length;
    const state = encode(this.#network, grid);
    const cells = Int32Array.from({ length: grid.rows * grid.cols }, (_, at) =>
      this.#cell(state.slice(at * width, (at + 1) * width)),
    );
    return { rows: grid.rows, cols: grid.cols, cells };
  }

  /** Networks without channels have one kind of cell, too. */
  #cell(channels: Float32Array): number {
    return cached(this.#cells, channels.join(), () => this.channels.push(channels) - 1);
  }

  /** The network's state in such a grid. */
  stateOf({ cells }: Cells): Float32Array {
    const width = this.#network.channels.length;
    const state = new Float32Array(cells.length * width);
    for (const [at, cell] of cells.entries()) state.set(this.channels[cell]!, at * width);
    return state;
  }

  /** Returns what every cell sees, by number. */
  around(grid: Cells): Int32Array {
    const { rows, cols, cells } = grid;
    const rowsOfThree = new Int32Array((rows + 2) * cols);
    const at = (row: number, col: number): number => (col < 0 || col >= cols ? 0 : cells[row * cols + col]!);
    const outside = this.#three(0, 0, 0);
    rowsOfThree.fill(outside);
    for (let row = 0; row < rows; row++)
      for (let col = 0; col < cols; col++)
        rowsOfThree[(row + 1) * cols + col] = this.#three(at(row, col - 1), at(row, col), at(row, col + 1));
    const found = new Int32Array(rows * cols);
    for (let cell = 0; cell < found.length; cell++) {
      const both = this.#pair(rowsOfThree[cell]!, rowsOfThree[cell + cols]!);
      found[cell] = this.#patch(both * MOST + rowsOfThree[cell + 2 * cols]!, grid, cell);
    }
    return found;
  }

  #three(left: number, here: number, right: number): number {
    return this.#pair(this.#pair(left, here), right);
  }

  #pair(one: number, other: number): number {
    const key = one * MOST + other;
    const known = this.#pairs.get(key);
    if (known !== undefined) return known;
    this.#pairs.set(key, this.#pairs.size);
    return this.#pairs.size - 1;
  }

  #patch(key: number, grid: Cells, cell: number): number {
    const known = this.#patches.get(key);
    if (known !== undefined) return known;
    const seen = Int32Array.from(TAP_OFFSETS, (offset) => {
      const at = neighbourOf(grid, cell, offset);
      return at === null ? 0 : grid.cells[at]!;
    });
    this.#patches.set(key, this.seen.length);
    this.next.push(-1);
    this.#halts.push(false);
    return this.seen.push(seen) - 1;
  }

  /** The rule's step from a grid, of which `around` says what its cells see; and whether all cells had halted before. */
  step(grid: Cells, around: Int32Array): { readonly next: Cells; readonly hasHalted: boolean } {
    if (around.some((patch) => this.next[patch]! < 0)) this.#learn(grid, around);
    return {
      next: { ...grid, cells: around.map((patch) => this.next[patch]!) },
      hasHalted: around.every((patch) => this.#halts[patch]!),
    };
  }

  #learn(grid: Cells, around: Int32Array): void {
    const after = this.#engine.step(decode(this.#network, grid, this.stateOf(grid)));
    const { cells } = this.#cellsOf(after);
    for (const [cell, patch] of around.entries()) {
      this.next[patch] = cells[cell]!;
      this.#halts[patch] = this.#rule.stop.kind === "halted" && after.planes[HALTS]![cell] === 1;
    }
  }
}
