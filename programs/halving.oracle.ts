// The experts as a list, from which those leave that are wrong about an example. Votes rest at 63, feature by feature.

import { size } from "./draw.ts";
import type { Oracle } from "./oracle.ts";

const ROOM = 63;

export default {
  generate(random, shape = { rows: size(random, 8), cols: size(random, 12) }) {
    const { rows, cols } = shape;
    const [right, flipped] = [Math.floor(random() * (cols - 1)), Math.floor(random() * 2)];
    const noise = random() < 0.7 ? 0 : random() / 3;
    const x = Array.from({ length: rows }, (_, row) => {
      const features = Array.from({ length: cols - 1 }, () => Math.floor(random() * 2));
      const label = ((features[right] ?? 0) + flipped + (random() < noise ? 1 : 0)) % 2;
      return [...features, row === rows - 1 ? 0 : label];
    });
    return { rows, cols, planes: { x } };
  },
  solve({ x }) {
    const features = x![0]!.length - 1;
    const experts = Array.from({ length: 2 * features }, (_, at) => {
      const [col, flipped] = [Math.floor(at / 2), at % 2];
      return { col, answer: (row: readonly number[]) => (row[col]! + flipped) % 2 };
    });
    const left = experts.filter(({ answer }) =>
      x!.slice(0, -1).every((row) => answer(row) === row[features]),
    );
    const query = x![x!.length - 1]!;
    let votes = 0;
    for (let col = 0; col < features; col++) {
      const own = left.filter((expert) => expert.col === col).map(({ answer }) => 2 * answer(query) - 1);
      const sum = own.reduce((total, vote) => total + vote, 0);
      votes = Math.max(-ROOM, Math.min(votes + sum, ROOM));
    }
    return { prediction: votes > 0 ? 1 : 0 };
  },
  steps: () => 3,
} satisfies Oracle;
