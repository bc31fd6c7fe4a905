// `tapeloom run`: a program or a network on one grid.

import { InputError } from "../diagnostics/diagnostic.ts";
import { formatOf, WRITTEN_ENDINGS, WRITTEN_FORMATS, writeGrid } from "../grid/formats.ts";
import { type Grid, inputsOf, type Shape } from "../grid/grid.ts";
import { type MachineResult, machineResult } from "../grid/machine-result.ts";
import { fitsGrid, type InputRules, preparedShape } from "../grid/prepare.ts";
import { evaluateSize, type SizeExpression } from "../grid/size.ts";
import type { IllegalCode } from "../network/legal.ts";
import type { NetworkField } from "../network/network.ts";
import { pictureFormatOf } from "../report/picture-format.ts";
import type { Subject } from "../report/view.ts";
import type { CommandResult } from "./commands/command.ts";
import { writeOutput } from "./files.ts";
import type { Film, FilmOptions } from "./film.ts";
import { describe, givenGrid, type InputFor, withWorkspace } from "./inputs.ts";
import { EXIT, type Io, remark } from "./io.ts";
import { type JsonValue, jsonPlanes, jsonValue } from "./json.ts";
import { type Loaded, loadEither, madeFirst, rounding } from "./load.ts";
import { bytesPerCell, refuseTooLarge } from "./memory-limits.ts";
import {
  type EngineName,
  type RunCommandOptions,
  type Simulation,
  simulate,
  usualSteps,
} from "./simulate.ts";
import { plural, showCount } from "./table.ts";
import { watch } from "./watch.ts";

export async function runCommand(io: Io, file: string, options: RunCommandOptions): Promise<CommandResult> {
  if (options.watch && options.json) throw new InputError("found both --watch and --json; give one of them");
  const picture = options.output === undefined ? null : pictureFormatOf(options.output);
  checkFilmOptions(options, picture !== null);
  if (options.output !== undefined && picture === null) formatFor(options.output);
  checkNetworkOptions(options);
  // That the program never ends is said below, once it is known how many steps were made.
  // A search for a smaller network takes longer than most runs; a checkpoint is of the network that `compile` writes, too.
  const effort = options.checkpoint === undefined ? 0 : 1;
  const loaded = await loadEither(io, file, { ...options, effort }, ["TL503"]);
  const whole = options.snap ? withRounding(loaded) : loaded;
  const first = options.snap ? withRounding(madeFirst(loaded)) : madeFirst(loaded);
  const about = describe(whole);
  const subjectFor = (shape: Shape): Loaded =>
    options.checkpoint === undefined && isSmall(loaded, about, shape, options) ? first : whole;
  // The smallest of the engines that auto may take.
  const least = options.engine === "auto" ? "direct" : options.engine;
  const refuse = (shape: Shape) => refuseTooLarge(io, shape, bytesPerCell(subjectFor(shape), least), least);
  // Before a single cell is drawn.
  if (options.random !== undefined && fitsGrid(about, options.random))
    refuse(preparedShape(about, options.random));
  const given = await givenGrid(io, about, options);
  const run = (input: Grid, film: Film | null, shown: RunCommandOptions) =>
    simulateShown(io, subjectFor(input), about, input, shown, film);
  const room = (times: number) => withWorkspace(grownRules(about, times), given, refuse);
  const grown = about.workspace?.grows ? await findRoom(io, about, room, run, options) : null;
  const film =
    picture === null
      ? null
      : (await import("./film.ts")).startFilm(io, picture, filmed(about, options), options);
  const isSeen = film !== null || options.watch;
  const simulation =
    grown !== null && (!isSeen || grown.simulation.interrupted)
      ? grown.simulation
      : await run(room(grown?.times ?? 1), film, options);
  remark(io, outcome(about.name, simulation, options.engine));
  if (simulation.stray !== undefined) remark(io, `${about.name}: ${noCode(simulation.stray)}`);
  if (isMachine(about)) remark(io, `${about.name}: ${whereHead(about, simulation.grid)}`);
  const answer = machineResult(about, simulation.grid);
  if (answer !== null) remark(io, `${about.name}: ${showResult(answer)}`);
  if (!simulation.interrupted || options.partial)
    await film?.save(options.output!, titleOf(about, simulation, options.engine));
  return report(io, about, simulation, options);
}

