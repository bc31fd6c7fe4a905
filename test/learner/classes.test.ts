// Labels of more than two values: how they are parted, decided, read and kept.

import { describe, expect, test } from "vitest";
import { REDUCTIONS } from "../../src/diagnostics/known-words.ts";
import { seededRandom, shuffled } from "../../src/grid/random.ts";
import { trainByJacobian } from "../../src/learning/learner/algorithm-1.ts";
import { readTable } from "../../src/learning/learner/delimited-tables.ts";
import { encodedFormat, encodeTable, knownOf } from "../../src/learning/learner/encode.ts";
import {
  decided,
  examplesFor,
  type LabelClasses,
  labelClasses,
} from "../../src/learning/learner/label-classes.ts";
import { labelledRows, labelNames, learnersOf } from "../../src/learning/learner/labels.ts";
import type { Sign } from "../../src/learning/learner/memory-layer.ts";
import { readModelFile, writeModelFile } from "../../src/learning/learner/modelfile.ts";
import { readSafetensors, writeSafetensors } from "../../src/network/safetensors.ts";
import { program, Workspace } from "../cli/harness.ts";
import { again, SEED } from "../seed.ts";
import { loadLearner } from "./learners.ts";

const NAMES = [..."abcdefghijkl"];

/** What right learners answer to a row of each class. */
const rightAnswers = ({ values, splits }: LabelClasses): Sign[][] =>
  splits.map((split) => values.map((_, place) => (split.includes(place) ? 1 : -1)));

describe.each(REDUCTIONS)("%s", (reduction) => {
  const most = reduction === "exhaustive" ? 7 : 12;

  test("learners that are right tell all classes apart, and each of them something", () => {
    for (let count = 3; count <= most; count++) {
      const classes = labelClasses(NAMES.slice(0, count), reduction, "d.csv, label y");
      expect(decided(classes, rightAnswers(classes))).toEqual(classes.values.map((_, place) => place));
      for (const split of classes.splits) {
        expect(split.length).toBeGreaterThan(0);
        expect(split.length).toBeLessThan(count);
      }
      // No learner does what another does, nor the opposite.
      const ways = classes.splits.map((split) => {
        const bits = classes.values.map((_, place) => split.includes(place) !== split.includes(count - 1));
        return bits.join();
      });
      expect(new Set(ways).size).toBe(ways.length);
      const expected = { rest: count, binary: Math.ceil(Math.log2(count)), exhaustive: 2 ** (count - 1) - 1 };
      expect(classes.splits).toHaveLength(expected[reduction]);
    }
  });

  test(`${again(SEED)}: the class with the fewest differing answers is taken, then that with more rows`, () => {
    const random = seededRandom(SEED);
    for (let round = 0; round < 200; round++) {
      const count = 3 + random.int(Math.min(most, 6) - 2);
      const found = Array.from({ length: 30 }, () => NAMES[random.int(count)]!).concat(NAMES.slice(0, count));
      const classes = labelClasses(found, reduction, "d.csv, label y");
      const answers = classes.splits.map((): Sign[] => [random.int(2) === 0 ? 1 : -1]);
      const right = rightAnswers(classes);
      const differing = (place: number) =>
        answers.filter((each, learner) => each[0] !== right[learner]![place]).length;
      const places = classes.values.map((_, place) => place);
      const [best] = places.toSorted(
        (one, other) =>
          differing(one) - differing(other) || classes.rows[other]! - classes.rows[one]! || one - other,
      );
      expect(decided(classes, answers)).toEqual([best]);
    }
  });
});

test("exhaustive learners put up with one that is wrong", () => {
  const classes = labelClasses(NAMES.slice(0, 4), "exhaustive", "d.csv, label y");
  const right = rightAnswers(classes);
  for (const wrong of right.keys()) {
    const answers = right.map((own, learner) =>
      own.map((sign): Sign => (learner === wrong ? (-sign as Sign) : sign)),
    );
    expect(decided(classes, answers)).toEqual([0, 1, 2, 3]);
  }
});

