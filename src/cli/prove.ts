// `tapeloom prove`: a network does what its program says on every grid, for any number of steps; or the smallest
// neighbourhood on which it does not.

import { PROOF_BUDGET } from "../diagnostics/budget.ts";
import { plural, showCount } from "../diagnostics/count.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import { combinations, firstValue, type Grid } from "../grid/grid.ts";
import { showTokens } from "../grid/single-tokens.ts";
import type { NetworkField } from "../network/network.ts";
import type { Invariant } from "../proof/prove/invariant.ts";
import { type Claim, proveNetwork } from "../proof/prove/prove.ts";
import type {
  AssertionProof,
  ProveResult,
  ScheduleProof,
  StepCounterexample,
  StepProof,
  StopReached,
} from "../proof/prove/result.ts";
import type { CommandResult, ValuesOf } from "./commands/command.ts";
import type { proveOptions } from "./commands/proofs.ts";
import { EXIT, type Io, paint } from "./io.ts";
import { jsonPlanes } from "./json.ts";
import { loadProgram, loadWeights } from "./load.ts";
import { drawMarked, showInput } from "./picture.ts";
import { progressBar } from "./progress.ts";
import { proveRadii } from "./radii.ts";
import { showTable } from "./table.ts";
import { terminates } from "./terminates.ts";

export async function proveCommand(
  io: Io,
  file: string,
  weights: string | undefined,
  options: ValuesOf<typeof proveOptions>,
): Promise<CommandResult> {
  const program = await loadProgram(io, file, options);
  const loaded = weights === undefined ? null : await loadWeights(io, weights);
  const compilation: Claim = loaded === null ? program.compile() : program.claim();
  const network = loaded?.network ?? compilation.network;
  const claim = loaded?.notes.robust;
  if (claim !== undefined && network.snap) throw new InputError(roundedRadii(weights!));
  const { seed } = options;
  const snap = options.snap || network.snap;
  const progress = progressBar(io, compilation.checked.name, "channels");
  io.allowByDefault(PROOF_BUDGET);
  const bounded = <T>(work: () => T): T => io.bounded(`proving ${compilation.checked.name}`, work);
  const result = await proveNetwork(compilation, network, {
    snap,
    seed,
    bounded,
    onProgress: progress.update,
  }).finally(() => progress.stop());
  // Rounded after every step, a proved network does what the compiled one does.
  const runs = snap ? compilation.network : network;
  const ends =
    options.terminates && result.differences.length === 0 && !(snap && result.outcome !== "proved")
      ? await terminates(io, compilation, runs, options.max)
      : null;
  const radii =
    claim === undefined ? null : bounded(() => proveRadii(io, program.compile(), network, claim, seed));
  const asserted = result.assertions.every(
    ({ outcome }) => outcome === "proved" || outcome === "never reached",
  );
  const holds =
    result.outcome === "proved" && asserted && radii?.isProved !== false && ends?.isRefuted !== true;
  return {
    json: () => ({
      ...asJson(compilation, result, seed),
      ...(radii && { radii: radii.json }),
      ...(ends && { terminates: ends.json }),
    }),
    text: () =>
      [describe(io, compilation, result, seed), ...(radii ? [radii.text] : []), ...(ends ? [ends.text] : [])]
        .join("\n\n")
        .concat("\n"),
    code: holds ? EXIT.done : EXIT.failed,
  };
}

const roundedRadii = (weights: string): string =>
  `${weights} says both that channels are rounded after each step and how far they may be off without that, which is ` +
  "proved of networks that do not round; make it again with `tapeloom compile --robust`";

