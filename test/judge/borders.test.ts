// Wherever something is made in another way from a size on: random programs, judged with that size drawn anew, mostly so
// small that they are on its other side. The sources stay as they are: they are loaded with other numbers.

import { expect, test } from "vitest";
import { type Border, loaderWith } from "../other-sizes.ts";
import { again, cases, SEED } from "../seed.ts";
import type { compareProgram as CompareProgram } from "./compare/program.ts";
import { generator } from "./generate/generators.ts";

/** Sizes that a constant of a file may have besides its own. */
const BORDERS: readonly Border[] = [
  // How programs are read and written out.
  ["language/parse/chain.ts", "LONG", 2, 3],
  ["language/analyse/flow.ts", "MOST_SEEN", 1, 3],
  // Beyond these, programs are refused.
  ["language/analyse/exact.ts", "MOST_CASES", 4, 64],
  ["language/analyse/analyse.ts", "INLINED_CALLS", 1, 4],
  ["compiler/lower/body.ts", "MOST_REMEMBERED", 0, 1, 2],
  ["compiler/lower/control.ts", "MOST_TESTS", 0, 2],
  ["compiler/lower/lower.ts", "MOST_VALUES", 1, 3],
  ["compiler/lower/lower.ts", "MOST_NODES", 10, 300],
  ["compiler/schedule/handshake.ts", "FEW_LINES", 0, 1, 2, 3],
  // Expressions and diagrams.
  ["logic/expression.ts", "LOOKS", 0, 1],
  ["logic/expression.ts", "STEP", 2, 3],
  ["logic/translate.ts", "EXPANDED", 0, 1],
  ["logic/translate.ts", "MOST_DEPTH", 1, 3],
  ["logic/translate.ts", "MOST_CASES", 1, 4],
  ["logic/nodes.ts", "MOST_NODES", 40, 400, 4000],
  // Proofs: small diagrams first, then words of all lines, and of each.
  ["logic/diagrams.ts", "FEW_NODES", 0, 60],
  ["proof/prove/words/compare-words.ts", "MOST_NODES", 60, 600],
  ["proof/prove/words/compare-words.ts", "MOST_NODES_OF_LINE", 0, 30],
  ["proof/prove/words/compare-words.ts", "MOST_NODES_OF_READ", 0, 10],
  // Orders of variables that are looked for from the first, often, and hardly.
  ["proof/prove/words/compare-words.ts", "FIRST_NODES", 100, 2000],
  ["proof/prove/words/compare-words.ts", "ONE_ORDER", 0.5, 1, 3],
  ["proof/prove/words/compare-words.ts", "FIRST_ROOMS", 1, 2],
  ["proof/prove/words/compare-words.ts", "MOST_ROOMS", 1, 500],
  ["proof/prove/words/compare-words.ts", "MOST_WORK", 0, 5000],
  ["logic/sift.ts", "MOST_GROWTH", 1, 10],
  ["logic/sift.ts", "WORTH", 0, 0.999],
  // Sums that rule and network share: how they are looked for, compared, and split into cases, and how far.
  ["proof/prove/words/rule-words.ts", "FEW_NAMES", 0, 3],
  ["proof/prove/words/sat-sweep.ts", "LONG", 1, 1000],
  ["proof/prove/words/sat-sweep.ts", "MOST_NODES", 500, 20_000],
  ["proof/prove/words/sat-sweep.ts", "SOME_CONFLICTS", 0, 200],
  ["proof/prove/words/sat-sweep.ts", "MORE_CONFLICTS", 0, 200],
  ["proof/prove/words/sat-sweep.ts", "MOST_CONFLICTS", 0, 200],
  ["proof/prove/words/sat-sweep.ts", "SOME_SUMS", 1, 20],
  ["proof/prove/words/sat-sweep.ts", "MOST_SUMS", 1, 20],
  ["proof/prove/words/sat-sweep.ts", "FEW_SAMPLES", 1, 8],
  ["proof/prove/words/extremes.ts", "MOST_NODES", 4, 100],
  ["proof/prove/words/one-number.ts", "MOST_NODES", 4, 100],
  ["proof/prove/words/compare-words.ts", "MOST_UPDATES", 0, 2],
  ["proof/prove/words/compare-words.ts", "MOST_UNITS", 0, 20],
  ["proof/prove/words/sat-sweep.ts", "PART_CONFLICTS", 0, 10],
  ["proof/prove/words/sat-sweep.ts", "HARD_PART_CONFLICTS", 0, 10],
  ["proof/prove/words/sat-sweep.ts", "CASES_CONFLICTS", 0, 10],
  ["proof/prove/words/sat-sweep.ts", "CHANNEL_CONFLICTS", 0, 100],
  ["proof/prove/words/sat-sweep.ts", "ROUNDS", 1, 2],
  ["proof/prove/words/sat-sweep.ts", "SAMPLES", 1, 4],
  ["proof/prove/words/case-split.ts", "ASK_CONFLICTS", 0, 1000],
  ["proof/prove/words/case-split.ts", "NONE_CONFLICTS", 0, 10],
  ["proof/prove/words/case-split.ts", "LEAF_CONFLICTS", 0, 10],
  ["proof/prove/words/case-split.ts", "MOST_CASES", 1, 20],
  ["proof/prove/words/case-split.ts", "MOST_DEPTH", 0, 1],
  ["proof/prove/words/open-sums.ts", "NEAR", 0, 1],
  ["logic/sweep.ts", "CLOSE_CONFLICTS", 0, 2],
  ["logic/sweep.ts", "CONFLICTS", 0, 1000],
  ["logic/sweep.ts", "CLOSE", 1, 10],
  ["logic/sweep.ts", "MOST_CANDIDATES", 0, 1],
  ["logic/solver.ts", "RESTART", 1, 2],
  ["logic/solver.ts", "FIRST_LEARNED", 2, 20],
  ["proof/prove/words/candidate-sums.ts", "SAMPLES", 128, 256],
  ["proof/prove/words/candidate-sums.ts", "LARGEST_FACTOR", 1, 4],
  ["proof/prove/words/candidate-sums.ts", "MANY", 1, 2000],
  ["proof/prove/words/modular-span.ts", "FEW_ROWS", 0, 1],
  ["proof/prove/words/samples.ts", "COPIES", 1, 50],
  ["logic/nodes.ts", "MOST_RESULTS", 2, 32],
  // Networks.
  ["compiler/synthesise/synthesise.ts", "ENOUGH", 0, 1],
  ["compiler/synthesise/field-codes.ts", "FEW_VALUES", 2, 4],
  ["compiler/synthesise/field-codes.ts", "SEVERAL_VALUES", 2, 5],
  ["compiler/synthesise/bits.ts", "MOST_PRODUCT", 4, 30],
  ["compiler/synthesise/digits.ts", "MANY", 1, 2],
  ["compiler/synthesise/disjunctions.ts", "LONG", 1, 2],
  ["compiler/synthesise/disjunctions.ts", "LONGEST", 3],
  ["compiler/synthesise/stop-cases.ts", "MANY_VALUES", 2, 4],
  ["compiler/synthesise/exclusive.ts", "FEW", 0, 2],
  ["compiler/synthesise/exclusive.ts", "KEYS_TRIED", 1, 2],
  ["compiler/synthesise/exclusive.ts", "LOOKS", 0, 1],
  ["compiler/synthesise/exclusive.ts", "MOST_ORDERS", 1, 2],
  ["compiler/synthesise/exclusive.ts", "MOST_ROUNDS", 0, 1],
  ["compiler/synthesise/exclusive.ts", "MOST_GREEDY", 0, 2],
  ["compiler/synthesise/exclusive.ts", "FEWEST_LOOKS", 0, 10],
  ["compiler/synthesise/exclusive.ts", "MOST_KEYS", 1, 2],
  ["compiler/synthesise/decision-lists.ts", "MOST_CLASSES", 1, 2],
  ["compiler/synthesise/decision-lists.ts", "FEW", 1, 2],
  ["compiler/synthesise/numbers.ts", "MOST_BASES", 1, 2],
  ["compiler/synthesise/gate-layers.ts", "ROUNDS", 0, 1],
  ["compiler/synthesise/stop-cases.ts", "MOST_CUBES", 0, 3],
  ["compiler/synthesise/describe.ts", "MOST_NODES", 0, 3],
  ["compiler/synthesise/fields.ts", "MOST_COMPUTED", 0, 3],
  ["compiler/synthesise/synthesise.ts", "FIRST", 1, 4],
  ["compiler/synthesise/keys.ts", "MOST_TABULATED", 0, 4],
  ["compiler/lower/body.ts", "MOST_STEPS", 0, 20],
  ["compiler/synthesise/quotients.ts", "FEWEST_STEPS", 2, 10],
  ["compiler/synthesise/tables.ts", "MOST_CASES", 0, 8],
  ["compiler/synthesise/tables.ts", "NODES_OF_CASE", 0, 0.03],
  ["compiler/synthesise/reads.ts", "MOST_LISTED", 0, 20],
  ["compiler/synthesise/synthesise.ts", "MOST_SEARCHED", 0, 20],
  ["compiler/synthesise/synthesise.ts", "MOST_SEARCHED_ALONE", 0, 10],
  ["compiler/synthesise/synthesise.ts", "MOST_GROUPED", 0, 10],
  ["compiler/synthesise/synthesise.ts", "MOST_NESTED", 0, 20],
  ["compiler/synthesise/synthesise.ts", "MOST_TRIED", 0, 20],
  ["compiler/synthesise/synthesise.ts", "MOST_TWICE", 0, 20],
  ["compiler/synthesise/synthesise.ts", "HOPELESS", 1, 5],
  ["compiler/synthesise/fields.ts", "MOST_NODES", 0, 20],
  ["compiler/synthesise/exact/exact-search.ts", "MOST_CASES", 4, 40],
  ["compiler/synthesise/exact/exact-search.ts", "MOST_NODES", 10, 100],
  ["compiler/synthesise/exact/form-choices.ts", "MOST_WORK", 0, 100],
  ["compiler/synthesise/exact/select.ts", "MOST_TERMS", 1, 4],
  ["compiler/synthesise/exact/select.ts", "SPLITS_AT_TOP", 0, 1],
  ["compiler/synthesise/exact/select.ts", "SPLITS", 0, 1],
  ["compiler/synthesise/exact/form-choices.ts", "SHARED", 1, 100],
  ["compiler/synthesise/exact/form-choices.ts", "LIKELY", 1, 100],
  ["compiler/synthesise/exact/form-choices.ts", "CLOSE", 1, 100],
  ["compiler/synthesise/exact/form-choices.ts", "HOPEFUL", 0, 100],
  ["compiler/synthesise/exact/form-choices.ts", "SMALL", 0, 1000],
  ["compiler/synthesise/exact/form-choices.ts", "FEW_LEVELS", 0, 3],
  ["compiler/synthesise/exact/form-choices.ts", "MANY", 0, 1000],
  ["compiler/synthesise/exact/form-choices.ts", "MOST_ROUNDS", 0, 10],
  ["compiler/synthesise/exact/channel-sums.ts", "MOST_SIGNS", 0, 2],
  ["compiler/synthesise/exact/channel-sums.ts", "MOST_CASES", 1, 4],
  ["compiler/synthesise/exact/exact-search.ts", "MOST_DESCRIBED", 0, 1],
  ["compiler/synthesise/exact/cover-choices.ts", "WIDE", 1, 5],
  ["compiler/synthesise/exact/cover-choices.ts", "CHOSEN", 1, 2],
  ["compiler/synthesise/exact/cover-choices.ts", "MOST_PER_TERM", 0, 1],
  ["compiler/synthesise/exact/cover-choices.ts", "VERY_WIDE", 2, 3],
  ["compiler/synthesise/exact/cover-choices.ts", "MOST_REACH", 1, 3],
  ["compile.ts", "MOST_PRUNED", 0, 20],
  ["compile.ts", "MOST_VALUES", 1, 3],
  ["network/weightwriter.ts", "MOST_DENSE", 0, 60],
  // Pruning: which networks, and how far.
  ["proof/prove/prune-proved.ts", "PROMISING", 0.5, 100],
  ["proof/prove/prune-proved.ts", "SMALL", 0, 1e6],
  ["proof/prove/prune-proved.ts", "MOST_CUT_ALONE", 0, 1e6],
  ["proof/prove/prune.ts", "MOST_NODES", 20, 2000],
  ["proof/prove/prune.ts", "MOST_STEPS", 20, 2000],
  ["proof/prove/prune.ts", "MOST_SAMPLES", 0, 3],
  // The bit engine: what is proved, how sums become gates, how these are simplified, and how rows share them.
  ["engines/bits/reached-codes.ts", "MOST_CODES", 0, 3, 20],
  ["engines/bits/reached-codes.ts", "MOST_CHANNELS", 0, 2],
  // Never fewer than sums have that are taken value by value.
  ["engines/bits/digital.ts", "MOST_VALUES", 256],
  ["engines/bits/digital.ts", "MOST_ROUNDS", 0, 1],
  ["engines/bits/bit-sliced.ts", "MOST_GATES", 0, 50],
  ["engines/bits/make.ts", "MOST_PROVED", 0, 30],
  ["engines/bits/make.ts", "MOST_BAND_GATES", 0, 1e5],
  ["engines/bits/make.ts", "SHORT_CHUNK", 1, 3],
  ["engines/bits/make.ts", "LONG_CHUNK", 1, 2],
  ["engines/full.ts", "LEAST_WEIGHTS", 1, 10_000],
  ["engines/bits/simplify.ts", "TRIED", 0, 1],
  ["engines/bits/thread-work.ts", "SPINS", 0, 1],
  ["engines/bits/thread-work.ts", "PATIENCE", 0, 1],
  // On rows of any width, windows of any width.
  ["engines/bits/narrow.ts", "FEWEST_VECTORS", 0, 1, 2],
  ["engines/bits/narrow.ts", "MOST_WINDOW", 1, 2, 100],
  ["engines/bits/narrow.ts", "MOST_GATES", 0, 100_000],
  ["engines/bits/thread-work.ts", "MOST_NARROW", 1, 100],
  ["engines/bits/thread-work.ts", "WAIT", 0, 1],
  ["engines/bits/grid-memory.ts", "MOST_STEPS", 1, 2, 3],
  ["engines/bits/sums.ts", "MOST_BITS", 0, 2],
  ["engines/bits/sums.ts", "MOST_SUM", 1, 7],
  ["engines/bits/lower.ts", "SHORT_SUM", 0, 1, 20],
  ["engines/bits/simplify.ts", "MOST_GATES", 0, 10],
  ["engines/bits/simplify.ts", "MOST_MERGED", 0, 10],
  ["engines/bits/simplify.ts", "MOST_FOR_PAIRS", 0, 10],
  ["engines/bits/snapped.ts", "MOST_WORK", 0, 100],
  ["engines/bits/bit-run.ts", "USUAL_STEPS", 0, 1],
  ["engines/bits/bit-engine.ts", "PROVES_AFTER", 0, 1, 30, 400],
  ["engines/bits/bit-engine.ts", "CELLS_PER_THREAD", 1, 7],
  // What is written and read, and looked at.
  ["grid/symbols.ts", "MOST_KNOWN", 0, 2],
  ["exchange/decompile/conditions.ts", "MOST_CUBES", 1, 4],
  ["exchange/decompile/decompile.ts", "MOST_TRIED", 1, 2],
  ["exchange/decompile/decompile.ts", "LONGEST", 0, 400],
  ["exchange/decompile/decompile.ts", "MOST_STEPS", 0, 20_000],
  ["exchange/decompile/conditions.ts", "MOST_INLINE", 0, 3],
  ["exchange/decompile/conditions.ts", "WORTH_A_NAME", 0, 3],
  ["logic/print-expressions.ts", "WORTH_A_NAME", 0, 3],
  ["network/export/golly.ts", "MOST_NODES", 0, 30],
];

