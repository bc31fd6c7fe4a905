// Which parts of a rule a network seems to make, as sums of units: what holds on many neighbourhoods, and is then to be shown.

import { type Rule, valuesOfRule } from "../../../compiler/schedule/rule.ts";
import { type Place, TAPS } from "../../../grid/direction.ts";
import { seededRandom } from "../../../grid/random.ts";
import { type Expression, leaves, operands } from "../../../logic/expression.ts";
import type { Network } from "../../../network/network.ts";
import { type StepValues, sourcesOf } from "../../../network/step.ts";
import type { TokenPlace } from "../neighbourhood.ts";
import { ColumnSpan } from "./modular-span.ts";
import { hasFewNames, nameAsked, updateOfChannel } from "./rule-words.ts";
import { running, Samples, type Witness } from "./samples.ts";

/** Rows of neighbourhoods, and how many there are more than numbers to be summed, at least. */
const SAMPLES = 1024;
const SPARE = 64;
/** Neighbourhoods of a row: units that are seldom positive are so in hardly any of 1,024. */
const FOLD = 8;
/** They are added up times numbers by chance, which are at most this. */
const LARGEST_SHARE = 2 ** 16;
/** Neighbourhoods from which on there are others, which are not drawn. */
const MANY = SAMPLES / 2;
/** Neighbourhoods are told apart by one number each, which is exact. */
const KEY_FACTOR = 65_599;
const KEY_MODULUS = 2 ** 31 - 1;
/** Factors of sums are at most this: those of sums that hold by chance are mostly larger. */
const LARGEST_FACTOR = 2 ** 14;

/** A number that a cell sees, or that a unit of the network hands on. */
export type SumSource =
  | { readonly tag: "one" }
  | { readonly tag: "channel"; readonly channel: number; readonly tap: number }
  | { readonly tag: "field"; readonly field: string; readonly tap: number }
  | { readonly tag: "unit"; readonly layer: number; readonly unit: number };

type UnitSource = SumSource & { readonly tag: "unit" };

/** A part of the rule, or a unit, that may be a sum. */
export interface Likely {
  readonly of: Expression | UnitSource;
  /** The last layer of which there is a unit. */
  readonly layer: number;
  readonly sum: readonly { readonly weight: number; readonly source: SumSource }[];
}

interface LikelyOptions {
  readonly token: TokenPlace | null;
  readonly witnesses: readonly Witness[];
}

/** The units of each hidden layer on which some channels depend. */
export function unitsBehind(
  { layers }: Network,
  channels: readonly number[],
): readonly (readonly number[])[] {
  const used: (readonly number[])[] = [];
  let above = channels;
  for (let layer = layers.length - 1; layer > 0; layer--) {
    const read = above.flatMap((unit) => sourcesOf(layers[layer]!, unit, false).map(({ source }) => source));
    above = [...new Set(read)].sort((a, b) => a - b);
    used.unshift(above);
  }
  return used;
}

/**
 * Parts, and units, that seem to be sums of these units, lower ones first. No cell but the one at its place has a token.
 */
