// What `tapeloom run` says of a run, and the document and text that it returns.

import { plural, showCount } from "../diagnostics/count.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import { formatOf, WRITTEN_ENDINGS, WRITTEN_FORMATS, writeGrid } from "../grid/formats.ts";
import { type Grid, inputsOf } from "../grid/grid.ts";
import { type MachineResult, machineResult } from "../grid/machine-result.ts";
import type { IllegalCode } from "../network/legal.ts";
import type { NetworkField } from "../network/network.ts";
import { pictureFormatOf } from "../report/picture-format.ts";
import type { CommandResult } from "./commands/command.ts";
import { writeOutput } from "./files.ts";
import type { InputFor } from "./inputs.ts";
import { EXIT, type Io } from "./io.ts";
import { type JsonValue, jsonPlanes, jsonValue } from "./json.ts";
import type { EngineName, RunCommandOptions, Simulation } from "./simulate.ts";

/**
 * Returns what is said of the run in the end, a line each: how it ended, whether its values are certain, what a machine has
 * done.
 */
export function remarksOnRun(about: InputFor, simulation: Simulation, engine: EngineName): string[] {
  const { grid, stray } = simulation;
  const answer = machineResult(about, grid);
  return [
    outcome(about.name, simulation, engine),
    ...(stray === undefined ? [] : [`${about.name}: ${noCode(stray)}`]),
    ...(isMachine(about) ? [`${about.name}: ${whereHead(about, grid)}`] : []),
    ...(answer === null ? [] : [`${about.name}: ${showResult(answer)}`]),
  ];
}

/**
 * Tells whether this is a Turing machine: `head` says in which state its head is in a cell, the first meaning that it is
 * not.
 */
const isMachine = ({ fields }: InputFor): boolean =>
  fields.some(({ name, type }) => name === "head" && type.kind === "enum" && type.names[0] === "none");

interface Head {
  /** Counted from 0. */
  readonly row: number;
  readonly col: number;
  readonly state: JsonValue;
}

/** Tells where a Turing machine's heads are: one at most, unless the input says otherwise. */
export function headsOf({ fields }: InputFor, { planes, cols }: Grid): Head[] {
  const { type } = fields.find(({ name }) => name === "head")!;
  return [...planes.head!].flatMap((state, at) =>
    state === 0 ? [] : [{ row: Math.floor(at / cols), col: at % cols, state: jsonValue(type, state) }],
  );
}

function whereHead(about: InputFor, grid: Grid): string {
  const [first, ...more] = headsOf(about, grid);
  if (first === undefined)
    return "no head is left on the grid: it went over the edge, where more workspace would be";
  if (more.length > 0) return `${more.length + 1} heads are on the grid`;
  return `the head is in state ${first.state}, at row ${first.row + 1}, column ${first.col + 1}`;
}

/** Longer tapes are shown by their beginning: all of it is in the output. */
const MOST_SHOWN = 60;

function showResult({ kind, tape }: MachineResult): string {
  if (kind !== "tape") return `${kind}s`;
  if (tape === "") return "the tape is blank";
  return `the tape holds ${tape.length > MOST_SHOWN ? `${tape.slice(0, MOST_SHOWN)}...` : tape}`;
}

/** Returns what a run on this engine counts. */
export const unitOf = (engine: EngineName) => (engine === "reference" ? "instruction" : "step");

/** Returns the line above a picture of the run. */
export function titleOf(about: InputFor, { grid, steps, halted }: Simulation, engine: EngineName): string {
  const answer = machineResult(about, grid)?.kind;
  const end =
    answer === "accept" || answer === "reject" ? `${answer}ed after` : halted ? "halted after" : "the first";
  return `${about.name} on ${grid.rows}x${grid.cols} cells, ${end} ${plural(steps, unitOf(engine))}`;
}

