// Which runs are left to the memo engine, and that they come to what the direct engine makes of them, as the others do.

import { expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { directEngine } from "../../src/engines/direct.ts";
import type { memoWhereRegular } from "../../src/engines/memo/memo-engine.ts";
import { runNetwork } from "../../src/engines/run.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { type Border, loaderWith } from "../other-sizes.ts";
import { compileProgram } from "../programs/programs.ts";
import { again, cases, SEED } from "../seed.ts";

/** A random machine of few states: some halt, some run for ever, some run off the tape. */
function randomMachine(random: Random, hasEnd: boolean): Network {
  const states = 2 + random.int(3);
  const rules = Array.from({ length: 2 * states }, (_, at) => {
    // At a zero the next state, so that none is left out.
    const other = hasEnd && random.int(states) === 0 ? "H" : `q${random.int(states)}`;
    const next = at % 2 === 0 ? `q${((at >> 1) + 1) % states}` : other;
    const move = random.int(2) === 0 ? "left" : "right";
    return `    q${at >> 1} s${at % 2} -> s${random.int(2)} ${move} ${next}`;
  });
  const text = [
    `program tm { input tape: enum { s0 "0", s1 "1" }  grid 1 x cols  workspace left 40, right 40`,
    "  machine on tape {",
    "    start q0 at left",
    ...rules,
    ...(rules.some((rule) => rule.endsWith(" H")) ? ["    halt H"] : []),
    "  } }",
  ].join("\n");
  return compile({ name: "tm.alg", text }, { effort: 0 }).network;
}

const tapeOf = (network: Network, random: Random) => {
  const cols = 1 + random.int(30);
  const name = network.fields.find(({ role }) => role === "input")!.name;
  return { rows: 1, cols, planes: { [name]: Int32Array.from({ length: cols }, () => random.int(2)) } };
};

/** Small enough that small machines are on both sides. */
const SMALL: readonly Border[] = [["engines/memo/memo-engine.ts", "LEAST_PIECES", 200]];

test("random machines with and without a limit, on both sides", { timeout: 120_000 }, async () => {
  const { load, close } = await loaderWith(SMALL);
  const { memoWhereRegular: either } = await load<{ memoWhereRegular: typeof memoWhereRegular }>(
    "/src/engines/memo/memo-engine.ts",
  );
  const seen = { memo: 0, direct: 0 };
  for (let seed = SEED; seed < SEED + 20 + cases(60); seed++) {
    const random = seededRandom(seed);
    const network = randomMachine(random, random.int(4) > 0);
    const input = tapeOf(network, random);
    const most = random.int(2) === 0 ? null : 1 + random.int(3000);
    const options = most === null ? {} : { maxSteps: most };
    const engine = either(network, directEngine(network), most);
    const found = await runNetwork(network, engine, input, options);
    expect(found, again(seed)).toEqual(await runNetwork(network, directEngine(network), input, options));
    seen[engine.name === "memo" ? "memo" : "direct"]++;
  }
  await close();
  expect(Math.min(seen.memo, seen.direct), JSON.stringify(seen)).toBeGreaterThan(2);
});

test("the busy beaver is regular, and a machine that simulates rule 110 is not", {
  timeout: 60_000,
}, async () => {
  const { memoWhereRegular: either } = await import("../../src/engines/memo/memo-engine.ts");
  const nameFor = async (program: string, cols: number, most: number | null) => {
    const { network } = compileProgram(program, { prove: false });
    const engine = either(network, directEngine(network), most);
    const random = seededRandom(SEED);
    const name = network.fields.find(({ role }) => role === "input")!.name;
    const plane = Int32Array.from({ length: cols }, () => (cols === 1 ? 0 : 1 + random.int(2)));
    await runNetwork(network, engine, { rows: 1, cols, planes: { [name]: plane } }, { maxSteps: 10 });
    return engine.name;
  };
  expect(await nameFor("bb5", 1, null)).toBe("memo");
  expect(await nameFor("rule110_tm", 8000, null)).toBe("direct");
  expect(await nameFor("sort", 8, null)).toBe("direct");
});

test("an engine for one run at a time, and the other for batches", async () => {
  const { memoWhereRegular: either } = await import("../../src/engines/memo/memo-engine.ts");
  const { network } = compileProgram("bb3", { prove: false });
  const engine = either(network, directEngine(network), null);
  const state = new Float32Array(3 * network.channels.length);
  engine.start({ rows: 1, cols: 3 }, [state, state]).close();
  expect(engine.name).toBe("direct");
  engine.start({ rows: 1, cols: 3 }, [state]).close();
  expect(engine.name).toBe("memo");
});
