// Random programs for a corpus: program number k of a seed is the same, whoever draws it. A program is drawn
// again until it is in order without a warning, assigns all that it declares, and until what cells of its result hold depends on inputs of other cells.
//
// There are four kinds, equally frequent:
//
//   scan       one or two sweeps: every cell makes something of its input and of what its neighbours have made
//   sequence   two to four instructions, sweeps in any directions and passes over all cells at once
//   automaton  a rule of all cells at once, for ever, on an input that it changes
//   rounds     one or two instructions again and again, in every cell as often as its input says, and at least once
//
// Fields are bits, ranges up to 0..4 and enums of three values: one or two inputs, one result, and up to two more. What
// is assigned is an expression of depth 1 to 3, sometimes one of two, by a condition.

import { checkProgram } from "../../compile.ts";
import { ProgramError } from "../../diagnostics/diagnostic.ts";
import { interpret } from "../../engines/reference.ts";
import { randomGrid } from "../../grid/generate.ts";
import {
  BIT,
  type Bounds,
  type EnumType,
  type Grid,
  inputsOf,
  showType,
  type ValueType,
} from "../../grid/grid.ts";
import { ATOM, atom, bracketed, type Written, writer } from "../../grid/infix.ts";
import type { GridField } from "../../grid/layers.ts";
import { prepareInput } from "../../grid/prepare.ts";
import { type Random, seededRandom } from "../../grid/random.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import { format } from "../../language/parse/format.ts";

const KINDS = ["scan", "sequence", "automaton", "rounds"] as const;
type ProgramKind = (typeof KINDS)[number];

export interface DrawnProgram {
  readonly name: string;
  readonly kind: ProgramKind;
  readonly text: string;
}

/** Draws after which there is something wrong with us. */
const MOST_DRAWS = 1000;

/** Program number `index` of a seed. */
export function drawProgram(seed: number, index: number): DrawnProgram {
  // Two numbers that differ in few bits begin streams that have nothing in common.
  const random = seededRandom((Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca77)) >>> 0);
  const kind = pick(random, KINDS);
  const name = `${kind}_${index}`;
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    const checked = inOrder({ name: `${name}.alg`, text: textOf(name, kind, random) });
    if (checked !== null && isWorthwhile(checked, seededRandom(draw)))
      return { name, kind, text: format(checked.source) };
  }
  throw new Error(`internal: no program of seed ${seed}, number ${index}, in ${MOST_DRAWS} draws`);
}

/** The program that a text is, if nothing is to be said against it, and if it assigns all fields but its inputs. */
function inOrder(source: CheckedProgram["source"]): CheckedProgram | null {
  try {
    const { checked, warnings } = checkProgram(source);
    const isAssigned = ({ name }: { readonly name: string }): boolean => source.text.includes(`\n${name} = `);
    const isWhole = checked.fields.every((field) => field.role === "input" || isAssigned(field));
    return warnings.length === 0 && isWhole ? checked : null;
  } catch (error) {
    if (error instanceof ProgramError) return null;
    throw error;
  }
}

/** Runs of pairs of inputs that differ in one cell, and how many must end differently in another cell. */
const PAIRS = 16;
const FEWEST = 3;
const SHAPE = { rows: 3, cols: 4 };
/** Instructions of runs that never end. */
const MOST_INSTRUCTIONS = 6;

/** Tells whether cells of the result depend on inputs of other cells. */
function isWorthwhile(program: CheckedProgram, random: Random): boolean {
  const outputs = program.fields.filter(({ role }) => role === "output");
  const results = (outputs.length > 0 ? outputs : inputsOf(program)).map(({ name }) => name);
  const run = (input: Grid): Grid =>
    interpret(program, prepareInput(program, input), {
      maxInstructions: MOST_INSTRUCTIONS * program.body.length,
    }).grid;
  const isDifferent = (): boolean => {
    const [one, other] = [0, 1].map(() => randomGrid(SHAPE, inputsOf(program), random));
    const cell = random.int(SHAPE.rows * SHAPE.cols);
    const planes = Object.entries(one!.planes).map(([name, plane]) => {
      const changed = plane.slice();
      changed[cell] = other!.planes[name]![cell]!;
      return [name, changed] as const;
    });
    const [a, b] = [run(one!), run({ ...one!, planes: Object.fromEntries(planes) })];
    return results.some((name) =>
      a.planes[name]!.some((value, at) => at !== cell && value !== b.planes[name]![at]),
    );
  };
  let found = 0;
  for (let pair = 0; pair < PAIRS && found < FEWEST; pair++) if (isDifferent()) found++;
  return found === FEWEST;
}

interface Drawing {
  readonly random: Random;
  readonly inputs: readonly GridField[];
  /** Fields that are assigned, the result last; of an automaton, its input. */
  readonly written: readonly GridField[];
}

const TURNS = "turns";

