// All engines come to the same states at every step, or say no, whatever the weights are like. Where `prove` says that a
// network is proved, they come to what the rule says, and so does arithmetic in any order of sums.

import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import type { Rule } from "../../src/compiler/schedule/rule.ts";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { loadBackend } from "../../src/engines/backend.ts";
import { bitEngine } from "../../src/engines/bits/bit-engine.ts";
import { byteEngine, fitsBytes } from "../../src/engines/bytes.ts";
import { directEngine } from "../../src/engines/direct.ts";
import type { Engine } from "../../src/engines/engine.ts";
import { memoEngine } from "../../src/engines/memo/memo-engine.ts";
import { loadOnnxRuntime, onnxEngine } from "../../src/engines/onnx.ts";
import { ruleEngine } from "../../src/engines/rule.ts";
import { type RunResult, runNetwork, type Snapshot } from "../../src/engines/run.ts";
import { tensorEngine } from "../../src/engines/tensor.ts";
import type { Shape } from "../../src/grid/grid.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { arithmeticOf } from "../../src/network/arithmetic.ts";
import type { Layer, Network } from "../../src/network/network.ts";
import { denseOf, sparseOf } from "../../src/network/sparse.ts";
import { decode, encode } from "../../src/network/state.ts";
import { proveStep } from "../../src/proof/prove/prove-step.ts";
import { withDense } from "../network/dense.ts";
import { randomGrid, randomNetwork, SAMPLES } from "../network/samples.ts";
import { compileProgram } from "../programs/programs.ts";
import { randomProgram } from "../random-program.ts";
import { again, SEED } from "../seed.ts";

const runtime = await loadOnnxRuntime().catch(() => null);
if (runtime === null) console.warn("onnx left out: not installed");
const backend = await loadBackend({ force: "wasm" });

type Opener = (network: Network) => Promise<Engine | null>;

