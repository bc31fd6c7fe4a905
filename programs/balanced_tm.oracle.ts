import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

const [REJECT, ACCEPT] = [4, 5];

export default {
  generate(random, { cols } = { rows: 1, cols: size(random, 14) }) {
    const noise = random() < 0.5 ? 0 : random() / 4;
    let depth = 0;
    const tape = Array.from({ length: cols }, (_, at) => {
      if (random() < noise) return Math.floor(random() * 4);
      const close = depth > 0 && (depth >= cols - at || random() < 0.5);
      depth += close ? -1 : 1;
      return close ? 2 : 1;
    });
    return { rows: 1, cols, planes: { tape: [tape] } };
  },
  solve({ tape }) {
    const blank = tape![0]!.indexOf(0);
    const word = blank < 0 ? tape![0]! : tape![0]!.slice(0, blank);
    const open: number[] = [];
    let surplus = false;
    for (const [at, symbol] of word.entries()) {
      if (symbol === 1) open.push(at);
      if (symbol === 2) surplus ||= open.pop() === undefined;
      if (surplus) break;
    }
    // Without a partner for a closing bracket, the head stops left of the word, else at the last open bracket.
    const head: number[] = Array(tape![0]!.length + 2).fill(0);
    if (surplus) head[0] = REJECT!;
    else if (open.length > 0) head[1 + open[open.length - 1]!] = REJECT!;
    else head[0] = ACCEPT!;
    return { planes: { head: [head] } };
  },
  steps: () => null,
} satisfies Oracle;
