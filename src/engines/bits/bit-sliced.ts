// From any network of whole numbers to gates, with nothing proved beforehand.
//
// A channel that holds numbers is stored as planes, one for each of their bits: it is like that many channels of zeros and
// ones, with weights 1, 2, 4, ... times its own. What a unit adds up are weighted bits, and adders add them; a unit's
// value is a binary number again. So this takes as many gates as the network has weights, times the digits of its sums,
// whatever the number of inputs; decision diagrams, as in digital.ts, would have to tell all cases apart.
//
// A next value that does not fit its channel, or fields that come to hold no code, are found at run time: `doubt` is 1
// in the cell. The engine then leaves the run to the direct engine, from the states before that step. So all cells hold
// legal codes whenever a step is made, and the sum of a field's channels at a place is a function of its value: each of
// its digits is an or of one-hot channels, or an xor of those of a thermometer.

import { groupBy, pushTo } from "../../diagnostics/group.ts";
import { cached } from "../../diagnostics/memo.ts";
import { Bdd } from "../../logic/bdd.ts";
import { halved } from "../../logic/pairwise.ts";
import { bitsFor, type FieldCode, largestOf, type Network, standsFor } from "../../network/network.ts";
import type { WeightedBit } from "./adders.ts";
import { Circuit, FALSE, not, type Signal } from "./bit-gates.ts";
import type { Plane } from "./bit-kernels.ts";
import { binaryFields, type Extent, NotDigital } from "./bit-patch.ts";
import { isBeyond, partOfDigits, type Ramp, type RampPart, RampSums, rampOf, scaled } from "./bit-ramps.ts";
import { type BitTerm, type Sum, type WholeNetwork, wholeNetwork } from "./digital.ts";
import { type CellCircuit, inputName } from "./lower.ts";
import { positiveSum, signedDigits } from "./sums.ts";

/** Larger circuits take too long to become code. */
const MOST_GATES = 40_000;

/** The planes of a network's channels, in order, lowest bits first. */
export const planesOf = ({ channels }: Pick<Network, "channels">): Plane[] =>
  channels.flatMap(({ code }, channel) =>
    Array.from({ length: bitsFor(largestOf(code)) }, (_, digit) => ({ channel, digit })),
  );

/**
 * The next values of a network's planes, and where they are in doubt, by sums of planes.
 * @throws NotDigital where the network does not count in whole numbers, or has too many of them
 */
export function sliceCell(network: Network, extent: Extent): CellCircuit {
  const slices = new Slices(network, extent);
  const next = network.channels.flatMap((_, channel) => slices.next(channel));
  return { circuit: slices.circuit, next, doubt: slices.doubt(next) };
}

class Slices {
  readonly circuit = new Circuit();
  readonly #network: Network;
  readonly #extent: Extent;
  readonly #whole: WholeNetwork;
  readonly #planes: readonly Plane[];
  /** The first plane of each channel. */
  readonly #first: readonly number[];
  /** Fields of thermometers and one-hot codes, by channel: all channels in order of rising value. */
  readonly #tables: ReadonlyMap<number, Table>;
  readonly #ramps = new RampSums(this.circuit, new Bdd());
  readonly #units: Map<number, Ramp>[];
  #doubt: Signal = FALSE;

