// The ONNX engine: the network as an ONNX model with a loop, run by ONNX Runtime.
//
// The runtime comes in as an argument, so that a browser can bring onnxruntime-web; `loadOnnxRuntime` finds the
// native one in Node. A batch of grids is one tensor [batch, channels, rows, cols], and any number of steps is one
// call. States are turned between the layouts only when they come in and when they are read.
// The runtime adds in an order of its own, so that steps whose result depends on it are the direct engine's (certain.ts).

import { InputError } from "../diagnostics/diagnostic.ts";
import type { Shape } from "../grid/grid.ts";
import type { Doubt } from "../network/arithmetic.ts";
import { onnxLoop } from "../network/export/onnx.ts";
import { requireDense } from "../network/operators.ts";
import { certainRun, doubtFor, type OrderOptions, type OwnOrder } from "./certain.ts";
import { checkedStart, type Engine, type Run, type StepNetwork } from "./engine.ts";

/** What the engine needs of onnxruntime-node, onnxruntime-web and their kin. */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(model: Uint8Array, options: Readonly<Record<string, unknown>>): Promise<OnnxSession>;
  };
  readonly Tensor: new (
    type: "float32" | "int64",
    data: Float32Array | BigInt64Array,
    dims: readonly number[],
  ) => OnnxTensor;
}

interface OnnxSession {
  run(feeds: Readonly<Record<string, OnnxTensor>>): Promise<Readonly<Record<string, OnnxTensor>>>;
  release(): Promise<void>;
}

interface OnnxTensor {
  readonly data: unknown;
}

export interface OnnxEngineOptions extends OrderOptions {
  /** Threads within a convolution; by default as many as the runtime thinks right. */
  readonly threads?: number | undefined;
}

const PACKAGE = "onnxruntime-node";

/**
 * ONNX Runtime for Node; `load` is for tests.
 * @throws InputError if it is not installed
 */
export async function loadOnnxRuntime(
  load: () => Promise<unknown> = async () => (await import("./optional.ts")).importOptional(PACKAGE),
): Promise<OnnxRuntime> {
  try {
    const loaded = (await load()) as OnnxRuntime & { readonly default?: OnnxRuntime };
    return loaded.default ?? loaded;
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new InputError(
      `the onnx engine needs the optional package ${PACKAGE}, which could not be loaded (${why});` +
        ` install it with \`npm install ${PACKAGE}\`, or choose another engine`,
    );
  }
}

/**
 * An engine on ONNX Runtime.
 * @throws InputError if the network's result depends on the order of sums, unless approximations will do
 */
export async function onnxEngine(
  network: StepNetwork,
  runtime: OnnxRuntime,
  { threads, ...options }: OnnxEngineOptions = {},
): Promise<Engine> {
  requireDense(network, "the onnx engine", "take the direct engine");
  const doubt = doubtFor(network, "onnx", options);
  const session = await runtime.InferenceSession.create(await onnxLoop(network, doubt), {
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    graphOptimizationLevel: "all",
    // Errors only: an optimiser that gives something up need not tell the terminal.
    logSeverityLevel: 3,
  });
  let isClosed = false;
  const model: Model = { network, runtime, session, doubt, options };
  return {
    name: "onnx",
    start: checkedStart(
      network,
      (shape, states) => startRun(model, shape, states),
      () => isClosed,
    ),
    close: () => {
      if (!isClosed) void session.release();
      isClosed = true;
    },
  };
}

interface Model {
  readonly network: StepNetwork;
  readonly runtime: OnnxRuntime;
  readonly session: OnnxSession;
  readonly doubt: Doubt;
  readonly options: OrderOptions;
}

function startRun(model: Model, shape: Shape, states: readonly Float32Array[]): Run {
  const { network, runtime, session, doubt, options } = model;
  const { Tensor } = runtime;
  const { channels } = network;
  const cells = shape.rows * shape.cols;
  const size = cells * channels.length;
  // A network without channels is made one channel wide, and reads as nothing all the same.
  const planes = Math.max(1, channels.length);
  const own: OwnOrder<OnnxTensor> = {
    start: (from) => {
      const batch = new Float32Array(from.length * planes * cells);
      from.forEach((state, grid) => {
        transpose(state, cells, channels.length, batch.subarray(grid * planes * cells));
      });
      return new Tensor("float32", batch, [from.length, planes, shape.rows, shape.cols]);
    },
    advance: async (state, steps) => {
      const count = new Tensor("int64", BigInt64Array.of(BigInt(steps)), []);
      const { result, doubtful } = await session.run({ state, steps: count });
      return {
        state: result!,
        isSure: doubt.kind === "none" || (doubtful!.data as Float32Array)[0] === 0,
      };
    },
    read: async (state) => {
      const all = state.data as Float32Array;
      return states.map((_, grid) => {
        const found = all.subarray(grid * planes * cells, (grid + 1) * planes * cells);
        return transpose(found, channels.length, cells, new Float32Array(size));
      });
    },
    release: () => {},
  };
  return certainRun(network, shape, states, own, options);
}

/** Row-major [rows, cols] becomes row-major [cols, rows]. */
function transpose(from: Float32Array, rows: number, cols: number, to: Float32Array): Float32Array {
  for (let row = 0; row < rows; row++)
    for (let col = 0; col < cols; col++) to[col * rows + row] = from[row * cols + col]!;
  return to;
}
