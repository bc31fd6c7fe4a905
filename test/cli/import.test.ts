// Rules of other programs. The oracles evaluate lines, tables and trees themselves, cell by cell; programs are run by the
// reference interpreter.

import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { checkProgram, compile, scheduleProgram } from "../../src/compile.ts";
import { interpret } from "../../src/engines/reference.ts";
import { readGollyRule } from "../../src/exchange/golly-rule.ts";
import { importAutomaton, proveAutomaton } from "../../src/exchange/import-rule.ts";
import { readRuleString } from "../../src/exchange/rule-string.ts";
import { bounds } from "../../src/grid/grid.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { format } from "../../src/language/parse/format.ts";
import { exportGolly } from "../../src/network/export/golly.ts";
import { again, SEED } from "../seed.ts";
import { program, Workspace } from "./harness.ts";

const workspace = new Workspace();
const random = seededRandom(SEED);

type Rows = readonly (readonly number[])[];
/** The next state of a cell, from the nine states around it, row by row. */
type Next = (around: readonly number[]) => number;

const lookAt = (rows: Rows, row: number, col: number): number[] =>
  [-1, 0, 1].flatMap((down) => [-1, 0, 1].map((right) => rows[row + down]?.[col + right] ?? 0));
const stepped = (rows: Rows, next: Next): Rows =>
  rows.map((line, row) => line.map((_, col) => next(lookAt(rows, row, col))));

/** What an imported program makes of a grid. */
function run(text: string, rows: Rows, steps: number): Rows {
  const { checked } = checkProgram({ name: "imported", text });
  const cols = rows[0]!.length;
  const planes = { cell: Int32Array.from(rows.flat()) };
  const { grid } = interpret(checked, { rows: rows.length, cols, planes }, { maxInstructions: steps });
  return rows.map((_, row) => [...grid.planes.cell!.subarray(row * cols, (row + 1) * cols)]);
}

function randomRows(states: number, size = 9, of: Random = random): Rows {
  const kept = of.next();
  return Array.from({ length: size }, () =>
    Array.from({ length: size }, () => (of.next() < kept ? of.int(states) : 0)),
  );
}

function expectSame(text: string, states: number, next: Next, grids = 4): void {
  for (let i = 0; i < grids; i++) {
    const rows = randomRows(states);
    expect(run(text, rows, 2), `${text}\n${again(SEED)}`).toEqual(stepped(stepped(rows, next), next));
  }
}

function imported(line: string): string {
  const { text } = importAutomaton(readRuleString(line));
  expect(format({ name: line, text })).toBe(text);
  return text;
}
const sum = (list: readonly number[]) => list.reduce((all, each) => all + each, 0);
const NEIGHBOURS = { "": [0, 1, 2, 3, 5, 6, 7, 8], V: [1, 3, 5, 7], H: [0, 1, 3, 5, 7, 8] } as const;

