// What a cell on one line of the schedule does, as expressions instead of diagrams: the rule's next value of a field,
// where its position and what runs are known, is written the same way as what the instruction writes, since equal
// expressions are one object. That says nothing where the two are written differently, and takes no time however wide
// ranges are and however many states a machine has.

import type { InstructionProgram, Read, Successor } from "../../compiler/lower/instructions.ts";
import type { Rule } from "../../compiler/schedule/rule.ts";
import { BIT, combinations } from "../../grid/grid.ts";
import { type Expression, leaves } from "../../logic/expression.ts";
import { holder } from "./ages.ts";
import type { Timing } from "./handshake.ts";
import type { OnLine } from "./line-choices.ts";
import type { Line, Matching } from "./matching.ts";
import { shown } from "./obligation.ts";
import type { Obligation } from "./result.ts";

/** A line of the schedule, and what diagrams say of the signals of a cell on it. */
interface LineFacts {
  readonly program: InstructionProgram;
  readonly rule: Rule;
  readonly matching: Matching;
  readonly handshake: Timing;
  readonly at: number;
  readonly line: Line | null;
  readonly onLine: OnLine;
  /** A signal is 1 exactly where the cell runs the line, or never; null where it is neither, or that is not shown. */
  readonly signal: (name: string) => "line" | "off" | null;
  /** 1 where the cell runs in any case, 0 where it never does, null where its neighbours tell. */
  readonly runs: number | null;
}

/** Values of signals and of the cell's own fields. */
interface Known {
  readonly signal: (name: string) => number | null;
  readonly fields: ReadonlyMap<string, number>;
}

export class LineTerms {
  readonly #facts: LineFacts;
  /** What is known where the cell does not run, and where it does. */
  readonly #worlds: readonly { readonly runs: boolean; readonly known: Known }[];

  constructor(facts: LineFacts) {
    this.#facts = facts;
    const { matching, at, signal, runs } = facts;
    const { position } = matching;
    const fields = new Map(position === null ? [] : [[position.name, at]]);
    // Of a signal that is none of the two, such as one of all lines at the end, nothing is known: it stays what it is.
    const told = (isRunning: boolean) => (name: string) => {
      const found = signal(name);
      return found === null ? null : found === "line" && isRunning ? 1 : 0;
    };
    const world = (isRunning: boolean) => ({
      runs: isRunning,
      known: { fields, signal: told(isRunning) },
    });
    this.#worlds = runs === null ? [world(false), world(true)] : [world(runs === 1)];
  }

  /** Returns what the rule and the program both make of a field, where they write that alike; else null. */
  step(field: string): Expression | null {
    const { matching } = this.#facts;
    if (field === matching.clock?.name) return null;
    const next = this.#worlds.map(({ runs, known }) => {
      const wanted = runs ? (this.#written(field) ?? this.#own(field)) : this.#own(field);
      const got = this.#with(this.#next(field), known);
      return got === this.#with(wanted, known) ? got : null;
    });
    return next.includes(null) ? null : next.at(-1)!;
  }

  /** Returns what a finished cell makes of a field, where that is what it held; else null. */
  finished(field: string): Expression | null {
    return this.#whereFinished((known) => {
      const got = this.#with(this.#next(field), known);
      return got === this.#with(this.#own(field), known) ? got : null;
    });
  }

  /** Says that a finished cell is finished after the step. */
  staysFinished(): Expression | null {
    const { program, rule } = this.#facts;
    return this.#whereFinished((known) => {
      const later = rule.expressions.substitute(program.halted, (leaf) =>
        leaf.tag === "read" ? this.#with(this.#next(leaf.field), known) : leaf,
      );
      return later === rule.expressions.one ? later : null;
    });
  }

  #whereFinished(same: (known: Known) => Expression | null): Expression | null {
    const ways = waysToFinish(this.#facts.program);
    if (ways === null) return null;
    const found = this.#worlds.flatMap(({ known: { signal, fields } }) =>
      ways
        .filter((way) => [...way].every(([field, value]) => (fields.get(field) ?? value) === value))
        .map((way) => same({ signal, fields: new Map([...fields, ...way]) })),
    );
    return found.length === 0 || found.includes(null) ? null : found.at(-1)!;
  }

  #next(field: string): Expression {
    return this.#facts.onLine.next(this.#facts.at, field);
  }

  #own(field: string): Expression {
    return this.#facts.onLine.own(field);
  }

  #with(of: Expression, { signal, fields }: Known): Expression {
    const { expressions: make } = this.#facts.rule;
    return make.substitute(of, (leaf) => {
      if (leaf.tag === "inside") return leaf;
      if (leaf.tag === "signal") {
        const value = signal(leaf.name);
        return value === null ? leaf : make.constant(value);
      }
      const { field, type, place } = leaf as Read;
      const value = place === "here" ? fields.get(field) : undefined;
      return value === undefined ? make.read(field, type, place, "now") : make.constant(value);
    });
  }

  /** Returns what the line writes into a field, each read answered by the field that holds the right value; null if nothing. */
  #written(field: string): Expression | null {
    const { matching, line } = this.#facts;
    if (line === null) return null;
    if (field === matching.position?.name) return this.#following(line);
    const copy = line.copies.find(({ shadow }) => shadow === field);
    if (copy !== undefined) return this.#own(copy.of);
    const write = line.instruction?.writes.find((each) => each.field === field);
    return write === undefined ? null : this.#meant(write.value);
  }

  #meant(of: Expression): Expression {
    const { rule, matching, handshake, at } = this.#facts;
    const { expressions: make } = rule;
    return make.substitute(of, (leaf) => {
      if (leaf.tag !== "read" || leaf.place === "here") return leaf;
      const field = holder(matching.lines, at, leaf, handshake.distances(at, leaf.place))!;
      return make.read(field, leaf.type, leaf.place, "now");
    });
  }

  #following({ instruction }: Line): Expression {
    const { rule, matching, at } = this.#facts;
    const { expressions: make } = rule;
    const after = (next: Successor): Expression => {
      if (next.tag === "end") return make.constant(matching.lines.length);
      if (next.tag === "goto") return make.constant(matching.entries[next.instruction]!);
      return make.choose(this.#meant(next.when), after(next.then), after(next.otherwise));
    };
    return instruction === null ? make.constant(at + 1) : after(instruction.next);
  }
}

/** Holds because both sides are one expression, whatever its reads give. */
export function shownSame(name: string, of: Expression): Obligation {
  const read = leaves([of]).map((leaf) => ({ type: leaf.tag === "read" ? leaf.type : BIT }));
  return shown(name, Math.min(combinations(read), Number.MAX_VALUE));
}

/** Fields' values in each of the ways in which a cell can be finished; null where that is another kind of condition. */
function waysToFinish({ halted }: InstructionProgram): readonly ReadonlyMap<string, number>[] | null {
  const ways = (halted.tag === "or" ? halted.of : [halted]).map(wayOf);
  return ways.includes(null) ? null : (ways as ReadonlyMap<string, number>[]);
}

function wayOf(when: Expression): ReadonlyMap<string, number> | null {
  const known = new Map<string, number>();
  for (const part of when.tag === "and" ? when.of : [when]) {
    const read = part.tag === "is" ? part.of : part;
    if (read.tag !== "read" || read.place !== "here" || (part.tag !== "is" && read.type.kind !== "bit"))
      return null;
    const value = part.tag === "is" ? part.value : 1;
    if ((known.get(read.field) ?? value) !== value) return null;
    known.set(read.field, value);
  }
  return known;
}
