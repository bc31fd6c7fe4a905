// The syntax tree: what was written, with the span of every part. Names are not resolved yet, directions and
// sides are whatever word stood there, and misplaced instructions and statements are kept for a good message.

import type { Span } from "../diagnostics/diagnostic.ts";

export interface AstProgram {
  readonly tag: "program";
  readonly name: Name;
  readonly items: readonly AstItem[];
  /** All comments of the text in reading order, with their delimiters. */
  readonly comments: readonly Comment[];
  readonly span: Span;
}

export interface Name {
  readonly text: string;
  readonly span: Span;
}

export interface Comment {
  readonly text: string;
  readonly span: Span;
}

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

export interface AstField {
  readonly tag: "field";
  readonly role: "input" | "output" | "state";
  readonly names: readonly Name[];
  readonly type: AstType;
  readonly initial: AstExpression | null;
  readonly span: Span;
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

interface AstPredict {
  readonly tag: "predict";
  readonly field: Name;
  readonly span: Span;
}

export interface AstParam {
  readonly tag: "param";
  readonly name: Name;
  readonly value: AstExpression;
  readonly span: Span;
}

export interface AstFunction {
  readonly tag: "fn";
  readonly name: Name;
  readonly parameters: readonly Name[];
  readonly body: AstExpression;
  readonly span: Span;
}

/** `hole f(a, n: 0..3): bit`: an unknown function. */
export interface AstHole {
  readonly tag: "hole";
  readonly name: Name;
  readonly parameters: readonly AstHoleParameter[];
  readonly type: AstType;
  readonly span: Span;
}

export interface AstHoleParameter {
  readonly name: Name;
  /** Null for a bit. */
  readonly type: AstType | null;
}

/** `ends when all(...)`: when the whole run is over. */
interface AstEnds {
  readonly tag: "ends";
  readonly condition: AstQuantified;
  readonly span: Span;
}

/** `steps <= ...`: how many steps a network takes at most. */
interface AstSteps {
  readonly tag: "steps";
  readonly most: AstExpression;
  readonly span: Span;
}

/** `grid 1 x cols where ...`: the shapes that a program takes. */
export interface AstGrid {
  readonly tag: "grid";
  readonly rows: AstExpression;
  readonly cols: AstExpression;
  readonly where: AstExpression | null;
  readonly span: Span;
}

/** Rows and columns added around the input: `auto`, as many as a machine's head needs, or those of the margins. */
export interface AstWorkspace {
  readonly tag: "workspace";
  readonly auto: boolean;
  readonly margins: readonly { readonly side: Name; readonly size: AstExpression }[];
  readonly span: Span;
}

/** The value of a field in one cell at the start. */
export interface AstPlace {
  readonly tag: "place";
  readonly field: Name;
  readonly value: AstExpression;
  readonly at: AstPosition;
  readonly span: Span;
}

export type AstPosition = { readonly span: Span } & (
  | { readonly tag: "corner"; readonly sides: readonly Name[] }
  | { readonly tag: "cell"; readonly row: AstExpression; readonly column: AstExpression }
);

/** A Turing machine. */
export interface AstMachine {
  readonly tag: "machine";
  readonly tape: Name;
  readonly lines: readonly AstMachineLine[];
  readonly span: Span;
}

export type AstMachineLine =
  | AstMachineRule
  | AstMachineSymbols
  | AstMachineRow
  | AstMachineStart
  | AstMachineHalt
  | AstMachineOtherwise;

/** `A 0 -> 1 right B`. */
export interface AstMachineRule {
  readonly tag: "rule";
  readonly state: Name;
  readonly symbol: AstExpression;
  readonly write: AstExpression;
  readonly move: Name;
  readonly to: Name;
  readonly span: Span;
}

/** `symbols 0 1`: the head of a table. */
export interface AstMachineSymbols {
  readonly tag: "symbols";
  readonly symbols: readonly AstExpression[];
  readonly span: Span;
}

/** `A: 1 right B  none`: what a state does at each symbol; null where there is no rule. */
export interface AstMachineRow {
  readonly tag: "row";
  readonly state: Name;
  readonly cells: readonly (AstMachineCell | null)[];
  readonly span: Span;
}

export type AstMachineCell = Pick<AstMachineRule, "write" | "move" | "to" | "span">;

interface AstMachineStart {
  readonly tag: "start";
  readonly state: Name;
  readonly at: AstPosition;
  readonly span: Span;
}

interface AstMachineHalt {
  readonly tag: "halts";
  readonly states: readonly Name[];
  readonly span: Span;
}

interface AstMachineOtherwise {
  readonly tag: "otherwise";
  readonly span: Span;
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

export interface AstEach {
  readonly tag: "each";
  readonly body: readonly AstStatement[];
  /** Whether it is what a machine has been written out as. */
  readonly isMachine?: true;
  readonly span: Span;
}

export interface AstSweep {
  readonly tag: "sweep";
  readonly directions: readonly Name[];
  readonly body: readonly AstStatement[];
  readonly span: Span;
}

/** Instructions in braces; statements there are misplaced. */
export type AstBlock = readonly (AstInstruction | AstStatement)[];

interface AstLoop {
  readonly tag: "loop";
  /** Whether the program says that nothing leaves it. */
  readonly forever: boolean;
  readonly body: AstBlock;
  readonly span: Span;
}

interface AstHalt {
  readonly tag: "halt";
  readonly when: AstExpression;
  readonly span: Span;
}

interface AstBreak {
  readonly tag: "break";
  readonly when: AstExpression;
  readonly span: Span;
}

export interface AstQuantified {
  readonly quantifier: "any" | "all";
  readonly of: AstExpression;
  readonly span: Span;
}

export interface AstBranch {
  readonly tag: "branch";
  readonly condition: AstQuantified;
  readonly then: AstBlock;
  readonly otherwise: AstBlock | null;
  readonly span: Span;
}

interface AstWhile {
  readonly tag: "while";
  readonly condition: AstQuantified;
  readonly body: AstBlock;
  readonly span: Span;
}

interface AstTimes {
  readonly tag: "times";
  readonly count: AstExpression;
  readonly body: AstBlock;
  readonly span: Span;
}

// --- statements ---

/** An instruction inside a body is an error that analysis reports. */
export type AstStatement = AstLet | AstIf | AstMatch | AstAssert | AstAssign | AstInstruction;

export interface AstLet {
  readonly tag: "let";
  readonly name: Name;
  readonly value: AstExpression;
  readonly span: Span;
}

/** In a body, what holds at this point; between instructions, what holds in every cell at all times. */
export interface AstAssert {
  readonly tag: "assert";
  readonly of: AstExpression;
  readonly span: Span;
}

export interface AstIf {
  readonly tag: "if";
  readonly when: AstExpression;
  readonly then: readonly AstStatement[];
  readonly otherwise: readonly AstStatement[] | null;
  readonly span: Span;
}

export interface AstMatch {
  readonly tag: "match";
  readonly of: AstExpression;
  readonly arms: readonly AstArm[];
  readonly span: Span;
}

export interface AstArm {
  /** The values of the arm, or null for `else`. */
  readonly values: readonly AstExpression[] | null;
  readonly body: readonly AstStatement[];
  /** The values, or the word `else`. */
  readonly span: Span;
}

export interface AstAssign {
  readonly tag: "assign";
  /** A neighbour's direction where one was written: an error that analysis reports. */
  readonly place: Name | null;
  readonly field: Name;
  readonly value: AstExpression;
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
