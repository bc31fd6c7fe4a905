// `tapeloom discover`: what is written is a program that does what it is to do; the same seed writes the same.

import { describe, expect, test } from "vitest";
import { again, SEED } from "../seed.ts";
import { program, Workspace } from "./harness.ts";

const work = new Workspace();
work.write("edge.alg", "program edge { input x: bit output y: bit each { y = ?(x, left.x) } }\n");
work.write("xor.alg", "program change { input x: bit output y: bit each { y = x xor left.x } }\n");
work.write("plain.alg", "program plain { input x: bit output y: bit each { y = x } }\n");
work.write("other.alg", "program other { input z: bit output y: bit each { y = z } }\n");
const GF2 = program("sketches/gf2-32.alg");

describe("what is found", () => {
  test("is a program, the same step as the reference, as a file", async () => {
    const words = ["discover", "edge.alg", "--against", "xor.alg", "--search", "enumerate", "--seed", "1"];
    const { document, code } = await work.json([...words, "--until", "proved", "-o", "found.alg"]);
    expect(code).toBe(0);
    expect(document).toMatchObject({ found: true, bits: 4, tried: 16, comparison: { isSameStep: true } });
    expect(work.read("found.alg")).toContain("y = x xor left.x");
    const { stdout, code: checked } = await work.run(["check", "found.alg", "--grids", "5"]);
    expect([checked, stdout]).toEqual([0, expect.stringContaining("edge")]);
    const said = await work.run(words);
    expect(said.stdout).toContain("it is proved to make the same step as change, on every grid");
  });

  test(`learns parities from examples, and is the same for the same seed; ${again(SEED)}`, async () => {
    const words = ["discover", GF2, "--task", "parity", "--seed", String(SEED), "--dims", "6"];
    const first = await work.json(words);
    expect(first.code).toBe(0);
    expect(first.document).toMatchObject({ found: true, comparison: { isCompilationProved: true } });
    expect(first.document.comparison.larger.columns).toBeGreaterThan(8);
    const second = await work.json(words);
    expect(second.document.text).toBe(first.document.text);
  });

  test.each([
    ["conjunction", "--task", "conjunction", "--against", program("conjunction.alg")],
    ["conjunction", "--task", "conjunction"],
    ["decision_list", "--task", "decision-list"],
    ["sort", "--task", "sorting", "--search", "enumerate"],
    ["majority_bit", "--against", program("majority_bit.alg")],
  ])(`%s is found from the sketch of the library; ${again(SEED)}`, async (name, ...how) => {
    const words = ["discover", program(`sketches/${name}.alg`), ...how, "--seed", String(SEED)];
    const { code, document } = await work.json(words);
    expect(code).toBe(0);
    const { isCompilationProved, larger } = document.comparison;
    expect(isCompilationProved).toBe(true);
    expect(larger).toMatchObject({ isSame: true, columns: 64 });
  });

  test.each(["evolve", "random"])("nothing: %s ends where all programs have been tried", async (search) => {
    work.write(
      "density.alg",
      "program density { input x: bit loop { each { x = ?(left.x, x, right.x) } } }\n",
    );
    const words = ["discover", "density.alg", "--task", "density", "--search", search, "--seed", "3"];
    const { code, stdout } = await work.run(words);
    expect(code).toBe(1);
    expect(stdout).toContain("density: nothing found after");
  });

  test("nothing: it says so, with the best that there is", async () => {
    work.write("and.alg", "program both { input x: bit output y: bit each { y = x and right.x } }\n");
    const words = ["discover", "edge.alg", "--against", "and.alg", "--search", "enumerate", "--seed", "3"];
    const { code, stdout } = await work.run(words);
    expect(code).toBe(1);
    expect(stdout).toContain("edge: nothing found after 16 candidates of 2^4");
  });

  test(`random labels: nothing; ${again(SEED)}`, async () => {
    const words = [
      "discover",
      GF2,
      "--task",
      "parity",
      "--search",
      "random",
      "--random-labels",
      "--until",
      "2e6",
    ];
    const { code, document } = await work.json([...words, "--seed", String(SEED)]);
    expect([code, document.kept, document.found]).toEqual([1, 0, false]);
  });
});

describe("what is measured", () => {
  test(`searches for several numbers of problems, and a figure; ${again(SEED)}`, async () => {
    const words = [
      "discover",
      GF2,
      "--task",
      "parity",
      "--search",
      "random",
      "--dims",
      "5",
      "--problems",
      "1,6",
    ];
    const runs = [...words, "--runs", "2", "--until", "4e6", "--seed", String(SEED)];
    const { code, document } = await work.json([...runs, "-o", "shares.svg"]);
    expect(code).toBe(0);
    const [one, six] = document.points;
    expect([one.problems, one.runs, six.problems]).toEqual([1, 2, 6]);
    expect(six.exact.rate).toBe(six.kept.rate);
    expect(one.lucky).toBeGreaterThan(1000 * six.lucky);
    expect(work.read("shares.svg")).toContain("2^32 programs");
  });

  test(`networks with random weights, and a figure; ${again(SEED)}`, async () => {
    const words = ["discover", "--weights", "or", "--until", "4000", "--seed", String(SEED)];
    const { code, stdout } = await work.run([...words, "-o", "odds.svg"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/or +6 +left neighbour, 2 hidden +\d+ +\d+ +1 in \d+ +1 in 729/);
    expect(work.read("odds.svg")).toContain("one set of weights");
  });
});

test("mistakes are said, with what to do", async () => {
  const messages: string[] = [];
  for (const words of [
    ["plain.alg", "--against", "xor.alg"],
    ["edge.alg"],
    ["edge.alg", "--task", "chess"],
    ["edge.alg", "--task", "parity"],
    ["edge.alg", "--against", "other.alg"],
    ["edge.alg", "--against", "xor.alg", "--until", "soon"],
    ["edge.alg", "--task", "sorting", "--until", "proved"],
    [GF2, "--task", "parity", "--problems", "1", "--queries", "4", "--no-small"],
    [GF2, "--task", "tic-tac-toe", "--dims", "8"],
    [GF2, "--task", "noisy-vote"],
    [GF2, "--weights", "or"],
    [GF2, "--task", "parity", "--problems", "1,2"],
    ["--task", "parity"],
  ]) {
    const { code, stderr } = await work.run(["discover", ...words]);
    expect(code, words.join(" ")).toBe(2);
    messages.push(stderr.split("\n")[0]!.replaceAll(GF2, "gf2-32.alg"));
  }
  expect(messages).toMatchSnapshot();
});
