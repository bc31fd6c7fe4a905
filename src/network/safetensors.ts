// The safetensors container (huggingface.co/docs/safetensors): eight bytes with the length of a JSON header,
// the header, the raw numbers. Numbers of several types are written and read, all of them as float32 here, and int32; all
// is little-endian.
//
// Nothing is allocated by a length that the file claims before that length is known to fit into the file, and
// the tensors must fill the data part without holes, overlaps or leftovers, as the format demands.

import { InputError } from "../diagnostics/diagnostic.ts";
import { keyTwice } from "../diagnostics/keys.ts";
import { isNumberType, NUMBER_TYPES, type NumberTypeName } from "./number-types.ts";

export interface Tensor<Data extends Float32Array | Int32Array = Float32Array> {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major; as long as the product of the shape. */
  readonly data: Data;
}

/** A tensor of either number type. */
export type StoredTensor = Tensor | Tensor<Int32Array>;

/** Tells whether the numbers are float32. */
export const isFloat = (tensor: StoredTensor): tensor is Tensor => tensor.data instanceof Float32Array;

/** What a header says of one tensor; the offsets count from the start of the data part. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of their data. */
  readonly entries: readonly TensorEntry[];
  /** Where the data part begins in the file. */
  readonly dataStart: number;
}

/** The format's own limit: a longer header means that the file is something else. */
const HEADER_LIMIT = 100_000_000n;

/**
 * The bytes of a safetensors file: the same tensors and metadata in the same order give the same bytes. Float32 numbers are
 * written as numbers of a type.
 * @throws InputError if that type would round one of them
 */
export function writeSafetensors(
  tensors: readonly StoredTensor[],
  metadata: Readonly<Record<string, string>>,
  numbers: NumberTypeName = "F32",
): Uint8Array {
  const header: [string, unknown][] = [["__metadata__", metadata]];
  let end = 0;
  for (const { name, shape, data } of tensors) {
    if (data.length !== volume(shape))
      throw new Error(`internal: tensor ${name} of shape [${shape.join(", ")}] has ${data.length} numbers`);
    const begin = end;
    const dtype = data instanceof Int32Array ? "I32" : numbers;
    end += data.length * bytesOf(dtype);
    header.push([name, { dtype, shape, data_offsets: [begin, end] }]);
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  // Spaces up to a multiple of eight, so that the numbers are aligned for readers that map the file.
  const length = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + end).fill(0x20, 8, 8 + length);
  bytes.set(text, 8);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(length), true);
  let at = 8 + length;
  for (const { name, data } of tensors) {
    if (numbers !== "F32" && data instanceof Float32Array) {
      at = writeAs(numbers, view, at, name, data);
      continue;
    }
    // As bit patterns: a number could change the bits of a NaN on its way.
    const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
    for (const word of bits) {
      view.setUint32(at, word, true);
      at += 4;
    }
  }
  return bytes;
}

const bytesOf = (dtype: NumberTypeName | "I32"): number => (dtype === "I32" ? 4 : NUMBER_TYPES[dtype].bytes);

/** Writes numbers of a type; gives where they end. */
function writeAs(
  type: NumberTypeName,
  view: DataView,
  start: number,
  name: string,
  data: Float32Array,
): number {
  const { bytes, read, write } = NUMBER_TYPES[type];
  for (const [index, value] of data.entries()) {
    const at = start + index * bytes;
    write(view, at, value);
    if (!Object.is(read(view, at), value) && !(type === "I8" && value === read(view, at)))
      throw new InputError(`the tensor ${name} has ${value}, which ${type} would round; take F32`);
  }
  return start + data.length * bytes;
}

/**
 * All tensors of a safetensors file, in the order of their data, and its metadata.
 * @param name what the user calls the file
 * @throws InputError if the file is not safetensors, is damaged, or holds numbers of other types, or too precise ones
 */
