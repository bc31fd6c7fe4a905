// Proof for all sizes: the network's step is the rule's step on every legal neighbourhood, it starts, stops and reads
// its input as the program says, and the rule is the program in local time. By induction over steps, network and
// program then agree on every grid, for ever.

import type { InstructionProgram } from "../../compiler/lower/instructions.ts";
import type { Rule } from "../../compiler/schedule/rule.ts";
import { Allowance, type Budget, PROOF_BUDGET } from "../../diagnostics/budget.ts";
import { FEW_NODES } from "../../logic/diagrams.ts";
import type { Network } from "../../network/network.ts";
import { requireBits } from "../../network/validate.ts";
import type { Original } from "../verify/check.ts";
import { programDifferences } from "../verify/same-program.ts";
import { proveAssertions } from "./asserts.ts";
import { proveFree } from "./free.ts";
import { handshakeOf } from "./handshake.ts";
import { type Lemmas, lemmasOf, withTokens } from "./lemma.ts";
import { type Job, proveLine, proveLineStop } from "./line.ts";
import { lineChoices } from "./line-choices.ts";
import { matchSchedule } from "./matching.ts";
import { Patch } from "./neighbourhood.ts";
import { broken, shown } from "./obligation.ts";
import { proveStep, type StepOptions, undecidedStep } from "./prove-step.ts";
import { reachDifference } from "./reach-difference.ts";
import type {
  Obligation,
  Outcome,
  ProveResult,
  Reached,
  ScheduleProof,
  StepProof,
  StopReached,
} from "./result.ts";
import { proveStop, reachStop, type StopProof } from "./stop.ts";

export interface ProveOptions {
  /** Channels are rounded to 0 or 1 at 1/2 after every step, also where the network does not say so. */
  readonly snap?: boolean;
  /** Seed of the search for an input that shows a difference. */
  readonly seed?: number;
  readonly onProgress?: (done: number, total: number) => void;
  /** The step's proof, where it has been proved already. */
  readonly step?: StepProof;
  /** What the proof may take, beside runs: 60 seconds and 2 GiB, unless this says otherwise; then it throws OverBudget. */
  readonly budget?: Partial<Budget>;
  /** Runs work that may take long and does not pause, so that somebody can end it: by an exception, which leaves. */
  readonly bounded?: <T>(work: () => T) => T;
}

/** What was compiled; the network is not asked for where no units differ. */
export interface Claim extends Omit<Original, "source"> {
  readonly instructions: InstructionProgram;
}

/** Proves, refutes or leaves undecided that `network` emulates the program. */
export async function proveNetwork(
  claim: Claim,
  network: Network,
  { snap = false, seed = 1, onProgress, step: known, budget = {}, ...options }: ProveOptions = {},
): Promise<ProveResult> {
  const started = performance.now();
  const { checked, instructions, rule } = claim;
  const allowance = new Allowance(budget, PROOF_BUDGET);
  const { bounded = (work) => allowance.run(`proving ${checked.name}`, work) } = options;
  if (snap) requireBits(network, "rounding to 0 and 1");
  const lemmas = lemmasOf(checked, rule, network.parts !== undefined);
  const schedule = bounded(() => proveSchedule(instructions, rule));
  const assertions = await proveAssertions(checked, instructions, rule, { seed, lemmas, bounded });
  const differences = programDifferences(rule, checked, network);
  // Other fields make another machine: there is no step to compare.
  if (differences.length > 0)
    return {
      outcome: "refuted",
      reason: differences[0]!,
      schedule,
      assertions,
      differences,
      step: null,
      stopReached: null,
      invariant: null,
      milliseconds: performance.now() - started,
    };
  const wanted = { snap, compiled: () => claim.network, ...(onProgress && { onProgress }) };
  const { step, invariant } =
    known === undefined
      ? bounded(() => proveReachable(rule, network, wanted, lemmas))
      : { step: known, invariant: null };
  const stop = bounded(() => proveStop(rule, network, lemmas));
  const milliseconds = performance.now() - started;
  const { counterexample } = step;
  const reached =
    counterexample === null
      ? null
      : await reachDifference(checked, rule, network, { snap, seed, from: counterexample.neighbourhood });
  const stopReached =
    step.outcome === "proved" && stop.outcome === "differs"
      ? await reachStop(checked, rule, network, { seed, from: stop.cell })
      : null;
  return {
    ...verdict(schedule, step, reached, stop, stopReached),
    schedule,
    assertions,
    differences,
    stopReached,
    step: counterexample === null ? step : { ...step, counterexample: { ...counterexample, reached } },
    invariant,
    milliseconds,
  };
}

