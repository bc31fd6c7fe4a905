// Networks with one number changed. Units are named as in listings: `h2.3` is the third unit of the second layer.

import type { Layer, Network } from "../network/network.ts";
import { TAPS } from "./functions.ts";

/** A network that differs from another in one number. */
export interface Mutant {
  /** Which number was changed and how, in words. */
  readonly name: string;
  /** Which number was changed. */
  readonly number: string;
  /** Layers count from 0; the residual acts where the last one does. */
  readonly layer: number;
  /** The output of that layer whose number it is. */
  readonly unit: number;
  readonly from: number;
  readonly to: number;
  /** Made when it is asked for: a large network has thousands of mutants. */
  readonly network: Network;
}

/** Every weight and bias that is not zero, one more, one less and zero; every residual flag turned over. */
export function mutantsOf(network: Network): Mutant[] {
  return [...network.layers.flatMap((_, layer) => layerMutants(network, layer)), ...flagMutants(network)];
}

function layerMutants(network: Network, at: number): Mutant[] {
  const layer = network.layers[at]!;
  const change = (part: "weight" | "bias", index: number, unit: number, what: string): Mutant[] => {
    const from = layer[part][index]!;
    if (from === 0) return [];
    const number = `${unitName(network, at, unit)}: ${what}`;
    return [...new Set([from + 1, from - 1, 0])].map((to) => ({
      ...named(number, from, to),
      layer: at,
      unit,
      get network() {
        const changed = { ...layer, [part]: layer[part].with(index, to) };
        return { ...network, layers: network.layers.with(at, changed) };
      },
    }));
  };
  const perUnit = layer.inputs * layer.kernel ** 2;
  return [
    ...Array.from(layer.weight, (_, index) =>
      change("weight", index, Math.floor(index / perUnit), `weight ${inputName(network, at, index)}`),
    ),
    ...Array.from(layer.bias, (_, unit) => change("bias", unit, unit, "bias")),
  ].flat();
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

/** What a weight is applied to. */
function inputName({ layers, channels }: Network, at: number, index: number): string {
  const { kernel, inputs } = layers[at] as Layer;
  const area = kernel ** 2;
  const input = Math.floor(index / area) % inputs;
  if (at > 0) return `of h${at}.${input + 1}`;
  const place = kernel === 3 ? TAPS[index % area]! : "here";
  const { name } = channels[input]!;
  return place === "here" ? `of ${name}` : `of ${place}.${name}`;
}
