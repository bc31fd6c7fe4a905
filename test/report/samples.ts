// Runs drawn by hand, small enough to check by eye, that show everything a picture can have.

import { bounds, type Grid, type Shape } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import type { Frame } from "../../src/report/frames.ts";
import { chooseView, type PictureField, type PictureView, type Subject } from "../../src/report/view.ts";

export interface Sample {
  readonly view: PictureView;
  readonly frames: readonly Frame[];
}

const BIT = { kind: "bit" } as const;

export function field(
  name: string,
  role: PictureField["role"],
  type: PictureField["type"] = BIT,
): PictureField {
  return { name, role, type };
}

/** A grid of fields, each written as rows of digits. */
export function gridOf(planes: Readonly<Record<string, readonly string[]>>): Grid {
  const rows = Object.values(planes)[0]!;
  return {
    rows: rows.length,
    cols: rows[0]!.length,
    planes: Object.fromEntries(
      Object.entries(planes).map(([name, lines]) => [name, Int32Array.from(lines.join(""), Number)]),
    ),
  };
}

const mask = (...lines: readonly string[]): Uint8Array => Uint8Array.from(lines.join(""), Number);

export const frame = (step: number, grid: Grid, marks: Partial<Frame> = {}): Frame => ({
  step,
  grid,
  completed: null,
  halted: null,
  ...marks,
});

/** Frames of random values, without marks. */
export function randomFrames(
  shape: Shape,
  fields: readonly PictureField[],
  count: number,
  seed: number,
): Frame[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, step) => {
    const planes = fields.map(({ name, type }): [string, Int32Array] => {
      const { lo, hi } = bounds(type);
      const size = shape.rows * shape.cols;
      return [name, Int32Array.from({ length: size }, () => lo + random.int(hi - lo + 1))];
    });
    return frame(step, { ...shape, planes: Object.fromEntries(planes) });
  });
}

export function sample(
  title: string,
  fields: readonly PictureField[],
  frames: readonly Frame[],
  { show, predict = null }: { readonly show?: readonly string[]; readonly predict?: string | null } = {},
): Sample {
  const subject: Subject = { fields, predict };
  return { view: chooseView(title, subject, show, frames), frames };
}

const states = ["idle", "left", "right", "up", "down", "carry", "copy", "erase", "halt", "loop"];

/** The golden pictures, by name. */
export const samples: Readonly<Record<string, Sample>> = {
  learner: sample(
    "a learner: answer, wavefront and halted cells",
    [field("x", "input"), field("todo", "state")],
    [
      frame(0, gridOf({ x: ["101", "010"] }), { completed: mask("000", "000"), halted: mask("000", "000") }),
      frame(1, gridOf({ x: ["111", "010"] }), { completed: mask("100", "000"), halted: mask("000", "000") }),
      frame(3, gridOf({ x: ["111", "110"] }), { completed: mask("101", "010"), halted: mask("110", "000") }),
      frame(9, gridOf({ x: ["111", "111"] }), { completed: mask("010", "101"), halted: mask("111", "111") }),
    ],
    { predict: "x" },
  ),
  output: sample(
    "an output, with its input as dots",
    [field("x", "input"), field("p", "output")],
    [
      frame(0, gridOf({ x: ["1011"], p: ["0000"] })),
      frame(1, gridOf({ x: ["1011"], p: ["1011"] })),
      frame(4, gridOf({ x: ["1011"], p: ["1101"] })),
    ],
  ),
  range: sample(
    "numbers",
    [field("n", "input", { kind: "range", lo: 0, hi: 7 })],
    [frame(0, gridOf({ n: ["0123", "7654"] })), frame(2, gridOf({ n: ["0023", "7755"] }))],
  ),
  ramp: sample(
    "more numbers than shades",
    [field("n", "input", { kind: "range", lo: -100, hi: 99 })],
    [
      frame(0, {
        rows: 10,
        cols: 20,
        planes: { n: Int32Array.from({ length: 200 }, (_, at) => at - 100) },
      }),
    ],
  ),
  enums: sample(
    "an enum with symbols, a head, and states beyond the palette",
    [
      field("tape", "input", { kind: "enum", names: ["blank", "zero", "one"], symbols: ["_", "0", "1"] }),
      field("head", "state", { kind: "enum", names: states }),
    ],
    [
      frame(0, gridOf({ tape: ["0121", "2100"], head: ["1000", "0000"] })),
      frame(1, gridOf({ tape: ["0111", "2100"], head: ["0250", "0000"] })),
      frame(2, gridOf({ tape: ["0112", "2100"], head: ["0089", "0000"] })),
    ],
  ),
  fields: sample(
    "several fields",
    [
      field("x", "input", { kind: "enum", names: ["rest", "west", "east", "done"] }),
      field("busy", "state"),
      field("lead", "state"),
    ],
    [
      frame(0, gridOf({ x: ["0123"], busy: ["0101"], lead: ["1100"] })),
      frame(10, gridOf({ x: ["3210"], busy: ["0000"], lead: ["1111"] })),
    ],
    { show: ["x", "busy", "lead"] },
  ),
  bands: sample(
    "long rows go below one another",
    [field("x", "input")],
    randomFrames({ rows: 2, cols: 60 }, [field("x", "input")], 5, 1),
  ),
  escapes: sample(
    'a <title> & "quotes" \u0007 \ud800 in \u{1f600}, cut short because it is much too long for so small a picture',
    [field("x", "input", { kind: "enum", names: ["a", "b"], symbols: ["<", "&"] })],
    [frame(0, gridOf({ x: ["01"] }))],
  ),
  single: sample("one cell", [field("x", "input")], [frame(0, gridOf({ x: ["1"] }))]),
};
