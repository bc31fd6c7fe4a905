// What the checks know about the place they are at: names in scope, facts about values, the sweep around them.
// A context is never changed; a check that goes somewhere else makes a new one from it.

import type { Diagnostic, Source, Span } from "../../diagnostics/diagnostic.ts";
import type { Axis, Direction } from "../../grid/direction.ts";
import type { Bounds, EnumType, ValueType } from "../../grid/grid.ts";
import type { AstExpression, AstOf, Name } from "../parse/ast.ts";
import type { CheckedExpression, CheckedField, Hole } from "./checked.ts";
import type { Enums } from "./enums.ts";
import type { Flow } from "./flow.ts";

export interface Param {
  readonly name: Name;
  readonly value: number;
}

/** An unknown function with a name. */
export interface DeclaredHole {
  readonly name: Name;
  /** Types of the parameters. */
  readonly parameters: readonly ValueType[];
  readonly type: ValueType;
  readonly span: Span;
}

/** What the declarations say. */
export interface Globals {
  readonly fields: ReadonlyMap<string, CheckedField>;
  /** All names that are declared as fields, known before the fields themselves are. */
  readonly fieldNames: ReadonlySet<string>;
  /** Fields whose declaration has an error: any use of them is silently accepted. */
  readonly brokenFields: ReadonlySet<string>;
  readonly params: ReadonlyMap<string, Param>;
  readonly functions: ReadonlyMap<string, AstOf<"fn">>;
  /** Unknown functions that have names. */
  readonly holes: ReadonlyMap<string, DeclaredHole>;
  /** Functions that call themselves: calls of them are silently accepted. */
  readonly recursive: ReadonlySet<string>;
  readonly enums: Enums;
}

/** A `let` in scope; its type is null if its value has an error. */
export interface Local {
  readonly id: number;
  readonly name: Name;
  readonly type: ValueType | null;
}

/** The lets of a pair of braces so far, and those of the braces around. */
export class Scope {
  readonly #own = new Map<string, Local>();
  readonly #outer: Scope | null;

  constructor(outer: Scope | null = null) {
    this.#outer = outer;
  }

  get(name: string): Local | undefined {
    return this.#own.get(name) ?? this.#outer?.get(name);
  }

  bind(local: Local): void {
    this.#own.set(local.name.text, local);
  }

  /** Those of these braces alone. */
  get own(): readonly Local[] {
    return [...this.#own.values()];
  }

  get names(): readonly string[] {
    return [...(this.#outer?.names ?? []), ...this.#own.keys()];
  }
}

/** What is noted down along the way, for the warnings at the end. */
export interface AnalysisNotes {
  readonly fieldsRead: Set<string>;
  readonly localsRead: Set<number>;
  readonly paramsRead: Set<string>;
  readonly functionsCalled: Set<string>;
  /** Holes by where they begin. */
  readonly holes: Map<number, Hole>;
  /** The name of what is being assigned: in-place holes are called like that. */
  assigned: string;
  nextLocal: number;
  nextInstruction: number;
  /** Where each assertion stands, by where that begins: the same text may be checked several times. */
  readonly assertions: Map<number, Span>;
  /** The first loop that never ends by itself. */
  endless: Span | null;
  /** Enums of choices outside of functions, as far as they have been looked for. */
  readonly enumsOfChoices: WeakMap<AstExpression, EnumType | null>;
  /** Expression nodes that inlining may still make. */
  inlineBudget: number;
}

/** The pass that a body belongs to: where cells have run before this one, and what changes. */
interface Sweep {
  readonly text: string;
  readonly sources: readonly Axis[];
  readonly assigned: ReadonlySet<string>;
}

/** A call that is being inlined: arguments are checked again wherever the body uses them. */
interface Call {
  readonly fn: string;
  readonly values: ReadonlyMap<string, AstExpression>;
  readonly caller: Context;
}

/** The neighbour that `around` or `beside` stands for at the moment. */
interface Counted {
  readonly word: "around" | "beside";
  readonly place: Direction;
}

/** Takes what is wrong; gives null, as every check does after an error. */
export type Report = (diagnostic: Diagnostic) => null;

export interface Context {
  readonly source: Source;
  readonly globals: Globals;
  readonly notes: AnalysisNotes;
  readonly report: Report;
  /** Facts at this point. */
  readonly flow: Flow;
  /** Whether the program can come here; ranges are not checked where it cannot. */
  readonly reached: boolean;
  readonly locals: Scope;
  /** `constant` knows no cell. */
  readonly kind: "cell" | "constant";
  readonly sweep: Sweep | null;
  readonly counted: Counted | null;
  readonly call: Call | null;
  /** Whether the program says when its run is over. */
  readonly ends: boolean;
}

/** A checked expression with the narrowest interval known for it. */
export interface Value {
  readonly node: CheckedExpression;
  readonly interval: Bounds;
}

export const textAt = (context: Context, span: Span): string =>
  context.source.text.slice(span.start, span.end).replace(/\s+/g, " ");
