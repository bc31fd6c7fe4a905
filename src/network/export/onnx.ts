// A network as an ONNX model (onnx.ai), opset 17: one file that any ONNX runtime applies to grids of any size.
//
//   state  float32 [batch, channels, rows, cols]     steps  int64 []     ->     result, like state
//
// A `Loop` applies the shared step as often as `steps` says. The weights are initialisers of the loop's body, where
// runtimes see that they are constant and prepare them once. Runtimes without `Loop` take the unrolled form, whose
// number of steps is fixed and whose weights are still there only once. What the channels mean and when a run is
// over stands in the model's metadata, under the keys of a weight file.

import type { onnx, onnx as types } from "onnx-proto";
import { InputError, unreachable } from "../../diagnostics/diagnostic.ts";
import { requireCount } from "../../grid/given.ts";
import type { Doubt } from "../arithmetic.ts";
import type { Layer, Network, Step } from "../network.ts";
import { atLeastOne, requireDense, residualKind, SPARSE_INSTEAD, widen } from "../operators.ts";
import { denseOf } from "../sparse.ts";
import { requireSound } from "../validate.ts";
import { networkMetadata } from "../weightwriter.ts";

/** More would make files of hundreds of megabytes, which runtimes take minutes to load. */
const MOST_UNROLLED = 10_000;

export interface OnnxOptions {
  /** The number of steps that are written one after another, 1 or more, instead of a loop. */
  readonly unroll?: number | undefined;
}

/** The bytes of a network's ONNX file. */
export async function exportOnnx(network: Network, { unroll }: OnnxOptions = {}): Promise<Uint8Array> {
  requireDense(requireSound(network), "an ONNX file", SPARSE_INSTEAD);
  if (unroll !== undefined && requireCount(unroll, "number of steps to unroll") > MOST_UNROLLED)
    throw new InputError(
      `--unroll ${unroll}: expected at most ${MOST_UNROLLED} steps; leave --unroll out for a loop of any length`,
    );
  const onnx = await library();
  const steps = unroll === undefined ? "as many steps as asked for" : `${unroll} steps`;
  const doc = `The recurrent convolutional network of the program ${network.program}: ${steps}.`;
  const graph = unroll === undefined ? loop(onnx, network) : unrolled(onnx, network, unroll);
  return encode(onnx, modelOf({ ...graph, name: network.program }, doc, networkMetadata(network)));
}

/**
 * The bytes of an ONNX model with the loop of any shared step. Where results may be in doubt, `doubtful` is 1 after a run
 * in which one was, else 0.
 */
export async function onnxLoop(step: Step, doubt: Doubt): Promise<Uint8Array> {
  const onnx = await library();
  return encode(onnx, modelOf(loop(onnx, step, doubt), "A shared step, as often as asked for.", {}));
}

const library = async (): Promise<Onnx> => (await import("onnx-proto")).default.onnx;

const encode = (onnx: Onnx, model: types.IModelProto): Uint8Array =>
  new Uint8Array(onnx.ModelProto.encode(model).finish());

const NO_DOUBT: Doubt = { kind: "none" };

function loop(onnx: Onnx, step: Step, doubt: Doubt = NO_DOUBT): types.IGraphProto {
  const { GRAPH } = onnx.AttributeProto.AttributeType;
  const body = { name: "body", type: GRAPH, g: bodyOf(onnx, step, doubt) };
  const watches = doubt.kind !== "none";
  const repeated = node("Loop", ["steps", "always", "state", ...(watches ? ["certain"] : [])], "result", [
    body,
  ]);
  return {
    name: "network",
    input: [stateValue(onnx, "state", step), scalarValue(onnx, "steps", "INT64")],
    output: [stateValue(onnx, "result", step), ...(watches ? [scalarValue(onnx, "doubtful", "FLOAT")] : [])],
    // The number of steps alone ends the loop. Its condition could be left out, but not every tool takes that.
    initializer: [flagAttribute(onnx, "always", true), ...(watches ? [number(onnx, "certain", 0)] : [])],
    node: [{ ...repeated, output: ["result", ...(watches ? ["doubtful"] : [])] }],
  };
}

