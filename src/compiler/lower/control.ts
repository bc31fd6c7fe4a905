// Control between instructions becomes a graph, built backwards: every piece is lowered knowing what follows.

import { lineAt, type Source, unreachable } from "../../diagnostics/diagnostic.ts";
import { type Axis, isVertical, opposite } from "../../grid/direction.ts";
import { BIT, type ValueType } from "../../grid/grid.ts";
import type {
  CheckedInstruction,
  CheckedOf,
  CheckedProgram,
  Quantified,
} from "../../language/analyse/checked.ts";
import { type Expression, type Expressions, leaves } from "../../logic/expression.ts";
import type { NetworkField } from "../../network/network.ts";
import { BodyLowering } from "./body.ts";
import type { Instruction, Write } from "./instructions.ts";
import { type Rounds, squadRounds, sweptRounds } from "./rounds.ts";

/** An instruction before its tests are expressed by values before it; `halts` and tests see the values after. */
export interface Node extends Omit<Instruction, "next"> {
  /** A cell where one of these holds afterwards is finished. */
  readonly halts: readonly Expression[];
  readonly next: Goto;
}

export type Goto =
  | { readonly tag: "node"; readonly node: Node }
  | { readonly tag: "end" }
  | {
      readonly tag: "test";
      readonly when: Expression;
      readonly then: Goto;
      readonly otherwise: Goto;
      /** Tests on the longest way to an instruction, this one included. */
      readonly length: number;
    }
  /** Filled in when the loop it stands for has been built. */
  | { readonly tag: "label"; target: Goto | null };

/** Where `break` leads, and the counters of rounds that it leaves behind. */
interface Exit {
  readonly target: Goto;
  readonly counters: readonly string[];
}

/** The number of tests that may follow each other without an instruction in between. */
const MOST_TESTS = 64;

function test(when: Expression, then: Goto, otherwise: Goto): Goto & { readonly tag: "test" } {
  const length = (target: Goto): number => (target.tag === "test" ? target.length : 0);
  return { tag: "test", when, then, otherwise, length: 1 + Math.max(length(then), length(otherwise)) };
}

/** The sweeps that ask the whole grid come from the upper left, and go back. */
const GATHER = ["up", "left"] as const;
const TELL = ["down", "right"] as const;

const plainly = (target: Goto): Exit => ({ target, counters: [] });

/** Builds the graph of one program and collects the hidden fields that control needs. */
export class ControlLowering {
  readonly hidden: NetworkField[] = [];
  readonly #make: Expressions;
  readonly #source: Source;
  readonly #types: Map<string, ValueType>;
  readonly #bodies: BodyLowering;
  /** Where all sweeps of the program come from. */
  readonly #sources: readonly Axis[];
  /** Loops around what is being lowered. */
  #loops = 0;
  /** What counts the rounds of loops, by the neighbour where their lines begin and by the number of loops around. */
  readonly #rounds = new Map<string, Rounds>();
  /** What a pass writes for the loop around it. */
  readonly #beside = new Map<CheckedInstruction, readonly Write[]>();

  constructor(make: Expressions, program: CheckedProgram) {
    this.#make = make;
    this.#source = program.source;
    this.#types = new Map(program.fields.map(({ name, type }) => [name, type]));
    this.#bodies = new BodyLowering(make, this.#types);
    this.#sources = sourcesIn(program.body);
  }

  own(field: string): Expression {
    return this.#bodies.own(field);
  }

