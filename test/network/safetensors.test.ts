import { describe, expect, test } from "vitest";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { seededRandom } from "../../src/grid/random.ts";
import {
  readSafetensors,
  type StoredTensor,
  type Tensor,
  writeSafetensors,
} from "../../src/network/safetensors.ts";

const tensor = (name: string, shape: number[], ...values: number[]): Tensor => ({
  name,
  shape,
  data: Float32Array.from(values),
});

/** A container with any header, be it nonsense. */
function container(header: string, dataBytes = 0, claimed?: bigint): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const entry = (begin: number, end: number, shape: readonly number[] = [1], dtype = "F32") => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe("writeSafetensors", () => {
  test("byte for byte", () => {
    const bytes = writeSafetensors([tensor("a", [2, 1], 1, -2)], { k: "v" });
    const header = '{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}';
    const length = Math.ceil(header.length / 8) * 8;
    expect([...bytes]).toEqual([
      ...[length, 0, 0, 0, 0, 0, 0, 0],
      ...new TextEncoder().encode(header.padEnd(length)),
      ...[0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0],
    ]);
  });

  test("aligns the numbers to eight bytes whatever the header's length", () => {
    for (let length = 0; length < 20; length++) {
      const bytes = writeSafetensors([tensor("é".repeat(length), [1], 1)], {});
      expect((bytes.length - 4) % 8, `name of ${length} letters`).toBe(0);
    }
  });

  test("refuses a tensor whose shape does not fit as our own bug", () => {
    expect(() => writeSafetensors([tensor("a", [2, 3], 1)], {})).toThrow(
      /internal: tensor a of shape \[2, 3\]/,
    );
  });
});

describe("readSafetensors", () => {
  test("gives back what was written, bit for bit, at any alignment", () => {
    for (let seed = 0; seed < 100; seed++) {
      const random = seededRandom(seed);
      const tensors = Array.from({ length: random.int(5) }, (_, index): Tensor => {
        const shape = Array.from({ length: random.int(4) }, () => random.int(4));
        const bits = Uint32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () =>
          random.int(2 ** 32),
        );
        return { name: `t${index}`, shape, data: new Float32Array(bits.buffer) };
      });
      const metadata = { a: '\u0000\n"é', __proto__x: String(seed) };
      const written = writeSafetensors(tensors, metadata);
      const shifted = new Uint8Array(written.length + 3);
      shifted.set(written, 3);
      const found = readSafetensors(shifted.subarray(3));
      expect(found.metadata).toEqual(metadata);
      const bits = ({ name, shape, data }: StoredTensor) => ({
        name,
        shape,
        bits: new Uint32Array(data.buffer),
      });
      expect(found.tensors.map(bits), `seed ${seed}`).toEqual(tensors.map(bits));
      expect(writeSafetensors(found.tensors, found.metadata)).toEqual(written);
    }
  });

  test("reads files without metadata and with tensors listed in another order", () => {
    const bytes = container(JSON.stringify({ b: entry(4, 8), a: entry(0, 4) }), 8);
    bytes[bytes.length - 1] = 0x40;
    expect(readSafetensors(bytes)).toEqual({
      metadata: {},
      tensors: [tensor("a", [1], 0), tensor("b", [1], 2)],
    });
  });

  const bad: readonly [what: string, bytes: Uint8Array, message: RegExp][] = [
    ["nothing", new Uint8Array(0), /f is empty/],
    [
      "less than a length",
      Uint8Array.of(1, 2, 3),
      /not a safetensors file: found 3 bytes that begin 01 02 03/,
    ],
    ["only a length", new Uint8Array(8), /not a safetensors file/],
    ["text", new TextEncoder().encode("épisode one\nof two"), /found text that begins "épisode one/],
    ["JSON", new TextEncoder().encode('{"weights": [1, 2, 3]}'), /found JSON text/],
    ["a PNG", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13), /found a PNG image/],
    ["a zip", Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0), /found a zip archive/],
    ["zeros", new Uint8Array(100), /not a safetensors file: found 100 bytes that begin 00 00/],
    [
      "a lying length",
      container("{}", 0, 90_000_000n),
      /should be 90000000 bytes long, found 2; .*truncated/,
    ],
    ["an absurd length", container("{}", 0, 2n ** 64n - 1n), /not a safetensors file/],
    ["an empty header", container("{", 0, 0n), /header is not JSON/],
    ["half a header", container('{"a":'), /header is not JSON/],
    [
      "bytes that are no UTF-8",
      container('{"?":1}').map((b) => (b === 0x3f ? 0xff : b)),
      /header is not JSON/,
    ],
    ["metadata of numbers", container('{"__metadata__":{"a":1}}'), /metadata that is not a table of strings/],
    ["a key twice", container('{"__metadata__":{"a":"1"},"__metadata__" :{}}'), /key "__metadata__" twice/],
    ["a key twice inside", container('{"__metadata__":{"a":"{","\\u0061":"2"}}'), /the key "a" twice/],
    ["an entry that is none", container('{"a":[]}'), /describes tensor "a" wrongly/],
    [
      "a negative size",
      container(JSON.stringify({ a: entry(0, 4, [-1]) }), 4),
      /describes tensor "a" wrongly/,
    ],
    [
      "a fractional offset",
      container(JSON.stringify({ a: entry(0, 0.5) }), 4),
      /describes tensor "a" wrongly/,
    ],
    ["a huge offset", container('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,1e300]}}'), /wrongly/],
    ["a hole", container(JSON.stringify({ a: entry(4, 8) }), 8), /bytes 4 to 8 .* expected it to begin at 0/],
    ["an overlap", container(JSON.stringify({ a: entry(0, 4), b: entry(0, 4) }), 4), /begin at 4/],
    ["offsets backwards", container(JSON.stringify({ a: entry(0, 4), b: entry(4, 0) }), 4), /bytes 4 to 0/],
    ["missing numbers", container(JSON.stringify({ a: entry(0, 4) }), 3), /4 bytes .* found 3; .*truncated/],
    ["surplus numbers", container(JSON.stringify({ a: entry(0, 4) }), 9), /4 bytes .* found 9; .*appended/],
    [
      "another type",
      container(JSON.stringify({ a: entry(0, 8, [1], "I64") }), 8),
      /type I64, expected F32, F64, F16, BF16, I8/,
    ],
    [
      "a shape too large",
      container(JSON.stringify({ a: entry(0, 4, [2]) }), 4),
      /\[2\] needs 8 bytes, found 4/,
    ],
    [
      "a shape beyond all numbers",
      container(JSON.stringify({ a: entry(0, 4, [9e15, 9e15, 9e15]) }), 4),
      /needs 2\.9\d+e\+48 bytes, found 4/,
    ],
  ];
  test.each(bad)("refuses %s", (_, bytes, message) => {
    expect(() => readSafetensors(bytes, "f")).toThrow(InputError);
    expect(() => readSafetensors(bytes, "f")).toThrow(message);
  });
});
