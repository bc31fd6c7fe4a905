// What analysis hands on: names resolved, types known, every neighbour read dated, sugar gone.
// Both the reference interpreter and lowering start here, and share nothing further down.

import type { Source, Span } from "../../diagnostics/diagnostic.ts";
import type { Axis, Direction } from "../../grid/direction.ts";
import type { ValueType } from "../../grid/grid.ts";
import type { InputRules } from "../../grid/prepare.ts";
import type { SizeExpression } from "../../grid/size.ts";
import type { AstBinaryOperator } from "../parse/ast.ts";

/** The rules of its input say what happens to it before the first instruction: see `prepareInput`. */
export interface CheckedProgram extends InputRules {
  readonly name: string;
  readonly source: Source;
  readonly fields: readonly CheckedField[];
  readonly body: readonly CheckedInstruction[];
  /** The field a learner predicts, or null: rows are examples, the last row is the query (paper, section 3). */
  readonly predict: string | null;
  /**
   * The run is over when, after a pass or before the first, every cell has halted or satisfies this, of its own
   * fields. Only in programs whose cells keep step: no sweeps, no questions to the whole grid.
   */
  readonly ends?: CheckedExpression | null;
  /** The first loop that nothing ends, if there is one: a run takes as many steps as are asked for. */
  readonly endless?: Span | null;
  /** What the program says of every cell, before the first instruction and after every one, by its own fields. */
  readonly asserts?: readonly Assertion[];
  /** Where every assertion of the text stands, those inside bodies and those that nothing runs included, in order. */
  readonly assertions?: readonly Span[];
  /** What a sketch leaves open; an ordinary program has none. */
  readonly holes?: readonly Hole[];
  /** How many steps a network makes at most until its run is over. */
  readonly steps?: { readonly most: SizeExpression; readonly span: Span } | null;
}

export interface Assertion {
  readonly of: CheckedExpression;
  readonly span: Span;
}

/** A part of a sketch that is not written yet: entries of a type, which the cell reads as if they were its fields. */
export interface Hole {
  readonly name: string;
  readonly kind: "table" | "option" | "unknown";
  /** The types of a table's arguments. The last one changes fastest along the entries. */
  readonly arguments: readonly ValueType[];
  readonly type: ValueType;
  /** Names of the fields that hold the entries. */
  readonly entries: readonly string[];
  /** The expression or the declaration. */
  readonly span: Span;
}

export interface CheckedField {
  readonly name: string;
  readonly role: "input" | "output" | "state";
  readonly type: ValueType;
  /** Value in every cell before the first instruction (inputs are overwritten by the input file). */
  readonly initial: number;
  readonly span: Span;
}

/** The node with a tag, such as `CheckedOf<"pass">` or `CheckedOf<"binary">`. */
export type CheckedOf<Tag> = (CheckedInstruction | CheckedStatement | CheckedExpression) & {
  readonly tag: Tag;
};

/** An instruction visits every cell of the grid once, or steers between those that do. */
export type CheckedInstruction = Pass | Loop | Halt | Break | Branch | While | Times;

interface Instruction<Tag extends string> {
  readonly tag: Tag;
  /** Its number in reading order, unique in the program. */
  readonly id: number;
  readonly span: Span;
}

/** `each` (no sources) or `sweep`: the body runs in every cell. */
interface Pass extends Instruction<"pass"> {
  /** The neighbours that run before a cell does: empty for `each`, `up` and `left` for `sweep down right`. */
  readonly sources: readonly Axis[];
  readonly body: readonly CheckedStatement[];
}

interface Loop extends Instruction<"loop"> {
  readonly body: readonly CheckedInstruction[];
}

/** A cell where `when` holds keeps its values from here on. Neighbour reads give the current values. */
interface Halt extends Instruction<"halt"> {
  readonly when: CheckedExpression;
}

/** Leaves the innermost loop; `when` must agree in all cells. */
interface Break extends Instruction<"break"> {
  readonly when: CheckedExpression;
}

/** Whether some cell, or every cell, satisfies an expression. */
export interface Quantified {
  readonly quantifier: "any" | "all";
  readonly of: CheckedExpression;
}

interface Branch extends Instruction<"branch"> {
  readonly condition: Quantified;
  readonly then: readonly CheckedInstruction[];
  readonly otherwise: readonly CheckedInstruction[];
}

interface While extends Instruction<"while"> {
  readonly condition: Quantified;
  readonly body: readonly CheckedInstruction[];
}

interface Times extends Instruction<"times"> {
  readonly count: number | "rows" | "cols";
  readonly body: readonly CheckedInstruction[];
}

export type CheckedStatement =
  | { readonly tag: "assign"; readonly field: string; readonly value: CheckedExpression; readonly span: Span }
  /** `local` is unique in the program; `name` is what the user wrote. */
  | {
      readonly tag: "let";
      readonly local: number;
      readonly name: string;
      readonly value: CheckedExpression;
      readonly span: Span;
    }
  /** What the program says holds here; it changes nothing. */
  | { readonly tag: "assert"; readonly of: CheckedExpression; readonly span: Span }
  | {
      readonly tag: "if";
      readonly when: CheckedExpression;
      readonly then: readonly CheckedStatement[];
      readonly otherwise: readonly CheckedStatement[];
      readonly span: Span;
    };

export type BinaryOperator = AstBinaryOperator | "min" | "max";

/** Every expression has a finite integer value: bits are 0 and 1, enum values are indices. */
export type CheckedExpression = { readonly type: ValueType; readonly span: Span } & (
  | { readonly tag: "constant"; readonly value: number }
  /** The cell's own field, as the statements before have left it. */
  | { readonly tag: "own"; readonly field: string }
  /** A neighbour's field, after this instruction has run there (`new`) or before (`old`). */
  | {
      readonly tag: "neighbour";
      readonly field: string;
      readonly place: Direction;
      readonly age: "new" | "old";
    }
  | { readonly tag: "local"; readonly local: number; readonly name: string }
  /** 1 where the grid ends on that side of the cell. */
  | { readonly tag: "edge"; readonly side: Axis }
  | { readonly tag: "not"; readonly of: CheckedExpression }
  | {
      readonly tag: "binary";
      readonly operator: BinaryOperator;
      readonly left: CheckedExpression;
      readonly right: CheckedExpression;
    }
  | {
      readonly tag: "choose";
      readonly when: CheckedExpression;
      readonly then: CheckedExpression;
      readonly otherwise: CheckedExpression;
    }
);

/** The expressions that an expression is made of. */
export function partsOf(expression: CheckedExpression): readonly CheckedExpression[] {
  switch (expression.tag) {
    case "not":
      return [expression.of];
    case "binary":
      return [expression.left, expression.right];
    case "choose":
      return [expression.when, expression.then, expression.otherwise];
    default:
      return [];
  }
}

/** A part of a tree and all that it is made of, in the order of the text. Goes as deep as the tree does. */
export function* allWithin<T>(root: T, partsOf: (part: T) => readonly T[]): Generator<T> {
  const pending = [root];
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    yield part;
    for (const inner of partsOf(part).toReversed()) pending.push(inner);
  }
}
