// The command line: commands, options and help. Each command's module is loaded when it runs, so that `--help`
// need not wait for the compiler.

import { Command, CommanderError } from "commander";
import type { Budget } from "../diagnostics/budget.ts";
import { addCommand, type CommandResult } from "./commands/command.ts";
import { COMMANDS } from "./commands.ts";
import { reportError, reportMessage } from "./errors.ts";
import { packageVersion, removeUnfinished } from "./files.ts";
import { EXIT, type Io, processIo } from "./io.ts";
import { printJson } from "./json.ts";

/** Runs a command line without the words `node tapeloom`; returns the exit code. */
export function runCommandLine(io: Io, words: readonly string[]): Promise<number> {
  if (words.length === 0) {
    io.stderr.write(fill(new Command(), io, () => {}).helpInformation());
    return Promise.resolve(EXIT.badInput);
  }
  return runWords(io, words, (root, finish) => fill(root, io, finish));
}

function fill(root: Command, io: Io, finish: (code: number) => void): Command {
  root
    .name("tapeloom")
    .description("Compiles small .alg programs into recurrent convolutional networks, runs and checks them.")
    .version(packageVersion());
  for (const entry of COMMANDS)
    addCommand(root, entry, async (report, { json }) => finish(await print(io, await report(io), json)));
  return root;
}

/** Prints what a command has found; returns its exit code. */
async function print(io: Io, report: CommandResult, json: boolean): Promise<number> {
  if (json) printJson(io, report.json());
  else io.stdout.write(await report.text());
  return report.code ?? EXIT.done;
}

/** Runs words on a command that `fillIn` completes; returns the exit code that it finishes with, or that of an error. */
export async function runWords(
  io: Io,
  words: readonly string[],
  fillIn: (root: Command, finish: (code: number) => void) => void,
): Promise<number> {
  // An error in the command line itself must be known to be wanted as JSON before it is parsed.
  const json = words.includes("--json");
  let code: number = EXIT.done;
  let complaint = "";
  const root = new Command()
    .exitOverride()
    .showHelpAfterError("(add --help for the options and an example)")
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => {
        complaint += text;
      },
    })
    .hook("preAction", (_root, command) => {
      const { budget } = command.opts<{ readonly budget?: Budget }>();
      if (budget !== undefined) io.allow(budget);
    });
  fillIn(root, (result) => {
    code = result;
  });
  try {
    await root.parseAsync(words, { from: "user" });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportError(io, error, json);
    if (error.exitCode === 0) return EXIT.done;
    return reportMessage(io, complaint.trim().replace(/^error: /, ""), json);
  }
}

/** Runs the words of this process, and ends it with the exit code. */
export function launch(run: (io: Io, words: readonly string[]) => Promise<number>): void {
  const words = process.argv.slice(2);
  const io = processIo();

  // Whoever reads our output may stop reading: `tapeloom explain gf2.alg | head`.
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      process.exit();
    });

  process.on("uncaughtException", (error) => process.exit(reportError(io, error, words.includes("--json"))));

  // Where a command does something else with an interrupt, it says so itself.
  process.on("SIGINT", () => {
    if (process.listenerCount("SIGINT") > 1) return;
    removeUnfinished();
    process.exit(EXIT.interrupted);
  });

  void run(io, words).then((code) => {
    process.exitCode = code;
    // What is written is waited for, and nothing else: of a thread that an interrupt finds starting, nobody can let go.
    process.stdout.write("", () => process.stderr.write("", () => process.exit()));
  });
}
