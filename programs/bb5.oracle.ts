import type { Oracle } from "./oracle.ts";

/** The usual notation: per state, what to do at 0 and at 1; symbol, move, next state. */
const MACHINE = "1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RH0LA";
/** Cells added on the left and on the right. */
const [LEFT, RIGHT] = [12243, 45];

function run(limit: number) {
  const rules = MACHINE.split("_").map((rule) => [rule.slice(0, 3), rule.slice(3)]);
  const tape = new Map<number, string>();
  let [at, state, steps] = [0, 0, 0];
  for (; steps < limit && state !== "H".charCodeAt(0) - 65; steps++) {
    const rule = rules[state]![Number(tape.get(at) ?? "0")]!;
    tape.set(at, rule[0]!);
    at += rule[1] === "R" ? 1 : -1;
    state = rule.charCodeAt(2) - 65;
  }
  return { tape, at, steps };
}

export default {
  generate(_, { cols } = { rows: 1, cols: 1 }) {
    return { rows: 1, cols, planes: { tape: [Array.from({ length: cols }, () => 0)] } };
  },
  solve({ tape }, instructions) {
    const { tape: written, at } = run(instructions);
    const cells = Array.from({ length: LEFT + tape![0]!.length + RIGHT }, (_, i) => i - LEFT);
    const head = cells.map((cell) => (cell === at ? null : 0));
    return { planes: { tape: [cells.map((cell) => Number(written.get(cell) ?? "0"))], head: [head] } };
  },
  // It ends after 47,176,870 steps, later than a test can wait.
} satisfies Oracle;