function textOf(name: string, kind: ProgramKind, random: Random): string {
  const types = typesOf(random);
  const field = (name: string): GridField => ({ name, type: pick(random, types) });
  const inputs = random.int(3) === 0 ? [field("x"), field("y")] : [field("x")];
  const states = ["s", "t"].slice(0, pick(random, [0, 1, 1, 2])).map(field);
  const isOwnResult = kind === "automaton";
  const result = isOwnResult ? [] : [field("out")];
  const written = isOwnResult ? [...states, inputs[0]!] : [...states, ...result];
  const declared = (role: string, list: readonly GridField[]): string[] =>
    list.map(({ name, type }) => `${role} ${name}: ${showType(type)}`);
  const rounds = kind === "rounds" ? [`input ${TURNS}: 0..${1 + random.int(3)}`] : [];
  return [
    `program ${name} {`,
    ...declared("input", inputs),
    ...rounds,
    ...declared("state", states),
    ...declared("output", result),
    ...bodyOf(kind, { random, inputs, written }),
    "}",
  ].join("\n");
}

/** Enums are one type, so that values go from field to field. */
const typesOf = (random: Random): ValueType[] => [
  BIT,
  BIT,
  { kind: "range", lo: 0, hi: 2 + random.int(3) },
  { kind: "enum", names: ["low", "mid", "high"] },
];

function bodyOf(kind: ProgramKind, drawing: Drawing): string[] {
  const { random } = drawing;
  switch (kind) {
    case "scan": {
      const sweep = someSweep(random);
      return Array.from({ length: 1 + random.int(2) }, () => instruction(drawing, sweep)).flat();
    }
    case "sequence":
      return Array.from({ length: 2 + random.int(3) }, () =>
        instruction(drawing, random.int(3) === 0 ? null : someSweep(random)),
      ).flat();
    case "automaton":
      return ["loop {", ...instruction(drawing, null), "}"];
    case "rounds": {
      const count = 1 + random.int(2);
      const last = [`${TURNS} = max(${TURNS} - 1, 0)`];
      const parts = Array.from({ length: count }, (_, at) =>
        instruction(drawing, random.int(2) === 0 ? null : someSweep(random), at === count - 1 ? last : []),
      );
      return ["loop {", ...parts.flat(), `halt when ${TURNS} == 0`, "}"];
    }
  }
}

const SWEEPS = ["right", "left", "down", "up", "down right", "down left", "up right", "up left"];
const OPPOSITE: Readonly<Record<string, string>> = { right: "left", left: "right", down: "up", up: "down" };
const AROUND = ["left", "right", "up", "down"];
const DIAGONALS = ["upleft", "upright", "downleft", "downright"];

const someSweep = (random: Random): string => pick(random, SWEEPS);

/** A sweep, or a pass over all cells at once where it is null, that assigns some fields. */
function instruction(
  { random, inputs, written }: Drawing,
  sweep: string | null,
  last: string[] = [],
): string[] {
  const sources = sweep === null ? [] : sweep.split(" ").map((way) => OPPOSITE[way]!);
  const scope: Readable = {
    fields: [...new Set([...inputs, ...written])],
    places: sweep === null ? [...AROUND, ...DIAGONALS] : [...sources, ...sources, ...sources, ...AROUND],
    counts: sweep === null,
  };
  const expressions = new ExpressionWriter(random, scope);
  const depth = 1 + random.int(3);
  const chosen = written.filter((_, at) => at === written.length - 1 || random.int(3) > 0);
  const lines = chosen.flatMap(({ name, type }) => {
    const assign = () => `${name} = ${expressions.ofType(type, depth).text}`;
    if (random.int(4) > 0) return [assign()];
    return [`if ${expressions.bit(1).text} {`, assign(), "} else {", assign(), "}"];
  });
  return [sweep === null ? "each {" : `sweep ${sweep} {`, ...lines, ...last, "}"];
}

// Random expressions of the language as texts, with the values that a number can have, so that what is assigned fits. Ranges
// begin with 0.

/** What expressions at one point of a program may read. */
interface Readable {
  readonly fields: readonly GridField[];
  /** Neighbours: those that a sweep comes from come first, and several times. */
  readonly places: readonly string[];
  /** Whether neighbours may be counted. */
  readonly counts: boolean;
}

interface DrawnNumber extends Bounds {
  readonly of: Written;
}

const pick = <const T>(random: Random, list: readonly T[]): T => list[random.int(list.length)]!;
const number = (value: number): Written => atom(String(value));

/** Writes an operator with all its operands in parentheses, whatever it is, so that nobody need know what binds tighter. */
const OPEN = { binding: 0, chains: "none", operands: ATOM } as const;
const write = writer({
  ...{ and: OPEN, or: OPEN, xor: OPEN, not: { ...OPEN, prefix: "not " }, "+": OPEN },
  ...{ "==": OPEN, "!=": OPEN, ">=": OPEN, "<=": OPEN, "<": OPEN },
});

function choose(when: Written, then: Written, otherwise: Written): Written {
  const [condition, yes, no] = [when, then, otherwise].map((each) => bracketed(each, ATOM));
  return { text: `if ${condition} then ${yes} else ${no}`, binding: 0 };
}

const SIDES = ["top", "bottom", "left", "right"];
/** Sums and products of larger numbers are not made. */
const MOST = 12;

