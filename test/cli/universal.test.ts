// Rogozhin's universal machine on the page of machines: it does to the codes of words what the tag system does to the words.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { seededRandom } from "../../src/grid/random.ts";
import { again, SEED } from "../seed.ts";
import { Workspace } from "./harness.ts";

const workspace = new Workspace();
const page = readFileSync(fileURLToPath(new URL("../../docs/machines.md", import.meta.url)), "utf8");
const RULES = /cat > universal\.tm <<'END'\n([\s\S]*?)\nEND/.exec(page)![1]!;

type System = Readonly<Record<string, string>>;
const HALT = "H";

/** The word with the halting letter in front, or null where there is none within some steps. */
function tag(system: System, word: string, most = 12): string | null {
  let now = word;
  for (let steps = 0; now.length >= 2 && steps < most; steps++) {
    if (now[0] === HALT) return now;
    now = now.slice(2) + system[now[0]!]!;
  }
  return null;
}

/** How many marks each letter has: one more than the letter before it, and the letters that this writes. */
function codesOf(system: System): ReadonlyMap<string, number> {
  const codes = new Map<string, number>();
  let next = 1;
  for (const letter of [...Object.keys(system), HALT]) {
    codes.set(letter, next);
    next += (system[letter]?.length ?? 0) + 1;
  }
  return codes;
}

/** The rules from the last letter's on, backwards; where the machine starts; the word. */
function tapeOf(system: System, word: string): string {
  const codes = codesOf(system);
  const marks = (letter: string) => "A".repeat(codes.get(letter)!);
  const rules = Object.keys(system)
    .reverse()
    .map((letter) => `FF${[...system[letter]!].reverse().map(marks).join("AF")}`);
  return `RR${rules.join("")}F^${[...word].map((letter) => `${marks(letter)}M`).join("")}`;
}

test("tag systems", async () => {
  workspace.write("universal.tm", RULES);
  const { code, stderr } = await workspace.run(["import", "universal.tm", "-o", "universal.alg"]);
  expect([code, stderr]).toEqual([0, expect.stringContaining("proved")]);
  await workspace.run(["compile", "universal.alg", "-o", "universal.safetensors"]);
  const random = seededRandom(SEED);
  const draw = (letters: string, least: number, most: number) =>
    Array.from(
      { length: least + random.int(most - least + 1) },
      () => letters[random.int(letters.length)],
    ).join("");
  let halting = 0;
  for (let tries = 0; halting < 5 && tries < 2000; tries++) {
    const system = { a: draw(`abb${HALT}`, 1, 3), b: draw("aab", 1, 2) };
    const word = draw("ab", 3, 5);
    const end = tag(system, word);
    // The machine itself stops in other ways where few letters are left.
    if (end === null || end.length < 3) continue;
    halting++;
    workspace.write("word.txt", `${tapeOf(system, word)}\n`);
    const { document } = await workspace.json(["run", "universal.safetensors", "-i", "word.txt"]);
    const letters = new Map([...codesOf(system)].map(([letter, marks]) => [marks, letter]));
    const behind = /(?:A+M)*$/.exec(document.result.tape)![0];
    const found = behind.split("M").map((marks) => letters.get(marks.length) ?? "");
    expect(found.join(""), `${JSON.stringify(system)} ${word}, ${again(SEED)}`).toBe(end.slice(1));
    expect(document.halted).toBe(true);
  }
  expect(halting, again(SEED)).toBe(5);
});
