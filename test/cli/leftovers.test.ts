// Half-written files of processes that were killed.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, utimesSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { program, Workspace } from "./harness.ts";

const FILES = fileURLToPath(new URL("../../dist/cli/files.js", import.meta.url));
const work = new Workspace();

/** Writes a large file over and over, as long as it lives. */
const writer = (path: string): ChildProcess =>
  spawn(
    process.execPath,
    [
      "--input-type=module",
      "-e",
      `import { writeAtomically } from ${JSON.stringify(FILES)};
       const data = new Uint8Array(2 ** 23);
       for (;;) await writeAtomically({ cwd: "." }, ${JSON.stringify(path)}, data);`,
    ],
    { cwd: work.folder },
  );

const temporaries = (): string[] => readdirSync(work.folder).filter((name) => name.endsWith(".tapeloom"));

async function untilHalfWritten(known: readonly string[] = []): Promise<string> {
  for (;;) {
    const found = temporaries().find((name) => !known.includes(name));
    if (found !== undefined) return found;
    await setTimeout(1);
  }
}

async function killInTheMiddle(path: string): Promise<string> {
  for (;;) {
    const child = writer(path);
    const exit = once(child, "exit");
    await untilHalfWritten();
    child.kill("SIGKILL");
    await exit;
    const [left] = temporaries();
    if (left !== undefined) return left;
  }
}

const compileParity = () => work.run(["compile", program("parity.alg"), "-o", "parity.safetensors"]);

test("what a killed process has left half written goes with the next run, whatever it writes", async () => {
  const left = await killInTheMiddle("large.bin");
  expect(left).toContain("large.bin");
  await compileParity();
  expect(temporaries()).toEqual([]);
});

test("what others are writing, or have nothing to do with us, stays", async () => {
  const child = writer("other.bin");
  const exit = once(child, "exit");
  const half = await untilHalfWritten();
  child.kill("SIGSTOP");
  const foreign = [
    ".notes.123.tmp",
    `.x.${2 ** 30}.${hostname()}.tapeloom`,
    `x.${2 ** 30}-0.${hostname()}.tapeloom`,
    `.x.${2 ** 30}-0.elsewhere.tapeloom`,
  ];
  for (const name of foreign) work.write(name, "");
  work.write(`.old.${2 ** 30}-0.elsewhere.tapeloom`, "");
  const before = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
  utimesSync(work.path(`.old.${2 ** 30}-0.elsewhere.tapeloom`), before, before);
  const isHalf = temporaries().includes(half);
  await compileParity();
  const names = readdirSync(work.folder);
  expect(names).toEqual(expect.arrayContaining(foreign));
  expect(names.some((name) => name.startsWith(".old"))).toBe(false);
  if (isHalf) expect(names).toContain(half);
  child.kill("SIGKILL");
  await exit;
});
