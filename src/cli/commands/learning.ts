// Options of commands that learn: the memory of a learner, or the weights themselves.

import { ENCODINGS, OPTIMISERS, REDUCTIONS, SCHEDULES, SUPERVISIONS } from "../../diagnostics/known-words.ts";
import { realNumber, realNumbers, shape, wholeNumber, wholeNumbers, width } from "../options.ts";
import {
  ARCH,
  choice,
  either,
  flag,
  required,
  SET,
  seedOf,
  text,
  value,
  WORKERS,
  without,
} from "./command.ts";

const TABLE = {
  delimiter: text(
    "--delimiter <name>",
    "what stands between values: comma, semicolon, tab, pipe, spaces, or a character",
  ),
  header: either(
    ["--header", "the first row names the columns"],
    ["--no-header", "the first row is an example"],
  ),
  missing: choice(
    "--missing <what>",
    "where values are missing (empty, ?, NA, nan), which is refused else: drop the rows, or take that for a value of its own",
    ["drop", "value"],
  ),
};

export const learnOptions = {
  ...TABLE,
  data: required(
    text("--data <file>", "a table of examples, each feature with two values, or more with --encode"),
  ),
  encode: choice(
    "--encode <how>",
    "columns of more than two values as several columns: one for each value, one for each threshold of numbers, or one for each binary digit of the value's place",
    ENCODINGS,
  ),
  levels: value("--levels <number>", "the most thresholds of a column (default: 8)", wholeNumber(1)),
  test: text(
    "--test <file>",
    "other examples to test it on, or a share of the data to hold back for that, such as 0.25; by default the training data again",
  ),
  folds: value(
    "--folds <number>",
    "cross-validate instead: split the rows into this many parts, and answer each by a learner trained on the others",
    wholeNumber(2),
  ),
  label: text("--label <column>", "name or number of the label's column; by default the last"),
  positive: text("--positive <value>", "the label's value that is +1, the bit 1"),
  classes: choice(
    "--classes <how>",
    "a label of more than two values, by a learner for each of them against the rest (the default), for each binary digit of its place, or for each way to part them in two",
    REDUCTIONS,
  ),
  path: choice(
    "--path <path>",
    "how the gradient is found: through the whole network, or by the proved lemma",
    ["autodiff", "jacobian"],
    "jacobian",
  ),
  ...ARCH,
  output: text("-o, --output <file>", "where to write the trained model (.safetensors)"),
  baselines: flag(
    "--baselines",
    "compare with a dense network, logistic regression and nearest neighbour on the same data",
  ),
  seed: seedOf("seed of the baselines, and of the rows of --folds and --test"),
  ...SET,
};

export const predictOptions = {
  ...TABLE,
  data: required(text("--data <file>", "a table of queries; the label's column may be missing")),
  positive: text("--positive <value>", "the label's value that is +1, as the model was trained"),
};

export const curveOptions = {
  task: required(
    text(
      "--task <name>",
      "parity, sparse-parity, conjunction, disjunction, decision-list, nearest, lfsr, crc, tic-tac-toe, literal, " +
        "noisy-literal, monotone-disjunction, threshold, mod3, automaton, noisy-nearest, noisy-table or noisy-vote",
    ),
  ),
  dims: value("--dims <numbers>", "numbers of features (default: 8,16,32,64)", wholeNumbers),
  extra: value(
    "--extra <numbers>",
    "how many more examples than features (default: 0..10)",
    wholeNumbers,
    wholeNumbers("0..10"),
  ),
  problems: value("--problems <number>", "random problems for the network at each size", wholeNumber(1), 200),
  queries: value("--queries <number>", "queries for each problem", wholeNumber(1), 16),
  reference: value(
    "--reference <number>",
    "problems for the reference program, which is slow",
    wholeNumber(),
    10,
  ),
  baselines: value(
    "--baselines <number>",
    "problems for the dense network, logistic regression and nearest neighbour; 0 leaves them out",
    wholeNumber(),
    5,
  ),
  seed: seedOf("seed of the problems"),
  ...WORKERS,
  output: text("-o, --output <file>", "draw the curve as .svg or .html"),
  sizes: flag("--sizes", "add a table of the network's size for every size of problem"),
  ...SET,
};

