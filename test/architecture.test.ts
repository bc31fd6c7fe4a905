// The layers of src: each folder imports only from folders above it, only the shells know Node, only the parser
// knows Ohm, and the command line starts without the compiler.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const SRC = fileURLToPath(new URL("../src/", import.meta.url));

/** From the top down; later ones may import earlier ones. */
const ORDER = [
  "diagnostics",
  "grid",
  "network",
  "network/export",
  "language/parse",
  "language/analyse",
  "logic",
  "compiler/lower",
  "compiler/schedule",
  "compiler/synthesise",
  "engines",
  "proof/verify",
  "proof/prove",
  "proof/robust",
  "learning/train",
  "learning/learner",
  "learning/compare",
  "learning/discover",
  "report",
  "compile.ts",
  "exchange/decompile",
  "exchange",
  "api.ts",
  "arguments.ts",
  "index.ts",
  "cli",
];

/** What may import Node's own modules: the command line, the loader of native libraries, and threads. */
const KNOWS_NODE = (file: string) =>
  file.startsWith("cli/") ||
  ["engines/backend.ts", "engines/optional.ts", "engines/bits/workers.ts"].includes(file);

interface Import {
  readonly specifier: string;
  /** Whether it is loaded only when it is needed: `import("...")`. */
  readonly dynamic: boolean;
  /** Whether it is gone after compilation. */
  readonly typeOnly: boolean;
}

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".ts"));

const imports = new Map(files.map((file) => [file, importsOf(readFileSync(join(SRC, file), "utf8"))]));

function importsOf(text: string): Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  const fixed = [...code.matchAll(/^(?:import|export)\s+(type\s)?(?:[^;'"]*?\sfrom\s+)?["']([^"']+)["']/gm)];
  const dynamic = [...code.matchAll(/\b(typeof\s+)?import\(\s*["']([^"']+)["']/g)];
  return [
    ...fixed.map(([, type, specifier]) => ({
      specifier: specifier!,
      dynamic: false,
      typeOnly: type !== undefined,
    })),
    ...dynamic.map(([, type, specifier]) => ({
      specifier: specifier!,
      dynamic: true,
      typeOnly: type !== undefined,
    })),
  ];
}

/** The place of the innermost folder of the order that a file is in. */
const rank = (file: string): number =>
  ORDER.findLastIndex(
    (each) =>
      file === each ||
      (file.startsWith(`${each}/`) &&
        !ORDER.some((inner) => inner.startsWith(`${each}/`) && file.startsWith(`${inner}/`))),
  );

/** The file of src that a relative import means; null for packages and files elsewhere. */
function target(file: string, specifier: string): string | null {
  if (!specifier.startsWith(".")) return null;
  const path = normalize(join(dirname(file), specifier)).replaceAll("\\", "/");
  return path.startsWith("..") ? null : path;
}

test("there are twelve folders, each whole in the order", () => {
  const outer = ORDER.filter((each) => !each.endsWith(".ts")).map((each) => each.split("/")[0]!);
  const runs = outer.filter((each, at) => each !== outer[at - 1]);
  expect(runs.length).toBe(12);
  expect(new Set(runs).size).toBe(12);
});

test("the files and their imports are found", () => {
  expect(files.length).toBeGreaterThan(80);
  expect([...imports.values()].flat().length).toBeGreaterThan(300);
  expect(imports.get("cli/commands.ts")).toContainEqual({
    specifier: "./run.ts",
    dynamic: true,
    typeOnly: false,
  });
  expect(imports.get("cli/program.ts")).toContainEqual({
    specifier: "commander",
    dynamic: false,
    typeOnly: false,
  });
});

describe.each(files)("%s", (file) => {
  test("stands in a known folder, and imports from there or above", () => {
    expect(rank(file), "its folder is not in the order of this test").toBeGreaterThanOrEqual(0);
    for (const { specifier } of imports.get(file)!) {
      const imported = target(file, specifier);
      if (imported === null) continue;
      expect(files, `${file} imports ${specifier}`).toContain(imported);
      expect(rank(imported), `${file} imports ${specifier}`).toBeLessThanOrEqual(rank(file));
    }
  });

  test("knows Node and Ohm only where it may", () => {
    const all = imports.get(file)!.map(({ specifier }) => specifier);
    if (!KNOWS_NODE(file)) expect(all.filter((each) => each.startsWith("node:"))).toEqual([]);
    const ohm = all.filter((each) => each.startsWith("ohm-js") || each.includes("grammars/"));
    if (!file.startsWith("language/parse/")) expect(ohm).toEqual([]);
  });
});

test("an exported name means one thing", () => {
  const exported = files.flatMap((file) =>
    [
      ...readFileSync(join(SRC, file), "utf8").matchAll(
        /^export (?:async )?(?:const|function\*?|class|interface|type) (\w+)/gm,
      ),
    ].map(([, name]) => name!),
  );
  expect(exported.length).toBeGreaterThan(1000);
  expect(exported.filter((name, at) => exported.indexOf(name) !== at)).toEqual([]);
});

test("no files import one another in a circle, not even types or when they are needed", () => {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    expect(path, `${file} leads back to itself`).not.toContain(file);
    if (done.has(file)) return;
    for (const { specifier } of imports.get(file)!) {
      const imported = target(file, specifier);
      if (imported !== null) visit(imported, [...path, file]);
    }
    done.add(file);
  };
  for (const file of files) visit(file, []);
});

test("the command line starts without compiler, engines and their libraries", () => {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { specifier, dynamic, typeOnly } of imports.get(file)!) {
      if (dynamic || typeOnly) continue;
      const imported = target(file, specifier);
      if (imported !== null) visit(imported);
      else if (!specifier.startsWith("node:")) packages.add(specifier);
    }
  };
  visit("cli/main.ts");
  const folders = new Set([...seen].map((file) => file.split("/")[0]));
  // Of the grid, only how single values are written.
  expect([...folders].sort()).toEqual(["cli", "diagnostics", "grid"]);
  expect([...packages]).toEqual(["commander"]);
});
