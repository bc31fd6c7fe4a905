// Every way we know to get the syntax wrong, with the message for it in syntax-errors.txt: review it by eye.

import { expect, test } from "vitest";
import { renderDiagnostic } from "../../src/diagnostics/render.ts";
import { parse } from "../../src/parse/parse.ts";

const body = (text: string): string => `program p {\n  state x, y: bit\n  each {\n    ${text}\n  }\n}\n`;
const top = (text: string): string => `program p {\n  ${text}\n}\n`;

const CASES: Readonly<Record<string, string>> = {
  empty: "",
  "no program": "input x: bit\neach { x = 1 }",
  "program without a name": "program { }",
  "missing brace at the end": "program p {\n  each {\n    x = 1\n  }\n",
  "missing brace in the middle": "program p {\n  each {\n    if x {\n      y = 1\n  }\n  halt when x\n}\n",
  "missing brace before else": body("if x { y = 1\n    else { y = 0 }"),
  "one brace too many": "program p {\n  each { x = 1 } }\n}\n",
  "text after the program": "program p { each { x = 1 } }\nhalt when x\n",
  "unclosed comment": top("each { } /* never"),
  "unclosed parenthesis": body("x = (x and y\n    y = 1"),
  "unclosed call": body("x = count(around.x == 3\n    y = x"),
  "one parenthesis too many": body("x = x and y)"),
  "= for == in if": body("if x = 1 { y = 1 }"),
  "= for == in an assignment": body("y = x = 1"),
  "== for =": body("x == 1"),
  "== in let": body("let n == 1"),
  "&&": body("if x && y { x = 0 }"),
  "||": body("x = x || y"),
  "!": body("x = !y"),
  "^": body("x = x ^ y"),
  "===": body("x = x === y"),
  "=>": body("x = x => y"),
  "<>": body("x = x <> y"),
  "? :": body("x = x ? 1 : 0"),
  "**": body("x = x ** y"),
  "%": body("x = x % 2"),
  elif: body("if x { y = 1 } elif y { x = 1 }"),
  "elseif without braces": body("if x { y = 1 } elsif y == 1 { x = 1 }"),
  "<-": body("x <- y"),
  ":=": body("x := y"),
  "+=": body("x += 1"),
  "++": body("x++"),
  "keyword as a field": top("state if: bit"),
  "keyword as a let": body("let left = 1"),
  "keyword assigned": body("each = 1"),
  "keyword as an enum value": top("state a: enum { up, down }"),
  "keyword as a program": "program each { }",
  "misspelt instruction": top("swep down { }"),
  "misspelt declaration": top("imput x: bit"),
  "unknown instruction": top("foreach { x = 1 }"),
  "for loop": top("for i in 3 { }"),
  "while loop": top("while x { }"),
  return: body("return x"),
  "steps with another comparison": top("steps < 3"),
  "grid with another word": top("grid 3 by 4"),
  "workspace without a size": top("workspace left"),
  "ends without a quantifier": top("ends when x"),
  "place without a value": top("place head at top"),
  "place without a position": top("place head = 1"),
  "machine without a tape": top("machine { }"),
  "machine with a statement": top("machine on x { x = 1 }"),
  "machine with an incomplete rule": top("machine on x { A 0 -> 1 B }"),
  "machine with an arrow of another kind": top("machine on x { A 0 => 1 right B }"),
  "machine that starts nowhere": top("machine on x { start A }"),
  "missing operator": body("x = x y"),
  "operator without operand": body("x = x and"),
  "two operators": body("x = x and or y"),
  "chained comparison": body("x = 0 < x < 2"),
  "not as an operand": body("x = y == not x"),
  "if as an operand": body("x = y + if x then 1 else 0"),
  "if expression without else": body("x = if y then 1"),
  "if expression with braces": body("x = if y { 1 } else { 0 }"),
  "statement with then": body("if x then y = 1"),
  "statement without braces": body("if x\n      y = 1"),
  "bare direction": body("x = up"),
  "double dot": body("x = up..x"),
  "field missing": body("x = up."),
  index: body("x = y[1]"),
  "unknown type": top("state x: bool"),
  "unknown type int": top("state x: int = 3"),
  "missing type": top("state x"),
  "missing colon": top("state x bit"),
  "half a range": top("state x: 0.."),
  "three dots": top("state x: 0...7"),
  "enum without braces": top("state x: enum a, b"),
  "enum without commas": top("state x: enum { a b }"),
  "symbol in single quotes": top("state x: enum { a '#' }"),
  "unclosed symbol": top('state x: enum { a "# }'),
  fraction: body("x = 0.5"),
  "name with a digit": top("state 2x: bit"),
  "number too large": body("x = 12345678901"),
  "comma in sweep": top("sweep down, right { }"),
  "sweep without braces": top("sweep down x = 1"),
  "halt without when": top("halt x"),
  "halt alone": top("halt"),
  "repeat without times": top("repeat 3 { }"),
  "while without any": top("repeat while x { }"),
  "any without parentheses": top("if any x { }"),
  "count without parentheses": body("x = count around.y > 1"),
  "arm without arrow": body("match x { 0 y = 1 }"),
  "arms without comma": body("match x { 0 => y = 1\n    1 => y = 0 }"),
  "fn with braces": top("fn f(a) { a }"),
  "fn without parentheses": top("fn f = 1"),
  "comma between statements": body("x = 1,\n    y = 0"),
  "unknown character": body("x = @y"),
  "not a text": "%PDF-1.4",
};

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
