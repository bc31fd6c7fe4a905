// The command line: commands, options and help. Each command's module is loaded when it runs, so that `--help`
// need not wait for the compiler.

import { readFileSync } from "node:fs";
import { Argument, Command, CommanderError, Option } from "commander";
import { reportError, reportMessage } from "./errors.ts";
import { EXIT, type Io } from "./io.ts";
import {
  assignment,
  frameRate,
  largeShape,
  names,
  realNumber,
  realNumbers,
  seconds,
  shape,
  stepNumbers,
  wholeNumber,
  wholeNumbers,
  width,
} from "./options.ts";

/** Runs a command line without the words `node tapeloom`; returns the exit code. */
export async function runCommandLine(io: Io, words: readonly string[]): Promise<number> {
  // An error in the command line itself must be known to be wanted as JSON before it is parsed.
  const json = words.includes("--json");
  let code: number = EXIT.done;
  let complaint = "";
  const root = new Command()
    .name("tapeloom")
    .description("Compiles small .alg programs into recurrent convolutional networks, runs and checks them.")
    .version(version())
    .exitOverride()
    .showHelpAfterError("(add --help for the options and an example)")
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => {
        complaint += text;
      },
    });
  addCommands(root, io, (result) => {
    code = result;
  });
  if (words.length === 0) {
    io.stderr.write(root.helpInformation());
    return EXIT.badInput;
  }
  try {
    await root.parseAsync(words, { from: "user" });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportError(io, error, json);
    if (error.exitCode === 0) return EXIT.done;
    return reportMessage(io, complaint.trim().replace(/^error: /, ""), json);
  }
}

function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return JSON.parse(text).version;
}

type Finish = (code: number) => void;

function addCommands(root: Command, io: Io, finish: Finish): void {
  addCompile(root, io, finish);
  addRun(root, io, finish);
  addCheck(root, io, finish);
  addProve(root, io, finish);
  addMutate(root, io, finish);
  addExport(root, io, finish);
  addExplain(root, io, finish);
  addDecompile(root, io, finish);
  addLearn(root, io, finish);
  addPredict(root, io, finish);
  addCurve(root, io, finish);
  addTrain(root, io, finish);
  addBasin(root, io, finish);
  addRobust(root, io, finish);
  addBench(root, io, finish);
  addFmt(root, io, finish);
  addNew(root, io, finish);
}

/** A command with the options that all have, and examples at the end of its help. */
function addCommand(root: Command, usage: string, description: string, ...examples: string[]): Command {
  return root
    .command(usage)
    .description(description)
    .option("--json", "print one JSON document on standard output", false)
    .option("-v, --verbose", "say more on standard error", false)
    .addHelpText("after", `\nExample:${examples.map((example) => `\n  $ tapeloom ${example}`).join("")}`);
}

const SET = [
  "--set <name=value>",
  "value of a param, instead of its default; may be given more than once",
] as const;

function addCompile(root: Command, io: Io, finish: Finish): void {
  addCommand(
    root,
    "compile <file>",
    "Compile a program (.alg) into the weights of a network (.safetensors).",
    "compile programs/gf2.alg -o gf2.safetensors",
  )
    .option("-o, --output <file>", "where to write; by default the program's name, in this directory")
    .addOption(
      new Option("--emit <stage>", "print a form of the program instead of writing weights").choices([
        "ast",
        "instructions",
        "ir",
        "rule",
        "network",
      ]),
    )
    .option(
      "--robust",
      "restore every channel after each step, so that errors of numbers and state within proved radii never add up",
      false,
    )
    .option(...SET, assignment)
    .action(async (file, options) => {
      const { compileCommand } = await import("./compile.ts");
      finish(await compileCommand(io, file, options));
    });
}

