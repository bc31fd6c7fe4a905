// Checkpoints: where a run is, as bytes, so that another process can go on with it.
//
// A checkpoint knows what its run began with, by hash: the program's text, the network's weights, and the input with
// its shape. It goes on with nothing else. The states of a compiled network are zeros and ones, and are kept as bits;
// others as float32. A hash of all that tells a damaged file.
//
//   "TLCHKPT1"   length of the header, u32   header, JSON   states, one or two after another       (little-endian)

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { z } from "zod";
import { InputError } from "../diagnostics/diagnostic.ts";
import type { Shape } from "../grid/grid.ts";
import type { Network } from "../network/network.ts";
import { requireState } from "../network/state.ts";
import { writeWeightFile } from "../network/weightwriter.ts";
import type { Snapshot } from "./run.ts";

/** What a run begins with: hashes in hexadecimal, and the shape of the grid. */
export interface Origin extends Shape {
  readonly program: string;
  readonly weights: string;
  readonly input: string;
}

const MAGIC = "TLCHKPT1";
const START = MAGIC.length + 4;

const whole = z.int().min(0);
const headerSchema = z.strictObject({
  origin: z.strictObject({
    program: z.string(),
    weights: z.string(),
    input: z.string(),
    rows: whole,
    cols: whole,
  }),
  steps: whole,
  kept: z.strictObject({ age: whole, span: z.int().min(1) }).nullable(),
  /** Numbers in one state. */
  length: whole,
  encoding: z.enum(["bits", "float32"]),
  sha256: z.string(),
});

type Facts = Omit<z.infer<typeof headerSchema>, "sha256">;
type Encoding = Facts["encoding"];

/** Returns what the hash covers besides the numbers. */
const factBytes = ({ origin, steps, kept, length, encoding }: Facts): Uint8Array => {
  const { program, weights, input, rows, cols } = origin;
  const numbers = [rows, cols, steps, kept?.age ?? null, kept?.span ?? null, length];
  return utf8ToBytes(JSON.stringify([program, weights, input, ...numbers, encoding]));
};

/** The network without what its units are called, which is for people: another version may find other words. */
const unnamed = (network: Network): Network => ({
  ...network,
  layers: network.layers.map((layer) => ({ ...layer, units: layer.units.map(() => "unit") })),
});

/**
 * Returns what a run of a network begins with; `initial` is its state before the first step.
 * @throws InputError if that is no state of the network on a grid of this shape
 */
export function originOf(network: Network, { rows, cols }: Shape, initial: Float32Array): Origin {
  requireState(network, { rows, cols }, initial);
  return {
    program: network.sourceHash,
    weights: hash(writeWeightFile(unnamed(network))),
    input: hash(pack(initial, encodingOf([initial]))),
    rows,
    cols,
  };
}

/** An origin does not say how many channels a cell has, but all states have equally many. */
function requireWhole({ rows, cols }: Origin, { state, kept }: Snapshot): void {
  const no = (found: number, expected: string) =>
    new InputError(
      `found a snapshot with a state of ${found} numbers, expected ${expected}; give what a pause of this run gives`,
    );
  if (state.length % (rows * cols) !== 0) throw no(state.length, `as many for each of ${rows}x${cols} cells`);
  if (kept !== null && kept.state.length !== state.length)
    throw no(kept.state.length, `${state.length}, as in its other state`);
}

/**
 * The bytes of a checkpoint.
 * @throws InputError if the states are not of the origin's grid
 */
export function writeCheckpoint(origin: Origin, snapshot: Snapshot): Uint8Array {
  requireWhole(origin, snapshot);
  const { steps, state, kept } = snapshot;
  const states = kept === null ? [state] : [state, kept.state];
  const encoding = encodingOf(states);
  const data = states.map((each) => pack(each, encoding));
  const facts: Facts = {
    origin,
    steps,
    kept: kept === null ? null : { age: kept.age, span: kept.span },
    length: state.length,
    encoding,
  };
  const header = { ...facts, sha256: hash(factBytes(facts), ...data) };
  const text = utf8ToBytes(JSON.stringify(header));
  const bytes = new Uint8Array(START + text.length + data.reduce((sum, { length }) => sum + length, 0));
  bytes.set(utf8ToBytes(MAGIC));
  new DataView(bytes.buffer).setUint32(MAGIC.length, text.length, true);
  bytes.set(text, START);
  let at = START + text.length;
  for (const each of data) {
    bytes.set(each, at);
    at += each.length;
  }
  return bytes;
}

