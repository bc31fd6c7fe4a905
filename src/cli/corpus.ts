// `tapeloom corpus`: random programs with their networks and what is proved of these, in a folder, with a manifest.

import { appendFile, truncate } from "node:fs/promises";
import { join, resolve } from "node:path";
import { plural, showCount } from "../diagnostics/count.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import type { CorpusFacts } from "../exchange/corpus/entry.ts";
import type { CommandResult, ValuesOf } from "./commands/command.ts";
import type { corpusOptions } from "./commands/discovering.ts";
import { makeFolder, packageVersion, readBytesIfThere, writeAtomically } from "./files.ts";
import { Interrupted } from "./guard.ts";
import { EXIT, type Io, interruptible, remark } from "./io.ts";
import { inOrder } from "./pool.ts";
import { progressBar } from "./progress.ts";
import { showTable } from "./table.ts";

type CorpusOptions = ValuesOf<typeof corpusOptions>;

/** A line of the manifest. */
interface CorpusLine extends CorpusFacts {
  readonly seed: number;
  readonly version: string;
}

const MANIFEST = "manifest.jsonl";

export async function corpusCommand(io: Io, options: CorpusOptions): Promise<CommandResult> {
  const { output, count, seed } = options;
  await makeFolder(io, output);
  const lines = await linesOf(io, options);
  if (lines.length > 0) remark(io, `${output}: goes on, ${plural(lines.length, "program")} there already`);
  const isInterrupted = await addEntries(io, options, lines);
  const all = lines.slice(0, count);
  return {
    json: () => ({ folder: output, seed, programs: all.length, interrupted: isInterrupted, ...summary(all) }),
    text: () => `${output}: ${plural(all.length, "program")}, seed ${seed}\n${describe(all)}`,
    code: isInterrupted
      ? EXIT.interrupted
      : all.every(({ outcome }) => outcome !== "refuted")
        ? EXIT.done
        : EXIT.failed,
  };
}

/** Adds the entries that are missing to a folder and to `lines`, in order. Returns whether it was interrupted. */
async function addEntries(io: Io, options: CorpusOptions, lines: CorpusLine[]): Promise<boolean> {
  const { output, count, seed } = options;
  const [begin, version] = [lines.length, packageVersion()];
  const progress = progressBar(io, "corpus", "programs");
  try {
    await interruptible(io, async (signal) => {
      const assignment = { work: "corpus", data: { seed }, label: "corpus", hands: options } as const;
      const jobAt = (number: number) => (begin + number < count ? begin + number : null);
      for await (const { facts, text, weights } of inOrder<"corpus">(io, assignment, jobAt, signal)) {
        const line: CorpusLine = { seed, ...facts, version };
        await writeAtomically(io, join(output, `${facts.program}.alg`), text);
        await writeAtomically(io, join(output, `${facts.program}.safetensors`), weights);
        // Last, so that what the manifest says is there.
        await appendFile(resolve(io.cwd, output, MANIFEST), `${JSON.stringify(line)}\n`);
        lines.push(line);
        progress.update(lines.length, count);
      }
    });
    return false;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    remark(io, `${output}: interrupted after ${plural(lines.length, "program")}; the same command goes on`);
    return true;
  } finally {
    progress.stop();
  }
}

/** The lines of the manifest, without one that was not written to its end. Throws InputError if they are of another corpus. */
async function linesOf(io: Io, { output, seed }: CorpusOptions): Promise<CorpusLine[]> {
  const path = join(output, MANIFEST);
  const bytes = await readBytesIfThere(io, path);
  if (bytes === null) return [];
  const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
  if (whole.length < bytes.length) await truncate(resolve(io.cwd, path), whole.length);
  const lines = Buffer.from(whole)
    .toString()
    .split("\n")
    .slice(0, -1)
    .map((text, at) => lineOf(text, path, at));
  const version = packageVersion();
  const other = lines.find((line) => line.seed !== seed || line.version !== version);
  if (other === undefined) return lines;
  throw new InputError(
    `${output}: found a corpus of seed ${other.seed}, made by tapeloom ${other.version}, expected seed ${seed} and tapeloom ` +
      `${version}; give another folder, or --seed ${other.seed}`,
  );
}

function lineOf(text: string, path: string, at: number): CorpusLine {
  try {
    const line = JSON.parse(text) as CorpusLine;
    if (line.index === at) return line;
  } catch {}
  throw new InputError(`${path}: line ${at + 1} is no entry of program number ${at}; give another folder`);
}

/** Returns how many lines there are of each value. */
function countsOf(
  lines: readonly CorpusLine[],
  key: "kind" | "schedule" | "outcome",
): Record<string, number> {
  const values = [...new Set(lines.map((line) => line[key]))].sort();
  return Object.fromEntries(
    values.map((value) => [value, lines.filter((line) => line[key] === value).length]),
  );
}

const middle = (numbers: readonly number[]): number =>
  numbers.toSorted((one, other) => one - other)[numbers.length >> 1] ?? 0;

const summary = (lines: readonly CorpusLine[]) => ({
  outcomes: countsOf(lines, "outcome"),
  kinds: countsOf(lines, "kind"),
  schedules: countsOf(lines, "schedule"),
  nonzero: {
    median: middle(lines.map(({ nonzero }) => nonzero)),
    most: Math.max(0, ...lines.map(({ nonzero }) => nonzero)),
  },
});

function describe(lines: readonly CorpusLine[]): string {
  const { outcomes, kinds, schedules, nonzero } = summary(lines);
  const show = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([value, count]) => `${value} ${showCount(count)}`)
      .join(", ");
  return showTable([
    ["networks", show(outcomes)],
    ["kinds", show(kinds)],
    ["schedules", show(schedules)],
    ["non-zero weights", `median ${showCount(nonzero.median)}, at most ${showCount(nonzero.most)}`],
  ]);
}
