// `tapeloom compare`: two networks of one program side by side, as a table, as JSON, and as a page with figures.

import { basename } from "node:path";
import { InputError } from "../diagnostics/diagnostic.ts";
import type { Shape } from "../grid/grid.ts";
import type { Comparison } from "../learning/compare/compare.ts";
import type { ComparedNetwork } from "../learning/compare/cost.ts";
import type { Network } from "../network/network.ts";
import { withoutTokens } from "../network/single-token-states.ts";
import { writeWeightFile } from "../network/weightwriter.ts";
import { requireSameProgram } from "../proof/verify/same-program.ts";
import { renderComparison } from "../report/comparison-page.ts";
import { describeComparison } from "../report/comparison-table.ts";
import type { CommandResult, ValuesOf } from "./commands/command.ts";
import type { compareOptions } from "./commands/learning.ts";
import { isProgram, readSource, requireEnding, requireFolder, writeOutput } from "./files.ts";
import { type Io, remark } from "./io.ts";
import { type LoadedProgram, loadProgram, loadWeights, openEngine } from "./load.ts";
import { working } from "./progress.ts";
import { showTable, wrap } from "./table.ts";
import { tensorLoader } from "./tensors.ts";

type CompareOptions = ValuesOf<typeof compareOptions>;

/** Beyond it nothing would end. */
const MOST_SCALE = 128;

export async function compareCommand(
  io: Io,
  first: string,
  second: string,
  options: CompareOptions,
): Promise<CommandResult> {
  const { html, scales, seed } = options;
  requireEnding("--html", html?.replace(/\.htm$/i, ".html"), "a page", [".html"]);
  const wrong = scales.find((scale) => scale < 1 || scale > MOST_SCALE);
  if (wrong !== undefined)
    throw new InputError(
      `--scales ${scales.join(",")}: found ${wrong}, expected multiples of the size, from 1 to ${MOST_SCALE}`,
    );
  if (html !== undefined) await requireFolder(io, html);
  const program = await loadProgram(io, programOf([first, second], options), options);
  const begin = performance.now();
  program.compile();
  const compileSeconds = (performance.now() - begin) / 1000;
  const subjects = distinguished([
    await subjectOf(io, program, first, compileSeconds),
    await subjectOf(io, program, second, compileSeconds),
  ]);
  remark(io, `${program.front.checked.name}: seed ${seed}`);
  const comparison = await measure(io, program, subjects, options);
  if (html !== undefined) await writeOutput(io, html, await renderComparison(comparison));
  return { json: () => comparison, text: () => describe(comparison) };
}

/** The program that both are networks of: named, or one of the two. */
function programOf(files: readonly string[], { program }: CompareOptions): string {
  const found = program ?? files.find(isProgram);
  if (found !== undefined) return found;
  throw new InputError(
    "weight files do not hold their program; give it with --program FILE.alg, or as one of the two networks",
  );
}

/** Files of the same name in two folders, or one file twice, get numbers. */
function distinguished([first, second]: readonly [ComparedNetwork, ComparedNetwork]): [
  ComparedNetwork,
  ComparedNetwork,
] {
  if (first.name !== second.name) return [first, second];
  return [
    { ...first, name: `${first.name} (1)` },
    { ...second, name: `${second.name} (2)` },
  ];
}

/** A program stands for its compiled network. */
async function subjectOf(
  io: Io,
  program: LoadedProgram,
  file: string,
  compileSeconds: number,
): Promise<ComparedNetwork> {
  const compiled = program.compile().network;
  const name = basename(file);
  if (isProgram(file)) {
    const { text } = await readSource(io, file);
    if (text !== program.front.source.text)
      throw new InputError(
        `${file} is not the program that is compared; leave --program out, or give its weights`,
      );
    return { name, network: compiled, notes: {}, isCompiled: true, compileSeconds };
  }
  const { network, notes } = await loadWeights(io, file);
  requireSameProgram(program.compile().rule, program.front.checked, network, file);
  return { name, network, notes, isCompiled: isSame(network, compiled), compileSeconds };
}

/** Tells whether two networks of one program are written the same, number for number. */
function isSame(network: Network, { sourceHash, ...others }: Network): boolean {
  const [one, other] = [
    { ...network, sourceHash },
    { ...others, sourceHash },
  ].map((each) => writeWeightFile(each));
  return one!.length === other!.length && one!.every((byte, at) => byte === other![at]);
}

async function measure(
  io: Io,
  program: LoadedProgram,
  subjects: readonly [ComparedNetwork, ComparedNetwork],
  options: CompareOptions,
): Promise<Comparison> {
  const { scales, runs, steps = null, seed, prove, size, verbose } = options;
  const { compareNetworks } = await import("../learning/compare/compare.ts");
  const compilation = program.compile();
  const backend = await tensorLoader()();
  return working(io, compilation.checked.name, "runs, {eta_formatted} left", (onRun, signal) =>
    compareNetworks(backend, compilation, subjects, {
      ...{ runs, steps, seed, prove, signal },
      scales: [...new Set(scales)],
      size: size ?? sizeFrom(subjects),
      // States are read after every step.
      openEngine: (network) => openEngine(io, withoutTokens(network), "auto", { verbose }, MUCH),
      onPart: (what) => {
        if (verbose) remark(io, `${what} ...`);
      },
      onRun,
    }),
  );
}

/** Returns what was trained on, as far as the files say so. */
function sizeFrom(subjects: readonly ComparedNetwork[]): Shape {
  const sizes = subjects.flatMap(({ notes }) => notes.training?.size ?? []);
  return sizes.at(-1) ?? { rows: 8, cols: 8 };
}

/** Of many runs, all taken together. */
const MUCH = { cells: 1e6, steps: 100 };

function describe(comparison: Comparison): string {
  const { title, summary, parts } = describeComparison(comparison);
  const names = ["", ...comparison.networks.map(({ name }) => name)];
  const shown = parts.map(({ heading, rows, remark: note }) => {
    const isOfBoth = rows.every((row) => row.length === names.length);
    const table = showTable(isOfBoth ? [names, ...rows] : rows);
    return `\n${heading}\n${table}${note === "" ? "" : `${wrap(note, "  ")}\n`}`;
  });
  return `${title}\n${summary.map((sentence) => `${wrap(sentence, "  ")}\n`).join("")}${shown.join("")}`;
}
