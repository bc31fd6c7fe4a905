// Where a proof begins one way or another, by the size of diagrams or by names: random programs on both sides of each such
// border, and changed networks, which must be judged alike.

import { expect, test } from "vitest";
import { type Compilation, checkProgram, compile, compileChecked } from "../../src/compile.ts";
import { synthesise } from "../../src/compiler/synthesise/synthesise.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { sizeOf } from "../../src/network/network.ts";
import { lemmasOf } from "../../src/proof/prove/lemma.ts";
import { mutantsOf } from "../../src/proof/prove/mutants.ts";
import { type MutantVerdict, mutantJudge, mutateJobs } from "../../src/proof/prove/mutation-score.ts";
import { proveNetwork, proveReachable, proveSchedule } from "../../src/proof/prove/prove.ts";
import { compareWords } from "../../src/proof/prove/words/compare-words.ts";
import { checkNetwork } from "../../src/proof/verify/check.ts";
import { drawProgram } from "../judge/generate/program.ts";
import { Random } from "../judge/random.ts";
import { type Border, loaderWith } from "../other-sizes.ts";
import { again, SEED } from "../seed.ts";

interface Case {
  readonly compilation: Compilation;
  readonly random: Random;
  readonly label: string;
}

/** Small random programs of all kinds. */
function* cases(count: number, offset: number): Generator<Case> {
  for (let [index, made] = [offset, 0]; made < count; index++) {
    const { text, kind } = drawProgram(SEED, index);
    if (kind === "learner") continue;
    const compilation = compile({ name: `r${index}`, text });
    if (sizeOf(compilation.network).nonzero > 300) continue;
    made++;
    yield {
      compilation,
      random: new Random(SEED, index),
      label: `${again(SEED)}, program ${index}\n${text}`,
    };
  }
}

test("steps are judged alike by small diagrams first, or by words and large diagrams", {
  timeout: 300_000,
}, () => {
  const seen = { proved: 0, differs: 0 };
  for (const { compilation, random, label } of cases(16, 0)) {
    const { checked, rule, network } = compilation;
    const lemmas = lemmasOf(checked, rule);
    const all = mutantsOf(network);
    const mutants = all.length === 0 ? [] : [1, 2, 3].map(() => random.pick(all).network);
    for (const each of [network, ...mutants]) {
      const outcomes = [undefined, 0, 60].map((fewNodes) => {
        const options = fewNodes === undefined ? {} : { fewNodes };
        return proveReachable(rule, each, options, lemmas).step.outcome;
      });
      expect(new Set(outcomes), `${outcomes} of ${label}`).toHaveLength(1);
      if (outcomes[0] !== "undecided") seen[outcomes[0]!]++;
    }
  }
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10);
});

test("schedules are proved by small diagrams first, or by large ones and terms", { timeout: 300_000 }, () => {
  for (const { compilation, label } of cases(40, 200)) {
    const { instructions, rule } = compilation;
    const plain = proveSchedule(instructions, rule);
    for (const fewNodes of [0, 40]) {
      const other = proveSchedule(instructions, rule, fewNodes);
      expect(other.outcome, label).toBe(plain.outcome);
      expect(
        other.obligations.map(({ outcome }) => outcome),
        label,
      ).toEqual(plain.obligations.map(({ outcome }) => outcome));
    }
    expect(plain.outcome, label).toBe("proved");
  }
});

test("words of classes first, or of all bits first: the same differences", { timeout: 300_000 }, () => {
  let [same, different] = [0, 0];
  for (const { compilation, random, label } of cases(16, 400)) {
    const { rule, network } = compilation;
    const channels = [...network.channels.keys()];
    const all = mutantsOf(network);
    const mutants = all.length === 0 ? [] : [1, 2, 3].map(() => random.pick(all).network);
    for (const each of [network, ...mutants]) {
      const [one, other] = [0, Number.POSITIVE_INFINITY].map((manyNames) =>
        compareWords(rule, each, channels, { invariant: null, snaps: false, manyNames }).map((verdict) =>
          verdict === null ? null : verdict.difference === null,
        ),
      );
      expect(one, label).toEqual(other);
      same += one!.filter((each) => each === true).length;
      different += one!.filter((each) => each === false).length;
    }
  }
  expect(same).toBeGreaterThan(20);
  expect(different).toBeGreaterThan(5);
});

/** Choices within choices, each on what another place holds. */
function nestedChoices(random: Random): string {
  const most = random.pick([1, 3, 6]);
  const read = () => `${random.pick(["", "left.", "right.", "up."])}${random.pick(["x", "z"])}`;
  const value = (depth: number): string =>
    depth === 0
      ? random.pick([read(), `min(${most}, ${read()} + ${read()})`, `${random.int(most + 1)}`])
      : `(if ${read()} ${random.pick([">", "==", "<="])} ${random.chance(0.7) ? random.int(most + 1) : read()} ` +
        `then ${value(depth - 1)} else ${value(depth - 1)})`;
  return `program nested {
    input x: 0..${most}
    input z: 0..${most}
    output y: 0..${most}
    each { y = ${value(random.between(1, 3))} }
  }`;
}

