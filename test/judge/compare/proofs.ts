// What `prove` says of our own networks, and of what programs assert.

import type { Compilation } from "../../../src/compile.ts";
import { proveNetwork } from "../../../src/proof/prove/prove.ts";
import type { AssertionProof, Violation } from "../../../src/proof/prove/result.ts";
import { judge } from "../language/interpret.ts";
import type { Instruction, Program, Statement } from "../language/tree.ts";
import { Failure } from "./failure.ts";
import { fieldsOf } from "./grids.ts";

/** Every network of our own is proved; assertions have outcomes, and a broken one is broken for the judge, too. */
export async function compareProofs(
  program: Program,
  compilation: Compilation,
): Promise<readonly AssertionProof[]> {
  const result = await proveNetwork(compilation, compilation.network, { seed: 1 });
  if (result.outcome !== "proved") {
    const { schedule, differences, step } = result;
    const open = schedule.obligations.filter(({ outcome }) => outcome !== "proved").map(({ name }) => name);
    const details = [...differences, ...open, step?.reason, step?.counterexample?.channel].filter(Boolean);
    throw new Failure(`prove: ${result.outcome}`, details.join("; "));
  }
  const expected = linesOf(program).join(" ");
  const found = result.assertions.map(({ line }) => line).sort((a, b) => a - b);
  if (found.join(" ") !== expected)
    throw new Failure("assertions", `those of lines ${found}, expected ${expected}`);
  for (const { line, outcome, reached } of result.assertions) {
    if (outcome !== "refuted") continue;
    if (reached === null) throw new Failure("assertions", `line ${line}: refuted without a run`);
    if (!breaks(program, compilation, reached)) {
      throw new Failure(
        "assertions",
        `line ${line}: refuted, but for the judge nothing is broken on ${showInput(reached)}`,
      );
    }
  }
  return result.assertions;
}

const showInput = ({ input }: Violation): string =>
  Object.entries(input.planes)
    .map(([name, plane]) => `${name} = ${plane.join(" ")} in ${input.rows} rows`)
    .join("; ");

/** Whether the judge's run on an input breaks an assertion. */
function breaks(program: Program, { checked }: Compilation, { input, count }: Violation): boolean {
  return judge(program, input, fieldsOf(checked, input), { instructions: count + 2 }).end === "assertion";
}

/** The lines of all assertions. */
function linesOf(program: Program): number[] {
  const lines = program.asserts.map(({ line }) => line);
  const inStatements = (statements: readonly Statement[]): void => {
    for (const statement of statements) {
      if (statement.kind === "assert") lines.push(statement.line);
      if (statement.kind === "if") [statement.yes, statement.no].forEach(inStatements);
      if (statement.kind === "match") {
        for (const { body } of statement.arms) inStatements(body);
        inStatements(statement.otherwise ?? []);
      }
    }
  };
  const inInstructions = (instructions: readonly Instruction[]): void => {
    for (const instruction of instructions) {
      if (instruction.kind === "body") inStatements(instruction.body);
      else if (instruction.kind === "ask") [instruction.yes, instruction.no].forEach(inInstructions);
      else if ("body" in instruction) inInstructions(instruction.body);
    }
  };
  inInstructions(program.instructions);
  return lines.sort((a, b) => a - b);
}
