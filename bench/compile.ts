// `npm run bench -- compile`: how large networks are, and how long it takes to compile and to prove them, with exponents of
// growth. Every program is measured in a process of its own, one after another.

import { EXIT, type Io } from "../src/cli/io.ts";
import { printJson } from "../src/cli/json.ts";
import { showTable } from "../src/cli/table.ts";
import { plural, showCount } from "../src/diagnostics/count.ts";
import { COMPILE_FAMILIES, type CompileCase, compileCases, type Target } from "./compile-cases.ts";
import type { CompileMeasurement } from "./compile-measure.ts";
import { exponentOf, showExponent } from "./exponents.ts";
import { type Change, changeOf, type History, median, openHistory } from "./history.ts";
import { describeMachine } from "./machine.ts";
import { compileApart } from "./process.ts";
import { type BenchOptions, chosen, type MeasuredOrReason, measuredOrReason, oneByOne } from "./setup.ts";
import { marked } from "./show.ts";

/** Seconds on the clock after which a program is given up. */
const MOST_SECONDS = 180;

/** What a line of the table says. */
export interface CompileLine extends Pick<CompileCase, "family" | "series" | "size" | "title" | "target"> {
  /** Null where the program was refused or took too long: `reason` says which. */
  readonly measured: CompileMeasurement | null;
  readonly reason: string | null;
  readonly change: Change | null;
  /** Numbers more than in the last run before. */
  readonly more: number;
}

/** Growth of a series with its size: a network of size n has about n to the power of `nonzero` numbers. */
export interface Exponents {
  readonly series: string;
  readonly nonzero: number | null;
  readonly compile: number | null;
  readonly prove: number | null;
}

export async function benchCompile(io: Io, options: BenchOptions): Promise<number> {
  const { json, quick = false, seed = 1 } = options;
  const families = chosen(options.programs, COMPILE_FAMILIES, "--programs");
  const history = await openHistory(io, options);
  const lines = await oneByOne(
    io,
    compileCases(families, quick, seed),
    "programs",
    ({ title }) => title,
    async ({ source, options, ...about }, signal) =>
      lineOf(
        about,
        await measuredOrReason(() => compileApart({ source, options }, signal, MOST_SECONDS)),
        history,
      ),
  );
  const exponents = exponentsOf(lines);
  const done = lines.filter(({ measured }) => measured !== null);
  await history.keep({
    rates: Object.fromEntries(done.map(({ title, measured }) => [keyOf(title), 1 / measured!.compile])),
    sizes: Object.fromEntries(done.map(({ title, measured }) => [keyOf(title), measured!.nonzero])),
  });
  const { machine, load, path } = history;
  if (json)
    printJson(io, { benchmark: "compile", machine, load, seed, quick, history: path, lines, exponents });
  else io.stdout.write(`${describeMachine(machine, load)}\n${describe(lines, exponents)}`);
  return lines.some(({ measured }) => measured?.outcome === "refuted") ? EXIT.failed : EXIT.done;
}

const keyOf = (title: string): string => `compile ${title}`;

function lineOf(
  { family, series, size, title, target }: Omit<CompileCase, "source" | "options">,
  { measured, reason }: MeasuredOrReason<CompileMeasurement>,
  { rates, earlier }: History,
): CompileLine {
  const last = earlier.flatMap(({ sizes }) => sizes?.[keyOf(title)] ?? []).at(-1);
  const change = measured && changeOf(1 / measured.compile, 0, rates(keyOf(title)));
  const more = measured === null || last === undefined ? 0 : measured.nonzero - last;
  return { family, series, size, title, target, measured, reason, change, more };
}

/** Times below this are noise. */
const LEAST_TIME = 0.05;

