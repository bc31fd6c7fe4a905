// What commands keep for later ones: only what is whole and undamaged is taken, and whatever is taken is what would be made.

import { execFile } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { kept } from "../../src/cli/cache.ts";
import { checkProgram, compileChecked, hashOf } from "../../src/compile.ts";
import { compileLearner } from "../../src/learning/learner/compile-learner.ts";
import { learnerNames } from "../learner/learners.ts";
import { programNames, readProgram } from "../programs/programs.ts";
import { program, Workspace } from "./harness.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const work = new Workspace();

/** What is kept in a folder of its own, with the number of times that something was made. */
function cacheIn(folder: string) {
  const io = { cwd: work.folder, env: { TAPELOOM_CACHE: folder } };
  let made = 0;
  const ask = <T>(
    of: string,
    make: () => T,
    build: string | null = "this",
    isWhole?: (value: T) => boolean,
  ): T => {
    const count = (): T => {
      made++;
      return make();
    };
    return kept(io, { key: { of }, make: count, ...(isWhole && { isWhole }) }, build);
  };
  return { ask, made: () => made, path: work.path(folder), files: () => readdirSync(work.path(folder)) };
}

describe("what is kept", () => {
  test("is made once for each key and build", () => {
    const { ask, made, files } = cacheIn("once");
    const value = () => ({ numbers: Float32Array.of(1, 2, -0), of: new Map([["a", [undefined, null]]]) });
    for (const build of ["this", "other"])
      for (const key of ["a", "b"])
        for (let time = 0; time < 3; time++) expect(ask(key, value, build)).toStrictEqual(value());
    expect(made()).toBe(4);
    expect(files().length).toBe(4);
    expect(files().every((name) => /^[0-9a-f]{64}\.tapeloom$/.test(name))).toBe(true);
  });

  test("is taken for what it is only where every bit is as it was written", () => {
    const { ask, made, path, files } = cacheIn("damaged");
    const make = () => ({ text: "right", numbers: [1, 2, 3] });
    ask("a", make);
    const file = join(path, files()[0]!);
    const whole = readFileSync(file);
    const damaged = [
      ...[...whole.keys()].map((at) =>
        Buffer.from(whole.map((byte, place) => (place === at ? byte ^ 4 : byte))),
      ),
      ...[...whole.keys()].map((length) => whole.subarray(0, length)),
      Buffer.concat([whole, Buffer.of(0)]),
    ];
    for (const bytes of damaged) {
      writeFileSync(file, bytes);
      expect(ask("a", make)).toStrictEqual(make());
      expect(readFileSync(file).equals(whole)).toBe(true);
    }
    expect(made()).toBe(1 + damaged.length);
  });

  test("is handed on, but not kept, where it is nested so deeply that it can be written and not read", () => {
    const { ask, made, path } = cacheIn("deep");
    const nested = (levels: number): unknown => {
      let value: unknown = "inside";
      for (let level = 0; level < levels; level++) value = { value };
      return value;
    };
    for (const levels of [10, 1000, 2000, 3000, 4000, 6000, 8000, 10_000, 20_000, 100_000]) {
      const found = ask(`${levels}`, () => nested(levels));
      let [inside, count] = [found, 0];
      for (; typeof inside === "object"; count++) inside = (inside as { readonly value: unknown }).value;
      expect([inside, count]).toEqual(["inside", levels]);
    }
    expect(made()).toBe(10);
    expect(existsSync(path)).toBe(true);
  });

  test("is nothing where that is wanted, where there is no build, or where it is not whole or no plain data", () => {
    const { ask, made } = cacheIn("nothing");
    const off = kept(
      { cwd: work.folder, env: { TAPELOOM_CACHE: "off" } },
      { key: { of: "a" }, make: () => 1 },
      "b",
    );
    expect(off).toBe(1);
    for (let time = 0; time < 2; time++) {
      ask("a", () => 1, null);
      ask(
        "b",
        () => 1,
        "this",
        () => false,
      );
      expect(ask("c", () => () => 7)()).toBe(7);
    }
    expect(made()).toBe(6);
    expect(() => readdirSync(work.path("nothing"))).toThrow();
    expect(() => readdirSync(work.path("off"))).toThrow();
  });

  test("is in the user's cache folder by default", () => {
    for (const env of [{ XDG_CACHE_HOME: work.path("xdg") }, { HOME: work.path("home") }])
      kept({ cwd: "/", env }, { key: { of: "a" }, make: () => 1 }, "this");
    expect(readdirSync(work.path("xdg/tapeloom")).length).toBe(1);
    expect(readdirSync(work.path("home/.cache/tapeloom")).length).toBe(1);
  });

  test("does not matter where it cannot be written or read", () => {
    work.write("file", "");
    const { ask, made } = cacheIn("file");
    for (let time = 0; time < 2; time++) expect(ask("a", () => 5)).toBe(5);
    expect(made()).toBe(2);
    mkdirSync(work.path("shut"));
    chmodSync(work.path("shut"), 0o500);
    expect(cacheIn("shut").ask("a", () => 5)).toBe(5);
  });

  test("goes where it was not used for longest, once there is much", () => {
    const { ask, made, path, files } = cacheIn("much");
    for (let at = 0; at < 500; at++) ask(`${at}`, () => at);
    const old = new Date(2000, 1, 1);
    for (const name of files()) utimesSync(join(path, name), old, old);
    for (let at = 0; at < 10; at++) ask(`${at}`, () => at);
    expect(made()).toBe(500);
    ask("one more", () => 1);
    expect(files().length).toBe(375);
    for (let at = 0; at < 10; at++) ask(`${at}`, () => at);
    expect(made()).toBe(501);
    for (let at = 0; at < 9; at++) ask(`large ${at}`, () => new Uint8Array(2 ** 24 - 1000));
    expect(files().length).toBeLessThan(9);
    for (let time = 0; time < 2; time++) ask("too large", () => new Uint8Array(2 ** 24));
    expect(made()).toBe(512);
  });
});

