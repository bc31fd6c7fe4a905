// Boolean circuits of and and xor gates with free negation.
//
// A signal is twice the number of a gate, plus 1 if it is negated; gate 0 is the constant 0. Equal gates are made once
// (hash-consing), so equality of signals is cheap and everything is shared that is written the same way. Gates are
// simplified as they are made, looking at most two gates deep: constants, absorption, and what the two gates of an
// adder (a and b, a xor b) say about each other.

import { cached } from "../../diagnostics/memo.ts";
import type { Bdd, Bool } from "../../logic/bdd.ts";

/** A gate's output, negated or not. */
export type Signal = number;

export const FALSE: Signal = 0;
export const TRUE: Signal = 1;

export const not = (signal: Signal): Signal => signal ^ 1;
export const gateOf = (signal: Signal): number => signal >> 1;
export const isNegated = (signal: Signal): boolean => (signal & 1) === 1;

const INPUT = -1;
const AND = 0;
const XOR = 1;

/** Signals stay below this, so that two of them and a kind are one exact number. */
const MOST_SIGNALS = 2 ** 26;
const keyOf = (kind: number, left: Signal, right: Signal): number => (left * MOST_SIGNALS + right) * 2 + kind;

export class Circuit {
  readonly #kind: number[] = [INPUT];
  readonly #left: Signal[] = [0];
  readonly #right: Signal[] = [0];
  readonly #names: (string | null)[] = ["0"];
  readonly #inputs = new Map<string, number>();
  /** Gates by what they compute: see `keyOf`. */
  readonly #known = new Map<number, number>();

  /** Gates, inputs and the constant. Gates come after what they read. */
  get size(): number {
    return this.#kind.length;
  }

