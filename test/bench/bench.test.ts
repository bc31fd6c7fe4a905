import { describe, expect, test } from "vitest";
import { runBench } from "../../bench/bench.ts";
import { Workspace } from "../cli/harness.ts";

describe("bench", () => {
  const work = new Workspace(runBench);

  test("trillion: a smaller grid, with the steps of its program and the answer of elimination", async () => {
    const words = ["trillion", "--size", "150", "--seed", "3", "--threads", "1"];
    const { document } = await work.json(words);
    expect(document).toMatchObject({ rows: 150, cols: 150, seed: 3, agrees: true });
    const { steps, hidden, nodes } = document as Record<string, number>;
    expect(steps).toBeGreaterThan(150);
    expect(steps).toBeLessThanOrEqual(3 * 150);
    expect(nodes).toBe(150 * 150 * hidden! * steps!);
  });

  test("prints a table for people", async () => {
    const { code, stdout } = await work.run(["trillion", "--size", "20"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/grid +20 x 20 cells, \d+ steps until all have halted\n/);
    expect(stdout).toContain("all cells agree");
  });

  test("knows no other benchmarks", async () => {
    const { code, stderr } = await work.run(["billion"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/Allowed choices are compile, trillion, bb5/);
  });
});