  constructor(network: Network, extent: Extent) {
    this.#network = network;
    this.#extent = extent;
    this.#whole = wholeNetwork(network);
    this.#planes = planesOf(network);
    const first = new Map<number, number>();
    for (const [at, { channel }] of this.#planes.entries()) if (!first.has(channel)) first.set(channel, at);
    this.#first = network.channels.map((_, channel) => first.get(channel) ?? -1);
    this.#tables = tablesOf(network);
    this.#units = this.#whole.layers.map(() => new Map());
  }

  /** The planes of a channel's next value. */
  next(channel: number): Signal[] {
    const { layers, residual, one } = this.#whole;
    const last = layers.length - 1;
    const sum = layers[last]![channel]!;
    const own: BitTerm = { weight: residual[channel]!, input: channel, row: 0, col: 0 };
    const parts = [...this.#parts(last, sum), ...(own.weight === 0 ? [] : this.#read([own]))];
    const most = largestOf(this.#network.channels[channel]!.code);
    const constant = parts.reduce((all, part) => all + part.constant, sum.bias);
    const total = positiveSum(
      constant,
      parts.flatMap(({ bits }) => bits),
    );
    const digits = signedDigits(this.circuit, total);
    if (this.#network.snap) return [this.#isAbove(digits, Math.floor(one / 2))];
    const below = Math.log2(one);
    const made = Array.from({ length: bitsFor(most) }, (_, at) => digits[below + at] ?? digits.at(-1)!);
    const beyond = [...digits.slice(0, below), ...digits.slice(below + made.length)];
    this.#doubts(...beyond, isBeyond(this.circuit, made, most));
    return made;
  }

  /** Tells where the next values are in doubt: those that do not fit, and those that are no codes. */
  doubt(next: readonly Signal[]): Signal {
    const { circuit } = this;
    const at = (channel: number): Signal => next[this.#first[channel]!] ?? FALSE;
    for (const own of new Set(this.#tables.values())) {
      const bits = own.channels.map(at);
      if (own.kind === "thermometer")
        this.#doubts(...bits.slice(1).map((bit, below) => circuit.and(bit, not(bits[below]!))));
      else this.#doubts(...meeting(circuit, bits));
    }
    for (const { channels, most } of binaryFields(this.#network))
      this.#doubts(isBeyond(circuit, channels.map(at), most));
    this.#network.channels.forEach(({ code }, channel) => {
      if (code.kind === "inside") this.#doubts(not(at(channel)));
    });
    return this.#doubt;
  }

  #doubts(...signals: readonly Signal[]): void {
    this.#doubt = halved([this.#doubt, ...signals], (a, b) => this.circuit.or(a, b)) ?? FALSE;
  }

  /** Tells whether a number with a sign is above another one, which is not negative. */
  #isAbove(digits: readonly Signal[], bound: number): Signal {
    return this.circuit.and(isBeyond(this.circuit, digits.slice(0, -1), bound), not(digits.at(-1)!));
  }

  /** Returns what a unit adds up. */
  #parts(layer: number, sum: Sum): RampPart[] {
    if (layer === 0) return this.#read(sum.terms);
    const bySum = new Map<string, { ramp: Ramp; weight: number }[]>();
    for (const { weight, input } of sum.terms) {
      const ramp = this.#unit(layer - 1, input);
      pushTo(bySum, ramp.of.key, { ramp, weight });
    }
    return [...bySum.values()].flatMap((weighted) => this.#ramps.add(weighted));
  }

  #unit(layer: number, unit: number): Ramp {
    return cached(this.#units[layer]!, unit, () => {
      const sum = this.#whole.layers[layer]![unit]!;
      const made = rampOf(sum.bias, this.#parts(layer, sum));
      if (this.circuit.size > MOST_GATES)
        throw new NotDigital(`its step takes over ${MOST_GATES} gates a cell`);
      return made;
    });
  }

  /** Channels at places, together where they code one field at one place. */
  #read(terms: readonly BitTerm[]): RampPart[] {
    const made: RampPart[] = [];
    const tables = new Map<
      string,
      { table: Table; row: number; col: number; weights: Map<number, number> }
    >();
    for (const { weight, input, row, col } of terms) {
      if (!this.#isThere(row, col)) continue;
      const table = this.#tables.get(input);
      if (table === undefined) {
        made.push(scaled(this.#channel(input, row, col), weight));
        continue;
      }
      const key = `${table.channels[0]} ${row} ${col}`;
      const known = tables.get(key) ?? { table, row, col, weights: new Map() };
      tables.set(key, known);
      known.weights.set(input, (known.weights.get(input) ?? 0) + weight);
    }
    for (const { table, row, col, weights } of tables.values())
      made.push(this.#table(table, row, col, weights));
    return made;
  }

  #isThere(row: number, col: number): boolean {
    const { oneRow, oneCol } = this.#extent;
    return !(oneRow && row !== 0) && !(oneCol && col !== 0);
  }

  #plane(channel: number, row: number, col: number, digit = 0): Signal {
    const plane = this.#first[channel]! + digit;
    return this.circuit.input(inputName({ kind: "cell", channel: plane, row, col }));
  }

  #channel(channel: number, row: number, col: number): RampPart {
    const most = largestOf(this.#network.channels[channel]!.code);
    const digits = Array.from({ length: bitsFor(most) }, (_, digit) => this.#plane(channel, row, col, digit));
    return partOfDigits(digits, 0, most, row);
  }

  /** A weighted sum of the channels of one field, as a function of its value. */
  #table(
    { kind, channels }: Table,
    row: number,
    col: number,
    weights: ReadonlyMap<number, number>,
  ): RampPart {
    const { circuit } = this;
    // By value; of the first one all channels are 0.
    const sums = [0];
    for (const channel of channels)
      sums.push((kind === "thermometer" ? sums.at(-1)! : 0) + (weights.get(channel) ?? 0));
    const [least, most] = [Math.min(...sums), Math.max(...sums)];
    // Of one-hot codes, the first value should give no digits.
    const base = kind === "thermometer" || least < 0 ? least : 0;
    const bits = Array.from({ length: bitsFor(most - base) }, (_, digit): WeightedBit => {
      const isOn = sums.map((sum) => Math.floor((sum - base) / 2 ** digit) % 2 === 1);
      const signals = channels.flatMap((channel, at) => {
        const other = kind === "thermometer" ? isOn[at]! : isOn[0]!;
        return isOn[at + 1] === other ? [] : [this.#plane(channel, row, col)];
      });
      const differs =
        halved(signals, (a, b) => (kind === "thermometer" ? circuit.xor(a, b) : circuit.or(a, b))) ?? FALSE;
      return { weight: 2 ** digit, bit: isOn[0] ? not(differs) : differs, row };
    });
    return { bits, constant: base, least, most };
  }
}

/** All channels of a field, in order of rising value, of which a code sets the first few or one. */
interface Table {
  readonly kind: "thermometer" | "one-hot";
  readonly channels: readonly number[];
}

function tablesOf(network: Network): ReadonlyMap<number, Table> {
  const made = new Map<number, Table>();
  const byField = groupBy(network.channels.keys(), (channel) => {
    const { code } = network.channels[channel]!;
    return code.kind === "inside" ? null : code.field;
  });
  for (const { name } of network.fields) {
    const channels = byField.get(name) ?? [];
    const code = network.channels[channels[0] ?? -1]?.code;
    if (code?.kind !== "thermometer" && code?.kind !== "one-hot") continue;
    const value = (channel: number): number => standsFor(network.channels[channel]!.code as FieldCode);
    const table: Table = { kind: code.kind, channels: channels.toSorted((a, b) => value(a) - value(b)) };
    for (const channel of channels) made.set(channel, table);
  }
  return made;
}

/** Tells where two bits or more are 1, in parts. */
function meeting(circuit: Circuit, bits: readonly Signal[]): Signal[] {
  const found: Signal[] = [];
  halved(bits, (a, b) => {
    found.push(circuit.and(a, b));
    return circuit.or(a, b);
  });
  return found;
}
