// Commands that learn: the memory of a learner, or the weights themselves.

import { type Command, Option } from "commander";
import type { Io } from "../io.ts";
import { assignment, realNumber, realNumbers, shape, wholeNumber, wholeNumbers, width } from "../options.ts";
import { type AddCommand, addCommand, type Finish, SET } from "./command.ts";

/** What a table's options add to the help. */
const TABLES = `
How tables are read:
  delimiter  comma, semicolon, tab, | or spaces: whichever alone cuts all rows alike, or what a first
             line such as sep=; names; a decimal comma (1,0) is no delimiter
  header     a first row of words above numbers, or of words that do not come again; where
             that is not clear, say --header or --no-header
  left out   blank lines, rows of nothing but delimiters, lines that begin with #, trailing delimiters
  label      the last column; its positive value is 1, +, yes, true, on, positive, accept and the like
             against their opposites; else the larger number, else the later in the alphabet
  signs      where all columns are -1 or +1, -1 is the bit 1, as in the paper: a parity is a product
What was understood is said on standard error; what is not clear is refused.
`;

/** Gives a command the options of tables. */
const withTables = (command: Command): Command =>
  command
    .option(
      "--delimiter <name>",
      "what stands between values: comma, semicolon, tab, pipe, spaces, or a character",
    )
    .option("--header", "the first row names the columns")
    .option("--no-header", "the first row is an example")
    .addOption(
      new Option("--missing <what>", "rows with missing values (empty, ?, NA, nan), else refused").choices([
        "drop",
      ]),
    )
    .addHelpText("after", TABLES);

export const learning: readonly AddCommand[] = [
  addLearn,
  addPredict,
  addCurve,
  addTrain,
  addBasin,
  addCompare,
];

function addLearn(root: Command, io: Io, finish: Finish): void {
  const command = addCommand(
    root,
    "learn <file>",
    "Train a learner (.alg) on a table of examples: the network of the paper, by gradient descent on its memory.",
    "learn programs/gf2.alg --data train.csv --test test.csv -o model.safetensors",
  );
  withTables(command)
    .requiredOption("--data <file>", "a table of examples, each column with two values")
    .option("--test <file>", "other examples to test it on; by default the training data again")
    .option("--label <column>", "name or number of the label's column; by default the last")
    .option("--positive <value>", "the label's value that is +1, the bit 1")
    .addOption(
      new Option(
        "--path <path>",
        "how the gradient is found: through the whole network, or by the proved lemma",
      )
        .choices(["autodiff", "jacobian"])
        .default("jacobian"),
    )
    .option("-o, --output <file>", "where to write the trained model (.safetensors)")
    .option(
      "--baselines",
      "compare with a dense network, logistic regression and nearest neighbour on the same data",
      false,
    )
    .option("--seed <number>", "seed of the baselines", wholeNumber())
    .option(...SET, assignment)
    .action(async (file, options) => {
      const { learnCommand } = await import("../learn.ts");
      finish(await learnCommand(io, file, options));
    });
}

function addPredict(root: Command, io: Io, finish: Finish): void {
  const command = addCommand(
    root,
    "predict <model>",
    "Answer queries with a trained learner (.safetensors).",
    "predict model.safetensors --data new.csv",
  );
  withTables(command)
    .requiredOption("--data <file>", "a table of queries; the label's column may be missing")
    .option("--positive <value>", "the label's value that is +1, as the model was trained")
    .action(async (file, options) => {
      const { predictCommand } = await import("../predict.ts");
      finish(await predictCommand(io, file, options));
    });
}

function addCurve(root: Command, io: Io, finish: Finish): void {
  addCommand(
    root,
    "curve <file>",
    "Measure how well a learner (.alg) does after so many examples of a task, beside other methods.",
    "curve programs/gf2.alg --task parity --dims 8,16 --extra 0..10 --problems 200 -o parity.svg",
  )
    .requiredOption(
      "--task <name>",
      "parity, sparse-parity, conjunction, disjunction, decision-list, nearest, lfsr, crc or tic-tac-toe",
    )
    .option("--dims <numbers>", "numbers of features (default: 8,16,32,64)", wholeNumbers)
    .option(
      "--extra <numbers>",
      "how many more examples than features (default: 0..10)",
      wholeNumbers,
      wholeNumbers("0..10"),
    )
    .option("--problems <number>", "random problems for the network at each size", wholeNumber(1), 200)
    .option("--queries <number>", "queries for each problem", wholeNumber(1), 16)
    .option("--reference <number>", "problems for the reference program, which is slow", wholeNumber(), 10)
    .option(
      "--baselines <number>",
      "problems for the dense network, logistic regression and nearest neighbour; 0 leaves them out",
      wholeNumber(),
      5,
    )
    .option("--seed <number>", "seed of the problems", wholeNumber())
    .option("--workers <number>", "threads (default: one for each core)", wholeNumber(1))
    .option("-o, --output <file>", "draw the curve as .svg or .html")
    .option("--sizes", "add a table of the network's size for every size of problem", false)
    .option(...SET, assignment)
    .action(async (file, options) => {
      const { curveCommand } = await import("../curve.ts");
      finish(await curveCommand(io, file, options));
    });
}

