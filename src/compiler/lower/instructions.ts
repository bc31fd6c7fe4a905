// Instruction IR: whole-grid instructions on expression graphs, linked into a control-flow graph.
// Every cell walks the same path through it; conditions that steer agree in all cells.

import type { Span } from "../../diagnostics/diagnostic.ts";
import type { Tagged } from "../../diagnostics/tagged.ts";
import type { InputRules } from "../../grid/prepare.ts";
import type { Expression, ExpressionOf, Expressions } from "../../logic/expression.ts";
import type { NetworkField } from "../../network/network.ts";

/** The rules of its input are those of the program: see `prepareInput`. */
export interface InstructionProgram extends InputRules {
  readonly name: string;
  readonly fields: readonly NetworkField[];
  readonly predict: string | null;
  /** The entry is instruction 0. */
  readonly instructions: readonly Instruction[];
  /** Where a cell is finished: own fields only; 0 where the program never halts a cell. */
  readonly halted: Expression;
  /** A run is over when every cell is finished or satisfies this, of its own fields; it freezes nothing. */
  readonly ends: Expression;
  /** What is 1 in every cell before the first instruction and after every one, of its own fields. */
  readonly asserts?: readonly Fact[];
  /** Maker of all its expressions. */
  readonly expressions: Expressions;
}

export interface Instruction {
  /** What a person would call it, such as `sweep down right (line 9)`. */
  readonly label: string;
  /** The checked instruction that is complete when this one is, or null for steps in between. */
  readonly completes: number | null;
  readonly span: Span;
  /** Simultaneous assignments; reads say whether they mean a neighbour's old or new value. */
  readonly writes: readonly Write[];
  /** What its body asserts, where it does: facts about the values before and about neighbours, as of its writes. */
  readonly asserts?: readonly Fact[];
  readonly next: Successor;
}

/** What the program says is 1 in every cell that runs an instruction, and in the text where it says so. */
export interface Fact {
  readonly value: Expression;
  /** Where a cell reaches it. */
  readonly path: Expression;
  readonly span: Span;
}

export interface Write {
  readonly field: string;
  readonly value: Expression;
}

/** What follows an instruction. Tests are on the cell's own fields, before the instruction's writes. */
export type Successor = Tagged<{
  goto: { instruction: number };
  end: unknown;
  test: { when: Expression; then: Successor; otherwise: Successor };
}>;

/** The conditions that tell what follows, those asked first, first. */
export function testsOf(next: Successor): Expression[] {
  return next.tag === "test" ? [next.when, ...testsOf(next.then), ...testsOf(next.otherwise)] : [];
}

export type Read = ExpressionOf<"read">;
