#!/usr/bin/env node
// The `tapeloom` command.

import { reportError } from "./errors.ts";
import { processIo } from "./io.ts";
import { runCommandLine } from "./program.ts";

const words = process.argv.slice(2);
const io = processIo();

// Whoever reads our output may stop reading: `tapeloom explain gf2.alg | head`.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });

process.on("uncaughtException", (error) => process.exit(reportError(io, error, words.includes("--json"))));

process.exitCode = await runCommandLine(io, words);