class ExpressionWriter {
  readonly #random: Random;
  readonly #scope: Readable;

  constructor(random: Random, scope: Readable) {
    this.#random = random;
    this.#scope = scope;
  }

  /** An expression whose value fits a type. */
  ofType(type: ValueType, depth: number): Written {
    switch (type.kind) {
      case "bit":
        return this.bit(depth);
      case "range":
        return this.#atMost(this.#number(depth), type.hi);
      case "enum":
        return this.#name(type, depth);
    }
  }

  bit(depth: number): Written {
    if (depth === 0) return this.#bitLeaf();
    const [a, b] = [() => this.bit(depth - 1), () => this.bit(this.#random.int(depth))];
    switch (this.#random.int(8)) {
      case 0:
        return write("and", [a(), b()]);
      case 1:
        return write("or", [a(), b()]);
      case 2:
      case 3:
        return write("xor", [a(), b()]);
      case 4:
        return write("not", [a()]);
      case 5:
        return choose(b(), a(), b());
      default:
        return this.#comparison(depth - 1);
    }
  }

  #bitLeaf(): Written {
    const random = this.#random;
    if (random.int(10) === 0) return atom(`at ${pick(random, SIDES)}`);
    const field = pick(random, this.#scope.fields);
    const read = this.#read(field);
    switch (field.type.kind) {
      case "bit":
        return read;
      case "range":
        return write(pick(random, ["==", "!=", ">=", "<"]), [read, number(1 + random.int(field.type.hi))]);
      case "enum":
        return write(pick(random, ["==", "!="]), [read, atom(pick(random, field.type.names))]);
    }
  }

  #comparison(depth: number): Written {
    const random = this.#random;
    const { of, lo, hi } = this.#number(depth);
    if (lo === hi) return this.#bitLeaf();
    return random.int(3) > 0
      ? write(pick(random, [">=", "==", "!="]), [of, number(lo + 1 + random.int(hi - lo))])
      : write(pick(random, ["<", "<=", "=="]), [of, this.#number(depth).of]);
  }

  #number(depth: number): DrawnNumber {
    const random = this.#random;
    if (depth === 0) return this.#numberLeaf();
    const [a, b] = [this.#number(depth - 1), this.#number(random.int(depth))];
    switch (random.int(6)) {
      case 0:
        return {
          of: atom(`max(${a.of.text}, ${b.of.text})`),
          lo: Math.max(a.lo, b.lo),
          hi: Math.max(a.hi, b.hi),
        };
      case 1:
        return {
          of: atom(`min(${a.of.text}, ${b.of.text})`),
          lo: Math.min(a.lo, b.lo),
          hi: Math.min(a.hi, b.hi),
        };
      case 2:
        return {
          of: choose(this.bit(depth - 1), a.of, b.of),
          lo: Math.min(a.lo, b.lo),
          hi: Math.max(a.hi, b.hi),
        };
      case 3:
        return this.#counted() ?? a;
      default: {
        const sum = { lo: a.lo + b.lo, hi: a.hi + b.hi };
        return sum.hi > MOST ? a : { of: write("+", [a.of, b.of]), ...sum };
      }
    }
  }

  #numberLeaf(): DrawnNumber {
    const random = this.#random;
    const fields = this.#scope.fields.filter(({ type }) => type.kind !== "enum");
    if (fields.length === 0 || random.int(6) === 0) {
      const value = random.int(3);
      return { of: number(value), lo: value, hi: value };
    }
    const field = pick(random, fields);
    return { of: this.#read(field), lo: 0, hi: field.type.kind === "range" ? field.type.hi : 1 };
  }

  /** Returns how many neighbours have a bit, where they may be counted. */
  #counted(): DrawnNumber | null {
    const random = this.#random;
    const bits = this.#scope.fields.filter(({ type }) => type.kind === "bit");
    if (!this.#scope.counts || bits.length === 0) return null;
    const [of, hi] = random.int(2) === 0 ? ["around", 8] : ["beside", 4];
    return { of: atom(`count(${of}.${pick(random, bits).name})`), lo: 0, hi: Number(hi) };
  }

  #atMost({ of, hi }: DrawnNumber, most: number): Written {
    if (hi <= most) return of;
    return this.#random.int(2) === 0
      ? atom(`min(${of.text}, ${most})`)
      : { text: `(${of.text}) % ${most + 1}`, binding: 0 };
  }

  #name(type: EnumType, depth: number): Written {
    const random = this.#random;
    const alike = this.#scope.fields.filter((field) => field.type === type);
    if (depth === 0 || alike.length === 0) {
      const field = alike.length > 0 && random.int(2) === 0 ? pick(random, alike) : null;
      return field === null ? atom(pick(random, type.names)) : this.#read(field);
    }
    const part = () => this.#name(type, random.int(depth));
    return choose(this.bit(depth - 1), part(), part());
  }

  /** A field of this cell, or of a neighbour. */
  #read({ name }: GridField): Written {
    const { places } = this.#scope;
    return atom(
      places.length > 0 && this.#random.int(5) < 3 ? `${pick(this.#random, places)}.${name}` : name,
    );
  }
}
