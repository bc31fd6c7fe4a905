// Networks whose fields are coded as bits or numbers: they do what the rule says, at every border of the ranges, in every
// engine that takes them; and they are small whatever the range.

import { describe, expect, test } from "vitest";
import { RANGES } from "../../bench/compile-programs.ts";
import { type CompileOptions, checkProgram, compile } from "../../src/compile.ts";
import { lower } from "../../src/compiler/lower/lower.ts";
import type { Rule } from "../../src/compiler/schedule/rule.ts";
import { schedule } from "../../src/compiler/schedule/schedule.ts";
import type { CodeWish, CodeWishes } from "../../src/compiler/synthesise/field-codes.ts";
import { synthesise } from "../../src/compiler/synthesise/synthesise.ts";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { loadBackend } from "../../src/engines/backend.ts";
import { bitEngine, type Refusal } from "../../src/engines/bits/bit-engine.ts";
import { directEngine } from "../../src/engines/direct.ts";
import type { Engine } from "../../src/engines/engine.ts";
import { loadOnnxRuntime, onnxEngine } from "../../src/engines/onnx.ts";
import { interpret } from "../../src/engines/reference.ts";
import { ruleEngine } from "../../src/engines/rule.ts";
import { runNetwork } from "../../src/engines/run.ts";
import { tensorEngine } from "../../src/engines/tensor.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { bounds, type Grid } from "../../src/grid/grid.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { illegalCodes } from "../../src/network/legal.ts";
import { type Network, sizeOf } from "../../src/network/network.ts";
import { decode, encode } from "../../src/network/state.ts";
import { validateNetwork } from "../../src/network/validate.ts";
import { readWeightFile } from "../../src/network/weightfile.ts";
import { writeWeightFile } from "../../src/network/weightwriter.ts";
import { proveStep } from "../../src/proof/prove/prove-step.ts";
import { randomProgram } from "../random-program.ts";
import { again, SEED } from "../seed.ts";

const CODES = ["binary", "integer"] as const;
const BORDERS = [
  0, 1, 2, 3, 127, 128, 254, 255, 256, 257, 32_768, 65_534, 65_535, 65_536, 1_048_574, 1_048_575,
];

const runtime = await loadOnnxRuntime().catch(() => null);
if (runtime === null) console.warn("onnx left out: not installed");
const backend = await loadBackend({ force: "wasm" });

const ruleOf = (text: string): Rule => schedule(lower(checkProgram({ name: "program", text }).checked));

function coded(rule: Rule, codes: CodeWishes): Network {
  const [found] = synthesise(rule, "", { codes }).candidates;
  return validateNetwork(found!.network());
}

/** Random values, one in three on a border of something. */
function drawn(rule: Rule, random: Random): Grid {
  const shape = { rows: 1 + random.int(3), cols: 1 + random.int(4) };
  const grid = randomGrid(shape, rule.fields, random);
  for (const { name, type } of rule.fields) {
    const { lo, hi } = bounds(type);
    const values = [...BORDERS.filter((value) => value >= lo && value <= hi), lo, hi];
    for (const [at] of grid.planes[name]!.entries())
      if (random.int(3) === 0) grid.planes[name]![at] = values[random.int(values.length)]!;
  }
  return grid;
}

async function afterStep(engine: Engine, network: Network, grid: Grid): Promise<Float32Array> {
  const run = engine.start(grid, [encode(network, grid)]);
  await run.advance(1);
  const [state] = await run.read();
  run.close();
  return state!;
}

/** A step of the engine is the rule's, from random states. */
async function expectRule(rule: Rule, network: Network, engine: Engine, grids: number, note: string) {
  const random = seededRandom(SEED);
  for (let trial = 0; trial < grids; trial++) {
    const grid = drawn(rule, random);
    expect(decode(network, grid, encode(network, grid)), note).toEqual(grid);
    const state = await afterStep(engine, network, grid);
    const wanted = ruleEngine(rule).step(grid);
    expect(illegalCodes(network, grid, state), note).toBeNull();
    expect(decode(network, grid, state), note).toEqual(wanted);
  }
}

describe.each(CODES)("%s codes", (code) => {
  test.each(["small", "full"] as const)(
    `of random programs (%s), seed ${SEED}`,
    { timeout: 120_000 },
    async (size) => {
      for (let at = 0; at < 8; at++) {
        const seed = SEED + at;
        const { text } = randomProgram(seededRandom(seed), size);
        const rule = ruleOf(text);
        const network = coded(rule, { others: code });
        await expectRule(rule, network, directEngine(network), 5, `${again(seed)}\n${text}`);
      }
    },
  );

  test.each(Object.keys(RANGES))("of ranges: %s", { timeout: 60_000 }, async (kind) => {
    for (const most of [256, 1_048_575]) {
      const rule = ruleOf(RANGES[kind]!(most));
      const network = coded(rule, { others: code });
      await expectRule(rule, network, directEngine(network), 6, `${kind} up to ${most}`);
    }
  });

  test("are proved where the prover has room", { timeout: 60_000 }, () => {
    for (const kind of Object.keys(RANGES)) {
      const rule = ruleOf(RANGES[kind]!(7));
      expect(proveStep(rule, coded(rule, { others: code })).outcome, kind).toBe("proved");
    }
  });
});

