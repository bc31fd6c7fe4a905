// The universal machines on the page of machines do to the codes of words what tag systems do to the words.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { seededRandom } from "../../src/grid/random.ts";
import { again, SEED } from "../seed.ts";
import { Workspace } from "./harness.ts";

const workspace = new Workspace();
const page = readFileSync(fileURLToPath(new URL("../../docs/machines.md", import.meta.url)), "utf8");
const rulesOf = (file: string) => page.split(`cat > ${file} <<'END'\n`)[1]!.split("\nEND\n")[0]!;

/** A network of a machine on the page. */
async function networkOf(name: string): Promise<string> {
  workspace.write(`${name}.tm`, rulesOf(`${name}.tm`));
  const { code, stderr } = await workspace.run(["import", `${name}.tm`, "-o", `${name}.alg`]);
  expect([code, stderr]).toEqual([0, expect.stringContaining("proved")]);
  await workspace.run(["compile", `${name}.alg`, "-o", `${name}.safetensors`]);
  return `${name}.safetensors`;
}

/** The tape of a machine that halts. */
async function endOf(network: string, tape: string): Promise<string> {
  workspace.write("tape.txt", `${tape}\n`);
  const { document } = await workspace.json(["run", network, "-i", "tape.txt"]);
  expect(document.halted, tape).toBe(true);
  return document.result.tape;
}

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

test("tag systems on Rogozhin's machine", async () => {
  const network = await networkOf("universal");
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
    const tape = await endOf(network, tapeOf(system, word));
    const letters = new Map([...codesOf(system)].map(([letter, marks]) => [marks, letter]));
    const behind = /(?:A+M)*$/.exec(tape)![0];
    const found = behind.split("M").map((marks) => letters.get(marks.length) ?? "");
    expect(found.join(""), `${JSON.stringify(system)} ${word}, ${again(SEED)}`).toBe(end.slice(1));
  }
  expect(halting, again(SEED)).toBe(5);
});

// Bi-tag systems: letters 1 to q, and one marker of 1 to h. A letter in front goes to the end; a marker and a letter in front
// become letters and a marker at the end, as their rule says; the last marker in front halts.

interface BiTag {
  readonly letters: number;
  readonly markers: number;
  /** By marker and letter: the letters that are written, and then the marker. */
  readonly rules: ReadonlyMap<string, readonly number[]>;
}

/** The letters behind the last marker, or null where it does not come to the front within some steps, or a single letter is left. */
function biTag({ markers, rules }: BiTag, letters: readonly number[], most = 24): readonly number[] | null {
  // Between two rules all letters go round, so that only these are counted.
  let [marker, word] = [1, letters];
  for (let steps = 0; steps < most && word.length > 1; steps += word.length) {
    if (marker === markers) return word;
    const rule = rules.get(`${marker} ${word[0]}`)!;
    [marker, word] = [rule.at(-1)!, [...word.slice(1), ...rule.slice(0, -1)]];
  }
  return null;
}

/** How a machine writes systems and words (Neary and Woods 2009, Tables 1 to 3). */
interface Codes {
  readonly name: string;
  readonly prefix: string;
  readonly between: string;
  rule(system: BiTag, letters: readonly number[], marker: number): string;
  passive(letter: number): string;
  letter(letter: number): string;
  /** The first marker, with the place where the machine starts. */
  start(system: BiTag): string;
  /** The letters on a tape when the machine has halted, of which there are so many. */
  read(tape: string, count: number): readonly number[];
}

const U9: Codes = {
  name: "u9",
  prefix: "b__b_",
  between: "d__",
  rule: (system, letters, marker) =>
    `${letters.length === 1 ? "d__dd" : "dd"}${"_".repeat(8 * marker * system.letters + 2)}` +
    letters
      .map((letter) => `d${"_".repeat(8 * letter)}`)
      .reverse()
      .join(""),
  passive: (letter) => `dd__d${"_".repeat(8 * letter)}`,
  letter: (letter) => `${"b".repeat(4 * letter - 1)}d`,
  start: (system) => `^${"b".repeat(4 * system.letters - 1)}`,
  // The first letter has lost three b.
  read: (tape) =>
    `bbb${/b*d(?:b+d)*$/.exec(tape)![0]}`
      .split("d")
      .slice(0, -1)
      .map((code) => (code.length + 1) / 4),
};

const U15: Codes = {
  name: "u15",
  prefix: "bb___b",
  between: "_b",
  rule: (system, letters, marker) => {
    const isLast = marker === system.markers;
    const before = letters.length === 1 ? (isLast ? 3 : 5) : isLast ? 1 : 3;
    return (
      "_b".repeat(before) +
      (isLast ? "___b".repeat(2) : "") +
      "__".repeat(8 * marker * system.letters + (isLast ? 3 : 0)) +
      [...letters].reverse().map(codeOf15).join("")
    );
  },
  passive: (letter) => "_b".repeat(4) + codeOf15(letter),
  letter: (letter) => `${"_b".repeat(8 * letter - 5)}bb`,
  start: (system) => `b^${"_b".repeat(8 * system.letters)}`,
  read: (tape, count) => {
    const blanks = tape.split(/bb+/).map((part) => part.split("_").length - 1);
    return blanks.slice(-count - 1, -1).map((each) => (each + 5) / 8);
  },
};
const codeOf15 = (letter: number) => "___b".repeat(2) + "__".repeat(8 * letter - 5);

function biTagTape(codes: Codes, system: BiTag, letters: readonly number[]): string {
  const downFrom = (count: number) => Array.from({ length: count }, (_, at) => count - at);
  const rules = downFrom(system.markers - 1).flatMap((marker) =>
    downFrom(system.letters).map((letter) => {
      const rule = system.rules.get(`${marker} ${letter}`)!;
      return codes.rule(system, rule.slice(0, -1), rule.at(-1)!);
    }),
  );
  const { prefix, between } = codes;
  const passive = downFrom(system.letters).map((letter) => codes.passive(letter));
  const program = prefix + rules.join(between) + between.repeat(2) + passive.join(between.repeat(2));
  return program + between.repeat(3) + codes.start(system) + letters.map(codes.letter).join("");
}

test.each([U9, U15])("bi-tag systems on $name, of Neary and Woods", async (codes) => {
  const network = await networkOf(codes.name);
  const random = seededRandom(SEED);
  const upTo = (most: number) => 1 + random.int(most);
  const wanted = 2;
  let halting = 0;
  for (let tries = 0; halting < wanted && tries < 2000; tries++) {
    const [count, markers] = [upTo(2), 1 + upTo(2)];
    const rules = new Map<string, readonly number[]>();
    for (let marker = 1; marker < markers; marker++)
      for (let letter = 1; letter <= count; letter++)
        rules.set(`${marker} ${letter}`, [
          ...Array.from({ length: upTo(2) }, () => upTo(count)),
          upTo(markers),
        ]);
    const system = { letters: count, markers, rules };
    const letters = Array.from({ length: 1 + upTo(3) }, () => upTo(count));
    const end = biTag(system, letters);
    if (end === null) continue;
    halting++;
    const tape = await endOf(network, biTagTape(codes, system, letters));
    const about = `${JSON.stringify([...rules])} ${letters}, ${again(SEED)}`;
    expect(codes.read(tape, end.length), about).toEqual(end);
  }
  expect(halting, again(SEED)).toBe(wanted);
});
