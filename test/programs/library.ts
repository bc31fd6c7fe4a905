// The table of the gallery, programs/LIBRARY.md: a row per program, made from the programs themselves.

import { checkProgram } from "../../src/compile.ts";
import { lower } from "../../src/compiler/lower/lower.ts";
import { schedule } from "../../src/compiler/schedule/schedule.ts";
import { showSize } from "../../src/grid/size.ts";
import type { CheckedProgram } from "../../src/language/analyse/checked.ts";
import { sizeOf } from "../../src/network/network.ts";
import { compileProgram, programNames, readProgram } from "./programs.ts";

/** What a row says; sizes are strings, as they stand in the table. */
export interface LibraryRow {
  readonly program: string;
  readonly story: string;
  readonly channels: string;
  readonly hidden: string;
  readonly nonzero: string;
  readonly schedule: string;
  readonly steps: string;
  readonly lines: string;
}

const COLUMNS: readonly (readonly [key: keyof LibraryRow, title: string, rule: string])[] = [
  ["program", "program", "---"],
  ["story", "what it does", "---"],
  ["channels", "channels", "---:"],
  ["hidden", "hidden units", "---:"],
  ["nonzero", "non-zero weights", "---:"],
  ["schedule", "schedule", "---"],
  ["steps", "steps", "---"],
  ["lines", "lines", "---:"],
];

const INTRODUCTION = `# The programs in this folder

Each stands beside its oracle and sample inputs. The sizes are those of the compiled network, whatever the size of the
grid; steps are the most that a run takes on an input of rows x cols cells, where a program says so. Lines are those
with code. This file is written by \`npm run table\`.
`;

/** What can be said of a program without making its network; quick. */
export function describeProgram(name: string): Omit<LibraryRow, "channels" | "hidden" | "nonzero"> {
  const source = readProgram(name);
  const { checked } = checkProgram(source);
  return {
    program: `[${name}](${name}.alg)`,
    story: storyOf(source.text),
    schedule: schedule(lower(checked)).schedule.kind,
    steps: stepsOf(checked),
    lines: String(source.text.split("\n").filter((line) => !/^\s*(\/\/.*)?$/.test(line)).length),
  };
}

/** The sizes of a program's network. */
export function measureNetwork(name: string): Pick<LibraryRow, "channels" | "hidden" | "nonzero"> {
  const { channels, hidden, nonzero } = sizeOf(compileProgram(name).network);
  return { channels: String(channels), hidden: String(hidden), nonzero: String(nonzero) };
}

/** The first sentence of the comment that opens a program. */
function storyOf(text: string): string {
  const lines = text.split("\n");
  const end = lines.findIndex((line) => !line.startsWith("//"));
  const comment = lines.slice(0, end).map((line) => line.slice(2).trim());
  return comment.join(" ").split(/(?<=\.) /)[0] ?? "";
}

/** What the program claims; a dash where it ends and claims nothing. */
function stepsOf({ steps, endless }: CheckedProgram): string {
  if (steps) return showSize(steps.most);
  return endless ? "as many as asked for" : "-";
}

/** The whole file. */
export function showLibrary(rows: readonly LibraryRow[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    INTRODUCTION,
    line(COLUMNS.map(([, title]) => title)),
    line(COLUMNS.map(([, , rule]) => rule)),
    ...rows.map((row) => line(COLUMNS.map(([key]) => row[key].replaceAll("|", "\\|")))),
    "",
  ].join("\n");
}

/** The rows of the file. */
export function readLibrary(text: string): LibraryRow[] {
  const lines = text.split("\n").filter((line) => line.startsWith("| ["));
  return lines.map((line) => {
    const cells = line
      .slice(2, -2)
      .split(/(?<!\\) \| /)
      .map((cell) => cell.replaceAll("\\|", "|"));
    return Object.fromEntries(COLUMNS.map(([key], at) => [key, cells[at] ?? ""])) as unknown as LibraryRow;
  });
}

/** All rows, in the order of their names; takes minutes. */
export function makeLibrary(): LibraryRow[] {
  return programNames.map((name) => ({ ...describeProgram(name), ...measureNetwork(name) }));
}
