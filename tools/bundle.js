// Makes the command that starts fast: bundles src/cli/main.ts into dist/cli/bundle-*.cjs, puts a start of it in the place
// of dist/cli/main.js, and keeps beside each part the code that V8 makes of it while some commands run.
//
// `tsc` alone writes the plain dist/cli/main.js again, so that what runs is never older than what was compiled last.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const FOLDER = `${ROOT}dist/cli/`;

/** Short runs that between them use most of what the everyday commands do. */
const RUNS = [
  ["compile", `${ROOT}programs/memorize.alg`],
  ["compile", `${ROOT}programs/bb3.alg`],
  ["compile", `${ROOT}programs/prefix_sum.alg`],
  ["prove", `${ROOT}programs/maze.alg`],
  ["run", `${ROOT}programs/maze.alg`, "--random", "3x3", "--steps", "3"],
  ["check", `${ROOT}programs/maze.alg`],
  ["explain", `${ROOT}programs/maze.alg`],
  ["--help"],
];

/** Libraries that are loaded by the commands that need them, and have no place in a bundle. */
const APART =
  /^(@tensorflow\/|@observablehq\/|onnxruntime-node|onnx-proto|linkedom|tinypool|bullmq|ioredis|fflate)/;

async function bundle() {
  const { rolldown } = await import("rolldown");
  for (const file of readdirSync(FOLDER)) if (file.startsWith("bundle-")) rmSync(FOLDER + file);
  const parts = await rolldown({
    input: { main: `${ROOT}src/cli/main.ts` },
    platform: "node",
    external: APART,
  });
  await parts.write({
    dir: FOLDER,
    format: "cjs",
    entryFileNames: "bundle-[name].cjs",
    chunkFileNames: "bundle-[name].cjs",
    comments: { legal: true, annotation: false, jsdoc: false },
    // As src/cli/bundle.ts hands it in.
    plugins: [{ name: "load", renderChunk: (code) => code.replaceAll(/\bimport\(/g, "load__(") }],
    postBanner: "",
  });
  const start = await rolldown({ input: `${ROOT}src/cli/start.ts`, platform: "node" });
  await start.write({ file: `${FOLDER}main.js`, format: "esm" });
}

/** Runs the bundle in this process, and keeps V8's code at its end. */
async function run(words) {
  const { Bundle } = await import("../dist/cli/bundle.js");
  const parts = new Bundle(FOLDER);
  process.argv.splice(2, process.argv.length, ...words);
  process.on("exit", () => {
    for (const [file, code] of parts.code()) writeFileSync(file, code);
  });
  parts.load("bundle-main.cjs");
}

if (process.argv[2] === "run") await run(process.argv.slice(3));
else {
  await bundle();
  const cwd = mkdtempSync(join(tmpdir(), "tapeloom-"));
  for (const words of RUNS) {
    const { status, stderr } = spawnSync(
      process.execPath,
      [fileURLToPath(import.meta.url), "run", ...words],
      { cwd },
    );
    if (status !== 0) throw new Error(`tapeloom ${words.join(" ")} ended with ${status}: ${stderr}`);
  }
  rmSync(cwd, { recursive: true });
}
