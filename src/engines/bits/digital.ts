// Proves that a network is digital: from zeros and ones, every step gives zeros and ones again.
//
// Units are computed symbolically: a value of a unit comes with the patches of bits that lead to it, as a decision
// diagram. That is exact for all patches at once, for weights of any size, as long as units take few values. Weights
// need not be whole: all numbers of a layer are multiples of a power of two, which becomes the unit of counting.
//
// Networks that snap give zeros and ones in any case, but of learned weights units take as many values as there are
// patches. There all patches are gone through: see snapped.ts.

import { Bdd, type Bool } from "../../logic/bdd.ts";
import { DiagramsTooLarge, isTooLarge } from "../../logic/nodes.ts";
import { arithmeticOf, showOverflow } from "../../network/arithmetic.ts";
import { type Layer, largestOf, type Network } from "../../network/network.ts";
import { sumRanges } from "../../network/reach.ts";
import { termsOf } from "../../network/sparse.ts";
import {
  type BitPatch,
  codeRules,
  type Extent,
  isLegal,
  NotDigital,
  patchOf,
  showCase,
} from "./bit-patch.ts";
import { addImage, type Given, initialCodes } from "./reached-codes.ts";
import { keepsTokens } from "./single-token-steps.ts";
import { snappedValues } from "./snapped.ts";

/** The values a number can take, each with the inputs that lead to it; those exclude one another. */
export type Values = ReadonlyMap<number, Bool>;

/** Values a unit may take before it is given up. */
export const MOST_VALUES = 1024;
/** Partial sums up to here are exact in float32, whatever their order. */
const EXACT = 2 ** 24;

/** One weighted input of a unit: `input` is a unit of the layer below, or a channel at a place. */
export interface BitTerm {
  readonly weight: number;
  readonly input: number;
  readonly row: number;
  readonly col: number;
}

/** A sum in whole numbers, before relu. */
export interface Sum {
  readonly bias: number;
  readonly terms: readonly BitTerm[];
}

/** A network in whole numbers: the units of its layers, and the next values of its channels times `one`. */
export interface WholeNetwork {
  readonly layers: readonly (readonly Sum[])[];
  /** Summands from the cell itself, by channel. */
  readonly residual: readonly number[];
  readonly one: number;
}

/** A network with the proof that it is digital. */
export interface Digital {
  readonly network: Network;
  /** Null where the network is digital only because it snaps: then `next` is all that is known. */
  readonly whole: WholeNetwork | null;
  readonly extent: Extent;
  readonly patch: BitPatch;
  /** Next values of the channels, which hold where the patch's `care` does. */
  readonly next: readonly Bool[];
}

/** Throws NotDigital where float32 would round, or where the common unit of a layer is too small to count in. */
export function wholeNetwork({ layers, residual, channels }: Network): WholeNetwork {
  const arithmetic = arithmeticOf({ layers, residual, channels });
  const overflow = showOverflow(arithmetic);
  if (overflow !== null) throw new NotDigital(overflow);
  const rounded = arithmetic.errors.findIndex((error) => error > 0);
  if (rounded >= 0) throw new NotDigital(`float32 rounds the sums of channel ${channels[rounded]!.name}`);
  const ranges = sumRanges({ layers, residual, channels });
  let one = 1;
  let reach: readonly number[] = channels.map(({ code }) => largestOf(code));
  const sums = layers.map((layer, at) => {
    const isLast = at === layers.length - 1;
    const below = one;
    const rounds = new NotDigital(`layer ${at + 1} computes with numbers that float32 rounds`);
    const scale = (values: Float32Array): number => {
      const found = scaleOf(values);
      if (found === null) throw rounds;
      return found;
    };
    one = Math.max(one * scale(layer.weight.values), scale(layer.bias), isLast ? scale(residual) : 1);
    const units = Array.from({ length: layer.outputs }, (_, unit) => sumOf(layer, unit, one / below, one));
    const most = units.map(
      ({ bias, terms }, unit) =>
        Math.abs(bias) +
        (isLast ? Math.abs(residual[unit]! * one) * largestOf(channels[unit]!.code) : 0) +
        terms.reduce((sum, { weight, input }) => sum + Math.abs(weight) * reach[input]!, 0),
    );
    if (!most.every((each) => each <= EXACT)) throw rounds;
    // What is negative is never handed on.
    reach = ranges[at]!.map(([, most]) => Math.max(most, 0) * one);
    return units;
  });
  return { layers: sums, residual: [...residual].map((value) => value * one), one };
}