function addTrain(root: Command, io: Io, finish: Finish): void {
  addCommand(
    root,
    "train <file>",
    "Train a network of the compiled one's architecture to do what a program (.alg) says, until that is proved.",
    "train programs/life.alg --seed 1 -o life.safetensors",
    "train programs/maze.alg --seeds 20 --json",
    "train programs/parity.alg --supervision output --seed 1",
    "train programs/gf2.alg --from compiled --noise 0.1",
  )
    .option(
      "--from <start>",
      "where weights begin: compiled, random, or a weight file (.safetensors)",
      "random",
    )
    .option(
      "--noise <sigma>",
      "standard deviation of noise on all weights at the start",
      realNumber(0, 100),
      0,
    )
    .option(
      "--width <width>",
      "hidden units: 4x the compiled ones, or a number for every layer (default: 4x)",
      width,
    )
    .addOption(
      new Option(
        "--supervision <kind>",
        "trace: steps from neighbourhoods; output: whole runs, of which only inputs and outputs are known",
      )
        .choices(["trace", "output"])
        .default("trace"),
    )
    .option("--seed <number>", "seed of weights, cases and noise", wholeNumber())
    .option("--seeds <number>", "train so many times, with seeds one after another", wholeNumber(1), 1)
    .option("--workers <number>", "threads for --seeds (default: one for each core)", wholeNumber(1))
    .option(
      "--epochs <number>",
      "passes through the cases (output: steps), instead of --until",
      wholeNumber(1),
    )
    .addOption(
      new Option(
        "--until <goal>",
        "proved (default), or exact: right on 20,000 unseen cases in a row",
      ).choices(["proved", "exact"]),
    )
    .option("--max-steps <number>", "steps after which it gives up", wholeNumber(1), 60_000)
    .addOption(
      new Option("--optimiser <name>", "of gradient descent").choices(["adam", "sgd"]).default("adam"),
    )
    .addOption(
      new Option(
        "--schedule <name>",
        "how the rate falls: where the loss stays, like a cosine, or not at all",
      )
        .choices(["plateau", "cosine", "constant"])
        .default("plateau"),
    )
    .option(
      "--rate <number>",
      "the first rate (default: 0.01; 0.003 for more than three layers)",
      realNumber(0, 1e9),
    )
    .option("--batch <number>", "cases in a step", wholeNumber(1), 256)
    .option("--clip <number>", "longest gradient", realNumber(0, 1e9), 1)
    .option(
      "--patience <checks>",
      "with --epochs: end early after so many checks, of 100 steps each, without a better loss",
      wholeNumber(1),
    )
    .option("--max <shape>", "output: largest grid to train on, ROWSxCOLUMNS (default: 2x12)", shape, {
      rows: 2,
      cols: 12,
    })
    .option("--state-noise <sigma>", "output: noise on channels in every step", realNumber(0, 10), 0.05)
    .option(
      "--steps <number>",
      "output: look at outputs after so many steps (default: when the program ends, or comes to rest)",
      wholeNumber(1),
    )
    .option(
      "--progressive <share>",
      "output: share of batches whose first steps are made without gradient",
      realNumber(0, 1),
      0,
    )
    .option("--metrics <file>", "write what every check found, one JSON document a line")
    .option("--figure <file>", "draw the training as .svg")
    .option("--resume", "go on from the output file, if it is there", false)
    .option("-o, --output <file>", "where to write (default: NAME.trained.safetensors)")
    .option(...SET, assignment)
    .action(async (file, options) => {
      const { trainCommand } = await import("../train.ts");
      finish(await trainCommand(io, file, options));
    });
}

function addBasin(root: Command, io: Io, finish: Finish): void {
  addCommand(
    root,
    "basin <file>",
    "Measure how much noise on its compiled weights a network (.alg) stands, by itself and with training.",
    "basin programs/life.alg -o basin.svg",
  )
    .option(
      "--sigmas <numbers>",
      "standard deviations of the noise (default: 0.01 to 1)",
      realNumbers,
      [0.01, 0.03, 0.1, 0.3, 1],
    )
    .option("--seeds <number>", "trainings for each", wholeNumber(1), 20)
    .option("--seed <number>", "the first seed", wholeNumber())
    .option("--width <width>", "hidden units of the random start, as for train", width, {
      unit: "times",
      value: 1,
    })
    .option("--max-steps <number>", "steps after which a training gives up", wholeNumber(1), 10_000)
    .option("--workers <number>", "threads (default: one for each core)", wholeNumber(1))
    .option("-o, --output <file>", "draw it as .svg")
    .option(...SET, assignment)
    .action(async (file, options) => {
      const { basinCommand } = await import("../basin.ts");
      finish(await basinCommand(io, file, options));
    });
}

function addCompare(root: Command, io: Io, finish: Finish): void {
  addCommand(
    root,
    "compare <first> <second>",
    "Compare two networks of one program, such as a compiled and a learned one: weight files, or the program (.alg) itself.",
    "compare programs/life.alg life.trained.safetensors --html life.html",
    "compare a.safetensors b.safetensors --program programs/gf2.alg --json",
  )
    .option("--program <file>", "the program (.alg) that both are networks of, if neither is one")
    .option("--html <file>", "write a page with figures")
    .option(
      "--size <shape>",
      "size that was trained on, ROWSxCOLUMNS (default: what the files say, or 8x8)",
      shape,
    )
    .option(
      "--scales <numbers>",
      "multiples of it to run at (default: 1,2,4,8,16)",
      wholeNumbers,
      [1, 2, 4, 8, 16],
    )
    .option("--runs <number>", "runs at each, or fewer where they are long", wholeNumber(1), 40)
    .option(
      "--steps <number>",
      "steps of programs that neither end nor come to rest (default: rows and columns together)",
      wholeNumber(1),
    )
    .option("--seed <number>", "seed of the inputs", wholeNumber())
    .option("--no-prove", "do not try proofs, which can take a minute")
    .option(...SET, assignment)
    .action(async (first, second, options) => {
      const { compareCommand } = await import("../compare.ts");
      finish(await compareCommand(io, first, second, options));
    });
}
