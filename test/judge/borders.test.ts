// Wherever something is made in another way from a size on: random programs, judged with that size drawn anew, mostly so
// small that they are on its other side. The sources stay as they are: they are loaded with other numbers.

import { expect, test } from "vitest";
import { createViteServer } from "vitest/node";
import { again, cases, SEED } from "../seed.ts";
import type { compareProgram as CompareProgram } from "./compare/program.ts";
import { generator } from "./generate/generators.ts";
import { Random } from "./random.ts";

type Border = readonly [file: string, constant: string, ...sizes: number[]];

/** Sizes that a constant of a file may have besides its own. */
const BORDERS: readonly Border[] = [
  // How programs are read and written out.
  ["language/parse/chain.ts", "LONG", 2, 3],
  ["language/analyse/expressions.ts", "MOST_SUMMANDS", 2, 3],
  ["language/analyse/flow.ts", "MOST_SEEN", 1, 3],
  ["compiler/lower/body.ts", "MOST_REMEMBERED", 0, 1, 2],
  ["compiler/lower/control.ts", "MOST_TESTS", 0, 2],
  ["compiler/lower/lower.ts", "MOST_VALUES", 1, 3],
  ["compiler/schedule/handshake.ts", "FEW_LINES", 0, 1, 2, 3],
  // Expressions and diagrams.
  ["logic/expression.ts", "LOOKS", 0, 1],
  ["logic/expression.ts", "STEP", 2, 3],
  ["logic/translate.ts", "EXPANDED", 0, 1],
  ["logic/translate.ts", "MOST_DEPTH", 1, 3],
  ["logic/bdd.ts", "MOST_NODES", 40, 400, 4000],
  ["logic/bdd.ts", "MOST_RESULTS", 2, 30],
  // Proofs: small diagrams first, then words of all lines, and of each.
  ["proof/prove/diagrams.ts", "FEW_NODES", 0, 60],
  ["proof/prove/words/compare.ts", "MOST_NODES", 60, 600],
  ["proof/prove/words/compare.ts", "MOST_NODES_OF_LINE", 0, 30],
  // Orders of variables that are looked for from the first, often, and hardly.
  ["proof/prove/words/compare.ts", "FIRST_NODES", 100, 2000],
  ["proof/prove/words/compare.ts", "MOST_ROOMS", 1, 500],
  ["proof/prove/words/compare.ts", "MOST_WORK", 0, 5000],
  ["logic/sift.ts", "MOST_GROWTH", 1, 10],
  ["logic/sift.ts", "WORTH", 0, 0.999],
  ["logic/tables.ts", "MOST_RESULTS", 2, 32],
  // Networks.
  ["compiler/synthesise/codes.ts", "FEW_VALUES", 2, 4],
  ["compiler/synthesise/codes.ts", "SEVERAL_VALUES", 2, 5],
  ["compiler/synthesise/bits.ts", "MOST_PRODUCT", 4, 30],
  ["compiler/synthesise/digits.ts", "MANY", 1, 2],
  ["compiler/synthesise/disjunctions.ts", "LONG", 1, 2],
  ["compiler/synthesise/disjunctions.ts", "LONGEST", 3],
  ["compiler/synthesise/stop-cases.ts", "MANY_VALUES", 2, 4],
  ["compiler/synthesise/exclusive.ts", "MOST_GREEDY", 0, 2],
  ["compiler/synthesise/exclusive.ts", "FEWEST_LOOKS", 0, 10],
  ["compiler/synthesise/exclusive.ts", "MOST_KEYS", 1, 2],
  ["compiler/synthesise/cases.ts", "MOST_CLASSES", 1, 2],
  ["compiler/synthesise/keys.ts", "MOST_TABULATED", 0, 4],
  ["compiler/synthesise/synthesise.ts", "MOST_SEARCHED", 0, 20],
  ["compiler/synthesise/synthesise.ts", "MOST_SEARCHED_ALONE", 0, 10],
  ["compiler/synthesise/synthesise.ts", "MOST_GROUPED", 0, 10],
  ["compiler/synthesise/synthesise.ts", "MOST_TRIED", 0, 20],
  ["compiler/synthesise/synthesise.ts", "MOST_TWICE", 0, 20],
  ["compiler/synthesise/synthesise.ts", "HOPELESS", 1, 5],
  ["compiler/synthesise/fields.ts", "MOST_NODES", 0, 20],
  ["compiler/synthesise/exact/exact.ts", "MOST_CASES", 4, 40],
  ["compiler/synthesise/exact/exact.ts", "MOST_NODES", 10, 100],
  ["compiler/synthesise/exact/search.ts", "MOST_WORK", 0, 100],
  ["compiler/synthesise/exact/select.ts", "MOST_TERMS", 1, 4],
  ["compile.ts", "MOST_PRUNED", 0, 20],
  ["compile.ts", "MOST_VALUES", 1, 3],
  ["network/weightwriter.ts", "MOST_DENSE", 0, 60],
  // The bit engine: what is proved, how sums become gates, how these are simplified, and how rows share them.
  ["engines/bits/codes.ts", "MOST_CODES", 0, 3, 20],
  ["engines/bits/codes.ts", "MOST_CHANNELS", 0, 2],
  // Never fewer than sums have that are taken value by value.
  ["engines/bits/digital.ts", "MOST_VALUES", 256],
  ["engines/bits/digital.ts", "MOST_ROUNDS", 0, 1],
  ["engines/bits/slices.ts", "MOST_GATES", 0, 50],
  ["engines/bits/make.ts", "MOST_PROVED", 0, 30],
  ["engines/bits/make.ts", "MOST_BAND_GATES", 0, 1e5],
  ["engines/bits/make.ts", "SHORT_CHUNK", 1, 3],
  ["engines/bits/make.ts", "LONG_CHUNK", 1, 2],
  ["engines/bits/sums.ts", "MOST_BITS", 0, 2],
  ["engines/bits/sums.ts", "MOST_SUM", 1, 7],
  ["engines/bits/lower.ts", "SHORT_SUM", 0, 1, 20],
  ["engines/bits/simplify.ts", "MOST_GATES", 0, 10],
  ["engines/bits/simplify.ts", "MOST_FOR_PAIRS", 0, 10],
  ["engines/bits/snapped.ts", "MOST_WORK", 0, 100],
  ["engines/bits/run.ts", "USUAL_STEPS", 0, 1],
  ["engines/bits/engine.ts", "PROVES_AFTER", 0, 1, 30, 400],
  ["engines/bits/engine.ts", "CELLS_PER_THREAD", 1, 7],
  // What is written and read, and looked at.
  ["grid/symbols.ts", "MOST_KNOWN", 0, 2],
  ["exchange/decompile/cover.ts", "MOST_CUBES", 1, 4],
  ["exchange/decompile/decompile.ts", "MOST_TRIED", 1, 2],
  ["network/export/golly.ts", "MOST_NODES", 0, 30],
];

