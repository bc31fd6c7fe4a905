// Checked program to instruction IR: bodies by symbolic execution, control by a backwards walk, then
// halting, then the tests between instructions rewritten as functions of the values before them.

import { unreachable } from "../../diagnostics/diagnostic.ts";
import { bounds, type ValueType } from "../../grid/grid.ts";
import { inputRulesOf } from "../../grid/prepare.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import { channelsOf, INSIDE } from "../../logic/channels.ts";
import { type Expression, Expressions, fieldsRead } from "../../logic/expression.ts";
import { isTooLarge } from "../../logic/nodes.ts";
import { Translator } from "../../logic/translate.ts";
import { Variables } from "../../logic/variables.ts";
import type { NetworkField } from "../../network/network.ts";
import { BodyLowering } from "./body.ts";
import { ControlLowering, type Goto, type Node } from "./control.ts";
import {
  type Instruction,
  type InstructionProgram,
  type Successor,
  testsOf,
  type Write,
} from "./instructions.ts";

const HALTED: NetworkField = { name: "halted", role: "hidden", type: { kind: "bit" }, initial: 0 };

export function lower(program: CheckedProgram): InstructionProgram {
  const expressions = new Expressions();
  const control = new ControlLowering(expressions, program);
  const entry = control.sequence(program.body, { tag: "end" }, null);
  const numbers = numberNodes(startNode(entry, program));
  const nodes = [...numbers.keys()];
  const visible: NetworkField[] = program.fields.map(({ name, role, type, initial }) => ({
    name,
    role,
    type,
    initial,
  }));
  const fields = [...visible, ...control.hidden];
  const types = new Map([...fields, HALTED].map(({ name, type }) => [name, type]));
  const bodies = new BodyLowering(expressions, types);
  const own = (field: string) => ownRead(expressions, types, field);
  const halts = expressions.or(...nodes.flatMap((node) => node.halts));
  // Where `ends` counts halted cells, it matters when they have reached their halt.
  const needsBit = halts !== expressions.zero && (!!program.ends || !isStable(halts, nodes, fields, own));
  const halted = needsBit ? own(HALTED.name) : halts;
  const ends = program.ends ? bodies.condition(program.ends) : expressions.zero;
  const instructions = nodes.map((node) => finish(node, numbers, expressions, fields, own, needsBit));
  const asked = fieldsRead([...instructions.flatMap(rootsOf), halted, ends]);
  const isNeeded = ({ name, role }: NetworkField): boolean => role !== "hidden" || asked.has(name);
  const kept = (needsBit ? [...fields, HALTED] : fields).filter(isNeeded);
  const names = new Set(kept.map(({ name }) => name));
  return {
    name: program.name,
    fields: kept,
    predict: program.predict,
    instructions: instructions.map((instruction) => ({
      ...instruction,
      writes: instruction.writes.filter(({ field }) => names.has(field)),
    })),
    halted,
    ends,
    ...(program.asserts?.length && {
      asserts: program.asserts.map(({ of, span }) => {
        return { value: bodies.condition(of), path: expressions.one, span };
      }),
    }),
    expressions,
    ...inputRulesOf(program),
  };
}

/** Returns what an instruction computes; tests see through its own writes, so that a field only for them is not needed. */
const rootsOf = ({ writes, next }: Instruction): Expression[] => [
  ...writes.map(({ value }) => value),
  ...testsOf(next),
];

function ownRead(make: Expressions, types: ReadonlyMap<string, ValueType>, field: string): Expression {
  return make.read(field, types.get(field)!, "here", "now");
}

/** A program that starts with a test needs an instruction to test after. */
function startNode(entry: Goto, program: CheckedProgram): Node {
  const target = follow(entry);
  if (target.tag === "node") return target.node;
  const span = { start: 0, end: program.source.text.length };
  return { label: "start", completes: null, span, writes: [], halts: [], next: target };
}

/** Skips filled labels. */
function follow(target: Goto): Exclude<Goto, { tag: "label" }> {
  if (target.tag !== "label") return target;
  if (target.target === null) throw new Error("internal: a loop without an instruction");
  return follow(target.target);
}

/** All nodes that can be reached, the entry first, in the order of first visit, each with its number. */
function numberNodes(entry: Node): ReadonlyMap<Node, number> {
  const numbers = new Map<Node, number>();
  const pending: Goto[] = [{ tag: "node", node: entry }];
  for (let target = pending.pop(); target !== undefined; target = pending.pop()) {
    const to = follow(target);
    if (to.tag === "test") pending.push(to.otherwise, to.then);
    if (to.tag !== "node" || numbers.has(to.node)) continue;
    numbers.set(to.node, numbers.size);
    pending.push(to.node.next);
  }
  return numbers;
}

