// The step of many cells as code: one loop over the vectors of a row, or of several rows at once.
//
// Rows that are computed together share what they have in common, such as the sums of a row's neighbours that the row
// itself and those above and below it add up: the circuits of their cells are made one circuit first. Away from the
// edges of the grid everything is known to be inside.

import { isVertical } from "../../grid/direction.ts";
import { halved } from "../../logic/pairwise.ts";
import type { Assembler } from "../webassembly/assembler.ts";
import {
  type Code,
  i32,
  i32x4,
  increase,
  loop,
  times,
  type Variable,
  v128,
} from "../webassembly/instructions.ts";
import { Circuit, FALSE, gateOf, isNegated, reachable, type Signal, TRUE, transplant } from "./bit-gates.ts";
import type { StateLayout } from "./bit-layout.ts";
import { type CellCircuit, inputName, inputNamed } from "./lower.ts";

/** A bit of what a channel holds, the lowest being 0. */
export interface Plane {
  readonly channel: number;
  readonly digit: number;
}

/** What of a network is made into code. */
export interface Plan {
  readonly cell: CellCircuit;
  /** All bits of all channels, by which the circuit's inputs and next values are numbered. */
  readonly planes: readonly Plane[];
  /** Planes that are stored, in order; the others are 1 inside the grid. */
  readonly stored: readonly number[];
}

/** Tells whether its steps can turn out to be in doubt. */
export const canDoubt = ({ cell: { doubt = FALSE } }: Plan): boolean => doubt !== FALSE;

/** Where cells lie, as far as code depends on it. */
type Spacing = Pick<StateLayout, "cell" | "stride" | "vectors">;

/** What a kernel knows of its cells. */
interface KernelKind {
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
  /** Next values, by row and stored plane. */
  readonly next: readonly (readonly Signal[])[];
  readonly changed: Signal;
  readonly doubt: Signal;
}

/** The circuits of cells that lie above one another, as one. Inputs are named as in `lower.ts`, `mask`, and `run`. */
export function stackCells({ cell, stored }: Plan, { rows, atSides, atEnds, tracks }: KernelKind): Stack {
  const circuit = new Circuit();
  const wanted = [cell.doubt ?? FALSE, ...stored.map((plane) => cell.next[plane]!)];
  const mask = atSides ? circuit.input("mask") : TRUE;
  const inputOf =
    (row: number) =>
    (name: string): Signal => {
      const input = inputNamed(name);
      if (input.kind === "cell") return circuit.input(inputName({ ...input, row: input.row + row }));
      return (isVertical(input.edge) ? atEnds : atSides) ? circuit.input(name) : TRUE;
    };
  const changes: Signal[] = [];
  let doubts: Signal = FALSE;
  const next = Array.from({ length: rows }, (_, row) => {
    const [doubt, ...values] = transplant(cell.circuit, circuit, wanted, inputOf(row));
    doubts = circuit.or(doubts, doubt!);
    return values.map((value, at) => {
      const inside = circuit.and(value, mask);
      if (tracks) changes.push(circuit.xor(inside, circuit.input(`${stored[at]} ${row} 0`)));
      return inside;
    });
  });
  // Lanes beside the grids do what they like.
  return {
    circuit,
    next,
    changed: halved(changes, (a, b) => circuit.or(a, b)) ?? FALSE,
    doubt: doubts === FALSE ? FALSE : circuit.and(doubts, circuit.input("run")),
  };
}

/** What a kernel gives where a next value is in doubt. */
export const DOUBTED = 2;

/** Parameters of all kernels. */
const PARAMETERS = ["from", "to", "mask", "count", "above", "below"] as const;
type Given = Readonly<Record<(typeof PARAMETERS)[number], Variable>>;

/**
 * Defines a function of `from`, the vector before and above the first cell; `to`, where the first next value goes;
 * `mask`, that of the vector before; `count` vectors to go through; `above` and `below`, -1 where there is a row and
 * else 0. It gives a sum of 1 if something changed, where it tracks that, and of `DOUBTED`.
 */
export function defineKernel(
  assembler: Assembler,
  name: string,
  plan: Plan,
  spacing: Spacing,
  kind: KernelKind,
): void {
  const stack = stackCells(plan, kind);
  assembler.define(name, PARAMETERS, (given, make) => {
    const [up, down, changed, doubted] = [make.vector(), make.vector(), make.vector(), make.vector()];
    const ends = { up: up.get(), down: down.get() };
    const emitter = new Emitter(stack, make.vector, loader(plan, spacing, given, ends));
    const stores = stack.next.flatMap((values, row) =>
      values.map((value, at) =>
        v128.store(row * spacing.stride + at * 16, given.to.get(), emitter.make(value)),
      ),
    );
    const gather = (found: Variable, signal: Signal): Code =>
      found.set(v128.or(found.get(), emitter.make(signal)));
    const doubts = stack.doubt !== FALSE;
    return [
      up.set(i32x4.splat(given.above.get())),
      down.set(i32x4.splat(given.below.get())),
      loop(i32.gt_s(given.count.get(), i32.const(0)), [
        ...stores,
        kind.tracks ? gather(changed, stack.changed) : [],
        doubts ? gather(doubted, stack.doubt) : [],
        increase(given.from, i32.const(spacing.cell)),
        increase(given.to, i32.const(spacing.cell)),
        increase(given.mask, i32.const(16)),
        increase(given.count, i32.const(-1)),
      ]),
      doubts
        ? i32.or(v128.any_true(changed.get()), times(v128.any_true(doubted.get()), DOUBTED))
        : v128.any_true(changed.get()),
    ];
  });
}

