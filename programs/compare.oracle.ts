import { size } from "./draw.ts";
import type { Oracle, Rows } from "./oracle.ts";

const numbers = (rows: Rows, digits: number) =>
  rows.map((row) => BigInt(`0b${row.slice(0, digits).join("")}`));

export default {
  generate(random, shape = { rows: size(random, 4), cols: size(random, 24) }) {
    const bit = () => Math.floor(random() * 2);
    const a = Array.from({ length: shape.rows }, () => Array.from({ length: shape.cols }, bit));
    // The two agree for a while, or for ever.
    const b = a.map((row) => {
      const equal = Math.floor(random() * 2 * shape.cols);
      return row.map((value, i) => (i < equal ? value : bit()));
    });
    return { ...shape, planes: { a, b } };
  },
  solve({ a, b }) {
    const columns = a![0]!.map((_, col) => {
      const [first, second] = [numbers(a!, col + 1), numbers(b!, col + 1)];
      return first.map((value, row) => (value === second[row] ? 0 : value > second[row]! ? 2 : 1));
    });
    return { planes: { a_is: a!.map((_, row) => columns.map((column) => column[row]!)) } };
  },
  steps: () => 1,
} satisfies Oracle;
