// `tapeloom mutate`: changes every number of a network, one at a time, and counts who notices.

import type { Compilation } from "../compile.ts";
import { percent, plural, showCount } from "../diagnostics/count.ts";
import { type MutantVerdict, type MutateOptions, mutateJobs } from "../proof/prove/mutation-score.ts";
import type { CommandResult, ValuesOf } from "./commands/command.ts";
import type { mutateOptions } from "./commands/proofs.ts";
import { type Io, paint } from "./io.ts";
import { loadProgram } from "./load.ts";
import { resultsOf } from "./pool.ts";

type MutateCommandOptions = ValuesOf<typeof mutateOptions>;

export async function mutateCommand(
  io: Io,
  file: string,
  options: MutateCommandOptions,
): Promise<CommandResult> {
  const program = await loadProgram(io, file, options);
  const compilation = program.compile();
  const { grids, max, seed } = options;
  const begin = performance.now();
  const settings = { grids, maxRows: max.rows, maxCols: max.cols, seed };
  const verdicts = await judgeAll(io, compilation, settings, options);
  const { name } = compilation.checked;
  const score: Score = { verdicts, grids, seed, milliseconds: performance.now() - begin };
  return { json: () => asJson(name, score), text: () => `${describe(io, name, score)}\n` };
}

interface Score {
  readonly verdicts: readonly MutantVerdict[];
  readonly grids: number;
  readonly seed: number;
  readonly milliseconds: number;
}

async function judgeAll(
  io: Io,
  compilation: Compilation,
  settings: MutateOptions,
  hands: MutateCommandOptions,
): Promise<MutantVerdict[]> {
  const { source, network, checked } = compilation;
  const { set = {} } = hands;
  const judged = await resultsOf<"mutate">(io, {
    ...{ label: checked.name, unit: "mutants", jobs: mutateJobs(network), size: ({ count }) => count },
    ...{ work: "mutate", data: { source, params: set, network, options: settings }, hands },
  });
  return judged.flat();
}

interface Sorted {
  readonly equivalent: readonly MutantVerdict[];
  readonly undecided: readonly MutantVerdict[];
  /** Refuted by the proof. */
  readonly refuted: readonly MutantVerdict[];
  /** Not equivalent, as far as anybody knows. */
  readonly found: readonly MutantVerdict[];
  readonly missed: readonly MutantVerdict[];
}

const sort = ({ verdicts }: Score): Sorted => ({
  equivalent: verdicts.filter(({ outcome }) => outcome === "proved"),
  undecided: verdicts.filter(({ outcome }) => outcome === "undecided"),
  refuted: verdicts.filter(({ outcome }) => outcome === "refuted"),
  found: verdicts.filter(({ found }) => found === true),
  missed: verdicts.filter(({ found }) => found === false),
});

function describe(io: Io, name: string, score: Score): string {
  const { verdicts, grids, seed, milliseconds } = score;
  const { equivalent, undecided, refuted, found, missed } = sort(score);
  const numbers = new Set(verdicts.map(({ number }) => number)).size;
  const others = verdicts.length - equivalent.length;
  const rate = (part: number) =>
    `${showCount(part)} of ${showCount(others)}${others === 0 ? "" : ` (${percent(part / others, 1)})`}`;
  const list = (title: string, some: readonly MutantVerdict[], remark: (each: MutantVerdict) => string) =>
    some.length === 0 ? [] : ["", title, ...some.map((each) => `  ${each.name}${remark(each)}`)];
  return [
    `${paint(io, io.stdout, "green", name)}: ${plural(verdicts.length, "mutant")} of ${plural(numbers, "number")}, ` +
      `${showCount(equivalent.length)} of them equivalent (${(milliseconds / 1000).toFixed(1)} s)`,
    `  prove refutes  ${rate(refuted.length)} of those that are not equivalent`,
    `  check finds    ${rate(found.length)}, with ${plural(grids, "grid")} (seed ${seed})`,
    ...list(
      "Equivalent: the network's step is the rule's in every case that can come up",
      equivalent,
      ({ cases }) => `: proved on all ${plural(cases, "case")}`,
    ),
    ...list("Not found by check", missed, () => ""),
    ...list("Undecided", undecided, () => ""),
  ].join("\n");
}

/** The score for programs to read. */
function asJson(program: string, score: Score) {
  const { equivalent, undecided, refuted, found, missed } = sort(score);
  const { verdicts, grids, seed, milliseconds } = score;
  return {
    program,
    mutants: verdicts.length,
    refuted: refuted.length,
    found: found.length,
    undecided: undecided.length,
    equivalent: equivalent.map(({ number, from, to, cases }) => ({ number, from, to, cases })),
    missed: missed.map(({ number, from, to }) => ({ number, from, to })),
    grids,
    seed,
    milliseconds,
  };
}
