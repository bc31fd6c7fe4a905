// Random control between instructions: loops, questions to the whole grid, repetitions, breaks and halts.

import type { Random } from "../random.ts";
import { type Directions, drawBody } from "./bodies.ts";
import { Writer } from "./expressions.ts";
import type { Field, Names } from "./names.ts";

/** How many instructions may be drawn, and which. */
export interface Plan {
  readonly random: Random;
  /** What bodies may assign and read. */
  readonly names: Names;
  /** The same with the fields that breaks are about, which nothing but their own lines assigns. */
  readonly readable: Names;
  /** Whether all cells have to be at the same instruction: no sweeps, and no questions to the whole grid. */
  readonly inStep: boolean;
  /** Whether cells may halt. */
  readonly halts: boolean;
}

const WAYS: readonly Directions[] = [
  ["down"],
  ["right"],
  ["up"],
  ["left"],
  ["down", "right"],
  ["down", "left"],
  ["up", "right"],
  ["up", "left"],
  ["right", "down"],
];

/** So many instructions, with others nested in them down to a depth. */
export function drawInstructions(plan: Plan, count: number, depth: number, inLoop: boolean): string {
  const lines = Array.from({ length: count }, () => drawInstruction(plan, depth, inLoop));
  if (lines.every((line) => /^(break|halt)/.test(line))) lines.unshift(drawPass(plan));
  return lines.join("\n");
}

function drawInstruction(plan: Plan, depth: number, inLoop: boolean): string {
  const { random, inStep } = plan;
  const deeper = depth > 0 ? 1 : 0;
  const kind = random.weighted([
    [12, "pass"],
    [2 * deeper, "loop"],
    [2 * deeper, "times"],
    [inStep ? 0 : 2 * deeper, "while"],
    [inStep ? 0 : 2 * deeper, "ask"],
    [plan.halts && inLoop ? 2 : 0, "halt"],
    [inLoop ? 1 : 0, "break"],
  ]);
  const block = (loop: boolean) => `{\n${drawInstructions(plan, random.pick([1, 1, 2]), depth - 1, loop)}\n}`;
  switch (kind) {
    case "pass":
      return drawPass(plan);
    case "loop":
      return drawLoop(plan, depth);
    case "times":
      return `repeat ${drawTimes(plan)} times ${block(true)}`;
    case "while":
      return drawWhile(plan, block);
    case "ask":
      return `if ${drawQuestion(plan)} ${block(inLoop)}${random.chance(0.5) ? ` else ${block(inLoop)}` : ""}`;
    case "halt":
      return `halt when ${drawCondition(plan)}`;
    case "break":
      return drawBreak(plan);
  }
}

export function drawPass({ random, names, inStep }: Plan): string {
  const directions = inStep || random.chance(0.45) ? [] : random.pick(WAYS);
  const targets = names.fields.filter(() => random.chance(0.5));
  return drawBody(random, names, directions, targets.length === 0 ? [random.pick(names.fields)] : targets);
}

const drawTimes = ({ random, names, inStep }: Plan): string =>
  random.pick([
    "2",
    `${random.int(4)}`,
    inStep ? "3" : "rows",
    inStep ? "1 + 1" : "cols",
    ...names.params.filter(({ value }) => value >= 0).map(({ name }) => name),
  ]);

/** A condition on the cell's own fields, and seldom on others. */
export function drawCondition({ random, names }: Plan): string {
  const around = random.chance(0.1);
  const places = around ? ["up", "left", "right", "downright"] : [];
  return new Writer(random, { names, locals: [], places: () => places, edges: random.chance(0.3) }).bit(
    random.int(3),
  ).text;
}

const drawQuestion = (plan: Plan): string =>
  `${plan.random.pick(["any", "any", "all"])}(${drawCondition(plan)})`;

/** Mostly a loop that ends: every round moves something that the question is about. */
function drawWhile(plan: Plan, block: (loop: boolean) => string): string {
  const { random } = plan;
  const field = random.pick(plan.names.fields);
  if (random.chance(0.3) || field.type.kind === "enum")
    return `repeat while ${drawQuestion(plan)} ${block(true)}`;
  const [low, high] = field.type.kind === "bit" ? [0, 1] : [field.type.low, field.type.high];
  const { name } = field;
  const down = `each {\nif ${name} > ${low} { ${name} = ${field.type.kind === "bit" ? 0 : `${name} - 1`} }\n}`;
  const up = `each {\nif ${name} < ${high} { ${name} = ${field.type.kind === "bit" ? 1 : `${name} + 1`} }\n}`;
  return random.chance(0.5)
    ? `repeat while any(${name} > ${low}) {\n${down}\n}`
    : `repeat while any(${name} < ${high}) {\n${up}\n}`;
}

/** Leaves a loop by a condition in which all cells agree, mostly. */
function drawBreak(plan: Plan): string {
  const counter = plan.readable.fields.includes(COUNTER);
  const told = plan.readable.fields.includes(TOLD);
  const { random } = plan;
  if (told && random.chance(0.5)) return "break when told";
  if (counter && random.chance(0.9)) return `break when rounds == ${random.between(1, 3)}`;
  return `break when ${random.pick([drawCondition(plan), "1 == 1", "0 > 1"])}`;
}

/** A loop with a way out: cells halt, count rounds, or are told by a corner. */
function drawLoop(plan: Plan, depth: number): string {
  const { random, readable } = plan;
  const inner = drawInstructions(plan, random.pick([1, 1, 2]), depth - 1, true);
  const forever = random.chance(0.15) && depth > 1;
  if (forever && !/break|halt/.test(inner)) return `loop forever {\n${inner}\n}`;
  const counts = readable.fields.includes(COUNTER);
  const tells = readable.fields.includes(TOLD) && !plan.inStep;
  const kind = random.weighted([
    [plan.halts ? 3 : 0, "halt"],
    [counts ? 4 : 0, "count"],
    [tells ? 3 : 0, "tell"],
    [1, "nothing"],
  ]);
  const parts = {
    halt: `halt when ${drawCondition(plan)}`,
    count: "each {\nif rounds < 3 { rounds = rounds + 1 }\n}\nbreak when rounds == 3",
    tell: `${tellAll(plan)}\nbreak when told`,
    nothing: "",
  };
  return `loop {\n${inner}\n${parts[kind]}\n}`;
}

/** The corner's answer to a question, told to every cell. */
function tellAll(plan: Plan): string {
  const question = drawCondition(plan);
  return `sweep down right {\ntold = if at top and at left then ${question} else if at left then up.told else left.told\n}`;
}

/** Fields that breaks are about: changed alike in all cells. */
export const COUNTER: Field = {
  name: "rounds",
  role: "state",
  type: { kind: "range", low: 0, high: 3 },
  initial: null,
};
export const TOLD: Field = { name: "told", role: "state", type: { kind: "bit" }, initial: null };
