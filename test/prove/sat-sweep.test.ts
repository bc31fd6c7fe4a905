// Sums that network and rule share: what is said of channels is what words say without them, and what runs show.

import { describe, expect, test } from "vitest";
import { type Compilation, compile } from "../../src/compile.ts";
import { TAPS } from "../../src/grid/direction.ts";
import { type Random, seededRandom, shuffled } from "../../src/grid/random.ts";
import { Bdd } from "../../src/logic/bdd.ts";
import type { Expression } from "../../src/logic/expression.ts";
import type { Network } from "../../src/network/network.ts";
import type { Invariant } from "../../src/proof/prove/invariant.ts";
import { lemmasOf, withTokens } from "../../src/proof/prove/lemma.ts";
import { mutantsOf } from "../../src/proof/prove/mutants.ts";
import { likelyParts, type SumSource, unitsBehind } from "../../src/proof/prove/words/candidate-sums.ts";
import { compareSwept, compareWords } from "../../src/proof/prove/words/compare-words.ts";
import { ColumnSpan } from "../../src/proof/prove/words/modular-span.ts";
import { Sight } from "../../src/proof/prove/words/neighbourhood-words.ts";
import { Forms, formOfAtom } from "../../src/proof/prove/words/open-sums.ts";
import { Samples } from "../../src/proof/prove/words/samples.ts";
import { FULL_EFFORT, type SweptFindings } from "../../src/proof/prove/words/sat-sweep.ts";
import type { WordsVerdict } from "../../src/proof/prove/words/verdict.ts";
import { Words } from "../../src/proof/prove/words/words.ts";
import { randomProgram } from "../random-program.ts";
import { again, cases, SEED } from "../seed.ts";
import { expectRight, expectShown, wrongChannels } from "./words-shown.ts";

const pick = <T>(random: Random, list: readonly T[]): T => list[random.int(list.length)]!;

const differs = (verdict: WordsVerdict | null) => verdict && verdict.difference !== null;

describe("sums of columns", () => {
  test("what is made of some is found, with its factors, and nothing else is", () => {
    const random = seededRandom(SEED);
    for (let round = 0; round < 50; round++) {
      const most = round % 2 === 0 ? 10 : 70;
      const rows = 2 * most + random.int(20);
      const columns = Array.from({ length: 1 + random.int(most) }, () =>
        Float64Array.from({ length: rows }, () => random.int(21) - 10),
      );
      const span = new ColumnSpan(rows);
      for (const [name, column] of columns.entries()) span.add(name, column);
      const factors = columns.map(() => random.int(9) - 4);
      const sum = Float64Array.from({ length: rows }, (_, row) =>
        columns.reduce((all, column, at) => all + factors[at]! * column[row]!, 0),
      );
      const found = span.find(span.rest(sum), 100);
      expect(
        columns.map((_, at) => found?.get(at) ?? 0),
        again(SEED),
      ).toEqual(factors);
      sum[random.int(rows)]! += 1;
      expect(span.find(span.rest(sum), 100), again(SEED)).toBeNull();
    }
  });

  test("what is to be found may be asked for before there are all columns", () => {
    const random = seededRandom(SEED);
    const rows = 150;
    const columns = Array.from({ length: 60 }, () =>
      Float64Array.from({ length: rows }, () => random.int(9) - 4),
    );
    const sum = Float64Array.from({ length: rows }, (_, row) =>
      columns.reduce((all, own) => all + own[row]!, 0),
    );
    const span = new ColumnSpan(rows);
    const rest = span.rest(sum);
    for (const [name, column] of columns.entries()) {
      expect(span.find(rest, 100), again(SEED)).toBeNull();
      span.add(name, column);
    }
    expect(span.find(rest, 100), again(SEED)).toEqual(new Map(columns.map((_, name) => [name, 1])));
  });

  test("factors that are too large, or no whole numbers, are none", () => {
    const span = new ColumnSpan(3);
    span.add(0, [2, 4, 6]);
    span.add(1, [1, 0, 0]);
    expect(span.find(span.rest([2000, 4000, 6000]), 100)).toBeNull();
    expect(span.find(span.rest([1, 2, 3]), 100)).toBeNull();
    expect(span.find(span.rest([3, 4, 6]), 100)).toEqual(
      new Map([
        [0, 1],
        [1, 1],
      ]),
    );
  });

  test("a column that is a sum of others adds nothing", () => {
    const span = new ColumnSpan(2);
    span.add(0, [1, 0]);
    span.add(1, [3, 0]);
    expect(span.find(span.rest([5, 0]), 100)).toEqual(new Map([[0, 5]]));
    expect(span.find(span.rest([5, 1]), 100)).toBeNull();
  });
});

