// What `npm run bench -- compile` compiles: families of programs of growing size, and the library. Beside each stands what
// it is to reach: non-zero numbers at most, and seconds of processor time for compiling and for proving.

import { readFileSync } from "node:fs";
import type { CompileOptions } from "../src/compile.ts";
import type { Source } from "../src/diagnostics/diagnostic.ts";
import {
  fields,
  nested,
  passes,
  questions,
  RANGES,
  randomMachine,
  repeats,
  sweeps,
  table,
} from "./compile-programs.ts";
import { LIBRARY, librarySource, programsIn } from "./setup.ts";

export const COMPILE_FAMILIES = [
  "machines",
  "heads",
  "ranges",
  "codes",
  "neighbours",
  "instructions",
  "nested",
  "fields",
  "tables",
  "library",
  "learners",
  "deep",
] as const;
export type CompileFamily = (typeof COMPILE_FAMILIES)[number];

/** At most so many non-zero numbers, and seconds of processor time. */
export interface Target {
  readonly nonzero?: number;
  readonly compile?: number;
  readonly prove?: number;
}

export interface CompileCase {
  readonly family: CompileFamily;
  /** Cases of one series differ in size alone; their exponents are measured. */
  readonly series: string;
  readonly size: number;
  readonly title: string;
  readonly source: Source;
  readonly options: CompileOptions;
  readonly target: Target;
  readonly isQuick: boolean;
}

type Sized = readonly [size: number, target: Target];

/** The first size of a series is quick. */
function series(
  family: CompileFamily,
  name: string,
  text: (size: number) => string,
  sizes: readonly Sized[],
  options: CompileOptions = {},
): CompileCase[] {
  return sizes.map(([size, target], at) => {
    const title = `${name} ${size}`;
    const source = { name: `${title}.alg`, text: text(size) };
    return { family, series: name, size, title, source, options, target, isQuick: at === 0 };
  });
}

const seconds = (compile: number, prove = compile): Target => ({ compile, prove });

/** Random machines of the same two seeds as the sizes to reach, within a tenth. */
function machines(family: "machines" | "heads", most: readonly Sized[][], seed: number): CompileCase[] {
  const options = family === "heads" ? { tokens: false } : {};
  const name = family === "heads" ? "any heads" : "machine";
  return [2, 8].flatMap((symbols, at) =>
    series(
      family,
      `${name}, ${symbols} symbols, states`,
      (states) => randomMachine(states, symbols, seed),
      most[at]!,
      options,
    ),
  );
}

const MACHINES: readonly Sized[][] = [
  [
    [10, {}],
    [30, { nonzero: 254, ...seconds(1) }],
    [100, {}],
    [1000, {}],
  ],
  [
    [10, {}],
    [100, { nonzero: 5140, ...seconds(2) }],
    [300, {}],
    [1000, { nonzero: 46_308, ...seconds(10) }],
  ],
];

const HEADS: readonly Sized[][] = [
  [
    [10, {}],
    [30, { nonzero: 632, ...seconds(1) }],
    [100, {}],
  ],
  [
    [10, {}],
    [100, { nonzero: 7268, ...seconds(2) }],
    [300, {}],
  ],
];

/** Beyond the sizes that have a target, so that exponents are those of long programs. */
const INSTRUCTIONS: readonly Sized[] = [
  [10, {}],
  [80, seconds(5)],
  [320, {}],
  [640, {}],
];
const SWEEPS: readonly Sized[] = [
  [60, {}],
  [250, {}],
  [500, { nonzero: 7500, ...seconds(10) }],
  [1000, {}],
];
const REPEATS: readonly Sized[] = [
  [30, {}],
  [120, {}],
  [240, seconds(20)],
  [480, {}],
];

const NUMBERS = ["sum", "mod", "abs", "max", "x + y"] as const;
const NEIGHBOURS = ["distances", "thresholds", "sandpile"] as const;
/** The largest number of a range. */
const most = (values: readonly number[], last: Target): Sized[] =>
  values.map((value, at) => [value, at === values.length - 1 ? last : {}]);

function codes(): CompileCase[] {
  const kinds = [
    ["integer", { nonzero: 20, ...seconds(1) }],
    ["binary", { nonzero: 400, ...seconds(1) }],
  ] as const;
  return NUMBERS.flatMap((name) =>
    kinds.flatMap(([code, target]) =>
      series(
        "codes",
        `${name}, ${code}, 0..`,
        RANGES[name]!,
        [
          [255, target],
          [65_535, target],
        ],
        { codes: { others: code } },
      ),
    ),
  );
}

function single(family: CompileFamily, source: Source, target: Target): CompileCase {
  const title = source.name.replace(/\.alg$/, "");
  return { family, series: "", size: 1, title, source, options: {}, target, isQuick: false };
}

const library = (): CompileCase[] =>
  programsIn(LIBRARY).map((name) =>
    single(LATER.includes(name) ? "learners" : "library", librarySource(name), LIBRARY_TARGETS[name] ?? {}),
  );

/** Those random programs, of some ten thousand, that took longest to prove: deep expressions of many neighbours. */
const DEEP = new URL(import.meta.url.endsWith(".ts") ? "deep/" : "../../../bench/deep/", import.meta.url);

/** By default, `prove` takes no longer than this. */
const deep = (): CompileCase[] =>
  programsIn(DEEP).map((name) => {
    const text = readFileSync(new URL(`${name}.alg`, DEEP), "utf8");
    return single("deep", { name: `${name}.alg`, text }, { prove: 60 });
  });

/** Learners that came after the sums of the library were first reported, which are to stay comparable. */
const LATER: readonly string[] = [
  "automaton",
  "average",
  "gfp",
  "halving",
  "k_nearest",
  "perceptron",
  "stump",
  "vote",
  "winnow",
];

const LIBRARY_TARGETS: Readonly<Record<string, Target>> = {
  bb5: { nonzero: 50 },
  bb4: { nonzero: 42 },
  balanced_tm: { nonzero: 57 },
  rule110_tm: { nonzero: 83 },
};

/** All cases, family by family; `quick`: of each series the smallest. */
export function compileCases(
  families: readonly CompileFamily[],
  quick: boolean,
  seed: number,
): CompileCase[] {
  const thermometer: CompileOptions = { codes: { others: "thermometer" } };
  const all = [
    ...machines("machines", MACHINES, seed),
    ...machines("heads", HEADS, seed),
    ...NUMBERS.flatMap((name) => {
      const sizes = most([15, 63, 255], { nonzero: 3100, ...seconds(2) });
      return series("ranges", `${name}, thermometer, 0..`, RANGES[name]!, sizes, thermometer);
    }),
    ...codes(),
    ...NEIGHBOURS.flatMap((name) =>
      series(
        "neighbours",
        `${name}, thermometer, 0..`,
        RANGES[name]!,
        most([7, 15, 31, 63], seconds(2)),
        thermometer,
      ),
    ),
    ...series("instructions", "instructions", passes, INSTRUCTIONS),
    ...series("instructions", "sweeps", sweeps, SWEEPS),
    ...series("instructions", "repeats", repeats, REPEATS),
    ...series("instructions", "questions", questions, most([30, 60, 120], seconds(20))),
    ...series("nested", "nested if any", nested, most([1, 2, 3, 6], seconds(5))),
    ...series("fields", "fields", fields, most([10, 25, 50, 100], seconds(5))),
    ...series("tables", "rows of a table", (rows) => table(rows, seed), most([25, 50, 100, 200], seconds(5))),
    ...library(),
    ...deep(),
  ];
  return all.filter(({ family, isQuick }) => families.includes(family) && (isQuick || !quick));
}