  /** The input of that name, the same one for the same name. */
  input(name: string): Signal {
    return 2 * cached(this.#inputs, name, () => this.#add(INPUT, 0, 0, name));
  }

  /** Returns what the gate is, or null for a gate that is no input. The constant's name is 0. */
  nameOf(gate: number): string | null {
    return this.#names[gate]!;
  }

  isAnd(gate: number): boolean {
    return this.#kind[gate] === AND;
  }

  isXor(gate: number): boolean {
    return this.#kind[gate] === XOR;
  }

  left(gate: number): Signal {
    return this.#left[gate]!;
  }

  right(gate: number): Signal {
    return this.#right[gate]!;
  }

  /** The two signals that a gate reads. */
  inputsOf(gate: number): readonly [Signal, Signal] {
    return [this.#left[gate]!, this.#right[gate]!];
  }

  and(a: Signal, b: Signal): Signal {
    if (a > b) return this.and(b, a);
    if (a === FALSE || a === not(b)) return FALSE;
    if (a === TRUE || a === b) return b;
    const simpler = this.#absorb(a, b) ?? this.#absorb(b, a) ?? this.#pair(a, b) ?? this.#pair(b, a);
    if (simpler !== null) return simpler;
    return 2 * this.#gate(AND, a, b);
  }

  or(a: Signal, b: Signal): Signal {
    return not(this.and(not(a), not(b)));
  }

  xor(a: Signal, b: Signal): Signal {
    const negated = (a & 1) ^ (b & 1);
    const low = Math.min(a & ~1, b & ~1);
    const high = Math.max(a & ~1, b & ~1);
    if (low === FALSE) return high ^ negated;
    if (low === high) return negated;
    const simpler = this.#cancel(low, high) ?? this.#cancel(high, low) ?? this.#merge(low, high);
    if (simpler !== null) return simpler ^ negated;
    return (2 * this.#gate(XOR, low, high)) ^ negated;
  }

  /** Either of two signals, chosen by a third. */
  choose(when: Signal, then: Signal, otherwise: Signal): Signal {
    if (then === not(otherwise)) return this.xor(when, otherwise);
    return this.or(this.and(when, then), this.and(not(when), otherwise));
  }

  /** Takes back all gates from `size` on, which nobody may use any more. */
  rollBack(size: number): void {
    while (this.#kind.length > size) {
      const gate = this.#kind.length - 1;
      const name = this.#names[gate]!;
      if (name === null) this.#known.delete(keyOf(this.#kind[gate]!, this.#left[gate]!, this.#right[gate]!));
      else this.#inputs.delete(name);
      this.#kind.pop();
      this.#left.pop();
      this.#right.pop();
      this.#names.pop();
    }
  }

  #gate(kind: number, left: Signal, right: Signal): number {
    return cached(this.#known, keyOf(kind, left, right), () => this.#add(kind, left, right, null));
  }

  #add(kind: number, left: Signal, right: Signal, name: string | null): number {
    this.#kind.push(kind);
    this.#left.push(left);
    this.#right.push(right);
    this.#names.push(name);
    return this.#kind.length - 1;
  }

  /** `a and b`, where b's own inputs decide. */
  #absorb(a: Signal, b: Signal): Signal | null {
    const gate = gateOf(b);
    const kind = this.#kind[gate];
    if (kind === INPUT) return null;
    const c = this.#left[gate]!;
    const d = this.#right[gate]!;
    if (kind === AND) {
      if (!isNegated(b)) {
        if (a === c || a === d) return b;
        return a === not(c) || a === not(d) ? FALSE : null;
      }
      if (a === not(c) || a === not(d)) return a;
      if (a === c) return this.and(a, not(d));
      return a === d ? this.and(a, not(c)) : null;
    }
    // Where a holds, the other input of the xor decides.
    const own = gateOf(a);
    if (own !== gateOf(c) && own !== gateOf(d)) return null;
    return this.and(a, (own === gateOf(c) ? d : c) ^ (isNegated(a) ? 0 : 1) ^ (b & 1));
  }

  /** `a and b`, where a is an and gate, and b an and or xor gate that shares inputs with it. */
  #pair(a: Signal, b: Signal): Signal | null {
    const one = gateOf(a);
    if (this.#kind[one] !== AND) return null;
    const two = gateOf(b);
    const kind = this.#kind[two];
    if (kind === INPUT) return null;
    const c = this.#left[one]!;
    const d = this.#right[one]!;
    const e = this.#left[two]!;
    const f = this.#right[two]!;
    if (kind === AND) {
      const clash = c === not(e) || c === not(f) || d === not(e) || d === not(f);
      if (!clash) return null;
      if (!isNegated(a)) return isNegated(b) ? a : FALSE;
      return isNegated(b) ? null : b;
    }
    if (gateOf(c) !== gateOf(e) || gateOf(d) !== gateOf(f)) return null;
    // b's value where c and d hold.
    const there = (c & 1) ^ (d & 1) ^ (b & 1);
    if (!isNegated(a)) return there === 1 ? a : FALSE;
    return there === 1 ? this.and(not(c), not(d)) : b;
  }

  /** `a xor b` of plain signals, where b's own inputs decide. */
  #cancel(a: Signal, b: Signal): Signal | null {
    const gate = gateOf(b);
    const kind = this.#kind[gate];
    if (kind === INPUT) return null;
    const c = this.#left[gate]!;
    const d = this.#right[gate]!;
    if (kind === XOR) {
      if (a === c) return d;
      return a === d ? c : null;
    }
    if (a === c) return this.and(a, not(d));
    if (a === d) return this.and(a, not(c));
    // not c xor (c and d) is not (c and not d).
    if (a === not(c)) return not(this.and(c, not(d)));
    return a === not(d) ? not(this.and(d, not(c))) : null;
  }

