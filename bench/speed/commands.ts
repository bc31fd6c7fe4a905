// Commands as whole processes, from a cold start: brackets, a learner from its data to its answers, the busy beaver; and
// the derivatives through a learner, within this process.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import dyck from "../../programs/dyck.oracle.ts";
import { checkProgram, hashOf } from "../../src/compile.ts";
import { showCount } from "../../src/diagnostics/count.ts";
import { readGrid, writeGrid } from "../../src/grid/formats.ts";
import { inputsOf } from "../../src/grid/grid.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { trainByAutodiff, trainByJacobian } from "../../src/learning/learner/algorithm-1.ts";
import { compileLearner } from "../../src/learning/learner/compile-learner.ts";
import type { Example, Sign } from "../../src/learning/learner/memory-layer.ts";
import { claimedSteps } from "../../src/learning/learner/step-count.ts";
import { bitsFor, libraryPath, librarySource, timed } from "../setup.ts";
import { type Finished, inFolder, runBuilt, runTapeloom } from "./outside.ts";
import { replayed, sumOf } from "./parts.ts";
import { medianRun, type Parts, type Setting, type SpeedCase, type SpeedRow, secondsRow } from "./row.ts";

const BRACKETS = [1100, 2200, 4400] as const;
const GOALS = { dyck: 0.2, learn: 1, autodiff: 2, bb5: 2 } as const;

export const dyckCases = (): SpeedCase[] =>
  BRACKETS.map((count, at) => ({
    family: "dyck",
    name: `tapeloom run dyck, ${showCount(count)} brackets`,
    isQuick: at === 0,
    measure: (setting) => measureDyck(count, setting),
  }));

async function measureDyck(count: number, { seed }: Setting): Promise<SpeedRow[]> {
  const row = brackets(count, seededRandom(seed));
  const { wrong } = (dyck.solve({ x: [row] }) as { planes: { wrong: number[][] } }).planes;
  return inFolder(async (folder) => {
    const text = `${row.map((value) => SYMBOLS[value]).join("")}\n`;
    writeFileSync(join(folder, "brackets.txt"), text);
    const words = ["run", libraryPath("dyck"), "--input", "brackets.txt", "--json"];
    const run = await medianRun(() => runTapeloom(words, folder));
    const { outputs } = JSON.parse(run.stdout) as { outputs: { wrong: number[][] } };
    return [
      secondsRow({
        title: `tapeloom run dyck, ${showCount(count)} brackets`,
        ...(count === BRACKETS.at(-1) ? { goal: GOALS.dyck } : {}),
        seconds: run.seconds,
        parts: await replayed(run.seconds, {
          program: "dyck",
          read: (network) => readGrid(text, "brackets", "text", inputsOf(network)),
          engine: (network) => bitsFor(network, {}),
          options: {},
          write: (grid, network) => writeGrid(grid, network.fields, "json"),
        }),
        check: "a stack",
        agrees: outputs.wrong[0]!.at(-1) === wrong[0]!.at(-1),
        growth: { series: "tapeloom run dyck", size: count, of: "brackets" },
      }),
    ];
  });
}

const SYMBOLS = ".({)}";

/** Brackets of two kinds that match, opened and closed as coins fall. */
function brackets(count: number, random: Random): number[] {
  const open: number[] = [];
  return Array.from({ length: count }, (_, at) => {
    const isFull = open.length >= count - at;
    if (isFull || (open.length > 0 && random.int(2) === 0)) return 2 + open.pop()!;
    open.push(1 + random.int(2));
    return open.at(-1)!;
  });
}

/** Features and examples of what is learned by the lemma, its queries, and those of what is learned by gradients. */
const LEARNED = { features: 64, count: 74, queries: 100 } as const;
const DIFFERENTIATED = { features: 12, count: 20 } as const;

export const learnCases = (): SpeedCase[] => [
  { family: "learn", name: "tapeloom learn gf2", isQuick: true, measure: measureLearn },
  { family: "learn", name: "autodiff", isQuick: true, measure: measureAutodiff },
];