export function readSafetensors(
  bytes: Uint8Array,
  name = "safetensors data",
): { readonly tensors: readonly StoredTensor[]; readonly metadata: Readonly<Record<string, string>> } {
  const header = readSafetensorsHeader(bytes, name);
  const tensors = header.entries.map((entry) => readTensor(bytes, header, entry, name));
  return { tensors, metadata: header.metadata };
}

/**
 * The header of a safetensors file of any number types, checked against the length of the file.
 * @throws InputError as `readSafetensors` does, except on number types
 */
export function readSafetensorsHeader(bytes: Uint8Array, name: string): SafetensorsHeader {
  if (!ArrayBuffer.isView(bytes))
    throw new InputError(`${name}: found no bytes, expected those of a safetensors file as a Uint8Array`);
  if (bytes.length === 0) throw new InputError(`${name} is empty: expected a safetensors file`);
  const view = viewOf(bytes);
  const length = bytes.length < 8 ? null : view.getBigUint64(0, true);
  if (length === null || length > HEADER_LIMIT || bytes[8] !== 0x7b /* { */)
    throw notSafetensors(bytes, name);
  if (length > BigInt(bytes.length - 8)) {
    throw new InputError(
      `${name}: the header should be ${length} bytes long, found ${bytes.length - 8};` +
        ` the file is truncated or damaged: copy or make it again`,
    );
  }
  const dataStart = 8 + Number(length);
  const { metadata, entries } = parseHeader(bytes.subarray(8, dataStart), name);
  checkOffsets(entries, bytes.length - dataStart, name);
  return { metadata, entries, dataStart };
}

