// Several mistakes in one text: each is reported, and none of them twice or for something that is in order.

import { describe, expect, test } from "vitest";
import { positionOf, renderDiagnostic } from "../../src/diagnostics/render.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { parse } from "../../src/language/parse/parse.ts";
import { programNames, readProgram } from "../programs/programs.ts";
import { CASES } from "./syntax-cases.ts";

const linesOf = (text: string): number[] =>
  parse({ name: "p.alg", text }).diagnostics.map(({ span }) => positionOf(text, span.start).line);

const shown = (text: string): string => {
  const source = { name: "p.alg", text };
  return parse(source)
    .diagnostics.map((each) => renderDiagnostic(source, each))
    .join("\n");
};

test("one mistake gives one message", () => {
  for (const [name, text] of Object.entries(CASES)) expect(linesOf(text).length, name).toBe(1);
});

describe("one mistake among much that is in order gives one message", () => {
  const BODY = [
    "let n = count(around.x) + 1",
    "if n > 2 and not y {",
    "  x = 0",
    "} else if y {",
    "  y = up.x",
    "} else {",
    "  match n {",
    "    0, 1 => x = 1,",
    "    else => { y = 0 }",
    "  }",
    "}",
  ];
  const TOP = [
    "output z: 0..3 = 1",
    "fn f(a, b) = max(a, b)",
    "loop {",
    "  sweep down right {",
    "    z = f(up.z, 1)",
    "  }",
    "  if any(x) {",
    "    each { y = 1 }",
    "  } else {",
    "    each { y = 0 }",
    "  }",
    "  halt when x",
    "}",
  ];
  const IN_BODY = "program p {\n  state x, y: bit\n  each {\n    ";
  const AT_TOP = "program p {\n  ";
  const indented = (lines: readonly string[], by: string) => lines.map((line) => `${by}${line}\n`).join("");

  test.each(Object.entries(CASES))("%s", (_, text) => {
    const inBody = text.startsWith(IN_BODY) && text.endsWith("\n  }\n}\n");
    const atTop = text.startsWith(AT_TOP) && text.endsWith("\n}\n");
    if (!inBody && !atTop) return;
    const [start, end] = inBody ? [IN_BODY.length, -7] : [AT_TOP.length, -3];
    const mistake = text.slice(start, end);
    const around = inBody ? indented(BODY, "    ") : indented(TOP, "  ");
    const larger = `${text.slice(0, start).trimEnd()}\n${around}${inBody ? "    " : "  "}${mistake}\n${around}${text.slice(end + 1)}`;
    expect(linesOf(larger).length, shown(larger)).toBe(1);
  });
});