function addRun(root: Command, io: Io, finish: Finish): void {
  addCommand(
    root,
    "run <file>",
    "Run a program (.alg) or a network (.safetensors) on a grid.",
    "run gf2.safetensors --input programs/gf2.input.csv",
  )
    .option("-i, --input <file>", "grid as text, .csv or .json; - is standard input")
    .option("--random <shape>", "a random grid instead, ROWSxCOLUMNS", largeShape)
    .option("--seed <number>", "seed of the random grid", wholeNumber())
    .addOption(
      new Option(
        "--engine <engine>",
        "what runs it: auto takes direct for small runs and bits for large ones; rule and reference run programs as they are, all others networks",
      )
        .choices(["auto", "bits", "tensor", "direct", "onnx", "rule", "reference"])
        .default("auto"),
    )
    .option("--steps <number>", "stop after so many steps (instructions, for reference)", wholeNumber())
    .option("--watch", "show every step", false)
    .option("--fps <number>", "frames a second of --watch on a terminal and of .gif", frameRate, 10)
    .option(
      "-o, --output <file>",
      "write the output fields as .txt, .csv or .json, or draw the run: .svg and .png show steps side by side, .gif one after another; which cells have just moved on or halted is drawn where a network runs, not for rule and reference",
    )
    .option("--show <fields>", "the fields to draw, such as x,busy; by default one that says most", names)
    .option(
      "--frames <number>",
      "how many steps to draw (default: 8 side by side, all in a .gif)",
      wholeNumber(1),
    )
    .option("--steps-shown <steps>", "the steps to draw, such as 0,5,10", stepNumbers)
    .option(
      "--checkpoint <file>",
      "keep the state in this file now and then; where it is there already, go on from it",
    )
    .option("--every <seconds>", "how often to write the checkpoint (default: 60)", seconds)
    .option("--partial", "when interrupted, give the grid that was reached", false)
    .option(...SET, assignment)
    .action(async (file, options) => {
      const { runCommand } = await import("./run.ts");
      finish(await runCommand(io, file, options));
    });
}

function addCheck(root: Command, io: Io, finish: Finish): void {
  addCommand(
    root,
    "check <file> [weights]",
    "Check on random grids that a network does, step by step, what its program (.alg) says.",
    "check programs/gf2.alg gf2.safetensors --grids 500 --seed 1",
  )
    .option("--grids <number>", "how many grids", wholeNumber(1), 200)
    .option("--max <shape>", "largest grid, ROWSxCOLUMNS (default: 12x12)", shape, { rows: 12, cols: 12 })
    .option("--seed <number>", "seed of the random grids", wholeNumber())
    .addOption(
      new Option("--engine <engine>", "what runs the network")
        .choices(["direct", "bits", "tensor", "onnx"])
        .default("direct"),
    )
    .option(...SET, assignment)
    .action(async (file, weights, options) => {
      const { checkCommand } = await import("./check.ts");
      finish(await checkCommand(io, file, weights, options));
    });
}

function addProve(root: Command, io: Io, finish: Finish): void {
  addCommand(
    root,
    "prove <file> [weights]",
    "Prove that a network does what its program (.alg) says on every grid and for ever, or show where it does not.",
    "prove programs/gf2.alg gf2.safetensors",
  )
    .option("--snap", "round every channel to 0 or 1 after each step, as for learned weights", false)
    .option("--terminates", "prove the program's `steps <=` too, by running all inputs up to a size", false)
    .option("--max <shape>", "that size, ROWSxCOLUMNS (default: as many cells as 65,536 inputs allow)", shape)
    .option("--seed <number>", "seed of the search for an input that shows a difference", wholeNumber())
    .option(...SET, assignment)
    .action(async (file, weights, options) => {
      const { proveCommand } = await import("./prove.ts");
      finish(await proveCommand(io, file, weights, options));
    });
}

function addMutate(root: Command, io: Io, finish: Finish): void {
  addCommand(
    root,
    "mutate <file>",
    "Change every number of a program's network, one at a time: which changes do prove and check notice?",
    "mutate programs/gf2.alg --grids 50",
  )
    .option("--grids <number>", "how many grids check has for each", wholeNumber(1), 50)
    .option("--max <shape>", "largest grid, ROWSxCOLUMNS (default: 8x8)", shape, { rows: 8, cols: 8 })
    .option("--seed <number>", "seed of the random grids", wholeNumber())
    .option("--workers <number>", "threads (default: one for each core)", wholeNumber(1))
    .option(...SET, assignment)
    .action(async (file, options) => {
      const { mutateCommand } = await import("./mutate.ts");
      finish(await mutateCommand(io, file, options));
    });
}

