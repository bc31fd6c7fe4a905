// Random programs in the language's text, right by construction: names, types, ranges and ages of reads are kept
// in order while writing, so that every program passes analysis and what follows can be judged by running it.
//
// A plan is drawn first, because chance alone would nearly always end in the dearest handshake: programs without
// sweeps, programs whose results never feed back, programs whose sweeps fit one walk, and anything at all.

import type { Random } from "../src/grid/random.ts";
import { BodyWriter, type ProgramField, pick, type Sweep, showKind } from "./random-body.ts";

export interface RandomProgram {
  readonly text: string;
  /** Fields whose values steer all cells alike: their planes must not be given. */
  readonly uniform: readonly string[];
}

type Plan = "each" | "forward" | "walk" | "any";

/** The eight sets of directions; a walk takes four of them, such as right, down, and down right and left. */
const SWEEPS: readonly Sweep[] = [
  "up",
  "down",
  "left",
  "right",
  "up left",
  "up right",
  "down left",
  "down right",
];
const COUNTER = "k";

/** `small`: few fields and short bodies without quantifiers, whose networks are found quickly. */
export function randomProgram(random: Random, size: "full" | "small" = "full"): RandomProgram {
  const plan = pick<Plan>(random, ["each", "forward", "walk", "walk", "walk", "any", "any", "any"]);
  return new ProgramWriter(random, plan, size === "small").program();
}

class ProgramWriter {
  readonly #random: Random;
  readonly #plan: Plan;
  readonly #small: boolean;
  readonly #fields: readonly ProgramField[];
  readonly #functions: readonly string[];
  readonly #sweeps: readonly Sweep[];
  readonly #body: BodyWriter;
  /** A counter on which all cells agree steers `break`; halting cells would disagree, so it is one or the other. */
  readonly #counts: boolean;
  readonly #halts: boolean;

  constructor(random: Random, plan: Plan, small: boolean) {
    this.#random = random;
    this.#plan = plan;
    this.#small = small;
    this.#counts = plan !== "forward" && random.int(3) === 0;
    this.#halts = plan !== "forward" && !this.#counts && random.int(3) > 0;
    this.#sweeps = plan === "walk" ? walk(random) : SWEEPS;
    this.#fields = randomFields(random, small);
    this.#functions = small || random.int(4) > 0 ? [] : FUNCTIONS;
    this.#body = new BodyWriter(random, this.#fields, this.#functions.length > 0, small);
  }

