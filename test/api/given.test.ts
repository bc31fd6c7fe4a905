// What callers may get wrong, function by function: inputs are prepared or refused, and nothing is computed in silence
// from what is no grid, state or number of steps of the program.

import { expect, test } from "vitest";
import {
  bitEngine,
  checkNetwork,
  checkProgram,
  compile,
  decode,
  decompile,
  directEngine,
  encode,
  exportJson,
  exportNpz,
  exportOnnx,
  exportPytorch,
  exportRle,
  exportTfjs,
  type Grid,
  gollyPattern,
  InputError,
  interpret,
  type Network,
  prepareInput,
  randomGrid,
  readWeightFile,
  recordFrames,
  renderGrid,
  ruleEngine,
  runNetwork,
  runRule,
  seededRandom,
  writeGrid,
} from "../../src/index.ts";

const compiled = (text: string) => compile({ name: "p.alg", text });

/** The right neighbour's value, in the middle of a workspace that it needs. */
const ROOM = compiled(`program room {
  input x: 0..3
  output y: 0..3 = 2
  state s: bit = 0
  grid 1 x cols where cols >= 2
  workspace left 1, right cols
  place s = 1 at row 1 column 2
  each { if s == 1 { y = left.x } }
}`);
const LIFE = compiled(`program life {
  input alive: bit
  loop { each { let n = count(around.alive)
    alive = n == 3 or (n == 2 and alive) } }
}`);

const row = (...x: number[]): Grid => ({ rows: 1, cols: x.length, planes: { x: Int32Array.from(x) } });
const INPUT = row(3, 2);
const alive = (...values: number[]): Grid => ({
  rows: 1,
  cols: values.length,
  planes: { alive: Int32Array.from(values) },
});
const yOf = ({ planes }: Grid): number[] => [...planes.y!];
/** One cell to the left, two to the right; the marked cell takes what is to its left. */
const WANTED = [2, 2, 3, 2, 2];

const onNetwork = (grid: Grid, maxSteps?: number) =>
  runNetwork(ROOM.network, directEngine(ROOM.network), grid, { maxSteps });

test("inputs are prepared, prepared grids are run as they are", async () => {
  const prepared = prepareInput(ROOM.checked, INPUT);
  expect(prepared).toMatchObject({ rows: 1, cols: 5, prepared: true });
  expect(prepareInput(ROOM.checked, prepared)).toEqual(prepared);
  const result = await onNetwork(INPUT);
  for (const grid of [INPUT, prepared, structuredClone(prepared), { ...INPUT, prepared: false }]) {
    expect((await onNetwork(grid)).grid).toEqual(result.grid);
    expect(yOf(interpret(ROOM.checked, grid).grid)).toEqual(WANTED);
    expect(yOf(runRule(ROOM.rule, grid, 9).grid)).toEqual(WANTED);
  }
  expect(yOf(result.grid)).toEqual(WANTED);
  for (const { grid } of [result, interpret(ROOM.checked, INPUT), runRule(ROOM.rule, INPUT, 9)]) {
    const { rows, cols, planes: all } = grid;
    const planes = { x: all.x!, y: all.y!, s: all.s! };
    // With what it says of itself, and without: all fields are there.
    for (const again of [
      { ...grid, planes },
      { rows, cols, planes },
    ]) {
      expect((await onNetwork(again)).grid).toMatchObject({ cols: 5 });
      expect(interpret(ROOM.checked, again).grid.cols).toBe(5);
      expect(ruleEngine(ROOM.rule).start(again).cols).toBe(5);
    }
  }
});

test("encode takes prepared grids, and says what to do with others", () => {
  expect(() => encode(ROOM.network, INPUT)).toThrow(/input of 1x2 .* makes 1x5; give what prepareInput/);
  const prepared = prepareInput(ROOM.network, INPUT);
  const state = encode(ROOM.network, prepared);
  expect(decode(ROOM.network, prepared, state)).toMatchObject({ cols: 5, prepared: true });
});

test("programs without rules take grids that were prepared, or run, as they are", async () => {
  const input = alive(1, 1, 0);
  expect(prepareInput(LIFE.network, prepareInput(LIFE.network, input))).toEqual(input);
  const { network } = LIFE;
  const one = await runNetwork(network, directEngine(network), input, { maxSteps: 2 });
  const half = await runNetwork(network, directEngine(network), input, { maxSteps: 1 });
  expect(await runNetwork(network, directEngine(network), half.grid, { maxSteps: 1 })).toMatchObject({
    grid: one.grid,
  });
});

test("other arrays of whole numbers are planes", async () => {
  const grid = { rows: 1, cols: 2, planes: { x: [3, 2] } } as unknown as Grid;
  expect(yOf((await onNetwork(grid)).grid)).toEqual(WANTED);
  expect(yOf(interpret(ROOM.checked, grid).grid)).toEqual(WANTED);
});

