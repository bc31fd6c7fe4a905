// One entry of a corpus: a random program, the network that it compiles to, and what is proved of that.

import { type Compilation, compile } from "../../compile.ts";
import { OverBudget } from "../../diagnostics/budget.ts";
import { showType } from "../../grid/grid.ts";
import { sizeOf } from "../../network/network.ts";
import { writeWeightFile } from "../../network/weightwriter.ts";
import { proveNetwork } from "../../proof/prove/prove.ts";
import type { Outcome } from "../../proof/prove/result.ts";
import { type DrawnProgram, drawProgram } from "./draw-programs.ts";

/** What compiling and proving a program may take each: far more than the slowest ones do, so that no entry depends on the machine. */
const BUDGET = { seconds: 600 };

/** What is known of an entry, the same on every machine: no times are in it. */
export type CorpusFacts = ReturnType<typeof factsOf>;

export interface CorpusEntry {
  readonly facts: CorpusFacts;
  readonly text: string;
  /** The weight file. */
  readonly weights: Uint8Array;
}

/** Draws program number `index` of a seed, compiles it, and proves its network. */
export async function corpusEntry(seed: number, index: number): Promise<CorpusEntry> {
  const drawn = drawProgram(seed, index);
  const compilation = compile({ name: `${drawn.name}.alg`, text: drawn.text }, { budget: BUDGET });
  const outcome = await verdictOf(compilation);
  return {
    facts: factsOf(index, drawn, compilation, outcome),
    text: drawn.text,
    weights: writeWeightFile(compilation.network),
  };
}

async function verdictOf(compilation: Compilation): Promise<Outcome> {
  try {
    return (await proveNetwork(compilation, compilation.network, { budget: BUDGET })).outcome;
  } catch (error) {
    if (error instanceof OverBudget) return "undecided";
    throw error;
  }
}

function factsOf(
  index: number,
  { name, kind }: DrawnProgram,
  { network, checked }: Compilation,
  outcome: Outcome,
) {
  const { sourceHash, schedule, stop, exact } = network;
  return {
    index,
    program: name,
    kind,
    sourceHash,
    fields: checked.fields.map((field) => `${field.role} ${field.name}: ${showType(field.type)}`),
    schedule: schedule.kind,
    stop: stop.kind,
    outcome,
    ...sizeOf(network),
    exact: exact.formats,
  };
}