function describe(
  io: Io,
  { checked, rule }: Pick<Claim, "checked" | "rule">,
  result: ProveResult,
  seed: number,
): string {
  const { outcome, reason, schedule, differences, step, milliseconds } = result;
  const { name } = checked;
  const time = `${milliseconds.toFixed(0)} ms`;
  const head = {
    proved:
      paint(io, io.stdout, "green", `${name}: proved`) +
      `, on every grid and for any number of steps (${time})`,
    refuted:
      paint(io, io.stdout, "red", `${name}: refuted`) +
      `: the network does not do what the program says (${time})`,
    undecided: `${paint(io, io.stdout, "yellow", `${name}: undecided`)} (${time}): ${reason}`,
  }[outcome];
  const parts = [head];
  if (differences.length > 0) parts.push(differences.map((each) => `  ${each}`).join("\n"));
  if (result.stopReached !== null) parts.push(describeStop(checked, result.stopReached, reason));
  if (step !== null) parts.push(describeChannels(step));
  parts.push(describeSchedule(schedule, rule.fields));
  const { assertions } = result;
  if (assertions.length > 0)
    parts.push(assertions.map((each) => describeAssertion(checked, rule.fields, each)).join("\n"));
  if (result.invariant !== null) parts.push(`  ${describeInvariant(result.invariant)}`);
  if (step?.counterexample)
    parts.push(describeCounterexample(checked, rule.fields, step.counterexample, seed));
  return parts.join("\n\n");
}

function describeStop(
  program: Claim["checked"],
  { input, step, endedBy }: StopReached,
  reason: string | null,
): string {
  const [one, other] = endedBy === "network" ? ["network", "program"] : ["program", "network"];
  return (
    `  ${reason}\n  after ${plural(step, "step")} the ${one} ends this run, and the ${other} does not:\n` +
    showInput(program, input)
  );
}

function describeChannels({ channels }: StepProof): string {
  const rows = channels.map(({ channel, outcome, how, inputs, cases, work, milliseconds }) => [
    channel,
    outcome,
    plural(inputs, "input"),
    cases > 1e12 ? `${cases.toExponential(1)} cases` : plural(cases, "case"),
    {
      diagram: `by a diagram, ${plural(work, "node")}`,
      enumeration: "one by one",
      bounds: `by bounds, ${plural(work, "box").replace(/boxs$/, "boxes")}`,
    }[how],
    `${milliseconds.toFixed(1)} ms`,
  ]);
  const total = channels.reduce((sum, { cases }) => sum + cases, 0);
  return `${showTable(rows).trimEnd()}\n  ${showCount(total)} cases in all, each the network's step against the rule's`;
}

function describeSchedule(
  { outcome, handshake, lines, cases, obligations }: ScheduleProof,
  fields: readonly NetworkField[],
): string {
  const size = `${handshake}, ${plural(lines, "instruction")}, ${plural(cases, "case")}`;
  const open = obligations.filter((each) => each.outcome !== "proved");
  return [`  schedule: ${outcome} (${size})`, ...open.map((each) => describeObligation(each, fields))].join(
    "\n",
  );
}

function describeObligation(
  {
    name,
    outcome,
    reason,
    neighbourhood,
  }: Pick<AssertionProof, "name" | "outcome" | "reason" | "neighbourhood">,
  fields: readonly NetworkField[],
): string {
  const line = `  ${name}: ${outcome}, ${reason}`;
  if (neighbourhood === null) return line;
  const { grid, row, col } = neighbourhood;
  const shown = telling(grid, fields);
  return `${line}\n${drawMarked(grid, shown, row, col)}`;
}

/** The fields that some cell has another value than the first of. */
const telling = ({ planes }: Grid, fields: readonly NetworkField[]): NetworkField[] =>
  fields.filter(({ name, type }) => planes[name]!.some((value) => value !== firstValue(type)));

function describeAssertion(
  program: Claim["checked"],
  fields: readonly NetworkField[],
  proof: AssertionProof,
): string {
  const { name, line, outcome, cases, reached } = proof;
  const head = `  line ${line}, ${name}: ${outcome}`;
  if (outcome === "proved") return `${head}, on every grid (${plural(cases, "case")})`;
  if (outcome === "never reached") return `${head}, on any grid`;
  if (reached === null) return describeObligation({ ...proof, name: `line ${line}, ${name}` }, fields);
  const { input, row, col, values } = reached;
  const where = `row ${row + 1}, column ${col + 1}${values === "" ? "" : `, where ${values}`}`;
  return `${head}: it does not hold in ${where}, on this grid:\n${showInput(program, input)}`;
}

