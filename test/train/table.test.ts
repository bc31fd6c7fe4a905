// How surely and how fast training ends with a proof: thirteen programs from neighbourhoods and three from outputs, twenty
// seeds each; and with steps of its own, exact in runs up to rows of 512: addition from outputs. It takes many minutes, so it runs only by `npm run table:training`, which writes training.json and
// training.md into the folder that the environment variable TRAINING names. No seed is left out.

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { readWeightFile } from "../../src/network/weightfile.ts";
import { program } from "../cli/harness.ts";
import { SEED } from "../seed.ts";
import { paritiesWrong } from "./parities.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const FOLDER = process.env.TRAINING;
const SEEDS = 20;
/** Seconds that the median may take on two cores. */
const MEDIAN = 60;

const TRACES = [
  "life",
  "parity",
  "gf2",
  "maze",
  "sort",
  "add",
  "rule110",
  "wireworld",
  "flood",
  "conjunction",
  "rref",
];
/** Programs with a clock, of which each channel needs more units. */
const WIDE = ["nearest", "solve"];
const TASKS = [
  ...TRACES.map((name) => ({ name, words: [] as readonly string[], supervision: "trace" })),
  ...WIDE.map((name) => ({ name, words: ["--width", "8x"], supervision: "trace" })),
  { name: "parity", words: ["--supervision", "output"], supervision: "output" },
  { name: "maze", words: ["--supervision", "output", "--max", "6x6"], supervision: "output" },
  { name: "flood", words: ["--supervision", "output", "--max", "6x6"], supervision: "output" },
  {
    name: "add",
    words: ["--supervision", "output", "--max", "4x6", "--width", "8x", "--until", "exact"],
    supervision: "output",
  },
];

interface Row {
  readonly name: string;
  readonly supervision: string;
  readonly successes: number;
  readonly share: { readonly rate: number; readonly interval: readonly [number, number] };
  readonly medianSeconds: number | null;
  readonly trainings: readonly {
    readonly seconds: number;
    readonly restarts: number;
    readonly width: number;
  }[];
}

describe.runIf(FOLDER !== undefined)("the table of trainings", () => {
  const rows: Row[] = [];

  test.each(TASKS)("$name, $supervision", { timeout: 7_200_000 }, async ({ name, words, supervision }) => {
    const output = join(mkdtempSync(join(tmpdir(), "tapeloom-")), "it.safetensors");
    const seeds = ["--seeds", String(SEEDS), "--seed", String(SEED)];
    const { stdout } = await promisify(execFile)(
      "node",
      [MAIN, "train", program(`${name}.alg`), ...seeds, ...words, "--json", "-o", output],
      { maxBuffer: 2 ** 28 },
      // Failed seeds make the command fail, but they are in the document all the same.
    ).catch((error: { readonly stdout: string }) => error);
    rows.push({ name, supervision, ...JSON.parse(stdout) });
    write(rows);
    const { successes, medianSeconds } = rows.at(-1)!;
    expect(successes).toBe(SEEDS);
    expect(medianSeconds).toBeLessThan(MEDIAN);
  });

  // Networks learned from outputs by the published method are exact at 512 with 97.12% of what they are asked, when
  // seeds that failed in training are left out (Bansal et al. 2022); here none is.
  test("parity from outputs, run at 512 and 4,096", { timeout: 3_600_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "tapeloom-"));
    const wrong: { seed: number; at512: number; at4096: number }[] = [];
    for (let seed = SEED; seed < SEED + SEEDS; seed++) {
      const output = join(folder, `${seed}.safetensors`);
      const words = ["train", program("parity.alg"), "--supervision", "output", "--seed", String(seed)];
      await promisify(execFile)("node", [MAIN, ...words, "-o", output]).catch(() => {});
      const network = readWeightFile(new Uint8Array(readFileSync(output)), output);
      const [at512, at4096] = [
        await paritiesWrong(network, 512, seed),
        await paritiesWrong(network, 4096, seed),
      ];
      wrong.push({ seed, at512, at4096 });
    }
    writeFileSync(join(FOLDER!, "parity-lengths.json"), `${JSON.stringify(wrong, null, 2)}\n`);
    expect(wrong.filter(({ at512, at4096 }) => at512 + at4096 > 0)).toEqual([]);
  });
});

function write(rows: readonly Row[]): void {
  mkdirSync(FOLDER!, { recursive: true });
  writeFileSync(join(FOLDER!, "training.json"), `${JSON.stringify({ seed: SEED, rows }, null, 2)}\n`);
  const head =
    "| program | supervision | proved or exact | 95% interval | median | slowest | restarts | width |\n" +
    "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n";
  writeFileSync(join(FOLDER!, "training.md"), head + rows.map(line).join(""));
}

function line({ name, supervision, successes, share, medianSeconds, trainings }: Row): string {
  const [from, to] = share.interval.map((each) => `${(100 * each).toFixed(1)}%`);
  const median = medianSeconds === null ? "never" : `${medianSeconds.toFixed(1)} s`;
  const slowest = Math.max(...trainings.map(({ seconds }) => seconds));
  const restarts = trainings.reduce((sum, each) => sum + each.restarts, 0);
  const widest = Math.max(...trainings.map(({ width }) => width));
  const cells = [
    name,
    supervision,
    `${successes} of ${trainings.length}`,
    `${from} to ${to}`,
    median,
    `${slowest.toFixed(1)} s`,
    restarts,
    `${widest}x`,
  ];
  return `| ${cells.join(" | ")} |\n`;
}
