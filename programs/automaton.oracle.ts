// Every automaton is run on every word.

import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

/** `next[state][letter]`. */
type Automaton = readonly (readonly number[])[];

const automata: readonly Automaton[] = [0, 1].flatMap((a) =>
  [0, 1].flatMap((b) =>
    [0, 1].flatMap((c) =>
      [0, 1].map((d) => [
        [a, b],
        [c, d],
      ]),
    ),
  ),
);

const endOf = (automaton: Automaton, word: readonly number[]): number =>
  word.reduce((state, letter) => automaton[state]![letter]!, 0);

export default {
  generate(random, shape = { rows: size(random, 10), cols: size(random, 8) }) {
    const { rows, cols } = shape;
    const hidden = automata[Math.floor(random() * automata.length)]!;
    const accepts = [Math.floor(random() * 2), Math.floor(random() * 2)];
    const noise = random() < 0.8 ? 0 : random() / 3;
    const x = Array.from({ length: rows }, (_, row) => {
      const word = Array.from({ length: cols - 1 }, () => Math.floor(random() * 2));
      const label = accepts[endOf(hidden, word)]!;
      return [...word, row === rows - 1 ? 0 : random() < noise ? 1 - label : label];
    });
    return { rows, cols, planes: { x } };
  },
  solve({ x }) {
    const examples = x!.slice(0, -1).map((row) => ({ word: row.slice(0, -1), label: row[row.length - 1]! }));
    const query = x![x!.length - 1]!.slice(0, -1);
    for (const automaton of automata) {
      const labels = [0, 1].map(
        (state) =>
          new Set(examples.filter(({ word }) => endOf(automaton, word) === state).map(({ label }) => label)),
      );
      if (labels.some((found) => found.size > 1)) continue;
      return { prediction: labels[endOf(automaton, query)]!.has(1) ? 1 : 0 };
    }
    return { prediction: 0 };
  },
  steps: () => 16,
} satisfies Oracle;