/** The loop hands its body the number of the iteration, which nobody reads, and the condition, which stays true. */
function bodyOf(onnx: Onnx, step: Step, doubt: Doubt): types.IGraphProto {
  const watches = doubt.kind !== "none";
  const scalars = (name: string) => (watches ? [scalarValue(onnx, name, "FLOAT")] : []);
  return {
    name: "step",
    input: [
      scalarValue(onnx, "iteration", "INT64"),
      scalarValue(onnx, "going", "BOOL"),
      stateValue(onnx, "before", step),
      ...scalars("doubt_before"),
    ],
    output: [scalarValue(onnx, "go_on", "BOOL"), stateValue(onnx, "after", step), ...scalars("doubt_after")],
    initializer: [...initialisers(onnx, step), ...doubtInitialisers(onnx, doubt)],
    node: [
      node("Identity", ["going"], "go_on"),
      ...stepNodes(onnx, step, "before", "after"),
      ...doubtNodes(onnx, doubt, "after", "doubt_before", "doubt_after"),
    ],
  };
}

function unrolled(onnx: Onnx, step: Step, count: number): types.IGraphProto {
  const nameAfter = (done: number) => (done === 0 ? "state" : done === count ? "result" : `after.${done}`);
  return {
    name: "network",
    input: [stateValue(onnx, "state", step)],
    output: [stateValue(onnx, "result", step)],
    initializer: initialisers(onnx, step),
    node: Array.from({ length: count }, (_, at) =>
      stepNodes(onnx, step, nameAfter(at), nameAfter(at + 1), `step.${at + 1}.`),
    ).flat(),
  };
}

// The parts of an ONNX graph: tensors, attributes, and the nodes of one step of a network.
//
// Numbers are float32; states have the axes [batch, channels, rows, columns] that ONNX's Conv wants. Names of values
// are used once in a graph and the graphs inside it, which is what ONNX asks for (static single assignment).

type Onnx = typeof onnx;
type Node = onnx.INodeProto;
type Value = onnx.IValueInfoProto;

const VERSIONS = { ir: 8, opset: 17 } as const;

/** A model that holds a graph; the metadata are texts by key. */
function modelOf(
  graph: onnx.IGraphProto,
  doc: string,
  metadata: Readonly<Record<string, string>>,
): onnx.IModelProto {
  return {
    irVersion: VERSIONS.ir,
    opsetImport: [{ domain: "", version: VERSIONS.opset }],
    producerName: "tapeloom",
    docString: doc,
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph,
  };
}

/** Weights, biases and, where a step needs them, the residual and what channels are compared with. */
function initialisers(onnx: Onnx, { layers, residual, snap }: Step): onnx.ITensorProto[] {
  const ofLayers = layers.map(widen).flatMap((layer, at) => {
    const { kernel, inputs, outputs, bias } = layer;
    return [
      tensor(onnx, `layers.${at}.weight`, [outputs, inputs, kernel, kernel], denseOf(layer)),
      tensor(onnx, `layers.${at}.bias`, [outputs], bias),
    ];
  });
  const isMixed = residualKind(residual) === "mixed";
  return [
    ...ofLayers,
    ...(isMixed ? [tensor(onnx, "residual", [1, residual.length, 1, 1], residual)] : []),
    ...(snap ? [number(onnx, HALF, 0.5)] : []),
  ];
}

const HALF = "half";
const UNROUNDED = "unrounded";

/** One step from the value `from` to the value `to`; the names in between begin with `prefix`. */
function stepNodes(onnx: Onnx, step: Step, from: string, to: string, prefix = ""): Node[] {
  if (!step.snap) return sumNodes(onnx, step, from, to, prefix);
  const [raw, above] = [`${prefix}${UNROUNDED}`, `${prefix}above`];
  return [
    ...sumNodes(onnx, step, from, raw, prefix),
    node("Greater", [raw, HALF], above),
    toFloat(onnx, above, to),
  ];
}

function toFloat(onnx: Onnx, from: string, to: string): Node {
  const { AttributeType } = onnx.AttributeProto;
  const type = { name: "to", type: AttributeType.INT, i: onnx.TensorProto.DataType.FLOAT };
  return node("Cast", [from], to, [type]);
}

/** Returns what `doubtNodes` compare with. */
function doubtInitialisers(onnx: Onnx, doubt: Doubt): onnx.ITensorProto[] {
  switch (doubt.kind) {
    case "none":
      return [];
    case "near-half":
      return [number(onnx, "margin", doubt.margin)];
    case "not-digital":
      return hasNumbers(doubt)
        ? [tensor(onnx, "largest", [1, doubt.largest.length, 1, 1], Float32Array.from(doubt.largest))]
        : [number(onnx, HALF, 0.5)];
    default:
      return unreachable(doubt);
  }
}

