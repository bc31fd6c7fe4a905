// Programs of a corpus: in order, the same for the same number, none without an effect, and of all kinds.

import { expect, test } from "vitest";
import { checkProgram } from "../../src/compile.ts";
import { interpret } from "../../src/engines/reference.ts";
import { drawProgram } from "../../src/exchange/corpus/draw-programs.ts";
import { corpusEntry } from "../../src/exchange/corpus/entry.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { inputsOf } from "../../src/grid/grid.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { format } from "../../src/language/parse/format.ts";
import { readWeightFile } from "../../src/network/weightfile.ts";
import { again, SEED } from "../seed.ts";

const COUNT = 60;
const programs = Array.from({ length: COUNT }, (_, index) => drawProgram(SEED, index));

test(`are laid out, and nothing is to be said against them; ${again(SEED)}`, () => {
  for (const { name, text } of programs) {
    const source = { name: `${name}.alg`, text };
    const { checked, warnings } = checkProgram(source);
    expect(warnings, text).toEqual([]);
    expect(format(source), text).toBe(text);
    expect(checked.name).toBe(name);
    for (const field of checked.fields)
      if (field.role !== "input") expect(text, field.name).toContain(`    ${field.name} = `);
  }
});

test(`are the same for a number, others for other numbers and seeds, and of all kinds; ${again(SEED)}`, () => {
  expect(drawProgram(SEED, 7)).toEqual(programs[7]);
  const bodies = (list: typeof programs) => list.map(({ text }) => text.replace(/^program.*$/m, ""));
  expect(new Set(bodies(programs)).size).toBe(COUNT);
  expect(bodies([drawProgram(SEED + 1, 7)])).not.toEqual(bodies([programs[7]!]));
  const kinds = new Map<string, number>();
  for (const { kind } of programs) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  expect([...kinds.keys()].sort()).toEqual(["automaton", "rounds", "scan", "sequence"]);
  expect(Math.min(...kinds.values())).toBeGreaterThan(COUNT / 12);
});

test(`results depend on inputs; ${again(SEED)}`, () => {
  const random = seededRandom(SEED);
  for (const { name, text } of programs) {
    const { checked } = checkProgram({ name: `${name}.alg`, text });
    const outputs = checked.fields.filter(({ role }) => role === "output");
    const results = (outputs.length > 0 ? outputs : inputsOf(checked)).map((field) => field.name);
    const seen = new Set<string>();
    for (let draw = 0; draw < 100 && seen.size < 2; draw++) {
      const input = prepareInput(checked, randomGrid({ rows: 5, cols: 3 }, inputsOf(checked), random));
      const { grid } = interpret(checked, input, { maxInstructions: 6 });
      seen.add(results.map((result) => grid.planes[result]!.join()).join(";"));
    }
    expect(seen.size, text).toBeGreaterThan(1);
  }
});

test(`entries are what is proved of the network in their files; ${again(SEED)}`, async () => {
  for (const index of [0, 1, 2]) {
    const { facts, text, weights } = await corpusEntry(SEED, index);
    const network = readWeightFile(weights, "entry");
    expect(text).toBe(programs[index]!.text);
    expect(facts).toMatchObject({ index, program: network.program, outcome: "proved" });
    expect(facts.sourceHash).toBe(network.sourceHash);
    expect(facts.channels).toBe(network.channels.length);
  }
});
