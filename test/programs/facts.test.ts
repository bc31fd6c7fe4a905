// What is known about these programs from the literature, and can be counted.

import { expect, test } from "vitest";
import bb5 from "../../programs/bb5.oracle.ts";
import langton from "../../programs/langton.oracle.ts";
import { checkProgram as check } from "../../src/compile.ts";
import { interpret } from "../../src/engines/reference.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import { seededRandom } from "../../src/grid/random.ts";
import type { CheckedProgram } from "../../src/language/analyse/checked.ts";
import { loadProgram, readProgram, rowsOf } from "./programs.ts";

const plane = (rows: readonly (readonly number[])[]): Int32Array => Int32Array.from(rows.flat());

/** The result of a program on one layer of rows. */
function run(
  program: CheckedProgram,
  name: string,
  rows: readonly (readonly number[])[],
  most?: number,
): Grid {
  const input = { rows: rows.length, cols: rows[0]!.length, planes: { [name]: plane(rows) } };
  const options = most === undefined ? {} : { maxInstructions: most };
  return interpret(program, prepareInput(program, input), options).grid;
}

const bits = (value: number, digits: number): number[] =>
  [...value.toString(2).padStart(digits, "0")].map(Number);

/** Every row of so many values below `base`. */
function* words(length: number, base: number): Generator<number[]> {
  for (let n = 0; n < base ** length; n++)
    yield Array.from({ length }, (_, i) => Math.floor(n / base ** i) % base);
}

const ones = (values: Iterable<number>): number => [...values].filter((value) => value === 1).length;

function shuffledBits(random: () => number, rows: number, cols: number): number[][] {
  return Array.from({ length: rows }, () => Array.from({ length: cols }, () => (random() < 0.5 ? 1 : 0)));
}

test("rule 90 from one cell is Pascal's triangle modulo 2", () => {
  const program = check(readProgram("rule110"), { rule: 90 }).checked;
  const [rows, cols] = [32, 63];
  const start = Array.from({ length: rows }, () => Array.from({ length: cols }, () => 0));
  start[0]![31] = 1;
  const y = rowsOf(run(program, "x", start), "y");
  let binomials = [1n];
  for (let n = 0; n < rows; n++) {
    const expected: number[] = Array(cols).fill(0);
    for (const [k, value] of binomials.entries()) expected[31 - n + 2 * k] = Number(value % 2n);
    expect(y[n]).toEqual(expected);
    binomials = [1n, ...binomials.slice(1).map((value, k) => value + binomials[k]!), 1n];
  }
});

test("rule n does to every neighbourhood what bit number says, for all 256 rules", () => {
  // Every neighbourhood is in it (a sequence of de Bruijn).
  const start = [0, 0, 0, 1, 0, 1, 1, 1, 0, 0];
  for (let rule = 0; rule < 256; rule++) {
    const program = check(readProgram("rule110"), { rule }).checked;
    const y = rowsOf(run(program, "x", [start, start]), "y");
    for (let at = 1; at <= 8; at++) {
      const around = 4 * start[at - 1]! + 2 * start[at]! + start[at + 1]!;
      expect(y[1]![at], `rule ${rule}, ${around}`).toBe((rule >> around) & 1);
    }
  }
});

test("Gosper's gun has period 30 and sends out a glider of five cells each time", () => {
  const gun = `
    ........................#...........
    ......................#.#...........
    ............##......##............##
    ...........#...#....##............##
    ##........#.....#...##..............
    ##........#...#.##....#.#...........
    ..........#.....#.......#...........
    ...........#...#....................
    ............##......................`;
  const cells = gun
    .trim()
    .split(/\s+/)
    .map((row) => [...row].map((cell) => (cell === "#" ? 1 : 0)));
  const size = 60;
  let alive: readonly (readonly number[])[] = Array.from({ length: size }, (_, r) =>
    Array.from({ length: size }, (_, c) => cells[r - 2]?.[c - 2] ?? 0),
  );
  const life = loadProgram("life");
  const nearby = () =>
    alive
      .slice(0, 12)
      .map((row) => row.slice(0, 40))
      .join();
  const seen: string[] = [];
  const counts: number[] = [];
  for (let t = 0; t <= 90; t++) {
    seen.push(nearby());
    counts.push(ones(alive.flat()));
    alive = rowsOf(run(life, "alive", alive, 1), "alive").map((row) => [...row]);
  }
  // The first glider takes a while to leave the window.
  expect(seen[60]).toBe(seen[30]);
  expect(seen[90]).toBe(seen[60]);
  for (let t = 31; t < 60; t++) expect(seen[t], `after ${t}`).not.toBe(seen[30]);
  expect([counts[30]! - counts[0]!, counts[60]! - counts[30]!]).toEqual([5, 5]);
});

