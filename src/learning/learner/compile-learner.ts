// From a learner's syntax tree to its network: the prelude in front, then the compiler's stages as for any program.

import { lower } from "../../compiler/lower/lower.ts";
import { schedule } from "../../compiler/schedule/schedule.ts";
import { PAPER_LAYERS } from "../../compiler/synthesise/one-channel.ts";
import { type SynthesisOptions, synthesise } from "../../compiler/synthesise/synthesise.ts";
import { type Budget, within } from "../../diagnostics/budget.ts";
import { InputError, ProgramError, type Source } from "../../diagnostics/diagnostic.ts";
import type { Architecture } from "../../diagnostics/known-words.ts";
import { showType } from "../../grid/grid.ts";
import { inputRulesOf } from "../../grid/prepare.ts";
import { analyse } from "../../language/analyse/analyse.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import type { AstProgram } from "../../language/parse/ast.ts";
import type { Network } from "../../network/network.ts";
import { lemmasOf } from "../../proof/prove/lemma.ts";
import { numbersOf, singleNetwork } from "../../proof/prove/one-channel-network.ts";
import { type LearnerNetwork, learnerNetwork } from "./learner-network.ts";
import type { Sign } from "./memory-layer.ts";
import { withPrelude } from "./prelude.ts";

/** A program that is in order by itself. */
export interface LearnerSource {
  readonly source: Source;
  readonly ast: AstProgram;
  readonly checked: CheckedProgram;
}

export interface LearnerOptions extends Omit<SynthesisOptions, "onStructure" | "lean"> {
  /** Values for the program's params, instead of their defaults. */
  readonly params?: Readonly<Record<string, number>>;
  /** SHA-256 of the program's text, hexadecimal. */
  readonly sourceHash: string;
  /** The sign that stands for the bit 1 in data; by default +1, in the paper -1. */
  readonly one?: Sign;
  /** What compiling may take: 9 seconds and 800 MiB, unless this says otherwise. */
  readonly budget?: Partial<Budget>;
  /** A channel for each bit, and one for V, by default; `paper`: a single channel. */
  readonly arch?: Architecture;
}

/**
 * Compiles a learner into the network of the paper's Definition 5.
 * @throws InputError if the program is no learner, or one that does not fit into that network
 * @throws OverBudget if compiling it takes more than is allowed
 */
export function compileLearner(learner: LearnerSource, options: LearnerOptions): LearnerNetwork {
  const what = `compiling ${learner.source.name}`;
  return within(options.budget ?? {}, what, () => networkOfLearner(learner, options));
}

function networkOfLearner(
  { source, ast, checked }: LearnerSource,
  { params, sourceHash, one = 1, arch, ...options }: LearnerOptions,
): LearnerNetwork {
  const isSingle = arch === "paper";
  const { ast: combined, names } = withPrelude(ast, one, isSingle);
  requireTwoAnswers(checked);
  // Behind the prelude, a param that there is not would be a mistake of ours.
  const own = params === undefined ? [] : analyse(ast, source, params).diagnostics;
  if (own.some(({ severity }) => severity === "error")) throw new ProgramError(source, own);
  const analysed = analyse(combined, source, params);
  if (analysed.program === null) {
    const [first] = analysed.diagnostics.filter(({ severity }) => severity === "error");
    throw new Error(`internal: ${checked.name} behind the prelude: ${first?.code} ${first?.message}`);
  }
  const rule = schedule(lower(analysed.program));
  // The prelude makes rules that the search is good at: of 166 learners, 17 would have up to 14 numbers less, of 150 to 380.
  const search = isSingle ? { ...options, layers: PAPER_LAYERS - 1 } : { ...options, lean: true };
  const { candidates } = synthesise(rule, sourceHash, search);
  const digital: Network = { ...candidates[0]!.network(), ...inputRulesOf(analysed.program) };
  if (digital.stop.kind === "never")
    throw new InputError(
      `${checked.name} never ends, so there is no moment at which its answer is ready; ` +
        "let its cells halt (`halt when ...`), or leave its loop (`break when ...`)",
    );
  if (!isSingle) return learnerNetwork(digital, names, one);
  const lemmas = lemmasOf(analysed.program, rule, isSingle);
  const single = singleNetwork({ source, ast }, rule, digital, lemmas);
  return learnerNetwork(single, names, one, numbersOf(rule, single, lemmas));
}

/** An answer is the bit 1 where the field has the last value of its type: true, or the last name. */
function requireTwoAnswers({ name, fields, predict }: CheckedProgram): void {
  const field = fields.find((each) => each.name === predict);
  if (field === undefined || field.type.kind !== "range") return;
  throw new InputError(
    `${name} predicts ${field.name}, of type ${showType(field.type)}, but the network's output is -1 or +1; ` +
      "let it predict a bit, or an enum whose last value stands for +1",
  );
}