/** How far proofs go: with less, they may end without a result, but not with another one. */
const EFFORT: readonly Border[] = [
  // Chains that become trees: which, of how many links, and how; and lists that are not multiplied out.
  ["compiler/synthesise/synthesise.ts", "MANY_LAYERS", 0, 2],
  ["compiler/synthesise/synthesise.ts", "LONG_CHAIN", 0, 3],
  ["compiler/synthesise/synthesise.ts", "WASTED", 1, 2],
  ["compiler/synthesise/builder.ts", "DEEP", 0, 2],
  ["compiler/synthesise/builder.ts", "MOST_SHARED", 0, 1],
  ["compiler/synthesise/balance.ts", "FEWEST_LINKS", 1, 2],
  ["compiler/synthesise/balance.ts", "LIGHT", 0, 2],
  ["compiler/synthesise/balance.ts", "MOST_WEIGHT", 1, 4],
  ["compiler/synthesise/balance.ts", "FEWEST_SUMMED", 1, 3],
  ["compiler/synthesise/balance.ts", "MOST_PARITIES", 1, 2],
  ["compiler/synthesise/balance.ts", "MOST_VALUES", 2, 2000],
  ["compiler/synthesise/balance.ts", "MOST_LEVELS", 0, 3],
  ["compiler/synthesise/balance.ts", "MOST_INSIDE", 0, 2],
  ["compiler/synthesise/fields.ts", "MOST_DEEPER", 0, 2],
  ["compiler/synthesise/decision-lists.ts", "MOST_INNER", 0, 1],
  ["engines/bits/bit-engine.ts", "GATES_PER_THREAD", 1, 1000],
  ["logic/diagrams.ts", "FEW_NODES", 0, 60],
  ["logic/diagrams.ts", "STEPS_OF_FEW", 0, 1],
  ["proof/prove/free.ts", "MOST_NODES", 5, 500],
  ["proof/prove/line.ts", "MOST_NODES", 5, 500],
  ["proof/prove/stop.ts", "MOST_NODES", 5, 500],
  ["proof/prove/stop.ts", "MOST_CELLS", 1, 20],
  ["proof/prove/stop.ts", "MOST_WORK", 1, 1000],
  ["proof/prove/grounds.ts", "MOST_NODES", 5, 500],
  ["proof/prove/grounds.ts", "MOST_OF_BITS", 5, 500],
  ["proof/prove/prove-step.ts", "MOST_NODES", 5, 500],
  ["proof/prove/prove-step.ts", "MOST_FAILED", 0, 1],
  ["proof/prove/single-token-proof.ts", "ROOM", 0, 300],
  ["proof/prove/single-token-proof.ts", "ROOM_PER_NODE", 0, 1],
  ["proof/prove/single-token-proof.ts", "MOST_VALUES", 1, 3],
  ["proof/prove/neighbourhood.ts", "MOST_VALUES", 2, 3],
  ["proof/prove/invariant.ts", "MOST_TUPLES", 0, 10],
  ["proof/prove/invariant.ts", "MOST_NODES", 5, 500],
  ["proof/prove/invariant.ts", "MOST_RUNS", 0, 1],
  ["proof/prove/invariant.ts", "MOST_STEPS", 0, 1],
  ["proof/prove/invariant.ts", "MOST_CELLS", 0, 20],
  ["proof/prove/invariant.ts", "FRUITLESS", 0, 1],
  ["proof/prove/reach-difference.ts", "MOST_CELLS", 0, 20],
  ["proof/prove/reach-difference.ts", "MOST_WORK", 0, 1000],
  ["proof/prove/reach-difference.ts", "LONG_EVERY", 1, 2],
  ["proof/prove/reach-inputs.ts", "MOST_AROUND", 0, 1],
  ["proof/prove/reach-inputs.ts", "MOST_TINY", 0, 1],
  ["proof/prove/reach-inputs.ts", "MOST_SMALL", 0, 1],
  ["proof/prove/reach-inputs.ts", "MOST_LARGE", 0, 1],
  ["proof/prove/asserts.ts", "TRIALS", 0, 1],
  ["proof/prove/bounds.ts", "MOST_BOXES", 0, 10],
];

