#!/usr/bin/env node
// The `tapeloom` command.

import { reportError } from "./errors.ts";
import { EXIT, processIo } from "./io.ts";
import { runCommandLine } from "./program.ts";
import { removeUnfinished } from "./unfinished.ts";

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

void runCommandLine(io, words).then((code) => {
  process.exitCode = code;
});
