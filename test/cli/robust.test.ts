// Robust networks on the command line: radii in files, proved again or refuted, and runs with noise.

import { expect, test } from "vitest";
import { readNotes, readWeightFile } from "../../src/network/weightfile.ts";
import { writeWeightFile } from "../../src/network/weightwriter.ts";
import { program, Workspace } from "./harness.ts";

const work = new Workspace();
const PARITY = program("parity.alg");

test("compile --robust writes radii, which prove proves again", async () => {
  const { code, document } = await work.json(["compile", PARITY, "--robust", "-o", "robust.safetensors"]);
  expect(code).toBe(0);
  const { robust } = readNotes(work.bytes("robust.safetensors"), "it");
  expect(document).toMatchObject({ program: "parity", robust });
  expect(robust!.all.epsilon).toBeGreaterThan(0.001);
  const proof = await work.json(["prove", PARITY, "robust.safetensors"]);
  expect(proof).toMatchObject({
    code: 0,
    document: { proved: true, radii: { outcome: "proved", claim: robust } },
  });
  const check = await work.json(["check", PARITY, "robust.safetensors", "--seed", "1"]);
  expect(check.code).toBe(0);
});

test("a file that claims too much is refuted, with errors that show it", async () => {
  await work.json(["compile", PARITY, "--robust", "-o", "honest.safetensors"]);
  const bytes = work.bytes("honest.safetensors");
  const robust = readNotes(bytes, "it").robust!;
  const claim = { ...robust, all: { epsilon: 0.1, delta: 0.4, after: 0.1 } };
  const file = writeWeightFile(readWeightFile(bytes, "it"), { robust: claim });
  work.write("boasting.safetensors", file);
  const { code, document } = await work.json(["prove", PARITY, "boasting.safetensors", "--seed", "1"]);
  expect(code).toBe(1);
  expect(document).toMatchObject({ proved: true, radii: { outcome: "refuted" } });
  const { stdout } = await work.run(["prove", PARITY, "boasting.safetensors", "--seed", "1"]);
  expect(stdout).toContain("radii: refuted");
  expect(stdout).toMatch(/with errors within them, channel . becomes .* instead of [01]/);
});

test("robust runs within and beyond the radii, and draws", async () => {
  const some = ["--runs", "10", "--steps", "20", "--seed", "1", "--multiples", "1,64", "-o", "parity.svg"];
  const { code, document } = await work.json(["robust", PARITY, ...some]);
  expect(code).toBe(0);
  const points = document.points as { network: string; multiple: number; failed: number; beyond: number }[];
  expect(points).toHaveLength(8);
  for (const { network, multiple, failed, beyond } of points) {
    if (network === "robust" && multiple === 1) expect(failed + beyond).toBe(0);
    if (multiple === 64) expect(failed).toBe(10);
  }
  expect(work.read("parity.svg")).toMatch(/^<svg .*<\/svg>\n$/s);
  const { stdout } = await work.run(["robust", PARITY, ...some]);
  expect(stdout).toContain("parity: no run within the radii fails, of 20 (20 steps each, seed 1)");
});

test("figures are SVG", async () => {
  const { code, stderr } = await work.run(["robust", PARITY, "-o", "parity.png"]);
  expect(code).toBe(2);
  expect(stderr).toContain("a figure's name ends in .svg");
});
