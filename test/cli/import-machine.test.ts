// Turing machines of other programs. The oracle simulates the text itself, on an endless tape; the counts of busy beavers are
// the published ones.

import { describe, expect, test } from "vitest";
import { checkProgram, compile } from "../../src/compile.ts";
import { readBbchallenge, readMorphett } from "../../src/exchange/machine-files.ts";
import { importMachine } from "../../src/exchange/machine-text.ts";
import { readMachineYaml } from "../../src/exchange/machine-yaml.ts";
import type { MachineRule, TuringMachine } from "../../src/exchange/turing-machine.ts";
import { seededRandom } from "../../src/grid/random.ts";
import type { MachineEnd } from "../../src/language/parse/ast.ts";
import { sizeOf } from "../../src/network/network.ts";
import { again, SEED } from "../seed.ts";
import { program, Workspace } from "./harness.ts";

const workspace = new Workspace();
workspace.write("blank.txt", "0\n");
const random = seededRandom(SEED);

describe("busy beavers", () => {
  // Radó 1962, Lin 1963, Brady 1983; Lafitte and Papazian 2007; Ligocki 2005.
  test.each([
    ["1RB1LB_1LA1RZ", 6, 4],
    ["1RB1RZ_1LB0RC_1LC1LA", 21, 5],
    ["1RB1LB_1LA0LC_1RZ1LD_1RD0RA", 107, 13],
    ["1RB2LB1RZ_2LA2RB1LB", 38, 9],
    ["1RB2LA1RA1RA_1LB1LA3RB1RZ", 3932964, 2050],
    ["1RB1RZ_0RC1RB_1LC1LA", 14, 6],
    ["1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RZ0LA", 47176870, 4098],
    ["1RB1LB_1LA---", 6, null],
  ])("%s", async (machine, steps, marks) => {
    const imported = await workspace.run(["import", machine, "-o", "m.alg"]);
    expect([imported.code, imported.stderr]).toEqual([0, expect.stringContaining("proved: each of its")]);
    const { document } = await workspace.json([
      "run",
      "m.alg",
      "-i",
      "blank.txt",
      "--engine",
      engineFor(steps),
    ]);
    const tape: number[] = document.outputs.tape.flat();
    expect([document.steps, document.halted, document.result.kind]).toEqual([steps, true, "tape"]);
    if (marks !== null) expect(onBeaverTape(machine)).toEqual([steps, marks]);
    if (marks !== null) expect(tape.filter((each) => each !== 0)).toHaveLength(marks);
  });
});

const engineFor = (steps: number): string => (steps > 1e7 ? "memo" : "auto");

/** Steps and symbols that are not 0 when a line of bbchallenge halts, by running it on a long tape. */
function onBeaverTape(machine: string): readonly [steps: number, marks: number] {
  const rows = machine.split("_").map((row) => row.match(/.../g)!);
  const cells = rows.flatMap((row) => row.map((rule) => [...rule] as [string, string, string]));
  const [writes, moves, states] = [
    cells.map(([write]) => Number(write)),
    cells.map(([, move]) => (move === "R" ? 1 : -1)),
    cells.map(([, , state]) => state.charCodeAt(0) - "A".charCodeAt(0)),
  ];
  const tape = new Uint8Array(2 ** 15);
  let [at, state, steps] = [tape.length / 2, 0, 0];
  for (; state < rows.length; steps++) {
    const rule = state * rows[0]!.length + tape[at]!;
    tape[at] = writes[rule]!;
    at += moves[rule]!;
    state = states[rule]!;
  }
  return [steps, tape.filter((symbol) => symbol !== 0).length];
}

type Rule = readonly [state: string, symbol: string, write: string, move: string, to: string];

/** State, tape without blanks at its ends and steps when a machine halts; null where it does not within some steps. */
function simulate(rules: readonly Rule[], input: string, most = 400) {
  const tape = new Map([...input].map((symbol, at) => [at, symbol]));
  let [at, state, steps] = [0, "0", 0];
  for (; steps <= most; steps++) {
    const symbol = tape.get(at) ?? "_";
    const keys = [`${state} ${symbol}`, `${state} *`, `* ${symbol}`, "* *"];
    const rule = keys
      .map((key) => rules.find(([s, r]) => `${s} ${r}` === key))
      .find((each) => each !== undefined);
    if (rule === undefined || state.startsWith("halt")) {
      // A state without any rule halts as it is; where only this one is missing, halting is a step of its own.
      const isStuck = !state.startsWith("halt") && rules.some(([s]) => s === state || s === "*");
      const cells = [...tape.keys()].sort((a, b) => a - b);
      const text = cells
        .map((cell) => tape.get(cell))
        .join("")
        .replace(/^_+|_+$/g, "");
      return { state, text, steps: steps + (isStuck ? 1 : 0) };
    }
    const [, , write, move, to] = rule;
    tape.set(at, write === "*" ? symbol : write);
    at += move === "l" ? -1 : move === "r" ? 1 : 0;
    if (!tape.has(at)) tape.set(at, "_");
    state = to === "*" ? state : to;
  }
  return null;
}

