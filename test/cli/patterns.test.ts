// Patterns from files, as `run` takes them; the oracle is a Game of Life of its own, and what is known of patterns.

import { deflateSync, gzipSync } from "node:zlib";
import { PNG } from "pngjs";
import { expect, test } from "vitest";
import { seededRandom } from "../../src/grid/random.ts";
import { again, SEED } from "../seed.ts";
import { program, Workspace } from "./harness.ts";

const workspace = new Workspace();

// Gosper's glider gun (1970).
const GUN = `!Name: Gosper glider gun
........................O
......................O.O
............OO......OO............OO
...........O...O....OO............OO
OO........O.....O...OO
OO........O...O.OO....O.O
..........O.....O.......O
...........O...O
............OO`;

const lines = (text: string) => text.trimEnd().split("\n");
const ones = (rows: readonly string[]) => rows.join("").replaceAll("0", "").length;

test("the glider gun sends a glider every 30 steps", async () => {
  workspace.write("gun.cells", GUN);
  const at = async (steps: number) => {
    const { stdout, stderr, code } = await workspace.run([
      "run",
      program("life.alg"),
      "-i",
      "gun.cells",
      "--pad",
      "40",
      "--steps",
      String(steps),
    ]);
    expect([code, stderr]).toEqual([0, expect.stringContaining(`ran ${steps} steps`)]);
    return lines(stdout);
  };
  const [start, once, twice] = [await at(0), await at(30), await at(60)];
  expect([start.length, start[0]!.length]).toEqual([89, 116]);
  expect([ones(start), ones(once), ones(twice)]).toEqual([36, 41, 46]);
  const gun = (rows: readonly string[]) => rows.slice(40, 49).map((row) => row.slice(40, 76));
  expect(gun(twice)).toEqual(gun(once));
});

test("the same pattern in other files is the same run", async () => {
  const { stdout: wanted } = await workspace.run([
    "run",
    program("life.alg"),
    "-i",
    workspace.write("g.rle", "x = 3, y = 3\nbo$2bo$3o!"),
    "--pad",
    "4",
    "--steps",
    "8",
  ]);
  expect(ones(lines(wanted))).toBe(5);
  const png = new PNG({ width: 3, height: 3, colorType: 2 });
  for (const [at, symbol] of [..."010001111"].entries())
    png.data.set([0, 0, 0].map(() => (symbol === "1" ? 0 : 255)).concat(255), 4 * at);
  workspace.write("g.png", new Uint8Array(PNG.sync.write(png, { colorType: 2 })));
  workspace.write("g.mc.gz", new Uint8Array(gzipSync("[M2] (golly 4.0)\n#R B3/S23\n.*$..*$***$\n")));
  workspace.write("g.lif", "#Life 1.06\n5 5\n6 6\n4 7\n5 7\n6 7\n");
  for (const file of ["g.png", "g.mc.gz", "g.lif"]) {
    const { stdout, stderr } = await workspace.run([
      "run",
      program("life.alg"),
      "-i",
      file,
      "--pad",
      "4",
      "--steps",
      "8",
    ]);
    expect(stdout, stderr).toBe(wanted);
    if (file === "g.png")
      expect(stderr).toContain("g.png: 3x3 pixels (rows x columns), #ffffff = 0, #000000 = 1");
  }
});

