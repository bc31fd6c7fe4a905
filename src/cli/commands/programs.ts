// Commands that make programs and networks, run them, and say what they are.

import { type Command, Option } from "commander";
import type { Io } from "../io.ts";
import {
  assignment,
  frameRate,
  largeShape,
  list,
  names,
  seconds,
  shape,
  stepNumbers,
  wholeNumber,
} from "../options.ts";
import { type AddCommand, addCommand, type Finish, SET, SNAP } from "./command.ts";

export const programs: readonly AddCommand[] = [
  addCompile,
  addRun,
  addExplain,
  addDecompile,
  addExport,
  addFmt,
  addNew,
];

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
    .addOption(
      new Option(
        "--sparse",
        "write only the weights that are not zero; the default for networks of more than 4 million numbers",
      ).conflicts("dense"),
    )
    .addOption(
      new Option(
        "--dense",
        "write all weights, as any tensor library reads them; the default for smaller networks",
      ),
    )
    .option(
      "--codes <codes>",
      "how fields become channels: thermometer, one-hot, binary, integer or auto, for all or as FIELD=CODE, with commas between; auto takes binary for ranges that are large, integer only where nothing else is exact",
      list,
    )
    .option(
      "--no-tokens",
      "make a network for grids with any number of tokens, such as heads of a machine, also where runs have only one",
    )
    .option(
      "--no-proof",
      "leave out the proof of a network of which nothing is pruned, such as all large ones",
    )
    .option(...SET, assignment)
    .action(async (file, options) => {
      const { compileCommand } = await import("../compile.ts");
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
    .option(...SNAP)
    .option("--partial", "when interrupted, give the grid that was reached", false)
    .option(...SET, assignment)
    .action(async (file, options) => {
      const { runCommand } = await import("../run.ts");
      finish(await runCommand(io, file, options));
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
      const { explainCommand } = await import("../explain.ts");
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
    .option(...SNAP)
    .option(...SET, assignment)
    .action(async (file, options) => {
      const { decompileCommand } = await import("../decompile.ts");
      finish(await decompileCommand(io, file, options));
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
      const { exportCommand } = await import("../export.ts");
      finish(await exportCommand(io, file, options));
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
      const { fmtCommand } = await import("../fmt.ts");
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
    const { newCommand } = await import("../new.ts");
    finish(await newCommand(io, name, options));
  });
}
