// Random programs over the whole language. They are valid by construction, mostly.

import { Random } from "../random.ts";
import { drawBody } from "./bodies.ts";
import { COUNTER, drawInstructions, drawPass, type Plan, TOLD } from "./control.ts";
import { Writer } from "./expressions.ts";
import { drawCorner, drawMachine } from "./machines.ts";
import {
  drawFields,
  drawFunctions,
  drawParams,
  drawValue,
  type Field,
  inputNames,
  type Names,
  showType,
} from "./names.ts";

type Kind = "automaton" | "straight" | "control" | "machine" | "learner";

export interface Drawn {
  /** What kind of program it is; `second` of the second generator. */
  readonly kind: Kind | "second";
  readonly text: string;
  /** Whether it is tried on grids of thousands of columns. */
  readonly wide: boolean;
}

/** Program number `index` of a campaign. */
export function drawProgram(seed: number, index: number): Drawn {
  const random = new Random(seed, index);
  const kind = random.weighted<Kind>([
    [4, "automaton"],
    [5, "straight"],
    [8, "control"],
    [3, "machine"],
    [2, "learner"],
  ]);
  const wide = kind !== "control" && random.chance(0.02);
  const small = random.chance(0.9);
  const fields = fieldsFor(random, kind, small);
  const names: Names = { small, fields, params: drawParams(random), functions: drawFunctions(random) };
  const body = bodyOf(random, kind, names);

  const params = names.params.map(({ name, value }) => `param ${name} = ${value}`);
  const declared = [...declarations(names), ...rules(random, kind, names, body.join("\n"))];
  const lines = [...params, ...(random.chance(0.85) ? [...declared, ...body] : [...body, ...declared])];
  return { kind, wide, text: layOut(random, `program r {\n${lines.join("\n")}\n}\n`) };
}

function fieldsFor(random: Random, kind: Kind, small: boolean): Field[] {
  const fields = drawFields(random, random.pick(small ? [1, 2, 2, 3] : [1, 2, 3, 3, 4, 6]), small);
  if (kind === "learner") {
    const data: Field = { name: "data", role: "input", type: { kind: "bit" }, initial: null };
    return [
      data,
      ...fields.map((field) => (field.role === "input" ? { ...field, role: "state" as const } : field)),
    ];
  }
  if (kind !== "control") return fields;
  return [...fields, ...(random.chance(0.4) ? [COUNTER] : []), ...(random.chance(0.2) ? [TOLD] : [])];
}

function bodyOf(random: Random, kind: Kind, names: Names): string[] {
  // Conditions that have to agree are about fields that nothing else assigns.
  const free = { ...names, fields: names.fields.filter((field) => field !== COUNTER && field !== TOLD) };
  const plan: Plan = { random, names: free, readable: names, inStep: false, halts: random.chance(0.6) };
  const few = random.pick(names.small ? [1, 1, 2] : [1, 2, 2, 3]);
  switch (kind) {
    case "automaton": {
      const steps = Array.from({ length: random.pick([1, 1, 2]) }, () =>
        drawBody(random, names, [], names.fields),
      );
      const first = random.chance(0.2) ? [drawPass({ ...plan, inStep: true })] : [];
      const ends = random.chance(0.3) ? [`ends when all(${ownCondition(random, names)})`] : [];
      const halt = random.chance(0.2) ? [`halt when ${ownCondition(random, names)}`] : [];
      return [...ends, ...first, `loop {\n${[...steps, ...halt].join("\n")}\n}`];
    }
    case "straight":
    case "learner":
      return Array.from({ length: few }, () => drawPass(plan));
    case "control":
      return [drawInstructions(plan, few, names.small ? random.pick([1, 1, 2]) : 2, false)];
    case "machine": {
      const tape = random.pick(names.fields);
      const first = random.chance(0.1) ? [drawPass({ ...plan, inStep: true })] : [];
      return [...first, drawMachine(random, tape, random.chance(0.4))];
    }
  }
}