export function likelyParts(
  rule: Rule,
  network: Network,
  units: readonly (readonly number[])[],
  options: LikelyOptions,
): readonly Likely[] {
  const read = readBy(rule, network, units);
  // On so few neighbourhoods, all numbers are sums of what is read.
  if (read.size > SAMPLES - SPARE) return [];
  const seen = columnsSeen(rule, network, read);
  const inner = partsOf(rule, network);
  const folded = new FoldedColumns(rule, network, options);
  const first = folded.batch(0);
  const most = mostSources(seen.map(({ column }) => column(first)));
  if (seen.length > most) return [];
  const ofSeen = seen.map(({ column }) => folded.add(column));
  const ofInner = inner.map((part) => folded.add(({ samples }) => samples.of(part)));
  const ofUnits = units.map((used, layer) =>
    used.map((unit) => ({
      column: folded.add(({ step }) => step.rectified(layer, unit)),
      // In the first layer, sums are of channels, not of fields.
      isSum: folded.always(({ step }) => layer > 0 && step.sum(layer, unit).every((value) => value >= 0)),
    })),
  );
  folded.fill();
  const span = new ColumnSpan(SAMPLES);
  const sources: SumSource[] = [];
  const sumOf = (rest: ReturnType<ColumnSpan["rest"]>): Likely["sum"] | null => {
    const found = span.find(rest, LARGEST_FACTOR);
    return found && [...found].map(([at, weight]) => ({ weight, source: sources[at]! }));
  };
  const add = (source: SumSource, column: Float64Array): void => {
    if (sources.length < most) span.add(sources.push(source) - 1, column);
  };
  for (const [at, { source }] of seen.entries()) add(source, ofSeen[at]!);
  let open = inner
    .map((of, at) => ({ of, rest: span.rest(ofInner[at]!) }))
    .filter(({ rest }) => sumOf(rest) === null);
  const [parts, again]: [Likely[], Likely[]] = [[], []];
  for (const [layer, used] of units.entries()) {
    for (const [at, unit] of used.entries()) {
      const { column, isSum } = ofUnits[layer]![at]!;
      const isCopy = isSum.holds && sourcesOf(network.layers[layer]!, unit, false).length < 2;
      if (isCopy || column.every((value) => value === 0)) continue;
      const source = { tag: "unit", layer, unit } as const;
      const sum = sumOf(span.rest(column));
      if (sum !== null) again.push({ of: source, layer, sum });
      else if (!isSum.holds) add(source, column);
    }
    open = open.filter(({ of, rest }) => {
      const sum = sumOf(rest);
      if (sum !== null) parts.push({ of, layer, sum });
      return sum === null;
    });
  }
  return [...parts, ...again];
}

/** Some neighbourhoods, and the network's step in them. */
interface Batch {
  readonly samples: Samples;
  readonly step: StepValues<Float64Array>;
}

type ColumnOf = (batch: Batch) => Float64Array;

/**
 * Columns of rows each of which adds up neighbourhoods, times whole numbers by chance (a count sketch: Charikar, Chen and
 * Farach-Colton 2002). A sum that holds in all neighbourhoods holds in all rows; one that holds in all rows, by chance in none
 * or a few of the neighbourhoods only.
 */
class FoldedColumns {
  readonly batch: (nth: number) => Batch;
  readonly #columns: { readonly of: ColumnOf; readonly values: Float64Array }[] = [];
  readonly #claims: { readonly is: (batch: Batch) => boolean; holds: boolean }[] = [];

  constructor(rule: Rule, network: Network, { token, witnesses }: LikelyOptions) {
    const model = running(rule, token);
    this.batch = (nth) => {
      const from = nth * SAMPLES;
      const own = { model, from, witnesses: nth === 0 ? witnesses : [] };
      const samples = new Samples(rule, SAMPLES, token, own);
      return { samples, step: samples.step(network) };
    };
  }

  /** A column that is known when all have been added, and filled in. */
  add(of: ColumnOf): Float64Array {
    const values = new Float64Array(SAMPLES);
    this.#columns.push({ of, values });
    return values;
  }

  /** Tells whether something is so in each batch, which is known when all columns are filled in. */
  always(is: (batch: Batch) => boolean): { readonly holds: boolean } {
    const claim = { is, holds: true };
    this.#claims.push(claim);
    return claim;
  }

