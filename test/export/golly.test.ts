// Cellular automata in Golly's formats, held against Golly itself where it is installed.

import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { runNetwork } from "../../src/engines/run.ts";
import { bounds, type Grid } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { cellRuleOf } from "../../src/network/export/cell-rule.ts";
import { exportGolly, gollyPattern } from "../../src/network/export/golly.ts";
import { exportRle, lifeLikeRule } from "../../src/network/export/rle.ts";
import type { Network } from "../../src/network/network.ts";
import { Workspace } from "../cli/harness.ts";
import { layer, learnedLike, life, parity, randomGrid, shift } from "../network/samples.ts";
import { networkOf, rowsOf } from "../programs/programs.ts";
import { again, SEED } from "../seed.ts";
import { readTree, stepByTree } from "./golly-tree.ts";

const AUTOMATA = ["life", "wireworld", "flood", "maze"];
const work = new Workspace();

/** A program of one field whose next value is an expression. */
const automaton = (type: string, body: string): Network =>
  compile({ name: "x.alg", text: `program x { input v: ${type} loop { each { ${body} } } }` }, { effort: 0 })
    .network;

/** The values as they stand in an RLE, from 0. */
function states({ fields }: Network, grid: Grid): number[][] {
  const { lo } = bounds(fields[0]!.type);
  return rowsOf(grid, fields[0]!.name).map((row) => row.map((value) => value - lo));
}

describe("the rule as a tree", () => {
  test.each([...AUTOMATA, ...["life", "wireworld"].map((name) => `${name} with noise`)])(
    "%s: says what the network does, on every neighbourhood of random grids",
    async (about) => {
      const [name] = about.split(" ");
      const compiled = networkOf(name!);
      const network = name === about ? compiled : learnedLike(compiled, 0.01, SEED);
      const tree = readTree(exportGolly(network, name!));
      for (let seed = SEED; seed < SEED + 10; seed++) {
        const random = seededRandom(seed);
        const grid = randomGrid(network, { rows: 12, cols: 12 }, random);
        const { grid: next } = await runNetwork(network, directEngine(network), grid, { maxSteps: 1 });
        expect(stepByTree(tree, states(network, grid)), again(seed)).toEqual(states(network, next));
      }
    },
  );

  test("merges what need not be told apart: Life takes 9 counts, not 256 patterns", () => {
    expect(readTree(exportGolly(networkOf("life"), "life")).nodes.length).toBeLessThan(50);
  });

  test("takes 4 neighbours where the diagonal ones are not read, and ranges that do not begin at 0", async () => {
    const network = automaton("3..9", "v = if left.v > v then left.v else max(v, up.v)");
    const tree = readTree(exportGolly(network, "x"));
    expect([tree.neighbours, tree.states]).toEqual([4, 7]);
    const grid = randomGrid(network, { rows: 9, cols: 9 }, seededRandom(SEED));
    const { grid: next } = await runNetwork(network, directEngine(network), grid, { maxSteps: 1 });
    expect(stepByTree(tree, states(network, grid))).toEqual(states(network, next));
  });
});

describe("life-like rules", () => {
  const ruleOf = (network: Network) => lifeLikeRule(cellRuleOf(network), network.program);

  test.each([
    ["B3/S23", "n == 3 or n == 2 and v"],
    ["B36/S23", "n == 3 or n == 6 and not v or n == 2 and v"],
    ["B2/S", "n == 2 and not v"],
    ["B1357/S1357", "n == 1 or n == 3 or n == 5 or n == 7"],
    ["B8/S012345678", "n == 8 or v"],
    ["B/S", "false"],
  ])("%s", (name, expression) => {
    expect(ruleOf(automaton("bit", `let n = count(around.v); v = ${expression}`))).toBe(name);
  });

  test("Life by hand, compiled, and with noise is B3/S23", () => {
    const made = [life, networkOf("life"), learnedLike(networkOf("life"), 0.01, SEED)];
    expect(made.map(ruleOf)).toEqual(["B3/S23", "B3/S23", "B3/S23"]);
  });
});

test("a pattern is the grid, run by run, in a plane with edges", () => {
  const grid: Grid = {
    rows: 3,
    cols: 5,
    planes: { alive: Int32Array.of(0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1) },
  };
  expect(exportRle(networkOf("life"), grid)).toBe(
    "#N life\n#CXRLE Pos=-2,-1\nx = 5, y = 3, rule = B3/S23:P5,3\nb3o2$o3bo!\n",
  );
  expect(exportRle(networkOf("life"), null)).toBe("#N life\nx = 0, y = 0, rule = B3/S23\n!\n");
});

test("lines of patterns stay short, and states beyond 24 have two letters", () => {
  const network = automaton("0..60", "v = if up.v > v then up.v else v");
  const plane = Int32Array.from({ length: 61 }, (_, value) => value);
  const text = gollyPattern(network, "x", { rows: 1, cols: 61, planes: { v: plane } });
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(70);
  expect(text).toContain("rule = x:P61,1\n.ABC");
  expect(text).toContain("WXpApB");
  expect(text.trimEnd().endsWith("qKqL!")).toBe(true);
  expect(readRle(text)).toEqual([[...plane]]);
});

