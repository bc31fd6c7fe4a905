// How a command begins and ends as a process of its own.

import { reportError } from "./errors.ts";
import { EXIT, type Io, processIo } from "./io.ts";
import { removeUnfinished } from "./unfinished.ts";

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
  });
}
