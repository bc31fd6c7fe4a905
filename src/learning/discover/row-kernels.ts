// Circuits of cells with what is known put in, each once, and the code that runs one along a row of cells: a kernel
// reads and writes planes where its record in memory says.

import { cached } from "../../diagnostics/memo.ts";
import {
  Circuit,
  FALSE,
  isNegated,
  not,
  reachable,
  type Signal,
  TRUE,
  transplant,
} from "../../engines/bits/bit-gates.ts";
import { Emitter } from "../../engines/bits/bit-kernels.ts";
import type { Assembler } from "../../engines/webassembly/assembler.ts";
import { type Code, i32, increase, loop, plus, v128 } from "../../engines/webassembly/instructions.ts";
import type { BodyCircuit, CellInput } from "./cell.ts";

export interface Kernel {
  readonly id: number;
  /** Names of the inputs that it reads from where its record says. */
  readonly inputs: readonly string[];
  readonly circuit: Circuit;
  /** The bits that it writes. */
  readonly outputs: readonly Signal[];
}

/** A circuit where some inputs are known. */
interface Special {
  /** Each output: known, an input as it is, or what the kernel writes. */
  readonly outputs: readonly (number | string | { readonly write: number })[];
  /** Null where nothing is left to be computed. */
  readonly kernel: Kernel | null;
}

const PLANE = "plane ";

/** Makes kernels, each once. */
export class Kernels {
  #count = 0;
  readonly #known = new Map<string, Special>();

  /** A circuit with inputs that are 0 or 1, or else not known. */
  specialise(from: BodyCircuit, values: ReadonlyMap<string, number>): Special {
    let key = `${from.key}:`;
    for (const value of values.values()) key += value > 1 ? "x" : value;
    return cached(this.#known, key, () => {
      const circuit = new Circuit();
      const signals = transplant(from.circuit, circuit, from.outputs, (name) => {
        const value = values.get(name);
        return value === 0 ? FALSE : value === 1 ? TRUE : circuit.input(name);
      });
      return this.#special(circuit, signals);
    });
  }

  #special(circuit: Circuit, signals: readonly Signal[]): Special {
    const written: Signal[] = [];
    const outputs = signals.map((signal) => {
      if (signal === FALSE) return 0;
      if (signal === TRUE) return 1;
      const name = isNegated(signal) ? null : circuit.nameOf(signal >> 1);
      if (name !== null && !name.startsWith(PLANE)) return name;
      const before = written.indexOf(signal);
      return { write: before >= 0 ? before : written.push(signal) - 1 };
    });
    if (written.length === 0) return { outputs, kernel: null };
    const inputs = inputsOf(circuit, written).filter((name) => !name.startsWith(PLANE));
    return { outputs, kernel: { id: this.#count++, inputs, circuit, outputs: written } };
  }
}

/** Names of the inputs that signals depend on. */
function inputsOf(circuit: Circuit, signals: readonly Signal[]): string[] {
  const gates = reachable(circuit, signals).flatMap((gate) => circuit.inputsOf(gate));
  const names = [...signals, ...gates].map((signal) => circuit.nameOf(signal >> 1));
  return [...new Set(names.filter((name) => name !== null && name !== "0"))] as string[];
}

function gate(key: string, make: (circuit: Circuit, a: Signal, b: Signal) => Signal): BodyCircuit {
  const circuit = new Circuit();
  const input = (bit: number): CellInput => ({ tag: "bit", bit, place: "here", age: "new" });
  const outputs = [make(circuit, circuit.input("a"), circuit.input("b"))];
  return {
    key,
    circuit,
    outputs,
    inputs: new Map([
      ["a", input(0)],
      ["b", input(1)],
    ]),
  };
}

/** Circuits of two bits; `not` looks at the first alone. */
export const GATES = {
  and: gate("and", (circuit, a, b) => circuit.and(a, b)),
  or: gate("or", (circuit, a, b) => circuit.or(a, b)),
  andNot: gate("andNot", (circuit, a, b) => circuit.and(a, not(b))),
  not: gate("not", (_, a) => not(a)),
  same: gate("same", (circuit, a, b) => not(circuit.xor(a, b))),
} as const;

/** A record: the kernel's number, how many cells, then an address and how far it moves from cell to cell for each plane. */
const recordBytes = ({ inputs, outputs }: Kernel): number => 8 + 8 * (inputs.length + outputs.length);

export const kernelName = ({ id }: Kernel): string => `kernel ${id}`;

/** Defines a function of a record's address that runs it, and gives the address behind it. */
export function defineLaneKernel(
  assembler: Assembler,
  kernel: Kernel,
  planeAt: (plane: number) => number,
): void {
  const { circuit, outputs, inputs } = kernel;
  assembler.define(kernelName(kernel), ["at"], ({ at }, make) => {
    const count = make.number();
    const pointers = [...inputs, ...outputs].map(() => [make.number(), make.number()] as const);
    const load = (name: string): Code =>
      name.startsWith(PLANE)
        ? v128.load(planeAt(Number(name.slice(PLANE.length))), i32.const(0))
        : v128.load(0, pointers[inputs.indexOf(name)]![0].get());
    const stack = { circuit, next: [outputs], changed: FALSE, doubt: FALSE };
    const emitter = new Emitter(stack, make.vector, load);
    return [
      count.set(i32.load(4, at.get())),
      pointers.map(([pointer, stride], index) => [
        pointer.set(i32.load(8 + 8 * index, at.get())),
        stride.set(i32.load(12 + 8 * index, at.get())),
      ]),
      loop(i32.gt_s(count.get(), i32.const(0)), [
        ...outputs.map((output, index) =>
          v128.store(0, pointers[inputs.length + index]![0].get(), emitter.make(output)),
        ),
        ...pointers.map(([pointer, stride]) => increase(pointer, stride.get())),
        increase(count, i32.const(-1)),
      ]),
      plus(at.get(), recordBytes(kernel)),
    ];
  });
}
