// Rule trees of Golly, read and run as its manual says.

export interface Tree {
  readonly states: number;
  readonly neighbours: number;
  /** Depth, then a child per state. */
  readonly nodes: readonly (readonly number[])[];
}

/** Throws where the text is no rule tree. */
export function readTree(text: string): Tree {
  const lines = text.slice(text.indexOf("@TREE")).trimEnd().split("\n").slice(1);
  const [states, neighbours, count] = lines.slice(0, 3).map((line) => Number(line.split("=")[1]));
  const nodes = lines.slice(3).map((line) => line.split(" ").map(Number));
  if (nodes.length !== count || nodes.at(-1)![0] !== neighbours! + 1)
    throw new Error(`${nodes.length} nodes of ${count}, the last of depth ${nodes.at(-1)?.[0]}`);
  for (const [at, [depth, ...children]] of nodes.entries()) {
    const isSound = (child: number) =>
      depth === 1 ? child < states! : child < at && nodes[child]![0] === depth! - 1;
    if (children.length !== states || !children.every(isSound))
      throw new Error(`node ${at} is not sound: ${depth} ${children.join(" ")}`);
  }
  return { states: states!, neighbours: neighbours!, nodes };
}

const ORDERS: Readonly<Record<number, readonly (readonly [number, number])[]>> = {
  4: [
    [-1, 0],
    [0, -1],
    [0, 1],
    [1, 0],
    [0, 0],
  ],
  8: [
    [-1, -1],
    [-1, 1],
    [1, -1],
    [1, 1],
    [-1, 0],
    [0, -1],
    [0, 1],
    [1, 0],
    [0, 0],
  ],
};

/** The next states; cells off the grid are in state 0. */
export function stepByTree({ neighbours, nodes }: Tree, rows: readonly (readonly number[])[]): number[][] {
  return rows.map((line, row) =>
    line.map((_, col) => {
      let found = nodes.length - 1;
      for (const [down, right] of ORDERS[neighbours]!)
        found = nodes[found]![1 + (rows[row + down]?.[col + right] ?? 0)]!;
      return found;
    }),
  );
}
