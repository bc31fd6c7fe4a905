// A network as an ONNX model (onnx.ai), opset 17: one file that any ONNX runtime applies to grids of any size.
//
//   state  float32 [batch, channels, rows, cols]     steps  int64 []     ->     result, like state
//
// A `Loop` applies the shared step as often as `steps` says. The weights are initialisers of the loop's body, where
// runtimes see that they are constant and prepare them once. Runtimes without `Loop` take the unrolled form, whose
// number of steps is fixed and whose weights are still there only once. What the channels mean and when a run is
// over stands in the model's metadata, under the keys of a weight file.

import type { onnx as types } from "onnx-proto";
import { requireCount } from "../../grid/given.ts";
import type { Doubt } from "../arithmetic.ts";
import type { Network, Step } from "../network.ts";
import { requireSound } from "../validate.ts";
import { networkMetadata } from "../weightwriter.ts";
import {
  doubtInitialisers,
  doubtNodes,
  flagAttribute,
  initialisers,
  modelOf,
  node,
  number,
  type Onnx,
  scalarValue,
  stateValue,
  stepNodes,
} from "./onnx-graph.ts";

export interface OnnxOptions {
  /** So many steps one after another, 1 or more, instead of a loop. */
  readonly unroll?: number | undefined;
}

/** The bytes of a network's ONNX file. */
export async function exportOnnx(network: Network, { unroll }: OnnxOptions = {}): Promise<Uint8Array> {
  requireSound(network);
  if (unroll !== undefined) requireCount(unroll, "number of steps to unroll");
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
