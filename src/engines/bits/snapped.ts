// The next values of a network that snaps, as functions of the patch: all cases of what the first layer reads are gone
// through in double precision. Inputs are fixed one after another, depth first, so that the sums of the first layer are
// kept for every depth, and functions are put together on the way back.

import { TAP_OFFSETS } from "../../grid/direction.ts";
import type { Bdd, Bool } from "../../logic/bdd.ts";
import { arithmeticOf, showOverflow } from "../../network/arithmetic.ts";
import { columnAt, type Transposed, through, transposed } from "../../network/columns.ts";
import type { Layer, Network } from "../../network/network.ts";
import { weightCount } from "../../network/sparse.ts";
import { HERE } from "../../network/step.ts";
import { type BitPatch, NotDigital, showCase } from "./bit-patch.ts";

/** Multiplications of all cases: a second or two. Learned networks read few inputs, or are not for this engine. */
const MOST_WORK = 1e9;

/** Something that the first layer reads: when it is 1, and what it then adds to the sums. */
interface Input {
  readonly when: Bool;
  readonly column: Float64Array;
}

/**
 * When each channel is 1 after a step, wherever the patch can occur.
 * @throws NotDigital where there are too many cases, or where float32 could round a channel to the wrong side
 */
export const snappedValues = (network: Network, patch: BitPatch): readonly Bool[] =>
  new Cases(network, patch).all();

class Cases {
  readonly #network: Network;
  readonly #patch: BitPatch;
  readonly #variables: readonly number[];
  /** By depth: the inputs that are known once the variable there is. */
  readonly #inputs: readonly (readonly Input[])[];
  /** By depth: sums of the first layer, and after them what the residual keeps of every channel. */
  readonly #sums: readonly Float64Array[];
  readonly #upper: readonly Transposed[];
  /** What rounding can do to each channel. */
  readonly #errors: readonly number[];
  readonly #values = new Map<number, 0 | 1>();

  constructor(network: Network, patch: BitPatch) {
    const arithmetic = arithmeticOf(network);
    const overflow = showOverflow(arithmetic);
    if (overflow !== null) throw new NotDigital(overflow);
    const { bdd } = patch;
    const inputs = inputsOf(network, patch);
    const [first, ...upper] = network.layers as readonly [Layer, ...Layer[]];
    this.#network = network;
    this.#patch = patch;
    this.#variables = [...new Set(inputs.flatMap(({ when }) => bdd.support(when)))].sort((a, b) => a - b);
    this.#inputs = this.#variables.map((variable) =>
      inputs.filter(({ when }) => bdd.support(when).at(-1) === variable),
    );
    const width = first.outputs + network.channels.length;
    this.#sums = [null, ...this.#variables].map(() => new Float64Array(width));
    this.#sums[0]!.set(first.bias);
    for (const { when, column } of inputs) if (when === 1) add(this.#sums[0]!, column);
    this.#upper = upper.map(transposed);
    this.#errors = arithmetic.errors;
  }

  all(): readonly Bool[] {
    const { bdd, care, inputs } = this.#patch;
    const others = [...inputs.keys()].filter((variable) => !this.#variables.includes(variable));
    const possible = bdd.exists(care, others);
    const { length } = this.#variables;
    const cases = countCases(bdd, this.#variables, possible);
    const { layers } = this.#network;
    const each = layers.slice(1).reduce((sum, layer) => sum + weightCount(layer), this.#sums[0]!.length);
    if (cases * each > MOST_WORK)
      throw new NotDigital(`its ${length} inputs that have weights have too many cases to round all of them`);
    return this.#from(0, possible);
  }

  /** The functions of the variables from a depth on, as far as these leave a patch that can occur. */
  #from(depth: number, possible: Bool): readonly Bool[] {
    // Any value will do for patches that cannot occur.
    if (possible === 0) return this.#network.channels.map(() => 0);
    const variable = this.#variables[depth];
    if (variable === undefined) return this.#rounded(this.#sums[depth]!);
    const { bdd } = this.#patch;
    const [low, high] = ([0, 1] as const).map((value) => {
      this.#values.set(variable, value);
      this.#addInputs(depth);
      return this.#from(depth + 1, bdd.cofactor(possible, variable, value));
    });
    this.#values.delete(variable);
    const literal = bdd.variable(variable);
    return low!.map((otherwise, channel) => bdd.ite(literal, high![channel]!, otherwise));
  }

  #addInputs(depth: number): void {
    const [before, after] = [this.#sums[depth]!, this.#sums[depth + 1]!];
    after.set(before);
    for (const { when, column } of this.#inputs[depth]!)
      if (this.#patch.bdd.evaluate(when, (variable) => this.#values.get(variable)!) === 1) add(after, column);
  }

  /** The channels in a case whose sums of the first layer are known. */
  #rounded(sums: Float64Array): Bool[] {
    const { channels, layers } = this.#network;
    const { outputs } = layers[0]!;
    let below = sums.subarray(0, outputs);
    for (const layer of this.#upper) below = through(layer, below);
    return channels.map(({ name }, channel) => {
      const value = below[channel]! + sums[outputs + channel]!;
      const error = this.#errors[channel]!;
      if (error > 0 && Math.abs(value - 0.5) <= error)
        throw new NotDigital(
          `channel ${name} comes so near to 1/2 that float32 could round it to either side, where ${this.#showCase()}`,
        );
      return value > 0.5 ? 1 : 0;
    });
  }

  #showCase(): string {
    const { bdd } = this.#patch;
    const literals = [...this.#values].map(([variable, value]) => {
      const literal = bdd.variable(variable);
      return value === 1 ? literal : bdd.not(literal);
    });
    return showCase(this.#network, this.#patch, bdd.and(...literals));
  }
}

function add(sums: Float64Array, column: Float64Array): void {
  for (let at = 0; at < column.length; at++) sums[at]! += column[at]!;
}

/** Channels at places that have weights, each with those, and what the residual keeps of it. */
function inputsOf({ channels, layers, residual }: Network, patch: BitPatch): Input[] {
  const { outputs } = layers[0]!;
  return channels.flatMap((_, channel) =>
    TAP_OFFSETS.map(([row, col], tap): Input => {
      const column = new Float64Array(outputs + channels.length);
      column.set(columnAt(layers[0]!, channel, tap));
      if (tap === HERE) column[outputs + channel] = residual[channel]!;
      return { when: patch.at(channel, row, col), column };
    }).filter(({ when, column }) => when !== 0 && column.some((each) => each !== 0)),
  );
}

/** Returns how many cases of some variables, in ascending order, make a function of them 1. */
function countCases(bdd: Bdd, variables: readonly number[], possible: Bool): number {
  let found = new Map<Bool, number>([[possible, 1]]);
  for (const variable of variables) {
    const next = new Map<Bool, number>();
    for (const [rest, count] of found)
      for (const value of [0, 1] as const) {
        const cofactor = bdd.cofactor(rest, variable, value);
        if (cofactor !== 0) next.set(cofactor, (next.get(cofactor) ?? 0) + count);
      }
    found = next;
  }
  return found.get(1) ?? 0;
}