/** Rules with up to that many symbols and one. */
function randomRules(most = 4): Rule[] {
  const states = ["0", "q-one", "B", "if", "none"].slice(0, 2 + random.int(4));
  const symbols = ["_", "0", "1", "x", "#", "a", "b", "%"].slice(0, 2 + random.int(most));
  const pick = <T>(list: readonly T[]) => list[random.int(list.length)]!;
  const rules = new Map<string, Rule>();
  for (let i = 0; i < 3 * states.length; i++) {
    const state = random.next() < 0.1 ? "*" : pick(states);
    const symbol = random.next() < 0.3 ? "*" : pick(symbols);
    const to = random.next() < 0.25 ? pick(["halt", "halt-2", "*"]) : pick(states);
    const rule: Rule = [state, symbol, random.next() < 0.3 ? "*" : pick(symbols), pick(["l", "r", "*"]), to];
    rules.set(`${state} ${symbol}`, rule);
  }
  rules.set("0 1", ["0", "1", "*", "r", "B"]);
  return [...rules.values()];
}

test("rules of five words, with wildcards", async () => {
  let halted = 0;
  /** Tables of a column for each symbol, and lists of rules where these are many. */
  const written = { columns: 0, rules: 0 };
  for (let i = 0; i < 40; i++) {
    const rules = randomRules(7);
    workspace.write(
      "m.tm",
      rules.map((rule) => rule.join(" ") + (i % 2 === 0 ? " ; because" : "")).join("\n"),
    );
    const input = "1".repeat(1 + random.int(3));
    const wanted = simulate(rules, input);
    const imported = await workspace.run(["import", "m.tm", "-o", "m.alg"]);
    expect(imported.code, imported.stderr).toBe(0);
    written[/^ *symbols /m.test(workspace.read("m.alg")) ? "columns" : "rules"]++;
    if (wanted === null) continue;
    halted++;
    const symbols = [...workspace.read("m.alg").matchAll(/(\w+) "(.)"/g)].map(([, name, symbol]) => [
      name,
      symbol,
    ]);
    workspace.write("in.txt", `${[...input].join(" ")}\n`);
    const { document, stderr } = await workspace.json([
      "run",
      "m.alg",
      "-i",
      "in.txt",
      "--engine",
      "reference",
    ]);
    const shown = new Map(symbols.map(([each, symbol]) => [each, symbol]));
    const text = document.outputs.tape
      .flat()
      .map((each: string | number) => shown.get(String(each)) ?? String(each))
      .join("")
      .replace(/^_+|_+$/g, "");
    expect([document.steps, text], `${workspace.read("m.tm")}\n${stderr}${again(SEED)}`).toEqual([
      wanted.steps,
      wanted.text,
    ]);
  }
  expect(halted).toBeGreaterThan(10);
  expect(Math.min(written.columns, written.rules)).toBeGreaterThan(5);
});

test("states that accept and reject by their names, rules with stars, tabs and line ends of Windows", async () => {
  const rules = [
    "0 0 _ r odd ; a comment",
    "0 1 _ r 0",
    "0 _ ! * halt-accept",
    "odd 0 _ r 0 !",
    "odd 1 _ r odd",
    "odd * : * halt-reject",
    "; nobody comes here",
    "lost * * l lost",
  ];
  workspace.write("zeros.tm", `${rules.join("\r\n").replace(/ /g, "\t")}\r\n`);
  const { stdout, stderr, code } = await workspace.run(["import", "zeros.tm"]);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain("    accept halt_accept\n    reject halt_reject\n");
  expect(stdout).not.toContain("lost");
  expect(stdout).toMatch(/q0 s0 -> blank right odd {2}\/\/ a comment\n/);
  workspace.write("zeros.alg", stdout);
  for (const word of ["0", "00", "10", "1001", "1", "11010"]) {
    workspace.write("word.txt", `${word}\n`);
    const { document } = await workspace.json(["run", "zeros.alg", "-i", "word.txt"]);
    const isEven = word.split("0").length % 2 === 1;
    expect(document.result, word).toEqual({
      kind: isEven ? "accept" : "reject",
      state: isEven ? "halt_accept" : "halt_reject",
      tape: isEven ? "!" : ":",
    });
  }
  workspace.write("wide.tm", "0 * * r 0\n0 a b l back\nback * * l back\nback _ e * halt\n");
  const wide = await workspace.run(["import", "wide.tm"]);
  expect(wide.stdout).toContain("    back * -> * left back\n");
});

