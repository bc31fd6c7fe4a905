// What whole times are spent on: a run in this process by its parts, and a process of `tapeloom run` by the same calls here.

import { compile } from "../../src/compile.ts";
import type { Engine, Run } from "../../src/engines/engine.ts";
import { runNetwork } from "../../src/engines/run.ts";
import type { Grid } from "../../src/grid/grid.ts";
import type { Network } from "../../src/network/network.ts";
import { librarySource, timed } from "../setup.ts";
import { runTapeloom } from "./outside.ts";
import { medianRun, type Parts } from "./row.ts";

export const sumOf = (parts: Parts): number =>
  Object.values(parts).reduce((sum, seconds) => sum + seconds, 0);

/** Runs a network, and says when its first step began and its last one ended. */
export async function timedRun(
  network: Network,
  engine: Engine,
  grid: Grid,
  options: Parameters<typeof runNetwork>[3],
): Promise<{ readonly parts: Parts; readonly grid: Grid; readonly steps: number }> {
  const begin = performance.now();
  let [started, stepped] = [begin, begin];
  /** Notices the end of some steps. */
  const noticed = async <T>(steps: Promise<T>): Promise<T> => {
    const made = await steps;
    stepped = performance.now();
    return made;
  };
  const watching = (run: Run): Run => {
    const { watched } = run;
    started = performance.now();
    return {
      ...run,
      advance: (steps) => noticed(run.advance(steps)),
      ...(watched !== undefined && {
        watched: { ...watched, advance: (steps, watch) => noticed(watched.advance(steps, watch)) },
      }),
    };
  };
  const seen: Engine = { ...engine, start: (shape, states) => watching(engine.start(shape, states)) };
  const result = await runNetwork(network, seen, grid, options);
  const end = performance.now();
  const parts = { in: started - begin, step: stepped - started, out: end - stepped };
  const inSeconds = Object.entries(parts).map(([name, time]) => [name, time / 1000]);
  return { parts: Object.fromEntries(inSeconds), grid: result.grid, steps: result.steps };
}

/** What a process `tapeloom run` does, in calls. */
interface Replay {
  readonly program: string;
  read(network: Network): Grid;
  engine(network: Network): Engine | Promise<Engine>;
  readonly options: Parameters<typeof runNetwork>[3];
  write(grid: Grid, network: Network): void;
}

/**
 * The parts of a process that took some seconds in all. To start is what a process takes that does nothing; what is left
 * over is parted as the calls are here.
 */
export async function replayed(whole: number, { program, options, ...calls }: Replay): Promise<Parts> {
  const compiled = await timed(() => compile(librarySource(program), { effort: 0 }));
  const { network } = compiled.result;
  const read = await timed(() => calls.read(network));
  const prepared = await timed(() => calls.engine(network));
  const { parts, grid } = await timedRun(network, prepared.result, read.result, options);
  prepared.result.close();
  const written = await timed(() => calls.write(grid, network));
  const known = {
    read: read.seconds,
    compile: compiled.seconds,
    prepare: prepared.seconds + parts.in! + parts.out!,
    step: parts.step!,
    write: written.seconds,
  };
  const idle = await medianRun(() => runTapeloom(["--version"], "."));
  const start = Math.min(idle.seconds, whole);
  const scale = (whole - start) / sumOf(known);
  return { start, ...Object.fromEntries(Object.entries(known).map(([name, part]) => [name, scale * part])) };
}