/** A PNG file by its own definition: rows of bytes, a palette or none. */
function pngOf(
  {
    width,
    depth,
    palette,
    passes = 0,
    colours = palette === undefined ? 0 : 3,
    cut = 0,
    more = [],
  }: {
    width: number;
    depth: number;
    palette?: number[];
    passes?: number;
    colours?: number;
    /** Bytes that are missing at the end of the pixels, and bytes that follow them. */
    cut?: number;
    more?: number[];
  },
  rows: readonly (readonly number[])[],
): Uint8Array {
  const chunk = (type: string, data: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const numbers = Buffer.alloc(8);
    numbers.writeUInt32BE(data.length, 0);
    numbers.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([numbers.subarray(0, 4), body, numbers.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(rows.length, 4);
  header.set([depth, colours, 0, 0, passes], 8);
  const end = cut === 0 ? undefined : -cut;
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    ...(palette === undefined ? [] : [chunk("PLTE", Buffer.from(palette))]),
    chunk(
      "IDAT",
      deflateSync(Buffer.from([...rows.flatMap((row) => [0, ...row]), ...more]).subarray(0, end)),
    ),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** The checksum of PNG's chunks (ISO 3309). */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

test("images whose pixels share bytes", async () => {
  const palette = [0, 0, 0, 0, 128, 255, 255, 255, 255, 255, 128, 0];
  const run = async (file: string, name: string) => {
    const { stdout, code, stderr } = await workspace.run(["run", program(file), "-i", name, "--steps", "0"]);
    return code === 0 ? lines(stdout) : stderr;
  };
  // Values 3, 1, 2, 3, 0 and 0, 3, 3, 0, 1, in two bits each: what is left of a byte is not looked at.
  const two = [
    [0b11011011, 0b00111111],
    [0b00111100, 0b01000000],
  ];
  workspace.write("two.png", pngOf({ width: 5, depth: 2, palette }, two));
  expect(await run("wireworld.alg", "two.png")).toEqual(["~#@~.", ".~~.#"]);
  workspace.write("four.png", pngOf({ width: 3, depth: 4, palette }, [[0x31, 0x20]]));
  expect(await run("wireworld.alg", "four.png")).toEqual(["~#@"]);
  workspace.write("one.png", pngOf({ width: 10, depth: 1 }, [[0b10110010, 0b01000000]]));
  expect(await run("life.alg", "one.png")).toEqual(["0100110110"]);
  workspace.write("passes.png", pngOf({ width: 10, depth: 1, passes: 1 }, [[0b10110010, 0b01000000]]));
  expect(await run("life.alg", "passes.png")).toContain("an interlaced image of 1-bit pixels");
});

test("images that lack pixels, or have more than they are large", async () => {
  const rows = [
    [0, 255, 0],
    [255, 0, 255],
  ];
  const run = async (shape: Partial<Parameters<typeof pngOf>[0]>, pixels = rows) => {
    workspace.write("some.png", pngOf({ width: 3, depth: 8, ...shape }, pixels));
    const words = ["run", program("life.alg"), "-i", "some.png", "--steps", "0"];
    const { stdout, code, stderr } = await workspace.run(words);
    return code === 0 ? lines(stdout) : stderr;
  };
  expect(await run({})).toEqual(["101", "010"]);
  for (let cut = 1; cut < 8; cut++) expect(await run({ cut }), `${cut} bytes`).toMatch(/^error: some.png: /);
  for (const cut of [1, 2, 3])
    expect(await run({ cut })).toContain("found fewer pixels than the image is large, expected 2 rows of 3");
  expect(await run({ more: [0] })).toContain(
    "found more pixels than the image is large, expected 2 rows of 3",
  );
  // Bits, and three bytes a pixel.
  expect(await run({ depth: 1 }, [[0b01000000], [0b10100000]])).toEqual(["101", "010"]);
  expect(await run({ depth: 1, cut: 1 }, [[0b01000000], [0b10100000]])).toContain("found fewer pixels");
  const three = rows.map((row) => row.flatMap((value) => [value, value, value]));
  expect(await run({ colours: 2 }, three)).toEqual(["101", "010"]);
  expect(await run({ colours: 2, cut: 1 }, three)).toContain("found fewer pixels");
});

test("interlaced images of all small sizes are whole, and are not without their last byte", async () => {
  for (const [width, height] of [
    [1, 1],
    [2, 3],
    [4, 4],
    [5, 5],
    [8, 3],
    [9, 9],
  ] as const) {
    const begins = [
      [0, 0, 8, 8],
      [0, 4, 8, 8],
      [4, 0, 8, 4],
      [0, 2, 4, 4],
      [2, 0, 4, 2],
      [0, 1, 2, 2],
      [1, 0, 2, 1],
    ];
    // A pixel of row r and column c is black where r + c is even.
    const rows: number[][] = [];
    for (const [row, col, down, right] of begins) {
      for (let r = row!; r < height && col! < width; r += down!) {
        const pixels: number[] = [];
        for (let c = col!; c < width; c += right!) pixels.push((r + c) % 2 === 0 ? 0 : 255);
        rows.push(pixels);
      }
    }
    const run = async (cut: number) => {
      const png = pngOf({ width, depth: 8, passes: 1, cut }, rows);
      // Its height is not the number of rows of all passes.
      const header = Buffer.from(png);
      header.writeUInt32BE(height, 20);
      header.writeUInt32BE(crc32(header.subarray(12, 29)), 29);
      workspace.write("i.png", new Uint8Array(header));
      return workspace.run(["run", program("life.alg"), "-i", "i.png", "--steps", "0"]);
    };
    const expected = Array.from({ length: height }, (_, r) =>
      Array.from({ length: width }, (_, c) => 1 - ((r + c) % 2)).join(""),
    );
    const { code, stdout } = await run(0);
    expect([code, lines(stdout)], `${width}x${height}`).toEqual([0, expected]);
    expect(await run(1), `${width}x${height}`).toMatchObject({ code: 2 });
  }
});

test("a palette is for pixels that are numbers of its colours, all of which it must have", async () => {
  const palette = [255, 255, 255, 0, 0, 0];
  const run = async (png: Uint8Array) => {
    workspace.write("palette.png", png);
    return workspace.run(["run", program("life.alg"), "-i", "palette.png", "--steps", "0"]);
  };
  for (const depth of [2, 4, 8])
    for (const colour of [0, 1, 2, 3]) {
      const row = depth === 8 ? [1, colour, 0] : depth === 4 ? [0x10 + colour, 0] : [0x40 + (colour << 4)];
      const { code, stdout, stderr } = await run(pngOf({ width: 3, depth, palette }, [row]));
      if (colour < 2) expect(stdout, `${depth} bits`).toBe(`1${colour}0\n`);
      else
        expect([code, stderr]).toEqual([
          2,
          expect.stringContaining(`row 1, column 2: found colour ${colour}, but the image's palette has 2`),
        ]);
    }
  // Black, white and black in red, green and blue; the palette is advice.
  const shades = [0, 0, 0, 255, 255, 255, 0, 0, 0];
  expect((await run(pngOf({ width: 3, depth: 8, palette, colours: 2 }, [shades]))).stdout).toBe("101\n");
  const { code, stderr } = await run(pngOf({ width: 3, depth: 8, colours: 3 }, [[0, 1, 0]]));
  expect([code, stderr]).toEqual([2, expect.stringContaining("no palette")]);
});

test("changed bytes of an image or of a file of gzip are never read as another grid", async () => {
  const random = seededRandom(SEED);
  const run = async (name: string, bytes: Uint8Array) => {
    workspace.write(name, bytes);
    return workspace.run(["run", program("life.alg"), "-i", name, "--steps", "0"]);
  };
  const rows = ["0110100", "1001011", "0010111"];
  const text = `${rows.join("\n")}\n`;
  const png = pngOf(
    { width: 7, depth: 8 },
    rows.map((row) => [...row].map((bit) => 255 - 255 * Number(bit))),
  );
  for (const [name, whole] of [
    ["changed.txt.gz", new Uint8Array(gzipSync(text))],
    ["changed.stored.gz", new Uint8Array(gzipSync(text, { level: 0 }))],
    ["changed.png", png],
  ] as const) {
    expect((await run(name, whole)).stdout).toBe(text);
    let refused = 0;
    for (let round = 0; round < 60; round++) {
      const at = 2 + random.int(whole.length - 2);
      const changed =
        round % 3 === 0 ? whole.slice(0, at) : whole.with(at, whole[at]! ^ (1 << random.int(8)));
      const { code, stdout, stderr } = await run(name, changed);
      if (code === 0) expect(stdout, `${name}, byte ${at}; ${again(SEED)}`).toBe(text);
      else
        expect([code, stderr], `${name}, byte ${at}; ${again(SEED)}`).toEqual([
          2,
          expect.not.stringMatching(/internal/),
        ]);
      if (code === 2) refused++;
    }
    expect(refused, name).toBeGreaterThan(30);
  }
});

test("files of gzip may follow one another in one, and may be short, but no longer than they may", async () => {
  const run = async (bytes: Uint8Array) => {
    workspace.write("parts.txt.gz", bytes);
    return workspace.run(["run", program("life.alg"), "-i", "parts.txt.gz", "--steps", "0"]);
  };
  const two = Buffer.concat([gzipSync("0110\n1001\n"), gzipSync("1111\n")]);
  expect((await run(two)).stdout).toBe("0110\n1001\n1111\n");
  for (const length of [2, 3, 4, 5, 9]) {
    const { code, stderr } = await run(two.subarray(0, length));
    expect([code, stderr]).toEqual([2, expect.stringContaining("not a whole file of gzip")]);
  }
  const behind = await run(Buffer.concat([two, Buffer.from("more")]));
  expect([behind.code, behind.stderr]).toEqual([2, expect.stringContaining("not a whole file of gzip")]);
  const zeros = gzipSync(Buffer.alloc(2 ** 24, 48));
  const bomb = Buffer.concat([...Array.from({ length: 17 }, () => zeros), two]);
  const { code, stderr } = await run(bomb);
  expect([code, stderr]).toEqual([2, expect.stringContaining("unpacks to more than 268435456 bytes")]);
});

test("what does not fit is refused with a message", async () => {
  const run = (...words: string[]) => workspace.run(["run", program("life.alg"), "--steps", "1", ...words]);
  workspace.write("s.rle", "x = 3, y = 1, rule = B3/S23\nABC!");
  workspace.write("broken.gz", new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 1, 2, 3]));
  const bomb = new Uint8Array(PNG.sync.write(new PNG({ width: 1, height: 1 })));
  new DataView(bomb.buffer, bomb.byteOffset).setUint32(16, 2 ** 31 - 1);
  workspace.write("bomb.png", bomb);
  workspace.write("half.png", new Uint8Array(PNG.sync.write(new PNG({ width: 9, height: 9 }))).slice(0, 60));
  workspace.write("start.png", new Uint8Array(PNG.sync.write(new PNG({ width: 9, height: 9 }))).slice(0, 10));
  const cases: readonly (readonly [words: readonly string[], message: RegExp])[] = [
    [["-i", "s.rle"], /s\.rle, line 2: found state 2, but alive has 2 values/],
    [["-i", "s.rle", "--palette", "#000000,#ffffff"], /--palette is for images/],
    [["--random", "3x3", "--pad", "2"], /--pad belongs to --input/],
    [["-i", "broken.gz"], /not a whole file of gzip/],
    [["-i", "bomb.png"], /found a grid of .*expected at most/],
    [["-i", "half.png"], /this PNG file cannot be read/],
    [["-i", "start.png"], /this PNG file cannot be read/],
    [["-i", "s.rle", "--at", "0,1"], /Expected ROW,COLUMN/],
    [["-i", "s.rle", "--palette", "red"], /Expected different colours/],
  ];
  for (const [words, message] of cases) {
    const { code, stderr } = await run(...words);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(stderr).not.toMatch(/internal|\n {4}at /);
  }
});

test("a pattern that does not end is said to be perhaps cut short", async () => {
  for (const [cells, isCut] of [
    ["3o!", false],
    ["3o!\nwhatever else", false],
    ["3o", true],
    ["3o$", true],
  ] as const) {
    workspace.write("cut.rle", `#C Look!\nx = 3, y = 1, rule = B3/S23\n${cells}`);
    const { code, stderr } = await workspace.run([
      "run",
      program("life.alg"),
      "-i",
      "cut.rle",
      "--steps",
      "1",
    ]);
    expect([code, stderr.includes("cut.rle: the pattern does not end in `!`")], cells).toEqual([0, isCut]);
  }
});

test("a plane whose edges are joined is said to be none", async () => {
  for (const [plane, isJoined] of [
    [":T20,20", true],
    [":K20*,20", true],
    [":P20,20", false],
    ["", false],
  ] as const) {
    workspace.write("plane.rle", `x = 3, y = 1, rule = B3/S23${plane}\n3o!`);
    const { stderr } = await workspace.run(["run", program("life.alg"), "-i", "plane.rle", "--steps", "1"]);
    expect(stderr.includes(`is for the plane ${plane}, whose edges are joined`), plane).toBe(isJoined);
  }
});