/** Only a run refutes: a neighbourhood may be one that no run reaches. */
function verdict(
  schedule: ScheduleProof,
  step: StepProof,
  reached: Reached | null,
  stop: StopProof,
  stopReached: StopReached | null,
): Pick<ProveResult, "outcome" | "reason"> {
  if (reached !== null) return { outcome: "refuted", reason: SHOWN };
  if (step.outcome !== "proved") return { outcome: "undecided", reason: step.reason ?? OUT_OF_REACH };
  if (stopReached !== null) return { outcome: "refuted", reason: stop.reason };
  if (stop.outcome !== "proved")
    return {
      outcome: "undecided",
      reason: stop.outcome === "differs" ? `${stop.reason}, ${STOP_OUT_OF_REACH}` : stop.reason,
    };
  if (schedule.outcome === "proved") return { outcome: "proved", reason: null };
  return { outcome: "undecided", reason: schedule.obligations.find((each) => each.reason !== null)!.reason };
}

const SHOWN = "a run shows a step of the network that is not the program's";
const OUT_OF_REACH =
  "on a neighbourhood of legal states the network does something else than the program, but no run that was tried " +
  "reaches it, and it is not proved that none does";

const STOP_OUT_OF_REACH =
  "but no run that was tried ends at another step because of it, and it is not proved that none does";

/**
 * The proof on all legal neighbourhoods, of no more tokens than the network takes; where it fails, on those in which
 * every cell satisfies an invariant: cheap invariants first.
 */
export function proveReachable(
  rule: Rule,
  network: Network,
  options: StepOptions,
  lemmas: Lemmas,
): Pick<ProveResult, "invariant"> & { readonly step: StepProof } {
  const { tokens = [] } = network;
  const several = tokens.find((token) => !lemmas.isToken(token));
  if (several !== undefined) return { step: undecidedStep(network, mayBeSeveral(several)), invariant: null };
  const alone = withTokens(rule, null, tokens);
  // Of a number that holds a whole cell, only those of states that come up are told apart.
  if (network.parts !== undefined && lemmas.cells() !== null)
    return {
      step: proveStep(rule, network, { ...options, invariant: lemmas.cells() }),
      invariant: lemmas.cells(),
    };
  const first = { step: proveStep(rule, network, { ...options, invariant: alone }), invariant: alone };
  if (first.step.outcome === "proved") return first;
  const cells = lemmas.cells();
  if (cells === null) return first;
  const invariant = withTokens(rule, cells, tokens);
  return { step: proveStep(rule, network, { ...options, invariant }), invariant };
}

const mayBeSeveral = (token: string): string =>
  `the network takes at most one cell with ${token}, and it is not proved of the program that there are never more`;

// The rule is the program in local time. Whatever the scheduler did to get there, four things are shown of its result:
//
//   the lines of the schedule are the program's instructions, some of them after copies (matching.ts);
//   by the handshake neighbours are never far apart, and nobody waits for ever (handshake.ts);
//   at these distances, every read of a neighbour has a field that holds the value of the right age (ages.ts);
//   on every neighbourhood, a cell on a line computes what its instruction writes from these fields if the handshake
//   lets it run, and stays as it is if not; it goes to the line that follows, and its clock ticks (line.ts).
//
// By induction over steps, every cell that has run T instructions then holds what the sequential reading of the
// program gives it after T. That all cells go the same way through the program is for the program to see to: the
// interpreter reports a `break` that they do not agree on.

/**
 * Proves or refutes that a rule is the program's local-time schedule. Of each obligation, diagrams of few nodes are tried
 * first.
 */
export function proveSchedule(program: InstructionProgram, rule: Rule, fewNodes = FEW_NODES): ScheduleProof {
  const started = performance.now();
  const obligations = obligationsOf(program, rule, fewNodes);
  return {
    outcome: worst(obligations.map(({ outcome }) => outcome)),
    handshake:
      rule.schedule.kind.replaceAll("-", " ") + (rule.schedule.clock?.event === "on" ? ", waves" : ""),
    lines: rule.schedule.instructions.length,
    cases: obligations.reduce((sum, { cases }) => sum + cases, 0),
    obligations,
    milliseconds: performance.now() - started,
  };
}

function obligationsOf(program: InstructionProgram, rule: Rule, fewNodes: number): Obligation[] {
  const matching = matchSchedule(program, rule);
  if (typeof matching === "string") return [broken(MATCHED, matching)];
  const matched = shown(MATCHED, matching.lines.length);
  if (rule.schedule.kind === "free-running")
    return [matched, ...proveFree(program, rule, matching, fewNodes)];
  const handshake = handshakeOf(program, rule, matching);
  if (typeof handshake === "string") return [matched, broken("the handshake is a known one", handshake)];
  const onLine = lineChoices(rule, matching.position?.name ?? null);
  const job: Job = { program, rule, matching, handshake, onLine, patch: new Patch(rule.fields, true) };
  const ends = Array.from({ length: matching.lines.length + Number(matching.canEnd) }, (_, at) => at);
  const lines = ends.map((at) => proveLine(job, at, fewNodes));
  return [matched, ...handshake.obligations, ...lines, proveLineStop(job)];
}

const MATCHED = "the lines of the schedule are the program's instructions";

function worst(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.includes("refuted")) return "refuted";
  return outcomes.includes("undecided") ? "undecided" : "proved";
}
