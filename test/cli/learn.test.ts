import { beforeAll, describe, expect, test } from "vitest";
import { seededRandom } from "../../src/grid/random.ts";
import { readProgram } from "../programs/programs.ts";
import { program, Workspace } from "./harness.ts";

const work = new Workspace();

/** Labels are the first feature; the name of a column says what it is. */
function rows(count: number, seed: number): number[][] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const x = [random.int(2), random.int(2)];
    return [...x, x[0]!];
  });
}

const csv = (data: readonly (readonly number[])[], header = "a,b,y\n") =>
  header + data.map((row) => row.join(",")).join("\n");

beforeAll(() => {
  // All four inputs are there, so whoever looks them up is right.
  work.write(
    "train.csv",
    csv([
      [0, 0, 0],
      [0, 1, 0],
      [1, 0, 1],
      [1, 1, 1],
    ]),
  );
  work.write("test.csv", csv(rows(9, 4)));
});

const LEARN = ["learn", program("memorize.alg"), "--data", "train.csv", "--test", "test.csv"];

describe("learn", () => {
  test.each([
    ["2 * rows + cols", 1],
    ["1", 2],
    ["1 - 100", 2],
  ])("a learner that claims %s steps is tried %i times", async (claim, times) => {
    const text = readProgram("gf2").text.replace("steps <= 2 * rows + cols", `steps <= ${claim}`);
    work.write("claim.alg", text);
    const data = Array.from({ length: 16 }, (_, at) => [at & 1, (at >> 1) & 1, (at >> 2) & 1, at >> 3]);
    const parity = data.map((x) => [...x, (x[0]! + x[2]!) % 2]);
    work.write("parity.csv", csv(parity, "a,b,c,d,y\n"));
    const { code, document, stderr } = await work.json(["learn", "claim.alg", "--data", "parity.csv", "-v"]);
    expect(code).toBe(0);
    expect(document.accuracy).toBe(1);
    expect(stderr.match(/steps of the network for a memory/g)).toHaveLength(times);
    expect(stderr).toContain(`${document.steps} steps of the network`);
  });

  test.each(["jacobian", "autodiff"])(
    "%s: reports accuracy and sizes, and writes the model",
    async (path) => {
      const model = `${path}.safetensors`;
      const { code, document, stderr } = await work.json([...LEARN, "--path", path, "-o", model]);
      expect(code).toBe(0);
      expect(document).toMatchObject({ accuracy: 1, samples: 4, memory: 15, path });
      expect(document.predictions).toEqual(rows(9, 4).map(([a]) => String(a)));
      expect(document.nodes % (15 * document.steps)).toBe(0);
      expect(document.shared).toBeGreaterThan(100);
      expect(document.seconds).toBeGreaterThan(0);
      expect(stderr).toContain(`wrote ${model}\n`);
    },
  );

  test("both paths write the same model", () => {
    expect(work.bytes("autodiff.safetensors")).toEqual(work.bytes("jacobian.safetensors"));
  });

  test("says the same in words, with the meaning of the values", async () => {
    const { stdout } = await work.run(LEARN);
    expect(stdout).toMatch(/accuracy +100%: 9 of 9 rows of test.csv\n/);
    expect(stdout).toMatch(/samples +4 of 2 features, label y\n/);
    expect(stdout).toMatch(/values +0 is -1, 1 is \+1\n/);
    expect(stdout).toMatch(/path +jacobian\n/);
  });

  test("says what the same would cost without sharing", async () => {
    const { document } = await work.json(LEARN);
    const { shared, memory, steps, without } = document;
    expect(without.recurrent).toBeGreaterThan((shared * steps) / 2);
    expect(without.recurrent).toBeLessThan(shared * steps);
    expect(without.convolutional).toBe(shared * memory);
    expect(without.dense).toBeGreaterThan(without.recurrent);
    const { stdout } = await work.run(LEARN);
    expect(stdout).toContain("without recurrent sharing");
  });

  test("--baselines: other methods on the same data, in one table", async () => {
    const words = [...LEARN, "--baselines", "--seed", "5"];
    const { code, document } = await work.json(words);
    expect(code).toBe(0);
    expect(document.baselines.seed).toBe(5);
    const { methods } = document.baselines;
    expect(methods.map(({ method }: { method: string }) => method)).toEqual([
      "dense network",
      "logistic regression",
      "nearest neighbour",
    ]);
    for (const { accuracy, predictions, seconds } of methods) {
      const right = predictions.filter((each: string, at: number) => each === String(rows(9, 4)[at]![0]));
      expect(accuracy).toBe(right.length / 9);
      expect(seconds).toBeGreaterThan(0);
    }
    // All four inputs are among the examples, so each finds itself.
    expect(methods[2].accuracy).toBe(1);
    const { stdout } = await work.run(words);
    expect(stdout).toMatch(/method +accuracy +time +settings \(seed 5\)\n +this network +100% /);
    expect(stdout).toMatch(/dense network +\d.*512 hidden units, Adam 0.*the examples are fitted\n/);
  }, 60_000);

  test("noise is data like any other: the learner says what it says", async () => {
    const noisy = rows(40, 9).map(([a, b, y], at) => [a!, b!, at % 7 === 0 ? 1 - y! : y!]);
    work.write("noisy.csv", csv(noisy));
    const vote = ["learn", program("majority.alg"), "--data", "noisy.csv", "--test", "test.csv"];
    const { document } = await work.json(vote);
    const yes = noisy.filter(([, , y]) => y === 1).length;
    expect(new Set(document.predictions)).toEqual(new Set([yes > 20 ? "1" : "0"]));
    expect(document.samples).toBe(40);
  });

  test("bad data and options are refused before anything is compiled", async () => {
    work.write("bad.csv", "a,b,y\n0,1,1\n0,,1\n");
    const bad = await work.run(["learn", program("memorize.alg"), "--data", "bad.csv"]);
    expect(bad).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "error: bad.csv, line 3, column b: found nothing, expected a value; fill it in, or leave such rows out with --missing drop\n",
    });
    const output = await work.run([...LEARN, "-o", "model.bin"]);
    expect(output.stderr).toMatch(/-o model.bin: a model's name ends in .safetensors/);
    const life = await work.run(["learn", program("life.alg"), "--data", "train.csv"]);
    expect(life.code).toBe(2);
    expect(life.stderr).toContain("life is not a learner");
    const none = await work.run(["learn", program("memorize.alg")]);
    expect(none.stderr).toContain("--data");
  });
});

describe("predict", () => {
  test("answers without the training data, with or without labels", async () => {
    const words = ["predict", "jacobian.safetensors", "--data"];
    const answers = rows(9, 4).map(([a]) => `${a}\n`);
    const labelled = await work.run([...words, "test.csv"]);
    expect(labelled).toEqual({
      code: 0,
      stdout: answers.join(""),
      stderr:
        'test.csv: 9 rows, 3 columns, delimiter ",", header; label y (1 = +1, 0 = -1)\n' +
        "9 of 9 answers are the label in test.csv\n",
    });
    work.write(
      "new.csv",
      csv(
        rows(9, 4).map(([a, b]) => [b!, a!]),
        "b,a\n",
      ),
    );
    const { document } = await work.json([...words, "new.csv"]);
    expect(document.predictions).toEqual(rows(9, 4).map(([a]) => String(a)));
    expect(document).not.toHaveProperty("accuracy");
  });

  test("other files are refused", async () => {
    const { code, stderr } = await work.run(["predict", "train.csv", "--data", "train.csv"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/train.csv: expected the model of a trained learner/);
  });
});