test.each(programNames)("%s: what is read and compiled is plain data", (name) => {
  const io = { cwd: work.folder, env: { TAPELOOM_CACHE: `of ${name}` } };
  const source = readProgram(name);
  const through = <T>(of: string, made: T): T => {
    kept(io, { key: { of }, make: () => made }, "this");
    return kept<T>(io, { key: { of }, make: () => expect.fail("made again") }, "this");
  };
  const front = checkProgram(source);
  expect(through("front", front)).toStrictEqual(front);
  const compile = (of: typeof front) => {
    const { network, history, isProved, cut, warnings } = compileChecked(of, { effort: 0, prune: false });
    return { network, history, isProved, cut, warnings };
  };
  const compiled = compile(front);
  expect(through("network", compiled)).toStrictEqual(compiled);
  // What is compiled of what was kept is the same.
  expect(compile(through("front", front))).toStrictEqual(compiled);
  if (!learnerNames.includes(name)) return;
  const learner = compileLearner(front, { sourceHash: hashOf(source.text), effort: 0 });
  expect(through("learner", learner)).toStrictEqual(learner);
});

test("the built command says the same, compiled once or again", async () => {
  work.write("data.csv", "a,b,y\n0,1,0\n1,0,1\n");
  const env = { ...process.env, TAPELOOM_CACHE: "built" };
  const run = async (words: readonly string[]) => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [MAIN, ...words], {
      cwd: work.folder,
      env,
    });
    return { stdout: stdout.replace(/^ *time .*/m, ""), stderr };
  };
  const commands = [
    ["run", program("maze.alg"), "--random", "5x5", "--seed", "1", "--json"],
    ["run", program("gfp.alg"), "--random", "3x3", "--seed", "1", "--set", "p=5", "--json"],
    ["compile", program("parity.alg"), "-o", "parity.safetensors"],
    ["learn", program("memorize.alg"), "--data", "data.csv"],
  ];
  const count = () => readdirSync(work.path("built")).length;
  for (const words of commands) {
    const first = await run(words);
    const files = count();
    expect(await run(words), words.join(" ")).toEqual(first);
    expect(count()).toBe(files);
  }
  expect(count()).toBe(8);
});