  /** `a xor b` of gates that share inputs. */
  #merge(a: Signal, b: Signal): Signal | null {
    const one = gateOf(a);
    const two = gateOf(b);
    const isAnd = this.#kind[one] === AND;
    if (isAnd && this.#kind[two] === AND) {
      const c = this.#left[one]!;
      const d = this.#right[one]!;
      const e = this.#left[two]!;
      const f = this.#right[two]!;
      if (c === e) return this.and(c, this.xor(d, f));
      if (c === f) return this.and(c, this.xor(d, e));
      if (d === e) return this.and(d, this.xor(c, f));
      return d === f ? this.and(d, this.xor(c, e)) : null;
    }
    const conjunction = isAnd ? one : two;
    const sum = isAnd ? two : one;
    if (this.#kind[conjunction] !== AND || this.#kind[sum] !== XOR) return null;
    const g = this.#left[conjunction]!;
    const h = this.#right[conjunction]!;
    const i = this.#left[sum]!;
    const j = this.#right[sum]!;
    if (gateOf(g) !== gateOf(i) || gateOf(h) !== gateOf(j)) return null;
    // Where g and h hold, the xor is known: with it on, what is left is the other corner; else it is an or.
    const there = (g & 1) ^ (h & 1);
    return there === 1 ? this.and(not(g), not(h)) : this.or(g, h);
  }
}

/** The gates from `first` on, in order, that outputs depend on, without inputs and the constant. */
export function reachable(circuit: Circuit, outputs: readonly Signal[], first = 0): number[] {
  const seen = new Uint8Array(circuit.size);
  for (const output of outputs) seen[gateOf(output)] = 1;
  const found: number[] = [];
  // Gates come after what they read.
  for (let gate = circuit.size - 1; gate >= first; gate--) {
    if (seen[gate] === 0 || circuit.nameOf(gate) !== null) continue;
    found.push(gate);
    seen[gateOf(circuit.left(gate))] = 1;
    seen[gateOf(circuit.right(gate))] = 1;
  }
  return found.reverse();
}

/**
 * Builds signals of one circuit again in another, where inputs become what `inputOf` says, and gates what `instead` makes
 * of signals that do not depend on them, if it makes anything. `made` is told what each gate has become.
 */
export function transplant(
  from: Circuit,
  to: Circuit,
  signals: readonly Signal[],
  inputOf: (name: string) => Signal,
  instead: (gate: number, copy: (signal: Signal) => Signal) => Signal | null = () => null,
  made = new Map<number, Signal>(),
): Signal[] {
  made.set(0, FALSE);
  const copy = (signal: Signal): Signal => build(gateOf(signal)) ^ (signal & 1);
  const build = (gate: number): Signal => {
    const known = made.get(gate);
    if (known !== undefined) return known;
    const name = from.nameOf(gate);
    const signal = instead(gate, copy) ?? (name !== null ? inputOf(name) : again(gate));
    made.set(gate, signal);
    return signal;
  };
  const again = (gate: number): Signal => {
    const a = copy(from.left(gate));
    const b = copy(from.right(gate));
    return from.isAnd(gate) ? to.and(a, b) : to.xor(a, b);
  };
  return signals.map(copy);
}

// From a decision diagram to gates: one choice a node, and less where its branches are alike.

/** Builds functions of one manager, whose variables are signals, out of gates; what they share is built once. */
export function gateBuilder(
  circuit: Circuit,
  bdd: Bdd,
  signalOf: (variable: number) => Signal,
): (f: Bool) => Signal {
  const known = new Map<Bool, Signal>([
    [0, FALSE],
    [1, TRUE],
  ]);
  const build = (f: Bool): Signal => {
    const negated = known.get(bdd.not(f));
    const signal = known.get(f) ?? (negated === undefined ? branch(f) : not(negated));
    known.set(f, signal);
    return signal;
  };
  const branch = (f: Bool): Signal => {
    const [variable, low, high] = bdd.branches(f);
    const when = signalOf(variable);
    if (low === bdd.not(high)) return circuit.xor(when, build(low));
    // Where one branch implies the other, two gates choose.
    if (!bdd.meets(low, bdd.not(high))) return circuit.or(build(low), circuit.and(when, build(high)));
    if (!bdd.meets(high, bdd.not(low))) return circuit.or(build(high), circuit.and(not(when), build(low)));
    return circuit.choose(when, build(high), build(low));
  };
  return build;
}
