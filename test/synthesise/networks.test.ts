// Networks of random small programs do what the programs say; and how large networks are.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { RANGES, randomMachine } from "../../bench/compile-programs.ts";
import { type Compilation, checkProgram, compile } from "../../src/compile.ts";
import { lower } from "../../src/compiler/lower/lower.ts";
import type { Rule } from "../../src/compiler/schedule/rule.ts";
import { schedule } from "../../src/compiler/schedule/schedule.ts";
import { LONG_CHAIN } from "../../src/compiler/synthesise/synthesise.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { runNetwork } from "../../src/engines/run.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { bounds, type Shape } from "../../src/grid/grid.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { leaves } from "../../src/logic/expression.ts";
import { type Layer, type Network, sizeOf } from "../../src/network/network.ts";
import { denseOf } from "../../src/network/sparse.ts";
import { encode } from "../../src/network/state.ts";
import { validateNetwork } from "../../src/network/validate.ts";
import { checkNetwork } from "../../src/proof/verify/check.ts";
import { randomSignals } from "../engines/signals.ts";
import { numbersOf } from "../network/dense.ts";
import { programNames, readProgram } from "../programs/programs.ts";
import { randomProgram } from "../random-program.ts";
import { again, SEED } from "../seed.ts";

/** So many programs of each schedule, as soon as they are small enough to compile in a moment. */
const WANTED: Readonly<Record<string, number>> = {
  lockstep: 35,
  "free-running": 30,
  "alternating-bit": 30,
  wave: 30,
  "clock-of-three": 25,
};
const TOTAL = Object.values(WANTED).reduce((sum, each) => sum + each, 0);
/** Channels of the patch that one field's next value may depend on. */
const MOST_READ = 14;

const nameOf = ({ schedule: { kind, clock } }: Rule): string => (clock?.event === "on" ? "wave" : kind);

/** How many channels the update that reads most reads. */
function mostRead({ updates }: Rule): number {
  const sizes = updates.map(({ value }) =>
    leaves([value]).reduce((sum, leaf) => {
      if (leaf.tag !== "read") return sum + 1;
      const { lo, hi } = bounds(leaf.type);
      return sum + hi - lo;
    }, 0),
  );
  return Math.max(0, ...sizes);
}

test(`networks of ${TOTAL} random programs agree with them, seed ${SEED}`, { timeout: 240_000 }, async () => {
  const left = { ...WANTED };
  for (let at = 0; Object.values(left).some((count) => count > 0); at++) {
    const seed = SEED + at;
    const source = { name: "random", text: randomProgram(seededRandom(seed), "small").text };
    const rule = schedule(lower(checkProgram(source).checked));
    const name = nameOf(rule);
    if (left[name] === 0 || mostRead(rule) > MOST_READ) continue;
    left[name]!--;
    const note = `${name}, ${again(seed)}\n${source.text}`;
    const compilation = compile(source, { effort: 0 });
    const { network } = compilation;
    expect(() => validateNetwork(network), note).not.toThrow();
    expectWholeNumbers(network, note);
    const options = { seed, grids: 24, maxRows: 5, maxCols: 5 };
    const result = await checkNetwork(compilation, network, directEngine(network), options);
    expect(result.counterexample, note).toBeNull();
    await expectWithinBounds(network, seededRandom(seed), note);
  }
});

/** Programs of all kinds: random ones with bits, numbers or long chains, machines, and those of the library. */
function programsOfAllKinds(): { readonly name: string; readonly text: string }[] {
  const random = seededRandom(SEED);
  const some = Array.from({ length: 24 }, (_, at) => ({
    name: again(SEED),
    text:
      at % 3 === 0 ? randomSignals(random).text : randomProgram(random, at % 2 === 0 ? "small" : "full").text,
  }));
  const made = [
    ...Object.values(RANGES).map((range) => range(7)),
    randomMachine(4, 3, SEED),
    chain(LONG_CHAIN - 1),
    chain(LONG_CHAIN + 2),
  ].map((text) => ({ name: "made", text }));
  return [...some, ...made, ...programNames.map(readProgram)];
}

