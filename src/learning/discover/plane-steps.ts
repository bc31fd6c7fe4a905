// What is to be done on planes, written down step by step.
//
// A bit is known (it depends neither on holes nor on data) or has an address in memory, where it stands for all lanes.
// Each bit is written once, so that nothing is overwritten that somebody still reads; what is known disappears from the
// circuits, and what is only handed on is not copied. Steps that depend on what differs between the cases of a problem are
// kept apart: the others are made once for all cases.

import { InputError } from "../../diagnostics/diagnostic.ts";
import type { Shape } from "../../grid/grid.ts";
import type { BodyCircuit, CellInput } from "./cell.ts";
import { GATES, type Kernel, type Kernels } from "./row-kernels.ts";

/** 0 or 1 where it is known, else the address of its plane. */
export type Bit = number;
export const [NO, YES] = [0, 1];
const isKnown = (bit: Bit): boolean => bit <= YES;

export const PLANE_BYTES = 16;

export interface PassStep {
  readonly kernel: Kernel;
  /** Addresses of what it reads and of what it writes. */
  readonly pointers: readonly number[];
}

/** More steps than these are too many to be written down. */
const MOST_STEPS = 2e6;

const tooMany = ({ rows, cols }: Shape): string =>
  `a run of the sketch on a grid of ${rows}x${cols} takes more than ${MOST_STEPS} steps of cells, too many to try ` +
  "candidates on; give smaller --dims";

export class PassSteps {
  readonly #kernels: Kernels;
  readonly #grid: Shape;
  readonly #steps: { readonly step: PassStep; readonly isOwn: boolean }[] = [];
  /** Addresses of what depends on the case. */
  readonly #own = new Set<number>();
  #end: number;

  /** @param from the first address that is free */
  constructor(kernels: Kernels, from: number, grid: Shape) {
    this.#kernels = kernels;
    this.#end = from;
    this.#grid = grid;
  }

  /** The first address behind all that is used. */
  get end(): number {
    return this.#end;
  }

  /** A new plane; `isOwn` if it depends on the case. */
  plane(isOwn: boolean): Bit {
    const address = this.#end;
    this.#end += PLANE_BYTES;
    if (isOwn) this.#own.add(address);
    return address;
  }

  /** Returns what a circuit makes of bits. */
  apply(circuit: BodyCircuit, bitOf: (input: Exclude<CellInput, { tag: "plane" }>) => Bit): Bit[] {
    const values = new Map<string, Bit>();
    for (const [name, input] of circuit.inputs) if (input.tag !== "plane") values.set(name, bitOf(input));
    const { kernel, outputs } = this.#kernels.specialise(circuit, values);
    const written = kernel === null ? [] : this.#run(kernel, values);
    return outputs.map((output) => {
      if (typeof output === "number") return output;
      return typeof output === "string" ? values.get(output)! : written[output.write]!;
    });
  }

  #run(kernel: Kernel, values: ReadonlyMap<string, Bit>): Bit[] {
    const reads = kernel.inputs.map((name) => values.get(name)!);
    const isOwn = reads.some((address) => this.#own.has(address));
    const written = kernel.outputs.map(() => this.plane(isOwn));
    if (this.#steps.length >= MOST_STEPS) throw new InputError(tooMany(this.#grid));
    this.#steps.push({ step: { kernel, pointers: [...reads, ...written] }, isOwn });
    return written;
  }

  #gate(gate: BodyCircuit, a: Bit, b: Bit): Bit {
    return this.apply(gate, (input) => (input.tag === "bit" && input.bit === 0 ? a : b))[0]!;
  }

  not = (a: Bit): Bit => this.#gate(GATES.not, a, NO);
  and = (a: Bit, b: Bit): Bit => this.#gate(GATES.and, a, b);
  or = (a: Bit, b: Bit): Bit => this.#gate(GATES.or, a, b);
  andNot = (a: Bit, b: Bit): Bit => this.#gate(GATES.andNot, a, b);
  same = (a: Bit, b: Bit): Bit => this.#gate(GATES.same, a, b);

  all(bits: readonly Bit[]): Bit {
    return bits.includes(NO) ? NO : bits.filter((bit) => !isKnown(bit)).reduce(this.and, YES);
  }

  any(bits: readonly Bit[]): Bit {
    return bits.includes(YES) ? YES : bits.filter((bit) => !isKnown(bit)).reduce(this.or, NO);
  }

  /** An address that holds 0 in all lanes: from the first own bit, whatever it is. */
  zero(): Bit {
    const [address] = this.#own;
    return this.andNot(address!, address!);
  }

  /** The steps that some bits need: those that are made once, and those of every case. */
  neededFor(bits: readonly Bit[]): {
    readonly once: readonly PassStep[];
    readonly each: readonly PassStep[];
  } {
    const needed = new Set(bits);
    const kept = this.#steps.toReversed().filter(({ step: { kernel, pointers } }) => {
      const outputs = pointers.slice(kernel.inputs.length);
      if (!outputs.some((address) => needed.has(address))) return false;
      for (const address of pointers.slice(0, kernel.inputs.length)) needed.add(address);
      return true;
    });
    const part = (own: boolean): PassStep[] =>
      kept.flatMap(({ step, isOwn }) => (isOwn === own ? [step] : [])).toReversed();
    return { once: part(false), each: part(true) };
  }
}
