// From a digital network to gates.
//
// There are two ways to a channel's next value. Unit by unit: hidden units become binary numbers of few digits, each
// digit a function of the digits below it, and the next value, known to be 0 or 1, is the last digit of a sum: an xor.
// Or at once: as a decision diagram over the patch, where long sums of bits count as variables of their own. Neither is
// always better, so all channels are made both ways, and also each the way that adds fewer gates to what is there. Of a
// network that is digital only because it snaps, no more is known than the diagrams.

import { memo } from "../../diagnostics/memo.ts";
import type { Axis } from "../../grid/direction.ts";
import { Bdd, type Bool } from "../../logic/bdd.ts";
import { isTooLarge } from "../../logic/nodes.ts";
import { sumDigits, type WeightedBit } from "./adders.ts";
import { Circuit, FALSE, gateBuilder, type Signal, TRUE, transplant } from "./bit-gates.ts";
import { type BitPatch, type PatchInput, patchOf } from "./bit-patch.ts";
import {
  allValues,
  boolean,
  type Digital,
  type Sum,
  sumValues,
  type Values,
  type WholeNetwork,
} from "./digital.ts";
import {
  cheapest,
  digitsOf,
  MOST_SUM,
  mostOf,
  type PositiveSum,
  parityOf,
  positiveDigits,
  positiveSum,
  valuesOfDigits,
} from "./sums.ts";

/** The next values of all planes, from inputs that `inputName` names. */
export interface CellCircuit {
  readonly circuit: Circuit;
  readonly next: readonly Signal[];
  /** Where they are none that a channel can hold, or no codes; known not to occur where it is left out. */
  readonly doubt?: Signal;
}

/** A network whose units are whole numbers. */
type WithUnits = Digital & { readonly whole: WholeNetwork };

const hasUnits = (digital: Digital): digital is WithUnits => digital.whole !== null;

/** A sum of more terms than this has digits of its own, if it takes more than two values. */
const SHORT_SUM = 4;

/** The name of an input of the circuit. */
export const inputName = (input: PatchInput): string =>
  input.kind === "edge" ? `edge ${input.edge}` : `${input.channel} ${input.row} ${input.col}`;

/** Returns what `inputName` has named. */
export function inputNamed(name: string): PatchInput {
  const [first, second, third] = name.split(" ") as [string, string, string];
  if (first === "edge") return { kind: "edge", edge: second as Axis };
  return { kind: "cell", channel: Number(first), row: Number(second), col: Number(third) };
}

/** Circuits of one network, made in different ways; where it has units, the first one unit by unit. */
export const lowerCell = (digital: Digital): readonly [CellCircuit, ...CellCircuit[]] =>
  hasUnits(digital) ? lowerUnits(digital) : [lowerDiagrams(digital)];

/** The proof's own diagrams as gates. */
function lowerDiagrams({ patch, next }: Digital): CellCircuit {
  const circuit = new Circuit();
  const { bdd, inputs, care } = patch;
  const build = gateBuilder(circuit, bdd, (variable) => circuit.input(inputName(inputs[variable]!)));
  return { circuit, next: next.map((f) => build(bdd.restrict(f, care))) };
}

function lowerUnits(digital: WithUnits): readonly [CellCircuit, ...CellCircuit[]] {
  const channels = digital.network.channels.map((_, channel) => channel);
  const bdd = new Bdd();
  const byUnits = (circuit: Circuit) => unitByUnit(digital, circuit, bdd);
  const others: (typeof byUnits)[] = [];
  const whole = wholeFunctions(digital);
  if (whole !== null) {
    const atOnce = (circuit: Circuit) => (channel: number) => whole(circuit, channel);
    const either = (circuit: Circuit) => (channel: number) =>
      cheapest(circuit, [() => [atOnce(circuit)(channel)], () => [byUnits(circuit)(channel)]])[0]!;
    others.push(atOnce, either);
  }
  const made = (way: typeof byUnits): CellCircuit => {
    const circuit = new Circuit();
    return { circuit, next: channels.map(way(circuit)) };
  };
  return [made(byUnits), ...others.map(made)];
}

/** A channel at a place as a signal. */
function cellSignal(
  circuit: Circuit,
  { network, patch, extent }: WithUnits,
  channel: number,
  row: number,
  col: number,
): Signal {
  if ((extent.oneRow && row !== 0) || (extent.oneCol && col !== 0)) return FALSE;
  const isMark = patch.marked && network.channels[channel]!.code.kind === "inside";
  if (!isMark) return circuit.input(inputName({ kind: "cell", channel, row, col }));
  const vertical =
    row === 0 ? TRUE : circuit.input(inputName({ kind: "edge", edge: row < 0 ? "up" : "down" }));
  const horizontal =
    col === 0 ? TRUE : circuit.input(inputName({ kind: "edge", edge: col < 0 ? "left" : "right" }));
  return circuit.and(vertical, horizontal);
}

/** Returns what a unit of the first layer adds up. */
const cellTerms = (circuit: Circuit, digital: WithUnits, { terms }: Sum): WeightedBit[] =>
  terms.map(({ weight, input, row, col }) => {
    return { weight, bit: cellSignal(circuit, digital, input, row, col), row };
  });

