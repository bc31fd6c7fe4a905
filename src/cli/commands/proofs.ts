// Commands that ask whether a network does what its program says, and how much it bears.

import { type Command, Option } from "commander";
import type { Io } from "../io.ts";
import { assignment, realNumbers, shape, wholeNumber } from "../options.ts";
import { type AddCommand, addCommand, type Finish, SET, SNAP } from "./command.ts";

export const proofs: readonly AddCommand[] = [addCheck, addProve, addMutate, addRobust];

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
    .option(...SNAP)
    .option(...SET, assignment)
    .action(async (file, weights, options) => {
      const { checkCommand } = await import("../check.ts");
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
    .option(...SNAP)
    .option("--terminates", "prove the program's `steps <=` too, by running all inputs up to a size", false)
    .option("--max <shape>", "that size, ROWSxCOLUMNS (default: as many cells as 65,536 inputs allow)", shape)
    .option("--seed <number>", "seed of the search for an input that shows a difference", wholeNumber())
    .option(...SET, assignment)
    .action(async (file, weights, options) => {
      const { proveCommand } = await import("../prove.ts");
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
      const { mutateCommand } = await import("../mutate.ts");
      finish(await mutateCommand(io, file, options));
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
      const { robustCommand } = await import("../robust.ts");
      finish(await robustCommand(io, file, options));
    });
}
