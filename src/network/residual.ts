// What the residual keeps, as units: of each layer one hands a kept channel on, so that nothing goes past the layers.

import type { Layer, Network } from "./network.ts";
import { networkLayer, rowsOfLayer, type SparseRow } from "./rows.ts";
import { HERE } from "./step.ts";

/** The network that does the same without a residual; where a unit holds a kept channel already, that hands it on. */
export function withoutResidual(network: Network): Network {
  const { layers, channels, residual } = network;
  // The mark of the inside is 1 in every cell.
  const isMark = (channel: number): boolean => channels[channel]!.code.kind === "inside";
  const kept = [...channels.keys()].filter((channel) => residual[channel] !== 0 && !isMark(channel));
  let sources: ReadonlyMap<number, number> = new Map(kept.map((channel) => [channel, channel]));
  let inputs = channels.length;
  const hidden = layers.slice(0, -1).map((layer) => {
    const handed = handingOn(layer, inputs, kept, sources, network);
    sources = handed.sources;
    inputs = handed.layer.outputs;
    return handed.layer;
  });
  const last = layers.at(-1)!;
  const rows = rowsOfLayer(last).map((row, channel): SparseRow => {
    if (isMark(channel)) return { ...row, bias: row.bias + residual[channel]! };
    const source = sources.get(channel);
    return source === undefined ? row : withSummand(row, columnHere(last, source), residual[channel]!);
  });
  const output = networkLayer({ kernel: last.kernel, inputs, rows });
  return { ...network, layers: [...hidden, output], residual: new Float32Array(residual.length) };
}

/** The column of an input at the cell itself. */
const columnHere = ({ kernel }: Layer, input: number): number =>
  input * kernel ** 2 + (kernel === 3 ? HERE : 0);

function withSummand(row: SparseRow, column: number, weight: number): SparseRow {
  const before = row.entries.find(([at]) => at === column)?.[1] ?? 0;
  return { ...row, entries: [...row.entries.filter(([at]) => at !== column), [column, before + weight]] };
}

/** A layer that also hands on channels, each from the unit below that holds it. */
function handingOn(
  layer: Layer,
  inputs: number,
  kept: readonly number[],
  below: ReadonlyMap<number, number>,
  { channels }: Network,
): { readonly layer: Layer; readonly sources: ReadonlyMap<number, number> } {
  const rows = rowsOfLayer(layer);
  const sources = new Map<number, number>();
  for (const channel of kept) {
    const column = columnHere(layer, below.get(channel)!);
    const known = rows.findIndex(({ bias, entries: [first, ...more] }) => {
      return bias === 0 && more.length === 0 && first?.[0] === column && first[1] === 1;
    });
    sources.set(channel, known >= 0 ? known : rows.length);
    if (known < 0) rows.push({ name: channels[channel]!.name, bias: 0, entries: [[column, 1]] });
  }
  return { layer: networkLayer({ kernel: layer.kernel, inputs, rows }), sources };
}