const grids: Readonly<Record<string, readonly [grid: unknown, message: RegExp]>> = {
  "a missing plane": [{ rows: 1, cols: 2, planes: {} }, /no plane of the field x, and no other/],
  "no planes": [{ rows: 1, cols: 2 }, /no plane of the field x/],
  "an unknown plane": [
    { rows: 1, cols: 2, planes: { ...INPUT.planes, z: new Int32Array(2) } },
    /a plane of the field z, but the program's fields are x, y, s/,
  ],
  "a short plane": [{ ...INPUT, planes: { x: new Int32Array(1) } }, /field x: found 1 values, expected 2/],
  "a plane that is none": [{ ...INPUT, planes: { x: null } }, /field x: found no values, expected 2/],
  "a value out of range": [row(3, 4), /field x, row 1, column 2: found 4, expected a value of 0\.\.3/],
  "a negative value": [row(-1, 0), /column 1: found -1/],
  "a fraction": [{ ...INPUT, planes: { x: [0.5, 1] } }, /found 0\.5, expected/],
  "no number": [{ ...INPUT, planes: { x: [1, Number.NaN] } }, /column 2: found NaN/],
  "a shape against the rules": [row(1), /takes a grid of 1 x cols where cols >= 2 .* has 1 x 1/],
  "no rows": [{ ...INPUT, rows: undefined }, /found undefined as the number of rows/],
  "half a column": [{ ...INPUT, cols: 1.5 }, /found 1.5 as the number of columns/],
  "some fields of several": [
    { ...INPUT, planes: { ...INPUT.planes, s: new Int32Array(2) } },
    /planes of x, s, but not of y.*`prepared: true`/,
  ],
  "a size that no input becomes": [
    { ...INPUT, planes: { ...INPUT.planes, y: new Int32Array(2), s: new Int32Array(2) } },
    /taken for a prepared one, but no input becomes/,
  ],
};

for (const [what, [given, message]] of Object.entries(grids))
  test(`${what} is refused wherever a grid is taken`, async () => {
    const grid = given as Grid;
    const refused = (call: () => unknown): void => {
      expect(call).toThrow(InputError);
      expect(call).toThrow(message);
    };
    const run = onNetwork(grid);
    await expect(run).rejects.toThrow(InputError);
    await expect(run).rejects.toThrow(message);
    refused(() => encode(ROOM.network, grid));
    refused(() => interpret(ROOM.checked, grid));
    refused(() => ruleEngine(ROOM.rule).start(grid));
    refused(() => runRule(ROOM.rule, grid, 9));
  });

const wrongAlive: readonly (readonly [unknown, RegExp])[] = [
  [{ rows: 1, cols: 2, planes: {} }, /no plane of the field alive/],
  [{ rows: 1, cols: 2, planes: { alive: Int32Array.of(1) } }, /found 1 values, expected 2/],
  [alive(0, 2), /column 2: found 2/],
];

test("patterns and texts are made of grids of the program alone", () => {
  const fields = LIFE.network.fields;
  for (const [given, message] of wrongAlive) {
    const grid = given as Grid;
    for (const call of [
      () => exportRle(LIFE.network, grid),
      () => gollyPattern(LIFE.network, "life", grid),
      () => writeGrid(grid, fields, "text"),
      () => writeGrid(grid, fields, "csv"),
      () => writeGrid(grid, fields, "json"),
      () => renderGrid(grid, fields),
    ]) {
      expect(call).toThrow(InputError);
      expect(call).toThrow(message);
    }
  }
  expect(exportRle(LIFE.network, alive(1, 1, 0))).toContain("2o!");
});

const steps = [Number.NaN, -1, 0.5, Number.POSITIVE_INFINITY];
const network = LIFE.network;
const state = () => encode(network, alive(1, 1, 0));
const shape = { rows: 1, cols: 3 };

test("what is no number of steps is refused", async () => {
  const bits = await bitEngine(network);
  if ("reason" in bits) throw new Error(bits.reason);
  for (const wrong of steps) {
    await expect(onNetwork(INPUT, wrong)).rejects.toThrow(InputError);
    expect(() => runRule(ROOM.rule, INPUT, wrong)).toThrow(InputError);
    expect(() => interpret(ROOM.checked, INPUT, { maxInstructions: wrong })).toThrow(InputError);
    for (const engine of [directEngine(network), bits]) {
      const run = engine.start(shape, [state()]);
      await expect(run.advance(wrong)).rejects.toThrow(
        /as the number of steps, expected a whole number from 0/,
      );
      run.close();
    }
    await expect(exportOnnx(network, { unroll: wrong })).rejects.toThrow(InputError);
    const checking = checkNetwork({ ...LIFE, source: LIFE.checked.source }, network, directEngine(network), {
      seed: 1,
      grids: wrong,
    });
    await expect(checking).rejects.toThrow(InputError);
    expect(() => randomGrid({ rows: wrong, cols: 2 }, network.fields, seededRandom(1))).toThrow(InputError);
  }
});

