// Machines as tables mean what the same rules mean; mistakes in a table are told where they are.

import { describe, expect, test } from "vitest";
import { checkProgram } from "../../src/compile.ts";
import { lower } from "../../src/compiler/lower/lower.ts";
import { printInstructions } from "../../src/compiler/lower/print-instructions.ts";
import type { ProgramError } from "../../src/diagnostics/diagnostic.ts";
import { positionOf } from "../../src/diagnostics/render.ts";
import { format } from "../../src/language/parse/format.ts";
import { parse } from "../../src/language/parse/parse.ts";
import { printAst } from "../../src/language/parse/print-ast.ts";

const machine = (lines: string, tape?: string): string =>
  `program p {\n  output tape: ${tape ?? "bit"}\n  machine on tape {\n    start A at left\n    halt H\n${lines}\n  }\n}\n`;

const meaning = (text: string): string =>
  printInstructions(lower(checkProgram({ name: "p.alg", text }).checked));

const SAME: readonly (readonly [table: string, rules: string, tape?: string])[] = [
  [
    "symbols 0 1 A: 1 right B 1 right H B: 1 left A 0 stay B",
    "A 0 -> 1 right B A 1 -> 1 right H B 0 -> 1 left A B 1 -> 0 stay B",
  ],
  [
    "symbols 1 0; A: none 1 right B; B: 1 left A none\notherwise halt",
    "A 0 -> 1 right B B 1 -> 1 left A otherwise halt",
  ],
  ["symbols -1 0 A: 0 up A -1 down H", "A -1 -> 0 up A A 0 -> -1 down H", "-1..0"],
  [
    "symbols none stay A: none none right symbols A: stay stay A symbols: none left H stay stay H",
    "A none -> none right symbols symbols none -> none left H symbols stay -> stay stay H otherwise halt",
    "enum { none_, none, stay }",
  ],
  ["symbols true false A: true left H false left H", "A 1 -> 1 left H A 0 -> 0 left H"],
  [
    "symbols 0 1 A: 1 right B 1 right H\nB 1 -> 0 stay B B 0 -> 1 left A",
    "A 0 -> 1 right B A 1 -> 1 right H B 1 -> 0 stay B B 0 -> 1 left A",
  ],
];

describe("a table is its rules:", () => {
  test.each(SAME.filter(([table]) => !table.startsWith("symbols none")))("%s", (table, rules, tape) => {
    const [text, plain] = [machine(table!, tape), machine(rules!, tape)];
    expect(meaning(text)).toBe(meaning(plain));
    expect(meaning(printAst(parse({ name: "p.alg", text }).program!))).toBe(meaning(plain));
  });

  test("words of the table as names of states and symbols", () => {
    const { program, diagnostics } = parse({ name: "p.alg", text: machine(SAME[3]![0], SAME[3]![2]) });
    expect(diagnostics).toEqual([]);
    expect(program!.items.at(-1)).toMatchObject({
      lines: [
        { tag: "start" },
        { tag: "halts" },
        { tag: "symbols", symbols: [{ name: "none" }, { name: "stay" }] },
        { tag: "row", cells: [null, { write: { name: "none" }, to: { text: "symbols" } }] },
        { tag: "row", cells: [{ write: { name: "stay" }, move: { text: "stay" } }] },
        { tag: "row", state: { text: "symbols" } },
      ],
    });
  });
});

const WRONG: readonly (readonly [lines: string, code: string, line: number, column: number])[] = [
  ["A: 1 right B 1 right H", "TL709", 6, 1],
  ["symbols 0 1\nA: 1 right H", "TL710", 7, 1],
  ["symbols 0 1\nA: 1 right H none 0 left A", "TL710", 7, 1],
  ["symbols 0 1\nA: 1 right H 1 right A\nsymbols 0 1", "TL601", 8, 1],
  ["symbols 0 2\nA: 1 right H 1 right A", "TL303", 6, 11],
  ["symbols 0 0\nA: 1 right H 1 right A", "TL701", 7, 14],
  ["symbols 0 1\nA: 1 right H none", "TL703", 4, 11],
  ["symbols 0 1\nA: 1 rihgt H 1 right A", "TL101", 7, 6],
  ["symbols 0 1\nA: 1 right H 1 right B", "TL705", 7, 22],
];

test.each(WRONG)("%j: %s", (lines, code, line, column) => {
  const text = machine(lines);
  try {
    checkProgram({ name: "p.alg", text });
    expect.unreachable();
  } catch (error) {
    const found = (error as ProgramError).diagnostics.map((each) => ({
      code: each.code,
      ...positionOf(text, each.span.start),
    }));
    if (["TL709", "TL710", "TL601"].includes(code)) expect(found).toEqual([{ code, line, column }]);
    else expect(found).toContainEqual({ code, line, column });
  }
});

test("cells of a table are laid out below one another", () => {
  const text = machine(
    "symbols 0 1 // read\nA:1 right B   none\nBusy: -1 left A  1   stay H /* c */\n\n  B: 0 left A none // d",
  );
  const laidOut = format({ name: "p.alg", text });
  expect(laidOut.split("\n").slice(5, 10)).toEqual([
    "    symbols  0          1  // read",
    "    A:       1 right B  none",
    "    Busy:    -1 left A  1 stay H /* c */",
    "",
    "    B:       0 left A   none  // d",
  ]);
  expect(format({ name: "p.alg", text: laidOut })).toBe(laidOut);
});
