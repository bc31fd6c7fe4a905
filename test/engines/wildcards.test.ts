// Rules with `*`: the machine does what the rules do that these stand for, found here from a table, and the network that is made
// of them is hardly larger, if at all.

import { describe, expect, test } from "vitest";
import { checkProgram, compile } from "../../src/compile.ts";
import { interpret } from "../../src/engines/reference.ts";
import { randomGrid } from "../../src/grid/generate.ts";
import { inputsOf } from "../../src/grid/grid.ts";
import { machineResult } from "../../src/grid/machine-result.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { sizeOf } from "../../src/network/network.ts";
import { again, SEED } from "../seed.ts";

type Rule = readonly [state: string, symbol: string, write: string, move: string, to: string];

interface Machine {
  readonly states: readonly string[];
  readonly symbols: readonly string[];
  readonly rules: ReadonlyMap<string, Rule>;
}

/** The rule for a state and symbol, in the order of the manual. */
const ruleFor = ({ rules }: Machine, state: string, symbol: string): Rule | undefined =>
  rules.get(`${state} ${symbol}`) ?? rules.get(`${state} *`) ?? rules.get(`* ${symbol}`) ?? rules.get("* *");

/** A machine whose states all come up, in an order that rules without `*` give. */
function drawMachine(random: Random, states: number, symbols: number): Machine {
  const pick = <T>(list: readonly T[]) => list[random.int(list.length)]!;
  const [named, read] = [
    Array.from({ length: states }, (_, at) => `Q${at}`),
    Array.from({ length: symbols }, (_, at) => `${at}`),
  ];
  const rules = new Map<string, Rule>();
  for (const [at, state] of named.entries()) {
    const symbol = read[at % symbols]!;
    rules.set(`${state} ${symbol}`, [state, symbol, symbol, "right", named[at + 1] ?? "Yes"]);
  }
  const density = random.next();
  const add = (state: string, symbol: string) => {
    if (rules.has(`${state} ${symbol}`)) return;
    const to = random.next() < 0.2 ? pick(["Yes", "No"]) : random.next() < 0.4 ? "*" : pick(named);
    const write = random.next() < 0.4 ? "*" : pick(read);
    rules.set(`${state} ${symbol}`, [state, symbol, write, pick(["left", "right", "stay"]), to]);
  };
  for (const state of named) {
    if (random.next() < 0.5) add(state, "*");
    for (const symbol of read) if (random.next() < density / 2) add(state, symbol);
  }
  for (const symbol of read) if (random.next() < 0.3) add("*", symbol);
  if (random.next() < 0.4) add("*", "*");
  const machine = { states: named, symbols: read, rules };
  const applying = new Set(named.flatMap((state) => read.map((symbol) => ruleFor(machine, state, symbol))));
  for (const [key, rule] of rules) if (!applying.has(rule)) rules.delete(key);
  return machine;
}

/** The rules that rules with `*` stand for, those that lead to the states for the first time before others. */
function writtenOut(machine: Machine): Rule[] {
  const { states, symbols, rules } = machine;
  const first = [...rules.values()].slice(0, states.length);
  const others = states.flatMap((state) =>
    symbols.flatMap((symbol): Rule[] => {
      const rule = ruleFor(machine, state, symbol);
      if (rule === undefined || first.includes(rule)) return [];
      const [, , write, move, to] = rule;
      return [[state, symbol, write === "*" ? symbol : write, move, to === "*" ? state : to]];
    }),
  );
  return [...first, ...others];
}

const textOf = (rules: readonly Rule[], symbols: number, starts: boolean) => `program m {
  input tape: 0..${symbols - 1}
  workspace left 2, right 2
  machine on tape {
    ${starts ? "start Q0 at left" : ""}
    accept Yes
    reject No
    otherwise reject
    ${rules.map(([state, symbol, write, move, to]) => `${state} ${symbol} -> ${write} ${move} ${to}`).join("\n    ")}
  }
}`;

const random = seededRandom(SEED);
const drawn = Array.from({ length: 60 }, () => drawMachine(random, 1 + random.int(4), 2 + random.int(4)));

test("one step and many, with one head and with several, as the rules that are meant", () => {
  const kinds = new Set<string>();
  for (const machine of drawn)
    for (const starts of [true, false]) {
      const rules = [...machine.rules.values()];
      const own = checkProgram({ name: "m", text: textOf(rules, machine.symbols.length, starts) }).checked;
      const plain = checkProgram({
        name: "m",
        text: textOf(writtenOut(machine), machine.symbols.length, starts),
      }).checked;
      const input = randomGrid({ rows: 3, cols: 6 }, inputsOf(own), random, "uniform");
      for (const maxInstructions of [1, 2, 12]) {
        const [a, b] = [own, plain].map(
          (program) => interpret(program, prepareInput(program, input), { maxInstructions }).grid,
        );
        expect(a!.planes, `${own.source.text}\n${again(SEED)}`).toEqual(b!.planes);
        if (starts) kinds.add(machineResult(own, a!)?.kind ?? "none");
      }
    }
  expect([...kinds].sort()).toEqual(["accept", "none", "reject"]);
});

describe("networks", () => {
  const sizeOfText = (text: string) => sizeOf(compile({ name: "m", text }).network).nonzero;

  test("are on the whole hardly larger than those of the rules written out, whatever the seed", () => {
    let [own, plain] = [0, 0];
    for (const machine of drawn.slice(0, 16)) {
      own += sizeOfText(textOf([...machine.rules.values()], machine.symbols.length, true));
      plain += sizeOfText(textOf(writtenOut(machine), machine.symbols.length, true));
    }
    expect(own, again(SEED)).toBeLessThan(1.1 * plain);
  });

  test("the rule of n states and n symbols with 2 n rules grows as these do", () => {
    const nodes = (n: number): number => {
      const names = Array.from({ length: n }, (_, at) => at);
      const rules = names.flatMap((at): Rule[] => [
        [`Q${at}`, `${at}`, "*", "right", `Q${(at + 1) % n}`],
        [`Q${at}`, "*", "*", "left", at === n - 1 ? "Yes" : "*"],
      ]);
      const text = textOf(rules, n, true).replace("reject No\n", "").replace("otherwise reject", "");
      return sizeOf(compile({ name: "m", text }, { effort: 0, prune: false }).network).nonzero;
    };
    const [small, large] = [nodes(8), nodes(32)];
    expect(large / small).toBeLessThan(8);
  });
});
