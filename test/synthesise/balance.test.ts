// Chains as trees: networks of them are right on random chains of bits and of numbers, and grow in proportion to the chain,
// in numbers and hardly in layers, where networks of the chain as it stands grow as its square.

import { expect, test } from "vitest";
import { checkProgram, compile, scheduleProgram } from "../../src/compile.ts";
import type { Rule } from "../../src/compiler/schedule/rule.ts";
import { STRATEGIES } from "../../src/compiler/synthesise/strategy.ts";
import { structureOf, structureWithin } from "../../src/compiler/synthesise/structure.ts";
import { networkFrom, synthesise } from "../../src/compiler/synthesise/synthesise.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { ruleEngine } from "../../src/engines/rule.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { USUAL_CODES } from "../../src/logic/channels.ts";
import { sizeOf } from "../../src/network/network.ts";
import { encode } from "../../src/network/state.ts";
import { proveStep } from "../../src/proof/prove/prove-step.ts";
import { again, cases, SEED } from "../seed.ts";

const ruleOf = (text: string): Rule =>
  scheduleProgram(checkProgram({ name: "p.alg", text: `program p { ${text} }` })).rule;

const list = (n: number, part: (at: number) => string): string =>
  Array.from({ length: n }, (_, at) => part(at)).join("\n");

/** A chain of lets; `link` makes a value of the one before and of a field. */
const chain = (
  n: number,
  type: string,
  link: (before: string, field: string, at: number) => string,
): string =>
  `${list(n, (at) => `input f${at}: ${type}`)} output y: ${type} each {
    let t0 = f0
    ${list(n - 1, (at) => `let t${at + 1} = ${link(`t${at}`, `f${at + 1}`, at)}`)}
    y = t${n - 1} }`;

const BIT_LINKS: readonly ((t: string, f: string, g: string) => string)[] = [
  (t, f) => `${t} and ${f}`,
  (t, f) => `${t} or ${f}`,
  (t, f) => `${t} xor ${f}`,
  (t, f) => `not (${t} and ${f})`,
  (t, f) => `${f} and not ${t}`,
  (t, f, g) => `if ${f} then ${t} else ${g}`,
  (t, f, g) => `if ${f} then not ${t} else ${t} and left.${g}`,
  (t, f, g) => `if ${t} then ${f} else ${g}`,
  (t, f, g) => `if ${t} == ${f} then ${g} or ${t} else ${t}`,
];
const NUMBER_LINKS: readonly ((t: string, f: string, g: string) => string)[] = [
  (t, f) => `min(${t}, ${f})`,
  (t, f) => `max(${t}, left.${f})`,
  (t, f) => `min(${t} + ${f}, 5)`,
  (t, f) => `max(${t} - ${f}, 0)`,
  (t, f, g) => `if ${f} > 2 then ${t} else ${g}`,
  (t, f, g) => `if ${f} > 2 then min(${t} + 1, 5) else max(${t} - 1, min(${g}, 3))`,
  (t, f) => `if ${t} > 2 then ${f} else ${t}`,
];

function randomChain(random: Random): string {
  const n = 10 + random.int(20);
  const [type, links] = random.int(2) === 0 ? ["bit", BIT_LINKS] : ["0..5", NUMBER_LINKS];
  // Few kinds of links, so that some chains are of one alone.
  const some = Array.from({ length: 1 + random.int(3) }, () => links[random.int(links.length)]!);
  return chain(n, type, (t, f) => some[random.int(some.length)]!(t, f, `f${random.int(n)}`));
}

test(`random chains, seed ${SEED}`, { timeout: 120_000 }, async () => {
  const random = seededRandom(SEED);
  for (let trial = 0; trial < cases(40); trial++) {
    const text = randomChain(random);
    const rule = ruleOf(text);
    const engine = ruleEngine(rule);
    for (const strategy of STRATEGIES.balanced) {
      const network = networkFrom(
        rule,
        USUAL_CODES,
        "",
        structureOf(rule, USUAL_CODES, strategy).candidate(),
      );
      for (let grids = 0; grids < 12; grids++) {
        const grid = randomGrid({ rows: 3, cols: 4 }, rule.fields, random);
        const run = directEngine(network).start({ rows: 3, cols: 4 }, [encode(network, grid)]);
        await run.advance(1);
        expect((await run.read())[0], `${again(SEED)}\n${text}`).toEqual(encode(network, engine.step(grid)));
      }
    }
  }
});

const KINDS: Readonly<Record<string, (n: number) => string>> = {
  "and, or": (n) => chain(n, "bit", (t, f, at) => `${t} ${at % 2 === 0 ? "and" : "or"} ${f}`),
  nand: (n) => chain(n, "bit", (t, f) => `not (${t} and ${f})`),
  xor: (n) => chain(n, "bit", (t, f) => `${t} xor ${f}`),
  "and, xor": (n) => chain(n, "bit", (t, f, at) => `${t} ${at % 2 === 0 ? "and" : "xor"} ${f}`),
  "and, xor, or": (n) => chain(n, "bit", (t, f, at) => `${t} ${["and", "xor", "or"][at % 3]} ${f}`),
  choices: (n) => chain(n, "bit", (t, f) => `if ${f} then not ${t} else ${t} and left.${f}`),
  "min, max": (n) => chain(n, "0..7", (t, f, at) => `${at % 2 === 0 ? "min" : "max"}(${t}, ${f})`),
  "sums within bounds": (n) => chain(n, "0..7", (t, f) => `min(${t} + ${f}, 7)`),
  counters: (n) => `${list(n, (at) => `input f${at}: bit`)} output y: 0..7 each {
    y = 0 ${list(n, (at) => `if f${at} { y = min(y + ${1 + (at % 3)}, 7) }`)} }`,
};

test.each(Object.keys(KINDS))("chains of %s grow in proportion", (kind) => {
  const [small, large] = [40, 160].map((n) => {
    const { candidates } = synthesise(ruleOf(KINDS[kind]!(n)), "", { effort: 0 });
    return sizeOf(candidates[0]!.network());
  });
  expect(large!.nonzero / small!.nonzero).toBeLessThan(4 ** 1.1);
  expect(large!.layers.length).toBeLessThan(20);
});

test.each(Object.keys(KINDS))("a tree of %s is proved", (kind) => {
  const rule = ruleOf(KINDS[kind]!(12));
  const network = networkFrom(
    rule,
    USUAL_CODES,
    "",
    structureOf(rule, USUAL_CODES, STRATEGIES.balanced[0]!).candidate(),
  );
  expect(proveStep(rule, network).outcome).toBe("proved");
});

test("structures of too many numbers are not made", () => {
  const rule = ruleOf(KINDS["and, xor"]!(40));
  const made = structureOf(rule, USUAL_CODES, STRATEGIES.best[0]!);
  expect(structureWithin(made.nonzero, rule, USUAL_CODES, STRATEGIES.best[0]!)?.nonzero).toBe(made.nonzero);
  expect(structureWithin(100, rule, USUAL_CODES, STRATEGIES.best[0]!)).toBeNull();
});

test("a long chain of sums within bounds is compiled and proved at once", () => {
  const links = list(40, (at) =>
    at % 2 === 0
      ? `t = min(t + (if c then ${at % 5} else 1), 15)`
      : `t = max(t - (if left.c then ${at % 7} else 0), 0)`,
  );
  const text = `program p { input c: bit state t: 0..15 sweep right { t = left.t ${links} } }`;
  const { cut, isProved } = compile({ name: "p.alg", text });
  expect({ cut, isProved }).toEqual({ cut: null, isProved: true });
});
