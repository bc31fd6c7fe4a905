// All commands: usage, examples and options of each, and the module that does its work.

import { type CommandEntry, command, SET } from "./commands/command.ts";
import { corpusOptions, discoverOptions, workerOptions } from "./commands/discovering.ts";
import {
  basinOptions,
  compareOptions,
  curveOptions,
  learnOptions,
  predictOptions,
  trainOptions,
} from "./commands/learning.ts";
import {
  compileOptions,
  convertOptions,
  decompileOptions,
  exportOptions,
  fmtOptions,
  importOptions,
  playOptions,
  runOptions,
} from "./commands/programs.ts";
import { checkOptions, mutateOptions, proveOptions, robustOptions } from "./commands/proofs.ts";

/** What the options of tables add to the help. */
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

const REMARKS = `
A find is right on all problems, and on larger ones if it is exact. It is compiled, and compared with --against: by a
proof that both make the same step, else on all inputs up to a size and on random ones of up to 64 columns.
The same seed finds the same program on any number of threads or workers.
`;

export const COMMANDS: readonly CommandEntry[] = [
  command({
    usage: "compile <file>",
    description: "Compile a program (.alg) into the weights of a network (.safetensors).",
    examples: ["compile programs/gf2.alg -o gf2.safetensors"],
    options: compileOptions,
    load: async () => (await import("./compile.ts")).compileCommand,
  }),
  command({
    usage: "run <file>",
    description: "Run a program (.alg) or a network (.safetensors) on a grid.",
    examples: ["run gf2.safetensors --input programs/gf2.input.csv"],
    options: runOptions,
    load: async () => (await import("./run.ts")).runCommand,
  }),
  command({
    usage: "play <file> [pattern]",
    description:
      "Show a run on the terminal: of a program (.alg), a network (.safetensors) or any rule that `import` takes, on a pattern.",
    examples: ["play programs/life.alg glider.rle", "play B36/S23", "play glider.rle"],
    options: playOptions,
    load: async () => (await import("./play.ts")).playCommand,
  }),
  command({
    usage: "explain <file>",
    description: "Say in words how a network (.safetensors, or a program to be compiled) works.",
    examples: ["explain programs/parity.alg"],
    options: SET,
    load: async () => (await import("./explain.ts")).explainCommand,
  }),
  command({
    usage: "decompile <file>",
    description:
      "Write a network (.safetensors) as a program that people can read, and that compiles to the same step.",
    examples: ["decompile life.safetensors -o again.alg"],
    options: decompileOptions,
    load: async () => (await import("./decompile.ts")).decompileCommand,
  }),
  command({
    usage: "import <rule>",
    description:
      "Write a rule of a cellular automaton (a file of Golly, or a line such as B3/S23) or a Turing machine as a program (.alg) that is proved to be the same.",
    examples: ["import B36/S23 -o highlife.alg", "import WireWorld.rule -o wireworld.alg"],
    options: importOptions,
    load: async () => (await import("./import.ts")).importCommand,
  }),
  command({
    usage: "export <file>",
    description:
      "Write a network (.safetensors, or a program to be compiled) in the format of another program.",
    examples: [
      "export gf2.safetensors --format onnx -o gf2.onnx",
      "export programs/life.alg --format rle --input programs/life.input.txt",
    ],
    options: exportOptions,
    load: async () => (await import("./export.ts")).exportCommand,
  }),
  command({
    usage: "convert <file>",
    description: "Write a network (.safetensors) with numbers of another type, or in the other form.",
    examples: ["convert life.safetensors --numbers i8"],
    options: convertOptions,
    load: async () => (await import("./convert.ts")).convertCommand,
  }),
  command({
    usage: "fmt <files...>",
    description: "Lay programs (.alg) out in place; - is standard input, to standard output.",
    examples: ["fmt programs/*.alg"],
    options: fmtOptions,
    load: async () => (await import("./fmt.ts")).fmtCommand,
  }),
  command({
    usage: "new <name>",
    description: "Write a small program to begin with, its oracle and a grid for it into this directory.",
    examples: ["new distance"],
    options: {},
    load: async () => (await import("./new.ts")).newCommand,
  }),
  command({
    usage: "check <file> [weights]",
    description: "Check on random grids that a network does, step by step, what its program (.alg) says.",
    examples: ["check programs/gf2.alg gf2.safetensors --grids 500 --seed 1"],
    options: checkOptions,
    load: async () => (await import("./check.ts")).checkCommand,
  }),
  command({
    usage: "prove <file> [weights]",
    description:
      "Prove that a network does what its program (.alg) says on every grid and for ever, or show where it does not.",
    examples: ["prove programs/gf2.alg gf2.safetensors"],
    options: proveOptions,
    load: async () => (await import("./prove.ts")).proveCommand,
  }),
  command({
    usage: "mutate <file>",
    description:
      "Change every number of a program's network, one at a time: which changes do prove and check notice?",
    examples: ["mutate programs/gf2.alg --grids 50"],
    options: mutateOptions,
    load: async () => (await import("./mutate.ts")).mutateCommand,
  }),
  command({
    usage: "robust <file>",
    description:
      "Run the robust network of a program (.alg) with noise within and beyond its proved radii, beside the plain one.",
    examples: ["robust programs/life.alg -o life.robust.svg"],
    options: robustOptions,
    load: async () => (await import("./robust.ts")).robustCommand,
  }),
  command({
    usage: "learn <file>",
    description:
      "Train a learner (.alg) on a table of examples: the network of the paper, by gradient descent on its memory.",
    examples: ["learn programs/gf2.alg --data train.csv --test test.csv -o model.safetensors"],
    options: learnOptions,
    remarks: TABLES,
    load: async () => (await import("./learn.ts")).learnCommand,
  }),
  command({
    usage: "predict <model>",
    description: "Answer queries with a trained learner (.safetensors).",
    examples: ["predict model.safetensors --data new.csv"],
    options: predictOptions,
    remarks: TABLES,
    load: async () => (await import("./predict.ts")).predictCommand,
  }),
  command({
    usage: "curve <file>",
    description:
      "Measure how well a learner (.alg) does by number of examples of a task, beside other methods.",
    examples: ["curve programs/gf2.alg --task parity --dims 8,16 --extra 0..10 --problems 200 -o parity.svg"],
    options: curveOptions,
    load: async () => (await import("./curve.ts")).curveCommand,
  }),
  command({
    usage: "train <file>",
    description:
      "Train a network of the compiled one's architecture to do what a program (.alg) says, until that is proved.",
    examples: [
      "train programs/life.alg --seed 1 -o life.safetensors",
      "train programs/maze.alg --seeds 20 --json",
      "train programs/parity.alg --supervision output --seed 1",
      "train programs/gf2.alg --from compiled --noise 0.1",
    ],
    options: trainOptions,
    load: async () => (await import("./train.ts")).trainCommand,
  }),
  command({
    usage: "basin <file>",
    description:
      "Measure how much noise on its compiled weights a network (.alg) stands, by itself and with training.",
    examples: ["basin programs/life.alg -o basin.svg"],
    options: basinOptions,
    load: async () => (await import("./basin.ts")).basinCommand,
  }),
  command({
    usage: "compare <first> <second>",
    description:
      "Compare two networks of one program, such as a compiled and a learned one: weight files, or the program (.alg) itself.",
    examples: [
      "compare programs/life.alg life.trained.safetensors --html life.html",
      "compare a.safetensors b.safetensors --program programs/gf2.alg --json",
    ],
    options: compareOptions,
    load: async () => (await import("./compare.ts")).compareCommand,
  }),
  command({
    usage: "discover [sketch]",
    description: "Find what stands in the holes of a sketch (.alg), so that the program does a task.",
    examples: [
      "discover programs/sketches/gf2-48.alg --task parity -o found.alg",
      "discover programs/sketches/gf2-32.alg --task parity --search random --seed 1",
      "discover programs/sketches/gf2-32.alg --task parity --search random --problems 1,2,4,8 --runs 20 -o shares.svg",
      "discover --weights all --until 1e6 -o odds.svg",
      "discover mine.sketch.alg --against programs/sort.alg --search enumerate",
    ],
    options: discoverOptions,
    remarks: REMARKS,
    load: async () => (await import("./discover.ts")).discoverCommand,
  }),
  command({
    usage: "corpus",
    description:
      "Draw random programs, compile them and prove their networks: a folder of networks whose ground truth is known.",
    examples: ["corpus -o corpus --count 1000 --seed 1"],
    options: corpusOptions,
    load: async () => (await import("./corpus.ts")).corpusCommand,
  }),
  command({
    usage: "worker",
    description: "Do jobs of other machines' campaigns: of all commands that are given the same --queue.",
    examples: ["worker --queue redis://localhost:6379"],
    options: workerOptions,
    load: async () => (await import("./worker.ts")).workerCommand,
  }),
];