/** Mistakes within a line, and what the line must be like. */
const MISTAKES: readonly (readonly [name: string, line: RegExp, to: (line: string) => string])[] = [
  ["another assignment", /^\s+\w+ = [^{]*$/, (line) => line.replace(" = ", " := ")],
  ["a compound assignment", /^\s+\w+ = [^{]*$/, (line) => line.replace(" = ", " += ")],
  ["&&", /^[^/]* and /, (line) => line.replace(" and ", " && ")],
  ["||", /^[^/]* or /, (line) => line.replace(" or ", " || ")],
  ["= for ==", /^[^/]* == /, (line) => line.replace(" == ", " = ")],
  ["!", /^[^/]*= not /, (line) => line.replace("not ", "!")],
  ["a missing operand", /^\s+\w+ = [^{]* and \w+$/, (line) => line.replace(/ and \w+$/, " and")],
  ["a missing type", /^ {2}(state|output) /, (line) => line.replace(/: .*$/, "")],
  ["a misspelt declaration", /^ {2}state /, (line) => line.replace("state", "stat")],
  ["a misspelt instruction", /^\s+sweep /, (line) => line.replace("sweep", "swep")],
  ["a comma in a sweep", /^\s+sweep \w+ \w+ /, (line) => line.replace(/sweep (\w+) /, "sweep $1, ")],
  ["a bare direction", /^\s+\w+ = [^{]*\b(up|left)\.\w+$/, (line) => line.replace(/\.\w+$/, "")],
  ["a character", /^\s+\w+ = [^{]*$/, (line) => line.replace(" = ", " = @")],
  ["a fraction", /^\s+\w+ = 0$/, (line) => line.replace(/0$/, "0.5")],
  ["then", /^\s+if [^{]* \{$/, (line) => line.replace(" {", " then {")],
  ["an unclosed parenthesis", /^\s+\w+ = [^{]*\([^{]*\)$/, (line) => line.replace(/\)([^)]*)$/, "$1")],
];

/** Every mistake that can be made on a line. */
function mistakesIn(text: string): { readonly at: number; readonly name: string; readonly line: string }[] {
  const code = text.split("\n").map((line) => line.replace(/\s*\/\/.*$/, ""));
  return code.flatMap((line, at) =>
    MISTAKES.filter(([, fits]) => fits.test(line)).map(([name, , to]) => ({ at, name, line: to(line) })),
  );
}

const texts = programNames.map((name) => ({ name, text: readProgram(name).text }));

test("a mistake on a line of a library program gives one message, on that line", () => {
  const seed = 17;
  const random = seededRandom(seed);
  let tried = 0;
  for (const { name, text } of texts)
    for (const mistake of mistakesIn(text)) {
      // Some of them, because parsing takes its time.
      if (random.int(10) > 0) continue;
      const lines = text.split("\n");
      lines[mistake.at] = mistake.line;
      const wrong = lines.join("\n");
      const found = linesOf(wrong);
      tried++;
      expect(found.length, `seed ${seed}, ${name}, ${mistake.name}\n${shown(wrong)}`).toBe(1);
      // What is missing at the end of a line may be noticed on the next.
      expect(
        found[0]! - mistake.at - 1,
        `seed ${seed}, ${name}, ${mistake.name}\n${shown(wrong)}`,
      ).toBeLessThanOrEqual(2);
    }
  expect(tried).toBeGreaterThan(30);
});

test("several mistakes: each is found, and nothing else", () => {
  const seed = 9;
  const random = seededRandom(seed);
  let all = 0;
  let found = 0;
  for (let trial = 0; trial < 100; trial++) {
    const { name, text } = texts[random.int(texts.length)]!;
    const lines = text.split("\n");
    const made = new Map<number, string>();
    const possible = mistakesIn(text);
    for (let left = 2 + random.int(3); left > 0 && possible.length > 0; left--) {
      const { at, line, name: kind } = possible[random.int(possible.length)]!;
      // Apart from one another, so that each message belongs to one of them.
      if ([-2, -1, 0, 1, 2].some((by) => made.has(at + by))) continue;
      made.set(at, kind);
      lines[at] = line;
    }
    if (made.size === 0) continue;
    const wrong = lines.join("\n");
    const note = `seed ${seed}, trial ${trial}, ${name}: ${[...made.values()].join(", ")}\n${shown(wrong)}`;
    const messages = linesOf(wrong);
    expect(messages.length, note).toBeLessThanOrEqual(made.size);
    expect(messages.length, note).toBeGreaterThan(0);
    for (const line of messages)
      expect(
        [-1, 0, 1, 2].some((by) => made.has(line - 1 - by)),
        note,
      ).toBe(true);
    all += Math.min(made.size, 5);
    found += messages.length;
  }
  expect(found / all, `seed ${seed}`).toBeGreaterThan(0.9);
});

test("at most five messages", () => {
  const text = `program p {\n  state x: bit\n  each {\n${"    x := 1\n".repeat(20)}  }\n}\n`;
  expect(linesOf(text)).toEqual([4, 5, 6, 7, 8]);
});

test("what is wrong inside a block with a wrong head is found too", () => {
  const text =
    "program p {\n  state x: bit\n  sweep down, right {\n    if x = 1 {\n      x := 0\n    }\n  }\n  halt x\n}\n";
  expect(linesOf(text)).toEqual([3, 4, 5, 8]);
});

test("numbers and chains that are wrong are found in the rest", () => {
  const text = "program p {\n  state x: bit\n  each {\n    x := 1\n    x = 0 < x < 2\n  }\n}\n";
  expect(linesOf(text)).toEqual([4, 5]);
});

test("large texts take no longer than they must", () => {
  const body = Array.from({ length: 1000 }, (_, i) =>
    i % 10 === 0 ? "    x := 1\n" : "    x = up.x and not x\n",
  ).join("");
  const begin = performance.now();
  expect(linesOf(`program p {\n  state x: bit\n  each {\n${body}  }\n}\n`).length).toBeGreaterThan(1);
  expect(performance.now() - begin).toBeLessThan(20_000);
});