  program(): RandomProgram {
    const declarations = this.#fields.map(({ name, role, kind, initial }) => {
      const start = initial === null ? "" : ` = ${initial}`;
      return `${role} ${name}: ${showKind(kind)}${start}`;
    });
    if (this.#counts) declarations.push(`state ${COUNTER}: 0..3`);
    // Only programs whose cells keep step can end all at once.
    if (this.#plan === "each" && this.#random.int(2) === 0) {
      declarations.push(`ends when all(${this.#body.ownCondition()})`);
    }
    const items = this.#plan === "forward" ? this.#forward() : this.#top();
    const lines = [...declarations, ...this.#functions, ...items];
    return {
      text: `program p {\n${lines.map((line) => `  ${line}`).join("\n")}\n}\n`,
      uniform: this.#counts ? [COUNTER] : [],
    };
  }

  /** Every pass writes fields of its own, from those that are settled before it. */
  #forward(): string[] {
    const free = this.#fields.filter(({ role }) => role !== "input").map(({ name }) => name);
    const settled = this.#fields.filter(({ role }) => role === "input").map(({ name }) => name);
    const items: string[] = [];
    while (free.length > 0 && items.length < 5) {
      const written = free.splice(0, 1 + this.#random.int(2));
      const sweep = this.#random.int(3) === 0 ? null : pick(this.#random, this.#sweeps);
      items.push(...block(headOf(sweep), this.#body.forward(sweep, written, settled)));
      settled.push(...written);
    }
    return items;
  }

  #top(): string[] {
    const loops = this.#random.int(3) > 0;
    const depth = this.#small ? (loops ? 0 : 1) : this.#random.int(4) === 0 ? 2 : 1;
    if (!loops) return this.#sequence(1 + this.#random.int(this.#small ? 2 : 5), depth, false);
    const before = this.#random.int(4) === 0 ? this.#pass() : [];
    const length = 1 + this.#random.int(this.#small ? 2 : 4);
    const body = this.#sequence(length, depth, true);
    const end = this.#halts ? this.#halt() : this.#counts ? this.#break() : [];
    const at = this.#random.int(3) === 0 ? 0 : body.length;
    const whole = at === 0 ? [...end, ...body] : [...body, ...end];
    const after = this.#counts && this.#random.int(2) === 0 ? this.#pass() : [];
    return [...before, ...block("loop", whole), ...after];
  }

  /** Instructions, at least one of which is a pass that surely runs. */
  #sequence(length: number, depth: number, inLoop: boolean): string[] {
    const sure = this.#random.int(length);
    return Array.from({ length }, (_, at) =>
      at === sure ? this.#pass() : this.#instruction(depth, inLoop),
    ).flat();
  }

  #instruction(depth: number, inLoop: boolean): string[] {
    const steers = this.#plan === "any" ? 14 : this.#plan === "forward" ? 6 : 10;
    const choice = 3 + this.#random.int(depth > 0 ? steers - 3 : 5);
    if (choice < 6) return this.#pass();
    if (choice === 6) return this.#halts ? this.#halt() : this.#pass();
    if (choice === 7) return this.#counts && inLoop ? this.#break() : this.#pass();
    const inside = (loop: boolean) => this.#sequence(1 + this.#random.int(2), depth - 1, inLoop || loop);
    if (choice === 8) {
      const few = this.#plan === "each" ? ["2", "3", "rows", "cols"] : ["1", "2", "3"];
      return block(`repeat ${pick(this.#random, few)} times`, inside(true));
    }
    if (choice === 9) return this.#counts ? block("loop", [...inside(true), ...this.#break()]) : this.#pass();
    if (choice === 10) return block(`repeat ${pick(this.#random, ["rows", "cols"])} times`, inside(true));
    if (choice === 11) return block(`repeat while ${this.#quantified()}`, inside(true));
    const then = block(`if ${this.#quantified()}`, inside(false));
    if (choice === 12) return then;
    return [...then.slice(0, -1), ...block("} else", inside(false))];
  }

  #quantified(): string {
    return `${pick(this.#random, ["any", "all"])}(${this.#body.condition(this.#random.int(2) === 0)})`;
  }

  #halt(): string[] {
    return [`halt when ${this.#body.condition(this.#random.int(3) === 0)}`];
  }

  /** Cells agree on the counter; off the grid it reads as 0, so a look at a neighbour minds the edge. */
  #break(): string[] {
    const test = `${COUNTER} ${pick(this.#random, [">=", "=="])} ${1 + this.#random.int(3)}`;
    if (this.#random.int(3) > 0) return [`break when ${test}`];
    const [place, edge] = pick(this.#random, [
      ["up", "top"],
      ["down", "bottom"],
      ["left", "left"],
      ["right", "right"],
    ] as const);
    return [`break when ${test} and (at ${edge} or ${place}.${test})`];
  }

  #pass(): string[] {
    const sweeps = this.#plan !== "each" && this.#random.int(4) > 0;
    const sweep = sweeps ? pick(this.#random, this.#sweeps) : null;
    const body = this.#body.body(sweep);
    const counting = this.#counts && this.#random.int(2) === 0;
    const count = `${COUNTER} = if ${COUNTER} < 3 then ${COUNTER} + 1 else ${pick(this.#random, [0, 3])}`;
    return block(headOf(sweep), counting ? [...body, count] : body);
  }
}

const FUNCTIONS: readonly string[] = [
  "fn most(x, y, z) = x + y + z >= 2",
  "fn clamp(x, lo, hi) = min(max(x, lo), hi)",
];

const ROLES = ["input", "output", "state"] as const;
const NAMES = ["red", "green", "blue", "grey"] as const;

function randomFields(random: Random, small: boolean): ProgramField[] {
  const size = 2 + random.int(small ? 2 : 4);
  return Array.from({ length: size }, (_, at): ProgramField => {
    const name = "abcde"[at]!;
    const role = at === 0 ? "input" : at === 1 ? "output" : pick(random, ROLES);
    const given = role !== "input" && random.int(2) === 0;
    const choice = random.int(small ? 10 : 8);
    if (choice < 3 || choice > 7)
      return { name, role, kind: { tag: "bit" }, initial: given ? `${random.int(2)}` : null };
    if (choice < 6) {
      const lo = random.int(3) === 0 ? -1 - random.int(2) : random.int(2);
      const hi = lo + (random.int(12) === 0 ? 0 : 2 + random.int(small ? 1 : 3));
      const initial = given ? `${lo + random.int(hi - lo + 1)}` : null;
      return { name, role, kind: { tag: "range", lo, hi }, initial };
    }
    const names = NAMES.slice(0, random.int(12) === 0 ? 1 : 2 + random.int(small ? 2 : 3));
    return { name, role, kind: { tag: "enum", names }, initial: given ? pick(random, names) : null };
  });
}

function walk(random: Random): Sweep[] {
  const [vertical, horizontal] = [pick(random, ["up", "down"]), pick(random, ["left", "right"])];
  const sideways = random.int(3) === 0 ? [] : [horizontal];
  const both = `${vertical} ${horizontal}` as Sweep;
  return [vertical as Sweep, ...(sideways as Sweep[]), both];
}

function headOf(sweep: Sweep | null): string {
  return sweep === null ? "each" : `sweep ${sweep}`;
}

function block(head: string, lines: readonly string[]): string[] {
  return [`${head} {`, ...lines.map((line) => `  ${line}`), "}"];
}
