// The parts of an ONNX graph: tensors, attributes, and the nodes of one step of a network.
//
// Numbers are float32; states have the axes [batch, channels, rows, columns] that ONNX's Conv wants. Names of values
// are used once in a graph and the graphs inside it, which is what ONNX asks for (static single assignment).

import type { onnx } from "onnx-proto";
import type { Layer, Step } from "../network/network.ts";
import { atLeastOne, residualKind, widen } from "../network/operators.ts";

export type Onnx = typeof onnx;
export type Node = onnx.INodeProto;
export type Value = onnx.IValueInfoProto;

const VERSIONS = { ir: 8, opset: 17 } as const;

/** A model that holds a graph; the metadata are texts by key. */
export function modelOf(
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
export function initialisers(onnx: Onnx, { layers, residual, snap }: Step): onnx.ITensorProto[] {
  const ofLayers = layers
    .map(widen)
    .flatMap(({ kernel, inputs, outputs, weight, bias }, at) => [
      tensor(onnx, `layers.${at}.weight`, [outputs, inputs, kernel, kernel], weight),
      tensor(onnx, `layers.${at}.bias`, [outputs], bias),
    ]);
  const isMixed = residualKind(residual) === "mixed";
  return [
    ...ofLayers,
    ...(isMixed ? [tensor(onnx, "residual", [1, residual.length, 1, 1], residual)] : []),
    ...(snap ? [tensor(onnx, HALF, [], Float32Array.of(0.5))] : []),
  ];
}

const HALF = "half";

/** One step from the value `from` to the value `to`; the names in between begin with `prefix`. */
export function stepNodes(onnx: Onnx, step: Step, from: string, to: string, prefix = ""): Node[] {
  if (!step.snap) return sumNodes(onnx, step, from, to, prefix);
  const [raw, above] = [`${prefix}unrounded`, `${prefix}above`];
  const { AttributeType } = onnx.AttributeProto;
  const type = { name: "to", type: AttributeType.INT, i: onnx.TensorProto.DataType.FLOAT };
  return [
    ...sumNodes(onnx, step, from, raw, prefix),
    node("Greater", [raw, HALF], above),
    node("Cast", [above], to, [type]),
  ];
}

/** What the layers and the residual add up to. */
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
export function node(
  opType: string,
  input: string[],
  output: string,
  attribute: onnx.IAttributeProto[] = [],
): Node {
  return { name: `make ${output}`, opType, input, output: [output], attribute };
}

function tensor(onnx: Onnx, name: string, dims: number[], data: Float32Array): onnx.ITensorProto {
  const raw = new DataView(new ArrayBuffer(data.length * 4));
  data.forEach((value, at) => {
    raw.setFloat32(at * 4, value, true);
  });
  return { name, dims, dataType: onnx.TensorProto.DataType.FLOAT, rawData: new Uint8Array(raw.buffer) };
}

/** A constant flag without axes. */
export function flag(onnx: Onnx, name: string, isOn: boolean): onnx.ITensorProto {
  return { name, dims: [], dataType: onnx.TensorProto.DataType.BOOL, rawData: Uint8Array.of(isOn ? 1 : 0) };
}

/** A state of a network with so many channels; the other sizes are up to the caller. */
export function stateValue(onnx: Onnx, name: string, { residual }: Step): Value {
  const sizes = [
    { dimParam: "batch" },
    { dimValue: atLeastOne(residual.length) },
    { dimParam: "rows" },
    { dimParam: "cols" },
  ];
  return value(name, onnx.TensorProto.DataType.FLOAT, sizes);
}

/** A single number or flag. */
export function scalarValue(onnx: Onnx, name: string, type: "INT64" | "BOOL"): Value {
  return value(name, onnx.TensorProto.DataType[type], []);
}

function value(name: string, elemType: number, dim: onnx.TensorShapeProto.IDimension[]): Value {
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}
