import { describe, expect, test } from "vitest";
import type { Rows } from "../../programs/oracle.ts";
import { SMALL } from "../../src/cli/run.ts";
import { formatOf, readGrid } from "../../src/grid/formats.ts";
import { loadOracle, loadProgram, rowsOf, sampleInputs } from "../programs/programs.ts";
import { program, Workspace } from "./harness.ts";

const work = new Workspace();

/** The values of the input fields in a sample file, read by the library. */
function planesOf(name: string, file: string, text: string): Record<string, Rows> {
  const inputs = loadProgram(name).fields.filter(({ role }) => role === "input");
  const grid = readGrid(text, file, formatOf(file)!, inputs, { blankQuery: true });
  return Object.fromEntries(inputs.map((field) => [field.name, rowsOf(grid, field.name)]));
}

describe.each(["parity", "add", "sort", "life", "gf2"])("%s on its samples", (name) => {
  // The compiler needs seconds for gf2: its network is made once, and run from the file.
  test("every engine gives the oracle's answer", async () => {
    const oracle = await loadOracle(name);
    const steps = oracle.steps === undefined ? ["--steps", "5"] : [];
    const weights = `${name}.safetensors`;
    await work.run(["compile", program(`${name}.alg`)]);
    for (const { file, text } of sampleInputs(name)) {
      const answer = oracle.solve(planesOf(name, file, text), 5);
      const runs = [
        [weights, "tensor"],
        [weights, "direct"],
        [program(`${name}.alg`), "rule"],
        [program(`${name}.alg`), "reference"],
      ] as const;
      for (const [subject, engine] of runs) {
        const words = ["run", subject, "--input", program(file), "--engine", engine, ...steps];
        const { code, document } = await work.json(words);
        expect(code).toBe(0);
        expect(document.halted, engine).toBe(oracle.steps !== undefined);
        if ("prediction" in answer) expect(document.prediction, engine).toBe(answer.prediction);
        else {
          expect(document.outputs, engine).toEqual(answer.planes);
          expect(document).not.toHaveProperty("prediction");
        }
        expect(document.engine).toContain(engine);
      }
    }
  });
});

