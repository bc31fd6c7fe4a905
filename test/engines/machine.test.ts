// Turing machines: the program, its reference run and its network against a simulator on a tape of any length.

import { describe, expect, test } from "vitest";
import { checkProgram, compile } from "../../src/compile.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { interpret } from "../../src/engines/reference.ts";
import { runNetwork } from "../../src/engines/run.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { checkNetwork } from "../../src/proof/verify/check.ts";

interface Rule {
  readonly state: string;
  readonly symbol: number;
  readonly write: number;
  readonly move: "up" | "down" | "left" | "right" | "stay";
  readonly to: string;
}

const STEPS = { up: [-1, 0], down: [1, 0], left: [0, -1], right: [0, 1], stay: [0, 0] } as const;

interface Ended {
  readonly steps: number;
  readonly tape: readonly number[];
  /** Cell of the head, or null if it has left the grid. */
  readonly head: number | null;
  readonly state: string;
}

/** The textbook machine: one head, one table, until it halts, leaves or has made `limit` steps. */
function simulate(rules: readonly Rule[], halting: string, grid: Grid, start: number, limit: number): Ended {
  const tape = [...grid.planes.tape!];
  let [row, col] = [Math.floor(start / grid.cols), start % grid.cols];
  let state = rules[0]!.state;
  for (let steps = 0; ; steps++) {
    const inside = row >= 0 && row < grid.rows && col >= 0 && col < grid.cols;
    const head = inside ? row * grid.cols + col : null;
    if (head === null || state === halting || steps === limit) return { steps, tape, head, state };
    const rule = rules.find((each) => each.state === state && each.symbol === tape[head]);
    if (rule === undefined) {
      state = halting;
      continue;
    }
    tape[head] = rule.write;
    state = rule.to;
    row += STEPS[rule.move][0];
    col += STEPS[rule.move][1];
  }
}

const table = (rules: readonly Rule[]): string =>
  rules
    .map(({ state, symbol, write, move, to }) => `${state} ${symbol} -> ${write} ${move} ${to}`)
    .join("\n    ");

function programOf(rules: readonly Rule[], symbols: number, position: string, more = ""): string {
  return `program machine {
  input tape: 0..${symbols - 1}
  machine on tape {
    start ${rules[0]!.state} at ${position}
    halt H
    ${table(rules)}
    ${more}
  }
}`;
}

/** A table such as `1RB 1LB, 1LA 1RH`, in the notation of the busy beaver literature. */
function busyBeaver(text: string): readonly Rule[] {
  return text.split(", ").flatMap((states, index) =>
    states.split(" ").map(
      ([write, move, to], symbol): Rule => ({
        state: String.fromCharCode(65 + index),
        symbol,
        write: Number(write),
        move: move === "R" ? "right" : "left",
        to: to!,
      }),
    ),
  );
}

const blank = (rows: number, cols: number): Grid => ({
  rows,
  cols,
  planes: { tape: new Int32Array(rows * cols) },
});

describe.each([
  { name: "2 states", rules: "1RB 1LB, 1LA 1RH", steps: 6, ones: 4, cols: 9 },
  { name: "3 states", rules: "1RB 1RH, 1LB 0RC, 1LC 1LA", steps: 21, ones: 5, cols: 15 },
  { name: "4 states", rules: "1RB 1LB, 1LA 0LC, 1RH 1LD, 1RD 0RA", steps: 107, ones: 13, cols: 31 },
])("the busy beaver of $name", ({ rules, steps, ones, cols }) => {
  const text = programOf(busyBeaver(rules), 2, "row 1 column (cols + 1) / 2");
  const compilation = compile({ name: "bb.alg", text });
  const input = prepareInput(compilation.network, blank(1, cols));

  test(`makes ${steps} steps and ${ones} ones, step by step in lockstep`, async () => {
    expect(compilation.warnings).toEqual([]);
    expect(compilation.network.schedule.kind).toBe("lockstep");
    const engine = directEngine(compilation.network);
    const run = await runNetwork(compilation.network, engine, input);
    expect(run).toMatchObject({ steps, halted: true });
    expect(run.grid.planes.tape!.filter((symbol) => symbol === 1)).toHaveLength(ones);
    const reference = interpret(compilation.checked, input);
    expect(reference).toMatchObject({ instructions: steps, halted: true });
    expect(run.grid.planes).toMatchObject(reference.grid.planes);
  });

  test("is found in agreement", async () => {
    const engine = directEngine(compilation.network);
    const result = await checkNetwork(compilation, compilation.network, engine, { seed: 5, grids: 40 });
    expect(result).toMatchObject({ agree: true, grids: 40 });
  });
});

