// Damaged programs: whatever happens to a text, the front end answers with a program or with diagnostics whose
// places lie in the text, and never with an exception.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Diagnostic, Source } from "../../src/diagnostics/diagnostic.ts";
import { diagnosticToJson, renderDiagnostic } from "../../src/diagnostics/render.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { analyse } from "../../src/language/analyse/analyse.ts";
import { tokenize } from "../../src/language/parse/lexer.ts";
import { parse } from "../../src/language/parse/parse.ts";
import { printAst } from "../../src/language/parse/print-ast.ts";
import { randomProgram } from "./random-program.ts";

function corpus(): readonly string[] {
  return ["samples/", "../../programs/"].flatMap((folder) => {
    const path = fileURLToPath(new URL(folder, import.meta.url));
    return readdirSync(path)
      .filter((file) => file.endsWith(".alg"))
      .map((file) => readFileSync(path + file, "utf8"));
  });
}

/** Removes, repeats, swaps or replaces a few tokens. */
function damage(random: Random, text: string, words: readonly string[]): string {
  const tokens = tokenize(text).map((token) => token.text);
  for (let times = random.int(3); times > 0; times--) {
    const at = random.int(tokens.length);
    const word = words[random.int(words.length)]!;
    const [count, ...inserted] = [[1], [0, word], [1, word], [1, tokens[at]!, tokens[at]!]][random.int(4)]!;
    tokens.splice(at, Number(count), ...inserted.map(String));
  }
  return tokens.join(" ");
}

function checkDiagnostics(source: Source, diagnostics: readonly Diagnostic[], story: string): void {
  for (const diagnostic of diagnostics) {
    for (const { span } of [diagnostic, ...(diagnostic.related ?? [])]) {
      expect(0 <= span.start && span.start <= span.end && span.end <= source.text.length, story).toBe(true);
    }
    expect(diagnostic.code, story).toMatch(/^TL[1-8]\d\d$/);
    expect(diagnostic.severity === "warning", story).toBe(diagnostic.code.startsWith("TL5"));
    expect(renderDiagnostic(source, diagnostic), story).not.toMatch(/undefined|null|internal/);
    expect(diagnosticToJson(source, diagnostic).line, story).toBeGreaterThan(0);
  }
}

function check(text: string, story: string): "accepted" | "refused" | "unreadable" {
  const source = { name: "damaged.alg", text };
  const parsed = parse(source);
  checkDiagnostics(source, parsed.diagnostics, story);
  if (parsed.program === null) {
    expect(parsed.diagnostics.length, story).toBeGreaterThan(0);
    return "unreadable";
  }
  const { program, diagnostics } = analyse(parsed.program, source);
  checkDiagnostics(source, diagnostics, story);
  const failed = diagnostics.some((diagnostic) => diagnostic.severity === "error");
  expect(program === null, story).toBe(failed);
  return failed ? "refused" : "accepted";
}

test("tokens removed, repeated and replaced", () => {
  const texts = [
    ...corpus(),
    ...[1, 2, 3, 4, 5, 6].map((seed) => printAst(randomProgram(seededRandom(seed)))),
  ];
  const words = [...new Set(texts.flatMap((text) => tokenize(text).map((token) => token.text)))];
  const seen = { accepted: 0, refused: 0, unreadable: 0 };
  for (let seed = 0; seed < 600; seed++) {
    const random = seededRandom(seed);
    const text = damage(random, texts[random.int(texts.length)]!, words);
    seen[check(text, `seed ${seed}\n${text}`)]++;
  }
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(5);
});

test("texts cut off anywhere", () => {
  const text = corpus().find((each) => each.includes("program fine"))!;
  for (let end = 0; end < text.length - 2; end += 7)
    expect(check(text.slice(0, end), `up to ${end}`)).toBe("unreadable");
});

test("random characters", () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = seededRandom(seed);
    const text = Array.from({ length: random.int(60) }, () => String.fromCharCode(random.int(400))).join("");
    expect(check(text, `seed ${seed}`)).toBe("unreadable");
  }
});

test("very deep and very long programs", () => {
  const body = (text: string): string => `program p { output x: bit each { ${text} } }`;
  expect(check(body(`x = ${"(".repeat(20_000)}1${")".repeat(20_000)}`), "deep")).toBe("unreadable");
  expect(check(body(`x = ${Array(3000).fill("x").join(" xor ")}`), "long")).toBe("accepted");
  const calls = [
    "fn f0(a) = not a",
    ...Array.from({ length: 40 }, (_, i) => `fn f${i + 1}(a) = f${i}(a) and f${i}(not a)`),
  ];
  const doubling = `program p { ${calls.join("\n")} output x: bit each { x = f40(x) } }`;
  expect(check(doubling, "doubling")).toBe("refused");
  expect(check(body(Array(3000).fill("x = not x").join("\n")), "many")).toBe("accepted");
  expect(check(body(`${"if x { ".repeat(100)}${"} ".repeat(100)}`), "nested")).toBe("accepted");
});