describe("inputs", () => {
  const run = (stdin: string, file = "parity.alg") =>
    work.run(["run", program(file), "-i", "-", "--engine", "rule"], { stdin });

  test("text, CSV and JSON give the same, by extension or by looks", async () => {
    const texts = { txt: "0110\n1000\n", csv: "0,1,1,0\n1,0,0,0\n", json: "[[0,1,1,0],[1,0,0,0]]" };
    for (const [extension, text] of Object.entries(texts)) {
      work.write(`in.${extension}`, text);
      const byName = await work.run([
        "run",
        program("parity.alg"),
        "-i",
        `in.${extension}`,
        "--engine",
        "rule",
      ]);
      expect(byName.stdout, extension).toBe("0100\n1111\n");
      expect((await run(text)).stdout, extension).toBe("0100\n1111\n");
    }
    expect((await run('{"x": ["0110", "1000"]}')).stdout).toBe("0100\n1111\n");
    expect((await run("[x]\n0110\n1000\n")).stdout).toBe("0100\n1111\n");
    expect((await run("x:\n.##.\n#...\n")).stdout).toBe("0100\n1111\n");
  });

  test("several fields come as layers", async () => {
    work.write(
      "two.alg",
      "program two { input a, b: bit output both: bit, either: bit each { both = a and b; either = a or b } }".replace(
        ", either: bit",
        " output either: bit",
      ),
    );
    const words = ["run", "two.alg", "-i", "-", "--engine", "reference"];
    const headed = await work.run(words, { stdin: "[b]\n01\n01\n[a]\n00\n11\n" });
    expect(headed.stdout).toBe("[both]\n00\n01\n\n[either]\n01\n11\n");
    const bare = await work.run(words, { stdin: "00\n11\n\n01\n01\n" });
    expect(bare.stdout).toBe(headed.stdout);
    const missing = await work.run(words, { stdin: "[a]\n0\n" });
    expect(missing.stderr).toMatch(/^error: standard input: found no layer for the field b/);
  });

  test("the label of a learner's query may be missing, and is not used if it is there", async () => {
    const data = (label: string) => `1,0,1\n0,1,1\n1,1,${label}\n`;
    for (const label of ["?", "", "0"]) {
      const { stdout, stderr } = await run(data(label), "gf2.alg");
      expect(stdout, label).toMatch(/prediction: 0\n$/);
      expect(stderr, label).not.toContain("label");
    }
    const { stdout, stderr } = await run(data("1"), "gf2.alg");
    expect(stdout).toMatch(/prediction: 0\n$/);
    expect(stderr).toContain(
      "the query's label, 1 in the last row and column of x, is for the learner to find",
    );
  });

  test("a seed gives the same random grid again, and is printed", async () => {
    const words = ["run", program("parity.alg"), "--random", "4x9", "--engine", "rule"];
    const first = await work.run(words);
    const seed = /^random grid of 4x9, seed (\d+)\n/.exec(first.stderr)![1]!;
    const again = await work.run([...words, "--seed", seed]);
    expect(again.stdout).toBe(first.stdout);
    const other = await work.run([...words, "--seed", String((Number(seed) + 1) % 2 ** 32)]);
    expect(other.stdout).not.toBe(first.stdout);
  });

  test("a program without inputs needs only a shape", async () => {
    work.write("corner.alg", "program corner { output c: bit each { c = at top and at left } }");
    const { stdout } = await work.run(["run", "corner.alg", "--random", "2x3", "--engine", "reference"]);
    expect(stdout).toBe("100\n000\n");
    const { stderr } = await work.run(["run", "corner.alg", "-i", "-"], { stdin: "0" });
    expect(stderr).toBe(
      "error: corner has no input fields; give --random ROWSxCOLUMNS for the shape of the grid\n",
    );
  });
});

