// Long runs: progress, interrupts, checkpoints and grids larger than memory.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { progressLine, runProgress } from "../../src/cli/long-run.ts";
import { progressLines } from "../../src/cli/progress.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { writeWeightFile } from "../../src/network/weightwriter.ts";
import { life, parity, randomNetwork, water } from "../network/samples.ts";
import { SEED } from "../seed.ts";
import { Workspace } from "./harness.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const work = new Workspace();
work.write("parity.safetensors", writeWeightFile(parity));
work.write("life.safetensors", writeWeightFile(life));
work.write("water.safetensors", writeWeightFile(water));
work.write("learned.safetensors", writeWeightFile(randomNetwork([2, 3], SEED, (from) => from.next() / 9)));

const DIRECT = ["--engine", "direct"];
const GRID = ["--random", "20x30", "--seed", "4"];

describe("checkpoints", () => {
  const run = (...words: readonly string[]) => work.json(["run", ...words, ...DIRECT]);

  test("a run goes on from where another one stopped, on any engine, for as many steps as asked for", async () => {
    for (const name of ["life", "learned"]) {
      const file = `${name}.safetensors`;
      const whole = await run(file, ...GRID, "--steps", "60");
      const first = await run(file, ...GRID, "--steps", "25", "--checkpoint", `${name}.ckpt`);
      expect(first.document.steps).toBe(25);
      const second = await run(file, ...GRID, "--steps", "60", "--checkpoint", `${name}.ckpt`);
      expect(second.document).toEqual(whole.document);
      expect(second.stderr).toContain(`going on after 25 steps (${name}.ckpt)\n`);
      // It is at the end now.
      const third = await run(file, ...GRID, "--steps", "60", "--checkpoint", `${name}.ckpt`);
      expect(third.document).toEqual(whole.document);
    }
    const tensor = await work.json([
      ...[
        "run",
        "life.safetensors",
        ...GRID,
        "--steps",
        "90",
        "--checkpoint",
        "life.ckpt",
        "--engine",
        "tensor",
      ],
    ]);
    const whole = await run("life.safetensors", ...GRID, "--steps", "90");
    expect(tensor.document).toEqual({ ...whole.document, engine: expect.stringContaining("tensor") });
    expect(tensor.stderr).toContain("going on after 60 steps");
  });

  test("an interrupted run says what it reached, and the next one goes on", async () => {
    const words = [
      "run",
      "water.safetensors",
      "--random",
      "9x400",
      "--seed",
      "9",
      ...DIRECT,
      "--checkpoint",
      "w.ckpt",
    ];
    const whole = await work.json([
      "run",
      "water.safetensors",
      "--random",
      "9x400",
      "--seed",
      "9",
      ...DIRECT,
    ]);
    const stopped = await work.run([...words, "--watch"], {
      onOutput: (text, interrupt) => text.includes("step 3\n") && interrupt(),
    });
    expect(stopped.code).toBe(130);
    const reached = /water: interrupted after (\d+) steps \(direct\); [\d,]+ of 3,600 cells halted\n/.exec(
      stopped.stderr,
    );
    expect(Number(reached![1])).toBeGreaterThanOrEqual(3);
    expect(Number(reached![1])).toBeLessThan(whole.document.steps);
    const rest = await work.json(words);
    expect(rest.stderr).toContain(`going on after ${reached![1]} steps`);
    expect(rest.document).toEqual(whole.document);
  });

  test("what was reached is given only where it is asked for", async () => {
    const words = ["run", "life.safetensors", ...GRID, ...DIRECT, "--steps", "100000000"];
    for (const partial of [[], ["--partial"]]) {
      const interrupted = await interruptSoon([...words, "-o", "reached.txt", ...partial]);
      expect(interrupted.code).toBe(130);
      expect(interrupted.stderr).toMatch(/life: interrupted after [\d,]+ steps \(direct\)\n/);
      expect(existsSync(work.path("reached.txt"))).toBe(partial.length > 0);
    }
    const { code, document } = await jsonOf([...words, "--json"]);
    expect(code).toBe(130);
    expect(document).toMatchObject({ interrupted: true, halted: false, outputs: {} });
    const partial = await jsonOf([...words, "--json", "--partial"]);
    expect(partial.document.outputs.alive).toHaveLength(20);
  });

  test.each([
    ["another input", ["life.safetensors", "--random", "20x30", "--seed", "5"], /the input is another/],
    [
      "another shape",
      ["life.safetensors", "--random", "30x20", "--seed", "4"],
      /its grid has 20x30 cells, this one 30x20/,
    ],
    ["other weights", ["other.safetensors", ...GRID], /the weights are others/],
    [
      "fewer steps",
      ["life.safetensors", ...GRID, "--steps", "3"],
      /has made 10 steps already, more than the 3 asked for/,
    ],
  ])("of %s are refused", async (_, words, message) => {
    const [first, ...rest] = life.layers;
    work.write(
      "other.safetensors",
      writeWeightFile({ ...life, layers: [{ ...first!, bias: Float32Array.of(1) }, ...rest] }),
    );
    rmSync(work.path("same.ckpt"), { force: true });
    await run("life.safetensors", ...GRID, "--steps", "10", "--checkpoint", "same.ckpt");
    const before = work.bytes("same.ckpt");
    const { code, stderr } = await work.run(["run", ...words, ...DIRECT, "--checkpoint", "same.ckpt"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(work.bytes("same.ckpt")).toEqual(before);
  });

  test.each([
    [["--checkpoint", "none/x.ckpt", ...DIRECT], /there is no directory none; make it/],
    [["--checkpoint", "life.safetensors", ...DIRECT], /life\.safetensors is not a checkpoint of a run/],
    [["--every", "5", ...DIRECT], /--every belongs to --checkpoint/],
    [["--every", "often", ...DIRECT], /Expected a number of seconds/],
    [
      ["--checkpoint", "x.ckpt", "--engine", "rule"],
      /--checkpoint is for runs of networks, but --engine rule/,
    ],
  ])("%j is refused before the run", async (words, message) => {
    const result = await work.run(["run", "life.safetensors", ...GRID, "--steps", "5", ...words]);
    expect(result.stderr).toMatch(message);
    expect(result).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("memory", () => {
  const needs = async (engine: string, memory: number, shape = "4000x5000") => {
    work.write("x.alg", "program x { input a: bit output b: bit each { b = not a } }");
    const subject = engine === "rule" || engine === "reference" ? "x.alg" : "life.safetensors";
    return work.run(["run", subject, "--random", shape, "--engine", engine, "--steps", "1"], { memory });
  };

  test.each(["direct", "tensor", "onnx", "rule", "reference"])(
    "a grid that does not fit is refused at once, with the bytes it needs (%s)",
    async (engine) => {
      const { code, stdout, stderr } = await needs(engine, 10_000_000);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      const message =
        /^error: a grid of 4000x5000 cells needs ([\d,]+) bytes on the (\w+) engine \(([\d,]+) for each cell\), but 10,000,000 are free; give a smaller grid\n$/;
      const [, bytes, name, each] = message.exec(stderr)!;
      expect(name).toBe(engine);
      expect(Number(bytes!.replaceAll(",", ""))).toBe(20_000_000 * Number(each));
      // A bit that fits to the byte is let through.
      const fitting = await needs(engine, 100 * Number(each), "10x10");
      expect(fitting.stderr).not.toContain("free");
      expect((await needs(engine, 100 * Number(each) - 1, "10x10")).code).toBe(2);
    },
  );

  test("the grid that counts is the one with workspace; a file's grid counts, too", async () => {
    work.write("tape.txt", "0110");
    const source =
      "program t { input x: bit workspace left 1000 * cols, right 1000 * cols loop { each { x = x } } }";
    work.write("t.alg", source);
    for (const input of [
      ["--input", "tape.txt"],
      ["--random", "1x4"],
    ]) {
      const { stderr } = await work.run(["run", "t.alg", ...input, ...DIRECT], { memory: 50_000 });
      expect(stderr).toContain("a grid of 1x8004 cells needs ");
    }
  });
});

describe("progress", () => {
  test("shows how far a run has come, its rate and the time left", () => {
    const length = { cells: 1_000_000, from: 0, most: 4000 };
    expect(progressLine("life", 1000, 250, length)).toBe(
      "life [======                  ] 1,000/4,000 steps  2.5e+8 cell-steps/s  0:12 left",
    );
    expect(progressLine("life", 1000, 0.5, length)).toMatch(/5\.0e\+5 cell-steps\/s {2}1:40:00 left$/);
    expect(progressLine("gf2", 1, 2, { ...length, most: null })).toBe("gf2: 1 step  2.0e+6 cell-steps/s");
  });

  test("is drawn over itself after a second, at the rate of the last seconds, and wiped out", () => {
    const { io, written } = terminal({ isTTY: true, columns: 200 });
    let time = 0;
    const line = runProgress(io, "life", { cells: 10, from: 500, most: null }, () => time);
    for (time = 100; time <= 900; time += 100) line.update(500 + time);
    expect(written()).toBe("");
    // 1,000 steps a second at first, then 100.
    for (; time <= 20_000; time += 100) line.update(time <= 2000 ? 500 + time : 2500 + (time - 2000) / 10);
    line.close();
    const drawn = written()
      .split("\r")
      .filter((each) => each.includes("life"));
    expect(drawn[0]).toBe("life: 1,500 steps  1.0e+4 cell-steps/s\x1b[K");
    expect(drawn.at(-1)).toBe("life: 4,300 steps  1.0e+3 cell-steps/s\x1b[K");
    expect(drawn.length).toBeLessThanOrEqual(96);
    expect(written().endsWith("\r\x1b[K")).toBe(true);
  });

  test("is a line a minute where there is no terminal", () => {
    const { io, written } = terminal({});
    let time = 0;
    const line = runProgress(io, "life", { cells: 10, from: 0, most: null }, () => time);
    for (; time < 60_000; time += 500) line.update(time);
    expect(written()).toBe("");
    for (; time < 130_000; time += 500) line.update(time);
    line.close();
    expect(written()).toBe(
      "life: 60,000 steps  1.0e+4 cell-steps/s\nlife: 120,000 steps  1.0e+4 cell-steps/s\n",
    );
  });

  test("of other work, too, with the time that is left", () => {
    const { io, written } = terminal({});
    let time = 0;
    const lines = progressLines(io, "life", "runs, {eta_formatted} left, best {best}", () => time);
    for (; time <= 130_000; time += 500) lines.update(time / 1000, 180, { best: "3" });
    lines.stop();
    expect(written().trim().split("\n")).toEqual([
      "life: 60/180 runs, 2m00s left, best 3",
      "life: 120/180 runs, 1m00s left, best 3",
    ]);
  });
});

describe("the built command, killed", () => {
  beforeAll(() => {
    if (!existsSync(MAIN)) throw new Error("dist is missing: run `npm run build` first");
  });

  const WORDS = ["run", "life.safetensors", "--random", "300x300", "--seed", "8", ...DIRECT];

  test("by Ctrl-C: says how far it came, exits with 130, and the checkpoint is of that step", async () => {
    const child = start([...WORDS, "--steps", "1000000", "--checkpoint", "int.ckpt"]);
    await waitFor(() => existsSync(work.path("int.ckpt")));
    await setTimeout(300);
    child.kill("SIGINT");
    const { code, stderr } = await endOf(child);
    expect(code).toBe(130);
    const steps = Number(/interrupted after ([\d,]+) steps/.exec(stderr)![1]!.replaceAll(",", ""));
    expect(steps).toBeGreaterThan(0);
    const most = ["--steps", String(steps + 5)];
    const rest = await work.json([...WORDS, ...most, "--checkpoint", "int.ckpt"]);
    expect(rest.stderr).toContain(`going on after ${steps.toLocaleString("en-US")} steps`);
    expect(rest.document).toEqual((await work.json([...WORDS, ...most])).document);
  });

  test("outright, again and again while it writes: the checkpoint is whole, and the run comes to the same end", async () => {
    const random = seededRandom(SEED);
    const words = [...WORDS, "--checkpoint", "kill.ckpt", "--every", "0"];
    for (let round = 0; round < 6; round++) {
      const child = start([...words, "--steps", "1000000"]);
      await waitFor(() => existsSync(work.path("kill.ckpt")));
      await setTimeout(250 + random.int(250));
      child.kill("SIGKILL");
      await endOf(child);
      expect(statSync(work.path("kill.ckpt")).size).toBeGreaterThan((300 * 300) / 8);
    }
    // As one that was killed in the middle of a write leaves it; no process has this number.
    work.write(`.kill.ckpt.${2 ** 30}-0.${hostname()}.tapeloom`, "TLCHKPT1");
    // Goes on, so the file is whole: its hash says so.
    const stopped = await endOf(start([...words, "--steps", "1"]));
    const steps = Number(/has made (\d+) steps already/.exec(stopped.stderr)?.[1] ?? 1);
    const most = ["--steps", String(steps + 3)];
    const rest = await work.json([...words, ...most]);
    expect(rest.document).toEqual((await work.json([...WORDS, ...most])).document);
    // What the killed ones left half written is gone.
    expect(readdirSync(work.folder).filter((name) => name.startsWith(".kill.ckpt"))).toEqual([]);
  });
});

/** Standard error as a terminal or a file, and what has been written to it. */
function terminal(is: { readonly isTTY?: boolean; readonly columns?: number }) {
  const texts: string[] = [];
  const stderr = { ...is, write: (text: string) => texts.push(text) > 0 };
  const io = { stderr } as unknown as Parameters<typeof runProgress>[0];
  return { io, written: () => texts.join("") };
}

const start = (words: readonly string[]): ChildProcess =>
  spawn(process.execPath, [MAIN, ...words], { cwd: work.folder });

function endOf(
  child: ChildProcess,
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  let [stdout, stderr] = ["", ""];
  child.stdout!.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr!.on("data", (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
}

async function waitFor(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    if (tries > 400) throw new Error("waited in vain");
    await setTimeout(25);
  }
}

/** Runs the built command and presses Ctrl-C after it has drawn its grid. */
async function interruptSoon(words: readonly string[]) {
  const child = start(words);
  child.stderr!.once("data", () => void setTimeout(300).then(() => child.kill("SIGINT")));
  return endOf(child);
}

async function jsonOf(words: readonly string[]) {
  const result = await interruptSoon(words);
  return { ...result, document: JSON.parse(result.stdout) };
}
