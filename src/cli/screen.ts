// A grid on a terminal: a cell is two columns wide where all cells fit, else half a character high. Colours are those of
// pictures; where colours are turned off, states are characters.

import { bounds, type Grid, type Shape } from "../grid/grid.ts";
import { type Colour, rgbOf, THEME, valueColours } from "../report/colours.ts";
import { hasDot, type PictureView } from "../report/view.ts";
import type { Io } from "./io.ts";

const ENTER = "\x1b[?1049h\x1b[?25l";
const LEAVE = "\x1b[?25h\x1b[?1049l";
const HOME = "\x1b[H";
const END_OF_LINE = "\x1b[K\r\n";
const REST = "\x1b[J";
const PLAIN = "\x1b[0m";

/** Rows and columns of cells that a terminal shows two columns wide, above a line of words. */
export const roomOf = ({ stdout }: Io): Shape => ({
  rows: Math.max(1, (stdout.rows || 24) - 1),
  cols: Math.max(1, Math.floor((stdout.columns || 80) / 2)),
});

export class Screen {
  readonly #io: Io;
  readonly #view: PictureView;
  /** A colour for each value of the field, from its first on. */
  readonly #colours: readonly Colour[];
  readonly #isPlain: boolean;
  /** The upper left cell that is shown. */
  #top = 0;
  #left = 0;

  constructor(io: Io, view: PictureView) {
    this.#io = io;
    this.#view = view;
    this.#colours = valueColours(view.fields[0]!.type);
    this.#isPlain = (io.env.NO_COLOR ?? "") !== "";
    io.stdout.write(ENTER);
  }

  /** Shows other cells, by a share of what is shown; the next drawing stays within the grid. */
  move(down: number, right: number): void {
    const { rows, cols } = roomOf(this.#io);
    this.#top += Math.round(down * rows);
    this.#left += Math.round(right * cols);
  }

  draw(grid: Grid, words: string): void {
    const room = roomOf(this.#io);
    const isWide = grid.rows <= room.rows && grid.cols <= room.cols;
    const [rows, cols] =
      isWide || this.#isPlain
        ? [room.rows, isWide ? room.cols : 2 * room.cols]
        : [2 * room.rows, 2 * room.cols];
    this.#top = Math.max(0, Math.min(this.#top, grid.rows - rows));
    this.#left = Math.max(0, Math.min(this.#left, grid.cols - cols));
    const bottom = Math.min(grid.rows, this.#top + rows);
    const right = Math.min(grid.cols, this.#left + cols);
    const lines: string[] = [];
    for (let row = this.#top; row < bottom; row += isWide || this.#isPlain ? 1 : 2)
      lines.push(this.#line(grid, row, right, isWide));
    const width = this.#io.stdout.columns || 80;
    this.#io.stdout.write(
      `${HOME}${lines.map((line) => line + END_OF_LINE).join("")}${words.slice(0, width - 1)}\x1b[K${REST}`,
    );
  }

  close(): void {
    this.#io.stdout.write(LEAVE);
  }

  #line(grid: Grid, row: number, right: number, isWide: boolean): string {
    let text = "";
    let style = "";
    const add = (next: string, characters: string) => {
      text += next === style ? characters : next + characters;
      style = next;
    };
    for (let col = this.#left; col < right; col++) {
      const at = row * grid.cols + col;
      if (this.#isPlain) add("", this.#character(grid, at));
      else if (isWide) add(this.#paint(48, this.#colour(grid, at)), this.#hasDot(grid, at) ? "()" : "  ");
      else {
        const below = row + 1 < grid.rows ? this.#paint(48, this.#mark(grid, at + grid.cols)) : PLAIN;
        add(below + this.#paint(38, this.#mark(grid, at)), "▀");
      }
    }
    return this.#isPlain ? text : text + PLAIN;
  }

  #character(grid: Grid, at: number): string {
    if (this.#hasDot(grid, at)) return "@";
    const state = this.#state(grid, at);
    return state === 0 ? "." : state.toString(36).slice(-1);
  }

  #state({ planes }: Grid, at: number): number {
    const { name, type } = this.#view.fields[0]!;
    return planes[name]![at]! - bounds(type).lo;
  }

  readonly #colour = (grid: Grid, at: number): Colour => this.#colours[this.#state(grid, at)]!;

  #hasDot({ planes }: Grid, at: number): boolean {
    const { dots } = this.#view;
    return dots !== null && hasDot(dots, planes[dots.name]![at]!);
  }

  /** The colour of a cell that has no room for a dot. */
  #mark(grid: Grid, at: number): Colour {
    return this.#hasDot(grid, at) ? THEME.wavefront : this.#colour(grid, at);
  }

  /** 38 is for what is written, 48 for what is behind it; terminals that do not promise more have 216 colours. */
  #paint(layer: 38 | 48, colour: Colour): string {
    const rgb = rgbOf(colour);
    if (/truecolor|24bit/.test(this.#io.env.COLORTERM ?? "")) return `\x1b[${layer};2;${rgb.join(";")}m`;
    const [red, green, blue] = rgb.map((each) => Math.round((each / 255) * 5));
    return `\x1b[${layer};5;${16 + 36 * red! + 6 * green! + blue!}m`;
  }
}
