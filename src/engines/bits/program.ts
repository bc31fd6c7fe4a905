// The generated module: steps until something happens, by one thread or several.
//
// Rows are taken in bands, and bands in chunks of vectors; a band's chunk is a block. Where skipping pays, a block is
// left out if neither it nor a block around it changed in the step before: quiet.ts says why that is right. A thread
// that finds most blocks changing looks again only after some steps. Where all that changes on a row is close together, many
// steps are made on these vectors alone: see narrow.ts.
//
// After every step threads meet once. What they watch for needs no look at all cells: whether some cell goes on is
// seen at the vector where one was last found, or near it, and only if it stops there is another one searched for.

import { Assembler, MOST_PAGES } from "../webassembly/assembler.ts";
import { defineBlocks, type ProgramOptions } from "./blocks.ts";
import { defineNarrow, hasNarrow } from "./narrow.ts";
import { defineQuiet } from "./quiet.ts";
import { defineSearches } from "./searches.ts";
import { defineWork } from "./thread-work.ts";

/** The module's bytes. It imports `env.memory`. */
export function makeProgram(options: ProgramOptions): Uint8Array {
  const assembler = new Assembler();
  defineBlocks(assembler, options);
  defineQuiet(assembler, options);
  defineSearches(assembler, options);
  if (hasNarrow(options)) defineNarrow(assembler, options);
  defineWork(assembler, options);
  const memory = { isShared: options.isShared, mostPages: MOST_PAGES };
  return assembler.bytes(memory, ["work", "serve", "sides", "wake"]);
}
