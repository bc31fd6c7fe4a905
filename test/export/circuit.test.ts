// Networks as C, Verilog and WebAssembly, compiled and run: they print what the network's own run gives, on grids of all shapes.

import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { checkProgram, compile } from "../../src/compile.ts";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { runNetwork } from "../../src/engines/run.ts";
import { exportC } from "../../src/exchange/circuit/c.ts";
import { exportVerilog } from "../../src/exchange/circuit/verilog.ts";
import { exportWebAssembly } from "../../src/exchange/circuit/wasm.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { fitsGrid } from "../../src/grid/prepare.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { TEXT_GRIDS } from "../../src/grid/text.ts";
import type { Network } from "../../src/network/network.ts";
import { program, Workspace } from "../cli/harness.ts";
import { generator } from "../judge/generate/generators.ts";
import { learnedLike, SNAPPED } from "../network/samples.ts";
import { compileProgram } from "../programs/programs.ts";
import { again, cases, SEED } from "../seed.ts";

const work = new Workspace();
const isThere = (command: string): boolean => spawnSync(command, ["--version"]).error === undefined;

interface Language {
  readonly name: string;
  readonly commands: readonly string[];
  /** Compiles a network with a grid to run; what the program prints after at most so many steps. */
  readonly build: (network: Network, grid: Grid) => (steps: number) => string;
}

