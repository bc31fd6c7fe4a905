import { describe, expect, test } from "vitest";
import type { Problem } from "../../programs/oracle.ts";
import { compile } from "../../src/compile.ts";
import { type BitEngine, bitEngine } from "../../src/engines/bits/bit-engine.ts";
import { loadWorkers } from "../../src/engines/bits/workers.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { type Engine, MOST_CHANNELS } from "../../src/engines/engine.ts";
import { runNetwork, type Snapshot } from "../../src/engines/run.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import type { Shape } from "../../src/grid/grid.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { encode } from "../../src/network/state.ts";
import { withDense } from "../network/dense.ts";
import { layer, SAMPLES, shift, water, withOneToken } from "../network/samples.ts";
import { compileProgram, loadOracle, programNames } from "../programs/programs.ts";
import { again, SEED } from "../seed.ts";

const programs = new Map<string, Network>();

function networkOf(name: string): Network {
  const made = programs.get(name) ?? compileProgram(name).network;
  programs.set(name, made);
  return made;
}

async function engineFor(network: Network, threads = 1): Promise<BitEngine> {
  const engine = await bitEngine(network, {
    threads,
    startThreads: await loadWorkers(),
    cellsPerThread: 1,
    waits: true,
    provesAfter: 0,
  });
  if ("reason" in engine) throw new Error(`${network.program}: ${engine.reason}`);
  return engine;
}

const ODD_SHAPES = [
  { rows: 1, cols: 1 },
  { rows: 1, cols: 127 },
  { rows: 128, cols: 1 },
  { rows: 3, cols: 128 },
  { rows: 2, cols: 129 },
] as const;

/** The others have all kinds of schedules too. */
const SLOW_TO_PREPARE = ["decision_list", "solve", "subleq"];

/** Digital only where runs come that begin with inputs alone. */
const PRUNED = ["dyck", "nearest"];

/** Odd shapes, of those that a program takes. */
function shapesOf({ grid, channels }: Network) {
  const oneRow = Boolean(grid) && grid!.rows.tag === "number";
  const wide = channels.length > 8 ? ODD_SHAPES.slice(0, 4) : ODD_SHAPES;
  return { oneRow, shapes: oneRow ? wide.filter(({ rows }) => rows === 1) : wide };
}

/** The same states by both engines, after some steps and some more. */
async function compare(network: Network, bits: Engine, shape: Shape, batch: number, seed: number) {
  const random = seededRandom(seed);
  const fields = PRUNED.includes(network.program)
    ? network.fields.filter(({ role }) => role === "input")
    : network.fields;
  const states = Array.from({ length: batch }, (_, at) =>
    encode(
      network,
      withOneToken(network, randomGrid(shape, fields, random, at % 2 === 0 ? "uniform" : "density")),
    ),
  );
  const runs = [directEngine(network), bits].map((engine) => engine.start(shape, states));
  for (const steps of [1, 2, 5]) {
    for (const run of runs) await run.advance(steps);
    const [direct, found] = await Promise.all(runs.map((run) => run.read()));
    const about = `${network.program}, ${shape.rows}x${shape.cols}, batch ${batch}, ${again(seed)}`;
    const differing = states.map((_, at) =>
      direct![at]!.findIndex((value, index) => value !== found![at]![index]),
    );
    expect(differing, about).toEqual(states.map(() => -1));
  }
  for (const run of runs) run.close();
}

