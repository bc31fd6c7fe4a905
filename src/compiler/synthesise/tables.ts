// What depends on few values of few fields as a table of them: however long it is written, such as a row of statements that
// read what those before have written, it takes no more than its cases, which are gone through one field after another.

import { groupBy } from "../../diagnostics/group.ts";
import {
  countUses,
  type Expression,
  type Expressions,
  leaves,
  nodesBelow,
  operands,
} from "../../logic/expression.ts";
import { type Rule, valuesOfRule, withValues } from "../schedule/rule.ts";
import { evaluateNode } from "./keys.ts";

/** Cases of larger tables are too many. */
const MOST_CASES = 512;
/** What is written in fewer nodes than this for each case stays as it is. */
const NODES_OF_CASE = 0.25;

/** The largest parts of a rule that are longer than tables of theirs. */
function longParts(rule: Rule): readonly Expression[] {
  const roots = valuesOfRule(rule);
  const supports = supportsIn(roots);
  const found: Expression[] = [];
  const seen = new Set(roots);
  const pending = [...seen];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const reads = supports.get(node);
    if (reads === undefined)
      for (const part of operands(node)) {
        if (!seen.has(part)) pending.push(part);
        seen.add(part);
      }
    else if (reads.length > 1 && isLong(node, countCases(reads) * NODES_OF_CASE)) found.push(node);
  }
  return found;
}

const isLong = (node: Expression, nodes: number): boolean => nodesBelow(node, Math.ceil(nodes)) >= nodes;

/** Returns what the parts of expressions read, where there are not too many cases of that; lower parts come first. */
function supportsIn(roots: readonly Expression[]): ReadonlyMap<Expression, readonly Expression[]> {
  const supports = new Map<Expression, readonly Expression[]>();
  for (const node of upwards(roots)) {
    const below = operands(node);
    const parts = below.flatMap((part) => supports.get(part) ?? []);
    const reads = below.length === 0 && node.tag !== "constant" ? [node] : [...new Set(parts)];
    if (below.every((part) => supports.has(part)) && countCases(reads) <= MOST_CASES)
      supports.set(node, reads);
  }
  return supports;
}

const upwards = (roots: readonly Expression[]): Expression[] =>
  [...countUses(roots).keys()].sort((a, b) => a.depth - b.depth);

const countCases = (reads: readonly Expression[]): number =>
  reads.reduce((product, { lo, hi }) => product * (hi - lo + 1), 1);

/** A rule with all parts as tables that are longer than these; null where there are none. */
export function withTables(rule: Rule): Rule | null {
  const parts = longParts(rule);
  if (parts.length === 0) return null;
  const make = rule.expressions;
  const made = new Map(parts.map((part) => [part, tableFor(make, part)]));
  return withValues(rule, (value) => make.replace(value, made));
}

function tableFor(make: Expressions, node: Expression): Expression {
  const reads = leaves([node]);
  const cases = casesOf(reads);
  const values = valuesIn(node, new Map(reads.map((read, at) => [read, cases.map((each) => each[at]!)])));
  return tableOf(
    make,
    reads,
    cases.map((each, at) => ({ of: each, value: values[at]! })),
  );
}

interface TableCase {
  readonly of: readonly number[];
  readonly value: number;
}

/** By one read after another: the next one is that by which there are the fewest different tables. */
function tableOf(make: Expressions, reads: readonly Expression[], cases: readonly TableCase[]): Expression {
  const { value } = cases[0]!;
  if (cases.every((each) => each.value === value)) return make.constant(value);
  const splits = reads.map((read, at) => ({ read, groups: alike(cases, at) }));
  const { read, groups } = splits.reduce((a, b) => (b.groups.length < a.groups.length ? b : a));
  const others = reads.filter((other) => other !== read);
  // What most values have needs no condition.
  const sorted = groups.toSorted((a, b) => b.values.length - a.values.length);
  return sorted
    .slice(1)
    .reduce(
      (otherwise, { values, rest }) =>
        make.choose(
          make.or(...values.map((each) => hasValue(make, read, each))),
          tableOf(make, others, rest),
          otherwise,
        ),
      tableOf(make, others, sorted[0]!.rest),
    );
}

const hasValue = (make: Expressions, read: Expression, value: number): Expression => {
  if (read.tag === "read" && read.type.kind !== "bit") return make.is(read, value);
  return value === 1 ? read : make.not(read);
};

/** Values of a read, grouped by what is left of the table where it has them. */
function alike(cases: readonly TableCase[], at: number) {
  const byValue = groupBy(cases, ({ of }) => of[at]!);
  const tables = [...byValue].map(([value, rows]) => ({
    value,
    rest: rows.map((row) => ({ of: row.of.toSpliced(at, 1), value: row.value })),
  }));
  const groups = groupBy(tables, ({ rest }) => rest.map((each) => each.value).join(" "));
  return [...groups.values()].map((group) => ({
    values: group.map(({ value }) => value),
    rest: group[0]!.rest,
  }));
}

function casesOf(reads: readonly Expression[]): readonly (readonly number[])[] {
  return reads.reduce<readonly (readonly number[])[]>(
    (all, { lo, hi }) =>
      all.flatMap((each) => Array.from({ length: hi - lo + 1 }, (_, at) => [...each, lo + at])),
    [[]],
  );
}

/** Returns what an expression is in all cases, given what its leaves are in these. */
function valuesIn(root: Expression, given: ReadonlyMap<Expression, readonly number[]>): readonly number[] {
  const known = new Map(given);
  const count = given.values().next().value!.length;
  for (const node of upwards([root])) {
    if (known.has(node)) continue;
    const parts = operands(node).map((part) => known.get(part)!);
    known.set(
      node,
      Array.from({ length: count }, (_, at) => evaluateNode(node, (operand) => parts[operand]![at]!)),
    );
  }
  return known.get(root)!;
}
