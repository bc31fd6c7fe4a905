// What oracles draw their problems with.

/** A uniform number from 1 to `most`. */
export const size = (random: () => number, most: number): number => 1 + Math.floor(random() * most);

interface Table {
  readonly rows: number;
  readonly cols: number;
}

/** Examples and a query below them, without a label: features are 1 with a density of their own, labels at random. */
export function randomTable(random: () => number, { rows, cols }: Table): number[][] {
  const density = random();
  return Array.from({ length: rows }, (_, row) => [
    ...Array.from({ length: cols - 1 }, () => (random() < density ? 1 : 0)),
    row === rows - 1 ? 0 : Math.floor(random() * 2),
  ]);
}

/** Features in -1 and +1, the last of them always +1. */
export const signsOf = (row: readonly number[]): number[] =>
  row.map((bit, at) => (at === row.length - 1 || bit ? 1 : -1));

/** The same with the labels of a hidden threshold of weights from -3 to 3, half of the time with wrong ones among them. */
export function thresholdTable(random: () => number, { rows, cols }: Table): number[][] {
  const hidden = Array.from({ length: cols }, () => Math.floor(random() * 7) - 3);
  const noise = random() < 0.5 ? 0 : random() / 2;
  return Array.from({ length: rows }, (_, row) => {
    const bits = Array.from({ length: cols }, () => Math.floor(random() * 2));
    const sum = signsOf(bits).reduce((total, value, at) => total + value * hidden[at]!, 0);
    const label = sum > 0 !== random() < noise ? 1 : 0;
    return [...bits.slice(0, -1), row === rows - 1 ? 0 : label];
  });
}
