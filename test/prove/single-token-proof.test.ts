// Tokens: found exactly where no step can make a second one, which is shown by going through all states of short lines;
// and networks that rely on them are right with one, refuse two, and are not proved where they are wrong with one.

import { describe, expect, test } from "vitest";
import { type Compilation, checkProgram, compile } from "../../src/compile.ts";
import { lower } from "../../src/compiler/lower/lower.ts";
import { schedule } from "../../src/compiler/schedule/schedule.ts";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { bitEngine } from "../../src/engines/bits/bit-engine.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { interpret } from "../../src/engines/reference.ts";
import { runNetwork } from "../../src/engines/run.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import { seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { encode } from "../../src/network/state.ts";
import { readWeightFile } from "../../src/network/weightfile.ts";
import { writeWeightFile } from "../../src/network/weightwriter.ts";
import { lemmasOf } from "../../src/proof/prove/lemma.ts";
import { mutantsOf } from "../../src/proof/prove/mutants.ts";
import { proveNetwork, proveReachable } from "../../src/proof/prove/prove.ts";
import { tokenTest } from "../../src/proof/prove/single-token-proof.ts";
import { compileProgram } from "../programs/programs.ts";
import { again, SEED } from "../seed.ts";
import { randomTokens } from "./random-tokens.ts";

const sourceOf = (text: string) => ({ name: "program", text });

function tokensOf(text: string): readonly string[] {
  const { checked } = checkProgram(sourceOf(text));
  const rule = schedule(lower(checked));
  return rule.fields.map(({ name }) => name).filter(tokenTest(checked, rule));
}

/** All lines of so many cells with at most one `t` in them, any `x`, and `u` in all cells. */
function* linesWithOne(cols: number): Generator<Grid> {
  for (let bits = 0; bits < 2 ** cols; bits++) {
    const x = Int32Array.from({ length: cols }, (_, at) => (bits >> at) & 1);
    for (let holder = 0; holder <= cols; holder++) {
      for (const value of holder === cols ? [0] : [1, 2]) {
        const t = Int32Array.from({ length: cols }, (_, at) => (at === holder ? value : 0));
        yield { rows: 1, cols, planes: { x, t, u: new Int32Array(cols).fill(1) } };
      }
    }
  }
}

const holders = ({ planes }: Grid, field = "t"): number =>
  planes[field]!.filter((value) => value !== 0).length;

/** Whether a step of the interpreter makes two tokens of at most one, on any line of up to five cells. */
function canBecomeTwo(text: string): boolean {
  const { checked } = checkProgram(sourceOf(text));
  for (let cols = 1; cols <= 5; cols++)
    for (const grid of linesWithOne(cols))
      if (holders(interpret(checked, grid, { maxInstructions: 1 }).grid) > 1) return true;
  return false;
}

test(`tokens are found exactly where there is one and stays one, seed ${SEED}`, { timeout: 120_000 }, () => {
  const counts = { found: 0, several: 0, becoming: 0 };
  for (let at = 0; at < 60; at++) {
    const { text, placed } = randomTokens(seededRandom(SEED + at));
    const becomes = canBecomeTwo(text);
    const isFound = tokensOf(text).includes("t");
    expect(isFound, `${again(SEED + at)}\n${text}`).toBe(placed <= 1 && !becomes);
    counts[isFound ? "found" : becomes ? "becoming" : "several"]++;
  }
  expect(Math.min(...Object.values(counts)), JSON.stringify(counts)).toBeGreaterThan(2);
});

const program = (fields: string, body: string): string =>
  `program p { input x: bit\n${fields}\nloop { each { ${body} } } }`;
const RIGHT = "t = if left.t == a then a else none";