test("states and engines of another network, or of another shape, are refused", async () => {
  const bits = await bitEngine(network);
  if ("reason" in bits) throw new Error(bits.reason);
  for (const engine of [directEngine(network), bits]) {
    expect(() => engine.start({ rows: 1, cols: 4 }, [state()])).toThrow(InputError);
    expect(() => engine.start({ rows: 0, cols: 4 }, [])).not.toThrow("internal");
    await expect(runNetwork(ROOM.network, engine, INPUT)).rejects.toThrow(
      /found an engine \(\w+\) of another network/,
    );
  }
  expect(() => decode(network, { rows: 2, cols: 2 }, state())).toThrow(InputError);
  for (const from of [
    { steps: 0, state: new Float32Array(1), kept: null },
    { steps: -1, state: state(), kept: null },
    { steps: 0, state: state(), kept: { state: new Float32Array(1), age: 0, span: 1 } },
  ])
    await expect(
      runNetwork(network, directEngine(network), alive(1, 1, 0), { maxSteps: 3, from }),
    ).rejects.toThrow(InputError);
});

test("frames are of fields that grids have", () => {
  const recorder = recordFrames({ progress: null, fields: ["ghost"], most: 2 });
  expect(() => recorder.add(0, alive(1))).toThrow(/no plane of the field ghost, only of alive/);
});

test("exports refuse networks that are not sound", async () => {
  const [first, ...others] = network.layers;
  const wrong: readonly unknown[] = [
    { ...network, layers: [{ ...first!, bias: first!.bias.map(() => Number.NaN) }, ...others] },
    {
      ...network,
      layers: [
        { ...first!, weight: { ...first!.weight, starts: first!.weight.starts.subarray(1) } },
        ...others,
      ],
    },
    LIFE,
  ];
  for (const each of wrong) {
    const broken = each as Network;
    for (const call of [
      () => exportJson(broken),
      () => exportTfjs(broken),
      () => exportPytorch(broken, "w.safetensors"),
      () => exportRle(broken, null),
    ])
      expect(call).toThrow(InputError);
    await expect(exportNpz(broken)).rejects.toThrow(InputError);
    await expect(exportOnnx(broken)).rejects.toThrow(InputError);
  }
});

test("what is of another kind altogether is refused in words", async () => {
  const engine = directEngine(network);
  const source = LIFE.checked.source;
  const text = "program p { input x: 0..99 output y: bit each { y = x > 3 } }";
  const from = (kept: unknown, given: unknown = state()) =>
    runNetwork(network, engine, alive(1, 1, 0), {
      maxSteps: 3,
      from: { steps: 1, state: given, kept } as never,
    });
  const calls: Readonly<Record<string, readonly [call: () => unknown, message: RegExp]>> = {
    "an engine's name": [() => runNetwork(network, "bits" as never, alive(1)), /found no engine/],
    "no engine": [() => runNetwork(network, null as never, alive(1)), /found no engine/],
    "a compilation": [() => directEngine(LIFE as never), /found no network/],
    "no network": [() => bitEngine(null as never), /found no network/],
    "nothing to decompile": [() => decompile(LIFE as never), /found no network/],
    "a state of doubles": [() => engine.start(shape, [new Float64Array(3)] as never), /no Float32Array/],
    "a list as a state": [() => engine.start(shape, [[1, 0, 1]] as never), /no Float32Array/],
    "no states": [() => engine.start(shape, undefined as never), /found no list of states/],
    "a kept state of doubles": [
      () => from({ state: new Float64Array(3), age: 0, span: 1 }),
      /no Float32Array/,
    ],
    "a kept state of the future": [() => from({ state: state(), age: -1, span: 1 }), /found -1 as the age/],
    "a kept state that is overdue": [
      () => from({ state: state(), age: 5, span: 4 }),
      /found 4 as the number/,
    ],
    "a text alone": [() => compile(text as never), /found no program/],
    "no text": [() => checkProgram({ name: "p" } as never), /found no program/],
    "an unknown code": [
      () => compile({ name: "p", text }, { codes: { others: "gray" as never } }),
      /found the code gray for x, expected auto, /,
    ],
    "a budget below 0": [
      () => compile({ name: "p", text }, { budget: { seconds: -1 } }),
      /found -1 as the budget's seconds/,
    ],
    "no seed": [() => seededRandom(Number.NaN), /found NaN as the seed/],
    "a seed of no check": [
      () => checkNetwork({ ...LIFE, source }, network, engine, { seed: Number.NaN, grids: 1 }),
      /found no whole number but NaN as the option seed/,
    ],
    "no bytes": [() => readWeightFile("text" as never, "f"), /found no bytes/],
    "an unknown format": [
      () => writeGrid(alive(1), network.fields, "yaml" as never),
      /found the format yaml, expected text, /,
    ],
  };
  for (const [what, [call, message]] of Object.entries(calls)) {
    const refused = expect(async () => call(), what).rejects;
    await refused.toThrow(InputError);
    await refused.toThrow(message);
  }
  // Without what Brent's algorithm keeps, a run begins to watch anew.
  expect(await from(undefined)).toEqual(await from(null));
});