test("of one against the rest: who alone says yes; else the most frequent of those who do, or of all", () => {
  const classes = labelClasses([..."aaabbc"], "rest", "d.csv, label y");
  expect(classes).toMatchObject({ values: ["a", "b", "c"], rows: [3, 2, 1] });
  const say = (...signs: Sign[]) =>
    decided(
      classes,
      signs.map((sign) => [sign]),
    )[0];
  expect([say(-1, -1, 1), say(-1, 1, -1), say(-1, 1, 1), say(1, 1, 1), say(-1, -1, -1)]).toEqual([
    2, 1, 1, 0, 0,
  ]);
});

test("too many labels are refused", () => {
  const many = Array.from({ length: 65 }, (_, at) => `v${at}`);
  expect(() => labelClasses(many, "rest", "d.csv, label y")).toThrow(
    /d\.csv, label y: found 65 values, expected at most 64; .*--positive/,
  );
  expect(() => labelClasses(NAMES.slice(0, 8), "exhaustive", "y")).toThrow(
    /found 8 values, expected at most 7 for --classes exhaustive/,
  );
});

const CSV = "size,kind\n0,Cat\n1,Dog\n1,Dog\n0,Fish\n1,Dog\n0,Fish\n";

describe("tables", () => {
  const whole = encodedFormat(readTable(CSV, "d.csv"), { classes: "rest" });
  const { format } = whole;

  test("labels are places, the most frequent first, and keep their names", () => {
    expect(labelNames(format)).toEqual(["Dog", "Fish", "Cat"]);
    const rows = labelledRows(whole.table, format);
    expect(rows.map(({ label }) => label)).toEqual([2, 0, 0, 1, 0, 1]);
    expect(rows.map(({ features }) => features)).toEqual([[-1], [1], [1], [-1], [1], [-1]]);
    expect(examplesFor(rows, [0]).map(({ label }) => label)).toEqual([-1, 1, 1, -1, 1, -1]);
  });

  test("later tables have the same labels, in any columns, or none", () => {
    const later = (text: string) => encodeTable(readTable(text, "q.csv", knownOf(format)), format.encoded!);
    expect(labelledRows(later("kind,size\nFish,1\nDog,0\n"), format).map(({ label }) => label)).toEqual([
      1, 0,
    ]);
    expect(() => labelledRows(later("kind,size\nBird,1\n"), format)).toThrow(
      /q\.csv, line 2, column kind: found "Bird", expected one of the labels of the training data \(Dog, Fish, Cat\)/,
    );
    expect(() => labelledRows(later("kind,size\n?,1\n"), format)).toThrow(
      /column kind: found "\?", expected a value/,
    );
  });

  test("of two values, they are +1 and -1, and one learner is enough", () => {
    const two = encodedFormat(readTable("a,y\n0,no\n1,yes\n", "d.csv"), { classes: "rest" });
    expect(two.format.classes).toBeUndefined();
    expect(labelNames(two.format)).toEqual(["yes", "no"]);
    expect(labelledRows(two.table, two.format).map(({ label }) => label)).toEqual([1, 0]);
    expect(decided(learnersOf(two.format), [[1, -1]])).toEqual([0, 1]);
  });

  test("models keep every memory, and are refused without one", () => {
    const { network } = loadLearner("memorize");
    const rows = labelledRows(whole.table, format);
    const [memory, ...others] = format.classes!.splits.map((split) =>
      trainByJacobian(examplesFor(rows, split)),
    );
    const model = { network, memory: memory!, others, steps: 20, format };
    const bytes = writeModelFile(model);
    expect(readModelFile(bytes, "m")).toEqual(model);
    const { tensors, metadata } = readSafetensors(bytes);
    const without = tensors.filter(({ name }) => name !== "memory.2") as Parameters<
      typeof writeSafetensors
    >[0];
    expect(() => readModelFile(writeSafetensors(without, metadata), "m")).toThrow(/found no memory\.2/);
    const learner = JSON.parse(metadata.learner!);
    learner.format.classes.splits[0] = [3];
    const wrong = { ...metadata, learner: JSON.stringify(learner) };
    expect(() =>
      readModelFile(writeSafetensors(tensors as Parameters<typeof writeSafetensors>[0], wrong), "m"),
    ).toThrow(/classes that do not fit together/);
    const repeated = JSON.parse(metadata.learner!);
    repeated.format.classes.values[1] = repeated.format.classes.values[0];
    const twice = { ...metadata, learner: JSON.stringify(repeated) };
    expect(() =>
      readModelFile(writeSafetensors(tensors as Parameters<typeof writeSafetensors>[0], twice), "m"),
    ).toThrow(/name a class twice/);
    expect(metadata.about).toContain("The answer is the value of which");
  });
});

