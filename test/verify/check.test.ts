// The check really finds faults: weights that are off by one, missing or not numbers, faults that show rarely, and
// what it reports of them is true.

import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { type Compilation, compile } from "../../src/compile.ts";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { interpret } from "../../src/engines/reference.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { showSymbol } from "../../src/grid/symbols.ts";
import { illegalCodes } from "../../src/network/legal.ts";
import type { Layer, Network } from "../../src/network/network.ts";
import { denseOf, sparseOf } from "../../src/network/sparse.ts";
import { decode, encode } from "../../src/network/state.ts";
import { type Mutant, mutantsOf } from "../../src/proof/prove/mutants.ts";
import { type CheckOptions, checkNetwork, randomBatches } from "../../src/proof/verify/check.ts";
import type { CheckResult, Counterexample } from "../../src/proof/verify/counterexample.ts";
import { emulate, tracesOf } from "../../src/proof/verify/emulation.ts";
import { withDense } from "../network/dense.ts";
import { again, SEED } from "../seed.ts";
import { allSmallGrids, endOf, everDiffers, statesOf } from "./small-grids.ts";

const load = (name: string): Compilation =>
  compile(
    {
      name: `${name}.alg`,
      text: readFileSync(new URL(`../../programs/${name}.alg`, import.meta.url), "utf8"),
    },
    { effort: 0 },
  );
const check = (
  original: Compilation,
  network: Network,
  options: Partial<CheckOptions> = {},
): Promise<CheckResult> => checkNetwork(original, network, directEngine(network), { seed: SEED, ...options });

/** Mutants tried of each program; the seed chooses them. */
const SAMPLES = { parity: 20, life: 60, add: 60, gf2: 90 };

describe.each(Object.entries(SAMPLES))("%s", (name, samples) => {
  let original: Compilation;
  let chosen: Mutant[];
  const field = name === "life" ? "alive" : "x";
  const grids = allSmallGrids(field);
  const known: Float32Array[][][] = [];

  beforeAll(async () => {
    original = load(name);
    chosen = sample(mutantsOf(original.network), samples);
    for (const shape of grids) known.push(await statesOf(original.network, shape));
  });

  test("the compiled network itself agrees", async () => {
    const result = await check(original, original.network);
    expect(result).toMatchObject({ agree: true, grids: 200, seed: SEED, counterexample: null });
    expect(result.cells).toBeGreaterThan(1000);
  });

  test(`mutants are found exactly if they are wrong somewhere, seed ${SEED}`, async () => {
    let wrong = 0;
    for (const { name: note, network } of chosen) {
      const differs = await differsSomewhere(network);
      const { agree, counterexample } = await check(original, network);
      if (!agree) {
        wrong++;
        await expectTrue(original, network, counterexample!, note);
      } else if (differs) {
        // Other states, but nothing that the program speaks of: a handshake in a rhythm of its own.
        expect(await emulatesAll(network), `not found: ${note}`).toBe(true);
      }
    }
    expect(wrong).toBeGreaterThan(chosen.length / 2);
  });

  async function differsSomewhere(network: Network): Promise<boolean> {
    for (const [at, shape] of grids.entries()) if (await everDiffers(known[at]!, network, shape)) return true;
    return false;
  }

  /** Whether all small grids end as they should, and every cell goes through the right values. */
  async function emulatesAll(network: Network): Promise<boolean> {
    for (const [at, shape] of grids.entries()) {
      const ends = endOf(network, shape, await statesOf(network, shape));
      expect(ends).toEqual(endOf(network, shape, known[at]!));
      const subject = { program: original.checked, schedule: original.rule.schedule, network };
      const emulation = await emulate(
        { ...subject, engine: directEngine(network) },
        shape,
        tracesOf(subject, shape, 30),
      );
      if (emulation.difference !== null) return false;
    }
    return true;
  }
});

function sample(mutants: readonly Mutant[], most: number): Mutant[] {
  const random = seededRandom(SEED);
  const left = [...mutants];
  while (left.length > most) left.splice(random.int(left.length), 1);
  return left;
}

