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

import type { InstructionProgram } from "../../compiler/lower/instructions.ts";
import type { Rule } from "../../compiler/schedule/rule.ts";
import { FEW_NODES } from "./diagrams.ts";
import { proveFree } from "./free.ts";
import { handshakeOf } from "./handshake.ts";
import { type Job, proveLine, proveLineStop } from "./line.ts";
import { matchSchedule } from "./matching.ts";
import { broken, shown } from "./obligation.ts";
import type { Obligation, Outcome, ScheduleProof } from "./result.ts";

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
  const job: Job = { program, rule, matching, handshake };
  const ends = Array.from({ length: matching.lines.length + Number(matching.canEnd) }, (_, at) => at);
  const lines = ends.map((at) => proveLine(job, at, fewNodes));
  return [matched, ...handshake.obligations, ...lines, proveLineStop(job)];
}

const MATCHED = "the lines of the schedule are the program's instructions";

function worst(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.includes("refuted")) return "refuted";
  return outcomes.includes("undecided") ? "undecided" : "proved";
}
