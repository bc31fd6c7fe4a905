// Small networks made by hand, with the rules they stand for written independently as plain loops.

import { firstValue, type Grid, type Shape, type ValueType } from "../../src/grid/grid.ts";
import { gaussian, type Random, seededRandom } from "../../src/grid/random.ts";
import type { Channel, Layer, Network, NetworkField } from "../../src/network/network.ts";
import { denseOf, sparseOf } from "../../src/network/sparse.ts";

/** A layer from one row of weights per output: 9 per input (patch in reading order) or 1 per input. */
export function layer(kernel: 3 | 1, rows: readonly (readonly number[])[], bias: readonly number[]): Layer {
  const outputs = rows.length;
  return {
    kernel,
    outputs,
    inputs: (rows[0]?.length ?? 0) / kernel ** 2,
    weight: sparseOf(rows.flat(), rows.length),
    bias: Float32Array.from(bias),
    units: rows.map((_, unit) => `unit ${unit}`),
  };
}

const NO = [0, 0, 0, 0, 0, 0, 0, 0, 0];
const HERE = [0, 0, 0, 0, 1, 0, 0, 0, 0];
const LEFT = [0, 0, 0, 1, 0, 0, 0, 0, 0];
const UP = [0, 1, 0, 0, 0, 0, 0, 0, 0];
const CROSS = [0, 1, 0, 1, 1, 1, 0, 1, 0];
const times = (factor: number, patch: readonly number[]) => patch.map((weight) => weight * factor);

const bit: ValueType = { kind: "bit" };
const bitField = (name: string, role: NetworkField["role"]): NetworkField => ({
  name,
  role,
  type: bit,
  initial: 0,
});
const bitChannel = (field: string): Channel => ({ name: field, code: { kind: "bit", field } });

const common = {
  sourceHash: "0".repeat(64),
  predict: null,
  snap: false,
  schedule: { kind: "lockstep", reason: "made by hand", clock: null },
  exact: { largestWeight: 8, largestActivation: 64, formats: ["float32"] },
} as const;

/** Prefix parity of every row: p = x xor left.p, once it has converged. */
export const parity: Network = {
  ...common,
  program: "parity",
  fields: [bitField("x", "input"), bitField("p", "output")],
  predict: "p",
  channels: [bitChannel("x"), bitChannel("p")],
  layers: [
    layer(
      3,
      [
        [...times(-1, HERE), ...LEFT],
        [...HERE, ...times(-1, LEFT)],
      ],
      [0, 0],
    ),
    layer(
      1,
      [
        [0, 0],
        [1, 1],
      ],
      [0, 0],
    ),
  ],
  residual: Float32Array.of(1, 0),
  schedule: { kind: "free-running", reason: "p converges from the left", clock: null },
  stop: { kind: "fixpoint" },
};

/** Conway's Game of Life: v = 2 neighbours + alive is 5, 6 or 7 where the cell lives on. */
export const life: Network = {
  ...common,
  program: "life",
  fields: [bitField("alive", "input")],
  channels: [bitChannel("alive")],
  layers: [
    layer(3, [[2, 2, 2, 2, 1, 2, 2, 2, 2]], [0]),
    layer(1, [[1], [1], [1], [1]], [-4, -5, -7, -8]),
    layer(1, [[1, -1, -1, 1]], [0]),
  ],
  residual: Float32Array.of(0),
  stop: { kind: "never" },
};

/** A single layer without activation: x moves one cell to the right at every step. */
export const shift: Network = {
  ...common,
  program: "shift",
  fields: [bitField("x", "input")],
  channels: [bitChannel("x")],
  layers: [layer(3, [LEFT], [0])],
  residual: Float32Array.of(0),
  stop: { kind: "fixpoint" },
};

const MODES = ["dry", "wet", "done"] as const;

/**
 * Water: `level` (-1..2, a thermometer) becomes the largest of the cell's own and its four neighbours', and at
 * least 0 in the leftmost column; a cell at level 2 goes from dry to wet, and a wet one to done.
 * Halts when every cell is done, which it never does where no cell starts at level 2.
 */