test.each([
  ["bb2", 6, 4],
  ["bb3", 21, 5],
  ["bb4", 107, 13],
])("%s makes %i steps and leaves %i ones", (name, steps, left) => {
  const program = loadProgram(name);
  const input = { rows: 1, cols: 1, planes: { tape: Int32Array.of(0) } };
  const result = interpret(program, prepareInput(program, input));
  expect(result).toMatchObject({ instructions: steps, halted: true });
  expect(ones(result.grid.planes.tape!)).toBe(left);
});

test("bb5 has the table of a machine that makes 47,176,870 steps and leaves 4,098 ones", () => {
  // The interpreter would take days. It has been compared with the oracle, which is a plain loop, on the first steps.
  const steps = 47_176_870;
  const tapeAfter = (count: number) => {
    const answer = bb5.solve({ tape: [[0]] }, count);
    return "planes" in answer ? answer.planes.tape : undefined;
  };
  const end = tapeAfter(steps + 1000);
  expect(end).toEqual(tapeAfter(steps));
  expect(end).not.toEqual(tapeAfter(steps - 1));
  expect(ones(end!.flat().map(Number))).toBe(4098);
}, 120_000);

test("the squad fires all at once, at the earliest after 2n - 2 steps, for n up to 60", () => {
  const program = loadProgram("fssp");
  for (let n = 1; n <= 60; n++) {
    const order = new Int32Array(n);
    order[0] = 1;
    const fires: [at: number, soldiers: number][] = [];
    interpret(
      program,
      { rows: 1, cols: n, planes: { order } },
      {
        maxInstructions: 3 * n + 3,
        onInstruction: ({ grid, count }) => {
          const firing = ones(grid.planes.fire!);
          if (firing > 0) fires.push([count, firing]);
        },
      },
    );
    const [first] = fires;
    expect(first?.[1], `${n} soldiers`).toBe(n);
    expect(first![0]).toBeGreaterThanOrEqual(2 * n - 2);
    expect(first![0]).toBeLessThanOrEqual(3 * n + 1);
  }
});

test("the rank of random matrices modulo 2 is distributed as the product formula says", () => {
  const n = 5;
  const matrices = 4000;
  const program = loadProgram("rank");
  const random = seededRandom(7);
  const found: number[] = Array(n + 1).fill(0);
  for (let i = 0; i < matrices; i++) {
    const rank = ones(run(program, "x", shuffledBits(random.next, n, n)).planes.x!);
    found[rank] = found[rank]! + 1;
  }
  const product = (from: number, to: number) =>
    Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => 1 - 2 ** -(from + i)).reduce(
      (a, b) => a * b,
      1,
    );
  for (let rank = 0; rank <= n; rank++) {
    // 2^-(n-r)^2 times the product of (1 - 2^-i), r + 1 to n twice, over that of 1 to n - r.
    const lost = n - rank;
    const share = (2 ** -(lost * lost) * product(lost + 1, n) * product(lost + 1, n)) / product(1, rank);
    const [mean, deviation] = [matrices * share, Math.sqrt(matrices * share * (1 - share))];
    expect(Math.abs(found[rank]! - mean), `rank ${rank}, seed 7`).toBeLessThan(5 * deviation + 1);
  }
});

test("rank counts exactly: 168 of the 512 matrices of 3 by 3 are invertible, and 1, 49, 294 have rank 0, 1, 2", () => {
  const program = loadProgram("rank");
  const found = [0, 0, 0, 0];
  for (let n = 0; n < 512; n++) {
    const flat = bits(n, 9);
    const rows = [flat.slice(0, 3), flat.slice(3, 6), flat.slice(6)];
    const rank = ones(run(program, "x", rows).planes.x!);
    found[rank] = found[rank]! + 1;
  }
  expect(found).toEqual([1, 49, 294, 168]);
});