test("an atom is replaced by none that leads back to it", () => {
  const made = compile({ name: "empty.alg", text: "program empty { input a: bit each { a = a } }" });
  let replaced = 0;
  for (let round = 0; round < 300; round++) {
    const random = seededRandom(SEED + round);
    const sight = new Sight(made.rule.fields, false, new Words(new Bdd(1000)));
    const forms = new Forms(made.network, sight, () => new Float64Array(1));
    const vectors = Array.from({ length: 8 }, () => [random.int(5) - 2, random.int(5) - 2]);
    const never = (): never => {
      throw new Error("no word is asked for");
    };
    const atoms = vectors.map(() => forms.atom({ lo: -9, hi: 9 }, never, never));
    for (let step = 0; step < 400; step++) {
      const weights = vectors.map(() => (random.int(8) < 5 ? 0 : random.int(7) - 3));
      const isZero = [0, 1].every(
        (at) => vectors.reduce((sum, own, nth) => sum + weights[nth]! * own[at]!, 0) === 0,
      );
      if (!isZero) continue;
      const zero = forms.sum(
        0,
        atoms.map((atom, at) => ({ weight: weights[at]!, of: formOfAtom(atom) })),
      );
      const left = [...forms.normal(zero).terms.keys()];
      if (left.length === 0 || !forms.replace(pick(random, left), zero)) continue;
      replaced++;
      for (const atom of atoms) {
        const behind = new Set(forms.replacedBy(atom)?.terms.keys());
        for (const each of behind)
          for (const next of forms.replacedBy(each)?.terms.keys() ?? []) behind.add(next);
        expect(behind.has(atom), again(SEED + round)).toBe(false);
      }
    }
  }
  expect(replaced).toBeGreaterThan(300);
});

/** Remainders, of which most of the ramps that they are made of differ in few of all numbers. */
const SAWTOOTH = `program sawtooth {
  input a: 0..1000
  output b: 0..8
  each { if not at top { b = abs(2 * a) % 9 } }
}`;

test("hardly a sum is likely by chance, though units differ in few neighbourhoods", () => {
  const { rule, network } = compile({ name: "sawtooth.alg", text: SAWTOOTH }, { effort: 0, prove: false });
  const units = unitsBehind(network, [...network.channels.keys()]);
  const samples = new Samples(rule, 20_000, null, { from: 1_000_000 });
  const step = samples.step(network);
  const columnOf = (source: SumSource): Float64Array | null => {
    if (source.tag === "unit") return step.rectified(source.layer, source.unit);
    if (source.tag === "field") return samples.field(source.field, TAPS[source.tap]!);
    return source.tag === "channel"
      ? step.input(source.tap * network.channels.length + source.channel)
      : null;
  };
  const likely = likelyParts(rule, network, units, { token: null, witnesses: [] });
  const wrong = likely.filter(({ of, sum }) => {
    const is = of.tag === "unit" ? step.rectified(of.layer, of.unit) : samples.of(of as Expression);
    const columns = sum.map(({ weight, source }) => ({ weight, column: columnOf(source) }));
    return is.some(
      (value, at) =>
        value !== columns.reduce((total, { weight, column }) => total + weight * (column?.[at] ?? 1), 0),
    );
  });
  expect(likely.length).toBeGreaterThan(50);
  expect(wrong).toHaveLength(0);
});

/** What is said of some channels, by default of all; null of the others. */
function judged(
  { rule }: Compilation,
  network: Network,
  invariant: Invariant | null,
  some = [...network.channels.keys()],
): (WordsVerdict | null)[] {
  const found = compareSwept(rule, network, some, { invariant, snaps: false });
  return network.channels.map((_, channel) => found[some.indexOf(channel)] ?? null);
}

/** With more and more effort, of which the first hardly does. */
function judgedInSteps(
  { rule }: Compilation,
  network: Network,
  invariant: Invariant | null,
): (WordsVerdict | null)[] {
  const kept = new Map<string, SweptFindings>();
  const found = network.channels.map((): WordsVerdict | null => null);
  for (const conflicts of [3, 30, FULL_EFFORT.conflicts]) {
    const left = [...found.keys()].filter((channel) => found[channel] === null);
    const effort = { ...FULL_EFFORT, conflicts };
    const now = compareSwept(rule, network, left, { invariant, snaps: false }, effort, kept);
    for (const [at, channel] of left.entries()) found[channel] = now[at]!;
  }
  return found;
}

/** Channels of a mutant that are judged; the more there are, the longer it takes, up to a minute. */
const SOME_CHANNELS = 5;

