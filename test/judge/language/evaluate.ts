// Evaluates expressions in a cell.

import { operate } from "./operators.ts";
import { type Expression, type Offset, type Program, Refused, type Side, type Value } from "./tree.ts";

/** What an expression can see: a cell, its neighbours, and names. */
export interface Sight {
  readonly program: Program;
  /** The cell's own field, as the statements before have left it; undefined if it is no field. */
  own(name: string): Value | undefined;
  /** A neighbour's field, of the age that the instruction gives it. */
  neighbour(offset: Offset, field: string): Value;
  edge(side: Side): boolean;
}

/** What names of `let` and of parameters stand for, and which neighbour is being counted. */
export interface Scope {
  readonly names: ReadonlyMap<string, Value>;
  readonly counted?: Offset;
}

const BESIDE: readonly Offset[] = [
  { down: -1, right: 0 },
  { down: 0, right: -1 },
  { down: 0, right: 1 },
  { down: 1, right: 0 },
];

const AROUND: readonly Offset[] = [
  ...BESIDE,
  { down: -1, right: -1 },
  { down: -1, right: 1 },
  { down: 1, right: -1 },
  { down: 1, right: 1 },
];

export function evaluate(expression: Expression, sight: Sight, scope: Scope): Value {
  const inner = (each: Expression) => evaluate(each, sight, scope);
  switch (expression.kind) {
    case "value":
      return expression.value;
    case "name":
      return named(expression.name, sight, scope);
    case "neighbour":
      return sight.neighbour(expression.offset, expression.field);
    case "counted":
      if (scope.counted === undefined) throw new Refused("around or beside outside count");
      return sight.neighbour(scope.counted, expression.field);
    case "count":
      return count(expression.over === "around" ? AROUND : BESIDE, expression.condition, sight, scope);
    case "edge":
      return sight.edge(expression.side) ? 1 : 0;
    case "not":
    case "negative":
      return operate(expression.kind, [inner(expression.of)]);
    case "two":
      return operate(expression.operator, [inner(expression.left), inner(expression.right)]);
    case "if":
      return holds(expression.condition, sight, scope) ? inner(expression.yes) : inner(expression.no);
    case "call":
      return call(expression.name, expression.inputs.map(inner), sight);
  }
}

/** Evaluates a condition. */
export function holds(condition: Expression, sight: Sight, scope: Scope): boolean {
  return operate("not", [evaluate(condition, sight, scope)]) === 0;
}

/** Names that nothing is called are values of enums. */
const named = (name: string, sight: Sight, scope: Scope): Value =>
  scope.names.get(name) ?? sight.own(name) ?? sight.program.params.get(name) ?? name;

/** For how many neighbours a condition holds; those beyond the edge read as first values, and count like others. */
function count(offsets: readonly Offset[], condition: Expression, sight: Sight, scope: Scope): number {
  return offsets.filter((counted) => holds(condition, sight, { ...scope, counted })).length;
}

/** Functions see their parameters, params and values of enums, and no cell. */
function call(name: string, inputs: readonly Value[], sight: Sight): Value {
  const found = sight.program.functions.get(name);
  if (found === undefined) return operate(name, inputs);
  if (found.inputs.length !== inputs.length) throw new Refused(`${name} takes ${found.inputs.length} inputs`);
  const blind: Sight = {
    program: sight.program,
    own: (field) => (sight.own(field) === undefined ? undefined : refuse(`function ${name} reads ${field}`)),
    neighbour: () => refuse(`function ${name} reads a neighbour`),
    edge: () => refuse(`function ${name} asks where the edge is`),
  };
  return evaluate(found.gives, blind, {
    names: new Map(found.inputs.map((input, i) => [input, inputs[i]!])),
  });
}

function refuse(what: string): never {
  throw new Refused(what);
}