test("machines go out as they came in", async () => {
  for (let i = 0; i < 15; i++) {
    const rules = randomRules();
    workspace.write("m.tm", rules.map((rule) => rule.join(" ")).join("\n"));
    await workspace.run(["import", "m.tm", "-o", "m.alg"]);
    const { code, stderr } = await workspace.run(["export", "m.alg", "--format", "morphett", "-o", "out.tm"]);
    expect(code, stderr).toBe(0);
    const out = workspace
      .read("out.tm")
      .split("\n")
      .filter((line) => /^[^;]/.test(line))
      .map((line) => line.split(" ") as unknown as Rule);
    for (const input of ["1", "11", "1x1", ""]) {
      // A rule that is missing is a step to a halting state there.
      const [wanted, found] = [simulate(rules, input), simulate(out, input)];
      const inMachine = rules.some((rule) => rule.includes("x")) || !input.includes("x");
      if (inMachine)
        expect([found?.text, found?.steps], `${workspace.read("m.tm")}\n${again(SEED)}`).toEqual([
          wanted?.text,
          wanted?.steps,
        ]);
    }
  }
});

/** A machine of the language with rules for any state or symbol, and what it does, by the order in which such rules count. */
function drawnProgram(isPlain: boolean) {
  const pick = <T>(list: readonly T[]) => list[random.int(list.length)]!;
  const states = ["A", "halting", "null", "yes", "C"].slice(0, 1 + random.int(5));
  const symbols = ["blank", "one", "zero", "x"].slice(0, 2 + random.int(3));
  const kinds = isPlain ? (["halt"] as const) : (["halt", "accept", "reject"] as const);
  const ends: { end: MachineEnd; name: string }[] = kinds.flatMap((end) =>
    ["H", "Yes", "acceptor", "No", "F"]
      .slice(0, random.int(4))
      .map((name) => ({ end, name: `${name}${end === "halt" ? "" : end[0]!.toUpperCase()}` })),
  );
  if (ends.length === 0) ends.push({ end: "halt", name: "H" });
  const rules = new Map<string, readonly [write: string, move: string, to: string]>();
  const targets = [...states, ...states, ...ends.map(({ name }) => name)];
  for (let i = 0; i < 2 * states.length * symbols.length; i++) {
    const [state, symbol] = [pick([...states, ...states, "*"]), pick([...symbols, "*"])];
    rules.set(`${state} ${symbol}`, [
      pick([...symbols, "*"]),
      pick(["left", "right", ...(!isPlain && random.next() < 0.2 ? ["stay"] : [])]),
      pick([...targets, "*"]),
    ]);
  }
  rules.set("A *", ["*", "right", "A"]);
  const otherwise = ends.find(({ end }) => end === "halt");
  const lines = [...rules].map(([key, rule]) => `${key} -> ${rule.join(" ")}`);
  if (otherwise === undefined) {
    lines.push("* * -> * right *");
    if (!rules.has("* *")) rules.set("* *", ["*", "right", "*"]);
    else lines.pop();
  }
  const text = `program drawn {
    input tape: enum { ${symbols.map((name, at) => `${name} "${"_10x"[at]}"`).join(", ")} }
    grid 1 x cols
    workspace auto
    machine on tape {
      start A at left
      ${ends.map(({ end, name }) => `${end} ${name}`).join("\n")}
      ${otherwise === undefined ? "" : "otherwise halt"}
      ${lines.join("\n")}
    }
  }`;
  const step = (state: string, symbol: string) => {
    const keys = [`${state} ${symbol}`, `${state} *`, `* ${symbol}`, "* *"];
    const rule = keys.map((key) => rules.get(key)).find((each) => each !== undefined);
    if (rule === undefined) return null;
    const [write, move, to] = rule;
    return { write: write === "*" ? symbol : write, move, to: to === "*" ? state : to };
  };
  const endOf = (state: string) => ends.find(({ name }) => name === state)?.end ?? null;
  return { text, symbols, step, endOf };
}