/** A number that is one of some cases, one after another. */
const chain = (length: number): string => {
  const cases = Array.from(
    { length },
    (_, at) => `if x == ${at % 9} and up.x == ${at % 7} then ${at % 5} else `,
  );
  return `program chain { input x: 0..9 loop { each { x = ${cases.join("")}x } } }`;
};

test("networks that are made first agree with their programs, too", { timeout: 240_000 }, async () => {
  const counts = { smaller: 0, larger: 0 };
  for (const source of programsOfAllKinds()) {
    const compilation = compile(source, { quick: true });
    const { network } = compilation;
    const note = `${source.name}\n${source.text}`;
    expect(() => validateNetwork(network), note).not.toThrow();
    const options = { seed: SEED, grids: 4, maxRows: 4, maxCols: 5 };
    const result = await checkNetwork(compilation, network, directEngine(network), options);
    expect(result.counterexample, note).toBeNull();
    const usual = compile(source, { effort: 0, prune: false, tokens: network.tokens !== undefined });
    counts[sizeOf(network).nonzero > sizeOf(usual.network).nonzero ? "larger" : "smaller"]++;
  }
  expect(Math.min(counts.smaller, counts.larger)).toBeGreaterThan(5);
});

test.each([
  ["0..1000", "abs(x) % 9", 300],
  ["-500..500", "x % 9", 300],
  ["0..1000", "x / 10", 300],
  ["0..10000", "(x + left.x) % 97", 450],
  ["0..100000", "x % 1000", 500],
])("networks that are made first have digits, of %s: %s", (range, value, most) => {
  const text = `program p { input x: ${range} each { x = ${value} } }`;
  const { network } = compile({ name: "p.alg", text }, { quick: true });
  const smallest = compile({ name: "p.alg", text }, { effort: 0, prune: false }).network;
  expect(sizeOf(network).nonzero).toBeLessThan(most);
  expect(sizeOf(network).nonzero).toBeLessThan(1.5 * sizeOf(smallest).nonzero);
});

function expectWholeNumbers({ layers, residual }: Network, note: string): void {
  const numbers = [...residual, ...numbersOf({ layers })];
  expect(numbers.every(Number.isInteger), note).toBe(true);
  expect(
    [...residual].every((flag) => flag === 0 || flag === 1),
    note,
  ).toBe(true);
}

/** Runs a network and holds every sum that can arise on the way, in any order, against the stated bound. */
async function expectWithinBounds(network: Network, random: Random, note: string): Promise<void> {
  const shape = { rows: 1 + random.int(4), cols: 1 + random.int(4) };
  const inputs = network.fields.filter(({ role }) => role === "input");
  const run = directEngine(network).start(shape, [encode(network, randomGrid(shape, inputs, random))]);
  const { largestActivation, largestWeight, formats } = network.exact;
  for (let step = 0; step < 12; step++) {
    const [state] = await run.read();
    for (let cell = 0; cell < shape.rows * shape.cols; cell++) {
      expect(largestSum(network, shape, state!, cell), note).toBeLessThanOrEqual(largestActivation);
    }
    await run.advance(1);
  }
  const weights = numbersOf(network).map(Math.abs);
  expect(Math.max(...network.residual, ...weights), note).toBe(largestWeight);
  // All integers up to here are numbers of the format: 2 to the power of its significant bits.
  const exactUpTo = { float32: 2 ** 24, float16: 2 ** 11, bfloat16: 2 ** 8, int8: 2 ** 7 - 1 };
  for (const format of formats) {
    expect(Math.max(largestActivation, largestWeight), note).toBeLessThanOrEqual(exactUpTo[format]);
  }
}

