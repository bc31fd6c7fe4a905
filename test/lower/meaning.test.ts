// Lowering keeps the meaning: the instruction IR, run one instruction after another, goes through the same grids as
// the reference interpreter.

import { expect, test } from "vitest";
import { checkProgram } from "../../src/compile.ts";
import type { InstructionProgram } from "../../src/compiler/lower/instructions.ts";
import { lower } from "../../src/compiler/lower/lower.ts";
import { interpret } from "../../src/engines/reference.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import type { CheckedProgram } from "../../src/language/analyse/checked.ts";
import { randomProgram } from "../random-program.ts";
import { again, cases, SEED } from "../seed.ts";
import { isOver, type Planes, runInstructions, startPlanes } from "./run-instructions.ts";

const PROGRAMS = cases(300);
const GRIDS = 3;
const MOST_PASSES = 20;

test(`instructions go through the grids of ${PROGRAMS} random programs, seed ${SEED}`, () => {
  let compared = 0;
  let ended = 0;
  for (let at = 0; at < PROGRAMS; at++) {
    const seed = SEED + at;
    const random = seededRandom(seed);
    const { text } = randomProgram(random);
    const { checked } = checkProgram({ name: "random", text });
    const program = lower(checked);
    const inputs = program.fields.filter(({ role }) => role === "input");
    for (let grid = 0; grid < GRIDS; grid++) {
      const input = randomGrid({ rows: 1 + random.int(4), cols: 1 + random.int(4) }, inputs, random);
      const result = follow(checked, program, input, `${again(seed)}\n${text}`);
      compared += result.events;
      if (result.ended) ended++;
    }
  }
  expect(compared).toBeGreaterThan(PROGRAMS * GRIDS);
  expect(ended).toBeGreaterThan((PROGRAMS * GRIDS) / 3);
});

interface Event {
  readonly id: number;
  readonly planes: Planes;
}

/** Compares instruction by instruction, as far as the interpreter went. */
function follow(checked: CheckedProgram, program: InstructionProgram, input: Grid, note: string) {
  const ids = new Set(program.instructions.map(({ completes }) => completes));
  const events: Event[] = [];
  const { halted: ended } = interpret(checked, input, {
    maxInstructions: MOST_PASSES,
    onInstruction: ({ instruction: { id }, grid }) => {
      if (ids.has(id)) events.push({ id, planes: visible(checked, grid.planes) });
    },
  });
  const steps = runInstructions(program, input);
  for (const [at, event] of events.entries()) {
    const found = nextCompleted(checked, steps);
    expect(found, `event ${at} of ${note}`).toEqual(event);
  }
  if (ended) expect(endsHere(program, input, events.length), `the end of ${note}`).toBe(true);
  return { events: events.length, ended };
}

function nextCompleted(checked: CheckedProgram, steps: ReturnType<typeof runInstructions>): Event | null {
  for (let step = steps.next(); step.done !== true; step = steps.next()) {
    const { instruction, planes } = step.value;
    if (instruction.completes === null) continue;
    return { id: instruction.completes, planes: visible(checked, planes) };
  }
  return null;
}

/** Whether the program ends, or all cells have halted, once so many instructions are complete. */
function endsHere(program: InstructionProgram, input: Grid, completed: number): boolean {
  let count = 0;
  if (completed === 0 && isOver(program, startPlanes(program, input))) return true;
  for (const { instruction, planes } of runInstructions(program, input)) {
    if (instruction.completes !== null) count++;
    if (count > completed) return false;
    if (count === completed && isOver(program, planes)) return true;
  }
  return count === completed;
}

function visible(checked: CheckedProgram, planes: Planes): Planes {
  return Object.fromEntries(checked.fields.map(({ name }) => [name, planes[name]!.slice()]));
}
