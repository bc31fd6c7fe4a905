// `tapeloom play`: a run on a terminal that keys stop and go on with; elsewhere its first frames, one below the other.

import { setTimeout } from "node:timers/promises";
import { plural } from "../diagnostics/count.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import { formatOf } from "../grid/formats.ts";
import { type Grid, inputsOf, type Shape, withAllFields } from "../grid/grid.ts";
import { ruleNamedIn, ruleOfPattern } from "../grid/patterns/named-rule.ts";
import { fitsGrid, placeGrid } from "../grid/prepare.ts";
import { sizeOf } from "../network/network.ts";
import { chooseView } from "../report/view.ts";
import type { CommandResult, ValuesOf } from "./commands/command.ts";
import type { playOptions } from "./commands/programs.ts";
import { isProgram, isWeightFile, readText, withoutGz } from "./files.ts";
import { importText, isRuleOrPattern } from "./import.ts";
import { describe, givenGrid, type InputFor, withWorkspace } from "./inputs.ts";
import { type Io, remark } from "./io.ts";
import { type Loaded, loadEither, networkOf, openProgram } from "./load.ts";
import { bytesPerCell, refuseTooLarge } from "./memory-limits.ts";
import { roomOf, Screen } from "./screen.ts";
import { type Simulation, simulate } from "./simulate.ts";
import { watch } from "./watch.ts";

type PlayOptions = ValuesOf<typeof playOptions>;

/** Steps a second that keys choose from. */
const SPEEDS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] as const;
/** Milliseconds between two drawings at least: terminals show no more. */
const LEAST_BETWEEN = 30;
/** Frames where there is no terminal and nobody says how many. */
const USUAL_FRAMES = 8;
/** Weights times cells that the direct engine goes through many times a second. */
const SMALL = 1e6;

export async function playCommand(
  io: Io,
  file: string,
  pattern: string | undefined,
  options: PlayOptions,
): Promise<CommandResult> {
  const isRule = !isProgram(file) && !isWeightFile(file);
  const subject = isRule
    ? await loadRule(io, file, pattern, options)
    : await loadEither(io, file, { ...options, effort: 0 }, ["TL503"]);
  const about = describe(subject);
  // A pattern names its rule: it may stand alone.
  const own = isRule && pattern === undefined && formatOf(withoutGz(file)) !== null ? file : undefined;
  const given = await startOf(io, about, pattern ?? own, options);
  const input = withWorkspace(about, given, (shape) =>
    refuseTooLarge(io, shape, bytesPerCell(subject, "direct"), "direct"),
  );
  const run = io.stdout.isTTY === true && !options.json ? onTerminal : inLines;
  const { grid, steps, halted, repeats } = await run(io, subject, about, input, options);
  const period =
    repeats === undefined ? "" : `, which repeat themselves every ${plural(repeats.period, "step")}`;
  remark(io, `${about.name}: ${halted ? "halted after " : ""}${plural(steps, "step")}${period}`);
  return {
    json: () => ({ program: about.name, rows: grid.rows, cols: grid.cols, steps, halted }),
    text: () => "",
  };
}

/** A program, proved to be the rule that a file or a line says. */
async function loadRule(
  io: Io,
  what: string,
  pattern: string | undefined,
  options: PlayOptions,
): Promise<Loaded> {
  const { text, proved } = await importText(io, what);
  if (options.verbose) remark(io, proved);
  if (pattern !== undefined && isPlanePattern(pattern)) await remarkOnRule(io, what, text, pattern);
  return openProgram(io, { name: what, text }, { ...options, effort: 0 }, ["TL503"]);
}

/** Says so where a pattern is for another rule than that of a program. */
async function remarkOnRule(io: Io, what: string, text: string, pattern: string): Promise<void> {
  const named = ruleNamedIn(await readText(io, pattern, isRuleOrPattern));
  if (named === null || named === what) return;
  const own = await importText(io, pattern).catch((error: unknown) => {
    // The rule may be a name that is known elsewhere.
    if (error instanceof InputError) return null;
    throw error;
  });
  if (own !== null && bodyOf(own.text) === bodyOf(text)) return;
  remark(io, `remark: ${pattern} is for the rule ${named}; it is played by ${what}`);
}

