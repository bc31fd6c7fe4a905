// When a run stops, as cases of the channels of a cell: those that are on, and those that are off.
//
// Stop rules that ask which values one field has, as a machine's do, have plain cases without a diagram of the field's
// channels, which would grow with the square of its values.

import { InputError } from "../../diagnostics/diagnostic.ts";
import { type Codes, channelsOf, codeKindOf } from "../../logic/channels.ts";
import type { Expression } from "../../logic/expression.ts";
import { isTooLarge } from "../../logic/nodes.ts";
import { Translator } from "../../logic/translate.ts";
import { Variables } from "../../logic/variables.ts";
import type { Cube, StopRule } from "../../network/network.ts";
import type { Read } from "../lower/instructions.ts";
import type { Rule } from "../schedule/rule.ts";
import { channelsOfRule } from "./reads.ts";

/** Cases of a stop rule; all are gone through for every cell. */
const MOST_CUBES = 10_000;

/** A stop rule looks at the channels of a cell alone, so that sums of them have to become cases. */
export function stopRule(rule: Rule, codes: Codes): StopRule {
  if (rule.stop.kind !== "halted") return rule.stop;
  const cubes =
    casesOfOneField(rule.stop.when, codes) ??
    casesOf(new Variables(channelsOfRule(rule, codes)), codes, rule.stop.when);
  if (cubes === null)
    throw new InputError(
      `${rule.name}: its cells end on a condition of more than ${MOST_CUBES} cases; keep what it says in a bit ` +
        "(`done = ...`), and end with that: `ends when all(done)`",
    );
  return { kind: "halted", cubes };
}

/** Fields of fewer values are left to diagrams, which also see what follows from other fields. */
const MANY_VALUES = 64;

/** The cases of `f == a or f == b or ...` for a field with a channel for each value but the first; null for others. */
function casesOfOneField(when: Expression, codes: Codes): readonly Cube[] | null {
  const parts = when.tag === "or" ? when.of : [when];
  const values = new Set<number>();
  let read: Read | null = null;
  for (const part of parts) {
    if (part.tag !== "is" || part.of.tag !== "read" || part.of.place !== "here") return null;
    if (read !== null && part.of !== read) return null;
    read = part.of;
    values.add(part.value);
  }
  if (read === null || read.hi < MANY_VALUES) return null;
  const field = { name: read.field, type: read.type };
  if (codeKindOf(field, codes) !== "one-hot") return null;
  const names = channelsOf(field, codes).map(({ name }) => name);
  // The first value is all zeros: with it, the cell has none of the other values.
  if (values.has(0)) return [{ on: [], off: names.filter((_, at) => !values.has(at + 1)) }];
  return [...values].map((value) => ({ on: [names[value - 1]!], off: [] }));
}

/** Null if there are too many. */
function casesOf(variables: Variables, codes: Codes, when: Expression): Cube[] | null {
  const { bdd } = variables;
  try {
    const condition = new Translator(variables, { codes, expanded: Infinity }).bit(when);
    const legal = bdd.restrict(condition, variables.care(bdd.support(condition)));
    if (bdd.pathCount(legal) > MOST_CUBES) return null;
    return bdd.paths(legal).map((path) => {
      const named = (wanted: 0 | 1): string[] =>
        path.filter(({ value }) => value === wanted).map(({ variable }) => variables.name(variable));
      return { on: named(1), off: named(0) };
    });
  } catch (error) {
    if (isTooLarge(error)) return null;
    throw error;
  }
}
