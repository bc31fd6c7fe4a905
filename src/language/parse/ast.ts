// The syntax tree: what was written, with the span of every part. Names are not resolved yet, directions and
// sides are whatever word stood there, and misplaced instructions and statements are kept for a good message.

import type { Span } from "../../diagnostics/diagnostic.ts";

/** A node of the tree: its kind, and the text that it was read from. */
interface Node<Tag extends string> {
  readonly tag: Tag;
  readonly span: Span;
}

export interface AstProgram extends Node<"program"> {
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

export type AstDeclaration =
  | AstField
  | AstPredict
  | AstParam
  | AstFunction
  | AstHole
  | AstEnds
  | AstSteps
  | AstGrid
  | AstWorkspace
  | AstPlace
  | AstMachine;

interface AstField extends Node<"field"> {
  readonly role: "input" | "output" | "state";
  readonly names: readonly Name[];
  readonly type: AstType;
  readonly initial: AstExpression | null;
}

export type AstType = { readonly span: Span } & (
  | { readonly tag: "bit" }
  | { readonly tag: "enum"; readonly values: readonly AstEnumValue[] }
  | { readonly tag: "range"; readonly lo: AstExpression; readonly hi: AstExpression }
);

export interface AstEnumValue {
  readonly name: Name;
  /** What stands for the value in input files, without the quotes. */
  readonly symbol: Name | null;
}

interface AstPredict extends Node<"predict"> {
  readonly field: Name;
}

interface AstParam extends Node<"param"> {
  readonly name: Name;
  readonly value: AstExpression;
}

interface AstFunction extends Node<"fn"> {
  readonly name: Name;
  readonly parameters: readonly Name[];
  readonly body: AstExpression;
}

/** `hole f(a, n: 0..3): bit`: an unknown function. */
interface AstHole extends Node<"hole"> {
  readonly name: Name;
  readonly parameters: readonly AstHoleParameter[];
  readonly type: AstType;
}

interface AstHoleParameter {
  readonly name: Name;
  /** Null for a bit. */
  readonly type: AstType | null;
}

/** `ends when all(...)`: when the whole run is over. */
interface AstEnds extends Node<"ends"> {
  readonly condition: AstQuantified;
}

/** `steps <= ...`: how many steps a network takes at most. */
interface AstSteps extends Node<"steps"> {
  readonly most: AstExpression;
}

/** `grid 1 x cols where ...`: the shapes that a program takes. */
interface AstGrid extends Node<"grid"> {
  readonly rows: AstExpression;
  readonly cols: AstExpression;
  readonly where: AstExpression | null;
}

/** Rows and columns added around the input: `auto`, as many as a machine's head needs, or those of the margins. */
interface AstWorkspace extends Node<"workspace"> {
  readonly auto: boolean;
  readonly margins: readonly { readonly side: Name; readonly size: AstExpression }[];
}

/** The value of a field in one cell at the start. */
interface AstPlace extends Node<"place"> {
  readonly field: Name;
  readonly value: AstExpression;
  readonly at: AstPosition;
}

export type AstPosition = { readonly span: Span } & (
  | { readonly tag: "corner"; readonly sides: readonly Name[] }
  | { readonly tag: "cell"; readonly row: AstExpression; readonly column: AstExpression }
);

/** A Turing machine. */
interface AstMachine extends Node<"machine"> {
  readonly tape: Name;
  readonly lines: readonly AstMachineLine[];
}

export type AstMachineLine =
  | AstMachineRule
  | AstMachineSymbols
  | AstMachineRow
  | AstMachineStart
  | AstMachineHalt
  | AstMachineOtherwise;

/** `A 0 -> 1 right B`; states and symbols can be the name `*`: any, or the same again. */
interface AstMachineRule extends Node<"rule"> {
  readonly state: Name;
  readonly symbol: AstExpression;
  readonly write: AstExpression;
  readonly move: Name;
  readonly to: Name;
}

/** `symbols 0 1`: the head of a table. */
interface AstMachineSymbols extends Node<"symbols"> {
  readonly symbols: readonly AstExpression[];
}

/** `A: 1 right B  none`: what a state does at each symbol; null where there is no rule. */
interface AstMachineRow extends Node<"row"> {
  readonly state: Name;
  readonly cells: readonly (AstMachineCell | null)[];
}

export type AstMachineCell = Pick<AstMachineRule, "write" | "move" | "to" | "span">;

interface AstMachineStart extends Node<"start"> {
  readonly state: Name;
  readonly at: AstPosition;
}

/** How a machine ends: with what stands on its tape, or with an answer. */
export type MachineEnd = "halt" | "accept" | "reject";

interface AstMachineHalt extends Node<"halts"> {
  readonly end: MachineEnd;
  readonly states: readonly Name[];
}

interface AstMachineOtherwise extends Node<"otherwise"> {
  readonly end: MachineEnd;
}

// --- instructions ---

export type AstInstruction =
  | AstEach
  | AstSweep
  | AstLoop
  | AstHalt
  | AstBreak
  | AstBranch
  | AstWhile
  | AstTimes;

interface AstEach extends Node<"each"> {
  readonly body: readonly AstStatement[];
  /** Whether it is what a machine has been written out as. */
  readonly isMachine?: true;
}

interface AstSweep extends Node<"sweep"> {
  readonly directions: readonly Name[];
  readonly body: readonly AstStatement[];
}

/** Instructions in braces; statements there are misplaced. */
export type AstBlock = readonly (AstInstruction | AstStatement)[];

interface AstLoop extends Node<"loop"> {
  /** Whether the program says that nothing leaves it. */
  readonly forever: boolean;
  readonly body: AstBlock;
}

interface AstHalt extends Node<"halt"> {
  readonly when: AstExpression;
}

interface AstBreak extends Node<"break"> {
  readonly when: AstExpression;
}

export interface AstQuantified {
  readonly quantifier: "any" | "all";
  readonly of: AstExpression;
  readonly span: Span;
}

interface AstBranch extends Node<"branch"> {
  readonly condition: AstQuantified;
  readonly then: AstBlock;
  readonly otherwise: AstBlock | null;
}

interface AstWhile extends Node<"while"> {
  readonly condition: AstQuantified;
  readonly body: AstBlock;
}

interface AstTimes extends Node<"times"> {
  readonly count: AstExpression;
  readonly body: AstBlock;
}

// --- statements ---

/** An instruction inside a body is an error that analysis reports. */
export type AstStatement = AstLet | AstIf | AstMatch | AstAssert | AstAssign | AstInstruction;

interface AstLet extends Node<"let"> {
  readonly name: Name;
  readonly value: AstExpression;
}

/** In a body, what holds at this point; between instructions, what holds in every cell at all times. */
interface AstAssert extends Node<"assert"> {
  readonly of: AstExpression;
}

interface AstIf extends Node<"if"> {
  readonly when: AstExpression;
  readonly then: readonly AstStatement[];
  readonly otherwise: readonly AstStatement[] | null;
}

interface AstMatch extends Node<"match"> {
  readonly of: AstExpression;
  readonly arms: readonly AstArm[];
}

export interface AstArm {
  /** The values of the arm, or null for `else`. */
  readonly values: readonly AstExpression[] | null;
  readonly body: readonly AstStatement[];
  /** The values, or the word `else`. */
  readonly span: Span;
}

interface AstAssign extends Node<"assign"> {
  /** A neighbour's direction where one was written: an error that analysis reports. */
  readonly place: Name | null;
  readonly field: Name;
  readonly value: AstExpression;
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

export type AstExpression = { readonly span: Span } & (
  | { readonly tag: "number"; readonly value: number }
  | { readonly tag: "boolean"; readonly value: boolean }
  | { readonly tag: "name"; readonly name: string }
  /** `up.f`, and also `around.f` or any other word before the dot. */
  | { readonly tag: "read"; readonly place: Name; readonly field: Name }
  | { readonly tag: "edge"; readonly side: Name }
  /** `?(a, b)`: an unknown bit for each combination of values. */
  | { readonly tag: "table"; readonly arguments: readonly AstExpression[] }
  /** `?{a, b}`: one of several expressions. */
  | { readonly tag: "option"; readonly options: readonly AstExpression[] }
  /** `?0..7`: an unknown constant. */
  | { readonly tag: "unknown"; readonly lo: AstExpression; readonly hi: AstExpression }
  | { readonly tag: "call"; readonly callee: Name; readonly arguments: readonly AstExpression[] }
  | { readonly tag: "not"; readonly of: AstExpression }
  | { readonly tag: "negative"; readonly of: AstExpression }
  | {
      readonly tag: "binary";
      readonly operator: AstBinaryOperator;
      readonly left: AstExpression;
      readonly right: AstExpression;
    }
  | {
      readonly tag: "choose";
      readonly when: AstExpression;
      readonly then: AstExpression;
      readonly otherwise: AstExpression;
    }
);
