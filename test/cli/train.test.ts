import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { readNotes, readWeightFile } from "../../src/network/weightfile.ts";
import { program, Workspace } from "./harness.ts";

const work = new Workspace();
const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const LIFE = program("life.alg");

describe("train", () => {
  test("writes weights that prove accepts, metrics and a figure", async () => {
    const files = ["-o", "life.safetensors", "--metrics", "life.jsonl", "--figure", "life.svg"];
    const { code, document, stderr } = await work.json(["train", LIFE, "--seed", "2", ...files]);
    expect(code).toBe(0);
    expect(stderr).toContain("life: seed 2, TensorFlow.js on ");
    expect(document).toMatchObject({ program: "life", seed: 2, outcome: "proved", width: 4, wrong: 0 });
    const proof = await work.json(["prove", LIFE, "life.safetensors"]);
    expect(proof).toMatchObject({ code: 0, document: { proved: true } });
    expect(readNotes(work.bytes("life.safetensors"), "it").proof).toMatchObject({ snap: true });
    expect(readWeightFile(work.bytes("life.safetensors"), "it").snap).toBe(true);
    const check = await work.json(["check", LIFE, "life.safetensors", "--grids", "40", "--engine", "bits"]);
    expect(check).toMatchObject({ code: 0, document: { agree: true } });
    const lines = work
      .read("life.jsonl")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ step }) => step)).toEqual(lines.map((_, at) => 100 * at));
    expect(lines.at(-1)).toMatchObject({ seed: 2, wrong: 0, exact: 1 });
    expect(work.read("life.svg")).toMatch(/^<svg .*<\/svg>\n$/s);
  });

  test("goes on from what an earlier training wrote", async () => {
    const words = ["train", LIFE, "--seed", "3", "-o", "part.safetensors"];
    const first = await work.run([...words, "--epochs", "40", "--metrics", "part.jsonl"]);
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining("all epochs are done") });
    const before = readNotes(work.bytes("part.safetensors"), "it").training!;
    expect(before).toMatchObject({ seed: 3, outcome: "finished" });
    const second = await work.json([...words, "--resume", "--metrics", "part.jsonl"]);
    expect(second.stderr).toContain(`going on from part.safetensors, after ${before.steps} steps`);
    expect(second.document).toMatchObject({ outcome: "proved", seed: 3 });
    const after = readNotes(work.bytes("part.safetensors"), "it").training!;
    expect(after.steps).toBe(before.steps + second.document.step);
    const steps = work
      .read("part.jsonl")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).step);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  });

  test("keeps what it has when interrupted", { timeout: 120_000 }, async () => {
    const words = [
      "train",
      program("nearest.alg"),
      "--seed",
      "1",
      "-o",
      "cut.safetensors",
      "--metrics",
      "cut.jsonl",
    ];
    const child = spawn("node", [MAIN, ...words], { cwd: work.folder });
    let said = "";
    child.stdout.on("data", (text) => (said += text));
    // It says so before it begins, when all is loaded and compiled; training takes far longer than that.
    for await (const text of child.stderr) if (String(text).includes("TensorFlow.js on")) break;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    child.kill("SIGINT");
    const [code] = await once(child, "close");
    expect(said).toContain("interrupted; the file has the best weights so far");
    expect(code).toBe(130);
    expect(readNotes(work.bytes("cut.safetensors"), "it").training).toMatchObject({ outcome: "interrupted" });
    expect(work.read("cut.jsonl").trim().split("\n").length).toBeGreaterThan(0);
  });

  test("a place that is none is refused before the training", async () => {
    const words = ["train", program("gf2.alg"), "--seed", "1"];
    for (const option of ["-o", "--metrics", "--figure"]) {
      const name = { "-o": "it.safetensors", "--metrics": "it.jsonl", "--figure": "it.svg" }[option]!;
      const { code, stderr } = await work.run([...words, option, `absent/${name}`]);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringContaining("there is no directory absent"),
      });
    }
  });

  test("many seeds: all are reported, and the weights are the same whatever the number of threads", async () => {
    const run = async (workers: string) => {
      const words = ["train", LIFE, "--seeds", "3", "--seed", "5", "--workers", workers, "--json"];
      const { stdout } = await promisify(execFile)("node", [MAIN, ...words, "-o", `${workers}.safetensors`], {
        cwd: work.folder,
      });
      const { trainings, successes, share } = JSON.parse(stdout);
      expect(successes).toBe(3);
      expect(share.interval[1]).toBe(1);
      return trainings.map(({ seconds: _, ...rest }: { seconds: number }) => rest);
    };
    const [one, two] = [await run("1"), await run("2")];
    expect(one).toHaveLength(3);
    expect(two).toEqual(one);
    expect(work.bytes("2.safetensors")).toEqual(work.bytes("1.safetensors"));
  });

  const program4 = program("parity.alg");
  test.each([
    [["--width", "2x", "--from", "compiled"], "--width belongs to --from random"],
    [["--width", "wide"], "Expected a width such as 4x"],
    [["--epochs", "3", "--until", "exact"], "found both --epochs and --until"],
    [["--steps", "3"], "--steps says when to look at outputs"],
    [["--patience", "3"], "--patience ends training by --epochs early"],
    [["-o", "weights.bin"], "-o weights.bin: a weight file's name ends in .safetensors"],
    [["--figure", "it.png"], "--figure it.png: a figure's name ends in .svg"],
    [["--seeds", "2", "--metrics", "m.jsonl"], "--metrics, --figure and --resume are for one training"],
    [["--from", "nowhere.safetensors"], "nowhere.safetensors: there is no such file"],
    [["--from", "life.safetensors"], "the weights in life.safetensors do not belong to parity"],
  ])("refuses %j", async (words, message) => {
    const { code, stderr } = await work.run(["train", program4, "--seed", "1", ...words]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
  });

  test("programs that neither end nor come to rest have no outputs to learn from, unless after so many steps", async () => {
    const text = "program blink { input x: bit loop forever { each { x = not x } } }";
    const words = ["train", work.write("blink.alg", text), "--supervision", "output", "--seed", "1"];
    const { code, stderr } = await work.run([...words, "-o", "blink.safetensors"]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("blink never ends") });
    const after = await work.json([...words, "--steps", "3", "--max", "2x2", "-o", "blink.safetensors"]);
    expect(after).toMatchObject({ code: 0, document: { outcome: "proved" } });
    expect(readNotes(work.bytes("blink.safetensors"), "it").training).toMatchObject({ outputsAfter: 3 });
  });
});

describe("basin", () => {
  test("little noise does no harm, much does, and training mends some of it", async () => {
    const words = [
      "basin",
      program("parity.alg"),
      "--sigmas",
      "0.001,0.5",
      "--seeds",
      "3",
      "--seed",
      "1",
      "--workers",
      "1",
    ];
    const { code, document } = await work.json([...words, "-o", "basin.svg"]);
    expect(code).toBe(0);
    expect(document.points.map(({ sigma }: { sigma: number | null }) => sigma)).toEqual([0.001, 0.5, null]);
    const [little, much, random] = document.points;
    expect([little.before.rate, little.after.rate]).toEqual([1, 1]);
    expect(much.before.rate).toBe(0);
    expect(much.after.rate).toBeGreaterThan(0);
    expect(random.before).toBeNull();
    expect(work.read("basin.svg")).toContain("share of seeds exact");
  });

  test("refuses another figure than .svg", async () => {
    const { code, stderr } = await work.run(["basin", LIFE, "-o", "it.png"]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("rename it") });
  });
});
