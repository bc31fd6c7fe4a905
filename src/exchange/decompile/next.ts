// The next bits of a network's channels, as diagrams of the neighbourhood.
//
// Diagrams of what units add up are small for compiled networks, and huge for learned ones, where no two cases have the
// same sums. But learned networks round, and what they round to is found case by case.

import { InputError } from "../../diagnostics/diagnostic.ts";
import { cached } from "../../diagnostics/memo.ts";
import { NotDigital, type PatchInput, patchOf } from "../../engines/bits/bit-patch.ts";
import { snappedValues } from "../../engines/bits/snapped.ts";
import { placeAt } from "../../grid/direction.ts";
import { Bdd, type Bool } from "../../logic/bdd.ts";
import type { Diagram, Diagrams } from "../../logic/diagrams.ts";
import { DiagramsTooLarge, isTooLarge } from "../../logic/nodes.ts";
import { arithmeticOf, showOverflow } from "../../network/arithmetic.ts";
import { largestOf, type Network } from "../../network/network.ts";
import { networkStep } from "../../proof/prove/functions.ts";
import type { Patch } from "../../proof/prove/neighbourhood.ts";

/**
 * By channel: 1 where its next value is above 1/2, in double precision, or the nearest number that it can hold. Rounding
 * may decide some cases, so that what is made of them has to be proved.
 */
export function nextBits(network: Network, patch: Patch, isRounded: boolean): (channel: number) => Diagram {
  const rounded = isRounded ? roundedBits(network, patch) : null;
  if (rounded !== null) return (channel) => rounded[channel]!;
  const { next } = networkStep(network, patch);
  return (channel) => {
    const largest = largestOf(network.channels[channel]!.code);
    const nearest = (value: number): number => Math.min(Math.max(Math.ceil(value - 0.5), 0), largest);
    return patch.diagrams.map(next(channel), nearest);
  };
}

/**
 * The next values as they are compared with a program's: 0 or 1 where they are rounded, else as they are computed, such as
 * 1/2.
 * @throws InputError where what float32 rounds decides one
 */
export function sureValues(network: Network, patch: Patch, isRounded: boolean): (channel: number) => Diagram {
  const rounded = isRounded ? roundedBits(network, patch) : null;
  if (rounded !== null) return (channel) => rounded[channel]!;
  const arithmetic = arithmeticOf(network);
  const overflow = showOverflow(arithmetic);
  if (overflow !== null) throw new InputError(`${network.program} has no certain result: ${overflow}`);
  const { next } = networkStep(network, patch);
  return (channel) => {
    const value = next(channel);
    const { name, code } = network.channels[channel]!;
    const error = arithmetic.errors[channel]!;
    // Rounding decides at 1/2; without it, whether a number is that of the program.
    const border = (got: number) =>
      isRounded ? 0.5 : Math.min(Math.max(Math.round(got), 0), largestOf(code));
    const isNear = (got: number) => Math.abs(got - border(got)) <= error;
    const unsure = error === 0 ? null : patch.diagrams.map(value, (got) => (isNear(got) ? 1 : 0));
    if (unsure !== null && patch.witness(unsure) !== null)
      throw new InputError(
        `where ${network.program} differs from the program is undecided: channel ${name} comes so near to ` +
          `${isRounded ? "1/2" : "a whole number"} that what float32 rounds decides; ` +
          "`tapeloom prove` says what is known",
      );
    return isRounded ? patch.diagrams.map(value, (got) => (got > 0.5 ? 1 : 0)) : value;
  };
}

/** The next bits, case by case; null where there are too many cases, or rounding could decide one. */
function roundedBits(network: Network, patch: Patch): readonly Diagram[] | null {
  const bdd = new Bdd();
  try {
    const read = patchOf(network, bdd, { oneRow: false, oneCol: false }, "legal");
    const input = (variable: number) => inputDiagram(network, patch, read.inputs[variable]!);
    return translated(bdd, patch.diagrams, snappedValues(network, read), input);
  } catch (error) {
    if (error instanceof NotDigital || isTooLarge(error)) return null;
    throw error;
  }
}

/** Functions of bits as diagrams, given what the bits are. */
function translated(
  bdd: Bdd,
  diagrams: Diagrams,
  functions: readonly Bool[],
  variable: (index: number) => Diagram,
): Diagram[] {
  const known = new Map<Bool, Diagram>([
    [0, diagrams.constant(0)],
    [1, diagrams.constant(1)],
  ]);
  const translate = (f: Bool): Diagram =>
    cached(known, f, () => {
      const [first, low, high] = bdd.branches(f);
      return diagrams.choose(variable(first), translate(high), translate(low));
    });
  return functions.map(translate);
}

function inputDiagram({ channels }: Network, patch: Patch, input: PatchInput): Diagram {
  if (input.kind === "edge") return patch.inside(input.edge);
  return patch.channel(channels[input.channel]!.code, placeAt([input.row, input.col]));
}

/** Does some work on diagrams. Throws InputError where these get too large. */
export function onDiagrams<T>({ program }: Network, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DiagramsTooLarge)) throw error;
    throw new InputError(
      `the network ${program} reads too much at once for its cases to be written down; ` +
        "a network with fewer or smaller weights that matter can be",
    );
  }
}