/** Next values unit by unit, by channel. */
function unitByUnit(digital: WithUnits, circuit: Circuit, bdd: Bdd): (channel: number) => Signal {
  const { layers, residual, one } = digital.whole;
  /** Returns what a unit adds up, bit by bit. */
  const terms = (layer: number, sum: Sum): WeightedBit[] =>
    layer === 0
      ? cellTerms(circuit, digital, sum)
      : sum.terms.flatMap(({ weight, input }) =>
          digits[layer - 1]!(input).map((bit, digit) => ({ weight: weight * 2 ** digit, bit, row: 0 })),
        );
  /** Digits of hidden units, by layer. */
  const digits = layers.map((units, layer) =>
    memo((unit: number) => {
      const sum = units[unit]!;
      return positiveDigits(circuit, bdd, positiveSum(sum.bias, terms(layer, sum)));
    }),
  );
  return (channel) => {
    const sum = layers.at(-1)![channel]!;
    const kept = { weight: residual[channel]!, bit: cellSignal(circuit, digital, channel, 0, 0), row: 0 };
    const own = terms(layers.length - 1, sum);
    const all = kept.weight === 0 ? own : [...own, kept];
    if (one === 1) return parityOf(circuit, sum.bias, all);
    // Numbers count in parts of one, and what is not a whole one cannot be.
    return digitsOf(circuit, bdd, positiveSum(sum.bias, all), (value) => (value >= one ? 1 : 0))[0] ?? FALSE;
  };
}

/** Next values at once, as diagrams over the patch and the digits of long sums; null if they are too large. */
function wholeFunctions(digital: WithUnits): ((circuit: Circuit, channel: number) => Signal) | null {
  const { network, whole, extent } = digital;
  const bdd = new Bdd();
  const patch = patchOf(network, bdd, extent, digital.patch.assumed, digital.patch.tokens);
  const read = (channel: number, row: number, col: number) => boolean(bdd, patch.at(channel, row, col));
  const long = new LongSums(digital, patch);
  const first = (_: number, unit: Sum): Values => {
    const plain = sumValues(bdd, unit, ({ input, row, col }) => read(input, row, col));
    return (countValues(plain) > 2 ? long.values(unit) : null) ?? plain;
  };
  try {
    const next = allValues(bdd, whole, read, first).map((values) => values.get(whole.one) ?? 0);
    return (circuit, channel) => {
      const signals = long.signals(circuit);
      return gateBuilder(
        circuit,
        bdd,
        (variable) => signals[variable]!,
      )(bdd.restrict(next[channel]!, long.care));
    };
  } catch (error) {
    if (isTooLarge(error)) return null;
    throw error;
  }
}

/** Long sums of the first layer, whose digits are variables after those of the patch, first digits last. */
class LongSums {
  readonly #digital: WithUnits;
  readonly #patch: BitPatch;
  /** Sums are made of signals of this circuit. */
  readonly #circuit = new Circuit();
  readonly #known = new Map<
    string,
    { readonly sum: PositiveSum; readonly variable: number; readonly digits: number }
  >();
  #variables: number;
  /** What holds of the patch, and of digits that are no independent variables. */
  care: Bool;

  constructor(digital: WithUnits, patch: BitPatch) {
    this.#digital = digital;
    this.#patch = patch;
    this.#variables = patch.inputs.length;
    this.care = patch.care;
  }

  /** The values of a unit's sum by its digits; null if it is short, or too large to look at all of them. */
  values(unit: Sum): Values | null {
    const { bdd } = this.#patch;
    const sum = positiveSum(unit.bias, cellTerms(this.#circuit, this.#digital, unit));
    const most = mostOf(sum);
    if (sum.terms.length <= SHORT_SUM || most > MOST_SUM) return null;
    const key = sum.terms.map(({ weight, bit }) => `${weight} ${bit}`).join(", ");
    const digits = Math.floor(Math.log2(most)) + 1;
    const { variable } = this.#known.get(key) ?? { variable: this.#variables };
    if (!this.#known.has(key)) this.#variables += digits;
    this.#known.set(key, { sum, variable, digits });
    const { values, care } = valuesOfDigits(bdd, (digit) => variable + digits - 1 - digit, digits, most);
    this.care = bdd.and(this.care, care);
    return new Map([...values].map(([value, when]) => [sum.bias + sum.factor * value, when]));
  }

  /** The variables as signals of a circuit. */
  signals(circuit: Circuit): readonly Signal[] {
    const own = this.#patch.inputs.map((input) => this.#circuit.input(inputName(input)));
    for (const { sum, variable, digits } of this.#known.values()) {
      // Adders may have a last carry that is never 1.
      const made = sumDigits(this.#circuit, sum.terms).slice(0, digits);
      for (const [at, digit] of made.entries()) own[variable + digits - 1 - at] = digit;
    }
    return transplant(this.#circuit, circuit, own, (name) => circuit.input(name));
  }
}

/** Values after relu. */
const countValues = (values: Values): number =>
  new Set([...values.keys()].map((value) => Math.max(value, 0))).size;