/** A network of random threshold gates: two ramps one apart make a 0 or 1 of every weighted sum. */
function randomGates(random: Random): Network {
  const channels = 1 + random.int(3);
  const weights = () =>
    Array.from({ length: 9 * channels }, () => (random.int(3) === 0 ? random.int(7) - 3 : 0));
  const ramps = Array.from({ length: channels }, () => ({ weights: weights(), bias: random.int(7) - 3 }));
  const isRamp = (channel: number) => ramps.flatMap((_, at) => (at === channel ? [1, -1] : [0, 0]));
  return {
    ...shift,
    program: `random_gates_${channels}`,
    fields: ramps.map((_, at) => ({ name: `f${at}`, role: "input", type: { kind: "bit" }, initial: 0 })),
    channels: ramps.map((_, at) => ({ name: `f${at}`, code: { kind: "bit", field: `f${at}` } })),
    layers: [
      layer(
        3,
        ramps.flatMap(({ weights: row }) => [row, row]),
        ramps.flatMap(({ bias }) => [bias, bias - 1]),
      ),
      layer(
        1,
        ramps.map((_, at) => isRamp(at)),
        ramps.map(() => 0),
      ),
    ],
    residual: new Float32Array(channels),
  };
}

describe("bit engine", () => {
  test.each(SAMPLES.map((network) => [network.program, network] as const))(
    "%s: as the direct engine on odd shapes, alone and in batches",
    async (_, network) => {
      const bits = await engineFor(network);
      for (const [at, shape] of [...ODD_SHAPES, { rows: 129, cols: 257 }].entries())
        await compare(network, bits, shape, at < 5 ? 1 + 2 * (at % 2) : 1, SEED + at);
      await compare(network, bits, { rows: 5, cols: 6 }, 50, SEED);
    },
  );

  test("as the direct engine on networks of random gates", async () => {
    for (let seed = SEED; seed < SEED + 30; seed++) {
      const random = seededRandom(seed);
      const network = randomGates(random);
      const bits = await engineFor(network);
      const shape =
        seed % 3 === 0 ? ODD_SHAPES[seed % 5]! : { rows: 1 + random.int(9), cols: 1 + random.int(140) };
      await compare(network, bits, shape, 1 + random.int(3), seed);
    }
  });

  test.each(programNames.filter((name) => !SLOW_TO_PREPARE.includes(name)))(
    "%s: as the direct engine on random grids",
    async (name) => {
      const network = networkOf(name);
      const bits = await engineFor(network);
      const { oneRow, shapes } = shapesOf(network);
      for (const [at, shape] of shapes.entries())
        await compare(network, bits, shape, 1 + 2 * (at % 2), SEED + at);
      if (!oneRow) await compare(network, bits, { rows: 6, cols: 300 }, 1, SEED);
    },
  );

  test("programs stop after as many steps as with the direct engine, with one thread and with two", async () => {
    for (const name of ["gf2", "parity", "sort", "majority", "bb4", "flood", "balanced_tm"]) {
      const network = networkOf(name);
      const inputs = network.fields.filter(({ role }) => role === "input");
      const random = seededRandom(SEED);
      const shape = { rows: network.grid ? 1 : 13, cols: name === "bb4" ? 1 : 9 };
      const grid = prepareInput(network, randomGrid(shape, inputs, random));
      const direct = await runNetwork(network, directEngine(network), grid, { maxSteps: 400 });
      for (const threads of [1, 2]) {
        const bits = await engineFor(network, threads);
        const found = await runNetwork(network, bits, grid, { maxSteps: 400 });
        expect(found, `${name}, ${threads} threads, ${again(SEED)}`).toEqual(direct);
        const cut = { maxSteps: Math.max(0, direct.steps - 1) };
        const early = await runNetwork(network, bits, grid, cut);
        expect(early).toEqual(await runNetwork(network, directEngine(network), grid, cut));
      }
    }
  });

  test("two threads make the states of one, on grids where much is quiet", async () => {
    const network = networkOf("gf2");
    const inputs = network.fields.filter(({ role }) => role === "input");
    const shape = { rows: 40, cols: 300 };
    const states = [encode(network, randomGrid(shape, inputs, seededRandom(SEED)))];
    const runs = [
      directEngine(network).start(shape, states),
      (await engineFor(network)).start(shape, states),
      (await engineFor(network, 2)).start(shape, states),
    ];
    for (const steps of [1, 40, 100]) {
      for (const run of runs) await run.advance(steps);
      const [direct, one, two] = await Promise.all(runs.map(async (run) => (await run.read())[0]!));
      expect(
        one!.every((value, at) => value === direct![at]),
        `${steps} more steps`,
      ).toBe(true);
      expect(
        two!.every((value, at) => value === direct![at]),
        `${steps} more steps`,
      ).toBe(true);
    }
    for (const run of runs) run.close();
  });

  test("few cells that move, on grids of several chunks", async () => {
    // A row of 8,300 cells has 65 vectors, in two chunks; in a grid of one row chunks have two vectors.
    for (const [network, shape] of [
      [SAMPLES[1]!, { rows: 7, cols: 8300 }],
      [SAMPLES[2]!, { rows: 1, cols: 900 }],
      [SAMPLES[2]!, { rows: 1, cols: 9001 }],
      [SAMPLES[1]!, { rows: 1, cols: 7001 }],
      [SAMPLES[4]!, { rows: 40, cols: 200 }],
    ] as const) {
      const random = seededRandom(SEED);
      const state = new Float32Array(shape.rows * shape.cols);
      for (let patch = 0; patch < 5; patch++) {
        const at = random.int(shape.cols - 4);
        for (let cell = 0; cell < 9; cell++)
          state[random.int(shape.rows) * shape.cols + at + random.int(4)] = random.int(2);
      }
      const runs = [directEngine(network), await engineFor(network)].map((engine) =>
        engine.start(shape, [state]),
      );
      for (const steps of [1, 1, 7, 50]) {
        for (const run of runs) await run.advance(steps);
        const [direct, bits] = await Promise.all(runs.map(async (run) => (await run.read())[0]!));
        const differing = direct!.findIndex((value, cell) => value !== bits![cell]);
        expect(differing, `${network.program}, ${again(SEED)}`).toBe(-1);
      }
    }
  });

  test("finds out that a run repeats itself, and goes on from a snapshot", async () => {
    // Water that nobody pours never halts, and nothing changes after it has spread.
    for (let seed = SEED; seed < SEED + 6; seed++) {
      const shape = { rows: 3, cols: 4 + (seed % 3) };
      const grid = randomGrid(shape, water.fields, seededRandom(seed));
      const dry = {
        ...grid,
        planes: { ...grid.planes, level: grid.planes.level!.map((level) => Math.min(level, 1)) },
      };
      const direct = await runNetwork(water, directEngine(water), dry);
      const bits = await engineFor(water);
      expect(await runNetwork(water, bits, dry), again(seed)).toEqual(direct);
      let snapshot: Snapshot | undefined;
      const half = Math.floor(direct.steps / 2);
      await runNetwork(water, bits, dry, {
        maxSteps: half,
        onPause: async (pause) => {
          snapshot = await pause.snapshot();
        },
      });
      expect(await runNetwork(water, bits, dry, { from: snapshot })).toMatchObject({ halted: direct.halted });
    }
  });

  test("the busy beaver's tape after many steps is that of a plain machine", async () => {
    const network = networkOf("bb5");
    const input = prepareInput(network, { rows: 1, cols: 1, planes: { tape: new Int32Array(1) } });
    const { grid, steps } = await runNetwork(network, await engineFor(network), input, { maxSteps: 300_000 });
    const answer = (await loadOracle("bb5")).solve({ tape: [[0]] }, 300_000);
    expect(steps).toBe(300_000);
    expect([...grid.planes.tape!]).toEqual((answer as { planes: Problem["planes"] }).planes.tape![0]);
  });

  test("says why a network cannot run on bits", async () => {
    const rounded: Network = { ...shift, layers: [layer(3, [[0, 0, 0, 0.1, 0, 0, 0, 0, 0]], [0])] };
    expect(await bitEngine(rounded)).toEqual({ reason: "layer 1 computes with numbers that float32 rounds" });
  });

  test("networks of as many channels as it takes, and of one more", async () => {
    const wide = compile(
      {
        name: "wide.alg",
        text: `program wide { ${Array.from({ length: MOST_CHANNELS }, (_, at) => `input f${at}: bit`).join("\n")} each { f0 = left.f1 } }`,
      },
      { effort: 0, prune: false },
    ).network;
    expect(wide.channels).toHaveLength(MOST_CHANNELS);
    const input = randomGrid({ rows: 2, cols: 3 }, wide.fields, seededRandom(SEED));
    const bits = await bitEngine(wide);
    if ("reason" in bits) throw new Error(bits.reason);
    const ends = [bits, directEngine(wide)].map((engine) => runNetwork(wide, engine, input, { maxSteps: 2 }));
    expect(await ends[0]).toEqual(await ends[1]);
    const [channel] = wide.channels;
    expect(await bitEngine({ ...wide, channels: [...wide.channels, channel!] })).toEqual({
      reason: "it has more than 4,000 channels",
    });
  }, 60_000);

  test("codes need not stay legal, as long as they are zeros and ones", async () => {
    // One value moves to the right and the other to the left, where they meet in cells that then have both.
    const [left, right, here, none] = [3, 5, 4, -1].map((at) =>
      Array.from({ length: 9 }, (_, tap) => Number(tap === at)),
    );
    const meeting: Network = {
      ...shift,
      program: "meeting",
      fields: [{ name: "m", role: "input", type: { kind: "enum", names: ["no", "one", "two"] }, initial: 0 }],
      channels: [
        { name: "m=one", code: { kind: "one-hot", field: "m", equals: 1 } },
        { name: "m=two", code: { kind: "one-hot", field: "m", equals: 2 } },
        { name: "inside", code: { kind: "inside" } },
      ],
      layers: [
        layer(
          3,
          [
            [...left!, ...none!, ...none!],
            [...none!, ...right!, ...none!],
            [...none!, ...none!, ...here!],
          ],
          [0, 0, 0],
        ),
      ],
      residual: Float32Array.of(0, 0, 0),
    };
    const bits = await engineFor(meeting);
    await compare(meeting, bits, { rows: 4, cols: 131 }, 1, SEED);
    await compare(meeting, bits, { rows: 1, cols: 7 }, 3, SEED + 1);
  });

  test("halves that add up to ones are digital", async () => {
    const [first] = shift.layers;
    const halves: Network = {
      ...shift,
      layers: [withDense(first!, (weight) => weight.map((each) => each / 2)), layer(1, [[2]], [0])],
    };
    await compare(halves, await engineFor(halves), { rows: 3, cols: 5 }, 2, SEED);
  });

  test("a network that was pruned by its proof also starts where no run comes", async () => {
    const network = networkOf("nearest");
    const bits = await engineFor(network);
    const shape = { rows: 2, cols: 3 };
    const state = encode(network, { ...shape, planes: {} });
    const at = network.channels.findIndex(({ code }) => code.kind !== "inside" && code.field === "query");
    state[at] = 1;
    state[network.channels.findIndex(({ name }) => name === "x")] = 1;
    // Its proof says nothing of such a state, so that every step is looked at.
    const runs = [directEngine(network), bits].map((engine) => engine.start(shape, [state]));
    for (let step = 0; step < 9; step++) {
      for (const run of runs) await run.advance(1);
      expect(await runs[1]!.read(), `step ${step}`).toEqual(await runs[0]!.read());
    }
  });

  test("refuses states that are no codes, and grids larger than memory", async () => {
    const bits = await engineFor(water);
    const shape = { rows: 1, cols: 1 };
    expect(() => bits.start(shape, [Float32Array.of(1, 0, 1, 0, 0, 0)])).toThrow(
      /not of legal codes: level>=1 is 1 in row 1, column 1; take the direct engine/,
    );
    expect(() => bits.machine({ rows: 2 ** 20, cols: 2 ** 20 })).toThrow(
      /grids of 1048576x1048576 cells need \d+ bytes/,
    );
  });
});