export const water: Network = {
  ...common,
  program: "water",
  fields: [
    { name: "level", role: "input", type: { kind: "range", lo: -1, hi: 2 }, initial: -1 },
    { name: "mode", role: "state", type: { kind: "enum", names: MODES }, initial: 0 },
  ],
  // Out of order on purpose: nothing may depend on the channels of a field standing together.
  channels: [
    { name: "level>=1", code: { kind: "thermometer", field: "level", atLeast: 1 } },
    { name: "mode=done", code: { kind: "one-hot", field: "mode", equals: 2 } },
    { name: "inside", code: { kind: "inside" } },
    { name: "level>=0", code: { kind: "thermometer", field: "level", atLeast: 0 } },
    { name: "mode=wet", code: { kind: "one-hot", field: "mode", equals: 1 } },
    { name: "level>=2", code: { kind: "thermometer", field: "level", atLeast: 2 } },
  ],
  layers: [
    layer(
      3,
      [
        [...CROSS, ...NO, ...NO, ...NO, ...NO, ...NO],
        [...CROSS, ...NO, ...NO, ...NO, ...NO, ...NO],
        [...NO, ...NO, ...NO, ...NO, ...NO, ...CROSS],
        [...NO, ...NO, ...NO, ...NO, ...NO, ...CROSS],
        [...NO, ...NO, ...HERE.map((w, at) => w - LEFT[at]!), ...CROSS, ...NO, ...NO],
        [...NO, ...NO, ...HERE.map((w, at) => w - LEFT[at]!), ...CROSS, ...NO, ...NO],
        [...NO, ...HERE, ...NO, ...NO, ...HERE, ...NO],
        [...NO, ...times(-1, HERE), ...NO, ...NO, ...times(-1, HERE), ...HERE],
      ],
      [0, -1, 0, -1, 0, -1, 0, 0],
    ),
    layer(
      1,
      [
        [1, -1, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 1, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 1, -1, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 1],
        [0, 0, 1, -1, 0, 0, 0, 0],
      ],
      [0, 0, 0, 0, 0, 0],
    ),
  ],
  residual: Float32Array.of(0, 0, 1, 0, 0, 0),
  stop: { kind: "halted", cubes: [{ on: ["mode=done"], off: ["mode=wet"] }] },
};

/** Up-moving bits, so that rows matter too; `residual` is 1 throughout and the layer takes the old value away. */
const rise: Network = {
  ...shift,
  program: "rise",
  layers: [layer(3, [HERE.map((w, at) => UP[8 - at]! - w)], [0])],
  residual: Float32Array.of(1),
};

export const SAMPLES: readonly Network[] = [parity, life, shift, water, rise];

/** A random grid of all fields of a network, whatever their role, with no more tokens than it takes. */
export function randomGrid(network: Network, shape: Shape, random: Random): Grid {
  const planes = network.fields.map(({ name, type }): [string, Int32Array] => {
    const lo = type.kind === "range" ? type.lo : 0;
    const count = type.kind === "range" ? type.hi - type.lo + 1 : type.kind === "bit" ? 2 : type.names.length;
    return [name, Int32Array.from({ length: shape.rows * shape.cols }, () => lo + random.int(count))];
  });
  return withOneToken(network, { ...shape, planes: Object.fromEntries(planes) });
}

/** The grid without all but the first tokens that the network takes one of. */
export function withOneToken({ fields, tokens = [] }: Network, grid: Grid): Grid {
  const planes = { ...grid.planes };
  for (const token of tokens.filter((name) => Object.hasOwn(planes, name))) {
    const first = firstValue(fields.find(({ name }) => name === token)!.type);
    const holder = planes[token]!.findIndex((value) => value !== first);
    planes[token] = planes[token]!.map((value, at) => (at === holder ? value : first));
  }
  return { ...grid, planes };
}

/** Every shape from 1x1 to 9x9 is possible; rows, columns and single cells are common. */
export function randomShape(random: Random): Shape {
  const size = () => (random.int(4) === 0 ? 1 : 1 + random.int(9));
  return { rows: size(), cols: size() };
}