/** A program without its name and what is said of it. */
const bodyOf = (text: string): string => text.replace(/^\s*\/\/.*\n/gm, "").replace(/^program \w+/, "");

/** The grid that the run begins with: patterns get room around them, and where there is none, values are drawn. */
async function startOf(
  io: Io,
  about: InputFor,
  pattern: string | undefined,
  { random, ...options }: PlayOptions,
): Promise<Grid> {
  if (pattern !== undefined && random !== undefined)
    throw new InputError(`found both the pattern ${pattern} and --random; give one of them`);
  if (pattern === undefined)
    return givenGrid(io, about, { ...options, random: random ?? roomFor(io, about) });
  const grid = await givenGrid(io, about, { ...options, input: pattern });
  if (options.pad !== undefined || options.at !== undefined || !(await isUnbounded(io, pattern))) return grid;
  const room = roomOf(io);
  const pad = Math.floor(Math.min(room.rows - grid.rows, room.cols - grid.cols) / 2);
  return placeGrid(grid, inputsOf(about), { pad: Math.max(LEAST_ROOM, pad) });
}

/** A grid that fills the terminal, or the row of a program that takes no more. */
function roomFor(io: Io, about: InputFor): Shape {
  const room = roomOf(io);
  const shape = [room, { ...room, rows: 1 }].find((each) => fitsGrid(about, each));
  if (shape !== undefined) return shape;
  throw new InputError(
    `${about.name} takes grids of certain shapes only; give a pattern, or --random ROWSxCOLUMNS`,
  );
}

/** Rows and columns around patterns that nearly fill the screen. */
const LEAST_ROOM = 8;

/** Formats of patterns on a plane without edges. */
const PATTERNS: readonly (string | null)[] = ["rle", "cells", "life", "mcell", "macrocell"];

const isPlanePattern = (path: string): boolean =>
  path !== "-" && PATTERNS.includes(formatOf(withoutGz(path)));

async function isUnbounded(io: Io, path: string): Promise<boolean> {
  if (!isPlanePattern(path)) return false;
  return !/:P\d+,\d+$/i.test(ruleOfPattern(await readText(io, path, isRuleOrPattern)) ?? "");
}

type Player = (
  io: Io,
  subject: Loaded,
  about: InputFor,
  input: Grid,
  options: PlayOptions,
) => Promise<Simulation>;

/** The first frames as text. */
const inLines: Player = (io, subject, about, input, { frames = USUAL_FRAMES, show, json, fps, verbose }) => {
  const { fields, dots } = viewOf(about, input, show);
  const lines = watch(io, dots === null ? fields : [...fields, dots], fps);
  return simulate(io, subject, "auto", input, {
    verbose,
    steps: frames - 1,
    ...(json ? {} : { onStep: (step, grid) => lines.show(step, grid) }),
  });
};

/** Returns what is drawn of a run that begins with a grid. */
const viewOf = (about: InputFor, input: Grid, show: string | undefined) => {
  const frame = { step: 0, grid: withAllFields(input, about.fields), completed: null, halted: null };
  return chooseView(about.name, about, show === undefined ? undefined : [show], [frame]);
};

const onTerminal: Player = async (io, subject, about, input, { frames, show, fps, verbose }) => {
  const network = networkOf(subject);
  const isSmall = input.rows * input.cols * sizeOf(network).nonzero < SMALL;
  const endless = network.stop.kind === "never" ? Number.MAX_SAFE_INTEGER : undefined;
  const screen = new Screen(io, viewOf(about, input, show));
  const player = new Controls(screen, about.name, fps);
  const release = io.onKey((key) => player.press(key));
  try {
    const result = await simulate(player.interruptedBy(io), subject, isSmall ? "direct" : "auto", input, {
      verbose,
      steps: frames === undefined ? endless : frames - 1,
      onStep: (step, grid) => player.show(step, grid),
    });
    if (release !== null && !result.interrupted) await player.end(result);
    return result;
  } finally {
    release?.();
    screen.close();
  }
};

