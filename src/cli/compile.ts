// `tapeloom compile`: a program in, a weight file out; or any of the forms in between as text.

import { basename } from "node:path";
import type { Compilation } from "../compile.ts";
import { lower } from "../compiler/lower/lower.ts";
import { printInstructions } from "../compiler/lower/print-instructions.ts";
import { printRule } from "../compiler/schedule/print-rule.ts";
import { schedule } from "../compiler/schedule/schedule.ts";
import { CODE_WISHES, type CodeWishes } from "../compiler/synthesise/field-codes.ts";
import { showCount } from "../diagnostics/count.ts";
import { InputError, unreachable } from "../diagnostics/diagnostic.ts";
import { printAst } from "../language/parse/print-ast.ts";
import { type Network, sizeOf } from "../network/network.ts";
import type { Robustness } from "../network/notes.ts";
import { printNetwork } from "../network/print-network.ts";
import { sumRanges } from "../network/reach.ts";
import { usualForm, writeWeightFile } from "../network/weightwriter.ts";
import type { CommandResult, ValuesOf } from "./commands/command.ts";
import type { compileOptions } from "./commands/programs.ts";
import { requireEnding, writeAtomically, writeOutput } from "./files.ts";
import { type Io, remark } from "./io.ts";
import { type LoadedProgram, loadProgram } from "./load.ts";
import { showTable, wrap } from "./table.ts";

type CompileOptions = ValuesOf<typeof compileOptions>;
type Stage = NonNullable<CompileOptions["emit"]>;

/** What is written: the compiled network, or its robust form. */
interface Made {
  readonly network: Network;
  readonly robustness?: Robustness;
}

export async function compileCommand(io: Io, file: string, options: CompileOptions): Promise<CommandResult> {
  if (options.emit === undefined)
    requireEnding(
      "-o",
      options.output,
      "a weight file",
      [".safetensors"],
      ", so that the other commands know it",
    );
  const { codes = [], proof: prove } = options;
  const program = await loadProgram(io, file, { ...options, prove, codes: codeWishes(codes) });
  if (options.emit !== undefined) return emit(io, program, options.emit, options);
  const compilation = program.compile();
  const made = await madeOf(io, compilation, options.robust);
  const output = options.output ?? `${basename(file).replace(/\.alg$/i, "")}.safetensors`;
  const { network, robustness } = made;
  const form = options.dense ? "dense" : options.sparse ? "sparse" : usualForm(network);
  const bytes = writeWeightFile(network, robustness && { robust: robustness }, form);
  await writeAtomically(io, output, bytes);
  if (options.verbose) remark(io, `${showCount(bytes.length)} bytes, program SHA-256 ${network.sourceHash}`);
  return {
    json: () => ({ ...summary(compilation, made), file: output }),
    text: async () => `${output}\n${showTable(await rows(compilation, made))}`,
  };
}

/** The network, or its robust form: few ask for that, and much is loaded for it. */
async function madeOf(io: Io, compilation: Compilation, isRobust: boolean): Promise<Made> {
  if (!isRobust) return { network: compilation.network };
  const { robustOf } = await import("./radii.ts");
  return robustOf(io, compilation);
}

function codeWishes(texts: readonly string[]): CodeWishes {
  let wishes: CodeWishes = {};
  for (const text of texts) {
    const [, name, code] = /^(?:([A-Za-z_]\w*)=)?([a-z-]+)$/.exec(text) ?? [];
    const wish = CODE_WISHES.find((known) => known === code);
    if (wish === undefined)
      throw new InputError(
        `--codes ${text}: expected a code for all fields or FIELD=CODE, such as binary or x=integer; ` +
          `codes are ${CODE_WISHES.join(", ")}`,
      );
    if (name === undefined) wishes = { ...wishes, others: wish };
    else wishes = { ...wishes, fields: { ...wishes.fields, [name]: wish } };
  }
  return wishes;
}

/** Prints one form of the program, or writes it to the output file. */
async function emit(
  io: Io,
  program: LoadedProgram,
  stage: Stage,
  { output, robust }: CompileOptions,
): Promise<CommandResult> {
  const text =
    robust && stage === "network"
      ? printNetwork((await madeOf(io, program.compile(), robust)).network)
      : io.bounded(`printing ${program.front.source.name}`, () => printStage(program, stage));
  if (output !== undefined) await writeOutput(io, output, text);
  const written = output === undefined ? { text } : { file: output };
  return {
    json: () => ({ program: program.front.checked.name, emit: stage, ...written }),
    text: () => written.text ?? "",
  };
}

/** Runs the pipeline as far as needed. */
function printStage({ front, compile }: LoadedProgram, stage: Stage): string {
  switch (stage) {
    case "ast":
      return printAst(front.ast);
    case "instructions":
    case "ir":
      return printInstructions(lower(front.checked));
    case "rule":
      return printRule(schedule(lower(front.checked)));
    case "network":
      return printNetwork(compile().network);
    default:
      return unreachable(stage);
  }
}

function summary({ history, isProved }: Compilation, { network, robustness }: Made) {
  const { program, schedule, exact } = network;
  const bounds = sumRanges(network);
  return {
    program,
    ...sizeOf(network),
    schedule,
    exact,
    bounds,
    history,
    proved: isProved,
    ...(robustness && { robust: robustness }),
  };
}

async function rows(
  { network: plain, history, isProved }: Compilation,
  { network, robustness }: Made,
): Promise<string[][]> {
  const { channels, hidden, weights, nonzero, layers } = sizeOf(network);
  const { schedule, exact } = network;
  return [
    ["program", network.program],
    ["schedule", wrap(`${schedule.kind}: ${schedule.reason}`, "", 78)],
    ["channels", showCount(channels)],
    ["hidden units", showCount(hidden)],
    ["weights", showCount(weights)],
    ["non-zero weights", showCount(nonzero)],
    ["layers", layers.join(", ")],
    ["pre-activations", showBounds(network)],
    ["exact in", exact.formats.join(", ") || "no number format"],
    ...history.map(({ step, nonzero }, at) => [
      at === 0 ? "optimisation" : "",
      `${showCount(nonzero)} non-zero: ${step}`,
    ]),
    ...(isProved ? [] : [["proof", UNPROVED]]),
    ...(robustness === undefined ? [] : await robustRows(robustness, plain, nonzero)),
  ];
}

const UNPROVED =
  "none yet: the network follows the program's structure, and nothing of it is pruned;\n" +
  "`tapeloom prove` proves it";

/** The least and the largest sum of any unit, layer by layer. */
function showBounds(network: Network): string {
  return sumRanges(network)
    .map((sums) =>
      sums.length === 0
        ? "none"
        : `${Math.min(...sums.map(([lo]) => lo))} to ${Math.max(...sums.map(([, hi]) => hi))}`,
    )
    .join(", ");
}

async function robustRows(
  { gain, all, nonzero }: Robustness,
  plain: Network,
  numbers: number,
): Promise<string[][]> {
  const { showRadii } = await import("./radii.ts");
  return [
    [
      "",
      `${showCount(numbers)} non-zero: channels restored, ${showCount(numbers - sizeOf(plain).nonzero)} more`,
    ],
    ["gain", String(gain)],
    ["radii", wrap(`all stored numbers: ${showRadii(all)}`, "", 78)],
    ["", wrap(`those that are not zero: ${showRadii(nonzero)}`, "", 78)],
  ];
}
