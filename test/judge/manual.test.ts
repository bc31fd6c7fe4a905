// The judge's own interpreter: it runs the manual's examples as the manual says, reads all programs of the library,
// and shares no code with what it judges.

import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { judge } from "./language/interpret.ts";
import { parseProgram } from "./language/parser.ts";
import type { Program, Type, Value } from "./language/tree.ts";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const MANUAL = readFileSync(path("../../docs/language.md"), "utf8");

const EXAMPLES = [
  ...MANUAL.matchAll(/```alg\n([^`]*)```\n\n```run\n([^`]*)=> after (\d+) instructions?\n([^`]*)```/g),
];

/** Layers of characters, by the name above them, or by the only name there is. */
function layersOf(text: string, only: string): Map<string, string[]> {
  const layers = new Map<string, string[]>();
  let name = only;
  for (const line of text.trim().split("\n")) {
    const header = /^\[(.*)\]$/.exec(line);
    if (header !== null) name = header[1]!;
    else if (line !== "") layers.set(name, [...(layers.get(name) ?? []), line]);
  }
  return layers;
}

/** The values that a character may stand for: symbols are the judge's to guess, by the order of the enum. */
function valueFor(type: Type, symbol: string, symbols: ReadonlyMap<string, string>): Value {
  if (type.kind === "enum")
    return symbols.get(symbol) ?? type.names.find((name) => name.startsWith(symbol)) ?? "none";
  return symbol === "." ? 0 : symbol === "#" ? 1 : Number(symbol);
}

/** Symbols of all enums of a program, by what stands behind each name. */
const symbolsOf = (text: string): ReadonlyMap<string, string> =>
  new Map([...text.matchAll(/(\w+) "([^"]*)"/g)].map(([, name, symbol]) => [symbol!, name!]));

const shown = (program: Program): string[] => {
  const outputs = program.fields.filter(({ role }) => role === "output");
  return (outputs.length > 0 ? outputs : program.fields.filter(({ role }) => role === "input")).map(
    ({ name }) => name,
  );
};

describe("the manual's examples", () => {
  test("there are some", () => {
    expect(EXAMPLES.length).toBeGreaterThan(8);
  });

  test.each(EXAMPLES.map((example) => [/program (\w+)/.exec(example[1]!)![1]!, example] as const))(
    "%s",
    (_, example) => {
      const [, text, input, count, output] = example;
      const program = parseProgram(text!);
      const symbols = symbolsOf(text!);
      const typeOf = (name: string) => program.fields.find((field) => field.name === name)!.type;
      const cells = /^(\d+)x(\d+) cells/.exec(input!);
      const inputs = program.fields.filter(({ role }) => role === "input");
      const layers = cells ? new Map<string, string[]>() : layersOf(input!, inputs[0]!.name);
      const [first] = layers.values();
      const shape = cells
        ? { rows: Number(cells[1]), cols: Number(cells[2]) }
        : { rows: first!.length, cols: first![0]!.length };
      const planes = new Map(
        [...layers].map(([name, lines]) => [
          name,
          [...lines.join("")].map((each) => valueFor(typeOf(name), each, symbols)),
        ]),
      );
      const { history } = judge(program, shape, planes, { instructions: Number(count) });
      expect(history.length - 1).toBe(Number(count));
      for (const [name, lines] of layersOf(output!, shown(program)[0]!)) {
        const expected = [...lines.join("")].map((each) => valueFor(typeOf(name), each, symbols));
        expect(history.at(-1)!.get(name), name).toEqual(expected);
      }
    },
  );
});

test("every program of the library is read", () => {
  for (const file of readdirSync(path("../../programs")).filter((name) => name.endsWith(".alg"))) {
    expect(() => parseProgram(readFileSync(path(`../../programs/${file}`), "utf8")), file).not.toThrow();
  }
});

test("the interpreter and the generators share no code with src", () => {
  const folders = ["language", "generate", "generate/second"];
  const files = folders.flatMap((folder) =>
    readdirSync(path(folder))
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `${folder}/${name}`),
  );
  expect(files.length).toBeGreaterThan(folders.length);
  const own = [...files, "random.ts"];
  for (const file of own)
    for (const [, from] of readFileSync(path(file), "utf8").matchAll(/from "([^"]*)"/g))
      expect(own, `${file} imports ${from}`).toContain(posix.join(posix.dirname(file), from!));
});