function isProgram(text: string): boolean {
  try {
    return checkProgram({ name: "drawn", text }) !== null;
  } catch {
    return false;
  }
}

const READERS = {
  morphett: (text: string) => readMorphett(text, "m.tm"),
  turingmachine: (text: string) => readMachineYaml(text, "m.yaml"),
  bbchallenge: readBbchallenge,
};

test("machines with wildcards and several ways to end go out in each notation, and come back the same", async () => {
  const written = { morphett: 0, turingmachine: 0, bbchallenge: 0 };
  for (let i = 0; i < 2000 && written.morphett < 8; i++) {
    const drawn = drawnProgram(random.next() < 0.5);
    // States that nothing leads to, and rules that never apply, are mistakes.
    if (!isProgram(drawn.text)) continue;
    workspace.write("drawn.alg", drawn.text);
    for (const format of ["morphett", "turingmachine", "bbchallenge"] as const) {
      const file = `drawn${ENDINGS[format]}`;
      const { code, stderr } = await workspace.run(["export", "drawn.alg", "--format", format, "-o", file]);
      if (format !== "morphett" && code === 2) {
        expect(stderr).toMatch(/stays where it is|only halt|expected a rule/);
        continue;
      }
      expect(code, `${drawn.text}\n${stderr}`).toBe(0);
      written[format]++;
      const about = `${drawn.text}\n${workspace.read(file)}${again(SEED)}`;
      const back = READERS[format](workspace.read(file));
      // States of both that are reached together, and symbols by their places.
      const pairs = new Map([["A", back.start]]);
      const symbolOf = symbolsBack(format, drawn.symbols, workspace.read(file));
      const ends = new Map<string, string>();
      for (const [own, other] of pairs)
        for (const symbol of drawn.symbols) {
          const [wanted, found] = [drawn.step(own, symbol), back.rule(other, symbolOf(symbol))];
          const isStop = wanted === null || (wanted.move === "stay" && wanted.write === symbol);
          if (found === null && isStop && (wanted === null || drawn.endOf(wanted.to) === "halt")) continue;
          const halts = wanted === null ? "halt" : drawn.endOf(wanted.to);
          expect(found && [found.write, found.move], about).toEqual([
            symbolOf(wanted?.write ?? symbol),
            wanted?.move ?? "stay",
          ]);
          if (halts !== null) ends.set(found!.to, halts);
          else {
            expect(pairs.get(wanted!.to) ?? found!.to, about).toBe(found!.to);
            pairs.set(wanted!.to, found!.to);
          }
        }
      expect(new Set(pairs.values()).size, about).toBe(pairs.size);
      if (format === "bbchallenge") continue;
      const imported = await workspace.run(["import", file]);
      expect(imported.code, imported.stderr).toBe(0);
      for (const kind of ["accept", "reject"] as const) {
        const count = [...ends.values()].filter((each) => each === kind).length;
        const named = new RegExp(`^ *${kind} (.*)$`, "m").exec(imported.stdout)?.[1]?.split(", ") ?? [];
        expect(named, about).toHaveLength(count);
      }
    }
  }
  expect(Math.min(...Object.values(written)), again(SEED)).toBeGreaterThan(0);
});

/** How a symbol is called in a file. */
function symbolsBack(format: keyof typeof READERS, symbols: readonly string[], text: string) {
  return (symbol: string): string => {
    const at = symbols.indexOf(symbol);
    if (format === "bbchallenge") return String(at);
    if (at === 0) return /^blank: '(.)'/m.exec(text)?.[1] ?? "_";
    return "_10x"[at]!;
  };
}

test("states of YAML are not halting by their names alone", async () => {
  const table =
    "table:\n  a:\n    ' ': {R: haltingSoon}\n  haltingSoon:\n    ' ': {write: 1, R: done}\n  done:\n";
  workspace.write("named.yaml", `blank: ' '\nstart state: a\n${table}`);
  await workspace.run(["import", "named.yaml", "-o", "named.alg"]);
  workspace.write("empty.txt", "_\n");
  const { document } = await workspace.json(["run", "named.alg", "-i", "empty.txt"]);
  expect([document.steps, document.result.tape]).toEqual([2, "1"]);
});