/** A network of random numbers with some zeros, for comparing engines: `draw` makes one weight. */
export function randomNetwork(
  widths: readonly number[],
  seed: number,
  draw: (random: Random) => number,
): Network {
  const random = seededRandom(seed);
  const channels = widths[0]!;
  const sizes = [...widths, channels];
  const fields = Array.from({ length: channels }, (_, index) => bitField(`f${index}`, "input"));
  const layers = widths.map((inputs, index): Layer => {
    const kernel = index === 0 ? 3 : 1;
    const row = () => Array.from({ length: inputs * kernel ** 2 }, () => (random.int(3) ? draw(random) : 0));
    const rows = Array.from({ length: sizes[index + 1]! }, row);
    return {
      ...layer(
        kernel,
        rows,
        rows.map(() => draw(random)),
      ),
      inputs,
    };
  });
  return {
    ...common,
    program: `random_${widths.join("_")}_seed_${seed}`,
    fields,
    channels: fields.map(({ name }) => bitChannel(name)),
    layers,
    residual: Float32Array.from(fields, () => random.int(2)),
    exact: { largestWeight: 0, largestActivation: 0, formats: [] },
    stop: { kind: "never" },
  };
}

/** The network with Gaussian noise on all of its weights and biases, as if they had been learned, and snapping. */
export function learnedLike(network: Network, sigma: number, seed: number): Network {
  const random = seededRandom(seed);
  const noisy = (values: Float32Array) => values.map((value) => value + sigma * gaussian(random));
  const layers = network.layers.map((each) => ({
    ...each,
    weight: sparseOf(noisy(denseOf(each)), each.outputs),
    bias: noisy(each.bias),
  }));
  const exact = { largestWeight: 0, largestActivation: 0, formats: [] };
  return { ...network, layers, exact, snap: true };
}

/** The samples as if they had been learned; rounded, their steps are still those of their rules. */
export const SNAPPED: readonly Network[] = SAMPLES.map((network, seed) => learnedLike(network, 0.01, seed));

type Rule = (grid: Grid) => Grid;

/** One step of each sample by its rule, written with loops over cells; off-grid cells read as first values. */
export const RULES: Readonly<Record<string, Rule>> = {
  parity: (grid) => {
    const at = reader(grid);
    return planes(grid, {
      x: (row, col) => at("x", row, col, 0),
      p: (row, col) => (at("x", row, col, 0) === at("p", row, col - 1, 0) ? 0 : 1),
    });
  },
  life: (grid) => {
    const at = reader(grid);
    return planes(grid, {
      alive: (row, col) => {
        let neighbours = 0;
        for (const dr of [-1, 0, 1])
          for (const dc of [-1, 0, 1])
            if (dr !== 0 || dc !== 0) neighbours += at("alive", row + dr, col + dc, 0);
        return neighbours === 3 || (neighbours === 2 && at("alive", row, col, 0) === 1) ? 1 : 0;
      },
    });
  },
  shift: (grid) => planes(grid, { x: (row, col) => reader(grid)("x", row, col - 1, 0) }),
  rise: (grid) => planes(grid, { x: (row, col) => reader(grid)("x", row + 1, col, 0) }),
  water: (grid) => {
    const at = reader(grid);
    return planes(grid, {
      level: (row, col) =>
        Math.max(
          at("level", row, col, -1),
          at("level", row - 1, col, -1),
          at("level", row + 1, col, -1),
          at("level", row, col - 1, -1),
          at("level", row, col + 1, -1),
          col === 0 ? 0 : -1,
        ),
      mode: (row, col) => {
        const mode = at("mode", row, col, 0);
        if (mode !== 0) return 2;
        return at("level", row, col, -1) === 2 ? 1 : 0;
      },
    });
  },
};

type Reader = (field: string, row: number, col: number, outside: number) => number;

const reader =
  ({ rows, cols, planes }: Grid): Reader =>
  (field, row, col, outside) =>
    row < 0 || row >= rows || col < 0 || col >= cols ? outside : planes[field]![row * cols + col]!;

function planes(
  { rows, cols }: Shape,
  values: Readonly<Record<string, (row: number, col: number) => number>>,
): Grid {
  const made = Object.entries(values).map(([field, value]): [string, Int32Array] => [
    field,
    Int32Array.from({ length: rows * cols }, (_, cell) => value(Math.floor(cell / cols), cell % cols)),
  ]);
  return { rows, cols, planes: Object.fromEntries(made) };
}
