import { describe, expect, test } from "vitest";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { exactnessOf } from "../../src/network/exactness.ts";
import type { Network } from "../../src/network/network.ts";
import { isFloat, readSafetensors, type Tensor, writeSafetensors } from "../../src/network/safetensors.ts";
import { denseOf, sparseRows } from "../../src/network/sparse.ts";
import { readWeightFile } from "../../src/network/weightfile.ts";
import { writeWeightFile } from "../../src/network/weightwriter.ts";
import { withDense } from "./dense.ts";
import { learnedLike, life, parity, randomNetwork, SAMPLES, water } from "./samples.ts";

/** Water's weight file, with its tensors and metadata changed. */
function changed(
  tensors: (tensors: readonly Tensor[]) => readonly Tensor[],
  metadata: Readonly<Record<string, string | undefined>> = {},
): Uint8Array {
  const file = readSafetensors(writeWeightFile(water));
  const merged = Object.entries({ ...file.metadata, ...metadata }).filter(([, value]) => value !== undefined);
  return writeSafetensors(
    tensors(file.tensors.filter(isFloat)),
    Object.fromEntries(merged) as Record<string, string>,
  );
}

const same = (tensors: readonly Tensor[]) => tensors;

/** Changes the tensor of that name. */
const tensor = (name: string, change: (tensor: Tensor) => Tensor) => (tensors: readonly Tensor[]) =>
  tensors.map((each) => (each.name === name ? change(each) : each));

const number = (name: string, at: number, value: number) =>
  tensor(name, (each) => ({ ...each, data: each.data.map((old, index) => (index === at ? value : old)) }));

const text = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);

/** The file with one piece of its header's text replaced by another of the same length. */
function patched(from: string, to: string): Uint8Array {
  const bytes = writeWeightFile(water);
  const at = text(bytes).indexOf(from);
  if (at < 0 || from.length !== to.length) throw new Error(`cannot put ${to} for ${from}`);
  bytes.set(new TextEncoder().encode(to), at);
  return bytes;
}

/** The field with a display symbol for every name of its enum. */
function withSymbols(field: Network["fields"][number]): Network["fields"][number] {
  if (field.type.kind !== "enum") return field;
  return { ...field, type: { ...field.type, symbols: field.type.names.map((name) => name[0]!) } };
}