/** Says how the run ended, in a sentence. */
function outcome(
  name: string,
  { grid, steps, halted, repeats, cutShort, engine, interrupted, haltedCells }: Simulation,
  kind: EngineName,
): string {
  const unit = unitOf(kind);
  if (interrupted) {
    const cells = plural(grid.rows * grid.cols, "cell");
    const count = haltedCells == null ? "" : `; ${showCount(haltedCells)} of ${cells} halted`;
    return `${name}: interrupted after ${plural(steps, unit)} (${engine})${count}`;
  }
  if (halted) return `${name}: halted after ${plural(steps, unit)} (${engine})`;
  if (repeats !== undefined)
    return (
      `${name}: never halts on this grid: from ${unit} ${repeats.start} on it repeats itself ` +
      `every ${plural(repeats.period, unit)} (stopped after ${plural(steps, unit)}, ${engine})`
    );
  const more = cutShort ? "; it never halts, so give --steps for another number" : "";
  return `${name}: ran ${plural(steps, unit)} (${engine})${more}`;
}

/** Says what to think of an end whose channels hold no code of their fields. */
const noCode = ({ channel, value, row, col }: IllegalCode): string =>
  `the values are not certain: at the end the channel ${channel} holds ${value} in row ${row + 1}, column ${col + 1}, ` +
  "which is no code of its field, and what comes nearest is shown; --snap rounds to 0 and 1 after every step, and " +
  "`tapeloom prove` says whether the network is its program";

/** The fields to show: all of a Turing machine, tape and head; else outputs, what is predicted, or the inputs. */
function outputFields(about: InputFor): readonly NetworkField[] {
  const { fields, predict } = about;
  if (isMachine(about)) return fields;
  const outputs = fields.filter(({ role }) => role === "output");
  if (outputs.length > 0) return outputs;
  const predicted = fields.filter(({ name }) => name === predict);
  return predicted.length > 0 ? predicted : inputsOf({ fields });
}

export async function runResult(
  io: Io,
  about: InputFor,
  simulation: Simulation,
  { output, watch: watched, partial }: RunCommandOptions,
): Promise<CommandResult> {
  const { grid, interrupted } = simulation;
  const code = interrupted ? EXIT.interrupted : EXIT.done;
  if (interrupted && !partial) return { json: () => document([], simulation), text: () => "", code };
  const fields = outputFields(about);
  if (output !== undefined && pictureFormatOf(output) === null)
    await writeOutput(io, output, writeGrid(grid, fields, gridFormatFor(output)));
  const prediction = predictionOf(about, grid);
  const answers = {
    ...(isMachine(about) ? { heads: headsOf(about, grid), result: machineResult(about, grid) } : {}),
    ...(prediction === null ? {} : { prediction }),
  };
  // Whoever watched has seen the last grid already.
  const shown = () => (output === undefined && !watched ? writeGrid(grid, fields, "text") : "");
  return {
    json: () => document(fields, simulation, answers),
    text: () => shown() + (prediction === null ? "" : `prediction: ${prediction}\n`),
    code,
  };
}

function document(
  fields: readonly NetworkField[],
  { grid, ...rest }: Simulation,
  answers: {
    readonly heads?: readonly Head[];
    readonly result?: MachineResult | null;
    readonly prediction?: JsonValue;
  } = {},
) {
  const { engine, steps, halted, repeats, stray, interrupted, haltedCells } = rest;
  return {
    engine,
    rows: grid.rows,
    cols: grid.cols,
    steps,
    halted,
    ...(repeats === undefined ? {} : { repeats }),
    ...(stray === undefined ? {} : { stray: { ...stray, row: stray.row + 1, col: stray.col + 1 } }),
    ...(interrupted ? { interrupted } : {}),
    ...(haltedCells == null ? {} : { haltedCells }),
    outputs: jsonPlanes(grid, fields),
    ...answers,
  };
}

/** Returns what a learner answers: the predicted field in the last row and column. */
function predictionOf({ fields, predict }: InputFor, { planes }: Grid): JsonValue | null {
  const field = fields.find(({ name }) => name === predict);
  return field === undefined ? null : jsonValue(field.type, planes[field.name]!.at(-1)!);
}

export function gridFormatFor(path: string) {
  const format = formatOf(path);
  if (format !== null && WRITTEN_FORMATS.includes(format)) return format;
  throw new InputError(
    `-o ${path}: expected a name that ends in ${WRITTEN_ENDINGS}, which says how to write the grid, or in ` +
      ".svg, .png or .gif for a picture of the run",
  );
}