/** A source with other sizes; every border has to be found in it. */
function shrunk(code: string, borders: readonly Border[], random: Random): string {
  return borders.reduce((text, [file, constant, ...sizes]) => {
    const declared = new RegExp(`(?<=const ${constant}(?:: number)? = )[^;]+(?=;)`);
    if (!declared.test(text)) throw new Error(`no border ${constant} in ${file}`);
    return random.chance(0.5) ? text.replace(declared, `${random.pick(sizes)}`) : text;
  }, code);
}

/** The files that were loaded with other sizes. */
const found = new Set<string>();

/** The judge, for sources with sizes that a seed draws. */
async function judgeWith(seed: number) {
  const server = await createViteServer({
    configFile: false,
    logLevel: "error",
    server: { middlewareMode: true, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
    plugins: [
      {
        name: "borders",
        enforce: "pre",
        transform(code, id) {
          const own = BORDERS.filter(([file]) => id.endsWith(`/src/${file}`));
          for (const [file] of own) found.add(file);
          return own.length === 0 ? null : shrunk(code, own, new Random(seed, BORDERS.indexOf(own[0]!)));
        },
      },
    ],
  });
  const { compareProgram } = await server.ssrLoadModule("/test/judge/compare/program.ts");
  return { compare: compareProgram as typeof CompareProgram, close: () => server.close() };
}

/** Programs for each drawing of sizes. */
const PROGRAMS = cases(5);

const ALWAYS = ["bits", "bits, 2 threads", "decompile"];

test.each([0, 1, 2])(`sizes number %d, ${again(SEED)}`, { timeout: 600_000 }, async (variant) => {
  const judge = await judgeWith(SEED + variant);
  const failures: string[] = [];
  let agreed = 0;
  for (let at = 0; at < PROGRAMS; at++) {
    const index = PROGRAMS * variant + at;
    const drawn = generator(1)(SEED, index);
    const outcome = await judge.compare(drawn, SEED, index, { always: ALWAYS });
    if (outcome.kind === "agreed") agreed++;
    // Where diagrams have no room at all, some programs are refused in words.
    if (outcome.kind === "failed" && !outcome.failure.message.startsWith("InputError: "))
      failures.push(`program ${index}: ${outcome.failure.kind}: ${outcome.failure.message}\n${drawn.text}`);
  }
  expect(failures.join("\n\n")).toBe("");
  expect(agreed).toBeGreaterThan(0);
  await judge.close();
});

test("every border was in a file that was loaded", () => {
  expect([...found].sort()).toEqual([...new Set(BORDERS.map(([file]) => file))].sort());
});
