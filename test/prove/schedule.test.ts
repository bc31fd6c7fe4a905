// The proof that a rule is its program's schedule: it accepts what the scheduler makes, and nothing that runs otherwise.

import { describe, expect, test } from "vitest";
import { checkProgram } from "../../src/compile.ts";
import type { InstructionProgram, Successor } from "../../src/compiler/lower/instructions.ts";
import { lower } from "../../src/compiler/lower/lower.ts";
import type { Rule } from "../../src/compiler/schedule/rule.ts";
import { schedule } from "../../src/compiler/schedule/schedule.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import type { CheckedProgram } from "../../src/language/analyse/checked.ts";
import type { Expression } from "../../src/logic/expression.ts";
import { proveSchedule } from "../../src/proof/prove/prove.ts";
import { programNames, readProgram } from "../programs/programs.ts";
import { randomProgram } from "../random-program.ts";
import { again, SEED } from "../seed.ts";
import { runLocally } from "../verify/local-time.ts";
import { allLeaves, replacing, showLeaf, withSignal, withUpdate } from "./sabotage.ts";

interface Sample {
  readonly checked: CheckedProgram;
  readonly program: InstructionProgram;
  readonly rule: Rule;
}

function prepare(source: { name: string; text: string }): Sample {
  const { checked } = checkProgram(source);
  const program = lower(checked);
  return { checked, program, rule: schedule(program) };
}

const SAMPLES: Readonly<Record<string, string>> = {
  wave: "input x: bit state y: bit loop { sweep down right { y = x xor up.y xor left.y } }",
  slow: `state y, z: bit loop {
      sweep right { y = left.y or not right.y } sweep right { y = y xor left.y z = left.z xor y } halt when y and z }`,
  rested:
    "state y, z: bit loop { sweep right { y = left.y or not right.y } sweep right { z = left.z xor y } }",
  turns: `input x: bit output y: 0..3 loop {
      sweep down { y = min(up.y + x, 3) } sweep up { y = if down.y == 3 then 0 else up.y } break when y == 3 }`,
  copies: `input x: bit state y: bit loop {
      sweep down { y = up.y xor left.y xor right.y or x } sweep up { y = down.y xor right.y } }`,
  straight: `input x: bit output y, z: bit
      sweep down { y = up.y xor x xor down.y } sweep right { z = left.z xor y } each { y = y xor left.z }`,
  steps: "state y, z: bit loop { each { y = up.y xor not y } each { z = y xor left.y } }",
  free: "input x: bit output s, t: bit sweep right { s = left.s xor x } sweep down { t = up.t xor right.s }",
  counts: `input n: 0..3 state m: 0..3 loop {
      sweep down { m = max(up.m, n) } sweep up { n = max(n - 1, 0) m = down.m } halt when n == 0 }`,
  asks: "input x: bit output y: bit repeat while any(x) { each { y = y or x x = left.x } }",
};

/** Programs of more lines than have a signal each; the last line of a round tells its phase, or does not. */
const sweeps = (count: number, sides: readonly (readonly [to: string, from: string])[]): string =>
  Array.from({ length: count }, (_, at) => {
    const [to, from] = sides[at % sides.length]!;
    return `sweep ${to} { x = x xor ${from}.x }`;
  }).join(" ");
const THERE_AND_BACK = [
  ["right", "left"],
  ["up", "down"],
  ["left", "right"],
] as const;
const LONG: Readonly<Record<string, string>> = {
  long: `input x: bit ${sweeps(9, THERE_AND_BACK)}`,
  "long forward": `input x: bit ${sweeps(9, [["right", "left"]])} each { x = not right.x }`,
  "long rounds": `input x: bit loop { ${sweeps(9, THERE_AND_BACK)} }`,
  "long, out of phase": `input x: bit loop { ${sweeps(10, THERE_AND_BACK)} }`,
  "long, with questions": `input x: bit loop { ${sweeps(3, THERE_AND_BACK)} if any(x) { ${sweeps(4, THERE_AND_BACK)} } halt when x }`,
};

// Made anew each time: a builder of expressions serves one compilation.
const sourceOf = (name: string) => ({ name, text: `program p { ${SAMPLES[name] ?? LONG[name]} }` });
const sample = (name: string): Sample => prepare(sourceOf(name));
const lowered = (name: string): InstructionProgram => lower(checkProgram(sourceOf(name)).checked);