/** At most so many channels: those of fields that differ in a step on some grid first, then others. */
async function someChannels(made: Compilation, network: Network, random: Random): Promise<number[]> {
  const isWrong = await wrongChannels(made, network, random);
  return shuffled([...network.channels.keys()], random)
    .toSorted((a, b) => Number(isWrong.has(b)) - Number(isWrong.has(a)))
    .slice(0, SOME_CHANNELS)
    .toSorted((a, b) => a - b);
}

test("random programs and mutants: as without shared sums", {
  timeout: 300_000,
}, async () => {
  const counts = { same: 0, differing: 0, open: 0 };
  const programs = cases(6);
  for (let seed = SEED; seed < SEED + programs; seed++) {
    const random = seededRandom(seed);
    const { text } = randomProgram(random, "small");
    const made = compile({ name: "random.alg", text }, { effort: 0, prune: seed % 2 === 0 });
    const lemmas = lemmasOf(made.checked, made.rule);
    const tokens = made.rule.fields.map(({ name }) => name).filter(lemmas.isToken);
    const invariant = withTokens(made.rule, lemmas.cells(), seed % 3 === 0 ? tokens : []);
    const mutants = mutantsOf(made.network);
    const some = Array.from({ length: 4 }, () => pick(random, mutants).network);
    for (const network of [made.network, ...some]) {
      const label = `${again(seed)}\n${text}`;
      const all = [...network.channels.keys()];
      const usual = compareWords(made.rule, network, all, { invariant, snaps: false });
      const found = (seed % 2 === 0 ? judged : judgedInSteps)(made, network, invariant);
      await expectShown(made, network, found, label);
      for (const [channel, verdict] of found.entries()) {
        const wanted = usual[channel]!;
        if (verdict === null || wanted === null) counts.open++;
        else {
          expect(differs(verdict), `${label}, channel ${channel}`).toBe(differs(wanted));
          counts[differs(verdict) ? "differing" : "same"]++;
        }
      }
    }
  }
  expect(counts.same).toBeGreaterThan(12 * programs);
  expect(counts.differing).toBeGreaterThan(programs);
  expect(counts.open).toBeLessThan(counts.same / 10);
});

/** An enum on either side of the border from which on names are no numbers of their own. */
function named(count: number): string {
  const names = Array.from({ length: count }, (_, at) => `n${at}`);
  return `program named {
    input alpha: enum { ${names.join(", ")} }
    input beta: 0..20
    each {
      if beta > left.beta { alpha = if up.alpha == n1 then n2 else left.alpha }
      else if alpha == ${names.at(-1)} { alpha = down.alpha }
      else if alpha != upleft.alpha or at left { alpha = ${names.at(-2)} }
      beta = min(beta + (if alpha == n0 then right.beta else up.beta), 20) % 11
    }
  }`;
}

const DEEP = {
  "few names": named(8),
  "many names": named(9),
  moves: `program moves {
    input alpha: 0..100
    input beta: 1..10
    state gamma: 2..12
    sweep right {
      if upleft.beta >= (if 4 >= down.beta then gamma else down.alpha) {
        alpha = max(downright.gamma, 0, downleft.gamma)
      } else if downleft.alpha > right.gamma or at left or alpha <= upleft.gamma {
        alpha = min(beta + up.beta, beta) % 9
      } else {
        gamma = min(max(max(down.beta + 1, 7, 3), 2), 12)
        alpha = max(min(upright.gamma + downright.alpha, right.alpha, down.gamma, 100), 0)
      }
      if left.alpha == gamma or left.alpha < up.alpha {
        beta = max(min(max(4, upleft.alpha, down.beta), 2), 1)
      } else if beta == 3 {
        alpha = max(min(up.gamma - alpha + 2, 100), 0)
      } else {
        beta = max(min((if at left then up.gamma else gamma) + min(beta, downright.alpha), 10), 1)
      }
    }
  }`,
  lines: `program lines {
    param k = 3
    input alpha: 1..11
    state beta: bit
    sweep down left {
      if 1 == beta xor 5 == alpha {
        beta = (beta > beta xor beta) xor (upright.alpha <= beta xor beta)
      } else if (up.beta or 3 == up.alpha) and (beta and up.beta < left.alpha) {
        alpha = max(min(max(k * down.beta, min(down.beta, upright.alpha), down.alpha), 11), 1)
      }
      if not downleft.alpha > down.alpha {
        beta = beta or left.beta != beta
      } else {
        beta = (not upright.beta) and left.alpha >= beta
        alpha = min(max(beta, 1), 11)
      }
    }
    repeat cols times {
      each { alpha = min(max(beta, 1), 11) }
      each {
        beta = left.alpha < min(beta, beta)
        if (downright.beta and up.beta) xor 6 >= upright.alpha {
          alpha = max(min(left.alpha + beta + count(around.beta), 11), 1)
        } else if up.beta { alpha = max(min(3, 11), 1) }
      }
    }
  }`,
  sums: `program sums {
    output beta: 0..1000
    each {
      beta = min(downright.beta + up.beta
        + max(min(right.beta, beta), min(max(right.beta, beta), down.beta)), 1000)
    }
  }`,
  remainders: `program remainders {
    input alpha: 0..100
    input beta: enum { red, green, blue }
    each {
      if right.beta == green {
        alpha = max(alpha, left.alpha) % 9
      } else {
        alpha = min(alpha + up.alpha, 100) % 12
      }
      alpha = if alpha > down.alpha then alpha % 7 else alpha + 1
      beta = if alpha >= 4 then down.beta else blue
    }
  }`,
};

