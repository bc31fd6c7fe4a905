// The built command as a process of its own.

import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { program, Workspace } from "./harness.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const work = new Workspace();
const shell = promisify(execFile);

beforeAll(() => {
  if (!existsSync(MAIN)) throw new Error("dist is missing: run `npm run build` first");
});

const tapeloom = (words: readonly string[]) =>
  shell(process.execPath, [MAIN, ...words], { cwd: work.folder }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );

describe("the built command", () => {
  test("compiles, runs and checks", async () => {
    const compiled = await tapeloom(["compile", program("parity.alg")]);
    expect(compiled).toMatchObject({ code: 0, stderr: "" });
    expect(compiled.stdout.startsWith("parity.safetensors\n")).toBe(true);
    const run = await tapeloom(["run", "parity.safetensors", "-i", program("parity.input.txt")]);
    expect(run).toEqual({
      code: 0,
      stdout: "1101110100111001\n0000111111100000\n1010101010101010\n",
      stderr: expect.stringMatching(/^parity: halted after \d+ steps \(direct\)\n$/),
    });
    const check = await tapeloom(["check", program("parity.alg"), "parity.safetensors", "--grids", "16"]);
    expect(check).toMatchObject({ code: 0, stderr: "" });
  });

  test("exits with 2 on bad input", async () => {
    expect(await tapeloom(["run", "none.alg"])).toEqual({
      code: 2,
      stdout: "",
      stderr: "error: none.alg: there is no such file; check the name\n",
    });
  });

  // Linux has a device that is always full, and a limit on the size of files that ends in the middle of a text.
  test.runIf(existsSync("/dev/full"))("says that its output is lost, and does not exit with 0", async () => {
    const run = `"$0" "$1" run ${program("parity.alg")} -i ${program("parity.input.txt")}`;
    for (const more of ["", "--json", "--engine none", "--engine none --json", "--help"]) {
      const command = shell("sh", ["-c", `${run} ${more} > /dev/full`, process.execPath, MAIN]);
      const failed = await command.catch((error) => error);
      if (more === "--engine none") expect(failed.stderr).toMatch(/^error: option '--engine/);
      else
        expect(failed.stderr).toMatch(
          /error: standard output cannot be written: the disk is full; make room/,
        );
      expect(failed, more).toMatchObject({ code: 2, stderr: expect.not.stringContaining("internal") });
    }
    const wide = `ulimit -f 8; trap '' XFSZ; "$0" "$1" run ${program("life.alg")} --random 300x300 --steps 1`;
    const cut = await shell("sh", ["-c", `${wide} > cut.txt`, process.execPath, MAIN], {
      cwd: work.folder,
    }).catch((error) => error);
    expect(cut).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/what stands there is not whole\n$/),
    });
  });

  test("reads standard input", async () => {
    const child = spawn(process.execPath, [
      MAIN,
      "run",
      program("parity.alg"),
      "-i",
      "-",
      "--engine",
      "rule",
    ]);
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    child.stdin.end("0110\n");
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect({ code, text }).toEqual({ code: 0, text: "0100\n" });
  });

  test("is quiet when nobody reads on", async () => {
    const command = `"${process.execPath}" "${MAIN}" explain "${program("sort.alg")}" | true; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await shell("bash", ["-c", command], { cwd: work.folder });
    expect({ stdout, stderr }).toEqual({ stdout: "0\n", stderr: "" });
  });

  test("an interrupt ends it, and it says how far it came", async () => {
    const words = [
      "run",
      program("life.alg"),
      "--random",
      "30x30",
      "--seed",
      "1",
      "--engine",
      "direct",
      "--watch",
    ];
    const child = spawn(process.execPath, [MAIN, ...words, "--steps", "1000000000"], { cwd: work.folder });
    let errors = "";
    child.stderr.on("data", (chunk) => {
      errors += chunk;
    });
    child.stdout.once("data", () => child.kill("SIGINT"));
    child.stdout.resume();
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect(code).toBe(130);
    expect(errors).toMatch(
      /^random grid of 30x30, seed 1\nlife: interrupted after [\d,]+ steps? \(direct\)\n$/,
    );
  });
});