function isProgram(text: string): boolean {
  try {
    checkProgram({ name: "r", text });
    return true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

const run = (command: string, words: readonly string[]): string =>
  execFileSync(command, words, { cwd: work.folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

const LANGUAGES: readonly Language[] = [
  {
    name: "C",
    commands: ["gcc"],
    build(network, grid) {
      work.write("net.c", exportC(network, grid));
      run("gcc", [
        "-std=c99",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-pedantic",
        "-fsanitize=undefined",
        "net.c",
        "-o",
        "net",
      ]);
      return (steps) => run("./net", [`${steps}`]);
    },
  },
  {
    name: "Verilog",
    commands: ["iverilog", "vvp"],
    build(network, grid) {
      work.write("net.v", exportVerilog(network, grid));
      run("iverilog", ["-g2001", "-o", "net.vvp", "net.v"]);
      return (steps) => run("vvp", ["-n", "net.vvp", `+steps=${steps}`]);
    },
  },
  { name: "WebAssembly", commands: [], build: (network, grid) => (steps) => runModule(network, grid, steps) },
];

/** Runs a grid on the exported module, through its functions alone. */
function runModule(network: Network, grid: Grid, steps: number): string {
  const { wasm } = exportWebAssembly(network, "net.wasm");
  const net = instanceOf(wasm);
  expect(net.start!(grid.rows, grid.cols)).toBe(1);
  for (const [name, plane] of Object.entries(grid.planes))
    for (const [at, value] of plane.entries())
      net[`set_${name}`]!(Math.floor(at / grid.cols), at % grid.cols, value);
  while (net.steps!() < steps && net.over!() === 0) expect(net.step!()).toBeGreaterThanOrEqual(0);
  const [rows, cols] = [net.rows!(), net.cols!()];
  const seen = network.fields.filter(({ role }) => role !== "hidden");
  const plain = (name: string) => name.replace(/\W/g, "_");
  const planes = seen.map(({ name }) => [
    name,
    Int32Array.from({ length: rows * cols }, (_, at) =>
      net[`get_${plain(name)}`]!(Math.floor(at / cols) - net.top!(), (at % cols) - net.left!()),
    ),
  ]);
  return TEXT_GRIDS.write({ rows, cols, planes: Object.fromEntries(planes) }, seen);
}

type Numbers = Readonly<Record<string, (...values: number[]) => number>>;

function instanceOf(wasm: Uint8Array): Numbers {
  const { Module, Instance } = (
    globalThis as unknown as {
      WebAssembly: {
        Module: new (bytes: Uint8Array) => object;
        Instance: new (module: object) => { readonly exports: Numbers };
      };
    }
  ).WebAssembly;
  return new Instance(new Module(wasm)).exports;
}

/** What a run of at most so many steps ends with, as text. */
async function endOf(network: Network, grid: Grid, steps: number): Promise<string> {
  const { grid: end } = await runNetwork(network, directEngine(network), grid, { maxSteps: steps });
  return TEXT_GRIDS.write(
    end,
    network.fields.filter(({ role }) => role !== "hidden"),
  );
}

const programOf = (text: string): Network => compile({ name: "x.alg", text }, { effort: 0 }).network;

/** Bits, enums with symbols and without, ranges below 0, numbers in one channel; all kinds of stop rules; edges. */
const NETWORKS: readonly (readonly [name: string, make: () => Network])[] = [
  ...["life", "wireworld", "gf2", "bb3"].map(
    (name) => [name, () => compileProgram(name, { effort: 0 }).network] as const,
  ),
  [
    "numbers of two digits and less than 0",
    () => programOf("program p { input a: -5..20 output b: -40..300 each { b = a + left.a * 3 - up.a } }"),
  ],
  [
    "integer codes",
    () =>
      compile(
        { name: "x.alg", text: "program p { input a: 0..4000 output b: 0..9000 each { b = a + left.a } }" },
        { effort: 0, codes: { others: "integer" } },
      ).network,
  ],
  [
    "names that are words of both languages, and symbols to be escaped",
    () =>
      programOf(
        'program module { input int: enum { reg "\\\\", wire "%", a "ö", b "?" } output größe: bit each { größe = int == wire } }',
      ),
  ],
  ["learned weights", () => learnedLike(compileProgram("life", { effort: 0 }).network, 0.01, SEED)],
];

const SHAPES = [
  { rows: 1, cols: 6 },
  { rows: 5, cols: 1 },
  { rows: 4, cols: 7 },
];

describe.each(LANGUAGES)("$name", ({ commands, build }) => {
  const isMissing = !commands.every(isThere);

  test.skipIf(isMissing).each(NETWORKS)("%s", async (_, make) => {
    const network = make();
    const inputs = network.fields.filter(({ role }) => role === "input");
    const random = seededRandom(SEED);
    for (const shape of SHAPES) {
      if (!fitsGrid(network, shape)) continue;
      const grid = randomGrid(shape, inputs, random);
      const runFor = build(network, grid);
      for (const steps of [0, 1, 40])
        expect(runFor(steps), `${shape.rows}x${shape.cols}, ${again(SEED)}`).toBe(
          await endOf(network, grid, steps),
        );
    }
  });

  test.skipIf(isMissing)("random programs", { timeout: 300_000 }, async () => {
    let compared = 0;
    for (let index = 0; index < cases(12); index++) {
      const drawn = generator(1 + (index % 2))(SEED, index);
      // The second generator draws programs that are refused, too.
      if (!isProgram(drawn.text)) continue;
      const source = { name: "r", text: drawn.text };
      const { checked } = checkProgram(source);
      const { network } = compile(source, { effort: 0, prune: index % 2 === 0 });
      const random = seededRandom(SEED + index);
      const shape = { rows: 1 + random.int(5), cols: 1 + random.int(5) };
      // Cells that hold nothing are no circuit.
      if (!fitsGrid(checked, shape) || network.channels.length === 0) continue;
      const grid = randomGrid(
        shape,
        checked.fields.filter(({ role }) => role === "input"),
        random,
      );
      const steps = random.int(30);
      expect(build(network, grid)(steps), `program ${index}, ${again(SEED)}\n${drawn.text}`).toBe(
        await endOf(network, grid, steps),
      );
      compared += 1;
    }
    expect(compared).toBeGreaterThan(3);
  });
});

test("64 grids run side by side in C", { skip: !isThere("gcc") }, () => {
  const network = compileProgram("life", { effort: 0 }).network;
  work.write("life.c", exportC(network));
  work.write(
    "many.c",
    `#include "life.c"
#include <stdio.h>
int main(void) {
  static life_word all[48], next[48], one[48], after[48];
  uint64_t seed = ${SEED};
  for (int cell = 0; cell < 48; cell++)
    for (int grid = 0; grid < 64; grid++) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      life_set_alive(all + cell, (life_word)1 << grid, (long)(seed >> 63));
    }
  if (life_step(6, 8, all, next) != 0) return 1;
  for (int grid = 0; grid < 64; grid++) {
    for (int cell = 0; cell < 48; cell++) one[cell] = (life_word)life_get_alive(all + cell, grid);
    if (life_step(6, 8, one, after) & 1) return 2;
    for (int cell = 0; cell < 48; cell++)
      if (life_get_alive(after + cell, 0) != life_get_alive(next + cell, grid)) return 3;
  }
  puts("same");
  return 0;
}
`,
  );
  run("gcc", ["-std=c99", "-Wall", "-Wextra", "-Werror", "many.c", "-o", "many"]);
  expect(run("./many", [])).toBe("same\n");
});

test("a cell that may hold no value, and needs no constant, gives no warning in C", {
  skip: !isThere("gcc"),
}, () => {
  const texts = [
    "program p { output y: 0..5 loop { each { y = if left.y > 3 then 0 else y } } }",
    "program p { output y: 0..7 each { y = (5 + y) % 8 } repeat rows times { each { y = min(y, 3) } } }",
  ];
  for (const text of texts) {
    const { network } = compile(
      { name: "p.alg", text },
      { effort: 0, codes: { others: "integer" }, prune: false },
    );
    work.write("sure.c", exportC(network));
    run("gcc", ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-c", "sure.c"]);
  }
});

test("what is no circuit of bits is refused in words", () => {
  const network = compileProgram("life", { effort: 0 }).network;
  const half: Network = {
    ...network,
    layers: network.layers.map((layer) => ({
      ...layer,
      weight: { ...layer.weight, values: layer.weight.values.map((value) => value * 1.1) },
    })),
  };
  const writers = [exportC, exportVerilog, (network: Network) => exportWebAssembly(network, "net.wasm")];
  for (const write of writers) expect(() => write(half)).toThrow(InputError);
  const single = programOf("program single { input a: 0..0 output b: 3..3 loop { each { b = a + 3 } } }");
  for (const write of writers) expect(() => write(single)).toThrow(/holds? nothing/);
});

test.each([0, 1, 2, 4].map((at) => [at, SNAPPED[at]!] as const))(
  "snapped network %d",
  async (at, network) => {
    for (const { commands, build } of LANGUAGES) {
      if (!commands.every(isThere)) continue;
      const inputs = network.fields.filter(({ role }) => role === "input");
      const grid = randomGrid({ rows: 3, cols: 4 }, inputs, seededRandom(SEED + at));
      expect(build(network, grid)(5)).toBe(await endOf(network, grid, 5));
    }
  },
);

describe("the module of WebAssembly", () => {
  const moduleOf = (network: Network) => instanceOf(exportWebAssembly(network, "net.wasm").wasm);

  test("wide grids, whose rows are many vectors", async () => {
    const network = compileProgram("maze", { effort: 0 }).network;
    const inputs = network.fields.filter(({ role }) => role === "input");
    for (const cols of [15, 16, 17, 31, 32, 33, 100]) {
      const grid = randomGrid({ rows: 5, cols }, inputs, seededRandom(SEED + cols));
      expect(runModule(network, grid, 200), again(SEED)).toBe(await endOf(network, grid, 200));
    }
  });

  test("counts steps as a run does, and begins anew with every start", async () => {
    for (const name of ["parity", "gf2", "bb3", "life"]) {
      const network = compileProgram(name, { effort: 0 }).network;
      const net = moduleOf(network);
      const inputs = network.fields.filter(({ role }) => role === "input");
      for (const cols of [7, 3]) {
        const shape = { rows: fitsGrid(network, { rows: 4, cols }) ? 4 : 1, cols };
        const grid = randomGrid(shape, inputs, seededRandom(SEED + cols));
        const { steps } = await runNetwork(network, directEngine(network), grid, { maxSteps: 60 });
        expect(net.start!(grid.rows, grid.cols)).toBe(1);
        for (const [field, plane] of Object.entries(grid.planes))
          for (const [at, value] of plane.entries())
            net[`set_${field}`]!(Math.floor(at / cols), at % cols, value);
        while (net.steps!() < 60 && net.over!() === 0) net.step!();
        expect([name, net.steps!()]).toEqual([name, steps]);
      }
    }
  });

  test("workspace, places and constraints in sizes of all kinds", async () => {
    const network = programOf(`program p {
      input a: 0..3
      state b: bit = 1
      output c: -2..4 = 2
      grid rows x cols where rows >= 2 and not cols == 3 or max(rows, cols) - 2 * rows / 3 < 0
      workspace top (cols - 9) / 2 + 5, bottom min(rows, 2), left 1
      place c = 4 at row rows - 1 column (cols + 1) / 2
      loop { each { a = if b then left.a else up.a  c = max(c, right.c) } }
    }`);
    const net = moduleOf(network);
    for (const shape of [2, 3, 5].flatMap((rows) => [1, 2, 3, 8, 9, 20].map((cols) => ({ rows, cols })))) {
      const takes = fitsGrid(network, shape);
      expect(net.start!(shape.rows, shape.cols), JSON.stringify(shape)).toBe(Number(takes));
      if (!takes) continue;
      const inputs = network.fields.filter(({ role }) => role === "input");
      const grid = randomGrid(shape, inputs, seededRandom(SEED));
      for (const steps of [0, 3])
        expect(runModule(network, grid, steps)).toBe(await endOf(network, grid, steps));
    }
  });

  test("refuses shapes that a program does not take, and grids that find no room", () => {
    const net = moduleOf(compileProgram("bb3", { effort: 0 }).network);
    expect([net.start!(2, 4), net.start!(0, 4), net.start!(1, -1), net.start!(1, 4)]).toEqual([0, 0, 0, 1]);
    const life = moduleOf(compileProgram("life", { effort: 0 }).network);
    expect([life.start!(2 ** 20, 2 ** 20), life.start!(2 ** 31 - 1, 5), life.start!(1000, 1000)]).toEqual([
      0, 0, 1,
    ]);
  });
});

test("the loader of the command runs a grid, in a process of its own", async () => {
  await work.run(["export", program("life.alg"), "--format", "wasm"]);
  work.write(
    "use.mjs",
    `import { run } from "./life.mjs";
const rows = ["01000", "00100", "11100", "00000", "00000"].map((row) => [...row].map(Number));
const { steps, alive } = run({ alive: rows }, 4);
console.log(steps, alive.map((row) => row.join("")).join(" "));`,
  );
  expect(run(process.execPath, ["use.mjs"])).toBe("4 00000 00100 00010 01110 00000\n");
  const lines = work
    .read("life.mjs")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("//"));
  expect(lines.length).toBeLessThanOrEqual(11);
});
