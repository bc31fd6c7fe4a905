// Options of commands that make programs and networks, run them, and say what they are.

import {
  colours,
  frameRate,
  identifier,
  largeShape,
  list,
  names,
  place,
  seconds,
  shape,
  stepNumbers,
  wholeNumber,
} from "../options.ts";
import { ARCH, choice, flag, only, required, SET, SNAP, text, value, without } from "./command.ts";

/** How an input is read and where it lies. */
const PLACING = {
  pad: value(
    "--pad <cells>",
    "rows and columns of first values around the input, on every side",
    wholeNumber(),
  ),
  at: value(
    "--at <row,column>",
    "where the upper left cell of the input goes: on the grid that --pad makes, or on one that is just large enough",
    place,
  ),
  palette: value(
    "--palette <colours>",
    "for an image: the colours of states 0, 1 and so on, such as #ffffff,#000000",
    colours,
  ),
};

const FORM = {
  sparse: only(
    "--sparse",
    "write only the weights that are not zero; the default for networks of more than 4 million numbers",
    ["dense"],
  ),
  dense: only(
    "--dense",
    "write all weights, as any tensor library reads them; the default for smaller networks",
  ),
};

export const compileOptions = {
  output: text("-o, --output <file>", "where to write; by default the program's name, in this directory"),
  emit: choice("--emit <stage>", "print a form of the program instead of writing weights", [
    "ast",
    "instructions",
    "ir",
    "rule",
    "network",
  ]),
  robust: flag(
    "--robust",
    "restore every channel after each step, so that errors of numbers and state within proved radii never add up",
  ),
  ...ARCH,
  ...FORM,
  codes: value(
    "--codes <codes>",
    "how fields become channels: thermometer, one-hot, binary, integer or auto, for all or as FIELD=CODE, with commas between; auto takes binary for ranges that are large, integer only where nothing else is exact",
    list,
  ),
  tokens: without(
    "--no-tokens",
    "make a network for grids with any number of tokens, such as heads of a machine, also where runs have only one",
  ),
  proof: without(
    "--no-proof",
    "leave out the proof of a network of which nothing is pruned, such as all large ones",
  ),
  ...SET,
};

export const runOptions = {
  input: text(
    "-i, --input <file>",
    "grid as text, .csv or .json, a pattern (.rle, .cells, .lif, .mc) or an image (.png); - is standard input",
  ),
  ...PLACING,
  random: value("--random <shape>", "a random grid instead, ROWSxCOLUMNS", largeShape),
  seed: value("--seed <number>", "seed of the random grid", wholeNumber()),
  engine: choice(
    "--engine <engine>",
    "what runs it: auto takes direct for small runs, memo for machines that repeat themselves, and bits for all others; memo is for any runs that do; rule and reference run programs as they are, all others networks",
    ["auto", "bits", "tensor", "direct", "onnx", "memo", "rule", "reference"],
    "auto",
  ),
  steps: value("--steps <number>", "stop after this many steps (instructions, for reference)", wholeNumber()),
  watch: flag("--watch", "show every step"),
  fps: value("--fps <number>", "frames a second of --watch on a terminal and of .gif", frameRate, 10),
  output: text(
    "-o, --output <file>",
    "write the output fields as .txt, .csv or .json, or draw the run: .svg and .png show steps side by side, .gif one after another; which cells have just moved on or halted is drawn where a network runs, not for rule and reference",
  ),
  show: value("--show <fields>", "the fields to draw, such as x,busy; by default one that says most", names),
  frames: value(
    "--frames <number>",
    "how many steps to draw (default: 8 side by side, all in a .gif)",
    wholeNumber(1),
  ),
  stepsShown: value("--steps-shown <steps>", "the steps to draw, such as 0,5,10", stepNumbers),
  checkpoint: text(
    "--checkpoint <file>",
    "keep the state in this file now and then; where it is there already, go on from it",
  ),
  every: value("--every <seconds>", "how often to write the checkpoint (default: 60)", seconds),
  ...SNAP,
  partial: flag("--partial", "when interrupted, give the grid that was reached"),
  ...SET,
};

export const playOptions = {
  ...PLACING,
  random: value(
    "--random <shape>",
    "a random grid instead of a pattern, ROWSxCOLUMNS; by default one that fills the terminal",
    largeShape,
  ),
  seed: value("--seed <number>", "seed of the random grid", wholeNumber()),
  fps: value("--fps <number>", "steps a second", frameRate, 10),
  frames: value(
    "--frames <number>",
    "how many grids to show (default: 8 where there is no terminal)",
    wholeNumber(1),
  ),
  show: value("--show <field>", "the field to draw; by default one that says most", identifier),
  ...SET,
};

export const decompileOptions = {
  output: text("-o, --output <file>", "where to write the program (.alg); by default standard output"),
  program: text(
    "--program <file>",
    "a program to compare with: the cases in which the network differs are listed",
  ),
  ...SNAP,
  ...SET,
};

export const importOptions = {
  output: text("-o, --output <file>", "where to write the program (.alg); by default standard output"),
  name: value("--name <name>", "what the program is called, instead of what its rule is", identifier),
};

export const exportOptions = {
  format: required(
    choice(
      "--format <format>",
      "onnx: one file with a loop of any number of steps; pytorch: a Python module and its weights; " +
        "tfjs: a folder for TensorFlow.js; hf: a folder with model card, configuration, weights, PyTorch module and program, as for Hugging Face; npz: arrays for NumPy; json: everything as text; " +
        "c, verilog: a circuit of bits, and with --input what runs it; wasm: a module of WebAssembly and its loader; " +
        "rle, golly: cellular automata, as a pattern or as a rule; " +
        "bbchallenge, morphett, turingmachine: the Turing machine of a program",
      [
        "onnx",
        "pytorch",
        "tfjs",
        "hf",
        "npz",
        "json",
        "c",
        "verilog",
        "wasm",
        "rle",
        "golly",
        "bbchallenge",
        "morphett",
        "turingmachine",
      ],
    ),
  ),
  output: text("-o, --output <file>", "where to write; by default the name of the file, in this directory"),
  unroll: value(
    "--unroll <steps>",
    "onnx: write this many steps instead of a loop, for runtimes without",
    wholeNumber(1),
  ),
  input: text(
    "-i, --input <file>",
    "rle, golly: a grid to write as a pattern; c, verilog: a grid to run; - is standard input",
  ),
  ...PLACING,
  random: value("--random <shape>", "a random grid instead, ROWSxCOLUMNS", shape),
  seed: value("--seed <number>", "seed of the random grid", wholeNumber()),
  ...SET,
};

export const convertOptions = {
  numbers: choice(
    "--numbers <type>",
    "float32, float64, or what takes less room where the network is exact in it",
    ["f32", "f64", "f16", "bf16", "i8"],
    "f32",
  ),
  ...FORM,
  output: text(
    "-o, --output <file>",
    "where to write; by default the name of the file with that of the type",
  ),
};

export const fmtOptions = {
  check: flag("--check", "change nothing; exit with 1 if a program would change"),
};