export const trainOptions = {
  from: value(
    "--from <start>",
    "where weights begin: compiled, random, or a weight file (.safetensors)",
    String,
    "random",
  ),
  noise: value(
    "--noise <sigma>",
    "standard deviation of noise on all weights at the start",
    realNumber(100),
    0,
  ),
  width: value(
    "--width <width>",
    "hidden units: such as 4x the compiled ones, or a number for every layer (default: 4x, and more where that does not do)",
    width,
  ),
  supervision: choice(
    "--supervision <kind>",
    "trace: steps from neighbourhoods; output: whole runs, of which only inputs and outputs are known",
    SUPERVISIONS,
    "trace",
  ),
  seed: value("--seed <number>", "seed of weights, cases and noise", wholeNumber()),
  seeds: value("--seeds <number>", "train this many times, each with the next seed", wholeNumber(1), 1),
  ...WORKERS,
  epochs: value(
    "--epochs <number>",
    "passes through the cases (output: steps), instead of --until",
    wholeNumber(1),
  ),
  until: choice(
    "--until <goal>",
    "proved (default), or exact: right on 20,000 unseen cases in a row, or (output) in runs on grids far larger than --max",
    ["proved", "exact"],
  ),
  maxSteps: value("--max-steps <number>", "steps after which it gives up", wholeNumber(1), 60_000),
  optimiser: choice("--optimiser <name>", "of gradient descent", OPTIMISERS, "adam"),
  schedule: choice(
    "--schedule <name>",
    "how the rate falls: where the loss stays, like a cosine, or not at all",
    SCHEDULES,
    "plateau",
  ),
  rate: value(
    "--rate <number>",
    "the first rate (default: 0.01; 0.003 for more than three layers learned as one)",
    realNumber(1e9),
  ),
  batch: value("--batch <number>", "cases in a step", wholeNumber(1), 256),
  clip: value("--clip <number>", "longest gradient", realNumber(1e9), 1),
  patience: value(
    "--patience <checks>",
    "with --epochs: end early after this many checks, of 100 steps each, without a better loss",
    wholeNumber(1),
  ),
  max: value("--max <shape>", "output: largest grid to train on, ROWSxCOLUMNS (default: 2x12)", shape, {
    rows: 2,
    cols: 12,
  }),
  stateNoise: value("--state-noise <sigma>", "output: noise on channels in every step", realNumber(10), 0.05),
  steps: value(
    "--steps <number>",
    "output: look at outputs after this many steps (default: when the program ends, or comes to rest)",
    wholeNumber(1),
  ),
  progressive: value(
    "--progressive <share>",
    "output: share of batches whose first steps are made without gradient",
    realNumber(1),
    0,
  ),
  metrics: text("--metrics <file>", "write what every check found, one JSON document a line"),
  figure: text("--figure <file>", "draw the training as .svg"),
  resume: flag("--resume", "go on from the output file, if it is there"),
  output: text("-o, --output <file>", "where to write (default: NAME.trained.safetensors)"),
  ...SET,
};

export const basinOptions = {
  sigmas: value(
    "--sigmas <numbers>",
    "standard deviations of the noise (default: 0.01 to 1)",
    realNumbers,
    [0.01, 0.03, 0.1, 0.3, 1],
  ),
  seeds: value("--seeds <number>", "trainings for each", wholeNumber(1), 20),
  seed: seedOf("the first seed"),
  width: value("--width <width>", "hidden units of the random start, as for train (default: 1x)", width, {
    unit: "times",
    value: 1,
  }),
  maxSteps: value("--max-steps <number>", "steps after which a training gives up", wholeNumber(1), 10_000),
  ...WORKERS,
  output: text("-o, --output <file>", "draw it as .svg"),
  ...SET,
};

export const compareOptions = {
  program: text("--program <file>", "the program (.alg) that both are networks of, if neither is one"),
  html: text("--html <file>", "write a page with figures"),
  size: value(
    "--size <shape>",
    "size that was trained on, ROWSxCOLUMNS (default: what the files say, or 8x8)",
    shape,
  ),
  scales: value(
    "--scales <numbers>",
    "multiples of it to run at (default: 1,2,4,8,16)",
    wholeNumbers,
    [1, 2, 4, 8, 16],
  ),
  runs: value("--runs <number>", "runs at each, or fewer where they are long", wholeNumber(1), 40),
  steps: value(
    "--steps <number>",
    "steps of programs that neither end nor come to rest (default: rows and columns together)",
    wholeNumber(1),
  ),
  seed: seedOf("seed of the inputs"),
  prove: without("--no-prove", "do not try proofs, which can take a minute"),
  ...SET,
};