/** What speaks against a schedule, in one string; empty if nothing does. */
function faults(program: InstructionProgram, rule: Rule): string {
  const { outcome, obligations } = proveSchedule(program, rule);
  const open = obligations.filter((each) => each.outcome !== "proved");
  expect(outcome).toBe(
    open.length === 0 ? "proved" : open.some((each) => each.outcome === "refuted") ? "refuted" : "undecided",
  );
  return open.map(({ name, reason }) => `${name}: ${reason}`).join("\n");
}

/** Runs beside the sequential reading on a few grids; the first fault, or null. */
function faultInRuns(
  { checked, rule }: Sample,
  random: Random,
  grids: number,
  uniform: readonly string[] = [],
) {
  for (let grid = 0; grid < grids; grid++) {
    const shape = { rows: 1 + random.int(4), cols: 1 + random.int(4) };
    const given = rule.fields.filter(({ name, role }) => role !== "hidden" && !uniform.includes(name));
    const input = randomGrid(shape, given, random, "uniform");
    const { fault } = runLocally(checked, rule, input, 10);
    if (fault !== null) return fault;
  }
  return null;
}

describe("what the scheduler makes is proved", () => {
  test.each(programNames)("the library's %s", (name) => {
    const { program, rule } = prepare(readProgram(name));
    expect(faults(program, rule)).toBe("");
  });

  test("every handshake is among the samples", () => {
    const kinds = Object.keys(SAMPLES).map((name) => {
      const { program, rule } = sample(name);
      expect(faults(program, rule)).toBe("");
      return proveSchedule(program, rule).handshake;
    });
    expect(new Set(kinds)).toEqual(
      new Set(["alternating bit, waves", "clock of three", "alternating bit", "lockstep", "free running"]),
    );
  });

  test.each(Object.keys(LONG))("%s", (name) => {
    const { program, rule, checked } = sample(name);
    expect(rule.signals.map(({ name }) => name)).toEqual(["ready"]);
    expect(rule.fields.map(({ name }) => name)).toContain("line");
    expect(faults(program, rule)).toBe("");
    expect(faultInRuns({ checked, program, rule }, seededRandom(SEED), 6), again(SEED)).toBe(null);
  });

  // Ranges on both sides of what a diagram has room for: beyond, it must be seen in the expressions that nothing happens.
  const WIDE: Readonly<Record<string, string>> = {
    "in rounds": `repeat 3 times { each { x = not x } sweep down right { x = not x } }
      sweep right { x = left.x xor x wide = max(left.wide, wide) }`,
    "by firing squads":
      "repeat rows times { each { x = x xor left.x } } repeat cols times { each { x = up.x wide = left.wide } }",
    "both ways": `state k: 0..3 loop { sweep right { x = left.x xor x } each { k = min(k + 1, 3) } break when k == 3
      sweep left { wide = if x then right.wide else wide } } each { x = not x }`,
    "with questions": `if all(x) { sweep right { x = left.x xor x } } else { sweep up { wide = down.wide } } each { x = not x }`,
    halting:
      "repeat cols times { sweep down { x = x xor up.x } halt when x sweep up { wide = down.wide } } each { x = left.x }",
  };
  test.each(Object.entries(WIDE))("wide ranges %s", (name, body) => {
    for (const most of [8190, 8191, 8192, 65_535, 4_194_303]) {
      const text = `program p { input x: bit output wide: 0..${most} ${body} }`;
      const { program, rule } = prepare({ name, text });
      expect(faults(program, rule), text).toBe("");
    }
  });

  test(`200 random programs, seed ${SEED}`, { timeout: 120_000 }, () => {
    for (let at = 0; at < 200; at++) {
      const { text } = randomProgram(seededRandom(SEED + at));
      const { program, rule } = prepare({ name: "random", text });
      expect(faults(program, rule), `${again(SEED + at)}\n${text}`).toBe("");
    }
  });
});

