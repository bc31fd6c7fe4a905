// Shows a run step by step: an animation on a terminal, one frame below the other elsewhere.

import { setTimeout } from "node:timers/promises";
import type { Grid } from "../grid/grid.ts";
import type { GridField } from "../grid/layers.ts";
import { renderGrid } from "../grid/render.ts";
import { type Io, paint } from "./io.ts";

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
const CLEAR_LINE = "\x1b[K";

interface Watch {
  show(step: number, grid: Grid): Promise<void>;
  /** Gives the cursor back. To be called whatever happens. */
  close(): void;
}

/** `fps` frames a second on a terminal; elsewhere nobody waits. */
export const watch = (io: Io, fields: readonly GridField[], fps: number): Watch =>
  io.stdout.isTTY === true ? animation(io, fields, fps) : strip(io, fields);

const strip = (io: Io, fields: readonly GridField[]): Watch => ({
  async show(step, grid) {
    io.stdout.write(`step ${step}\n${renderGrid(grid, fields)}\n`);
  },
  close() {},
});

/** Frames are drawn over one another; what does not fit on the screen is left out, and said to be. */
function animation(io: Io, fields: readonly GridField[], fps: number): Watch {
  const { stdout } = io;
  let height = 0;
  let due = performance.now();
  return {
    async show(step, grid) {
      if (height === 0) stdout.write(HIDE_CURSOR);
      const lines = frame(io, fields, step, grid);
      const up = height === 0 ? "" : `\x1b[${height}A\r`;
      stdout.write(`${up}${lines.map((line) => `${line}${CLEAR_LINE}\n`).join("")}`);
      height = lines.length;
      due = Math.max(due, performance.now() - 1000) + 1000 / fps;
      await setTimeout(Math.max(0, due - performance.now()));
    },
    close() {
      if (height > 0) stdout.write(SHOW_CURSOR);
    },
  };
}

function frame(io: Io, fields: readonly GridField[], step: number, grid: Grid): string[] {
  const columns = io.stdout.columns || 80;
  const rows = io.stdout.rows || 24;
  const drawn = renderGrid(grid, fields, columns - 1)
    .trimEnd()
    .split("\n");
  const room = rows - 2;
  const lines =
    drawn.length <= room ? drawn : [...drawn.slice(0, room - 1), `... ${drawn.length - room + 1} more lines`];
  return [paint(io, io.stdout, "bold", `step ${step}`), ...lines.map((line) => line.slice(0, columns - 1))];
}
