// Refuses grids that would not fit into memory before anything is made for them.
//
// Bytes are counted for every cell at the worst moment of a run: the planes of the input, states on both sides of a
// step, the copies that are read, compared and kept, and the planes of the result.

import { showCount } from "../diagnostics/count.ts";
import { InputError, unreachable } from "../diagnostics/diagnostic.ts";
import { inputsOf, type Shape } from "../grid/grid.ts";
import type { Network } from "../network/network.ts";
import type { Io } from "./io.ts";
import { type Loaded, type NetworkEngineName, networkOf } from "./load.ts";
import type { EngineName } from "./simulate.ts";

/** Numbers of planes and of states are 32 bits. */
const NUMBER = 4;

/** Planes of an input as it is drawn or read, and as it is with its workspace. */
const INPUT_PLANES = 2;

/** Grids of all fields where the program itself runs: old and new. */
const GRIDS = 2;

/** The compiler adds a few fields of its own to a rule: halted, line, clock, copies. */
const COMPILERS_FIELDS = 4;

/** Numbers a cell that the interpreter keeps besides: where it stands, and objects that live for a moment. */
const INTERPRETERS_NUMBERS = 40;

/** States that a run holds besides the engine's: the first, the present, the next, and one kept for comparing. */
const RUN_STATES = 4;

/** Bytes that a cell takes in a run of a program or a network on an engine; compiles the program if need be. */
export function bytesPerCell(subject: Loaded, engine: EngineName): number {
  if (engine !== "rule" && engine !== "reference") return networkBytes(networkOf(subject), engine);
  const of = subject.kind === "program" ? subject.front.checked : subject.network;
  const own = engine === "reference" ? INTERPRETERS_NUMBERS : 0;
  return NUMBER * (INPUT_PLANES * inputsOf(of).length + GRIDS * (of.fields.length + COMPILERS_FIELDS) + own);
}

function networkBytes(network: Network, engine: NetworkEngineName): number {
  const { channels, fields } = network;
  const planes = INPUT_PLANES * inputsOf(network).length + fields.length;
  return NUMBER * (planes + RUN_STATES * channels.length + engineNumbers(network, engine));
}

/** Numbers that a cell takes in the engine itself, as measured on grids of a million cells. */
function engineNumbers(
  { channels: { length: channels }, layers }: Network,
  engine: NetworkEngineName,
): number {
  switch (engine) {
    case "direct":
    case "auto":
      return 2 * channels;
    // A square of four cells has about ten numbers, where all are different.
    case "memo":
      return 2 * channels + 10;
    // States on both sides of a step and a kept one, a bit for every channel.
    case "bits":
      return Math.ceil((3 * channels) / 32);
    // A heap that grows in large steps, and copies of states on their way.
    case "tensor":
      return 3 * channels + 2 * widest(layers, 1);
    // Buffers are kept for the next step; channels are stored in blocks.
    case "onnx":
      return 14 * channels + widest(layers, ONNX_BLOCK);
    default:
      return unreachable(engine);
  }
}

const ONNX_BLOCK = 16;

/** Inputs and outputs of the layer that has most of them, each filled up to whole blocks. */
function widest(layers: Network["layers"], block: number): number {
  const filled = (units: number) => Math.ceil(units / block) * block;
  return Math.max(...layers.map(({ inputs, outputs }) => filled(inputs) + filled(outputs)));
}

/** @throws InputError if a run on a grid of that shape needs more memory than there is */
export function refuseTooLarge(io: Io, { rows, cols }: Shape, bytesPerCell: number, engine: string): void {
  const needed = rows * cols * bytesPerCell;
  const free = io.freeMemory();
  if (needed <= free) return;
  throw new InputError(
    `a grid of ${rows}x${cols} cells needs ${showCount(needed)} bytes on the ${engine} engine ` +
      `(${showCount(bytesPerCell)} for each cell), but ${showCount(free)} are free; give a smaller grid`,
  );
}
