// What a learner is asked: the examples above, the query in the last row, and the answer in its last cell.

import { bounds, type Grid } from "../../grid/grid.ts";
import { prepareInput } from "../../grid/prepare.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import type { Example, Sign } from "./memory-layer.ts";

/** The prepared grid of examples and a query; `one` is the sign of the input's last value. */
export function questionGrid(
  program: CheckedProgram,
  examples: readonly Example[],
  query: readonly Sign[],
  one: Sign = 1,
): Grid {
  const cells = [...examples.flatMap(({ features, label }) => [...features, label]), ...query, -one];
  const input = program.fields.find(({ role }) => role === "input")!;
  const { lo, hi } = bounds(input.type);
  const planes = { [input.name]: Int32Array.from(cells, (sign) => (sign === one ? hi : lo)) };
  return prepareInput(program, { rows: examples.length + 1, cols: query.length + 1, planes });
}
