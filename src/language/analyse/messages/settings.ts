// Messages about what a program says of its grids and runs (TL6xx): `ends`, `steps`, `grid`, `workspace`, `place`.

import { error, type Span } from "../../../diagnostics/diagnostic.ts";

const IMPOSSIBLE = {
  grid: { least: 1, message: "A grid has at least one row and one column." },
  cell: { least: 1, message: "Rows and columns are counted from 1." },
  margin: { least: 0, message: "A workspace only adds rows and columns." },
} as const;

export const aboutSettings = {
  settingTwice: (span: Span, text: string, earlier: Span) =>
    error("TL601", span, `\`${text}\` stands twice.`, {
      found: `a second \`${text}\``,
      expected: `at most one \`${text}\``,
      hint: "remove one of the two",
      related: [{ span: earlier, message: "the first one is here" }],
    }),

  endsWhenAny: (span: Span) =>
    error("TL602", span, "A run ends when all cells agree that it does.", {
      found: "`any(...)`",
      expected: "`all(...)`",
      hint: "let the cell tell the others, step by step, and end when all have heard of it",
    }),

  endsSeesNeighbour: (span: Span, text: string) =>
    error("TL603", span, "Whether a run ends is asked of each cell alone.", {
      found: `\`${text}\``,
      expected: "the cell's own fields",
      hint: "note it in a field of the cell, and ask for that field",
    }),

  assertSeesNeighbour: (span: Span, text: string) =>
    error("TL611", span, "What holds after every instruction is said of each cell alone.", {
      found: `\`${text}\``,
      expected: "the cell's own fields",
      hint: "put the `assert` into an `each` or `sweep`, where a cell sees its neighbours",
    }),

  /** `by`: the instruction that takes cells out of step. */
  endsOutOfStep: (span: Span, by: string, other: Span) =>
    error("TL604", span, `In a program with ${by}, cells are not all at the same instruction at once.`, {
      found: `\`ends when\` in a program with ${by}`,
      expected: "a program of `each`, `loop`, `halt`, `break` and `repeat ... times`",
      hint: "let cells `halt` one by one instead",
      related: [{ span: other, message: "this one goes through the grid as a wave" }],
    }),

  notASize: (span: Span, text: string, expected: string) =>
    error("TL605", span, `This must be ${expected} that depends on the size of the grid alone.`, {
      found: `\`${text}\``,
      expected: "`rows`, `cols`, numbers and params, joined by + - * / min max",
      hint: "conditions are comparisons of such numbers, joined by `and`, `or`, `xor` and `not`",
    }),

  /** A size that is known to be too small for what it is. */
  impossibleSize: (span: Span, value: number, of: keyof typeof IMPOSSIBLE) => {
    const { least, message } = IMPOSSIBLE[of];
    if (value >= least) return null;
    return error("TL606", span, message, { found: `${value}`, expected: `${least} or more` });
  },

  sameAxis: (span: Span, one: string, other: string) =>
    error("TL607", span, `No cell is named by \`${one} ${other}\`.`, {
      found: `\`${one} ${other}\``,
      expected: "one side, or one of top and bottom with one of left and right",
      hint: "write `top left`, or `row 1 column 3` for any other cell",
    }),

  placesInput: (span: Span, field: string) =>
    error("TL608", span, `\`${field}\` is an input: the input file says what its cells hold.`, {
      found: `a value for the input \`${field}\``,
      expected: "an `output` or a `state`",
      hint: `declare \`${field}\` as \`output\` or \`state\``,
    }),

  stepsOfEndless: (span: Span, loop: Span) =>
    error("TL609", span, "This program never ends by itself, so its steps cannot be bounded.", {
      found: "`steps` in a program that never ends",
      expected: "`halt when ...`, `break when ...` or `ends when all(...)`",
      related: [{ span: loop, message: "this loop goes on for ever" }],
    }),

  workspaceWithoutHead: (span: Span) =>
    error("TL612", span, "There is no head that would need more room.", {
      found: "`workspace auto` in a program without a machine that starts somewhere",
      expected: "`machine on ... { start ... }`",
      hint: "say how many cells are added, `workspace left 3, right cols`, or where the machine starts",
    }),

  workspaceOfLearner: (span: Span, predict: Span) =>
    error("TL610", span, "A learner answers in the last row and column, so nothing comes behind them.", {
      found: "a workspace behind the data of a learner",
      expected: "a workspace on the top or the left, or none",
      hint: "remove it, or add the room on the other side",
      related: [{ span: predict, message: "the program is a learner because of this" }],
    }),
};
