// What a command works on: a program, or the weight file of a compiled one. The file's name tells which.

import { availableParallelism } from "node:os";
import {
  type CheckedSource,
  type Compilation,
  type CompileOptions,
  type CompileProgress,
  checkProgram,
  checkSketch,
  compilationSoFar,
  compileChecked,
  scheduleProgram,
} from "../compile.ts";
import { InputError, type Source, unreachable } from "../diagnostics/diagnostic.ts";
import { once } from "../diagnostics/memo.ts";
import { isUncertain, refuseOverflow } from "../engines/certain.ts";
import { directEngine } from "../engines/direct.ts";
import { type Engine, MOST_CHANNELS } from "../engines/engine.ts";
import type { Shape } from "../grid/grid.ts";
import { type Network, type NetworkField, sizeOf } from "../network/network.ts";
import type { Notes } from "../network/notes.ts";
import { requireBits } from "../network/validate.ts";
import type { Claim } from "../proof/prove/prove.ts";
import { kept } from "./cache.ts";
import type { CommonOptions } from "./commands/command.ts";
import { reportWarnings } from "./errors.ts";
import { isProgram, isWeightFile, kindOf, readBytes, readSource, readText } from "./files.ts";
import { heard } from "./guard.ts";
import { type Io, remark } from "./io.ts";
import type { Params } from "./options.ts";

/** A program that is in order; it is compiled when somebody asks for the network. */
export interface LoadedProgram {
  readonly kind: "program";
  readonly front: CheckedSource;
  compile(): Compilation;
  /** Compiles to the network that is made first, which is larger than that of `compile`, and as right. */
  quickly(): Compilation;
  /** Returns what a network is proved against; the compiled one is made when somebody looks at it. */
  claim(): Claim;
}

interface LoadedWeights {
  readonly kind: "weights";
  readonly network: Network;
  /** What the file says of its weights besides. */
  readonly notes: Notes;
}

export type Loaded = LoadedProgram | LoadedWeights;

/** The network of a file; programs are compiled. */
export const networkOf = (subject: Loaded): Network =>
  subject.kind === "program" ? subject.compile().network : subject.network;

/** The subject with the network that is made first, where it is a program. */
export const madeFirst = (subject: Loaded): Loaded =>
  subject.kind === "program" ? { ...subject, compile: subject.quickly } : subject;

/** How programs are loaded. */
interface LoadOptions
  extends Pick<CommonOptions, "verbose">,
    Pick<CompileOptions, "tokens" | "codes" | "arch" | "effort" | "prove"> {
  readonly set?: Params | undefined;
  /** A file that says what stands in the holes of a sketch. */
  readonly fill?: string | undefined;
}

/** Reads and checks a program. Its warnings are printed, except those with the codes in `known`. */
export const loadProgram = async (
  io: Io,
  path: string,
  options: LoadOptions,
  known: readonly string[] = [],
): Promise<LoadedProgram> => openProgram(io, await readSource(io, path), options, known);

/** Checks the text of a program, which goes by its name in messages. */
export async function openProgram(
  io: Io,
  sketch: Source,
  { verbose, set = {}, fill, codes, arch, effort = 1, tokens = true, prove = false }: LoadOptions,
  known: readonly string[],
): Promise<LoadedProgram> {
  const path = sketch.name;
  const source = fill === undefined ? sketch : await filledFrom(io, fill, sketch, set);
  await heard();
  const front = io.bounded(
    `reading ${path}`,
    () => kept(io, { key: { of: "front", source, set }, make: () => checkProgram(source, set) }),
    true,
  );
  const warnings = front.warnings.filter(({ code }) => !known.includes(code));
  reportWarnings(io, source, warnings);
  await heard();
  let made: Compilation | null = null;
  const make = (how: CompileOptions): Compilation => {
    const begin = performance.now();
    const chosen = { ...(codes && { codes }), ...(arch && { arch }) };
    const compilation = compileWithin(io, path, front, { tokens, prove, ...how, ...chosen });
    if (verbose) remark(io, `compiled in ${((performance.now() - begin) / 1000).toFixed(1)} s`);
    reportWarnings(io, source, compilation.warnings.slice(front.warnings.length));
    return compilation;
  };
  const compiled = (): Compilation => {
    made ??= make({ effort });
    return made;
  };
  const claim = (): Claim => {
    if (made !== null) return made;
    const { instructions, rule } = io.bounded(`reading ${path}`, () => scheduleProgram(front), true);
    return {
      checked: front.checked,
      instructions,
      rule,
      get network() {
        return compiled().network;
      },
    };
  };
  return { kind: "program", front, compile: compiled, quickly: once(() => make({ quick: true })), claim };
}

