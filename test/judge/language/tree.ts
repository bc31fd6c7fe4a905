// What the judge reads a program as: declarations, instructions, statements and expressions.

/** A number; bits are 0 and 1; a value of an enum is its name. */
export type Value = number | string;

export type Type =
  | { readonly kind: "bit" }
  | { readonly kind: "range"; readonly low: number; readonly high: number }
  | { readonly kind: "enum"; readonly names: readonly string[] };

export type Role = "input" | "output" | "state";

export interface Field {
  readonly name: string;
  readonly role: Role;
  readonly type: Type;
  readonly initial: Value;
}

/** Rows and columns to go from a cell to a neighbour. */
export interface Offset {
  readonly down: number;
  readonly right: number;
}

export type Side = "top" | "bottom" | "left" | "right";

export type Expression =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "neighbour"; readonly offset: Offset; readonly field: string }
  /** `around.f` or `beside.f`: a field of the neighbour that is being counted. */
  | { readonly kind: "counted"; readonly field: string }
  | { readonly kind: "count"; readonly over: "around" | "beside"; readonly condition: Expression }
  | { readonly kind: "edge"; readonly side: Side }
  | { readonly kind: "not" | "negative"; readonly of: Expression }
  | { readonly kind: "two"; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "if"; readonly condition: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: "call"; readonly name: string; readonly inputs: readonly Expression[] };

export type Statement =
  | { readonly kind: "assign"; readonly field: string; readonly to: Expression }
  | { readonly kind: "let"; readonly name: string; readonly to: Expression }
  | { readonly kind: "assert"; readonly line: number; readonly that: Expression }
  | {
      readonly kind: "if";
      readonly condition: Expression;
      readonly yes: readonly Statement[];
      readonly no: readonly Statement[];
    }
  | {
      readonly kind: "match";
      readonly on: Expression;
      readonly arms: readonly {
        readonly values: readonly Expression[];
        readonly body: readonly Statement[];
      }[];
      readonly otherwise: readonly Statement[] | null;
    };

export type Direction = "up" | "down" | "left" | "right";

/** What is asked of the whole grid. */
export interface Question {
  readonly kind: "any" | "all";
  readonly of: Expression;
}

export type Instruction =
  | { readonly kind: "body"; readonly directions: readonly Direction[]; readonly body: readonly Statement[] }
  | { readonly kind: "loop"; readonly body: readonly Instruction[] }
  | { readonly kind: "times"; readonly times: Expression; readonly body: readonly Instruction[] }
  | { readonly kind: "while"; readonly question: Question; readonly body: readonly Instruction[] }
  | {
      readonly kind: "ask";
      readonly question: Question;
      readonly yes: readonly Instruction[];
      readonly no: readonly Instruction[];
    }
  | { readonly kind: "break" | "halt"; readonly when: Expression }
  | { readonly kind: "machine"; readonly machine: Machine };

export type Position =
  | { readonly kind: "sides"; readonly sides: readonly Side[] }
  | { readonly kind: "cell"; readonly row: Expression; readonly column: Expression };

export interface Place {
  readonly field: string;
  readonly value: Value;
  readonly at: Position;
}

/** `*` is any state or symbol where a rule applies, and the same again where it leads to. */
export interface MachineRule {
  readonly state: string;
  readonly read: Value;
  readonly write: Value;
  /** Null for `stay`. */
  readonly move: Direction | null;
  readonly next: string;
}

export interface Machine {
  readonly tape: string;
  /** That of `start` first, then those of the rules as they appear, then those that only halting lines name. */
  readonly states: readonly string[];
  readonly halting: readonly string[];
  readonly rules: readonly MachineRule[];
  /** The state of a head that has no rule. */
  readonly otherwise: string | null;
}

export interface Program {
  readonly name: string;
  readonly fields: readonly Field[];
  readonly params: ReadonlyMap<string, number>;
  readonly functions: ReadonlyMap<string, { readonly inputs: readonly string[]; readonly gives: Expression }>;
  readonly predicted: string | null;
  readonly grid: {
    readonly rows: Expression;
    readonly columns: Expression;
    readonly where: Expression | null;
  } | null;
  readonly workspace: Partial<Readonly<Record<Side, Expression>>>;
  readonly places: readonly Place[];
  readonly steps: Expression | null;
  readonly ends: Expression | null;
  readonly asserts: readonly { readonly line: number; readonly that: Expression }[];
  readonly instructions: readonly Instruction[];
}

/** A program that the judge does not take, or that does what the manual forbids. */
export class Refused extends Error {}