/** Reruns a counterexample from nothing but its own data. */
async function expectTrue(original: Compilation, network: Network, found: Counterexample, note: string) {
  const { input, step, row, col, kind } = found;
  const run = directEngine(network).start(input, [encode(network, input)]);
  let before = (await run.read())[0]!;
  const ticks = new Int32Array(input.rows * input.cols);
  for (let at = 0; at < step; at++) {
    await run.advance(1);
    const state = (await run.read())[0]!;
    for (const cell of ticks.keys()) if (hasTicked(network, input, before, state, cell)) ticks[cell]!++;
    before = state;
  }
  const cell = row * input.cols + col;
  if (kind === "value") expectValue(original, network, found, before, ticks[cell]!, note);
  else if (kind === "code") {
    const channel = network.channels.findIndex((each) => each.name === found.field);
    const value = before[cell * network.channels.length + channel]!;
    expect(`${value}`, note).toBe(found.got);
    expect(illegalCodes(network, input, before), note).toMatchObject({ row, col, channel: found.field });
  } else expect(kind, note).toBe("halt");
  expect(
    found.unit === null || /^(layer \d+, unit \d+: .+|the residual)$/.test(found.unit),
    found.unit!,
  ).toBe(true);
}

function expectValue(
  { checked, source }: Compilation,
  network: Network,
  { input, row, col, field, expected, got, line, instruction }: Counterexample,
  state: Float32Array,
  ticks: number,
  note: string,
): void {
  const type = checked.fields.find(({ name }) => name === field)!.type;
  const at = row * input.cols + col;
  expect(showSymbol(type, decode(network, input, state).planes[field]![at]!), note).toBe(got);
  // What the cell should hold after as many instructions, or at the end.
  const free = network.schedule.kind === "free-running";
  const maxInstructions = free ? 100 : ticks;
  const right = interpret(checked, input, { maxInstructions }).grid.planes[field]![at]!;
  expect(showSymbol(type, right), note).toBe(expected);
  expect(expected).not.toBe(got);
  expect(source.text.split("\n")[line - 1]).toMatch(new RegExp(`^ *${instruction.split(" (")[0]}`));
}

function hasTicked(
  network: Network,
  input: Grid,
  before: Float32Array,
  after: Float32Array,
  cell: number,
): boolean {
  const { clock, kind } = network.schedule;
  if (kind === "lockstep") return true;
  if (clock === null) return false;
  const [old, now] = [before, after].map(
    (state) => decode(network, input, state).planes[clock.field]![cell]!,
  );
  return clock.event === "on" ? now === 1 : now !== old;
}

/** A layer with one more input, which weighs the same in all its outputs. */
function withInput(layer: Layer, factor: number): Layer {
  const rows = (weight: Float32Array) =>
    Array.from({ length: layer.outputs }, (_, out) => [
      ...weight.subarray(out * layer.inputs, (out + 1) * layer.inputs),
      factor,
    ]);
  return { ...withDense(layer, (weight) => rows(weight).flat()), inputs: layer.inputs + 1 };
}

type Dense = Omit<Layer, "weight"> & { readonly weight: Float32Array };

const changed = (network: Network, at: number, change: (layer: Dense) => Partial<Dense>): Network => {
  const dense = { ...network.layers[at]!, weight: denseOf(network.layers[at]!) };
  const made = { ...dense, ...change(dense) };
  const layer = { ...made, weight: sparseOf(made.weight, made.outputs) };
  return { ...network, layers: network.layers.with(at, layer) };
};

