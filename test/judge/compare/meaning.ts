// What a program does: the judge beside the reference interpreter, and beside the network in local time.

import type { Compilation } from "../../../src/compile.ts";
import { InputError } from "../../../src/diagnostics/diagnostic.ts";
import { AssertionFailed } from "../../../src/engines/assertion.ts";
import { interpret, NeverEnds } from "../../../src/engines/reference.ts";
import type { Grid } from "../../../src/grid/grid.ts";
import { prepareInput } from "../../../src/grid/prepare.ts";
import type { End, Verdict } from "../language/interpret.ts";
import type { DirectRun } from "./engines.ts";
import { type Case, Failure } from "./failure.ts";
import { differenceOf, gridOf } from "./grids.ts";

/** Compares every state after every instruction, and how the run ends. */
export function compareReference(
  { checked, source }: Compilation,
  verdict: Verdict,
  limit: number,
  on: Case,
): void {
  const fail = (detail: string) => {
    throw new Failure("reference", detail, on);
  };
  let seen = 0;
  const look = (grid: Grid) => {
    const expected = verdict.history[seen];
    if (expected === undefined)
      return fail(`goes on after instruction ${seen - 1}, where the judge says ${verdict.end}`);
    const difference = differenceOf(checked, grid, expected);
    if (difference !== null) fail(`after instruction ${seen}: ${difference}`);
  };
  const run = (): { end: End; line: number | null } => {
    try {
      const result = interpret(checked, prepareInput(checked, gridOf(checked, on.shape, on.inputs)), {
        maxInstructions: limit,
        onInstruction: ({ instruction, grid }) => {
          if (instruction.tag !== "pass") return;
          seen += 1;
          look(grid);
        },
      });
      look(result.grid);
      return { end: result.halted ? "over" : "limit", line: null };
    } catch (error) {
      if (error instanceof AssertionFailed) {
        return { end: "assertion", line: source.text.slice(0, error.span.start).split("\n").length };
      }
      if (error instanceof NeverEnds) return { end: "limit", line: null };
      if (error instanceof InputError) return { end: "disagreement", line: null };
      throw error;
    }
  };
  const { end, line } = run();
  if (end !== verdict.end)
    fail(`ends with ${end} after ${seen} instructions, and for the judge with ${verdict.end}`);
  // In an assertion's instruction, cells and assertions are looked at in any order.
  const whole = verdict.history.length - 1;
  if (seen !== whole && end !== "assertion") fail(`${seen} instructions, and for the judge ${whole}`);
  if (end === "assertion" && Math.abs(seen - whole) > 1)
    fail(`line ${line} fails after ${seen}, not ${whole}`);
}

/**
 * Compares what every cell goes through, without regard to when: a cell of the network has the states that the judge
 * gives it after its instructions, in the same order. A run that was cut short may lack some.
 */
export function compareLocalTime(
  { checked, network }: Compilation,
  verdict: Verdict,
  { grids: states, halted }: Pick<DirectRun, "grids" | "halted">,
  cut: boolean,
  on: Case,
): void {
  const last = states.at(-1)!;
  const fail = (detail: string) => {
    throw new Failure("network", detail, on);
  };
  if (last.rows !== verdict.rows || last.cols !== verdict.cols) {
    fail(`${last.rows}x${last.cols} cells, expected ${verdict.rows}x${verdict.cols}`);
  }
  if (halted && verdict.end === "over") {
    const difference = differenceOf(checked, last, verdict.history.at(-1)!);
    if (difference !== null) fail(`in the end, ${difference}`);
  }
  if (verdict.end === "over" && !halted && !cut) fail(`not over after ${states.length - 1} steps`);
  if (network.schedule.kind === "free-running") return;
  const planes = verdict.history.map((fields) => gridOf(checked, verdict, fields));
  for (let cell = 0; cell < last.rows * last.cols; cell++) {
    const expected = lifeOf(planes, checked.fields, cell);
    const found = lifeOf(states, checked.fields, cell);
    const both = Math.min(expected.length, found.length);
    const at = expected.slice(0, both).findIndex((state, i) => state !== found[i]);
    const where = `row ${Math.floor(cell / last.cols) + 1}, column ${(cell % last.cols) + 1}`;
    const names = checked.fields.map(({ name }) => name).join(",");
    if (at >= 0) fail(`${where}, change ${at} of (${names}): expected ${expected[at]}, got ${found[at]}`);
    if (found.length < expected.length && !cut)
      fail(`${where} stops after ${found.length - 1} of ${expected.length - 1} changes`);
    if (verdict.end === "over" && found.length > expected.length)
      fail(`${where} changes once more: ${found[both]}`);
  }
}

/** The states of a cell, as text, one after another; those that repeat the one before are left out. */
function lifeOf(
  grids: readonly Grid[],
  fields: readonly { readonly name: string }[],
  cell: number,
): string[] {
  const states = grids.map(({ planes }) => fields.map(({ name }) => planes[name]![cell]).join(","));
  return states.filter((state, i) => state !== states[i - 1]);
}
