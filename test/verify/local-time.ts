// One run of a rule beside the sequential reading of its program: the theorem of local time on one grid.

import type { Rule } from "../../src/compiler/schedule/rule.ts";
import { interpret } from "../../src/engines/reference.ts";
import { type RuleEngine, ruleEngine } from "../../src/engines/rule.ts";
import type { Grid } from "../../src/grid/grid.ts";
import type { CheckedProgram } from "../../src/language/analyse/checked.ts";
import { type Mismatch, Timeline, traceProgram } from "../../src/proof/verify/timeline.ts";

export interface LocalRun {
  /** What went wrong, or null. */
  readonly fault: string | null;
  readonly steps: number;
  /** Cell values compared. */
  readonly compared: number;
  /** Whether the program came to its end within the limit. */
  readonly complete: boolean;
}

/** Steps looked at after the end, where nothing may change any more; cells that only `ends` stops may. */
const afterwards = ({ ends }: CheckedProgram): number => (ends ? 0 : 3);

/** Runs `input` for as many instructions as `maxInstructions`, and compares every cell after each of them. */
export function runLocally(
  program: CheckedProgram,
  rule: Rule,
  input: Grid,
  maxInstructions: number,
  engine: RuleEngine = ruleEngine(rule),
): LocalRun {
  const trace = traceProgram(program, rule.schedule, input, maxInstructions);
  const start = engine.start(input);
  const timeline = new Timeline(trace, rule.schedule, start);
  const longest = trace.moments[trace.moments.length - 1]!.time;
  const after = afterwards(program);
  const limit = (longest + 2) * (input.rows + input.cols + 1) + after;
  let grid = start;
  let ended = engine.halted(start) ? 1 : 0;
  for (let step = 1; step <= limit; step++) {
    const over = ended > after;
    if (trace.complete ? over : rule.stop.kind !== "fixpoint" && timeline.done) {
      const fault = trace.complete ? finalFault(program, input, maxInstructions, grid) : null;
      return { fault, steps: step - 1, compared: timeline.compared, complete: trace.complete };
    }
    const next = engine.step(grid);
    const still = rule.stop.kind === "fixpoint" ? sameGrid(grid, next) : engine.halted(next);
    const wrong = still ? timeline.acceptOver(next) : timeline.accept(next);
    grid = next;
    if (still || ended > 0) ended++;
    if (wrong !== null) {
      return { fault: describe(rule, wrong), steps: step, compared: timeline.compared, complete: false };
    }
  }
  const fault = trace.complete ? "the rule goes on after the program's end" : "the rule lags behind";
  return { fault, steps: limit, compared: timeline.compared, complete: trace.complete };
}

/** The end once more, without the timeline: every field as the interpreter leaves it. */
function finalFault(
  program: CheckedProgram,
  input: Grid,
  maxInstructions: number,
  found: Grid,
): string | null {
  const { grid } = interpret(program, input, { maxInstructions });
  const differing = Object.keys(grid.planes).find(
    (name) => !grid.planes[name]!.every((value, at) => value === found.planes[name]![at]),
  );
  return differing === undefined ? null : `${differing} ends differently`;
}

function describe(rule: Rule, { step, row, col, field, expected, got, instruction }: Mismatch): string {
  const label = rule.schedule.instructions[Math.max(instruction, 0)]!.label;
  return `step ${step}, row ${row}, col ${col}: ${field} is ${got}, not ${expected}, after ${label}`;
}

export function sameGrid(one: Grid, other: Grid): boolean {
  return Object.entries(one.planes).every(([name, plane]) =>
    plane.every((value, at) => value === other.planes[name]![at]),
  );
}
