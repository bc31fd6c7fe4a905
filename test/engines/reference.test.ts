import { describe, expect, test } from "vitest";
import { type InterpretOptions, interpret } from "../../src/engines/reference.ts";
import { type Axis, DIRECTIONS, type Direction, OFFSETS } from "../../src/grid/direction.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import type { CheckedProgram } from "../../src/language/analyse/checked.ts";
import {
  all,
  any,
  assign,
  binary,
  choose,
  constant,
  each,
  edge,
  field,
  halt,
  leave,
  local,
  loop,
  neighbour,
  not,
  own,
  pass,
  program,
  range,
  span,
  when,
} from "./checked.ts";

const gridOf = (rows: number, cols: number, planes: Record<string, readonly number[]>): Grid => ({
  rows,
  cols,
  planes: Object.fromEntries(Object.entries(planes).map(([name, values]) => [name, Int32Array.from(values)])),
});
const plane = (made: CheckedProgram, input: Grid, name: string, options?: InterpretOptions): number[] => [
  ...interpret(made, input, options).grid.planes[name]!,
];

const x = field("x", "input");
const n = (value: number) => constant(value, range(0, 9));

describe("expressions", () => {
  const value = (expression: Parameters<typeof assign>[1], input = 1): number =>
    plane(
      program([x, field("y", "output", range(-9, 9))], each(assign("y", expression))),
      gridOf(1, 1, { x: [input] }),
      "y",
    )[0]!;

  test.each([
    ["and", [0, 0, 0, 1]],
    ["or", [0, 1, 1, 1]],
    ["xor", [0, 1, 1, 0]],
    ["==", [1, 0, 0, 1]],
    ["!=", [0, 1, 1, 0]],
    ["<", [0, 1, 0, 0]],
    ["<=", [1, 1, 0, 1]],
    [">", [0, 0, 1, 0]],
    [">=", [1, 0, 1, 1]],
    ["+", [0, 1, 1, 2]],
    ["-", [0, -1, 1, 0]],
    ["min", [0, 0, 0, 1]],
    ["max", [0, 1, 1, 1]],
  ] as const)("%s on 00, 01, 10, 11", (operator, expected) => {
    const pairs = [0, 1, 2, 3].map((both) => [both >> 1, both & 1] as const);
    expect(pairs.map(([a, b]) => value(binary(operator, n(a), n(b))))).toEqual(expected);
  });

  test("not, choose, own", () => {
    expect([value(not(own("x")), 1), value(not(own("x")), 0)]).toEqual([0, 1]);
    expect([value(choose(own("x"), n(5), n(7)), 1), value(choose(own("x"), n(5), n(7)), 0)]).toEqual([5, 7]);
  });

  test("a let keeps the value from its place in the sequence, and assignments are seen at once", () => {
    const made = program(
      [x, field("y", "output"), field("z", "output")],
      each(
        { tag: "let", local: 7, name: "v7", value: own("x"), span },
        assign("x", not(own("x"))),
        assign("y", own("x")),
        assign("z", local(7)),
        when(own("z"), [assign("z", constant(0))], [assign("z", constant(1))]),
      ),
    );
    const { planes } = interpret(made, gridOf(1, 2, { x: [0, 1] })).grid;
    expect([[...planes.y!], [...planes.z!]]).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });

  test("edges", () => {
    const made = (side: Axis) => program([x, field("y", "output")], each(assign("y", edge(side))));
    const input = gridOf(2, 2, { x: [0, 0, 0, 0] });
    expect(plane(made("up"), input, "y")).toEqual([1, 1, 0, 0]);
    expect(plane(made("down"), input, "y")).toEqual([0, 0, 1, 1]);
    expect(plane(made("left"), input, "y")).toEqual([1, 0, 1, 0]);
    expect(plane(made("right"), input, "y")).toEqual([0, 1, 0, 1]);
  });

  test("off the grid a field reads the first value of its type, not its initial value", () => {
    const s = field("s", "state", range(3, 6), 5);
    const made = program(
      [x, s, field("y", "output", range(3, 6), 3)],
      each(assign("y", neighbour("left", "s", "old", range(3, 6)))),
    );
    expect(plane(made, gridOf(1, 3, { x: [0, 0, 0] }), "y")).toEqual([3, 5, 5]);
  });
});

