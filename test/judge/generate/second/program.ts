// A second generator of random programs, by another hand: what the first writes is not all that people do. Fields are
// wider and expressions deeper, all fields may be written everywhere, and nothing is written to be small.

import { Random } from "../../random.ts";
import type { Drawn } from "../program.ts";
import { condition, DIRECTIONS, type Scope, valueFor } from "./expressions.ts";
import { declarationOf, drawFields } from "./fields.ts";

/** Program number `index` of a campaign. */
export function drawSecond(seed: number, index: number): Drawn {
  const random = new Random(seed, index);
  const fields = drawFields(random);
  const hasMid = random.chance(0.4);
  const scope: Scope = { random, fields, places: DIRECTIONS, hasMid };
  const lines = [
    "program r {",
    `param k = ${random.between(1, 4)}`,
    ...(hasMid ? ["fn mid(a, b, c) = max(min(a, b), min(max(a, b), c))"] : []),
    ...fields.all.map((field) => declarationOf(random, field)),
    instructions(scope, 1, random.between(1, 2)),
    "}",
  ];
  return { kind: "second", wide: false, text: `${lines.join("\n")}\n` };
}

const several = (count: number, make: () => string): string => Array.from({ length: count }, make).join("\n");

const instructions = (scope: Scope, depth: number, count: number): string =>
  several(count, () => instruction(scope, depth));

function instruction(scope: Scope, depth: number): string {
  const { random } = scope;
  const block = (most: number) => `{\n${instructions(scope, depth - 1, random.between(1, most))}\n}`;
  const pass = (places: Scope["places"]) =>
    `{\n${statements({ ...scope, places }, 1, random.between(1, 3))}\n}`;
  const kind = random.weighted([
    [depth > 0 ? 15 : 0, "times"],
    [depth > 0 ? 10 : 0, "ask"],
    [depth > 0 ? 5 : 0, "loop"],
    [35, "each"],
    [40, "sweep"],
  ]);
  switch (kind) {
    case "times":
      return `repeat ${random.pick(["2", "3", "rows", "cols"])} times ${block(2)}`;
    case "ask":
      return `if ${random.pick(["any", "all"])}(${condition(scope, 1)}) ${block(1)} else ${block(1)}`;
    case "loop":
      return `loop {\n${instructions(scope, depth - 1, random.between(1, 2))}\nhalt when ${condition(scope, 1)}\n}`;
    case "each":
      return `each ${pass(DIRECTIONS)}`;
    case "sweep": {
      const [way, open] = random.pick(SWEEPS);
      return `sweep ${way} ${pass(DIRECTIONS.filter((place) => !open.includes(place)))}`;
    }
  }
}

/** Directions of sweeps, and the diagonals whose age they leave open. */
const SWEEPS: readonly (readonly [way: string, open: readonly string[]])[] = [
  ["up", []],
  ["down", []],
  ["left", []],
  ["right", []],
  ["down right", ["upright", "downleft"]],
  ["up left", ["upright", "downleft"]],
  ["up right", ["upleft", "downright"]],
  ["down left", ["upleft", "downright"]],
];

const statements = (scope: Scope, depth: number, count: number): string =>
  several(count, () => statement(scope, depth));

function statement(scope: Scope, depth: number): string {
  const { random, fields } = scope;
  const assignment = () => {
    const field = random.pick(fields.all);
    return `${field.name} = ${valueFor(scope, field)}`;
  };
  const block = (most: number) => `{\n${statements(scope, depth - 1, random.between(1, most))}\n}`;
  const kind = random.weighted([
    [depth > 0 ? 30 : 0, "if"],
    [depth > 0 && fields.enums.length > 0 ? 10 : 0, "match"],
    [60, "assign"],
  ]);
  switch (kind) {
    case "if":
      return (
        `if ${condition(scope, 2)} ${block(2)}` +
        (random.chance(0.5) ? ` else if ${condition(scope, 2)} ${block(1)}` : "") +
        (random.chance(0.6) ? ` else ${block(2)}` : "")
      );
    case "match":
      return `match ${random.pick(fields.enums).name} {\nred => ${block(1)}\ngreen, gold => ${assignment()},\nelse => {}\n}`;
    case "assign":
      return assignment();
  }
}