function describeInvariant({ fields, relations, tokens = [] }: Invariant): string {
  const [all] = relations;
  const cells =
    relations.length === 1
      ? `${plural(all!.tuples.length, "state")} of ${showCount(combinations(fields))} that a cell could have`
      : `${plural(relations.length, "relation")} between two fields of a cell each`;
  const what = [...(relations.length === 0 ? [] : [cells]), ...showTokens({ fields, tokens })];
  return `for cells that satisfy an invariant, proved to hold at the start and after every step: ${what.join("; ")}`;
}

function describeCounterexample(
  program: Claim["checked"],
  fields: readonly NetworkField[],
  { neighbourhood, channel, expected, got, units, reached }: StepCounterexample,
  seed: number,
): string {
  const { grid, row, col } = neighbourhood;
  const shown = telling(grid, fields);
  const lines = [
    `The smallest neighbourhood found, ${grid.rows}x${grid.cols}, with the cell that differs in brackets` +
      `${shown.length < fields.length ? "; fields not shown have their first values" : ""}:`,
    ...(shown.length === 0 ? [] : [drawMarked(grid, shown, row, col)]),
    "",
    `channel     ${channel}`,
    `expected    ${expected}`,
    `got         ${got}`,
    ...units.map((unit) => `unit        ${unit}`),
    "",
  ];
  if (reached === null)
    return [
      ...lines,
      `No run that was tried reaches a difference (seed ${seed}): neither is it shown that one does, nor proved that none does.`,
    ].join("\n");
  return [
    ...lines,
    `A run reaches a difference in step ${reached.step}, row ${reached.row + 1}, column ${reached.col + 1}, from this input:`,
    showInput(program, reached.input),
  ].join("\n");
}

/** The result for programs to read; rows and columns count from 1. */
function asJson(
  { checked, rule }: Pick<Claim, "checked" | "rule">,
  {
    outcome,
    reason,
    schedule,
    assertions,
    differences,
    step,
    stopReached,
    invariant,
    milliseconds,
  }: ProveResult,
  seed: number,
) {
  const channels = step?.channels ?? [];
  return {
    program: checked.name,
    proved: outcome === "proved",
    outcome,
    schedule: {
      ...schedule,
      obligations: schedule.obligations.map(({ neighbourhood: _, ...each }) => each),
    },
    assertions: assertions.map((each) => assertionJson(checked, each)),
    differences,
    stop: stopReached && { ...stopReached, input: jsonPlanes(stopReached.input, checked.fields) },
    channels,
    cases: channels.reduce((sum, { cases }) => sum + cases, 0),
    invariant:
      invariant === null
        ? null
        : {
            fields: invariant.fields.map(({ name }) => name),
            relations: invariant.relations.map(({ columns, tuples }) => ({ columns, states: tuples.length })),
            tokens: invariant.tokens ?? [],
          },
    reason,
    counterexample: step?.counterexample
      ? counterexampleJson(checked, rule.fields, step.counterexample)
      : null,
    seed,
    milliseconds,
  };
}

function assertionJson(
  { fields }: Claim["checked"],
  { neighbourhood: _, reached, ...proof }: AssertionProof,
) {
  if (reached === null) return { ...proof, reached };
  const { input, row, col, count, values } = reached;
  const found = {
    input: jsonPlanes(input, fields),
    row: row + 1,
    column: col + 1,
    instructions: count,
    values,
  };
  return { ...proof, reached: found };
}

function counterexampleJson(
  program: Claim["checked"],
  fields: readonly NetworkField[],
  { neighbourhood, reached, ...rest }: StepCounterexample,
) {
  const { grid, row, col } = neighbourhood;
  return {
    ...rest,
    neighbourhood: jsonPlanes(grid, fields),
    row: row + 1,
    column: col + 1,
    reached:
      reached === null
        ? null
        : {
            input: jsonPlanes(reached.input, program.fields),
            step: reached.step,
            row: reached.row + 1,
            column: reached.col + 1,
          },
  };
}
