// The Game of Life on packed rows, 32 cells to a word, as one adds by hand: what networks are compared with.

/** The grid after a number of steps; everything beyond the edge is dead. */
export function plainLife(plane: Int32Array, rows: number, cols: number, steps: number): Int32Array {
  const words = Math.ceil(cols / 32);
  // A row of dead cells above and below, and a word on both sides.
  const wide = words + 2;
  let now = new Int32Array((rows + 2) * wide);
  let next = new Int32Array(now.length);
  for (let row = 0; row < rows; row++)
    for (let col = 0; col < cols; col++)
      if (plane[row * cols + col] === 1) now[(row + 1) * wide + 1 + (col >> 5)]! |= 1 << (col & 31);
  const last = cols % 32 === 0 ? -1 : (1 << (cols % 32)) - 1;
  for (let step = 0; step < steps; step++) {
    for (let row = 1; row <= rows; row++) stepRow(now, next, row * wide + 1, words, wide, last);
    [now, next] = [next, now];
  }
  return Int32Array.from(
    plane,
    (_, cell) =>
      (now[(Math.floor(cell / cols) + 1) * wide + 1 + ((cell % cols) >> 5)]! >>> ((cell % cols) & 31)) & 1,
  );
}

/** One row: the cells above, beside and below are added in binary, and the sum is compared with 2 and 3. */
function stepRow(
  now: Int32Array,
  next: Int32Array,
  begin: number,
  words: number,
  wide: number,
  last: number,
): void {
  for (let at = begin; at < begin + words; at++) {
    const [up, here, down] = [at - wide, at, at + wide];
    const a = now[up]!;
    const b = now[here]!;
    const c = now[down]!;
    const left = (word: number, before: number) => (word << 1) | (before >>> 31);
    const right = (word: number, after: number) => (word >>> 1) | (after << 31);
    const aw = left(a, now[up - 1]!);
    const ae = right(a, now[up + 1]!);
    const bw = left(b, now[here - 1]!);
    const be = right(b, now[here + 1]!);
    const cw = left(c, now[down - 1]!);
    const ce = right(c, now[down + 1]!);
    // Three rows of two or three bits, each as a sum of ones and twos.
    const a1 = aw ^ a ^ ae;
    const a2 = (aw & a) | (ae & (aw ^ a));
    const c1 = cw ^ c ^ ce;
    const c2 = (cw & c) | (ce & (cw ^ c));
    const b1 = bw ^ be;
    const b2 = bw & be;
    const ones = a1 ^ b1 ^ c1;
    const carry = (a1 & b1) | (c1 & (a1 ^ b1));
    // Twos: exactly one of the four, so that the sum is 2 or 3.
    const pair = a2 ^ b2;
    const other = c2 ^ carry;
    const odd = pair ^ other;
    const many = (a2 & b2) | (c2 & carry) | (pair & other);
    next[at] = odd & ~many & (ones | b);
  }
  next[begin + words - 1]! &= last;
}