async function measureLearn({ seed }: Setting): Promise<SpeedRow[]> {
  const { features, count, queries } = LEARNED;
  const drawn = parityRows(features, count + queries, seededRandom(seed));
  const csv = (rows: readonly Example[]) =>
    rows
      .map((row) => `${[...row.features, row.label].map((sign) => (sign === 1 ? 1 : 0)).join(",")}\n`)
      .join("");
  return inFolder(async (folder) => {
    writeFileSync(join(folder, "train.csv"), csv(drawn.slice(0, count)));
    writeFileSync(join(folder, "test.csv"), csv(drawn.slice(count)));
    const words = ["learn", libraryPath("gf2"), "--data", "train.csv", "--test", "test.csv", "--json"];
    const run = await medianRun(() => runTapeloom(words, folder));
    const { predictions } = JSON.parse(run.stdout) as { predictions: string[] };
    return [
      secondsRow({
        title: `tapeloom learn gf2, d = ${features}, m = ${count}, ${queries} test rows`,
        goal: GOALS.learn,
        seconds: run.seconds,
        parts: await learnParts(run, drawn.slice(0, count)),
        check: "the parity that drew the labels",
        agrees: drawn.slice(count).every(({ label }, at) => predictions[at] === (label === 1 ? "1" : "0")),
      }),
    ];
  });
}

async function learnParts({ seconds, stdout }: Finished, examples: readonly Example[]): Promise<Parts> {
  const source = librarySource("gf2");
  const compiled = await timed(() =>
    compileLearner(checkProgram(source), { sourceHash: hashOf(source.text) }),
  );
  const trained = await timed(() => trainByJacobian(examples));
  const { seconds: inside } = JSON.parse(stdout) as { seconds: number };
  const known = { compile: compiled.seconds, train: trained.seconds };
  return {
    start: Math.max(0, seconds - inside),
    ...known,
    answer: Math.max(0, inside - sumOf(known)),
  };
}

/** gf2 by gradients through the whole network: what comes out is what the lemma says. */
async function measureAutodiff({ seed }: Setting): Promise<SpeedRow[]> {
  const { features, count } = DIFFERENTIATED;
  const source = librarySource("gf2");
  const front = checkProgram(source);
  const network = compileLearner(front, { sourceHash: hashOf(source.text) });
  const examples = parityRows(features, count, seededRandom(seed));
  const known = trainByJacobian(examples);
  const steps = claimedSteps(front.checked.steps!, known);
  const { seconds, result } = await timed(() => trainByAutodiff(network, steps, examples));
  return [
    secondsRow({
      title: `autodiff of gf2, d = ${features}, m = ${count}`,
      ...{ goal: GOALS.autodiff, seconds },
      check: "the lemma",
      agrees: result.weight.every((weight, at) => weight === known.weight[at]),
    }),
  ];
}

/** Random rows, each labelled by the parity of the same random columns. */
function parityRows(features: number, count: number, random: Random): Example[] {
  const counts = Array.from({ length: features }, () => random.int(2) === 1);
  return Array.from({ length: count }, () => {
    const row = Array.from({ length: features }, (): Sign => (random.int(2) === 0 ? -1 : 1));
    const isOdd = row.filter((each, at) => each === 1 && counts[at]).length % 2 === 1;
    return { features: row, label: isOdd ? 1 : -1 };
  });
}

export const beaverCases = (): SpeedCase[] => [
  {
    family: "bb5",
    name: "bench bb5",
    isQuick: true,
    measure: () =>
      inFolder(async (folder) => {
        const run = await medianRun(() => runBuilt("bench/bench/main.js", ["bb5", "--json"], folder));
        const found = JSON.parse(run.stdout) as Record<"seconds" | "memoSeconds" | "plainSeconds", number>;
        const { seconds: bits, memoSeconds: memo, plainSeconds: plain } = found;
        const rest = run.seconds - bits - memo - plain;
        return [
          secondsRow({
            title: "bench bb5: the busy beaver on bits, memo and a plain machine",
            ...{ goal: GOALS.bb5, seconds: run.seconds, parts: { start: rest, bits, memo, plain } },
            check: "the plain machine and the published facts",
            agrees: (found as unknown as { agrees: boolean }).agrees,
          }),
        ];
      }),
  },
];
