// The frames of a run that a picture may show. A run's length is not known beforehand, so the recorder keeps every
// frame until there are too many, then every second one, then every fourth ...: what it holds is bounded, and
// evenly spread at any time.

import { InputError } from "../diagnostics/diagnostic.ts";
import { hasPlane, missingPlane } from "../grid/given.ts";
import type { Grid } from "../grid/grid.ts";
import { withParts } from "../network/cell-number.ts";
import { heldBy, type Network } from "../network/network.ts";

export interface Frame {
  /** Steps that were made before; 0 is the input. */
  readonly step: number;
  /** The fields that may be drawn. */
  readonly grid: Grid;
  /** 1 for each cell that completed an instruction in this step; null where every cell does, or none can tell. */
  readonly completed: Uint8Array | null;
  /** 1 for each cell that has halted; null where cells do not halt for good. */
  readonly halted: Uint8Array | null;
}

/** What says how far the cells are: a network, or null for engines that have no such thing. */
export type CellClock = Pick<Network, "channels" | "parts" | "schedule" | "stop"> | null;

export interface RecordOptions {
  readonly progress: CellClock;
  /** Names of the fields to keep. */
  readonly fields: readonly string[];
  /** Frames to hold, at least 2. */
  readonly most: number;
  /** The steps to keep, instead of an even choice. */
  readonly steps?: readonly number[] | undefined;
}

export interface Recorder {
  /** Takes the grid of all fields after a step, step 0 first; the grid must not change later. */
  add(step: number, grid: Grid): void;
  /**
   * The frames kept, first and last step among them where none were asked for.
   * @throws InputError if a step that was asked for never came
   */
  frames(): readonly Frame[];
}

/** Watches a run. */
export function recordFrames({ progress, fields, most, steps }: RecordOptions): Recorder {
  const wanted = steps === undefined ? null : new Set(steps);
  const clock = progress?.schedule.clock ?? null;
  const haltedCells = haltedTest(progress);
  // A run may be over when all cells satisfy a condition that comes and goes in each: that is no halting.
  let forGood = true;
  let kept: Frame[] = [];
  let stride = 1;
  let latest: Frame | null = null;
  let clockBefore: Int32Array | undefined;
  return {
    add(step, grid) {
      const clockNow = clock === null ? undefined : grid.planes[clock.field];
      const ticked = clock === null ? null : ticks(clock.event, clockBefore, clockNow);
      clockBefore = clockNow;
      const isWanted = wanted === null ? step % stride === 0 : wanted.has(step);
      const planes = Object.fromEntries(fields.map((name) => [name, planeIn(grid, name)]));
      const { rows, cols } = grid;
      const halted = haltedCells(grid);
      if (halted !== null && latest?.halted?.some((was, cell) => was > halted[cell]!)) forGood = false;
      latest = { step, grid: { rows, cols, planes }, completed: ticked, halted };
      if (isWanted) kept.push(latest);
      if (wanted !== null || kept.length < most) return;
      stride *= 2;
      kept = kept.filter((frame) => frame.step % stride === 0);
    },
    frames() {
      if (wanted !== null) checkSteps(wanted, latest?.step ?? 0);
      const all = wanted !== null || latest === null || kept.includes(latest) ? kept : [...kept, latest];
      return forGood ? all : all.map((frame) => ({ ...frame, halted: null }));
    },
  };
}

function planeIn(grid: Grid, name: string): Int32Array {
  if (hasPlane(grid, name)) return grid.planes[name]!;
  throw missingPlane(name, grid);
}

function checkSteps(wanted: ReadonlySet<number>, last: number): void {
  const missing = [...wanted].find((step) => step > last);
  if (missing === undefined) return;
  throw new InputError(
    `there is no step ${missing} to draw: the run was over after ${last}; give smaller steps`,
  );
}

/** At most `count` frames, evenly spread from the first to the last. */
export function spreadFrames(frames: readonly Frame[], count: number): readonly Frame[] {
  if (frames.length <= count) return frames;
  const [first, last] = [frames[0]!.step, frames[frames.length - 1]!.step];
  const chosen = new Set<Frame>();
  for (let nth = 0; nth < count; nth++) {
    const target = count === 1 ? last : first + ((last - first) * nth) / (count - 1);
    chosen.add(nearestFrame(frames, target));
  }
  return [...chosen];
}

const nearestFrame = (frames: readonly Frame[], step: number): Frame =>
  frames.reduce((best, frame) => (Math.abs(frame.step - step) < Math.abs(best.step - step) ? frame : best));

/** The cells whose clock says that they completed an instruction between two moments. */
function ticks(
  event: "changes" | "on",
  before: Int32Array | undefined,
  now: Int32Array | undefined,
): Uint8Array | null {
  if (now === undefined) return null;
  if (before === undefined) return new Uint8Array(now.length);
  return Uint8Array.from(now, (value, cell) => Number(event === "on" ? value === 1 : value !== before[cell]));
}

/** The cells that satisfy the stop rule, by the fields that its channels stand for. */
function haltedTest(progress: CellClock): (grid: Grid) => Uint8Array | null {
  if (progress === null || progress.stop.kind !== "halted") return () => null;
  const codes = new Map(withParts(progress).channels.map(({ name, code }) => [name, code]));
  const isOn = ({ planes }: Grid, cell: number, channel: string): boolean => {
    const code = codes.get(channel);
    if (code === undefined) throw new Error(`internal: the stop rule asks for an unknown channel ${channel}`);
    if (code.kind === "inside") return true;
    return heldBy(code, planes[code.field]![cell]!) > 0.5;
  };
  const { cubes } = progress.stop;
  return (grid) =>
    Uint8Array.from({ length: grid.rows * grid.cols }, (_, cell) =>
      Number(
        cubes.some(
          ({ on, off }) =>
            on.every((channel) => isOn(grid, cell, channel)) &&
            !off.some((channel) => isOn(grid, cell, channel)),
        ),
      ),
    );
}
