// What learners are compared with: a decision tree and logistic regression, as textbooks have them.

type Bits = readonly number[];

/** Answers queries after it has seen rows of bits, the label last. */
export type Method = (examples: readonly Bits[]) => (query: Bits) => number;

/** CART: splits by the Gini impurity until leaves are pure or no split helps; not pruned (Breiman and others 1984). */
export const decisionTree: Method = (examples) => {
  const label = examples[0]!.length - 1;
  const grow = (rows: readonly Bits[]): ((query: Bits) => number) => {
    const ones = rows.filter((row) => row[label] === 1).length;
    const majority = 2 * ones > rows.length ? 1 : 0;
    if (ones === 0 || ones === rows.length) return () => majority;
    let best = { feature: -1, impurity: Number.POSITIVE_INFINITY };
    for (let feature = 0; feature < label; feature++) {
      const sides = [
        [0, 0],
        [0, 0],
      ];
      for (const row of rows) sides[row[feature]!]![row[label]!]!++;
      if (sides.some(([no, yes]) => no! + yes! === 0)) continue;
      const impurity = sides.reduce((sum, [no, yes]) => sum + (2 * no! * yes!) / (no! + yes!), 0);
      if (impurity < best.impurity) best = { feature, impurity };
    }
    const { feature } = best;
    if (feature < 0) return () => majority;
    const [without, having] = [0, 1].map((value) => grow(rows.filter((row) => row[feature] === value)));
    return (query) => (query[feature] === 1 ? having! : without!)(query);
  };
  return grow(examples);
};

/** Steps of Newton's method, and the weight of the squared weights: the smallest that keeps separable data finite. */
const [NEWTON, RIDGE] = [25, 1e-3];

/** Maximum likelihood with a little ridge, by Newton's method. */
export const logisticRegression: Method = (examples) => {
  const label = examples[0]!.length - 1;
  const inputs = examples.map((row) => [1, ...row.slice(0, label)]);
  let weights = new Array<number>(label + 1).fill(0);
  const scoreOf = (input: Bits): number => input.reduce((sum, value, at) => sum + value * weights[at]!, 0);
  for (let step = 0; step < NEWTON; step++) {
    const gradient = weights.map((weight) => -RIDGE * weight);
    const curvature = weights.map((_, row) => weights.map((__, col) => (row === col ? RIDGE : 0)));
    for (const [at, input] of inputs.entries()) {
      const chance = 1 / (1 + Math.exp(-scoreOf(input)));
      const spread = chance * (1 - chance);
      for (const [row, value] of input.entries()) {
        if (value === 0) continue;
        gradient[row]! += value * (examples[at]![label]! - chance);
        for (const [col, other] of input.entries()) if (other !== 0) curvature[row]![col]! += spread;
      }
    }
    const change = solve(curvature, gradient);
    const size = Math.max(...change.map(Math.abs));
    // Newton's steps are cut where they would go too far.
    weights = weights.map((weight, at) => weight + change[at]! * Math.min(1, 5 / size));
    if (size < 1e-6) break;
  }
  return (query) => (scoreOf([1, ...query.slice(0, label)]) > 0 ? 1 : 0);
};

/** Solves equations by Gauss with pivots; the matrix is symmetric and positive definite. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, at) => [...row, right[at]!]);
  for (let pivot = 0; pivot < rows.length; pivot++) {
    const best = rows
      .slice(pivot)
      .reduce((found, row) => (Math.abs(row[pivot]!) > Math.abs(found[pivot]!) ? row : found));
    const at = rows.indexOf(best);
    [rows[pivot], rows[at]] = [best, rows[pivot]!];
    for (const row of rows) {
      if (row === best) continue;
      const factor = row[pivot]! / best[pivot]!;
      if (factor !== 0) for (let col = pivot; col < row.length; col++) row[col]! -= factor * best[col]!;
    }
  }
  return rows.map((row, at) => row.at(-1)! / row[at]!);
}
