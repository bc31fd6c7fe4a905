// A Turing machine on one tape, for the oracles of the busy beavers: plain simulation of the usual notation.

import type { Oracle } from "./oracle.ts";

const HALTED = "H".charCodeAt(0) - "A".charCodeAt(0);

/**
 * The oracle of a machine that starts in state A on the first cell of the input.
 *
 * @param machine per state, what to do at 0 and at 1; symbol, move, next state: `1RB1LB_1LA1RH`
 * @param left cells added on the left
 * @param right cells added on the right
 */
export function busyBeaver(machine: string, [left, right]: readonly [number, number]) {
  const rules = (machine.match(/\w(?=[LR])../g) ?? []).map((rule) => ({
    write: Number(rule[0]),
    move: rule[1] === "R" ? 1 : -1,
    state: rule.charCodeAt(2) - "A".charCodeAt(0),
  }));
  const run = (limit: number, cols: number) => {
    const tape = new Uint8Array(left + cols + right);
    let [at, state] = [left, 0];
    for (let steps = 0; steps < limit && state !== HALTED; steps++) {
      const rule = rules[2 * state + tape[at]!]!;
      tape[at] = rule.write;
      at += rule.move;
      state = rule.state;
    }
    return { tape, at };
  };
  return {
    generate(_, { cols } = { rows: 1, cols: 1 }) {
      return { rows: 1, cols, planes: { tape: [Array.from({ length: cols }, () => 0)] } };
    },
    solve({ tape }, instructions) {
      const { tape: written, at } = run(instructions, tape![0]!.length);
      const cells = [...written];
      const elsewhere = cells.map((_, cell) => (cell === at ? null : 0));
      return { planes: { tape: [cells], head: [elsewhere] } };
    },
  } satisfies Oracle;
}
