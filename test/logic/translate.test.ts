// Translation against plain evaluation, on every situation that a cell can be in.

import { describe, expect, test } from "vitest";
import { Functions } from "../../src/compiler/synthesise/exact/boolean-functions.ts";
import type { Place } from "../../src/grid/direction.ts";
import { firstValue, type ValueType } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import type { Bool } from "../../src/logic/bdd.ts";
import { channelsOf, INSIDE } from "../../src/logic/channels.ts";
import { Expressions } from "../../src/logic/expression.ts";
import { Translator } from "../../src/logic/translate.ts";
import { Variables } from "../../src/logic/variables.ts";
import { heldBy } from "../../src/network/network.ts";
import { expectSameList } from "../same.ts";
import { again, SEED } from "../seed.ts";
import {
  allSituations,
  ExpressionWriter,
  INSIDE_FIELD,
  type Leaf,
  type Situation,
} from "./random-expression.ts";

const BIT: ValueType = { kind: "bit" };
const COLOUR: ValueType = { kind: "enum", names: ["red", "green", "blue"] };
const NUMBER: ValueType = { kind: "range", lo: -1, hi: 2 };
const FIELDS = [
  { name: "a", type: BIT },
  { name: "k", type: COLOUR },
  { name: "n", type: NUMBER },
];
const typeOf = (field: string): ValueType => FIELDS.find(({ name }) => name === field)!.type;
const leaf = (field: string, place: Place): Leaf => ({ field, type: typeOf(field), place });

/** Few leaves at a time, so that all situations can be gone through; places that may be off the grid. */
const VIEWS: readonly { readonly leaves: readonly Leaf[]; readonly edges: readonly Place[] }[] = [
  { leaves: [leaf("a", "here"), leaf("a", "up"), leaf("k", "here"), leaf("n", "up")], edges: ["up"] },
  {
    leaves: [leaf("n", "here"), leaf("n", "left"), leaf("n", "up"), leaf("a", "here")],
    edges: ["up", "left"],
  },
  { leaves: [leaf("k", "here"), leaf("k", "upleft"), leaf("a", "left")], edges: ["up", "left", "upleft"] },
  {
    leaves: (["up", "down", "left", "right", "here"] as const).map((place) => leaf("a", place)),
    edges: [],
  },
];

/** What a variable is worth in a situation: channels by their code, sums of channels by adding up. */
function variableIn(variables: Variables, situation: Situation): (index: number) => number {
  const value = (index: number): number => {
    const variable = variables.variable(index);
    if (variable.tag === "signal") throw new Error("there are no signals here");
    if (variable.tag === "sum") {
      const total = variable.sum.terms.reduce((sum, term) => sum + term.weight * value(term.variable), 0);
      if (total < variable.sum.lo || total > variable.sum.hi) throw new Error("a sum outside its bounds");
      return Number(total >= variable.atLeast);
    }
    const { code } = variables.channels[variable.channel]!;
    const { place } = variable;
    if (code.kind === "inside") return place === "here" ? 1 : situation(INSIDE_FIELD, place);
    const there = place === "here" || situation(INSIDE_FIELD, place) === 1;
    const found = there ? situation(code.field, place) : firstValue(typeOf(code.field));
    return heldBy(code, found);
  };
  return value;
}

interface Trial {
  readonly variables: Variables;
  readonly translate: Translator;
  readonly writer: ExpressionWriter;
  readonly situations: readonly Situation[];
  readonly note: string;
}

function trial(at: number): Trial {
  const { leaves, edges } = VIEWS[at % VIEWS.length]!;
  const variables = new Variables([...FIELDS.flatMap((field) => channelsOf(field)), INSIDE]);
  const translate = new Translator(variables);
  const writer = new ExpressionWriter(new Expressions(), seededRandom(SEED + at), leaves, edges);
  return { variables, translate, writer, situations: allSituations(leaves, edges), note: again(SEED + at) };
}

test("sums of many thresholds of a number are split into few cases", () => {
  const type = { kind: "range", lo: 0, hi: 255 } as const;
  const variables = new Variables([...channelsOf({ name: "x", type }), INSIDE]);
  const make = new Expressions();
  const largest = make.max(make.read("x", type, "here", "now"), make.read("x", type, "left", "now"));
  const thresholds = Array.from({ length: 28 }, (_, at) => make.atLeast(largest, 9 * (at + 1)));
  const quotient = make.sum(thresholds.map((of) => ({ weight: 1, of })));
  const f = new Translator(variables).atLeast(quotient, 5);
  const random = seededRandom(SEED);
  for (let round = 0; round < 200; round++) {
    const values = { here: random.int(256), left: random.int(256) };
    const situation: Situation = (field, place) =>
      field === INSIDE_FIELD ? 1 : values[place as "here" | "left"];
    const found = variables.bdd.evaluate(f, variableIn(variables, situation));
    expect(found, again(SEED)).toBe(Math.max(values.here, values.left) >= 45 ? 1 : 0);
  }
});

