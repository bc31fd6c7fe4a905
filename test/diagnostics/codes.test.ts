// Every code in the sources is shown by some golden file, or by the test named here.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

function codesIn(folder: string, ending: string): ReadonlySet<string> {
  const files = readdirSync(path(folder)).filter((file) => file.endsWith(ending));
  const texts = files.map((file) => readFileSync(path(`${folder}/${file}`), "utf8"));
  return new Set(texts.flatMap((text) => text.match(/\bTL\d{3}\b/g) ?? []));
}

const TESTED_ELSEWHERE: Readonly<Record<string, string>> = {
  TL117: "nested too deeply: test/analyse/robust.test.ts",
  TL215: "unknown param: test/analyse/checked.test.ts",
  TL312: "param that is no integer: test/analyse/checked.test.ts",
  TL313: "too many calls: test/analyse/robust.test.ts",
};

test("every message has a golden sample", () => {
  const made = new Set([...codesIn("src/parse", "messages.ts"), ...codesIn("src/analyse/messages", ".ts")]);
  const shown = new Set([...codesIn("test/parse", ".txt"), ...codesIn("test/analyse/samples", ".txt")]);
  expect(made.size).toBeGreaterThan(50);
  expect([...made].filter((code) => !shown.has(code)).sort()).toEqual(Object.keys(TESTED_ELSEWHERE));
  expect([...shown].filter((code) => !made.has(code))).toEqual([]);
});
