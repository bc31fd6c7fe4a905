// What goes along with a run of a network that may take long: its progress on the terminal, checkpoints, and the place
// where an interrupt has stopped it.

import { plural, showCount } from "../diagnostics/count.ts";
import type { Pause, Snapshot } from "../engines/run.ts";
import type { Grid } from "../grid/grid.ts";
import type { Network } from "../network/network.ts";
import { encode } from "../network/state.ts";
import { readBytesIfThere, removeLeftovers, writeAtomically } from "./files.ts";
import { type Io, remark } from "./io.ts";
import { statusLine } from "./progress.ts";

interface LongRunOptions {
  /** Where to keep the state; a run whose file is there goes on from it. */
  readonly checkpoint?: string | undefined;
  /** Seconds between two checkpoints. */
  readonly every: number;
  /** The most steps, if anybody knows. */
  readonly most: number | null;
  /** Whether progress is shown. */
  readonly progress: boolean;
}

interface LongRun {
  /** Where to begin, if not at the beginning. */
  readonly from: Snapshot | undefined;
  /** To be called now and then, at the end, and before the run is aborted. */
  onPause(pause: Pause): Promise<void>;
  /** Tells where the run was interrupted; null if it was not. */
  reached(): Snapshot | null;
  /** Clears the terminal. To be called whatever happens. */
  close(): void;
}

/** Gets ready for a run on a grid; reads the checkpoint, and writes the first one, to see that it can be written. */
export async function longRun(
  io: Io,
  network: Network,
  input: Grid,
  { checkpoint, every, most, progress }: LongRunOptions,
): Promise<LongRun> {
  const store = checkpoint === undefined ? null : await openStore(io, network, input, checkpoint);
  const from = store?.from;
  const length = { cells: input.rows * input.cols, from: from?.steps ?? 0, most };
  const line = progress ? runProgress(io, network.program, length) : null;
  let reached: Snapshot | null = null;
  let written = performance.now();
  return {
    from,
    async onPause(pause) {
      line?.update(pause.steps);
      const isDue = pause.last === "end" || performance.now() - written >= every * 1000;
      const isSaved = store !== null && isDue;
      if (!isSaved && pause.last !== "abort") return;
      const snapshot = await pause.snapshot();
      if (pause.last === "abort") reached = snapshot;
      await store?.write(snapshot);
      written = performance.now();
    },
    reached: () => reached,
    close: () => line?.close(),
  };
}

interface Store {
  readonly from: Snapshot | undefined;
  write(snapshot: Snapshot): Promise<void>;
}

async function openStore(io: Io, network: Network, input: Grid, path: string): Promise<Store> {
  const { originOf, readCheckpoint, writeCheckpoint } = await import("../engines/checkpoint.ts");
  const state = encode(network, input);
  const origin = originOf(network, input, state);
  const write = (snapshot: Snapshot) => writeAtomically(io, path, writeCheckpoint(origin, snapshot));
  await removeLeftovers(io, path);
  const bytes = await readBytesIfThere(io, path);
  if (bytes === null) {
    await write({ steps: 0, state, kept: null });
    return { from: undefined, write };
  }
  const from = readCheckpoint(bytes, path, origin);
  if (from.steps > 0)
    remark(io, `${network.program}: going on after ${plural(from.steps, "step")} (${path})`);
  return { from, write };
}

interface RunLength {
  /** Cells of the grid. */
  readonly cells: number;
  /** Where the run begins: 0, or where an earlier one has ended. */
  readonly from: number;
  /** The most steps, if anybody knows. */
  readonly most: number | null;
}

/** Runs that are over before need no line. In milliseconds. */
const PATIENCE = 1000;
/** The rate is that of the last seconds, so that it follows a run whose steps get slower. */
const WINDOW = 5000;
const BAR_WIDTH = 24;

/** Says how far a run has come; `now` is in milliseconds. */
export function runProgress(io: Io, name: string, length: RunLength, now = () => performance.now()) {
  const line = statusLine(io, PATIENCE, now);
  let past = [{ time: now(), steps: length.from }];
  return {
    update: (steps: number) =>
      line.update((time) => {
        past = [...past.filter((each) => time - each.time < WINDOW || each === past.at(-1)), { time, steps }];
        const first = past[0]!;
        return progressLine(name, steps, (1000 * (steps - first.steps)) / (time - first.time), length);
      }),
    close: line.close,
  };
}

/** Such as `life [====>     ] 1,234/5,000 steps  1.3e+9 cell-steps/s  0:12 left`; `rate` is in steps a second. */
export function progressLine(name: string, steps: number, rate: number, { cells, most }: RunLength): string {
  const speed = `${(rate * cells).toExponential(1)} cell-steps/s`;
  if (most === null) return `${name}: ${plural(steps, "step")}  ${speed}`;
  const filled = Math.round((BAR_WIDTH * steps) / Math.max(1, most));
  const bar = "=".repeat(filled).padEnd(BAR_WIDTH);
  const left = rate > 0 ? `  ${clock((most - steps) / rate)} left` : "";
  return `${name} [${bar}] ${showCount(steps)}/${plural(most, "step")}  ${speed}${left}`;
}

/** Seconds as `0:07`, `12:34` or `1:02:03`. */
function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
