// Every assertion of a text has one outcome in `prove`, `check` and the interpreter, under the same name, on the same
// line, in the same order; and where `prove` says that nobody comes, nobody does.

import { describe, expect, test } from "vitest";
import { checkProgram, compile } from "../../src/compile.ts";
import { lower } from "../../src/compiler/lower/lower.ts";
import { schedule } from "../../src/compiler/schedule/schedule.ts";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { AssertionFailed, unreachedAssertions } from "../../src/engines/assertion.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { interpret } from "../../src/engines/reference.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { proveAssertions } from "../../src/proof/prove/asserts.ts";
import { lemmasOf } from "../../src/proof/prove/lemma.ts";
import { checkNetwork } from "../../src/proof/verify/check.ts";
import { assertingProgram, scanAssertions } from "../random-asserts.ts";
import { again, SEED } from "../seed.ts";

async function prove(text: string, seed = SEED) {
  const { checked } = checkProgram({ name: "p.alg", text });
  const program = lower(checked);
  const rule = schedule(program);
  const proofs = await proveAssertions(checked, program, rule, { seed, lemmas: lemmasOf(checked, rule) });
  return { checked, proofs };
}

const nameOf = ({ name, line }: { readonly name: string; readonly line: number }) => ({ name, line });

/** Where the assertions begin that runs on random grids come to, up to the first that fails. */
function reachedIn(checked: ReturnType<typeof checkProgram>["checked"], seed: number): Set<number> {
  const random = seededRandom(seed);
  const reached = new Set<number>();
  const inputs = checked.fields.filter(({ role }) => role === "input");
  for (let run = 0; run < 6; run++) {
    const shape = { rows: 1 + random.int(4), cols: 1 + random.int(4) };
    try {
      const grid = prepareInput(checked, randomGrid(shape, inputs, random));
      interpret(checked, grid, { maxInstructions: 25, reached });
    } catch (error) {
      if (!(error instanceof AssertionFailed) && !(error instanceof InputError)) throw error;
    }
  }
  return reached;
}

test("dead code, a branch that no value takes, and instructions that are not run", async () => {
  const text = `program p {
  state f0: bit
  output f1: bit = 1
  workspace top 0, bottom 1, left 0, right 0
  assert f0 or f1 or true
  sweep left {
    if (downright.f1 >= 0) { f1 = right.f1 } else { assert (f1 >= 1) assert f0 }
  }
  each { f0 = up.f0 assert (f1 <= 1) if f0 { assert f0 } }
  repeat 0 times { each { assert not f0 } }
}`;
  const { proofs } = await prove(text);
  expect(proofs.map(({ line, name, outcome }) => [line, name, outcome])).toEqual([
    [5, "assert f0 or f1 or true", "proved"],
    [7, "assert (f1 >= 1)", "never reached"],
    [7, "assert f0", "never reached"],
    [9, "assert (f1 <= 1)", "proved"],
    [9, "assert f0", "proved"],
    [10, "assert not f0", "never reached"],
  ]);
});

describe(`in random programs, seed ${SEED}`, () => {
  test("prove and the interpreter name those of the text", { timeout: 120_000 }, async () => {
    const outcomes = new Map<string, number>();
    for (let at = 0; at < 40; at++) {
      const text = assertingProgram(seededRandom(SEED + at));
      const note = `${again(SEED + at)}\n${text}`;
      const wanted = scanAssertions(text);
      const { checked, proofs } = await prove(text, SEED + at);
      expect(proofs.map(nameOf), note).toEqual(wanted);
      const reached = reachedIn(checked, SEED + at);
      const unreached = unreachedAssertions(checked, reached);
      expect(reached.size + unreached.length, note).toBe(wanted.length);
      for (const [nth, { outcome }] of proofs.entries()) {
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        const { start } = checked.assertions![nth]!;
        if (outcome === "never reached")
          expect(reached.has(start), `${wanted[nth]!.name} in ${note}`).toBe(false);
      }
    }
    for (const outcome of ["proved", "never reached", "refuted"])
      expect(outcomes.get(outcome)).toBeGreaterThan(3);
  });

  test("so does check", { timeout: 120_000 }, async () => {
    for (let at = 0; at < 5; at++) {
      const text = assertingProgram(seededRandom(SEED + at));
      const compilation = compile({ name: "p.alg", text });
      const { network } = compilation;
      const options = { grids: 16, maxRows: 4, maxCols: 4, seed: SEED };
      const { assertions } = await checkNetwork(compilation, network, directEngine(network), options);
      expect(assertions.map(nameOf), `${again(SEED + at)}\n${text}`).toEqual(scanAssertions(text));
    }
  });
});