describe("what may be a token", () => {
  test.each([
    ["one that is placed", "state t: enum { none, a }\nplace t = a at left", RIGHT, ["t"]],
    ["none at all", "state t: enum { none, a }", RIGHT, ["t"]],
    [
      "two that are placed",
      "state t: enum { none, a }\nplace t = a at left\nplace t = a at right",
      RIGHT,
      [],
    ],
    ["one that is given", "input t: enum { none, a }", RIGHT, []],
    ["in all cells at the start", "state t: enum { none, a } = a", RIGHT, []],
    ["a bit that is copied", "state t: bit\nplace t = 1 at left", "t = t or left.t", []],
    ["a bit that moves on", "state t: bit\nplace t = 1 at left", "t = left.t", ["t"]],
    ["a number that counts", "state t: 0..3\nplace t = 3 at left", "t = max(0, left.t - 1)", ["t"]],
    ["made from the input", "state t: bit\nplace t = 1 at left", "t = left.t or (x and at left)", []],
    ["one that meets nobody", "state t: bit\nplace t = 1 at left", "t = left.t xor right.t", []],
    ["diagonally", "state t: bit\nplace t = 1 at top left", "t = upleft.t", ["t"]],
    [
      "turning at a wall",
      "state t: bit\nplace t = 1 at left",
      "t = (left.t and x) or (t and not right.x)",
      ["t"],
    ],
    ["and leaving one there", "state t: bit\nplace t = 1 at left", "t = (left.t and x) or (t and not x)", []],
    ["beyond the edge, where nothing is set", "state t: bit\nstate u: bit = 1", "t = not left.u", []],
    ["at corners", "state t: bit\nstate u: bit = 1", "if count(around.u) == 3 { t = not right.t }", []],
    ["at the edge", "state t: bit\nplace t = 1 at left", "t = left.t or (t and at right)", ["t"]],
    ["at the other edge", "state t: bit\nplace t = 1 at left", "t = left.t or (t and at left)", []],
  ])("%s", (_, fields, body, wanted) => expect(tokensOf(program(fields, body))).toEqual(wanted));

  test("in a program of several instructions that all cells run together", () => {
    const text = `program p { input x: bit\nstate t: bit\nstate n: 0..3\nplace t = 1 at left
      loop { each { t = left.t } each { n = if t then min(n + 1, 3) else n } } }`;
    expect(tokensOf(text)).toEqual(["t"]);
  });

  test("but not where a cell reads it and another keeps it, each in its own time", () => {
    const text = `program p { input x: bit\nstate t, s: bit\nplace t = 1 at left
      loop { sweep right { s = left.s xor x } sweep left { s = right.s xor x } each { t = left.t } } }`;
    const { checked } = checkProgram(sourceOf(text));
    const rule = schedule(lower(checked));
    expect(rule.schedule.kind).not.toBe("lockstep");
    expect(tokenTest(checked, rule)("t")).toBe(false);
  });
});

const bb2 = compileProgram("bb2");

/** A line of bb2, workspace and all, with heads in some cells. */
function withHeads(cells: readonly number[]): Grid {
  const start = prepareInput(bb2.checked, { rows: 1, cols: 6, planes: { tape: new Int32Array(6) } });
  const head = new Int32Array(start.cols);
  for (const cell of cells) head[cell] = 1;
  return { ...start, planes: { ...start.planes, head } };
}

