import { describe, expect, test } from "vitest";
import { program, Workspace } from "./harness.ts";

describe("bench", () => {
  const work = new Workspace();

  test("trillion: a smaller grid, with the steps of its program and the answer of elimination", async () => {
    const words = ["bench", "trillion", "--size", "150", "--seed", "3", "--threads", "1"];
    const { document } = await work.json(words);
    expect(document).toMatchObject({ rows: 150, cols: 150, seed: 3, agrees: true });
    const { steps, hidden, nodes } = document as Record<string, number>;
    expect(steps).toBeGreaterThan(150);
    expect(steps).toBeLessThanOrEqual(3 * 150);
    expect(nodes).toBe(150 * 150 * hidden! * steps!);
  });

  test("prints a table for people", async () => {
    const { code, stdout } = await work.run(["bench", "trillion", "--size", "20"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/grid +20 x 20 cells, \d+ steps until all have halted\n/);
    expect(stdout).toContain("all cells agree");
  });

  test("knows no other benchmarks", async () => {
    const { code, stderr } = await work.run(["bench", "billion"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/Allowed choices are compile, trillion, bb5/);
  });

  test("--engine bits: the same as the direct engine", async () => {
    const words = ["run", "life.safetensors", "--random", "30x40", "--seed", "2", "--steps", "50"];
    await work.run(["compile", program("life.alg"), "-o", "life.safetensors"]);
    const direct = await work.json([...words, "--engine", "direct"]);
    const bits = await work.json([...words, "--engine", "bits"]);
    expect(bits.document).toEqual({ ...(direct.document as object), engine: "bits" });
  });
});
