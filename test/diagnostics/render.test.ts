import { expect, test } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { diagnosticToJson, positionOf, renderDiagnostic } from "../../src/diagnostics/render.ts";

const source = { name: "a.alg", text: "one\n\ttwo three\r\nfour\n" };

const at = (start: number, end: number, more: Partial<Diagnostic> = {}): Diagnostic => ({
  code: "TL101",
  severity: "error",
  message: "No.",
  span: { start, end },
  ...more,
});

test("a frame underlines the span, and keeps tabs", () => {
  expect(renderDiagnostic(source, at(9, 14))).toBe(
    ["error TL101: No.", "  --> a.alg:2:6", "  |", "2 | \ttwo three", "  | \t    ^^^^^"].join("\n"),
  );
});

test("found, expected, hint and related places follow", () => {
  const related = [{ span: { start: 0, end: 3 }, message: "see here" }];
  const diagnostic = at(16, 20, { severity: "warning", found: "f", expected: "e", hint: "h", related });
  expect(renderDiagnostic(source, diagnostic)).toBe(
    [
      "warning TL101: No.",
      "  --> a.alg:3:1",
      "  |",
      "3 | four",
      "  | ^^^^",
      "  found: f",
      "  expected: e",
      "  hint: h",
      "  see here",
      "  --> a.alg:1:1",
      "  |",
      "1 | one",
      "  | ^^^",
    ].join("\n"),
  );
});

test("a span over several lines underlines the rest of the first", () => {
  expect(renderDiagnostic(source, at(9, 20))).toContain("2 | \ttwo three\n  | \t    ^^^^^");
});

test("an empty span, the end of the text and an empty text get one caret", () => {
  expect(renderDiagnostic(source, at(1, 1))).toContain("1 | one\n  |  ^");
  expect(renderDiagnostic(source, at(21, 21))).toContain("--> a.alg:4:1\n  |\n4 |\n  | ^");
  expect(renderDiagnostic({ name: "x", text: "" }, at(0, 0))).toContain("--> x:1:1\n  |\n1 |\n  | ^");
});

test("positions count from 1 and stay in the text", () => {
  expect(positionOf("ab\ncd", 0)).toEqual({ line: 1, column: 1 });
  expect(positionOf("ab\ncd", 3)).toEqual({ line: 2, column: 1 });
  expect(positionOf("ab\ncd", 99)).toEqual({ line: 2, column: 3 });
});

test("as JSON, a diagnostic has a half-open place and no empty fields", () => {
  expect(diagnosticToJson(source, at(9, 18, { hint: "h" }))).toEqual({
    code: "TL101",
    severity: "error",
    message: "No.",
    line: 2,
    column: 6,
    endLine: 3,
    endColumn: 3,
    hint: "h",
  });
});

test("what a terminal obeys is not shown as it stands", () => {
  const hostile = { name: "a.alg", text: "one \u001b[2J\u202e\u0007 {" };
  const shown = renderDiagnostic(hostile, at(0, 3, { message: "No \u001b]0;x\u0007.", found: "\u009b" }));
  expect(shown).toBe(
    ["error TL101: No ?]0;x?.", "  --> a.alg:1:1", "  |", "1 | one ?[2J?? {", "  | ^^^", "  found: ?"].join(
      "\n",
    ),
  );
});
