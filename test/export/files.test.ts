// Exports that are only another form of the numbers: .npz and JSON.

import { unzipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { exportHuggingFace } from "../../src/network/export/hugging-face.ts";
import { exportJson, readNetworkJson } from "../../src/network/export/json.ts";
import { exportNpz } from "../../src/network/export/npz.ts";
import { exportOnnx } from "../../src/network/export/onnx.ts";
import { exportTfjs } from "../../src/network/export/tfjs.ts";
import type { Network } from "../../src/network/network.ts";
import { readWeightFile } from "../../src/network/weightfile.ts";
import { metadataOf, networkTensors, writeWeightFile } from "../../src/network/weightwriter.ts";
import { Workspace } from "../cli/harness.ts";
import { withDense } from "../network/dense.ts";
import { randomNetwork, SAMPLES, SNAPPED } from "../network/samples.ts";
import { networkOf } from "../programs/programs.ts";
import { pythonWith, runPython } from "./python.ts";

const networks = (): Network[] => [
  ...SAMPLES,
  ...["life", "gf2", "bb3", "langton"].map(networkOf),
  randomNetwork([2, 0, 3], 1, (from) => from.next() - 0.5),
  ...SNAPPED,
];

test("networks whose weights, with those that are 0, are too many are refused by what keeps all", {
  timeout: 120_000,
}, async () => {
  const fields = Array.from({ length: 2600 }, (_, at) => `f${at}`);
  const text = `program many {
    ${fields.map((name) => `input ${name}: bit`).join("\n")}
    each { ${fields.map((name, at) => `${name} = left.${fields[(at + 1) % fields.length]} xor ${fields[(at + 7) % fields.length]}`).join("\n")} }
  }`;
  const { network } = compile({ name: "many.alg", text }, { effort: 0, prove: false });
  const refused = /keeps all weights, those that are 0 too, and takes at most 134217728 of them/;
  await expect(exportNpz(network)).rejects.toThrow(refused);
  await expect(exportOnnx(network)).rejects.toThrow(refused);
  const ways = [
    () => exportJson(network),
    () => exportTfjs(network),
    () => exportHuggingFace(network, { text: null, set: {}, isProved: false }),
    () => writeWeightFile(network, {}, "dense"),
  ];
  for (const write of ways) expect(write).toThrow(refused);
  const read = readWeightFile(writeWeightFile(network), "many.safetensors");
  expect(read.layers.map(({ weight }) => weight.values.length)).toEqual(
    network.layers.map(({ weight }) => weight.values.length),
  );
});

describe("npz", () => {
  test("holds the tensors and the metadata of the weight file", async () => {
    for (const network of networks()) {
      const files = unzipSync(await exportNpz(network));
      for (const { name, shape, data } of networkTensors(network)) {
        const array = readNpy(files[`${name}.npy`]!);
        expect([array.descr, array.shape], name).toEqual(["<f4", shape]);
        const view = new DataView(array.data.buffer, array.data.byteOffset, array.data.byteLength);
        expect(Array.from(data, (_, at) => view.getFloat32(at * 4, true))).toEqual([...data]);
      }
      const { data } = readNpy(files["metadata.npy"]!);
      const text = new TextDecoder("utf-16le").decode(dropHighHalves(data));
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(metadataOf(network))));
    }
  });

  const python = pythonWith("numpy");

  test.skipIf(python === null)("numpy reads the same numbers", async () => {
    const work = new Workspace();
    const all = networks();
    for (const [at, network] of all.entries()) work.write(`${at}.npz`, await exportNpz(network));
    const script = `
import json, numpy
found = []
for at in range(${all.length}):
    with numpy.load(f"{at}.npz") as file:
        arrays = {name: [str(file[name].dtype), file[name].shape, file[name].ravel().tolist()] for name in file.files if name != "metadata"}
        found.append({"arrays": arrays, "metadata": json.loads(str(file["metadata"]))})
print(json.dumps(found))`;
    const expected = all.map((network) => ({
      arrays: Object.fromEntries(
        networkTensors(network).map(({ name, shape, data }) => [name, ["float32", shape, [...data]]]),
      ),
      metadata: JSON.parse(JSON.stringify(metadataOf(network))),
    }));
    expect(runPython(python!, work.folder, script)).toEqual(expected);
  });

  test("equal networks give equal bytes", async () => {
    expect(await exportNpz(networkOf("life"))).toEqual(await exportNpz(networkOf("life")));
  });
});

describe("json", () => {
  test("gives the network back", () => {
    for (const network of networks().map(withoutMinusZero))
      expect(readNetworkJson(exportJson(network), "n.json")).toEqual(network);
  });

  test("nests the weights by output, input, row and column", () => {
    const [life] = SAMPLES.filter(({ program }) => program === "life");
    const { layers, residual, format } = JSON.parse(exportJson(life!));
    expect(format).toBe("tapeloom");
    expect(layers[0].weight).toEqual([
      [
        [
          [2, 2, 2],
          [2, 1, 2],
          [2, 2, 2],
        ],
      ],
    ]);
    expect(layers[1].weight).toEqual([[[[1]]], [[[1]]], [[[1]]], [[[1]]]]);
    expect(layers[1].bias).toEqual([-4, -5, -7, -8]);
    expect(residual).toEqual([0]);
  });

  test("says where a document is wrong", () => {
    const document = JSON.parse(exportJson(networkOf("life")));
    const read = (changed: unknown) => () => readNetworkJson(JSON.stringify(changed), "n.json");
    expect(() => readNetworkJson("{", "n.json")).toThrow(/^n.json is not JSON/);
    expect(read({ ...document, format: "other" })).toThrow(/^n.json is not a network, at format: /);
    expect(read({ ...document, residual: ["1"] })).toThrow(/at residual.0: /);
    expect(read({ ...document, residual: [1, 1] })).toThrow(/does not hold a sound network: .*residual/);
  });
});

/** JSON writes -0 as 0; adding 0 does the same. */
function withoutMinusZero(network: Network): Network {
  const plain = (numbers: Float32Array) => numbers.map((number) => number + 0);
  const layers = network.layers.map((layer) => ({ ...withDense(layer, plain), bias: plain(layer.bias) }));
  return { ...network, layers, residual: plain(network.residual) };
}

/** A reader of numpy's format that shares nothing with the writer. */
function readNpy(file: Uint8Array) {
  expect([...file.subarray(0, 8)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  const length = file[8]! + 256 * file[9]!;
  const header = new TextDecoder().decode(file.subarray(10, 10 + length));
  expect((10 + length) % 64).toBe(0);
  const [, descr, order, axes] =
    /^\{'descr': '([^']+)', 'fortran_order': (\w+), 'shape': \(([^)]*)\), \} *\n$/.exec(header)!;
  expect(order).toBe("False");
  const shape = axes!
    .split(",")
    .filter((axis) => axis.trim() !== "")
    .map(Number);
  return { descr: descr!, shape, data: file.subarray(10 + length) };
}

/** The metadata of these networks are all in the basic plane: of each four bytes the first two are UTF-16. */
const dropHighHalves = (data: Uint8Array): Uint8Array => data.filter((_, at) => at % 4 < 2);
