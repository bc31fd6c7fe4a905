// `npm run bench`: all engines on several programs and grids, in one table.
//
// Every line is measured in a process of its own, one after another; see engine-measure.ts. Engines that did the same
// steps must have come to the same fields, or the benchmark fails.

import { totalmem } from "node:os";
import { writeAtomically } from "../src/cli/files.ts";
import { EXIT, type Io, remark } from "../src/cli/io.ts";
import { printJson } from "../src/cli/json.ts";
import { showTable } from "../src/cli/table.ts";
import { compile } from "../src/compile.ts";
import { plural, showCount } from "../src/diagnostics/count.ts";
import { type Network, sizeOf } from "../src/network/network.ts";
import { writeWeightFile } from "../src/network/weightwriter.ts";
import {
  BENCH_ENGINES,
  BENCH_PROGRAMS,
  type BenchEngine,
  type BenchProgram,
  batchOf,
  type Contest,
  contests,
  contestTitle,
  engineTitle,
} from "./engine-cases.ts";
import type { Effort, MeasureJob, Measurement } from "./engine-measure.ts";
import { measureGrowth } from "./growth.ts";
import { type Change, changeOf, type Machine, median, openHistory, quantile } from "./history.ts";
import { describeMachine, showMemory } from "./machine.ts";
import { measureApart } from "./process.ts";
import {
  type BenchOptions,
  chosen,
  librarySource,
  measuredOrReason,
  oneByOne,
  requireSvg,
  showSeconds,
  threadsOf,
  timed,
} from "./setup.ts";
import { showChange, showRate, showTimes } from "./show.ts";

/** A program, compiled, and how long that took. */
interface Compiled {
  readonly program: BenchProgram;
  readonly network: Network;
  readonly seconds: number;
  /** What every job about it has. */
  readonly job: Pick<MeasureJob, "source" | "weights" | "seed">;
}

/** What a line of the table says. */
export interface Line
  extends Contest,
    Pick<Measurement, "steps" | "runs" | "cpu" | "preparation" | "peakMemory"> {
  readonly title: string;
  readonly batch: number;
  /** Cells times steps a second: the median of the runs. */
  readonly rate: number;
  /** Half of what lies between the quartiles of the runs, as a part of the median. */
  readonly spread: number;
  /** Hidden units evaluated in a second; null where a program runs without its network. */
  readonly nodes: number | null;
  readonly agrees: boolean;
  readonly checkedSteps: number;
  readonly change: Change | null;
}

const FULL: Effort = { warmUp: 0.1, total: 0.2 };
const QUICK: Effort = { warmUp: 0.03, total: 0.1 };

export async function benchTable(io: Io, options: BenchOptions): Promise<number> {
  const { json, output, quick = false, seed = 1 } = options;
  requireSvg(options);
  const programs = chosen(options.programs, BENCH_PROGRAMS, "--programs");
  const engines = chosen(options.engines, BENCH_ENGINES, "--engines");
  const history = await openHistory(io, options);
  const compiled = new Map<BenchProgram, Compiled>();
  for (const program of programs) compiled.set(program, await compiledProgram(program, seed));
  const all = contests({ programs, engines, quick, threads: threadsOf(options) });
  const { results, absent } = await measureAll(io, all, compiled, quick ? QUICK : FULL);
  const lines = linesOf(results, compiled, history.rates);
  const growth =
    output === undefined ? null : await measureGrowth(io, compiled.get(programs[0]!)!, engines, options);
  if (growth !== null) {
    const { renderGrowth } = await import("./growth-figure.ts");
    await writeAtomically(io, output!, await renderGrowth(growth));
    remark(io, `wrote ${output}`);
  }
  await history.keep({ rates: Object.fromEntries(lines.map((line) => [line.title, line.rate])) });
  const compilation = [...compiled.values()].map(({ program, seconds }) => ({ program, seconds }));
  const { machine, load, path, earlier } = history;
  const about = { machine, memory: totalmem(), load, seed, quick, compilation, absent, history: path };
  if (json) printJson(io, { benchmark: "engines", ...about, lines: lines.map(withRatios(lines)), growth });
  else io.stdout.write(describe(lines, about, earlier.length));
  return lines.every(({ agrees }) => agrees) ? EXIT.done : EXIT.failed;
}

async function compiledProgram(program: BenchProgram, seed: number): Promise<Compiled> {
  const source = librarySource(program);
  const { seconds, result } = await timed(() => compile(source));
  const { network } = result;
  return { program, network, seconds, job: { source, weights: writeWeightFile(network), seed } };
}

type Result = readonly [Contest, Measurement];

/** Measures one contest after another; those that an engine refuses are left out, with its reason. */
async function measureAll(
  io: Io,
  all: readonly Contest[],
  compiled: ReadonlyMap<BenchProgram, Compiled>,
  effort: Effort,
): Promise<{ readonly results: readonly Result[]; readonly absent: readonly string[] }> {
  const results: Result[] = [];
  const absent: string[] = [];
  await oneByOne(io, all, "measurements", contestTitle, async (contest, signal) => {
    const { shape, engine, threads, program } = contest;
    const job = { ...compiled.get(program)!.job, effort, engine, threads, shapes: [shape], steps: [] };
    const { measured, reason } = await measuredOrReason(() => measureApart(job, signal));
    if (measured === null) absent.push(`${contestTitle(contest)}: ${reason}`);
    else results.push([contest, measured[0]!]);
  });
  return { results, absent };
}

