// What examples decide, against all rules of each class on three features, which are written down here once more.

import { describe, expect, test } from "vitest";
import { seededRandom } from "../../src/grid/random.ts";
import type { Example, Sign } from "../../src/learning/learner/memory-layer.ts";
import { taskCalled } from "../../src/learning/learner/tasks/tasks.ts";
import { again, SEED } from "../seed.ts";

const FEATURES = 3;
type Input = readonly Sign[];
const INPUTS: readonly Input[] = Array.from({ length: 2 ** FEATURES }, (_, code) =>
  Array.from({ length: FEATURES }, (_, at) => ((code >> at) & 1 ? 1 : -1)),
);
/** A rule as the inputs that it holds for, a bit each. */
type Table = number;
const tableOf = (rule: (input: Input) => boolean): Table =>
  INPUTS.reduce((table, input, at) => table | (rule(input) ? 1 << at : 0), 0);
const ALL = 2 ** INPUTS.length - 1;

const literals = [-1, 1].flatMap((wants) =>
  Array.from({ length: FEATURES }, (_, at) => tableOf((input) => input[at] === wants)),
);
const set = literals.slice(FEATURES);

/** What a list of tables becomes when any two of them, and what comes of that, are put together. */
function closure(of: readonly Table[], join: (a: Table, b: Table) => Table): Table[] {
  const all = new Set(of);
  for (const one of all) for (const other of of) all.add(join(one, other));
  return [...all];
}

/** Lists from their ends: a rule before a list changes it where its literal holds. */
function lists(): Table[] {
  const all = new Set([0, ALL]);
  for (const list of all)
    for (const literal of literals) {
      all.add(list | literal);
      all.add(list & ~literal);
    }
  return [...all];
}

const sums = (modulus: number): Table[] =>
  Array.from({ length: modulus ** FEATURES }, (_, code) =>
    tableOf(
      (input) =>
        input.reduce(
          (sum, value, at) => sum + (value === 1 ? Math.floor(code / modulus ** at) % modulus : 0),
          0,
        ) %
          modulus ===
        1,
    ),
  );

const words = (): Table[] =>
  Array.from({ length: 64 }, (_, code) =>
    tableOf((input) => {
      let state = 0;
      for (const letter of input) state = (code >> (2 * state + (letter === 1 ? 1 : 0))) & 1;
      return ((code >> (4 + state)) & 1) === 1;
    }),
  );

const CLASSES: readonly (readonly [task: string, rules: readonly Table[]])[] = [
  ["conjunction", closure([0, ALL, ...literals], (a, b) => a & b)],
  ["disjunction", closure([0, ALL, ...literals], (a, b) => a | b)],
  ["monotone-disjunction", closure([0, ALL, ...set], (a, b) => a | b)],
  ["decision-list", lists()],
  ["literal", literals],
  ["parity", sums(2)],
  ["automaton", words()],
  [
    "threshold",
    Array.from({ length: 8 }, (_, code) =>
      tableOf((input) => input.filter((value, at) => (value === 1) === ((code >> at) & 1) > 0).length >= 2),
    ),
  ],
];

describe.each(CLASSES)("%s", (name, rules) => {
  test(`a query is decided if all rules that agree with the examples agree on it; ${again(SEED)}`, () => {
    const random = seededRandom(SEED);
    const seen = { decided: 0, open: 0 };
    for (let draw = 0; draw < 200; draw++) {
      const rule = rules[random.int(rules.length)]!;
      const labelled = (at: number): Example => ({
        features: INPUTS[at]!,
        label: (rule >> at) & 1 ? 1 : -1,
      });
      const examples = Array.from({ length: 1 + random.int(6) }, () => random.int(INPUTS.length));
      const agreeing = rules.filter((other) => examples.every((at) => ((other ^ rule) >> at) % 2 === 0));
      const isDecided = taskCalled(name).decides!(examples.map(labelled));
      for (const at of INPUTS.keys()) {
        const expected = agreeing.every((other) => ((other ^ rule) >> at) % 2 === 0);
        seen[expected ? "decided" : "open"]++;
        expect(isDecided(labelled(at)), `${name} ${rule} ${examples} ${at}`).toBe(expected);
      }
    }
    expect(Math.min(seen.decided, seen.open)).toBeGreaterThan(50);
  });
});

test(`mod3: all sums that agree with the examples agree on what is decided; ${again(SEED)}`, () => {
  const random = seededRandom(SEED);
  for (let draw = 0; draw < 50; draw++) {
    const { examples, queries } = taskCalled("mod3").draw(random, {
      features: FEATURES,
      examples: 4,
      queries: 6,
    });
    const isDecided = taskCalled("mod3").decides!(examples);
    const sumOf = (code: number, { features }: Example): number =>
      features.reduce((sum, value, at) => sum + (value === 1 ? Math.floor(code / 3 ** at) % 3 : 0), 0) % 3;
    const wanted = ({ label }: Example): number => (label === 1 ? 1 : 0);
    const agreeing = Array.from({ length: 3 ** FEATURES }, (_, code) => code).filter((code) =>
      examples.every((example) => sumOf(code, example) === wanted(example)),
    );
    for (const query of queries)
      expect(isDecided(query)).toBe(agreeing.every((code) => sumOf(code, query) === wanted(query)));
  }
});