/**
 * Reads a checkpoint of a run that began with `origin`.
 * @param name what the user calls the file
 * @throws InputError if it is no checkpoint, damaged, or of another run
 */
export function readCheckpoint(bytes: Uint8Array, name: string, origin: Origin): Snapshot {
  const { header, data } = split(bytes, name);
  refuseOther(header.origin, origin, name);
  const { steps, kept, length, encoding } = header;
  const size = sizeOf(length, encoding);
  if (data.length !== size * (kept === null ? 1 : 2) || hash(factBytes(header), data) !== header.sha256)
    throw new InputError(
      `${name} is damaged: its numbers are not those that were written; delete it to begin anew`,
    );
  return {
    steps,
    state: unpack(data.subarray(0, size), length, encoding),
    kept: kept === null ? null : { ...kept, state: unpack(data.subarray(size), length, encoding) },
  };
}

function split(bytes: Uint8Array, name: string) {
  const no = (why: string) =>
    new InputError(
      `${name} is not a checkpoint of a run: ${why}; give another name, or delete it to begin anew`,
    );
  const text = (from: number, to: number) => new TextDecoder().decode(bytes.subarray(from, to));
  if (bytes.length < START || text(0, MAGIC.length) !== MAGIC) throw no(`it does not begin with ${MAGIC}`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
  let header: unknown;
  try {
    header = JSON.parse(text(START, START + length));
  } catch {
    throw no("its header is not JSON");
  }
  const result = headerSchema.safeParse(header);
  if (!result.success)
    throw no(`its header is wrong at ${result.error.issues[0]!.path.join(".") || "the top"}`);
  return { header: result.data, data: bytes.subarray(START + length) };
}

function refuseOther(found: Origin, expected: Origin, name: string): void {
  const wrong =
    found.program !== expected.program
      ? "the program's text is another"
      : found.weights !== expected.weights
        ? "the weights are others"
        : found.rows !== expected.rows || found.cols !== expected.cols
          ? `its grid has ${found.rows}x${found.cols} cells, this one ${expected.rows}x${expected.cols}`
          : found.input !== expected.input
            ? "the input is another"
            : null;
  if (wrong === null) return;
  throw new InputError(
    `${name} is a checkpoint of another run: ${wrong}; give what that run began with, or another name for this one`,
  );
}

const hash = (...parts: readonly Uint8Array[]): string => {
  const sum = sha256.create();
  for (const part of parts) sum.update(part);
  return bytesToHex(sum.digest());
};

function encodingOf(states: readonly Float32Array[]): Encoding {
  // Negative zero is not a bit.
  const isBit = (value: number) => value === 1 || Object.is(value, 0);
  return states.every((state) => state.every(isBit)) ? "bits" : "float32";
}

const sizeOf = (length: number, encoding: Encoding): number =>
  encoding === "bits" ? Math.ceil(length / 8) : length * 4;

function pack(state: Float32Array, encoding: Encoding): Uint8Array {
  const bytes = new Uint8Array(sizeOf(state.length, encoding));
  if (encoding === "bits") {
    for (let at = 0; at < state.length; at++) if (state[at] === 1) bytes[at >> 3]! |= 1 << (at & 7);
    return bytes;
  }
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < state.length; at++) view.setFloat32(at * 4, state[at]!, true);
  return bytes;
}

function unpack(bytes: Uint8Array, length: number, encoding: Encoding): Float32Array {
  const state = new Float32Array(length);
  if (encoding === "bits") {
    for (let at = 0; at < length; at++) state[at] = (bytes[at >> 3]! >> (at & 7)) & 1;
    return state;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < length; at++) state[at] = view.getFloat32(at * 4, true);
  return state;
}
