// Turing machines written out: a field `head` that says which state the head is in, or that it is elsewhere; one
// `each` in a loop; and the end of the run when no head can go on. Every part keeps the place it stands for.
//
// A cell takes a head over from the neighbour that it leaves: the neighbour's rule is the one that fits the state
// and symbol there, both as they were before the step. A head that leaves the grid is gone, and the run ends.

import type { Span } from "../../diagnostics/diagnostic.ts";
import { groupBy } from "../../diagnostics/group.ts";
import { type Axis, opposite } from "../../grid/direction.ts";
import type {
  AstEnumValue,
  AstExpression,
  AstItem,
  AstMachine,
  AstMachineRule,
  AstProgram,
  AstStatement,
  AstWorkspace,
  Name,
} from "../parse/ast.ts";

/** Where the head is and in which state; `none` elsewhere. */
export const HEAD = "head";
const NOWHERE = "none";
/** Names with a space cannot clash with any in the program. */
const NEXT = "next head";

/** The program with its machine written out; there can be only one, so others are left out. */
export function expandMachine(program: AstProgram): AstProgram {
  const first = program.items.find((item) => item.tag === "machine");
  const items = program.items.flatMap((item) => {
    if (item.tag !== "machine") return [item];
    return item === first ? expand(item) : [];
  });
  return { ...program, items };
}

const MOVES: readonly string[] = ["up", "down", "left", "right", "stay"];
export const isMove = (word: string): boolean => MOVES.includes(word);

/** Rows and columns that a workspace begins with where it grows. */
const FIRST_ROOM = 8;

/** The room that a growing workspace begins with, on the sides to which a machine moves. */
export function firstMargins(machine: AstMachine, { span }: AstWorkspace): AstWorkspace["margins"] {
  const moves = new Set(linesOf(machine, "rule").map(({ move }) => move.text));
  const sides = [
    ...(moves.has("left") || moves.has("right") ? ["left", "right"] : []),
    ...(moves.has("up") || moves.has("down") ? ["top", "bottom"] : []),
  ];
  return sides.map((text) => ({ side: { text, span }, size: { tag: "number", value: FIRST_ROOM, span } }));
}

/** The word `machine`: where parts stand that have no place of their own. */
export const headOfMachine = ({ span: { start } }: AstMachine): Span => ({
  start,
  end: start + "machine".length,
});

type Line<Tag> = AstMachine["lines"][number] & { readonly tag: Tag };

export const linesOf = <Tag extends AstMachine["lines"][number]["tag"]>(
  machine: AstMachine,
  tag: Tag,
): Line<Tag>[] => machine.lines.filter((line): line is Line<Tag> => line.tag === tag);

/** All states in order of appearance, the start state first. */
export function statesOf(machine: AstMachine): ReadonlyMap<string, Name> {
  const named = [
    ...linesOf(machine, "start").map(({ state }) => state),
    ...linesOf(machine, "rule").flatMap(({ state, to }) => [state, to]),
    ...linesOf(machine, "halts").flatMap(({ states }) => states),
  ];
  const states = new Map<string, Name>();
  for (const state of named) if (!states.has(state.text)) states.set(state.text, state);
  return states;
}

function expand(machine: AstMachine): AstItem[] {
  const at = headOfMachine(machine);
  const { span } = machine;
  const [start] = linesOf(machine, "start");
  const halting = linesOf(machine, "halts").flatMap(({ states }) => states);
  const values: AstEnumValue[] = [{ text: NOWHERE, span: at }, ...statesOf(machine).values()].map((name) => ({
    name,
    symbol: name.text === NOWHERE && name.span === at ? { text: ".", span: at } : null,
  }));
  const over = [{ text: NOWHERE, span: at }, ...halting].map((state) => isIn(null, HEAD, value(state), at));
  const place: AstItem[] = start
    ? [
        {
          tag: "place",
          field: { text: HEAD, span: at },
          value: value(start.state),
          at: start.at,
          span: start.span,
        },
      ]
    : [];
  return [
    {
      tag: "field",
      role: start ? "output" : "input",
      names: [{ text: HEAD, span: at }],
      type: { tag: "enum", values, span: at },
      initial: null,
      span: at,
    },
    ...place,
    { tag: "ends", condition: { quantifier: "all", of: join("or", over), span: at }, span: at },
    {
      tag: "loop",
      forever: false,
      body: [{ tag: "each", body: bodyOf(machine, halting), isMachine: true, span }],
      span,
    },
  ];
}

