// Golly's files of rules (`.rule`): sections that begin with `@`, of which a table or a tree says what cells become, and
// names say what states are called. Older files hold a table (`.table`) or a tree (`.tree`) alone.

import { InputError } from "../diagnostics/diagnostic.ts";
import { memo } from "../diagnostics/memo.ts";
import { KEYWORDS } from "../language/parse/lexer.ts";
import { CaseDiagrams, type CaseNode } from "../logic/case-diagrams.ts";
import { type Automaton, MOST_STATES, NEIGHBOURHOODS, wordOf } from "./automaton.ts";
import { type FileLine, readGollyTable, wrongLine } from "./golly-table.ts";

interface Section {
  readonly name: string;
  readonly line: number;
  readonly lines: readonly FileLine[];
}

/** More than these are numbered: a program names each where it looks at it. */
const MOST_NAMED = 12;

export const looksLikeGolly = (text: string): boolean =>
  /^@(RULE|TABLE|TREE)\b/m.test(text) || /^\s*(n_states|num_states)\s*[:=]/m.test(text);

/**
 * Reads a rule.
 * @param name what the rule is called where the file does not say so
 * @throws InputError with the line, what was found and what was expected
 */
export function readGollyRule(text: string, file: string, name: string): Automaton {
  const sections = sectionsOf(text);
  const named = /^@RULE\s+(\S+)/m.exec(text)?.[1] ?? name;
  const rule = sections.find((each) => each.name === "TABLE" || each.name === "TREE");
  if (rule === undefined)
    throw new InputError(
      `${file}: found ${sections.length === 0 ? "no sections" : `the sections ${sections.map((each) => `@${each.name}`).join(", ")}`}, ` +
        "expected @TABLE or @TREE, which says what cells become",
    );
  const read = rule.name === "TABLE" ? readGollyTable(rule.lines, file) : readTree(rule.lines, file);
  const names = sections.find((each) => each.name === "NAMES")?.lines ?? [];
  return { name: named, names: namesOf(names, read.states), ...read };
}

/** The sections of a file; one without any is a single table or tree. */
function sectionsOf(text: string): Section[] {
  const sections: { name: string; line: number; lines: FileLine[] }[] = [];
  const isBare = !/^@[A-Z]/m.test(text);
  if (isBare) sections.push({ name: /^\s*num_nodes/m.test(text) ? "TREE" : "TABLE", line: 1, lines: [] });
  for (const [at, raw] of text.split("\n").entries()) {
    const heading = /^@([A-Z]+)/.exec(raw);
    const trimmed = raw.replace(/#.*/, "").trim();
    if (heading !== null) sections.push({ name: heading[1]!, line: at + 1, lines: [] });
    else if (trimmed !== "") sections.at(-1)?.lines.push({ text: trimmed, line: at + 1 });
  }
  return sections;
}

/** A name for each state, if the file has one for each that a program can use. */
function namesOf(lines: readonly FileLine[], states: number): readonly string[] | null {
  const found = new Map<number, string>();
  for (const { text } of lines) {
    const [, state, words] = /^(\d+)\s+(.*)$/.exec(text) ?? [];
    if (words !== undefined) found.set(Number(state), wordOf(words.toLowerCase()));
  }
  const names = Array.from({ length: states }, (_, state) => found.get(state) ?? "");
  const usable = names.every((name) => /^[a-z]\w*$/.test(name) && !KEYWORDS.has(name) && name !== "cell");
  return usable && states > 2 && states <= MOST_NAMED && new Set(names).size === states ? names : null;
}

// Golly's trees: numbered nodes that ask the neighbours one after another, and the cell itself at last.

/**
 * Reads a tree.
 * @throws InputError with the line, what was found and what was expected
 */
function readTree(lines: readonly FileLine[], file: string): Omit<Automaton, "name" | "names"> {
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
  const neighbours = new CaseDiagrams(new Array<number>(count + 1).fill(states));
  const nodes: { readonly depth: number; readonly of: CaseNode }[] = [];
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
function cellFirst(last: CaseDiagrams, root: CaseNode, count: number): Pick<Automaton, "cases" | "next"> {
  const cases = new CaseDiagrams(last.domains);
  const next = cases.make(0, (state) => {
    const walk: (of: CaseNode) => CaseNode = memo((of) => {
      const level = last.level(of);
      return level >= count
        ? cases.constant(last.value(last.child(of, count, state)))
        : cases.make(level + 1, (value) => walk(last.child(of, level, value)));
    });
    return walk(root);
  });
  return { cases, next };
}
