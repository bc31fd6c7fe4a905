// A network as a graph model of TensorFlow.js: model.json with the graph, weights.bin with the numbers.
//
//   const model = await tf.loadGraphModel("life.tfjs/model.json");
//   const result = await model.executeAsync({ state, steps: tf.scalar(100, "int32") });
//
// `state` has the axes [batch, rows, columns, channels] that TensorFlow prefers. The graph is TensorFlow's own format
// written as JSON: a `StatelessWhile` calls one function for the condition and one for the step. Weights are constants
// of the step; they are listed again, with their shapes, in the manifest that the loader reads weights.bin by.

import type { Network } from "../network.ts";
import { atLeastOne, filterOf, requireDense, residualKind, SPARSE_INSTEAD, widen } from "../operators.ts";
import { requireSound } from "../validate.ts";
import { metadataOf } from "../weightwriter.ts";

/** The files of a graph model, by name. */
export interface TfjsModel {
  readonly "model.json": string;
  readonly "weights.bin": Uint8Array;
}

interface Constant {
  readonly name: string;
  readonly type: "float32" | "int32";
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

type Json = Readonly<Record<string, unknown>>;

const WEIGHTS = "weights.bin";
const FLOAT = { type: "DT_FLOAT" };
const INT = { type: "DT_INT32" };

/** The files of a network's model; equal networks give equal files. */
export function exportTfjs(network: Network): TfjsModel {
  requireDense(requireSound(network), "a model for TensorFlow.js", SPARSE_INSTEAD);
  const weights = constantsOf(network);
  const constants = [ZERO, ONE, ...weights];
  const model = {
    format: "graph-model",
    generatedBy: "tapeloom",
    convertedBy: null,
    signature: signatureOf(network),
    userDefinedMetadata: metadataOf(network),
    modelTopology: {
      node: mainNodes(network),
      library: { function: [condition(), step(network, weights)] },
      versions: { producer: 1 },
    },
    weightsManifest: [
      { paths: [WEIGHTS], weights: constants.map(({ name, shape, type }) => ({ name, shape, dtype: type })) },
    ],
  };
  return { "model.json": `${JSON.stringify(model)}\n`, [WEIGHTS]: bytesOf(constants) };
}

/** Filters and biases, the residual where it is mixed, and what channels are compared with where the network snaps. */
function constantsOf({ layers, residual, snap }: Network): Constant[] {
  const float = (name: string, shape: readonly number[], data: Float32Array): Constant => ({
    name,
    type: "float32",
    shape,
    data,
  });
  const ofLayers = layers
    .map(widen)
    .flatMap((layer, at) => [
      float(
        `layers.${at}.weight`,
        [layer.kernel, layer.kernel, layer.inputs, layer.outputs],
        filterOf(layer),
      ),
      float(`layers.${at}.bias`, [layer.outputs], layer.bias),
    ]);
  const isMixed = residualKind(residual) === "mixed";
  return [
    ...ofLayers,
    ...(isMixed ? [float("residual", [residual.length], residual)] : []),
    ...(snap ? [float(HALF, [], Float32Array.of(0.5))] : []),
  ];
}

const HALF = "half";

const integer = (name: string, value: number): Constant => ({
  name,
  type: "int32",
  shape: [],
  data: [value],
});
const ZERO = integer("zero", 0);
const ONE = integer("one", 1);

/** All numbers one after another, four bytes each. */
function bytesOf(constants: readonly Constant[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * constants.reduce((sum, { data }) => sum + data.length, 0)));
  let start = 0;
  for (const { type, data } of constants) {
    for (let at = 0; at < data.length; at++)
      if (type === "int32") view.setInt32(start + 4 * at, data[at]!, true);
      else view.setFloat32(start + 4 * at, data[at]!, true);
    start += 4 * data.length;
  }
  return new Uint8Array(view.buffer);
}

function signatureOf(network: Network): Json {
  const state = { dtype: "DT_FLOAT", tensorShape: stateShape(network) };
  return {
    inputs: {
      state: { name: "state:0", ...state },
      steps: { name: "steps:0", dtype: "DT_INT32", tensorShape: {} },
    },
    outputs: { result: { name: "result:0", ...state } },
  };
}