  /** Lowers a list of instructions. */
  sequence(list: readonly CheckedInstruction[], follow: Goto, exit: Exit | null): Goto {
    let after = follow;
    for (let at = list.length - 1; at >= 0; at--) {
      const halts = trailingHalts(list, at);
      const pass = list[at - halts.length];
      const conditions = halts.map(({ when }) => this.#bodies.condition(when));
      if (halts.length > 0 && pass?.tag === "pass" && conditions.every(ownOnly)) {
        after = this.#pass(pass, conditions, after);
        at -= halts.length;
      } else if (halts.length > 0) {
        for (const halt of halts.reverse()) after = this.#halt(halt, after);
        at -= halts.length - 1;
      } else after = this.#one(list[at]!, after, exit);
    }
    return after;
  }

  #one(instruction: CheckedInstruction, follow: Goto, exit: Exit | null): Goto {
    switch (instruction.tag) {
      case "pass":
        return this.#pass(instruction, [], follow);
      case "halt":
        return this.#halt(instruction, follow);
      case "loop":
        return this.#loop(instruction, (back) => this.sequence(instruction.body, back, plainly(follow)));
      case "break": {
        if (exit === null) throw new Error("internal: break outside a loop");
        return this.#break(instruction, exit, follow);
      }
      case "branch":
        return this.#branch(instruction, follow, exit);
      case "while":
        return this.#loop(instruction, (back) =>
          this.#quantified(
            instruction,
            instruction.condition,
            this.sequence(instruction.body, back, plainly(follow)),
            follow,
          ),
        );
      case "times":
        return this.#times(instruction, follow);
      default:
        return unreachable(instruction);
    }
  }

  /** `else if` chains can be long: the last part comes first. */
  #branch(first: CheckedOf<"branch">, follow: Goto, exit: Exit | null): Goto {
    const chain = [first];
    for (let next = onlyBranch(first.otherwise); next !== null; next = onlyBranch(next.otherwise))
      chain.push(next);
    return chain.reduceRight(
      (otherwise, branch) => {
        const then = this.sequence(branch.then, follow, exit);
        return this.#quantified(branch, branch.condition, then, otherwise);
      },
      this.sequence(chain.at(-1)!.otherwise, follow, exit),
    );
  }

  /** A pass with the halts that follow it, which change no field. */
  #pass(pass: CheckedOf<"pass">, halts: readonly Expression[], next: Goto): Goto {
    const label = pass.sources.length === 0 ? "each" : `sweep ${pass.sources.map(opposite).join(" ")}`;
    const { writes: own, asserts } = this.#bodies.body(pass.body);
    const writes = [...own, ...(this.#beside.get(pass) ?? [])];
    return this.#node({ label, completes: pass.id, span: pass.span, writes, asserts, halts, next });
  }

  #node(node: Node): Goto {
    const line = lineAt(this.#source.text, node.span.start);
    return { tag: "node", node: { ...node, label: `${node.label} (line ${line})` } };
  }

  /** A halt whose condition looks at neighbours needs an instruction of its own. */
  #halt({ id, span, when }: CheckedOf<"halt">, next: Goto): Goto {
    const name = this.#hide(`finished ${id}`, BIT);
    const writes = [{ field: name, value: this.#bodies.condition(when) }];
    return this.#node({ label: "halt", completes: id, span, writes, halts: [this.own(name)], next });
  }

  /**
   * A test needs no instruction, unless its condition looks at neighbours, a counter starts anew for the next time its
   * loop is entered, or many tests follow.
   */
  #break({ tag: label, id, span, when }: CheckedOf<"break">, { target, counters }: Exit, follow: Goto): Goto {
    const make = this.#make;
    const condition = this.#bodies.condition(when);
    const writes: Write[] = [];
    let known = condition;
    if (!ownOnly(condition)) {
      const name = this.#hide(`test ${id}`, BIT);
      writes.push({ field: name, value: condition });
      known = this.own(name);
    }
    for (const field of counters)
      writes.push({ field, value: make.choose(condition, make.zero, this.own(field)) });
    const next = test(known, target, follow);
    const isShort = next.length <= MOST_TESTS;
    return writes.length === 0 && isShort
      ? next
      : this.#node({ label, completes: id, span, writes, halts: [], next });
  }

  #loop({ span }: CheckedInstruction, body: (back: Goto) => Goto): Goto {
    const back: Goto = { tag: "label", target: null };
    this.#loops++;
    const target = body(back);
    this.#loops--;
    // A round without any instruction would take no time at all: it gets an empty one.
    const empty = { label: "loop", completes: null, span, writes: [], halts: [], next: target };
    back.target = comesAtOnce(target, back) ? this.#node(empty) : target;
    return back;
  }

  #quantified(at: CheckedInstruction, { quantifier, of }: Quantified, then: Goto, otherwise: Goto): Goto {
    const condition = this.#bodies.condition(of);
    if (quantifier === "any") return this.#any(at, condition, then, otherwise);
    return this.#any(at, this.#make.not(condition), otherwise, then);
  }

  /** `any` is gathered in the bottom right corner by one sweep and told to everyone by a sweep back. */
  #any(at: CheckedInstruction, sought: Expression, then: Goto, otherwise: Goto): Goto {
    const make = this.#make;
    const [gathered, told] = [this.#hide(`seen ${at.id}`, BIT), this.#hide(`any ${at.id}`, BIT)];
    const read = (field: string, place: Axis) => make.read(field, BIT, place, "new");
    const gather = make.or(sought, read(gathered, "up"), read(gathered, "left"));
    const corner = make.and(make.not(make.inside("down")), make.not(make.inside("right")));
    const tell = make.choose(corner, this.own(gathered), make.or(read(told, "down"), read(told, "right")));
    const common = { span: at.span, halts: [] };
    const telling = this.#node({
      ...common,
      completes: at.id,
      label: "tell any",
      writes: [{ field: told, value: tell }],
      next: test(this.own(told), then, otherwise),
    });
    const writes = [{ field: gathered, value: gather }];
    return this.#node({ ...common, completes: null, label: "gather any", writes, next: telling });
  }

  #times(instruction: CheckedOf<"times">, follow: Goto): Goto {
    const { count, body } = instruction;
    if (typeof count === "number") return this.#countedTimes(instruction, count, follow);
    const { id, span } = instruction;
    const hide = (name: string): string => this.#hide(`${name} ${id}`, BIT);
    const isAlong = (source: Axis): boolean => (count === "rows") === isVertical(source);
    const passes = body.filter((each) => each.tag === "pass");
    const pass = passes.findLast(({ sources }) => sources.some(isAlong)) ?? passes.at(-1);
    const swept = [...this.#sources, ...sourcesIn(body), ...(pass?.sources ?? [])];
    const source = swept.findLast(isAlong) ?? (count === "rows" ? "up" : "left");
    // Loops that are not inside one another can share what counts.
    const key = `${source} ${this.#loops}`;
    const later = this.#rounds.get(key);
    const rounds = later ?? (swept.length > 0 ? sweptRounds : squadRounds)(this.#make, hide, source);
    this.#rounds.set(key, rounds);
    const { writes, last, counters } = rounds;
    const exit = this.#exit(follow, counters, later !== undefined);
    return this.#loop(instruction, (again) => {
      const next = test(this.own(last), follow, again);
      if (pass !== undefined) {
        this.#beside.set(pass, writes);
        return this.sequence(body, next, exit);
      }
      const tick = this.#node({ label: "count", completes: id, span, writes, halts: [], next });
      return this.sequence(body, tick, exit);
    });
  }

  /** Rounds are counted modulo their number, so that the counter is ready for the next time. */
  #countedTimes(instruction: CheckedOf<"times">, count: number, follow: Goto): Goto {
    const { body, id, span } = instruction;
    if (count === 0) return follow;
    if (count === 1) return this.sequence(body, follow, plainly(follow));
    const make = this.#make;
    const counter = this.#hide(`round ${id}`, { kind: "range", lo: 0, hi: count - 1 });
    const own = this.own(counter);
    const exit = this.#exit(follow, [counter]);
    return this.#loop(instruction, (again) => {
      const later = make.sum([{ weight: 1, of: own }], 1);
      const value = make.choose(make.is(own, count - 1), make.zero, later);
      const writes = [{ field: counter, value }];
      const next = test(make.atLeast(own, 1), again, follow);
      const tick = this.#node({ label: "count", completes: id, span, writes, halts: [], next });
      return this.sequence(body, tick, exit);
    });
  }

  /** Tells where a loop is left by `break`; what it counted matters if it, or a later one that shares it, can be entered. */
  #exit(target: Goto, counters: readonly string[], isShared = false): Exit {
    return { target, counters: this.#loops > 0 || isShared ? counters : [] };
  }

  #hide(name: string, type: ValueType): string {
    this.hidden.push({ name, role: "hidden", type, initial: 0 });
    this.#types.set(name, type);
    return name;
  }
}

