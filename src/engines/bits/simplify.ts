// Fewer gates for the same step: every gate is tried with something simpler in its place.
//
// What must stay as it is are the next values on patches that can occur. Simulation of many random patches at once
// finds for each gate where it matters at all, and which constants, other signals or gates of two of them agree with
// it there. What then saves gates is proved with decision diagrams before it is done.

import { groupBy } from "../../diagnostics/group.ts";
import { cached } from "../../diagnostics/memo.ts";
import { type Random, seededRandom } from "../../grid/random.ts";
import type { Bdd, Bool } from "../../logic/bdd.ts";
import { isTooLarge } from "../../logic/nodes.ts";
import { Circuit, gateOf, isNegated, reachable, type Signal, transplant } from "./bit-gates.ts";
import type { BitPatch } from "./bit-patch.ts";
import type { Digital } from "./digital.ts";
import { type CellCircuit, inputName } from "./lower.ts";

/** Patches simulated, 32 to a word. */
const WORDS = 64;
/** Gates above which equal gates are merged first, and nothing else is tried if more are left: the time grows with the cube. */
const MOST_GATES = 1000;
/** Circuits that are larger still are left alone. */
const MOST_MERGED = 8000;
/** With more gates than this, gates of two signals are not tried. */
const MOST_FOR_PAIRS = 260;
/** Candidates that are worked out, of those that simulation allows. */
const TRIED = 6;

type Words = Int32Array;

const EVERYWHERE: Words = new Int32Array(WORDS).fill(-1);

/** A circuit with its gates in order and their simulated values. */
interface Simulated extends CellCircuit {
  readonly gates: readonly number[];
  readonly values: ReadonlyMap<number, Words>;
}

/** Something that might stand in a gate's place: another signal, or a gate of two. */
type Substitute =
  | { readonly kind: "signal"; readonly a: Signal }
  | { readonly kind: "and" | "or" | "xor"; readonly a: Signal; readonly b: Signal };

/** A circuit of as many gates or fewer, with the same next values wherever the patch can occur. */
export function simplify(cell: CellCircuit, digital: Digital): CellCircuit {
  const { patch } = digital;
  const inputs = randomPatches(patch, seededRandom(1));
  let current = simulate(cell, (name) => inputs.get(name)!);
  if (current.gates.length > MOST_MERGED) return cell;
  try {
    const proof = new Proof(digital, current, inputs);
    if (!proof.holds()) throw new Error(`internal: the gates of ${digital.network.program} are wrong`);
    if (current.gates.length > MOST_GATES) current = merge(current, proof);
    if (current.gates.length > MOST_GATES) return current;
    for (let before = Number.POSITIVE_INFINITY; current.gates.length < before; ) {
      before = current.gates.length;
      for (let at = current.gates.length - 1; at >= 0; at--) {
        if (at >= current.gates.length) continue;
        current = improve(current, current.gates[at]!, proof) ?? current;
      }
    }
  } catch (error) {
    if (!isTooLarge(error)) throw error;
  }
  return current;
}

/** Patches that can occur, by input: each variable is drawn in turn, as far as the patch leaves it open. */
function randomPatches({ bdd, inputs, care }: BitPatch, random: Random): ReadonlyMap<string, Words> {
  const words = inputs.map(() => new Int32Array(WORDS));
  for (let bit = 0; bit < 32 * WORDS; bit++) {
    let open = care;
    // Ones are rare in some patches and common in others.
    const density = random.next();
    words.forEach((word, variable) => {
      const [off, on] = [bdd.cofactor(open, variable, 0), bdd.cofactor(open, variable, 1)];
      const value = off === 0 || (on !== 0 && random.next() < density);
      if (value) word[bit >> 5]! |= 1 << (bit & 31);
      open = value ? on : off;
    });
  }
  return new Map(inputs.map((input, variable) => [inputName(input), words[variable]!]));
}

/** `kept`: what is known of gates already. */
function simulate(
  { circuit, next }: CellCircuit,
  inputOf: (name: string) => Words,
  kept: ReadonlyMap<number, Words> = new Map(),
): Simulated {
  const gates = reachable(circuit, next);
  const values = new Map<number, Words>([[0, new Int32Array(WORDS)]]);
  for (let gate = 1; gate < circuit.size; gate++) {
    const name = circuit.nameOf(gate);
    if (name !== null) values.set(gate, kept.get(gate) ?? inputOf(name));
  }
  const worth = (gate: number): Words => values.get(gate)!;
  for (const gate of gates) values.set(gate, kept.get(gate) ?? gateValue(circuit, gate, worth));
  return { circuit, next, gates, values };
}

