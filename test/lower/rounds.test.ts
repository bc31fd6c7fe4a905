// Programs with loops of as many rounds as rows or columns, against the interpreter.

import { describe, expect, test } from "vitest";
import { checkProgram, compile } from "../../src/compile.ts";
import { lower } from "../../src/compiler/lower/lower.ts";
import { schedule } from "../../src/compiler/schedule/schedule.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { interpret } from "../../src/engines/reference.ts";
import { ruleEngine } from "../../src/engines/rule.ts";
import { runNetwork } from "../../src/engines/run.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { proveNetwork } from "../../src/proof/prove/prove.ts";
import { pick } from "../random-body.ts";
import { again, cases, SEED } from "../seed.ts";
import { runLocally } from "../verify/local-time.ts";

/** Bodies of several kinds: what they assign depends on neighbours, and on how many rounds there were. */
const EACH = [
  "each { x = x xor up.x xor left.y }",
  "each { x = y xor down.x y = x or right.x }",
  "each { n = (n + x + upleft.n) % 5 }",
  "each { y = count(around.x) > 3 xor at top n = if y then (n + 1) % 5 else n }",
];
const SWEPT = [
  "sweep down { x = up.x xor y }",
  "sweep up { y = down.y or x xor up.y }",
  "sweep left { n = (n + right.n + x) % 5 }",
  "sweep down right { x = y xor up.x xor left.x y = down.x }",
  "if any(x and n == 2) { each { x = not x } } else { sweep up left { y = down.y xor x xor right.x } }",
];

/** A loop, with others inside; `left` are the loops that may be inside one another. */
function loop(random: Random, bodies: readonly string[], left: number): string {
  const item = (): string =>
    left > 0 && random.int(3) === 0 ? loop(random, bodies, left - 1) : pick(random, bodies);
  const items = Array.from({ length: 1 + random.int(2) }, item);
  const ends = random.int(3) > 0 ? [] : [`each { k = (k + 1) % 8 } break when k == ${random.int(8)}`];
  items.splice(random.int(items.length + 1), 0, ...ends);
  const count = pick(random, ["rows", "cols", "rows", "cols", "2"]);
  return `repeat ${count} times { ${items.join(" ")} }`;
}

const FIELDS = "input x: bit input y: bit output n: 0..4 state k: 0..7";

function program(random: Random): string {
  const bodies = random.int(2) === 0 ? EACH : [...EACH, ...SWEPT];
  const parts = Array.from({ length: 1 + random.int(3) }, () => loop(random, bodies, 1));
  const halt = random.int(4) === 0 ? ["halt when n == 3 and x"] : [];
  const before = random.int(4) === 0 ? [pick(random, bodies)] : [];
  return `program p { ${FIELDS} ${[...before, ...parts, ...halt, pick(random, bodies)].join(" ")} }`;
}

const PROGRAMS = cases(150);

test(`${PROGRAMS} random programs do what the interpreter does, in local time, seed ${SEED}`, {
  timeout: 300_000,
}, () => {
  const kinds = new Set<string>();
  for (let at = 0; at < PROGRAMS; at++) {
    const random = seededRandom(SEED + at);
    const text = program(random);
    const { checked } = checkProgram({ name: "random", text });
    const rule = schedule(lower(checked));
    kinds.add(rule.schedule.kind);
    const engine = ruleEngine(rule);
    const inputs = rule.fields.filter(({ role }) => role === "input");
    for (let grid = 0; grid < 3; grid++) {
      const input = randomGrid({ rows: 1 + random.int(12), cols: 1 + random.int(12) }, inputs, random);
      const run = runLocally(checked, rule, input, 60, engine);
      if (run.fault !== null)
        expect.fail(`${run.fault}\non ${input.rows}x${input.cols}, ${again(SEED + at)}\n${text}`);
    }
  }
  expect(kinds).toContain("lockstep");
  expect(kinds).toContain("clock-of-three");
});

describe.each([
  ["rows", "repeat rows times { each { x = x xor up.x } }", (rows: number) => rows],
  ["columns", `repeat cols times { ${EACH[3]} }`, (_: number, cols: number) => cols],
  [
    "both",
    "repeat rows times { each { x = x xor up.x } } repeat cols times { each { y = y or left.y } }",
    (rows: number, cols: number) => rows + cols,
  ],
  ["rounds of two passes", `repeat rows times { ${EACH[0]} ${EACH[1]} }`, (rows: number) => 2 * rows],
  [
    "a loop in a loop",
    "repeat cols times { each { x = x xor up.x } repeat 3 times { each { y = y xor left.x } } }",
    (_: number, cols: number) => 7 * cols,
  ],
])("%s", (_, body, steps) => {
  const text = `program p { ${FIELDS} ${body} }`;
  const compilation = compile({ name: "p", text });

  test.each([
    ...[
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
      [1, 9],
      [9, 1],
      [5, 8],
    ],
    ...[
      [8, 8],
      [16, 16],
      [64, 64],
      [64, 16],
      [3, 64],
    ],
  ])("on %i x %i: a step an instruction, and no other", async (rows, cols) => {
    const { checked, network } = compilation;
    const inputs = checked.fields.filter(({ role }) => role === "input");
    const input = randomGrid({ rows, cols }, inputs, seededRandom(SEED + rows * cols));
    const run = await runNetwork(network, directEngine(network), input);
    const expected = interpret(checked, input);
    expect(run.halted).toBe(true);
    expect(run.steps).toBe(steps(rows, cols));
    for (const { name } of checked.fields)
      expect(run.grid.planes[name], name).toEqual(expected.grid.planes[name]);
  });

  test("is proved", async () => {
    const { outcome, reason } = await proveNetwork(compilation, compilation.network);
    expect({ outcome, reason }).toEqual({ outcome: "proved", reason: null });
  });
});
