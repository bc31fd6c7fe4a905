// What analysis hands on: names resolved, types known, every neighbour read dated, sugar gone.
// Both the reference interpreter and lowering start here, and share nothing further down.

import type { Source, Span } from "../../diagnostics/diagnostic.ts";
import type { Tagged } from "../../diagnostics/tagged.ts";
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

/** Whether some cell, or every cell, satisfies an expression. */
export interface Quantified {
  readonly quantifier: "any" | "all";
  readonly of: CheckedExpression;
}

/**
 * An instruction visits every cell of the grid once, or steers between those that do. `id` is its number in reading order,
 * unique in the program.
 */
export type CheckedInstruction = Tagged<
  {
    /** `each` (no sources) or `sweep`: the body runs in every cell. */
    pass: {
      /** The neighbours that run before a cell does: empty for `each`, `up` and `left` for `sweep down right`. */
      sources: readonly Axis[];
      body: readonly CheckedStatement[];
    };
    loop: { body: readonly CheckedInstruction[] };
    /** A cell where `when` holds keeps its values from here on. Neighbour reads give the current values. */
    halt: { when: CheckedExpression };
    /** Leaves the innermost loop; `when` must agree in all cells. */
    break: { when: CheckedExpression };
    branch: {
      condition: Quantified;
      then: readonly CheckedInstruction[];
      otherwise: readonly CheckedInstruction[];
    };
    while: { condition: Quantified; body: readonly CheckedInstruction[] };
    times: { count: number | "rows" | "cols"; body: readonly CheckedInstruction[] };
  },
  { readonly id: number; readonly span: Span }
>;

export type CheckedStatement = Tagged<
  {
    assign: { field: string; value: CheckedExpression };
    /** `local` is unique in the program; `name` is what the user wrote. */
    let: { local: number; name: string; value: CheckedExpression };
    /** What the program says holds here; it changes nothing. */
    assert: { of: CheckedExpression };
    if: {
      when: CheckedExpression;
      then: readonly CheckedStatement[];
      otherwise: readonly CheckedStatement[];
    };
  },
  { readonly span: Span }
>;

export type BinaryOperator = AstBinaryOperator | "min" | "max";

/** Every expression has a finite integer value: bits are 0 and 1, enum values are indices. */
export type CheckedExpression = Tagged<
  {
    constant: { value: number };
    /** The cell's own field, as the statements before have left it. */
    own: { field: string };
    /** A neighbour's field, after this instruction has run there (`new`) or before (`old`). */
    neighbour: { field: string; place: Direction; age: "new" | "old" };
    local: { local: number; name: string };
    /** 1 where the grid ends on that side of the cell. */
    edge: { side: Axis };
    not: { of: CheckedExpression };
    binary: { operator: BinaryOperator; left: CheckedExpression; right: CheckedExpression };
    choose: { when: CheckedExpression; then: CheckedExpression; otherwise: CheckedExpression };
  },
  { readonly type: ValueType; readonly span: Span }
>;

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