describe("rules in a line", () => {
  test("births and survivals, with any number of states and three neighbourhoods", () => {
    for (let i = 0; i < 18; i++) {
      const kind = (["", "V", "H"] as const)[i % 3]!;
      const around = NEIGHBOURS[kind];
      const states = i % 2 === 0 ? 2 : 3 + random.int(6);
      const some = () =>
        Array.from({ length: around.length + 1 }, (_, at) => at).filter(() => random.next() < 0.4);
      const [birth, survival] = [some(), some()];
      const [b, s] = [birth.join(""), survival.join("")];
      const lines =
        states === 2
          ? [`B${b}/S${s}${kind}`, `b${b}s${s}${kind.toLowerCase()}`, `${s}/${b}${kind}`]
          : [`B${b}/S${s}/C${states}${kind}`, `${s}/${b}/${states}${kind}`, `B${b}/S${s}/${states}${kind}`];
      expectSame(imported(lines[i % lines.length]!), states, (cells) => {
        const n = sum(around.map((at) => (cells[at] === 1 ? 1 : 0)));
        if (cells[4] === 0) return birth.includes(n) ? 1 : 0;
        if (cells[4] === 1) return survival.includes(n) ? 1 : 2 % states;
        return (cells[4]! + 1) % states;
      });
    }
  });

  test("the same rule is the same program, whichever way it is written", () => {
    const body = (line: string) => imported(line).replace(/^.*\n.*\n/, "");
    const life = "MAPARYXfhZofugWaH7oaIDogBZofuhogOiAaIDogIAAgAAWaH7oaIDogGiA6ICAAIAAaIDogIAAgACAAIAAAAAAAA";
    for (const line of ["b3s23", "23/3", "B3/S23:T30,20", "B3/S2aceikn3", life])
      expect(body(line)).toBe(body("B3/S23"));
    expect(body("B2/S/C3")).toBe(body("/2/3"));
  });

  // Shapes of neighbours by their letters, as anybody sees them; each from all sides and in a mirror.
  test.each([
    ["1c", "x...c...."],
    ["1e", ".x..c...."],
    ["2a", "xx..c...."],
    ["2c", "x.x.c...."],
    ["2e", ".x.xc...."],
    ["2i", ".x..c..x."],
    ["2k", ".x..c.x.."],
    ["2n", "x...c...x"],
    ["3i", "xxx.c...."],
    ["3a", "xx.xc...."],
    ["3c", "x.x.c.x.."],
    ["3e", ".x.xcx..."],
    ["4c", "x.x.c.x.x"],
    ["4e", ".x.xcx.x."],
    ["5i", "...xcxxxx"],
    ["6n", ".xxxcxxx."],
    ["7e", "x.xxcxxxx"],
  ])("Hensel's %s", (letter, picture) => {
    const views = new Set<string>();
    let view = [...picture];
    for (let turn = 0; turn < 4; turn++) {
      view = [6, 3, 0, 7, 4, 1, 8, 5, 2].map((at) => view[at]!);
      views.add(view.join(""));
      views.add([2, 1, 0, 5, 4, 3, 8, 7, 6].map((at) => view[at]!).join(""));
    }
    const shows = (cells: readonly number[]) =>
      views.has(cells.map((each, at) => (at === 4 ? "c" : each === 1 ? "x" : ".")).join(""));
    const [digit, name] = letter;
    expectSame(imported(`B${letter}/S`), 2, (cells) => (cells[4] === 0 && shows(cells) ? 1 : 0), 2);
    expectSame(
      imported(`B/S${digit}-${name}`),
      2,
      (cells) => (cells[4] === 1 && sum(cells) === Number(digit) + 1 && !shows(cells) ? 1 : 0),
      2,
    );
  });

  test("Wolfram's codes: rows that everybody knows", () => {
    const rows = (line: string, steps: number) => {
      const start = [Array.from({ length: 2 * steps + 1 }, (_, at) => (at === steps ? 1 : 0))];
      return run(imported(line), start, steps)[0]!.join("");
    };
    expect([1, 2, 3, 4].map((steps) => rows("W30", steps))).toEqual(["111", "11001", "1101111", "110010001"]);
    expect([1, 2, 3, 4].map((steps) => rows("W90", steps))).toEqual(["101", "10001", "1010101", "100000001"]);
    expect([1, 2, 3, 4].map((steps) => rows("W110", steps))).toEqual([
      "110",
      "11100",
      "1101000",
      "111110000",
    ]);
  });

  test("codes of sums and of more states", () => {
    for (const [line, states, isSum] of [
      ["totalistic 777", 3, true],
      ["code 1599, k=3", 3, true],
      ["totalistic 10, k=2", 2, true],
      ["rule 7625597484986 k=3", 3, false],
    ] as const) {
      const code = BigInt(/\d+/.exec(line)![0]);
      expectSame(imported(line), states, (cells) => {
        const [left, own, right] = [cells[3]!, cells[4]!, cells[5]!];
        const at = isSum ? left + own + right : (left * states + own) * states + right;
        return Number((code / BigInt(states) ** BigInt(at)) % BigInt(states));
      });
    }
  });

  test("HighLife's replicator is two after twelve steps", () => {
    const rows = ["..OOO", ".O..O", "O...O", "O..O.", "OOO.."].map((line) =>
      line.padStart(15, ".").padEnd(25, "."),
    );
    const empty = Array.from({ length: 10 }, () => ".".repeat(25));
    const start = [...empty, ...rows, ...empty].map((line) =>
      [...line].map((each) => (each === "O" ? 1 : 0)),
    );
    const text = imported("B36/S23");
    expect(sum(run(text, start, 0).flat())).toBe(12);
    expect(sum(run(text, start, 12).flat())).toBe(24);
  });

  test("other ways to write births and survivals", () => {
    const body = (line: string) => imported(line).replace(/^.*\n.*\n/, "");
    for (const line of [
      "B3_S23",
      "S23/B3",
      "s23b3",
      "Life",
      "R1,C0,M0,S2..3,B3..3,NM",
      "R1,C2,M1,S3-4,B3,NM",
    ])
      expect(body(line), line).toBe(body("B3/S23"));
    expect(body("B234")).toBe(body("B234/S"));
    expect(body("R1,C0,M1,S1..1,B1..1,NN")).toBe(body("B1/S0V"));
    expect(body("R1,C4,S,B2,4-5,N+")).toBe(body("B24/S/4V"));
  });

  test.each([
    ["R5,C0,M1,S34..58,B34..45,NM", "found neighbours up to 5 cells away, expected R1"],
    ["R1,C0,M1,S1..1,B1..1,NL", "found the neighbourhood NL, expected NM, NN, N+, NH"],
    ["R1,C0,M1,S3..1,B1,NM", "found the interval `3..1`, expected the smaller number first"],
    ["R1,C0,M1,S1...2,B1,NM", "found `1...2`, expected a number or an interval such as 2..3"],
    ["B9/S", "at most"],
    ["B2x/S", "expected one such as"],
    ["B2t/S", "found `2t` in `2t`, character 1; expected letters among ceaikn behind 2"],
    ["B3/S2-", "letters behind -"],
    ["Bc3/S", "a number of neighbours before letters"],
    ["B5/S/C3V", "at most 4 neighbours"],
    ["B2a/SV", "no letters behind 2"],
    ["B3/S23/C1", "found 1 states"],
    ["B3/S23/C900", "expected 2 to 256"],
    ["W256", "expected a code below 2^8"],
    ["totalistic 2187", "expected a code below 3^7"],
    ["MAPabc", "found 3 characters behind MAP"],
    ["nonsense", "expected one such as B3/S23"],
  ])("refuses %s", (line, message) => {
    expect(() => imported(line)).toThrow(line === "B9/S" ? "expected one such as" : message);
  });
});

