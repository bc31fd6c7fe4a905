// docs/errors.md is made of what the codes mean and of the messages that the tests of parsing and analysis get.

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CODES } from "../../src/diagnostics/codes.ts";

const root = new URL("../../", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, root), "utf8");
const filesIn = (folder: string): string[] => readdirSync(new URL(folder, root)).map((file) => folder + file);

/** Codes without a golden sample, which would be long, or depends on the command line. */
const TESTED_ELSEWHERE: Readonly<Record<string, string>> = {
  TL117: "nested too deeply: test/analyse/robust.test.ts",
  TL215: "unknown param: test/analyse/checked.test.ts",
  TL312: "param that is no integer: test/analyse/checked.test.ts",
  TL313: "too many calls: test/analyse/robust.test.ts",
  TL509: "more than five layers: test/synthesise/one-channel.test.ts",
  TL901: "too many states: test/synthesise/one-channel.test.ts",
  TL902: "too large sums: test/synthesise/one-channel.test.ts",
};

const CHAPTERS: Readonly<Record<string, string>> = {
  1: "Syntax",
  2: "Names",
  3: "Types and ranges",
  4: "Sweeps and control",
  5: "Warnings",
  6: "Grids, ends and assertions",
  7: "Machines",
  8: "Sketches",
  9: "One number for a cell",
};

const INTRODUCTION = `# Messages

Every message about a program has a code. Those that begin with TL5 are warnings; all others are errors, and a program with
errors is not compiled. Up to five syntax errors (TL1) are reported at once: after each, reading goes on behind the
statement or line that has it. Where braces do not match, the first error is the last.

This page is written by \`npx vitest run test/diagnostics --update\`.
`;

/** Rendered messages of the tests, the shortest of each code. */
function examples(): ReadonlyMap<string, string> {
  const texts = [
    read("test/parse/syntax-errors.txt"),
    ...filesIn("test/analyse/samples/")
      .filter((file) => file.endsWith(".txt"))
      .map(read),
  ];
  const shortest = new Map<string, string>();
  const messages = texts.flatMap((text) => text.split(/^###.*\n|\n\n/m)).map((each) => each.trim());
  for (const message of messages) {
    const code = /^(?:error|warning) (TL\d{3}): /.exec(message)?.[1];
    const known = code === undefined ? "" : shortest.get(code);
    if (code !== undefined && (known === undefined || message.length < known.length))
      shortest.set(code, message);
  }
  return shortest;
}

/** Codes in the order in which they stand in the sources. */
const codesIn = (files: readonly string[]): string[] =>
  files.flatMap((file) => read(file).match(/\bTL\d{3}\b/g) ?? []);

test("codes are in order, and each is that of a message", () => {
  const codes = Object.keys(CODES);
  expect(codes).toEqual([...codes].sort());
  const made = codesIn([...filesIn("src/language/parse/"), ...filesIn("src/language/analyse/messages/")]);
  expect([...new Set(made)].sort()).toEqual(codes);
  expect([...new Set(codes.map((code) => code[2]))]).toEqual(Object.keys(CHAPTERS));
});

test("every message is given somewhere", () => {
  const tables = filesIn("src/language/analyse/messages/").map(read).join("\n");
  const names = [...tables.matchAll(/^ {2}(\w+): \(/gm)].map((match) => match[1]!);
  const files = filesIn("src/language/analyse/").filter((file) => file.endsWith(".ts"));
  const analysis = [...files, "src/proof/prove/one-channel-network.ts"].map(read).join("\n");
  expect(names.length).toBeGreaterThan(80);
  expect(names.filter((name) => !new RegExp(`\\babout\\w+\\.${name}\\(`).test(analysis))).toEqual([]);
});

test("every message has a golden sample, or a test elsewhere", () => {
  const shown = [...examples().keys(), ...Object.keys(TESTED_ELSEWHERE)];
  expect(shown.sort()).toEqual(Object.keys(CODES));
});

test("docs/errors.md", async () => {
  const shown = examples();
  const chapters = Object.entries(CHAPTERS).map(([digit, title]) => {
    const codes = Object.entries(CODES).filter(([code]) => code[2] === digit);
    const entries = codes.map(([code, { cause, repair }]) => {
      const example = shown.get(code);
      const block = example === undefined ? "" : `\n\`\`\`text\n${example}\n\`\`\`\n`;
      return `### ${code}\n\nCause: ${cause}. Repair: ${repair}.\n${block}`;
    });
    return `## ${title}\n\n${entries.join("\n")}`;
  });
  await expect([INTRODUCTION, ...chapters].join("\n")).toMatchFileSnapshot("../../docs/errors.md");
});