describe("networks for one head", () => {
  test("say so in their files", () => {
    expect(bb2.network.tokens).toEqual(["head"]);
    expect(readWeightFile(writeWeightFile(bb2.network), "bb2").tokens).toEqual(["head"]);
    expect(compileProgram("bb2", { tokens: false }).network.tokens).toBeUndefined();
    expect(compileProgram("bb2", { prune: false }).network.tokens).toBeUndefined();
  });

  test("refuse two, wherever they come from", async () => {
    const two = withHeads([2, 5]);
    const said =
      /^field head: found 2 cells with another value than none, such as row 1, column 3, and row 1, column 6, expected at most one.*--no-tokens/;
    const engines = [directEngine(bb2.network), await bitEngine(bb2.network)];
    for (const engine of engines) {
      if ("reason" in engine) throw new Error(engine.reason);
      await expect(runNetwork(bb2.network, engine, two)).rejects.toThrow(said);
      expect(() => engine.start(two, [encode(bb2.network, two)])).toThrow(InputError);
      const from = { steps: 3, state: encode(bb2.network, two), kept: null };
      await expect(runNetwork(bb2.network, engine, withHeads([2]), { from })).rejects.toThrow(said);
      expect((await runNetwork(bb2.network, engine, withHeads([2]))).halted).toBe(true);
    }
    const any = compileProgram("bb2", { tokens: false }).network;
    expect((await runNetwork(any, directEngine(any), two, { maxSteps: 3 })).steps).toBe(3);
  });

  test("are not proved without the lemma, nor where it does not hold", async () => {
    const { tokens: _, ...many } = bb2.network;
    expect((await proveNetwork(bb2, many)).outcome).toBe("undecided");
    const copied = compile(sourceOf(program("state t: bit\nplace t = 1 at left", "t = t or left.t")));
    const claimed: Network = { ...copied.network, tokens: ["t"] };
    const proof = await proveNetwork(copied, claimed);
    expect([proof.outcome, proof.reason]).toEqual(["undecided", expect.stringContaining("cell with t")]);
  });
});

/** Whether a network does on all short tapes with one head what the interpreter does. */
async function isRightWithOne({ checked }: Compilation, network: Network): Promise<boolean> {
  for (const cols of [1, 2, 4, 5]) {
    const field = checked.fields.find(({ name }) => name === "head")!;
    const states = field.type.kind === "enum" ? field.type.names.length : 0;
    for (let tape = 0; tape < 2 ** cols; tape++) {
      for (let head = 0; head < cols * (states - 1); head++) {
        const planes = {
          tape: Int32Array.from({ length: cols }, (_, at) => (tape >> at) & 1),
          head: Int32Array.from({ length: cols }, (_, at) =>
            at === head % cols ? 1 + Math.floor(head / cols) : 0,
          ),
        };
        const grid: Grid = { rows: 1, cols, planes, prepared: true };
        // A machine that has halted is not asked for another step.
        const { grid: wanted, instructions } = interpret(checked, grid, { maxInstructions: 1 });
        if (instructions === 0) continue;
        const run = directEngine(network).start(grid, [encode(network, grid)]);
        await run.advance(1);
        const [got] = await run.read();
        if (encode(network, wanted).some((value, at) => value !== got![at])) return false;
      }
    }
  }
  return true;
}

test.each(["bb2", "bb3"])("mutants of %s are proved only if they are right with one head", async (name) => {
  const compilation = compileProgram(name);
  const { rule, checked, network } = compilation;
  expect(await isRightWithOne(compilation, network)).toBe(true);
  const lemmas = lemmasOf(checked, rule);
  const counts = { proved: 0, wrong: 0 };
  for (const mutant of mutantsOf(network)) {
    const { outcome } = proveReachable(rule, mutant.network, {}, lemmas).step;
    if (outcome === "proved") {
      counts.proved++;
      expect(await isRightWithOne(compilation, mutant.network), JSON.stringify(mutant.network.layers)).toBe(
        true,
      );
    } else counts.wrong++;
  }
  expect(counts.wrong).toBeGreaterThan(20);
});

test("the bit engine believes no claim that a network does not keep", async () => {
  const { network } = compile(
    sourceOf(
      program("state t, u: bit\nplace t = 1 at left", "t = left.t or right.t\nu = left.t and right.t"),
    ),
    {
      tokens: false,
    },
  );
  const claimed: Network = { ...network, tokens: ["t"] };
  const bits = await bitEngine(claimed);
  if ("reason" in bits) throw new Error(bits.reason);
  const t = Int32Array.from({ length: 9 }, (_, at) => Number(at === 4));
  const grid: Grid = { rows: 1, cols: 9, planes: { t } };
  const [one, other] = [bits, directEngine(claimed)].map((engine) =>
    engine.start(grid, [encode(claimed, grid)]),
  );
  for (let step = 0; step < 6; step++) {
    await Promise.all([one!.advance(1), other!.advance(1)]);
    expect(await one!.read()).toEqual(await other!.read());
  }
});