const stateShape = ({ channels }: Network): Json => ({
  dim: [-1, -1, -1, atLeastOne(channels.length)].map((size) => ({ size: String(size) })),
});

function mainNodes(network: Network): Json[] {
  return [
    node("state", "Placeholder", [], { dtype: FLOAT, shape: { shape: stateShape(network) } }),
    node("steps", "Placeholder", [], { dtype: INT, shape: { shape: {} } }),
    // The loop counts the steps that are left.
    node("loop", "StatelessWhile", ["steps", "state"], {
      T: { list: { type: ["DT_INT32", "DT_FLOAT"] } },
      cond: { func: { name: "steps_left" } },
      body: { func: { name: "step" } },
    }),
    node("result", "Identity", ["loop:1"], { T: FLOAT }),
  ];
}

const SIGNATURE = [
  { name: "left", type: "DT_INT32" },
  { name: "before", type: "DT_FLOAT" },
];

function condition(): Json {
  return {
    signature: {
      name: "steps_left",
      inputArg: SIGNATURE,
      outputArg: [{ name: "is_left", type: "DT_BOOL" }],
    },
    nodeDef: [constant(ZERO), node("positive", "Greater", ["left", "zero"], { T: INT })],
    ret: { is_left: "positive:z:0" },
  };
}

function step({ layers, residual, snap }: Network, weights: readonly Constant[]): Json {
  const last = layers.length - 1;
  const convolutions = layers.map((_, at) =>
    convolution(at, at === 0 ? "before" : `units.${at - 1}`, at < last),
  );
  const [sum, sums] = addResidual(residual, `units.${last}`);
  const [after, rounding] = snap ? roundOff(sum) : [sum, []];
  return {
    signature: {
      name: "step",
      inputArg: SIGNATURE,
      outputArg: [
        { name: "left_after", type: "DT_INT32" },
        { name: "state_after", type: "DT_FLOAT" },
      ],
    },
    nodeDef: [
      constant(ONE),
      node("fewer", "Sub", ["left", "one"], { T: INT }),
      ...weights.map(constant),
      ...convolutions,
      ...sums,
      ...rounding,
    ],
    ret: { left_after: "fewer:z:0", state_after: `${after}:0` },
  };
}

/** The value after the residual has been added to `units`, and the nodes that add it. */
function addResidual(residual: Float32Array, units: string): readonly [string, readonly Json[]] {
  const add = (kept: string) => node("sum", "AddV2", [units, kept], { T: FLOAT });
  switch (residualKind(residual)) {
    case "none":
      return [units, []];
    case "all":
      return ["sum", [add("before")]];
    case "mixed":
      return ["sum", [node("kept", "Mul", ["before", "residual"], { T: FLOAT }), add("kept")]];
  }
}

/** The value after `sum` has been rounded to 0 or 1, and the nodes that do so. */
function roundOff(sum: string): readonly [string, readonly Json[]] {
  const above = node("above", "Greater", [sum, HALF], { T: FLOAT });
  return ["rounded", [above, node("rounded", "Cast", ["above"], { SrcT: { type: "DT_BOOL" }, DstT: FLOAT })]];
}

function convolution(at: number, input: string, relu: boolean): Json {
  const ones = { list: { i: ["1", "1", "1", "1"] } };
  return node(`units.${at}`, "_FusedConv2D", [input, `layers.${at}.weight`, `layers.${at}.bias`], {
    T: FLOAT,
    strides: ones,
    dilations: ones,
    padding: text("SAME"),
    data_format: text("NHWC"),
    fused_ops: { list: { s: (relu ? ["BiasAdd", "Relu"] : ["BiasAdd"]).map((each) => btoa(each)) } },
    num_args: { i: "1" },
  });
}

const node = (name: string, op: string, input: readonly string[], attr: Json): Json => ({
  name,
  op,
  input,
  attr,
});

const text = (value: string): Json => ({ s: btoa(value) });

/** A tensor whose numbers are in weights.bin. */
function constant({ name, type, shape }: Constant): Json {
  const dtype = type === "int32" ? INT : FLOAT;
  const dim = shape.map((size) => ({ size: String(size) }));
  return node(name, "Const", [], {
    dtype,
    value: { tensor: { dtype: dtype.type, tensorShape: { dim } } },
  });
}
