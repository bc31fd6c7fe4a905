// `tapeloom run`: a program or a network on one grid.

import { InputError } from "../diagnostics/diagnostic.ts";
import type { Grid, Shape } from "../grid/grid.ts";
import { fitsGrid, type InputRules, preparedShape } from "../grid/prepare.ts";
import { evaluateSize, type SizeExpression } from "../grid/size.ts";
import { pictureFormatOf } from "../report/picture-format.ts";
import type { Subject } from "../report/view.ts";
import type { CommandResult } from "./commands/command.ts";
import type { Film, FilmOptions } from "./film.ts";
import { describe, givenGrid, type InputFor, withWorkspace } from "./inputs.ts";
import { type Io, remark } from "./io.ts";
import { type Loaded, loadEither, madeFirst, rounding } from "./load.ts";
import { bytesPerCell, refuseTooLarge } from "./memory-limits.ts";
import { gridFormatFor, headsOf, remarksOnRun, runResult, titleOf, unitOf } from "./run-result.ts";
import { type RunCommandOptions, type Simulation, simulate, usualSteps } from "./simulate.ts";
import { watch } from "./watch.ts";

export async function runCommand(io: Io, file: string, options: RunCommandOptions): Promise<CommandResult> {
  if (options.watch && options.json) throw new InputError("found both --watch and --json; give one of them");
  const picture = options.output === undefined ? null : pictureFormatOf(options.output);
  checkFilmOptions(options, picture !== null);
  if (options.output !== undefined && picture === null) gridFormatFor(options.output);
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
  for (const line of remarksOnRun(about, simulation, options.engine)) remark(io, line);
  if (!simulation.interrupted || options.partial)
    await film?.save(options.output!, titleOf(about, simulation, options.engine));
  return runResult(io, about, simulation, options);
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

/** Returns what a film can show. */
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