function bodyOf(machine: AstMachine, halting: readonly Name[]): AstStatement[] {
  const at = headOfMachine(machine);
  const own = (text: string): AstExpression => ({ tag: "name", name: text, span: at });
  const assign = (field: string, to: AstExpression): AstStatement => ({
    tag: "assign",
    place: null,
    field: { text: field, span: at },
    value: to,
    span: machine.span,
  });
  const tape = machine.tape.text;
  return [
    { tag: "let", name: { text: NEXT, span: at }, value: nextHead(machine, halting), span: machine.span },
    assign(tape, nextSymbol(machine, own(tape))),
    assign(HEAD, own(NEXT)),
  ];
}

/** What the cell holds after the step: what the rule of a head here writes, or what it held. */
function nextSymbol(machine: AstMachine, unchanged: AstExpression): AstExpression {
  const groups = groupBy(linesOf(machine, "rule"), ({ write }) => keyOf(write));
  return [...groups.values()].reduceRight<AstExpression>((otherwise, group) => {
    const [first] = group;
    const when = join(
      "or",
      group.map((rule) => applies(machine, rule, null)),
    );
    return choose(when, first!.write, otherwise);
  }, unchanged);
}

/** Constants that are written alike are alike. */
function keyOf(constant: AstExpression): string {
  if (constant.tag === "negative") return `-${keyOf(constant.of)}`;
  if (constant.tag === "number" || constant.tag === "boolean") return String(constant.value);
  return constant.tag === "name" ? constant.name : "";
}

/** The state of the head that is here after the step: one that comes or stays, else a halted one. */
function nextHead(machine: AstMachine, halting: readonly Name[]): AstExpression {
  const at = headOfMachine(machine);
  const rest = halting.reduceRight<AstExpression>(
    (otherwise, state) => choose(isIn(null, HEAD, value(state), state.span), value(state), otherwise),
    { tag: "name", name: NOWHERE, span: at },
  );
  const rules = groupBy(linesOf(machine, "rule"), ({ to }) => to.text);
  return [...statesOf(machine).values()].reduceRight<AstExpression>((otherwise, state) => {
    const arriving = (rules.get(state.text) ?? [])
      .filter(({ move }) => isMove(move.text))
      .map((rule) => applies(machine, rule, comesFrom(rule)));
    const stopping = state.text === halting[0]?.text ? unruled(machine, halting) : [];
    const all = [...arriving, ...stopping];
    return all.length === 0 ? otherwise : choose(join("or", all), value(state), otherwise);
  }, rest);
}

/** The neighbour that a head comes from by a rule, or null if it stays. */
const comesFrom = ({ move }: AstMachineRule): Name | null =>
  move.text === "stay" ? null : { text: opposite(move.text as Axis), span: move.span };

/** Whether a rule fits the head and symbol of the cell, or of a neighbour. */
const applies = (machine: AstMachine, rule: AstMachineRule, place: Name | null): AstExpression =>
  join("and", [
    isIn(place, HEAD, value(rule.state), rule.state.span),
    isIn(place, machine.tape.text, rule.symbol, rule.symbol.span),
  ]);

/** With `otherwise halt`: per state, that the symbol here is in none of its rules. */
function unruled(machine: AstMachine, halting: readonly Name[]): AstExpression[] {
  if (linesOf(machine, "otherwise").length === 0) return [];
  const halts = new Set(halting.map(({ text }) => text));
  const states = [...statesOf(machine).values()].filter(({ text }) => !halts.has(text));
  const rules = groupBy(linesOf(machine, "rule"), ({ state }) => state.text);
  return states.map((state) => {
    const here = isIn(null, HEAD, value(state), state.span);
    const symbols = (rules.get(state.text) ?? []).map(({ symbol }) =>
      isIn(null, machine.tape.text, symbol, symbol.span),
    );
    if (symbols.length === 0) return here;
    return join("and", [here, { tag: "not", of: join("or", symbols), span: state.span }]);
  });
}

const value = ({ text, span }: Name): AstExpression => ({ tag: "name", name: text, span });

/** Whether a field of the cell, or of a neighbour, holds a constant. */
function isIn(place: Name | null, field: string, constant: AstExpression, span: Span): AstExpression {
  const read: AstExpression = place
    ? { tag: "read", place, field: { text: field, span }, span }
    : { tag: "name", name: field, span };
  return { tag: "binary", operator: "==", left: read, right: constant, span };
}

function choose(when: AstExpression, then: AstExpression, otherwise: AstExpression): AstExpression {
  return { tag: "choose", when, then, otherwise, span: then.span };
}

/** A balanced tree, so that tables of many rules nest no more than they must. */
function join(operator: "and" | "or", parts: readonly AstExpression[]): AstExpression {
  if (parts.length === 1) return parts[0]!;
  const middle = Math.ceil(parts.length / 2);
  const [left, right] = [join(operator, parts.slice(0, middle)), join(operator, parts.slice(middle))];
  return { tag: "binary", operator, left, right, span: left.span };
}
