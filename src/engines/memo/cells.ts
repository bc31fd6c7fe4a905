// The states of cells by number, and what they become.

import { Nodes } from "../../logic/nodes.ts";
import type { Network } from "../../network/network.ts";
import { haltTest } from "../../network/state.ts";
import { directCell } from "../direct.ts";
import type { StepNetwork } from "../engine.ts";

/** Neighbourhoods of a cell that are told apart. */
const MOST_NEIGHBOURHOODS = 4_000_000;

/** Channels up to which states of bits are found in a table: a grid of millions of cells asks for each of them. */
const MOST_IN_TABLE = 12;

/** A cell beyond the edge. */
export const OUTSIDE = 0;

export type MemoNetwork = StepNetwork & Partial<Pick<Network, "stop" | "parts">>;

export class MemoCells {
  readonly width: number;
  /**
   * Whether a cell that was at its end among cells that were stayed there, in all that was computed: then a grid that was
   * at its end, all of whose neighbourhoods were computed, stayed there.
   */
  staysHalted = true;
  readonly #step: (around: Float32Array) => Float32Array;
  readonly #isAtEnd: (state: Float32Array) => boolean;
  readonly #states: Float32Array[];
  readonly #isHalted: boolean[] = [true];
  readonly #isZero: boolean[] = [true];
  readonly #numbers = new Map<string, number>();
  /** Numbers of states of bits, by these as a binary number; 0 where there is none yet. */
  readonly #ofBits: Uint32Array;
  readonly #rows = new Nodes(MOST_NEIGHBOURHOODS);
  readonly #around = new Nodes(MOST_NEIGHBOURHOODS);
  readonly #next: number[] = [];

  constructor(network: MemoNetwork) {
    this.width = network.channels.length;
    this.#step = directCell(network);
    this.#isAtEnd = network.stop === undefined ? () => false : haltTest(network as Network);
    this.#states = [new Float32Array(this.width)];
    this.#ofBits = new Uint32Array(this.width > MOST_IN_TABLE ? 0 : 2 ** this.width);
  }

  /** The number of the state whose first channel is at a place of these. */
  number(states: Float32Array, at = 0): number {
    const bits = this.#ofBits.length === 0 ? null : bitsOf(states, at, this.width);
    if (bits === null) return this.#anyNumber(states, at);
    this.#ofBits[bits] ||= this.#anyNumber(states, at);
    return this.#ofBits[bits]!;
  }

  #anyNumber(states: Float32Array, at: number): number {
    const own = states.slice(at, at + this.width);
    const key = String.fromCharCode(...new Uint16Array(own.buffer));
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const isHalted = this.#isAtEnd(own);
    const made = this.#states.push(own) - 1;
    this.#isHalted[made] = isHalted;
    this.#isZero[made] = own.every((value) => Object.is(value, 0));
    this.#numbers.set(key, made);
    return made;
  }

  state(cell: number): Float32Array {
    return this.#states[cell]!;
  }

  /** Tells whether a cell holds nothing but zeros, without a sign. */
  isZero(cell: number): boolean {
    return this.#isZero[cell]!;
  }

  isHalted(cell: number): boolean {
    return this.#isHalted[cell]!;
  }

  /** Returns what the middle one of nine cells becomes, which are given row by row. */
  next(
    a: number,
    b: number,
    c: number,
    d: number,
    e: number,
    f: number,
    g: number,
    h: number,
    i: number,
  ): number {
    if (e === OUTSIDE) return OUTSIDE;
    const rows = this.#rows;
    const around = this.#around.node(rows.node(a, b, c), rows.node(d, e, f), rows.node(g, h, i));
    this.#next[around] ??= this.#computed([a, b, c, d, e, f, g, h, i]);
    return this.#next[around]!;
  }

  #computed(around: readonly number[]): number {
    const state = new Float32Array(9 * this.width);
    for (const [at, cell] of around.entries()) state.set(this.#states[cell]!, at * this.width);
    const next = this.number(this.#step(state));
    if (around.every((cell) => this.isHalted(cell)) && !this.isHalted(next)) this.staysHalted = false;
    return next;
  }
}

/** The channels of a state as digits of a binary number; null where one of them is no bit, or a zero with a sign. */
function bitsOf(states: Float32Array, first: number, width: number): number | null {
  let bits = 0;
  for (let at = first; at < first + width; at++) {
    const value = states[at]!;
    if (value === 1) bits = 2 * bits + 1;
    else if (Object.is(value, 0)) bits *= 2;
    else return null;
  }
  return bits;
}