const ownCondition = (random: Random, names: Names): string =>
  new Writer(random, { names, locals: [], places: () => [], edges: false }).bit(random.int(3)).text;

function declarations({ fields, functions }: Names): string[] {
  const lines: string[] = [];
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i]!;
    const next = fields[i + 1];
    const shared =
      next !== undefined &&
      next.type === field.type &&
      next.role === field.role &&
      next.initial === field.initial;
    if (shared) i++;
    const names = shared ? `${field.name}, ${next.name}` : field.name;
    const initial = field.initial === null ? "" : ` = ${field.initial}`;
    lines.push(`${field.role} ${names}: ${showType(field.type)}${initial}`);
  }
  return [
    ...lines,
    ...functions.map(({ name, inputs, text }) => `fn ${name}(${inputNames(inputs)}) = ${text}`),
  ];
}

/** What the program says of its grids, and what it asserts and promises. */
function rules(random: Random, kind: Kind, names: Names, body: string): string[] {
  const lines: string[] = [];
  if (kind === "learner") {
    lines.push(`predict ${random.pick(names.fields.filter(({ type }) => type.kind === "bit")).name}`);
  } else if (random.chance(kind === "machine" ? 0.5 : 0.15)) {
    lines.push(random.pick(GRIDS));
  }
  if (random.chance(kind === "machine" ? 0.7 : 0.15))
    lines.push(drawWorkspace(random, kind, /^start /m.test(body)));
  const placed = names.fields.filter(({ role }) => role !== "input");
  for (let more = 0.2; placed.length > 0 && random.chance(more); more = 0.4) {
    const { name, type } = random.pick(placed);
    lines.push(`place ${name} = ${drawValue(random, type)} at ${drawCorner(random)}`);
  }
  if (random.chance(0.1)) lines.push(`assert ${ownCondition(random, names)}`);
  if (random.chance(0.1)) {
    const bounded = names.fields.find(({ type }) => type.kind === "range");
    if (bounded?.type.kind === "range") lines.push(`assert ${bounded.name} <= ${bounded.type.high}`);
  }
  const ends = !/loop|while|machine/.test(body) || /halt when|ends when/.test(body);
  if (ends && random.chance(0.25)) lines.push(`steps <= ${random.pick(PROMISES)}`);
  return random.shuffled(lines);
}

const GRIDS = [
  "grid 1 x cols",
  "grid rows x 1",
  "grid 2 x cols",
  "grid rows x rows",
  "grid rows x cols where rows >= 2",
  "grid rows x cols where cols >= 2 and rows <= cols",
  "grid rows x cols where not rows == 3 or cols > 2",
  "grid rows x max(rows, 2)",
];

const PROMISES = [
  "30 * rows + 30 * cols + 100",
  "200",
  "rows * cols * 50 + 300",
  "max(rows, cols) * 90 + 90",
];

function drawWorkspace(random: Random, kind: Kind, starts: boolean): string {
  if (kind === "machine" && starts && random.chance(0.2)) return "workspace auto";
  const sizes = ["0", "1", "1", "2", "cols", "rows - 1", "(rows + cols) / 2", "min(rows, 2)"];
  const sides = kind === "learner" ? ["top", "left"] : ["top", "bottom", "left", "right"];
  const some = random.shuffled(sides).slice(0, random.between(1, kind === "machine" ? 4 : 2));
  return `workspace ${some.map((side) => `${side} ${random.pick(sizes)}`).join(", ")}`;
}

/** Sometimes with comments and semicolons, where they mean nothing. */
function layOut(random: Random, text: string): string {
  if (random.chance(0.7)) return text;
  return text
    .split("\n")
    .map((line) => {
      const kind = random.int(12);
      if (kind === 0 && line !== "") return `${line} // ${random.pick(["note", "x = 1 }", '"', "é"])}`;
      if (kind === 1 && line !== "") return `/* ${random.pick(["note", "{", "loop"])} */ ${line}`;
      if (kind === 2 && / = /.test(line) && !/[{}]|->|,$/.test(line)) return `${line};`;
      return line;
    })
    .join("\n");
}
