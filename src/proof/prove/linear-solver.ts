// Linear equations with many right sides, in whole numbers.

/** Numbers that are nearer to a whole one than this are it: the equations are those of small whole numbers. */
const NEAR = 1e-6;

/**
 * Prepares to find whole numbers w with `rows[i] . w = wanted[i]` for all i: null where no such were found. What is found
 * has been put in.
 */
export function linearSolver(
  rows: readonly (readonly number[])[],
): (wanted: readonly number[]) => readonly number[] | null {
  const width = rows[0]?.length ?? 0;
  const { independent, pivots } = basisOf(rows, width);
  const inverse = inverseOf(independent.map((row) => pivots.map((column) => rows[row]![column]!)));
  return (wanted) => {
    const found = Array.from({ length: width }, () => 0);
    for (const [at, column] of pivots.entries()) {
      const value = independent.reduce((sum, row, nth) => sum + inverse[at]![nth]! * wanted[row]!, 0);
      if (Math.abs(value - Math.round(value)) > NEAR) return null;
      found[column] = Math.round(value);
    }
    const isRight = (row: readonly number[], at: number): boolean =>
      row.reduce((sum, value, column) => sum + value * found[column]!, 0) === wanted[at];
    return rows.every(isRight) ? found : null;
  };
}

/** Rows that do not follow from those before them, and as many columns in which these are independent. */
function basisOf(rows: readonly (readonly number[])[], width: number) {
  const independent: number[] = [];
  const pivots: number[] = [];
  const reduced: number[][] = [];
  for (let at = 0; at < rows.length && pivots.length < width; at++) {
    const row = [...rows[at]!];
    for (const [nth, pivot] of pivots.entries()) subtract(row, reduced[nth]!, row[pivot]!);
    const pivot = row.findIndex((value) => Math.abs(value) > NEAR);
    if (pivot < 0) continue;
    independent.push(at);
    pivots.push(pivot);
    reduced.push(row.map((value) => value / row[pivot]!));
  }
  return { independent, pivots };
}

function subtract(row: number[], other: readonly number[], factor: number): void {
  if (factor !== 0) for (const [at, value] of other.entries()) row[at]! -= factor * value;
}

/** The inverse of a matrix that has one, by elimination. */
function inverseOf(matrix: readonly (readonly number[])[]): number[][] {
  const size = matrix.length;
  const rows = matrix.map((row, at) => [...row, ...row.map((_, col) => (col === at ? 1 : 0))]);
  for (let col = 0; col < size; col++) {
    const largest = rows
      .slice(col)
      .reduce(
        (best, row, nth) => (Math.abs(row[col]!) > Math.abs(rows[best]![col]!) ? col + nth : best),
        col,
      );
    [rows[col], rows[largest]] = [rows[largest]!, rows[col]!];
    const scale = rows[col]![col]!;
    rows[col] = rows[col]!.map((value) => value / scale);
    for (const [at, row] of rows.entries()) if (at !== col) subtract(row, rows[col]!, row[col]!);
  }
  return rows.map((row) => row.slice(size));
}