describe("more than one change", () => {
  const life = load("life");
  const { network } = life;
  const { inputs, outputs } = network.layers[0]!;
  const weightsOf = inputs * 9;

  test("two changes that make up for each other are none", async () => {
    // Twice the unit, half of it further on.
    const unit = outputs - 1;
    const doubled = changed(network, 0, ({ weight, bias }) => ({
      weight: weight.map((value, at) => (Math.floor(at / weightsOf) === unit ? 2 * value : value)),
      bias: bias.with(unit, 2 * bias[unit]!),
    }));
    const halved = changed(doubled, 1, ({ weight, inputs: width }) => ({
      weight: weight.map((value, at) => (at % width === unit ? value / 2 : value)),
    }));
    expect((await check(life, doubled, { grids: 80 })).agree).toBe(false);
    expect(await check(life, halved, { grids: 80 })).toMatchObject({ agree: true, counterexample: null });
  });

  test("units in another order are the same network", async () => {
    const order = Array.from({ length: outputs }, (_, unit) => outputs - 1 - unit);
    const first = changed(network, 0, ({ weight, bias }) => ({
      weight: weight.map(
        (_, at) => weight[order[Math.floor(at / weightsOf)]! * weightsOf + (at % weightsOf)]!,
      ),
      bias: bias.map((_, unit) => bias[order[unit]!]!),
    }));
    const both = changed(first, 1, ({ weight, inputs: width }) => ({
      weight: weight.map((_, at) => weight[Math.floor(at / width) * width + order[at % width]!]!),
    }));
    expect((await check(life, both, { grids: 80 })).agree).toBe(true);
  });

  test("a cell that survives eight neighbours, and nothing else, is found on crowded grids", async () => {
    // One more unit, relu(sum of the patch - 8), is 1 exactly where all nine cells live; it is handed on.
    expect(network.channels).toHaveLength(1);
    const last = network.layers.length - 1;
    const layers = network.layers.map((layer, at): Layer => {
      const from = at === 0 ? new Array<number>(9).fill(1) : [1];
      if (at === last) return withInput(layer, 1);
      const wider = at === 0 ? layer : withInput(layer, 0);
      const { bias, units, outputs } = wider;
      const zeros = new Array<number>(at === 0 ? 0 : layer.inputs).fill(0);
      return {
        ...layer,
        inputs: layer.inputs + (at === 0 ? 0 : 1),
        outputs: outputs + 1,
        weight: sparseOf([...denseOf(wider), ...zeros, ...from], outputs + 1),
        bias: Float32Array.from([...bias, at === 0 ? -8 : 0]),
        units: [...units, "crowded"],
      };
    });
    const both = { ...network, layers };
    const { agree, counterexample } = await check(life, both, { grids: 1000 });
    expect(agree).toBe(false);
    expect(counterexample).toMatchObject({ kind: "value", field: "alive", expected: "0", got: "1" });
    await expectTrue(life, both, counterexample!, "crowded");
    // No smaller grid shows it. Most often its nine cells live at once, but they may also come to.
    const { input, step } = counterexample!;
    expect([input.rows, input.cols].every((side) => side >= 3)).toBe(true);
    if (step === 1) expect([...input.planes.alive!]).toEqual(new Array(9).fill(1));
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e30, 0.5])("a weight of %d is found", async (value) => {
    for (const layer of [0, 1]) {
      const index = denseOf(network.layers[layer]!).findIndex((weight) => weight !== 0);
      const broken = changed(network, layer, ({ weight }) => ({ weight: weight.with(index, value) }));
      const { agree, cells, steps, counterexample } = await check(life, broken);
      expect(agree).toBe(false);
      expect(Number.isFinite(cells) && Number.isFinite(steps)).toBe(true);
      const { step, row, col, input } = counterexample!;
      expect([step, row, col, input.rows, input.cols].every(Number.isInteger)).toBe(true);
      await expectTrue(life, broken, counterexample!, `layer ${layer + 1}, ${value}`);
    }
  });
});

