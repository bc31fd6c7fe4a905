// The syntax tree: what was written, with the span of every part. Names are not resolved yet, directions and
// sides are whatever word stood there, and misplaced instructions and statements are kept for a good message.

import type { Span } from "../../diagnostics/diagnostic.ts";
import type { Tagged } from "../../diagnostics/tagged.ts";

/** Nodes of the tree, each with the text that it was read from. */
type Nodes<Kinds> = Tagged<Kinds, { readonly span: Span }>;

export interface AstProgram {
  readonly tag: "program";
  readonly span: Span;
  readonly name: Name;
  readonly items: readonly AstItem[];
  /** All comments of the text in reading order, with their delimiters. */
  readonly comments: readonly Comment[];
}

export interface Name {
  readonly text: string;
  readonly span: Span;
}

export interface Comment {
  readonly text: string;
  readonly span: Span;
}

/** The node with a tag, such as `AstOf<"sweep">` or `AstOf<"binary">`. */
export type AstOf<Tag> = (AstItem | AstMachineLine | AstExpression) & { readonly tag: Tag };

/** A bare statement between instructions is an error that analysis reports. */
export type AstItem = AstDeclaration | AstInstruction | AstStatement;

// --- declarations ---

export type AstDeclaration = Nodes<{
  field: {
    role: "input" | "output" | "state";
    names: readonly Name[];
    type: AstType;
    initial: AstExpression | null;
  };
  predict: { field: Name };
  param: { name: Name; value: AstExpression };
  fn: { name: Name; parameters: readonly Name[]; body: AstExpression };
  /** `hole f(a, n: 0..3): bit`: an unknown function. */
  hole: { name: Name; parameters: readonly AstHoleParameter[]; type: AstType };
  /** `ends when all(...)`: when the whole run is over. */
  ends: { condition: AstQuantified };
  /** `steps <= ...`: how many steps a network takes at most. */
  steps: { most: AstExpression };
  /** `grid 1 x cols where ...`: the shapes that a program takes. */
  grid: { rows: AstExpression; cols: AstExpression; where: AstExpression | null };
  /** Rows and columns added around the input: `auto`, as many as a machine's head needs, or those of the margins. */
  workspace: {
    auto: boolean;
    margins: readonly { readonly side: Name; readonly size: AstExpression }[];
  };
  /** The value of a field in one cell at the start. */
  place: { field: Name; value: AstExpression; at: AstPosition };
  /** A Turing machine. */
  machine: { tape: Name; lines: readonly AstMachineLine[] };
}>;

export type AstType = Nodes<{
  bit: unknown;
  enum: { values: readonly AstEnumValue[] };
  range: { lo: AstExpression; hi: AstExpression };
}>;

export interface AstEnumValue {
  readonly name: Name;
  /** What stands for the value in input files, without the quotes. */
  readonly symbol: Name | null;
}

interface AstHoleParameter {
  readonly name: Name;
  /** Null for a bit. */
  readonly type: AstType | null;
}

export type AstPosition = Nodes<{
  corner: { sides: readonly Name[] };
  cell: { row: AstExpression; column: AstExpression };
}>;

export type AstMachineLine = Nodes<{
  /** `A 0 -> 1 right B`; states and symbols can be the name `*`: any, or the same again. */
  rule: {
    state: Name;
    symbol: AstExpression;
    write: AstExpression;
    move: Name;
    to: Name;
  };
  /** `symbols 0 1`: the head of a table. */
  symbols: { symbols: readonly AstExpression[] };
  /** `A: 1 right B  none`: what a state does at each symbol; null where there is no rule. */
  row: { state: Name; cells: readonly (AstMachineCell | null)[] };
  start: { state: Name; at: AstPosition };
  halts: { end: MachineEnd; states: readonly Name[] };
  otherwise: { end: MachineEnd };
}>;

export type AstMachineCell = Pick<AstOf<"rule">, "write" | "move" | "to" | "span">;

/** How a machine ends: with what stands on its tape, or with an answer. */
export type MachineEnd = "halt" | "accept" | "reject";

// --- instructions ---

export type AstInstruction = Nodes<{
  each: {
    body: readonly AstStatement[];
    /** Whether it is what a machine has been written out as. */
    isMachine?: true;
  };
  sweep: { directions: readonly Name[]; body: readonly AstStatement[] };
  loop: {
    /** Whether the program says that nothing leaves it. */
    forever: boolean;
    body: AstBlock;
  };
  halt: { when: AstExpression };
  break: { when: AstExpression };
  branch: { condition: AstQuantified; then: AstBlock; otherwise: AstBlock | null };
  while: { condition: AstQuantified; body: AstBlock };
  times: { count: AstExpression; body: AstBlock };
}>;

/** Instructions in braces; statements there are misplaced. */
export type AstBlock = readonly (AstInstruction | AstStatement)[];

export interface AstQuantified {
  readonly quantifier: "any" | "all";
  readonly of: AstExpression;
  readonly span: Span;
}

// --- statements ---

/** An instruction inside a body is an error that analysis reports. */
export type AstStatement =
  | AstInstruction
  | Nodes<{
      let: { name: Name; value: AstExpression };
      /** In a body, what holds at this point; between instructions, what holds in every cell at all times. */
      assert: { of: AstExpression };
      if: {
        when: AstExpression;
        then: readonly AstStatement[];
        otherwise: readonly AstStatement[] | null;
      };
      match: { of: AstExpression; arms: readonly AstArm[] };
      assign: {
        /** A neighbour's direction where one was written: an error that analysis reports. */
        place: Name | null;
        field: Name;
        value: AstExpression;
      };
    }>;

export interface AstArm {
  /** The values of the arm, or null for `else`. */
  readonly values: readonly AstExpression[] | null;
  readonly body: readonly AstStatement[];
  /** The values, or the word `else`. */
  readonly span: Span;
}

// --- expressions ---

export type AstBinaryOperator =
  | "and"
  | "or"
  | "xor"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "+"
  | "-"
  | "*"
  /** By a positive constant; rounds down, and `%` is what is left. */
  | "/"
  | "%";

export type AstExpression = Nodes<{
  number: { value: number };
  boolean: { value: boolean };
  name: { name: string };
  /** `up.f`, and also `around.f` or any other word before the dot. */
  read: { place: Name; field: Name };
  edge: { side: Name };
  /** `?(a, b)`: an unknown bit for each combination of values. */
  table: { arguments: readonly AstExpression[] };
  /** `?{a, b}`: one of several expressions. */
  option: { options: readonly AstExpression[] };
  /** `?0..7`: an unknown constant. */
  unknown: { lo: AstExpression; hi: AstExpression };
  call: { callee: Name; arguments: readonly AstExpression[] };
  not: { of: AstExpression };
  negative: { of: AstExpression };
  binary: { operator: AstBinaryOperator; left: AstExpression; right: AstExpression };
  choose: { when: AstExpression; then: AstExpression; otherwise: AstExpression };
}>;