/** Units of `remainders` of which all channels are made: what they are wrong in is looked for for half a minute. */
const FIRST_SUMS = /^h[1-5]\./;

describe.each(Object.entries(DEEP))("deep expressions of many neighbours: %s", (name, text) => {
  const made = compile({ name: `${name}.alg`, text }, { effort: 0, prove: false });
  const all = [...made.network.channels.keys()];
  const invariant = withTokens(made.rule, null, made.network.tokens ?? []);

  test("every channel is proved", { timeout: 120_000 }, () => {
    const found = judged(made, made.network, invariant);
    expect(found.map((verdict) => verdict?.difference)).toEqual(all.map(() => null));
  });

  test(`no mutant is that runs show to be wrong, ${again(SEED)}`, { timeout: 300_000 }, async () => {
    const random = seededRandom(SEED);
    const mutants = mutantsOf(made.network).filter(
      (mutant) => name !== "remainders" || !FIRST_SUMS.test(mutant.name),
    );
    let found = 0;
    for (let at = 0; at < cases(3); at++) {
      const { network, name: mutant } = pick(random, mutants);
      const some = at === 0 ? all : await someChannels(made, network, random);
      const verdicts = judged(made, network, invariant, some);
      await expectShown(made, network, verdicts, `${mutant}, ${again(SEED)}`);
      await expectRight(made, network, verdicts, random, `${mutant}, ${again(SEED)}`);
      if (verdicts.some(differs)) found++;
    }
    expect(found).toBeGreaterThan(0);
  });
});

test("numbers of which only bits are made, a choice by names, and remainders of shared sums", {
  timeout: 120_000,
}, () => {
  const text = `program clipped {
    param k = 2
    fn mid(a, b, c) = max(min(a, b), min(max(a, b), c))
    input alpha: 0..16
    state beta: -20..64 = -20
    repeat rows times {
    each {
    alpha = max(min((if beta < up.alpha then mid(alpha, upright.alpha, upright.beta) else 4 + up.alpha), 16), 0)
    alpha = max(min(alpha + 2 + min(alpha, alpha), 16), 0)
    beta = abs(max((upright.alpha) % 7, k, down.beta)) % 9
    }
    each {
    if (not right.alpha < downleft.beta) {
    beta = abs(max(upleft.beta + 3, k, downright.beta)) % 9
    beta = abs(downright.alpha) % 9
    } else if max(6, beta, upleft.alpha) != k {
    beta = max(min(downleft.beta, 64), -20)
    }
    beta = max(min((k) / 2, 64), -20)
    }
    }
    each {
    if down.alpha < (alpha) % k {
    beta = max(min(max(left.beta + 2, max(beta, down.alpha, left.alpha), downleft.beta), 64), -20)
    alpha = abs(abs((downright.beta) % k)) % 9
    } else if downright.alpha > up.beta {
    alpha = max(min(min(6, k), 16), 0)
    } else {
    beta = max(min(k, 64), -20)
    alpha = max(min(max(3, beta, upleft.alpha), 16), 0)
    }
    if left.alpha == up.alpha + right.beta {
    beta = max(min(alpha, 64), -20)
    }
    if (6 - up.beta) >= max(upright.alpha, left.alpha, alpha) {
    alpha = abs(mid(beta, upright.alpha, (if up.beta == down.beta then right.beta else upright.alpha))) % 9
    beta = abs(upright.alpha) % 9
    }
    }
    }`;
  const made = compile({ name: "clipped.alg", text }, { effort: 0, prove: false });
  const invariant = withTokens(made.rule, null, made.network.tokens ?? []);
  const found = judged(made, made.network, invariant);
  expect(found.map((verdict) => verdict?.difference)).toEqual(found.map(() => null));
});
