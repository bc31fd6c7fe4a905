import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkProgram, compile } from "../../src/compile.ts";
import { lower } from "../../src/compiler/lower/lower.ts";
import { schedule } from "../../src/compiler/schedule/schedule.ts";
import { interpret } from "../../src/engines/reference.ts";
import { runRule } from "../../src/engines/rule.ts";

const lowered = (body: string) => lower(checkProgram({ name: "p", text: `program p {\n${body}\n}` }).checked);
const gallery = (name: string) =>
  lower(
    checkProgram({ name, text: readFileSync(new URL(`../../programs/${name}.alg`, import.meta.url), "utf8") })
      .checked,
  );
const labels = (body: string) => lowered(body).instructions.map(({ label }) => label.replace(/ \(.*/, ""));
const hidden = (body: string) =>
  lowered(body)
    .fields.filter(({ role }) => role === "hidden")
    .map(({ name, type }) => `${name}: ${type.kind === "range" ? `${type.lo}..${type.hi}` : type.kind}`);

const A = "input a: bit\nstate n: 0..3\n";
const STEP = "each { n = min(n + 1, 3) }";

describe("passes", () => {
  test("a line of the program is a line of the listing", () => {
    expect(lowered(`${A}sweep down left { a = up.a }`).instructions[0]).toMatchObject({
      label: "sweep down left (line 4)",
      completes: 0,
      next: { tag: "end" },
    });
  });

  test("writes are the fields that change, in terms of values before", () => {
    const { instructions } = lowered(`${A}each { n = 3 n = n a = not a a = not a if a { n = n } }`);
    const { writes } = instructions[0]!;
    expect(writes).toEqual([{ field: "n", value: expect.objectContaining({ tag: "constant", value: 3 }) }]);
  });

  test("only fields that the pass writes have an old and a new value", () => {
    const ages = (body: string) => {
      const { value } = lowered(body).instructions[0]!.writes.find(({ field }) => field === "n")!;
      return JSON.stringify(value)
        .match(/"place":"\w+","age":"\w+"/g)!
        .sort();
    };
    const body = (written: string) =>
      `${A}sweep right { n = if left.a then 1 else if right.a then 2 else n ${written} }`;
    expect(ages(body(""))).toEqual([
      '"place":"here","age":"now"',
      '"place":"left","age":"now"',
      '"place":"right","age":"now"',
    ]);
    expect(ages(body("a = not a"))).toEqual([
      '"place":"here","age":"now"',
      '"place":"left","age":"new"',
      '"place":"right","age":"old"',
    ]);
  });
});

describe("halting", () => {
  test("a halted cell that nothing can change needs no memory of it", () => {
    for (const name of ["gf2", "sort"]) {
      const program = gallery(name);
      expect(
        program.fields.filter(({ role }) => role === "hidden"),
        name,
      ).toEqual([]);
      expect(program.instructions).toHaveLength(1);
      expect(program.halted).not.toBe(program.expressions.zero);
    }
  });

  test("otherwise a bit remembers, and guards every field of the program", () => {
    const program = lowered(`${A}loop { each { a = not a } ${STEP} halt when n == 2 }`);
    expect(program.fields.map(({ name }) => name)).toEqual(["a", "n", "halted"]);
    const values = program.instructions.map(({ writes }) =>
      writes.map(({ field, value }) => [field, value.tag]),
    );
    // In each cell: unless halted, the new value.
    expect(values).toEqual([
      [["a", "choose"]],
      [
        ["n", "choose"],
        ["halted", "or"],
      ],
    ]);
  });

  test("where `ends` counts halted cells, it matters when they halted", () => {
    const turn = "each { if not a { n = if n == 0 then 3 else n - 1 } }";
    const { checked } = checkProgram({
      name: "p",
      text: `program p { input a: bit input n: 0..3 ends when all(n == 0 and not a)
        loop { ${turn} ${turn} halt when a } }`,
    });
    // The left cell halts after the second pass, when n has left 0 again in the right cell.
    const grid = { rows: 1, cols: 2, planes: { a: Int32Array.of(1, 0), n: Int32Array.of(2, 1) } };
    expect(interpret(checked, grid)).toMatchObject({ instructions: 5, halted: true });
    expect(runRule(schedule(lower(checked)), grid, 20)).toMatchObject({ steps: 5, halted: true });
  });

  test("a look at a neighbour, or at the edge, is an instruction of its own", () => {
    expect(labels(`${A}loop { ${STEP} halt when n == 3 halt when a }`)).toEqual(["each"]);
    expect(labels(`${A}loop { ${STEP} halt when up.a halt when a }`)).toEqual(["each", "halt", "halt"]);
    expect(labels(`${A}loop { ${STEP} halt when at top }`)).toEqual(["each", "halt"]);
    expect(labels(`${A}loop { halt when a ${STEP} }`)).toEqual(["halt", "each"]);
  });
});

describe("control", () => {
  test("straight lines end", () => {
    const { instructions, halted, expressions } = lowered(`${A}${STEP}\n${STEP}`);
    expect(instructions.map(({ next }) => next)).toEqual([{ tag: "goto", instruction: 1 }, { tag: "end" }]);
    expect(halted).toBe(expressions.zero);
  });

  test("a break on the cell's own values is only a test", () => {
    expect(labels(`${A}loop { ${STEP} break when n == 3 } ${STEP}`)).toEqual(["each", "each"]);
    expect(labels(`${A}loop { ${STEP} break when n == 3 or up.n == 3 } ${STEP}`)).toEqual([
      "each",
      "break",
      "each",
    ]);
    expect(hidden(`${A}loop { ${STEP} break when n == 3 or up.n == 3 } ${STEP}`)).toEqual([]);
  });

  test("a test before any instruction gets an empty one", () => {
    expect(labels(`${A}loop { break when n == 3 ${STEP} }`)).toEqual(["start", "each"]);
  });

  test("a round without any instruction takes an empty one", () => {
    expect(labels(`${A}loop { break when n == 0 } ${STEP}`)).toEqual(["loop", "each"]);
    // One is enough for both: whoever comes round passes it.
    expect(labels(`${A}loop { ${STEP} loop { loop { break when n > 0 } break when n > 1 } }`)).toEqual([
      "each",
      "loop",
    ]);
  });

  test("any and all are gathered in a corner and told to everyone", () => {
    const expected = ["gather any", "tell any", "each"];
    expect(labels(`${A}if any(a) { ${STEP} }`)).toEqual(expected);
    expect(labels(`${A}if all(left.a) { ${STEP} }`)).toEqual(expected);
    expect(labels(`${A}repeat while any(a) { ${STEP} }`)).toEqual(expected);
    expect(hidden(`${A}if any(a) { ${STEP} }`)).toEqual(["seen 0: bit", "any 0: bit"]);
  });

  test("a known number of rounds is counted modulo that number", () => {
    expect(hidden(`${A}repeat 3 times { ${STEP} }`)).toEqual(["round 0: 0..2"]);
    expect(labels(`${A}repeat 3 times { ${STEP} }`)).toEqual(["each", "count"]);
    expect(labels(`${A}repeat 1 times { ${STEP} }`)).toEqual(["each"]);
    expect(hidden(`${A}repeat 1 times { ${STEP} }`)).toEqual([]);
    expect(labels(`${A}repeat 0 times { ${STEP} } ${STEP}`)).toEqual(["each"]);
    // Leaving early, the break sets the counter back where the loop can be entered again.
    const left = `repeat 3 times { ${STEP} break when n == 1 }`;
    expect(labels(`${A}${left}`)).toEqual(["each", "count"]);
    expect(labels(`${A}loop { ${left} }`)).toEqual(["each", "break", "count"]);
    expect(labels(`${A}repeat 1 times { ${STEP} break when n == 1 ${STEP} }`)).toEqual(["each", "each"]);
  });

  test("where all cells keep step, as many rounds as rows are counted by a firing squad, beside a pass of the body", () => {
    const squad = [
      ...["general 0: bit", "unripe mark 0: bit", "ripe mark 0: bit"],
      ...["front down 0: bit", "echo up 0: bit", "front up 0: bit", "echo down 0: bit"],
    ];
    expect(hidden(`${A}repeat rows times { ${STEP} }`)).toEqual(squad);
    expect(labels(`${A}repeat rows times { ${STEP} }`)).toEqual(["each"]);
    expect(labels(`${A}repeat rows times { ${STEP} repeat cols times { ${STEP} } }`)).toEqual([
      "each",
      "each",
    ]);
    // One loop after another; those inside one another have their own.
    expect(hidden(`${A}repeat rows times { ${STEP} } repeat rows times { ${STEP} }`)).toHaveLength(7);
    expect(hidden(`${A}repeat rows times { ${STEP} repeat rows times { ${STEP} } }`)).toHaveLength(15);
    // A round without a pass of its own, and an end before the round's end that is to be remembered.
    expect(labels(`${A}repeat rows times { repeat cols times { ${STEP} } }`)).toEqual(["each", "count"]);
    expect(hidden(`${A}repeat rows times { ${STEP} loop { ${STEP} break when a } }`)).toContain(
      "fires 0: bit",
    );
  });

  test("where there are sweeps, as many rounds as rows are counted by a sweep along the column", () => {
    const counted = ["counted 0: bit", "last round 0: bit"];
    expect(hidden(`${A}repeat rows times { sweep up { a = down.a } }`)).toEqual(counted);
    expect(labels(`${A}repeat rows times { sweep up { a = down.a } }`)).toEqual(["sweep up"]);
    expect(labels(`${A}repeat rows times { sweep right { a = left.a } ${STEP} }`)).toEqual([
      "sweep right",
      "each",
    ]);
    expect(labels(`${A}repeat rows times { if any(a) { ${STEP} } }`)).toEqual([
      "gather any",
      "tell any",
      "each",
      "count",
    ]);
  });

  test("what cannot be reached is left out", () => {
    expect(labels(`${A}loop { ${STEP} } sweep down { a = up.a }`)).toEqual(["each"]);
  });
});

test("whether a halted cell needs a bit is not asked for long", () => {
  const text = `program r {
    param k = 2
    fn mid(a, b, c) = max(min(a, b), min(max(a, b), c))
    input alpha: 0..64
    sweep up left {
      if left.alpha >= k {
        alpha = max(min(downright.alpha, 64), 0)
        alpha = abs(max(min(up.alpha, alpha), mid(1, alpha, alpha), 5)) % 9
      }
      alpha = max(min(mid(downright.alpha, alpha, 1) + (right.alpha) / 3, 64), 0)
    }
    halt when 5 == upleft.alpha
  }`;
  const { network } = compile(
    { name: "r.alg", text },
    { effort: 0, prove: false, budget: { seconds: 9, bytes: 2 ** 31 } },
  );
  expect(network.fields.map(({ name }) => name)).toContain("halted");
});
