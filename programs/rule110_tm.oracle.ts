// Generations of rule 110, and how far the head has got in writing each of them.

import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

/** The tape as a map of its digits; what is not in it is blank. */
type Tape = ReadonlyMap<number, number>;

const after = (tape: Tape, at: number): number => {
  const [l, c, r] = [at - 1, at, at + 1].map((cell) => tape.get(cell) ?? 0);
  return (110 >> (4 * l! + 2 * c! + r!)) & 1;
};

/** What is written, and where, in the order of time, until the head has been to the right and back. */
function round(tape: Tape): { writes: (readonly [at: number, digit: number] | null)[]; end: Tape } {
  const cells = [...tape.keys()].sort((a, b) => a - b);
  const [first, last] = [cells[0]!, cells[cells.length - 1]!];
  const right = Array.from(
    { length: last - first + 2 },
    (_, i) => [first + i, after(tape, first + i - 1)] as const,
  );
  const middle = new Map(right.map(([at, digit]) => [at - 1, digit]));
  const left: (readonly [number, number])[] = [];
  // Beyond the pattern, the head goes on for as long as it remembers a one.
  for (let at = last + 1; at >= first || middle.get(at) === 1 || middle.get(at + 1) === 1; at--)
    left.push([at, after(middle, at)]);
  return { writes: [...right, ...left, null], end: new Map(left) };
}

export default {
  generate(random, { cols } = { rows: 1, cols: size(random, 10) }) {
    return { rows: 1, cols, planes: { tape: [Array.from({ length: cols }, () => size(random, 2))] } };
  },
  solve({ tape }, instructions) {
    const cols = tape![0]!.length;
    let start: Tape = new Map(tape![0]!.map((symbol, at) => [at, symbol - 1]));
    const now = new Map(start);
    for (let left = instructions; left > 0; ) {
      const { writes, end } = round(start);
      for (const write of writes.slice(0, left)) if (write !== null) now.set(write[0], write[1]);
      left -= writes.length;
      start = end;
    }
    const shown = Array.from({ length: 3 * cols + 6 }, (_, i) => (now.get(i - 2 * cols - 4) ?? -1) + 1);
    return { planes: { tape: [shown] } };
  },
} satisfies Oracle;
