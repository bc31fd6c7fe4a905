// `npm run bench -- speed`: whole ways from a file or a grid to the answer, each with its goal, the share of each part, and
// others who do the same in the same run. Every case is measured in a process of its own, one after another (speed/), and
// every result is compared: one that is another makes the benchmark fail.

import { writeAtomically } from "../src/cli/files.ts";
import { EXIT, type Io, remark } from "../src/cli/io.ts";
import { printJson } from "../src/cli/json.ts";
import { showTable } from "../src/cli/table.ts";
import { showCount } from "../src/diagnostics/count.ts";
import { exponentOf, showExponent } from "./exponents.ts";
import { type Change, changeOf, openHistory } from "./history.ts";
import { describeMachine } from "./machine.ts";
import { speedApart } from "./process.ts";
import { type BenchOptions, chosen, measuredOrReason, oneByOne, requireSvg, threadsOf } from "./setup.ts";
import { marked, showChange, showRate, showTimes } from "./show.ts";
import { speedCases } from "./speed/cases.ts";
import {
  isMissed,
  type Opponent,
  ratioOf,
  type Setting,
  SPEED_FAMILIES,
  type SpeedFamily,
  type SpeedRow,
  UNITS,
  type Unit,
} from "./speed/row.ts";

/** What a line of the table says. */
export interface SpeedLine extends SpeedRow {
  readonly family: SpeedFamily;
  readonly change: Change | null;
}

export async function benchSpeed(io: Io, options: BenchOptions): Promise<number> {
  const { json, output, quick = false, seed = 1, size } = options;
  requireSvg(options);
  const families = chosen(options.programs, SPEED_FAMILIES, "--programs");
  const history = await openHistory(io, options);
  const threads = threadsOf(options);
  const setting: Setting = {
    seed,
    threads,
    quick,
    path: io.env.PATH,
    ...(size === undefined ? {} : { size }),
  };
  const absent: string[] = [];
  const lines = await oneByOne(
    io,
    speedCases(families, setting),
    "measurements",
    ({ name }) => name,
    async ({ family, name }, signal): Promise<readonly SpeedLine[]> => {
      const { measured, reason } = await measuredOrReason(() =>
        speedApart({ family, name, setting }, signal),
      );
      if (measured === null) absent.push(`${name}: ${reason}`);
      return (measured ?? []).map((row) => {
        const change = changeOf(rateOf(row), 0, history.rates(keyOf(row.title)));
        return { family, ...row, change };
      });
    },
  ).then((all) => all.flat());
  await history.keep({ rates: Object.fromEntries(lines.map((row) => [keyOf(row.title), rateOf(row)])) });
  const exponents = exponentsOf(lines);
  const { machine, load, path } = history;
  if (output !== undefined) {
    await writeAtomically(io, output, await renderSpeed(lines));
    remark(io, `wrote ${output}`);
  }
  if (json) {
    const about = { machine, load, seed, threads, quick, history: path };
    printJson(io, { benchmark: "speed", ...about, lines: lines.map(withMiss), exponents, absent });
  } else io.stdout.write(`${describeMachine(machine, load)}\n${describe(lines, exponents, absent)}`);
  // What was left out was not compared.
  return absent.length === 0 && lines.every(({ agrees }) => agrees) ? EXIT.done : EXIT.failed;
}

const keyOf = (title: string): string => `speed ${title}`;

/** What the history keeps: the larger, the better. */
const rateOf = ({ unit, value }: SpeedRow): number => (UNITS[unit] ? value : 1 / value);

const withMiss = (line: SpeedLine) => ({ ...line, isMissed: isMissed(line) });

/** A line of growth: a series of ours, or of somebody else on the same sizes. */
interface Growing {
  readonly name: string;
  readonly of: string;
  readonly points: readonly { readonly size: number; readonly seconds: number }[];
}

function growthsOf(lines: readonly SpeedRow[]): Growing[] {
  const found = new Map<string, { of: string; points: { size: number; seconds: number }[] }>();
  const add = (name: string, of: string, size: number, seconds: number) => {
    const own = found.get(name) ?? { of, points: [] };
    found.set(name, own);
    own.points.push({ size, seconds });
  };
  for (const { growth, seconds, unit, opponents = [] } of lines) {
    if (growth === undefined) continue;
    const { series, size, of } = growth;
    add(series, of, size, seconds);
    for (const each of opponents)
      if ("value" in each && unit === "s") add(`${series}: ${each.name}`, of, size, each.value);
  }
  return [...found].map(([name, each]) => ({ name, ...each })).filter(({ points }) => points.length > 1);
}

/** Times below this are noise. */
const LEAST_TIME = 1e-4;