/** Tells where the sweeps of these instructions come from, in order, those of questions to the whole grid included. */
function sourcesIn(list: readonly CheckedInstruction[]): Axis[] {
  return list.flatMap((each): readonly Axis[] => {
    switch (each.tag) {
      case "pass":
        return each.sources;
      case "branch":
        return [...GATHER, ...TELL, ...sourcesIn(each.then), ...sourcesIn(each.otherwise)];
      case "while":
        return [...sourcesIn(each.body), ...GATHER, ...TELL];
      case "loop":
      case "times":
        return sourcesIn(each.body);
      default:
        return [];
    }
  });
}

/** Tells whether one can be reached from the other by tests alone. */
function comesAtOnce(from: Goto, to: Goto): boolean {
  if (from === to) return true;
  if (from.tag === "label") return from.target !== null && comesAtOnce(from.target, to);
  return from.tag === "test" && (comesAtOnce(from.then, to) || comesAtOnce(from.otherwise, to));
}

function onlyBranch([first, ...more]: readonly CheckedInstruction[]): CheckedOf<"branch"> | null {
  return first?.tag === "branch" && more.length === 0 ? first : null;
}

function trailingHalts(list: readonly CheckedInstruction[], at: number): CheckedOf<"halt">[] {
  const halts: CheckedOf<"halt">[] = [];
  for (let index = at; index >= 0; index--) {
    const instruction = list[index]!;
    if (instruction.tag !== "halt") break;
    halts.push(instruction);
  }
  return halts.reverse();
}

/** Tells whether an expression reads nothing but the cell's own fields. */
function ownOnly(expression: Expression): boolean {
  return leaves([expression]).every((leaf) => leaf.tag === "read" && leaf.place === "here");
}