test("dyck accepts as many words of 2n brackets as Catalan numbers say, times 2^n for two kinds", () => {
  const program = loadProgram("dyck");
  const accepted = (rows: readonly number[][]) => {
    const wrong = rowsOf(run(program, "x", rows), "wrong");
    return wrong.filter((row) => row[row.length - 1] === 0).length;
  };
  for (const [n, catalan] of [
    [1, 1],
    [2, 2],
    [3, 5],
    [4, 14],
    [5, 42],
  ] as const) {
    const one = [...words(2 * n, 2)].map((word) => word.map((bit) => (bit === 0 ? 1 : 3)));
    expect(accepted(one), `${n} pairs`).toBe(catalan);
    if (n > 3) continue;
    const two = [...words(2 * n, 4)].map((word) => word.map((symbol) => symbol + 1));
    expect(accepted(two), `${n} pairs of two kinds`).toBe(catalan * 2 ** n);
  }
});

test("matmul: the unit matrix changes nothing, and products associate", () => {
  const program = loadProgram("matmul");
  const multiply = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]) => {
    const n = a.length;
    return rowsOf(interpret(program, { rows: n, cols: n, planes: { a: plane(a), b: plane(b) } }).grid, "c");
  };
  const random = seededRandom(11);
  for (let trial = 0; trial < 30; trial++) {
    const n = 1 + random.int(7);
    const unit = Array.from({ length: n }, (_, r) => Array.from({ length: n }, (_, c) => (r === c ? 1 : 0)));
    const [a, b, c] = [0, 0, 0].map(() => shuffledBits(random.next, n, n));
    expect(multiply(a!, unit)).toEqual(a);
    expect(multiply(unit, a!)).toEqual(a);
    expect(multiply(multiply(a!, b!), c!), `seed 11, trial ${trial}`).toEqual(multiply(a!, multiply(b!, c!)));
  }
});

test("components: every shape ends as one last cell", () => {
  const program = loadProgram("components");
  const random = seededRandom(3);
  for (let trial = 0; trial < 60; trial++) {
    const [rows, cols] = [1 + random.int(10), 1 + random.int(10)];
    const density = random.next();
    const x = Array.from({ length: rows }, () =>
      Array.from({ length: cols }, () => Number(random.next() < density)),
    );
    let last = 0;
    interpret(
      program,
      { rows, cols, planes: { x: plane(x) } },
      {
        maxInstructions: 2 * (rows + cols),
        onInstruction: ({ grid }) => {
          last += ones(grid.planes.last!);
        },
      },
    );
    expect(last, `seed 3, trial ${trial}: ${JSON.stringify(x)}`).toBe(shapesIn(x));
  }
});

/** Shapes that hang together by sides and corners, by painting one after another. */
function shapesIn(x: readonly (readonly number[])[]): number {
  const left = new Set(x.flatMap((row, r) => row.flatMap((bit, c) => (bit === 1 ? [`${r} ${c}`] : []))));
  let shapes = 0;
  for (const first of left) {
    shapes++;
    const stack = [first];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (!left.delete(at)) continue;
      const [r, c] = at.split(" ").map(Number) as [number, number];
      for (const nr of [r - 1, r, r + 1]) for (const nc of [c - 1, c, c + 1]) stack.push(`${nr} ${nc}`);
    }
  }
  return shapes;
}

test("langton's ant builds its highway: from step 10,400 on, two cells further every 104 steps", () => {
  // By the oracle's list of ants, which the program agrees with; on the grid it would take minutes.
  const size = 81;
  const black = Array.from({ length: size }, () => Array.from({ length: size }, () => 0));
  const ant = black.map((row, r) => row.map((_, c) => (r === 40 && c === 40 ? 1 : 0)));
  const [[r0, c0], [r1, c1], [r2, c2]] = [10_400, 10_504, 10_608].map((steps) => {
    const answer = langton.solve({ black, ant }, steps);
    const ways = "planes" in answer ? answer.planes.ant! : [];
    const at = ways.flat().findIndex((way) => way !== 0);
    return [Math.floor(at / size), at % size] as const;
  }) as [Place, Place, Place];
  expect([Math.abs(r1 - r0), Math.abs(c1 - c0)]).toEqual([2, 2]);
  expect([r2 - r1, c2 - c1]).toEqual([r1 - r0, c1 - c0]);
});

type Place = readonly [row: number, col: number];