/** Returns what is known of gates that became other ones, as far as they do not depend on what was changed. */
function keptOf<T>(
  known: ReadonlyMap<number, T>,
  above: ReadonlySet<number>,
  made: ReadonlyMap<number, Signal>,
  negated: (value: T) => T,
): Map<number, T> {
  const kept = new Map<number, T>();
  for (const [gate, value] of known) {
    const signal = made.get(gate);
    if (signal === undefined || above.has(gate) || kept.has(gateOf(signal))) continue;
    kept.set(gateOf(signal), isNegated(signal) ? negated(value) : value);
  }
  return kept;
}

function gateValue(circuit: Circuit, gate: number, worth: (gate: number) => Words): Words {
  const [a, b] = circuit.inputsOf(gate);
  const [x, y] = [worth(gateOf(a)), worth(gateOf(b))];
  const [flipX, flipY] = [-(a & 1), -(b & 1)];
  const made = new Int32Array(WORDS);
  if (circuit.isAnd(gate)) for (let at = 0; at < WORDS; at++) made[at] = (x[at]! ^ flipX) & (y[at]! ^ flipY);
  else for (let at = 0; at < WORDS; at++) made[at] = x[at]! ^ flipX ^ y[at]! ^ flipY;
  return made;
}

/** The circuit with one gate for all that compute the same. */
function merge({ circuit: from, next, values }: Simulated, proof: Proof): Simulated {
  const twins = new Map<number, Signal>();
  const byPrint = new Map<number, Signal[]>();
  for (const [gate, words] of values) {
    const print = printOf(words);
    const twin = byPrint.get(print)?.find((signal) => proof.isThatOf(gate, signal));
    if (twin !== undefined) twins.set(gate, twin);
    else {
      cached(byPrint, print, () => []).push(2 * gate);
      cached(byPrint, print ^ printOf(EVERYWHERE), () => []).push(2 * gate + 1);
    }
  }
  const [cell, made] = rebuilt(from, next, (gate, copy) => {
    const twin = twins.get(gate);
    return twin === undefined ? null : copy(twin);
  });
  return proof.turnTo(cell, new Set(), made);
}

/** A circuit built anew, with something else for some gates; and what its gates have become. */
function rebuilt(
  from: Circuit,
  signals: readonly Signal[],
  instead: (gate: number, copy: (signal: Signal) => Signal, circuit: Circuit) => Signal | null,
): [cell: CellCircuit, made: ReadonlyMap<number, Signal>] {
  const circuit = new Circuit();
  const made = new Map<number, Signal>();
  const inputOf = (name: string): Signal => circuit.input(name);
  const other = (gate: number, copy: (signal: Signal) => Signal) => instead(gate, copy, circuit);
  return [{ circuit, next: transplant(from, circuit, signals, inputOf, other, made) }, made];
}

/** The circuit with something simpler in a gate's place, or null. */
function improve(current: Simulated, gate: number, proof: Proof): Simulated | null {
  const { above, matters } = influence(current, gate);
  for (const substitute of substitutes(current, gate, above, matters)) {
    const [cell, made] = rebuilt(current.circuit, current.next, (at, copy, circuit) => {
      if (at !== gate) return null;
      if (substitute.kind === "signal") return copy(substitute.a);
      return circuit[substitute.kind](copy(substitute.a), copy(substitute.b));
    });
    if (reachable(cell.circuit, cell.next).length >= current.gates.length) continue;
    if (proof.allows(gate, above, substitute)) return proof.turnTo(cell, above, made);
  }
  return null;
}

/** The gates that depend on a gate, and the patches in which a channel does. */
function influence(
  { circuit, next, gates, values }: Simulated,
  gate: number,
): { readonly above: ReadonlySet<number>; readonly matters: Words } {
  const flipped = new Map<number, Words>();
  const worth = (other: number): Words => flipped.get(other) ?? values.get(other)!;
  flipped.set(
    gate,
    values.get(gate)!.map((word) => ~word),
  );
  const above = new Set([gate]);
  for (const other of gates) {
    if (other === gate || !circuit.inputsOf(other).some((signal) => above.has(gateOf(signal)))) continue;
    above.add(other);
    flipped.set(other, gateValue(circuit, other, worth));
  }
  const matters = new Int32Array(WORDS);
  for (const signal of next) {
    const [before, after] = [values.get(gateOf(signal))!, worth(gateOf(signal))];
    if (before !== after) for (let at = 0; at < WORDS; at++) matters[at]! |= before[at]! ^ after[at]!;
  }
  return { above, matters };
}