describe("weight files", () => {
  test("give back every network bit for bit", () => {
    const draw = (from: { next(): number }) => Math.fround(from.next() * 4 - 2);
    const networks: Network[] = [
      ...SAMPLES,
      ...[[1], [3, 5], [2, 1, 4], [0], [2, 0, 3]].map((widths, seed) => randomNetwork(widths, seed, draw)),
      { ...water, fields: water.fields.map(withSymbols) },
      ...SAMPLES.map((network, seed) => learnedLike(network, 0.1, seed)),
      { ...life, snap: true },
      { ...life, program: "\u{1d4b3}_\u00e9t\u00e9", predict: "alive" },
      { ...life, schedule: { ...life.schedule, reason: 'quotes " and \\ and \u{1f300}' } },
      { ...life, layers: life.layers.map((each) => withDense(each, (weight) => weight.map((w) => w || -0))) },
    ];
    for (const network of networks) {
      const bytes = writeWeightFile(network);
      const read = readWeightFile(bytes, "f");
      // What a file says of its arithmetic is never believed.
      const exact = exactnessOf(network);
      expect(read, network.program).toEqual({ ...network, exact });
      const bits = ({ layers, residual }: Network) =>
        [...layers.flatMap((layer) => [denseOf(layer), layer.bias]), residual].map(
          (values) => new Uint32Array(values.buffer, values.byteOffset, values.length),
        );
      expect(bits(read), network.program).toEqual(bits(network));
      expect(writeWeightFile(read), network.program).toEqual(writeWeightFile({ ...network, exact }));
    }
  });

  test("hold what the format promises", () => {
    const { tensors, metadata } = readSafetensors(writeWeightFile(parity));
    expect(tensors.map(({ name, shape }) => [name, shape])).toEqual([
      ["layers.0.weight", [2, 2, 3, 3]],
      ["layers.0.bias", [2]],
      ["layers.1.weight", [2, 2, 1, 1]],
      ["layers.1.bias", [2]],
      ["residual", [2]],
    ]);
    expect(metadata).toMatchObject({ format: "tapeloom", version: "1" });
    expect(JSON.parse(metadata.program!)).toEqual({
      name: "parity",
      sha256: parity.sourceHash,
      predict: "p",
    });
    expect(JSON.parse(metadata.channels!)).toEqual(parity.channels);
  });

  test("say that channels are rounded only where they are", () => {
    const { snap, ...metadata } = readSafetensors(writeWeightFile({ ...life, snap: true })).metadata;
    expect(snap).toBe("true");
    expect(metadata).toEqual(readSafetensors(writeWeightFile(life)).metadata);
    expect(readWeightFile(changed(same, { snap: "false" }), "f").snap).toBe(false);
  });

  test("are not written for malformed networks", () => {
    expect(() => writeWeightFile({ ...life, residual: new Float32Array(2) })).toThrow(
      /life is no sound network: /,
    );
  });

  const badMetadata: readonly [
    what: string,
    metadata: Record<string, string | undefined>,
    message: RegExp,
  ][] = [
    ["no version", { version: undefined }, /found no version in the metadata, expected "1"/],
    ["version 0", { version: "0" }, /found version "0"/],
    [
      "a newer version",
      { version: "12" },
      /has version 12 .* reads versions 1 and 2; install a newer tapeloom/,
    ],
    ["no layers", { layers: undefined }, /metadata "layers" are missing, expected program, fields/],
    ["fields that are no JSON", { fields: "[" }, /metadata "fields" are not JSON/],
    ["a stop rule that is none", { stop: '{"kind":"later"}' }, /metadata "stop" are wrong at kind/],
    ["a surplus key", { stop: '{"kind":"never","x":1}' }, /metadata "stop" are wrong: .*x/],
    ["snapping that is neither so nor not", { snap: '"yes"' }, /metadata "snap" are wrong: /],
    ["a kernel of 5", { layers: '[{"kernel":5,"inputs":6,"outputs":6,"units":[]}]' }, /wrong at 0\.kernel/],
    [
      "a channel of a kind unknown",
      { channels: '[{"name":"a","code":{"kind":"q"}}]' },
      /wrong at 0\.code\.kind/,
    ],
    [
      "an unsound network",
      { stop: '{"kind":"halted","cubes":[{"on":["q"],"off":[]}]}' },
      /does not hold a sound network: the stop rule names channel q/,
    ],
    [
      "a vast type",
      { fields: JSON.stringify(water.fields).replace('"hi":2', '"hi":2000000000') },
      /level \(-1\.\.2000000000\) has 3 channels, expected 2000000001/,
    ],
    [
      "vast layers",
      { layers: '[{"kernel":3,"inputs":900000000,"outputs":900000000,"units":[]}]' },
      /layers\.0\.weight has shape \[8, 6, 3, 3\], expected \[900000000, 900000000, 3, 3\]/,
    ],
  ];
  const foreign = [{ name: "encoder.weight", shape: [1], data: Float32Array.of(1) }];
  const bad: readonly [what: string, bytes: Uint8Array, message: RegExp][] = [
    ["nothing", new Uint8Array(0), /^f is empty/],
    ["text", new TextEncoder().encode("program life {}\n"), /^f is not a safetensors file: found text/],
    [
      "another program's safetensors",
      writeSafetensors(foreign, {}),
      /^f is a safetensors file, but not one of tapeloom: found no format .* the tensors encoder\.weight/,
    ],
    ["PyTorch's safetensors", writeSafetensors(foreign, { format: "pt" }), /found format "pt"/],
    [
      "another program's type",
      patched('"dtype":"F32"', '"dtype":"I32"'),
      /layers\.0\.weight has number type I32/,
    ],
    ["a truncated file", writeWeightFile(water).subarray(0, -5), /found 1995; the file is truncated/],
    ["a truncated header", writeWeightFile(water).subarray(0, 100), /bytes long, found 92; .*truncated/],
    ["a missing tensor", changed((all) => all.slice(0, -1)), /tensor residual is missing: found .*layers\.0/],
    ["a surplus tensor", changed((all) => [...all, ...foreign]), /tensor "encoder\.weight" does not belong/],
    [
      "a wrong shape",
      changed(tensor("layers.1.weight", (each) => ({ ...each, shape: [8, 6, 1, 1] }))),
      /layers\.1\.weight has shape \[8, 6, 1, 1\], expected \[6, 8, 1, 1\]/,
    ],
    // Output 3, input 1, row 2, column 0 of a [8, 6, 3, 3] tensor.
    [
      "a NaN",
      changed(number("layers.0.weight", ((3 * 6 + 1) * 3 + 2) * 3, Number.NaN)),
      /tensor layers\.0\.weight has NaN at \[3, 1, 2, 0\]/,
    ],
    [
      "an infinity",
      changed(number("layers.1.bias", 4, Number.NEGATIVE_INFINITY)),
      /tensor layers\.1\.bias has -Infinity at \[4\]/,
    ],
    [
      "a number below the normal range",
      changed(number("layers.1.bias", 4, 2 ** -127)),
      /tensor layers\.1\.bias has 5\.877\S+e-39 at \[4\], expected 0 or a number of at least 1\.2e-38/,
    ],
    ...badMetadata.map(([what, metadata, message]): [string, Uint8Array, RegExp] => [
      what,
      changed(same, metadata),
      message,
    ]),
  ];
  test("numbers changed by hand are read, without the claim to be exact", () => {
    const fraction = readWeightFile(changed(number("layers.1.bias", 4, 0.5)), "f");
    expect(fraction.layers[1]!.bias[4]).toBe(0.5);
    expect(fraction.exact.formats).toEqual([]);
    const large = readWeightFile(changed(number("residual", 0, 3000)), "f");
    expect(large.residual[0]).toBe(3000);
    expect(large.exact.formats).toEqual(["float32"]);
  });
  test.each(bad)("refuse %s", (_, bytes, message) => {
    expect(() => readWeightFile(bytes, "f")).toThrow(InputError);
    expect(() => readWeightFile(bytes, "f")).toThrow(message);
    expect(() => readWeightFile(bytes, "f")).toThrow(/^f[ :]/);
  });
});

