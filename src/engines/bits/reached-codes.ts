// Which codes a cell can hold at all, by a fixpoint: those before the first step, and those that a step leads to from
// cells that hold such codes. The set is inductive: it holds before the first step, and if it holds in all cells it
// holds after a step, whatever the grid.
//
// Networks that were pruned by their proof need it: in states to which no run comes they may do anything, also become
// numbers other than 0 and 1.

import { valuesOf } from "../../grid/grid.ts";
import type { Bdd, Bool } from "../../logic/bdd.ts";
import { heldBy, type Network, type NetworkField } from "../../network/network.ts";

/** Bits of a cell, in the order of the network's channels. */
type Code = readonly (0 | 1)[];

/** Sets with more codes are not worth telling apart. */
const MOST_CODES = 4096;

/** The channels of larger networks do not make a number. */
const MOST_CHANNELS = 50;

/** A set of codes, which can grow. */
export class CodeSet {
  readonly #codes = new Map<number, Code>();

  /** False where there are too many. */
  add(code: Code): boolean {
    this.#codes.set(keyOf(code, 0, code.length), code);
    return this.#codes.size <= MOST_CODES;
  }

  get size(): number {
    return this.#codes.size;
  }

  /** Tells whether the numbers from an index on are one of the codes. */
  has(state: ArrayLike<number>, at: number, channels: number): boolean {
    return this.#codes.has(keyOf(state, at, channels));
  }

  /** Tells where some bits make one of the codes. */
  member(bdd: Bdd, bits: readonly Bool[]): Bool {
    const build = (codes: readonly Code[], at: number): Bool => {
      const bit = bits[at];
      if (codes.length === 0 || bit === undefined) return codes.length === 0 ? 0 : 1;
      const [low, high] = ([0, 1] as const).map((value) => codes.filter((code) => code[at] === value));
      return bdd.ite(bit, build(high!, at + 1), build(low!, at + 1));
    };
    return build([...this.#codes.values()], 0);
  }
}

const keyOf = (bits: ArrayLike<number>, at: number, length: number): number => {
  let key = 0;
  for (let channel = at; channel < at + length; channel++) key = 2 * key + bits[channel]!;
  return key;
};

/** What may be given in the first state: fields of these roles have any value, others start as declared. */
export type Given = ReadonlySet<NetworkField["role"]>;

/** The codes of cells before the first step; null where there are too many. */
export function initialCodes(network: Network, given: Given): CodeSet | null {
  const { channels, fields, places = [] } = network;
  if (channels.length > MOST_CHANNELS) return null;
  const choices = fields.map(({ name, role, type, initial }) => {
    if (given.has(role)) return valuesOf(type);
    return [...new Set([initial, ...places.flatMap(({ field, value }) => (field === name ? [value] : []))])];
  });
  if (choices.reduce((product, { length }) => product * length, 1) > MOST_CODES) return null;
  const made = new CodeSet();
  const add = (values: readonly number[]): void => {
    const next = choices[values.length];
    if (next !== undefined) for (const value of next) add([...values, value]);
    else made.add(codeOf(network, values));
  };
  add([]);
  return made;
}

/** The code of a cell whose fields have these values. */
const codeOf = ({ channels, fields }: Network, values: readonly number[]): Code =>
  channels.map(({ code }) => {
    if (code.kind === "inside") return 1;
    const value = values[fields.findIndex(({ name }) => name === code.field)]!;
    return heldBy(code, value) === 1 ? 1 : 0;
  });

/** Adds all codes that these next values make together where `from` is 1. False where there are too many. */
export function addImage(codes: CodeSet, bdd: Bdd, next: readonly Bool[], from: Bool): boolean {
  const visit = (left: Bool, code: Code): boolean => {
    if (left === 0) return true;
    const bit = next[code.length];
    if (bit === undefined) return codes.add(code);
    return visit(bdd.and(left, bdd.not(bit)), [...code, 0]) && visit(bdd.and(left, bit), [...code, 1]);
  };
  return visit(from, []);
}
