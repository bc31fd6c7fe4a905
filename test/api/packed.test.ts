// The package as users get it: packed, and unpacked into a folder with what it depends on. (Nothing is downloaded here: the
// packages that it depends on are those of this folder.)

import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tapeloom-"));
const app = join(folder, "app");
const installed = join(app, "node_modules/tapeloom");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const manifest = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8"));
const lock = JSON.parse(readFileSync(`${ROOT}package-lock.json`, "utf8"));

/** What a plain install brings: what is neither for development nor optional. */
const brought = Object.entries<Record<string, unknown>>(lock.packages).filter(
  ([path, { dev, optional, devOptional, peer }]) => path !== "" && !(dev || optional || devOptional || peer),
);

const execute = promisify(execFile);

/** Runs a program in the application's folder; a failure is a result, too. */
async function run(command: string, ...words: string[]) {
  try {
    return { code: 0, ...(await execute(command, words, { cwd: app })) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

const tapeloom = (...words: string[]) =>
  run(process.execPath, join(installed, manifest.bin.tapeloom), ...words);
const node = (text: string) => run(process.execPath, "--input-type=module", "-e", text);
const tool = (path: string, ...words: string[]) =>
  run(process.execPath, join(ROOT, "node_modules", path), ...words);
const write = (name: string, text: string) => writeFileSync(join(app, name), text);

beforeAll(async () => {
  mkdirSync(join(app, "node_modules"), { recursive: true });
  await execute("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], { cwd: ROOT });
  await execute("tar", ["-xzf", `${manifest.name}-${manifest.version}.tgz`], { cwd: folder });
  cpSync(join(folder, "package"), installed, { recursive: true });
  for (const [path] of brought) cpSync(join(ROOT, path), join(app, path), { recursive: true });
  write("package.json", '{ "type": "module" }\n');
});

const bytesIn = (path: string): number =>
  readdirSync(path, { recursive: true, encoding: "utf8" })
    .map((name) => statSync(join(path, name)))
    .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);

describe("a plain install", () => {
  test("runs no scripts, and is small", () => {
    expect(brought.map(([path]) => path)).toEqual(["node_modules/tinypool"]);
    expect(brought.filter(([, { hasInstallScript }]) => hasInstallScript)).toEqual([]);
    for (const script of ["preinstall", "install", "postinstall"])
      expect(manifest.scripts).not.toHaveProperty(script);
    expect(bytesIn(join(app, "node_modules"))).toBeLessThan(30e6);
  });

  test("leaves optional packages to those who want them", () => {
    const optional = ["@tensorflow/tfjs-node", "bullmq", "ioredis", "onnxruntime-node"];
    expect(Object.keys(manifest.peerDependencies).sort()).toEqual(optional);
    for (const name of optional) expect(manifest.peerDependenciesMeta[name]).toEqual({ optional: true });
    expect(manifest).not.toHaveProperty("optionalDependencies");
  });

  test("compiles, proves, runs with all engines that need nothing, trains, draws and exports", async () => {
    const [life, gf2] = ["life", "gf2"].map((name) => join(installed, `programs/${name}.alg`)) as [
      string,
      string,
    ];
    for (const words of [
      ["compile", life],
      ["prove", life, "life.safetensors"],
      ...["direct", "bits", "memo", "tensor"].map((engine) => [
        "run",
        "life.safetensors",
        ...["--random", "4x4", "--seed", "1", "--steps", "2", "--engine", engine],
      ]),
      ["train", life, "--seed", "1", "-o", "learned.safetensors"],
      ["run", life, "--random", "4x4", "--steps", "2", "-o", "life.gif"],
      ["export", life, "--format", "onnx"],
      ["mutate", join(installed, "programs/maze.alg"), "--workers", "2"],
      [
        "curve",
        gf2,
        "--task",
        "parity",
        "--dims",
        "3",
        "--problems",
        "2",
        "--workers",
        "2",
        "-o",
        "curve.svg",
      ],
    ])
      expect(await tapeloom(...words), words.join(" ")).toMatchObject({ code: 0 });
    const { stderr } = await tapeloom("run", life, "--random", "3x3", "--steps", "1", "--engine", "tensor");
    expect(stderr).toContain("(tensor (wasm))");
  }, 240_000);

  test.each([
    [["--engine", "onnx"], "onnxruntime-node"],
    [["--engine", "tensor"], "@tensorflow/tfjs-node"],
  ])("run %j says what to install", async (words, wanted) => {
    process.env.TAPELOOM_BACKEND = "node";
    const life = join(installed, "programs/life.alg");
    const { code, stderr } = await tapeloom("run", life, "--random", "3x3", "--steps", "1", ...words);
    delete process.env.TAPELOOM_BACKEND;
    expect(code).toBe(2);
    expect(stderr).toContain(`${wanted} is not installed`);
    expect(stderr).toContain(`\`npm install ${wanted}\``);
  });

  test("a queue says what to install", async () => {
    const { code, stderr } = await tapeloom("worker", "--queue", "redis://127.0.0.1:1");
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /(bullmq|ioredis) is not installed\); install them by `npm install bullmq ioredis`/,
    );
  });

  test("optional packages are found where the command runs", async () => {
    const elsewhere = join(folder, "project");
    mkdirSync(join(elsewhere, "node_modules"), { recursive: true });
    for (const name of ["onnxruntime-node", "onnxruntime-common"])
      symlinkSync(join(ROOT, "node_modules", name), join(elsewhere, "node_modules", name));
    const { stderr } = await execute(
      process.execPath,
      [
        join(installed, manifest.bin.tapeloom),
        "run",
        join(installed, "programs/life.alg"),
        ...["--random", "3x3", "--steps", "1", "--engine", "onnx"],
      ],
      { cwd: elsewhere },
    );
    expect(stderr).toContain("(onnx)");
  });
});

describe("the library", () => {
  test("is imported at once: of what is heavy, nothing", async () => {
    const { stdout } = await node(`
      import { register } from "node:module";
      register("data:text/javascript," + encodeURIComponent(
        'import { writeSync } from "node:fs";' +
        'export const load = (url, context, next) => (writeSync(1, url + "\\\\n"), next(url, context));'));
      await import("tapeloom");`);
    const loaded = stdout.split("\n").filter((url) => url.startsWith("file:"));
    expect(loaded.length).toBeGreaterThan(1);
    expect(loaded.filter((url) => !url.includes("/node_modules/tapeloom/dist/"))).toEqual([]);
    const bytes = loaded.reduce((sum, url) => sum + statSync(fileURLToPath(url)).size, 0);
    expect(bytes).toBeLessThan(2.5e6);
  });

  test("programs, the manual and the manifest are found", async () => {
    const { stdout } = await node(`
      import { readFileSync } from "node:fs";
      const at = (name) => readFileSync(new URL(import.meta.resolve("tapeloom/" + name)), "utf8");
      console.log(at("programs/life.alg").includes("program life"), JSON.parse(at("package.json")).name);`);
    expect(stdout).toBe("true tapeloom\n");
    const page = readFileSync(join(installed, "docs/gallery.md"), "utf8");
    const pictures = [...page.matchAll(/\]\((pictures\/[^)]+)\)/g)].map(([, path]) => path!);
    expect(pictures.length).toBeGreaterThan(3);
    for (const path of pictures) expect(statSync(join(installed, "docs", path)).size).toBeGreaterThan(0);
  });

  test("the licences of the libraries that are part of it are there", () => {
    const text = readFileSync(join(installed, "dist/licences.txt"), "utf8");
    for (const name of ["ohm-js", "zod", "@tensorflow/tfjs-core", "protobufjs", "commander"])
      expect(text).toMatch(new RegExp(`^${name} [0-9.]+, `, "m"));
  });

  test.each([
    ["node16", { module: "node16", moduleResolution: "node16", types: ["node"], lib: ["es2022"] }],
    ["bundler", { module: "esnext", moduleResolution: "bundler", types: [], lib: ["es2022", "dom"] }],
  ])("its types hold by themselves: %s", async (name, options) => {
    symlinkSync(join(ROOT, "node_modules/@types"), join(app, "node_modules/@types"));
    write(
      `${name}.ts`,
      `import { compile, loadBackend, type Network, type Notes, readNotes, tensorEngine } from "tapeloom";
       const network: Network = compile({ name: "x.alg", text: "" }).network;
       const notes: Notes = readNotes(new Uint8Array(), "x");
       const seed: number | undefined = notes.training?.seed;
       // @ts-expect-error a seed is a number
       const wrong: string | undefined = notes.training?.seed;
       // @ts-expect-error whether little is searched is up to what is compiled
       compile({ name: "x.alg", text: "" }, { lean: true });
       export default [tensorEngine(network, await loadBackend()).name, seed, wrong];`,
    );
    const compilerOptions = { target: "es2022", strict: true, noEmit: true, skipLibCheck: false, ...options };
    write(`${name}.json`, JSON.stringify({ compilerOptions, files: [`${name}.ts`] }));
    const checked = await tool("typescript/bin/tsc", "-p", `${name}.json`);
    rmSync(join(app, "node_modules/@types"));
    expect(checked).toMatchObject({ code: 0, stdout: "" });
  });
});