describe("damaged weight files", () => {
  /** Reads the file; anything but a network or an InputError fails the test. */
  function attempt(bytes: Uint8Array, what: string): "read" | "refused" {
    try {
      readWeightFile(bytes, "f");
      return "read";
    } catch (error) {
      expect(error, what).toBeInstanceOf(InputError);
      return "refused";
    }
  }

  const whole = writeWeightFile(water);
  const dataStart = 8 + Number(new DataView(whole.buffer).getBigUint64(0, true));

  test("every truncation is refused", () => {
    for (let length = 0; length < whole.length; length++)
      expect(attempt(whole.subarray(0, length), `length ${length}`), `length ${length}`).toBe("refused");
  });

  test("bytes changed anywhere in the header never do worse than being refused", () => {
    for (let seed = 0; seed < 4000; seed++) {
      const random = seededRandom(seed);
      const bytes = whole.slice();
      for (let count = 1 + random.int(3); count > 0; count--) bytes[random.int(dataStart)] = random.int(256);
      attempt(bytes, `seed ${seed}`);
    }
  });

  test("characters of JSON swapped in the header never do worse than being refused", () => {
    const alphabet = new TextEncoder().encode('{}[]",:0123456789.-eE \\');
    for (let seed = 0; seed < 4000; seed++) {
      const random = seededRandom(seed);
      const bytes = whole.slice();
      bytes[8 + random.int(dataStart - 8)] = alphabet[random.int(alphabet.length)]!;
      attempt(bytes, `seed ${seed}`);
    }
  });

  test("pieces cut out or doubled never do worse than being refused", () => {
    for (let seed = 0; seed < 1000; seed++) {
      const random = seededRandom(seed);
      const from = random.int(whole.length);
      const to = random.int(whole.length);
      const bytes = Uint8Array.of(...whole.subarray(0, from), ...whole.subarray(to));
      expect(attempt(bytes, `seed ${seed}`), `seed ${seed}`).toBe(from === to ? "read" : "refused");
    }
  });

  test("bits flipped in the numbers are refused, or read as what they now say", () => {
    // Without the claim to be exact any finite number is a weight, so both outcomes must occur.
    const trained: Network = { ...water, exact: { ...water.exact, formats: [] } };
    const bytes = writeWeightFile(trained);
    const start = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const outcomes = { read: 0, refused: 0 };
    for (let seed = 0; seed < 2000; seed++) {
      const random = seededRandom(seed);
      const flipped = bytes.slice();
      flipped[start + random.int(bytes.length - start)]! ^= 1 << random.int(8);
      const outcome = attempt(flipped, `seed ${seed}`);
      outcomes[outcome]++;
      if (outcome === "refused") continue;
      // The numbers as they are; the bounds that the file states of them are worked out anew.
      const again = writeWeightFile(readWeightFile(flipped, "f"));
      const numbers = (file: Uint8Array) => file.subarray(file.length - (bytes.length - start));
      expect(Buffer.compare(numbers(again), numbers(flipped)), `seed ${seed}`).toBe(0);
    }
    expect(outcomes.read).toBeGreaterThan(0);
    expect(outcomes.refused).toBeGreaterThan(0);
  });

  test("random bytes after a plausible length are refused", () => {
    for (let seed = 0; seed < 1000; seed++) {
      const random = seededRandom(seed);
      const bytes = Uint8Array.from({ length: 9 + random.int(200) }, () => random.int(256));
      bytes.set([random.int(bytes.length), 0, 0, 0, 0, 0, 0, 0, 0x7b]);
      expect(attempt(bytes, `seed ${seed}`), `seed ${seed}`).toBe("refused");
    }
  });
});

