// Engines on batches of grids, and runs that are stopped and gone on with.

import { originOf, readCheckpoint, writeCheckpoint } from "../../../src/engines/checkpoint.ts";
import type { Engine } from "../../../src/engines/engine.ts";
import { runNetwork, type Snapshot } from "../../../src/engines/run.ts";
import { type Grid, sameGrid } from "../../../src/grid/grid.ts";
import type { Network } from "../../../src/network/network.ts";
import type { Random } from "../random.ts";
import type { DirectRun } from "./engines.ts";
import { type Case, Failure } from "./failure.ts";

/** Grids of a batch do not disturb one another: those of a run at several steps go on side by side. */
export async function compareBatch(
  random: Random,
  kind: string,
  engine: Engine,
  input: Grid,
  { states }: DirectRun,
  on: Case,
): Promise<void> {
  const steps = random.int(Math.min(states.length, 9));
  const starts = Array.from({ length: random.between(2, 3) }, () => random.int(states.length - steps));
  const run = engine.start(
    input,
    starts.map((start) => states[start]!),
  );
  try {
    await run.advance(steps);
    const found = await run.read();
    for (const [i, start] of starts.entries()) {
      const expected = states[start + steps]!;
      const at = expected.findIndex((value, cell) => value !== found[i]![cell]);
      if (at >= 0)
        throw new Failure(kind, `grid ${i + 1} of ${starts.length}: number ${at} after ${steps} steps`, on);
    }
  } finally {
    run.close();
  }
}

/** A run that is stopped somewhere, written to a checkpoint, and gone on with ends as if nothing had happened. */
export async function compareResumed(
  random: Random,
  network: Network,
  kind: string,
  engine: Engine,
  input: Grid,
  { states, grids, halted }: DirectRun,
  on: Case,
): Promise<void> {
  const steps = states.length - 1;
  const pause = random.between(0, steps);
  let snapshot: Snapshot | null = null;
  await runNetwork(network, engine, input, {
    maxSteps: pause,
    onPause: async (at) => {
      if (at.last === "end") snapshot = await at.snapshot();
    },
  });
  if (snapshot === null) throw new Failure(kind, "a run ends without a pause", on);
  const origin = originOf(network, input, states[0]!);
  const from = readCheckpoint(writeCheckpoint(origin, snapshot), "checkpoint", origin);
  const result = await runNetwork(network, engine, input, { maxSteps: steps, from });
  if (result.repeats !== undefined && !halted) return;
  const same = sameGrid(result.grid, grids.at(-1)!);
  if (result.steps === steps && result.halted === halted && same) return;
  const end = `${result.steps} steps, ${result.halted ? "" : "not "}over${same ? "" : ", another state"}`;
  throw new Failure(
    kind,
    `stopped after ${pause}: ${end}; expected ${steps}, ${halted ? "" : "not "}over`,
    on,
  );
}