describe("passes", () => {
  test("each shifts by one cell in every direction", () => {
    for (const place of DIRECTIONS) {
      const made = program([x], each(assign("x", neighbour(place, "x", "old"))));
      const input = [1, 0, 1, 1, 0, 1, 0, 0, 1, 1, 1, 0];
      const [down, right] = OFFSETS[place];
      const expected = input.map((_, at) => {
        const [row, col] = [Math.floor(at / 4) + down, (at % 4) + right];
        return row < 0 || row > 2 || col < 0 || col > 3 ? 0 : input[row * 4 + col];
      });
      expect(plane(made, gridOf(3, 4, { x: input }), "x"), place).toEqual(expected);
    }
  });

  test("sweeps in all eight directions agree with the recurrence they state", () => {
    const seed = 4711;
    const random = seededRandom(seed);
    const sweeps: readonly (readonly Axis[])[] = [
      ["up"],
      ["down"],
      ["left"],
      ["right"],
      ["up", "left"],
      ["up", "right"],
      ["down", "left"],
      ["right", "down"],
    ];
    for (let trial = 0; trial < 200; trial++) {
      const sources = sweeps[trial % sweeps.length]!;
      const [rows, cols] = [1 + random.int(6), 1 + random.int(6)];
      const values = Array.from({ length: rows * cols }, () => random.int(2));
      // p = x or new sources' p xor all other neighbours' old x; the sources' x is read old as well.
      const reads = DIRECTIONS.filter(() => random.int(2) === 1);
      const terms = [
        ...sources.map((place) => neighbour(place, "p", "new")),
        ...reads.map((place) => neighbour(place, "x", "old")),
      ];
      const made = program(
        [x, field("p", "output")],
        pass(
          sources,
          assign(
            "p",
            terms.reduce((sum, term) => binary("xor", sum, term), own("x")),
          ),
          assign("x", not(own("x"))),
        ),
      );
      const memo = new Map<number, number>();
      const old = (row: number, col: number) =>
        row < 0 || row >= rows || col < 0 || col >= cols ? 0 : values[row * cols + col]!;
      const p = (row: number, col: number): number => {
        if (row < 0 || row >= rows || col < 0 || col >= cols) return 0;
        const known = memo.get(row * cols + col);
        if (known !== undefined) return known;
        const from = (place: Direction) => [row + OFFSETS[place][0], col + OFFSETS[place][1]] as const;
        const result = [
          ...sources.map((place) => p(...from(place))),
          ...reads.map((place) => old(...from(place))),
        ].reduce((sum, value) => sum ^ value, old(row, col));
        memo.set(row * cols + col, result);
        return result;
      };
      const result = interpret(made, gridOf(rows, cols, { x: values }));
      const expected = values.map((_, at) => p(Math.floor(at / cols), at % cols));
      expect([...result.grid.planes.p!], `seed ${seed}, trial ${trial}`).toEqual(expected);
      expect(result).toMatchObject({ instructions: 1, halted: true });
    }
  });

  test.each(["up", "down", "left", "right"] as const)(
    "a sweep from one side has the diagonals there behind it: %s",
    (source) => {
      const diagonals = DIRECTIONS.filter((place) => place !== source && place.includes(source));
      const made = program(
        [x],
        pass(
          [source],
          assign(
            "x",
            diagonals
              .map((place) => neighbour(place, "x", "new"))
              .reduce((one, other) => binary("or", one, other), own("x")),
          ),
        ),
      );
      // From its middle, a 1 on the first line spreads as a cone.
      const size = 5;
      const [down, right] = OFFSETS[source].map((step) => -step);
      const first = size * (down === -1 ? 4 : down === 1 ? 0 : 2) + (right === -1 ? 4 : right === 1 ? 0 : 2);
      const input = Array.from({ length: size * size }, (_, at) => (at === first ? 1 : 0));
      const along = (at: number) => (down === 0 ? at % size : Math.floor(at / size));
      const across = (at: number) => (down === 0 ? Math.floor(at / size) : at % size);
      const expected = input.map((_, at) => {
        const depth = Math.abs(along(at) - along(first));
        const aside = Math.abs(across(at) - 2);
        return aside <= depth && (depth - aside) % 2 === 0 ? 1 : 0;
      });
      expect(plane(made, gridOf(size, size, { x: input }), "x")).toEqual(expected);
    },
  );

  test("the input grid is left alone", () => {
    const input = gridOf(1, 2, { x: [0, 1] });
    interpret(program([x], each(assign("x", not(own("x"))))), input);
    expect([...input.planes.x!]).toEqual([0, 1]);
  });

  test("a value outside the field's type is our own bug", () => {
    const made = program([x], each(assign("x", n(2))));
    expect(() => interpret(made, gridOf(1, 1, { x: [0] }))).toThrow(
      "internal: 2 assigned to x, which holds 0 to 1",
    );
  });
});

