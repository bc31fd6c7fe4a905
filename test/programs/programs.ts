// The programs of the gallery with their oracles and sample inputs, for tests.

import { readdirSync, readFileSync } from "node:fs";
import type { Oracle, Problem, Rows } from "../../programs/oracle.ts";
import { type Compilation, type CompileOptions, compile } from "../../src/compile.ts";
import type { Diagnostic, Source } from "../../src/diagnostics/diagnostic.ts";
import { cached } from "../../src/diagnostics/memo.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { analyse } from "../../src/language/analyse/analyse.ts";
import type { CheckedProgram } from "../../src/language/analyse/checked.ts";
import { parse } from "../../src/language/parse/parse.ts";
import type { Network } from "../../src/network/network.ts";

const FOLDER = new URL("../../programs/", import.meta.url);
const files = readdirSync(FOLDER);

export const programNames: readonly string[] = files
  .filter((file) => file.endsWith(".alg"))
  .map((file) => file.slice(0, -".alg".length));

/** The text of a program of the gallery. */
export function readProgram(name: string): Source {
  return { name: `programs/${name}.alg`, text: readFileSync(new URL(`${name}.alg`, FOLDER), "utf8") };
}

const compiled = new Map<string, Compilation>();

/** Compiles a program of the gallery, once for all tests that share a process. */
export function compileProgram(name: string, options: CompileOptions = {}): Compilation {
  const key = `${name} ${JSON.stringify(options)}`;
  return cached(compiled, key, () => compile(readProgram(name), options));
}

/** Makes the network of a program of the gallery quickly, without the search for smaller ones. */
export const networkOf = (name: string): Network => compileProgram(name, { effort: 0 }).network;

/** Parses and analyses a program of the gallery. */
export function checkProgram(name: string): {
  readonly program: CheckedProgram | null;
  readonly diagnostics: readonly Diagnostic[];
} {
  const source = readProgram(name);
  const parsed = parse(source);
  if (parsed.program === null) return { program: null, diagnostics: parsed.diagnostics };
  const analysed = analyse(parsed.program, source);
  return { program: analysed.program, diagnostics: [...parsed.diagnostics, ...analysed.diagnostics] };
}

/** A program of the gallery, which must be in order. */
export function loadProgram(name: string): CheckedProgram {
  const { program, diagnostics } = checkProgram(name);
  if (program === null) throw new Error(`${name}.alg: ${JSON.stringify(diagnostics)}`);
  return program;
}

export async function loadOracle(name: string): Promise<Oracle> {
  const module: { readonly default: Oracle } = await import(new URL(`${name}.oracle.ts`, FOLDER).href);
  return module.default;
}

/** The sample inputs of a program: names and contents of the files. */
export function sampleInputs(name: string): readonly { readonly file: string; readonly text: string }[] {
  const samples = files.filter((file) => file.startsWith(`${name}.`) && file.includes("input"));
  return samples.map((file) => ({ file, text: readFileSync(new URL(file, FOLDER), "utf8") }));
}

/** A problem of an oracle as a grid. */
export function gridOf({ rows, cols, planes }: Problem): Grid {
  const entries = Object.entries(planes).map(([name, plane]) => [name, Int32Array.from(plane.flat())]);
  return { rows, cols, planes: Object.fromEntries(entries) };
}

/** A plane of a grid, row by row. */
export function rowsOf(grid: Grid, name: string): Rows {
  const plane = grid.planes[name];
  if (plane === undefined) throw new Error(`the grid has no plane ${name}`);
  return Array.from({ length: grid.rows }, (_, row) => [
    ...plane.subarray(row * grid.cols, (row + 1) * grid.cols),
  ]);
}
