// The step of many cells as code: one loop over the vectors of a row, or of several rows at once.
//
// Rows that are computed together share what they have in common, such as the sums of a row's neighbours that the row
// itself and those above and below it add up: the circuits of their cells are made one circuit first. Away from the
// edges of the grid everything is known to be inside.

import type { Assembler, Expression, Variable } from "./assembler.ts";
import { Circuit, FALSE, gateOf, isNegated, reachable, type Signal, TRUE, transplant } from "./gates.ts";
import type { CellCircuit } from "./lower.ts";

/** What of a network is made into code. */
export interface Plan {
  readonly cell: CellCircuit;
  /** Channels that are stored, in order; the others are 1 inside the grid. */
  readonly stored: readonly number[];
}

/** Where cells lie, as far as code depends on it. */
export interface Spacing {
  /** Bytes of all channels of a vector, and of a row. */
  readonly cell: number;
  readonly stride: number;
}

/** What a kernel knows of its cells. */
export interface KernelKind {
  readonly rows: number;
  /** Where cells may be at the grid's sides, or off the grid: there the mask says what is inside. */
  readonly atSides: boolean;
  /** Whether rows may be the grid's first or last. */
  readonly atEnds: boolean;
  /** Whether it tells if anything changed. */
  readonly tracks: boolean;
}

/** Cells `rows` deep as one circuit. */
interface Stack {
  readonly circuit: Circuit;
  /** Next values, by row and stored channel. */
  readonly next: readonly (readonly Signal[])[];
  readonly changed: Signal;
}

/** The circuits of cells that lie above one another, as one. Inputs are named as in `lower.ts`, and `mask`. */
export function stackCells({ cell, stored }: Plan, { rows, atSides, atEnds, tracks }: KernelKind): Stack {
  const circuit = new Circuit();
  const wanted = stored.map((channel) => cell.next[channel]!);
  const mask = atSides ? circuit.input("mask") : TRUE;
  const inputOf =
    (row: number) =>
    (name: string): Signal => {
      const [kind, second, third] = name.split(" ");
      if (kind !== "edge") return circuit.input(`${kind} ${Number(second) + row} ${third}`);
      const vertical = second === "up" || second === "down";
      return (vertical ? atEnds : atSides) ? circuit.input(name) : TRUE;
    };
  let changed: Signal = FALSE;
  const next = Array.from({ length: rows }, (_, row) => {
    const values = transplant(cell.circuit, circuit, wanted, inputOf(row));
    return values.map((value, at) => {
      const inside = circuit.and(value, mask);
      if (tracks) changed = circuit.or(changed, circuit.xor(inside, circuit.input(`${stored[at]} ${row} 0`)));
      return inside;
    });
  });
  return { circuit, next, changed };
}

/** Gates a cell, of a stack. */
export function gatesPerCell(plan: Plan, rows: number): number {
  const { circuit, next } = stackCells(plan, { rows, atSides: false, atEnds: false, tracks: false });
  return reachable(circuit, next.flat()).length / rows;
}

/**
 * Defines a function of `from`, the vector before and above the first cell; `to`, where the first next value goes;
 * `mask`, that of the vector before; `count` vectors to go through; `above` and `below`, -1 where there is a row and
 * else 0. It gives 0 if nothing changed, where it tracks that.
 */
