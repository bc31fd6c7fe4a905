// What the built command loads before it does anything. Every file takes its part of a millisecond, and some libraries a
// hundred, so that the lists are held short here: a measured time would hang on the machine.

import { isAscii } from "node:buffer";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { program, Workspace } from "./harness.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const work = new Workspace();
const shell = promisify(execFile);

/** Prints the address of every module that is loaded, and of every file that is read at once, on standard error. */
const HOOKS = `
import { writeSync } from "node:fs";
export async function load(url, context, next) { writeSync(2, "loaded " + url.slice(7) + "\\n"); return next(url, context); }`;
const WATCH = `
import fs from "node:fs";
import { register, syncBuiltinESMExports } from "node:module";
const { readFileSync } = fs;
fs.readFileSync = (file, ...more) => { fs.writeSync(2, "loaded " + file + "\\n"); return readFileSync(file, ...more); };
syncBuiltinESMExports();
register("data:text/javascript,${encodeURIComponent(HOOKS)}");`;

/** Files of ours that a command line loads, their bytes, and packages. */
async function loadedBy(...words: string[]) {
  const watch = `data:text/javascript,${encodeURIComponent(WATCH)}`;
  const main = `${ROOT}dist/cli/main.js`;
  const { stderr } = await shell(process.execPath, ["--import", watch, main, ...words], { cwd: work.folder });
  const read = [...stderr.matchAll(/^loaded (.*)$/gm)].flatMap(([, path]) =>
    path!.startsWith(ROOT) ? [path!.slice(ROOT.length)] : [],
  );
  const paths = [...new Set(read)].filter((path) => !path.endsWith("package.json"));
  const packages = paths.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
  const own = paths.filter((path) => path.startsWith("dist/") && !path.endsWith(".code"));
  const bytes = own.reduce((sum, path) => sum + readFileSync(ROOT + path).length, 0);
  return { own, bytes, code: paths.filter((path) => path.endsWith(".code")), packages: new Set(packages) };
}

describe("loaded files", () => {
  test.each(["--help", "--version", "compile --help"])("%s: the command line alone", async (line) => {
    const { own, bytes, code, packages } = await loadedBy(...line.split(" "));
    expect([...packages]).toEqual([]);
    expect(own[0]).toBe("dist/cli/main.js");
    expect(own.length).toBeLessThanOrEqual(5);
    expect(bytes).toBeLessThan(200_000);
    expect(code).toHaveLength(own.length - 1);
  });

  test("compile: the compiler alone", async () => {
    const { own, bytes, packages } = await loadedBy("compile", program("parity.alg"));
    expect([...packages]).toEqual([]);
    const names = own.join(" ");
    for (const part of ["decompile", "export", "learn", "schemas", "robust", "train", "onnx"])
      expect(names).not.toContain(part);
    expect(own.length).toBeLessThanOrEqual(24);
    expect(bytes).toBeLessThan(1_370_000);
  });
});

test("run: what draws pictures is loaded for pictures alone", async () => {
  const words = ["run", program("parity.alg"), "--random", "1x3", "-o"];
  const plain = await loadedBy(...words, "end.txt");
  const drawn = await loadedBy(...words, "end.svg");
  const texts = (paths: readonly string[]) =>
    paths
      .map((path) => readFileSync(ROOT + path, "utf8"))
      .filter((text) => text.includes("node_modules/fflate"));
  expect(texts(plain.own)).toEqual([]);
  expect(texts(drawn.own)).toHaveLength(1);
  expect(plain.own.length).toBeLessThanOrEqual(32);
  expect(plain.bytes).toBeLessThan(1_560_000);
});

test.each([
  ["direct", "1x3"],
  // One thread is enough for one row.
  ["bits", "1x200"],
])(
  "%s engine: modules of Node that take long to make wait until somebody needs them",
  async (engine, size) => {
    const told = `process.on("exit", () => process.stderr.write(process.moduleLoadList.join("\\n")));`;
    const watch = `data:text/javascript,${encodeURIComponent(told)}`;
    const words = ["run", program("parity.alg"), "--random", size, "--engine", engine];
    const { stderr } = await shell(
      process.execPath,
      ["--import", watch, `${ROOT}dist/cli/main.js`, ...words],
      {
        cwd: work.folder,
        env: { ...process.env, TAPELOOM_CACHE: "off" },
      },
    );
    expect(stderr).toContain("NativeModule fs");
    for (const name of ["child_process", "crypto", "perf_hooks", "readline", "worker_threads"])
      expect(stderr.split("\n"), name).not.toContain(`NativeModule ${name}`);
  },
);

test("all parts are ASCII, and the function that runs them", () => {
  const parts = readdirSync(`${ROOT}dist/cli`).filter((file) => /^bundle-.*\.cjs$/.test(file));
  expect(parts.length).toBeGreaterThan(50);
  for (const part of parts) {
    const bytes = readFileSync(`${ROOT}dist/cli/${part}`);
    expect(isAscii(bytes), part).toBe(true);
    expect(bytes.toString("latin1"), part).toMatch(/^\(function \(exports, require, /);
  }
});

test("V8 takes the code that was kept when the command was built", async () => {
  const { compiled, optimiseLate } = await import(`${ROOT}dist/cli/bundle.js`);
  optimiseLate();
  for (const part of ["main", "parse", "compile", "prove"])
    expect(compiled(`${ROOT}dist/cli/bundle-${part}.cjs`).script.cachedDataRejected, part).toBe(false);
});

test.each([
  ["mutate", program("maze.alg"), "--workers", "2"],
  ["export", program("life.alg"), "--format", "onnx", "-o", "life.onnx"],
  ["run", program("life.alg"), "--random", "3x3", "--steps", "2", "--engine", "bits"],
])("%s: libraries that are no part of the bundle are found, without a warning", async (...words) => {
  const { stderr } = await shell(process.execPath, [`${ROOT}dist/cli/main.js`, ...words], {
    cwd: work.folder,
  });
  expect(stderr).not.toMatch(/warning|error/i);
});
