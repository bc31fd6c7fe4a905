import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

const SYMBOLS = ".({)}";
const PARTNER: Readonly<Record<string, string>> = { ")": "(", "}": "{" };

/** Reads a row with a stack: whether all brackets match, and how deep those are nested that do in number. */
function read(row: readonly number[]) {
  const stack: string[] = [];
  let [right, depth] = [true, 0];
  for (const symbol of row.map((value) => SYMBOLS[value]!)) {
    const partner = PARTNER[symbol];
    if (partner !== undefined) right = stack.pop() === partner && right;
    else if (symbol !== ".") stack.push(symbol);
    depth = Math.max(depth, stack.length);
  }
  return { right: right && stack.length === 0, depth };
}

export default {
  generate(random, shape = { rows: size(random, 4), cols: size(random, 20) }) {
    const [noise, blanks, growth] = [random() < 0.5 ? 0 : random() / 8, random() / 2, random()];
    const x = Array.from({ length: shape.rows }, () => {
      const stack: number[] = [];
      return Array.from({ length: shape.cols }, (_, col) => {
        if (random() < noise) return Math.floor(random() * 5);
        const full = stack.length >= shape.cols - col;
        if (full || (stack.length > 0 && random() > growth)) return 2 + stack.pop()!;
        if (random() < blanks || stack.length + 1 >= shape.cols - col) return 0;
        stack.push(size(random, 2));
        return stack[stack.length - 1]!;
      });
    });
    return { ...shape, planes: { x } };
  },
  solve({ x }) {
    const verdict = (row: readonly number[]) => (read(row).right ? 0 : 1);
    return {
      planes: { wrong: x!.map((row) => row.map((_, c) => (c === row.length - 1 ? verdict(row) : null))) },
    };
  },
  steps: (_, __, { x }) => 1 + Math.max(...x!.map((row) => read(row).depth)),
} satisfies Oracle;
