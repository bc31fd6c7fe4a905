// The line: which instruction a cell runs next, kept in a hidden field where there is more than one.

import type { Place } from "../../grid/direction.ts";
import type { ValueType } from "../../grid/grid.ts";
import type { Expression, Expressions } from "../../logic/expression.ts";
import type { NetworkField } from "../../network/network.ts";
import type { Successor, Write } from "../lower/instructions.ts";
import type { ScheduledInstruction } from "./rule.ts";

/** Lines of one program; the line after the last instruction is the end. */
export class Lines {
  readonly make: Expressions;
  readonly instructions: readonly ScheduledInstruction[];
  /** The hidden field, or null where there is one line only. */
  readonly field: NetworkField | null;
  readonly #taken: ReadonlySet<string>;

  /** `taken` are the names of all other fields. */
  constructor(make: Expressions, instructions: readonly ScheduledInstruction[], taken: ReadonlySet<string>) {
    this.make = make;
    this.instructions = instructions;
    this.#taken = taken;
    const names = instructions.map((_, at) => `${at}`);
    if (this.#canEnd) names.push("end");
    this.field = names.length === 1 ? null : this.hidden("line", names);
  }

  /** A hidden field whose values are these names. */
  hidden(wanted: string, names: readonly string[]): NetworkField {
    const name = freshName(wanted, this.#taken);
    const type: ValueType = names.length === 2 ? { kind: "bit" } : { kind: "enum", names };
    return { name, role: "hidden", type, initial: 0 };
  }

  at(place: Place, line: number): Expression {
    if (this.field === null) return this.make.one;
    return this.make.is(this.make.read(this.field.name, this.field.type, place, "now"), line);
  }

  /** Where a cell has reached the end of the program. */
  get ended(): Expression {
    return this.#canEnd ? this.at("here", this.instructions.length) : this.make.zero;
  }

  get #canEnd(): boolean {
    return this.instructions.some(({ next }) => targets(next).includes(null));
  }

  /** The next line, given where each instruction runs. */
  updates(runs: readonly Expression[]): Write[] {
    const { make, field } = this;
    if (field === null) return [];
    const stay = make.read(field.name, field.type, "here", "now");
    const value = this.instructions.reduceRight(
      (otherwise, { next }, at) => make.choose(runs[at]!, this.#after(next), otherwise),
      stay,
    );
    return [{ field: field.name, value }];
  }

  #after(next: Successor): Expression {
    if (next.tag === "end") return this.make.constant(this.instructions.length);
    if (next.tag === "goto") return this.make.constant(next.instruction);
    return this.make.choose(next.when, this.#after(next.then), this.#after(next.otherwise));
  }
}

/** Instructions that may follow; null is the end. */
export function targets(next: Successor): (number | null)[] {
  if (next.tag === "end") return [null];
  if (next.tag === "goto") return [next.instruction];
  return [...targets(next.then), ...targets(next.otherwise)];
}

function freshName(wanted: string, taken: ReadonlySet<string>): string {
  return taken.has(wanted) ? freshName(`${wanted}'`, taken) : wanted;
}
