// All comparisons of one program: the cheap ones always, the costly ones on a share of the programs.

import { type Compilation, checkProgram, compile } from "../../../src/compile.ts";
import { ProgramError, type Source } from "../../../src/diagnostics/diagnostic.ts";
import { once } from "../../../src/diagnostics/memo.ts";
import type { Engine } from "../../../src/engines/engine.ts";
import type { Grid } from "../../../src/grid/grid.ts";
import { fitsGrid, prepareInput } from "../../../src/grid/prepare.ts";
import type { AssertionProof } from "../../../src/proof/prove/result.ts";
import type { Drawn } from "../generate/program.ts";
import { judge, type Verdict } from "../language/interpret.ts";
import { parseProgram } from "../language/parser.ts";
import { type Program, Refused } from "../language/tree.ts";
import type { Shape } from "../language/world.ts";
import { Random } from "../random.ts";
import { compareCheck } from "./check.ts";
import {
  compareEngine,
  compareRule,
  type DirectRun,
  type EngineKind,
  openEngine,
  runDirect,
} from "./engines.ts";
import { compareFacts, factsOf } from "./facts.ts";
import { type Case, comparing, Failure } from "./failure.ts";
import {
  compareDecompiled,
  compareFormat,
  compareGolly,
  compareGridFiles,
  compareJson,
  compareNpz,
  compareOnnx,
  compareTfjs,
  compareWeightFile,
} from "./forms.ts";
import { drawInputs, drawShape, gridOf } from "./grids.ts";
import { compareLearned } from "./learn.ts";
import { compareLocalTime, compareReference } from "./meaning.ts";
import { compareProofs } from "./proofs.ts";
import { compareBatch, compareResumed } from "./runs.ts";

/** What became of a program. */
export type Outcome =
  | { readonly kind: "agreed"; readonly done: ReadonlySet<string> }
  /** The compiler does not take it; the codes say why. */
  | { readonly kind: "refused"; readonly codes: readonly string[] }
  | { readonly kind: "failed"; readonly failure: Failure };

const ALWAYS = ["weight file", "prove", "grid file", "reference", "network", "rule", "bytes"] as const;

/** Every how many programs a comparison is made, at random. */
const SHARES = {
  format: 1,
  json: 1,
  onnx: 12,
  bits: 12,
  "bits, no skips": 24,
  "bits, 2 threads": 60,
  memo: 6,
  check: 10,
  learn: 2,
  golly: 2,
  tensor: 24,
  decompile: 40,
  npz: 20,
  tfjs: 60,
  "onnx export": 30,
  facts: 3,
} as const;

const ENGINES: readonly EngineKind[] = [
  "bytes",
  "bits",
  "bits, no skips",
  "bits, 2 threads",
  "memo",
  "tensor",
  "onnx",
];

/** Instructions that are looked at, on small grids and on wide ones. */
const limitFor = ({ rows, cols }: Shape): number => (rows * cols > 400 ? 12 : rows * cols > 60 ? 30 : 60);

export interface CompareOptions {
  /** Makes the costly comparisons on so many times fewer programs (1). */
  readonly sparing?: number;
  /** Comparisons that are made on every program, however costly. */
  readonly always?: readonly string[];
  /** Comparisons that are left out. */
  readonly never?: readonly string[];
  /** Makes the one comparison that a failure of this kind comes from, instead of all. */
  readonly only?: string;
}

