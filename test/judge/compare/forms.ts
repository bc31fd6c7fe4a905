// Other forms of a program or network: laid out, written to files and read back, decompiled, exported.

import { loadGraphModel } from "@tensorflow/tfjs-converter";
import { unzipSync } from "fflate";
import { type Compilation, compile } from "../../../src/compile.ts";
import { InputError } from "../../../src/diagnostics/diagnostic.ts";
import { loadBackend } from "../../../src/engines/backend.ts";
import { directEngine } from "../../../src/engines/direct.ts";
import { loadOnnxRuntime } from "../../../src/engines/onnx.ts";
import { decompile } from "../../../src/exchange/decompile/decompile.ts";
import { renameFields } from "../../../src/exchange/decompile/program-names.ts";
import { readGrid, writeGrid } from "../../../src/grid/formats.ts";
import { bounds, combinations, type Grid } from "../../../src/grid/grid.ts";
import { prepareInput } from "../../../src/grid/prepare.ts";
import { format } from "../../../src/language/parse/format.ts";
import { exportGolly } from "../../../src/network/export/golly.ts";
import { exportJson, readNetworkJson } from "../../../src/network/export/json.ts";
import { exportNpz } from "../../../src/network/export/npz.ts";
import { exportOnnx } from "../../../src/network/export/onnx.ts";
import { exportTfjs } from "../../../src/network/export/tfjs.ts";
import type { Network } from "../../../src/network/network.ts";
import { denseOf } from "../../../src/network/sparse.ts";
import { decode, encode } from "../../../src/network/state.ts";
import { readWeightFile } from "../../../src/network/weightfile.ts";
import { writeWeightFile } from "../../../src/network/weightwriter.ts";
import { readTree, stepByTree } from "../../export/golly-tree.ts";
import { parseProgram } from "../language/parser.ts";
import type { DirectRun } from "./engines.ts";
import { type Case, Failure } from "./failure.ts";
import { gridOf } from "./grids.ts";

/** A program laid out is the same program, and laying it out again changes nothing. */
export function compareFormat({ source }: Pick<Compilation, "source">): void {
  const text = format(source);
  if (format({ name: source.name, text }) !== text) throw new Failure("format", `not at rest:\n${text}`);
  if (treeOf(text) !== treeOf(source.text)) throw new Failure("format", `another program:\n${text}`);
}

/** What the judge reads a text as, without lines. */
const treeOf = (text: string): string =>
  JSON.stringify(parseProgram(text), (key, value) => {
    return key === "line" ? undefined : value instanceof Map ? [...value] : value;
  });

const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

/** What is written to a weight file and read back is the same network. */
export function compareWeightFile(network: Network): void {
  const bytes = writeWeightFile(network);
  const again = writeWeightFile(readWeightFile(bytes, "weights"));
  if (!same(again, bytes)) throw new Failure("weight file", "read back, it gives other bytes");
}

/** The same for a JSON document. */
export function compareJson(network: Network): void {
  const again = writeWeightFile(readNetworkJson(exportJson(network), "document"));
  if (!same(again, writeWeightFile(network)))
    throw new Failure("json", "read back, it gives another weight file");
}

/** The arrays of an archive are the network's numbers. */
export async function compareNpz(network: Network): Promise<void> {
  const arrays = unzipSync(await exportNpz(network));
  const numbers = (name: string): number[] => {
    const file = arrays[`${name}.npy`];
    if (file === undefined)
      throw new Failure("npz", `no array ${name} among ${Object.keys(arrays).join(", ")}`);
    const start = 10 + file[8]! + 256 * file[9]!;
    return [...new Float32Array(file.slice(start).buffer)];
  };
  const check = (name: string, expected: Float32Array) => {
    const found = numbers(name);
    if (found.length !== expected.length || found.some((value, i) => value !== expected[i])) {
      throw new Failure("npz", `${name} is ${found.join(" ")}`);
    }
  };
  for (const [i, layer] of network.layers.entries()) {
    check(`layers.${i}.weight`, denseOf(layer));
    check(`layers.${i}.bias`, layer.bias);
  }
  check("residual", network.residual);
}

