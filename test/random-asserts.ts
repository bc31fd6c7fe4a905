// Random programs in which assertions stand wherever the language lets them stand: beside the instructions, in bodies
// and the branches inside them, two on a line, and where no run comes.

import { checkProgram } from "../src/compile.ts";
import { bounds } from "../src/grid/grid.ts";
import type { Random } from "../src/grid/random.ts";
import type { CheckedField } from "../src/language/analyse/checked.ts";
import { pick } from "./random-body.ts";
import { randomProgram } from "./random-program.ts";

/** The text of a program with at least three assertions. */
export function assertingProgram(random: Random): string {
  const { text } = randomProgram(random, "small");
  const { fields } = checkProgram({ name: "p.alg", text }).checked;
  const claim = () => claimOf(pick(random, fields), random);
  const some = (indent: string): string[] => [
    ...(random.int(2) === 0 ? [`${indent}assert ${claim()}`] : []),
    ...(random.int(4) === 0 ? [`${indent}assert ${claim()} assert ${claim()}`] : []),
    ...(random.int(4) === 0 ? [`${indent}if 1 > 2 {`, `${indent}  assert ${claim()}`, `${indent}}`] : []),
  ];
  const lines = text.trimEnd().split("\n");
  const made: string[] = [];
  const open: Place[] = [];
  for (const line of lines.slice(0, -1)) {
    const body = line.trim();
    if (body.startsWith("}")) open.pop();
    made.push(line);
    if (body.endsWith("{")) open.push(placeOf(body, open.at(-1) ?? "outside"));
    const indent = "  ".repeat(open.length);
    if (open.at(-1) === "body" && (body.endsWith("{") || random.int(3) === 0)) made.push(...some(indent));
    if (open.length === 1 && random.int(6) === 0) made.push(`  assert ${claim()}`);
  }
  const nowhere = [
    `  repeat 0 times { each { assert ${claim()} } }`,
    `  repeat 2 times { each { assert ${claim()}  /* assert */ if 2 < 1 { assert ${claim()} } } }`,
  ];
  return `${[...made, ...nowhere, "}"].join("\n")} // assert\n`;
}

/** What may stand between braces: statements, cases, or instructions. */
type Place = "outside" | "program" | "body" | "cases" | "instructions";

function placeOf(line: string, around: Place): Place {
  if (around === "outside") return "program";
  if (/^(each|sweep [a-z ]+) \{$/.test(line)) return "body";
  if (around === "cases") return "body";
  if (around !== "body") return "instructions";
  return line.startsWith("match") ? "cases" : "body";
}

function claimOf({ name, type }: CheckedField, random: Random): string {
  if (type.kind === "bit") return `${name} == ${name}`;
  if (type.kind === "enum") return `${name} ${pick(random, ["==", "!="])} ${pick(random, type.names)}`;
  const { lo, hi } = bounds(type);
  return `${name} ${pick(random, ["<=", ">="])} ${lo + random.int(hi - lo + 1)}`;
}

/** The assertions of such a text with their lines, found without the compiler: comments out; all claims have three words. */
export function scanAssertions(text: string): { readonly name: string; readonly line: number }[] {
  const blank = (found: string) => found.replace(/[^\n]/g, " ");
  const bare = text.replace(/\/\*[\s\S]*?\*\//g, blank).replace(/\/\/.*/g, blank);
  return [...bare.matchAll(/\bassert \S+ \S+ \S+/g)].map((found) => ({
    name: found[0],
    line: bare.slice(0, found.index).split("\n").length,
  }));
}
