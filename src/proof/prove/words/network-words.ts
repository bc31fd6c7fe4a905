// What the units of a network compute, as words.

import { type Place, TAPS } from "../../../grid/direction.ts";
import type { BooleanFunctions } from "../../../logic/bdd.ts";
import type { Network } from "../../../network/network.ts";
import { type Connection, sourcesOf } from "../../../network/step.ts";
import type { Sight, Weighted } from "./neighbourhood-words.ts";
import type { Word } from "./words.ts";

/** The next value of every channel. */
export function channelWords(network: Network, sight: Sight): (channel: number) => Word {
  const { channels, layers, residual } = network;
  const { words } = sight;
  const units = layers.map(() => new Map<number, Word>());
  const sum = (layer: number, unit: number): Word => {
    const { [layer]: own } = layers;
    const sources = sourcesOf(own!, unit, layer === 0);
    if (layer > 0)
      return words.sum(
        own!.bias[unit]!,
        sources.map(({ weight, source }) => ({ weight, of: rectified(layer - 1, source) })),
      );
    return words.sum(own!.bias[unit]!, readings(network, sight, sources));
  };
  const rectified = (layer: number, unit: number): Word => {
    const known = units[layer]!.get(unit);
    if (known !== undefined) return known;
    const made = words.keep(words.rectified(sum(layer, unit)));
    units[layer]!.set(unit, made);
    return made;
  };
  return (channel) => {
    const next = sum(layers.length - 1, channel);
    const own = () => words.scale(sight.channel(channels[channel]!.code, "here"), residual[channel]!);
    return residual[channel] === 0 ? next : words.add(next, own());
  };
}

/** Returns what a unit of the first layer reads: channels that tell values of one field apart together. */
export function readings(
  { channels }: Network,
  sight: Sight<BooleanFunctions>,
  sources: readonly Connection[],
) {
  const terms: { weight: number; of: Word }[] = [];
  const tables = new Map<string, { field: string; place: Place; weighted: Weighted[] }>();
  for (const { weight, source } of sources) {
    const { code } = channels[source % channels.length]!;
    const place = TAPS[Math.floor(source / channels.length)]!;
    if (code.kind !== "thermometer" && code.kind !== "one-hot") {
      terms.push({ weight, of: sight.channel(code, place) });
      continue;
    }
    const key = `${code.field} ${place}`;
    const known = tables.get(key);
    if (known === undefined) tables.set(key, { field: code.field, place, weighted: [{ code, weight }] });
    else known.weighted.push({ code, weight });
  }
  for (const { field, place, weighted } of tables.values())
    terms.push({ weight: 1, of: sight.channels(field, place, weighted) });
  return terms;
}
