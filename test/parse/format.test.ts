// Formatting changes neither the tree nor the comments of a program, and formatting again changes nothing.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ProgramError } from "../../src/diagnostics/diagnostic.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { format, pieces } from "../../src/language/parse/format.ts";
import { parse } from "../../src/language/parse/parse.ts";
import { printAst } from "../../src/language/parse/print-ast.ts";
import { randomProgram, withoutSpans } from "../analyse/random-program.ts";
import { randomProgram as randomText } from "../random-program.ts";

const source = (text: string) => ({ name: "p.alg", text });

function checkFormat(text: string, story: string): string {
  const { program, diagnostics } = parse(source(text));
  expect(diagnostics, story).toEqual([]);
  const formatted = format(source(text));
  const again = parse(source(formatted)).program;
  expect(withoutSpans(again), `${story}\n${text}\n${formatted}`).toEqual(withoutSpans(program));
  const comments = (tree: typeof program) => tree!.comments.map((each) => each.text.trimEnd());
  expect(comments(again), story).toEqual(comments(program));
  expect(format(source(formatted)), `${story}\n${text}`).toBe(formatted);
  expect(formatted, story).toMatch(/[^\n]\n$/);
  expect(formatted, story).not.toMatch(/[ \t]\n|\n\n\n/);
  return formatted;
}

function textsIn(folder: string): readonly (readonly [file: string, text: string])[] {
  const path = fileURLToPath(new URL(folder, import.meta.url));
  const files = readdirSync(path).filter((file) => file.endsWith(".alg"));
  return files.map((file) => [file, readFileSync(path + file, "utf8")]);
}

const corpus = [...textsIn("../analyse/samples/"), ...textsIn("../../programs/")];

test.each(corpus)("%s", (file, text) => {
  checkFormat(text, file);
});

test("a program as it is printed keeps its lines", () => {
  for (let seed = 0; seed < 30; seed++) {
    const text = printAst(randomProgram(seededRandom(seed)));
    expect(checkFormat(text, `seed ${seed}`)).toBe(text.replaceAll("{ }", "{}"));
  }
});

/** The same tokens and comments with other white space, and now and then another comment. */
function respaced(random: Random, text: string): string {
  const gaps = ["", "", " ", " ", "  ", "\n", "\n\n\n", "\t", " \r\n ", " // note\n", " /* a\n  b */ "];
  return pieces(text)
    .map((piece, at, all) => {
      const next = all[at + 1]?.text ?? "";
      const gap = gaps[random.int(gaps.length)]!;
      const joins = /[\p{L}\d_]$/u.test(piece.text) && /^[\p{L}\d_]/u.test(next);
      const merges = /[-=<>.!/*"]$/.test(piece.text) || /^[-=<>.!/*"]/.test(next);
      const ends = piece.text.startsWith("//") ? "\n" : "";
      return `${piece.text}${ends}${gap === "" && (joins || merges) ? " " : gap}`;
    })
    .join("");
}

test("programs with any white space and more comments", () => {
  for (let seed = 0; seed < 60; seed++) {
    const random = seededRandom(seed);
    const [, text] = corpus[random.int(corpus.length)]!;
    checkFormat(respaced(random, text), `seed ${seed}`);
  }
});

test("random programs with any white space", () => {
  for (let seed = 0; seed < 40; seed++) {
    const random = seededRandom(seed);
    checkFormat(respaced(random, randomText(random).text), `seed ${seed}`);
  }
});

test("layout", () => {
  const text = `program   p{input x:bit;  // the input
param k=-(2 )-1


state n:-2 .. k=- 1     /* start */
fn f(a,b)=a+b
each
{ if(x and(not up . x)){ n=f(n,- 1)  // down
  }
  else
  { n = if x
then n
else -n
  } }
machine on x{start A at row(1)column (cols+1)/2
A 0->-1 stay A}
}`;
  expect(format(source(text))).toBe(`program p {
  input x: bit;  // the input
  param k = -(2) - 1

  state n: -2..k = -1 /* start */
  fn f(a, b) = a + b
  each {
    if (x and (not up.x)) {
      n = f(n, -1)  // down
    } else {
      n = if x
        then n
        else -n
    }
  }
  machine on x {
    start A at row (1) column (cols + 1) / 2
    A 0 -> -1 stay A
  }
}
`);
});

test("rules and tables with stars", () => {
  const text = `program p { input x: 0..2
  machine on x{start A at row 1 column 2*0->*left A
*  * -> *  stay *
 A -1->1 right   *
symbols 0 *
* : * left * 1 stay B
otherwise   accept
accept B ,C
* 1-> 1 up A // last
}}`;
  expect(format(source(text))).toBe(`program p {
  input x: 0..2
  machine on x {
    start A at row 1 column 2 * 0 -> * left A
    * * -> * stay *
    A -1 -> 1 right *
    symbols  0         *
    *:       * left *  1 stay B
    otherwise accept
    accept B, C
    * 1 -> 1 up A  // last
  }
}
`);
});

test("programs of the gallery are laid out", () => {
  for (const [file, text] of textsIn("../../programs/")) expect(format(source(text)), file).toBe(text);
});

test("arms keep their lines", () => {
  const text = `program p {
  each {
    match n {
      0 => {}
      1, 2 => x = 1,
      else => {
        x = 0
      }
    }
  }
}
`;
  expect(format(source(text))).toBe(text);
});

test("what does not parse is not formatted", () => {
  expect(() => format(source("program p { each { x = } }"))).toThrow(ProgramError);
});