function linesOf(
  results: readonly Result[],
  compiled: ReadonlyMap<BenchProgram, Compiled>,
  earlierRates: (title: string) => readonly number[],
): Line[] {
  return results.map(([contest, measured]) => {
    const { program, shape, engine } = contest;
    const { steps, runs, cpu, preparation, peakMemory, checked } = measured;
    const batch = batchOf(engine);
    const title = contestTitle(contest);
    const middle = median(runs);
    const rate = (batch * shape.rows * shape.cols * steps) / middle;
    const spread = (quantile(runs, 0.75) - quantile(runs, 0.25)) / 2 / middle;
    const isNetwork = engine !== "reference" && engine !== "rule";
    const [, first] = results.find(([other]) => isSameGrid(other, contest))!;
    return {
      ...contest,
      ...{ title, batch, steps, runs, cpu, preparation, peakMemory, rate, spread },
      nodes: isNetwork ? rate * sizeOf(compiled.get(program)!.network).hidden : null,
      agrees: first.checked.hash === checked.hash && first.checked.steps === checked.steps,
      checkedSteps: checked.steps,
      change: changeOf(rate, spread, earlierRates(title)),
    };
  });
}

const isSameGrid = (a: Contest, b: Contest): boolean =>
  a.program === b.program && a.shape.rows === b.shape.rows && a.shape.cols === b.shape.cols;

/** How many times as fast as another engine; null where that did not run the program. */
interface Ratio {
  readonly times: number;
  /** The other engine was measured on the program's smallest grid only. */
  readonly fromSmaller: boolean;
}

function ratioTo(line: Line, engine: BenchEngine, lines: readonly Line[]): Ratio | null {
  const rivals = lines.filter(
    (other) => other.engine === engine && other.program === line.program && other.threads === 1,
  );
  const same = rivals.find((other) => isSameGrid(other, line));
  const rival = same ?? rivals[0];
  return rival === undefined ? null : { times: line.rate / rival.rate, fromSmaller: same === undefined };
}

/** A line of the JSON document: with the ratios to all engines on the same grid. */
const withRatios = (lines: readonly Line[]) => (line: Line) => {
  const rivals = lines.filter((other) => isSameGrid(other, line) && other !== line);
  const ratios = rivals.map((other) => [engineTitle(other.engine, other.threads), line.rate / other.rate]);
  return { ...line, ratios: Object.fromEntries(ratios) };
};

interface About {
  readonly machine: Machine;
  readonly load: number;
  readonly seed: number;
  readonly compilation: readonly { readonly program: string; readonly seconds: number }[];
  readonly absent: readonly string[];
  readonly history: string | null;
}

const RIVALS = ["reference", "direct", "tensor", "onnx"] as const;

function describe(lines: readonly Line[], about: About, earlier: number): string {
  const head = ["", "cell-steps/s", "nodes/s", "+-", "CPU", "memory", ...RIVALS.map((name) => `x ${name}`)];
  const groups = lines.filter((line, at) => at === 0 || !isSameGrid(line, lines[at - 1]!));
  const blocks = groups.map((group) => {
    const own = lines.filter((line) => isSameGrid(line, group));
    const { rows, cols } = group.shape;
    return `${group.program}, ${showCount(rows)} x ${showCount(cols)} cells\n${showTable([
      [...head, "earlier"],
      ...own.map((line) => rowOf(line, lines)),
    ])}`;
  });
  return `${describeMachine(about.machine, about.load)}\n${blocks.join("\n")}\n${describeMethod(lines, about, earlier)}`;
}

function rowOf(line: Line, lines: readonly Line[]): string[] {
  const { engine, threads, rate, nodes, spread, cpu, peakMemory, agrees, change } = line;
  const ratios = RIVALS.map((rival) => showRatio(ratioTo(line, rival, lines)));
  return [
    engineTitle(engine, threads),
    showRate(rate),
    nodes === null ? "" : showRate(nodes),
    `${Math.round(100 * spread)}%`,
    `${Math.round(100 * cpu)}%`,
    showMemory(peakMemory),
    ...ratios,
    agrees ? showChange(change) : "DIFFERS from the others",
  ];
}

function describeMethod(
  lines: readonly Line[],
  { compilation, absent, history, seed }: About,
  earlier: number,
) {
  const compiled = compilation.map(({ program, seconds }) => `${program} ${showSeconds(seconds)}`).join(", ");
  const slower = lines.filter(({ change }) => change?.isSlower);
  return [
    `compiled: ${compiled}`,
    "Medians of short runs after a warm-up, each line in a process of its own, whose peak memory is shown; +- is half",
    "of what lies between the quartiles, CPU the processor time it got: less than 100% for each thread where others ran.",
    `x: times as fast, ~ where the other one ran a smaller grid. Seed ${seed}. All lines about a grid came to the same`,
    "fields, as far as they are not marked.",
    ...(history === null ? [] : [`${plural(earlier, "earlier run")} on this machine in ${history}`]),
    ...slower.map(({ title, change }) => `SLOWER ${title}: ${showChange(change)}`),
    ...absent.map((each) => `left out: ${each}`),
    "",
  ].join("\n");
}

function showRatio(ratio: Ratio | null): string {
  if (ratio === null) return "";
  const { times, fromSmaller } = ratio;
  return `${fromSmaller ? "~" : ""}${showTimes(times)}`;
}
