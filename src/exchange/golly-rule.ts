// Golly's files of rules (`.rule`): sections that begin with `@`, of which a table or a tree says what cells become, and
// names say what states are called. Older files hold a table (`.table`) or a tree (`.tree`) alone.

import { InputError } from "../diagnostics/diagnostic.ts";
import { KEYWORDS } from "../parse/tokens.ts";
import { type Automaton, wordOf } from "./automaton.ts";
import type { FileLine } from "./golly-line.ts";
import { readTable } from "./golly-table.ts";
import { readTree } from "./golly-tree.ts";

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
  const read = rule.name === "TABLE" ? readTable(rule.lines, file) : readTree(rule.lines, file);
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