function finish(
  node: Node,
  numbers: ReadonlyMap<Node, number>,
  make: Expressions,
  fields: readonly NetworkField[],
  own: (field: string) => Expression,
  needsBit: boolean,
): Instruction {
  const after = afterwards(make, node.writes);
  const halted = own(HALTED.name);
  const guarded = needsBit ? guard(make, halted, node.writes, fields, own) : node.writes;
  const halting: Write[] =
    needsBit && node.halts.length > 0
      ? [{ field: HALTED.name, value: make.or(halted, ...node.halts.map(after)) }]
      : [];
  const { label, completes, span } = node;
  const writes = [...guarded, ...halting];
  const next = successor(node.next, numbers, afterwards(make, guarded));
  // A finished cell runs no body, so it asserts nothing.
  const asserts = (node.asserts ?? []).map((fact) =>
    needsBit
      ? { ...fact, value: make.or(halted, fact.value), path: make.and(make.not(halted), fact.path) }
      : fact,
  );
  return { label, completes, span, writes, next, ...(asserts.length > 0 && { asserts }) };
}

/** Rewrites a function of the values after an instruction into one of the values before. */
function afterwards(make: Expressions, writes: readonly Write[]): (e: Expression) => Expression {
  const values = new Map(writes.map(({ field, value }) => [field, value]));
  return (expression) =>
    make.substitute(expression, (leaf) =>
      leaf.tag === "read" && leaf.place === "here" ? (values.get(leaf.field) ?? leaf) : leaf,
    );
}

function successor(
  target: Goto,
  numbers: ReadonlyMap<Node, number>,
  after: (expression: Expression) => Expression,
): Successor {
  const to = follow(target);
  switch (to.tag) {
    case "end":
      return { tag: "end" };
    case "node":
      return { tag: "goto", instruction: numbers.get(to.node)! };
    case "test": {
      const then = successor(to.then, numbers, after);
      return { tag: "test", when: after(to.when), then, otherwise: successor(to.otherwise, numbers, after) };
    }
    default:
      return unreachable(to);
  }
}

// Halted cells keep their values. Usually that needs a bit and a guard on every write; but where the
// condition itself, once true, keeps every write from changing anything, it needs neither.

/** Of fields with more values it is not tried. */
const MOST_VALUES = 256;
/** Nodes of its diagrams: more take seconds, for a bit that may be saved. */
const MOST_NODES = 50_000;

/**
 * Tells whether, in a cell where `halted` holds, none of the instructions can change a field of the program or one that
 * `halted` reads, whatever the neighbourhood: then the condition stays true and needs no memory.
 */
function isStable(...question: Parameters<typeof provablyStable>): boolean {
  try {
    return provablyStable(...question);
  } catch (error) {
    // Not knowing costs a bit, no more.
    if (isTooLarge(error)) return false;
    throw error;
  }
}

function provablyStable(
  halted: Expression,
  instructions: readonly { readonly writes: readonly Write[] }[],
  fields: readonly NetworkField[],
  own: (field: string) => Expression,
): boolean {
  // Large ranges have too many thresholds to look at.
  if (fields.some(({ type }) => bounds(type).hi - bounds(type).lo >= MOST_VALUES)) return false;
  const channels = [...fields.flatMap((field) => channelsOf(field)), INSIDE];
  const variables = new Variables(channels, [], [], MOST_NODES);
  const translate = new Translator(variables);
  const { bdd } = variables;
  const stopped = translate.bit(halted);
  const byName = new Map(fields.map((field) => [field.name, field]));
  const asked = fieldsRead([halted]);
  return instructions.every(({ writes }) =>
    writes.every(({ field, value }) => {
      const { role, type } = byName.get(field)!;
      if (role === "hidden" && !asked.has(field)) return true;
      const before = translate.channels({ name: field, type }, own(field));
      const after = translate.channels({ name: field, type }, value);
      return after.every((function_, at) => {
        const changed = bdd.and(stopped, bdd.xor(function_, before[at]!));
        return bdd.and(changed, variables.care(bdd.support(changed))) === 0;
      });
    }),
  );
}

/** Writes that leave a halted cell's fields alone; hidden fields go on, since others depend on them. */
function guard(
  make: Expressions,
  halted: Expression,
  writes: readonly Write[],
  fields: readonly NetworkField[],
  own: (field: string) => Expression,
): Write[] {
  const hidden = new Set(fields.filter(({ role }) => role === "hidden").map(({ name }) => name));
  return writes.map(({ field, value }) =>
    hidden.has(field) ? { field, value } : { field, value: make.choose(halted, own(field), value) },
  );
}