describe("control", () => {
  const c = field("c", "state", range(0, 9));
  const count = assign("c", binary("+", own("c", range(0, 9)), n(1), range(0, 9)));

  test("halted cells keep their values, are skipped, and still take part in any", () => {
    // Cell i halts once c > i; the loop goes on while any cell has x, and a halted cell keeps its x.
    const place = field("i", "input", range(0, 9));
    const made = program(
      [x, c, place],
      loop(each(count), halt(binary(">", own("c", range(0, 9)), own("i", range(0, 9))))),
    );
    const result = interpret(made, gridOf(1, 4, { x: [0, 0, 0, 0], i: [2, 0, 3, 1] }));
    expect([...result.grid.planes.c!]).toEqual([3, 1, 4, 2]);
    expect(result).toMatchObject({ instructions: 4, halted: true });

    const kept = program(
      [x, c, field("seen", "output")],
      halt(own("x")),
      { tag: "branch", id: 0, condition: any(own("x")), then: [each(count)], otherwise: [], span },
      each(assign("seen", neighbour("left", "x", "old"))),
    );
    const after = interpret(kept, gridOf(1, 3, { x: [0, 1, 0] })).grid.planes;
    expect([[...after.c!], [...after.seen!]]).toEqual([
      [1, 0, 1],
      [0, 0, 1],
    ]);
  });

  test("a run ends as soon as all cells have halted", () => {
    const made = program([x, c], halt(constant(1)), each(count));
    expect(interpret(made, gridOf(1, 2, { x: [0, 0] }))).toMatchObject({ instructions: 0, halted: true });
    expect(plane(made, gridOf(1, 2, { x: [0, 0] }), "c")).toEqual([0, 0]);
  });

  test("halt sees the current values of neighbours, whatever the age says", () => {
    const ages = ["new", "old"] as const;
    const flags = ages.map((age) => {
      const made = program(
        [x, c],
        each(assign("x", constant(1))),
        halt(neighbour("left", "x", age)),
        each(count),
      );
      return plane(made, gridOf(1, 3, { x: [0, 0, 0] }), "c");
    });
    expect(flags).toEqual([
      [1, 0, 0],
      [1, 0, 0],
    ]);
  });

  test("times, by number, rows and columns", () => {
    for (const [times, expected] of [
      [0, 0],
      [5, 5],
      ["rows", 2],
      ["cols", 3],
    ] as const) {
      const made = program([x, c], { tag: "times", id: 0, count: times, body: [each(count)], span });
      expect(plane(made, gridOf(2, 3, { x: [0, 0, 0, 0, 0, 0] }), "c")).toEqual(Array(6).fill(expected));
    }
  });

  test("while and branch with any and all", () => {
    const below = (limit: number) => binary("<", own("c", range(0, 9)), n(limit));
    const start = field("c", "input", range(0, 9));
    const run = (condition: ReturnType<typeof any>) =>
      plane(
        program([start], { tag: "while", id: 0, condition, body: [each(count)], span }),
        gridOf(1, 2, { c: [0, 2] }),
        "c",
      );
    expect(run(any(below(4)))).toEqual([4, 6]);
    expect(run(all(below(4)))).toEqual([2, 4]);
    const branch = (condition: ReturnType<typeof any>) =>
      plane(
        program([x, c], {
          tag: "branch",
          id: 0,
          condition,
          then: [each(count)],
          otherwise: [each(count, count)],
          span,
        }),
        gridOf(1, 2, { x: [0, 1] }),
        "c",
      );
    expect([branch(any(own("x"))), branch(all(own("x")))]).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  test("break leaves the innermost loop only", () => {
    const made = program(
      [x, c],
      { tag: "times", id: 0, count: 3, body: [loop(each(count), leave(constant(1)), each(count))], span },
      each(count),
    );
    expect(interpret(made, gridOf(1, 1, { x: [0] }))).toMatchObject({ instructions: 4, halted: true });
  });

  test("break must agree in all cells", () => {
    const text = "program made {\n  input x: bit\n  loop { break when x }\n}";
    const at = text.indexOf("x }");
    const condition = { ...own("x"), span: { start: at, end: at + 1 } };
    const made = { ...program([x], loop(leave(condition))), source: { name: "made.alg", text } };
    expect(() => interpret(made, gridOf(2, 2, { x: [1, 1, 0, 1] }))).toThrow(
      /made\.alg, line 3: .* after 0 instructions: .* row 1, column 1, but not in row 2, column 1\./,
    );
  });
});

describe("limits", () => {
  const flip = each(assign("x", not(own("x"))));
  const c = field("c", "state", range(0, 9));
  const step = each(
    assign(
      "c",
      choose(
        binary("==", own("c", range(0, 9)), n(9)),
        n(4),
        binary("+", own("c", range(0, 9)), n(1), range(0, 9)),
      ),
    ),
  );

  test("a limit stops an endless program, not one that has just ended", () => {
    const input = gridOf(1, 1, { x: [0] });
    expect(interpret(program([x], loop(flip)), input, { maxInstructions: 5 })).toMatchObject({
      instructions: 5,
      halted: false,
    });
    expect(interpret(program([x], flip, flip), input, { maxInstructions: 2 })).toMatchObject({
      instructions: 2,
      halted: true,
    });
    const halting = program([x], loop(flip, halt(own("x"))));
    expect(interpret(halting, input, { maxInstructions: 1 })).toMatchObject({
      instructions: 1,
      halted: true,
    });
    expect(interpret(halting, input, { maxInstructions: 0 })).toMatchObject({
      instructions: 0,
      halted: false,
    });
  });

  test("without a limit an endless program is an error, whatever its period", () => {
    const input = gridOf(1, 2, { x: [0, 1] });
    const endless = /made\.alg: program made never ends: the loop on line 1 repeats itself/;
    expect(() => interpret(program([x], loop(flip)), input)).toThrow(endless);
    expect(() => interpret(program([x, c], loop(step)), input)).toThrow(endless);
    const whole = program([x], { tag: "while", id: 0, condition: any(own("x")), body: [flip], span });
    expect(() => interpret(whole, input)).toThrow(endless);
  });

  test("a loop that runs no instruction is an error even with a limit", () => {
    const made = program([x], loop(halt(constant(0))));
    expect(() => interpret(made, gridOf(1, 1, { x: [0] }), { maxInstructions: 3 })).toThrow(/never ends/);
  });
});

test("events follow every pass and every halt", () => {
  const flip = each(assign("x", not(own("x"))));
  const made = program([x], loop(flip, halt(own("x"))));
  const events: string[] = [];
  interpret(made, gridOf(1, 2, { x: [0, 1] }), {
    onInstruction: ({ instruction, grid, count, halted }) =>
      events.push(`${instruction.tag} ${count}: ${[...grid.planes.x!]} ${[...halted]}`),
  });
  expect(events).toEqual(["pass 1: 1,0 0,0", "halt 1: 1,0 1,0", "pass 2: 1,1 1,0", "halt 2: 1,1 1,1"]);
});

test("input that does not fit the program", () => {
  const made = program([x, field("s", "state", range(0, 3), 2)], each(assign("x", own("x"))));
  expect(() => interpret(made, gridOf(1, 1, {}))).toThrow("no plane of the field x");
  expect(() => interpret(made, gridOf(1, 2, { x: [0] }))).toThrow(
    "found 1 values, expected 2 for a grid of 1x2",
  );
  expect(() => interpret(made, gridOf(1, 1, { x: [2] }))).toThrow("field x, row 1, column 1: found 2");
  expect(() => interpret(made, gridOf(1, 1, { x: [1], y: [1] }))).toThrow(
    "the grid has a plane of the field y",
  );
  expect(plane(made, gridOf(1, 1, { x: [1] }), "s")).toEqual([2]);
  expect(plane(made, gridOf(1, 1, { x: [1], s: [3] }), "s")).toEqual([3]);
});
