// `tapeloom check`: a network against its program on random grids; a difference is shown on the smallest grid
// that has one.

import type { Compilation } from "../compile.ts";
import { processorSeconds } from "../diagnostics/budget.ts";
import { plural, showCount } from "../diagnostics/count.ts";
import { codeFrame } from "../diagnostics/render.ts";
import { writeGrid } from "../grid/formats.ts";
import { prepareInput } from "../grid/prepare.ts";
import type { Network } from "../network/network.ts";
import { checkNetwork } from "../proof/verify/check.ts";
import type { CheckResult, Counterexample } from "../proof/verify/counterexample.ts";
import type { CommandResult, ValuesOf } from "./commands/command.ts";
import type { checkOptions } from "./commands/proofs.ts";
import { EXIT, type Io, paint, remark } from "./io.ts";
import { fieldsOn, jsonPlanes } from "./json.ts";
import { loadProgram, loadWeights, openEngine, rounding } from "./load.ts";
import { drawMarked } from "./picture.ts";
import { working } from "./progress.ts";

type CheckOptions = ValuesOf<typeof checkOptions>;

/** Grids that are run unless somebody asks for others. */
const USUAL_GRIDS = 200;

export async function checkCommand(
  io: Io,
  file: string,
  weights: string | undefined,
  options: CheckOptions,
): Promise<CommandResult> {
  const program = await loadProgram(io, file, options);
  const loaded = weights === undefined ? null : await loadWeights(io, weights);
  const compilation = program.compile();
  if (loaded !== null) compareSource(io, file, weights!, compilation.network, loaded.network);
  const given = loaded?.network ?? compilation.network;
  const network = options.snap ? rounding(given) : given;
  const result = await check(io, compilation, network, options);
  return {
    json: () => asJson(compilation, result),
    text: () => `${describeResult(io, compilation, result, options)}\n`,
    code: result.agree ? EXIT.done : EXIT.failed,
  };
}

/** Weights may be of an older text of the program; the check itself finds out whether that matters. */
function compareSource(io: Io, file: string, weights: string, ours: Network, theirs: Network): void {
  if (ours.sourceHash === theirs.sourceHash) return;
  const other = theirs.program === ours.program ? `another text of ${file}` : `the program ${theirs.program}`;
  remark(io, `remark: ${weights} was compiled from ${other}; it is checked against ${file} as it is now`);
}

async function check(
  io: Io,
  compilation: Compilation,
  network: Network,
  { grids, max, seed, engine: name, verbose }: CheckOptions,
): Promise<CheckResult> {
  const engine = await openEngine(io, network, name, { verbose });
  const end = processorSeconds() + io.secondsLeft();
  const options = {
    grids: grids ?? USUAL_GRIDS,
    maxRows: max.rows,
    maxCols: max.cols,
    seed,
    ...(grids === undefined && { isEnough: () => processorSeconds() > end }),
  };
  const result = await working(io, compilation.checked.name, "grids", (onProgress, signal) =>
    checkNetwork(compilation, network, engine, { ...options, signal, onProgress }),
  ).finally(() => engine.close());
  if (result.agree && result.grids < options.grids)
    remark(
      io,
      `remark: ${result.grids} of ${options.grids} grids were run: more take longer than the budget allows;` +
        ` --grids ${options.grids} runs them all, a larger --budget more of them`,
    );
  return result;
}

function describeResult(
  io: Io,
  compilation: Compilation,
  result: CheckResult,
  { max }: CheckOptions,
): string {
  const { name } = compilation.checked;
  const seed = `seed ${result.seed}`;
  const counts = `${plural(result.grids, "grid")} of up to ${max.rows}x${max.cols} cells`;
  const claim = describeClaim(result.claim);
  if (result.counterexample === null)
    return (
      `${paint(io, io.stdout, "green", `${name}: the network does what the program says`)} on ${counts}: ` +
      `${plural(result.steps, "step")}, ${plural(result.cells, "value")} compared (${seed})${claim}` +
      describeEnds(result.ends) +
      describeUnreached(result)
    );
  const { kind } = result.counterexample;
  const verdict =
    kind === "assert"
      ? "the program breaks an assertion of its own"
      : `the network ${kind === "steps" ? "takes more steps than the program claims" : "does not do what the program says"}`;
  return [
    `${paint(io, io.stdout, "red", `${name}: ${verdict}`)} ` + `(found on grid ${result.grids}, ${seed})`,
    "",
    describeCounterexample(compilation, result.counterexample),
  ].join("\n");
}

/** The assertions of which the runs say nothing. */
function describeUnreached({ assertions }: CheckResult): string {
  const unreached = assertions.filter(({ outcome }) => outcome === "never reached");
  return unreached.map(({ line, name }) => `\nline ${line}, ${name}: never reached on these grids`).join("");
}

/** Says how the runs of a machine ended. */
function describeEnds(ends: CheckResult["ends"]): string {
  if (ends === null) return "";
  const all = [
    ...Object.entries(ends.states).map(([state, count]) => [count, `halted in ${state}`] as const),
    [ends.open, "had no single head, or were left running"] as const,
  ];
  const some = all.filter(([count]) => count > 0).map(([count, end]) => `${showCount(count)} ${end}`);
  return `\nof these runs: ${some.join(", ")}`;
}

/** Returns what the program claims about its steps, and the run that came nearest to the bound. */
function describeClaim(claim: CheckResult["claim"]): string {
  if (claim === null || claim.worst === null) return "";
  const { steps, bound, rows, cols } = claim.worst;
  return `\nsteps <= ${claim.claim}: the worst was ${plural(steps, "step")} of ${bound}, on ${rows}x${cols} cells`;
}

function describeCounterexample({ source, checked }: Compilation, found: Counterexample): string {
  const { kind, step, row, col, field, expected, got, instruction, line, unit } = found;
  const input = prepareInput(checked, found.input);
  const given = fieldsOn(input, checked.fields);
  const differs = kind !== "steps";
  return [
    `The smallest grid found, ${input.rows}x${input.cols}${differs ? `, with the cell ${kind === "assert" ? "where it fails" : "that differs"} in brackets` : ""}:`,
    differs ? drawMarked(input, given, row, col) : writeGrid(input, given, "text").trimEnd(),
    "",
    ...(kind === "assert" ? [] : [`step        ${step}`]),
    ...(differs ? [`cell        row ${row + 1}, column ${col + 1}`] : []),
    ...(kind === "assert"
      ? [`values      ${got}`]
      : [`field       ${field}`, `expected    ${expected}`, `got         ${got}`]),
    ...(unit === null ? [] : [`unit        ${unit}`]),
    `instruction ${instruction}`,
    ...codeFrame(source, lineSpan(source.text, line)),
  ].join("\n");
}

/** The text of a line, counted from 1, without the white space around it. */
function lineSpan(text: string, line: number) {
  const lines = text.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  const content = lines[line - 1] ?? "";
  const start = before + content.length - content.trimStart().length;
  return { start, end: start + content.trim().length };
}

/** The result for programs to read: cells are counted from 1, as everywhere in what we print. */
function asJson({ checked }: Compilation, { counterexample, ...result }: CheckResult) {
  if (counterexample === null) return { ...result, counterexample };
  const { input, row, col, ...rest } = counterexample;
  const found = { input: jsonPlanes(input, checked.fields), row: row + 1, column: col + 1, ...rest };
  return { ...result, counterexample: found };
}