// A page as its author writes it, packed by the tools that most people use, with nothing set up; it is run without what Node
// has and browsers have not.
describe("in a browser", () => {
  beforeAll(() => {
    write(
      "page.js",
      `import { compile, directEngine, loadBackend, proveNetwork, readGrid, runNetwork, tensorEngine, writeGrid } from "tapeloom";
       const text = ${JSON.stringify(readFileSync(`${ROOT}programs/parity.alg`, "utf8"))};
       const compilation = compile({ name: "parity.alg", text });
       const { network, checked } = compilation;
       const of = (role) => checked.fields.filter((field) => field.role === role);
       const grid = readGrid("0110\\n1000", "grid", "text", of("input"));
       const run = async (engine) => writeGrid((await runNetwork(network, engine, grid)).grid, of("output"), "text");
       const engines = [directEngine(network), tensorEngine(network, await loadBackend())];
       const proof = await proveNetwork(compilation, network);
       document.title = JSON.stringify([...await Promise.all(engines.map(run)), proof.outcome]);`,
    );
    write("index.html", '<!doctype html><title></title><script type="module" src="./page.js"></script>\n');
    write(
      "browser.js",
      `const pre = {};
       globalThis.window = globalThis;
       globalThis.document = { createElement: () => ({ relList: { supports: () => true } }), querySelector: (name) => name === "pre" ? pre : null,
         getElementsByTagName: () => [], querySelectorAll: () => [], head: { appendChild: (link) => setTimeout(() => link.onload?.()) } };
       const say = console.log, [, , file] = process.argv;
       for (const name of ["process", "Buffer", "global", "setImmediate"]) delete globalThis[name];
       await import(file);
       say(document.title ?? pre.textContent);`,
    );
  });

  test.each([
    ["vite", ["vite/bin/vite.js", "build", "--outDir", "vite"], "vite/assets"],
    [
      "esbuild",
      ["esbuild/bin/esbuild", "page.js", "--bundle", "--outdir=esbuild", "--format=esm", "--splitting"],
      "esbuild",
    ],
  ])("%s packs a page that compiles, proves and runs", async (name, [path, ...words], made) => {
    const packed =
      name === "vite" ? await tool(path!, ...words) : await run(join(ROOT, "node_modules", path!), ...words);
    expect(packed).toMatchObject({ code: 0 });
    expect(packed.stderr + packed.stdout).not.toMatch(/\berror\b|could not resolve|externalized/i);
    const main = readdirSync(join(app, made)).find((file) => /^(index-.*|page)\.js$/.test(file));
    const ran = await run(process.execPath, "browser.js", join(app, made, main!));
    expect(ran).toMatchObject({
      code: 0,
      stdout: `${JSON.stringify(["0100\n1111\n", "0100\n1111\n", "proved"])}\n`,
    });
  });

  test("vite packs the page of the manual", async () => {
    const manual = readFileSync(`${ROOT}docs/api.md`, "utf8");
    write("index.html", /```html\n(.*?)```/s.exec(manual)![1]!);
    expect(await tool("vite/bin/vite.js", "build", "--outDir", "manual")).toMatchObject({ code: 0 });
    const [main] = readdirSync(join(app, "manual/assets")).filter((file) => file.startsWith("index-"));
    const ran = await run(process.execPath, "browser.js", join(app, "manual/assets", main!));
    expect(ran).toMatchObject({ code: 0, stdout: "0100\n\n" });
  });
});