/** The files that were loaded with other sizes. */
const found = new Set<string>();

/** The judge, for sources with sizes that a seed draws. */
async function judgeWith(borders: readonly Border[], seed: number) {
  const { load, close } = await loaderWith(borders, { seed, found });
  const { compareProgram } = await load<{ compareProgram: typeof CompareProgram }>(
    "/test/judge/compare/program.ts",
  );
  return { compare: compareProgram, close };
}

/** Programs for each drawing of sizes. */
const PROGRAMS = cases(5);

const ALWAYS = ["bits", "bits, 2 threads", "decompile"];

test.each([0, 1, 2])(`sizes number %d, ${again(SEED)}`, { timeout: 600_000 }, async (variant) => {
  const judge = await judgeWith(BORDERS, SEED + variant);
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

test.each([0, 1])(`effort number %d, ${again(SEED)}`, { timeout: 600_000 }, async (variant) => {
  const judge = await judgeWith(EFFORT, SEED + variant);
  const ends = new Map<string, number>();
  for (let at = 0; at < 2 * PROGRAMS; at++) {
    const index = 100 + 2 * PROGRAMS * variant + at;
    const drawn = generator(1)(SEED, index);
    const whole = await judge.compare(drawn, SEED, index);
    const isOpen = whole.kind === "failed" && whole.failure.kind === "prove: undecided";
    const outcome = isOpen ? await judge.compare(drawn, SEED, index, { never: ["prove"] }) : whole;
    const end = isOpen ? "undecided" : outcome.kind;
    ends.set(end, (ends.get(end) ?? 0) + 1);
    if (outcome.kind === "failed")
      expect.fail(`program ${index}: ${outcome.failure.kind}: ${outcome.failure.message}\n${drawn.text}`);
  }
  expect(ends.get("agreed")).toBeGreaterThan(0);
  await judge.close();
});

test("every border was in a file that was loaded", () => {
  expect([...found].sort()).toEqual([...new Set([...BORDERS, ...EFFORT].map(([file]) => file))].sort());
});