describe("sizes hardly depend on the range", () => {
  test.each(["sum", "mod", "abs", "max", "x + y"])("%s", { timeout: 60_000 }, (kind) => {
    for (const most of [255, 65_535]) {
      const rule = ruleOf(RANGES[kind]!(most));
      const nonzero = (code: CodeWish) => sizeOf(coded(rule, { others: code })).nonzero;
      expect(nonzero("integer")).toBeLessThanOrEqual(20);
      expect(nonzero("binary")).toBeLessThanOrEqual(400);
    }
  });
});

const SUM = (most: number) => `program sums {
  input x: 0..${most}
  output s: 0..${most}
  state e: enum { none, low, high }
  loop forever { sweep right {
    s = min(left.s + x, ${most})
    e = if s > ${most >> 1} then high else if left.e == low then none else low
  } }
}`;

describe("engines", () => {
  const open: Record<string, (network: Network) => Promise<Engine | Refusal>> = {
    tensor: async (network) => tensorEngine(network, backend),
    bits: (network) => bitEngine(network),
    ...(runtime !== null && { onnx: (network) => onnxEngine(network, runtime) }),
  };
  const cases = Object.keys(open).flatMap((name) =>
    (
      [
        ["binary", 31],
        ["integer", 31],
        ["integer", 1_048_575],
      ] as const
    ).map(([code, most]) => ({ name, code, most })),
  );

  test.each(cases)(
    "$name with $code codes up to $most",
    { timeout: 120_000 },
    async ({ name, code, most }) => {
      const rule = ruleOf(SUM(most));
      const network = coded(rule, { others: code });
      const engine = await open[name]!(network);
      if ("reason" in engine) throw new Error(engine.reason);
      await expectRule(rule, network, engine, 8, `${name} ${code} ${most}`);
      engine.close();
    },
  );
});

test("bits add up to 255", { timeout: 60_000 }, async () => {
  const rule = ruleOf(RANGES.sum!(255));
  const network = coded(rule, { others: "binary" });
  const engine = await bitEngine(network);
  if ("reason" in engine) throw new Error(engine.reason);
  await expectRule(rule, network, engine, 8, "sum");
  engine.close();
});

const PRODUCTS = `program products {
  input x: 0..15
  input y: -3..15
  input z: 0..65535
  output p: -45..225
  output q: 0..7
  output r: 0..2
  output s: 0..1048560
  each {
    p = x * y
    q = (x + 1) / 2 % 8
    r = (left.x * 3 - y) % 3
    s = x * z + z / 65535
  }
}`;

test("products and quotients are what arithmetic says, in every code", { timeout: 60_000 }, async () => {
  const { checked } = checkProgram({ name: "products", text: PRODUCTS });
  const rule = ruleOf(PRODUCTS);
  const random = seededRandom(SEED);
  for (let trial = 0; trial < 20; trial++) {
    const { planes, ...shape } = drawn(rule, random);
    const [x, y, z] = ["x", "y", "z"].map((name) => planes[name]!);
    const input = { ...shape, planes: { x: x!, y: y!, z: z! } };
    const { grid } = interpret(checked, input);
    for (const at of x!.keys()) {
      const left = at % shape.cols === 0 ? 0 : x![at - 1]!;
      const [p, q, r, s] = ["p", "q", "r", "s"].map((name) => grid.planes[name]![at]);
      expect([p, q, s]).toEqual([
        x![at]! * y![at]! + 0,
        ((x![at]! + 1) >> 1) % 8,
        x![at]! * z![at]! + Number(z![at] === 65_535),
      ]);
      expect(r).toBe((left * 3 - y![at]! + 30) % 3);
    }
  }
  for (const code of ["auto", ...CODES] as const) {
    const network = coded(rule, { others: code });
    await expectRule(rule, network, directEngine(network), 10, code);
  }
});

test("weight files keep codes", () => {
  const { network } = compile({ name: "sums", text: SUM(300) }, { codes: { fields: { x: "integer" } } });
  expect(network.channels.map(({ code }) => code.kind)).toContain("integer");
  expect(network.channels.map(({ code }) => code.kind)).toContain("binary");
  expect(readWeightFile(writeWeightFile(network), "sums").channels).toEqual(network.channels);
});

