// Makes what users install of what tsc has compiled. All libraries that run are part of it, so that nothing else need be
// installed, and everything that is not needed at once is in chunks of its own:
//
//   dist/cli/main.js, bundle-*.cjs   the command, with the code that V8 makes of each part while some commands run
//   dist/index.js, dist/cli/thread.js, dist/parts   the library for Node, and what threads of the command run
//   dist/browser   the library for browsers
//   dist/wasm   WebAssembly of TensorFlow.js
//   dist/licences.txt   of the libraries
//
// `tsc` alone writes plain modules in the place of these, so that what runs is never older than what was compiled last.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const DIST = `${ROOT}dist/`;
const FOLDER = `${DIST}cli/`;

/** Short runs that between them use most of what the everyday commands do. */
const RUNS = [
  ["compile", `${ROOT}programs/memorize.alg`],
  ["compile", `${ROOT}programs/bb3.alg`],
  ["compile", `${ROOT}programs/prefix_sum.alg`],
  ["prove", `${ROOT}programs/maze.alg`],
  ["run", `${ROOT}programs/maze.alg`, "--random", "3x3", "--steps", "3"],
  // Enough for bits.
  ["run", `${ROOT}programs/dyck.alg`, "--random", "1x400", "--steps", "2000", "-o", "end.txt"],
  ["run", `${ROOT}programs/life.alg`, "--random", "64x64", "--steps", "2000", "-o", "end.rle"],
  ["learn", `${ROOT}programs/memorize.alg`, "--data", "data.csv"],
  ["check", `${ROOT}programs/maze.alg`],
  ["explain", `${ROOT}programs/maze.alg`],
  ["--help"],
];

/** The one library that is installed with ours: it starts threads with files of its own. */
const APART = ["tinypool"];

const COMMENTS = { legal: true, annotation: false, jsdoc: false };

/** In browsers: the loader of TensorFlow.js for them; what is of Node only says that it is not there. */
const FOR_BROWSERS = {
  name: "browser",
  resolveId: {
    order: "pre",
    handler: (id) => {
      if (id.startsWith("node:") || id.endsWith("/optional.ts")) return "\0node";
      return /\/backend\.ts$/.test(id) ? `${ROOT}src/engines/browser-backend.ts` : null;
    },
  },
  load: (id) => (id === "\0node" ? 'throw new Error("this needs Node");' : null),
};

/** The path of a file of Ohm, as code. */
const ofOhm = (file) => JSON.stringify(`${ROOT}node_modules/ohm-js/src/${file}`);

/**
 * What a grammar from a recipe needs of Ohm: the whole also makes a grammar of grammars and its parser whenever it is loaded,
 * which takes milliseconds, and can then read grammars as text, which only the build does.
 */
const OHM_OF_RECIPES = {
  name: "ohm",
  resolveId: { order: "pre", handler: (id) => (id === "ohm-js" ? "\0ohm" : null) },
  load: (id) =>
    id === "\0ohm"
      ? `export { makeRecipe } from ${ofOhm("main-kernel.js")}; import ${ofOhm("semanticsDeferredInit.js")};`
      : null,
};

async function bundle() {
  const { rolldown } = await import("rolldown");
  const used = new Set();
  const build = async (input, output) => {
    // What is loaded only when it is needed elsewhere may be needed at once here.
    const plugins = [OHM_OF_RECIPES, ...(input.plugins ?? [])];
    const bundled = await rolldown({ ...input, plugins, checks: { ineffectiveDynamicImport: false } });
    const { output: chunks } = await bundled.write({ comments: COMMENTS, ...output });
    for (const { moduleIds = [] } of chunks)
      for (const id of moduleIds) if (!id.startsWith("\0")) used.add(id);
  };
  for (const file of readdirSync(FOLDER)) if (file.startsWith("bundle-")) rmSync(FOLDER + file);
  for (const folder of ["parts", "browser", "wasm"]) rmSync(DIST + folder, { recursive: true, force: true });

  const node = { platform: "node", external: APART };
  await build(
    { ...node, input: { main: `${ROOT}src/cli/main.ts` } },
    {
      dir: FOLDER,
      format: "cjs",
      entryFileNames: "bundle-[name].cjs",
      chunkFileNames: "bundle-[name].cjs",
    },
  );
  for (const file of parts()) writeFileSync(file, bodyOf(readFileSync(file, "utf8")));
  writeFileSync(`${FOLDER}bundle-build`, hashOfParts());
  await build({ ...node, input: `${ROOT}src/cli/start.ts` }, { file: `${FOLDER}main.js`, format: "esm" });
  await build(
    {
      ...node,
      input: { index: `${ROOT}src/index.ts`, "cli/thread": `${ROOT}src/cli/thread.ts` },
      transform: { define: { __dirname: "import.meta.dirname", __filename: "import.meta.filename" } },
    },
    { dir: DIST, format: "esm", chunkFileNames: "parts/[name].js" },
  );
  await build(
    { platform: "browser", input: `${ROOT}src/index.ts`, plugins: [FOR_BROWSERS] },
    { dir: `${DIST}browser`, format: "esm", chunkFileNames: "[name].js" },
  );

  mkdirSync(`${DIST}wasm`);
  const wasm = `${ROOT}node_modules/@tensorflow/tfjs-backend-wasm/dist/`;
  for (const file of readdirSync(wasm))
    if (file.endsWith(".wasm")) copyFileSync(wasm + file, `${DIST}wasm/${file}`);
  writeFileSync(`${DIST}licences.txt`, licencesOf(used));
}

/** The files of the command's parts. */
const parts = () =>
  readdirSync(FOLDER)
    .filter((name) => /^bundle-.*\.cjs$/.test(name))
    .sort()
    .map((name) => FOLDER + name);

/** A part as the function that src/cli/bundle.ts calls, in ASCII. */
function bodyOf(code) {
  const text = code
    .replace(/^#!.*/, "")
    .replaceAll(/\bimport\(/g, "load__(")
    .replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return `(function (exports, require, module, __filename, __dirname, load__, performance) {${text}\n})`;
}

/** Says which build this is: see src/cli/cache.ts. */
function hashOfParts() {
  const hash = createHash("sha256");
  for (const file of parts()) hash.update(`${basename(file)}\0`).update(readFileSync(file));
  return hash.digest("hex");
}

/** The licences of the packages that some modules are of. */
function licencesOf(modules) {
  const folders = new Set(
    [...modules].flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []),
  );
  return [...folders]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
      const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
      return [
        `${name} ${version}, ${license}`,
        ...texts.map((file) => readFileSync(`${folder}/${file}`, "utf8")),
      ];
    })
    .map((parts) => `${parts.map((part) => part.trim()).join("\n\n")}\n`)
    .join(`\n${"-".repeat(80)}\n\n`);
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
  writeFileSync(join(cwd, "data.csv"), "a,b,y\n0,1,0\n1,0,1\n");
  for (const words of RUNS) {
    const { status, stderr } = spawnSync(
      process.execPath,
      [fileURLToPath(import.meta.url), "run", ...words],
      { cwd, env: { ...process.env, TAPELOOM_CACHE: "off" } },
    );
    if (status !== 0) throw new Error(`tapeloom ${words.join(" ")} ended with ${status}: ${stderr}`);
  }
  rmSync(cwd, { recursive: true });
}
