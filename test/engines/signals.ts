// Random programs whose grids are quiet but for a few signals: particles that turn, Turing machines, spaceships, waves
// that halt the cells they pass. And grids with a few signals on them, mostly where engines change their ways.

import type { Grid, Shape } from "../../src/grid/grid.ts";
import { bounds } from "../../src/grid/grid.ts";
import type { Random } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { withOneToken } from "../network/samples.ts";
import { readProgram } from "../programs/programs.ts";
import { randomProgram } from "../random-program.ts";

const pick = <T>(random: Random, list: readonly T[]): T => list[random.int(list.length)]!;

const DIRECTIONS = ["up", "down", "left", "right"] as const;

/** Particles of several kinds: each moves or rests, and becomes another kind, or two. */
export function particles(random: Random): string {
  const kinds = 2 + random.int(6);
  const cases = Array.from({ length: kinds }, (_, at) => at + 1).flatMap((kind) => {
    const ways = random.int(8) === 0 ? 2 : 1;
    return Array.from({ length: ways }, () => {
      // Mostly sideways: there grids are wide.
      const place =
        random.int(5) === 0 ? pick(random, ["up.", "down.", ""]) : pick(random, ["left.", "right."]);
      const next = random.int(3) === 0 ? kind : 1 + random.int(kinds);
      return `if ${place}p == ${kind} then ${next} else `;
    });
  });
  return `program particles {\n  input p: 0..${kinds}\n  loop { each { p = ${cases.join("")}0 } }\n}`;
}

/** A Turing machine of two or three states, which start somewhere; any cell may hold its head. */
function turing(random: Random): string {
  const states = ["A", "B", "C"].slice(0, 2 + random.int(2));
  const symbols = 2 + random.int(2);
  const last = states.length * symbols - 1 - random.int(symbols);
  const rules = states.flatMap((state, at) =>
    Array.from({ length: symbols }, (_, symbol) => {
      const move =
        random.int(8) === 0 ? pick(random, [...DIRECTIONS, "stay"]) : pick(random, ["left", "right"]);
      const isLast = at * symbols + symbol === last;
      const to = isLast ? "H" : symbol === 0 ? states[(at + 1) % states.length]! : pick(random, states);
      return `    ${state} ${symbol} -> ${random.int(symbols)} ${move} ${to}`;
    }),
  );
  return `program turing {\n  input tape: 0..${symbols - 1}\n  machine on tape {\n    start A at left\n    halt H\n${rules.join("\n")}\n  }\n}`;
}

/** A wave from one side, at one of two speeds, that comes back; cells halt once it has passed them so often. */
function waves(random: Random): string {
  const [there, back] = random.int(2) === 0 ? ["right", "left"] : ["left", "right"];
  const most = 2 + random.int(3);
  return `program waves {
  input slow: bit
  state seen: 0..${most}
  loop {
    sweep ${there} { seen = if seen < ${most} and (at ${back} or ${back}.seen > seen) then seen + 1 else seen }
    halt when seen >= ${most - random.int(2)} and not slow
    each { slow = 0 }
  }
}`;
}

/** The text of a program, and what it is called. */
export function randomSignals(random: Random): { readonly name: string; readonly text: string } {
  const kind = random.int(10);
  if (kind < 3) return { name: "particles", text: particles(random) };
  if (kind < 5) return { name: "turing", text: turing(random) };
  if (kind < 6) return { name: "waves", text: waves(random) };
  if (kind < 7) return readProgram(pick(random, ["life", "langton", "rule110", "wireworld"]));
  return { name: "random", text: randomProgram(random, "small").text };
}

/** Widths on both sides of where vectors, lanes, chunks, and chunks that are passed over together begin. */
export const BORDER_WIDTHS = [
  1, 2, 64, 127, 128, 129, 255, 256, 257, 640, 2047, 2048, 2049, 2050, 3584, 3585, 3840, 3841, 4094, 4095,
  4096, 4097, 4100, 4200, 8192, 9000, 16384, 16385, 20000, 131072, 131200,
] as const;

/** A shape whose number of cells stays within bounds; networks of one row only get one. */
export function wideShape(random: Random, oneRow: boolean): Shape {
  const drawn = pick(random, BORDER_WIDTHS);
  const cols = drawn > 20000 && random.int(3) > 0 ? 4000 + random.int(400) : drawn;
  return { rows: oneRow ? 1 : 1 + random.int(5), cols };
}

/** Fields that a grid may give: inputs, and a machine's head. */
const given = ({ fields }: Network) => fields.filter(({ role, name }) => role === "input" || name === "head");

/** A quiet grid with a few signals, near the borders of lanes, at the ends, or anywhere. */
export function quietGrid(network: Network, shape: Shape, random: Random): Grid {
  const { rows, cols } = shape;
  const lane = Math.ceil(cols / 128);
  const fields = given(network);
  const planes = fields.map(({ initial }) => new Int32Array(rows * cols).fill(initial));
  const patches = random.int(4) === 0 ? 8 : 1 + random.int(2);
  for (let patch = 0; patch < patches; patch++) {
    const centre = pick(random, [0, cols - 1, lane * random.int(128), random.int(cols)]);
    const row = random.int(rows);
    const size = 1 + random.int(5);
    for (let cell = 0; cell < size * size; cell++) {
      const at = [row + random.int(size), centre - 2 + random.int(size)] as const;
      if (at[0] >= rows || at[1] < 0 || at[1] >= cols) continue;
      fields.forEach(({ type }, field) => {
        const { lo, hi } = bounds(type);
        if (random.int(2) === 0) planes[field]![at[0] * cols + at[1]] = lo + random.int(hi - lo + 1);
      });
    }
  }
  const made = Object.fromEntries(fields.map(({ name }, at) => [name, planes[at]!]));
  return withOneToken(network, { rows, cols, planes: made });
}
