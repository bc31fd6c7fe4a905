// What a network computes in one step, unit by unit from its weights: each unit's sum is a polynomial, and so is what
// the rectifier's lemmas make of it.

import type { Layer, Network } from "../../network/network.ts";
import { type Connection, sourcesOf } from "../../network/step.ts";
import { TAPS } from "../functions.ts";
import { add, addTo, type Growing } from "./algebra.ts";
import type { Reads } from "./reads.ts";
import type { Rectifier } from "./rectifier.ts";
import { type Polynomial, type Space, UNIT } from "./space.ts";

/** The next value of every channel. */
export function channelPolynomials(network: Network, reads: Reads, rectifier: Rectifier): Polynomial[] {
  const { channels, layers, residual } = network;
  const inputs = new Map<number, Polynomial>();
  const input = (source: number): Polynomial => {
    const known = inputs.get(source);
    if (known !== undefined) return known;
    const { code } = channels[source % channels.length]!;
    const made = reads.channel(code, TAPS[Math.floor(source / channels.length)]!);
    inputs.set(source, made);
    return made;
  };
  let below = input;
  for (const [at, layer] of layers.entries()) {
    const isLast = at === layers.length - 1;
    const from = below;
    const units = Array.from({ length: layer.outputs }, (_, unit) => {
      const sources = sourcesOf(layer, unit, at === 0);
      return isLast ? sumOf(layer, unit, sources, from) : unitOf(layer, unit, sources, from, rectifier);
    });
    below = (unit) => units[unit]!;
  }
  const own = (channel: number) => input(TAPS.indexOf("here") * channels.length + channel);
  return channels.map((_, at) => (residual[at] === 0 ? below(at) : add(below(at), own(at), residual[at]!)));
}

function sumOf(
  layer: Layer,
  unit: number,
  sources: readonly Connection[],
  below: (source: number) => Polynomial,
): Polynomial {
  const sum: Growing = new Map();
  if (layer.bias[unit] !== 0) sum.set(UNIT, layer.bias[unit]!);
  for (const { source, weight } of sources) addTo(sum, below(source), weight);
  return sum;
}

function unitOf(
  layer: Layer,
  unit: number,
  sources: readonly Connection[],
  below: (source: number) => Polynomial,
  rectifier: Rectifier,
): Polynomial {
  const sum = sumOf(layer, unit, sources, below);
  // Units and channels are never negative.
  if (layer.bias[unit]! >= 0 && sources.every(({ weight }) => weight >= 0)) return sum;
  return rectifier.relu(sum, summandsOf(sources, below, rectifier.space));
}

/** What a unit reads, that of one key together. */
function summandsOf(
  sources: readonly Connection[],
  below: (source: number) => Polynomial,
  space: Space,
): () => Polynomial[] {
  return () => {
    const groups = new Map<string, Growing>();
    for (const [at, { source, weight }] of sources.entries()) {
      const read = below(source);
      const key = onlyKey(read, space);
      const name = key === null ? `unit ${at}` : `key ${key}`;
      const group = groups.get(name) ?? new Map();
      groups.set(name, addTo(group, read, weight));
    }
    return [...groups.values()];
  };
}

/** The key of all atoms of a polynomial, or null where there are several. */
function onlyKey(of: Polynomial, space: Space): number | null {
  let only: number | null = null;
  for (const monomial of of.keys()) {
    for (let at = monomial; at !== UNIT; at = space.shorter(at)) {
      const { key } = space.lastAtom(at);
      if (only !== null && only !== key) return null;
      only = key;
    }
  }
  return only;
}