/** The options that only pictures have. */
const OWN_OPTIONS = { show: "--show", frames: "--frames", stepsShown: "--steps-shown" } as const;

/** Refuses options that a run without a picture, or with one, does not have. */
function checkFilmOptions(options: FilmOptions, isPicture: boolean): void {
  const names = Object.keys(OWN_OPTIONS) as (keyof typeof OWN_OPTIONS)[];
  const given = names.find((name) => options[name] !== undefined);
  if (!isPicture && given !== undefined)
    throw new InputError(
      `${OWN_OPTIONS[given]} belongs to pictures; give -o with a name that ends in .svg, .png or .gif`,
    );
  if (options.frames !== undefined && options.stepsShown !== undefined)
    throw new InputError("found both --frames and --steps-shown; give one of them");
}

/**
 * Cells times steps of runs that are over before a smaller network would be made: on bits, and on engines that are as slow as
 * the direct one.
 */
export const SMALL = { bits: 5e7, others: 2e5 };

function isSmall(
  subject: Loaded,
  about: InputFor,
  shape: Shape,
  { engine, steps }: RunCommandOptions,
): boolean {
  const most = steps ?? claimOf(subject, about, shape) ?? usualSteps(shape);
  const isQuick = engine === "auto" || engine === "bits" || engine === "memo";
  return shape.rows * shape.cols * most <= (isQuick ? SMALL.bits : SMALL.others);
}

/** Factor by which a growing workspace is larger in its next run, so that all runs together take little more than the last. */
const GROWTH = 4;

/** Runs that nobody sees, with more and more room until the head stays on the grid. */
async function findRoom(
  io: Io,
  about: InputFor,
  room: (times: number) => Grid,
  run: (input: Grid, film: null, options: RunCommandOptions) => Promise<Simulation>,
  options: RunCommandOptions,
): Promise<{ readonly times: number; readonly simulation: Simulation }> {
  if (options.checkpoint !== undefined)
    throw new InputError(
      `--checkpoint is for runs on one grid, but ${about.name} has \`workspace auto\`; give the workspace a size`,
    );
  for (let times = 1; ; times *= GROWTH) {
    const input = room(times);
    const simulation = await run(input, null, { ...options, watch: false });
    if (!simulation.interrupted && headsOf(about, simulation.grid).length === 0) continue;
    if (times > 1)
      remark(
        io,
        `${about.name}: the head needed more room, and has it on a grid of ${input.rows}x${input.cols}`,
      );
    return { times, simulation };
  }
}

/** Options that are about networks alone. */
function checkNetworkOptions({ checkpoint, every, engine, snap }: RunCommandOptions): void {
  if (checkpoint === undefined && every !== undefined)
    throw new InputError("--every belongs to --checkpoint; give the name of a file to --checkpoint, too");
  if (engine !== "rule" && engine !== "reference") return;
  const option = checkpoint !== undefined ? "--checkpoint" : snap ? "--snap" : null;
  if (option === null) return;
  throw new InputError(
    `${option} is for runs of networks, but --engine ${engine} runs the program itself;` +
      " choose another engine, such as direct",
  );
}

/** The most steps that a program says it takes on a grid; null if it does not, or adds workspace to its input. */
function claimOf(subject: Loaded, about: InputFor, input: Shape): number | null {
  if (subject.kind === "weights" || about.workspace) return null;
  const { steps } = subject.front.checked;
  return steps ? evaluateSize(steps.most, input) : null;
}

