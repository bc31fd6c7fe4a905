// Tokens: fields of which at most one cell of the grid holds another value than the first, in every run. The head of a
// Turing machine is one. That is a property of whole grids, and is proved from what a few cells see:
//
// - At the start. Nobody gives the field (it is no input), it starts with its first value in all cells, those of the
//   workspace too, and is placed with another value at most once: then at most one cell holds a token. Whoever starts a
//   run from other values has them refused (network/tokens.ts).
// - From nothing comes nothing. A cell of whose neighbourhood no cell holds a token, itself included, holds none after
//   the step. So if there is a token, in cell c, only the nine cells from which c can be seen may hold one afterwards;
//   and if there is none, there will be none.
// - From one comes one. Of those nine no two hold a token after the step. Two of them see up to two cells away from c,
//   so that they are compared over all values of all fields of the 5x5 cells around c, token apart, which is in c alone.
//
// Both steps are shown for all legal values of all other fields, whether a run reaches them or not, for every way in
// which the grid may end within these cells (it is a rectangle, and beyond its edge all fields have their first values,
// so no token), and for all positions of cells in the program: fields of the handshake are fields like others. Hence it
// does not matter how a schedule orders instructions. In lockstep all cells are in the same line, which is one more
// fact that is proved: a field that starts alike in all cells, and becomes what it itself decides, stays alike.

import type { IrField, Write } from "../../compiler/lower/instructions.ts";
import type { Rule } from "../../compiler/schedule/rule.ts";
import { firstValue } from "../../grid/grid.ts";
import type { InputRules } from "../../grid/prepare.ts";
import { startsAlone } from "../../grid/tokens.ts";
import { type Diagram, MIN } from "../../logic/diagrams.ts";
import { type Expression, leaves, nodesBelow } from "../../logic/expression.ts";
import { unlessTooLarge } from "../../logic/nodes.ts";
import { expressionValues } from "./functions.ts";
import { type Offset, Region } from "./region.ts";

/** Fields of which it is proved that at most one cell holds another value than the first, on any grid, for ever. */
export function findTokens(program: InputRules, rule: Rule): readonly string[] {
  const uniform = uniformFields(program, rule);
  return rule.fields
    .filter((field) => startsAlone(program, field) && staysAlone(rule, uniform, field))
    .map(({ name }) => name);
}

/** Fields that have the same value in all cells at all times. */
function uniformFields({ places = [] }: InputRules, rule: Rule): ReadonlySet<string> {
  const starting = rule.fields.filter(
    ({ name, role }) => role !== "input" && !places.some(({ field }) => field === name),
  );
  const alike = new Set(starting.map(({ name }) => name));
  // Of those that depend on others, none is left in the end.
  for (let before = -1; before !== alike.size; ) {
    before = alike.size;
    for (const { field, value } of rule.updates) if (!dependsOnly(rule, value, alike)) alike.delete(field);
  }
  return alike;
}

/** Whether an expression reads nothing but these fields of the cell itself. */
const dependsOnly = (rule: Rule, value: Expression, fields: ReadonlySet<string>): boolean =>
  leaves([value]).every((leaf) => {
    if (leaf.tag === "read") return leaf.place === "here" && fields.has(leaf.field);
    if (leaf.tag !== "signal") return false;
    return dependsOnly(rule, rule.signals.find(({ name }) => name === leaf.name)!.value, fields);
  });

/** Whether a step leaves at most one token, if there was at most one. */
function staysAlone(rule: Rule, uniform: ReadonlySet<string>, { name }: IrField): boolean {
  const update = rule.updates.find(({ field }) => field === name);
  if (update === undefined) return true;
  const mostNodes = ROOM + ROOM_PER_NODE * nodesBelow(update.value, Number.POSITIVE_INFINITY);
  const region = (isThere: boolean) =>
    new Region({ rule, token: { field: name, isThere }, uniform, mostNodes });
  const isProved = (): boolean =>
    fromNothing(rule, region(false), update) && fromOne(rule, region(true), update);
  return unlessTooLarge(isProved, () => false);
}

/** Nodes that the diagrams of a field may have, and more for each node of its expression. */
const ROOM = 30_000;
const ROOM_PER_NODE = 60;

const fromNothing = (rule: Rule, region: Region, update: Write): boolean =>
  region.diagrams.constantOf(holderNext(rule, region, update, [0, 0])) === 0;

function fromOne(rule: Rule, region: Region, update: Write): boolean {
  const { diagrams } = region;
  const holders: Diagram[] = [];
  for (const offset of AROUND) {
    const here = holderNext(rule, region, update, offset);
    const isApart = (other: Diagram) => diagrams.constantOf(diagrams.apply(MIN, here, other)) === 0;
    if (!holders.every(isApart)) return false;
    holders.push(here);
  }
  return true;
}

const AROUND: readonly Offset[] = [-1, 0, 1].flatMap((down) =>
  [-1, 0, 1].map((right) => [down, right] as const),
);

/**
 * 1 where there is a cell at the offset, which holds a token after the step. Lists of cases are as long as a machine has
 * states: they are walked in a loop, and without the cases of tokens that are elsewhere.
 */
function holderNext(rule: Rule, region: Region, { field, value: next }: Write, offset: Offset): Diagram {
  const { diagrams } = region;
  const sight = region.from(offset);
  const meaning = expressionValues(rule, sight);
  const first = firstValue(rule.fields.find(({ name }) => name === field)!.type);
  const holds = (value: Expression): Diagram => {
    const cases: (readonly [when: Diagram, then: Diagram])[] = [];
    let at = value;
    while (at.tag === "choose") {
      const when = meaning(at.when);
      const decided = diagrams.constantOf(when);
      if (decided === null) cases.push([when, holds(at.then)]);
      at = decided === 1 ? at.then : at.otherwise;
    }
    const last = diagrams.map(meaning(at), (found) => (found === first ? 0 : 1));
    return cases.reduceRight((otherwise, [when, then]) => diagrams.choose(when, then, otherwise), last);
  };
  return diagrams.apply(MIN, sight.inside("here"), holds(next));
}
