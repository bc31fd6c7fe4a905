// Life on 1,024 x 1,024 cells by the bit engine, ONNX Runtime, TensorFlow.js and PyTorch, on one thread and on all. What
// each can do best is taken: PyTorch as the module is, in channels-last order, and traced and frozen.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { showCount } from "../../src/diagnostics/count.ts";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { exportPytorch } from "../../src/network/export/pytorch.ts";
import type { Network } from "../../src/network/network.ts";
import { writeWeightFile } from "../../src/network/weightwriter.ts";
import type { BenchEngine } from "../engine-cases.ts";
import { benchInput } from "../engine-cases.ts";
import { type MeasureJob, type Measurement, measure } from "../engine-measure.ts";
import { median } from "../history.ts";
import { libraryNetwork, librarySource } from "../setup.ts";
import { showSize } from "../show.ts";
import { inFolder, notInstalled, pythonWith, ran, runProgram } from "./outside.ts";
import { plainLife } from "./plain-life.ts";
import type { Opponent, Setting, SpeedCase, SpeedRow } from "./row.ts";

const SIDE = 1024;
const CELLS = SIDE ** 2;
/** Steps of which the whole time is told; the rates are of as many as were measured. */
const STEPS = 1000;
const EFFORT = { warmUp: 0.1, total: 0.5 } as const;

export const libraryCases = ({ threads }: Setting): SpeedCase[] =>
  [...new Set([1, threads])].map((count) => ({
    family: "libraries",
    name: `life beside other libraries, ${count === 1 ? "one thread" : `${count} threads`}`,
    isQuick: count === 1,
    measure: (setting) => measureLibraries(count, setting),
  }));

async function measureLibraries(threads: number, { seed, path }: Setting): Promise<SpeedRow[]> {
  const network = libraryNetwork("life");
  const job = {
    source: librarySource("life"),
    weights: writeWeightFile(network),
    ...{ threads, seed, shapes: [{ rows: SIDE, cols: SIDE }], steps: [], effort: EFFORT },
  };
  const bits = await measuredBy("bits", job);
  const others: { readonly opponent: Opponent; readonly agrees: boolean }[] = [];
  // TensorFlow.js itself decides how many threads it takes.
  const engines = threads === 1 ? (["onnx", "tensor"] as const) : (["onnx"] as const);
  for (const engine of engines) others.push(await opponentBy(engine, job, bits));
  others.push(await byPytorch(network, threads, seed, path));
  const step = (STEPS * CELLS) / rateOf(bits);
  const about = threads === 1 ? "one thread" : `${threads} threads`;
  return [
    {
      title: `life ${showSize(SIDE)} by the bit engine, ${showCount(STEPS)} steps, ${about}`,
      unit: "cell-steps/s",
      value: rateOf(bits),
      seconds: bits.preparation + step,
      parts: { prepare: bits.preparation, step },
      opponents: others.map(({ opponent }) => opponent),
      check: "all of them after eight steps",
      agrees: others.every(({ agrees }) => agrees),
    },
  ];
}

async function measuredBy(engine: BenchEngine, job: Omit<MeasureJob, "engine">): Promise<Measurement> {
  const [measured] = await measure({ ...job, engine });
  return measured!;
}

const rateOf = ({ steps, runs }: Measurement): number => (CELLS * steps) / median(runs);

const NAMES = { onnx: "ONNX Runtime", tensor: "TensorFlow.js" } as const;

async function opponentBy(engine: keyof typeof NAMES, job: Omit<MeasureJob, "engine">, bits: Measurement) {
  const name = NAMES[engine];
  try {
    const found = await measuredBy(engine, job);
    return { opponent: { name, value: rateOf(found) }, agrees: found.checked.hash === bits.checked.hash };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { opponent: { name, absent: error.message }, agrees: true };
  }
}

/** Prints for each way to run it the steps a second, and leaves the plane after a number of steps in a file. */
const SCRIPT = `
import json, sys, time, torch
sys.path.insert(0, ".")
from life import Network

side, steps, threads, least = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
torch.set_num_threads(threads)
torch.set_grad_enabled(False)
network = Network().eval()
plane = torch.frombuffer(bytearray(open("plane", "rb").read()), dtype=torch.uint8).reshape(1, side, side)
state = network.encode({"alive": plane.long()})
last = state.contiguous(memory_format=torch.channels_last)

def frozen(example):
    class Step(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.network = network

        def forward(self, state):
            return self.network.step(state)

    return torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(Step().eval(), example)))

ways = {"as it is": (lambda: network.step, state), "channels last": (lambda: network.step, last),
        "traced": (lambda: frozen(state), state), "traced, channels last": (lambda: frozen(last), last)}
rates, planes = {}, set()
for name, (make, begin) in ways.items():
    try:
        step = make()
        now = begin
        for _ in range(steps):
            now = step(now)
    except Exception as error:
        print(f"{name}: {error}", file=sys.stderr)
        continue
    planes.add(bytes(network.decode(now)["alive"].to(torch.uint8).contiguous().numpy().tobytes()))
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < least or done < 3:
        now = step(now)
        done += 1
    rates[name] = done / (time.perf_counter() - start)
for at, plane in enumerate(planes):
    open(f"after{at}", "wb").write(plane)
print(json.dumps({"rates": rates, "planes": len(planes)}))
`;
const CHECKED_STEPS = 8;
/** Seconds of each way to run it. */
const LEAST = "1";

async function byPytorch(network: Network, threads: number, seed: number, path: string | undefined) {
  const python = pythonWith(path, "torch, numpy");
  if (python === null)
    return { opponent: notInstalled("PyTorch", "python3-torch python3-numpy"), agrees: true };
  const { alive } = benchInput(network, { rows: SIDE, cols: SIDE }, seed).planes;
  return inFolder((folder) => {
    writeFileSync(join(folder, "life.safetensors"), writeWeightFile(network));
    writeFileSync(join(folder, "life.py"), exportPytorch(network, "life.safetensors"));
    writeFileSync(join(folder, "plane"), Uint8Array.from(alive!));
    const words = ["-c", SCRIPT, ...[SIDE, CHECKED_STEPS, threads].map(String), LEAST];
    const { stdout } = ran(runProgram(python, words, { cwd: folder }), "PyTorch");
    const { rates, planes } = JSON.parse(stdout) as { rates: Record<string, number>; planes: number };
    const [[way, rate] = ["", 0]] = Object.entries(rates).sort(([, a], [, b]) => b - a);
    const known = plainLife(alive!, SIDE, SIDE, CHECKED_STEPS);
    const found = readFileSync(join(folder, "after0"));
    const agrees = planes === 1 && known.every((value, cell) => value === found[cell]);
    return { opponent: { name: `PyTorch, ${way}`, value: rate * CELLS }, agrees };
  });
}