function* substitutes(
  current: Simulated,
  gate: number,
  above: ReadonlySet<number>,
  matters: Words,
): Generator<Substitute> {
  const { gates, values } = current;
  const wanted = values.get(gate)!;
  const others = [...values.keys()].filter((other) => !above.has(other));
  let tried = 0;
  for (const other of others) {
    for (const signal of [2 * other, 2 * other + 1]) {
      if (tried >= TRIED || !agrees(wanted, matters, values.get(other)!, -(signal & 1))) continue;
      tried++;
      yield { kind: "signal", a: signal };
    }
  }
  if (gates.length > MOST_FOR_PAIRS || ownGates(current, gate) < 2) return;
  yield* pairs(values, others, wanted, matters);
}

/**
 * Gates of two signals: both inputs of an and hold wherever the gate should, none of an or where it should not, and
 * those of an xor differ just there.
 */
function* pairs(
  values: ReadonlyMap<number, Words>,
  others: readonly number[],
  wanted: Words,
  matters: Words,
): Generator<Substitute> {
  const signals = others.flatMap((other) => [2 * other, 2 * other + 1]);
  const valuesOf = (signal: Signal): Valued => ({ values: values.get(gateOf(signal))!, flip: -(signal & 1) });
  const target = { values: wanted, flip: 0 };
  const implied = signals.filter((signal) => implies(target, valuesOf(signal), matters));
  const implying = signals.filter((signal) => implies(valuesOf(signal), target, matters));
  for (const { kind, from } of [
    { kind: "and", from: implied },
    { kind: "or", from: implying },
  ] as const) {
    let tried = 0;
    for (const [at, a] of from.entries()) {
      for (let before = 0; before < at && tried < TRIED; before++) {
        const b = from[before]!;
        if (!agreesAsPair(target, kind, valuesOf(a), valuesOf(b), matters)) continue;
        tried++;
        yield { kind, a, b };
      }
    }
  }
  // Which other signal makes an xor of a signal right is known from the fingerprints.
  const prints = new Map(others.map((other) => [other, printOf(values.get(other)!, matters)]));
  const byPrint = groupBy(others, (other) => prints.get(other)!);
  const [ofAll, ofWanted] = [printOf(matters, matters), printOf(wanted, matters)];
  let tried = 0;
  for (const [other, print] of prints) {
    for (const a of [2 * other, 2 * other + 1])
      for (const b of byPrint.get(print ^ ofWanted ^ (isNegated(a) ? ofAll : 0)) ?? []) {
        if (
          b >= other ||
          tried >= TRIED ||
          !agreesAsPair(target, "xor", valuesOf(a), valuesOf(2 * b), matters)
        )
          continue;
        tried++;
        yield { kind: "xor", a, b: 2 * b };
      }
  }
}

/** A number of values where they matter; that of an xor is the xor of those of its inputs. */
function printOf(values: Words, matters = EVERYWHERE): number {
  let print = 0;
  for (let at = 0; at < WORDS; at++) print = ((print << 5) | (print >>> 27)) ^ (values[at]! & matters[at]!);
  return print;
}

/** Simulated values, with -1 as `flip` if they are to be negated. */
interface Valued {
  readonly values: Words;
  readonly flip: number;
}

function implies(a: Valued, b: Valued, matters: Words): boolean {
  for (let at = 0; at < WORDS; at++)
    if (((a.values[at]! ^ a.flip) & ~(b.values[at]! ^ b.flip) & matters[at]!) !== 0) return false;
  return true;
}

/** Tells whether a signal's values, negated or not, are the wanted ones wherever it matters. */
function agrees(wanted: Words, matters: Words, values: Words, flip: number): boolean {
  for (let at = 0; at < WORDS; at++)
    if (((values[at]! ^ flip ^ wanted[at]!) & matters[at]!) !== 0) return false;
  return true;
}

/** Tells whether the values of a gate of two signals, negated or not, are the wanted ones wherever it matters. */
function agreesAsPair(
  wanted: Valued,
  kind: "and" | "or" | "xor",
  a: Valued,
  b: Valued,
  matters: Words,
): boolean {
  for (let at = 0; at < WORDS; at++) {
    const [x, y] = [a.values[at]! ^ a.flip, b.values[at]! ^ b.flip];
    const value = kind === "and" ? x & y : kind === "or" ? x | y : x ^ y;
    if (((value ^ wanted.values[at]!) & matters[at]!) !== 0) return false;
  }
  return true;
}

/** Gates that only `gate` needs, itself included. */
function ownGates({ circuit, next, gates }: Simulated, gate: number): number {
  const [without] = rebuilt(circuit, next, (at, _, scratch) =>
    at === gate ? scratch.input("nothing") : null,
  );
  return gates.length - reachable(without.circuit, without.next).length;
}

