// The parts of a network that share no unit: what a channel becomes depends on the units on the way to it alone.

import type { Layer, Network } from "./network.ts";
import { networkLayer, rowsOfLayer } from "./rows.ts";
import { eachWeight } from "./sparse.ts";

/** Some channels, and the layers without the units that do not lead to them. */
export interface Slice {
  readonly channels: readonly number[];
  /** The last layer's outputs are the channels of the slice, in order. */
  readonly layers: readonly Layer[];
}

/** The slices of these channels: channels that share a unit are in one. */
export function slicesOf({ layers }: Pick<Network, "layers">, channels: readonly number[]): Slice[] {
  const groups: { readonly channels: number[]; readonly units: ReadonlySet<number>[] }[] = [];
  for (const channel of channels) {
    const units = unitsOf(layers, channel);
    const shares = groups.filter((group) =>
      group.units.some((each, at) => [...each].some((unit) => units[at]!.has(unit))),
    );
    for (const share of shares) groups.splice(groups.indexOf(share), 1);
    groups.push({
      channels: [...shares.flatMap((share) => share.channels), channel].sort((a, b) => a - b),
      units: units.map((each, at) => new Set([...each, ...shares.flatMap((share) => [...share.units[at]!])])),
    });
  }
  return groups.map((group) => {
    const kept = [...group.units.map((each) => [...each].sort((a, b) => a - b)), group.channels];
    return {
      channels: group.channels,
      layers: layers.map((layer, at) => layerOf(layer, kept[at]!, at === 0 ? null : kept[at - 1]!)),
    };
  });
}

/** Units of every hidden layer that lead to a channel. */
function unitsOf(layers: readonly Layer[], channel: number): ReadonlySet<number>[] {
  const units: ReadonlySet<number>[] = [];
  let wanted: ReadonlySet<number> = new Set([channel]);
  for (const layer of layers.slice(1).reverse()) {
    const below = new Set<number>();
    eachWeight(layer, (unit, input, value) => {
      if (value !== 0 && wanted.has(unit)) below.add(input);
    });
    units.unshift(below);
    wanted = below;
  }
  return units;
}

/** A layer's rows of some units, which read some inputs: null means all. */
function layerOf(layer: Layer, units: readonly number[], inputs: readonly number[] | null): Layer {
  const rows = rowsOfLayer(layer);
  const position = inputs && new Map(inputs.map((input, at) => [input, at]));
  return networkLayer({
    kernel: layer.kernel,
    inputs: inputs?.length ?? layer.inputs,
    rows: units.map((unit) => {
      const entries = rows[unit]!.entries.flatMap(([column, value]) => {
        const at = position === null ? column : position.get(column);
        return at === undefined ? [] : [[at, value] as const];
      });
      return { ...rows[unit]!, entries };
    }),
  });
}