// Tables: the oracle tries every line, every value of its variables and every view of its neighbours.

const VIEWS: Readonly<Record<string, (count: number) => readonly (readonly number[])[]>> = {
  none: (count) => [around(count)],
  rotate2: (count) => turns(count, count / 2),
  rotate3: (count) => turns(count, count / 3),
  rotate6: (count) => turns(count, 1),
  rotate6reflect: (count) => mirrored(turns(count, 1)),
  reflect: (count) => turns(count, 1),
  rotate4: (count) => turns(count, count / 4),
  rotate8: (count) => turns(count, 1),
  rotate4reflect: (count) => mirrored(turns(count, count / 4)),
  rotate8reflect: (count) => mirrored(turns(count, 1)),
  reflect_horizontal: (count) => mirrored([around(count)]),
  permute: (count) => permutations(around(count)),
};
const around = (count: number) => Array.from({ length: count }, (_, at) => at);
const turns = (count: number, by: number) =>
  around(Math.round(count / by)).map((turn) => around(count).map((at) => (at + turn * by) % count));
const mirrored = (views: readonly (readonly number[])[]) => [
  ...views,
  ...views.map((view) => view.map((at) => (view.length - at) % view.length)),
];
const permutations = (list: readonly number[]): number[][] =>
  list.length < 2
    ? [[...list]]
    : list.flatMap((first) =>
        permutations(list.filter((each) => each !== first)).map((rest) => [first, ...rest]),
      );
/** Cells of a 3x3 square in the order of a line. */
const PLACES: Readonly<Record<string, readonly number[]>> = {
  Moore: [1, 2, 5, 8, 7, 6, 3, 0],
  vonNeumann: [1, 5, 7, 3],
  hexagonal: [1, 5, 8, 7, 3, 0],
  oneDimensional: [3, 5],
};

interface Table {
  readonly neighbourhood: string;
  readonly symmetry: string;
  readonly variables: Readonly<Record<string, readonly number[]>>;
  readonly lines: readonly (readonly string[])[];
}