describe("the sparse form", () => {
  const networks = [
    ...SAMPLES,
    ...[[1], [3, 5], [2, 1, 4], [0], [2, 0, 3]].map((widths, seed) =>
      randomNetwork(widths, seed, (random) => (random.int(3) === 0 ? random.int(9) - 4 : 0)),
    ),
  ];

  test("says the same as the dense one, bit for bit, and is read without being told", () => {
    for (const network of networks) {
      const [dense, sparse] = (["dense", "sparse"] as const).map((form) =>
        writeWeightFile(network, {}, form),
      );
      expect(readWeightFile(sparse!, "f"), network.program).toEqual(readWeightFile(dense!, "f"));
      const read = readWeightFile(sparse!, "f");
      for (const form of ["dense", "sparse"] as const)
        expect(writeWeightFile(read, {}, form), network.program).toEqual(
          writeWeightFile(readWeightFile(dense!, "f"), {}, form),
        );
      expect(writeWeightFile(network), network.program).toEqual(dense);
    }
  });

  /** Life's nine weights, and hidden layers of `width` units that hand one number on: 10 * width + width^2 weights. */
  const wide = (width: number): Network => {
    const same = new Array<string>(width).fill("same");
    const [first] = life.layers;
    const layers = [
      { ...first!, outputs: width, units: same },
      { ...first!, kernel: 1 as const, inputs: width, outputs: width, units: same },
      { ...first!, kernel: 1 as const, inputs: width, outputs: 1, units: ["alive"] },
    ].map((layer, at) => ({
      ...layer,
      weight: sparseRows(
        Array.from({ length: layer.outputs }, (_, out) => [[at === 0 ? 4 : out, 1] as const]),
      ),
      bias: new Float32Array(layer.outputs),
    }));
    return { ...life, layers, residual: Float32Array.of(0) };
  };

  test("is what networks of many zeros have by default, and takes no more than what is not zero", () => {
    const bytes = writeWeightFile(wide(3000));
    expect(bytes.length).toBeLessThan(1_000_000);
    expect(readWeightFile(bytes, "f").layers).toEqual(wide(3000).layers);
  });

  test.each([
    [2043, "1"],
    [2044, "2"],
  ])("begins beyond 4,194,304 weights: %i units, version %s", (width, version) => {
    const bytes = writeWeightFile(wide(width));
    expect(readSafetensors(bytes, "f").metadata.version).toBe(version);
    expect(readWeightFile(bytes, "f").layers).toEqual(wide(width).layers);
  });

  test("lists have one axis", () => {
    const { tensors, metadata } = readSafetensors(writeWeightFile(water, {}, "sparse"));
    for (const part of ["columns", "values"]) {
      const name = `layers.0.weight.${part}`;
      const broken = tensors.map((tensor) =>
        tensor.name === name ? { ...tensor, shape: [tensor.data.length, 1] } : tensor,
      );
      expect(() => readWeightFile(writeSafetensors(broken, metadata), "f")).toThrow(
        /f: the tensor layers\.0\.weight\.\w+ has shape \[\d+, 1\], expected a list of numbers; /,
      );
    }
  });

  test.each([
    ["a column twice", "columns", 1, 0],
    ["a column beyond the row", "columns", 0, 1000],
    ["a negative column", "columns", 0, -1],
    ["rows that begin late", "starts", 0, 1],
    ["rows that end before they begin", "starts", 1, 999],
  ])("with %s is refused", (_, part, at, value) => {
    const { tensors, metadata } = readSafetensors(writeWeightFile(water, {}, "sparse"));
    const broken = tensors.map((tensor) =>
      tensor.name === `layers.0.weight.${part}` && !isFloat(tensor)
        ? { ...tensor, data: tensor.data.with(at, value) }
        : tensor,
    );
    expect(() => readWeightFile(writeSafetensors(broken, metadata), "f")).toThrow(
      /f does not hold a sound network: layer 1/,
    );
  });
});
