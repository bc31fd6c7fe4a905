// Every leaf of a weight file's metadata changed in several ways: a proof of what comes of it is refused, refuted or
// left open, or else the file runs, reads and prints as it did.

import { describe, expect, test } from "vitest";
import { type Compilation, compile } from "../../src/compile.ts";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { runNetwork } from "../../src/engines/run.ts";
import { readGrid, writeGrid } from "../../src/grid/formats.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { fitsGrid, prepareInput } from "../../src/grid/prepare.ts";
import { seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { readSafetensors, writeSafetensors } from "../../src/network/safetensors.ts";
import { readWeightFile } from "../../src/network/weightfile.ts";
import { writeWeightFile } from "../../src/network/weightwriter.ts";
import { lemmasOf } from "../../src/proof/prove/lemma.ts";
import { proveNetwork } from "../../src/proof/prove/prove.ts";
import { proveStop } from "../../src/proof/prove/stop.ts";
import { programDifferences } from "../../src/proof/verify/same-program.ts";
import { learnedLike } from "../network/samples.ts";
import { readProgram } from "../programs/programs.ts";
import { again, SEED } from "../seed.ts";

const TOKENS = {
  name: "tokens",
  text: `program tokens {
    grid rows x cols where cols >= 2
    workspace top 1, left cols
    input t: enum { none ".", west "<", east ">" }
    input n: 0..3
    output m: 0..3 = 2
    state seen: bit
    place seen = 1 at left
    predict m
    loop { each {
      if left.t == east { t = east } else if right.t == west { t = west }
      m = max(m, left.n)
      seen = seen or left.seen
    } halt when seen }
  }`,
};

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The value with one leaf or list changed, in every way: made anew by copying along the path. */
function* mutants(value: Json, strings: readonly string[]): Generator<Json> {
  if (value === null) yield false;
  else if (typeof value === "boolean") yield* [!value, null];
  else if (typeof value === "number") yield* [value + 1, value - 1, null];
  else if (typeof value === "string") {
    const other = strings[(strings.indexOf(value) + 1) % strings.length]!;
    yield* [other, `${value}x`, null];
  } else if (Array.isArray(value)) {
    for (const [at, each] of value.entries()) {
      for (const mutant of mutants(each, strings)) yield value.with(at, mutant);
      yield value.toSpliced(at, 1);
      yield value.toSpliced(at, 0, each);
      if (at > 0) yield value.with(at, value[at - 1]!).with(at - 1, each);
    }
    if (value.length > 1 && value.every((each) => typeof each === "string")) yield [value.join(", ")];
  } else
    for (const [key, each] of Object.entries(value)) {
      for (const mutant of mutants(each, strings)) yield { ...value, [key]: mutant };
      const { [key]: _, ...rest } = value;
      yield rest;
    }
}

function stringsOf(value: Json): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return [...new Set(Object.values(value).flatMap(stringsOf))];
}

/** What somebody sees of a run: text in, text out. */
async function seen(network: Network, inputs: readonly string[]): Promise<unknown[]> {
  const visible = network.fields.filter(({ role }) => role !== "hidden");
  const results: unknown[] = [];
  for (const text of inputs) {
    try {
      const given = visible.filter(({ role }) => role === "input");
      const grid = prepareInput(network, readGrid(text, "input.txt", "text", given));
      const {
        grid: end,
        steps,
        halted,
      } = await runNetwork(network, directEngine(network), grid, { maxSteps: 15 });
      results.push({ text: writeGrid(end, visible, "text"), steps, halted, predict: network.predict });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      results.push("refused");
    }
  }
  return results;
}

/** Inputs as text, the same for the file and its mutants; without names of fields, in their order. */
function inputsFor({ checked }: Compilation): string[] {
  const random = seededRandom(SEED);
  const fields = checked.fields.filter(({ role }) => role === "input");
  const shapes = Array.from({ length: 40 }, () => ({ rows: 1 + random.int(3), cols: 1 + random.int(4) }));
  return shapes
    .filter((shape) => fitsGrid(checked, shape))
    .slice(0, 6)
    .map((shape) => writeGrid(randomGrid(shape, fields, random), fields, "text").replace(/^\[.*\]$/gm, ""));
}

function attempt(bytes: Uint8Array): Network | null {
  try {
    return readWeightFile(bytes, "mutant");
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

/** A proof is needed only where the step may be another. */
async function isProved(compilation: Compilation, original: Network, mutant: Network): Promise<boolean> {
  const { rule, checked } = compilation;
  if (programDifferences(rule, checked, mutant).length > 0) return false;
  if (proveStop(rule, mutant, lemmasOf(checked, rule)).outcome !== "proved") return false;
  const step = ({ channels, snap }: Network) => JSON.stringify([channels, snap]);
  if (step(mutant) === step(original)) return true;
  return (await proveNetwork(compilation, mutant)).outcome === "proved";
}

const learned = (compilation: Compilation): Network => learnedLike(compilation.network, 0.01, 1);

describe.each([
  ["gf2", readProgram("gf2"), null],
  ["bb2", readProgram("bb2"), null],
  ["balanced_tm", readProgram("balanced_tm"), null],
  ["tokens", TOKENS, null],
  ["life, learned", readProgram("life"), learned],
] as const)("%s", (_, source, change) => {
  test(`every leaf of its metadata matters, or changes nothing; seed ${SEED}`, async () => {
    const compilation = compile(source);
    const original = change?.(compilation) ?? compilation.network;
    const file = readSafetensors(writeWeightFile(original));
    const inputs = inputsFor(compilation);
    expect(inputs.length).toBeGreaterThan(2);
    const wanted = await seen(original, inputs);
    const counts = { refused: 0, different: 0, proved: 0 };
    for (const [key, text] of Object.entries(file.metadata)) {
      // Bounds and names of units are for people; the first two keys are no JSON.
      if (["format", "version", "layers"].includes(key)) continue;
      const value = JSON.parse(text) as Json;
      for (const changed of mutants(value, stringsOf(value))) {
        const metadata = { ...file.metadata, [key]: JSON.stringify(changed) };
        const mutant = attempt(writeSafetensors(file.tensors, metadata));
        if (mutant === null) counts.refused++;
        else if (!(await isProved(compilation, original, mutant))) counts.different++;
        else {
          counts.proved++;
          const where = `${key}: ${JSON.stringify(changed)} for ${text}; ${again(SEED)}`;
          expect(await seen(mutant, inputs), where).toEqual(wanted);
        }
      }
    }
    expect(Math.min(...Object.values(counts)), JSON.stringify(counts)).toBeGreaterThan(3);
  }, 120_000);
});
