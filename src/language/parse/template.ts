// The files that `tapeloom new NAME` begins with: a small program that is right as it stands, and an oracle that
// says the same in another way. Both are meant to be changed, and say where.

import { InputError } from "../../diagnostics/diagnostic.ts";
import { KEYWORDS } from "./lexer.ts";

export interface Template {
  readonly program: string;
  readonly oracle: string;
  /** A grid to run the program on. */
  readonly input: string;
}

/** Throws InputError if a program cannot have that name. */
export function newProgram(name: string): Template {
  if (!/^[\p{L}_][\p{L}\d_]*$/u.test(name) || KEYWORDS.has(name))
    throw new InputError(
      `${JSON.stringify(name)} cannot be the name of a program; ` +
        "take letters, digits and _, beginning with a letter, and no word of the language",
    );
  return { program: programOf(name), oracle: ORACLE, input: INPUT };
}

const programOf = (
  name: string,
): string => `// How far away is the nearest marked cell to the left, counting at most to 9?
//
// Every cell holds the fields below. Each instruction visits every cell of the grid once: \`each\` all cells at
// the same time, \`sweep right\` every cell after its left neighbour, so that \`left.f\` is the new value there.
program ${name} {
  input marked: bit
  output distance: 0..9 = 9          // 9 also means: there is none

  sweep right {
    if marked {
      distance = 0
    } else if at left {
      distance = 9
    } else {
      distance = min(left.distance + 1, 9)
    }
  }
}
`;

const ORACLE = `// The same by other means: for each cell, look for the nearest marked cell with a plain loop.

const size = (random, most) => 1 + Math.floor(random() * most);

export default {
  /** A random problem, of the shape asked for or a random one; \`random\` is uniform in [0, 1). */
  generate(random, shape = { rows: size(random, 8), cols: size(random, 14) }) {
    const density = random();
    const cell = () => (random() < density ? 1 : 0);
    const marked = Array.from({ length: shape.rows }, () => Array.from({ length: shape.cols }, cell));
    return { ...shape, planes: { marked } };
  },

  /** What the output fields must hold at the end. */
  solve({ marked }) {
    const distance = marked.map((row) =>
      row.map((_, col) => {
        for (let steps = 0; steps <= col && steps < 9; steps++) if (row[col - steps] === 1) return steps;
        return 9;
      }),
    );
    return { planes: { distance } };
  },

  /** How many instructions the program runs until it ends. */
  steps: () => 1,
};
`;

const INPUT = `0 0 1 0 0 0
0 0 0 0 0 0
1 0 0 1 1 0
`;
