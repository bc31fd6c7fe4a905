// What the residual keeps, as units: of each layer one hands a kept channel on, so that nothing goes past the layers.

import type { Layer, Network } from "./network.ts";
import { sparseRows, weightRows } from "./sparse.ts";
import { HERE } from "./step.ts";

type Entry = readonly [column: number, weight: number];

/** The network that does the same without a residual; where a unit holds a kept channel already, that hands it on. */
export function withoutResidual(network: Network): Network {
  const { layers, channels, residual } = network;
  // The mark of the inside is 1 in every cell.
  const isMark = (channel: number): boolean => channels[channel]!.code.kind === "inside";
  const bias = layers
    .at(-1)!
    .bias.map((value, channel) => value + (isMark(channel) ? residual[channel]! : 0));
  const kept = [...channels.keys()].filter((channel) => residual[channel] !== 0 && !isMark(channel));
  let sources = new Map(kept.map((channel) => [channel, channel]));
  let inputs = channels.length;
  const hidden = layers.slice(0, -1).map((layer) => {
    const handed = handingOn(layer, inputs, kept, sources);
    const names = handed.units.map((unit) => channels[unit]!.name);
    sources = handed.sources;
    inputs = handed.layer.outputs;
    return { ...handed.layer, units: [...layer.units, ...names] };
  });
  const last = layers.at(-1)!;
  const middle = last.kernel === 3 ? HERE : 0;
  const rows = weightRows(last).map((row, channel) => {
    const source = sources.get(channel);
    if (source === undefined) return row;
    const column = source * last.kernel ** 2 + middle;
    return withSummand(row, column, residual[channel]!);
  });
  const output = { ...last, inputs, bias, weight: sparseRows(rows) };
  return { ...network, layers: [...hidden, output], residual: new Float32Array(residual.length) };
}

const withSummand = (row: readonly Entry[], column: number, weight: number): Entry[] => {
  const before = row.find(([at]) => at === column)?.[1] ?? 0;
  return [...row.filter(([at]) => at !== column), [column, before + weight]];
};

/** A layer that also hands on channels, each from the unit below that holds it. */
function handingOn(
  layer: Layer,
  inputs: number,
  kept: readonly number[],
  below: ReadonlyMap<number, number>,
): { readonly layer: Layer; readonly units: readonly number[]; readonly sources: Map<number, number> } {
  const rows: (readonly Entry[])[] = weightRows(layer);
  const sources = new Map<number, number>();
  const units: number[] = [];
  for (const channel of kept) {
    const column = below.get(channel)! * layer.kernel ** 2 + (layer.kernel === 3 ? HERE : 0);
    const isHeld = (row: readonly Entry[], unit: number): boolean =>
      (layer.bias[unit] ?? 0) === 0 && row.length === 1 && row[0]![0] === column && row[0]![1] === 1;
    const known = rows.findIndex(isHeld);
    sources.set(channel, known >= 0 ? known : rows.length);
    if (known >= 0) continue;
    rows.push([[column, 1]]);
    units.push(channel);
  }
  const bias = new Float32Array(rows.length);
  bias.set(layer.bias);
  const made = { ...layer, inputs, outputs: rows.length, weight: sparseRows(rows), bias };
  return { layer: made, units, sources };
}
