// The message for every way we know to get the syntax wrong is in syntax-errors.txt: review it by eye.

import { expect, test } from "vitest";
import { renderDiagnostic } from "../../src/diagnostics/render.ts";
import { parse } from "../../src/language/parse/parse.ts";
import { CASES } from "./syntax-cases.ts";

test("every syntax error has a message in the words of the language", async () => {
  const shown = Object.entries(CASES).map(([name, text]) => {
    const source = { name: "p.alg", text };
    const { program, diagnostics } = parse(source);
    expect(program, name).toBeNull();
    expect(diagnostics.length, name).toBeGreaterThan(0);
    return `### ${name}\n${diagnostics.map((each) => renderDiagnostic(source, each)).join("\n")}\n`;
  });
  await expect(shown.join("\n")).toMatchFileSnapshot("syntax-errors.txt");
});

test("every syntax error says what was found and what was expected", () => {
  for (const [name, text] of Object.entries(CASES))
    for (const { found, expected } of parse({ name, text }).diagnostics)
      expect([found, expected], name).toEqual([expect.any(String), expect.any(String)]);
});