test("choices within choices of several places: classes are right or give up", { timeout: 300_000 }, () => {
  const seen = { same: 0, different: 0, open: 0 };
  for (let at = 0; at < 30; at++) {
    const random = new Random(SEED, 1000 + at);
    const text = nestedChoices(random);
    const { rule, network } = compile({ name: "nested", text }, { effort: 0, prune: false });
    const channels = [...network.channels.keys()];
    const all = mutantsOf(network);
    for (const each of [network, ...[1, 2, 3, 4].map(() => random.pick(all).network)]) {
      const [ofClasses, plainly] = [1, 600_000].map((room) =>
        compareWords(rule, each, channels, { invariant: null, snaps: false, room }),
      );
      for (const [channel, verdict] of ofClasses!.entries()) {
        const isSame = verdict && verdict.difference === null;
        seen[isSame === null ? "open" : isSame ? "same" : "different"]++;
        if (isSame !== null)
          expect(isSame, `${again(SEED)}, ${at}\n${text}`).toBe(plainly![channel]!.difference === null);
      }
    }
  }
  expect(seen.same).toBeGreaterThan(100);
  expect(seen.different).toBeGreaterThan(20);
  expect(seen.open).toBeLessThan(seen.same);
});

test("networks that are pruned, proved only, or neither, are all right", { timeout: 300_000 }, async () => {
  const sides = [
    { pruned: Number.POSITIVE_INFINITY, prove: true },
    { pruned: 0, prove: true },
    { pruned: 0, prove: false },
  ];
  for (const { compilation, label } of cases(8, 600)) {
    for (const { pruned, prove } of sides) {
      const made = compileChecked(checkProgram(compilation.source), { prove }, { pruned });
      const about = `pruned up to ${pruned}, prove ${prove}, ${label}`;
      expect((await proveNetwork(made, made.network)).outcome, about).toBe("proved");
      const check = { grids: 8, maxRows: 4, maxCols: 5, seed: SEED };
      const found = await checkNetwork(made, made.network, directEngine(made.network), check);
      if (found.counterexample !== null) expect(found.counterexample.kind, about).toMatch(/assert|steps/);
    }
  }
});

test("what is found in groups and without is proved", { timeout: 300_000 }, () => {
  let searched = 0;
  for (const { compilation, label } of cases(8, 800)) {
    const { checked, rule } = compilation;
    const lemmas = lemmasOf(checked, rule);
    const tokens = rule.fields.map(({ name }) => name).filter(lemmas.isToken);
    for (const grouped of [0, Number.POSITIVE_INFINITY]) {
      const limits = { searched: 600, searchedAlone: 600, grouped };
      const { candidates } = synthesise(rule, "", { effort: 0.3 }, tokens, limits);
      searched += candidates.length - 1;
      for (const network of candidates.map((found) => found.network()))
        expect(proveReachable(rule, network, {}, lemmas).step.outcome, `${grouped}, ${label}`).toBe("proved");
    }
  }
  expect(searched).toBeGreaterThan(2);
});

test("what is searched first is proved, whether other strategies are tried after it or not", {
  timeout: 300_000,
}, () => {
  const seen = { enough: 0, tooLittle: 0 };
  for (const { compilation, label } of cases(24, 1600)) {
    const { checked, rule } = compilation;
    const full = synthesise(rule, "", { effort: 0.3 });
    const lean = synthesise(rule, "", { effort: 0.3, lean: true });
    const [usual, last] = [lean.history[0]!.nonzero, lean.history.at(-1)!.nonzero];
    if (lean.history.some(({ step }) => step.startsWith("best of"))) {
      seen.tooLittle++;
      expect(last, label).toBeLessThanOrEqual(
        full.history.find(({ step }) => step.startsWith("best"))!.nonzero,
      );
    } else {
      seen.enough++;
      expect(last, label).toBeLessThanOrEqual(0.9 * usual);
    }
    for (const network of lean.candidates.map((found) => found.network()))
      expect(proveReachable(rule, network, {}, lemmasOf(checked, rule)).step.outcome, label).toBe("proved");
  }
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(3);
});

test.each([0, 50, 300])(
  "mutants with room for %d nodes are judged as with all",
  {
    timeout: 300_000,
  },
  async (most) => {
    const border: Border = ["proof/prove/mutation-score.ts", "MOST_NODES", most];
    const { load, close } = await loaderWith([border]);
    const few = await load<{ mutantJudge: typeof mutantJudge }>("/src/proof/prove/mutation-score.ts");
    const options = { grids: 2, maxRows: 3, maxCols: 3, seed: SEED };
    const seen = new Set<string>();
    try {
      for (const { compilation, label } of cases(4, 1000)) {
        const judges = [mutantJudge(compilation, options), few.mutantJudge(compilation, options)];
        const jobs = mutateJobs(compilation.network).slice(0, 2);
        const [all, some] = await Promise.all(
          judges.map(async (judge) => {
            const verdicts: MutantVerdict[] = [];
            for (const job of jobs) verdicts.push(...(await judge(job)));
            return verdicts.map(({ name, to, outcome, found }) => ({ name, to, outcome, found }));
          }),
        );
        expect(some, label).toEqual(all);
        for (const { outcome } of all!) seen.add(outcome);
      }
    } finally {
      await close();
    }
    expect(seen).toContain("proved");
    expect(seen).toContain("refuted");
  },
);