function parseHeader(text: Uint8Array, name: string) {
  const damaged = (why: string) =>
    new InputError(`${name}: the safetensors header ${why}; the file is damaged: copy or make it again`);
  let header: unknown;
  let twice: string | null;
  try {
    const json = new TextDecoder("utf-8", { fatal: true }).decode(text);
    header = JSON.parse(json);
    twice = keyTwice(json);
  } catch (error) {
    throw damaged(`is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  if (typeof header !== "object" || header === null) throw damaged("is not an object");
  if (twice !== null) throw damaged(`has the key ${JSON.stringify(twice)} twice`);
  const { __metadata__: found = {}, ...rest } = header as Record<string, unknown>;
  if (!isTableOfStrings(found)) throw damaged(`has metadata that is not a table of strings`);
  const entries = Object.entries(rest).map(([tensor, value]): TensorEntry => {
    if (!isEntry(value)) {
      throw damaged(
        `describes tensor ${JSON.stringify(tensor)} wrongly: expected a dtype, a shape of whole numbers and two data_offsets`,
      );
    }
    const { dtype, shape, data_offsets } = value;
    return { name: tensor, dtype, shape, begin: data_offsets[0], end: data_offsets[1] };
  });
  return { metadata: found, entries: entries.sort((a, b) => a.begin - b.begin || a.end - b.end) };
}

/** What a header says of a tensor, as it stands there. */
interface StoredEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

function isEntry(value: unknown): value is StoredEntry {
  if (!isObject(value)) return false;
  const { dtype, shape, data_offsets, ...rest } = value;
  const isEnough = typeof dtype === "string" && areSizes(shape) && areSizes(data_offsets);
  return isEnough && data_offsets.length === 2 && Object.keys(rest).length === 0;
}

const isTableOfStrings = (value: unknown): value is Record<string, string> =>
  isObject(value) && Object.values(value).every((each) => typeof each === "string");

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const areSizes = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);

/** Tensors must follow one another without holes and end where the file ends. */
function checkOffsets(entries: readonly TensorEntry[], available: number, name: string): void {
  let end = 0;
  for (const entry of entries) {
    if (entry.begin !== end || entry.end < entry.begin) {
      throw new InputError(
        `${name}: tensor ${JSON.stringify(entry.name)} is stored at bytes ${entry.begin} to ${entry.end} of the data,` +
          ` expected it to begin at ${end}; the file is damaged: copy or make it again`,
      );
    }
    end = entry.end;
  }
  if (end !== available) {
    const why = end > available ? "truncated" : "damaged, or something was appended to it";
    throw new InputError(
      `${name}: expected ${end} bytes of numbers after the header, found ${available};` +
        ` the file is ${why}: copy or make it again`,
    );
  }
}

/** One tensor's numbers, bit for bit. */
function readTensor(
  bytes: Uint8Array,
  { dataStart }: SafetensorsHeader,
  { name: tensor, dtype, shape, begin, end }: TensorEntry,
  name: string,
): StoredTensor {
  const where = `${name}: tensor ${JSON.stringify(tensor)}`;
  if (dtype !== "I32" && !isNumberType(dtype)) {
    const known = Object.keys(NUMBER_TYPES).join(", ");
    throw new InputError(`${where} has number type ${dtype}, expected ${known}; convert it to float32 first`);
  }
  const needed = volume(shape) * bytesOf(dtype);
  if (needed !== end - begin) {
    throw new InputError(
      `${where} of shape [${shape.join(", ")}] needs ${needed} bytes, found ${end - begin};` +
        ` the file is damaged: copy or make it again`,
    );
  }
  const view = viewOf(bytes);
  if (dtype !== "F32" && dtype !== "I32")
    return { name: tensor, shape, data: readAs(dtype, view, dataStart + begin, volume(shape), where) };
  const data = dtype === "F32" ? new Float32Array((end - begin) / 4) : new Int32Array((end - begin) / 4);
  const bits = new Uint32Array(data.buffer);
  for (let index = 0; index < bits.length; index++)
    bits[index] = view.getUint32(dataStart + begin + index * 4, true);
  return { name: tensor, shape, data } as StoredTensor;
}

/** Numbers of a type, each of which float32 has, too. */
function readAs(
  type: NumberTypeName,
  view: DataView,
  start: number,
  count: number,
  where: string,
): Float32Array {
  const { bytes, read } = NUMBER_TYPES[type];
  const data = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    const value = read(view, start + index * bytes);
    data[index] = value;
    if (!Object.is(data[index], value))
      throw new InputError(`${where} has ${value}, which float32 would round; write it as float32 first`);
  }
  return data;
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const volume = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

const notSafetensors = (bytes: Uint8Array, name: string): InputError =>
  new InputError(
    `${name} is not a safetensors file: found ${describe(bytes)}, expected eight bytes with the header's` +
      ` length and a JSON header; give a weight file written by tapeloom`,
  );

const MAGIC: readonly (readonly [start: string, what: string])[] = [
  ["\x89PNG", "a PNG image"],
  ["GIF8", "a GIF image"],
  ["\xff\xd8\xff", "a JPEG image"],
  ["PK\x03\x04", "a zip archive (PyTorch and NumPy files are such)"],
  ["\x1f\x8b", "a gzip archive"],
  ["\x93NUMPY", "a NumPy array"],
  ["\x89HDF", "an HDF5 file"],
  ["%PDF", "a PDF document"],
  ["\x7fELF", "a program"],
];

/** Returns what bytes that are no safetensors file look like. */
function describe(bytes: Uint8Array): string {
  const start = String.fromCharCode(...bytes.subarray(0, 64));
  const magic = MAGIC.find(([prefix]) => start.startsWith(prefix));
  if (magic !== undefined) return magic[1];
  if (/^\s*[{[]/.test(start)) return "JSON text";
  const text = new TextDecoder().decode(bytes.subarray(0, 64), { stream: true });
  // No control characters except white space, and valid UTF-8 as far as it goes.
  if (/^(?:\s|[^\p{Cc}\ufffd])*$/u.test(text)) return `text that begins ${JSON.stringify(text.slice(0, 24))}`;
  return `${bytes.length} bytes that begin ${[...bytes.subarray(0, 8)].map(hex).join(" ")}`;
}

const hex = (byte: number): string => byte.toString(16).padStart(2, "0");