/** The least power of two that makes all numbers whole, if float32 could then still add them up. */
function scaleOf(values: Float32Array): number | null {
  for (let scale = 1; scale < EXACT; scale *= 2)
    if (values.every((value) => Number.isInteger(value * scale))) return scale;
  return null;
}

function sumOf(layer: Layer, unit: number, factor: number, one: number): Sum {
  const { kernel, bias } = layer;
  const middle = (kernel - 1) / 2;
  const terms = termsOf(layer, unit)
    .sort((a, b) => a.tap - b.tap || a.input - b.input)
    .map(({ input, tap, weight }): BitTerm => {
      const [row, col] = [Math.floor(tap / kernel) - middle, (tap % kernel) - middle];
      return { weight: weight * factor, input, row, col };
    });
  return { bias: bias[unit]! * one, terms };
}

/**
 * Proves a network digital on grids of an extent: where all cells hold legal codes, so that they always will, or any
 * zeros and ones, or codes to which runs come that begin with legal ones.
 * @throws NotDigital where none of these can be proved
 */
export function proveDigital(network: Network, extent: Extent): Digital {
  const number = network.channels.find(({ code }) => largestOf(code) > 1);
  if (number !== undefined) throw new NotDigital(`channel ${number.name} holds numbers`);
  // To networks that are digital anyway rounding does nothing, and their units are known.
  let failure: NotDigital | null = null;
  for (const snaps of network.snap ? [false, true] : [false]) {
    const found = onAnyAssumption(network, extent, snaps);
    if (!(found instanceof NotDigital)) return found;
    failure = found;
  }
  throw failure!;
}

/** What may be given in the first state, where the fields that others need not give decide what can come up. */
const GIVEN: readonly Given[] = [new Set(["input", "output", "state"] as const), new Set(["input"] as const)];

/**
 * The proof about legal codes, else about any, else about those that come up; or why not about legal ones. Where the
 * diagrams of legal codes are too large, the others are, after as long a time.
 */
function onAnyAssumption(network: Network, extent: Extent, snaps: boolean): Digital | NotDigital {
  let first: NotDigital | null = null;
  let areTooLarge = false;
  const attempt = (prove: () => Digital | null): Digital | null => {
    if (areTooLarge) return null;
    try {
      return prove();
    } catch (error) {
      areTooLarge = isTooLarge(error);
      if (areTooLarge) first ??= new NotDigital("its units read too many inputs to look at all cases");
      else if (error instanceof NotDigital) first ??= error;
      else throw error;
    }
    return null;
  };
  const { tokens = [] } = network;
  for (const alone of tokens.length > 0 ? [tokens, []] : [[]]) {
    // Where cells hold any bits, nobody counts tokens.
    for (const assumed of alone.length > 0 ? (["legal"] as const) : (["legal", "any"] as const)) {
      const found = attempt(() => proveOn(network, extent, assumed, alone, snaps));
      if (found !== null) return found;
    }
    for (const given of snaps ? [] : GIVEN) {
      const found = attempt(() => proveReached(network, extent, given, alone));
      if (found !== null) return found;
    }
  }
  return first!;
}

function proveOn(
  network: Network,
  extent: Extent,
  assumed: "legal" | "any",
  tokens: readonly string[],
  snaps: boolean,
): Digital {
  const whole = snaps ? null : wholeNetwork(network);
  const patch = patchOf(network, new Bdd(), extent, assumed, tokens);
  const next =
    whole === null
      ? snappedValues(network, patch)
      : digitalValues(network, whole, patch, readValues(whole, patch));
  if (assumed === "legal") requireLegal(network, patch, next);
  requireAlone(network, patch, extent, next);
  return { network, whole, extent, patch, next };
}

/** Steps to codes that were not known before; each is dear, and counters have long ways to go. */
const MOST_ROUNDS = 100;

/** The proof about codes that come up, or null where they are too many. */
function proveReached(
  network: Network,
  extent: Extent,
  given: Given,
  tokens: readonly string[],
): Digital | null {
  const codes = initialCodes(network, given);
  if (codes === null) return null;
  const whole = wholeNetwork(network);
  const bdd = new Bdd();
  // Variables are the same whatever is assumed of them.
  const values = readValues(whole, patchOf(network, bdd, extent, codes));
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const patch = patchOf(network, bdd, extent, codes, tokens);
    const next = digitalValues(network, whole, patch, values);
    requireMarks(network, patch, next);
    const left = bdd.and(patch.care, bdd.not(codes.member(bdd, next)));
    if (left === 0) {
      requireAlone(network, patch, extent, next);
      return { network, whole, extent, patch, next };
    }
    if (!addImage(codes, bdd, next, left)) return null;
  }
  return null;
}

