// Searches: what they count is what there is, finds do what they are to do, and the same seed gives the same find.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkProgram, checkSketch } from "../../src/compile.ts";
import { fill } from "../../src/language/analyse/fill.ts";
import { Search, type SearchPlan, type SearchResult } from "../../src/learning/discover/search.ts";
import { interpretLearner } from "../../src/learning/learner/sample-curve.ts";
import { drawProblem, taskCalled } from "../../src/learning/learner/tasks/tasks.ts";
import { program } from "../cli/harness.ts";
import { again, SEED } from "../seed.ts";

const read = (text: string, name = "s.alg") => checkSketch({ name, text });

const gf2 = (bits: number) => read(readFileSync(program(`sketches/gf2-${bits}.alg`), "utf8"));

const planOf = (plan: Partial<SearchPlan>, task: Partial<SearchPlan["task"]> = {}): SearchPlan => ({
  task: { name: null, reference: null, randomLabels: false, ...task },
  sizes: { dims: 6, extra: 2, cases: 8 },
  search: "enumerate",
  seed: SEED,
  problems: 12,
  hasSmall: true,
  ...plan,
});

/** Results of jobs until one has an exact find. */
function until(search: Search, most: number): SearchResult[] {
  const results: SearchResult[] = [];
  for (let number = 0; number < most; number++) {
    const result = search.job(number);
    results.push(result);
    if (result.kept.some(({ isExact }) => isExact)) break;
  }
  return results;
}

describe("evolution", () => {
  test("of full-size problems alone sees no others: from one problem, it brings forth what is right by luck", () => {
    const plan = planOf({ search: "evolve", hasSmall: false, problems: 1 }, { name: "parity" });
    const firstFinds = [1, 2, 3, 4].map((seed) => {
      const search = new Search(gf2(32).checked, { ...plan, seed });
      for (let number = 0; ; number++) {
        const [first] = search.job(number).kept;
        if (first !== undefined) return first;
      }
    });
    expect(firstFinds.some(({ isExact }) => !isExact)).toBe(true);
  });
});

describe("enumeration", () => {
  const reference = (rhs: string) =>
    read(`program r { input x: 0..2 output y: 0..3 each { y = ${rhs} } }`, "r.alg").checked;

  test("finds every program that there is, and tries each once", () => {
    // The constant is 3^2 values of which one is right; the table is right in one way only.
    const sketch = read(`program s { input x: 0..2 output y: 0..3
      hole f(x: 0..2): 0..2
      each { y = f(left.x) + (if ?0..2 == 1 then 1 else 0) } }`);
    const plan = planOf({}, { reference: reference("if left.x == 2 then 1 else left.x + 1") });
    const { tried, kept } = new Search(sketch.checked, plan).job(0);
    expect(tried).toBe(3 ** 4);
    // With the constant 1, 0 1 0 is added to; else the table holds 1 2 1.
    expect(kept.map(({ filling }) => [filling.f, filling.y]).sort()).toEqual(
      [
        [[0, 1, 0], [1]],
        [[1, 2, 1], [0]],
        [[1, 2, 1], [2]],
      ].sort(),
    );
    expect(kept.every(({ isExact }) => isExact)).toBe(true);
  });

  test("keeps nobody where nobody can do it", () => {
    const sketch = read("program s { input x: bit output y: bit each { y = ?(x, left.x) } }");
    const other = read("program r { input x: bit output y: bit each { y = x xor right.x } }", "r.alg");
    const { tried, kept } = new Search(sketch.checked, planOf({}, { reference: other.checked })).job(0);
    expect([tried, kept]).toEqual([16, []]);
  });
});

describe("learners", () => {
  /** Whether a find answers fresh problems as the hidden parity does, by the interpreter. */
  function learns(
    sketch: ReturnType<typeof gf2>,
    { filling }: SearchResult["kept"][0],
    seed: number,
  ): boolean {
    const { checked } = checkProgram(fill(sketch.source, sketch.ast, sketch.checked.holes!, filling));
    return [3, 5, 9].every((features) => {
      const size = { features, examples: features + 12, queries: 6 };
      const { examples, queries } = drawProblem(taskCalled("parity"), size, seed, 0);
      return queries.every(
        ({ features: query, label }) => interpretLearner(checked, examples, query) === label,
      );
    });
  }

  for (const [search, bits] of [
    ["random", 32],
    ["evolve", 32],
  ] as const)
    test(`of ${bits} bits by ${search} learn parities; the same seed finds the same; ${again(SEED)}`, () => {
      const sketch = gf2(bits);
      const plan = planOf({ search, problems: 8 }, { name: "parity" });
      const found = until(new Search(sketch.checked, plan), 40);
      const exact = found.at(-1)!.kept.find(({ isExact }) => isExact)!;
      expect(learns(sketch, exact, SEED)).toBe(true);
      // Any job gives the same alone, whatever was done before.
      expect(new Search(sketch.checked, plan).job(found.length - 1)).toEqual(found.at(-1));
    });

  test(`random labels leave nobody; ${again(SEED)}`, () => {
    const plan = planOf({ search: "random", problems: 4 }, { name: "parity", randomLabels: true });
    expect(new Search(gf2(32).checked, plan).job(0).kept).toEqual([]);
  });
});

describe("library programs", () => {
  const replaced = (file: string, ...changes: readonly (readonly [string, string])[]) => {
    const text = readFileSync(program(file), "utf8");
    const open = changes.reduce((before, [from, to]) => {
      expect(before).toContain(from);
      return before.replace(from, to);
    }, text);
    return { sketch: read(open).checked, reference: read(text, file).checked };
  };

  test.each([
    [
      "flood.alg",
      135,
      [
        ["cell == dry", "cell == ?{rock, dry, wet}"],
        ["beside.cell == wet) >= 1", "beside.cell == ?{wet, dry, rock}) >= ?0..4"],
        ["cell = wet", "cell = ?{dry, rock, wet}"],
      ],
      [[1, 0, 1, 2]],
    ],
    [
      "sort.alg",
      16,
      [
        ["max(left.x, x)", "?{min(left.x, x), max(left.x, x)}"],
        ["min(x, right.x)", "?{max(x, right.x), min(x, right.x)}"],
        ["turn = west\n        }\n        done", "turn = ?{rest, west, east, done}\n        }\n        done"],
      ],
      // The other one waits a round between any two, and sorts as well.
      [
        [1, 1, 0],
        [1, 1, 1],
      ],
    ],
  ] as const)("%s is found where parts of it are open", (file, count, changes, expected) => {
    const { sketch, reference } = replaced(file, ...changes);
    const { tried, kept } = new Search(sketch, planOf({}, { reference })).job(0);
    expect(tried).toBe(count);
    expect(kept.every(({ isExact }) => isExact)).toBe(true);
    expect(kept.map(({ filling }) => Object.values(filling).flat())).toEqual(expected);
  });
});
