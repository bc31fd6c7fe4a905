// Sketches on the command line: what they leave open, and that filled ones are programs.

import { describe, expect, test } from "vitest";
import { Workspace } from "./harness.ts";

const work = new Workspace();
const SKETCH = "program edge { input x: bit output y: bit each { y = ?(x, left.x) } }\n";

describe("sketches", () => {
  test("explain says what is open", async () => {
    work.write("edge.alg", SKETCH);
    const { code, stdout } = await work.run(["explain", "edge.alg"]);
    expect({ code, first: stdout.split("\n")[0] }).toEqual({
      code: 0,
      first: "edge is a sketch with 1 hole: 2^4 programs.",
    });
    const { document } = await work.json(["explain", "edge.alg"]);
    const hole = { name: "y", kind: "table", entries: 4, values: 2, type: "bit" };
    expect(document).toEqual({ program: "edge", bits: 4, holes: [hole] });
  });

  test("without --fill nothing runs, with it the program does", async () => {
    work.write("edge.alg", SKETCH);
    work.write("x.txt", "001101\n");
    work.write("y.json", '{ "y": "0110" }');
    const run = ["run", "edge.alg", "--input", "x.txt"];
    const refused = await work.run(run);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("TL801");
    const { code, stdout } = await work.run([...run, "--fill", "y.json"]);
    expect(code).toBe(0);
    expect(stdout).toContain("001011");
  });

  test("--fill says what is wrong with it", async () => {
    work.write("edge.alg", SKETCH);
    work.write("plain.alg", "program p { input x: bit output y: bit each { y = x } }\n");
    work.write("y.json", '{ "y": "01" }');
    const messages = [];
    for (const file of ["edge.alg", "plain.alg"]) {
      const { code, stderr } = await work.run(["explain", file, "--fill", "y.json"]);
      expect(code).toBe(2);
      messages.push(stderr);
    }
    expect(messages[0]).toContain("expected 4 numbers from 0 to 1");
    expect(messages[1]).toContain("plain.alg has no holes");
  });
});
