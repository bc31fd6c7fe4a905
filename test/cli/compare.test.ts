import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { program, Workspace } from "./harness.ts";

const work = new Workspace();
const LIFE = program("life.alg");
const FEW = ["--runs", "3", "--scales", "1,2", "--size", "4x4", "--seed", "1"];

describe("compare", () => {
  test("a compiled and a learned network: table, document and page say the same", async () => {
    await work.run(["train", LIFE, "--seed", "2", "-o", "learned.safetensors"]);
    const words = ["compare", LIFE, "learned.safetensors", ...FEW];
    const { code, stdout, stderr } = await work.run([...words, "--html", "life.html"]);
    expect(code).toBe(0);
    expect(stderr).toContain("life: seed 1\n");
    expect(stdout).toContain("life: life.alg and learned.safetensors\n");
    expect(stdout).toMatch(/exact at 2x: 8x8, .*100% \(44% to 100%\) +100% \(44% to 100%\)/);
    expect(stdout).toMatch(/origin +compiled +trained from random, width 4x, by neighbourhoods, seed 2/);
    const { document } = await work.json(words);
    expect(document).toMatchObject({ program: "life", seed: 1, size: { rows: 4, cols: 4 } });
    expect(document.networks).toMatchObject([
      { name: "life.alg", certificate: { outcome: "proved", snap: false }, cost: { steps: null } },
      { name: "learned.safetensors", certificate: { outcome: "proved", snap: true } },
    ]);
    for (const { behaviour, neighbourhoods } of document.networks) {
      expect(behaviour.scales.map(({ exact }: { exact: { rate: number } }) => exact.rate)).toEqual([1, 1]);
      expect(neighbourhoods.reachable).toMatchObject({ wrong: 0 });
    }
    expect(document.networks[1].cost.samples).toBe(256 * document.networks[1].cost.steps);
    expect(document.similarity.matches).toHaveLength(5);

    const page = parseHTML(work.read("life.html")).document;
    expect(page.querySelector("h1")?.textContent).toBe("life: life.alg and learned.safetensors");
    expect(page.querySelectorAll("figure svg").length).toBe(7);
    expect([...page.querySelectorAll("h2")].map((each) => each.textContent)).toEqual([
      "Behaviour",
      "Structure",
      "Likeness inside",
      "Certificates",
      "Cost",
    ]);
    // Nothing is fetched: the page stands alone.
    expect(work.read("life.html")).not.toMatch(/(src|href)="(?!#)|url\((?!#)|@import/);
  });

  test("two weight files, with their program named", async () => {
    await work.run(["compile", LIFE, "-o", "a.safetensors"]);
    const words = ["compare", "a.safetensors", "a.safetensors", ...FEW, "--no-prove"];
    const { code, document } = await work.json([...words, "--program", LIFE]);
    expect(code).toBe(0);
    expect(document.networks[0].certificate).toBeNull();
    expect(document.similarity.matched).toBeGreaterThan(0.99);
    const nameless = await work.run(words);
    expect(nameless).toMatchObject({ code: 2, stderr: expect.stringContaining("--program FILE.alg") });
  });

  test.each([
    [
      ["compare", LIFE, LIFE, "--html", "page.pdf"],
      "--html page.pdf: a page's name ends in .html; rename it",
    ],
    [["compare", LIFE, program("gf2.alg")], "is not the program that is compared"],
    [["compare", program("gf2.alg"), "a.safetensors"], "the weights in a.safetensors do not belong to gf2"],
    [["compare", LIFE, "absent.safetensors"], "absent.safetensors"],
    [["compare", LIFE, LIFE, "--scales", "0,1"], "found 0, expected multiples of the size, from 1 to 128"],
    [["compare", LIFE, LIFE, "--scales", "1000000"], "found 1000000, expected multiples"],
    [["compare", LIFE, LIFE, "--html", "absent/page.html"], "there is no directory absent"],
  ])("%j is refused", async (words, message) => {
    await work.run(["compile", LIFE, "-o", "a.safetensors"]);
    const { code, stdout, stderr } = await work.run(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});