  /** Fills in all columns, batch by batch, as all of them together take too much room. */
  fill(): void {
    const random = seededRandom(1);
    for (let nth = 0; nth < FOLD; nth++) {
      const batch = this.batch(nth);
      // Above zero, so that what is never negative has no row of 0 unless it is 0 in all its neighbourhoods.
      const factors = Array.from({ length: SAMPLES }, () => 1 + random.int(LARGEST_SHARE));
      for (const { of, values } of this.#columns) {
        const own = of(batch);
        for (let row = 0; row < SAMPLES; row++) values[row]! += factors[row]! * own[row]!;
      }
      for (const claim of this.#claims) claim.holds &&= claim.is(batch);
    }
  }
}

/** Fields at places that the rule or some units read, as texts: of others no sum is made. */
function readBy(
  rule: Rule,
  { channels, layers }: Network,
  units: readonly (readonly number[])[],
): ReadonlySet<string> {
  const read = new Set<string>();
  for (const leaf of leaves(valuesOfRule(rule)))
    if (leaf.tag === "read") read.add(textOf(leaf.field, leaf.place));
  for (const unit of units[0] ?? [])
    for (const { source } of sourcesOf(layers[0]!, unit, true)) {
      const { code } = channels[source % channels.length]!;
      if (code.kind !== "inside") read.add(textOf(code.field, TAPS[Math.floor(source / channels.length)]!));
    }
  return read;
}

const textOf = (field: string, place: Place): string => `${field} ${place}`;

/**
 * Returns what a cell sees: numbers by their values, but names one by one. A name would be a fraction of the number that
 * stands for it, less the other names, and sums are of whole numbers.
 */
function columnsSeen(
  rule: Rule,
  { channels }: Network,
  read: ReadonlySet<string>,
): { readonly source: SumSource; readonly column: ColumnOf }[] {
  const seen: { readonly source: SumSource; readonly column: ColumnOf }[] = [
    { source: { tag: "one" }, column: ({ samples }) => new Float64Array(samples.count).fill(1) },
  ];
  const [byName, whole] = [new Set<string>(), new Set<string>()];
  for (const { name, type } of rule.fields) (hasFewNames(type) ? byName : whole).add(name);
  for (const [tap, place] of TAPS.entries()) {
    const isRead = (name: string) => read.has(textOf(name, place));
    for (const [channel, { code }] of channels.entries())
      if (code.kind === "inside" || (byName.has(code.field) && isRead(code.field)))
        seen.push({
          source: { tag: "channel", channel, tap },
          column: ({ step }) => step.input(tap * channels.length + channel),
        });
    for (const name of whole)
      if (isRead(name))
        seen.push({
          source: { tag: "field", field: name, tap },
          column: ({ samples }) => samples.field(name, place),
        });
  }
  return seen;
}

/** Numbers to be summed, at most: of neighbourhoods that are the same in all that is read, one counts, where that is not all. */
function mostSources(columns: readonly Float64Array[]): number {
  const keys = new Float64Array(SAMPLES);
  for (const column of columns)
    for (let row = 0; row < SAMPLES; row++)
      keys[row] = (keys[row]! * KEY_FACTOR + column[row]!) % KEY_MODULUS;
  const distinct = new Set(keys).size;
  return (distinct > MANY ? distinct : SAMPLES) - SPARE;
}

/**
 * Returns what channels are made of: the next value of their field; of few names, whether it is the one for which a channel
 * stands.
 */
const nextValues = (rule: Rule, { channels }: Network): Expression[] =>
  channels.flatMap(({ code }) => {
    const update = updateOfChannel(rule, code);
    return update === null ? [] : [nameAsked(rule, code) ?? update.value];
  });

/** Parts of all next values that are more than what a cell sees, and the conditions of each choice in a list of them. */
function partsOf(rule: Rule, network: Network): Expression[] {
  const { signals, expressions: make } = rule;
  const parts = new Set<Expression>();
  const left = [...nextValues(rule, network), ...signals.map(({ value }) => value)];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (parts.has(node)) continue;
    parts.add(node);
    left.push(...operands(node));
  }
  const choices = [...parts].filter((node) => node.tag === "choose");
  const inner = new Set(choices.map(({ otherwise }) => otherwise));
  for (const list of choices) {
    if (inner.has(list)) continue;
    let before = make.zero;
    for (let rest: Expression = list; rest.tag === "choose"; rest = rest.otherwise) {
      parts.add(make.and(make.not(before), rest.when));
      before = make.or(before, rest.when);
      parts.add(before);
    }
  }
  const isSeen = ({ tag }: Expression) => tag === "constant" || tag === "read" || tag === "inside";
  return [...parts].filter((node) => !isSeen(node)).sort((a, b) => a.id - b.id);
}