/** The largest magnitude among all partial sums at one cell: positive terms alone, or negative terms alone. */
function largestSum(
  { layers, residual, channels }: Network,
  shape: Shape,
  state: Float32Array,
  cell: number,
): number {
  const [row, col] = [Math.floor(cell / shape.cols), cell % shape.cols];
  const patch = (input: number, tap: number): number => {
    const [r, c] = [row + Math.floor(tap / 3) - 1, col + (tap % 3) - 1];
    const inside = r >= 0 && r < shape.rows && c >= 0 && c < shape.cols;
    return inside ? state[(r * shape.cols + c) * channels.length + input]! : 0;
  };
  let below = (input: number, tap: number): number => patch(input, tap);
  let most = 0;
  for (const [at, layer] of layers.entries()) {
    const isLast = at === layers.length - 1;
    const outputs = Array.from({ length: layer.outputs }, (_, out) => {
      const kept = isLast ? residual[out]! * patch(out, 4) : 0;
      const terms = [layer.bias[out]!, kept, ...termsOf(layer, out, below)];
      const [positive, negative] = [1, -1].map((sign) =>
        terms.filter((term) => term * sign > 0).reduce((sum, term) => sum + Math.abs(term), 0),
      );
      most = Math.max(most, positive!, negative!);
      return Math.max(0, positive! - negative!);
    });
    below = (input) => outputs[input]!;
  }
  return most;
}

function termsOf(layer: Layer, out: number, below: (input: number, tap: number) => number) {
  const { kernel, inputs } = layer;
  const weight = denseOf(layer);
  const area = kernel * kernel;
  return Array.from({ length: inputs * area }, (_, index) => {
    const value = weight[out * inputs * area + index]!;
    return value === 0 ? 0 : value * below(Math.floor(index / area), index % area);
  });
}

const load = (name: string): Compilation =>
  compile(
    {
      name: `${name}.alg`,
      text: readFileSync(new URL(`../../programs/${name}.alg`, import.meta.url), "utf8"),
    },
    { effort: 0 },
  );

describe.each([
  ["parity", 10],
  ["life", 25],
  ["add", 30],
  ["gf2", 160],
] as const)("%s", (name, most) => {
  const compilation = load(name);
  const { network } = compilation;

  test(`has at most ${most} numbers that are not zero`, () => {
    expect(sizeOf(network).nonzero).toBeLessThanOrEqual(most);
    // The history of the search ends at the size of the network.
    expect(compilation.history.at(-1)!.nonzero).toBe(sizeOf(network).nonzero);
    const sizes = compilation.history.map(({ nonzero }) => nonzero);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });

  test("is one network for grids of all sizes", async () => {
    const before = JSON.stringify(sizeOf(network));
    const options = { seed: SEED, grids: 48, maxRows: 20, maxCols: 20 };
    expect((await checkNetwork(compilation, network, directEngine(network), options)).agree).toBe(true);
    expect(JSON.stringify(sizeOf(network))).toBe(before);
    for (const layer of network.layers) {
      const { kernel, inputs, outputs, bias } = layer;
      expect([denseOf(layer).length, bias.length]).toEqual([kernel * kernel * inputs * outputs, outputs]);
    }
  });
});

test("gf2 is over after at most 3 rows + columns steps of its network", async () => {
  const { network } = load("gf2");
  const random = seededRandom(SEED);
  for (let trial = 0; trial < 40; trial++) {
    const shape = { rows: 1 + random.int(10), cols: 1 + random.int(10) };
    const input = randomGrid(shape, [network.fields.find(({ name }) => name === "x")!], random);
    const { halted, steps } = await runNetwork(network, directEngine(network), input, { maxSteps: 500 });
    expect(halted).toBe(true);
    expect(steps, `${shape.rows}x${shape.cols}`).toBeLessThanOrEqual(3 * shape.rows + shape.cols);
  }
});

test("the same program and options give the same network", () => {
  expect(load("add").network).toEqual(load("add").network);
});