/** Rules that were tampered with, and what is to be said of them. */
const SABOTAGE: readonly (readonly [
  name: string,
  of: string,
  sabotage: (sample: Sample) => Rule,
  says: RegExp,
])[] = [
  [
    "a shadow is not read",
    "copies",
    ({ rule }) => withUpdate(rule, "y", replacing(rule, { "left.old y": "left.y" })),
    /next y/,
  ],
  ["a shadow is not written", "copies", ({ rule }) => withUpdate(rule, "old y", null), /next old y/],
  [
    "a shadow copies something else",
    "copies",
    ({ rule }) => withUpdate(rule, "old y", replacing(rule, { y: "x" })),
    /next old y/,
  ],
  [
    "nobody waits for the source",
    "turns",
    ({ rule }) => withSignal(rule, "run 0", replacing(rule, { "inside up": 0 })),
    /line 0/,
  ],
  [
    "another neighbour is waited for",
    "turns",
    ({ rule }) => withSignal(rule, "run 0", replacing(rule, { "up.clock": "left.clock" })),
    /line 0/,
  ],
  [
    "one of many lines does not wait",
    "long",
    ({ rule }) => withSignal(rule, "ready", (value) => rule.expressions.or(value, lineIs(rule, 4))),
    /line 4/,
  ],
  [
    "one of many lines waits for ever",
    "long forward",
    ({ rule }) =>
      withSignal(rule, "ready", (value) =>
        rule.expressions.and(value, rule.expressions.not(lineIs(rule, 8))),
      ),
    /line 8/,
  ],
  [
    "the clock beside many lines stands still",
    "long rounds",
    ({ rule }) => withUpdate(rule, "clock", replacing(rule, { "signal ready": 0 })),
    /next clock/,
  ],
  [
    "the clock beside many lines is not asked",
    "long, out of phase",
    ({ rule }) => withSignal(rule, "ready", replacing(rule, { clock: 0 })),
    /next x/,
  ],
  ["a neighbour that is behind is forgotten", "straight", (given) => forgetting(given, "down"), /line 0/],
  [
    "branches swapped",
    "turns",
    ({ rule }) => withUpdate(rule, "line", (value) => swapped(rule, value)),
    /next line/,
  ],
  [
    "the clock skips a phase",
    "turns",
    ({ rule }) => withUpdate(rule, "clock", (value) => shifted(rule, value)),
    /next clock/,
  ],
  ["the clock does not start at 0", "turns", ({ rule }) => starting(rule, "clock", 1), /clock is neither/],
  ["the line does not start at 0", "steps", ({ rule }) => starting(rule, "line", 1), /line is neither/],
  [
    "the corner never starts a wave",
    "wave",
    ({ rule }) => withSignal(rule, "ready", replacing(rule, { "inside left": 1 })),
    /line 0/,
  ],
  [
    "a wave from another side",
    "wave",
    ({ rule }) => withSignal(rule, "ready", replacing(rule, { "up.ran": "down.ran" })),
    /read|field|line 0/,
  ],
  [
    "a wave on one side only",
    "wave",
    ({ rule }) => withSignal(rule, "ready", replacing(rule, { "left.ran": 0 })),
    /line 0|field/,
  ],
  [
    "waves without a rest",
    "slow",
    ({ rule }) => withSignal(rule, "ready", replacing(rule, { ran: 0 })),
    /field|line/,
  ],
  ["an update is missing", "wave", ({ rule }) => withUpdate(rule, "y", null), /next y/],
  [
    "an update does not wait",
    "wave",
    ({ rule }) => withUpdate(rule, "y", replacing(rule, { "signal ready": 1 })),
    /next y/,
  ],
  [
    "a value from the wrong place",
    "free",
    ({ rule }) => withUpdate(rule, "t", replacing(rule, { "right.s": "left.s" })),
    /next t/,
  ],
  [
    "finished cells go on",
    "counts",
    ({ rule }) => withUpdate(rule, "n", replacing(rule, { halted: 0 })),
    /next n/,
  ],
  [
    "finished cells are forgotten",
    "counts",
    ({ rule }) => withUpdate(rule, "halted", replacing(rule, { halted: 0 })),
    /next halted/,
  ],
  [
    "the run never ends",
    "counts",
    ({ rule }) => ({ ...rule, stop: { kind: "never" } }),
    /which cells are done/,
  ],
  [
    "the run ends too early",
    "turns",
    ({ rule }) => ({ ...rule, stop: { kind: "halted", when: rule.expressions.one } }),
    /which cells are done/,
  ],
  [
    "a run of waves ends when nothing moves",
    "wave",
    ({ rule }) => ({ ...rule, stop: { kind: "fixpoint" } }),
    /settle/,
  ],
  ["a field starts otherwise", "steps", ({ rule }) => starting(rule, "y", 1), /not declared/],
  [
    "an instruction is missing",
    "steps",
    ({ rule }) => relisted(rule, (list) => list.slice(1)),
    /1 instructions/,
  ],
  [
    "instructions swapped",
    "steps",
    ({ rule }) => relisted(rule, ([a, b]) => [b!, a!]),
    /follow line|complete/,
  ],
  [
    "another handshake is claimed",
    "turns",
    ({ rule }) => ({ ...rule, schedule: { ...rule.schedule, kind: "lockstep" } }),
    /clock/,
  ],
  [
    "two phases for three",
    "turns",
    ({ rule }) => ({ ...rule, schedule: { ...rule.schedule, kind: "alternating-bit" } }),
    /same modulo 2/,
  ],
];