/**
 * Proves that substitutes change no next value. Only where a gate and its substitute differ need other gates be looked
 * at, and those places are mostly few: there the gate is negated, and what depends on it is computed anew.
 */
class Proof {
  readonly #bdd: Bdd;
  readonly #care: Bool;
  readonly #variables: ReadonlyMap<string, Bool>;
  readonly #wanted: readonly Bool[];
  readonly #inputs: ReadonlyMap<string, Words>;
  #current: Simulated;
  /** What gates compute on patches that can occur; elsewhere it may be anything. */
  #functions = new Map<number, Bool>();

  constructor(
    { patch: { bdd, inputs, care }, next }: Digital,
    first: Simulated,
    simulated: ReadonlyMap<string, Words>,
  ) {
    this.#bdd = bdd;
    this.#inputs = simulated;
    this.#care = care;
    this.#wanted = next;
    this.#variables = new Map(inputs.map((input, variable) => [inputName(input), bdd.variable(variable)]));
    this.#current = first;
    this.#complete(new Map());
  }

  /** Tells whether the circuit computes the next values of the network. */
  holds(): boolean {
    return this.#current.next.every(
      (signal, channel) => !this.#bdd.differ(this.#of(signal), this.#wanted[channel]!, this.#care),
    );
  }

  /** Goes on with a circuit of the same next values, made from the one before; only gates `above` what was changed differ. */
  turnTo(cell: CellCircuit, above: ReadonlySet<number>, made: ReadonlyMap<number, Signal>): Simulated {
    const { values } = this.#current;
    const negated = (words: Words): Words => words.map((word) => ~word);
    const inputOf = (name: string): Words => this.#inputs.get(name)!;
    this.#current = simulate(cell, inputOf, keptOf(values, above, made, negated));
    this.#complete(keptOf(this.#functions, above, made, (f) => this.#bdd.not(f)));
    return this.#current;
  }

  /** Finds the functions of the gates of which they are not known. */
  #complete(kept: ReadonlyMap<number, Bool>): void {
    const { circuit, gates, values } = this.#current;
    this.#functions = new Map([[0, 0]]);
    for (const gate of values.keys()) {
      const name = circuit.nameOf(gate);
      if (gate > 0 && name !== null) this.#functions.set(gate, this.#variables.get(name)!);
    }
    for (const gate of gates) {
      const made = (): Bool => this.#bdd.restrict(this.#combine(gate, this.#functions), this.#care);
      this.#functions.set(gate, kept.get(gate) ?? made());
    }
  }

  /** Tells whether a gate computes a signal wherever the patch can occur. */
  isThatOf(gate: number, signal: Signal): boolean {
    return !this.#bdd.differ(this.#functions.get(gate)!, this.#of(signal), this.#care);
  }

  /** Tells whether next values stay as they are with something else in a gate's place. `above` depends on the gate. */
  allows(gate: number, above: ReadonlySet<number>, substitute: Substitute): boolean {
    const bdd = this.#bdd;
    const before = this.#functions.get(gate)!;
    const where = bdd.and(this.#care, bdd.xor(before, this.#made(substitute)));
    if (where === 0) return true;
    const outputs = new Set(this.#current.next.map(gateOf));
    if (outputs.has(gate)) return false;
    const changed = new Map([[gate, bdd.restrict(bdd.not(before), where)]]);
    for (const other of above) {
      if (other === gate) continue;
      const made = this.#combine(other, changed);
      if (!bdd.differ(made, this.#functions.get(other)!, where)) continue;
      if (outputs.has(other)) return false;
      changed.set(other, bdd.restrict(made, where));
    }
    return true;
  }

  #made(substitute: Substitute): Bool {
    const a = this.#of(substitute.a);
    return substitute.kind === "signal" ? a : this.#bdd[substitute.kind](a, this.#of(substitute.b));
  }

  #of(signal: Signal, instead: ReadonlyMap<number, Bool> = this.#functions): Bool {
    const f = instead.get(gateOf(signal)) ?? this.#functions.get(gateOf(signal))!;
    return isNegated(signal) ? this.#bdd.not(f) : f;
  }

  #combine(gate: number, instead: ReadonlyMap<number, Bool>): Bool {
    const { circuit } = this.#current;
    const [a, b] = circuit.inputsOf(gate).map((signal) => this.#of(signal, instead)) as [Bool, Bool];
    return circuit.isAnd(gate) ? this.#bdd.and(a, b) : this.#bdd.xor(a, b);
  }
}
