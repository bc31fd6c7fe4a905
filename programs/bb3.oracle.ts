import type { Oracle } from "./oracle.ts";

/** The usual notation: per state, what to do at 0 and at 1; symbol, move, next state. */
const MACHINE = "1RB1RH_1LB0RC_1LC1LA";
/** Cells added on the left and on the right. */
const [LEFT, RIGHT] = [1, 3];

const HALTED = "H".charCodeAt(0) - "A".charCodeAt(0);

function run(limit: number, cols: number) {
  const rules = (MACHINE.match(/\w(?=[LR])../g) ?? []).map((rule) => ({
    write: Number(rule[0]),
    move: rule[1] === "R" ? 1 : -1,
    state: rule.charCodeAt(2) - "A".charCodeAt(0),
  }));
  const tape = new Uint8Array(LEFT + cols + RIGHT);
  let [at, state] = [LEFT, 0];
  for (let steps = 0; steps < limit && state !== HALTED; steps++) {
    const rule = rules[2 * state + tape[at]!]!;
    tape[at] = rule.write;
    at += rule.move;
    state = rule.state;
  }
  return { tape, at };
}

export default {
  generate(_, { cols } = { rows: 1, cols: 1 }) {
    return { rows: 1, cols, planes: { tape: [Array.from({ length: cols }, () => 0)] } };
  },
  solve({ tape }, instructions) {
    const { tape: written, at } = run(instructions, tape![0]!.length);
    const cells = [...written];
    const elsewhere = cells.map((_, cell) => (cell === at ? null : 0));
    return { planes: { tape: [cells], head: [elsewhere] } };
  },
  steps: () => 21,
} satisfies Oracle;
