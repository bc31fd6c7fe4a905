// Every engine beside the direct one, all channels at every step; and runs to their end.

import type { Compilation } from "../../../src/compile.ts";
import { loadBackend } from "../../../src/engines/backend.ts";
import { bitEngine } from "../../../src/engines/bits/bit-engine.ts";
import { loadWorkers } from "../../../src/engines/bits/workers.ts";
import { byteEngine, fitsBytes } from "../../../src/engines/bytes.ts";
import { directEngine } from "../../../src/engines/direct.ts";
import type { Engine } from "../../../src/engines/engine.ts";
import { memoEngine } from "../../../src/engines/memo/memo-engine.ts";
import { loadOnnxRuntime, onnxEngine } from "../../../src/engines/onnx.ts";
import { ruleEngine } from "../../../src/engines/rule.ts";
import { runNetwork } from "../../../src/engines/run.ts";
import { tensorEngine } from "../../../src/engines/tensor.ts";
import { type Grid, sameGrid } from "../../../src/grid/grid.ts";
import type { Network } from "../../../src/network/network.ts";
import { decode, encode, haltTest } from "../../../src/network/state.ts";
import type { Random } from "../random.ts";
import { type Case, comparing, Failure } from "./failure.ts";

export type EngineKind = "bytes" | "bits" | "bits, no skips" | "bits, 2 threads" | "memo" | "tensor" | "onnx";

/** An engine of a kind, or null where it cannot run the network, or is not installed. */
export async function openEngine(network: Network, kind: EngineKind): Promise<Engine | null> {
  switch (kind) {
    case "bytes":
      return fitsBytes(network) ? byteEngine(network) : null;
    case "memo":
      return memoEngine(network);
    case "tensor":
      return tensorEngine(network, await loadBackend({ force: "wasm" }));
    case "onnx": {
      const runtime = await loadOnnxRuntime().catch(() => null);
      return runtime && onnxEngine(network, runtime, { threads: 1 });
    }
    default: {
      const threads =
        kind === "bits, 2 threads"
          ? { threads: 2, cellsPerThread: 1, waits: true, startThreads: await loadWorkers() }
          : {};
      // The best circuit at once, after some steps, or never.
      const provesAfter = { bits: 0, "bits, no skips": Number.POSITIVE_INFINITY, "bits, 2 threads": 300 }[
        kind
      ];
      const engine = await bitEngine(network, { skips: kind !== "bits, no skips", provesAfter, ...threads });
      return "reason" in engine ? null : engine;
    }
  }
}

export interface DirectRun {
  /** Before the first step and after every one. */
  readonly states: readonly Float32Array[];
  readonly grids: readonly Grid[];
  /** Whether the network's own stop ended it. */
  readonly halted: boolean;
}

/** Runs the direct engine until the network says that the run is over, or for so many steps. */
export async function runDirect(network: Network, input: Grid, most: number): Promise<DirectRun> {
  const run = directEngine(network).start(input, [encode(network, input)]);
  const over = haltTest(network);
  const states = await run.read();
  const result = (halted: boolean): DirectRun => {
    return { states, grids: states.map((state) => decode(network, input, state)), halted };
  };
  try {
    for (;;) {
      const last = states.at(-1)!;
      if (network.stop.kind === "halted" && over(last)) return result(true);
      if (states.length > most) return result(false);
      await run.advance(1);
      const [next] = await run.read();
      if (network.stop.kind === "fixpoint" && next!.every((value, i) => value === last[i]))
        return result(true);
      states.push(next!);
    }
  } finally {
    run.close();
  }
}

/** The rule engine's states are the direct engine's. */
export function compareRule(
  { rule, network }: Compilation,
  input: Grid,
  { states, halted }: DirectRun,
  on: Case,
): void {
  const engine = ruleEngine(rule);
  let grid = engine.start(input);
  for (const [step, state] of states.entries()) {
    const different = encode(network, grid).findIndex((value, i) => value !== state[i]);
    if (different >= 0)
      throw new Failure("rule", `step ${step}: ${channelAt(network, input, different)}`, on);
    const over = engine.halted(grid);
    const expected = halted && network.stop.kind === "halted" && step === states.length - 1;
    if (over !== expected) throw new Failure("rule", `${over ? "" : "not "}over after step ${step}`, on);
    grid = engine.step(grid);
  }
}

/** Which channel of which cell a number of a state is. */
function channelAt({ channels }: Network, { cols }: Grid, at: number): string {
  const cell = Math.floor(at / channels.length);
  const name = channels[at % channels.length]!.name;
  return `${name} in row ${Math.floor(cell / cols) + 1}, column ${(cell % cols) + 1}`;
}

/** All channels after every step, by single steps and by several at once; then the run to its end. */
export async function compareEngine(
  random: Random,
  network: Network,
  kind: EngineKind,
  engine: Engine,
  input: Grid,
  { states, grids, halted }: DirectRun,
  on: Case,
): Promise<void> {
  const single = states.length < 12 || random.chance(0.5);
  await comparing(kind, on, async () => {
    const run = engine.start(input, [states[0]!]);
    try {
      for (let step = 0; step < states.length; ) {
        const [state] = await run.read();
        const different = state!.findIndex((value, i) => value !== states[step]![i]);
        if (different >= 0)
          throw new Failure(kind, `step ${step}: ${channelAt(network, input, different)}`, on);
        const next = Math.min(states.length - 1 - step, single ? 1 : random.between(1, 9));
        if (next === 0) break;
        await run.advance(next);
        step += next;
      }
    } finally {
      run.close();
    }
  });
  await comparing(`${kind}, run`, on, async () => {
    const steps = states.length - 1;
    const result = await runNetwork(
      network,
      engine,
      input,
      halted && random.chance(0.5) ? {} : { maxSteps: steps },
    );
    const fail = (detail: string) => {
      throw new Failure(`${kind}, run`, detail, on);
    };
    if (result.repeats === undefined) {
      if (result.halted !== halted)
        fail(`${result.halted ? "" : "not "}over after ${result.steps} of ${steps} steps`);
      if (result.steps !== steps) fail(`${result.steps} steps, expected ${steps}`);
      if (!sameGrid(result.grid, grids.at(-1)!)) fail(`another state in the end, after ${steps} steps`);
    } else if (halted)
      fail(`repeats itself from step ${result.repeats.start}, but it is over after ${steps}`);
  });
}
