// SUBLEQ as an interpreter is usually written: a list of words, a program counter, a loop.

import { size } from "./draw.ts";
import type { Oracle, Rows } from "./oracle.ts";

/** Memory when the computer halts, and the instructions it took; null where it has not halted after so many. */
export function subleq(
  memory: readonly bigint[],
  bits: number,
  most: number,
): { readonly memory: readonly bigint[]; readonly taken: number } | null {
  const words = [...memory];
  // Words have so many bits, so there may be rows that no address reaches.
  const reach = Math.min(words.length, 2 ** (bits - 1));
  const isAddress = (word: bigint | undefined) => word !== undefined && word >= 0n && word < BigInt(reach);
  let counter = 0;
  for (let taken = 0; ; taken++) {
    const [a, b, c] = words.slice(counter, counter + 3);
    if (a === undefined || b === undefined || c === undefined) return { memory: words, taken };
    if (taken === most) return null;
    counter += 3;
    if (!isAddress(b)) continue;
    const left = BigInt.asIntN(bits, words[Number(b)]! - (isAddress(a) ? words[Number(a)]! : 0n));
    words[Number(b)] = left;
    if (left > 0n) continue;
    if (!isAddress(c)) return { memory: words, taken: taken + 1 };
    counter = Number(c);
  }
}

/** A row of bits, most significant first, as a number in two's complement; and back. */
export const wordOf = (row: readonly number[]): bigint =>
  BigInt.asIntN(row.length, BigInt(`0b${row.join("")}`));
export const bitsOf = (word: bigint, bits: number): number[] =>
  [...BigInt.asUintN(bits, word).toString(2).padStart(bits, "0")].map(Number);

/** Random programs that have not halted by then are not tried. */
const PATIENCE = 12;

const run = (m: Rows, most: number) => subleq(m.map(wordOf), m[0]!.length, most);

export default {
  generate(random, shape = { rows: 2 + size(random, 10), cols: 1 + size(random, 5) }) {
    for (;;) {
      const density = random();
      const m = Array.from({ length: shape.rows }, () =>
        Array.from({ length: shape.cols }, () => (random() < density ? 1 : 0)),
      );
      if (run(m, PATIENCE) !== null) return { ...shape, planes: { m } };
    }
  },
  solve({ m }) {
    const end = run(m!, Number.POSITIVE_INFINITY)!;
    return { planes: { m: end.memory.map((word) => bitsOf(word, m![0]!.length)) } };
  },
  // Addresses first; six sweeps an instruction, and two that find none.
  steps: (_rows, _cols, { m }) => 3 + 6 * run(m!, Number.POSITIVE_INFINITY)!.taken,
} satisfies Oracle;
