// What the built command loads before it does anything. Every module takes its part of a millisecond, and some
// libraries a hundred, so that the lists are held short here: a measured time would hang on the machine.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { program, Workspace } from "./harness.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const work = new Workspace();
const shell = promisify(execFile);

/** Prints the address of every module that is loaded, on standard error. */
const HOOKS = `
import { writeSync } from "node:fs";
export async function load(url, context, next) { writeSync(2, "loaded " + url + "\\n"); return next(url, context); }`;
const REGISTER = `import { register } from "node:module"; register("data:text/javascript,${encodeURIComponent(HOOKS)}");`;

/** Modules of ours and packages that a command line loads. */
async function loadedBy(...words: string[]) {
  const watch = `data:text/javascript,${encodeURIComponent(REGISTER)}`;
  const main = `${ROOT}dist/cli/main.js`;
  const { stderr } = await shell(process.execPath, ["--import", watch, main, ...words], { cwd: work.folder });
  const paths = [...stderr.matchAll(/^loaded file:\/\/(.*)$/gm)].map(([, path]) => path!.slice(ROOT.length));
  const packages = paths.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
  const own = paths.filter((path) => path.startsWith("dist/"));
  const folders = own.map((path) => path.split("/")[1]!);
  return { own, folders: new Set(folders), packages: new Set(packages) };
}

describe("loaded modules", () => {
  test.each(["--help", "--version", "compile --help"])("%s: the command line alone", async (line) => {
    const { own, folders, packages } = await loadedBy(...line.split(" "));
    expect([...packages]).toEqual(["commander"]);
    expect([...folders].sort()).toEqual(["cli", "diagnostics", "grid"]);
    expect(own.length).toBeLessThanOrEqual(21);
  });

  test("compile: the compiler alone", async () => {
    const { own, folders, packages } = await loadedBy("compile", program("parity.alg"));
    expect([...packages].sort()).toEqual(["@noble/hashes", "commander", "ohm-js"]);
    for (const folder of ["compare", "decompile", "export", "learner", "report", "robust", "train"])
      expect(folders).not.toContain(folder);
    expect(own.length).toBeLessThanOrEqual(220);
  });
});