/** Whether this is a Turing machine: `head` says in which state its head is in a cell, the first meaning that it is not. */
const isMachine = ({ fields }: InputFor): boolean =>
  fields.some(({ name, type }) => name === "head" && type.kind === "enum" && type.names[0] === "none");

interface Head {
  /** Counted from 0. */
  readonly row: number;
  readonly col: number;
  readonly state: JsonValue;
}

/** Where a Turing machine's heads are: one at most, unless the input says otherwise. */
function headsOf({ fields }: InputFor, { planes, cols }: Grid): Head[] {
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

/** What a film can show. */
const filmed = ({ fields, predict }: InputFor, { engine }: RunCommandOptions): Subject => ({
  fields,
  predict,
  unit: unitOf(engine),
});

async function simulateShown(
  io: Io,
  subject: Loaded,
  about: InputFor,
  input: Grid,
  { engine, steps, verbose, fps, checkpoint, every, ...options }: RunCommandOptions,
  film: Film | null,
): Promise<Simulation> {
  const plain = {
    ...{ verbose, steps, every, checkpoint },
    claim: claimOf(subject, about, input),
    progress: !options.watch,
  };
  const screen = options.watch ? watch(io, about.fields, fps) : null;
  if (screen === null && film === null) return simulate(io, subject, engine, input, plain);
  try {
    return await simulate(io, subject, engine, input, {
      ...plain,
      onNetwork: (network) => film?.onNetwork(network),
      onStep: async (step, grid) => {
        film?.onStep(step, grid);
        await screen?.show(step, grid);
      },
    });
  } finally {
    screen?.close();
  }
}

const unitOf = (engine: EngineName) => (engine === "reference" ? "instruction" : "step");

/** What stands above a picture of the run. */
function titleOf(about: InputFor, { grid, steps, halted }: Simulation, engine: EngineName): string {
  const answer = machineResult(about, grid)?.kind;
  const end =
    answer === "accept" || answer === "reject" ? `${answer}ed after` : halted ? "halted after" : "the first";
  return `${about.name} on ${grid.rows}x${grid.cols} cells, ${end} ${plural(steps, unitOf(engine))}`;
}

/** How the run ended, in a sentence. */
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

/** What to think of an end whose channels hold no code of their fields. */
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

async function report(
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
    await writeOutput(io, output, writeGrid(grid, fields, formatFor(output)));
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

/** What a learner answers: the predicted field in the last row and column. */
function predictionOf({ fields, predict }: InputFor, { planes }: Grid): JsonValue | null {
  const field = fields.find(({ name }) => name === predict);
  return field === undefined ? null : jsonValue(field.type, planes[field.name]!.at(-1)!);
}

function formatFor(path: string) {
  const format = formatOf(path);
  if (format !== null && WRITTEN_FORMATS.includes(format)) return format;
  throw new InputError(
    `-o ${path}: expected a name that ends in ${WRITTEN_ENDINGS}, which says how to write the grid, or in ` +
      ".svg, .png or .gif for a picture of the run",
  );
}

/** The rules with `times` times as many rows and columns of workspace, where it grows. */
function grownRules<Rules extends InputRules>(rules: Rules, times: number): Rules {
  const { workspace } = rules;
  if (!workspace?.grows) return rules;
  const larger = (size: SizeExpression): SizeExpression =>
    size.tag === "number" ? { tag: "number", value: size.value * times } : size;
  const { top, bottom, left, right } = workspace;
  const sides = { top: larger(top), bottom: larger(bottom), left: larger(left), right: larger(right) };
  return { ...rules, workspace: { ...sides, grows: true } };
}

/** The subject with a network that rounds its channels after every step, whether its file says so or not. */
function withRounding(subject: Loaded): Loaded {
  if (subject.kind === "weights") return { ...subject, network: rounding(subject.network) };
  return {
    ...subject,
    compile() {
      const compilation = subject.compile();
      return { ...compilation, network: rounding(compilation.network) };
    },
  };
}
