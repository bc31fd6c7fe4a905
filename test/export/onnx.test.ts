import p, { type onnx as types } from "onnx-proto";
import { beforeAll, describe, expect, test } from "vitest";
import { directEngine } from "../../src/engines/direct.ts";
import { loadOnnxRuntime, type OnnxRuntime } from "../../src/engines/onnx.ts";
import type { Shape } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { exportOnnx } from "../../src/network/export/onnx.ts";
import type { Network } from "../../src/network/network.ts";
import { encode } from "../../src/network/state.ts";
import { Workspace } from "../cli/harness.ts";
import { randomGrid, randomNetwork, SAMPLES, SNAPPED } from "../network/samples.ts";
import { again, SEED } from "../seed.ts";
import { pythonWith, runPython } from "./python.ts";

const { onnx } = p;
const GALLERY = ["life", "gf2", "sort", "maze", "prefix_sum"];
const networks = (): Network[] => [
  ...SAMPLES,
  ...GALLERY.map(networkOf),
  randomNetwork([2, 0, 3], 1, (from) => from.int(5) - 2),
  ...SNAPPED,
];

/** Both forms of every network. */
const models = async () =>
  Promise.all(
    networks().flatMap((network) =>
      [undefined, 1, 3].map(async (unroll) => {
        const bytes = await exportOnnx(network, { unroll });
        const name = `${network.program}${unroll === undefined ? "" : `, unrolled ${unroll}`}`;
        return { name, network, unroll, bytes };
      }),
    ),
  );

describe("the model", () => {
  test("is sound: values are made once and before they are used, tensors are as long as their shapes", async () => {
    for (const { name, bytes } of await models()) {
      const { graph } = onnx.ModelProto.decode(bytes);
      expect(faultsOf(graph!), name).toEqual([]);
    }
  });

  test("says which operators, and whose network it is", async () => {
    const network = networkOf("gf2");
    const model = onnx.ModelProto.decode(await exportOnnx(network));
    expect(Number(model.irVersion)).toBe(8);
    expect(model.opsetImport.map(({ domain, version }) => [domain, Number(version)])).toEqual([["", 17]]);
    const metadata = Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]));
    expect(JSON.parse(metadata.program!)).toMatchObject({ name: "gf2", predict: "x" });
    expect(JSON.parse(metadata.channels!)).toEqual(network.channels);
    expect(JSON.parse(metadata.stop!)).toEqual(network.stop);
  });

  test("leaves batch, rows and columns open, and keeps the weights in the loop's body", async () => {
    const { graph } = onnx.ModelProto.decode(await exportOnnx(networkOf("sort")));
    for (const value of [graph!.input![0]!, graph!.output![0]!]) {
      const dims = value.type!.tensorType!.shape!.dim!;
      expect(dims.map(({ dimParam, dimValue }) => dimParam || Number(dimValue))).toEqual([
        "batch",
        11,
        "rows",
        "cols",
      ]);
    }
    const loop = graph!.node!.find(({ opType }) => opType === "Loop")!;
    // Its condition is the only number outside: a constant, since some tools want one.
    expect(loop.input).toEqual(["steps", "always", "state"]);
    expect(graph!.initializer!.map(({ name, rawData }) => [name, [...rawData!]])).toEqual([["always", [1]]]);
    const body = loop.attribute![0]!.g!;
    const names = body.initializer!.map(({ name }) => name);
    expect(names).toContain("layers.0.weight");
  });

  test("is the same whenever it is made", async () => {
    expect(await exportOnnx(networkOf("life"))).toEqual(await exportOnnx(networkOf("life")));
  });
});

const runtime = await loadOnnxRuntime().catch((error: Error) => error);
if (runtime instanceof Error) console.warn(`skipped: ${runtime.message}`);

describe.skipIf(runtime instanceof Error)("ONNX Runtime", () => {
  let ort: OnnxRuntime;
  beforeAll(() => {
    if (!(runtime instanceof Error)) ort = runtime;
  });

  test("finds the same states as the direct engine, with the loop and unrolled", async () => {
    for (const [at, { name, network, unroll, bytes }] of (await models()).entries()) {
      const random = seededRandom(SEED + at);
      const shape = { rows: 1 + random.int(9), cols: 1 + random.int(9) };
      const states = [0, 1].map(() => encode(network, randomGrid(network, shape, random)));
      const steps = unroll ?? random.int(7);
      const run = directEngine(network).start(shape, states);
      await run.advance(steps);
      const expected = (await run.read()).map((state) => [...planar(state, network, shape)]);
      const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 3 });
      const data = Float32Array.from(states.flatMap((state) => [...planar(state, network, shape)]));
      const dims = [2, network.channels.length, shape.rows, shape.cols];
      const { result } = await session.run({
        state: new ort.Tensor("float32", data, dims),
        ...(unroll === undefined
          ? { steps: new ort.Tensor("int64", BigInt64Array.of(BigInt(steps)), []) }
          : {}),
      });
      const note = `${name}, ${steps} steps, ${again(SEED + at)}`;
      expect(result, note).toHaveProperty("dims", dims);
      expect([...(result!.data as Float32Array)].map(plain), note).toEqual(expected.flat().map(plain));
      await session.release();
    }
  });
});