/** Null where an engine says no; anything but a message for the user is thrown. */
const unlessRefused = async <T>(make: () => T | Promise<T>): Promise<T | null> => {
  try {
    return await make();
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
};

const OPENERS: Readonly<Record<string, Opener>> = {
  tensor: async (network) => tensorEngine(network, backend),
  memo: async (network) => memoEngine(network),
  bytes: async (network) => (fitsBytes(network) ? byteEngine(network) : null),
  bits: async (network) => {
    // Some runs get that far, others do not.
    const engine = await bitEngine(network, { provesAfter: 500 });
    return "reason" in engine ? null : engine;
  },
  ...(runtime === null ? {} : { onnx: (network: Network) => onnxEngine(network, runtime, { threads: 1 }) }),
};
const names = Object.keys(OPENERS);

const pick = <T>(random: Random, list: readonly T[]): T => list[random.int(list.length)]!;
const WIDTHS = [1, 2, 16, 17, 64, 127, 128, 129] as const;
const BATCHES = [1, 15, 16, 17, 33] as const;
const CHUNKS = [1, 2, 7, 19] as const;

/** -0 is 0: which of them a sum of nothing gives is up to the engine. */
const plain = (states: readonly Float32Array[]) => states.map((state) => state.map((value) => value + 0));

interface Trial {
  readonly network: Network;
  readonly shape: Shape;
  readonly states: readonly Float32Array[];
  readonly chunks: readonly number[];
  readonly label: string;
}

function trialOf(network: Network, random: Random, label: string): Trial {
  const cols = pick(random, WIDTHS);
  const batch = pick(random, cols > 17 ? BATCHES.slice(0, 2) : BATCHES);
  const shape = { rows: cols > 17 ? 1 + random.int(2) : 1 + random.int(4), cols };
  const states = Array.from({ length: batch }, () => encode(network, randomGrid(network, shape, random)));
  const chunks = Array.from({ length: 3 }, () => pick(random, CHUNKS));
  const about = `${batch} grids of ${shape.rows}x${cols}, chunks ${chunks}`;
  return { network, shape, states, chunks, label: `${label}; ${about}` };
}

/** The direct engine's states after every chunk; those at every step for whoever wants them. */
async function directly({ network, shape, states, chunks }: Trial): Promise<Float32Array[][]> {
  const run = directEngine(network).start(shape, states);
  const found: Float32Array[][] = [];
  for (const chunk of chunks) {
    await run.advance(chunk);
    found.push(await run.read());
  }
  return found;
}

/** Which engines ran it; each of them came to what the direct engine comes to. */
async function agree(trial: Trial): Promise<string[]> {
  const expected = await directly(trial);
  const ran: string[] = [];
  for (const name of names) {
    const engine = await unlessRefused(() => OPENERS[name]!(trial.network));
    const run = engine && (await unlessRefused(() => engine.start(trial.shape, trial.states)));
    for (const [at, chunk] of run ? trial.chunks.entries() : []) {
      await run!.advance(chunk);
      expect(plain(await run!.read()), `${name}, chunk ${at + 1}; ${trial.label}`).toEqual(
        plain(expected[at]!),
      );
    }
    run?.close();
    engine?.close();
    if (run) ran.push(name);
  }
  return ran;
}

/** One step in float32 with sums in any order, each product rounded or not, small results flushed or not. */
function anyOrder({ layers, residual, snap, channels }: Network, { rows, cols }: Shape, random: Random) {
  const width = channels.length;
  const flushes = random.int(2) === 0;
  const fuses = random.int(2) === 0;
  const round = (value: number): number => {
    const rounded = Math.fround(value);
    return flushes && Math.abs(rounded) < 2 ** -126 ? 0 : rounded;
  };
  const add = (terms: readonly (readonly [weight: number, value: number])[]): number => {
    const left = [...terms];
    let sum = 0;
    while (left.length > 0) {
      const [weight, value] = left.splice(random.int(left.length), 1)[0]!;
      sum = round(sum + (fuses ? weight * value : round(weight * value)));
    }
    return sum;
  };
  const dense = layers.map(denseOf);
  return (state: Float32Array): Float32Array => {
    const at = (row: number, col: number, channel: number): number =>
      row < 0 || row >= rows || col < 0 || col >= cols ? 0 : state[(row * cols + col) * width + channel]!;
    return Float32Array.from(state, (own, index) => {
      const channel = index % width;
      const cell = (index - channel) / width;
      const [row, col] = [Math.floor(cell / cols), cell % cols];
      const unit = (depth: number, out: number): number => {
        const { kernel, inputs, bias } = layers[depth]!;
        const weight = dense[depth]!;
        const middle = (kernel - 1) / 2;
        const taps = Array.from({ length: inputs * kernel * kernel }, (_, tap) => {
          const input = Math.floor(tap / kernel ** 2);
          const [dr, dc] = [Math.floor((tap % kernel ** 2) / kernel) - middle, (tap % kernel) - middle];
          const number = weight[out * inputs * kernel ** 2 + tap]!;
          if (number === 0) return null;
          return [number, depth === 0 ? at(row + dr, col + dc, input) : hidden(depth - 1, input)] as const;
        }).filter((tap) => tap !== null);
        const isLast = depth === layers.length - 1;
        return add([[bias[out]!, 1], ...taps, ...(isLast ? [[residual[out]!, own] as const] : [])]);
      };
      const known = new Map<string, number>();
      const hidden = (depth: number, out: number): number => {
        const key = `${depth} ${out}`;
        const value = known.get(key) ?? Math.max(0, unit(depth, out));
        known.set(key, value);
        return value;
      };
      const sum = unit(layers.length - 1, channel);
      return snap ? Number(sum > 0.5) : sum;
    });
  };
}

/** The same function in exact arithmetic: units times positive numbers, and what reads them divided by these. */
function rescaled(network: Network, random: Random, scales: readonly number[]): Network {
  const layers = network.layers.map((layer) => ({
    ...layer,
    weight: denseOf(layer),
    bias: layer.bias.slice(),
  }));
  for (let depth = 0; depth + 1 < layers.length; depth++) {
    const [layer, next] = [layers[depth]!, layers[depth + 1]!];
    const row = layer.weight.length / Math.max(1, layer.outputs);
    for (let unit = 0; unit < layer.outputs; unit++) {
      const scale = pick(random, scales);
      for (let at = unit * row; at < (unit + 1) * row; at++) layer.weight[at]! *= scale;
      layer.bias[unit]! *= scale;
      for (let at = unit; at < next.weight.length; at += next.inputs) next.weight[at]! /= scale;
    }
  }
  const sparse = layers.map((layer) => ({ ...layer, weight: sparseOf(layer.weight, layer.outputs) }));
  return { ...network, layers: sparse };
}

const SCALES: readonly (readonly number[])[] = [
  [1],
  [2 ** 10, 2 ** -10, 1],
  [2 ** 60, 2 ** -60],
  [2 ** 124, 2 ** -124],
  [3, 1 / 3, 10, 0.1],
  [1e-30, 1e30],
  [1e-38, 3e37, 1e-40],
];

describe(`compiled networks, rescaled, seed ${SEED}`, () => {
  test("run alike on all engines; proved ones as the rule says, in any order of sums", async () => {
    const seen = { proved: 0, open: 0, ran: new Map(names.map((name) => [name, 0])) };
    for (let seed = SEED; seed < SEED + 10; seed++) {
      const random = seededRandom(seed);
      const { text } = randomProgram(random, "small");
      const { network: made, rule } = compile({ name: "p.alg", text }, { effort: 0 });
      const scaled = rescaled(made, random, SCALES[seed % SCALES.length]!);
      const network = { ...scaled, snap: random.int(2) === 0 };
      const label = `scales ${SCALES[seed % SCALES.length]}, snap ${network.snap}; ${again(seed)}\n${text}`;
      const overflows = arithmeticOf(network).overflow !== null;
      // From inputs alone: that is what proofs of pruned networks are about.
      const trial = withInputs(trialOf(network, random, label), random);
      if (!overflows) for (const name of await agree(trial)) seen.ran.set(name, seen.ran.get(name)! + 1);
      else for (const name of names) if (name !== "bytes") await expectRefusal(name, network);
      const proved = proveStep(rule, network).outcome === "proved";
      seen[proved ? "proved" : "open"]++;
      if (!proved) continue;
      expect(overflows, label).toBe(false);
      const byRule = ruleStates(rule, trial);
      const direct = await stepByStep(directEngine(network), trial);
      expect(direct, label).toEqual(byRule);
      for (const [at, state] of byRule.slice(0, -1).entries())
        expect(anyOrder(network, trial.shape, random)(state), `step ${at + 1}; ${label}`).toEqual(
          byRule[at + 1],
        );
    }
    expect(seen.proved, JSON.stringify(seen)).toBeGreaterThan(1);
    expect(seen.open, JSON.stringify(seen)).toBeGreaterThan(1);
    for (const [name, count] of seen.ran) expect(count, name).toBeGreaterThan(0);
  }, 300_000);
});

const expectRefusal = async (name: string, network: Network): Promise<void> => {
  expect(await unlessRefused(() => OPENERS[name]!(network)), `${name} runs what overflows`).toBeNull();
};

/** The trial with grids whose input fields are random and whose others are at their first values. */
function withInputs(trial: Trial, random: Random): Trial {
  const inputs = trial.network.fields.filter(({ role }) => role === "input");
  const states = trial.states.map(() => {
    const grid = randomGrid(trial.network, trial.shape, random);
    const planes = Object.fromEntries(inputs.map(({ name }) => [name, grid.planes[name]!]));
    return encode(trial.network, { ...grid, planes });
  });
  return { ...trial, states };
}

const STEPS = 5;

/** The states that a rule comes to from a trial's first grid. */
function ruleStates(rule: Rule, { network, shape, states }: Trial): Float32Array[] {
  const { step } = ruleEngine(rule);
  let grid = decode(network, shape, states[0]!);
  const found = [states[0]!];
  for (let at = 0; at < STEPS; at++) {
    grid = step(grid);
    found.push(encode(network, grid));
  }
  return plain(found);
}

/** The first grid of a trial before the first step and after each of some. */
async function stepByStep(engine: Engine, { shape, states }: Trial): Promise<Float32Array[]> {
  const run = engine.start(shape, [states[0]!]);
  const found = [states[0]!];
  for (let step = 0; step < STEPS; step++) {
    await run.advance(1);
    found.push(...(await run.read()));
  }
  return plain(found);
}

describe(`networks of random weights, seed ${SEED}`, () => {
  const KINDS: Readonly<Record<string, (random: Random) => number>> = {
    "small whole": (random) => random.int(5) - 2,
    halves: (random) => (random.int(5) - 2) / 2,
    thirds: (random) => Math.fround((random.int(7) - 3) / 3),
    tenths: (random) => Math.fround((random.int(11) - 5) / 10),
    learned: (random) => Math.fround(random.next() * 2 - 1),
    "powers of two": (random) => (random.int(3) - 1) * 2 ** (random.int(60) - 30),
    huge: (random) => (random.int(3) - 1) * Math.fround(10 ** (random.int(9) + 1)),
    tiny: (random) => Math.fround((random.int(3) - 1) * 10 ** -(random.int(44) + 1)),
  };

  test.each(Object.keys(KINDS))("%s: engines agree at every step, or say no", async (kind) => {
    let ran = 0;
    for (let seed = SEED; seed < SEED + 6; seed++) {
      const random = seededRandom(seed);
      // Two channels at nine places take the bit engine seconds to go through.
      const channels = seed === SEED ? 2 : 1;
      const widths = [channels, 1 + random.int(3), 1 + random.int(3)].slice(0, 1 + random.int(3));
      const made = randomNetwork(widths, seed, KINDS[kind]!);
      const network = { ...made, snap: random.int(3) > 0 };
      if (arithmeticOf(network).overflow !== null) continue;
      const label = `${network.program}, snap ${network.snap}; ${again(seed)}`;
      ran += (await agree(trialOf(network, random, label))).length;
    }
    expect(ran).toBeGreaterThan(1);
  });

  test("sums that are 1/2 but for what float32 rounds", async () => {
    let fallen = 0;
    for (let seed = SEED; seed < SEED + 25; seed++) {
      const random = seededRandom(seed);
      // Tenths add up to 1/2 or not, depending on the order.
      const terms = Array.from({ length: 9 }, () => pick(random, [0.1, 0.2, 0.3, -0.1, 0.4, 0]));
      const made = randomNetwork([1], seed, () => 0);
      const layer = { ...withDense(made.layers[0]!, () => terms), bias: Float32Array.of(0) };
      const network = { ...made, layers: [layer], residual: Float32Array.of(0), snap: true };
      const ran = await agree(trialOf(network, random, `tenths ${terms}; ${again(seed)}`));
      // The bit engine knows beforehand that rounding decides.
      if (!ran.includes("bits")) fallen++;
    }
    expect(fallen).toBeGreaterThan(3);
  });
});

describe("networks that leave 0 and 1", () => {
  const grows = randomNetwork([1], 1, () => 0);
  const growing = (weights: readonly number[], bias: number): Network => ({
    ...grows,
    layers: [{ ...withDense(grows.layers[0]!, () => weights), bias: Float32Array.of(bias) }],
    residual: Float32Array.of(0),
  });
  test.each([
    ["whole numbers beyond 2^24", growing([1, 2, 3, 2, 5, 1, 7, 1, 3], 1)],
    ["powers of two, down to where they vanish", growing([0, 0, 0, 2 ** -40, 0, 0, 0, 0, 0], 0)],
    ["numbers that come back to 0 and 1", growing([0, 0, 0, 0, -1, 0, 0, 0, 0], 0)],
    ["infinity", growing([0, 0, 0, 2 ** 60, 2 ** 60, -(2 ** 60), 0, 0, 0], 0)],
  ])("%s", async (_, network) => {
    for (let seed = SEED; seed < SEED + 5; seed++) {
      const random = seededRandom(seed);
      expect(await agree(trialOf(network, random, again(seed)))).toContain("tensor");
    }
  });

  test("a run that begins elsewhere than at zeros and ones", async () => {
    for (const network of [...SAMPLES, { ...SAMPLES[1]!, snap: true }]) {
      const trial = trialOf(network, seededRandom(SEED), "half");
      const states = trial.states.map((state) => state.map((value) => value * 0.7));
      await agree({ ...trial, states });
    }
  });
});

describe("forged files", () => {
  const { network: copy, rule } = compile({
    name: "copyx.alg",
    text: "program copyx { input x: bit output y: bit loop forever { each { y = left.x } } }",
  });
  /** Layers of one unit for each channel, `y` of which goes through these numbers. */
  const through = (weights: readonly number[], bias = 0): Network => {
    const [x, y] = ["x", "y"].map((name) => copy.channels.findIndex((channel) => channel.name === name));
    const layers = weights.map((value, depth): Layer => {
      const kernel = depth === 0 ? 3 : 1;
      const weight = new Float32Array(4 * kernel ** 2);
      weight[(y! * 2 + (depth === 0 ? x! : y!)) * kernel ** 2 + (depth === 0 ? 3 : 0)] = value;
      const isLast = depth === weights.length - 1;
      const zeros = new Float32Array(2);
      if (depth === 0) zeros[y!] = bias;
      const units = isLast ? ["x", "y"] : ["", ""];
      return { kernel, inputs: 2, outputs: 2, weight: sparseOf(weight, 2), bias: zeros, units };
    });
    return { ...copy, layers, residual: Float32Array.from([0, 1], (_, at) => Number(at === x)), snap: false };
  };

  test.each([
    ["plain", through([1, 1]), "proved"],
    ["powers of two", through([2 ** -60, 2 ** -60, 2 ** 60, 2 ** 60]), "proved"],
    ["underflow", through([1e-30, 1e-30, 1e30, 1e30]), "undecided"],
    ["overflow", through([3e38, 3e38, 1e-38, 1e-38]), "undecided"],
    ["overflow of a sum", through([3e38, 1 / 3e38], 3e38), "undecided"],
  ] as const)("%s", async (_, network, wanted) => {
    for (const snap of [false, true]) {
      const snapped = { ...network, snap };
      const { outcome } = proveStep(rule, snapped);
      expect(outcome).toBe(wanted);
      if (arithmeticOf(snapped).overflow === null)
        await agree(trialOf(snapped, seededRandom(SEED), "forged"));
      else
        for (const name of ["tensor", "bits", "onnx"])
          if (name in OPENERS) await expectRefusal(name, snapped);
      const run = runNetwork(
        snapped,
        directEngine(snapped),
        { rows: 1, cols: 3, planes: {} },
        { maxSteps: 1 },
      );
      if (arithmeticOf(snapped).overflow !== null) await expect(run).rejects.toThrow(/no certain result/);
      await run.catch(() => {});
    }
  });

  test("a step that rounds, and not to 0 and 1, is for the direct engine alone", async () => {
    const tenths = through([0.1, 0.1, 100]);
    expect(() => tensorEngine(tenths, backend)).toThrow(/rounds in float32.*tensor engine.*--snap/);
    if (runtime !== null) await expect(onnxEngine(tenths, runtime)).rejects.toThrow(/onnx engine/);
    const close = tensorEngine(tenths, backend, { approximate: true });
    expect(close.name).toBe("tensor (wasm)");
    close.close();
  });
});

describe("runs that are watched, looked at, kept and resumed", () => {
  const named = (name: string) => compileProgram(name, { effort: 0 }).network;
  const networks = ["gf2", "life", "flood", "bb3"].map(named);

  test.each(networks.map((network) => [network.program, network] as const))(
    "%s: the same end on every engine, however it is reached",
    async (_, network) => {
      for (let seed = SEED; seed < SEED + 3; seed++) {
        const random = seededRandom(seed);
        // Machines run on a single row.
        const shape = { rows: network.grid ? 1 : 1 + random.int(4), cols: pick(random, [2, 5, 17]) };
        const { planes } = randomGrid(network, shape, random);
        const inputs = network.fields.filter(({ role }) => role === "input").map(({ name }) => name);
        const grid = { ...shape, planes: Object.fromEntries(inputs.map((name) => [name, planes[name]!])) };
        const most = network.stop.kind === "never" ? { maxSteps: 23 } : {};
        const expected = await runNetwork(network, directEngine(network), grid, most);
        const whatever = [directEngine, ...names.map((name) => OPENERS[name]!)];
        for (const [at, open] of whatever.entries()) {
          const label = `${["direct", ...names][at]}; ${again(seed)}`;
          const engine = (await open(network))!;
          expect(await runNetwork(network, engine, grid, most), label).toEqual(expected);
          const seen: number[] = [];
          const onStep = (step: number): void => void seen.push(step);
          expect(await runNetwork(network, engine, grid, { ...most, onStep }), label).toEqual(expected);
          expect(seen, label).toEqual(Array.from({ length: expected.steps }, (_, step) => step + 1));
          expect(await resumed(network, engine, grid, expected, most), label).toEqual(expected);
          engine.close();
        }
      }
    },
    300_000,
  );

  /** A run that was ended in its middle, and goes on from there. */
  async function resumed(
    network: Network,
    engine: Engine,
    grid: Parameters<typeof runNetwork>[2],
    { steps }: RunResult,
    most: { maxSteps?: number },
  ): Promise<RunResult> {
    const taken: Snapshot[] = [];
    const stop = new AbortController();
    const half = Math.floor(steps / 2);
    const first = runNetwork(network, engine, grid, {
      ...most,
      signal: stop.signal,
      onStep: (step) => {
        if (step >= half) stop.abort(new Error("enough"));
      },
      onPause: async ({ last, snapshot }) => {
        if (last === "abort") taken.push(await snapshot());
      },
    });
    await first.catch((error: Error) => expect(error.message).toBe("enough"));
    return runNetwork(network, engine, grid, { ...most, from: taken[0] });
  }
});
