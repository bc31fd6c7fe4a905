// Written expressions are read by a parser that knows the same table: they give the tree that was written, and no pair of
// parentheses could be left out.

import { expect, test } from "vitest";
import { atom, CLEAR, LANGUAGE, type Written, writer } from "../../src/grid/infix.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { again, cases, SEED } from "../seed.ts";

interface Row {
  readonly binding: number;
  readonly chains: "left" | "all" | "none";
  readonly prefix?: string;
  readonly operands?: number;
}
type Table = Readonly<Record<string, Row>>;
type Tree = string | { readonly operator: string; readonly of: readonly Tree[] };

const pick = <T>(random: Random, list: readonly T[]): T => list[random.int(list.length)]!;

function randomTable(random: Random): Table {
  const levels = 1 + random.int(5);
  const rows: [string, Row][] = [];
  for (let binding = 0; binding < levels; binding++) {
    const chains = pick(random, ["left", "all", "none"] as const);
    if (random.int(4) === 0) {
      rows.push([
        `p${binding}`,
        { binding, chains: chains === "none" ? "none" : "all", prefix: `p${binding} ` },
      ]);
      continue;
    }
    // Operators that chain on both sides are alone on their level, as the grouping of others would be lost.
    const many = chains === "all" ? 1 : 1 + random.int(2);
    for (let at = 0; at < many; at++) rows.push([`o${binding}${at}`, { binding, chains }]);
  }
  return Object.fromEntries(rows);
}

function randomTree(random: Random, table: Table, depth: number): Tree {
  if (depth === 0 || random.int(5) === 0) return pick(random, ["a", "b", "c"]);
  const [operator, { prefix, chains }] = pick(random, Object.entries(table));
  const count = prefix !== undefined ? 1 : chains === "all" ? 2 + random.int(2) : 2;
  const of = Array.from({ length: count }, () => randomTree(random, table, depth - 1));
  return flat({ operator, of }, table);
}

/** Chains that need no parentheses on either side as one node. */
function flat(tree: Tree, table: Table): Tree {
  if (typeof tree === "string" || table[tree.operator]!.chains !== "all") return tree;
  if (table[tree.operator]!.prefix !== undefined) return tree;
  const { operator } = tree;
  return {
    operator,
    of: tree.of.flatMap((each) =>
      typeof each !== "string" && each.operator === operator ? each.of : [each],
    ),
  };
}

const show = (tree: Tree, write: (operator: string, of: readonly Written[]) => Written): Written =>
  typeof tree === "string"
    ? atom(tree)
    : write(
        tree.operator,
        tree.of.map((each) => show(each, write)),
      );

/** Reads a text by its table, and by nothing else; null if it is not in order. */
function read(text: string, table: Table): Tree | null {
  const prefixes = Object.entries(table).flatMap(([operator, { prefix }]) =>
    prefix === undefined ? [] : [{ operator, prefix }],
  );
  let rest = text.trim();
  const failed = new Error("not in order");
  const take = (word: string): boolean => {
    if (!rest.startsWith(word)) return false;
    rest = rest.slice(word.length).trimStart();
    return true;
  };
  const primary = (least: number): Tree => {
    if (take("(")) {
      const inner = expression(0);
      if (!take(")")) throw failed;
      return inner;
    }
    for (const { operator, prefix } of prefixes) {
      if (!`${rest} `.startsWith(prefix)) continue;
      rest = rest.slice(prefix.length);
      const { binding, chains } = table[operator]!;
      if (binding < least) throw failed;
      return { operator, of: [expression(chains === "all" ? binding : binding + 1)] };
    }
    const name = /^[a-c](?!\w)/.exec(rest)?.[0];
    if (name === undefined || !take(name)) throw failed;
    return name;
  };
  const expression = (least: number): Tree => {
    let left = primary(least);
    let bound = Number.POSITIVE_INFINITY;
    for (;;) {
      const word = /^\S+/.exec(rest)?.[0] ?? "";
      const row = Object.hasOwn(table, word) ? table[word]! : null;
      if (row === null || row.prefix !== undefined || row.binding < least) return left;
      if (row.binding > bound || (row.binding === bound && row.chains === "none")) throw failed;
      take(word);
      left = flat({ operator: word, of: [left, expression(row.binding + 1)] }, table);
      bound = row.binding;
    }
  };
  try {
    const tree = expression(0);
    return rest === "" ? tree : null;
  } catch (error) {
    if (error === failed) return null;
    throw error;
  }
}

/** The texts with one pair of parentheses left out. */
function* withoutPair(text: string): Generator<string> {
  for (let open = text.indexOf("("); open >= 0; open = text.indexOf("(", open + 1)) {
    let close = open;
    for (let depth = 1; depth > 0; ) {
      close++;
      if (text[close] === "(") depth++;
      if (text[close] === ")") depth--;
    }
    yield text.slice(0, open) + text.slice(open + 1, close) + text.slice(close + 1);
  }
}

test(`random tables: the tree that was written, and no parentheses too many; ${again(SEED)}`, () => {
  const random = seededRandom(SEED);
  let pairs = 0;
  for (let round = 0; round < cases(2000); round++) {
    const table = randomTable(random);
    const tree = randomTree(random, table, 1 + random.int(4));
    const { text } = show(tree, writer(table));
    expect(read(text, table), text).toEqual(tree);
    for (const other of withoutPair(text)) {
      pairs++;
      expect(read(other, table), `${text} and ${other}`).not.toEqual(tree);
    }
  }
  expect(pairs).toBeGreaterThan(100);
});

test(`the operators of programs, and those of clear conditions; ${again(SEED)}`, () => {
  const random = seededRandom(SEED);
  for (const table of [LANGUAGE, CLEAR] as readonly Table[]) {
    const write = writer(table);
    for (let round = 0; round < cases(500); round++) {
      const tree = randomTree(random, table, 1 + random.int(4));
      const { text } = show(tree, write);
      expect(read(text, table), text).toEqual(tree);
      if (table === CLEAR) expect(text).not.toMatch(/^[^(]* or [^(]* and /);
      else for (const other of withoutPair(text)) expect(read(other, table), text).not.toEqual(tree);
    }
  }
});

test("chains that are written link by link take time in proportion to their length", () => {
  const write = writer(LANGUAGE);
  let text = atom("a");
  for (let link = 0; link < 200_000; link++) text = write(link % 2 === 0 ? "+" : "-", [text, atom("b")]);
  expect(text.text.length).toBe(1 + 4 * 200_000);
});