/** Of every series with two sizes or more, by least squares of logarithms. */
export function exponentsOf(lines: readonly CompileLine[]): readonly Exponents[] {
  const names = [...new Set(lines.map(({ series }) => series))].filter((series) => series !== "");
  return names.flatMap((series) => {
    const own = lines.filter((line) => line.series === series && line.measured !== null);
    if (own.length < 2) return [];
    const slope = (of: (measured: CompileMeasurement) => number | null, least: number) =>
      exponentOf(
        own.map(({ size, measured }) => ({ size, value: of(measured!) })),
        least,
      );
    return [
      {
        series,
        nonzero: slope(({ nonzero }) => nonzero, 1),
        compile: slope(({ compile }) => compile, LEAST_TIME),
        prove: slope(({ prove }) => prove, LEAST_TIME),
      },
    ];
  });
}

const HEAD = ["", "non-zero", "at most", "layers", "compile", "at most", "prove", "at most", "", "earlier"];

function describe(lines: readonly CompileLine[], exponents: readonly Exponents[]): string {
  const families = COMPILE_FAMILIES.filter((name) => lines.some(({ family }) => family === name));
  const blocks = families.map((name) => {
    const own = lines.filter(({ family }) => family === name);
    const total =
      name === "library" ? describeSums(own, LIBRARY_NONZERO) : name === "learners" ? describeSums(own) : "";
    return `${name}\n${showTable([HEAD, ...own.map(rowOf)])}${total}\n`;
  });
  const growth = exponents.map(({ series, nonzero, compile, prove }) => [
    series,
    ...[nonzero, compile, prove].map(showExponent),
  ]);
  const table =
    growth.length === 0 ? "" : showTable([["exponents", "non-zero", "compile", "prove"], ...growth]);
  return `${blocks.join("")}${table}
Seconds of processor time, each program in a process of its own from a cold start, without Node and what it loads. !: more
than is to be reached. Exponents: of growth with the number in the title, of times from ${LEAST_TIME} s on.
`;
}

function rowOf({ title, target, measured, reason, change, more }: CompileLine): string[] {
  if (measured === null) return [title, "", ...mostOf(target, "nonzero"), "", reason!.split("\n")[0]!];
  const { nonzero, layers, compile, prove, outcome } = measured;
  const isWrong = outcome !== "proved";
  const notes = [
    ...(change === null ? [] : [`${change.isSlower ? "SLOWER: " : ""}${Math.round(100 * change.ratio)}%`]),
    ...(more > 0 ? [`LARGER by ${showCount(more)}`] : more < 0 ? [`smaller by ${showCount(-more)}`] : []),
  ];
  return [
    title,
    marked(showCount(nonzero), nonzero > (target.nonzero ?? Number.POSITIVE_INFINITY)),
    ...mostOf(target, "nonzero"),
    String(layers),
    marked(compile.toFixed(2), compile > (target.compile ?? Number.POSITIVE_INFINITY)),
    ...mostOf(target, "compile"),
    prove === null ? "" : marked(prove.toFixed(2), prove > (target.prove ?? Number.POSITIVE_INFINITY)),
    ...mostOf(target, "prove"),
    isWrong ? (outcome ?? `proof takes more than ${MOST_SECONDS} s`) : "",
    notes.join(", "),
  ];
}

const mostOf = (target: Target, key: keyof Target): string[] => [
  target[key] === undefined ? "" : showCount(target[key]),
];

/** What the programs of the library, without later learners, are to have together. */
const LIBRARY_NONZERO = 4200;

function describeSums(lines: readonly CompileLine[], most?: number): string {
  const done = lines.flatMap(({ measured }) => measured ?? []);
  const sum = (of: (measured: CompileMeasurement) => number) =>
    done.reduce((total, each) => total + of(each), 0);
  const whole = done.map((each) => each.process);
  return `  ${plural(done.length, "program")}: ${showCount(sum(({ nonzero }) => nonzero))} non-zero${most === undefined ? "" : ` (at most ${showCount(most)})`}, compiled in ${sum(
    ({ compile }) => compile,
  ).toFixed(
    1,
  )} s in all (at most 10); whole processes: median ${median(whole).toFixed(2)} s, worst ${Math.max(...whole).toFixed(2)} s\n`;
}
