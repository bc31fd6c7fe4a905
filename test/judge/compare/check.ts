// `check` on our own networks: it finds nothing but what the judge finds, too.

import type { Compilation } from "../../../src/compile.ts";
import { InputError } from "../../../src/diagnostics/diagnostic.ts";
import { directEngine } from "../../../src/engines/direct.ts";
import type { Grid } from "../../../src/grid/grid.ts";
import { prepareInput } from "../../../src/grid/prepare.ts";
import { checkNetwork } from "../../../src/proof/verify/check.ts";
import { size } from "../language/constants.ts";
import { judge } from "../language/interpret.ts";
import type { Program } from "../language/tree.ts";
import type { Random } from "../random.ts";
import { runDirect } from "./engines.ts";
import { Failure } from "./failure.ts";
import { fieldsOf } from "./grids.ts";

/** False where cells disagree about a `break`: then the program means nothing on that grid, and check says so. */
export async function compareCheck(
  random: Random,
  program: Program,
  compilation: Compilation,
): Promise<boolean> {
  const { network, checked } = compilation;
  const options = { grids: 16, maxRows: 4, maxCols: 5, seed: random.int(1_000_000) };
  const found = await checkNetwork(compilation, network, directEngine(network), options).catch((error) => {
    if (error instanceof InputError && error.message.includes("the cells disagree about this break"))
      return null;
    throw error;
  });
  if (found === null) return false;
  const { counterexample } = found;
  if (counterexample === null) return true;
  const { kind, input, line, step } = counterexample;
  const fail = (detail: string) => {
    throw new Failure("check", `${kind}, line ${line}, seed ${options.seed}, ${show(input)}: ${detail}`);
  };
  if (kind === "assert") {
    const { end } = judge(program, input, fieldsOf(checked, input), { instructions: 500 });
    if (end !== "assertion") fail(`for the judge the run ends with ${end}`);
  } else if (kind === "steps" && program.steps !== null) {
    const bound = size(program.steps, input, program.params);
    const { states, halted } = await runDirect(network, prepareInput(checked, input), bound);
    if (halted && states.length - 1 <= bound) fail(`only ${states.length - 1} steps of ${bound}`);
  } else fail(`step ${step}`);
  return true;
}

const show = ({ rows, planes }: Grid): string =>
  Object.entries(planes)
    .map(([name, plane]) => `${name} = ${plane.join(" ")} in ${rows} rows`)
    .join("; ");