describe("on the command line", () => {
  const work = new Workspace();
  // The kind follows from colour and side, so that the nearest row is right as long as all combinations are in the table.
  const kindOf = (colour: string, side: string) => (side === "left" ? colour.toUpperCase() : "Plain");
  const rows = shuffled(
    ["red", "green", "blue"].flatMap((colour) =>
      ["left", "right"].flatMap((side) =>
        Array.from({ length: 6 }, (_, at) => [colour, side, at % 2, kindOf(colour, side)].join(",")),
      ),
    ),
    seededRandom(SEED),
  );
  const names = ["Plain", "RED", "GREEN", "BLUE"];
  work.write("d.csv", `colour,side,noise,kind\n${rows.join("\n")}\n`);
  work.write("q.csv", "side,noise,colour\nleft,1,blue\nright,0,red\nleft,0,red\n");
  const learn = (...more: string[]) => [
    ...["learn", program("nearest.alg"), "--data", "d.csv", "--encode", "onehot", "--seed", "1"],
    ...more,
  ];

  test.each(REDUCTIONS)("%s: held rows are answered, and the matrix has all labels", async (reduction) => {
    const { document } = await work.json(learn("--folds", "3", "--classes", reduction));
    const { confusion, accuracy, majority } = document as {
      accuracy: number;
      majority: number;
      confusion: { label: string; answers: { answer: string; rows: number }[] }[];
    };
    expect([accuracy, majority]).toEqual([1, 0.5]);
    expect(confusion.map(({ label }) => label).toSorted()).toEqual(names.toSorted());
    for (const { label, answers } of confusion)
      for (const { answer, rows: count } of answers)
        expect(count).toBe(answer !== label ? 0 : label === "Plain" ? 18 : 6);
  });

  test("a model answers with the names of the labels", async () => {
    const learned = await work.run(learn("-o", "m.safetensors"));
    expect(learned.code).toBe(0);
    expect(learned.stdout).toMatch(/learners +4 for 4 labels/);
    expect(learned.stdout).toMatch(/answers +Plain: 18 answered Plain\n/);
    expect(learned.stderr).toContain("kind as 4 labels (BLUE, GREEN, Plain, RED)");
    expect((await work.run(["predict", "m.safetensors", "--data", "q.csv"])).stdout).toBe(
      "BLUE\nPlain\nRED\n",
    );
    const { document } = await work.json(["predict", "m.safetensors", "--data", "d.csv"]);
    expect(document).toMatchObject({ accuracy: 1, data: { labels: expect.arrayContaining(names) } });
    const positive = await work.run(["predict", "m.safetensors", "--data", "q.csv", "--positive", "RED"]);
    expect(positive).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/trained to tell Plain, .* apart; leave/),
    });
  });

  test("baselines tell all labels apart, too", async () => {
    const { document } = await work.json(learn("--test", "0.25", "--baselines"));
    const { baselines } = document as { baselines: { methods: { method: string; predictions: string[] }[] } };
    const nearest = baselines.methods.find(({ method }) => method === "nearest neighbour")!;
    expect(nearest.predictions).toHaveLength(9);
    expect(nearest.predictions.every((each) => names.includes(each))).toBe(true);
    expect(new Set(nearest.predictions).size).toBeGreaterThan(2);
  });

  test.each([
    [["--positive", "RED", "--classes", "rest"], /--positive takes one value .*leave out one/],
    [["--positive", "PINK"], /--positive PINK: the label kind of d\.csv has the values/],
  ])("%j is refused", async (more, message) => {
    expect(await work.run(learn(...more))).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
  });

  test("a label that comes once, or twice in other letters, is remarked on", async () => {
    work.write("odd.csv", "a,y\n0,one\n1,two\n0,three\n1,Two\n0,one\n0,three\n1,two\n");
    const { stderr } = await work.run(["learn", program("memorize.alg"), "--data", "odd.csv"]);
    expect(stderr).toMatch(/warning: odd\.csv, column y: found "two" and "Two", which usually mean the same/);
    expect(stderr).toMatch(/warning: odd\.csv, column y: the label Two comes in one row only/);
  });
});