describe("how runs end", () => {
  const life = (...words: readonly string[]) =>
    work.run(["run", program("life.alg"), "-i", program("life.input.txt"), ...words]);

  test("programs without an end run for 100 steps, and say so", async () => {
    for (const engine of ["rule", "reference", "direct"]) {
      const { stderr } = await life("--engine", engine);
      const unit = engine === "reference" ? "instructions" : "steps";
      expect(stderr).toBe(
        `life: ran 100 ${unit} (${engine}); it never halts, so give --steps for another number\n`,
      );
    }
    const { stderr } = await life("--engine", "direct", "--steps", "1");
    expect(stderr).toBe("life: ran 1 step (direct)\n");
  });

  test("programs that might end, but repeat themselves, are stopped", async () => {
    // Cells swap values for ever unless all are 0; the halting condition never holds.
    work.write(
      "blink.alg",
      "program blink { input x: bit state n: 0..3 loop { each { n = if n < 2 then n + 1 else if n == 2 then 3 else 2 } halt when n == 0 } }",
    );
    for (const engine of ["rule", "direct", "reference"]) {
      const { code, document, stderr } = await work.json([
        "run",
        "blink.alg",
        "--random",
        "2x2",
        "--engine",
        engine,
      ]);
      expect(document).toMatchObject({ halted: false, repeats: { start: 2, period: 2 } });
      const unit = engine === "reference" ? "instruction" : "step";
      expect(stderr).toContain(
        `never halts on this grid: from ${unit} 2 on it repeats itself every 2 ${unit}s (stopped after `,
      );
      expect(code).toBe(0);
    }
    // All notice it at the same step, and so show the same grid.
    work.write(
      "cycle.alg",
      "program cycle { input x: 0..6 loop { each { x = if x == 6 then 2 else x + 1 } halt when x == 6 and x == 0 } }",
    );
    const stopped = async (engine: string) => {
      const words = ["run", "cycle.alg", "--random", "1x1", "--seed", "1", "--engine", engine];
      const { steps, outputs } = (await work.json(words)).document;
      return { steps, outputs };
    };
    for (const engine of ["rule", "reference"])
      expect(await stopped(engine)).toEqual(await stopped("direct"));
    // A machine that goes to and fro, and one that stays.
    for (const [there, back] of [
      ["right", "left"],
      ["stay", "stay"],
    ]) {
      const rules = `A 0 -> 0 ${there} B A 1 -> 1 stay H B 0 -> 0 ${back} A B 1 -> 1 stay H`;
      const machine = `machine on t { start A at left halt H ${rules} }`;
      work.write("m.alg", `program m { output t: bit workspace right 2 ${machine} }`);
      for (const engine of ["rule", "direct", "reference"]) {
        const { document } = await work.json(["run", "m.alg", "--random", "1x1", "--engine", engine]);
        expect(document.repeats, engine).toEqual({ start: 0, period: 2 });
      }
    }
    work.write("still.alg", "program still { input x: bit loop { halt when x and not x } }");
    const { code, stderr } = await work.run(["run", "still.alg", "--random", "2x2", "--engine", "reference"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/never ends/);
  });

  test("--steps stops earlier, on every engine after as many", async () => {
    const sort = (engine: string, steps: string) =>
      work.json([
        "run",
        program("sort.alg"),
        "-i",
        program("sort.input.txt"),
        "--engine",
        engine,
        "--steps",
        steps,
      ]);
    for (const steps of ["0", "1", "7"]) {
      const [rule, direct, reference] = await Promise.all(
        ["rule", "direct", "reference"].map((e) => sort(e, steps)),
      );
      expect(rule!.document).toMatchObject({ steps: Number(steps), halted: false });
      expect(direct!.document.outputs).toEqual(rule!.document.outputs);
      // In lockstep every step is an instruction.
      expect(reference!.document.outputs).toEqual(rule!.document.outputs);
    }
  });

  test("rule and reference need the program", async () => {
    await work.run(["compile", program("parity.alg")]);
    const { code, stderr } = await work.run([
      "run",
      "parity.safetensors",
      "--random",
      "1x1",
      "--engine",
      "rule",
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain("--engine rule runs programs, but this is a network; give the .alg file");
  });
});

describe("outputs", () => {
  test.each([
    ["txt", "0100\n"],
    ["csv", "0,1,0,0\n"],
    ["json", '{\n  "p": [\n    [0, 1, 0, 0]\n  ]\n}\n'],
  ])("-o writes .%s", async (extension, expected) => {
    const words = ["run", program("parity.alg"), "-i", "-", "--engine", "rule", "-o", `out.${extension}`];
    const { code, stdout, stderr } = await work.run(words, { stdin: "0110" });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toContain(`wrote out.${extension}\n`);
    expect(work.read(`out.${extension}`)).toBe(expected);
  });

  test("enum values are written by their symbols", async () => {
    work.write(
      "wire.alg",
      'program wire { input k: enum { off ".", on "#" } each { k = if k == on then off else on } }',
    );
    const words = ["run", "wire.alg", "-i", "-"];
    expect((await work.run(words, { stdin: ".#\n##\n" })).stdout).toBe("#.\n..\n");
    expect((await work.json(words, { stdin: ".#\n##\n" })).document.outputs).toEqual({
      k: [
        ["#", "."],
        [".", "."],
      ],
    });
    await work.run(["compile", "wire.alg"]);
    const compiled = await work.run(["run", "wire.safetensors", "-i", "-"], { stdin: ".#\n##\n" });
    expect(compiled.stdout).toBe("#.\n..\n");
  });
});

describe("--watch", () => {
  const words = ["run", program("life.alg"), "-i", "-", "--watch", "--steps", "2"];
  const stdin = ".....\n.###.\n.....\n";

  test.each(["tensor", "direct", "rule", "reference"])(
    "prints frames where there is no terminal (%s)",
    async (engine) => {
      const { stdout } = await work.run([...words, "--engine", engine], { stdin });
      expect(stdout).toBe(
        [
          ["step 0", "alive", "00000", "01110", "00000", "", ""],
          ["step 1", "alive", "00100", "00100", "00100", "", ""],
          ["step 2", "alive", "00000", "01110", "00000", "", ""],
        ]
          .map((lines) => lines.join("\n"))
          .join(""),
      );
    },
  );

  test("animates on a terminal: draws over itself, clips, and gives the cursor back", async () => {
    const { stdout } = await work.run([...words, "--fps", "1000"], {
      stdin,
      isTTY: true,
      rows: 5,
      columns: 4,
    });
    expect(
      stdout.startsWith("\x1b[?25l\x1b[1mstep 0\x1b[22m\x1b[K\nali\x1b[K\n000\x1b[K\n...\x1b[K\n\x1b[4A\r"),
    ).toBe(true);
    expect(stdout.endsWith("\x1b[?25h")).toBe(true);
    expect(stdout.split("\x1b[4A\r").length).toBe(3);
  });

  test.each(["direct", "rule", "reference"])(
    "an interrupt ends it and gives the cursor back (%s)",
    async (engine) => {
      const { code, stdout, stderr } = await work.run(
        [
          "run",
          program("life.alg"),
          "--random",
          "5x5",
          "--watch",
          "--steps",
          "1000",
          "--fps",
          "200",
          "--engine",
          engine,
        ],
        {
          isTTY: true,
          onOutput: (text, interrupt) => {
            if (text.includes("step 3\x1b")) interrupt();
          },
        },
      );
      expect(code).toBe(130);
      expect(stdout).not.toContain("step 50\x1b");
      expect(stdout.endsWith("\x1b[?25h")).toBe(true);
      expect(stderr).not.toContain("rror");
    },
  );

  test("of a learner ends with the prediction", async () => {
    const { stdout } = await work.run(["run", program("gf2.alg"), "-i", "-", "--engine", "rule", "--watch"], {
      stdin: "1,1\n1,?\n",
    });
    expect(stdout).toMatch(/^step 0\nx +todo +busy +s +lead +go\n/);
    expect(stdout).toMatch(/\n\nprediction: 1\n$/);
  });
});

test("--engine bits: the same as the direct engine", async () => {
  const words = ["run", "life.safetensors", "--random", "30x40", "--seed", "2", "--steps", "50"];
  await work.run(["compile", program("life.alg"), "-o", "life.safetensors"]);
  const direct = await work.json([...words, "--engine", "direct"]);
  const bits = await work.json([...words, "--engine", "bits"]);
  expect(bits.document).toEqual({ ...(direct.document as object), engine: "bits" });
});

// Which network it was cannot be seen: both do the same.
test.each([
  ["life", "50x40", "bits", SMALL.bits],
  ["langton", "50x40", "auto", SMALL.bits],
  ["life", "50x40", "direct", SMALL.others],
])("%s on %s cells by %s, around where the first network will do", async (name, shape, engine, border) => {
  await work.run(["compile", program(`${name}.alg`), "-o", "known.safetensors"]);
  const [rows, cols] = shape.split("x").map(Number) as [number, number];
  const steps = Math.floor(border / (rows * cols));
  for (const more of [0, 1]) {
    const rest = [
      "--random",
      shape,
      "--seed",
      "3",
      "--steps",
      String(steps + more),
      "--engine",
      engine,
      "--snap",
    ];
    for (const words of [rest, rest.slice(0, -1)]) {
      const found = await work.json(["run", program(`${name}.alg`), ...words]);
      const known = await work.json(["run", "known.safetensors", ...words]);
      expect(found.document).toEqual(known.document);
    }
  }
});