const readValues = (whole: WholeNetwork, { bdd, at }: BitPatch): readonly Values[] =>
  allValues(bdd, whole, (channel, row, col) => boolean(bdd, at(channel, row, col)));

/** Tells where the values of channels are 1, if they are nothing but 0 and 1. */
function digitalValues(
  network: Network,
  { one }: WholeNetwork,
  patch: BitPatch,
  values: readonly Values[],
): Bool[] {
  const { bdd, care } = patch;
  return values.map((of, channel) => {
    for (const [value, when] of of) {
      if (value === 0 || value === one) continue;
      const wrong = bdd.and(when, care);
      if (wrong === 0) continue;
      const { name } = network.channels[channel]!;
      throw new NotDigital(
        `channel ${name} can become ${value / one}, where ${showCase(network, patch, wrong)}`,
      );
    }
    return of.get(one) ?? 0;
  });
}

/** A one in a legal code. */
export const boolean = (bdd: Bdd, bit: Bool): Values =>
  new Map([
    [0, bdd.not(bit)],
    [1, bit],
  ]);

/** The next values of the channels, from the values of what the first layer reads. */
export function allValues(
  bdd: Bdd,
  { layers, residual }: WholeNetwork,
  read: (channel: number, row: number, col: number) => Values,
  first: (unit: number, sum: Sum) => Values = (_, sum) =>
    sumValues(bdd, sum, ({ input, row, col }) => read(input, row, col)),
): Values[] {
  let below: Values[] = [];
  layers.forEach((units, at) => {
    const isLast = at === layers.length - 1;
    const values = units.map((sum, unit) => {
      const before = at === 0 ? first(unit, sum) : sumValues(bdd, sum, ({ input }) => below[input]!);
      return isLast ? added(bdd, before, residual[unit]!, read(unit, 0, 0)) : relu(bdd, before);
    });
    below = values;
  });
  return below;
}

/** The values of a sum of weighted values. */
export const sumValues = (bdd: Bdd, { bias, terms }: Sum, values: (term: BitTerm) => Values): Values =>
  terms.reduce<Values>((sum, term) => added(bdd, sum, term.weight, values(term)), new Map([[bias, 1]]));

function added(bdd: Bdd, sum: Values, weight: number, values: Values): Values {
  if (weight === 0) return sum;
  const made = new Map<number, Bool>();
  for (const [a, here] of sum) {
    for (const [b, there] of values) {
      const both = bdd.and(here, there);
      const value = a + weight * b;
      if (both !== 0) made.set(value, bdd.or(made.get(value) ?? 0, both));
    }
  }
  if (made.size > MOST_VALUES) throw new DiagramsTooLarge();
  return made;
}

function relu(bdd: Bdd, values: Values): Values {
  const made = new Map<number, Bool>();
  for (const [value, when] of values) {
    const kept = Math.max(value, 0);
    made.set(kept, bdd.or(made.get(kept) ?? 0, when));
  }
  return made;
}

/** Legal codes lead to legal codes. */
function requireLegal(network: Network, patch: BitPatch, next: readonly Bool[]): void {
  const { bdd } = patch;
  requireMarks(network, patch, next);
  for (const { first, second, exclusive } of codeRules(network)) {
    const [a, b] = [next[first]!, next[second]!];
    const names = `${network.channels[first]!.name} and ${network.channels[second]!.name}`;
    const wrong = bdd.and(a, exclusive ? b : bdd.not(b));
    requireNever(network, patch, wrong, `channels ${names} can become no code together`);
  }
  requireNever(
    network,
    patch,
    bdd.not(isLegal(network, bdd, next)),
    "a field can become a number beyond its range",
  );
}

/** One token leads to one token. */
function requireAlone(network: Network, patch: BitPatch, extent: Extent, next: readonly Bool[]): void {
  if (keepsTokens(network, patch, extent, next)) return;
  throw new NotDigital(`several cells can come to have ${patch.tokens.join(" or ")}, of which one may`);
}

/** Requires that what marks the inside of the grid does so after a step. */
function requireMarks(network: Network, patch: BitPatch, next: readonly Bool[]): void {
  network.channels.forEach(({ code, name }, channel) => {
    const lost = patch.bdd.not(next[channel]!);
    if (code.kind === "inside")
      requireNever(network, patch, lost, `channel ${name} can become 0 inside the grid`);
  });
}

function requireNever(network: Network, patch: BitPatch, when: Bool, message: string): void {
  const wrong = patch.bdd.and(patch.care, when);
  if (wrong !== 0) throw new NotDigital(`${message}, where ${showCase(network, patch, wrong)}`);
}