export function defineKernel(
  assembler: Assembler,
  name: string,
  plan: Plan,
  spacing: Spacing,
  kind: KernelKind,
): void {
  const stack = stackCells(plan, kind);
  const parameters = ["from", "to", "mask", "count", "above", "below"] as const;
  assembler.define(name, parameters, (given, make) => {
    const { module } = assembler;
    const { i32, v128 } = module;
    const [up, down, changed] = [make.vector(), make.vector(), make.vector()];
    const load = (input: string): Expression => {
      if (input === "mask") return v128.load(16, 16, given.mask.get());
      const [first, second, third] = input.split(" ");
      if (first === "edge") {
        if (second === "up" || second === "down") return (second === "up" ? up : down).get();
        return v128.load(second === "left" ? 0 : 32, 16, given.mask.get());
      }
      return v128.load(place(Number(first), Number(second) + 1, Number(third) + 1), 16, given.from.get());
    };
    const place = (channel: number, row: number, vector: number) =>
      row * spacing.stride + vector * spacing.cell + plan.stored.indexOf(channel) * 16;
    const emit = emitter(assembler, stack, make.vector, load);
    const body = stack.next.flatMap((values, row) =>
      values.flatMap((value, at) => {
        const code = emit(value);
        return [...code.before, v128.store(place(plan.stored[at]!, row, 0), 16, given.to.get(), code.value)];
      }),
    );
    if (kind.tracks) {
      const code = emit(stack.changed);
      body.push(...code.before, changed.set(v128.or(changed.get(), code.value)));
    }
    const move = (variable: Variable, bytes: number) =>
      variable.set(assembler.add(variable.get(), assembler.number(bytes)));
    return [
      up.set(module.i32x4.splat(given.above.get())),
      down.set(module.i32x4.splat(given.below.get())),
      assembler.loop(i32.gt_s(given.count.get(), assembler.number(0)), [
        ...body,
        move(given.from, spacing.cell),
        move(given.to, spacing.cell),
        move(given.mask, 16),
        move(given.count, -1),
      ]),
      v128.any_true(changed.get()),
    ];
  });
}

/** Code that makes a signal: what must be done before, and then its value. */
interface Code {
  readonly before: Expression[];
  readonly value: Expression;
}

/**
 * Makes signals into expressions. What is used more than once goes to a variable, some of it negated where that
 * saves a negation: `not a and not b` is kept as `a or b`.
 */
export function emitter(
  { module }: Assembler,
  { circuit, next, changed }: Stack,
  newVariable: () => Variable,
  load: (input: string) => Expression,
): (signal: Signal) => Code {
  const { v128, i32x4, i32 } = module;
  const outputs = [...next.flat(), changed];
  const uses = countUses(circuit, outputs);
  const kept = new Map<number, { readonly variable: Variable; readonly flip: number }>();
  let before: Expression[] = [];
  const constant = (bits: number) => i32x4.splat(i32.const(bits));

  /** The value of a gate, negated if `flip` is 1. */
  const gateValue = (gate: number): { readonly value: Expression; readonly flip: number } => {
    const known = kept.get(gate);
    if (known !== undefined) return { value: known.variable.get(), flip: known.flip };
    const made = compute(gate);
    if (uses.get(gate)! < 2) return made;
    const variable = newVariable();
    before.push(variable.set(made.value));
    kept.set(gate, { variable, flip: made.flip });
    return { value: variable.get(), flip: made.flip };
  };
  const compute = (gate: number): { readonly value: Expression; readonly flip: number } => {
    const name = circuit.nameOf(gate);
    if (name !== null) return { value: gate === 0 ? constant(0) : load(name), flip: 0 };
    const [left, right] = circuit.inputsOf(gate);
    const [a, b] = [gateValue(gateOf(left)), gateValue(gateOf(right))];
    const [flipA, flipB] = [a.flip ^ (left & 1), b.flip ^ (right & 1)];
    if (circuit.isXor(gate)) return { value: v128.xor(a.value, b.value), flip: flipA ^ flipB };
    if (flipA && flipB) return { value: v128.or(a.value, b.value), flip: 1 };
    if (flipA) return { value: v128.andnot(b.value, a.value), flip: 0 };
    return { value: flipB ? v128.andnot(a.value, b.value) : v128.and(a.value, b.value), flip: 0 };
  };
  return (signal) => {
    before = [];
    if (signal === TRUE) return { before, value: constant(-1) };
    const { value, flip } = gateValue(gateOf(signal));
    return { before, value: flip !== (isNegated(signal) ? 1 : 0) ? v128.not(value) : value };
  };
}

function countUses(circuit: Circuit, outputs: readonly Signal[]): ReadonlyMap<number, number> {
  const uses = new Map<number, number>();
  const use = (signal: Signal): void => {
    uses.set(gateOf(signal), (uses.get(gateOf(signal)) ?? 0) + 1);
  };
  for (const gate of reachable(circuit, outputs)) circuit.inputsOf(gate).forEach(use);
  outputs.forEach(use);
  return uses;
}