/** A decompiled program, compiled again, goes through the same states. False if the network is too much for a text. */
export async function compareDecompiled(network: Network, { states }: DirectRun, on: Case): Promise<boolean> {
  let decompiled: ReturnType<typeof decompile>;
  try {
    decompiled = decompile(network);
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
  const { text, names } = decompiled;
  const again = compile({ name: "decompiled", text }, { effort: 0 });
  const renamed = renameFields(network, names);
  const given = gridOf(
    again.checked,
    on.shape,
    new Map([...on.inputs].map(([name, each]) => [names.get(name)!, each])),
  );
  const input = prepareInput(again.checked, given);
  const runs = [directEngine(renamed), directEngine(again.network)].map((engine, i) =>
    engine.start(input, [i === 0 ? states[0]! : encode(again.network, input)]),
  );
  for (let step = 0; step < Math.min(states.length, 40); step++) {
    const [expected, found] = await Promise.all(runs.map(async (run) => (await run.read())[0]!));
    // Fields, not channels: the text may code them otherwise.
    const [left, right] = [decode(renamed, input, expected!), decode(again.network, input, found!)];
    for (const [name, values] of Object.entries(left.planes)) {
      const other = right.planes[name];
      if (other === undefined || values.some((value, cell) => value !== other[cell])) {
        throw new Failure(
          "decompile",
          `step ${step}, ${name}: expected ${values.join(" ")}, got ${other?.join(" ")}\n${text}`,
          on,
        );
      }
    }
    for (const run of runs) await run.advance(1);
  }
  return true;
}

/** The exported ONNX loop and unrolled steps, in ONNX Runtime; false if that is not installed. */
export async function compareOnnx(
  network: Network,
  input: Grid,
  { states }: DirectRun,
  on: Case,
): Promise<boolean> {
  const runtime = await loadOnnxRuntime().catch(() => null);
  if (runtime === null) return false;
  const steps = Math.min(states.length - 1, 3);
  if (steps === 0) return false;
  const dims = [1, network.channels.length, input.rows, input.cols];
  const session = await runtime.InferenceSession.create(await exportOnnx(network, { unroll: steps }), {
    intraOpNumThreads: 1,
  });
  const state = new runtime.Tensor("float32", toPlanes(states[0]!, network.channels.length), dims);
  const { length } = network.channels;
  const result = await session.run({ state });
  await session.release();
  const [output] = Object.values(result);
  compareStates("onnx export", fromPlanes(output!.data as Float32Array, length), states[steps]!, on);
  return true;
}

/** TensorFlow.js's loader on the exported model. */
export async function compareTfjs(
  network: Network,
  input: Grid,
  { states }: DirectRun,
  on: Case,
): Promise<void> {
  // TensorFlow.js knows no tensors without elements: the export of a network without channels has one, of zeros.
  if (network.channels.length === 0) return;
  const { tf } = await loadBackend({ force: "wasm" });
  const files = exportTfjs(network);
  const { weightsManifest, ...rest } = JSON.parse(files["model.json"]);
  const weightData = files["weights.bin"].slice().buffer;
  const weightSpecs = weightsManifest.flatMap((group: { weights: unknown[] }) => group.weights);
  const model = await loadGraphModel({ load: async () => ({ ...rest, weightSpecs, weightData }) });
  const steps = states.length - 1;
  const state = tf.tensor4d(states[0]!, [1, input.rows, input.cols, network.channels.length]);
  const count = tf.scalar(steps, "int32");
  const result = await model.executeAsync({ state, steps: count });
  if (Array.isArray(result)) throw new Failure("tfjs", "more than one output", on);
  const found = (await result.data()) as Float32Array;
  tf.dispose([state, count, result]);
  model.dispose();
  compareStates("tfjs", found, states[steps]!, on);
}

function compareStates(kind: string, found: Float32Array, expected: Float32Array, on: Case): void {
  const at = expected.findIndex((value, i) => value !== found[i]);
  if (at >= 0 || found.length !== expected.length) {
    throw new Failure(kind, `number ${at} of the state is ${found[at]}, expected ${expected[at]}`, on);
  }
}

/** From channels last to channels first, as ONNX has them. */
function toPlanes(state: Float32Array, channels: number): Float32Array {
  const cells = state.length / channels;
  return Float32Array.from(state, (_, i) => state[(i % cells) * channels + Math.floor(i / cells)]!);
}

function fromPlanes(planes: Float32Array, channels: number): Float32Array {
  const cells = planes.length / channels;
  return Float32Array.from(planes, (_, i) => planes[(i % channels) * cells + Math.floor(i / channels)]!);
}

/** A grid that is written and read back, in every format that holds its fields. */
export function compareGridFiles(compilation: Compilation, { grids }: DirectRun, on: Case): void {
  const { fields } = compilation.checked;
  if (fields.length === 0) return;
  for (const grid of [grids[0]!, grids.at(-1)!]) {
    const kinds =
      combinations(fields.slice(0, 1)) <= 256
        ? (["text", "csv", "json", "rle"] as const)
        : (["text", "csv", "json"] as const);
    for (const kind of kinds) {
      // A pattern has one field.
      const written = kind === "rle" ? fields.slice(0, 1) : fields;
      const text = writeGrid(grid, written, kind);
      const read = readGrid(text, "grid", kind, written);
      const different = written.find(({ name }) => {
        return read.planes[name]!.some((value, i) => value !== grid.planes[name]![i]);
      });
      if (different !== undefined) throw new Failure(`grid file: ${kind}`, `${different.name}:\n${text}`, on);
    }
  }
}

/** A rule tree for Golly goes through the same states. False if the network is no cellular automaton of one field. */
export function compareGolly(network: Network, { grids }: DirectRun, on: Case): boolean {
  let text: string;
  try {
    text = exportGolly(network, "r");
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
  const tree = readTree(text);
  const { name, type } = network.fields[0]!;
  const { lo } = bounds(type);
  const statesOf = ({ rows, cols, planes }: Grid): number[][] =>
    Array.from({ length: rows }, (_, row) =>
      Array.from(planes[name]!.subarray(row * cols, (row + 1) * cols), (value) => value - lo),
    );
  for (const [step, next] of grids.slice(1, 20).entries()) {
    const found = stepByTree(tree, statesOf(grids[step]!));
    if (String(found) !== String(statesOf(next)))
      throw new Failure("golly", `step ${step + 1}: ${found.join("; ")}`, on);
  }
  return true;
}