function lineIs({ expressions: make, fields }: Rule, line: number): Expression {
  const { name, type } = fields.find((field) => field.name === "line")!;
  return make.is(make.read(name, type, "here", "now"), line);
}

/** The signals with one neighbour's part taken for granted. */
function forgetting({ rule }: Sample, place: string): Rule {
  const changed = allLeaves(rule)
    .map(showLeaf)
    .filter((name) => name === `inside ${place}`);
  const reads = allLeaves(rule).filter(
    (leaf) =>
      leaf.tag === "read" &&
      leaf.place === place &&
      rule.fields.find(({ name }) => name === leaf.field)!.role === "hidden",
  );
  expect(changed.length + reads.length).toBeGreaterThan(0);
  const { expressions: make } = rule;
  const signals = rule.signals.map(({ name, value }) => ({
    name,
    value: make.substitute(value, (leaf) => {
      if (leaf.tag !== "read" || !reads.includes(leaf)) return leaf;
      return make.read(leaf.field, leaf.type, "here", "now");
    }),
  }));
  return { ...rule, signals };
}

/** The next line with 0 and the end exchanged. */
function swapped({ expressions: make }: Rule, value: Expression) {
  return make.choose(make.is(value, 0), make.constant(2), make.choose(make.is(value, 2), make.zero, value));
}

function shifted({ expressions: make }: Rule, value: Expression) {
  return make.choose(
    make.is(value, 0),
    make.one,
    make.choose(make.is(value, 1), make.constant(2), make.zero),
  );
}

function starting(rule: Rule, name: string, initial: number): Rule {
  return {
    ...rule,
    fields: rule.fields.map((field) => (field.name === name ? { ...field, initial } : field)),
  };
}

function relisted(
  rule: Rule,
  change: (list: Rule["schedule"]["instructions"]) => Rule["schedule"]["instructions"],
): Rule {
  return { ...rule, schedule: { ...rule.schedule, instructions: change(rule.schedule.instructions) } };
}

describe("a rule with something wrong in it is refuted", () => {
  test.each(SABOTAGE)("%s", (_, of, sabotage, says) => {
    const given = sample(of);
    const found = faults(given.program, sabotage(given));
    expect(found).toMatch(says);
  });
});

/** The program as a careless stage might have handed it on: one thing in it is another. */
const CARELESS: readonly (readonly [
  name: string,
  of: string,
  change: (program: InstructionProgram) => InstructionProgram,
])[] = [
  ["new values taken for old ones", "turns", (program) => aged(program, "new", "old")],
  ["ages of a free-running program lost", "free", (program) => aged(program, "new", "old")],
  [
    "a test taken the other way",
    "turns",
    (program) =>
      followed(program, (next) =>
        next.tag === "test" ? { ...next, then: next.otherwise, otherwise: next.then } : next,
      ),
  ],
  ["a loop left", "steps", (program) => followed(program, (next, at) => (at === 1 ? { tag: "end" } : next))],
  ["finished cells not noticed", "counts", (program) => ({ ...program, halted: program.expressions.zero })],
  [
    "an instruction less",
    "steps",
    (program) => ({
      ...program,
      instructions: [{ ...program.instructions[0]!, next: { tag: "goto", instruction: 0 } }],
    }),
  ],
];

function aged(program: InstructionProgram, from: string, to: "old" | "new" | "now"): InstructionProgram {
  const { expressions: make } = program;
  const rewrite = (value: Expression) =>
    make.substitute(value, (leaf) =>
      leaf.tag === "read" && leaf.age === from ? make.read(leaf.field, leaf.type, leaf.place, to) : leaf,
    );
  const instructions = program.instructions.map((instruction) => ({
    ...instruction,
    writes: instruction.writes.map(({ field, value }) => ({ field, value: rewrite(value) })),
  }));
  return followed({ ...program, instructions }, function tests(next): Successor {
    if (next.tag !== "test") return next;
    return {
      tag: "test",
      when: rewrite(next.when),
      then: tests(next.then),
      otherwise: tests(next.otherwise),
    };
  });
}

function followed(
  program: InstructionProgram,
  change: (next: Successor, at: number) => Successor,
): InstructionProgram {
  const instructions = program.instructions.map((each, at) => ({ ...each, next: change(each.next, at) }));
  return { ...program, instructions };
}