test("rules for any symbol stay such rules in Morphett's notation", async () => {
  workspace.write(
    "star.tm",
    [
      "0 _ # l back",
      "0 * * r 0",
      "back a b l back",
      "back _ _ r halt",
      "back * x l back",
      "0 # # r 0",
      "",
    ].join("\n"),
  );
  await workspace.run(["import", "star.tm", "-o", "star.alg"]);
  await workspace.run(["export", "star.alg", "--format", "morphett", "-o", "again.tm"]);
  expect(workspace.read("again.tm").split("\n").slice(1)).toEqual([
    ...["0 _ # l back", "0 * * r 0"],
    ...["back _ _ r halt", "back a b l back", "back * x l back", ""],
  ]);
});

test("YAML lists the symbols at which a state does the same", async () => {
  workspace.write("list.tm", "0 _ # l back\n0 * * r 0\nback a b l back\nback # # r halt\nback * a l back\n");
  await workspace.run(["import", "list.tm", "-o", "list.alg"]);
  await workspace.run(["export", "list.alg", "--format", "turingmachine", "-o", "list.yaml"]);
  expect(workspace.read("list.yaml").split("\n").slice(3)).toEqual([
    ...["table:", "  q0:", "    '_': {write: '#', L: back}", "    ['#', 'a', 'b']: {R: q0}"],
    ...[
      "  back:",
      "    ['_', 'b']: {write: 'a', L: back}",
      "    '#': {R: qhalt}",
      "    'a': {write: 'b', L: back}",
    ],
    ...["  qhalt:", ""],
  ]);
});

test("of rules with `*` and those written out, the ones with the smaller network are taken", () => {
  const pick = <T>(list: readonly T[]) => list[random.int(list.length)]!;
  const sizeOfText = (text: string) => sizeOf(compile({ name: "m", text }).network).nonzero;
  for (let i = 0; i < 8; i++) {
    const states = ["A", "B", "C", "D"].slice(0, 2 + random.int(3));
    const symbols = Array.from({ length: 3 + random.int(5) }, (_, at) => String(at));
    const drawn = (): MachineRule => ({
      write: pick(symbols),
      move: pick(["left", "right"]),
      to: random.next() < 0.1 ? "H" : pick(states),
    });
    const usual = new Map(states.map((state) => [state, { ...drawn(), keeps: random.next() < 0.5 }]));
    const rules = new Map<string, MachineRule>();
    for (const state of states)
      for (const symbol of symbols) {
        const { keeps, ...rule } = usual.get(state)!;
        const common = keeps ? { ...rule, write: symbol } : rule;
        rules.set(state + symbol, random.next() < 0.5 ? drawn() : common);
      }
    const machine: TuringMachine = {
      ...{ about: [], symbols, start: "A", states },
      rule: (state, symbol) => rules.get(state + symbol) ?? null,
    };
    const { text } = importMachine(machine, "m");
    const lines = [...rules].map(
      ([[state, symbol], { write, move, to }]) => `${state} ${symbol} -> ${write} ${move} ${to}`,
    );
    // States that are never reached are no part of the import.
    const reached = lines.filter(([state]) => new RegExp(`^ *${state}\\b[: ]`, "m").test(text));
    const isHalting = reached.some((line) => line.endsWith("H"));
    const plain = `program m { input tape: 0..${symbols.length - 1} grid 1 x cols workspace auto machine on tape {
      start A at left ${isHalting ? "halt H" : ""}\n${reached.join("\n")}\n} }`;
    expect(sizeOfText(text), `${text}\n${again(SEED)}`).toBeLessThanOrEqual(sizeOfText(plain));
  }
});

test("a file may be called by a word of the language", async () => {
  workspace.write("loop.tm", "0 _ 1 r halt\n");
  expect((await workspace.run(["import", "loop.tm"])).stdout).toContain("program rule_loop {");
});

