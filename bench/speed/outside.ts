// Processes that benchmarks start: our own command line, and programs of others, where these are installed.

import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { DIST } from "../setup.ts";
import type { Opponent } from "./row.ts";

/** Characters that a process may print, and seconds that it may take. */
const [MOST_OUTPUT, MOST_SECONDS] = [2 ** 28, 900];

export interface Finished {
  readonly seconds: number;
  /** Null where it was ended since it took too long. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Seconds after which the program is ended. */
  readonly most?: number;
}

/** Runs a program to its end, and times it as a whole. */
export function runProgram(
  file: string,
  words: readonly string[],
  { cwd, env = {}, most = MOST_SECONDS }: Surroundings = {},
): Finished {
  const begin = performance.now();
  const { status, stdout, stderr, error } = spawnSync(file, words, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    encoding: "utf8",
    maxBuffer: MOST_OUTPUT,
    timeout: 1000 * most,
  });
  const isLate = error !== undefined && "code" in error && error.code === "ETIMEDOUT";
  if (error !== undefined && !isLate) throw error;
  return { seconds: (performance.now() - begin) / 1000, code: status, stdout, stderr };
}

/** How our own files are run: `codes` are those that they may end with, null being that of being ended; `before`, words for Node. */
interface Way extends Pick<Surroundings, "most"> {
  readonly codes?: readonly (number | null)[];
  readonly before?: readonly string[];
}

/** Runs our command line in a process of its own, from a cold start: nothing is taken from earlier compilations. */
export const runTapeloom = (words: readonly string[], cwd: string, way?: Way): Finished =>
  runBuilt("cli/main.js", words, cwd, way);

/** Runs a compiled file of ours; throws InputError where nothing has been compiled. */
export function runBuilt(name: string, words: readonly string[], cwd: string, way: Way = {}): Finished {
  const { codes, before = [], ...most } = way;
  const file = fileURLToPath(new URL(name, DIST));
  if (!existsSync(file)) throw new InputError(`dist/${name} is not there; run \`npm run build\` first`);
  const surroundings = { cwd, env: { TAPELOOM_CACHE: "off" }, ...most };
  return ran(
    runProgram(process.execPath, [...before, file, ...words], surroundings),
    `${name} ${words[0]}`,
    codes,
  );
}

/** Says at the end how many seconds of the processor a process has had, with all its threads. */
const COUNTING = `data:text/javascript,process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  process.stderr.write("processor " + (user + system) / 1e6 + "\\n");
})`;

/** Runs our command line, and counts seconds of the processor. */
export function runCounted(
  words: readonly string[],
  cwd: string,
  way: Way = {},
): Finished & { readonly processor: number } {
  const finished = runTapeloom(words, cwd, { ...way, before: ["--import", COUNTING] });
  const [, processor] = /^processor ([\d.]+)$/m.exec(finished.stderr) ?? [];
  if (processor === undefined) throw new Error(`internal: ${words[0]} does not say what it took`);
  return { ...finished, processor: Number(processor) };
}

/** @throws Error if a program has not ended well */
export function ran(finished: Finished, name: string, codes: readonly (number | null)[] = [0]): Finished {
  const { code, stderr } = finished;
  if (!codes.includes(code))
    throw new Error(`${name} ended with ${code}: ${stderr.trim().split("\n").slice(-3).join(" ")}`);
  return finished;
}

/** The file of a program on the path; null where it is not installed. */
export function foundOn(path: string | undefined, file: string): string | null {
  const places = (path ?? "").split(delimiter).filter((folder) => folder !== "");
  return places.map((folder) => join(folder, file)).find(isRunnable) ?? null;
}

function isRunnable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Debian's packages are under Debian's own interpreter. */
const PYTHONS = ["/usr/bin/python3", "python3"] as const;

/** A Python on the path that has a module; null where there is none. */
export function pythonWith(path: string | undefined, module: string): string | null {
  const found = foundOn(path, "python3");
  if (found === null) return null;
  const hasIt = (file: string) =>
    foundOn("/", file) !== null && runProgram(file, ["-c", `import ${module}`]).code === 0;
  return [PYTHONS[0], found].find(hasIt) ?? null;
}

export const notInstalled = (name: string, packages: string): Opponent => ({
  name,
  absent: `not installed; on Debian: apt install ${packages}`,
});

/** Does some work in a folder that is gone afterwards. */
export async function inFolder<T>(work: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "tapeloom-bench-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
