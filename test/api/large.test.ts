// Long programs through the public functions: chains and lists of thousands of parts are read, checked, run, printed and
// compiled, and what is too much is refused with an error of ours. `LARGE=all` takes more and larger ones.

import { expect, test } from "vitest";
import { compileChecked, scheduleProgram } from "../../src/compile.ts";
import {
  checkProgram,
  directEngine,
  format,
  InputError,
  interpret,
  printAst,
  printInstructions,
  printNetwork,
  printRule,
  randomGrid,
  runNetwork,
  runRule,
  seededRandom,
} from "../../src/index.ts";
import { analyse } from "../../src/language/analyse/analyse.ts";
import type { AstProgram } from "../../src/language/parse/ast.ts";
import { parse } from "../../src/language/parse/parse.ts";
import { again, SEED } from "../seed.ts";

const list = (n: number, part: (at: number) => string, between = "\n"): string =>
  Array.from({ length: n }, (_, at) => part(at)).join(between);

const PLACES = ["left.x", "up.x", "x", "right.x"] as const;
const each = (body: string): string => `input x: 0..15 output y: 0..15 output b: bit each { ${body} }`;
const question = (at: number): string => `left.x == ${at % 16} and up.x == ${(at * 7) % 16}`;

/** Each ends, and every cell computes one value in one instruction, but for those that list instructions. */
const KINDS: Readonly<Record<string, (n: number) => string>> = {
  or: (n) => each(`b = ${list(n, question, " or ")}`),
  and: (n) => each(`b = ${list(n, (at) => `(left.x != ${at % 16} or up.x == ${at % 7})`, " and ")}`),
  xor: (n) => each(`b = ${list(n, (at) => `left.x == ${at % 16}`, " xor ")}`),
  "or of distinct conditions": (n) =>
    `input x, y, z: 0..255 output b: bit each { b = ${list(n, (at) => `x == ${at % 256} and left.y == ${(at * 7 + Math.floor(at / 256)) % 256} and up.z != ${(at * 13) % 256}`, " or ")} }`,
  "or of names": (n) =>
    `input ${list(n, (at) => `x${at}`, ", ")}: bit output b: bit each { b = ${list(n, (at) => `x${at} and left.x${(at * 7) % n}`, " or ")} }`,
  "xor of one name": (n) => each(`b = ${list(n + 1, () => "b", " xor ")}`),
  "xor of few names": (n) =>
    `input ${list(26, (at) => `x${at}`, ", ")}: bit output b: bit each { b = ${list(n, (at) => `x${at % 26}`, " xor ")} }`,
  "xor of names": (n) =>
    `input ${list(n, (at) => `x${at}`, ", ")}: bit output b: bit each { b = ${list(n, (at) => `x${at}`, " xor ")} }`,
  "overlapping else if": (n) =>
    `input x, y: 0..63 output z: 0..63 each { ${list(n, (at) => `if left.x > ${at % 64} and y < ${(at * 7) % 64} { z = ${at % 64} }`, " else ")} else { z = 1 } }`,
  "overlapping sums": (n) =>
    `input x, y: 0..63 output z: 0..63 each { ${list(n, (at) => `if left.x + ${1 + (at % 5)} * y > ${at % 200} { z = ${at % 64} }`, " else ")} else { z = 1 } }`,
  "one condition": (n) => each(list(n, (at) => `if left.x == 3 { y = ${at % 16} }`)),
  "one condition, counting": (n) => each(list(n, (at) => `if left.x == 3 { y = min(15, y + ${at % 3}) }`)),
  "one condition among others": (n) =>
    each(`let c = left.x > 3 ${list(n, (at) => `if c and up.x != ${at % 16} { y = ${at % 16} }`)}`),
  "one condition, many others": (n) =>
    `input x, z: 0..${n} output y: 0..15 each { ${list(n, (at) => `if left.x > 3 and z != ${at} { y = ${at % 16} }`)} }`,
  "+": (n) => `input x: bit output y: 0..${n} each { y = ${list(n, (at) => PLACES[at % 4]!, " + ")} }`,
  "-": (n) => `input x: bit output y: -${n}..${n} each { y = ${list(n, (at) => PLACES[at % 3]!, " - ")} }`,
  min: (n) => each(`y = min(${list(n, (at) => PLACES[at % 4]!, ", ")})`),
  "else if": (n) =>
    `input x, y: 0..63 output z: 0..63 each { ${list(n, (at) => `if left.x == ${at % 64} and y == ${Math.floor(at / 64) % 64} { z = ${at % 64} }`, " else ")} else { z = 1 } }`,
  "if then else": (n) => each(`y = ${list(n, (at) => `if ${question(at)} then ${at % 16} else`)} x`),
  "values of an arm": (n) =>
    `input x: 0..${n} output b: bit each { match x { ${list(n, (at) => `${at}`, ", ")} => b = 1, else => { } } }`,
  "statements that read": (n) => each(list(n, () => "b = b xor left.x > 3")),
  "statements that choose": (n) => each(list(n, () => "y = if y == 15 then x else y + 1")),
  "ifs after ifs": (n) =>
    each(list(n, (at) => `if left.x == ${at % 16} { b = not b } else { b = b and x > 1 }`)),
  lets: (n) => each(`let a0 = x > 2 ${list(n, (at) => `let a${at + 1} = a${at} xor left.x > 1`)} b = a${n}`),
  asserts: (n) => each(list(n, (at) => `assert x != ${at % 16} or x == ${at % 16}`)),
  instructions: (n) => `input x: bit ${list(n, () => "each { x = not left.x }")}`,
  "else if any": (n) =>
    `input x: 0..15 ${list(n, (at) => `if any(x == ${at % 16}) { each { x = ${at % 7} } }`, " else ")}`,
  breaks: (n) =>
    `input x: 0..15 loop { each { x = 3 } ${list(n, (at) => `break when x == ${(at % 15) + 4}`)} halt when x == 3 }`,
  halts: (n) =>
    `input x: 0..15 loop { each { x = 3 } ${list(n, (at) => `halt when up.x == ${at % 16}`)} halt when x == 3 }`,
};