const MOVES = ["up", "down", "left", "right", "stay"] as const;

function randomRules(random: Random, states: readonly string[], symbols: number, gaps: boolean): Rule[] {
  const pick = <T>(list: readonly T[]): T => list[random.int(list.length)]!;
  const rules = states.flatMap((state) =>
    Array.from({ length: symbols }, (_, symbol): Rule => {
      const [write, move] = [random.int(symbols), pick(MOVES)];
      return { state, symbol, write, move, to: pick([...states, "H"]) };
    }),
  );
  // Every state leads to the next, so that all can be reached.
  const chained = rules.map((rule, at) =>
    at % symbols === 0 ? { ...rule, to: states[at / symbols + 1] ?? "H" } : rule,
  );
  return gaps ? chained.filter((_, at) => at % symbols === 0 || random.int(3) > 0) : chained;
}

test("random machines on random grids do what a simulator does", () => {
  const LIMIT = 60;
  let [lost, halted, endless] = [0, 0, 0];
  for (let seed = 0; seed < 300; seed++) {
    const random = seededRandom(seed);
    const symbols = 2 + random.int(2);
    const gaps = random.int(2) === 0;
    const rules = randomRules(random, ["A", "B", "C"].slice(0, 1 + random.int(3)), symbols, gaps);
    const [rows, cols] = [1 + random.int(4), 1 + random.int(5)];
    const start = random.int(rows * cols);
    const at = `row ${Math.floor(start / cols) + 1} column ${(start % cols) + 1}`;
    const text = programOf(rules, symbols, at, gaps ? "otherwise halt" : "");
    const { checked } = checkProgram({ name: "machine.alg", text });
    const tape = Int32Array.from({ length: rows * cols }, () => random.int(symbols));
    const grid: Grid = { rows, cols, planes: { tape } };
    const expected = simulate(rules, "H", grid, start, LIMIT);
    const run = interpret(checked, prepareInput(checked, grid), { maxInstructions: LIMIT });
    const story = `seed ${seed}\n${text}\n${[...tape]}`;
    const head = checked.fields.find(({ name }) => name === "head")!.type;
    const names = head.kind === "enum" ? head.names : [];
    const heads = Array.from(run.grid.planes.head!, (index) => names[index]!);
    const wanted = heads.map((_, cell) => (cell === expected.head ? expected.state : "none"));
    expect(heads, story).toEqual(wanted);
    expect([...run.grid.planes.tape!], story).toEqual(expected.tape);
    expect(run.instructions, story).toBe(expected.steps);
    expect(run.halted, story).toBe(expected.head === null || expected.state === "H");
    if (expected.head === null) lost++;
    else if (expected.state === "H") halted++;
    else endless++;
  }
  // The claim is worth little unless all ways to end come up.
  expect(Math.min(lost, halted)).toBeGreaterThan(50);
  expect(endless).toBeGreaterThan(2);
});

test("networks of random machines agree with their programs", async () => {
  for (let seed = 0; seed < 6; seed++) {
    const random = seededRandom(1000 + seed);
    const rules = randomRules(random, ["A", "B"].slice(0, 1 + random.int(2)), 2 + random.int(2), false);
    const symbols = 1 + Math.max(...rules.map(({ symbol }) => symbol));
    const text = programOf(rules, symbols, "top left");
    const compilation = compile({ name: "machine.alg", text });
    const engine = directEngine(compilation.network);
    const result = await checkNetwork(compilation, compilation.network, engine, { seed, grids: 40 });
    expect(result, `seed ${seed}\n${text}`).toMatchObject({ agree: true });
  }
});

test("an input may place any number of heads", () => {
  const text = `program p {
    input tape: bit
    machine on tape { halt H; A 0 -> 1 right A; A 1 -> 1 stay H; }
  }`;
  const { checked } = checkProgram({ name: "machine.alg", text });
  const tape = Int32Array.from([0, 0, 1, 0, 0, 0]);
  const head = Int32Array.from([1, 0, 0, 1, 0, 0]);
  const run = interpret(checked, prepareInput(checked, { rows: 1, cols: 6, planes: { tape, head } }));
  // The first head halts where the 1 was, the second leaves the grid after three steps.
  expect([...run.grid.planes.head!]).toEqual([0, 0, 2, 0, 0, 0]);
  expect([...run.grid.planes.tape!]).toEqual([1, 1, 1, 1, 1, 1]);
  expect(run).toMatchObject({ instructions: 3, halted: true });
});