/** `to` is 1 if `from` is, or if a result of the step without prefix is in doubt; `after` is its state. */
function doubtNodes(onnx: Onnx, doubt: Doubt, after: string, from: string, to: string): Node[] {
  if (doubt.kind === "none") return [];
  const keep = { name: "keepdims", type: onnx.AttributeProto.AttributeType.INT, i: 0 };
  return [
    ...(doubt.kind === "near-half" ? nearHalf() : notDigital(onnx, doubt, after)),
    toFloat(onnx, "doubts", "doubts.number"),
    node("ReduceMax", ["doubts.number"], "doubts.any", [keep]),
    node("Max", [from, "doubts.any"], to),
  ];
}

const nearHalf = (): Node[] => [
  node("Sub", [UNROUNDED, HALF], "beside"),
  node("Abs", ["beside"], "distance"),
  node("LessOrEqual", ["distance", "margin"], "doubts"),
];

type NotDigital = Doubt & { readonly kind: "not-digital" };

const hasNumbers = ({ largest }: NotDigital): boolean => largest.some((most) => most > 1);

const notDigital = (onnx: Onnx, doubt: NotDigital, after: string): Node[] => [
  ...(hasNumbers(doubt)
    ? [
        node("Round", [after], "rounded"),
        node("Relu", ["rounded"], "positive"),
        node("Min", ["positive", "largest"], "digital"),
      ]
    : [node("Greater", [after, HALF], "positive"), toFloat(onnx, "positive", "digital")]),
  node("Equal", [after, "digital"], "is_digital"),
  node("Not", ["is_digital"], "doubts"),
];

/** Returns what the layers and the residual add up to. */
function sumNodes(onnx: Onnx, step: Step, from: string, to: string, prefix: string): Node[] {
  const kind = residualKind(step.residual);
  const sum = kind === "none" ? to : `${prefix}sum`;
  const nodes = step.layers.flatMap((layer, at) => {
    const input = at === 0 ? from : `${prefix}units.${at - 1}`;
    if (at === step.layers.length - 1) return [conv(onnx, layer, at, input, sum)];
    const output = `${prefix}weighted.${at}`;
    return [conv(onnx, layer, at, input, output), node("Relu", [output], `${prefix}units.${at}`)];
  });
  switch (kind) {
    case "none":
      return nodes;
    case "all":
      return [...nodes, node("Add", [sum, from], to)];
    case "mixed": {
      const old = `${prefix}kept`;
      return [...nodes, node("Mul", [from, "residual"], old), node("Add", [sum, old], to)];
    }
  }
}

function conv(onnx: Onnx, { kernel }: Layer, at: number, input: string, output: string): Node {
  const { INTS } = onnx.AttributeProto.AttributeType;
  const border = (kernel - 1) / 2;
  return node("Conv", [input, `layers.${at}.weight`, `layers.${at}.bias`], output, [
    { name: "kernel_shape", type: INTS, ints: [kernel, kernel] },
    { name: "pads", type: INTS, ints: [border, border, border, border] },
  ]);
}

/** A node with one output, after which it is named. */
const node = (
  opType: string,
  input: string[],
  output: string,
  attribute: onnx.IAttributeProto[] = [],
): Node => ({ name: `make ${output}`, opType, input, output: [output], attribute });

function tensor(onnx: Onnx, name: string, dims: number[], data: Float32Array): onnx.ITensorProto {
  const raw = new DataView(new ArrayBuffer(data.length * 4));
  data.forEach((value, at) => {
    raw.setFloat32(at * 4, value, true);
  });
  return { name, dims, dataType: onnx.TensorProto.DataType.FLOAT, rawData: new Uint8Array(raw.buffer) };
}

/** A constant number without axes. */
const number = (onnx: Onnx, name: string, value: number): onnx.ITensorProto =>
  tensor(onnx, name, [], Float32Array.of(value));

/** A constant flag without axes. */
function flagAttribute(onnx: Onnx, name: string, isOn: boolean): onnx.ITensorProto {
  return { name, dims: [], dataType: onnx.TensorProto.DataType.BOOL, rawData: Uint8Array.of(isOn ? 1 : 0) };
}

/** A state of a network; batch and grid sizes are up to the caller. */
function stateValue(onnx: Onnx, name: string, { residual }: Step): Value {
  const sizes = [
    { dimParam: "batch" },
    { dimValue: atLeastOne(residual.length) },
    { dimParam: "rows" },
    { dimParam: "cols" },
  ];
  return value(name, onnx.TensorProto.DataType.FLOAT, sizes);
}

/** A single number or flag. */
const scalarValue = (onnx: Onnx, name: string, type: "INT64" | "BOOL" | "FLOAT"): Value =>
  value(name, onnx.TensorProto.DataType[type], []);

function value(name: string, elemType: number, dim: onnx.TensorShapeProto.IDimension[]): Value {
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}