interface Exponent {
  readonly series: string;
  readonly of: string;
  readonly sizes: readonly number[];
  readonly seconds: number | null;
}

export const exponentsOf = (lines: readonly SpeedRow[]): Exponent[] =>
  growthsOf(lines).map(({ name, of, points }) => ({
    ...{ series: name, of, sizes: points.map(({ size }) => size) },
    seconds: exponentOf(
      points.map(({ size, seconds }) => ({ size, value: seconds })),
      LEAST_TIME,
    ),
  }));

/** Room for the names of series beside the lines. */
const MARGIN = 290;

/** A panel for each thing that is counted. */
export async function renderSpeed(lines: readonly SpeedRow[]): Promise<string> {
  const { renderPanels } = await import("./growth-figure.ts");
  const all = growthsOf(lines);
  const counted = [...new Set(all.map(({ of }) => of))];
  const panels = counted.map((of) => ({
    x: of,
    y: ["seconds", "~g"] as const,
    points: all
      .filter((each) => each.of === of)
      .flatMap(({ name, points }) =>
        points.map(({ size, seconds }) => ({ line: name, x: size, y: seconds })),
      ),
  }));
  return renderPanels("growth of whole times", panels, MARGIN);
}

const HEAD = ["", "", "goal", "opponent", "", "ratio", "whole", "parts", "", "earlier"];

function describe(
  lines: readonly SpeedLine[],
  exponents: readonly Exponent[],
  absent: readonly string[],
): string {
  const families = SPEED_FAMILIES.filter((name) => lines.some(({ family }) => family === name));
  const blocks = families.map((name) => {
    const own = lines.filter(({ family }) => family === name);
    return `${name}\n${showTable([HEAD, ...own.flatMap(rowsOf)])}\n`;
  });
  const growth = exponents.map(({ series, of, sizes, seconds }) => [
    series,
    `${sizes.map(showCount).join(", ")} ${of}`,
    showExponent(seconds),
  ]);
  const table = growth.length === 0 ? "" : `${showTable([["exponents", "", "time"], ...growth])}\n`;
  const missed = lines.filter(isMissed).length;
  const goals = lines.filter(({ goal, wish }) => goal !== undefined || wish !== undefined).length;
  return [
    ...blocks,
    table,
    `${showCount(goals - missed)} of ${showCount(goals)} goals are reached; !: missed. ratio: how many times as good as the opponent. Parts are\n`,
    "shares of the whole time. MB/s: millions of cells, a byte each, or of bytes of weights.\n",
    ...lines.filter(({ agrees }) => !agrees).map(({ title, check }) => `DIFFERS ${title}: ${check}\n`),
    ...lines
      .filter(({ change }) => change?.isSlower)
      .map(({ title, change }) => `SLOWER ${title}: ${showChange(change)}\n`),
    ...absent.map((each) => `left out: ${each}\n`),
  ].join("");
}

/** A row, and one more for each opponent but the first. */
function rowsOf(line: SpeedLine): string[][] {
  const { title, unit, value, goal, wish, seconds, parts = {}, opponents = [], agrees, change } = line;
  const all = opponents.length === 0 ? [null] : opponents;
  const goals = [
    ...(goal === undefined ? [] : [showFigure(goal, unit)]),
    ...(wish === undefined ? [] : [wish.text]),
  ];
  return all.map((opponent, at) => {
    const beside = opponent === null ? ["", "", ""] : showOpponent(line, opponent);
    if (at > 0) return ["", "", "", ...beside, "", "", "", ""];
    return [
      title,
      marked(showFigure(value, unit), isMissed(line)),
      goals.join(", "),
      ...beside,
      unit === "s" ? "" : `${showDigits(seconds)} s`,
      showParts(parts),
      agrees ? "" : "DIFFERS",
      showChange(change),
    ];
  });
}

function showOpponent(line: SpeedLine, opponent: Opponent): string[] {
  if ("absent" in opponent) return [opponent.name, opponent.absent, ""];
  const { name, value } = opponent;
  return [name, showFigure(value, line.unit), showTimes(ratioOf(line, value))];
}

const showFigure = (value: number, unit: Unit): string =>
  unit === "cell-steps/s" ? `${showRate(value)} ${unit}` : `${showDigits(value)} ${unit}`;

/** Three digits, or all of a whole number. */
const showDigits = (value: number): string =>
  Number.isInteger(value) || value >= 1000
    ? showCount(Math.round(value))
    : String(Number(value.toPrecision(3)));

function showParts(parts: Readonly<Record<string, number>>): string {
  const all = Object.entries(parts);
  const whole = all.reduce((sum, [, seconds]) => sum + seconds, 0);
  return all.map(([name, seconds]) => `${name} ${Math.round((100 * seconds) / whole)}%`).join(", ");
}
