// Networks as C and as Verilog, compiled and run: they print what the network's own run gives, on grids of all shapes.

import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { checkProgram, compile } from "../../src/compile.ts";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { runNetwork } from "../../src/engines/run.ts";
import { exportC } from "../../src/exchange/circuit/c.ts";
import { exportVerilog } from "../../src/exchange/circuit/verilog.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { fitsGrid } from "../../src/grid/prepare.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { writeText } from "../../src/grid/text.ts";
import type { Network } from "../../src/network/network.ts";
import { Workspace } from "../cli/harness.ts";
import { generator } from "../judge/generate/generators.ts";
import { learnedLike, SNAPPED } from "../network/samples.ts";
import { readProgram } from "../programs/programs.ts";
import { again, cases, SEED } from "../seed.ts";

const work = new Workspace();
const isThere = (command: string): boolean => spawnSync(command, ["--version"]).error === undefined;

interface Language {
  readonly name: string;
  readonly commands: readonly string[];
  readonly text: (network: Network, grid: Grid | null) => string;
  /** Compiles a text; what the program prints after at most so many steps. */
  readonly build: (text: string) => (steps: number) => string;
}

const run = (command: string, words: readonly string[]): string =>
  execFileSync(command, words, { cwd: work.folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

const LANGUAGES: readonly Language[] = [
  {
    name: "C",
    commands: ["gcc"],
    text: exportC,
    build(text) {
      work.write("net.c", text);
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
    text: exportVerilog,
    build(text) {
      work.write("net.v", text);
      run("iverilog", ["-g2001", "-o", "net.vvp", "net.v"]);
      return (steps) => run("vvp", ["-n", "net.vvp", `+steps=${steps}`]);
    },
  },
];

/** What a run of at most so many steps ends with, as text. */
async function endOf(network: Network, grid: Grid, steps: number): Promise<string> {
  const { grid: end } = await runNetwork(network, directEngine(network), grid, { maxSteps: steps });
  return writeText(
    end,
    network.fields.filter(({ role }) => role !== "hidden"),
  );
}

const programOf = (text: string): Network => compile({ name: "x.alg", text }, { effort: 0 }).network;

/** Bits, enums with symbols and without, ranges below 0, numbers in one channel; all kinds of stop rules; edges. */
const NETWORKS: readonly (readonly [name: string, make: () => Network])[] = [
  ...["life", "wireworld", "gf2", "bb3"].map(
    (name) => [name, () => compile(readProgram(name), { effort: 0 }).network] as const,
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
  ["learned weights", () => learnedLike(compile(readProgram("life"), { effort: 0 }).network, 0.01, SEED)],
];

const SHAPES = [
  { rows: 1, cols: 6 },
  { rows: 5, cols: 1 },
  { rows: 4, cols: 7 },
];

describe.each(LANGUAGES)("$name", ({ commands, text, build }) => {
  const isMissing = !commands.every(isThere);

  test.skipIf(isMissing).each(NETWORKS)("%s", async (_, make) => {
    const network = make();
    const inputs = network.fields.filter(({ role }) => role === "input");
    const random = seededRandom(SEED);
    for (const shape of SHAPES) {
      if (!fitsGrid(network, shape)) continue;
      const grid = randomGrid(shape, inputs, random);
      const runFor = build(text(network, grid));
      for (const steps of [0, 1, 40])
        expect(runFor(steps), `${shape.rows}x${shape.cols}, ${again(SEED)}`).toBe(
          await endOf(network, grid, steps),
        );
    }
  });

  test.skipIf(isMissing)("random programs", { timeout: 300_000 }, async () => {
    let compared = 0;
    for (let index = 0; index < cases(12); index++) {
      const drawn = generator(1)(SEED, index);
      const source = { name: "r", text: drawn.text };
      const { checked } = checkProgram(source);
      const { network } = compile(source, { effort: 0, prune: index % 2 === 0 });
      const random = seededRandom(SEED + index);
      const shape = { rows: 1 + random.int(5), cols: 1 + random.int(5) };
      if (!fitsGrid(checked, shape)) continue;
      const grid = randomGrid(
        shape,
        checked.fields.filter(({ role }) => role === "input"),
        random,
      );
      const steps = random.int(30);
      expect(build(text(network, grid))(steps), `program ${index}, ${again(SEED)}\n${drawn.text}`).toBe(
        await endOf(network, grid, steps),
      );
      compared += 1;
    }
    expect(compared).toBeGreaterThan(3);
  });
});

test("64 grids run side by side in C", { skip: !isThere("gcc") }, () => {
  const network = compile(readProgram("life"), { effort: 0 }).network;
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

test("what is no circuit of bits is refused in words", () => {
  const network = compile(readProgram("life"), { effort: 0 }).network;
  const half: Network = {
    ...network,
    layers: network.layers.map((layer) => ({
      ...layer,
      weight: { ...layer.weight, values: layer.weight.values.map((value) => value * 1.1) },
    })),
  };
  for (const { text } of LANGUAGES) expect(() => text(half, null)).toThrow(InputError);
  const single = programOf("program single { input a: 0..0 output b: 3..3 loop { each { b = a + 3 } } }");
  for (const { text } of LANGUAGES) expect(() => text(single, null)).toThrow(/holds? nothing/);
});

test.each([0, 1, 2, 4].map((at) => [at, SNAPPED[at]!] as const))(
  "snapped network %d",
  async (at, network) => {
    for (const { commands, text, build } of LANGUAGES) {
      if (!commands.every(isThere)) continue;
      const inputs = network.fields.filter(({ role }) => role === "input");
      const grid = randomGrid({ rows: 3, cols: 4 }, inputs, seededRandom(SEED + at));
      expect(build(text(network, grid))(5)).toBe(await endOf(network, grid, 5));
    }
  },
);