/** The program that a sketch becomes with what a file says of its holes. */
async function filledFrom(io: Io, path: string, source: Source, set: Params): Promise<Source> {
  const text = await readText(io, path);
  const { fill, readFilling } = await import("../language/analyse/fill.ts");
  return io.bounded(`reading ${path}`, () => {
    const { ast, checked } = checkSketch(source, set);
    const { holes = [] } = checked;
    if (holes.length === 0)
      throw new InputError(`--fill: ${source.name} has no holes; give a sketch, or leave --fill out`);
    return fill(source, ast, holes, readFilling(text, path, holes));
  });
}

/** Compiles; if the time or memory does not last for the smallest network, takes the one that there is, and says so. */
export function compileWithin(
  io: Io,
  path: string,
  front: LoadedProgram["front"],
  options: CompileOptions,
): Compilation {
  const { source, checked } = front;
  let fresh: Compilation | null = null;
  const made = kept(io, {
    key: { of: "network", source, checked, options },
    make: () => {
      fresh = compileOrCut(io, path, front, options);
      const { network, history, isProved, cut, warnings } = fresh;
      return { network, history, isProved, cut, warnings };
    },
    isWhole: ({ cut }) => cut === null,
  });
  if (made.cut !== null) remark(io, made.cut);
  const planned = once(() => fresh ?? io.bounded(`reading ${path}`, () => scheduleProgram(front), true));
  return {
    ...front,
    ...made,
    get instructions() {
      return planned().instructions;
    },
    get rule() {
      return planned().rule;
    },
  };
}

function compileOrCut(
  io: Io,
  path: string,
  front: LoadedProgram["front"],
  options: CompileOptions,
): Compilation {
  let kept: CompileProgress | null = null;
  try {
    return io.bounded(
      `compiling ${path}`,
      (tell) =>
        compileChecked(front, {
          ...options,
          onProgress(progress) {
            kept = progress;
            tell(progress.stage);
          },
        }),
      true,
    );
  } catch (error) {
    return compilationSoFar(error, kept);
  }
}

export async function loadWeights(io: Io, path: string): Promise<LoadedWeights> {
  if (!isWeightFile(path))
    throw new InputError(
      `${path}${await kindOf(io, path)}: expected a weight file, whose name ends in .safetensors;` +
        " compile a program to make one",
    );
  const bytes = await readBytes(io, path);
  const { readNotes, readWeightFile } = await import("../network/weightfile.ts");
  return io.bounded(`reading ${path}`, () => ({
    kind: "weights",
    network: readWeightFile(bytes, path),
    notes: readNotes(bytes, path),
  }));
}

/** Loads whichever it is. Values of params are for programs only. */
export async function loadEither(
  io: Io,
  path: string,
  options: Pick<LoadOptions, "verbose" | "set" | "fill" | "effort">,
  known: readonly string[] = [],
): Promise<Loaded> {
  if (isProgram(path)) return loadProgram(io, path, options, known);
  if (!isWeightFile(path))
    throw new InputError(
      `${path}${await kindOf(io, path)}: expected a program, whose name ends in .alg, or a weight file, whose name` +
        " ends in .safetensors; give one of these",
    );
  if (options.set !== undefined)
    throw new InputError(`--set changes programs, but ${path} is already compiled; give the program`);
  if (options.fill !== undefined)
    throw new InputError(
      `--fill fills the holes of programs, but ${path} is already compiled; give the sketch`,
    );
  return loadWeights(io, path);
}

/** The network with every channel rounded after each step. */
export function rounding(network: Network): Network {
  requireBits(network, "rounding to 0 and 1");
  return { ...network, snap: true };
}

/** `auto` takes what is likely to be done first. */
export type NetworkEngineName = "auto" | "bits" | "tensor" | "direct" | "onnx" | "memo";

/** Cells, times steps as far as they are known. */
export interface Work {
  readonly cells: number;
  readonly steps: number;
  /** Whether the run makes no more steps than these. */
  readonly isMost?: boolean;
  /** The shape of the grid, where it is one. */
  readonly shape?: Shape;
}