describe("the choice of codes", () => {
  const kinds = (text: string, codes?: CodeWishes) =>
    new Map(
      compile({ name: "p", text }, { effort: 0, ...(codes && { codes }) }).network.channels.flatMap(
        ({ code }) => (code.kind === "inside" ? [] : [[code.field, code.kind]]),
      ),
    );

  test("goes by the size of the range", () => {
    expect(kinds(SUM(15)).get("s")).toBe("thermometer");
    expect(kinds(SUM(100)).get("s")).toBe("binary");
    expect(kinds(SUM(1_048_575)).get("e")).toBe("one-hot");
  });

  test("takes what is asked for", () => {
    expect([...kinds(SUM(15), { others: "integer" }).values()]).toEqual([
      "integer",
      "integer",
      "integer",
      "bit",
    ]);
    expect(kinds(SUM(15), { fields: { x: "integer" }, others: "binary" }).get("x")).toBe("integer");
    expect(kinds(SUM(100), { others: "thermometer" }).get("e")).toBe("one-hot");
  });

  test.each([
    [{ fields: { y: "binary" } }, "no field y, expected x, s, e"],
    [{ fields: { e: "thermometer" } }, "e is an enum, which can be one-hot or binary or integer"],
    [{ others: "thermometer" }, "x has 1000001 values"],
  ] as const)("refuses %j", (codes, message) => {
    const attempt = () => compile({ name: "p", text: SUM(1_000_000) }, { codes });
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(message);
  });

  test("what adds up too much is advised integer codes only where these have not been tried", () => {
    const text = "program p { input n: 0..4194303 each { n = max(left.n, up.n) } }";
    const attempt = (codes?: CompileOptions["codes"]) => () =>
      compile({ name: "p", text }, codes === undefined ? {} : { codes });
    expect(attempt({ others: "binary" })).toThrow("or code them as integer, which adds up least");
    for (const codes of [undefined, { others: "integer" } as const])
      expect(attempt(codes)).toThrow("or take fewer sums, minima and choices in one step");
  });

  test("keeps what decides when cells halt in zeros and ones", () => {
    const text =
      "program p { input x: 0..7 state t: 0..200 loop { each { t = min(t + 1, 200) } halt when t >= 150 } }";
    expect(kinds(text, { others: "integer" }).get("x")).toBe("integer");
    expect(kinds(text, { others: "integer" }).get("t")).toMatch(/binary|integer/);
  });
});

/** So many rules that can meet, over 0..255. */
const meeting = (count: number): string =>
  Array.from(
    { length: count },
    (_, at) => `if x > ${(at * 37) % 251} and y < ${(at * 91) % 253} { z = ${(at * 7) % 256} }`,
  ).join(" else ");

test("many rules that can meet add up numbers that stay small", async () => {
  const text = `program p { input x, y: 0..255 output z: 0..255 each { ${meeting(120)} } }`;
  const { network, rule, checked } = compile({ name: "p", text });
  expect(network.exact.formats).toContain("float32");
  expect(network.exact.largestActivation).toBeLessThan(2 ** 18);
  expect(proveStep(rule, network).outcome).toBe("proved");
  const inputs = checked.fields.filter(({ role }) => role === "input");
  const input = randomGrid({ rows: 12, cols: 12 }, inputs, seededRandom(SEED));
  const run = directEngine(network).start(input, [encode(network, input)]);
  await run.advance(1);
  const made = decode(network, input, (await run.read())[0]!);
  run.close();
  expect(made.planes.z, again(SEED)).toEqual(interpret(checked, input).grid.planes.z);
});

describe("counters of rounds", () => {
  const text = (times: number) => `program p {
    state a: 0..15
    repeat ${times} times {
      sweep right { a = min(left.a + 1, 15) }
      sweep down { a = max(up.a - 1, 0) }
    }
  }`;
  const sizeFor = (times: number, codes: CodeWishes = {}) =>
    sizeOf(coded(ruleOf(text(times)), codes)).nonzero;

  test.each([2, 15, 16, 17, 18, 63, 64, 65, 66])("%i rounds end where they do", async (times) => {
    const { network, isProved, checked } = compile({ name: "p", text: text(times) });
    expect(isProved).toBe(true);
    const grid = { rows: 2, cols: 3, planes: {} };
    const { grid: end, halted } = await runNetwork(network, directEngine(network), grid, {});
    expect(halted).toBe(true);
    expect(end.planes.a).toEqual(interpret(checked, grid).grid.planes.a);
  });

  test("many rounds cost little more than few", () => {
    expect(sizeFor(17)).toBeLessThanOrEqual(sizeFor(17, { others: "thermometer" }));
    expect(sizeFor(65_536)).toBeLessThan(1.5 * sizeFor(1024));
    expect(sizeFor(100_000, { others: "integer" })).toBeLessThan(sizeFor(100_000));
    // A thermometer of so many channels is none that was asked for by name.
    expect(sizeFor(5000, { others: "thermometer" })).toBeLessThan(1.5 * sizeFor(1024));
  });
});