const nextOf =
  ({ neighbourhood, symmetry, variables, lines }: Table): Next =>
  (cells) => {
    const neighbours = PLACES[neighbourhood]!.map((at) => cells[at]!);
    const views = VIEWS[symmetry]!(neighbours.length);
    for (const line of lines) {
      const twice = Object.keys(variables).filter((name) => line.filter((word) => word === name).length > 1);
      for (const bound of bindings(twice.sort().reverse(), variables))
        for (const view of views) {
          const seen = [cells[4]!, ...view.map((at) => neighbours[at]!)];
          const may = (word: string) => (word in bound ? [bound[word]] : (variables[word] ?? [Number(word)]));
          if (seen.every((state, at) => may(line[at]!).includes(state))) return may(line.at(-1)!)[0]!;
        }
    }
    return cells[4]!;
  };

/** Values of variables that stand twice, the last one changing fastest. */
function bindings(names: readonly string[], variables: Table["variables"]): Record<string, number>[] {
  const [first, ...rest] = names;
  if (first === undefined) return [{}];
  return variables[first]!.flatMap((value) =>
    bindings(rest, variables).map((each) => ({ ...each, [first]: value })),
  );
}

function randomTable(states: number, neighbourhood: string, symmetry: string): Table {
  const variables = Object.fromEntries(
    ["a", "b", "c", "dd"].map((name) => {
      const values = around(states).filter(() => random.next() < 0.6);
      return [name, values.length === 0 ? [0] : values];
    }),
  );
  const word = () =>
    random.next() < 0.6 ? ["a", "b", "c", "dd"][random.int(4)]! : String(random.int(states));
  const lines = Array.from({ length: 1 + random.int(8) }, () => {
    const before = Array.from({ length: PLACES[neighbourhood]!.length + 1 }, word);
    const used = before.filter((each) => variables[each] !== undefined);
    const last =
      random.next() < 0.3 && used.length > 0 ? used[random.int(used.length)]! : String(random.int(states));
    return [...before, last];
  });
  return { neighbourhood, symmetry, variables, lines };
}

const textOf = ({ neighbourhood, symmetry, variables, lines }: Table, states: number) =>
  [
    "@RULE test",
    "Some words.",
    "@TABLE",
    "# a comment",
    `n_states:${states}`,
    `neighborhood:${neighbourhood}`,
    `symmetries:${symmetry}`,
    ...Object.entries(variables).map(([name, values]) => `var ${name}={${values.join(",")}}`),
    ...lines.map((line) => line.join(",")),
    "@COLORS",
    "1 255 0 0",
  ].join("\n");

const read = (text: string) => readGollyRule(text, "t.rule", "t");

