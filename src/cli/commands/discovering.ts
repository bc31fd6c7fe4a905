// Options of the commands that look for programs, draw them, and do the jobs of others.

import { SEARCHES } from "../../diagnostics/known-words.ts";
import { address, goal, wholeNumber, wholeNumbers } from "../options.ts";
import { choice, flag, required, SET, seedOf, text, value, WORKERS, without } from "./command.ts";

export const workerOptions = {
  queue: required(value("--queue <address>", "the server of the queue, redis://HOST:PORT", address)),
  threads: value("--threads <number>", "jobs at a time (default: one for each core)", wholeNumber(1)),
};

export const corpusOptions = {
  output: required(
    text("-o, --output <folder>", "where programs, weight files and manifest.jsonl are written"),
  ),
  count: value("--count <number>", "how many programs the folder is to have", wholeNumber(1), 100),
  seed: value("--seed <number>", "seed of the programs", wholeNumber(), 1),
  ...WORKERS,
};

export const discoverOptions = {
  task: text(
    "--task <name>",
    "what it is to do: a task of `curve`, such as parity, or sorting, density or firing-squad",
  ),
  against: text("--against <file>", "a program (.alg) that answers as it is to answer"),
  search: choice(
    "--search <how>",
    "how candidates are chosen: evolve small problems' best, draw at random, or enumerate all (default: enumerate up to 2^20 programs, evolve more)",
    SEARCHES,
  ),
  until: value(
    "--until <goal>",
    "exact: right on larger problems, too; proved: the same step as --against; or a number of candidates",
    goal,
    "exact",
  ),
  problems: value(
    "--problems <numbers>",
    "problems that a candidate must be right on; several numbers with --runs (default: 16)",
    wholeNumbers,
    wholeNumbers("16"),
  ),
  runs: value(
    "--runs <number>",
    "searches to make for each number of problems, to tell how many of them find an exact candidate first",
    wholeNumber(1),
  ),
  dims: value("--dims <number>", "features of these, or columns (default: 8)", wholeNumber(1)),
  extra: value(
    "--extra <number>",
    "how many more examples than features (default: 2; three times as many as features, where rules are not linear)",
    wholeNumber(),
  ),
  queries: value("--queries <number>", "queries to each problem, or grids", wholeNumber(1), 16),
  weights: choice(
    "--weights <scan>",
    "instead of a sketch: draw all weights of small networks, and count those that do a scan of a row",
    ["parity", "or", "and", "majority", "all"],
  ),
  largest: value("--largest <number>", "largest weight that --weights draws", wholeNumber(1), 1),
  small: without("--no-small", "do not try smaller problems first"),
  randomLabels: flag("--random-labels", "as a control: labels by chance, so that there is nothing to learn"),
  seed: seedOf("seed of problems and candidates"),
  ...WORKERS,
  output: text(
    "-o, --output <file>",
    "where to write the program that is found (.alg), or to draw what --runs and --weights find (.svg)",
  ),
  ...SET,
};
