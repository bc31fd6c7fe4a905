// A printed rule is the whole rule: its text, read back as a program whose one instruction is a step of every
// cell, does in the reference interpreter what the rule does.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkProgram } from "../../src/compile.ts";
import { lower } from "../../src/compiler/lower/lower.ts";
import { printInstructions } from "../../src/compiler/lower/print-instructions.ts";
import { printRule } from "../../src/compiler/schedule/print-rule.ts";
import type { Rule } from "../../src/compiler/schedule/rule.ts";
import { schedule } from "../../src/compiler/schedule/schedule.ts";
import { interpret } from "../../src/engines/reference.ts";
import { ruleEngine } from "../../src/engines/rule.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { seededRandom } from "../../src/grid/random.ts";

const CONTROL = `program control {
  input a, b: bit
  state n: 0..3
  repeat while any(a and not b) {
    sweep down { b = up.b or a }
    sweep up { n = if down.n < 3 then down.n + 1 else 0 }
  }
  repeat 2 times { each { a = left.b xor downright.a } }
  halt when n == 2
  each { n = 0 }
}`;

function textOf(name: string): string {
  if (name === "control") return CONTROL;
  return readFileSync(new URL(`../../programs/${name}.alg`, import.meta.url), "utf8");
}

const instructionsOf = (name: string) => lower(checkProgram({ name, text: textOf(name) }).checked);

/** A name of the compiler as a name of the language. */
const plain = (name: string): string => name.replace(/\W/g, "_");

/** The section under a title, its assignments cut apart. */
function section(listing: string, title: string): readonly string[] {
  const block = listing.split("\n\n").find((part) => part.startsWith(`${title}\n`));
  return (
    block
      ?.split(/\n {2}(?! )/)
      .slice(1)
      .map((item) => item.replace(/\s+/g, " ")) ?? []
  );
}

/** The printed rule as a program: parts and signals become `let`s, and all next values are taken at once. */
function asProgram(rule: Rule, listing: string): string {
  const enums = rule.fields.flatMap(({ name, role, type }) =>
    role === "hidden" && type.kind === "enum" ? [{ name, names: type.names }] : [],
  );
  const fields = rule.fields.map(({ name, type, initial }) => {
    const kind =
      enums.some((each) => each.name === name) && type.kind === "enum"
        ? `0..${type.names.length - 1}`
        : type.kind === "enum"
          ? `enum { ${type.names.join(", ")} }`
          : type.kind === "bit"
            ? "bit"
            : `${type.lo}..${type.hi}`;
    const start = kind.startsWith("enum") && type.kind === "enum" ? type.names[initial] : initial;
    return `state ${plain(name)}: ${kind} = ${start}`;
  });
  const end = enums.flatMap(({ names }) => (names.includes("end") ? [names.indexOf("end")] : []))[0];
  const readable = (text: string) =>
    text
      .replace(/inside (up|down)(left|right)/g, (_, vertical, horizontal) => {
        return `(not at ${vertical === "up" ? "top" : "bottom"} and not at ${horizontal})`;
      })
      .replace(/\[([^\]]*)\]/g, (_, name) => plain(name))
      .replace(/\bend\b/g, String(end));
  const lets = section(listing, "signals").map((item) => `let ${item.replace(/^let /, "")}`);
  const values = section(listing, "next values").map((item) =>
    item.startsWith("let ") ? item : `let next_${item.replace(/^\[([^\]]*)\]/, (_, name) => plain(name))}`,
  );
  const writes = rule.updates.map(({ field }) => `${plain(field)} = next_${plain(field)}`);
  const body = [...lets, ...values, ...writes].map(readable).join("\n");
  return `program again {\n${fields.join("\n")}\nloop { each {\n${body}\n} } }`;
}

describe.each(["gf2", "life", "sort", "parity", "add", "control"])("%s", (name) => {
  const instructions = instructionsOf(name);
  const rule = schedule(instructions);

  test("the printed rule runs as the rule does", () => {
    const text = asProgram(rule, printRule(rule));
    const { checked } = checkProgram({ name: "again", text });
    const engine = ruleEngine(rule);
    for (let seed = 0; seed < 5; seed++) {
      const random = seededRandom(seed);
      const shape = { rows: 1 + random.int(4), cols: 1 + random.int(5) };
      const inputs = rule.fields.filter(({ role }) => role === "input");
      let grid = engine.start(randomGrid(shape, inputs, random));
      const planes = Object.fromEntries(
        Object.entries(grid.planes).map(([field, plane]) => [plain(field), plane]),
      );
      interpret(
        checked,
        { ...shape, planes },
        {
          maxInstructions: 40,
          onInstruction: ({ grid: printed, count }) => {
            grid = engine.step(grid);
            for (const { name: field } of rule.fields)
              expect(
                [...printed.planes[plain(field)]!],
                `seed ${seed}, step ${count}, ${field}\n${text}`,
              ).toEqual([...grid.planes[field]!]);
          },
        },
      );
    }
  });

  test.runIf(["gf2", "life", "sort"].includes(name))("the listings are as they were", async () => {
    const listing = `${printInstructions(instructions)}\n${"=".repeat(80)}\n\n${printRule(rule)}`;
    await expect(listing).toMatchFileSnapshot(`./listings/${name}.txt`);
  });
});