test("busy beavers go out in every notation", async () => {
  const machines = ["1RB1RZ_1LB0RC_1LC1LA", "1RB2LB1RZ_2LA2RB1LB", "1RB1LB_1LA---"];
  for (const machine of machines) {
    await workspace.run(["import", machine, "-o", "m.alg"]);
    const rules = (text: string) => text.replace(/^(\/\/.*\n)*program \w+/, "program m");
    for (const [format, file] of [
      ["bbchallenge", "out.txt"],
      ["turingmachine", "out.yaml"],
    ] as const) {
      const { code, stderr } = await workspace.run(["export", "m.alg", "--format", format, "-o", file]);
      expect(code, stderr).toBe(0);
      if (format === "bbchallenge") expect(workspace.read(file)).toBe(`${machine}\n`);
      await workspace.run(["import", file, "-o", "again.alg"]);
      const { document } = await workspace.json(["run", "again.alg", "-i", "blank.txt"]);
      const { document: own } = await workspace.json(["run", "m.alg", "-i", "blank.txt"]);
      expect([document.steps, document.halted]).toEqual([own.steps, own.halted]);
      if (format === "bbchallenge")
        expect(rules(workspace.read("again.alg"))).toBe(rules(workspace.read("m.alg")));
    }
  }
  for (const [file, format, message] of [
    ["life.alg", "morphett", "found no `machine`"],
    ["binary_increment_tm.alg", "bbchallenge", "stays where it is"],
    ["langton.alg", "turingmachine", "found no `machine`"],
  ] as const)
    await expectRefused(["export", program(file), "--format", format, "-o", `x${ENDINGS[format]}`], message);
});

const ENDINGS = { morphett: ".tm", bbchallenge: ".txt", turingmachine: ".yaml" };

const INCREMENT = `# Adds 1.
input: '1011'
blank: ' '
start state: right
synonyms:
  done: {R: stop}
table:
  # to the end
  right:
    1: R
    [0]: R
    ' ': {L: carry}
  carry:
    1: {write: 0, L}
    [0, ' ']: {write: 1, L: back}
  back:
    [0, 1]: L
    ' ': done
  stop:
`;

test("YAML of turingmachine.io", async () => {
  workspace.write("inc.yaml", INCREMENT);
  const { code, stderr } = await workspace.run(["import", "inc.yaml", "-o", "inc.alg"]);
  expect([code, stderr]).toEqual([0, "proved: each of its 9 rules does what the machine's does\n"]);
  for (const number of [0, 1, 5, 11, 255]) {
    workspace.write("n.txt", `${number.toString(2)}\n`);
    const { stdout } = await workspace.run(["run", "inc.alg", "-i", "n.txt"]);
    const tape = stdout.split("\n")[1]!.replace(/_/g, "");
    expect(tape).toBe((number + 1).toString(2));
  }
  const compiled = await workspace.run(["prove", "inc.alg"]);
  expect(compiled.code, compiled.stderr).toBe(0);
});

test.each([
  [
    "m.tm",
    "0 1 1 r 1\n0 1 0 r 1",
    "m.tm, line 2: found a second rule for state 0 at 1, beside that in line 1",
  ],
  ["m.tm", "0 1 1 r 1\n0 11 0 r 1", "line 2: found `11`, expected a symbol of one character"],
  ["m.tm", "0 1 1 r 1\n0 0 0 r 1\n0 _ 0 q 1", "line 3: found `q`, expected the direction l, r or *"],
  ["m.tm", "0 1 1 r 1\n1 1 1 r", "line 2: found `1 1 1 r`, expected state, symbol"],
  [
    "m.yaml",
    "blank: ' '\nstart state: a\ntable:\n  a:\n    1: {write: 12, L}\n",
    "line 5: found `12`, expected a symbol",
  ],
  ["m.yaml", "blank: ' '\nstart state: a\ntable:\n  a:\n    1: {write: 1}\n", "line 5: found"],
  ["m.yaml", "blank: ' '\nstart state: a\ntable:\n  a:\n    1: U\n", "expected L, R, a synonym"],
  ["m.yaml", "blank: ' '\ntable:\n  a:\n    1: L\n", "the name of a state behind `start state`"],
  ["m.yaml", "blank: ' '\nstart state: b\ntable:\n  a:\n    1: L\n", "found no rule for the state b"],
  ["m.yaml", "blank: ' '\ntable:\n  a: [1\n", "m.yaml, line"],
])("says what is wrong in %s: %j", async (file, text, message) => {
  workspace.write(file, text);
  await expectRefused(["import", file], message);
});

test.each([
  ["1RB1LB_1LA", "state B has 1 rules, expected 2"],
  ["1RB2LB_1LA1RZ", "state A writes 2, expected a symbol from 0 to 1"],
  ["------_1LA1RZ", "found no rule for the state A"],
])("says what is wrong in the line %s", (line, message) => expectRefused(["import", "--", line], message));

async function expectRefused(words: readonly string[], message: string): Promise<void> {
  const { code, stderr } = await workspace.run([...words]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
}