/** More values than a program's types may have. */
const manyValued: Network = {
  ...shift,
  program: "many",
  fields: [{ ...shift.fields[0]!, type: { kind: "range", lo: 0, hi: 300 } }],
  channels: Array.from({ length: 300 }, (_, at) => ({
    name: `x>=${at + 1}`,
    code: { kind: "thermometer", field: "x", atLeast: at + 1 },
  })),
  layers: [layer(3, new Array(300).fill(new Array(2700).fill(0)), new Array(300).fill(0))],
  residual: new Float32Array(300).fill(1),
};

describe("what is no cellular automaton of the kind is refused, with a way out", () => {
  const cases: readonly [string, () => string, RegExp][] = [
    [
      "several fields",
      () => exportGolly(parity, "p"),
      /parity .* its cells hold 2 fields \(x, p\); export it as onnx/,
    ],
    [
      "the edge",
      () => exportGolly(automaton("bit", "v = v or at top"), "x"),
      /asks where the edge of the grid is/,
    ],
    [
      "not two values",
      () => exportRle(networkOf("wireworld"), null),
      /cells have 4 values, not 2; .*--format golly/,
    ],
    [
      "births from nothing",
      () => exportGolly(automaton("bit", "v = not v"), "x"),
      /x fills empty grids: a cell/,
    ],
    ["not a count", () => exportRle(shift, null), /depends on which 1 of the eight neighbours are 1/],
    ["too many values", () => exportGolly(manyValued, "x"), /cells of 301 values, but Golly takes 2 to 256/],
  ];
  test.each(cases)("%s", (_, work, message) => {
    expect(work).toThrow(InputError);
    expect(work).toThrow(message);
  });
});

const golly = installed();

describe.skipIf(!golly)("Golly", () => {
  const gollyAfter = (steps: number, algorithm: string): number[][] => {
    const words = `-a ${algorithm} -s ./ -m ${steps} -i ${steps} -o out.rle in.rle`.split(" ");
    execFileSync("bgolly", words, { cwd: work.folder, stdio: "ignore", timeout: 20_000 });
    return readRle(work.read("out.rle"));
  };

  async function expectSame(
    network: Network,
    algorithm: string,
    textOf: (grid: Grid) => string,
  ): Promise<void> {
    for (let seed = SEED; seed < SEED + 6; seed++) {
      const random = seededRandom(seed);
      const grid = randomGrid(network, { rows: 3 + random.int(14), cols: 3 + random.int(14) }, random);
      const steps = 1 + random.int(20);
      work.write("in.rle", textOf(grid));
      const { grid: end } = await runNetwork(network, directEngine(network), grid, { maxSteps: steps });
      const note = `${network.program}, ${steps} steps, ${again(seed)}`;
      expect(trimmed(gollyAfter(steps, algorithm)), note).toEqual(trimmed(states(network, end)));
    }
  }

  test("runs the life-like rule", () =>
    expectSame(networkOf("life"), "QuickLife", (grid) => exportRle(networkOf("life"), grid)));

  test.each(AUTOMATA)("runs the tree of %s", async (name) => {
    const network = networkOf(name);
    // A name of its own: Golly brings rules called Life and WireWorld along.
    work.write(`tapeloom-${name}.rule`, exportGolly(network, `tapeloom-${name}`));
    await expectSame(network, "RuleLoader", (grid) => gollyPattern(network, `tapeloom-${name}`, grid));
  });
});

function installed(): boolean {
  try {
    execFileSync("bgolly", ["--help"], { stdio: "ignore" });
    return true;
  } catch (error) {
    const isThere =
      error instanceof Error && "status" in error && error.status !== null && error.status !== undefined;
    if (!isThere) console.warn("skipped: no bgolly (on Debian: apt install golly)");
    return isThere;
  }
}

/** The cells of a pattern file. */
function readRle(text: string): number[][] {
  const lines = text.split("\n").filter((line) => !line.startsWith("#"));
  const cols = Number(/x = (\d+)/.exec(lines[0]!)![1]);
  const rows: number[][] = [[]];
  for (const [, count, symbol] of lines
    .slice(1)
    .join("")
    .matchAll(/(\d*)([b.oA-X$!]|[p-y][A-X])/g)) {
    for (let at = 0; at < Number(count || 1) && symbol !== "!"; at++) {
      if (symbol === "$") rows.push([]);
      else rows.at(-1)!.push(stateOf(symbol!));
    }
  }
  return rows.map((row) => [...row, ...new Array<number>(cols - row.length).fill(0)]);
}

function stateOf(symbol: string): number {
  if (symbol === "b" || symbol === ".") return 0;
  if (symbol === "o") return 1;
  const letter = symbol.charCodeAt(symbol.length - 1) - 64;
  return symbol.length === 1 ? letter : letter + 24 * (symbol.charCodeAt(0) - 111);
}

/** Without the rows and columns around that are all 0: Golly writes no more. */
function trimmed(rows: number[][]): number[][] {
  const used = (line: readonly (number | undefined)[]) => line.some((state) => state !== 0);
  const cols = (rows[0] ?? []).map((_, col) => used(rows.map((row) => row[col])));
  const [left, right] = [cols.indexOf(true), cols.lastIndexOf(true)];
  const lines = rows.map(used);
  return rows
    .slice(lines.indexOf(true), lines.lastIndexOf(true) + 1)
    .map((row) => row.slice(left, right + 1));
}
