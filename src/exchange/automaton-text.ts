// A cellular automaton as the text of a program: `match` for the cell's own state, and below it what the other questions
// say. Parts of the diagram that come again and are long have names of their own.

import { groupBy } from "../diagnostics/group.ts";
import { atom, CHOOSE, type Written } from "../grid/infix.ts";
import { KEYWORDS } from "../language/parse/lexer.ts";
import type { CaseNode } from "../logic/case-diagrams.ts";
import { type Automaton, wordOf } from "./automaton.ts";
import { type CaseQuestions, decisionsOf, testOf, writeCondition } from "./decisions.ts";

/** Cases of a part that is written out again rather than named. */
const MOST_REPEATED = 4;
/** Cases in all up to which nothing is named. */
const MOST_WRITTEN = 400;
/** The next state of a case is the cell's own. */
const SAME = -1;

/**
 * Most states that have a symbol of one character. These are an enum, whether they have names or not: as ranges, 33 of 39
 * such rules that come with Golly 3.3 make larger networks, and 6 make smaller ones.
 */
const MOST_SYMBOLS = 36;

/** The program of an automaton, laid out as `format` would. */
export function automatonText(given: Automaton, name = identifierOf(given.name)): string {
  const automaton = { ...given, names: given.names ?? numbered(given.states) };
  const { states, names, about } = automaton;
  const type =
    names !== null
      ? `enum { ${names.map((each, at) => `${each} "${symbolOf(at)}"`).join(", ")} }`
      : states === 2
        ? "bit"
        : `0..${states - 1}`;
  const comments = about.map((line) => `// ${line.replace(/\s+/g, " ")}.`);
  const body = new Writer(automaton, decisionsOf(automaton)).body();
  return laidOut([
    ...comments,
    `program ${name} {`,
    `input cell: ${type}`,
    "",
    "loop {",
    "each {",
    ...body,
    "}",
    "}",
    "}",
  ]);
}

/** Lines with their indents; `else` stands behind the brace before it. `format` would read the whole text for that. */
function laidOut(lines: readonly string[]): string {
  const made: string[] = [];
  let depth = 0;
  for (const line of lines) {
    if (/^else (?!=>)/.test(line)) made.push(`${made.pop()} ${line}`);
    else made.push(line === "" ? "" : "  ".repeat(line.startsWith("}") ? depth - 1 : depth) + line);
    depth += line.split("{").length - line.split("}").length;
  }
  return `${made.join("\n")}\n`;
}

/** Names of states that have none; null where they are bits, or numbers. */
const numbered = (states: number): readonly string[] | null =>
  states > 2 && states <= MOST_SYMBOLS ? Array.from({ length: states }, (_, state) => `s${state}`) : null;

const symbolOf = (state: number): string => (state === 0 ? "." : state.toString(36));

/** A name for a program. */
export function identifierOf(name: string): string {
  const plain = wordOf(name);
  return /^[A-Za-z]/.test(plain) && !KEYWORDS.has(plain) ? plain : `rule_${plain}`;
}

const CELL = atom("cell");
const ALWAYS = atom("1");
const NEVER = atom("0");

class Writer {
  readonly #automaton: Automaton;
  readonly #decisions: CaseQuestions;
  /** Names of parts that come again. */
  readonly #named = new Map<CaseNode, string>();

  constructor(automaton: Automaton, decisions: CaseQuestions) {
    this.#automaton = automaton;
    this.#decisions = decisions;
  }

  body(): string[] {
    const { cases, next, questions } = this.#decisions;
    const roots = cases.children(next, 0).map((root, state) => this.#relative(root, state));
    const asked = new Set(cases.below(roots).map((node) => cases.level(node)));
    const lets = questions.flatMap(({ text, value }, at) =>
      value !== null && asked.has(at + 1) ? [`let ${text} = ${value}`] : [],
    );
    if (this.#automaton.states === 2) return [...lets, `cell = ${this.#bit(roots).text}`];
    return [...lets, ...this.#parts(roots), ...this.#arms(roots)];
  }

  /** The diagram of a state, where it says by itself that the cell stays as it is. */
  #relative(root: CaseNode, state: number): CaseNode {
    const { cases } = this.#decisions;
    return cases.map(root, (value) => (value === state ? SAME : value));
  }

  // Two states: one condition.

  #bit(roots: readonly CaseNode[]): Written {
    const [born, stays] = roots.map((root, state) =>
      this.#condition(root, (value) => (value === SAME ? state : value) === 1),
    ) as [Written, Written];
    if (born.text === stays.text) return born;
    if (born === NEVER) return stays === ALWAYS ? CELL : writeCondition("and", [CELL, stays]);
    if (stays === ALWAYS) return writeCondition("or", [CELL, born]);
    if (stays === NEVER) return writeCondition("and", [writeCondition("not", [CELL]), born]);
    return { text: `if cell then ${stays.text} else ${born.text}`, binding: CHOOSE };
  }

  /** Tells where the value of a diagram of one question at most is as asked for. */
  #condition(root: CaseNode, isAsked: (value: number) => boolean): Written {
    const { cases, questions } = this.#decisions;
    if (cases.isLeaf(root)) return isAsked(cases.value(root)) ? ALWAYS : NEVER;
    const level = cases.level(root);
    const children = cases.children(root, level);
    const values = [...children.keys()].filter((value) => isAsked(cases.value(children[value]!)));
    if (values.length === 0) return NEVER;
    return values.length === children.length
      ? ALWAYS
      : testOf(questions[level - 1]!.text, values, children.length);
  }