/** Compares all that can be said about a program. The same numbers draw the same inputs and comparisons. */
export async function compareProgram(
  { text, wide }: Pick<Drawn, "text" | "wide">,
  seed: number,
  index: number,
  { only, sparing = 1, always = [], never = [] }: CompareOptions = {},
): Promise<Outcome> {
  const random = new Random(seed, index ^ 0x5eed);
  const options = { effort: random.chance(0.1 / sparing) ? 1 : 0, prune: random.chance(0.5) };
  const drawn = new Set([...chooseComparisons(random, wide, sparing), ...always]);
  for (const name of never) drawn.delete(name);
  const chosen =
    only === undefined
      ? drawn
      : new Set(
          COMPARISONS.filter((name) => only.startsWith(name) || (name === "prove" && only === "assertions")),
        );
  try {
    const source = { name: "r", text };
    const program = readByBoth(source);
    if ("codes" in program) return program;
    const compilation = await comparing("compile", null, () => compile(source, options));
    const subject = new Subject(program, compilation, random, chosen);
    await subject.compareForms();
    await subject.compareRuns(wide ? 2 : 3, wide);
    return { kind: "agreed", done: subject.done };
  } catch (error) {
    if (error instanceof Failure) return { kind: "failed", failure: error };
    throw error;
  }
}

/** The program as the judge reads it, unless the compiler refuses it. */
function readByBoth(source: Source): Program | (Outcome & { kind: "refused" }) {
  try {
    checkProgram(source);
  } catch (error) {
    if (error instanceof ProgramError) {
      const codes = error.diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code);
      return { kind: "refused", codes: [...new Set(codes)] };
    }
    throw new Failure(
      "front end: exception",
      error instanceof Error ? (error.stack ?? error.message) : `${error}`,
    );
  }
  try {
    return parseProgram(source.text);
  } catch (error) {
    throw new Failure("judge: refuses", error instanceof Error ? (error.stack ?? error.message) : `${error}`);
  }
}

const COMPARISONS = [...ALWAYS, ...(Object.keys(SHARES) as (keyof typeof SHARES)[])];

/** The cheap comparisons, and the costly ones whose turn it is; grids of many columns are for the bit engine. */
function chooseComparisons(random: Random, wide: boolean, sparing: number): ReadonlySet<string> {
  const drawn = Object.entries(SHARES).filter(([name, share]) => {
    return random.int(share * sparing) === 0 || (wide && name.startsWith("bits"));
  });
  return new Set([...ALWAYS, ...drawn.map(([name]) => name)]);
}

class Subject {
  readonly done = new Set<string>();
  /** What is proved of them; empty where that was not asked. */
  private assertions: readonly AssertionProof[] = [];
  private readonly program: Program;
  private readonly compilation: Compilation;
  private readonly random: Random;
  private readonly chosen: ReadonlySet<string>;
  private readonly facts = once(() => factsOf(this.compilation));

  constructor(program: Program, compilation: Compilation, random: Random, chosen: ReadonlySet<string>) {
    this.program = program;
    this.compilation = compilation;
    this.random = random;
    this.chosen = chosen;
  }

  /** What does not need an input. */
  async compareForms(): Promise<void> {
    const { network } = this.compilation;
    await this.note("format", null, () => compareFormat(this.compilation));
    await this.note("weight file", null, () => compareWeightFile(network));
    await this.note("json", null, () => compareJson(network));
    await this.note("npz", null, () => compareNpz(network));
    await this.note("prove", null, async () => {
      this.assertions = await compareProofs(this.program, this.compilation);
    });
    await this.note("learn", null, () => compareLearned(this.random, this.program, this.compilation));
    await this.note("check", null, () => compareCheck(this.random, this.program, this.compilation));
  }

  async compareRuns(count: number, wide: boolean): Promise<void> {
    const engines = await this.openEngines();
    try {
      for (let i = 0; i < count; i++) {
        const shape = drawShape(this.random, this.program, wide);
        if (shape === null) return;
        await this.compareRun(shape, engines, i === 0);
      }
    } finally {
      for (const engine of engines.values()) engine.close();
    }
  }

  private async openEngines(): Promise<Map<EngineKind, Engine>> {
    const engines = new Map<EngineKind, Engine>();
    for (const kind of ENGINES) {
      if (!this.chosen.has(kind)) continue;
      const engine = await comparing(`${kind}: start`, null, () =>
        openEngine(this.compilation.network, kind),
      );
      if (engine !== null) engines.set(kind, engine);
    }
    return engines;
  }