describe("shrinking", () => {
  test("ends where no row, column or value can be left out, and both networks still differ", async () => {
    const add = load("add");
    let seen = 0;
    for (const { name, network } of sample(mutantsOf(add.network), 12)) {
      const { counterexample } = await check(add, network, { grids: 40 });
      if (counterexample === null) continue;
      seen++;
      const { input } = counterexample;
      expect(await differ(add, network, input), name).toBe(true);
      for (const smaller of smallerThan(input)) expect(await differ(add, network, smaller), name).toBe(false);
    }
    expect(seen).toBeGreaterThan(5);
  });

  async function differ(original: Compilation, network: Network, input: Grid): Promise<boolean> {
    const subject = { program: original.checked, schedule: original.rule.schedule, network };
    const emulation = await emulate(
      { ...subject, engine: directEngine(network) },
      [input],
      tracesOf(subject, [input], 100),
    );
    const states = await statesOf(network, [input]);
    const right = await statesOf(original.network, [input]);
    if (emulation.difference !== null) expect(states).not.toEqual(right);
    return emulation.difference !== null;
  }

  function smallerThan({ rows, cols, planes }: Grid): Grid[] {
    const x = [...planes.x!];
    const keep = (height: number, width: number, kept: (row: number, col: number) => boolean): Grid => ({
      rows: height,
      cols: width,
      planes: { x: Int32Array.from(x.filter((_, at) => kept(Math.floor(at / cols), at % cols))) },
    });
    const count = (length: number) => Array.from({ length }, (_, index) => index);
    return [
      ...count(rows > 1 ? rows : 0).map((out) => keep(rows - 1, cols, (row) => row !== out)),
      ...count(cols > 1 ? cols : 0).map((out) => keep(rows, cols - 1, (_, col) => col !== out)),
      ...x.flatMap((value, at) =>
        value === 0 ? [] : [{ rows, cols, planes: { x: Int32Array.from(x.with(at, 0)) } }],
      ),
    ];
  }
});

describe("options", () => {
  const parity = load("parity");

  test("of rounds for ever without an instruction, what came before is compared", async () => {
    const text =
      "program r { input x: bit each { x = not x } loop forever { if all(0) { each { x = 1 } } } }";
    const quiet = compile({ name: "r.alg", text }, { effort: 0 });
    const result = await check(quiet, quiet.network, { grids: 5 });
    expect(result).toMatchObject({ agree: true, grids: 5, counterexample: null });
    const wrong = { ...quiet.network, residual: quiet.network.residual.map((kept) => 1 - kept) };
    expect((await check(quiet, wrong, { grids: 5 })).agree).toBe(false);
  });

  test("the same seed gives the same result, and progress is told", async () => {
    const network = changed(parity.network, 0, ({ weight }) => ({
      weight: weight.map((value) => (value === 0 ? 0 : value + 1)),
    }));
    const [one, other] = [await check(parity, network), await check(parity, network)];
    expect(one).toEqual(other);
    const told: number[] = [];
    await check(parity, parity.network, { grids: 20, onProgress: (done, total) => told.push(done, total) });
    expect(told).toEqual([8, 20, 16, 20, 20, 20]);
  });

  test("an interrupt is heard between batches", async () => {
    const interrupt = new AbortController();
    setTimeout(() => interrupt.abort("stop"), 20);
    const running = check(parity, parity.network, { signal: interrupt.signal, grids: 1e6 });
    await expect(running).rejects.toBe("stop");
  });

  test("an abort signal ends it", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(check(parity, parity.network, { signal })).rejects.toThrow("enough");
  });

  test("the weights of another program are refused in the user's words", async () => {
    const life = load("life");
    await expect(check(parity, life.network)).rejects.toThrow(InputError);
    await expect(check(parity, life.network)).rejects.toThrow(
      /these weights do not belong to parity: expected an input field x of type bit, found none/,
    );
    const { schedule } = life.network;
    const network = { ...parity.network, schedule };
    await expect(check(parity, network)).rejects.toThrow(
      "expected the schedule free-running, found lockstep; compile the program again",
    );
  });

  const GLOW = (lines: string) => `program glow {
    input x: 0..3
    output lit: bit
    ${lines}
    loop { each { lit = lit or left.lit or x == 3 } }
  }`;
  const OURS = "grid 1 x cols workspace left 3, right cols place lit = 1 at left ends when all(lit)";

  test.each([
    [
      "grid 1 x cols workspace left 2, right cols place lit = 1 at left ends when all(lit)",
      "expected `workspace left 3, right cols`, found `workspace left 2, right cols`",
    ],
    [
      "grid 1 x cols place lit = 1 at left ends when all(lit)",
      "expected `workspace left 3, right cols`, found no `workspace`",
    ],
    [
      "workspace left 3, right cols place lit = 1 at left ends when all(lit)",
      "expected `grid 1 x cols`, found no `grid`",
    ],
    [
      "grid 2 x cols workspace left 3, right cols place lit = 1 at left ends when all(lit)",
      "expected `grid 1 x cols`, found `grid 2 x cols`",
    ],
    [
      "grid 1 x cols workspace left 3, right cols ends when all(lit)",
      "expected `place lit = 1 at row 1 column 1`, found no `place`",
    ],
    [`${OURS} place lit = 1 at right`, "expected no `place`, found `place lit = 1 at row 1 column cols`"],
    [
      "grid 1 x cols workspace left 3, right cols place lit = 1 at left",
      "expected runs that end when cells have halted, found when enough steps are made",
    ],
    [
      "grid 1 x cols place lit = 1 at left ends when all(lit) predict x",
      "expected no `predict`, found `predict x`",
    ],
    [`${OURS} output more: bit`, "expected no field more, found a field more (output)"],
  ])("weights with %s are refused, with both lines", async (theirs, message) => {
    const compiled = (lines: string) => compile({ name: "glow.alg", text: GLOW(lines) });
    const { network } = compiled(theirs);
    await expect(check(compiled(OURS), network)).rejects.toThrow(InputError);
    await expect(check(compiled(OURS), network)).rejects.toThrow(
      `these weights do not belong to glow: ${message}; compile the program again`,
    );
  });

  test("fields of another role or with another start are refused", async () => {
    const fields = parity.network.fields.map((field) => ({ ...field }));
    const change = (change: object) => ({
      ...parity.network,
      fields: fields.map((field, at) => (at === 1 ? { ...field, ...change } : field)),
    });
    const name = fields[1]!.name;
    await expect(check(parity, change({ role: "state" }))).rejects.toThrow(
      `expected an output field ${name} of type bit, found the role state`,
    );
    await expect(check(parity, change({ initial: 1 }))).rejects.toThrow(
      `expected ${name} to start as 0, found 1`,
    );
  });
});