  // More states: cases.

  #arms(roots: readonly CaseNode[]): string[] {
    const { states, names } = this.#automaton;
    const arms = groupBy(roots.keys(), (state) => roots[state]!);
    const { cases } = this.#decisions;
    const still = [...arms.keys()].find((root) => cases.isLeaf(root) && cases.value(root) === SAME);
    const written = [...arms].filter(([root]) => root !== still);
    // `else` may stand only where states are left for it.
    const longest = written.reduce<[CaseNode, readonly number[]] | null>(
      (one, other) => (one === null || other[1].length > one[1].length ? other : one),
      null,
    );
    const rest = still ?? (longest !== null && longest[1].length > states / 2 ? longest[0] : null);
    const show = (state: number) => names?.[state] ?? String(state);
    return [
      "match cell {",
      ...[...arms].flatMap(([root, values]) =>
        root === rest ? [] : block(`${values.map(show).join(", ")} =>`, this.#statement(root)),
      ),
      ...(rest === null ? [] : block("else =>", this.#statement(rest))),
      "}",
    ];
  }

  #statement(node: CaseNode): string[] {
    const { cases } = this.#decisions;
    if (cases.isLeaf(node)) return cases.value(node) === SAME ? [] : [`cell = ${this.#value(node)}`];
    const name = this.#named.get(node);
    if (name !== undefined) return [`cell = ${name}`];
    const level = cases.level(node);
    const { tested, rest } = this.#groups(node);
    const last = this.#statement(rest);
    const branches = tested.flatMap(([child, values], at) =>
      block(`${at === 0 ? "" : "else "}if ${this.#test(level, values)}`, this.#statement(child)),
    );
    return last.length === 0 ? branches : [...branches, ...block("else", last)];
  }

  /** The children of a node with their values, and the one that needs no test. */
  #groups(node: CaseNode) {
    const { cases } = this.#decisions;
    const children = cases.children(node, cases.level(node));
    const groups = groupBy(children.keys(), (value) => children[value]!);
    const isSame = (child: CaseNode) => cases.isLeaf(child) && cases.value(child) === SAME;
    const rest =
      [...groups.keys()].find(isSame) ??
      [...groups].reduce((one, other) => (other[1].length > one[1].length ? other : one))[0];
    return { tested: [...groups].filter(([child]) => child !== rest), rest };
  }

  #test(level: number, values: readonly number[]): string {
    const { questions, cases } = this.#decisions;
    const { text, isState } = questions[level - 1]!;
    return testOf(text, values, cases.domains[level]!, isState ? this.#automaton.names : null).text;
  }

  #value(leaf: CaseNode): string {
    const value = this.#decisions.cases.value(leaf);
    return value === SAME ? "cell" : (this.#automaton.names?.[value] ?? String(value));
  }

  /** Declares the parts that come again, if the text would be long without. */
  #parts(roots: readonly CaseNode[]): string[] {
    const { cases } = this.#decisions;
    const order = cases.below([...new Set(roots)]);
    const lengths = new Map<CaseNode, number>();
    const uses = new Map<CaseNode, number>();
    for (const node of order) {
      const children = cases.isLeaf(node) ? [] : new Set(cases.children(node, cases.level(node)));
      let length = 1;
      for (const child of children) {
        length += lengths.get(child)!;
        uses.set(child, (uses.get(child) ?? 0) + 1);
      }
      lengths.set(node, length);
    }
    const all = [...new Set(roots)].reduce((sum, root) => sum + lengths.get(root)!, 0);
    if (all <= MOST_WRITTEN) return [];
    const lines: string[] = [];
    for (const node of order) {
      if (cases.isLeaf(node) || (uses.get(node) ?? 0) < 2 || lengths.get(node)! <= MOST_REPEATED) continue;
      const text = this.#expression(node);
      const name = `part${this.#named.size + 1}`;
      this.#named.set(node, name);
      lines.push(`let ${name} = ${text}`);
    }
    return lines;
  }

  #expression(node: CaseNode): string {
    const { cases } = this.#decisions;
    if (cases.isLeaf(node)) return this.#value(node);
    const name = this.#named.get(node);
    if (name !== undefined) return name;
    const { tested, rest } = this.#groups(node);
    const branches = tested.map(([child, values]) => {
      const text = this.#expression(child);
      return `if ${this.#test(cases.level(node), values)} then ${/^if /.test(text) ? `(${text})` : text} else`;
    });
    return [...branches, this.#expression(rest)].join(" ");
  }
}

/** Statements in braces, on the line of their head where there is only one. */
function block(head: string, statements: readonly string[]): string[] {
  const [only, ...more] = statements;
  if (more.length > 0) return [`${head} {`, ...statements, "}"];
  return [only === undefined ? `${head} {}` : `${head} { ${only} }`];
}