export async function openEngine(
  io: Io,
  network: Network,
  name: NetworkEngineName,
  { verbose }: Pick<CommonOptions, "verbose">,
  work?: Work,
): Promise<Engine> {
  const engine = await makeEngine(network, name, work);
  return verbose ? telling(io, engine) : engine;
}

/** An engine that tells its name when runs begin, which is when one that stands for several takes one of them. */
function telling(io: Io, engine: Engine): Engine {
  let told: string | null = null;
  return {
    get name() {
      return engine.name;
    },
    start(shape, states) {
      const run = engine.start(shape, states);
      if (engine.name !== told) remark(io, `engine: ${engine.name}`);
      told = engine.name;
      return run;
    },
    close: () => engine.close(),
  };
}

async function makeEngine(
  network: Network,
  name: NetworkEngineName,
  work: Work | undefined,
): Promise<Engine> {
  refuseOverflow(network);
  switch (name) {
    case "auto":
      return openFastest(network, work);
    case "bits": {
      const engine = await openBitEngine(network, work?.shape);
      if (!("reason" in engine)) return engine;
      throw new InputError(
        `--engine bits is for digital networks, but ${network.program} is not: ${engine.reason}; ` +
          "take --engine tensor or direct",
      );
    }
    case "direct":
      return directEngine(network);
    case "memo":
      return (await import("../engines/memo/memo-engine.ts")).memoEngine(network);
    case "tensor":
      return openTensorEngine(network);
    case "onnx":
      return openOnnxEngine(network);
    default:
      return unreachable(name);
  }
}

/** Weights that the direct engine goes through while the others are still getting ready. */
export const SMALL_WORK = 5e7;

/** Of more weights for each that is not 0, an engine that goes through all of them takes longer. */
const THIN = 100;

/** Tells whether the direct engine is faster than one that keeps all weights, or that one does not take as many. */
async function hasManyWeights(network: Network): Promise<boolean> {
  const { MOST_DENSE_WEIGHTS } = await import("../network/operators.ts");
  const { weights, nonzero } = sizeOf(network);
  return weights > Math.min(THIN * nonzero, MOST_DENSE_WEIGHTS);
}

async function openFastest(network: Network, work: Work | undefined): Promise<Engine> {
  if (work === undefined || work.cells * work.steps * sizeOf(network).nonzero < SMALL_WORK)
    return directEngine(network);
  if (isUncertain(network) || network.channels.length > MOST_CHANNELS) return directEngine(network);
  const bits = await openBitEngine(network, work.shape);
  if ("reason" in bits)
    return (await hasManyWeights(network)) ? directEngine(network) : openTensorEngine(network);
  const { memoWhereRegular } = await import("../engines/memo/memo-engine.ts");
  return memoWhereRegular(network, orElse(bits, directEngine(network)), work.isMost ? work.steps : null);
}

/** An engine, or the other one for runs that it refuses: too large for it, or from states that it does not know. */
function orElse(first: Engine, second: Engine): Engine {
  let used = first;
  return {
    get name() {
      return used.name;
    },
    start(shape, states) {
      try {
        return used.start(shape, states);
      } catch (error) {
        if (!(error instanceof InputError) || used === second) throw error;
        used = second;
        return second.start(shape, states);
      }
    },
    close() {
      first.close();
      second.close();
    },
  };
}

async function openBitEngine(network: Network, first: Shape | undefined) {
  const { bitEngine } = await import("../engines/bits/bit-engine.ts");
  return bitEngine(network, { ...(await allThreads()), ...(first && { first }) });
}

/** All of this machine's, for the bit engine. */
export async function allThreads() {
  const { loadWorkers } = await import("../engines/bits/workers.ts");
  return { threads: availableParallelism(), startThreads: await loadWorkers() };
}

async function openOnnxEngine(network: Network): Promise<Engine> {
  const { loadOnnxRuntime, onnxEngine } = await import("../engines/onnx.ts");
  return onnxEngine(network, await loadOnnxRuntime(), { threads: availableParallelism() });
}

async function openTensorEngine(network: Network): Promise<Engine> {
  const [{ tensorLoader }, { tensorEngine }] = await Promise.all([
    import("./tensors.ts"),
    import("../engines/tensor.ts"),
  ]);
  return tensorEngine(network, await tensorLoader()());
}

/** The fields that a user knows: those of the program, without the compiler's. */
export const visibleFields = (fields: readonly NetworkField[]): NetworkField[] =>
  fields.filter(({ role }) => role !== "hidden");
