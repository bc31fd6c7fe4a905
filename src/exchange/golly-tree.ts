// Golly's trees: numbered nodes that ask the neighbours one after another, and the cell itself at last.

import { InputError } from "../diagnostics/diagnostic.ts";
import { memo } from "../diagnostics/memo.ts";
import { type Automaton, MOST_STATES, NEIGHBOURHOODS } from "./automaton.ts";
import { type Case, Cases } from "./cases.ts";
import { type FileLine, wrongLine } from "./golly-line.ts";

/**
 * Reads a tree.
 * @throws InputError with the line, what was found and what was expected
 */
export function readTree(lines: readonly FileLine[], file: string): Omit<Automaton, "name" | "names"> {
  const wrong = (row: FileLine, expected: string) => wrongLine(file, row, row.text, expected);
  const header = new Map<string, number>();
  const rows: FileLine[] = [];
  for (const each of lines) {
    const [, key, value] = /^(\w+)\s*[=:]\s*(\d+)$/.exec(each.text) ?? [];
    if (key === undefined) rows.push(each);
    else header.set(key, Number(value));
  }
  const numberOf = (key: string, range: string, isGood: (value: number) => boolean): number => {
    const value = header.get(key);
    if (value !== undefined && isGood(value)) return value;
    throw new InputError(
      `${file}: found ${value === undefined ? `no ${key}` : `${key}=${value}`} in the tree, expected ${range}`,
    );
  };
  const states = numberOf("num_states", "2 to 256 states", (each) => each >= 2 && each <= MOST_STATES);
  const count = numberOf("num_neighbors", "4 or 8 neighbours", (each) => each === 4 || each === 8);
  // Children have smaller numbers, so that one walk from the first line on makes them all.
  const neighbours = new Cases(new Array<number>(count + 1).fill(states));
  const nodes: { readonly depth: number; readonly of: Case }[] = [];
  for (const row of rows) {
    const [depth, ...children] = row.text.split(/[\s,]+/).map(Number) as [number, ...number[]];
    if (!(depth >= 1 && depth <= count + 1))
      throw wrong(row, `a depth from 1 to ${count + 1}, then ${states} numbers`);
    if (children.length !== states)
      throw wrong(row, `${states} numbers behind the depth, one for each state, not ${children.length}`);
    const below = children.map((child) => {
      if (depth === 1) {
        if (child >= 0 && child < states && Number.isInteger(child)) return neighbours.constant(child);
        throw wrong(row, `states from 0 to ${states - 1}`);
      }
      const node = nodes[child];
      if (node?.depth !== depth - 1)
        throw wrong(row, `numbers of nodes above of depth ${depth - 1}, counted from 0`);
      return node.of;
    });
    nodes.push({ depth, of: neighbours.node(count + 1 - depth, below) });
  }
  const root = nodes.at(-1);
  if (root?.depth !== count + 1)
    throw new InputError(
      `${file}: found no node of depth ${count + 1} at the end of the tree, expected one, the root`,
    );
  const places = count === 8 ? NEIGHBOURHOODS.Moore : NEIGHBOURHOODS.vonNeumann;
  const about = [`A tree of ${nodes.length} nodes: ${states} states, ${count} neighbours`];
  return { about, states, places, ...cellFirst(neighbours, root.of, count) };
}

/** The same function, asking the cell itself first. */
function cellFirst(last: Cases, root: Case, count: number): Pick<Automaton, "cases" | "next"> {
  const cases = new Cases(last.domains);
  const next = cases.make(0, (state) => {
    const walk: (of: Case) => Case = memo((of) => {
      const level = last.level(of);
      return level >= count
        ? cases.constant(last.value(last.child(of, count, state)))
        : cases.make(level + 1, (value) => walk(last.child(of, level, value)));
    });
    return walk(root);
  });
  return { cases, next };
}