function addExport(root: Command, io: Io, finish: Finish): void {
  addCommand(
    root,
    "export <file>",
    "Write a network (.safetensors, or a program to be compiled) in the format of another program.",
    "export gf2.safetensors --format onnx -o gf2.onnx",
    "export programs/life.alg --format rle --input programs/life.input.txt",
  )
    .addOption(
      new Option(
        "--format <format>",
        "onnx: one file with a loop of any number of steps; pytorch: a Python module and its weights; " +
          "tfjs: a folder for TensorFlow.js; npz: arrays for NumPy; json: everything as text; " +
          "rle, golly: cellular automata, as a pattern or as a rule",
      )
        .choices(["onnx", "pytorch", "tfjs", "npz", "json", "rle", "golly"])
        .makeOptionMandatory(),
    )
    .option("-o, --output <file>", "where to write; by default the name of the file, in this directory")
    .option("--unroll <steps>", "onnx: so many steps instead of a loop, for runtimes without", wholeNumber(1))
    .option("-i, --input <file>", "rle, golly: a grid to write as a pattern; - is standard input")
    .option("--random <shape>", "rle, golly: a random grid instead, ROWSxCOLUMNS", shape)
    .option("--seed <number>", "seed of the random grid", wholeNumber())
    .option(...SET, assignment)
    .action(async (file, options) => {
      const { exportCommand } = await import("./export.ts");
      finish(await exportCommand(io, file, options));
    });
}

function addExplain(root: Command, io: Io, finish: Finish): void {
  addCommand(
    root,
    "explain <file>",
    "Say in words how a network (.safetensors, or a program to be compiled) works.",
    "explain programs/parity.alg",
  )
    .option(...SET, assignment)
    .action(async (file, options) => {
      const { explainCommand } = await import("./explain.ts");
      finish(await explainCommand(io, file, options));
    });
}

function addDecompile(root: Command, io: Io, finish: Finish): void {
  addCommand(
    root,
    "decompile <file>",
    "Write a network (.safetensors) as a program that people can read, and that compiles to the same step.",
    "decompile life.safetensors -o again.alg",
  )
    .option("-o, --output <file>", "where to write the program (.alg); by default standard output")
    .option(
      "--program <file>",
      "a program to compare with: the cases in which the network differs are listed",
    )
    .option("--snap", "round every channel to 0 or 1 after each step, as for learned weights", false)
    .option(...SET, assignment)
    .action(async (file, options) => {
      const { decompileCommand } = await import("./decompile.ts");
      finish(await decompileCommand(io, file, options));
    });
}

function addLearn(root: Command, io: Io, finish: Finish): void {
  addCommand(
    root,
    "learn <file>",
    "Train a learner (.alg) on a table of examples: the network of the paper, by gradient descent on its memory.",
    "learn programs/gf2.alg --data train.csv --test test.csv -o model.safetensors",
  )
    .requiredOption("--data <file>", "examples as comma-separated values, each column with two values")
    .option("--test <file>", "other examples to test it on; by default the training data again")
    .option("--label <column>", "name or number of the label's column; by default the last")
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
      const { learnCommand } = await import("./learn.ts");
      finish(await learnCommand(io, file, options));
    });
}

function addPredict(root: Command, io: Io, finish: Finish): void {
  addCommand(
    root,
    "predict <model>",
    "Answer queries with a trained learner (.safetensors).",
    "predict model.safetensors --data new.csv",
  )
    .requiredOption("--data <file>", "queries as comma-separated values; the label's column may be missing")
    .action(async (file, options) => {
      const { predictCommand } = await import("./predict.ts");
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
      const { curveCommand } = await import("./curve.ts");
      finish(await curveCommand(io, file, options));
    });
}