/** What keys do to a run. */
class Controls {
  readonly #screen: Screen;
  readonly #name: string;
  #speed: number;
  #isPaused = false;
  #isOver = false;
  /** Steps that are made although the run is paused. */
  #single = 0;
  #due = performance.now();
  #drawn = Number.NEGATIVE_INFINITY;
  #latest: { readonly step: number; readonly grid: Grid } | null = null;
  readonly #onQuit = new Set<() => void>();
  #wake = () => {};

  constructor(screen: Screen, name: string, fps: number) {
    this.#screen = screen;
    this.#name = name;
    this.#speed = fps;
  }

  /** The world with `q` for an interrupt, too. */
  interruptedBy(io: Io): Io {
    return {
      ...io,
      onInterrupt: (callback) => {
        this.#onQuit.add(callback);
        const release = io.onInterrupt(() => this.#quit());
        return () => {
          this.#onQuit.delete(callback);
          release();
        };
      },
    };
  }

  press(key: string): void {
    const keys: Readonly<Record<string, () => void>> = {
      " ": () => this.#pause(!this.#isPaused),
      ".": () => {
        this.#pause(true);
        this.#single += 1;
      },
      "+": () => this.#change(SPEEDS.find((each) => each > this.#speed)),
      "=": () => this.press("+"),
      "-": () => this.#change(SPEEDS.findLast((each) => each < this.#speed)),
      "\x1b[A": () => this.#screen.move(-0.25, 0),
      "\x1b[B": () => this.#screen.move(0.25, 0),
      "\x1b[C": () => this.#screen.move(0, 0.25),
      "\x1b[D": () => this.#screen.move(0, -0.25),
      q: () => this.#quit(),
      "\x1b": () => this.#quit(),
      "\x03": () => this.#quit(),
    };
    keys[key]?.();
    this.#draw();
    this.#wake();
  }

  #pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#due = performance.now();
  }

  #change(speed: number | undefined): void {
    this.#speed = speed ?? this.#speed;
    this.#due = performance.now();
  }

  #quit(): void {
    this.#isOver = true;
    for (const callback of this.#onQuit) callback();
    this.#wake();
  }

  /** Draws a step if there is time, and comes back when the next one is due. */
  async show(step: number, grid: Grid): Promise<void> {
    this.#latest = { step, grid };
    if (this.#isPaused || performance.now() - this.#drawn >= LEAST_BETWEEN) this.#draw();
    this.#due = Math.max(this.#due, performance.now() - 1000) + 1000 / this.#speed;
    while (!this.#isOver && this.#single === 0) {
      const left = this.#due - performance.now();
      if (!this.#isPaused && left <= 0) break;
      await this.#sleep(this.#isPaused ? null : left);
    }
    this.#single = Math.max(0, this.#single - 1);
  }

  /** Shows the end until a key quits. */
  async end({ halted }: Simulation): Promise<void> {
    this.#isPaused = true;
    this.#draw(halted ? "halted" : "the end");
    while (!this.#isOver) await this.#sleep(null);
  }

  /** Waits for a key, at most for a number of milliseconds. */
  async #sleep(most: number | null): Promise<void> {
    const stop = new AbortController();
    const key = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const time = most === null ? [] : [setTimeout(most, undefined, { signal: stop.signal }).catch(() => {})];
    await Promise.race([key, ...time]);
    stop.abort();
  }

  #draw(state = this.#isPaused ? "paused" : `${this.#speed}/s`): void {
    if (this.#latest === null) return;
    this.#drawn = performance.now();
    const { step, grid } = this.#latest;
    this.#screen.draw(
      grid,
      `${this.#name}  step ${step}  ${state}   space pause, . step, + - speed, arrows move, q quit`,
    );
  }
}
