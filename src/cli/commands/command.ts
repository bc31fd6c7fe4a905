// What the commands share: their common options, and how they end.

import type { Command } from "commander";
import { budget } from "../budget.ts";
import type { Io } from "../io.ts";

/** Puts a command into the command line. */
export type AddCommand = (root: Command, io: Io, finish: Finish) => void;

/** Takes a command's exit code. */
export type Finish = (code: number) => void;

/** Adds a command with the options that all have, and examples at the end of its help. */
export const addCommand = (
  root: Command,
  usage: string,
  description: string,
  ...examples: string[]
): Command =>
  describe(
    root.command(usage),
    description,
    examples.map((example) => `tapeloom ${example}`),
  );

/** Gives a command the options that all have, and examples at the end of its help. */
export function describe(command: Command, description: string, examples: readonly string[]): Command {
  return command
    .description(description)
    .option("--json", "print one JSON document on standard output", false)
    .option("-v, --verbose", "say more on standard error", false)
    .option(
      "--budget <amount>",
      "processor time and memory for reading and compiling, such as 60s or 60s,4GiB (default: 9s,900MiB)",
      budget,
    )
    .addHelpText("after", `\nExample:${examples.map((example) => `\n  $ ${example}`).join("")}`);
}

export const SNAP = [
  "--snap",
  "round every channel to 0 or 1 after each step, as for learned weights, also where the file does not say so",
  false,
] as const;

export const SET = [
  "--set <name=value>",
  "value of a param, instead of its default; may be given more than once",
] as const;
