// Which inputs matter to a channel: in random grids of any legal state, single values are changed, and cells are taken for
// cells off the grid. An input whose change never changes what the channel becomes is left out, until a proof says that it
// matters all the same: fewer inputs need fewer cases, to learn from and to prove.

import type { Rule } from "../../compiler/schedule/rule.ts";
import { ruleEngine } from "../../engines/rule.ts";
import { AXES, type Axis, OFFSETS, type Offset } from "../../grid/direction.ts";
import { bounds, copyOfPlanes, firstValue, type Grid, neighbourOf } from "../../grid/grid.ts";
import type { Random } from "../../grid/random.ts";
import { channelsFor, type Network } from "../../network/network.ts";
import { encode } from "../../network/state.ts";
import type { Neighbourhood } from "../../proof/prove/neighbourhood.ts";
import { tapsOf } from "./cases.ts";
import { anyGrid } from "./draw.ts";

/** Pairs of grids that are looked at, and how many times those until something was seen for the last time. */
const LEAST_PAIRS = 2000;
const MOST_PAIRS = 16_000;
const LONGER = 3;
/** Cells that are so far apart share no neighbour. */
const APART = 3;

export class Relevance {
  /** By channel, 1 for each input of a case that was seen to matter to it. */
  readonly #matters: readonly Uint8Array[];
  readonly #network: Network;
  readonly #rule: Rule;
  readonly #random: Random;
  readonly #step: (grid: Grid) => Grid;
  readonly #taps: readonly Offset[];
  /** Fields of several values, with the channels that code them. */
  readonly #fields: readonly {
    readonly name: string;
    readonly lo: number;
    readonly count: number;
    readonly codes: number[];
  }[];
  #isNews = false;

  constructor(network: Network, rule: Rule, random: Random) {
    const engine = ruleEngine(rule);
    this.#network = network;
    this.#rule = rule;
    this.#random = random;
    this.#step = (grid) => engine.step(grid);
    this.#taps = tapsOf(network);
    this.#fields = rule.fields.flatMap(({ name, type }) => {
      const { lo, hi } = bounds(type);
      return hi > lo ? [{ name, lo, count: hi - lo + 1, codes: channelsFor(network.channels, name) }] : [];
    });
    this.#matters = network.channels.map(() => new Uint8Array(network.channels.length * this.#taps.length));
  }

  /** Looks at pairs of grids until no more inputs show. */
  search(): void {
    let last = 0;
    for (let pair = 1; pair <= MOST_PAIRS && (pair <= LEAST_PAIRS || pair <= LONGER * last); pair++)
      if (this.#look()) last = pair;
  }

  /** Looks at a cell with every single value of its neighbourhood changed. */
  lookAt({ grid, row, col }: Neighbourhood): void {
    const at = row * grid.cols + col;
    const before = this.#next(grid);
    for (const [tap, offset] of this.#taps.entries()) {
      const other = neighbourOf(grid, at, offset);
      if (other === null) continue;
      for (const { name, lo, count, codes } of this.#fields)
        for (let more = 1; more < count; more++) {
          const planes = copyOfPlanes(grid);
          const plane = planes[name]!;
          plane[other] = lo + ((plane[other]! - lo + more) % count);
          this.#compare(before, this.#next({ ...grid, planes }), at, at, codes, tap);
        }
    }
  }

  /** The inputs that matter to a channel, as far as is known. */
  inputsOf(channel: number): number[] {
    return [...this.#matters[channel]!.entries()].flatMap(([input, isRead]) => (isRead === 1 ? [input] : []));
  }

  /** 1 for each input that matters to none of some channels. */
  othersOf(channels: readonly number[]): Uint8Array {
    return this.#matters[0]!.map((_, at) =>
      Number(channels.every((channel) => this.#matters[channel]![at] === 0)),
    );
  }

  /** Looks at a pair of grids; whether it showed an input to matter that was not known to. */
  #look(): boolean {
    this.#isNews = false;
    const grid = anyGrid(this.#rule, this.#random);
    this.#values(grid);
    this.#edge(grid, AXES[this.#random.int(AXES.length)]!);
    return this.#isNews;
  }

  /** Changes a value in every third cell each way. */
  #values(grid: Grid): void {
    const { rows, cols } = grid;
    const [top, left] = [this.#random.int(APART), this.#random.int(APART)];
    const planes = copyOfPlanes(grid);
    const changed = new Map<number, readonly number[]>();
    for (let row = top; row < rows; row += APART)
      for (let col = left; col < cols; col += APART) {
        const { name, lo, count, codes } = this.#fields[this.#random.int(this.#fields.length)]!;
        const cell = row * cols + col;
        const plane = planes[name]!;
        plane[cell] = lo + ((plane[cell]! - lo + 1 + this.#random.int(count - 1)) % count);
        changed.set(cell, codes);
      }
    const [before, after] = [this.#next(grid), this.#next({ ...grid, planes })];
    for (let cell = 0; cell < rows * cols; cell++)
      for (const [tap, offset] of this.#taps.entries()) {
        const codes = changed.get(neighbourOf(grid, cell, offset) ?? -1);
        if (codes !== undefined) this.#compare(before, after, cell, cell, codes, tap);
      }
  }

  /** Takes a line of cells in their first states away from an edge. */
  #edge(grid: Grid, side: Axis): void {
    const [down, right] = OFFSETS[side];
    const tap = this.#taps.findIndex(([d, r]) => d === down && r === right);
    const rows = grid.rows - Math.abs(down);
    const cols = grid.cols - Math.abs(right);
    if (tap < 0 || rows === 0 || cols === 0) return;
    const [top, left] = [down < 0 ? 1 : 0, right < 0 ? 1 : 0];
    const whole = copyOfPlanes(grid);
    const part: Record<string, Int32Array> = {};
    for (const { name, type } of this.#rule.fields) {
      part[name] = new Int32Array(rows * cols);
      for (let row = 0; row < grid.rows; row++)
        for (let col = 0; col < grid.cols; col++) {
          const [r, c] = [row - top, col - left];
          const cell = row * grid.cols + col;
          if (r < 0 || c < 0 || r >= rows || c >= cols) whole[name]![cell] = firstValue(type);
          else part[name][r * cols + c] = whole[name]![cell]!;
        }
    }
    const before = this.#next({ ...grid, planes: whole });
    const after = this.#next({ rows, cols, planes: part });
    const inside = this.#network.channels.flatMap(({ code }, channel) =>
      code.kind === "inside" ? [channel] : [],
    );
    for (let row = 0; row < rows; row++)
      for (let col = 0; col < cols; col++) {
        const isBeside =
          (down !== 0 && row + down === (down < 0 ? -1 : rows)) ||
          (right !== 0 && col + right === (right < 0 ? -1 : cols));
        if (isBeside)
          this.#compare(before, after, (row + top) * grid.cols + col + left, row * cols + col, inside, tap);
      }
  }

  #next(grid: Grid): Float32Array {
    return encode(this.#network, this.#step(grid));
  }

  /** Notes that, where a cell's channels differ, these inputs matter to them; of its own channels, beyond what is kept. */
  #compare(
    before: Float32Array,
    after: Float32Array,
    from: number,
    to: number,
    inputs: readonly number[],
    tap: number,
  ): void {
    const { length } = this.#network.channels;
    for (let channel = 0; channel < length; channel++) {
      if (before[from * length + channel] === after[to * length + channel]) continue;
      for (const input of inputs) {
        const at = input * this.#taps.length + tap;
        if (this.#matters[channel]![at] === 0) this.#isNews = true;
        this.#matters[channel]![at] = 1;
      }
    }
  }
}