describe("the right schedule of another program is refuted", () => {
  test.each(CARELESS)("%s", (_, of, change) => {
    const program = lowered(of);
    const other = change(program);
    const rule = schedule(other);
    expect(faults(other, rule)).toBe("");
    expect(faults(program, rule)).not.toBe("");
  });
});

test("a shadow left out altogether is refuted", () => {
  const program = lowered("copies");
  const rule = schedule(aged(program, "old", "now"));
  expect(rule.fields.map(({ name }) => name)).not.toContain("old y");
  expect(faults(program, rule)).toMatch(/the old y of (left|right).* is in no field/);
});

test("waves without a rest are proved where nobody reads what the rest is for", () => {
  const given = sample("rested");
  const rule = withSignal(given.rule, "ready", replacing(given.rule, { ran: 0 }));
  expect(faults(given.program, rule)).toBe("");
  expect(faultInRuns({ ...given, rule }, seededRandom(SEED), 20), again(SEED)).toBeNull();
});

describe(`rules sabotaged at random, seed ${SEED}`, () => {
  test("those that are proved all the same run as their program does", { timeout: 120_000 }, () => {
    const outcomes = { proved: 0, refuted: 0, shownByRuns: 0 };
    for (let at = 0; at < 100; at++) {
      const random = seededRandom(SEED + at);
      const { text, uniform } = randomProgram(random);
      const given = prepare({ name: "random", text });
      for (let trial = 0; trial < 4; trial++) {
        const rule = sabotaged(given.rule, random);
        if (rule === null) continue;
        const found = faults(given.program, rule);
        const fault = faultInRuns({ ...given, rule }, random, 6, uniform);
        if (found === "") expect(fault, `${again(SEED + at)}\n${text}`).toBeNull();
        outcomes[found === "" ? "proved" : "refuted"]++;
        if (fault !== null) outcomes.shownByRuns++;
      }
    }
    expect(outcomes.refuted).toBeGreaterThan(200);
    expect(outcomes.shownByRuns).toBeGreaterThan(130);
  });
});

/** One leaf of one update or signal becomes another of its kind; null where there is nothing to change. */
function sabotaged(rule: Rule, random: Random): Rule | null {
  const leaves = allLeaves(rule).filter(({ lo, hi }) => lo < hi);
  const victim = leaves[random.int(leaves.length)];
  if (victim === undefined) return null;
  const { expressions: make } = rule;
  const candidates = [
    ...leaves.filter(
      (leaf) => leaf !== victim && leaf.tag === victim.tag && leaf.lo === victim.lo && leaf.hi === victim.hi,
    ),
    make.constant(victim.lo),
    make.constant(victim.hi),
  ];
  const to = candidates[random.int(candidates.length)]!;
  const rewrite = (value: typeof to) => make.substitute(value, (leaf) => (leaf === victim ? to : leaf));
  return {
    ...rule,
    signals: rule.signals.map(({ name, value }) => ({ name, value: rewrite(value) })),
    updates: rule.updates.map(({ field, value }) => ({ field, value: rewrite(value) })),
  };
}

test("as many lines as a stack has no room for, each without going through all others", () => {
  const { program, rule } = prepare({
    name: "long.alg",
    text: `program long { input x: bit ${sweeps(3000, [["right", "left"]])} }`,
  });
  expect(proveSchedule(program, rule)).toMatchObject({ outcome: "proved", lines: 3000 });
});

test.each(["0..1", "0..300"])(
  "what is written on the wrong one of many lines is refuted, numbers %s",
  (type) => {
    const lines = Array.from(
      { length: 60 },
      (_, at) => `sweep right { x = if left.x == ${at % 2} then x else left.x }`,
    );
    const { program, rule } = prepare({
      name: "long.alg",
      text: `program long { input x: ${type} ${lines.join(" ")} }`,
    });
    expect(proveSchedule(program, rule).outcome).toBe("proved");
    const update = rule.updates.find(({ field }) => field === "x")!;
    const choices: (Expression & { tag: "choose" })[] = [];
    for (let rest = update.value; rest.tag === "choose"; rest = rest.otherwise) choices.push(rest);
    expect(choices).toHaveLength(60);
    for (const wrong of [0, 1, 30, 59]) {
      const value = choices.reduceRight<Expression>(
        (rest, { when, then }, at) =>
          rule.expressions.choose(when, at === wrong ? choices[(at + 1) % 60]!.then : then, rest),
        choices.at(-1)!.otherwise,
      );
      const updates = rule.updates.map((each) => (each === update ? { ...each, value } : each));
      expect(proveSchedule(program, { ...rule, updates }).outcome, `line ${wrong}`).toBe("refuted");
    }
  },
);
