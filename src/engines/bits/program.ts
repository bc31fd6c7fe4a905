// The generated module: steps until something happens, by one thread or several.
//
// Rows are taken in bands, and bands in chunks of vectors; a band's chunk is a block. Where skipping pays, a block is
// left out if neither it nor a block around it changed in the step before: quiet.ts says why that is right. A thread
// that finds most blocks changing looks again only after some steps.
//
// After every step threads meet once. What they watch for needs no look at all cells: whether some cell goes on is
// seen at the vector where one was last found, or near it, and only if it stops there is another one searched for.

import type { Network } from "../../network/network.ts";
import { Assembler } from "./assembler.ts";
import { defineBlocks } from "./blocks.ts";
import type { Plan } from "./kernels.ts";
import type { Layout } from "./layout.ts";
import { type Binaryen, MOST_PAGES } from "./platform.ts";
import { defineQuiet } from "./quiet.ts";
import { defineSearches } from "./searches.ts";
import { defineWork } from "./work.ts";

export interface ProgramOptions extends Pick<Network, "stop" | "channels"> {
  readonly plan: Plan;
  readonly layout: Layout;
  /** Rows of a band. */
  readonly band: number;
  /** Vectors of a chunk. */
  readonly chunk: number;
  /** Whether threads share the memory. */
  readonly isShared: boolean;
}

/** The module's bytes. It imports `env.memory`. */
export function makeProgram(binaryen: Binaryen, options: ProgramOptions): Uint8Array {
  const module = new binaryen.Module();
  try {
    const { Features } = binaryen;
    module.setFeatures(Features.SIMD128 | Features.Atomics | Features.BulkMemory | Features.BulkMemoryOpt);
    module.setMemory(1, MOST_PAGES, null, [], options.isShared);
    module.addMemoryImport("0", "env", "memory", options.isShared);
    const assembler = new Assembler(binaryen, module);
    defineBlocks(assembler, options);
    defineQuiet(assembler, options);
    defineSearches(assembler, options);
    defineWork(assembler, options);
    for (const name of ["work", "serve", "sides", "wake"]) module.addFunctionExport(name, name);
    if (!module.validate()) throw new Error("internal: the generated module is not valid");
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}