  private async compareRun(
    shape: Shape,
    engines: ReadonlyMap<EngineKind, Engine>,
    first: boolean,
  ): Promise<void> {
    const { checked, network } = this.compilation;
    const on: Case = { shape, inputs: drawInputs(this.random, this.program, shape) };
    if (!fitsGrid(checked, shape)) throw new Failure("shape", "the compiler does not take it", on);
    const limit = limitFor(shape);
    const verdict = this.judge(on, limit, "stop");
    await this.note("reference", on, () => compareReference(this.compilation, verdict, limit, on));
    const broken = this.assertions.find(({ line }) => line === verdict.line);
    if (broken?.outcome === "proved" || broken?.outcome === "never reached") {
      throw new Failure(
        "prove: assertion",
        `line ${broken.line} is ${broken.outcome}, and broken for the judge`,
        on,
      );
    }
    const input = await comparing("input", on, () =>
      prepareInput(checked, gridOf(checked, shape, on.inputs)),
    );
    const whole = verdict.end === "assertion" ? this.judge(on, limit, "ignore") : verdict;
    const { most, cut } = stepsFor(this.compilation, whole);
    const run = await comparing("direct", on, () => runDirect(network, input, most));
    if (whole.end !== "disagreement") {
      await this.note("network", on, () => compareLocalTime(this.compilation, whole, run, cut, on));
    }
    await this.note("rule", on, () => compareRule(this.compilation, input, run, on));
    await this.note("facts", on, () => compareFacts(this.facts(), run, on));
    for (const [kind, engine] of engines) {
      await compareEngine(this.random, network, kind, engine, input, run, on);
      if (this.random.chance(0.2)) {
        const batch = `${kind}, batch`;
        await comparing(batch, on, () => compareBatch(this.random, batch, engine, input, run, on));
      }
      if (this.random.chance(0.2)) {
        const resumed = `${kind}, resumed`;
        await comparing(resumed, on, () =>
          compareResumed(this.random, network, resumed, engine, input, run, on),
        );
      }
      this.done.add(kind);
    }
    if (first) await this.compareExports(input, run, on);
  }

  private async compareExports(input: Grid, run: DirectRun, on: Case): Promise<void> {
    const { network } = this.compilation;
    await this.note("grid file", on, () => compareGridFiles(this.compilation, run, on));
    await this.note("onnx export", on, () => compareOnnx(network, input, run, on));
    await this.note("tfjs", on, () => compareTfjs(network, input, run, on));
    await this.note("golly", on, () => compareGolly(network, run, on));
    await this.note("decompile", on, () => compareDecompiled(network, run, on));
  }

  /** Makes a comparison if it was chosen, and notes whether it could be made. */
  private async note(kind: string, on: Case | null, run: () => unknown): Promise<void> {
    if (this.chosen.has(kind) && (await comparing(kind, on, run)) !== false) this.done.add(kind);
  }

  private judge(on: Case, instructions: number, assertions: "stop" | "ignore"): Verdict {
    try {
      return judge(this.program, on.shape, on.inputs, { instructions, assertions });
    } catch (error) {
      if (error instanceof Refused) throw new Failure("judge: refuses", error.message, on);
      throw error;
    }
  }
}

/** Cells, times steps, that a run is worth. */
const MOST_WORK = 300_000;

/** So many steps, in which the network must have done what the judge has looked at, unless they are cut short. */
function stepsFor(
  { rule }: Compilation,
  { history, decisions, rows, cols }: Verdict,
): { most: number; cut: boolean } {
  const done = history.length + decisions + 2;
  const { kind } = rule.schedule;
  const enough =
    kind === "lockstep"
      ? 3 * done + 4
      : kind === "free-running"
        ? 2 * done * (rows + cols) + 4
        : 12 * done + (2 * done + 4) * (rows + cols);
  const most = Math.min(enough, Math.ceil(MOST_WORK / (rows * cols)));
  return { most, cut: most < enough };
}
