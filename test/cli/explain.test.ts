import { describe, expect, test } from "vitest";
import { sizeOf } from "../../src/network/network.ts";
import { readWeightFile } from "../../src/network/weightfile.ts";
import { program, Workspace } from "./harness.ts";

const work = new Workspace();

describe("explain", () => {
  test("parity in full", async () => {
    const { code, stdout, stderr } = await work.run(["explain", program("parity.alg")]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    await expect(stdout).toMatchFileSnapshot("./explained/parity.txt");
  });

  test("names every channel and every unit, and says how a run ends", async () => {
    await work.run(["compile", program("sort.alg")]);
    const network = readWeightFile(work.bytes("sort.safetensors"), "sort");
    const { stdout } = await work.run(["explain", "sort.safetensors"]);
    for (const { name } of network.channels)
      expect(stdout).toMatch(new RegExp(`^ {2}${name} +1 where `, "m"));
    for (const [at, { units }] of network.layers.slice(0, -1).entries())
      for (const [unit, label] of units.entries())
        expect(stdout).toContain(`  h${at + 1}.${unit + 1}  ${label}\n`);
    expect(stdout).toContain("When every cell has turn=done.");
    expect(stdout).toContain("  Lockstep. ");
    // What the compiler knows, the weight file does not.
    expect(stdout).not.toContain("\nInstructions\n");
    expect((await work.run(["explain", program("sort.alg")])).stdout).toContain(
      "\nInstructions\n  0  each (line 15)\n",
    );
  });

  test("--json has the same", async () => {
    const { document } = await work.json(["explain", program("parity.alg")]);
    expect(document).toMatchObject({
      program: "parity",
      predict: null,
      instructions: [{ label: expect.stringMatching(/^sweep right/) }],
      channels: [
        { name: "x", meaning: "1 where x" },
        { name: "p", meaning: "1 where p" },
      ],
      stop: "when a step changes nothing",
    });
    await work.run(["compile", program("parity.alg")]);
    const size = sizeOf(readWeightFile(work.bytes("parity.safetensors"), "parity"));
    expect(document).toMatchObject({ size });
    expect(document.units.length).toBe(size.hidden);
    expect(document.next.map(({ name }: { name: string }) => name)).toEqual(["x'", "p'"]);
  });

  test("a learner is said to be one", async () => {
    work.write("copy.alg", "program copy { input x: bit predict x sweep down { x = up.x or x } }");
    const { stdout } = await work.run(["explain", "copy.alg"]);
    expect(stdout.replace(/\s+/g, " ")).toContain("the answer is x in the last row and column");
  });
});