describe("tables", () => {
  const kinds = [
    ["vonNeumann", "none", "rotate4", "rotate4reflect", "reflect_horizontal", "permute"],
    ["Moore", "none", "rotate4", "rotate8", "rotate4reflect", "rotate8reflect", "reflect_horizontal"],
    ["hexagonal", "none", "permute", "rotate2", "rotate3", "rotate6", "rotate6reflect"],
    ["oneDimensional", "none", "permute", "reflect"],
  ].flatMap(([neighbourhood, ...symmetries]) => symmetries.map((each) => [neighbourhood!, each] as const));

  /** Programs in which parts have names, and those that are written out. */
  const written = { named: 0, whole: 0 };

  test.each(kinds)("%s, %s: the first line that fits counts", (neighbourhood, symmetry) => {
    for (const states of neighbourhood === "Moore" ? [2, 3] : [2, 4]) {
      const table = randomTable(states, neighbourhood, symmetry);
      const { text } = importAutomaton(read(textOf(table, states)));
      expect(format({ name: "t", text })).toBe(text);
      expectSame(text, states, nextOf(table), 1);
      written[/let part1 = /.test(text) ? "named" : "whole"]++;
    }
  });

  test("are long enough for names of parts, and short enough for none", () => {
    expect(Math.min(written.named, written.whole), again(SEED)).toBeGreaterThan(2);
  });

  test("lines without commas, variables of variables, names of states", () => {
    const table = [
      "@RULE wires",
      "@TABLE",
      "n_states:4",
      "neighborhood:vonNeumann",
      "symmetries:permute",
      "var a={1,2}",
      "var b={a,3}",
      "var c=b",
      "1abc02 # compact",
      "3,0,0,0,a,a",
      "@NAMES",
      "0 empty",
      "1 head",
      "2 the tail",
      "3 wire!",
    ].join("\n");
    const { text } = importAutomaton(read(table));
    expect(text).toContain('enum { empty ".", head "1", the_tail "2", wire "3" }');
    const variables = { a: [1, 2], b: [1, 2, 3], c: [1, 2, 3] };
    const lines = [[..."1abc02"], ["3", "0", "0", "0", "a", "a"]];
    expectSame(text, 4, nextOf({ neighbourhood: "vonNeumann", symmetry: "permute", variables, lines }), 8);
  });

  test.each([
    ["@RULE x\n@COLORS\n1 2 3 4", "t.rule: found the sections @RULE, @COLORS, expected @TABLE or @TREE"],
    ["@TABLE\nn_states:1\n", "found n_states:1"],
    ["@TABLE\nneighborhood:Moore\n1,2", "no n_states"],
    ["@TABLE\nn_states:3\nneighborhood:triangular\n", "found the neighborhood triangular"],
    ["@TABLE\nn_states:3\nneighborhood:Moore\nsymmetries:rotate5\n", "found the symmetries rotate5"],
    [
      "@TABLE\nn_states:3\nneighborhood:vonNeumann\nsymmetries:none\n0,1,2\n",
      "line 5: found `0,1,2`, expected 6 states with commas",
    ],
    [
      "@TABLE\nn_states:3\nneighborhood:vonNeumann\nsymmetries:none\n0,1,2, 7,1,1\n",
      "line 5, column 8: found `7`, expected a state from 0 to 2",
    ],
    ["@TABLE\nn_states:3\nneighborhood:vonNeumann\nsymmetries:none\nvar a={1,5}\n", "line 5: found `5`"],
    [
      "@TABLE\nn_states:3\nneighborhood:vonNeumann\nsymmetries:none\nvar a={1,2\n",
      "line 5: found `var a={1,2`, expected a variable such as var a={0,1,2}",
    ],
    [
      "@TABLE\nn_states:3\nneighborhood:vonNeumann\nsymmetries:none\nvar a={}\n",
      "at least one state in the braces",
    ],
    [
      "@TABLE\nn_states:3\nneighborhood:vonNeumann\nsymmetries:none\nvar a={1,2}\n0,1,1,1,1,a\n",
      "line 6, column 11: found `a`, expected a state, or a variable",
    ],
    ["@TREE\nnum_states=2\nnum_neighbors=5\nnum_nodes=1\n1 0 1", "expected 4 or 8 neighbours"],
    [
      "@TREE\nnum_states=2\nnum_neighbors=4\nnum_nodes=1\n1 0 2",
      "line 5: found `1 0 2`, expected states from 0 to 1",
    ],
    [
      "@TREE\nnum_states=2\nnum_neighbors=4\nnum_nodes=2\n1 0 1\n2 0 1",
      "expected numbers of nodes above of depth 1",
    ],
    ["@TREE\nnum_states=2\nnum_neighbors=4\nnum_nodes=1\n1 0 1", "found no node of depth 5"],
    ["@TREE\nnum_states=2\nnum_neighbors=4\nnum_nodes=1\n1 0", "2 numbers behind the depth"],
  ])("says what is wrong: %j", (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});

describe("the proof", () => {
  const ruleOf = (text: string) => scheduleProgram(checkProgram({ name: "p", text })).rule;

  test("fails where the program is of another rule, with a neighbourhood that shows it", () => {
    const digits = (most: number) => around(most + 1).filter(() => random.next() < 0.5);
    for (let i = 0; i < 20; i++) {
      const [birth, survival, count] = [digits(8), digits(8), random.int(9)];
      const line = (born: readonly number[]) => `B${born.join("")}/S${survival.join("")}`;
      const other = around(9).filter((each) => birth.includes(each) !== (each === count));
      const [automaton, wrong] = [readRuleString(line(birth)), imported(line(other))];
      proveAutomaton(automaton, ruleOf(imported(line(birth))));
      let message = "";
      try {
        proveAutomaton(automaton, ruleOf(wrong));
      } catch (error) {
        message = (error as Error).message;
      }
      const [, found] =
        /^internal: the program differs from the rule where .* are ([01, ]+)$/.exec(message) ?? [];
      const [cell, ...neighbours] = (found ?? "").split(", ").map(Number);
      expect([cell, sum(neighbours), neighbours.length], `${message}\n${again(SEED)}`).toEqual([0, count, 8]);
    }
  });

  test.each([
    ["two fields", "input other: bit each { cell = other }", "internal: the program has other fields"],
    ["the edge", "each { cell = at top }", "internal: the program reads the edge, which no automaton has"],
    ["a corner", "each { cell = upleft.cell }", "internal: the program reads upleft, which no automaton has"],
  ])("refuses a program that reads %s", (_, body, message) => {
    const rule = ruleOf(`program p { input cell: bit ${body.replace("each", "loop { each")} } }`);
    expect(() => proveAutomaton(readRuleString("B2/S1V"), rule)).toThrow(message);
  });
});

describe("the command", () => {
  beforeAll(() => {
    workspace.write("p.rle", "#C a pattern\nx = 3, y = 1, rule = B36/S23\n3o!");
  });

  test("writes a program that runs, compiles and says what it is", async () => {
    const { code, stderr } = await workspace.run(["import", "p.rle", "-o", "high.alg", "--name", "highlife"]);
    expect([code, stderr]).toEqual([
      0,
      "proved: the program's next state is the rule's in all 2^9 neighbourhoods\n",
    ]);
    expect(workspace.read("high.alg")).toBe(`// B36/S23: 2 states, eight neighbours.
program highlife {
  input cell: bit

  loop {
    each {
      let n = count(around.cell)
      cell = if cell then n == 2 or n == 3 else n == 3 or n == 6
    }
  }
}
`);
    const { stdout } = await workspace.run(["run", "high.alg", "-i", "p.rle", "--pad", "1", "--steps", "1"]);
    expect(stdout).toBe("00100\n00100\n00100\n");
    const network = compile({ name: "high", text: workspace.read("high.alg") });
    expect(network.isProved).toBe(true);
  });

  test("a rule is one program, as a table, as a tree or in a line, and states without names are names, too", () => {
    const bodyOf = (text: string) => text.slice(text.indexOf("{"));
    const programOf = (text: string) => importAutomaton(read(text)).text;
    const treeOf = (text: string) => exportGolly(compile({ name: "t", text }).network, "t");
    for (let i = 0; i < 4; i++) {
      const states = 3 + random.int(3);
      const program = programOf(textOf(randomTable(states, "vonNeumann", "rotate4"), states));
      expect(program).toContain('input cell: enum { s0 ".", s1 "1", s2 "2"');
      expect(bodyOf(programOf(treeOf(program))), again(SEED)).toBe(bodyOf(program));
    }
    const brain = importAutomaton(readRuleString("B2/S/C3")).text;
    const table = ["n_states:3", "neighborhood:Moore", "symmetries:permute"];
    const names = ["a", "b", "c", "d", "e", "f", "g", "h"].map((name) => `${name}0`);
    const any = names.map((name) => `var ${name}={0,1,2}`);
    const others = names.map((name) => `var o${name}={0,2}`);
    const born = `0,1,1,${names.slice(2).map((name) => `o${name}`)},1`;
    const text = ["@TABLE", ...table, ...any, ...others, born, `1,${names},2`, `2,${names},0`].join("\n");
    expect(bodyOf(programOf(text))).toBe(bodyOf(brain));
    const named = programOf(`${text}\n@NAMES\n0 ready\n1 firing\n2 tired\n`);
    expect(bodyOf(named)).toBe(
      bodyOf(brain).replaceAll("s0", "ready").replaceAll("s1", "firing").replaceAll("s2", "tired"),
    );
  });

  test("a rule goes to Golly and comes back", async () => {
    for (const file of ["life", "wireworld", "langton"]) {
      const exported = await workspace.run([
        "export",
        program(`${file}.alg`),
        "--format",
        "golly",
        "-o",
        `${file}.rule`,
      ]);
      if (exported.code !== 0) continue;
      const { code, document } = await workspace.json(["import", `${file}.rule`]);
      expect([code, document.proved]).toEqual([0, true]);
      const own = compile({ name: file, text: readFileSync(program(`${file}.alg`), "utf8") });
      const back = compile({ name: file, text: document.program });
      const header = (text: string) => text.slice(text.indexOf("num_states"));
      expect(header(exportGolly(back.network, file))).toBe(header(exportGolly(own.network, file)));
      expect(bounds(back.checked.fields[0]!.type).lo).toBe(0);
    }
  });

  test("the rule of a pattern, in every format of patterns", async () => {
    const program = async (name: string, text: string) => {
      const { document } = await workspace.json(["import", workspace.write(name, text), "--name", "r"]);
      return (document.program as string).replace(/^.*\n/, "");
    };
    const high = await program("a.rle", "x = 1, y = 1, rule = B36/S23\no!");
    expect(await program("b.rle", "#r 23/36\nx = 1, y = 1\no!")).toBe(high);
    expect(await program("c.mc", "[M2] (golly 3.3)\n#R B36/S23\n*$\n")).toBe(high);
    expect(await program("d.lif", "#Life 1.05\n#R 23/36\n#P 0 0\n*\n")).toBe(high);
    expect(await program("e.mcl", "#MCell 4.20\n#GAME Life\n#RULE 23/36\n#L A\n")).toBe(high);
    expect(await program("e.mcl", "#MCell 4.20\n#GAME Life\n#RULE 23\n#RULE /36\n#L A\n")).toBe(high);
    const golly = "#GAME Rules table\n#GOLLY B36/S23\n#RULE 1,0,0,0,\n#RULE 0,3";
    expect(await program("e.mcl", `#MCell 4.00\n${golly}\n#L A\n`)).toBe(high);
    const life = await program("f.rle", "x = 1, y = 1\no!");
    expect(life).not.toBe(high);
    for (const [name, text] of [
      ["g.cells", "!Name: a dot\nO"],
      ["h.lif", "#Life 1.06\n0 0\n"],
      ["i.rle", "x = 1, y = 1, rule = Life\no!"],
    ] as const)
      expect(await program(name, text), name).toBe(life);
  });

  test("an empty rule is refused", async () => {
    const { code, stderr } = await workspace.run(["import", ""]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("found an empty rule, expected a line")]);
  });

  test("patterns with comments in one byte a character", async () => {
    const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    workspace.write("old.rle", bytes("#O Andr\u00e9\nx = 3, y = 1, rule = B36/S23\n3o!"));
    const { code, stdout } = await workspace.run(["import", "old.rle"]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("B36/S23")]);
    const run = await workspace.run(["run", program("life.alg"), "-i", "old.rle", "--steps", "0"]);
    expect([run.code, run.stdout]).toEqual([0, "111\n"]);
    workspace.write("old.txt", bytes("caf\u00e9"));
    expect((await workspace.run(["import", "old.txt"])).stderr).toContain("text that is not UTF-8");
  });

  test("a rule that a pattern names lies beside it", async () => {
    const pattern = workspace.write("named.mc", "[M2] (golly 3.3)\n#R Wires\n1 0 1 0 2\n");
    const missing = await workspace.run(["import", pattern]);
    expect([missing.code, missing.stderr]).toEqual([
      2,
      expect.stringContaining("named.mc names the rule Wires, and there is no Wires.rule"),
    ]);
    workspace.write(
      "Wires.rule",
      "@RULE Wires\n@TABLE\nn_states:3\nneighborhood:vonNeumann\nsymmetries:none\n1,0,0,0,0,2\n",
    );
    const { code, document } = await workspace.json(["import", pattern]);
    expect([code, document.program]).toEqual([0, expect.stringContaining("program Wires {")]);
    // A name that could be a line is a name where there is such a file.
    workspace.write("Banks-I.rule", workspace.read("Wires.rule").replace("RULE Wires", "RULE Banks-I"));
    const banks = workspace.write("banks.rle", "x = 1, y = 1, rule = Banks-I\nA!");
    expect((await workspace.json(["import", banks, "--name", "Wires"])).document.program).toBe(
      document.program,
    );
    const bounded = workspace.write("plane.rle", "x = 1, y = 1, rule = Wires:T20,20\nA!");
    expect((await workspace.json(["import", bounded])).document.program).toBe(document.program);
  });

  test("refuses what is no rule, with a message", async () => {
    workspace.write("n.txt", "nothing\n");
    for (const [words, message] of [
      [["n.txt"], "n.txt: found no rule, expected a rule of Golly"],
      [["B3/S23", "-o", "x.txt"], "-o x.txt: a program's name ends in .alg"],
      [["missing.rule"], "found the rule `missing.rule`"],
      [["B3/S23", "--name", "3x"], "Expected letters, digits and _"],
    ] as const) {
      const { code, stderr } = await workspace.run(["import", ...words]);
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
  });
});