function addBench(root: Command, io: Io, finish: Finish): void {
  addCommand(
    root,
    "bench",
    "Measure how fast networks run, with results that are checked: all engines beside each other, or one feat.",
    "bench --quick",
    "bench --programs life,gf2 -o bench.svg",
    "bench trillion",
  )
    .addArgument(
      new Argument(
        "[benchmark]",
        "trillion: elimination on a grid so large that 10^12 hidden units are computed; bb5: the busy beaver's 47,176,870 steps",
      ).choices(["trillion", "bb5"]),
    )
    .option("--threads <number>", "threads at most (default: as many as the machine has)", wholeNumber(1))
    .option("--size <number>", "rows and columns of the grid of trillion", wholeNumber(2))
    .option("--seed <number>", "seed of the random numbers", wholeNumber())
    .option("--quick", "only what is measured in seconds")
    .option("--programs <names>", "some of life, gf2, sort, bb5 (default: all)", names)
    .option(
      "--engines <names>",
      "some of reference, rule, direct, bytes, tensor, onnx, bits (default: all)",
      names,
    )
    .option("--history <file>", "earlier results, one a line (default: in the directory for state)")
    .option("--no-history", "compare with no earlier results, and keep none")
    .option("-o, --output <file>", "draw the growth with grids and steps of the first program as .svg")
    .action(async (benchmark, options) => {
      const { benchCommand } = await import("./bench.ts");
      finish(await benchCommand(io, benchmark, options));
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
    .option("--state-noise <sigma>", "output: noise on channels in every step", realNumber(0, 10), 0.15)
    .option("--metrics <file>", "write what every check found, one JSON document a line")
    .option("--figure <file>", "draw the training as .svg")
    .option("--resume", "go on from the output file, if it is there", false)
    .option("-o, --output <file>", "where to write (default: NAME.trained.safetensors)")
    .option(...SET, assignment)
    .action(async (file, options) => {
      const { trainCommand } = await import("./train.ts");
      finish(await trainCommand(io, file, options));
    });
}

function addRobust(root: Command, io: Io, finish: Finish): void {
  addCommand(
    root,
    "robust <file>",
    "Run the robust network of a program (.alg) with noise within and beyond its proved radii, beside the plain one.",
    "robust programs/life.alg -o life.robust.svg",
  )
    .option("--runs <number>", "runs for every share", wholeNumber(1), 100)
    .option("--steps <number>", "network steps of a run", wholeNumber(1), 50)
    .option("--max <shape>", "the largest grid, ROWSxCOLUMNS", shape, { rows: 4, cols: 4 })
    .option(
      "--multiples <numbers>",
      "noise, as multiples of the radii (default: 0.5 to 128)",
      realNumbers,
      [0.5, 1, 2, 4, 8, 16, 32, 64, 128],
    )
    .addOption(
      new Option(
        "--moving <numbers>",
        "which numbers are off: all that are stored, or those that are not zero",
      )
        .choices(["all", "nonzero"])
        .default("all"),
    )
    .option("--seed <number>", "seed of inputs and noise", wholeNumber())
    .option("-o, --output <file>", "draw the shares (.svg)")
    .option(...SET, assignment)
    .action(async (file, options) => {
      const { robustCommand } = await import("./robust.ts");
      finish(await robustCommand(io, file, options));
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
      const { basinCommand } = await import("./basin.ts");
      finish(await basinCommand(io, file, options));
    });
}

function addFmt(root: Command, io: Io, finish: Finish): void {
  addCommand(
    root,
    "fmt <files...>",
    "Lay programs (.alg) out in place; - is standard input, to standard output.",
    "fmt programs/*.alg",
  )
    .option("--check", "change nothing; exit with 1 if a program would change", false)
    .action(async (files, options) => {
      const { fmtCommand } = await import("./fmt.ts");
      finish(await fmtCommand(io, files, options));
    });
}

function addNew(root: Command, io: Io, finish: Finish): void {
  addCommand(
    root,
    "new <name>",
    "Write a small program to begin with, its oracle and a grid for it into this directory.",
    "new distance",
  ).action(async (name, options) => {
    const { newCommand } = await import("./new.ts");
    finish(await newCommand(io, name, options));
  });
}