test("how the runs of a machine end is counted, as plain code says", async () => {
  const original = load("balanced_tm");
  const options = { grids: 100, maxCols: 7, seed: SEED };
  const { ends, agree } = await check(original, original.network, options);
  const isBalanced = (word: readonly number[]): boolean => {
    // Blank, open, close, crossed.
    let depth = 0;
    for (const symbol of word) {
      if (symbol === 0) break;
      depth += symbol === 1 ? 1 : symbol === 2 ? -1 : 0;
      if (depth < 0) return false;
    }
    return depth === 0;
  };
  const words = [...randomBatches(original.checked, options)].flat().map(({ planes }) => [...planes.tape!]);
  const accept = words.filter(isBalanced).length;
  expect(agree).toBe(true);
  expect(ends).toEqual({ states: { accept, reject: 100 - accept }, open: 0 });
  expect(accept).toBeGreaterThan(5);
  expect((await check(load("parity"), load("parity").network, { grids: 8 })).ends).toBeNull();
});

test("sparse and dense grids come up beside others, few fields or many", () => {
  for (const count of [255, 256]) {
    const names = Array.from({ length: count }, (_, at) => `f${at}`);
    const text = `program many { input ${names.join(", ")}: bit  each { f0 = not f0 } }`;
    const { checked } = compile({ name: "many.alg", text }, { effort: 0, prove: false });
    const grids = [...randomBatches(checked, { grids: 160, maxRows: 4, maxCols: 4, seed: SEED })].flat();
    // Where zeros and ones are equally likely, hardly a plane of so many cells has only one of them.
    const isSparse = grids
      .filter(({ rows, cols }) => rows * cols > 8)
      .map(({ planes }) => Object.values(planes).filter((plane) => new Set(plane).size === 1).length > 12);
    const sparse = isSparse.filter(Boolean).length;
    expect(sparse, again(SEED)).toBeGreaterThan(isSparse.length / 4);
    expect(sparse, again(SEED)).toBeLessThan((3 * isSparse.length) / 4);
  }
});