/** Programs of many instructions that wait for each other have networks of as many signals: these are not made here. */
const FRONT = ["instructions", "else if any", "breaks", "halts"];

async function goThrough(kind: string, n: number): Promise<void> {
  const source = { name: "large.alg", text: `program large {\n${KINDS[kind]!(n)}\n}` };
  const { ast, checked } = checkProgram(source);
  const printed = printAst(ast);
  expect(printAst(parse({ name: "printed.alg", text: printed }).program!)).toBe(printed);
  expect(format({ name: "large.alg", text: source.text })).toContain("program large");
  const inputs = checked.fields.filter(({ role }) => role === "input");
  const grid = randomGrid({ rows: 2, cols: 3 }, inputs, seededRandom(SEED));
  const wanted = interpret(checked, grid, { maxInstructions: 50 });
  const front = scheduleProgram({ checked });
  expect(printInstructions(front.instructions)).toContain("program large");
  expect(printRule(front.rule)).toContain("rule large");
  const onRule = runRule(front.rule, grid, FRONT.includes(kind) ? 50 : 10);
  if (FRONT.includes(kind)) return;
  expect(onRule.grid.planes).toMatchObject(wanted.grid.planes);
  const { network } = compileChecked(checkProgram(source), { effort: 0 });
  expect(printNetwork(network)).toContain("large");
  const run = await runNetwork(network, directEngine(network), grid, { maxSteps: 10 });
  expect(run.grid.planes).toMatchObject(wanted.grid.planes);
}

const SIZES = process.env.LARGE === "all" ? [1000, 4000] : [600];

/** One of each sort; the others on demand. */
const USUAL = [
  "or",
  "or of distinct conditions",
  "xor of few names",
  "overlapping else if",
  "one condition among others",
  "one condition, many others",
  "-",
  "min",
  "else if",
  "statements that read",
  "else if any",
  "breaks",
];
const WANTED = process.env.LARGE === "all" ? Object.keys(KINDS) : USUAL;

test.each(WANTED.flatMap((kind) => SIZES.map((n) => [kind, n] as const)))(
  `%s, %i (${again(SEED)})`,
  goThrough,
  600_000,
);

/** As many statements as wanted, without reading them all. */
function repeated(body: string, n: number) {
  const source = { name: "large.alg", text: `program large { input x, y: bit each { ${body} } }` };
  const { program } = parse(source);
  const items = program!.items.map((item) =>
    item.tag === "each" ? { ...item, body: Array.from({ length: n }, () => item.body).flat() } : item,
  );
  const ast: AstProgram = { ...program!, items };
  return { source, ast, checked: analyse(ast, source).program!, warnings: [] };
}

test.each(["x = x xor left.y", "x = not x"])(
  "20,000 times `%s`",
  async (body) => {
    const front = repeated(body, 20_000);
    const grid = randomGrid({ rows: 2, cols: 3 }, front.checked.fields, seededRandom(SEED));
    const wanted = interpret(front.checked, grid);
    const { instructions, rule } = scheduleProgram(front);
    expect(printAst(front.ast).length).toBeGreaterThan(20_000);
    expect(printInstructions(instructions)).toContain("program large");
    expect(printRule(rule)).toContain("rule large");
    expect(runRule(rule, grid, 1).grid.planes).toMatchObject(wanted.grid.planes);
    const { network } = compileChecked(front, { effort: 0 });
    const run = await runNetwork(network, directEngine(network), grid, { maxSteps: 1 });
    expect(run.grid.planes).toMatchObject(wanted.grid.planes);
  },
  600_000,
);

test.each([
  ["parentheses", (n: number) => each(`y = ${"(".repeat(n)}x${")".repeat(n)}`)],
  ["negations", (n: number) => each(`b = ${"not ".repeat(n)} b`)],
  ["ifs in ifs", (n: number) => each(`${"if x > 1 { ".repeat(n)} y = 1 ${"}".repeat(n)}`)],
  ["choices in choices", (n: number) => each(`y = ${"if x > 1 then ".repeat(n)} 1 ${"else 2 ".repeat(n)}`)],
  ["minima in minima", (n: number) => each(`y = ${"min(x, ".repeat(n)}y${")".repeat(n)}`)],
  [
    "loops in loops",
    (n: number) => `input x: bit ${"loop { ".repeat(n)} each { x = 1 } halt when x ${"}".repeat(n)}`,
  ],
  [
    "calls of calls",
    (n: number) =>
      `${list(n, (at) => `fn f${at}(a) = f${at + 1}(a) + 1`)} fn f${n}(a) = a ${each("y = f0(x)")}`,
  ],
])("%s nested thousands of times are refused with a code", (_, text) => {
  for (const n of process.env.LARGE === "all" ? [1000, 20_000] : [1000]) {
    const source = { name: "deep.alg", text: `program deep { ${text(n)} }` };
    expect(() => checkProgram(source)).toThrow(InputError);
    expect(() => checkProgram(source)).toThrow(/^TL\d\d\d: /);
  }
});