const TRIALS = Array.from({ length: 400 }, (_, at) => at);

describe(`random graphs, seed ${SEED}`, () => {
  test("a bit's diagram has its value", () => {
    let sums = 0;
    for (const at of TRIALS) {
      const { variables, translate, writer, situations, note } = trial(at);
      const { expression, value } = writer.bit(3);
      const f = translate.bit(expression);
      if (variables.bdd.support(f).some((index) => variables.variable(index).tag === "sum")) sums++;
      for (const situation of situations) {
        const found = variables.bdd.evaluate(f, variableIn(variables, situation));
        if (found !== value(situation)) expect.fail(note);
      }
    }
    expect(sums, "graphs with sums that stay linear").toBeGreaterThan(20);
  });

  test("a field's channels code its value", () => {
    for (const at of TRIALS) {
      const { variables, translate, writer, situations, note } = trial(at);
      const field = FIELDS[at % FIELDS.length]!;
      const { expression, value } =
        field.type.kind === "bit"
          ? writer.bit(2)
          : field.type.kind === "enum"
            ? writer.enum(2, field.type)
            : writer.number(2);
      const functions = translate.channels(field, expression);
      for (const situation of situations) {
        const wanted = value(situation);
        const found = functions.map((f) => variables.bdd.evaluate(f, variableIn(variables, situation)));
        const expected = channelsOf(field).map(({ code }) => {
          if (code.kind === "thermometer") return Number(wanted >= code.atLeast);
          return Number(wanted === (code.kind === "one-hot" ? code.equals : 1));
        });
        expectSameList(found, expected, `${wanted}, ${note}`);
      }
    }
  });

  test("whatever occurs is cared for, and simplifying changes nothing that is", () => {
    let smaller = 0;
    for (const at of TRIALS) {
      const { variables, translate, writer, situations, note } = trial(at);
      const { bdd } = variables;
      const f = translate.bit(writer.bit(3).expression);
      const support = bdd.support(f);
      const care = variables.care(support);
      const simple = new Functions(variables, new Map()).simplify(f);
      for (const situation of situations) {
        const look = variableIn(variables, situation);
        if (bdd.evaluate(care, look) === 0) expect.fail(`a situation that is not cared for; ${note}`);
        if (bdd.evaluate(simple, look) !== bdd.evaluate(f, look)) expect.fail(`simplified; ${note}`);
      }
      // Equal on all that is cared for, and of no further variables.
      expect(bdd.and(care, bdd.xor(f, simple)), note).toBe(0);
      expect(
        bdd.support(simple).every((variable) => support.includes(variable)),
        note,
      ).toBe(true);
      if (bdd.support(simple).length < support.length) smaller++;
    }
    expect(smaller, "functions that lose a variable").toBeGreaterThan(0);
  });
});

describe("the care set", () => {
  const variables = new Variables([...FIELDS.flatMap((field) => channelsOf(field)), INSIDE]);
  const { bdd } = variables;
  const literals = (names: readonly string[], place: Place) =>
    names.map((name) => variables.literal(name, place));

  function count(support: readonly number[]): number {
    const care: Bool = variables.care(support);
    const rows = Array.from({ length: 2 ** support.length }, (_, row) => row);
    return rows.filter((row) => bdd.evaluate(care, (index) => (row >> support.indexOf(index)) & 1) === 1)
      .length;
  }

  test.each([
    ["a thermometer of four values", literals(["n>=0", "n>=1", "n>=2"], "here"), 4],
    ["an enum of three values", literals(["k=green", "k=blue"], "up"), 3],
    ["a bit that is 0 off the grid", [variables.literal("a", "up"), variables.literal("inside", "up")], 3],
    [
      "a corner, there exactly if both its sides are",
      literals(["inside"], "up").concat(literals(["inside"], "left"), literals(["inside"], "upleft")),
      4,
    ],
    [
      "a corner and one side of it",
      literals(["inside"], "down").concat(literals(["inside"], "downright")),
      3,
    ],
    [
      "two places have nothing to do with each other",
      literals(["a"], "up").concat(literals(["a"], "left")),
      4,
    ],
  ])("%s", (_, support, cases) => {
    expect(count([...support].sort((a, b) => a - b))).toBe(cases);
  });

  test("of signals that exclude each other at most one is 1", () => {
    const exclusive = new Variables(
      FIELDS.flatMap((field) => channelsOf(field)),
      ["p", "q"],
    );
    const [p, q, r] = ["p", "q", "r"].map((name) => exclusive.signal(name));
    const care = exclusive.care([p!, q!, r!]);
    const at = (one: number, other: number, third: number) =>
      exclusive.bdd.evaluate(care, (index) => [one, other, third][[p, q, r].indexOf(index)]!);
    expect([at(0, 0, 1), at(1, 0, 1), at(0, 1, 0), at(1, 1, 0), at(1, 1, 1)]).toEqual([1, 1, 1, 0, 0]);
  });
});