/** Tells how a kernel comes by the inputs of its circuit. */
export function loader(
  { stored }: Plan,
  { cell, stride, vectors }: Spacing,
  { from, mask }: Pick<Given, "from" | "mask">,
  ends: Readonly<Record<"up" | "down", Code>>,
): (input: string) => Code {
  const edges: Readonly<Record<string, Code>> = {
    ...ends,
    left: v128.load(0, mask.get()),
    right: v128.load(32, mask.get()),
  };
  const places = new Map(stored.map((plane, at) => [plane, at]));
  return (input) => {
    if (input === "mask") return v128.load(16, mask.get());
    if (input === "run") return v128.load((vectors + 3) * 16, mask.get());
    const read = inputNamed(input);
    if (read.kind === "edge") return edges[read.edge]!;
    const [row, vector] = [read.row + 1, read.col + 1];
    return v128.load(row * stride + vector * cell + places.get(read.channel)! * 16, from.get());
  };
}

/** A value that may be the negation of the wanted one, if `flip` is 1. */
interface Flipped<T> {
  readonly value: T;
  readonly flip: number;
}

/**
 * Makes signals into expressions. What is used more than once goes to a variable, some of it negated where that
 * saves a negation: `not a and not b` is kept as `a or b`.
 */
export class Emitter {
  readonly #circuit: Circuit;
  readonly #uses: ReadonlyMap<number, number>;
  readonly #newVariable: () => Variable;
  readonly #load: (input: string) => Code;
  readonly #kept = new Map<number, Flipped<Variable>>();
  #before: Code[] = [];

  constructor(
    { circuit, next, changed, doubt }: Stack,
    newVariable: () => Variable,
    load: (input: string) => Code,
  ) {
    this.#circuit = circuit;
    this.#uses = countUses(circuit, [...next.flat(), changed, doubt]);
    this.#newVariable = newVariable;
    this.#load = load;
  }

  /** Code of a signal; to be called once for each of the stack's outputs, in the order in which they are computed. */
  make(signal: Signal): Code {
    this.#before = [];
    const { value, flip } = this.#value(gateOf(signal));
    const isFlipped = flip !== (isNegated(signal) ? 1 : 0);
    return [...this.#before, isFlipped ? v128.not(value) : value];
  }

  #value(gate: number): Flipped<Code> {
    const known = this.#kept.get(gate);
    if (known !== undefined) return { value: known.value.get(), flip: known.flip };
    const { value, flip } = this.#compute(gate);
    if (this.#uses.get(gate)! < 2) return { value, flip };
    const variable = this.#newVariable();
    this.#before.push(variable.set(value));
    this.#kept.set(gate, { value: variable, flip });
    return { value: variable.get(), flip };
  }

  #compute(gate: number): Flipped<Code> {
    const name = this.#circuit.nameOf(gate);
    if (gate === 0) return { value: i32x4.splat(i32.const(0)), flip: 0 };
    if (name !== null) return { value: this.#load(name), flip: 0 };
    const left = this.#circuit.left(gate);
    const right = this.#circuit.right(gate);
    const a = this.#value(gateOf(left));
    const b = this.#value(gateOf(right));
    const flipA = a.flip ^ (left & 1);
    const flipB = b.flip ^ (right & 1);
    if (this.#circuit.isXor(gate)) return { value: v128.xor(a.value, b.value), flip: flipA ^ flipB };
    if (flipA && flipB) return { value: v128.or(a.value, b.value), flip: 1 };
    if (flipA) return { value: v128.andnot(b.value, a.value), flip: 0 };
    return { value: flipB ? v128.andnot(a.value, b.value) : v128.and(a.value, b.value), flip: 0 };
  }
}

function countUses(circuit: Circuit, outputs: readonly Signal[]): ReadonlyMap<number, number> {
  const uses = new Map<number, number>();
  const use = (signal: Signal): void => {
    uses.set(gateOf(signal), (uses.get(gateOf(signal)) ?? 0) + 1);
  };
  for (const gate of reachable(circuit, outputs)) {
    use(circuit.left(gate));
    use(circuit.right(gate));
  }
  outputs.forEach(use);
  return uses;
}
