// The firing squad that counts rounds, on lines of any length: a bit of a number for each cell.

import { expect, test } from "vitest";
import { squadRounds } from "../../src/compiler/lower/rounds.ts";
import { type Expression, Expressions } from "../../src/logic/expression.ts";

const make = new Expressions();
const { writes, last, counters } = squadRounds(make, (name) => name, "up");

/** One round of a line of `length` cells; the cell at the top is the lowest bit. */
function round(before: ReadonlyMap<string, bigint>, length: number): Map<string, bigint> {
  const all = (1n << BigInt(length)) - 1n;
  const done = new Map<Expression, bigint>();
  const read = (place: string, value: bigint): bigint =>
    place === "up" ? (value << 1n) & all : place === "down" ? value >> 1n : value;
  const visit = (node: Expression): bigint => {
    const known = done.get(node);
    if (known !== undefined) return known;
    const made = evaluated(node);
    done.set(node, made);
    return made;
  };
  const evaluated = (node: Expression): bigint => {
    switch (node.tag) {
      case "constant":
        return node.value === 0 ? 0n : all;
      case "inside":
        return read(node.place, all);
      case "read":
        return read(node.place, before.get(node.field)!);
      case "not":
        return all & ~visit(node.of);
      case "and":
        return node.of.reduce((value, part) => value & visit(part), all);
      case "or":
        return node.of.reduce((value, part) => value | visit(part), 0n);
      case "choose": {
        const when = visit(node.when);
        return (when & visit(node.then)) | (all & ~when & visit(node.otherwise));
      }
      default:
        throw new Error(`${node.tag} in a squad`);
    }
  };
  return new Map(writes.map(({ field, value }) => [field, visit(value)]));
}

test("of any length, fires after as many rounds as it has cells, in all at once, and is as at first", () => {
  for (let length = 1; length <= 400; length++) {
    let state = new Map([...counters, last].map((field) => [field, 0n]));
    for (let at = 1; at <= length; at++) {
      state = round(state, length);
      const expected = at === length ? (1n << BigInt(length)) - 1n : 0n;
      if (state.get(last) !== expected) expect.fail(`${length} cells, round ${at}`);
    }
    if (counters.some((field) => state.get(field) !== 0n)) expect.fail(`${length} cells end otherwise`);
  }
});
