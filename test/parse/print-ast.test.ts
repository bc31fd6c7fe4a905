// Printing a tree and parsing the text gives the tree again.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { seededRandom } from "../../src/grid/random.ts";
import { parse } from "../../src/language/parse/parse.ts";
import { printAst } from "../../src/language/parse/print-ast.ts";
import { randomProgram, withoutSpans } from "../analyse/random-program.ts";

test("of random programs", () => {
  for (let seed = 0; seed < 100; seed++) {
    const ast = randomProgram(seededRandom(seed));
    const text = printAst(ast);
    const { program, diagnostics } = parse({ name: "printed", text });
    expect(diagnostics, `seed ${seed}\n${text}`).toEqual([]);
    expect(withoutSpans(program), `seed ${seed}`).toEqual(withoutSpans(ast));
  }
});

test("of the sample programs", () => {
  for (const folder of ["../analyse/samples/", "../../programs/"]) {
    const path = fileURLToPath(new URL(folder, import.meta.url));
    for (const file of readdirSync(path).filter((each) => each.endsWith(".alg"))) {
      const { program } = parse({ name: file, text: readFileSync(path + file, "utf8") });
      const again = parse({ name: file, text: printAst(program!) });
      expect(withoutSpans(again.program), file).toEqual(withoutSpans(program));
    }
  }
});

test("keeps the meaning of parentheses, and drops the others", () => {
  const text = `program p { each { x = (a or b) and ((c)) == d; x = a - (b - c) - d; x = -(-(a))
    x = (if a then (b) else (c)) + 1; x = not ((a == b))
    x = (not c) == (d == e) } }`;
  expect(printAst(parse({ name: "p", text }).program!)).toBe(
    [
      "program p {",
      "  each {",
      "    x = (a or b) and c == d",
      "    x = a - (b - c) - d",
      "    x = --a",
      "    x = (if a then b else c) + 1",
      "    x = not a == b",
      "    x = (not c) == (d == e)",
      "  }",
      "}",
      "",
    ].join("\n"),
  );
});

test("comments are found, and quotes are not comments", () => {
  const text = 'program p { // one\n  input x: enum { a "//", b "/*" } /* two\n lines */ each { } }';
  const { program } = parse({ name: "p", text });
  expect(program!.comments.map((each) => each.text)).toEqual(["// one", "/* two\n lines */"]);
  for (const { text: comment, span } of program!.comments)
    expect(text.slice(span.start, span.end)).toBe(comment);
});

test("words that mean something in their place only are names everywhere else", () => {
  const words = "ends steps grid x where workspace place row column machine on start otherwise top".split(
    " ",
  );
  for (const word of words) {
    const text = `program ${word} {
      state ${word}: 0..7
      state b: enum { ${word}2, c }
      predict ${word}
      each { ${word} = min(${word} + up.${word}, 7); if ${word} <= 3 { ${word} = 1 } }
      halt when ${word} == 7
      grid 1 x cols
      steps <= rows
    }`;
    const { program, diagnostics } = parse({ name: "p", text });
    expect(diagnostics, word).toEqual([]);
    expect(program!.items.map(({ tag }) => tag)).toEqual([
      "field",
      "field",
      "predict",
      "each",
      "halt",
      "grid",
      "steps",
    ]);
    expect(withoutSpans(parse({ name: "p", text: printAst(program!) }).program)).toEqual(
      withoutSpans(program),
    );
  }
});
