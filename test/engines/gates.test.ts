// Circuits against truth tables: gates that are simplified as they are made compute what was asked for, and what is reachable
// is what a walk from the outputs finds.

import { expect, test } from "vitest";
import {
  Circuit,
  FALSE,
  gateOf,
  not,
  reachable,
  type Signal,
  TRUE,
  transplant,
} from "../../src/engines/bits/bit-gates.ts";
import { cheapest } from "../../src/engines/bits/sums.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { again, cases, SEED } from "../seed.ts";

const seeds = (usual: number) => Array.from({ length: cases(usual) }, (_, at) => SEED + at);

/** All cases of three inputs, a bit each. */
const INPUTS = { a: 0xaa, b: 0xcc, c: 0xf0 } as const;
const ALL = 0xff;

interface Known {
  readonly signal: Signal;
  /** Its value in all cases, a bit each. */
  readonly table: number;
}

/** Signals at random, and the truth table of each; few inputs and many gates, so that most can be simplified. */
function randomSignals(seed: number, circuit: Circuit, count: number): Known[] {
  const random = seededRandom(seed);
  const made: Known[] = Object.entries(INPUTS).map(([name, table]) => ({
    signal: circuit.input(name),
    table,
  }));
  made.push({ signal: FALSE, table: 0 });
  const any = () => {
    const { signal, table } = made[random.int(made.length)]!;
    return random.int(2) === 0 ? { signal, table } : { signal: not(signal), table: table ^ ALL };
  };
  while (made.length < count) {
    const [a, b] = [any(), any()];
    const kind = random.int(3);
    if (kind === 0) made.push({ signal: circuit.and(a.signal, b.signal), table: a.table & b.table });
    else if (kind === 1) made.push({ signal: circuit.or(a.signal, b.signal), table: a.table | b.table });
    else made.push({ signal: circuit.xor(a.signal, b.signal), table: a.table ^ b.table });
  }
  return made;
}

/** What a circuit computes in all cases, gate by gate. */
function tableOf(circuit: Circuit, signal: Signal): number {
  const gate = gateOf(signal);
  const name = circuit.nameOf(gate);
  const [left, right] = circuit.inputsOf(gate);
  const of = (each: Signal) => tableOf(circuit, each);
  const flip = signal === 2 * gate ? 0 : ALL;
  if (gate === 0) return flip;
  if (name !== null) return INPUTS[name as keyof typeof INPUTS] ^ flip;
  return (circuit.isAnd(gate) ? of(left) & of(right) : of(left) ^ of(right)) ^ flip;
}

test.each(seeds(200))("random signals, seed %i", (seed) => {
  const circuit = new Circuit();
  const made = randomSignals(seed, circuit, 30);
  for (const { signal, table } of made) expect(tableOf(circuit, signal), again(seed)).toBe(table);
  const copy = new Circuit();
  const copies = transplant(
    circuit,
    copy,
    made.map(({ signal }) => signal),
    (name) => copy.input(name),
  );
  for (const [at, signal] of copies.entries())
    expect(tableOf(copy, signal), again(seed)).toBe(made[at]!.table);
});

test.each(seeds(50))("what is reachable from random signals, seed %i", (seed) => {
  const circuit = new Circuit();
  const made = randomSignals(seed, circuit, 40).map(({ signal }) => signal);
  const outputs = made.filter((_, at) => (at + seed) % 7 === 0);
  const found = new Set<number>();
  const visit = (signal: Signal): void => {
    const gate = gateOf(signal);
    if (found.has(gate) || circuit.nameOf(gate) !== null) return;
    found.add(gate);
    circuit.inputsOf(gate).forEach(visit);
  };
  outputs.forEach(visit);
  const gates = [...found].sort((a, b) => a - b);
  for (const first of [0, 1, 5, 10, circuit.size - 1, circuit.size])
    expect(reachable(circuit, outputs, first), again(seed)).toEqual(gates.filter((gate) => gate >= first));
});

test("the cheapest of several ways is kept, wherever it stands, and the gates of the others are gone", () => {
  const ways = (circuit: Circuit) => {
    const [a, b, c] = ["a", "b", "c"].map((name) => circuit.input(name)) as [Signal, Signal, Signal];
    const long = () => [circuit.choose(a, circuit.and(b, c), circuit.xor(b, c))];
    const short = () => [circuit.and(a, b)];
    return { long, short };
  };
  for (const order of [["short"], ["short", "long"], ["long", "short"], ["long", "short", "long"]] as const) {
    const circuit = new Circuit();
    const { long, short } = ways(circuit);
    const before = circuit.size;
    const [signal] = cheapest(
      circuit,
      order.map((each) => (each === "short" ? short : long)),
    );
    expect(tableOf(circuit, signal!)).toBe(INPUTS.a & INPUTS.b);
    expect(circuit.size - before).toBe(1);
  }
  expect(cheapest(new Circuit(), [() => [TRUE]])).toEqual([TRUE]);
});
