// Random programs in which a field may or may not be a token: cells take values from their neighbours or keep them, under
// conditions that mostly fit together, as those of a machine's head do, and sometimes do not.

import type { Random } from "../../src/grid/random.ts";

export interface TokenProgram {
  readonly text: string;
  /** Places where the field has another value at the start. */
  readonly placed: number;
}

const VALUES = ["a", "b"] as const;
type Move = "left" | "right" | "stay" | "gone";
const MOVES: readonly Move[] = ["left", "right", "stay", "gone"];

/** One line of cells, `t` the field in question, `x` a bit that is given and never changes, `u` one that all cells share. */
export function randomTokens(random: Random): TokenProgram {
  const pick = <T>(list: readonly T[]): T => list[random.int(list.length)]!;
  const cases = VALUES.flatMap((value) => {
    const condition = pick(["x", "right.x", "left.x", "x xor right.x", "left.x and x", "at right"]);
    return [true, false].map((holds) => ({
      value,
      condition: holds ? condition : `not (${condition})`,
      move: pick(MOVES),
      to: pick(VALUES),
    }));
  });
  // What the holder of a token reads, as its neighbour on one side reads it: only one cell further can be seen.
  const rules = cases.flatMap(({ value, condition, move, to }) => {
    const seen = seenFrom(condition, move);
    return move === "gone" || seen === null ? [] : [`(${from[move]}t == ${value} and (${seen})): ${to}`];
  });
  const spoiled = rules.map((rule) => {
    if (random.int(8) > 0) return rule;
    return pick([
      rule.replace(/ and \(.*\)\)/, ")"),
      rule.replace("left.t", "right.t"),
      rule.replace(/(?<!\.)\bx\b/, "left.x"),
    ]);
  });
  // Off the grid `u` is not set: it tells the ends of the line, also where nothing asks for edges.
  const extra = pick([
    ...Array<string[]>(22).fill([]),
    ["(left.x and not x and right.t == none): b"],
    ["(not left.u or not right.u): a"],
    ["(left.u xor right.u): b"],
  ]);
  const next = [...spoiled, ...extra].reduceRight((rest, rule) => {
    const [condition, to] = rule.split(": ");
    return `if ${condition} then ${to} else ${rest}`;
  }, "none");
  const placed = pick([0, 1, 1, 1, 2]);
  const places = ["place t = a at left", "place t = b at right"].slice(0, placed).join("\n");
  const text = `program p {
    input x: bit
    state t: enum { none, a, b }
    state u: bit = 1
    ${places}
    grid 1 x cols
    loop { each {
      t = ${next}
    } }
  }`;
  return { text, placed };
}

const from: Readonly<Record<Move, string>> = { left: "right.", right: "left.", stay: "", gone: "" };

/** A condition of the holder as the cell reads it to which it moves; null where that cannot see it. */
function seenFrom(condition: string, move: Move): string | null {
  if (move === "stay" || move === "gone") return condition;
  const [near, far] = move === "right" ? ["left", "right"] : ["right", "left"];
  if (condition.includes("at ") || condition.includes(`${near}.`)) return null;
  const mark = (text: string) => text.replace(new RegExp(`${far}\\.`, "g"), "@");
  return mark(condition).replace(/(@?)\bx\b/g, (_, isFar) => (isFar ? "x" : `${near}.x`));
}