const python = pythonWith("onnx");

test.skipIf(python === null)(
  "the ONNX checker passes it, with all shapes inferred",
  async () => {
    const work = new Workspace();
    const files = await models();
    files.forEach(({ bytes }, at) => {
      work.write(`${at}.onnx`, bytes);
    });
    const script = [
      "import onnx, json",
      `for at in range(${files.length}):`,
      "  onnx.checker.check_model(f'{at}.onnx', full_check=True)",
      "  model = onnx.load(f'{at}.onnx')",
      "  inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)",
      "  assert inferred.graph.output == model.graph.output",
      `print(json.dumps(${files.length}))`,
    ].join("\n");
    expect(runPython(python!, work.folder, script)).toBe(files.length);
  },
  60_000,
);

/** Whatever evaluator the ONNX package has for itself; those before 1.13 have none. */
const judge = pythonWith("onnx.reference", "numpy");

const JUDGE = `
import json, sys
import numpy as np
from onnx.reference import ReferenceEvaluator
def run(at, case):
    state = np.array(case["state"], np.float32).reshape(case["dims"])
    inputs = {"state": state} | ({"steps": np.int64(case["steps"])} if case["loops"] else {})
    return ReferenceEvaluator(f"{at}.onnx").run(None, inputs)[0].ravel().tolist()
print(json.dumps([run(at, case) for at, case in enumerate(json.load(sys.stdin))]))
`;

import { networkOf } from "../programs/programs.ts";

test.skipIf(judge === null)(
  "the reference evaluator of ONNX finds the same states",
  async () => {
    const work = new Workspace();
    const cases: unknown[] = [];
    const expected: number[][] = [];
    for (const [at, { network, unroll, bytes }] of (await models()).entries()) {
      const random = seededRandom(SEED + at);
      const shape = { rows: 1 + random.int(5), cols: 1 + random.int(5) };
      const state = encode(network, randomGrid(network, shape, random));
      const steps = unroll ?? random.int(5);
      const run = directEngine(network).start(shape, [state]);
      await run.advance(steps);
      expected.push([...planar((await run.read())[0]!, network, shape)].map(plain));
      const dims = [1, network.channels.length, shape.rows, shape.cols];
      work.write(`${at}.onnx`, bytes);
      cases.push({ state: [...planar(state, network, shape)], dims, steps, loops: unroll === undefined });
    }
    const found = runPython(judge!, work.folder, JUDGE, cases) as number[][];
    expect(
      found.map((state) => state.map(plain)),
      again(SEED),
    ).toEqual(expected);
  },
  60_000,
);

const plain = (value: number): number => value + 0;

/** A state in the order [channels, rows, cols]. */
function planar(state: Float32Array, { channels }: Network, { rows, cols }: Shape): Float32Array {
  const [width, cells] = [channels.length, rows * cols];
  return Float32Array.from(
    { length: width * cells },
    (_, at) => state[(at % cells) * width + Math.floor(at / cells)]!,
  );
}

/** What is wrong with a graph: names made twice or used before, tensors of another length, attributes without type. */
function faultsOf(graph: types.IGraphProto, outside: readonly string[] = []): string[] {
  const known = new Set(outside);
  const faults: string[] = [];
  const make = (name: string | null | undefined) => {
    if (!name || known.has(name)) faults.push(`${name} is made twice, or has no name`);
    known.add(name!);
  };
  for (const { name } of graph.input ?? []) make(name);
  for (const { name, dims, dataType, rawData } of graph.initializer ?? []) {
    make(name);
    const bytes = dataType === onnx.TensorProto.DataType.BOOL ? 1 : 4;
    const length = dims!.reduce((product: number, size) => product * Number(size), bytes);
    if (rawData!.length !== length) faults.push(`${name} has ${rawData!.length} bytes instead of ${length}`);
  }
  const nodes = new Set((graph.node ?? []).map(({ name }) => name));
  if (nodes.size !== graph.node!.length) faults.push("two nodes have one name");
  for (const { input, output, attribute, opType } of graph.node ?? []) {
    for (const name of input!)
      if (name !== "" && !known.has(name)) faults.push(`${name} is used before it is made`);
    for (const { name, type, g } of attribute!) {
      if (!name || !type) faults.push(`an attribute of ${opType} lacks name or type`);
      if (g) faults.push(...faultsOf(g, [...known]));
    }
    for (const name of output!) make(name);
  }
  for (const { name, type } of graph.output ?? []) {
    if (!known.has(name!)) faults.push(`the output ${name} is never made`);
    if (!type?.tensorType?.elemType) faults.push(`the output ${name} has no type`);
  }
  return faults;
}
