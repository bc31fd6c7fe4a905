// Networks with one number changed. Units are named as in listings: `h2.3` is the third unit of the second layer.

import { TAPS } from "../../grid/direction.ts";
import type { Layer, Network } from "../../network/network.ts";
import type { Variant } from "../verify/variants.ts";

/** A network that differs from another in one number. */
export interface Mutant extends Variant {
  /** Which number was changed and how, in words. */
  readonly name: string;
  /** Which number was changed. */
  readonly number: string;
  readonly from: number;
  readonly to: number;
}

/** Every weight and bias that is not zero, one more, one less and zero; every residual flag turned over. */
export function mutantsOf(network: Network): Mutant[] {
  return [...network.layers.flatMap((_, layer) => layerMutants(network, layer)), ...flagMutants(network)];
}

function layerMutants(network: Network, at: number): Mutant[] {
  const layer = network.layers[at]!;
  const { weight, bias } = layer;
  const change = (
    from: number,
    unit: number,
    what: string,
    made: (to: number) => Partial<Layer>,
  ): Mutant[] => {
    if (from === 0) return [];
    const number = `${unitName(network, at, unit)}: ${what}`;
    return [...new Set([from + 1, from - 1, 0])].map((to) => ({
      ...named(number, from, to),
      layer: at,
      unit,
      get network() {
        return { ...network, layers: network.layers.with(at, { ...layer, ...made(to) }) };
      },
    }));
  };
  const weights = Array.from(bias, (_, unit) =>
    Array.from(weight.values.subarray(weight.starts[unit], weight.starts[unit + 1]), (from, nth) => {
      const index = weight.starts[unit]! + nth;
      const name = `weight ${inputName(network, at, weight.columns[index]!)}`;
      return change(from, unit, name, (to) => ({
        weight: { ...weight, values: weight.values.with(index, to) },
      }));
    }),
  );
  const biases = Array.from(bias, (from, unit) =>
    change(from, unit, "bias", (to) => ({ bias: bias.with(unit, to) })),
  );
  return [...weights.flat(2), ...biases.flat()];
}

function named(number: string, from: number, to: number) {
  return { name: `${number} ${from} becomes ${to}`, number, from, to };
}

function flagMutants(network: Network): Mutant[] {
  return Array.from(network.residual, (from, unit) => ({
    ...named(`channel ${network.channels[unit]!.name}: residual flag`, from, 1 - from),
    layer: network.layers.length - 1,
    unit,
    get network() {
      return { ...network, residual: network.residual.with(unit, 1 - from) };
    },
  }));
}

function unitName({ layers, channels }: Network, layer: number, unit: number): string {
  if (layer === layers.length - 1) return `channel ${channels[unit]!.name}`;
  return `h${layer + 1}.${unit + 1} (${layers[layer]!.units[unit]})`;
}

/** Returns what a weight is applied to. */
function inputName({ layers, channels }: Network, at: number, column: number): string {
  const { kernel } = layers[at]!;
  const area = kernel ** 2;
  const input = Math.floor(column / area);
  if (at > 0) return `of h${at}.${input + 1}`;
  const place = kernel === 3 ? TAPS[column % area]! : "here";
  const { name } = channels[input]!;
  return place === "here" ? `of ${name}` : `of ${place}.${name}`;
}
